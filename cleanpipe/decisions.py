"""Decisions of people: taken, carried out at once, listed, and read from the file of another archive.

Each function opens the archive, adds to it in one transaction, and then does what a run does after reading: it
compares, links and exports. Killed in between, the next decision or run does the rest.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from cleanpipe.archive import Archive, Change, sweep
from cleanpipe.archive.decisions import (
    Against,
    Kept,
    add_decisions,
    contradictions,
    decisions,
    found_again,
    held,
    overruled,
    words_of,
)
from cleanpipe.decision_file import is_writable, now, parse_decisions
from cleanpipe.engines.local import LocalEngine
from cleanpipe.engines.progress import Progress, Silent
from cleanpipe.engines.stopwatch import Stopwatch
from cleanpipe.errors import InputError, UsageError
from cleanpipe.identity import identity_of, settings_of
from cleanpipe.model import EXTERNAL, Decision, Verdict
from cleanpipe.pipeline import finish
from cleanpipe.text.jsonline import load

Standing = Literal["counts", "overruled", "withdrawn", "waits"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A decision with what has become of it.

    `standing`: it counts; a later one took its place (`newer`); it was withdrawn (by `newer`), or withdraws another; or
    it waits for documents, or the name of an absent original, that the archive doesn't have. `against` is evidence that
    came after it.
    """

    number: int
    decision: Decision
    standing: Standing
    newer: Decision | None = None
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What decisions came to: the new ones, the exports and links that changed, and all evidence against decisions."""

    taken: tuple[Listed, ...]
    changed: tuple[str, ...]
    changes: tuple[Change, ...]
    contradictions: tuple[Against, ...]
    gave_way: tuple[Listed, ...] = ()
    """Decisions that these were the first to take the place of."""
    known: int = 0
    """Decisions of an imported file that the archive held already."""


def decide(
    archive: str | Path,
    verdict: Verdict,
    copy: str | None,
    canonical: str | None,
    *,
    by: str,
    note: str = "",
    progress: Progress | None = None,
) -> Outcome:
    """Takes a decision about documents called by their ids, and carries it out.

    accept, reject, unsure: `copy` and `canonical`, a document or the name of an absent original. independent: `copy`
    alone. canonical: `canonical`, a document; `copy` is by default the original that it is linked to now. withdraw:
    both, or one of them for what was decided about a single document.

    Raises UsageError for what isn't there or makes no sense, ArchiveError and its kinds for an archive that can't be
    used.
    """
    check_person(by, note)

    def make(store: Archive) -> list[Decision]:
        return [drafted(store, Names(store), verdict, copy, canonical, by=by, note=note)]

    return _carried_out(Path(archive), make, progress)


def check_person(by: str, note: str = "") -> None:
    """Raises UsageError for a name of nobody, and for what can't be written down."""
    if not by.strip():
        raise UsageError("a decision needs the name of who takes it: give --by NAME")
    if not (is_writable(by) and is_writable(note)):
        raise UsageError("the name or the note has bytes in it that are no text: give both in the terminal's charset")


def drafted(
    store: Archive, names: Names, verdict: Verdict, copy: str | None, canonical: str | None, *, by: str, note: str = ""
) -> Decision:
    """The decision that `decide` takes, as it is to be added. Raises UsageError as that does."""
    one = names.document(copy) if copy is not None else None
    other = names.original(canonical) if canonical is not None else None
    if verdict == "canonical" and other is not None:
        if other.startswith(EXTERNAL):
            raise UsageError(f"{canonical} is no document: say `accept` of the copy that was made from it")
        if one is None:
            one = names.linked_to(other)
    if one is not None and one == other:
        raise UsageError(f"{copy} can't be a copy of itself: name two documents")
    words = words_of(store, [key for key in (one, other) if key is not None and not key.startswith(EXTERNAL)])
    decision = Decision(
        copy=one,
        canonical=other,
        verdict=verdict,
        note=note.strip(),
        by=by.strip(),
        at=now(),
        copy_id=names.ids[one] if one is not None else None,
        canonical_id=names.ids.get(other, other) if other is not None else None,
        copy_words=words.get(one or ""),
        canonical_words=words.get(other or ""),
    )
    if verdict != "withdraw":
        return decision
    back = [item.decision for item in listed(store) if _takes_back(decision, item)]
    if not back:
        what = " and ".join(name for name in (copy, canonical) if name)
        raise UsageError(
            f"nothing that counts was decided about {what}; `cleanpipe decide list {store.folder}` lists decisions"
        )
    return _of_the_same(decision, back)


def import_decisions(archive: str | Path, file: str | Path, *, progress: Progress | None = None) -> Outcome:
    """Takes over the decisions of a `decisions.jsonl`, but for those that the archive holds, and carries them out.

    Raises InputError, naming file and line, for what is no decision; then nothing is taken over.
    """
    path = Path(file)
    try:
        read = parse_decisions(path.read_bytes(), str(path))
    except OSError as error:
        raise InputError(f"{path}: can't be read ({error.strerror}); give a decisions.jsonl") from error
    return _carried_out(Path(archive), lambda store: not_held(store, read), progress, given=len(read))


def not_held(store: Archive, read: Sequence[Decision]) -> list[Decision]:
    """Those of the decisions that the archive doesn't hold, each as often as it is missing."""
    known = Counter(item.decision for item in decisions(store))
    new = []
    for decision in read:
        known[decision] -= 1
        if known[decision] < 0:
            new.append(decision)
    return new


