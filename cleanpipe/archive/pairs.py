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
from cleanpipe.model import KEPT_BY_A, KEPT_BY_B, Match
from cleanpipe.text.jsonline import load

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Pairs:
    """Columns of n pairs, `a < b`, uint64: hashes of documents. `wanted` is true for those whose shared facts count
    however unlike their words are, because both rest on one source. `kept` tells which side has the other among its
    best candidates, as bits KEPT_BY_A and KEPT_BY_B."""

    a: NDArray[np.uint64]
    b: NDArray[np.uint64]
    wanted: NDArray[np.bool_]
    kept: NDArray[np.uint8]

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
        return together([self, others.where(~others.among(self))])

    def where(self, rows: NDArray[Any] | slice) -> Pairs:
        """The pairs of these rows, given by number, by a mask or as a slice."""
        return Pairs(self.a[rows], self.b[rows], self.wanted[rows], self.kept[rows])


def pairs_of(rows: Mapping[str, NDArray[Any]]) -> Pairs:
    """Pairs from the columns `a` and `b`, and `wanted` and `kept` where there are such."""
    import numpy as np

    count = len(rows["a"])
    wanted, kept = rows.get("wanted", np.zeros(count, bool)), rows.get("kept", np.zeros(count, np.uint8))
    return Pairs(rows["a"], rows["b"], wanted, kept)


def together(parts: Sequence[Pairs]) -> Pairs:
    """The pairs of all parts, one after another."""
    import numpy as np

    columns = ("a", "b", "wanted", "kept")
    return Pairs(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))


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


def keep(archive: Archive, asked: NDArray[np.uint64], pairs: Pairs) -> None:
    """Notes which candidates each of the asked documents keeps, in place of those it kept before, and which pairs of
    the archive are wanted for their facts. Documents of pairs that begin or cease to be kept are touched. Call it in a
    transaction."""
    import numpy as np

    archive.scan("CREATE OR REPLACE TEMP TABLE keepers AS SELECT hash FROM given", {"hash": asked})
    rows = archive.scan(
        "WITH told AS (SELECT m.a, m.b, m.kept AS before, m.wanted AS wanted_before, "
        f"(m.kept & ~(if(one.hash IS NULL, 0, {KEPT_BY_A}) | if(two.hash IS NULL, 0, {KEPT_BY_B}))::UTINYINT) "
        "| coalesce(given.kept, 0::UTINYINT) AS kept, m.wanted OR coalesce(given.wanted, false) AS wanted "
        "FROM matches m LEFT JOIN keepers one ON m.a = one.hash LEFT JOIN keepers two ON m.b = two.hash "
        "LEFT JOIN given ON m.a = given.a AND m.b = given.b "
        "WHERE one.hash IS NOT NULL OR two.hash IS NOT NULL OR given.a IS NOT NULL) "
        "FROM told WHERE kept <> before OR wanted <> wanted_before",
        _given(pairs),
    ).fetchnumpy()
    if len(rows["a"]):
        archive.scan(
            "UPDATE matches SET kept = given.kept, wanted = given.wanted FROM given "
            "WHERE matches.a = given.a AND matches.b = given.b",
            {name: rows[name] for name in ("a", "b", "kept", "wanted")},
        )
        turned = (rows["before"] > 0) != (rows["kept"] > 0)
        archive.touch(np.unique(np.concatenate([rows["a"][turned], rows["b"][turned]])))


def to_ask_again(archive: Archive, hashes: NDArray[np.uint64], likely: float) -> NDArray[np.uint64]:
    """The candidates of these documents, other than these themselves, that have a copy or an original already: some
    pair with a probability of at least `likely` by the two texts alone. Sorted."""
    found: NDArray[np.uint64] = archive.scan(
        f"WITH live AS (SELECT a, b, probability >= {likely!r} AS likely FROM {LIVE}), "
        "ends AS (SELECT a AS one, b AS two, likely FROM live UNION ALL SELECT b, a, likely FROM live) "
        "SELECT DISTINCT two AS hash FROM ends SEMI JOIN given ON one = hash ANTI JOIN given ON two = hash "
        "SEMI JOIN (SELECT one FROM ends WHERE likely) copied ON two = copied.one ORDER BY two",
        {"hash": hashes},
    ).fetchnumpy()["hash"]
    return found


def pending(archive: Archive, pairs: Pairs) -> NDArray[np.int64]:
    """Rows of the pairs that were never compared, or whose facts are wanted by now and were not looked at; rising."""
    found: NDArray[np.int64] = archive.scan(
        "SELECT row FROM given LEFT JOIN matches m ON given.a = m.a AND given.b = m.b "
        "WHERE m.a IS NULL OR (given.wanted AND m.tells IS NULL) ORDER BY row",
        _given(pairs),
    ).fetchnumpy()["row"]
    return found


