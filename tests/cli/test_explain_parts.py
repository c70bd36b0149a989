"""What `explain` puts its lines together from: why a repair was left, passages and lines cut to columns."""

from __future__ import annotations

from typing import Any

import pytest

from cleanpipe.cli.explain_columns import clipped, columns, wrapped
from cleanpipe.cli.explain_left import why_left
from cleanpipe.model import Edit

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
        ({"engine": "layers", "about": "talk"}, "the line is not likelier by the margin that the rule asks for"),
        ({"engine": "legacy"}, "the words of the text are not likelier by the margin that the rule asks for"),
        ({"engine": "hyphenation"}, "it is no word that the language is known to have"),
        (GARBLED, "the rule asks for 2"),
        ({}, "not enough speaks for it"),
    ],
)
def test_why_something_was_left(rule: dict[str, Any], why: str) -> None:
    text = "talk\nof xab here\n"
    start = text.index("ab")
    assert why in why_left(rule, text, Edit(start, start + 2, "ab", "c", ("rule",), 0.9))


@pytest.mark.parametrize(
    ("text", "after", "why"),
    [
        ("talk of “ab” here", "c", "the text is about such damage itself (“talk”)"),
        ("talk: c becomes ab", "c", "the text is about such damage itself (“talk”)"),
        ("see https://example.org/ab/cd", "c", "it stands in an address"),
        ("see https://example.org\nor ab", "c", "the line is not likelier"),
    ],
)
def test_why_a_garbled_passage_was_left(text: str, after: str, why: str) -> None:
    start = text.rindex("ab")
    edit = Edit(start, start + 2, "ab", after, ("rule",), 0.9)
    assert why in why_left({"engine": "layers", "about": "talk"}, text, edit)


def test_braille_among_braille_is_said_to_be_it() -> None:
    edit = Edit(0, 1, "\u28a0", " ", ("rule",), 0.9)
    assert "Braille" in why_left(GARBLED, "\u28a0 and \u2801", edit)
    assert "Braille" not in why_left(GARBLED, "\u28a0 and", edit)


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
