"""What `explain` puts its lines together from: why a repair was left, passages and lines cut to columns."""

from __future__ import annotations

import time
from typing import Any

import pytest

from cleanpipe.archive.rows import plain
from cleanpipe.cli.explain_columns import clipped, columns, wrapped
from cleanpipe.cli.explain_left import Reasons
from cleanpipe.cli.explaining import _origin
from cleanpipe.cli.rulenotes import rule_notes
from cleanpipe.model import Edit, Origin
from cleanpipe.repair import repair

GARBLED = {
    "id": "garbled",
    "engine": "garbled",
    "confidence": 0.9,
    "of": "\u2062",
    "charsets": ["cp1250"],
    "lost": ["space"],
}


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"pattern": "ab", "keep": ["xab"]}, "it belongs where it stands"),
        ({"pattern": "ab", "keep": ["abc"], "unless": "ta[lk]+"}, "the text has “talk”, which speaks against it"),
        ({"pattern": "ab", "unless_line": "of"}, "its line has “of”, which speaks against it"),
        ({"pattern": "ab", "unless_line": "talk", "evidence": 3}, "the rule asks for 3 in a text"),
        ({"pattern": "ab", "needs": "cd", "evidence": 3}, "the text lacks what would show that it is damage"),
        ({"pattern": "ab"}, "not enough speaks for it"),
        ({"engine": "homoglyph", "about": "talk"}, "the text is about such damage itself (“talk”)"),
        ({"engine": "homoglyph", "about": "silence"}, "too little speaks for a disguise"),
        ({"engine": "hyphenation"}, "it is no word that the language is known to have"),
        (GARBLED, "the rule asks for 2"),
    ],
)
def test_why_something_was_left(rule: dict[str, Any], why: str) -> None:
    text = "talk\nof xab here\n"
    start = text.index("ab")
    whole = {"id": "rule", "confidence": 0.9, "replace": "c", **rule}
    assert why in Reasons(text, None).why(whole, Edit(start, start + 2, "ab", "c", ("rule",), 0.9))


def test_of_a_rule_that_is_gone_no_more_is_said_than_is_known() -> None:
    assert Reasons("ab", None).why({}, Edit(0, 1, "a", "b", ("rule",), 0.9)) == "not enough speaks for it"


@pytest.mark.parametrize(
    ("text", "before", "why"),
    [
        ("A wrong encoding turns “café” into “cafÃ©”.", "Ã©", "the text is about such damage itself (“encoding”)"),
        ("With the wrong charset é becomes Ã© .", "Ã©", "the text is about such damage itself (“charset”)"),
        ("See https://example.org/cafÃ©/menu now.", "Ã©", "it stands in an address"),
        ("Call `decode(cafÃ©)` now.", "Ã©", "it stands in an address, a name of an account or code"),
        ('He wrote "Ã©" on the board.', "Ã©", "is single signs in quotation marks"),
        ("The sign said “â€™” for years.", "â€™", "is single signs in quotation marks"),
        ("He said “the boatâ€” and left.", "â€”", "it would take the closing mark of a quotation"),
        ("A value of 5 √π was seen.", "√π", "the line is not likelier"),
    ],
)
def test_why_a_garbled_passage_was_left(text: str, before: str, why: str) -> None:
    reasons = reasons_of(text)
    assert any(passage == before and why in said for passage, said in reasons), reasons


def test_of_a_quoted_sign_it_is_not_said_that_all_else_is_sound() -> None:
    """What is left beside it is left for a reason of its own."""
    reasons = reasons_of('He wrote "Ã©" here.\nThe signs √π and ∆± in a line.')
    assert {passage for passage, _ in reasons} == {"Ã©", "√π", "∆±"}
    for passage, why in reasons:
        assert ("all that the rule is sure of here" if passage == "Ã©" else "the line is not likelier") in why


def reasons_of(text: str) -> list[tuple[str, str]]:
    """What is considered in a repaired text and left, with the reason."""
    rules = {note.id: note.table for note in rule_notes() if note.kind == "repair"}
    mended = repair(text).text
    reasons = Reasons(mended, None)
    return [(edit.before, reasons.why(rules[edit.rules[0]], edit)) for edit in repair(mended).considered]


