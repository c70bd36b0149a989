"""A run done again from its manifest: the same inputs, settings, rules and weights, and what comes out compared."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cleanpipe.archive import FORMAT_VERSION, Archive
from cleanpipe.archive.lines import LINES
from cleanpipe.archive.tombstones import set_forgotten
from cleanpipe.decisions import import_decisions
from cleanpipe.engines.progress import Progress
from cleanpipe.errors import CleanpipeError, InputError, UsageError
from cleanpipe.formats import InputFile
from cleanpipe.identity import identity_of, versions
from cleanpipe.pipeline import Summary, run
from cleanpipe.settings import Settings, settings_from
from cleanpipe.text.jsonline import load
from cleanpipe.upkeep.check_files import HELD_TO, hash_of

SAID = ("copy", "cluster", "id", "file")
"""Fields by which a line of an export is known, the one that says most first."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An export that came out otherwise, and how."""

    export: str
    says: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to: the run's summary, versions that are others now (name: then and now), and differences."""

    summary: Summary
    versions: Mapping[str, tuple[str | None, str | None]]
    differences: tuple[Difference, ...]


def replay(
    manifest: str | Path,
    inputs: Sequence[str | Path],
    archive: str | Path,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Replayed:
    """Makes a new archive as a manifest says, and compares its exports with those that the manifest names.

    Inputs are told by their hashes and called as they were, wherever they lie now. Decisions are taken over from the
    `decisions.jsonl` beside the manifest, and what was forgotten stays out.

    Raises InputError for a manifest that can't be read, inputs that are not those of the manifest, and rules, weights
    or settings that don't have its hashes; UsageError where the directory isn't new. Other versions of the libraries
    are no error: they are told.
    """
    path, folder = Path(manifest), Path(archive)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: is there already; a replay makes a new archive, give a new directory to -o")
    known = _read(path)
    settings = settings_from(known["settings"], str(path))
    _check_identity(known, settings, path)

    def named(files: Sequence[InputFile], hashes: Sequence[str]) -> Sequence[InputFile]:
        renamed = _named(files, hashes, known["inputs"], path)
        if known["forgotten"]:
            with Archive.open(folder) as store, store.transaction():
                set_forgotten(store, known["forgotten"], 0)
        return renamed

    summary = run(inputs, folder, settings=settings, workers=workers, progress=progress, named=named)
    differences = list(_take_decisions(known, path, folder, progress))
    differences += _compare(known["exports"], path.parent, folder)
    now = versions()
    then = known["versions"]
    changed = {
        name: (then.get(name), now.get(name))
        for name in sorted(now.keys() | then.keys())
        if then.get(name) != now.get(name)
    }
    return Replayed(summary, changed, tuple(differences))


def _read(path: Path) -> dict[str, Any]:
    try:
        manifest = load(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: can't be read ({error.strerror}); give the manifest.json of an archive") from error
    except ValueError as error:
        raise InputError(f"{path}: no valid JSON ({error}); give the manifest.json of an archive") from error
    kinds = {"inputs": list, "settings": dict, "hashes": dict, "versions": dict, "exports": dict, "forgotten": list}
    for name, kind in kinds.items():
        if not isinstance(manifest, dict) or not isinstance(manifest.get(name), kind):
            raise InputError(f"{path}: has no {name!r}; give the manifest.json that this version of cleanpipe wrote")
    if manifest.get("format") != FORMAT_VERSION:
        raise InputError(
            f"{path}: its exports have form {manifest.get('format')}, this cleanpipe writes {FORMAT_VERSION}; "
            "use the version that made it"
        )
    if open_inputs := [item["name"] for item in manifest["inputs"] if not item["complete"]]:
        raise InputError(f"{path}: {open_inputs[0]} was not read to its end in it; finish that run first")
    found: dict[str, Any] = manifest
    return found


def _check_identity(known: Mapping[str, Any], settings: Settings, path: Path) -> None:
    try:
        here = identity_of(settings)
    except CleanpipeError as error:
        raise InputError(f"{path}: made with rules that aren't here: {error}") from error
    for name in HELD_TO:
        if known["hashes"].get(name) != here[name]:
            raise InputError(
                f"{path}: made with other {name} ({known['hashes'].get(name)}, here {here[name]}); "
                "use the cleanpipe and the rules that made it"
            )


def _named(
    files: Sequence[InputFile], hashes: Sequence[str], inputs: Sequence[Mapping[str, Any]], path: Path
) -> list[InputFile]:
    """The files under the names that they have in the manifest."""
    names = defaultdict(list)
    for item in inputs:
        names[item["sha256"]].append(item["name"])
    renamed = []
    for file, sha256 in sorted(zip(files, hashes, strict=True), key=lambda pair: pair[0].name not in names[pair[1]]):
        if not names[sha256]:
            same = any(item["name"] == file.name for item in inputs)
            says = "has other bytes than the file of that name had" if same else "is none of its inputs"
            raise InputError(f"{path}: {file.path} {says}; give the files that it lists under inputs, and no others")
        name = file.name if file.name in names[sha256] else names[sha256][0]
        names[sha256].remove(name)
        renamed.append((file, replace(file, name=name)))
    if missing := sorted(itertools.chain.from_iterable(names.values())):
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise InputError(f"{path}: its input {missing[0]}{more} is not among the files given; give it too")
    by_file = {id(file): new for file, new in renamed}
    return [by_file[id(file)] for file in files]


def _take_decisions(known: Mapping[str, Any], path: Path, folder: Path, progress: Progress | None) -> list[Difference]:
    name = "decisions.jsonl"
    wanted = known["exports"].get(name, {"bytes": 0})
    if not wanted["bytes"]:
        return []
    beside = path.with_name(name)
    if not beside.is_file() or hash_of(beside) != wanted["sha256"]:
        return [Difference(name, f"the decisions that were taken are not beside {path.name}, so links lack them")]
    import_decisions(folder, beside, progress=progress)
    return []


def _compare(exports: Mapping[str, Any], before: Path, after: Path) -> list[Difference]:
    found = []
    for name in LINES:
        then = exports.get(name)
        if then is None or hash_of(after / name) != then["sha256"]:
            whole = then is not None and (before / name).is_file() and hash_of(before / name) == then["sha256"]
            says = _first_difference(before / name, after / name) if whole else "its bytes are others"
            found.append(Difference(name, says))
    return found


def _first_difference(before: Path, after: Path) -> str:
    with before.open("rb") as one, after.open("rb") as other:
        for number, (old, new) in enumerate(itertools.zip_longest(one, other), 1):
            if old != new:
                return f"line {number} {_how(old, new)}"
    return "its bytes are others"


def _how(old: bytes | None, new: bytes | None) -> str:
    then, now = (load(line) if line else {} for line in (old, new))
    names = [
        next((str(row[field]) for field in SAID if row.get(field) is not None), "not there") for row in (then, now)
    ]
    if names[0] != names[1]:
        return f"was {names[0]}, and is {names[1]}"
    fields = sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
    return f"({names[0]}) has other {', '.join(fields)}"
