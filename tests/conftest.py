"""Fixtures that more than one folder of tests uses."""

from __future__ import annotations

from pathlib import Path

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
