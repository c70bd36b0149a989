"""What the page has to know of one story: its articles, its copies, and each copy laid beside what it was made from.

Everything is plain JSON values; offsets are in UTF-16 units, as the page's script counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from textwrap import shorten
from typing import Any

from cleanpipe.model import Span
from cleanpipe.report import alignment, words
from cleanpipe.report.characters import visible
from cleanpipe.report.units import Units
from cleanpipe.report.worddiff import Kind, diff, kept_share
from cleanpipe.text.scripts import RIGHT_TO_LEFT, dominant_script

Json = dict[str, Any]

REPAIRS_SHOWN = 200
"""Repairs of one article that the page holds; a file with one lost byte a line has thousands of them."""
LONGEST_REPAIR = 300
CONTEXT = 24
"""Characters around a repair that are shown with it."""
SCRIPT_SAMPLE = 2000
"""Characters that are looked at to see which way a text runs."""
NAME = 80
"""Characters of its text that an article without a title is called by."""
_SPACE = re.compile(r"\s")
_CODES: dict[Kind, int] = {"kept": 0, "replaced": 1, "dropped": 2, "added": 3}


class Article:
    """A row of `articles.jsonl` with what the page needs to know of it."""

    def __init__(self, row: Json) -> None:
        self.id = str(row["id"])
        self.text = str(row["text"])
        self.units = Units(self.text)
        self.row = row
        self.title_span = _span(row.get("title_span"))
        self.title = str(row.get("title") or "")
        if self.title_span and not self.title:
            self.title = " ".join(self.text[slice(*self.title_span)].split())
        self.name = " ".join(self.title.split()) or shorten(self.text[: 2 * NAME], NAME, placeholder=" …") or self.id
        self.furniture = [_span(item) or Span(0, 0) for item in row.get("furniture") or ()]

    def for_page(self, edits: Sequence[Json], same_as: int | None) -> Json:
        row, units = self.row, self.units
        origin = row.get("origin") or {}
        count = sum(len(field["edits"]) for field in edits)
        shown = islice(((field["field"], *item) for field in edits for item in _shifted(field)), REPAIRS_SHOWN)
        return {
            "id": self.id,
            "title": self.title,
            "name": self.name,
            "source": source_of(row),
            "author": row.get("author"),
            "published": row.get("published"),
            "url": row.get("url"),
            "canonical_url": row.get("canonical_url"),
            "lang": row.get("lang"),
            "rtl": dominant_script(self.text[:SCRIPT_SAMPLE]) in RIGHT_TO_LEFT,
            "origin": ", ".join(
                [str(origin[name]) for name in ("file", "member") if origin.get(name)]
                + [f"{name} {origin[name]}" for name in ("line", "row") if origin.get(name) is not None]
            ),
            "text": self.text if same_as is None else None,
            "same": same_as,
            "titleSpan": [units(edge) for edge in self.title_span] if self.title_span else None,
            "furniture": [[units(span.start), units(span.end)] for span in self.furniture],
            "repairs": [_repair(row, field, edit, shift, units) for field, edit, shift in shown],
            "moreRepairs": max(0, count - REPAIRS_SHOWN),
        }


def story(
    cluster: Json,
    articles: Sequence[Article],
    edits: Mapping[str, Sequence[Json]],
    links: Sequence[Json],
    source_names: Mapping[str, str],
) -> Json:
    """The data of one story. `articles` are its members, the original first; `links` the rows of its copies.

    A text that several members share stands in the data once, with the first of them.
    """
    place = {article.id: number for number, article in enumerate(articles)}
    first: dict[str, int] = {}
    same = [first.setdefault(article.text, number) for number, article in enumerate(articles)]
    canonical = cluster["canonical"]
    source = words.external_source(canonical) if cluster["virtual"] else None
    return {
        "cluster": cluster["cluster"],
        "canonical": canonical,
        "headline": cluster["headline"],
        "virtual": cluster["virtual"],
        "source": source_names.get(source, source) if source else None,
        "aliases": cluster.get("aliases") or [],
        "published": cluster.get("published"),
        "original": None if cluster["virtual"] else place.get(canonical),
        "articles": [
            article.for_page(edits.get(article.id, ()), None if same[number] == number else same[number])
            for number, article in enumerate(articles)
        ],
        "copies": [_copy(link, articles, place, same) for link in links if link["copy"] in place],
    }


def source_of(row: Json) -> str | None:
    """Who published an article: its `source`, or the host of its address."""
    if row.get("source"):
        return str(row["source"])
    _, _, rest = str(row.get("url") or "").partition("://")
    host = rest.partition("/")[0].rpartition("@")[2].partition(":")[0].removeprefix("www.")
    return host or None


def _copy(link: Json, articles: Sequence[Article], place: Mapping[str, int], same: Sequence[int]) -> Json:
    own = place[link["copy"]]
    copy = articles[own]
    canonical = place.get(link["canonical"])
    pairs: dict[int, list[Json]] = {}
    for item in link["evidence"]:
        other = place.get(item["other"]) if item["other"] is not None else None
        # Evidence that a whole text is the same but for case, quotes or spacing has one span: all of both texts.
        if item["kind"] in ("sentences", "hash") and other is not None and same[other] != same[own]:
            pairs.setdefault(other, []).extend(span for span in item["spans"] if span["copy"] and span["other"])
    order = sorted(
        (other for other in pairs if pairs[other]),
        key=lambda other: (other != canonical, -len(pairs[other]), articles[other].id),
    )
    return {
        "article": own,
        "relation": link["relation"],
        "status": link["status"],
        "basis": link["basis"],
        "confidence": link["confidence"],
        "direction": link["direction"],
        "alternatives": link["alternatives"],
        "via": link["via"],
        "scores": link["scores"],
        "evidence": [_evidence(item, copy, articles, place) for item in link["evidence"]],
        "sameAs": same[own] if same[own] != own else None,
        "pairs": [{"other": other, "rows": _rows(articles[other], copy, pairs[other])} for other in order],
    }


def _evidence(item: Json, copy: Article, articles: Sequence[Article], place: Mapping[str, int]) -> Json:
    number = place.get(item["other"]) if item["other"] is not None else None
    other = articles[number] if number is not None else None
    spans = [] if item["kind"] in ("sentences", "hash") else item["spans"]
    return {
        "kind": item["kind"],
        "says": item["says"],
        "other": number,
        "otherId": item["other"],
        "count": len(item["spans"]),
        "spans": [
            {
                "copy": _place(span.get("copy"), copy),
                "other": _place(span.get("other"), other),
                "value": span.get("value"),
            }
            for span in spans
        ],
    }


def _place(place: Json | None, article: Article | None) -> list[Any] | None:
    """[field, start, end] in UTF-16 units of that field."""
    if place is None or article is None:
        return None
    field = place["field"]
    units = article.units if field == "text" else Units(str(article.row.get(field) or ""))
    return [field, units(place["start"]), units(place["end"])]


def _rows(other: Article, copy: Article, spans: Sequence[Json]) -> list[Json]:
    """The comparison: for each row its kind, its span on either side ("o", "c"), and the word runs ("d")."""
    found = [
        alignment.Pair(_range(span["other"]), _range(span["copy"]))
        for span in spans
        if span["copy"]["field"] == span["other"]["field"] == "text"
    ]
    if found == [alignment.Pair(Span(0, len(other.text)), Span(0, len(copy.text)))]:
        found = alignment.by_paragraph(other.text, copy.text)
    title_aligned = (other.title_span and alignment.covered([pair.other for pair in found], other.title_span)) or (
        copy.title_span and alignment.covered([pair.copy for pair in found], copy.title_span)
    )
    rows: list[Json] = []
    if other.title and copy.title and not title_aligned:
        rows.append({"kind": "title", **_titles(other.title, copy.title)})
    skipped = len(rows)
    for row in alignment.rows(
        other.text,
        copy.text,
        found,
        other_furniture=other.furniture,
        copy_furniture=copy.furniture,
        other_skip=other.title_span if skipped else None,
        copy_skip=copy.title_span if skipped else None,
    ):
        shown: Json = {"kind": row.kind}
        if row.other:
            shown["o"] = [other.units(row.other.start), other.units(row.other.end)]
        if row.copy:
            shown["c"] = [copy.units(row.copy.start), copy.units(row.copy.end)]
        if row.other and row.copy:
            shown |= _words(other.text, row.other, other.units, copy.text, row.copy, copy.units)
        if row.partner is not None:
            shown["partner"] = row.partner + skipped
        rows.append(shown)
    return rows


def _titles(other: str, copy: str) -> Json:
    return _words(other, Span(0, len(other)), Units(other), copy, Span(0, len(copy)), Units(copy))


def _words(other: str, other_span: Span, other_units: Units, copy: str, copy_span: Span, copy_units: Units) -> Json:
    """Word runs of a row, flat: code, length in the original, length in the copy; and the percentage of words kept."""
    before, after = other[slice(*other_span)], copy[slice(*copy_span)]
    runs = diff(before, after)
    if len(runs) == 1 and runs[0].kind == "kept":
        return {"kept": 100}
    flat: list[int] = []
    at_other, at_copy = other_units(other_span.start), copy_units(copy_span.start)
    for run in runs:
        other_end = other_units(other_span.start + run.before_end)
        copy_end = copy_units(copy_span.start + run.after_end)
        flat += (_CODES[run.kind], other_end - at_other, copy_end - at_copy)
        at_other, at_copy = other_end, copy_end
    return {"d": flat, "kept": min(99, int(100 * kept_share(before, after, runs)))}


def _shifted(field: Json) -> Iterator[tuple[Json, int]]:
    """Each edit of a field with how far those before it moved the text."""
    shift = 0
    for edit in field["edits"]:
        yield edit, shift
        shift += len(edit["after"]) - len(edit["before"])


def _repair(row: Json, field: str, edit: Json, shift: int, units: Units) -> Json:
    repaired = str(row.get(field) or "")
    start = edit["start"] + shift
    end = start + len(edit["after"])
    # What was taken out altogether leaves nothing to point to: then it is the character that follows, or the last one.
    first = min(start, len(repaired) - 1) if start == end else start
    return {
        "field": field,
        "at": [units(first), units(max(end, first + 1))] if field == "text" and repaired else None,
        "before": _shortened(edit["before"]),
        "after": _shortened(edit["after"]),
        "left": _context(repaired[max(0, start - CONTEXT) : start]),
        "right": _context(repaired[end : end + CONTEXT]),
        "rules": edit["rules"],
        "confidence": edit["confidence"],
    }


def _context(text: str) -> str:
    return _SPACE.sub(" ", text)


def _shortened(text: str) -> list[Any]:
    return visible(text) if len(text) <= LONGEST_REPAIR else [*visible(text[:LONGEST_REPAIR]), " …"]


def _span(value: Json | None) -> Span | None:
    return _range(value) if value else None


def _range(value: Json) -> Span:
    return Span(value["start"], value["end"])
