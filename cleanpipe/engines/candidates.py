"""Which documents share keys, by a join in DuckDB: it scans, sorts and spills, and needs no index.

What a key is, how hot it may be, what it counts for and which pairs are kept is decided in `match.channels`; here
stands only the join that its first paragraph describes. Each document asks for its own best: a new one reads the keys
of all, and nothing else is worked out again. Values that are left out because too many hold them are remembered: of a
large archive they are most of what would be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.match.channels import Held

LIVE_KEYS = """
CREATE OR REPLACE TEMP TABLE live AS SELECT channel, value, document FROM keys
SEMI JOIN (
    SELECT value FROM keys SEMI JOIN asked ON document = asked.hash ANTI JOIN hot USING (channel, value)) USING (value)
ANTI JOIN reprints ON document = reprints.hash
"""
"""All that hold a value which one of those that ask has; the channel is looked at when they are counted."""

COUNTED = """
CREATE OR REPLACE TEMP TABLE counted AS
SELECT channel, value, count, count > cap AS crowded, star FROM (
    SELECT channel, value, count(*) AS count FROM live GROUP BY channel, value HAVING count(*) > 1)
JOIN channels USING (channel)
"""

NEW_HOT = """
INSERT INTO hot SELECT channel, value FROM counted ANTI JOIN hot USING (channel, value) WHERE crowded AND NOT star
"""

HELD_KEYS = """
WITH hot_keys AS (
    SELECT channel, value, document, count FROM live JOIN counted USING (channel, value) WHERE crowded AND star),
centres AS (
    SELECT channel, value, unnest(min(document, $centres)) AS document, any_value(count) AS count FROM hot_keys
    GROUP BY channel, value)
SELECT channel, value, document, count FROM live JOIN counted USING (channel, value) WHERE NOT crowded
UNION ALL (FROM centres UNION SELECT * FROM hot_keys SEMI JOIN asked ON document = asked.hash)
ORDER BY channel, value, document
"""
"""Who holds these values; of one that too many hold, the centres and those that ask."""

SIZES = "SELECT hash, held FROM documents SEMI JOIN live ON hash = document ORDER BY hash"

FEW_KEYS = 100_000
"""Rows, those of 400 articles, that are joined and weighed in NumPy: compiled code takes a second to load."""


def candidate_pairs(
    connection: duckdb.DuckDBPyConnection, asked: NDArray[np.uint64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint8]]:
    """Pairs of hashes of documents worth verifying, the smaller first, sorted: the best of each one that is asked; and
    which of the asked ones keep the other, as `best_pairs` has it.

    Documents in the temporary table `reprints` take no part.
    """
    import numpy as np

    from cleanpipe.match.channels import CENTRES, CHANNELS, Held

    channels = {
        "channel": np.array([channel.id for channel in CHANNELS], dtype=np.uint8),
        "cap": np.array([channel.cap for channel in CHANNELS], dtype=np.int64),
        "star": np.array([channel.policy == "star" for channel in CHANNELS], dtype=bool),
    }
    rows, sizes = _held(connection, channels, {"hash": asked}, CENTRES)
    held = Held(rows["channel"], rows["value"], rows["document"], rows["count"])
    return best_of(held, asked, sizes["hash"], sizes["held"].astype(np.int64))


def best_of(
    held: Held, asked: NDArray[np.uint64], documents: NDArray[np.uint64], keys: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint8]]:
    """`match.channels.best_pairs`, compiled where that is worth its while."""
    if len(held.value) > FEW_KEYS:
        from cleanpipe.match.candidate_batch import best_pairs as compiled

        return compiled(held, asked, documents, keys)
    from cleanpipe.match.channels import best_pairs

    return best_pairs(held, asked, documents, keys)


def _held(
    connection: duckdb.DuckDBPyConnection, channels: dict[str, Any], asked: dict[str, Any], centres: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Who holds which value, and how many keys each document has that may stand there, sorted. DuckDB finds the columns
    `channels` and `asked` in this frame."""
    for query in (LIVE_KEYS, COUNTED, NEW_HOT):
        connection.execute(query)
    found = connection.execute(HELD_KEYS, {"centres": centres}).fetchnumpy()
    sizes = connection.execute(SIZES).fetchnumpy()
    connection.execute("DROP TABLE live; DROP TABLE counted")
    return found, sizes