def test_braille_among_braille_is_said_to_be_it() -> None:
    edit = Edit(0, 1, "\u28a0", " ", ("rule",), 0.9)
    assert "Braille" in Reasons("\u28a0 and \u2801", None).why(GARBLED, edit)
    assert "Braille" not in Reasons("\u28a0 and", None).why(GARBLED, edit)


@pytest.mark.parametrize(
    ("left", "inside", "right", "shown"),
    [
        ("s", "h", "ort", "s[h]ort"),
        ("a" * 25, "a", "a" * 24, "…aaaaaaa[a]aaaaaaaa…"),
        ("", "a", "a" * 49, "[a]aaaaaaaaaaaaaaa…"),
        ("a" * 49, "a", "", "…aaaaaaaaaaaaaaa[a]"),
        ("新しい橋は", "来", "週開通する", "…い橋は[来]週開通す…"),
        ("x", "ab" * 20, "x", "x[ababa…abab]x"),
        ("one\n\n", "two", "\x1b", "one [two]‹001B›"),
        ("a", "\u200b", "b", "a[‹200B›]b"),
        ("", "", "", "[]"),
    ],
)
def test_a_passage_is_cut_to_its_columns(left: str, inside: str, right: str, shown: str) -> None:
    assert clipped(left, inside, right, 20) == shown
    assert columns(shown) <= 20


def test_a_name_of_an_invisible_character_is_not_cut_in_two() -> None:
    for width in range(20, 40):
        assert clipped("a\x1bb\x1bc\x1bd\x1b", "e", "\x1bf\x1bg\x1bh\x1bi", width).count("‹") * 2 == sum(
            clipped("a\x1bb\x1bc\x1bd\x1b", "e", "\x1bf\x1bg\x1bh\x1bi", width).count(mark) for mark in "‹›"
        )


def test_lines_are_broken_between_words_and_wide_characters_alone() -> None:
    assert list(wrapped("word " * 20, 2, 80)) == [
        "  " + "word " * 14 + "word",
        "      " + "word " * 4 + "word",
    ]
    assert list(wrapped("x" * 100, 0, 80)) == ["x" * 100]
    assert [columns(line) for line in wrapped("橋" * 50, 2, 80)] == [80, 28]
    assert list(wrapped("two  spaces", 4, 80)) == ["    two  spaces"]
    assert list(wrapped("橋" * 4 + "x" * 20, 0, 8)) == ["橋橋橋橋", "    " + "x" * 20]
    assert [columns(line) for line in wrapped("e\u0301" * 10, 2, 8)] == [8, 8, 8]


def test_a_long_title_without_spaces_takes_no_longer_than_its_length() -> None:
    def seconds(length: int) -> float:
        return min(_seconds("橋" * length) for _ in range(3))

    assert seconds(20_000) < 25 * seconds(2_000) + 0.01


def _seconds(text: str) -> float:
    start = time.process_time()
    assert sum(map(len, wrapped(text, 2, 80))) >= len(text)
    return time.process_time() - start


@pytest.mark.parametrize(
    ("origin", "read_as"),
    [
        (Origin("a.txt"), "a.txt, as utf-8"),
        (Origin("a.jsonl", 3, 90), "a.jsonl, line 3, as utf-8"),
        (Origin("a.txt", charset="koi8-r", charset_by="detected"), "a.txt, as koi8-r (detected)"),
        (Origin("a.txt", charset="windows-1252", charset_by="assumed"), "a.txt, as windows-1252 (assumed)"),
        (
            Origin("a.txt", other_charset="windows-1252", other_lines=(2,), charset_by="assumed"),
            "a.txt, as utf-8, some lines as windows-1252 (assumed)",
        ),
        (Origin("a.txt", note="a note\x1b"), "a.txt, as utf-8; a note‹U+001B ESCAPE›"),
    ],
)
def test_a_charset_is_said_to_be_assumed_where_it_is(origin: Origin, read_as: str) -> None:
    assert _origin(plain(origin)) == read_as
