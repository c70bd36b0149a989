"""Removes articles from an archive for good, and links anew what hung on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cleanpipe.archive import Archive, Change, sweep
from cleanpipe.archive.compact import Sizes, compact
from cleanpipe.archive.forget import forget_documents
from cleanpipe.decisions import Names
from cleanpipe.engines.local import LocalEngine
from cleanpipe.engines.progress import Progress, Silent
from cleanpipe.engines.stopwatch import Stopwatch
from cleanpipe.errors import UsageError
from cleanpipe.identity import identity_of, settings_of
from cleanpipe.pipeline import finish


@dataclass(frozen=True, slots=True)
class Forgot:
    """What forgetting came to: keys of the articles by id, copies of them that stay, how many links changed and what
    became of them, as a run tells it, the exports that changed, and the sizes of the database before and after."""

    keys: dict[str, str]
    copies: tuple[str, ...]
    links: Mapping[str, int]
    changes: tuple[Change, ...]
    changed: tuple[str, ...]
    sizes: Sizes


def forget(archive: str | Path, ids: Sequence[str], *, progress: Progress | None = None) -> Forgot:
    """Removes the articles with these ids and all that rests on them, links their neighbours anew, writes the exports,
    and writes the database anew, so that no file of the folder holds their words. The report is the caller's to write.

    Raises UsageError for an id that isn't there, before anything is touched, and ArchiveError and its kinds for an
    archive that can't be used. Killed on the way, the next run does the rest.
    """
    folder = Path(archive)
    progress = progress or Silent()
    if not folder.is_dir():
        raise UsageError(f"{folder}: no archive here; `cleanpipe run` makes one")
    with Archive.open(folder, read_only=True) as store:
        known = Names(store)
        keys = {id: known.document(id) for id in ids}
    with Archive.open(folder) as store, LocalEngine(1) as engine:
        settings = settings_of(store)
        store.hold_to(identity_of(settings))
        sweep(folder)
        called = store.ids()
        gone = {key: called[key] for key in keys.values() if key in called}
        copies = _copies_of(store, gone, called)
        run = forget_documents(store, gone)
        summary = finish(store, engine, run, settings, progress, Stopwatch())
    progress.stage("writing", None)
    return Forgot(keys, copies, summary.links, summary.changes, summary.changed, compact(folder))


def _copies_of(store: Archive, gone: dict[str, str], called: dict[str, str]) -> tuple[str, ...]:
    """Ids of what is linked to these documents, or they to it, and stays."""
    rows = store.connection.execute("SELECT key, original FROM links").fetchall()
    pairs = [(key, original) for key, original in rows if key in gone or original in gone]
    return tuple(sorted({called[end] for pair in pairs for end in pair if end in called and end not in gone}))
