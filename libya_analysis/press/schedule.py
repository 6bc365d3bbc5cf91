"""Units that make reports on schedule: a line for cron, units for systemd, a workflow for GitHub."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

import jinja2

from libya_analysis.evidence.errors import ParameterError


def schedule_unit(
    form: str,
    every: str,
    at: str,
    command: Sequence[str],
    folder: str,
    environment: Mapping[str, str] | None = None,
    out: Path = Path("reports/out"),
) -> str:
    """Write a unit that runs a command on schedule.

    Parameters
    ----------
    form : {"cron", "systemd", "github"}
        For what.
    every : {"hour", "day", "week"}
        How often; every week is on Monday.
    at : str
        Hour and minute, such as ``06:00``, by the clock of the machine (of GitHub, UTC); every hour takes the minute.
    command : sequence of str
        Its words: an interpreter, ``-m``, a module, and what that is given; on GitHub ``libya-analysis`` is given it.
    folder : str
        Folder to run it in; on GitHub it is that of the repository.
    environment : mapping of str to str, optional
        Variables to set; on GitHub none can be.
    out : pathlib.Path
        Folder of the reports, which GitHub keeps.

    Returns
    -------
    str
        The line, unit or workflow, with a line break at the end.

    Raises
    ------
    ParameterError
        With all that cannot stand in a unit.

    Examples
    --------
    >>> print(schedule_unit("cron", "day", "06:00", ["/opt/b/python", "-m", "x"], "/srv/my tables"), end="")
    0 6 * * * cd '/srv/my tables' && /opt/b/python -m x
    """
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", at, re.ASCII)
    problems = [] if found else [f"--at {at!r} is not an hour and minute such as 06:00"]
    if any(not text.isprintable() for text in (*command, folder, *(environment or {}).values())):
        problems.append("a path or parameter with a line break or another control character cannot be in a unit")
    if form == "github" and any("${{" in word for word in command):
        problems.append("GitHub would replace what stands in ${{ }}")
    if form == "github":
        problems += [f"{name} names a folder of this machine, not one of the repository" for name in environment or ()]
    if problems or not found:
        raise ParameterError(problems)
    hour, minute = int(found[1]), int(found[2])
    if environment:
        command = ["/usr/bin/env", *(f"{name}={value}" for name, value in environment.items()), *command]
    times = {"hour": f"{minute} * * * *", "day": f"{minute} {hour} * * *", "week": f"{minute} {hour} * * 1"}[every]
    if form == "cron":
        line = f"cd {shlex.quote(folder)} && {shlex.join(command)}"
        return f"{times} {line.replace('%', chr(92) + '%')}\n"  # to cron an end of line, even between quotation marks
    loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
    templates = jinja2.Environment(loader=loader, keep_trailing_newline=True, autoescape=False)
    templates.filters |= {"systemd_word": _systemd_word, "json": json.dumps}
    if form == "systemd":
        days = {"hour": f"*-*-* *:{minute:02}:00", "day": f"*-*-* {hour:02}:{minute:02}:00"}
        when = days.get(every, f"Mon *-*-* {hour:02}:{minute:02}:00")
        return templates.get_template("systemd.j2").render(folder=folder, command=command, when=when)
    # GitHub has neither this interpreter nor this folder: it checks out the repository and installs the package.
    script = shlex.join(["libya-analysis", *command[3:]])
    return templates.get_template("github.j2").render(times=times, script=script, out=out.as_posix())


def _systemd_word(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return escaped if re.fullmatch(r"[\w./:=@,+-]+", word, re.ASCII) else f'"{escaped}"'
