"""Three articles of one story and one of another, and what tests of commands need to look at an archive of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from cleanpipe.cli import cli

STORY = (
    "Ferries to Hallowmere stopped for six hours on Friday after a pod of 27 dolphins settled in the harbour mouth. "
    "“We asked them nicely,” said harbour master Ruta Lindqvist, who has kept the log since 1994. The company refunded "
    "312 tickets and served soup on the quay. By dusk the animals had followed a mackerel boat out to sea."
)
OTHER = "A brass band from Velden practised on the ferry, to the delight of 30 commuters and the dismay of a dog."
FIRST = [
    {"id": "a", "text": STORY, "published": "2024-02-02"},
    {"id": "b", "text": STORY.split(" The company")[0], "published": "2024-02-03"},
    {"id": "c", "text": STORY + " It rained all evening on the quay.", "published": "2024-02-04"},
    {"id": "d", "text": OTHER, "published": "2024-02-01"},
]
MORE = {"id": "e", "text": "The council of Pellin bought a second-hand snow plough for 4,100 crowns on Monday."}


def call(*arguments: object, status: int = 0) -> Result:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    return result


def dump(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def links(archive: Path) -> dict[str, tuple[str, str]]:
    return {row["copy"]: (row["canonical"], row["status"]) for row in rows(archive / "links.jsonl")}


def make(folder: Path) -> Path:
    """An archive of FIRST in `folder`, in which b and c are copies of a; the folder."""
    call("run", dump(folder / "1.jsonl", FIRST), "-o", folder / "archive")
    assert links(folder / "archive") == {"b": ("a", "linked"), "c": ("a", "linked")}
    return folder
