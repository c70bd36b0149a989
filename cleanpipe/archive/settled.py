"""What the neighbourhood of a pair makes of its probability: which pairs to look at again, and what is around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cleanpipe.archive.graph import numbered
from cleanpipe.archive.reprints import LIVE
from cleanpipe.archive.store import Archive

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COMPARED = "measured IS NOT NULL AND probability < 1"
"""Pairs whose sentences were compared, and that aren't the same words."""

CROWD = "probability > 0.5 AND {one} <> {other}"
"""Likely copies of another family, of which a crowd consists. DuckDB and Spark read both alike."""

WEIGHED = f"(SELECT * FROM {LIVE} WHERE {COMPARED})"

ENDS = f"""
CREATE OR REPLACE TEMP TABLE ends AS
SELECT coalesce(l.family, one) AS family, coalesce(r.family, two) AS other, one, two, probability FROM (
    SELECT a AS one, b AS two, probability FROM {WEIGHED} UNION ALL SELECT b, a, probability FROM {WEIGHED})
LEFT JOIN families l ON one = l.hash LEFT JOIN families r ON two = r.hash
"""
"""The same from both sides. A family is named by one of its documents."""

MOVED = """
WITH given_ends AS (
    SELECT hash FROM given UNION SELECT two FROM ends JOIN given ON one = hash),
nearest AS (SELECT DISTINCT coalesce(family, hash) AS family FROM given_ends LEFT JOIN families USING (hash)),
joined AS (SELECT DISTINCT family FROM families SEMI JOIN given USING (hash)),
beside AS (SELECT family FROM nearest UNION SELECT other FROM ends SEMI JOIN joined USING (family)),
crowded AS (
    SELECT family FROM ends SEMI JOIN beside USING (family) WHERE {crowd}
    GROUP BY family HAVING count(DISTINCT two) >= {crowded}),
moved AS (SELECT family FROM beside UNION SELECT other FROM ends SEMI JOIN crowded USING (family))
SELECT DISTINCT one AS hash FROM ends SEMI JOIN moved USING (family) ORDER BY hash
"""
"""What was compared with the given documents; what families are `beside` that one of these may have joined to one, or
held together until it went; and what is beside families that may be crowded now or were before. Of these it is enough
to count documents, which are never fewer than families."""


class Near(NamedTuple):
    """Columns of n pairs, in the order of `a` and `b`: the hashes of the documents, those that name the families of
    both, the probability by their own texts, what was measured, shape (n, figures), and what they are settled at;
    whether each is to be settled anew; and the families that are crowded among all that are named."""

    a: NDArray[np.uint64]
    b: NDArray[np.uint64]
    families: tuple[NDArray[np.uint64], NDArray[np.uint64]]
    probability: NDArray[np.float64]
    measured: NDArray[np.float32]
    settled: NDArray[np.float64]
    asked: NDArray[np.bool_]
    crowded: frozenset[int]


def note_families(archive: Archive) -> None:
    """Fills the temporary tables `families`, of documents that count as one neighbour each, and `ends`. Call it after
    `note_reprints`."""
    import numpy as np

    edges = archive.connection.execute(f"SELECT a, b FROM {LIVE} WHERE alike").fetchnumpy()
    names = np.unique(np.concatenate([edges["a"], edges["b"]]))
    archive.scan(
        "CREATE OR REPLACE TEMP TABLE families AS SELECT hash, family FROM given",
        {"hash": names, "family": numbered(names, edges["a"], edges["b"])},
    )
    archive.connection.execute(ENDS)


def moved(archive: Archive, hashes: NDArray[np.uint64], crowded: int) -> NDArray[np.uint64]:
    """The documents whose pairs may be settled otherwise, now that these came or were compared; sorted. `crowded`: how
    many likely copies make a family crowded."""
    found: NDArray[np.uint64] = archive.scan(
        MOVED.format(crowded=crowded, crowd=CROWD.format(one="family", other="other")), {"hash": hashes}
    ).fetchnumpy()["hash"]
    return found


def near(archive: Archive, documents: NDArray[np.uint64], rows: slice, least: float, crowded: int) -> Near:
    """The pairs of these rows of the documents that are to be settled, those of a probability of `least` at least, with
    all pairs of both families. A pair of two of the documents comes with the one that is its `a`."""
    import numpy as np

    now = np.zeros(len(documents), bool)
    now[rows] = True
    found = archive.scan(
        f"""
        WITH weighed AS (
            SELECT m.*, m.probability >= {least!r} AND coalesce(one.now, two.now, false) AS asked
            FROM {WEIGHED} m LEFT JOIN given one ON m.a = one.hash LEFT JOIN given two ON m.b = two.hash),
        named AS (
            SELECT m.*, coalesce(l.family, a) AS left_family, coalesce(r.family, b) AS right_family FROM weighed m
            LEFT JOIN families l ON a = l.hash LEFT JOIN families r ON b = r.hash),
        sides AS (
            SELECT left_family AS family FROM named WHERE asked UNION SELECT right_family FROM named WHERE asked)
        SELECT a, b, left_family, right_family, probability, measured, settled, asked FROM named
        WHERE left_family IN (SELECT family FROM sides) OR right_family IN (SELECT family FROM sides)
        ORDER BY a, b
        """,
        {"hash": documents, "now": now},
    ).fetchnumpy()
    count = len(found["a"])
    measured = np.frombuffer(b"".join(map(bytes, found["measured"])), "<f4").astype(np.float32)
    named = np.unique(np.concatenate([found["left_family"], found["right_family"]]))
    full = archive.scan(
        f"SELECT family FROM ends WHERE {CROWD.format(one='family', other='other')} "
        "AND family IN (SELECT hash FROM given) "
        f"GROUP BY family HAVING count(DISTINCT other) >= {crowded}",
        {"hash": named},
    )
    return Near(
        found["a"],
        found["b"],
        (found["left_family"], found["right_family"]),
        found["probability"],
        measured.reshape(count, -1) if count else measured.reshape(0, 0),
        found["settled"],
        found["asked"],
        frozenset(family for (family,) in full.fetchall()),
    )


def settle_pairs(archive: Archive, a: NDArray[np.uint64], b: NDArray[np.uint64], settled: NDArray[np.float64]) -> None:
    """Keeps what pairs were settled at, and that their documents are touched by it. Call it in a transaction."""
    import numpy as np

    if len(a):
        archive.scan(
            "UPDATE matches SET settled = given.settled FROM given WHERE matches.a = given.a AND matches.b = given.b",
            {"a": a, "b": b, "settled": settled},
        )
        archive.touch(np.unique(np.concatenate([a, b])))
