"""One line of JSON as a value: orjson where it can, the standard library for what orjson refuses and is no mistake."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

MAX_DEPTH = 100
"""Levels of nesting. No article needs more, and what handles a value later is spared deep recursion."""

EXACT_INTEGERS = float(1 << 53)
"""From here up a float may be an integer that orjson rounded."""

SHOWN = 40
"""Characters of a key or a number that a message shows."""

_SIMPLE = frozenset({str, int, bool, type(None)})
"""Types of values that hold no others and are written in one way."""

_KEY = re.compile(rb'"\s*:')


class JsonError(ValueError):
    """The line is no JSON that can be read without loss; the message says why."""


def parse(data: bytes) -> tuple[Any, str | None]:
    """The value of a line of UTF-8 (lone surrogates as their three bytes), and a note where it wasn't strict JSON.

    Lone surrogates in escapes are kept, as are integers of any size; unescaped control characters are let pass with a
    note, for they can be read in one way only. Raises JsonError for broken JSON, NaN and the infinities, a key that
    stands twice in one object (one of its values would be lost), and nesting beyond MAX_DEPTH.
    """
    return Parsed(data).value()


class Parsed:
    """A line of UTF-8 as orjson sees it. `is_sound`: it is UTF-8 and JSON; else it may still be either."""

    __slots__ = ("_value", "data", "is_sound")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.is_sound = True
        try:
            self._value = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            self.is_sound = False
            self._value = error

    def value(self) -> tuple[Any, str | None]:
        """What `parse` gives and raises."""
        value, data = self._value, self.data
        if not self.is_sound:
            if "depth limit" in str(value):
                raise JsonError(_TOO_DEEP)
            return _parse_slowly(data.rstrip(b"\r\n"))
        keys, rounded, integers = _look_through(value)
        if integers and len(orjson.dumps(value)) == len(data.rstrip()):
            return value, None  # written without a byte too many: there is no room for a key that stands twice
        # Every key is followed by a colon. No more colons behind quotes than there are keys: none stands twice.
        if rounded or len(_KEY.findall(data)) != keys:
            return _parse_slowly(data.rstrip(b"\r\n"))
        return value, None


_TOO_DEEP = f"the JSON is nested more than {MAX_DEPTH} levels deep"


def _parse_slowly(data: bytes) -> tuple[Any, str | None]:
    text = data.decode("utf-8", "surrogatepass")
    note = None
    try:
        try:
            value = _strict.decode(text)
        except json.JSONDecodeError as error:
            if not error.msg.startswith("Invalid control character"):
                raise
            value = _lenient.decode(text)
            note = "the JSON holds unescaped control characters"
    except json.JSONDecodeError as error:
        raise JsonError(f"no valid JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise JsonError(_TOO_DEEP) from None
    except JsonError:
        raise
    except ValueError as error:  # an integer of thousands of digits
        raise JsonError(f"no valid JSON: {error}") from None
    _look_through(value)
    return value, note


def _look_through(value: Any) -> tuple[int, bool, bool]:
    """The number of keys in a value, whether a number may have been rounded, and whether all numbers are integers: they
    are written in one way only. Raises JsonError beyond MAX_DEPTH."""
    if type(value) is dict and _SIMPLE.issuperset(map(type, value.values())):
        return len(value), False, True
    keys = 0
    rounded = False
    integers = True
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                keys += len(item)
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
            elif isinstance(item, float):
                integers = False
                rounded = rounded or abs(item) >= EXACT_INTEGERS
        if not below:
            return keys, rounded, integers
        level = below
    raise JsonError(_TOO_DEEP)


def _no_constant(name: str) -> Any:
    raise JsonError(f"no valid JSON: {name} is no JSON number")


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise JsonError(f"the number {digits[:SHOWN]} is too large")
    return value


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise JsonError(f"the key {twice[:SHOWN]!r} stands twice in one object")
    return found


_strict = json.JSONDecoder(object_pairs_hook=_distinct, parse_constant=_no_constant, parse_float=_finite)
_lenient = json.JSONDecoder(object_pairs_hook=_distinct, parse_constant=_no_constant, parse_float=_finite, strict=False)
