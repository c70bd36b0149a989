"""`explain` on a small archive written by hand: what a reader is told, and what happens to an id that isn't there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cleanpipe.cli import cli
from cleanpipe.cli.explain_columns import columns, screen_width
from cleanpipe.cli.explain_repairs import _why
from cleanpipe.cli.explaining import _older, about_document, document_lines
from cleanpipe.cli.output import passage
from cleanpipe.link.direction import abstains

ORIGINAL = "The lido at Skelder opens again in May. Two engineers spent the winter on its pumps."
COPY = "The lido at Skelder opens again in May. Two engineers spent the winter on its pumps, Reuters reported."
ORIGIN = {
    "file": "day.jsonl",
    "line": 1,
    "offset": 0,
    "charset": "utf-8",
    "mark": "",
    "other_charset": None,
    "other_lines": [],
    "note": None,
}


def article(id: str, text: str, **more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("title", "title_span", "url", "source", "author", "published", "lang", "canonical_url"))
    repairs = {"count": 0, "rules": {}}
    return {
        **{"id": id, "text": text, **empty, "metadata": {}, "repairs": repairs, "furniture": [], "origin": ORIGIN},
        **more,
    }


def place(start: int, end: int) -> dict[str, Any]:
    return {"field": "text", "start": start, "end": end}


def link(copy: str, canonical: str, **more: Any) -> dict[str, Any]:
    span = {"copy": place(0, 39), "other": place(0, 39), "value": None, "similarity": 1.0}
    return {
        "copy": copy,
        "canonical": canonical,
        "relation": "near-duplicate",
        "confidence": 0.97,
        "status": "linked",
        "basis": "verified",
        "direction": {
            "confidence": 0.9,
            "abstains": False,
            "terms": [{"name": "credit", "weight": 2.2, "says": "the copy names it"}],
        },
        "evidence": [
            {"kind": "sentences", "says": "2 of 2 sentences stand in both", "other": "reuters/7", "spans": [span] * 5}
        ],
        "via": [],
        "alternatives": [],
        "scores": {"jaccard": 0.87},
        **more,
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    files: dict[str, list[dict[str, Any]]] = {
        "articles.jsonl": [
            article("alone/1", "Caf\u00e9 opens. Nothing else happened that day."),
            article("gazette/3", COPY, title="Lido opens"),
            article("mail/9", COPY),
            article("reuters/7", ORIGINAL, source="Reuters", furniture=[{"start": 0, "end": 8, "rule": "cookie-note"}]),
            article("tail/2", ORIGINAL),
            article("tail/3", COPY),
            article("unit/1", "The room has 12 Å² of it, said the baker."),
        ],
        "edits.jsonl": [
            {
                "id": "alone/1",
                "field": "text",
                "edits": [
                    {
                        "start": 0,
                        "end": 2,
                        "before": "\u00adC",
                        "after": "C",
                        "rules": ["no-such-rule"],
                        "confidence": 1,
                    },
                    {
                        "start": 4,
                        "end": 6,
                        "before": "\u00c3\u00a9",
                        "after": "\u00e9",
                        "rules": ["soft-hyphen"],
                        "confidence": 0.99,
                    },
                ],
            }
        ],
        "links.jsonl": [
            link("gazette/3", "reuters/7"),
            link("mail/9", "reuters/7", status="review"),
            link("tail/3", "gazette/3", basis="inferred", via=["mail/9"]),
            link(
                "tail/2",
                "external:afp:lido",
                basis="inferred",
                via=["mail/9"],
                alternatives=[{"canonical": "reuters/7", "confidence": 0.2}],
            ),
        ],
        "clusters.jsonl": [
            {
                "cluster": "c2",
                "canonical": "external:afp:lido",
                "virtual": True,
                "headline": "Lido",
                "size": 1,
                "members": ["tail/2"],
                "aliases": ["external:afp:old-lido"],
            }
        ],
    }
    for name, rows in files.items():
        lines = [json.dumps(row, ensure_ascii=name == "articles.jsonl") for row in rows]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def explain(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["explain", str(folder), *arguments], catch_exceptions=False)


def test_repairs_stand_in_their_context_with_invisible_characters_named(small: Path) -> None:
    said = explain(small, "alone/1").stdout
    assert "Repairs (2)" in said
    assert "  no-such-rule: a rule that is not installed here\n" in said
    assert "    “‹U+00AD SOFT HYPHEN›C” became “C” (confidence 1.00)\n" in said
    assert "      text 0  was [‹00AD›C]afÃ© opens. Nothing else happened that day.\n" in said
    assert "              now [C]afé opens. Nothing else happened that day.\n" in said
    assert "  soft-hyphen: Removes soft hyphens" in said and "(Unicode 15," in said
    assert "    “Ã©” became “é” (confidence 0.99)\n" in said
    assert "      text 3  was \u00adCaf[Ã©] opens. Nothing else happened that day.\n" in said
    assert "              now Caf[é] opens. Nothing else happened that day.\n" in said
    assert "Linked to nothing" in said


DAMAGED = """The bridge opens

