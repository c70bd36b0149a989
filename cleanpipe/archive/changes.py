"""What became of links from one run to the next, and why: the log for a person whose link is not what it was."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cleanpipe.archive.rows import plain, text_of
from cleanpipe.archive.store import Archive, columns_of
from cleanpipe.archive.tombstones import FORGOTTEN
from cleanpipe.model import EXTERNAL, Decision
from cleanpipe.text.jsonline import load

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PEOPLE_NAMED = 3
"""People named as the reason of a change; an imported file may have decisions of hundreds."""

ROWS_READ = 1000

MADE_ANEW = "made anew"
"""The name in `meta` that says that all is computed anew, with other settings, rules or weights, and not linked yet."""

Kind = Literal["added", "removed", "moved", "changed"]


@dataclass(frozen=True, slots=True)
class Placed:
    """A link as the log keeps it. `original` is the key of the canonical, or its name where it is not there."""

    original: str
    canonical: str
    relation: str
    status: str

    def is_called_otherwise(self, other: Placed | None) -> bool:
        """Whether the other link leads to the same original, is the same, and has another id for it."""
        if other is None or self.canonical == other.canonical:
            return False
        return (self.original, self.relation, self.status) == (other.original, other.relation, other.status)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of the link of one copy. `key` and `copy` are the copy's key and id; None stands for no link."""

    run: int
    key: str
    copy: str
    before: Placed | None
    after: Placed | None
    why: str

    @property
    def kind(self) -> Kind:
        if self.before is None or self.after is None:
            return "added" if self.before is None else "removed"
        return "changed" if self.before.original == self.after.original else "moved"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What could be the reason of changes: the run, the keys of documents added since links were last made, decisions
    taken since that count, and the other names of each canonical, by id."""

    run: int
    added: Collection[str]
    decisions: Sequence[Decision]
    aliases: Mapping[str, Collection[str]]
    forgot: bool = False
    """Whether documents were removed since links were last made."""
    anew: bool = False
    """Whether everything was computed anew since then, with other settings, rules or weights."""


def compare(
    before: Mapping[str, tuple[str, Placed]], after: Mapping[str, tuple[str, Placed]], occasion: Occasion
) -> list[Change]:
    """The changes from links to links, each given as id and place by the key of the copy; sorted by id."""
    originals = {placed.original for _, placed in after.values()}
    found = []
    for key in before.keys() | after.keys():
        was, now = before.get(key), after.get(key)
        old, new = was[1] if was else None, now[1] if now else None
        if old == new:
            continue
        named = now or was
        assert named is not None
        moved = old is not None and old.original in after and after[old.original][1]
        below = bool(moved and new and moved.original == new.original)
        why = _why(key, old, new, occasion, became_original=key in originals, below=below)
        found.append(Change(occasion.run, key, named[0], old, new, why))
    return sorted(found, key=lambda change: (change.copy, change.key))


def _why(
    key: str, old: Placed | None, new: Placed | None, occasion: Occasion, *, became_original: bool, below: bool
) -> str:
    if old is not None and old.original.startswith(FORGOTTEN):
        return "its original was forgotten"
    if old is not None and old.is_called_otherwise(new):
        return "which articles share that id has changed"
    touched = {key, *(placed.original for placed in (old, new) if placed)}
    takers = [item for item in occasion.decisions if touched & {item.copy, item.canonical}]
    if not takers and not occasion.added and not occasion.anew:
        takers = list(occasion.decisions)
    if takers:
        people = sorted({item.by for item in takers})
        return f"decision of {', '.join(people)}" if len(people) <= PEOPLE_NAMED else "decisions that were taken"
    if occasion.anew and key not in occasion.added and not (new and new.original in occasion.added):
        return "the archive was made anew with other settings, rules or weights"
    if occasion.forgot and not occasion.added:
        return "an article was forgotten that it was judged with"
    if new is None:
        return "it is taken for an original itself now" if became_original else "what was added speaks against it"
    if old is None:
        if key in occasion.added:
            return "it was added"
        return "its original was added" if new.original in occasion.added else "what was added speaks for it"
    if old.original == new.original:
        return "what was added changes what is known of it"
    if old.original in occasion.aliases.get(new.canonical, ()):
        if new.original.startswith(EXTERNAL):
            return "the two stories turned out to be one"
        how = "added" if new.original in occasion.added else "found to be there"
        return f"its original was {how}, which was called {old.original} until then"
    if new.original in occasion.added:
        return "an earlier original was added" if below else "a nearer original was added"
    return "what was added speaks for the other original"


def placed_links(archive: Archive, documents: NDArray[np.uint64]) -> dict[str, tuple[str, Placed]]:
    """The links of these documents that the archive holds, as `compare` takes them."""
    rows = archive.scan(
        "SELECT links.key, original, copy, canonical, relation, status FROM links "
        "JOIN documents USING (key) SEMI JOIN given USING (hash)",
        {"hash": documents},
    ).fetchall()
    return {
        key: (load(copy), Placed(original, load(canonical), relation, status))
        for key, original, copy, canonical, relation, status in rows
    }


def add_changes(archive: Archive, changes: Sequence[Change]) -> None:
    """Call it in a transaction."""
    if changes:
        rows = [change_row(item) for item in changes]
        query = (
            "INSERT INTO changes SELECT run, copy, id, nullif(before, 'null'), nullif(after, 'null'), why FROM given"
        )
        archive.scan(query, columns_of(CHANGE, rows))


CHANGE = ("run", "copy", "id", "before", "after", "why")


def change_row(item: Change) -> tuple[int, str, str, str, str, str]:
    """The columns of CHANGE; no link is "null"."""
    before, after = text_of(plain(item.before)), text_of(plain(item.after))
    return item.run, item.key, text_of(item.copy), before, after, text_of(item.why)


def changes(archive: Archive, *, key: str | None = None, run: int | None = None) -> Iterator[Change]:
    """The log, oldest first: all of it, that of one copy, or that of one run."""
    rows = archive.connection.cursor()  # of its own: who reads the log may ask the archive for more meanwhile
    rows.execute(
        "SELECT run, copy, id, before, after, why FROM changes "
        "WHERE ($key IS NULL OR copy = $key) AND ($run IS NULL OR run = $run) ORDER BY run, id, copy",
        {"key": key, "run": run},
    )
    while part := rows.fetchmany(ROWS_READ):
        for number, copy, id, before, after, why in part:
            yield Change(number, copy, load(id), _placed(before), _placed(after), load(why))


def _placed(row: str | None) -> Placed | None:
    return Placed(**load(row)) if row else None
