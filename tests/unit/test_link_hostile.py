"""Linking where documents are odd on purpose: long fields, thousands of headings, dates at the ends of the calendar."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import pytest

from cleanpipe.link import find_credits, story_keys
from cleanpipe.link.credits import article_start
from cleanpipe.link.fields import named_in_field
from cleanpipe.link.provenance import plain_url
from cleanpipe.link.wording import compare, wording
from cleanpipe.match import Compared
from cleanpipe.match.prepared import Prepared
from cleanpipe.model import Document, Furniture, Origin, Span

LONGEST_S = 3.0
"""Each case takes under 0.5 s; what costs the square of its length takes minutes."""


def document(text: str, furniture: tuple[Furniture, ...] = (), title_span: Span | None = None) -> Document:
    return Document("0" * 32, "d", text, Origin("d"), lang="en", furniture=furniture, title_span=title_span)


def _headings() -> None:
    item = document("LIMA, March 3 (AP) - Results of the regatta.\n" + "Anchovy Harbour Blockade Quotas\n" * 20_000)
    assert story_keys(item, find_credits([item])[0], partial(Prepared, Compared("d", item.text, lang="en")))


def _furniture() -> None:
    line = "Advertisement\nBoats lay at rest, and the crews argued about the price of anchovies in the harbour.\n"
    text = line * 20_000
    spans = tuple(Furniture(at, at + 13, "x") for at in range(0, len(text), len(line)))
    assert article_start(document(text, spans)) == 13


CASES: dict[str, Callable[[], object]] = {
    "spaces in a field": lambda: list(named_in_field("Reuters" + " " * 200_000 + "x")),
    "words in a field": lambda: list(named_in_field("a " * 100_000)),
    "headings": _headings,
    "furniture": _furniture,
}


@pytest.mark.parametrize("name", CASES)
def test_time_grows_with_length_alone(name: str) -> None:
    begin = time.process_time()
    CASES[name]()
    assert time.process_time() - begin < LONGEST_S


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("https://x.org/a/", "http://www.x.org/a#top", True),
        ("https://x.org/a?utm_source=mail", "https://x.org/a", True),
        ("https://x.org/story?id=5&lang=en", "https://x.org/story?lang=en&id=5", True),
        ("https://x.org/story?id=5", "https://x.org/story?id=6", False),
        ("https://x.org/?p=5", "https://x.org/", False),
    ],
)
def test_pages_are_told_apart_by_their_address(one: str, two: str, same: bool) -> None:
    assert (plain_url(one) == plain_url(two)) is same


@pytest.mark.parametrize(
    ("text", "names", "words"),
    [
        ("Boats for Ana Soto and her crew from Paita", 3, 9),
        ("قال رئيس البلدية إن المكتبة العائمة عادت إلى الوادي", 0, 9),
        ("łódź w śniegu i żaby nad rzeką Odrą", 1, 8),
        ("渔船停在港口", 0, 6),
    ],
)
def test_names_begin_with_capitals_and_letters_count_where_there_are_no_spaces(
    text: str, names: int, words: int
) -> None:
    found = wording(text)
    assert (found.names, found.words) == (names, words)


def test_a_script_without_spaces_has_no_plainer_words() -> None:
    one, two = wording("渔船停在港口。" * 10), wording("渔船停在港口渔船停在港口。" * 5)
    found = compare(one, two)
    assert found is not None and found.word_length == 0.0
