"""Which documents share keys, by a join in DuckDB: it scans, sorts and spills, and needs no index.

What a key is, how hot it may be, what it counts for and which pairs are kept is decided in `match.channels`; here
stands only the join that its first paragraph describes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    from numpy.typing import NDArray

MICRO = 1_000_000
"""Weights are added up as whole millionths: a sum of floats would depend on the order of the threads."""

SHARED_KEYS = f"""
WITH live AS (
    SELECT k.channel, value, document, count(*) OVER held AS count, row_number() OVER (held ORDER BY document) AS rank
    FROM keys k ANTI JOIN hidden ON k.document = hidden.hash
    WINDOW held AS (PARTITION BY k.channel, value)),
near AS (
    SELECT l.document AS a, r.document AS b, l.channel, l.count
    FROM live l JOIN live r ON l.channel = r.channel AND l.value = r.value AND l.document < r.document
    JOIN channels c ON l.channel = c.channel
    WHERE l.count <= c.cap),
stars AS (
    SELECT least(l.document, r.document) AS a, greatest(l.document, r.document) AS b, l.channel, l.count
    FROM live l JOIN live r ON l.channel = r.channel AND l.value = r.value AND l.rank < r.rank
    JOIN channels c ON l.channel = c.channel
    WHERE l.count > c.cap AND c.star AND l.rank <= $centres),
pairs AS (FROM near UNION ALL FROM stars)
SELECT a, b, p.channel,
    (sum(round({MICRO} * c.weight / sqrt(p.count - 1))::BIGINT) / {MICRO}.0)::FLOAT AS weight
FROM pairs p JOIN channels c ON p.channel = c.channel
GROUP BY a, b, p.channel
ORDER BY a, b, p.channel
"""

HELD_KEYS = """
SELECT channel, value, document FROM (
    SELECT k.channel, value, document, count(*) OVER (PARTITION BY k.channel, value) AS count
    FROM keys k ANTI JOIN hidden ON k.document = hidden.hash)
WHERE count > 1
ORDER BY channel, value, document
"""

FEW_KEYS = 100_000
"""Keys, those of 400 articles, that are joined by DuckDB and weighed in NumPy: compiled code takes a second to load."""

KEY_COUNTS = "SELECT document, count(*) AS keys FROM keys GROUP BY document ORDER BY document"


def candidate_pairs(
    connection: duckdb.DuckDBPyConnection, hidden: NDArray[np.uint64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Pairs of hashes of documents worth verifying, the smaller first. `hidden` documents take no part."""
    import numpy as np

    from cleanpipe.match.channels import CENTRES, CHANNELS, choose_candidates

    left_out = {"hash": hidden}
    sizes = connection.execute(KEY_COUNTS).fetchnumpy()
    if int(sizes["keys"].sum()) > FEW_KEYS:
        from cleanpipe.match.candidate_batch import candidates_of_keys

        held = _held(connection, left_out)
        return candidates_of_keys(held["channel"], held["value"], held["document"], sizes["document"], sizes["keys"])
    policy = {
        "channel": np.array([channel.id for channel in CHANNELS], dtype=np.uint8),
        "cap": np.array([channel.cap for channel in CHANNELS], dtype=np.int64),
        "star": np.array([channel.policy == "star" for channel in CHANNELS], dtype=bool),
        "weight": np.array([channel.weight for channel in CHANNELS], dtype=np.float64),
    }
    found = _joined(connection, policy, left_out, CENTRES)
    chosen = choose_candidates(
        found["a"], found["b"], found["channel"], found["weight"], sizes["document"], sizes["keys"]
    )
    return chosen.a, chosen.b


def _held(connection: duckdb.DuckDBPyConnection, hidden: dict[str, Any]) -> dict[str, Any]:
    """The keys that several documents hold, in order; DuckDB finds the column `hidden` in this frame."""
    return dict(connection.execute(HELD_KEYS).fetchnumpy())


def _joined(
    connection: duckdb.DuckDBPyConnection, channels: dict[str, Any], hidden: dict[str, Any], centres: int
) -> dict[str, Any]:
    """Runs the join; DuckDB finds the columns `channels` and `hidden` in this frame."""
    return dict(connection.execute(SHARED_KEYS, {"centres": centres}).fetchnumpy())
