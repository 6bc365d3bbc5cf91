"""The explorer: one selection, a date slider, and all charts, quotations and claims that go with it."""

from libya_analysis.explorer.workbench import Explorer, explore

__all__ = ["Explorer", "explore"]
