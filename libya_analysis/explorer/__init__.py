"""The explorer: one selection, a date slider, and all charts, quotations and claims that go with it."""

from libya_analysis.explorer.desk import Desk, code_source
from libya_analysis.explorer.workbench import Explorer, explore

__all__ = ["Desk", "Explorer", "code_source", "explore"]
