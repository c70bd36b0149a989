"""What an archive holds, in numbers: for the summary of a run, the manifest and the report."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cleanpipe.archive.store import Archive


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
    linked = query(
        "SELECT count(DISTINCT original), count(DISTINCT original) FILTER (virtual) FROM links "
        "JOIN clusters USING (original) WHERE status = 'linked'"
    ).fetchone()
    originals, absent = _row(linked)

    def counted(sql: str) -> dict[str, int]:
        return _sorted(dict(query(sql).fetchall()))

    by_relation = "SELECT relation, count(*) FROM links WHERE status = '{}' GROUP BY relation"
    return Counts(
        articles=articles,
        repaired=repaired,
        charsets=counted("SELECT assumed, count(*) FROM documents WHERE assumed IS NOT NULL GROUP BY assumed"),
        repairs=counted("SELECT rule, count(*) FROM (SELECT unnest(rules) AS rule FROM documents) GROUP BY rule"),
        shared_ids=shared,
        copies=counted(by_relation.format("linked")),
        review=counted(by_relation.format("review")),
        originals=originals - absent,
        absent_originals=absent,
        decisions=_row(query("SELECT count(*) FROM decisions").fetchone())[0],
        forgotten=_row(query("SELECT count(*) FROM forgotten").fetchone())[0],
        rejected=counted("SELECT reason, count(*) FROM rejected GROUP BY reason"),
    )


def _row(row: tuple[Any, ...] | None) -> tuple[Any, ...]:
    assert row is not None
    return row


def _sorted(counter: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counter.items()))
