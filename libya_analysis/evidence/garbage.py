"""Make much at once without a search for garbage in between: what is made is none, and the search takes half the time.

Python looks through all that there is each time a number of objects has been made, so that what grows with the tables
would grow faster than they do.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def unswept(make: Callable[P, R]) -> Callable[P, R]:
    """Let a function run without garbage collection, which is afterwards as it was.

    >>> unswept(gc.isenabled)(), gc.isenabled()
    (False, True)
    """

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        if not gc.isenabled():
            return make(*args, **kwargs)
        gc.disable()
        try:
            return make(*args, **kwargs)
        finally:
            gc.enable()

    return made
