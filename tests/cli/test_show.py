"""`cleanpipe show`: the texts of a story beside each other, whatever stands in them and however wide the window is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import made_archive
import pytest
from click.testing import CliRunner, Result

from cleanpipe.cli import cli
from cleanpipe.cli.explain_columns import columns
from cleanpipe.cli.showing import END, ISOLATE, about_story, story_lines
from cleanpipe.model import Evidence, EvidenceSpan, Place


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_archive.build(tmp_path_factory.mktemp("archive"))


def show(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["show", str(archive), *arguments])


def test_a_spun_copy_stands_beside_its_original(archive: Path) -> None:
    done = show(archive, "ferry-spun")
    assert done.exit_code == 0, done.output
    assert "Original: ferry-original (holmpost.example, 2024-04-22)" in done.output
    assert "Spun, " in done.output
    assert "Exact copy" not in done.output
    (first,) = [line for line in done.output.splitlines() if "[-old-]" in line]
    left, right = first.split(" │ ")
    assert "~ The [-old-] ferry [-between-]" in left
    assert "{+aged+}" in right
    assert "{+old+}" not in done.output


@pytest.mark.parametrize("name", ["story-ferry-original", "ferry-original"])
def test_a_story_is_shown_with_all_its_copies(archive: Path, name: str) -> None:
    output = show(archive, name).output
    for relation in ("Exact copy", "Near-duplicate", "Excerpt", "Spun", "Rewrite"):
        assert f"\n{relation}, " in output
    assert "The same text as ferry-original." in output
    assert "waiting for a decision" in output


def test_signs_say_what_became_of_a_row(archive: Path) -> None:
    signs = [line[4] for line in show(archive, "ferry-rewrite").output.splitlines() if line[:3].strip().isdigit()]
    assert "".join(signs) == "T>~~-+~<"


def test_json_has_the_texts_in_runs(archive: Path) -> None:
    about = json.loads(show(archive, "ferry-spun", "--json").output)
    (copy,) = about["copies"]
    (comparison,) = copy["comparisons"]
    row = next(row for row in comparison["rows"] if "ferry" in str(row["copy"]) and row["kind"] == "aligned")
    assert "".join(run["text"] for run in row["other"]) == made_archive.FERRY[0]
    assert "".join(run["text"] for run in row["copy"]) == made_archive.SPUN[0]
    assert {"kind": "replaced", "text": "old"} in row["other"]


def test_an_absent_original_is_named(archive: Path) -> None:
    output = show(archive, "story-light-derived").output
    assert "The original, published by Reuters, is not in this archive:" in output
    assert "No sentences were matched. What the link rests on:" in output


def test_what_runs_from_right_to_left_stays_in_its_cell(archive: Path) -> None:
    lines = [line for line in show(archive, "library-copy").output.splitlines() if " │ " in line][1:]
    assert lines
    for line in lines:
        for cell in line[6:].split(" │ "):
            assert not cell.strip() or (cell.strip().startswith(ISOLATE) and cell.strip().endswith(END)), line


@pytest.mark.parametrize("width", [40, 63, 64, 80, 160])
@pytest.mark.parametrize(
    "name", ["story-ferry-original", "story-library-original", "story-moss-original", "story-kettle-original"]
)
def test_no_line_is_wider_than_the_window(archive: Path, name: str, width: int) -> None:
    lines = list(story_lines(about_story(archive, name), width))
    assert max(map(columns, lines)) <= width
    assert any(" │ " in line for line in lines) is (width >= 64)


def test_a_text_cannot_command_the_terminal(tmp_path: Path) -> None:
    evil = "A quiet line. \x1b]0;owned\x07\x1b[2J \u202egnihton"
    rows: list[Any] = [
        made_archive.article("one", evil, title="\x1b[31mRed"),
        made_archive.article("two", f"{evil} More.", title="Two\x9b1m"),
    ]
    span = EvidenceSpan(Place("text", 0, len(evil)), Place("text", 0, len(evil)), similarity=1.0)
    evidence = Evidence("sentences", "All of it.\x1b[5m", "one", (span,))
    link = made_archive.link("two", "one", "near-duplicate", (evidence,))
    made_archive.write(tmp_path, rows, [link], [made_archive._cluster("one", "\x1b[1mHeadline", ["one", "two"])])
    output = show(tmp_path, "one").output
    assert not [sign for sign in output if sign != "\n" and (ord(sign) < 0x20 or 0x7F <= ord(sign) < 0xA0)]
    assert "\u202e" not in output
    assert output.count("‹U+001B") >= 5


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("story-ferry-orignal", "has no story and no document 'story-ferry-orignal'; nearest: story-ferry-original"),
        ("alone", "'alone' stands alone in"),
    ],
)
def test_a_name_that_leads_nowhere_is_wrong_usage(tmp_path: Path, name: str, says: str) -> None:
    made_archive.build(tmp_path)
    rows = (tmp_path / "articles.jsonl").read_bytes().splitlines(keepends=True)
    alone = json.loads(rows[0]) | {"id": "alone"}
    (tmp_path / "articles.jsonl").write_bytes(b"".join(rows) + json.dumps(alone).encode() + b"\n")
    done = show(tmp_path, name)
    assert done.exit_code == 2
    assert says in done.output
