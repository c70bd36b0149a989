"""Pairs of documents in the archive: those that were compared, what was found, and what it comes to.

Documents are named by their hashes here, pairs are columns: archives have ten pairs an article. Of most a probability
is all that is kept; what links are made from has its scores, passages and facts beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cleanpipe.archive.reprints import LIVE
from cleanpipe.archive.rows import match_from, match_row, text_of
from cleanpipe.archive.store import Archive, columns_of, document_hash
from cleanpipe.model import Match
from cleanpipe.text.jsonline import load

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Pairs:
    """Columns of n pairs, `a < b`, uint64: hashes of documents. `wanted` is true for those whose shared facts count
    however unlike their words are, because both rest on one source."""

    a: NDArray[np.uint64]
    b: NDArray[np.uint64]
    wanted: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.a)

    @property
    def documents(self) -> NDArray[np.uint64]:
        """All documents of the pairs, sorted."""
        import numpy as np

        return np.unique(np.concatenate([self.a, self.b]))

    def among(self, others: Pairs) -> NDArray[np.bool_]:
        """Which of the pairs are among these others."""
        import numpy as np

        others = others.where(np.isin(others.a, self.a))  # pairs are sorted at twenty times the cost of numbers
        kind = np.dtype([("a", np.uint64), ("b", np.uint64)])
        ours, theirs = np.empty(len(self), kind), np.empty(len(others), kind)
        for columns, pairs in ((ours, self), (theirs, others)):
            columns["a"], columns["b"] = pairs.a, pairs.b
        result: NDArray[np.bool_] = np.isin(ours, theirs)
        return result

    def joined(self, others: Pairs) -> Pairs:
        """These pairs and, behind them, the others that are not among them."""
        import numpy as np

        more = others.where(~others.among(self))
        return Pairs(*(np.concatenate([getattr(self, name), getattr(more, name)]) for name in ("a", "b", "wanted")))

    def where(self, rows: NDArray[Any] | slice) -> Pairs:
        """The pairs of these rows, given by number, by a mask or as a slice."""
        return Pairs(self.a[rows], self.b[rows], self.wanted[rows])


def pairs_of(rows: Mapping[str, NDArray[Any]]) -> Pairs:
    """Pairs from the columns `a` and `b` of a query, and `wanted` where it has that."""
    import numpy as np

    return Pairs(rows["a"], rows["b"], rows.get("wanted", np.zeros(len(rows["a"]), bool)))


ASKED = "asked"
"""The name in `meta` of the last run whose documents have all been asked for their best candidates."""


def asking(archive: Archive) -> NDArray[np.uint64]:
    """The touched documents whose best candidates are to be looked for: those that came since others were asked, or all
    where `ask_again` was called. Sorted."""
    found: NDArray[np.uint64] = archive.connection.execute(
        "SELECT DISTINCT hash FROM touched SEMI JOIN (FROM documents WHERE run > ?) USING (hash) ORDER BY hash",
        [int(archive.meta(ASKED) or 0)],
    ).fetchnumpy()["hash"]
    return found


def ask_again(archive: Archive) -> None:
    """From now on every touched document is asked, because candidates of some are gone. Call it in a transaction."""
    archive.connection.execute("DELETE FROM meta WHERE name = ?", [ASKED])


def note_met(archive: Archive, pairs: Pairs) -> NDArray[np.int64]:
    """Notes of pairs which the channels brought together what wasn't known of them: that they met, and that their facts
    are wanted. Rows of those that are yet to be compared, or of which the facts were not looked at; rising. Call it in
    a transaction."""
    archive.scan(
        "UPDATE matches SET met = true, wanted = matches.wanted OR given.wanted FROM given "
        "WHERE matches.a = given.a AND matches.b = given.b "
        "AND (NOT matches.met OR (given.wanted AND NOT matches.wanted))",
        _given(pairs),
    )
    return pending(archive, pairs)


def pending(archive: Archive, pairs: Pairs) -> NDArray[np.int64]:
    """Rows of the pairs that were never compared, or whose facts are wanted by now and were not looked at; rising."""
    found: NDArray[np.int64] = archive.scan(
        "SELECT row FROM given LEFT JOIN matches m ON given.a = m.a AND given.b = m.b "
        "WHERE m.a IS NULL OR (given.wanted AND m.facts IS NULL) ORDER BY row",
        _given(pairs),
    ).fetchnumpy()["row"]
    return found


def met(archive: Archive, pairs: Pairs) -> Pairs:
    """Those of the pairs that the channels brought together before, wanted where they were."""
    rows = archive.scan(
        "SELECT m.a, m.b, m.wanted FROM given JOIN matches m ON given.a = m.a AND given.b = m.b WHERE m.met "
        "ORDER BY row",
        _given(pairs),
    ).fetchnumpy()
    return pairs_of(rows)


def met_by(archive: Archive, hashes: NDArray[np.uint64]) -> Pairs:
    """The pairs that one of these documents was brought together in, each side as what stands for its words."""
    import numpy as np

    rows = archive.scan(
        "WITH named AS (SELECT coalesce(ra.first, m.a) AS one, coalesce(rb.first, m.b) AS two FROM matches m "
        "LEFT JOIN reprints ra ON m.a = ra.hash LEFT JOIN reprints rb ON m.b = rb.hash "
        "WHERE m.met AND (m.a IN (SELECT hash FROM given) OR m.b IN (SELECT hash FROM given))) "
        "SELECT DISTINCT least(one, two) AS a, greatest(one, two) AS b FROM named WHERE one <> two ORDER BY a, b",
        {"hash": hashes},
    ).fetchnumpy()
    return Pairs(rows["a"], rows["b"], np.zeros(len(rows["a"]), bool))


def add_screened(archive: Archive, pairs: Pairs, probability: NDArray[np.float64]) -> None:
    """Keeps pairs that met and need no closer look. Call it in a transaction."""
    if len(pairs):
        archive.scan(
            "INSERT INTO matches SELECT a, b, true, wanted, probability, probability, false, NULL, NULL, NULL "
            "FROM given",
            {**_given(pairs), "probability": probability},
        )


def add_matches(
    archive: Archive, matches: Sequence[Match], looked: NDArray[np.bool_], alike: NDArray[np.bool_], met: Pairs
) -> None:
    """Keeps pairs that were compared on their texts, in place of what was known of them. Call it in a transaction.

    `looked`: whether the facts that they share were looked for. `alike`: whether the two count as one neighbour of a
    third. `met`: those of them that the channels brought together.
    """
    import numpy as np

    if not matches:
        return
    pairs = Pairs(
        np.array([document_hash(match.a) for match in matches], np.uint64),
        np.array([document_hash(match.b) for match in matches], np.uint64),
        np.zeros(len(matches), bool),
    )
    columns: dict[str, Any] = {
        "a": pairs.a,
        "b": pairs.b,
        "met": pairs.among(met),
        "wanted": pairs.among(met.where(met.wanted)),
        "probability": np.array([match.probability for match in matches], np.float64),
        "alike": alike,
        "facts": np.where(looked, [len(match.facts) for match in matches], -1).astype(np.int32),
        **columns_of(("measured", "found"), [kept_of(match) for match in matches]),
    }
    archive.scan("DELETE FROM matches USING given WHERE matches.a = given.a AND matches.b = given.b", columns)
    archive.scan(
        "INSERT INTO matches SELECT a, b, met, wanted, probability, probability, alike, measured, nullif(facts, -1), "
        "found FROM given",
        columns,
    )


def kept_of(match: Match) -> tuple[bytes | None, str]:
    """The columns `measured` and `found` of a pair that was compared on its texts."""
    import numpy as np

    return np.array(match.measured, "<f4").tobytes() if match.measured else None, text_of(match_row(match))


def telling(archive: Archive, review: float, facts: int) -> Pairs:
    """The pairs that links may rest on: those with a settled probability of `review` at least, and those that share so
    many facts of a source that both rest on. Sorted."""
    query = f"""
        SELECT a, b FROM {LIVE} WHERE settled >= $review OR (wanted AND facts >= $facts)
        UNION ALL SELECT first AS a, hash AS b FROM reprints ORDER BY a, b"""
    return pairs_of(archive.connection.execute(query, {"review": review, "facts": facts}).fetchnumpy())


def matches(archive: Archive, pairs: Pairs) -> list[Match]:
    """What was found out about pairs that were looked at in full, in their order; the probability is the settled
    one."""
    rows = archive.scan(
        "SELECT one.key, two.key, m.settled, m.found FROM given JOIN matches m ON given.a = m.a AND given.b = m.b "
        "JOIN documents one ON one.hash = given.a JOIN documents two ON two.hash = given.b ORDER BY row",
        _given(pairs),
    ).fetchall()
    return [match_from(a, b, probability, load(found)) for a, b, probability, found in rows]


def _given(pairs: Pairs) -> Mapping[str, Any]:
    import numpy as np

    return {"a": pairs.a, "b": pairs.b, "wanted": pairs.wanted, "row": np.arange(len(pairs))}
