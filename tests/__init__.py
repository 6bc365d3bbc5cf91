"""Tests; a package, so that the nbval plugin has a name of its own."""
