"""Evidence as files for other tools; what each of them cannot hold is told in the README.

Each function takes tables and a question, or what is asked by name, and gives the bytes of a file; the same inputs give
the same bytes.
"""

from __future__ import annotations

import json
from typing import Any


def json_bytes(what: Any) -> bytes:
    """Write something as JSON: readable, in UTF-8, always alike.

    Parameters
    ----------
    what : Any
        What :mod:`json` can write.

    Returns
    -------
    bytes
        With a line break at the end.

    Examples
    --------
    >>> json_bytes(["ليبيا"]).decode().split()
    ['[', '"ليبيا"', ']']
    """
    return json.dumps(what, ensure_ascii=False, indent=1).encode() + b"\n"
