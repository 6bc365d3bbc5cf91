"""Units that make reports on schedule: a line for cron, units for systemd, a workflow for GitHub."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from libya_analysis.evidence.errors import ParameterError, did_you_mean

EVERY = ("hour", "day", "week")
FORMS = ("cron", "systemd", "github")


def schedule_unit(
    form: str,
    every: str,
    at: str,
    command: Sequence[str],
    folder: str,
    environment: Mapping[str, str] | None = None,
    out: Path = Path("reports/out"),
) -> str:
    """Write a unit that runs a command in a folder.

    Parameters
    ----------
    form : {"cron", "systemd", "github"}
        For what.
    every : {"hour", "day", "week"}
        How often; every week is on Monday.
    at : str
        Hour and minute, such as ``06:00``; every hour takes the minute. GitHub reads it as UTC.
    command : sequence of str
        The command, beginning with the path of its program.
    folder : str
        The folder to run it in.
    environment : mapping of str to str, optional
        What the command is to have in its environment, with paths of this machine.
    out : Path
        Where the command writes reports; GitHub keeps them.

    Returns
    -------
    str
        A crontab line; a service and a timer; or a workflow file.

    Raises
    ------
    ParameterError
        If a value is none of those, or a path cannot stand in such a unit.

    Examples
    --------
    >>> print(schedule_unit("cron", "day", "06:00", ["/opt/b/python", "-m", "x"], "/srv/my tables"), end="")
    0 6 * * * cd '/srv/my tables' && /opt/b/python -m x
    """
    problems = [
        f"there is no {name} {value!r}{did_you_mean(value, known)}"
        for name, value, known in (("--as", form, FORMS), ("--every", every, EVERY))
        if value not in known
    ]
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", at, re.ASCII)
    if not found:
        problems.append(f"--at {at!r} is not an hour and minute such as 06:00")
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
    if form == "cron":
        return _cron(every, hour, minute, command, folder)
    if form == "systemd":
        return _systemd(every, hour, minute, command, folder)
    return _github(every, hour, minute, command, out)


def _times(every: str, hour: int, minute: int) -> str:
    """Give the five fields of cron."""
    return {"hour": f"{minute} * * * *", "day": f"{minute} {hour} * * *", "week": f"{minute} {hour} * * 1"}[every]


def _cron(every: str, hour: int, minute: int, command: Sequence[str], folder: str) -> str:
    line = f"cd {shlex.quote(folder)} && {shlex.join(command)}"
    escaped = line.replace("%", "\\%")  # to cron an end of line, even between quotation marks
    return f"{_times(every, hour, minute)} {escaped}\n"


def _systemd(every: str, hour: int, minute: int, command: Sequence[str], folder: str) -> str:
    days = {"hour": f"*-*-* *:{minute:02}:00", "day": f"*-*-* {hour:02}:{minute:02}:00"}
    when = days.get(every, f"Mon *-*-* {hour:02}:{minute:02}:00")
    started = " ".join(_systemd_word(word) for word in command)
    return (
        "# ~/.config/systemd/user/libya-analysis.service\n"
        "[Unit]\nDescription=Reports of libya_analysis\n\n"
        "[Service]\nType=oneshot\n"
        f"WorkingDirectory={folder.replace('%', '%%')}\nExecStart={started}\n\n"
        "# ~/.config/systemd/user/libya-analysis.timer\n"
        "[Unit]\nDescription=Reports of libya_analysis, on schedule\n\n"
        f"[Timer]\nOnCalendar={when}\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )


def _systemd_word(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return escaped if re.fullmatch(r"[\w./:=@,+-]+", word, re.ASCII) else f'"{escaped}"'


def _github(every: str, hour: int, minute: int, command: Sequence[str], out: Path) -> str:
    # The runner has neither this interpreter nor this folder: it checks out the repository and installs the package.
    script = shlex.join(["libya-analysis", *command[3:]])
    return (
        "# .github/workflows/reports.yml; times are UTC\n"
        "name: Reports\n"
        f'on:\n  schedule:\n    - cron: "{_times(every, hour, minute)}"\n  workflow_dispatch:\n'
        "permissions:\n  contents: read\n"
        "concurrency: reports\n"
        "jobs:\n  reports:\n    runs-on: ubuntu-latest\n    timeout-minutes: 60\n    steps:\n"
        "      - uses: actions/checkout@v4\n"
        '      - uses: actions/setup-python@v5\n        with:\n          python-version: "3.13"\n'
        "      - run: pip install -c constraints.txt .\n"
        f"      - run: {json.dumps(script)}\n"
        "      - uses: actions/upload-artifact@v4\n        if: always()\n"
        f"        with:\n          name: reports\n          path: {json.dumps(out.as_posix())}\n"
    )
