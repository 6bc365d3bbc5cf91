"""Reports: notebooks run with typed parameters and published whole, as HTML that needs no network.

``__init__.pyi`` lists what is used from here. Each name is loaded when it is first asked for: a batch in which nothing
changed needs nothing that runs and renders notebooks.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