The mayorâ€™s office said that the cafÃ© beside it stays closed. â€œIt isnâ€™t ours,â€\x9d she said.
“We didnâ€™t know,” said the baker. It?s late. The m\u0430yor of K\u0456ev wrote\u200b to the \u200bharbour board.
Parking costs 5â‚¬. To write é in HTML one types `&eacute;`, and &lt;b&gt; for bold.
می\u200cرود و می\u200cخواهد. 新しい橋は来週開通すると発表した。
"""
ABOUT_DAMAGE = """How mojibake is born

When UTF-8 is read in the wrong encoding, “é” becomes “Ã©”, and nobody knows why the text looks so.
"""


CODES = "".join(f"Paragraph {number} of the HTML page ends with &lt;br&gt; in the source.\n" for number in range(150))
"""More than is told: 300 codes that are left as they are."""

MIXED = "The café opens.\nThe baker is naïve, he said.\n".encode() + "The façade of the café is new.\n".encode("cp1252")

GARBLED_WORDS = "Мэр сказал: мост через реку и дорогу, и двор откроют."


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "pages").mkdir()
    (folder / "pages" / "bridge.txt").write_text(DAMAGED, encoding="utf-8")
    (folder / "pages" / "about.txt").write_text(ABOUT_DAMAGE, encoding="utf-8")
    garbled = GARBLED_WORDS.encode().decode("latin-1")
    (folder / "pages" / "words.txt").write_text(f"{garbled}\n", encoding="utf-8")
    (folder / "pages" / "codes.txt").write_text(CODES, encoding="utf-8")
    (folder / "pages" / "mixed.txt").write_bytes(MIXED)
    done = CliRunner().invoke(cli, ["run", str(folder / "pages"), "-o", str(folder / "archive")])
    assert done.exit_code == 0, done.output
    return folder / "archive"


def test_equal_repairs_stand_together(damaged: Path) -> None:
    said = explain(damaged, "bridge").stdout
    assert "    “â€™” became “’”, 3 times (confidence 0.97)\n" in said
    assert "[â€™]s office said that" in said and "[’]s office said that" in said
    assert said.count("  homoglyph: Puts back letters") == 1
    assert "  charset-layer: Repairs garbled accents" in said


def test_what_was_considered_is_shown_with_its_alternatives_and_why_it_was_left(damaged: Path) -> None:
    said = " ".join(explain(damaged, "bridge").stdout.split())
    assert "“&eacute;” could become “é” (entity) left, because it belongs where it stands text 246–254" in said
    assert "“&lt;” could become “<” (entity) left, because its line has “HTML”, which speaks against it" in said
    assert "“‹U+200C ZERO WIDTH NON-JOINER›” could be removed, 2 times (joiner) left, because it belongs" in said
    assert "entity: Turns HTML codes" in said
    about = " ".join(explain(damaged, "about").stdout.split())
    assert "Repairs: none" in about
    assert "“Ã©” could become “é” (charset-layer, " in about
    assert "left, because the text is about such damage itself (“mojibake”)" in about


def test_no_more_is_said_to_be_left_than_is_known(damaged: Path) -> None:
    said = explain(damaged, "codes").stdout
    assert "Considered and left as it is (200 or more)\n" in said
    assert "  “&lt;” could become “<”, 100 times or more (entity)\n" in said
    assert json.loads(explain(damaged, "codes", "--json").stdout)["more_considered"] is True
    assert "or more" not in explain(damaged, "bridge").stdout
    assert json.loads(explain(damaged, "bridge", "--json").stdout)["more_considered"] is False


def test_each_rule_that_weighed_a_change_gives_its_reason(small: Path) -> None:
    assert _why({"one": "it is rare", "other": "it is rare"}) == "it is rare"
    assert _why({"one": "it is rare", "other": "it is quoted"}) == "it is rare (one); it is quoted (other)"
    said = " ".join(explain(small, "unit/1").stdout.split())
    assert "“Å²” could become “Ų” (charset-layer, charset) left, because so decoded, " in said
    assert "asks for (charset-layer); it is a square or cubic ångström (charset) text" in said


def test_lines_in_another_charset_are_said_to_be_assumed(damaged: Path) -> None:
    said = explain(damaged, "mixed").stdout
    assert re.search(r"  read from mixed\.txt, as utf-8, some lines as windows-1252 \((assumed|detected)\)\n", said)


def test_what_is_explained_fits_into_80_columns(damaged: Path) -> None:
    for id in ("bridge", "about", "words", "codes", "mixed"):
        for line in explain(damaged, id).stdout.splitlines():
            assert columns(line) <= 80, line


@pytest.mark.parametrize(("terminal", "width"), [("50", 50), ("20", 40), ("300", 100)])
def test_a_terminal_is_filled_within_bounds(
    terminal: str, width: int, damaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", terminal)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert screen_width() == width
    about = about_document(damaged, "bridge")
    lines = list(document_lines(about, width))
    contexts = [line for line in lines if "[â€™]" in line]
    assert len(contexts) == 3
    assert width - 8 <= max(map(columns, contexts)) <= width  # what is left of a number in ‹› is left out


def test_repairs_of_neighbouring_words_are_one_unless_they_were_made_elsewhere_too(damaged: Path) -> None:
    said = explain(damaged, "words").stdout
    assert "became “через реку”" in said.replace("\n        ", " ")
    assert "became “и”, 2 times" in said.replace("\n        ", " ")


def test_json_has_every_alternative(damaged: Path) -> None:
    considered = json.loads(explain(damaged, "about", "--json").stdout)["considered"]
    found = next(item for item in considered if item["before"] == "Ã©")
    assert found["alternatives"][0]["after"] == "é"
    assert ABOUT_DAMAGE[found["repaired"]["start"] : found["repaired"]["end"]] == "Ã©"
    assert [rule["id"] for rule in found["alternatives"][0]["rules"]][:1] == ["charset-layer"]


def test_an_archive_that_repairs_nothing_considers_nothing(damaged: Path, tmp_path: Path) -> None:
    pages, archive = damaged.parent / "pages", tmp_path / "archive"
    assert CliRunner().invoke(cli, ["run", str(pages), "-o", str(archive), "--no-repair"]).exit_code == 0
    said = explain(archive, "bridge").stdout
    assert "Repairs: none" in said and "Considered" not in said


def test_a_copy_is_shown_with_its_original_and_a_few_passages(small: Path) -> None:
    said = explain(small, "gazette/3").stdout
    assert "gazette/3 is a nearly word-for-word copy of reuters/7" in said
    assert "verified on the texts of both" in said
    assert said.count("gazette/3 text 0–39: “The lido at Skelder opens again in May.”") == 3
    assert "and 2 more; name reuters/7 too to see all" in said
    assert "Repairs: none" in said
    assert "Reuters" in said.split("Sources it credits")[1].splitlines()[1]


def test_an_original_is_shown_with_its_copies_and_furniture(small: Path) -> None:
    said = explain(small, "reuters/7").stdout
    assert "The original of 2 copies in the archive" in said
    assert "mail/9  near-duplicate, confidence 0.97, review" in said
    assert "0–8  “The lido”" in said


@pytest.mark.parametrize("pair", [("gazette/3", "reuters/7"), ("reuters/7", "gazette/3")])
def test_a_pair_is_shown_whole_from_either_side(small: Path, pair: tuple[str, str]) -> None:
    said = explain(small, *pair).stdout
    assert said.count("reuters/7 text 0–39: “The lido at Skelder opens again in May.”") == 5
    assert "+2.20  credit: the copy names it" in said
    assert "jaccard              0.870" in said


def test_inferred_through_a_copy_is_not_said_to_be_without_an_original(small: Path) -> None:
    said = explain(small, "tail/3", "gazette/3").stdout
    assert "inferred from mail/9: no comparison with the original itself shows as much" in said


@pytest.mark.parametrize("name", ["external:afp:lido", "external:afp:old-lido"])
def test_an_absent_original_answers_to_every_name_it_had(small: Path, name: str) -> None:
    said = explain(small, "tail/2", name).stdout
    assert "tail/2 is a nearly word-for-word copy of external:afp:lido" in said
    assert "inferred from mail/9: the original is not in the archive" in said
    assert "could also be a copy of reuters/7 (confidence 0.20)" in said


def test_what_is_not_linked_is_said_to_be_so(small: Path) -> None:
    assert "Both are linked to reuters/7" in explain(small, "gazette/3", "mail/9").stdout
    said = explain(small, "alone/1", "gazette/3").stdout
    assert "No link between alone/1 and gazette/3" in said
    assert "gazette/3 is linked to reuters/7" in said
    assert "alone/1 is no copy of anything" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["gazete/3"], "nearest: gazette/3"),
        (["gazette/3", "reuter/7"], "nearest: reuters/7"),
        (["gazette/3", "external:afp:lid"], "nearest: external:afp:lido"),
        (["zzzzzzzzzz"], "`articles.jsonl` lists the ids"),
    ],
)
def test_an_unknown_id_is_wrong_usage_and_the_nearest_are_named(small: Path, arguments: list[str], says: str) -> None:
    done = explain(small, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr


def test_a_folder_that_is_no_archive_says_what_to_give(tmp_path: Path) -> None:
    done = explain(tmp_path, "a")
    assert done.exit_code == 1
    assert "no articles.jsonl there" in done.stderr


def test_a_torn_line_is_named(small: Path, tmp_path: Path) -> None:
    (tmp_path / "articles.jsonl").write_text('{"id": "a"\n', encoding="utf-8")
    done = explain(tmp_path, "a")
    assert done.exit_code == 1
    assert "articles.jsonl, line 1: no valid JSON" in done.stderr


@pytest.mark.parametrize("arguments", [("gazette/3",), ("gazette/3", "reuters/7"), ("alone/1", "mail/9")])
def test_json_holds_the_quoted_passages(small: Path, arguments: tuple[str, ...]) -> None:
    about = json.loads(explain(small, *arguments, "--json").stdout)
    if about["link"]:
        quoted = about["link"]["evidence"][0]["spans"][0]
        assert quoted["copy"]["quote"] == quoted["other"]["quote"] == ORIGINAL[:39]


def test_every_link_of_a_real_archive_can_be_explained(archive: Path) -> None:
    lines = (archive / "links.jsonl").read_bytes().splitlines()
    assert lines
    for row in map(json.loads, lines):
        for arguments in ([row["copy"]], [row["copy"], row["canonical"]]):
            done = explain(archive, *arguments)
            assert done.exit_code == 0, done.output
            assert row["canonical"] in done.stdout


@pytest.mark.parametrize(
    ("confidence", "decided", "says"),
    [
        (0.999, False, "a is the older of the two: confidence 0.99"),
        (0.7, True, "which of the two is the older is left open: a was taken, confidence 0.70"),
        (0.5, False, "nothing tells which of the two is the older: a was taken"),
        (0.1, False, "a was taken for the sake of its other copies, this one seems older: confidence 0.10"),
        (0.01, True, "a person decided; by their texts a would be the younger: confidence 0.01"),
    ],
)
def test_what_is_not_known_is_not_said(confidence: float, decided: bool, says: str) -> None:
    assert _older("a", {"confidence": confidence, "abstains": abstains(confidence)}, decided) == says


def test_a_passage_keeps_the_joiners_of_its_spelling_and_shows_what_could_deceive() -> None:
    assert passage("می‌رود", 0, 6) == "“می‌رود”"
    assert passage("a\u202eb\x1b", 0, 4) == "“a‹U+202E RIGHT-TO-LEFT OVERRIDE›b‹U+001B ESCAPE›”"
