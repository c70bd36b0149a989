"""What results depend on besides the input: settings, rules, weights, libraries. An archive never mixes two of them."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cleanpipe.archive import FORMAT_VERSION, Archive, Counts
from cleanpipe.archive.tombstones import forgotten
from cleanpipe.errors import ArchiveError
from cleanpipe.settings import Settings, as_tree, settings_from, settings_hash
from cleanpipe.text.jsonline import load

LIBRARIES = (
    *("confusable-homoglyphs", "datasketch", "duckdb", "ftfy", "numba", "numpy"),
    *("orjson", "py3langid", "rapidfuzz", "spacy", "wordfreq"),
)


def identity_of(settings: Settings) -> dict[str, str]:
    """Hashes and versions of all that an archive is held to."""
    from cleanpipe.match import FINGERPRINT_VERSION, weights_hash
    from cleanpipe.rulebook.files import rules_hash

    return {
        "settings": settings_hash(settings),
        "rules": rules_hash(settings.rules.folders),
        "weights": weights_hash(),
        "fingerprint": FINGERPRINT_VERSION,
    }


def versions() -> dict[str, str]:
    """Versions of cleanpipe, of Python, and of the libraries that decide."""
    return {"python": platform.python_version(), **{name: version(name) for name in ("cleanpipe", *LIBRARIES)}}


def manifest_of(store: Archive, settings: Settings, counts: Counts) -> dict[str, Any]:
    """What went into the archive and with what it was made: enough to make it again, and nothing of the time."""
    return manifest_from(store.inputs(), settings, counts, forgotten(store))


def manifest_from(
    inputs: Sequence[Mapping[str, Any]], settings: Settings, counts: Counts, forgotten: Sequence[str] = ()
) -> dict[str, Any]:
    """The same from what it is made of. `inputs` are rows as `Archive.inputs` gives them."""
    return {
        "format": FORMAT_VERSION,
        "inputs": inputs,
        "settings": as_tree(settings),
        "hashes": identity_of(settings),
        "versions": versions(),
        "forgotten": list(forgotten),
        "counts": counts.as_dict(),
    }


def settings_of(store: Archive) -> Settings:
    """The settings that the archive was made with, as its manifest has them.

    Raises ArchiveError where the manifest is missing or another archive's: its first run was never finished; and where
    a folder of rules isn't there, because it stands in the settings as it was given, maybe relative.
    """
    path = store.folder / "manifest.json"
    try:
        settings = settings_from(load(path.read_bytes())["settings"], str(path))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArchiveError(f"{path}: can't be read; run `cleanpipe run` with the same input again") from error
    if settings_hash(settings) != store.meta("settings"):
        raise ArchiveError(f"{path}: has other settings than the archive; run `cleanpipe run` again as before")
    for rules in settings.rules.folders:
        if not Path(rules).is_dir():
            where = "" if Path(rules).is_absolute() else f" in {Path.cwd()}"
            raise ArchiveError(
                f"{store.folder}: made with the rules in {rules}, which is no folder{where}; "
                "run this in the folder where `cleanpipe run` made the archive, or put the rules back"
            )
    return settings
