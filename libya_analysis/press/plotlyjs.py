"""plotly.js as reports carry it: compressed, in the page or in one file of the folder, and known by its hash."""

from __future__ import annotations

import base64
import gzip
import hashlib
from functools import lru_cache

from libya_analysis.press.job import version_of


def _script() -> bytes:
    from plotly.offline import get_plotlyjs  # late: a batch in which nothing changed needs none of it

    return str(get_plotlyjs()).encode()


@lru_cache(maxsize=1)
def packed() -> str:
    """Compress plotly.js; this takes half a second."""
    return base64.b64encode(gzip.compress(_script(), compresslevel=9, mtime=0)).decode()


def shared_name() -> str:
    """Name of the file that reports share; with the version, so that reports of before still find theirs."""
    return f"plotly-{version_of('plotly')}.css"


def shared_file() -> bytes:
    """Make that file: plotly.js as a property that styles nothing."""
    return f'#plotly-packed{{--packed:"{packed()}"}}\n'.encode()


@lru_cache(maxsize=1)
def script_hash() -> str:
    """Name plotly.js as a content policy does."""
    return policy_hash(_script().decode())


def policy_hash(script: str) -> str:
    """Name a script as a content policy does.

    >>> policy_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
