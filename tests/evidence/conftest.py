"""A copy of the shipped tables, into which tests write what is wrong."""

import shutil
from pathlib import Path

import pytest

from libya_analysis.evidence.folders import shipped


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped("data"), tmp_path / "tables"))
