"""The comparison of a copy as text: what the page draws, for a terminal or another program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

Json = dict[str, Any]
RunKind = Literal["kept", "replaced", "dropped", "added"]

ALL_KEPT = 100
_KINDS: tuple[RunKind, ...] = ("kept", "replaced", "dropped", "added")


class Run(NamedTuple):
    """What became of some words of a row, in one of the two texts."""

    kind: RunKind
    text: str


class SideRow(NamedTuple):
    """A row of the comparison. A side without words has no runs; `kept` is a percentage of words, where both have."""

    kind: str
    other: tuple[Run, ...]
    copy: tuple[Run, ...]
    kept: int | None
    partner: int | None
    """For what was moved, the place of its other row."""


def side_rows(story: Json, copy: Json, pair: Json) -> Iterator[SideRow]:
    """The rows of one pair of `copy["pairs"]`, of a story as `cleanpipe.report.story` gives it."""
    other_article, own_article = story["articles"][pair["other"]], story["articles"][copy["article"]]
    texts = _units(_text(story, other_article)), _units(_text(story, own_article))
    titles = _units(other_article["title"]), _units(own_article["title"])
    for row in pair["rows"]:
        title = row["kind"] == "title"
        spans = [(0, len(side) // 2) for side in titles] if title else [row.get("o"), row.get("c")]
        sides = [
            tuple(_runs(text, span, row, side)) if span else ()
            for side, (text, span) in enumerate(zip(titles if title else texts, spans, strict=True))
        ]
        kind = "same" if row["kind"] == "aligned" and row.get("kept") == ALL_KEPT else row["kind"]
        yield SideRow(kind, sides[0], sides[1], row.get("kept"), row.get("partner"))


def _runs(text: bytes, span: tuple[int, int], row: Json, side: int) -> Iterator[Run]:
    start, end = span
    flat = row.get("d")
    if not flat:
        only: dict[str, RunKind] = {"dropped": "dropped", "added": "added"}
        yield Run(only.get(row["kind"], "kept"), _cut(text, start, end))
        return
    at = start
    for place in range(0, len(flat), 3):
        length = flat[place + 1 + side]
        if length:
            yield Run(_KINDS[flat[place]], _cut(text, at, at + length))
        at += length


def _text(story: Json, article: Json) -> str:
    own = article["text"]
    return str(story["articles"][article["same"]]["text"] if own is None else own)


def _units(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _cut(text: bytes, start: int, end: int) -> str:
    return text[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")
