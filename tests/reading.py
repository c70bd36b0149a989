"""Reading bytes as if they were a file, for tests of readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cleanpipe.formats import InputFile, read
from cleanpipe.model import Record, Rejected
from cleanpipe.settings import InputSettings

Items = list[Record | Rejected]


def read_bytes(folder: Path, data: bytes, name: str = "a", **settings: Any) -> Items:
    """What a file of these bytes and this name gives."""
    path = folder / "file"
    path.write_bytes(data)
    return list(read(InputFile(path, name, len(data)), InputSettings(**settings)))


def texts(items: Items) -> list[str]:
    """The text of each record; of what was rejected "!" and the reason."""
    return [item.text if isinstance(item, Record) else f"!{item.reason}" for item in items]


def matches(items: Items, expected: list[str]) -> bool:
    """Whether the items are these texts; of what was rejected the reason holds what stands behind "!"."""
    found = texts(items)
    return len(found) == len(expected) and all(
        want[1:] in got if want.startswith("!") and got.startswith("!") else got == want
        for got, want in zip(found, expected, strict=True)
    )
