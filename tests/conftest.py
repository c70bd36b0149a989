"""Fixtures that more than one folder of tests uses."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

TESTS = Path(__file__).resolve().parent
CHECKOUT = TESTS.parent


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


@pytest.fixture(scope="session")
def java() -> str:
    """The program `java`, where PySpark is too. Skips where there is none; with CLEANPIPE_REQUIRE_SPARK=1 that is an
    error instead."""
    from cleanpipe.engines.spark import java_program

    path = java_program()
    absent = "PySpark" if importlib.util.find_spec("pyspark") is None else None if path else "Java"
    if absent and os.environ.get("CLEANPIPE_REQUIRE_SPARK") == "1":
        pytest.fail(f"CLEANPIPE_REQUIRE_SPARK=1, but there is no {absent}")
    if path is None or absent:
        pytest.skip(f"no {absent} on this machine: the cluster engine isn't tested")
    return path


@pytest.fixture(scope="session")
def seen_by_workers() -> str:
    """PYTHONPATH for the workers of Spark."""
    return os.pathsep.join([str(CHECKOUT), str(TESTS), os.environ.get("PYTHONPATH", "")])


@pytest.fixture(scope="session")
def spark(java: str, seen_by_workers: str) -> Iterator[Any]:
    """A session of Spark on this machine with two workers, which loads find and use. A task is tried four times."""
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder.master("local[2,4]")
    small = {
        **{"sql.shuffle.partitions": "2", "driver.host": "127.0.0.1", "driver.memory": "1g"},
        **{"ui.enabled": "false", "ui.showConsoleProgress": "false"},
        # Little is joined here: planning anew and compiling each query take most of the time. The test of a cluster of
        # processes does both.
        **{"sql.adaptive.enabled": "false", "sql.codegen.wholeStage": "false"},
        **{"sql.codegen.factoryMode": "NO_CODEGEN"},
    }
    for name, value in small.items():
        builder = builder.config(f"spark.{name}", value)
    with pytest.MonkeyPatch.context() as environment:  # what is started here keeps it, other tests don't
        environment.setenv("PYTHONPATH", seen_by_workers)
        environment.setenv("PYSPARK_PYTHON", sys.executable)
        session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
