"""Layouts kept between runs: the same as computed, and harmless whatever becomes of their folder."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from libya_analysis.charts.network_chart import layout_cache
from libya_analysis.charts.network_chart.geometry import Edge, Node
from libya_analysis.charts.network_chart.layout_cache import CACHE_VARIABLE, arrange_once


def _ring(count: int) -> tuple[list[Node], list[Edge]]:
    nodes = [Node(("left", "right")[k % 2], 20, "circle", (40, 17), k < 2) for k in range(count)]
    return nodes, [Edge(k, (k + 1) % count, head=11) for k in range(count)]


def _plain(laid: Any) -> str:
    return repr([(name, np.asarray(value).tolist()) for name, value in vars(laid).items()])


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(CACHE_VARIABLE, os.devnull)
    return _plain(arrange_once(*_ring(8), 1000, {}))


def test_a_kept_layout_is_the_one_that_would_be_computed(
    computed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "new"))
    for _ in range(2):
        assert _plain(arrange_once(*_ring(8), 1000, {})) == computed
    monkeypatch.setattr(layout_cache, "arrange", None)  # nothing can be computed now
    assert _plain(arrange_once(*_ring(8), 1000, {})) == computed
    with pytest.raises(AttributeError):
        arrange_once(*_ring(8), 1001, {})
    assert [path.suffix for path in (tmp_path / "new").iterdir()] == [".json"]


@pytest.mark.parametrize("content", ["", "{}", '{"positions": 1', "[]", "null", "\x00\x01"])
def test_a_kept_layout_that_is_not_whole_is_computed_again(
    computed: str, content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    arrange_once(*_ring(8), 1000, {})
    (path,) = tmp_path.iterdir()
    path.write_text(content, encoding="utf-8")
    assert _plain(arrange_once(*_ring(8), 1000, {})) == computed
    assert json.loads(path.read_text(encoding="utf-8"))["positions"]


def test_the_layout_of_another_network_is_not_taken(
    computed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    arrange_once(*_ring(4), 1000, {})
    (other,) = tmp_path.iterdir()
    arrange_once(*_ring(8), 1000, {})
    (path,) = set(tmp_path.iterdir()) - {other}
    path.write_bytes(other.read_bytes())
    assert _plain(arrange_once(*_ring(8), 1000, {})) == computed


def test_a_changed_program_computes_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    arrange_once(*_ring(4), 1000, {})
    monkeypatch.setattr(layout_cache, "_PROGRAM", layout_cache._PROGRAM + "changed")
    arrange_once(*_ring(4), 1000, {})
    assert len(list(tmp_path.iterdir())) == 2


def test_kept_layouts_do_not_grow_without_end_and_nothing_else_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setattr(layout_cache, "MOST", 2)
    (tmp_path / "mine.json").write_text("", encoding="utf-8")
    (tmp_path / "layout-left-behind").write_text("", encoding="utf-8")
    for width in (900, 1000, 1100, 1200):
        arrange_once(*_ring(4), width, {})
    kept = {path.name for path in tmp_path.iterdir()}
    assert len(kept) == 3 and "mine.json" in kept and "layout-left-behind" not in kept


def test_where_there_can_be_no_folder_it_is_computed(
    computed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "file"))
    assert _plain(arrange_once(*_ring(8), 1000, {})) == computed


def test_a_full_disk_leaves_nothing_behind(computed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setattr(Path, "replace", full)
    assert _plain(arrange_once(*_ring(8), 1000, {})) == computed
    assert not list(tmp_path.iterdir())


def test_processes_that_write_the_same_layout_do_each_other_no_harm(
    computed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    code = "from tests.charts.test_layout_cache import _ring, arrange_once; arrange_once(*_ring(8), 1000, {})"
    writers = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    assert len(list(tmp_path.iterdir())) == 1
    assert _plain(arrange_once(*_ring(8), 1000, {})) == computed


def test_where_layouts_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty is as if it were not set; who has no home gets no folder in the working directory."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for value in ("", None):
        if value is None:
            monkeypatch.delenv(CACHE_VARIABLE)
        else:
            monkeypatch.setenv(CACHE_VARIABLE, value)
        assert layout_cache.cache_folder() == tmp_path / "libya-analysis" / "layouts"
    monkeypatch.setattr(layout_cache, "user_cache_path", lambda name: Path("~") / name)
    assert layout_cache.cache_folder() is None
    for nonsense in ("/proc/nowhere", "x" * 5000, os.devnull):
        monkeypatch.setenv(CACHE_VARIABLE, nonsense)
        arrange_once(*_ring(8), 1000, {})
