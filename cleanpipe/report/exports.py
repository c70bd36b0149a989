"""Reads an archive's exports as the report needs them: line by line, and single rows again by their byte offset.

Only offsets are kept in memory, so that an archive larger than memory can still be reported on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from cleanpipe.errors import ArchiveError
from cleanpipe.text.jsonline import load

Row = dict[str, Any]


def read_manifest(archive: Path) -> Row:
    """The manifest of an archive, empty where there is none. Raises ArchiveError where it isn't JSON."""
    path = archive / "manifest.json"
    try:
        manifest = load(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ArchiveError(f"{path}: no valid JSON; delete it and run again, which exports it anew") from error
    return manifest if isinstance(manifest, dict) else {}


class Export:
    """One JSONL file of an archive, read in order and by offset. An absent file has no rows.

    Raises ArchiveError, with file and line, for a line that isn't a JSON object.
    """

    def __init__(self, archive: Path, name: str, *, required: bool = False) -> None:
        self.path = archive / name
        self._file: BinaryIO | None = None
        try:
            self._file = self.path.open("rb")
        except FileNotFoundError as error:
            if required:
                raise ArchiveError(
                    f"{archive}: no {name} there; give the folder that `cleanpipe run INPUT -o {archive}` wrote"
                ) from error

    def __enter__(self) -> Export:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def rows(self, needles: Collection[bytes] = (b"",)) -> Iterator[tuple[int, Row]]:
        """(byte offset, row) of every line that holds one of these strings, in order; other lines aren't parsed."""
        if self._file is None:
            return
        self._file.seek(0)
        offset = 0
        for number, line in enumerate(self._file, 1):
            if any(needle in line for needle in needles):
                yield offset, self._parse(line, f"line {number}")
            offset += len(line)

    def at(self, offset: int) -> Row:
        """The row that begins at a byte offset which `rows` gave."""
        if self._file is None:
            raise ArchiveError(f"{self.path}: is gone; export the archive again")
        self._file.seek(offset)
        return self._parse(self._file.readline(), f"byte {offset}")

    def _parse(self, line: bytes, where: str) -> Row:
        try:
            row = load(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise ArchiveError(
                f"{self.path}, {where}: no valid JSON object; delete it and run again, which exports it anew"
            )
        return row
