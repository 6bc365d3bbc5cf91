"""Shared by all tests: which tables they see, in which order they run, and the browser."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

#: Nothing of the browser may reach out of the machine; ``--no-sandbox`` because it may be root that tests.
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


#: Cases of property tests: the same in every run; or, with ``--hypothesis-profile=free``, many others.
_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}
settings.register_profile("fixed", derandomize=True, database=None, max_examples=40, **_COMMON)
settings.register_profile("free", database=None, max_examples=400, print_blob=True, **_COMMON)
settings.load_profile("fixed")


@pytest.fixture(autouse=True)
def shipped_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests see the shipped tables, whatever folder of their own a developer works with."""
    monkeypatch.delenv("LIBYA_ANALYSIS_DATA", raising=False)


def pytest_configure(config: pytest.Config) -> None:
    """Keep layouts for as long as the tests run: each is computed once by what is tested, and none is of before."""
    if hasattr(config, "workerinput"):  # of pytest-xdist, whose first process has made the folder for all
        return
    folder = tempfile.mkdtemp(prefix="layouts-")
    os.environ["LIBYA_ANALYSIS_CACHE"] = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests last: playwright keeps an event loop running, in which no kernel can be driven."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def find_browser() -> str | None:
    """Find a Chromium or Chrome: the one that BROWSER_PATH names, else one on the PATH."""
    named = os.environ.get("BROWSER_PATH")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start a headless Chromium once for all tests; they are to be marked ``browser``."""
    found = find_browser()
    if found is None:
        reason = f"no Chromium: none of {', '.join(BROWSERS)} is on the PATH, nor is BROWSER_PATH set to one"
        if os.environ.get("LIBYA_ANALYSIS_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(BROWSER_FLAGS))
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open an empty page; a script on it that fails makes the test fail."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert not errors, f"scripts on the page failed: {errors}"
