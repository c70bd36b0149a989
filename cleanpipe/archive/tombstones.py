"""Records that were removed for good: their keys, by which a later run knows them and leaves them out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cleanpipe.archive.ids import HASH_DIGITS
from cleanpipe.archive.store import Archive, column_of

FORGOTTEN = "forgotten:"


def stand_in(key: str) -> str:
    """What a forgotten document is called where it was named.

    >>> stand_in("0123456789abcdef" * 2)
    'forgotten:0123456789abcdef'
    """
    return FORGOTTEN + key[:HASH_DIGITS]


def forgotten(archive: Archive, keys: Sequence[str] | None = None) -> list[str]:
    """Which of these keys are those of forgotten records, or all there are; sorted."""
    if keys is None:
        rows = archive.connection.execute("SELECT key FROM forgotten ORDER BY key").fetchall()
    elif keys:
        query = "SELECT key FROM forgotten SEMI JOIN given USING (key) ORDER BY key"
        rows = archive.scan(query, column_of("key", keys)).fetchall()
    else:
        rows = []
    return [key for (key,) in rows]


def set_forgotten(archive: Archive, keys: Collection[str], run: int) -> None:
    """From now on no run adds these records. Call it in a transaction."""
    for key in keys:
        archive.connection.execute("INSERT OR REPLACE INTO forgotten VALUES (?, ?)", [key, run])


def take_back(archive: Archive, keys: Sequence[str]) -> None:
    """These records may come back. Call it in a transaction."""
    if found := forgotten(archive, keys):
        archive.scan(
            "DELETE FROM forgotten USING given WHERE forgotten.key = given.key",
            column_of("key", found),
        )
