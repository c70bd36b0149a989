"""The files that the given inputs lead to: in an order and under names that depend on nothing but what was given."""

from __future__ import annotations

import glob
import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cleanpipe.errors import InputError
from cleanpipe.model import Origin, Rejected

STANDARD_INPUT = "-"
_STANDARD_INPUT_PATHS = {"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read. `path` is None for standard input.

    `name` is its path relative to what was given, with "/" between the parts; it goes into `Origin.file`. `size` is in
    bytes on the disk, None where only reading tells. `once` marks a pipe: it can be read a single time.
    """

    path: Path | None
    name: str
    size: int | None = None
    once: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    path: str
    base: str
    """The folder that the name is relative to."""
    name: str
    size: int | None = None
    once: bool = False
    problem: str | None = None

    def rank(self) -> tuple[int, str, str, str]:
        """Of two ways to one file, that which says more of where it stands comes first."""
        return -self.name.count("/"), self.name, self.base, self.path


def discover(inputs: Sequence[str], without: Path | None = None) -> list[InputFile | Rejected]:
    """The files of files, folders (all the way down), patterns and "-", sorted by name, each once.

    Hidden files of a folder are left alone. A device, a socket, a link that leads nowhere and what may not be opened
    come back as Rejected. Where files of two inputs have one name, the names of the folders they were found in are put
    before it. What lies in the folder `without` is passed over: the archive that is being made is no input of its own.
    Raises InputError for an input that doesn't exist and a pattern that matches nothing.
    """
    left_out = None if without is None else Path(os.path.realpath(without))
    found: dict[str, _Found] = {}
    standard_input = False
    for given in inputs:
        if given == STANDARD_INPUT or given in _STANDARD_INPUT_PATHS:
            standard_input = True
            continue
        for item in _look(given):
            real = os.path.realpath(item.path)
            if left_out is not None and Path(real).is_relative_to(left_out):
                continue
            if real not in found or item.rank() < found[real].rank():
                found[real] = item
    names = _distinct_names(list(found.values()))
    files: list[InputFile | Rejected] = [InputFile(None, STANDARD_INPUT)] if standard_input else []
    for item, name in sorted(zip(found.values(), names, strict=True), key=lambda pair: (pair[1], pair[0].path)):
        if item.problem is not None:
            files.append(Rejected(Origin(name), item.problem))
        else:
            files.append(InputFile(Path(item.path), name, item.size, item.once))
    return files


def _look(given: str) -> Iterator[_Found]:
    if os.path.lexists(given):
        yield from _enter(given, str(Path(_absolute(given)).parent))
        return
    if glob.has_magic(given):
        matches = sorted(glob.glob(given, recursive=True))  # noqa: PTH207 (Path.glob takes no absolute pattern)
        if matches:
            base = _absolute(_before_magic(given))
            for match in matches:
                yield from _enter(match, base, from_pattern=True)
            return
        raise InputError(f"{given}: matches no file; check the pattern and the folder it is looked for in")
    raise InputError(f"{given}: no such file or folder; check the spelling, or give - for standard input")


def _before_magic(pattern: str) -> str:
    """The folders of a pattern before its first wildcard."""
    parts = Path(pattern).parts
    fixed: list[str] = []
    for part in parts[:-1]:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return str(Path(*fixed))


def _enter(path: str, base: str, from_pattern: bool = False) -> Iterator[_Found]:
    """One given thing: a folder is gone through, and names below it are relative to it."""
    if _is_folder(path):
        yield from _walk(path, base if from_pattern else _absolute(path))
    else:
        yield _file(path, base, explicit=not from_pattern)


def _is_folder(path: str) -> bool:
    """Also for a link to a folder; not for one that leads nowhere or to itself."""
    try:
        return stat.S_ISDIR(Path(path).stat().st_mode)
    except OSError:
        return False


def _walk(top: str, base: str) -> Iterator[_Found]:
    """All files below a folder. Linked folders come last and none twice: a loop of links ends, a real path wins."""
    visited: set[str] = set()
    linked = [top]
    while linked:
        pending = [linked.pop(0)]
        while pending:
            folder = pending.pop()
            real = os.path.realpath(folder)
            if real in visited:
                continue
            visited.add(real)
            try:
                with os.scandir(folder) as entries:
                    inside = sorted((entry for entry in entries if entry.name[:1] != "."), key=lambda entry: entry.name)
            except OSError as error:
                yield _Found(folder, base, _name(folder, base), problem=f"the folder can't be read: {error.strerror}")
                continue
            for entry in inside:
                if entry.is_symlink() and _is_folder(entry.path):
                    linked.append(entry.path)
                elif entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                else:
                    yield _file(entry.path, base, explicit=False)


def _file(path: str, base: str, explicit: bool) -> _Found:
    name = _name(path, base)

    def problem(says: str) -> _Found:
        return _Found(path, base, name, problem=says)

    try:
        status = Path(path).stat()
    except OSError as error:
        what = "the link leads nowhere" if Path(path).is_symlink() else "the file can't be read"
        return problem(f"{what}: {error.strerror}")
    if stat.S_ISFIFO(status.st_mode) and explicit:
        return _Found(path, base, name, once=True)
    if not stat.S_ISREG(status.st_mode):
        kinds = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
        return problem(f"it is {kinds.get(stat.S_IFMT(status.st_mode), 'a device')} and no file")
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError as error:
        return problem(f"the file can't be opened: {error.strerror}")
    return _Found(path, base, name, status.st_size)


def _name(path: str, base: str) -> str:
    relative = os.path.relpath(_absolute(path), base)
    return _readable(relative.replace(os.sep, "/"))


def _absolute(path: str) -> str:
    """Without ".." and ".", but with links as they are: `Path.resolve` would follow them."""
    return os.path.normpath(Path.cwd() / path)


def _readable(name: str) -> str:
    r"""A name in Unicode: bytes that aren't become "\xff"."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _distinct_names(found: list[_Found]) -> list[str]:
    return distinct_names([(item.base, item.name) for item in found])


def distinct_names(found: Sequence[tuple[str, str]]) -> list[str]:
    """A name for each file, given by the folder where it was found and its path from there. Those that clash get as
    many folder names before them as it takes."""
    folders = [_readable(base).strip("/").split("/") for base, _ in found]
    depths = [0] * len(found)
    while True:
        names = [
            "/".join([*parts[len(parts) - depth :], name])
            for (_, name), parts, depth in zip(found, folders, depths, strict=True)
        ]
        count = Counter(names)
        clashing = [
            index for index, name in enumerate(names) if count[name] > 1 and depths[index] < len(folders[index])
        ]
        if not clashing:
            return names
        for index in clashing:
            depths[index] += 1
