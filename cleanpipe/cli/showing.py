"""Gathers what a story is made of, and lays its texts in columns for a terminal.

`about_story` gives plain JSON values (what `--json` prints), `story_lines` the same for a reader.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from cleanpipe.cli import exports
from cleanpipe.cli.explain_columns import columns
from cleanpipe.cli.output import one_line
from cleanpipe.errors import UsageError
from cleanpipe.report.names import source_names
from cleanpipe.report.sides import side_rows
from cleanpipe.report.story import Article, story
from cleanpipe.report.words import RELATIONS, STATUSES

About = dict[str, Any]

TWO_COLUMNS = 64
"""Columns from which two texts have room beside each other: some 28 for each."""
SIGNS = {
    "title": "T",
    "same": "=",
    "aligned": "~",
    "moved": ">",
    "moved-away": "<",
    "dropped": "-",
    "added": "+",
    "furniture": "#",
}
LEGEND = "= same  ~ reworded  - dropped  + added  > moved here  < moved away  # page furniture  T title"
GUTTER = 6
"""Columns for the number and the sign of a row."""
BETWEEN = " │ "
ISOLATE, END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_RIGHT_TO_LEFT = ("R", "AL")


def about_story(archive: Path, name: str) -> About:
    """A story and its copies, or the one copy that has the id `name`. Raises UsageError, naming the nearest, for a
    name that is neither a cluster's nor a document's, and for a document that belongs to no story."""
    cluster = _cluster(archive, name)
    members = exports.articles(archive, cluster["members"])
    links = {row["copy"]: row for row in exports.rows_with(archive, "links.jsonl", "copy", cluster["members"])}
    order = sorted(members, key=lambda id: (id != cluster["canonical"], id))
    wanted = [name] if name in links else sorted(links, key=lambda id: (-links[id]["confidence"], id))
    names = source_names({}) if cluster["virtual"] else {}
    rows = [links[id] for id in wanted if id in members]
    data = story(cluster, [Article(members[id]) for id in order], {}, rows, names)
    original = None if data["original"] is None else data["articles"][data["original"]]
    return {
        "cluster": cluster["cluster"],
        "headline": cluster["headline"],
        "canonical": cluster["canonical"],
        "virtual": cluster["virtual"],
        "source": data["source"],
        "original": _facts(original) if original else None,
        "copies": [_copy(data, copy) for copy in data["copies"]],
    }


def _cluster(archive: Path, name: str) -> About:
    found: About | None = None
    known: list[str] = []
    for row in exports.rows(archive, "clusters.jsonl"):
        if row["cluster"] == name:
            return row
        if name == row["canonical"] or name in row["members"] or name in row.get("aliases", ()):
            found = row
        known.append(row["cluster"])
    if found is None:
        if exports.articles(archive, {name}):
            raise UsageError(f"{name!r} stands alone in {archive}: it has no copy, and it is none")
        known += [row["id"] for row in exports.rows(archive, "articles.jsonl")]
        raise UsageError(f"{archive} has no story and no document {name!r}{exports.nearest(name, known)}")
    return found


def _facts(article: About) -> About:
    return {name: article[name] for name in ("id", "title", "source", "published", "lang")}


def _copy(data: About, copy: About) -> About:
    def side(runs: Sequence[tuple[str, str]]) -> list[About]:
        return [{"kind": kind, "text": text} for kind, text in runs]

    return {
        **_facts(data["articles"][copy["article"]]),
        **{name: copy[name] for name in ("relation", "status", "confidence")},
        "same_as": None if copy["sameAs"] is None else data["articles"][copy["sameAs"]]["id"],
        "evidence": [item["says"] for item in copy["evidence"]],
        "comparisons": [
            {
                "other": data["articles"][pair["other"]]["id"],
                "rows": [
                    {
                        "kind": row.kind,
                        "kept": row.kept,
                        "partner": row.partner,
                        "other": side(row.other),
                        "copy": side(row.copy),
                    }
                    for row in side_rows(data, copy, pair)
                ],
            }
            for pair in copy["pairs"]
        ],
    }


def story_lines(about: About, width: int) -> Iterator[str]:
    """The story in lines of `width` columns at most."""
    yield from _wrapped(one_line(about["headline"]) or about["cluster"], width)
    yield from _wrapped(f"Story {one_line(about['cluster'])}", width)
    if about["original"]:
        yield from _wrapped(f"Original: {_who(about['original'])}", width)
    else:
        by = f", published by {one_line(about['source'])}," if about["source"] else ""
        yield from _wrapped(f"The original{by} is not in this archive: {one_line(about['canonical'])}", width)
    yield ""
    yield from _wrapped(LEGEND, width)
    for copy in about["copies"]:
        yield ""
        yield from _copy_lines(copy, about["canonical"], width)


def _copy_lines(copy: About, canonical: str, width: int) -> Iterator[str]:
    waits = "" if copy["status"] == "linked" else f", {STATUSES['review'][0].lower()}"
    relation = RELATIONS[copy["relation"]][0]
    yield from _wrapped(f"{relation}, {int(copy['confidence'] * 100)} % sure{waits}: {_who(copy)}", width)
    if copy["same_as"] is not None:
        yield from _wrapped(f"The same text as {one_line(copy['same_as'])}.", width)
    elif not copy["comparisons"]:
        yield "No sentences were matched. What the link rests on:"
        for says in copy["evidence"]:
            yield from (f"  {line}" for line in _wrapped(one_line(says), width - 2))
    for comparison in copy["comparisons"]:
        other = comparison["other"]
        name = "Original" if other == canonical else one_line(other)
        yield from _comparison_lines(comparison["rows"], name, width)


def _comparison_lines(rows: Sequence[About], name: str, width: int) -> Iterator[str]:
    beside = width >= TWO_COLUMNS
    cell = (width - GUTTER - len(BETWEEN)) // 2
    if beside:
        yield f"{'':{GUTTER}}{_padded(next(_wrapped(name, cell)), cell)}{BETWEEN}This copy"
        yield f"{'':{GUTTER}}{'─' * cell}─┼─{'─' * cell}"
    for number, row in enumerate(rows, 1):
        sign = SIGNS[row["kind"]]
        head = f"{number:>3} {sign} "
        left, right = _marked(row["other"], "[-", "-]"), _marked(row["copy"], "{+", "+}")
        if beside:
            pairs = zip_longest(_wrapped(left, cell), _wrapped(right, cell), fillvalue="")
            for place, (one, two) in enumerate(pairs):
                yield f"{'' if place else head:{GUTTER}}{_padded(one, cell)}{BETWEEN}{_isolated(two)}".rstrip()
        else:
            for label, text in (("[", left), ("{", right)):
                for line in _wrapped(text, width - GUTTER - 2) if text else ():
                    yield f"{head:{GUTTER}}{label} {_isolated(line)}"
                    head, label = "", " "


def _who(article: About) -> str:
    published = (article["published"] or "")[: len("2024-04-16T08:00")].replace("T", " ")
    about = ", ".join(part for part in (article["source"], published) if part)
    return one_line(f"{article['id']} ({about})" if about else article["id"])


def _marked(runs: Sequence[About], opened: str, closed: str) -> str:
    return one_line("".join(
        run["text"] if run["kind"] == "kept" else f"{opened}{run['text']}{closed}" for run in runs
    )).strip()  # fmt: skip


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of `width` columns at most, at least one; a word longer than that is cut."""
    line, taken = "", 0
    for word in text.split(" "):
        wide = columns(word)
        if line and taken + 1 + wide > width:
            yield line
            line, taken = "", 0
        elif line:
            line, taken = f"{line} ", taken + 1
        for character in word:
            one = columns(character)
            if taken + one > width:
                yield line
                line, taken = "", 0
            line, taken = line + character, taken + one
    yield line


def _padded(text: str, width: int) -> str:
    return _isolated(text) + " " * (width - columns(text))


def _isolated(text: str) -> str:
    """Text that runs from right to left kept within its cell, where a terminal would else turn the whole line round."""
    turns = any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)
    return f"{ISOLATE}{text}{END}" if turns else text
