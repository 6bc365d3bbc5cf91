"""Measurements of how fast reports are made; no tests."""
