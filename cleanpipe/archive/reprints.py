"""Documents of the same words: one of them stands for all wherever texts are compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cleanpipe.archive.rows import text_of
from cleanpipe.archive.store import Archive, columns_of
from cleanpipe.text.jsonline import load

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

REPRINTS = """
CREATE OR REPLACE TEMP TABLE reprints AS SELECT hash, first FROM documents JOIN (
    SELECT exact, min(hash) AS first FROM documents WHERE exact <> 0 GROUP BY exact HAVING count(*) > 1) USING (exact)
WHERE hash <> first
"""

LIVE = """(
    SELECT * FROM matches ANTI JOIN reprints one ON matches.a = one.hash ANTI JOIN reprints two ON matches.b = two.hash
    WHERE kept > 0)"""
"""The pairs of different words that the channels bring together, of documents that stand for their words now."""


def note_reprints(archive: Archive) -> None:
    """Fills the temporary table `reprints`: each document whose words another has, with the one of the smallest hash,
    which is the `first`. It is what other functions here go by until it is filled anew."""
    archive.connection.execute(REPRINTS)


def same_words(archive: Archive, hashes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Of all documents that have their words in common with one of these: the first of each group, and each other
    one."""
    found = archive.scan(
        "WITH groups AS (SELECT DISTINCT first FROM reprints "
        "WHERE hash IN (SELECT hash FROM given) OR first IN (SELECT hash FROM given)) "
        "SELECT first, hash FROM reprints SEMI JOIN groups USING (first) ORDER BY first, hash",
        {"hash": hashes},
    ).fetchnumpy()
    return found["first"], found["hash"]


def judged_with(archive: Archive, hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """What was compared in full with documents whose words one of these stands for by now: it is judged anew, because
    texts of the same words need not have the same sentences. Sorted."""
    found: NDArray[np.uint64] = archive.scan(
        "WITH gone AS (SELECT hash FROM reprints WHERE first IN (SELECT hash FROM given)) "
        "SELECT b AS hash FROM matches SEMI JOIN gone ON a = gone.hash WHERE found IS NOT NULL "
        "UNION SELECT a FROM matches SEMI JOIN gone ON b = gone.hash WHERE found IS NOT NULL ORDER BY hash",
        {"hash": hashes},
    ).fetchnumpy()["hash"]
    return found


def first_of(archive: Archive, hashes: NDArray[np.uint64]) -> dict[int, int]:
    """What stands for the words of those of the documents that don't stand for them themselves."""
    rows = archive.scan("SELECT hash, first FROM reprints SEMI JOIN given USING (hash)", {"hash": hashes})
    return dict(rows.fetchall())


def rested_on(archive: Archive, hashes: NDArray[np.uint64]) -> dict[int, dict[str, bool]]:
    """The sources that documents of the words of each of these rest on, of those that rest on any, and whether one of
    them may retell that one's story."""
    rows = archive.scan(
        "SELECT coalesce(first, documents.hash) AS hash, rests FROM documents LEFT JOIN reprints USING (hash) "
        "WHERE rests <> '{}' AND coalesce(first, documents.hash) IN (SELECT hash FROM given)",
        {"hash": hashes},
    ).fetchall()
    found: dict[int, dict[str, bool]] = {}
    for hash, rests in rows:
        known = found.setdefault(hash, {})
        for source, retells in load(rests).items():
            known[source] = known.get(source, False) or retells
    return found


def resting_as_before(archive: Archive) -> NDArray[np.uint64]:
    """The documents whose `rests` are a list of sources, as an earlier cleanpipe wrote them."""
    found: NDArray[np.uint64] = archive.connection.execute(
        "SELECT hash FROM documents WHERE starts_with(rests, '[')"
    ).fetchnumpy()["hash"]
    return found


def set_rests(archive: Archive, rests: Mapping[int, Mapping[str, bool]]) -> None:
    """Notes what each of the documents rests on. Call it in a transaction."""
    archive.scan(
        "UPDATE documents SET rests = given.rests FROM given WHERE documents.hash = given.hash::UBIGINT",
        columns_of(("hash", "rests"), [(str(hash), text_of(found)) for hash, found in rests.items()]),
    )