def list_decisions(archive: str | Path, document: str | None = None) -> list[Listed]:
    """All decisions in the order in which they were added, with what has become of each; or those about a document, its
    words, or an absent original.

    These are called by their present id or name; what the archive has none of, by the id that a decision was taken
    with. Raises UsageError for what neither knows.
    """
    with Archive.open(Path(archive), read_only=True) as store:
        found = listed(store)
        if document is None:
            return found
        former = {id for item in found for id in (item.decision.copy_id, item.decision.canonical_id) if id}
        name = Names(store).original(document, former)
        about = {name} if name in former else {name, *words_of(store, [name]).values()}

    def named(said: Decision) -> set[str | None]:
        ids = (said.copy_id, said.canonical_id) if name in former else ()
        return {said.copy, said.canonical, said.copy_words, said.canonical_words, *ids}

    return [item for item in found if about & named(item.decision)]


def _carried_out(
    folder: Path, make: Callable[[Archive], list[Decision]], progress: Progress | None, given: int = 0
) -> Outcome:
    if not folder.is_dir():
        raise UsageError(f"{folder}: no archive here; `cleanpipe run` makes one")
    with Archive.open(folder, read_only=True) as store:  # a wrong name is told before anything is touched
        make(store)
        before = overruled(store)
    with Archive.open(folder) as store, LocalEngine(1) as engine:
        settings = settings_of(store)
        store.hold_to(identity_of(settings))
        sweep(folder)
        new = make(store)
        if not new and store.meta("state") == "exported":
            return Outcome((), (), (), tuple(contradictions(store)), known=given)
        first = len(decisions(store))
        run = add_decisions(store, new)
        summary = finish(store, engine, run, settings, progress or Silent(), Stopwatch())
        found = listed(store)
        gone = ("overruled", "withdrawn")
        gave_way = tuple(item for item in found[:first] if item.standing in gone and item.number not in before)
        return Outcome(
            tuple(found[first:]), summary.changed, summary.changes, summary.contradictions, gave_way, given - len(new)
        )


def listed(store: Archive) -> list[Listed]:
    """All decisions in the order in which they were added, with what has become of each."""
    kept = decisions(store)
    by_number = {item.number: item.decision for item in kept}
    found = found_again(store, kept)
    there = {item.number: item.decision for item in found}
    here = held(store, found)
    gone = overruled(store)
    against: dict[int, list[str]] = {}
    for item in contradictions(store):
        against.setdefault(item.number, []).append(item.says)

    def standing(item: Kept) -> Standing:
        if item.number in gone:
            return "withdrawn" if by_number[gone[item.number]].verdict == "withdraw" else "overruled"
        ends = (there[item.number].copy, there[item.number].canonical)
        return "counts" if all(end is None or end in here for end in ends) else "waits"

    return [
        Listed(
            item.number,
            item.decision,
            standing(item),
            by_number[gone[item.number]] if item.number in gone else None,
            tuple(against.get(item.number, ())),
        )
        for item in kept
    ]


def _takes_back(withdraw: Decision, item: Listed) -> bool:
    """Whether a decision that may still count is about what is withdrawn."""
    said = item.decision
    if item.standing not in ("counts", "waits") or said.verdict == "withdraw":
        return False

    def ends(decision: Decision) -> list[set[str]]:
        sides = ((decision.copy, decision.copy_words), (decision.canonical, decision.canonical_words))
        return [{name for name in side if name} for side in sides]

    one, two = ends(withdraw)
    copy, canonical = ends(said)
    if withdraw.copy_words is not None and withdraw.copy_words == withdraw.canonical_words:
        return {withdraw.copy, withdraw.canonical} == {said.copy, said.canonical}
    if one and two:
        return bool((one & copy and two & canonical) or (one & canonical and two & copy))
    single = {"independent": copy, "canonical": canonical}.get(said.verdict, set())
    return bool((one or two) & single)


def _of_the_same(withdraw: Decision, back: Sequence[Decision]) -> Decision:
    """The withdrawal of a decision about one document, which may be another of the same words: it names that one."""
    if withdraw.copy is not None and withdraw.canonical is not None:
        return withdraw
    named = [
        (item.copy, item.copy_id) if item.verdict == "independent" else (item.canonical, item.canonical_id)
        for item in back
    ]
    key, id = withdraw.copy or withdraw.canonical, withdraw.copy_id or withdraw.canonical_id
    words = withdraw.copy_words or withdraw.canonical_words
    if key not in [item for item, _ in named]:
        key, id = named[-1]
    return replace(
        withdraw, copy=key, copy_id=id, copy_words=words, canonical=None, canonical_id=None, canonical_words=None
    )


class Names:
    """What people call the documents and absent originals of an archive, and the keys of these."""

    def __init__(self, store: Archive) -> None:
        self.store = store
        self.ids = store.ids()
        self.keys = {id: key for key, id in self.ids.items()}

    def document(self, id: str) -> str:
        if id not in self.keys:
            raise UsageError(f"{self.store.folder} has no document {id!r}{_nearest(id, self.keys)}")
        return self.keys[id]

    def original(self, name: str, others: Collection[str] = ()) -> str:
        """The key of a document, or the name of an absent original, present or former, or one of the other names."""
        if name in self.keys:
            return self.keys[name]
        known = [*(known for known, _ in self.store.known_names()), *others]
        if name not in known:
            near = _nearest(name, [*self.keys, *known])
            raise UsageError(f"{self.store.folder} has neither a document nor an absent original {name!r}{near}")
        return name

    def linked_to(self, key: str) -> str | None:
        """The key of the document that another is linked to for certain."""
        row = self.store.connection.execute("SELECT original, link FROM links WHERE key = ?", [key]).fetchone()
        if row is None or row[0] not in self.ids or load(row[1])["status"] != "linked":
            return None
        return str(row[0])


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=3)
    return f"; nearest: {', '.join(near)}" if near else ""
