"""What the queue knows of each link, read again from the archive only where it changed."""

from __future__ import annotations

from dataclasses import dataclass

from cleanpipe.archive import Archive
from cleanpipe.archive.store import column_of
from cleanpipe.model import Decision, Relation, Status
from cleanpipe.text.jsonline import load

Subject = frozenset[str]
"""What a decision about a pair is about: the words of both sides, or what they are called where they have none."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A link. `direction` is None where the original is not in the archive. `story` is the original's key or name."""

    copy: str
    canonical: str
    story: str
    subject: Subject
    relation: Relation
    status: Status
    confidence: float
    direction: float | None
    via: tuple[str, ...]


class Links:
    """The links of an open archive."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, Linked]] = {}

    def read(self, store: Archive) -> list[Linked]:
        """All links as they are now, sorted by the key of the copy."""
        hashes = dict(store.connection.execute("SELECT key, hash(link) FROM links ORDER BY key").fetchall())
        stale = [key for key, hash in hashes.items() if key not in self._known or self._known[key][0] != hash]
        for key, linked in _fetched(store, stale).items():
            self._known[key] = (hashes[key], linked)
        self._known = {key: self._known[key] for key in hashes}
        return [linked for _, linked in self._known.values()]


def _fetched(store: Archive, keys: list[str]) -> dict[str, Linked]:
    if not keys:
        return {}
    rows = store.scan(
        "SELECT links.key, original, link, copies.exact, originals.exact FROM links SEMI JOIN given USING (key) "
        "JOIN documents copies ON copies.key = links.key LEFT JOIN documents originals ON originals.key = original",
        column_of("key", keys),
    ).fetchall()
    found = {}
    for key, original, row, copy_words, original_words in rows:
        link = load(row)
        found[key] = Linked(
            copy=link["copy"],
            canonical=link["canonical"],
            story=original,
            subject=_subject(key, _hex(copy_words), original, _hex(original_words)),
            relation=link["relation"],
            status=link["status"],
            confidence=float(link["confidence"]),
            direction=float(link["direction"]["confidence"]) if original_words is not None else None,
            via=tuple(link["via"]),
        )
    return found


def subject_of(decision: Decision) -> Subject | None:
    """What a decision about a pair is about; None where it is about a document alone."""
    if decision.copy is None or decision.canonical is None:
        return None
    return _subject(decision.copy, decision.copy_words, decision.canonical, decision.canonical_words)


def _subject(one: str, one_words: str | None, two: str, two_words: str | None) -> Subject:
    if one_words is not None and one_words == two_words:  # then it is about these two documents themselves
        return frozenset((one, two))
    return frozenset((one_words or one, two_words or two))


def _hex(words: int | None) -> str | None:
    return f"{words:016x}" if words else None
