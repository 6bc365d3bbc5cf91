"""Who is behind whom in a war, since when, according to whom, and what became of attempts to stop it.

Everything that a notebook needs can be had from here; ``__init__.pyi`` lists it, by room. Each name is loaded when it
is first asked for: a command that prints its version needs no pandas.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
