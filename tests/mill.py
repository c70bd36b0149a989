"""A story of a tide mill, and what tests of disturbed runs have in common."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from cleanpipe.archive import EXPORTS
from cleanpipe.cli import cli

STORY = (
    "The tide mill of Orsund ground 40 sacks of rye on Thursday, the first since 1931, said miller Tove Brandal. "
    "Its wheel had been raised from the mud in 14 pieces. “We oiled everything twice,” she said. A queue of 200 people "
    "waited for the flour, and the school closed at noon."
)


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def exports(archive: Path) -> dict[str, bytes]:
    return {name: (archive / name).read_bytes() for name in EXPORTS}


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def write(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = process.communicate(timeout=240)
    return process.returncode, said
