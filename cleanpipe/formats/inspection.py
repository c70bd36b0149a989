"""A look at the beginning of an input: what is in it, how its fields are understood, and what can't be read."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from cleanpipe.errors import MissingExtraError
from cleanpipe.formats.discover import InputFile
from cleanpipe.formats.fields import KNOWN, input_names
from cleanpipe.formats.read import read
from cleanpipe.formats.source import Notes
from cleanpipe.model import Record, Rejected
from cleanpipe.settings import InputSettings

MOST_BYTES = 256_000_000
"""Bytes of a file, as it lies on the disk, that are looked at, whatever is in them."""

SHOWN = 10
"""Records that are kept to be shown, and rejected ones for each reason."""

MOST_NAMES = 1000
"""Names of fields that are counted apart."""

LEAST_TEXT = 200
"""Characters that the strings of a field have on average, from which it may be the text."""


class _Enough(BaseException):
    """As much of a file was read as may be. No Exception, which readers would take for damage of the file."""


@dataclass(slots=True)
class FileLook:
    """What was found in a file. `whole` says that it was read to its end."""

    file: InputFile
    formats: dict[str, int] = field(default_factory=dict)
    records: int = 0
    rejected: int = 0
    whole: bool = False
    needs: MissingExtraError | None = None


@dataclass(slots=True)
class Look:
    """What was found in all files.

    `known` counts the records that have a known field, `carried` those that have another; `charsets` counts records by
    what they were read as, with what was assumed. `reasons` counts what was rejected.
    """

    names: Mapping[str, str]
    files: list[FileLook] = field(default_factory=list)
    unseen_files: int = 0
    known: Counter[str] = field(default_factory=Counter)
    carried: Counter[str] = field(default_factory=Counter)
    charsets: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    records: list[Record] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    text_like: str | None = None
    """The field that looks like the text, where records have none under the name it should have."""


def look_at(files: Iterable[InputFile | Rejected], settings: InputSettings, most: int) -> Look:
    """Reads up to `most` records and rejected records of the files together, spread evenly over them.

    Raises SettingsError for a field or a charset in the settings that isn't known.
    """
    look = Look(input_names(settings.fields))
    waiting = deque(files)
    objects = _Objects()
    seen = 0
    while waiting and seen < most:
        share = -(-(most - seen) // len(waiting))
        item = waiting.popleft()
        if isinstance(item, Rejected):
            _add(item, look, objects)
            seen += 1
            continue
        found = FileLook(item)
        look.files.append(found)
        _look_into(found, settings, share, look, objects)
        seen += found.records + found.rejected
    look.unseen_files = len(waiting)
    if look.reasons and look.names["text"] not in objects.names:
        look.text_like = objects.text_like()
    return look


class _Objects:
    """The objects that records were made of, or were to be."""

    def __init__(self) -> None:
        self.last: Mapping[str, Any] = {}
        self.names: Counter[str] = Counter()
        self._lengths: Counter[str] = Counter()

    def show(self, value: Mapping[str, Any]) -> None:
        self.last = value
        for name, item in value.items():
            if name in self.names or len(self.names) < MOST_NAMES:
                self.names[name] += 1
                self._lengths[name] += len(item) if isinstance(item, str) else 0

    def text_like(self) -> str | None:
        """The name under which the longest strings stand, where they are as long as a text."""
        name = max(self.names, key=lambda name: (self._lengths[name], name), default=None)
        return name if name is not None and self._lengths[name] >= LEAST_TEXT * self.names[name] else None


def _look_into(found: FileLook, settings: InputSettings, most: int, look: Look, objects: _Objects) -> None:
    notes = Notes(passed=look.passed, show=objects.show)
    left = MOST_BYTES

    def took(amount: int) -> None:
        nonlocal left
        left -= amount
        if left < 0:
            raise _Enough

    items = read(found.file, settings, took, notes)
    try:
        for item in islice(items, most):
            _add(item, look, objects)
            if isinstance(item, Record):
                found.records += 1
            else:
                found.rejected += 1
        found.whole = next(items, None) is None
    except _Enough:
        pass
    except MissingExtraError as error:
        found.needs = error
    found.formats = dict(notes.formats)


def _add(item: Record | Rejected, look: Look, objects: _Objects) -> None:
    names = set(objects.last)
    objects.last = {}
    if isinstance(item, Record):
        look.charsets[item.origin.assumed or item.origin.charset] += 1
        look.known.update(name for name in KNOWN if getattr(item, name) is not None)
        names |= item.metadata.keys()
        if len(look.records) < SHOWN:
            look.records.append(item)
    else:
        look.reasons[item.reason] += 1
        if sum(other.reason == item.reason for other in look.rejected) < SHOWN and len(look.rejected) < MOST_NAMES:
            look.rejected.append(item)
    for name in names - set(look.names.values()):
        if name in look.carried or len(look.carried) < MOST_NAMES:
            look.carried[name] += 1
