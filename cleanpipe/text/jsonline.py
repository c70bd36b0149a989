"""JSON as cleanpipe writes and reads it: orjson, and the standard library where a text holds a lone surrogate."""

from __future__ import annotations

import json
from typing import Any

import orjson


def dump(value: Any) -> bytes:
    """One line of JSON without the line end.

    UTF-8; in a value with a lone surrogate (which UTF-8 has no bytes for) everything beyond ASCII is escaped. Raises
    ValueError for NaN and the infinities, which JSON doesn't have.
    """
    try:
        line = orjson.dumps(value)
    except TypeError:
        return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii")
    if b"null" in line:  # orjson writes NaN as null
        _refuse_nan(value)
    return line


def dump_line(value: Any) -> bytes:
    """`dump` with the line end."""
    return dump(value) + b"\n"


def load(line: bytes | str) -> Any:
    """The value of what `dump` wrote. Raises ValueError for anything that isn't JSON."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        try:
            return json.loads(line, parse_constant=_no_constant)
        except RecursionError as error:
            raise ValueError("the JSON is nested too deep") from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _refuse_nan(value: Any) -> None:
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        raise ValueError("NaN and infinities have no place in JSON")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_nan(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_nan(item)
