"""How JSON is written: readable, in UTF-8, always alike."""

from __future__ import annotations

import json
from typing import Any


def json_bytes(what: Any) -> bytes:
    """Write something as JSON.

    >>> json_bytes(["ليبيا"]).decode().split()
    ['[', '"ليبيا"', ']']
    """
    return json.dumps(what, ensure_ascii=False, indent=1).encode() + b"\n"
