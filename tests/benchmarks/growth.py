"""Measure how each step grows with the tables: ``python -m tests.benchmarks.growth``.

The tables are copies of the shipped rows with ids of their own. Every step runs in a fresh process, which first makes
what the step needs and does the step once with the rows of one source, so that imports are not measured. Memory is the
most that the process had; for a command, that it or one of its children had. A step that passed the time limit is not
tried with more copies, nor is one that needs what could not be made in that time.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
RESOURCES = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))["resources"]

#: Tables that stay as they are: copies cite the same paragraphs of the same sources.
CITED = ("sources", "paragraphs")
CLAIMS = ("ties", "backers", "participants", "event_reports")
#: Columns of names, which are to differ as ids do.
SHOWN = {"actors": ("name", "name_ar"), "events": ("title",)}


# -- tables -----------------------------------------------------------------------------------------------------------


def grow(folder: Path, copies: int, source: Path = DATA) -> int:
    """Write tables that hold each row of others some times over, sorted by their keys.

    Parameters
    ----------
    folder : Path
        Where to write; it is made if it is not there.
    copies : int
        How often each actor, event and claim is to be there. The first time as it is; then with a number at the end of
        its id and name, and of all ids that it refers to, so that copies know only copies of the same number.
    source : Path, optional
        The folder of tables to copy.

    Returns
    -------
    int
        Number of claims.

    Raises
    ------
    ValueError
        If an id would have more than 64 characters.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     claims = grow(Path(folder), copies=3)
    ...     tables = load_tables(folder)
    >>> claims == len(tables.claims()) == 3 * len(load_tables(DATA).claims())
    True
    >>> bool(tables.ties.query("from_id == 'egypt-2'")["to_id"].str.endswith("-2").all())
    True
    >>> tables.ties["tie_id"].is_monotonic_increasing
    True
    """
    shutil.copytree(source, folder, dirs_exist_ok=True)
    claims = 0
    for table in RESOURCES:
        name, key = table["name"], table["schema"]["primaryKey"]
        if name in CITED:
            continue
        with (source / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        header, marks, lists = list(rows[0]), _marks(table), _lists(table)
        rows += [_copied(row, number, marks, lists) for number in range(1, copies) for row in rows]
        rows.sort(key=lambda row: row[key])
        if any(len(row[key]) > 64 for row in rows):
            raise ValueError(f"{copies} copies are too many: an id of {name}.csv would have more than 64 characters")
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        claims += len(rows) if name in CLAIMS else 0
    return claims


def _marks(table: dict[str, Any]) -> dict[str, str]:
    """What stands before the number of a copy, in each column that gets one."""
    refers = {link["fields"]: link["reference"]["resource"] for link in table["schema"].get("foreignKeys", ())}
    refers |= {field["name"]: field["refers"] for field in table["schema"]["fields"] if "refers" in field}
    ids = [table["schema"]["primaryKey"], *(column for column, other in refers.items() if other not in CITED)]
    return dict.fromkeys(SHOWN.get(table["name"], ()), " ") | dict.fromkeys(ids, "-")


def _lists(table: dict[str, Any]) -> set[str]:
    return {field["name"] for field in table["schema"]["fields"] if field.get("reads") == "list"}


def _copied(row: dict[str, str], number: int, marks: dict[str, str], lists: set[str]) -> dict[str, str]:
    new = dict(row)
    for column, mark in marks.items():
        items = row[column].split(";") if column in lists else [row[column]]
        new[column] = ";".join(f"{item}{mark}{number}" for item in items if item)
    return new


# -- steps ------------------------------------------------------------------------------------------------------------


class Given:
    """What steps start from; each thing is made when it is first asked for."""

    def __init__(self, folder: Path, sources: Sequence[str] | None = None) -> None:
        import libya_analysis

        self.door: Any = libya_analysis
        self.folder, self.sources = folder, sources

    @cached_property
    def tables(self) -> Any:
        return self.door.load_tables(self.folder)

    @cached_property
    def as_of(self) -> Any:
        return self.door.last_days(self.tables)[1]

    @cached_property
    def network(self) -> Any:
        return self.door.build_network(self.tables, as_of=self.as_of, sources=self.sources)

    @cached_property
    def principals(self) -> Any:
        return self.door.build_network(self.tables, as_of=self.as_of, sources=self.sources, level="principal")

    @cached_property
    def timeline(self) -> Any:
        return self.door.build_timeline(self.tables, sources=self.sources)

    @cached_property
    def briefing(self) -> Any:
        return self.door.build_briefing(self.tables, as_of=self.as_of, sources=self.sources)

    @cached_property
    def ceasefire(self) -> Any:
        return self.door.build_ceasefire(self.tables, sources=self.sources)


class Step(NamedTuple):
    """One thing to measure, and what has to be there before."""

    do: Callable[[Given], object]
    needs: tuple[str, ...] = ("tables",)


def _findings(given: Given) -> object:
    briefing = given.briefing
    return briefing.news, briefing.reasons, briefing.backing, briefing.days, briefing.differences, briefing.sureness


def _corroboration(given: Given) -> object:
    return given.door.corroboration(given.tables, graph=given.principals)


def _disagreements(given: Given) -> object:
    return given.door.disagreements(given.tables, ceasefire=given.ceasefire, graph=given.principals)


def _leave_one_out(given: Given) -> object:
    return given.door.leave_one_out(given.tables, by="speaker", sources=given.sources, as_of=given.as_of)


#: The step that makes what others need.
MADE_BY = {
    "network": "build_network",
    "principals": "build_network",
    "timeline": "build_timeline",
    "ceasefire": "build_ceasefire",
    "briefing": "build_briefing",
}

STEPS = {
    "load_tables": Step(lambda given: given.tables, ()),
    "build_network": Step(lambda given: given.network, ("tables", "as_of")),
    "build_timeline": Step(lambda given: given.timeline),
    "build_ceasefire": Step(lambda given: given.ceasefire),
    "consultation_gap": Step(lambda given: given.door.consultation_gap(given.ceasefire), ("ceasefire",)),
    "leave_one_out": Step(_leave_one_out, ("tables", "as_of")),
    "corroboration": Step(_corroboration, ("principals",)),
    "disagreements": Step(_disagreements, ("ceasefire", "principals")),
    "build_briefing": Step(lambda given: given.briefing),
    "findings": Step(_findings, ("briefing",)),
    "edge_table": Step(lambda given: given.door.edge_table(given.network), ("network",)),
    "draw_network": Step(lambda given: given.door.draw_network(given.network), ("network",)),
    "draw_matrix": Step(lambda given: given.door.draw_matrix(given.network), ("network",)),
    "draw_timeline": Step(lambda given: given.door.draw_timeline(given.timeline), ("timeline",)),
    "draw_ceasefire": Step(lambda given: given.door.draw_ceasefire(given.ceasefire), ("ceasefire",)),
}


#: Commands, as they are given to ``python -m libya_analysis``, FOLDER and OUT being folders.
COMMANDS = {"check": ["check", "FOLDER"]}
REPORTS = {
    f"report {path.stem}": ["report", path.stem, "--data", "FOLDER", "--out", "OUT", "--force"]
    for path in sorted(ROOT.glob("reports/*.toml"))
}


def do_step(name: str, folder: Path, limit: int) -> None:
    """Do one step in this process, which ends by an alarm when its time is over.

    Prints "begins" when all that the step needs is there, then the seconds that the step took and the megabytes that
    the process had at most. What the step needs may take as long as the step.
    """
    signal.alarm(limit)
    given, step = Given(folder), STEPS[name]
    step.do(Given(DATA, sources=["moscow-truce-2020"]))
    for need in step.needs:
        getattr(given, need)
    print("begins", flush=True)
    signal.alarm(limit)
    start = time.perf_counter()
    step.do(given)
    print(time.perf_counter() - start, _megabytes())


def do_command(name: str, folder: Path, limit: int) -> None:
    """Run one command as :func:`do_step` does a step."""
    with tempfile.TemporaryDirectory() as out:
        places = {"FOLDER": str(folder), "OUT": out}
        arguments = [places.get(word, word) for word in (COMMANDS | REPORTS)[name]]
        patience = limit
        if name in REPORTS:  # they end what they have started better than we can
            arguments += [f"--timeout={limit}", f"--run-timeout={limit}"]
            patience += 60
        print("begins", flush=True)
        start = time.perf_counter()
        command = [sys.executable, "-m", "libya_analysis", *arguments]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as process:
            try:
                code = process.wait(patience)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                code = process.wait()
        seconds = time.perf_counter() - start
    if code and seconds >= limit:
        signal.raise_signal(signal.SIGALRM)
    if code:
        sys.exit(f"{name}: exit code {code}")
    print(seconds, _megabytes(of_children=True))


def _megabytes(of_children: bool = False) -> float:
    import resource  # not there on Windows

    usage = resource.getrusage(resource.RUSAGE_CHILDREN if of_children else resource.RUSAGE_SELF)
    return usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


# -- the table --------------------------------------------------------------------------------------------------------

NO_INPUT = "no input in time"


class Measure(NamedTuple):
    """Seconds and megabytes of a step, or the word that stands for them."""

    seconds: float | None
    memory: float | None = None
    word: str = ""

    def __str__(self) -> str:
        return self.word or f"{self.seconds:.3f} s"


def measure(name: str, folder: Path, limit: int) -> Measure:
    """Measure a step in a new process."""
    hidden = ("LIBYA_ANALYSIS_", "PYTHONDONTWRITEBYTECODE")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(hidden)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.growth", "--step", name, str(folder), f"--limit={limit}"],
        cwd=ROOT,
        env=environment | {"LIBYA_ANALYSIS_CACHE": os.devnull},  # no layout of before
        stdout=subprocess.PIPE,
        text=True,
    )
    begun, *numbers = done.stdout.split() or [""]
    if done.returncode == -signal.SIGALRM:
        return Measure(None, word=f"> {limit} s" if begun else NO_INPUT)
    if done.returncode:
        return Measure(None, word="failed")
    seconds, memory = map(float, numbers)
    return Measure(seconds, memory)


def table(steps: Sequence[str], folders: dict[int, Path], limit: int, ratio: tuple[int, int]) -> Iterator[str]:
    """Measure steps with all folders of tables; lines of a table in Markdown.

    Parameters
    ----------
    steps : sequence of str
        Names of :data:`STEPS`, :data:`COMMANDS` or :data:`REPORTS`.
    folders : dict of int to Path
        Folders of tables, by the number of claims in them; smaller ones first.
    limit : int
        Seconds that a step may take.
    ratio : tuple of int
        Two numbers of claims: how many times the time of the first a step takes with the second.
    """
    few, many = ratio
    compared = f" {many:,} : {few:,} |" if {few, many} <= {*folders} else ""
    yield f"| step | {' | '.join(f'{claims:,} claims' for claims in folders)} |{compared}"
    yield "| --- |" + " ---: |" * (len(folders) + bool(compared))
    late: set[tuple[str | None, int]] = set()  # steps that have no time, and with how many claims
    for name in steps:
        found: dict[int, Measure] = {}
        for claims, folder in folders.items():
            inputs = [MADE_BY.get(need) for need in STEPS[name].needs] if name in STEPS else []
            if any(one.seconds is None for one in found.values()):
                found[claims] = Measure(None, word="not tried")
            elif any((step, claims) in late for step in inputs):
                found[claims] = Measure(None, word=NO_INPUT)
            else:
                found[claims] = measure(name, folder, limit)
            if found[claims].seconds is None:
                late.add((name, claims))
            print(f"{name}, {claims:,} claims: {found[claims]}", file=sys.stderr)
        cells = [f"{one}, {one.memory:.0f} MB" if one.memory else str(one) for one in found.values()]
        times = f" {_times(found[few], found[many], limit)} |" if compared else ""
        yield f"| {name} | {' | '.join(cells)} |{times}"


def _times(few: Measure, many: Measure, limit: int) -> str:
    """How many times as long, as far as it is known."""
    if few.seconds is None or (many.seconds is None and not many.word.startswith(">")):
        return ""
    return f"{many.seconds / few.seconds:.1f}" if many.seconds else f"> {limit / few.seconds:.0f}"


def main() -> None:
    """Measure how each step grows with the tables, and print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth", description=main.__doc__)
    parser.add_argument("--claims", type=int, nargs="+", default=[358, 3_717, 37_170, 100_000], help="about so many")
    parser.add_argument("--limit", type=int, default=120, metavar="SECONDS", help="time that a step may take")
    parser.add_argument("--only", nargs="+", metavar="STEP", help="steps to measure, instead of all")
    parser.add_argument("--notebooks", action="store_true", help="measure the reports of the notebooks, too")
    parser.add_argument("--step", nargs=2, metavar=("STEP", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        name, folder = asked.step
        return (do_step if name in STEPS else do_command)(name, Path(folder), asked.limit)
    names = [*STEPS, *COMMANDS, *(REPORTS if asked.notebooks else ())]
    if unknown := set(asked.only or ()) - {*names}:
        parser.error(f"no such step: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    with tempfile.TemporaryDirectory() as home:
        shipped = grow(Path(home) / "shipped", 1)
        folders = {}
        for copies in sorted({max(1, round(claims / shipped)) for claims in asked.claims}):
            folder = Path(home) / str(copies)
            folders[grow(folder, copies)] = folder
        tenfold = next(((few, 10 * few) for few in folders if 10 * few in folders), (0, 0))
        for line in table(asked.only or names, folders, asked.limit, tenfold):
            print(line, flush=True)


if __name__ == "__main__":
    main()
