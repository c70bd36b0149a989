"""The desk: an archive that is open for one person, whose decisions are in it and carried out before anything else.

The exports and the report are written when the desk closes; looking at something writes nothing. If it is killed before
that, the archive says that they are behind, and the next run, decision or review writes them.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cleanpipe.archive import Archive, Change, count, export, sweep
from cleanpipe.archive.decisions import add_decisions, decision_lines, decisions, overruled
from cleanpipe.decision_file import now, parse_decisions
from cleanpipe.decisions import Listed, Names, check_person, drafted, listed, not_held
from cleanpipe.engines.local import LocalEngine
from cleanpipe.engines.progress import Silent
from cleanpipe.engines.stopwatch import Stopwatch
from cleanpipe.errors import UsageError
from cleanpipe.identity import identity_of, manifest_of, settings_of
from cleanpipe.model import Decision, Relation, Verdict
from cleanpipe.pipeline import relink
from cleanpipe.report import write_report
from cleanpipe.report.names import source_names
from cleanpipe.review.conflicts import Conflict, conflicts
from cleanpipe.review.links import Links
from cleanpipe.review.overview import Overview, overview
from cleanpipe.review.queue import Case, by_subject, cases, fingerprint
from cleanpipe.review.stories import headlines, pair_story, whole_story
from cleanpipe.review.told import decision_row
from cleanpipe.review.undoing import counted_before, names_of
from cleanpipe.settings import Settings

Json = dict[str, Any]


class Desk:
    """An archive at which `by` decides. Use `Desk.open`. Its methods can be called from several threads: they take
    turns."""

    def __init__(self, store: Archive, engine: LocalEngine, settings: Settings, by: str) -> None:
        self.by = by
        self.folder = store.folder
        self._store = store
        self._engine = engine
        self._settings = settings
        self._lock = threading.RLock()
        self._links = Links()
        self._overview: Overview | None = None
        self._listed: list[Listed] | None = None
        self._written: tuple[str, ...] = ()
        self._names = Names(store)
        self.manifest = manifest_of(store, settings, count(store))
        self._source_names = source_names(self.manifest)

    @classmethod
    @contextlib.contextmanager
    def open(cls, folder: Path, by: str) -> Iterator[Desk]:
        """The desk of an archive, whose exports are written when the block ends.

        Raises UsageError for a folder that holds no archive or a name of nobody, ArchiveBusyError where another process
        has the archive open, ArchiveError and its kinds where it can't be used.
        """
        check_person(by)
        with Archive.open(folder, read_only=True) as store:  # a wrong name is told before anything is touched
            settings_of(store)
        with Archive.open(folder) as store, LocalEngine(1) as engine:
            settings = settings_of(store)
            store.hold_to(identity_of(settings))
            sweep(folder)
            if store.meta("state") != "exported":  # a process was killed that had something to link, or to write
                run = add_decisions(store, [])
                relink(store, engine, run, settings, Silent(), Stopwatch())
                export(store, manifest_of(store, settings, count(store)))
                store.finish_run(run, exported=False)  # the report is left for the end
            desk = cls(store, engine, settings, by.strip())
            try:
                yield desk
            finally:
                desk.write()

    @property
    def is_behind(self) -> bool:
        """Whether the exports have to be written anew."""
        with self._lock:
            return self._store.meta("state") != "exported"

    def write(self) -> tuple[str, ...]:
        """Writes the exports that decisions changed, and the report; the names of what was written since the desk was
        opened."""
        with self._lock:
            if not self.is_behind:
                return self._written
            (last,) = self._store.connection.execute("SELECT max(run) FROM runs").fetchone() or (0,)
            changed = export(self._store, manifest_of(self._store, self._settings, count(self._store)))
            report = write_report(self.folder)
            self._store.finish_run(last)
            self._written = tuple(dict.fromkeys((*self._written, *changed, report.name)))
            return self._written

    # To look at

    def cases(self) -> list[Case]:
        with self._lock:
            return cases(self._links.read(self._store), self._decided(), self.by)

    def pair(self, copy: str) -> Json | None:
        """The copy beside its original, as the report's script reads it; None where it has no link now."""
        with self._lock:
            return pair_story(self._store, copy, self._source_names)

    def story(self, cluster: str) -> Json | None:
        """A story with all its copies, and under `decisions` what counts about each, by the copy's id; None where no
        story has that name now."""
        with self._lock:
            found = whole_story(self._store, cluster, self._source_names)
            if found is None:
                return None
            said = by_subject(self._decided())
            links = [link for link in self._links.read(self._store) if link.subject in said]
            return {**found, "decisions": {link.copy: decision_row(said[link.subject].decision) for link in links}}

    def overview(self) -> Overview:
        """What the report says of the whole archive, as it is now. It is kept until the next decision."""
        with self._lock:
            if self._overview is None:
                manifest = manifest_of(self._store, self._settings, count(self._store))
                self._overview = overview(self._store, manifest)
            return self._overview

    def headlines(self, ids: Sequence[str]) -> dict[str, Json]:
        with self._lock:
            return headlines(self._store, ids)

    def decisions(self) -> list[tuple[int, Listed]]:
        """All decisions, oldest first, each with the number of the step in which it was taken."""
        with self._lock:
            steps = [kept.run for kept in decisions(self._store)]
            return list(zip(steps, self._decided(), strict=True))

    def conflicts(self) -> list[Conflict]:
        with self._lock:
            return conflicts(self._decided())

    def decision_lines(self) -> list[bytes]:
        """The lines of `decisions.jsonl` as they are now."""
        with self._lock:
            return list(decision_lines(self._store))

    # To decide

    def decide(self, verdict: Verdict, copy: str | None, canonical: str | None, note: str = "") -> list[Change]:
        """Takes a decision about documents called by their ids, as `cleanpipe.decisions.decide` does, and links anew
        around it; which links that changed. Raises UsageError for what isn't there or makes no sense."""
        with self._lock:
            check_person(self.by, note)
            new = drafted(self._store, self._names, verdict, copy, canonical, by=self.by, note=note)
            return self._carry_out(self._timed([new]))

    def batch(self, relation: Relation, least: float) -> list[Case]:
        """The links of one relation, from a confidence on, that nobody decided about, called unsure, or has evidence
        against: what can be accepted at one go."""
        return [
            case
            for case in self.cases()
            if case.link.relation == relation and case.link.confidence >= least and case.decision is None
        ]

    def accept_all(self, relation: Relation, least: float, seen: str, note: str = "") -> tuple[int, list[Change]]:
        """Accepts the links of `batch` in one step; how many, and which links changed. Raises UsageError where they are
        not those of the fingerprint `seen`, because of a decision since they were looked at."""
        with self._lock:
            check_person(self.by, note)
            found = self.batch(relation, least)
            if not found:
                raise UsageError("there is no such link to accept")
            if fingerprint(found) != seen:
                raise UsageError("these are other links now than you were shown: look at them again")
            new = [
                drafted(self._store, self._names, "accept", case.link.copy, case.link.canonical, by=self.by, note=note)
                for case in found
            ]
            return len(new), self._carry_out(self._timed(new))

    def undo(self, step: int | None = None) -> tuple[Json, list[Change]]:
        """Takes back the decisions of one step, by default the last that this person took and that still counts, and
        takes up again what it had overruled. Raises UsageError where there is none."""
        with self._lock:
            taken = self.decisions()
            standing = [
                (at, item)
                for at, item in taken
                if item.standing in ("counts", "waits") and item.decision.verdict != "withdraw"
            ]
            if step is None:
                step = max((at for at, item in standing if item.decision.by == self.by), default=0)
            back = [item for at, item in standing if at == step]
            if not back:
                raise UsageError("there is nothing to undo: no decision of yours counts")
            numbers = {item.number for item in back}
            before = counted_before([item for _, item in taken], overruled(self._store), numbers)
            new = [self._withdrawal(item.decision) for item in back]
            new += [self._said_again(decision) for decision in before]
            changes = self._carry_out(self._timed(new))
            return {"step": step, "decisions": len(back), "again": len(before)}, changes

    def settle(self, number: int) -> list[Change]:
        """Says again what one of the decisions of a conflict said; which links changed. Raises UsageError for a number
        that no decision has."""
        with self._lock:
            said = [item.decision for item in self._decided() if item.number == number]
            if not said or said[0].verdict == "withdraw":
                raise UsageError(f"{number} is the number of no decision to say again")
            return self._carry_out(self._timed([self._said_again(said[0])]))

    def import_lines(self, content: bytes) -> tuple[Json, list[Change]]:
        """Takes over the decisions of a `decisions.jsonl` that the archive doesn't hold. Raises InputError for what is
        none; then nothing is taken over."""
        with self._lock:
            read = parse_decisions(content, "the file")
            new = not_held(self._store, read)
            changes = self._carry_out(new) if new else []
            waiting = sum(item.standing == "waits" for item in self._decided()[len(self._decided()) - len(new) :])
            return {"taken": len(new), "known": len(read) - len(new), "waiting": waiting}, changes

    def _withdrawal(self, decision: Decision) -> Decision:
        return replace(decision, verdict="withdraw", by=self.by, note="undo")

    def _timed(self, new: Sequence[Decision]) -> list[Decision]:
        """New decisions, at the present time; where there is a later one about the same documents, at that: it was
        imported from a clock that is fast, and of two decisions the later one counts."""
        latest: dict[str, str] = {}
        for item in self._decided():
            for name in names_of(item.decision):
                latest[name] = max(latest.get(name, ""), item.decision.at)
        at = now()
        return [replace(item, at=max([at, *(latest.get(name, "") for name in names_of(item))])) for item in new]

    def _said_again(self, decision: Decision) -> Decision:
        """The decision as this person's."""
        note = decision.note
        if decision.by != self.by:
            note = f"as {decision.by} said{f': {note}' if note else ''}"
        return replace(decision, by=self.by, note=note)

    def _decided(self) -> list[Listed]:
        """All decisions, oldest first."""
        if self._listed is None:
            self._listed = listed(self._store)
        return self._listed

    def _carry_out(self, new: Sequence[Decision]) -> list[Change]:
        """Adds decisions and links anew around them."""
        self._overview = self._listed = None
        run = add_decisions(self._store, new)
        relinked = relink(self._store, self._engine, run, self._settings, Silent(), Stopwatch())
        self._store.finish_run(run, exported=False)
        return list(relinked.changes)
