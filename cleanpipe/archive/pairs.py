"""Pairs of documents in the archive: those of the same words, those that were compared, and what was found.

Documents are named by their hashes here, pairs are columns: archives have ten pairs an article. Of most a probability
is all that is kept; what links are made from has its scores, passages and facts beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cleanpipe.archive.rows import match_from, match_row
from cleanpipe.archive.store import Archive, columns_of, document_hash, text_of
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

        kind = np.dtype([("a", np.uint64), ("b", np.uint64)])
        ours, theirs = np.empty(len(self), kind), np.empty(len(others), kind)
        for columns, pairs in ((ours, self), (theirs, others)):
            columns["a"], columns["b"] = pairs.a, pairs.b
        result: NDArray[np.bool_] = np.isin(ours, theirs)
        return result

    def joined(self, others: Pairs) -> Pairs:
        """These pairs and, behind them, the others that are not among them. Those that are are wanted."""
        import numpy as np

        more = others.where(~others.among(self))
        wanted = np.concatenate([self.wanted | self.among(others), more.wanted])
        return Pairs(np.concatenate([self.a, more.a]), np.concatenate([self.b, more.b]), wanted)

    def where(self, rows: NDArray[Any] | slice) -> Pairs:
        """The pairs of these rows, given by number, by a mask or as a slice."""
        return Pairs(self.a[rows], self.b[rows], self.wanted[rows])


def same_words(archive: Archive) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Documents of equal folded text: the smallest hash of each group, and each other one of it."""
    found = archive.connection.execute(
        "SELECT first, hash FROM (SELECT hash, min(hash) OVER (PARTITION BY exact) AS first FROM documents "
        "WHERE exact <> 0) WHERE hash <> first ORDER BY first, hash"
    ).fetchnumpy()
    return found["first"], found["hash"]


def rested_on(archive: Archive) -> dict[int, frozenset[str]]:
    """The sources that each document rests on, of those that rest on any."""
    rows = archive.connection.execute("SELECT hash, rests FROM documents WHERE rests <> '[]'").fetchall()
    return {hash: frozenset(load(rests)) for hash, rests in rows}


def pending(archive: Archive, pairs: Pairs) -> NDArray[np.int64]:
    """Rows of the pairs that were never compared, or whose facts are wanted by now and were not looked at; rising."""
    found: NDArray[np.int64] = archive.scan(
        "SELECT row FROM given LEFT JOIN matches m ON given.a = m.a AND given.b = m.b "
        "WHERE m.a IS NULL OR (given.wanted AND m.facts IS NULL) ORDER BY row",
        _given(pairs),
    ).fetchnumpy()["row"]
    return found


def add_screened(archive: Archive, pairs: Pairs, probability: NDArray[np.float64]) -> None:
    """Keeps pairs that need no closer look. Call it in a transaction."""
    if len(pairs):
        archive.scan(
            "INSERT INTO matches SELECT a, b, probability, NULL, NULL, NULL FROM given",
            {"a": pairs.a, "b": pairs.b, "probability": probability},
        )


def add_matches(archive: Archive, matches: Sequence[Match], looked: NDArray[np.bool_]) -> None:
    """Keeps pairs that were compared on their texts, in place of what was known of them. Call it in a transaction.

    `looked`: whether the facts that they share were looked for.
    """
    import numpy as np

    if not matches:
        return
    columns: dict[str, Any] = {
        "a": np.array([document_hash(match.a) for match in matches], np.uint64),
        "b": np.array([document_hash(match.b) for match in matches], np.uint64),
        "probability": np.array([match.probability for match in matches], np.float64),
        "facts": np.where(looked, [len(match.facts) for match in matches], -1).astype(np.int32),
        **columns_of(
            ("measured", "found"),
            [
                (np.array(match.measured, "<f4").tobytes() if match.measured else None, text_of(match_row(match)))
                for match in matches
            ],
        ),
    }
    archive.scan("DELETE FROM matches USING given WHERE matches.a = given.a AND matches.b = given.b", columns)
    archive.scan("INSERT INTO matches SELECT a, b, probability, measured, nullif(facts, -1), found FROM given", columns)


def compared(archive: Archive, pairs: Pairs) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """The probability of each pair, and how many facts it shares, -1 where nobody looked; all have been compared."""
    found = archive.scan(
        "SELECT m.probability, coalesce(m.facts, -1)::INTEGER AS facts "
        "FROM given JOIN matches m ON given.a = m.a AND given.b = m.b ORDER BY row",
        _given(pairs),
    ).fetchnumpy()
    assert len(found["facts"]) == len(pairs)
    return found["probability"], found["facts"]


def measured(archive: Archive, pairs: Pairs) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Rows of the pairs whose sentences were compared, rising, and what was measured on them, shape (rows, figures)."""
    import numpy as np

    found = archive.scan(
        "SELECT row, m.measured FROM given JOIN matches m ON given.a = m.a AND given.b = m.b "
        "WHERE m.measured IS NOT NULL ORDER BY row",
        _given(pairs),
    ).fetchnumpy()
    figures = np.frombuffer(b"".join(map(bytes, found["measured"])), "<f4").astype(np.float32)
    return found["row"], figures.reshape(len(found["row"]), -1) if len(figures) else figures.reshape(0, 0)


def matches(archive: Archive, pairs: Pairs) -> list[Match]:
    """What was found out about pairs that were looked at in full, in their order."""
    rows = archive.scan(
        "SELECT one.key, two.key, m.probability, m.found FROM given JOIN matches m ON given.a = m.a AND given.b = m.b "
        "JOIN documents one ON one.hash = given.a JOIN documents two ON two.hash = given.b ORDER BY row",
        _given(pairs),
    ).fetchall()
    return [match_from(a, b, probability, load(found)) for a, b, probability, found in rows]


def sketches(archive: Archive, hashes: NDArray[np.uint64]) -> dict[int, bytes]:
    """The sketches of documents, by hash."""
    rows = archive.scan(
        "SELECT hash, sketch FROM documents SEMI JOIN given USING (hash)", {"hash": hashes}
    ).fetchnumpy()
    return dict(zip(rows["hash"].tolist(), rows["sketch"].tolist(), strict=True))


def _given(pairs: Pairs) -> Mapping[str, Any]:
    import numpy as np

    return {"a": pairs.a, "b": pairs.b, "wanted": pairs.wanted, "row": np.arange(len(pairs))}
