"""What an archive holds, in numbers: for the summary of a run, the manifest and the report."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cleanpipe.archive.lines import streamed
from cleanpipe.archive.rows import origin_from
from cleanpipe.archive.store import Archive
from cleanpipe.text.jsonline import load


@dataclass(frozen=True, slots=True)
class Counts:
    articles: int
    repaired: int
    """Articles with at least one repair."""
    charsets: Mapping[str, int]
    """Articles whose charset was declared, detected or assumed, by that."""
    repairs: Mapping[str, int]
    """Repairs made, by rule."""
    shared_ids: int
    """Ids that two or more different records claim."""
    copies: Mapping[str, int]
    """Linked copies, by relation."""
    review: Mapping[str, int]
    """Copies that wait for a decision, by relation."""
    originals: int
    """Originals in the archive that linked copies lead to."""
    absent_originals: int
    """Originals that linked copies lead to and that are not in the archive."""
    rejected: Mapping[str, int]
    """Records that couldn't be read, by reason."""
    decisions: int = 0
    """Decisions of people, all that were ever taken."""
    forgotten: int = 0
    """Records that were removed and are left out since."""

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def count(archive: Archive) -> Counts:
    query = archive.connection.execute
    (articles, repaired) = _row(query("SELECT count(*), count(*) FILTER (edits <> '{}') FROM documents").fetchone())
    (shared,) = _row(
        query("SELECT count(*) FROM (SELECT 1 FROM documents GROUP BY given_id HAVING count(*) > 1)").fetchone()
    )
    repairs: collections.Counter[str] = collections.Counter()
    # Not by DuckDB's own JSON functions, which refuse lone surrogates.
    for (edits,) in _each(archive, "SELECT edits FROM documents WHERE edits <> '{}'"):
        repairs.update(rule for rows in load(edits).values() for edit in rows for rule in edit["rules"])
    charsets: collections.Counter[str] = collections.Counter()
    for (origin,) in _each(archive, """SELECT origin FROM documents WHERE origin NOT LIKE '%"charset_by":null%'"""):
        if assumed := origin_from(load(origin)).assumed:
            charsets[assumed] += 1
    copies: dict[str, collections.Counter[str]] = {"linked": collections.Counter(), "review": collections.Counter()}
    canonicals = set()
    for (row,) in _each(archive, "SELECT link FROM links"):
        link = load(row)
        copies[link["status"]][link["relation"]] += 1
        if link["status"] == "linked":
            canonicals.add(link["canonical"])
    absent = canonicals & archive.absent_originals()
    return Counts(
        articles=articles,
        repaired=repaired,
        charsets=_sorted(charsets),
        repairs=_sorted(repairs),
        shared_ids=shared,
        copies=_sorted(copies["linked"]),
        review=_sorted(copies["review"]),
        originals=len(canonicals - absent),
        absent_originals=len(absent),
        decisions=_row(query("SELECT count(*) FROM decisions").fetchone())[0],
        forgotten=_row(query("SELECT count(*) FROM forgotten").fetchone())[0],
        rejected=dict(query("SELECT reason, count(*) FROM rejected GROUP BY reason ORDER BY reason").fetchall()),
    )


def _each(archive: Archive, query: str) -> Iterator[tuple[Any, ...]]:
    cursor = archive.connection.cursor()
    cursor.execute(query)
    return streamed(cursor)


def _row(row: tuple[Any, ...] | None) -> tuple[Any, ...]:
    assert row is not None
    return row


def _sorted(counter: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counter.items()))
