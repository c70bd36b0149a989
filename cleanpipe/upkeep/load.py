"""An archive of a first load that a cluster made, complete with its exports: daily runs go on from there."""

from __future__ import annotations

from pathlib import Path

from cleanpipe.archive import Archive, Counts, count, export
from cleanpipe.archive.loading import fill, manifest_of_load
from cleanpipe.engines.progress import Progress, Silent
from cleanpipe.errors import ArchiveVersionError
from cleanpipe.identity import identity_of, manifest_of
from cleanpipe.settings import settings_from

FIRST_RUN = 1


def import_load(load: str | Path, archive: str | Path, progress: Progress | None = None) -> Counts:
    """Makes an archive in the directory `archive`, which is new or empty, of the load in the directory `load`; what it
    holds. Killed in between, there is none, or one of which the next run writes the exports.

    Raises ArchiveError for directories that can't be used, ArchiveVersionError for a load that was made with other
    rules or weights than this cleanpipe has.
    """
    load, folder, progress = Path(load), Path(archive), progress or Silent()
    manifest = manifest_of_load(load)
    settings = settings_from(manifest["settings"], str(load / "manifest.json"))
    others = [name for name, value in identity_of(settings).items() if manifest["hashes"].get(name) != value]
    if others:
        raise ArchiveVersionError(
            f"{load}: made with other {' and '.join(others)} than here; import it with the cleanpipe and the rules "
            "that made it"
        )
    progress.stage("filling the database", None)
    fill(folder, load, manifest)
    with Archive.open(folder) as store:
        progress.stage("writing", None)
        counts = count(store)
        export(store, manifest_of(store, settings, counts))
        store.finish_run(FIRST_RUN)
    return counts
