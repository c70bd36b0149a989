"""Fixtures that more than one folder of tests uses."""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder that holds pyproject.toml."""
    return CHECKOUT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Texts that are no part of the project: the folder `shared` beside the checkout. Skips where it is absent."""
    folder = CHECKOUT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no folder `shared` beside the checkout: nothing to measure on")
    return folder


@pytest.fixture(scope="session")
def newsdump(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive made of `fixtures/newsdump/input` by `cleanpipe run`, for reading only."""
    from cleanpipe.cli import cli

    folder = tmp_path_factory.mktemp("newsdump") / "archive"
    inputs = checkout / "fixtures" / "newsdump" / "input"
    done = CliRunner().invoke(cli, ["run", str(inputs), "-o", str(folder)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="session")
def archive(newsdump: Path) -> Path:
    """The same, for files that have no other archive."""
    return newsdump


BROWSER_REQUIRED = os.environ.get("CLEANPIPE_REQUIRE_BROWSER") == "1"
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def _needed(name: str) -> Any:
    """A module that the tests of pages can't do without."""
    if BROWSER_REQUIRED:
        return importlib.import_module(name)
    return pytest.importorskip(name, reason=f"{name} isn't installed")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium. Skips where there is none; with CLEANPIPE_REQUIRE_BROWSER=1 that is an error instead."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if BROWSER_REQUIRED:
            pytest.fail("CLEANPIPE_REQUIRE_BROWSER=1, but there is no chromium on the PATH")
        pytest.skip("no Chromium on the PATH: the pages aren't looked at")
    with _needed("playwright.sync_api").sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def axe() -> Any:
    """What finds offences against WCAG in a page."""
    return _needed("axe_playwright_python.sync_playwright").Axe()
