"""Static images of charts (SVG, PDF, PNG) through kaleido and a Chromium that is already there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path

from libya_analysis.charts.frame import Chart, press_button
from libya_analysis.evidence.errors import ReportError

FORMATS = ("svg", "pdf", "png")

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")


def find_browser() -> str:
    """Path of the browser that draws images: ``BROWSER_PATH`` if set, else the first Chromium or Chrome found."""
    named = os.environ.get("BROWSER_PATH", "")
    found = (shutil.which(named) if named else None) or next(filter(None, map(shutil.which, _BROWSERS)), None)
    if named and not shutil.which(named):
        raise ReportError(f"BROWSER_PATH names {named}, which is not there or cannot be run")
    if named and not _is_browser(str(found)):
        raise ReportError(f"BROWSER_PATH names {named}, which is neither a Chromium nor a Chrome")
    if not found:
        raise ReportError("images need a Chromium or Chrome: install one, or name it in BROWSER_PATH")
    return found


def _is_browser(program: str) -> bool:
    """Whether a program says a version such as a Chromium has: kaleido would wait for ever for another."""
    if os.name == "nt":  # there it says none
        return True
    try:
        said = subprocess.run([program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return False
    return re.search(rb"\b\d+\.\d+\.\d+\.\d+\b", said) is not None


def write_images(charts: Mapping[Path, Chart], scale: float = 1.0) -> None:
    """Write charts, by the files that they go to, as images of their size in CSS pixels; all by one browser.

    The ending of a file is the format. If one image cannot be drawn, all files are left as they were.
    """
    try:
        import kaleido
    except ImportError:
        raise ReportError("images need the extra 'images': pip install 'libya-analysis[images]'") from None
    for path in charts:
        if path.suffix[1:] not in FORMATS:
            raise ReportError(f"{path.name}: images are {', '.join(FORMATS)}")
    os.environ["BROWSER_PATH"] = find_browser()
    kaleido.start_sync_server(mathjax=False, silence_warnings=True)
    try:
        drawn = [_image(path, chart, scale, kaleido.calc_fig_sync) for path, chart in charts.items()]
    finally:
        kaleido.stop_sync_server(silence_warnings=True)
    for path, image in zip(charts, drawn, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(image)
        part.replace(path)


def _image(path: Path, chart: Chart, scale: float, draw: Callable[..., bytes]) -> bytes:
    spec = deepcopy(chart.spec)
    size = {"width": spec["layout"]["width"], "height": spec["layout"]["height"], "scale": scale}
    heading = spec["layout"].get("legend", {}).get("title", {})
    heading["text"] = heading.get("text", "").replace(" – click to hide", "")  # an image cannot be clicked
    for menu in spec["layout"].pop("updatemenus", []):  # and shows all that there is
        press_button(spec, menu["buttons"][-1])
    try:
        return draw(spec, opts={"format": path.suffix[1:], **size})
    except Exception as error:  # kaleido and its browser raise many kinds
        raise ReportError(f"{path.name} could not be drawn: {error}") from error