def met(archive: Archive, pairs: Pairs) -> Pairs:
    """Those of the pairs that the channels bring together, wanted where they are."""
    rows = archive.scan(
        "SELECT m.a, m.b, m.wanted, m.kept FROM given JOIN matches m ON given.a = m.a AND given.b = m.b "
        "WHERE m.kept > 0 ORDER BY row",
        _given(pairs),
    ).fetchnumpy()
    return pairs_of(rows)


def inherited(archive: Archive, copies: NDArray[np.uint64]) -> Pairs:
    """Pairs that were never compared of the documents that stand for the words of `copies` by now: those that kept one
    of the copies among their best candidates, when that stood for its words itself, now have its stand-in."""
    rows = archive.scan(
        "WITH ends AS ("
        f"SELECT a AS copy, b AS other FROM matches SEMI JOIN given ON a = hash WHERE kept & {KEPT_BY_B} > 0 "
        f"UNION ALL SELECT b, a FROM matches SEMI JOIN given ON b = hash WHERE kept & {KEPT_BY_A} > 0), "
        "named AS (SELECT own.first AS one, coalesce(theirs.first, other) AS two FROM ends "
        "JOIN reprints own ON copy = own.hash LEFT JOIN reprints theirs ON other = theirs.hash), "
        "pairs AS (SELECT DISTINCT least(one, two) AS a, greatest(one, two) AS b, "
        f"if(one < two, {KEPT_BY_B}, {KEPT_BY_A})::UTINYINT AS kept FROM named WHERE one <> two) "
        "FROM pairs ANTI JOIN matches USING (a, b) ORDER BY a, b, kept",
        {"hash": copies},
    ).fetchnumpy()
    return pairs_of(rows)


def add_screened(archive: Archive, pairs: Pairs, probability: NDArray[np.float64]) -> None:
    """Keeps pairs that need no closer look. Call it in a transaction."""
    if len(pairs):
        archive.scan(
            "INSERT INTO matches SELECT a, b, kept, wanted, probability, probability, false, NULL, NULL, NULL "
            "FROM given",
            {**_given(pairs), "probability": probability},
        )


def add_matches(
    archive: Archive, matches: Sequence[Match], tells: NDArray[np.int8], alike: NDArray[np.bool_], pairs: Pairs
) -> None:
    """Keeps pairs that were compared on their texts, in place of what was known of them. Call it in a transaction.

    `tells`: whether the facts that they share may tell of one story, -1 where nobody looked. `alike`: whether the two
    count as one neighbour of a third. `pairs` are those that were to be compared, these among them.
    """
    import numpy as np

    if not matches:
        return
    ends = [(document_hash(match.a), document_hash(match.b)) for match in matches]
    columns: dict[str, Any] = {
        "a": np.array([a for a, _ in ends], np.uint64),
        "b": np.array([b for _, b in ends], np.uint64),
        "probability": np.array([match.probability for match in matches], np.float64),
        "alike": alike,
        "tells": tells,
        **columns_of(("measured", "found"), [kept_of(match) for match in matches]),
    }
    archive.scan("CREATE OR REPLACE TEMP TABLE brought AS SELECT a, b, kept, wanted FROM given", _given(pairs))
    archive.scan(
        "CREATE OR REPLACE TEMP TABLE compared AS SELECT given.a, given.b, "
        "coalesce(m.kept, 0::UTINYINT) | coalesce(p.kept, 0::UTINYINT) AS kept, "
        "coalesce(m.wanted, false) OR coalesce(p.wanted, false) AS wanted, given.probability, "
        "given.probability AS settled, given.alike, given.measured, nullif(given.tells, -1)::BOOLEAN AS tells, "
        "given.found FROM given LEFT JOIN brought p ON given.a = p.a AND given.b = p.b "
        "LEFT JOIN matches m ON given.a = m.a AND given.b = m.b",
        columns,
    )
    archive.connection.execute("DELETE FROM matches USING compared c WHERE matches.a = c.a AND matches.b = c.b")
    archive.connection.execute("INSERT INTO matches FROM compared")


def kept_of(match: Match) -> tuple[bytes | None, str]:
    """The columns `measured` and `found` of a pair that was compared on its texts."""
    import numpy as np

    return np.array(match.measured, "<f4").tobytes() if match.measured else None, text_of(match_row(match))


TELLING = "settled >= {review!r} OR (wanted AND tells)"
"""Pairs that links may rest on: likely enough to be looked at, or with facts that may tell of one story of a source
that both rest on. DuckDB and Spark read this alike."""


def telling(archive: Archive, review: float) -> Pairs:
    """The pairs that links may rest on: those with a settled probability of `review` at least, and those whose facts
    may tell of one story of a source that both rest on. Sorted."""
    query = f"""
        SELECT a, b FROM {LIVE} WHERE {TELLING.format(review=review)}
        UNION ALL SELECT first AS a, hash AS b FROM reprints ORDER BY a, b"""
    return pairs_of(archive.connection.execute(query).fetchnumpy())


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

    columns = {"a": pairs.a, "b": pairs.b, "wanted": pairs.wanted, "kept": pairs.kept}
    return {**columns, "row": np.arange(len(pairs))}
