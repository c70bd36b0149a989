"""Which documents share keys, by a join in DuckDB: it scans, sorts and spills, and needs no index.

What a key is, how hot it may be, what it counts for and which pairs are kept is decided in `match.channels`; here
stands only the join that its first paragraph describes. Each document asks for its own best: a new one reads the keys
of all, and nothing else is worked out again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    from numpy.typing import NDArray

HELD_KEYS = """
WITH wanted AS MATERIALIZED (SELECT DISTINCT channel, value FROM keys SEMI JOIN asked ON document = asked.hash),
live AS NOT MATERIALIZED (
    SELECT channel, value, document FROM keys SEMI JOIN wanted USING (channel, value)
    ANTI JOIN reprints ON document = reprints.hash),
counted AS MATERIALIZED (
    SELECT channel, value, count(*) AS count, min(document, $centres) AS centres, any_value(cap) AS cap
    FROM live JOIN channels USING (channel) GROUP BY channel, value
    HAVING count(*) > 1 AND (count(*) <= any_value(cap) OR bool_or(star))),
near AS (
    SELECT channel, value, document, count FROM live JOIN counted USING (channel, value) WHERE count <= cap),
hot AS (
    SELECT channel, value, unnest(centres) AS document, count FROM counted WHERE count > cap
    UNION
    SELECT channel, value, document, count FROM keys SEMI JOIN asked ON document = asked.hash
    JOIN counted USING (channel, value) WHERE count > cap)
SELECT channel, value, document, count FROM near UNION ALL FROM hot ORDER BY channel, value, document
"""
"""The keys of the documents that ask, of all that hold them; of a hot value, the centres and those that ask."""

FEW_KEYS = 100_000
"""Rows, those of 400 articles, that are joined and weighed in NumPy: compiled code takes a second to load."""


def candidate_pairs(
    connection: duckdb.DuckDBPyConnection, asked: NDArray[np.uint64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Pairs of hashes of documents worth verifying, the smaller first, sorted: the best of each one that is asked.

    Documents in the temporary table `reprints` take no part.
    """
    import numpy as np

    from cleanpipe.match.channels import CENTRES, CHANNELS, Held, best_pairs

    channels = {
        "channel": np.array([channel.id for channel in CHANNELS], dtype=np.uint8),
        "cap": np.array([channel.cap for channel in CHANNELS], dtype=np.int64),
        "star": np.array([channel.policy == "star" for channel in CHANNELS], dtype=bool),
    }
    rows = _held(connection, channels, {"hash": asked}, CENTRES)
    held = Held(rows["channel"], rows["value"], rows["document"], rows["count"])
    documents = np.unique(held.document)
    keys = _sizes(connection, {"hash": documents})
    if len(held.value) > FEW_KEYS:
        from cleanpipe.match.candidate_batch import best_pairs as compiled

        return compiled(held, asked, documents, keys)
    return best_pairs(held, asked, documents, keys)


def _held(
    connection: duckdb.DuckDBPyConnection, channels: dict[str, Any], asked: dict[str, Any], centres: int
) -> dict[str, Any]:
    """DuckDB finds the columns `channels` and `asked` in this frame."""
    return dict(connection.execute(HELD_KEYS, {"centres": centres}).fetchnumpy())


def _sizes(connection: duckdb.DuckDBPyConnection, given: dict[str, Any]) -> NDArray[np.int64]:
    """How many keys each of the documents has, given in their order."""
    rows = connection.execute("SELECT held FROM documents SEMI JOIN given USING (hash) ORDER BY hash").fetchnumpy()
    found: NDArray[np.int64] = rows["held"].astype("int64")
    return found
