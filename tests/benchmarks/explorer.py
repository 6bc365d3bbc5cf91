"""Measure the explorer in the kernel: from a move of the slider to the updated figure, and what it leaves in memory.

python -m tests.benchmarks.explorer
"""

from __future__ import annotations

import gc
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jupyter_client.manager import start_new_kernel

from libya_analysis import explore, load_tables
from libya_analysis.evidence.tables import Tables
from libya_analysis.explorer.workbench import TABS, Explorer

MOVES, LONG = 100, 500
WIDE = 1020


def opened(tables: Tables) -> Explorer:
    """The explorer as it is once the front end has told its width."""
    article = ["moscow-truce-2020"] if len(tables.actors) < 300 else []
    explorer = explore(tables, sources=article)
    explorer.fit(WIDE)
    return explorer


def moves(explorer: Explorer, count: int, seed: int = 1) -> list[float]:
    """Milliseconds of each move: half of them to the next day, half of them far."""
    random = np.random.default_rng(seed)
    moments, times = explorer.moments, []
    for k in range(count):
        at = moments.index(explorer.day)
        near = moments[at - 1] if at else moments[-1]
        target = near if k % 2 else moments[int(random.integers(0, len(moments)))]
        start = time.perf_counter()
        explorer.told({"do": "go", "value": target.isoformat(), "n": k})
        times.append(1000 * (time.perf_counter() - start))
    return times


def many(tables: Tables, actors: int, claims: int) -> Tables:
    """Tables with invented actors and backings and oppositions among them, each most without a date."""
    random = np.random.default_rng(2)
    frames: dict[str, Any] = dict(tables.frames)
    row = tables.actors[tables.actors["kind"] == "state"].iloc[0]
    ids = [f"invented-{k}" for k in range(actors - 2)]
    new = pd.DataFrame([{**row, "actor_id": i, "name": i.capitalize(), "name_ar": "", "aliases": ()} for i in ids])
    anchors = [camp["anchor"] for camp in tables.camps]
    frames["actors"] = pd.concat([tables.actors[tables.actors["actor_id"].isin(anchors)], new], ignore_index=True)
    dates = [date for date in tables.event_reports["date"] if date]
    everyone, tie = [*anchors, *ids], tables.ties[tables.ties["kind"] == "opposes"].iloc[0]
    rows = []
    for k in range(claims):
        a, b = random.choice(len(everyone), 2, replace=False)
        kind = str(random.choice(["opposes", "cooperates-with", "mediates"]))
        since = None if k % 10 else dates[int(random.integers(len(dates)))]  # most may have held on any day
        ends = {"from_id": everyone[a], "to_id": everyone[b], "said_by": "", "status": "stated", "start": since}
        rows.append({**tie, "tie_id": f"tie-{k}", "kind": kind, **ends})
    frames["ties"] = pd.DataFrame(rows)
    for name in ("backers", "participants", "quotes"):
        frames[name] = tables.frames[name].iloc[:0]
    return replace(tables, frames=frames)


def memory() -> float:
    """Resident memory of this process in megabytes."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def tell(name: str, times: list[float]) -> None:
    """Print a line."""
    print(f"{name:42} {statistics.median(times):7.1f} {np.percentile(times, 95):7.1f} {max(times):7.1f}")


def measure() -> None:
    """Print the measures; in a kernel, so that every message is packed and sent as it is in use."""
    tables = load_tables()
    explorer = opened(tables)
    moves(explorer, 20)
    print(f"milliseconds a move of the slider, {MOVES} moves        median     p95     most")
    for tab in TABS:
        explorer.show_tab(tab)
        tell(f"shipped tables, {tab.lower()}", moves(explorer, MOVES))
    large = opened(many(tables, 300, 3000))
    moves(large, 5)
    print(large.status)
    tell("300 actors, 3,000 claims, matrix", moves(large, MOVES // 2))
    explorer.show_tab("Network")
    moves(explorer, LONG, seed=3)
    before = memory()
    moves(explorer, LONG, seed=4)
    print(f"memory after {LONG} moves more: {memory() - before:+.1f} MB of {before:.0f} MB")


def main() -> None:
    """Measure in a kernel of its own."""
    manager, client = start_new_kernel()
    try:
        code = "from tests.benchmarks.explorer import measure; measure()"
        shown = {"stream": lambda content: print(content["text"], end=""), "error": lambda content: print(content)}
        client.execute_interactive(
            code, timeout=600, output_hook=lambda m: shown.get(m["msg_type"], lambda content: None)(m["content"])
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main()
