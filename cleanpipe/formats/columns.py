"""Columns of Arrow as values of JSON, so that what they say is kept.

Times become ISO 8601, decimals their digits, bytes text where they are UTF-8 and Base64 behind "base64:" where they
aren't. NaN, which tables have for "nothing", becomes null; an infinity, which JSON lacks as well, its name.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from cleanpipe.formats.jsonvalue import MAX_DEPTH

if TYPE_CHECKING:
    import pyarrow as pa

Plain = str | int | float | bool | None | list[Any] | dict[str, Any]


class TooDeepError(ValueError):
    """The columns lie too deep in one another."""


class Column(NamedTuple):
    """A column, the parts of it that are read, by their paths, and how its values become values of JSON. Bytes of a
    column that isn't nested stay as they are."""

    name: str
    leaves: list[str]
    values: Callable[[Any], list[Any]]


def columns_of(schema: pa.Schema) -> tuple[list[Column], list[str]]:
    """The columns of a table, and the paths of what is left out: the bytes of images and sounds, as Hugging Face has
    them beside their path. Raises TooDeepError."""
    left_out: list[str] = []
    columns = [
        Column(field.name, _leaves(field.name, field.type, left_out, 0), _converter(field.type)) for field in schema
    ]
    return [column for column in columns if column.leaves], left_out


def _leaves(path: str, type_: pa.DataType, left_out: list[str], depth: int) -> list[str]:
    import pyarrow as pa

    if depth > MAX_DEPTH:
        raise TooDeepError(f"the columns of the table are nested more than {MAX_DEPTH} levels deep")
    if not pa.types.is_nested(type_):
        return [path]
    if not pa.types.is_struct(type_):
        for at in range(type_.num_fields):
            _leaves(path, type_.field(at).type, [], depth + 1)
        return [path]
    fields = [type_.field(at) for at in range(type_.num_fields)]
    if {field.name for field in fields} == {"bytes", "path"}:
        left_out.append(f"{path}.bytes")
        fields = [field for field in fields if field.name == "path"]
    return [leaf for field in fields for leaf in _leaves(f"{path}.{field.name}", field.type, left_out, depth + 1)]


def _converter(type_: pa.DataType) -> Callable[[Any], list[Any]]:
    import pyarrow as pa

    types = pa.types
    if types.is_dictionary(type_):
        return _converter(type_.value_type)
    if types.is_string(type_) or types.is_large_string(type_):
        return _strings
    if types.is_integer(type_) or types.is_boolean(type_) or types.is_null(type_):
        return _as_they_are
    if types.is_binary(type_) or types.is_large_binary(type_) or types.is_fixed_size_binary(type_):
        return _bytes
    if types.is_timestamp(type_):
        return _timestamps
    return _plain_values


def dense(column: Any) -> Any:
    """A column in which each value stands by itself, as `Column.values` takes it."""
    import pyarrow as pa

    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _as_they_are(column: Any) -> list[Any]:
    values: list[Any] = column.to_pylist()
    return values


def _strings(column: Any) -> list[Any]:
    """Text; bytes where a value isn't valid UTF-8, though the file says so."""
    import pyarrow as pa

    try:
        return _as_they_are(column)
    except UnicodeDecodeError:
        large = pa.types.is_large_string(column.type)
        return _bytes(column.view(pa.large_binary() if large else pa.binary()))


def _bytes(column: Any) -> list[Any]:
    return [_text_or_bytes(value) for value in column.to_pylist()]


def _text_or_bytes(value: bytes | None) -> str | bytes | None:
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def _timestamps(column: Any) -> list[Any]:
    """ISO 8601 to the last digit, in UTC where the column has a time zone."""
    import pyarrow as pa

    if column.type.tz is not None:
        column = column.cast(pa.timestamp(column.type.unit, "UTC"))
    return [None if value is None else _iso(value) for value in column.cast(pa.string()).to_pylist()]


def _iso(text: str) -> str:
    day, _, time = text.partition(" ")
    zone = "Z" if time.endswith("Z") else ""
    time = time.removesuffix("Z")
    if "." in time:
        time = time.rstrip("0").rstrip(".")
    return f"{day}T{time}{zone}"


def _plain_values(column: Any) -> list[Any]:
    return [plain(value) for value in column.to_pylist()]


def plain(value: Any) -> Plain:
    """A value of Python as one of JSON."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return _list(value)
    if isinstance(value, bytes):
        return base64_text(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    return str(value)


def _list(values: list[Any] | tuple[Any, ...]) -> Plain:
    """A list, or the object that a map with distinct names is."""
    pairs = [value for value in values if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str)]
    if values and len(pairs) == len(values) and len({name for name, _ in pairs}) == len(pairs):
        return {name: plain(item) for name, item in pairs}
    return [plain(value) for value in values]


def base64_text(value: bytes) -> str:
    """Bytes as text where they are UTF-8, else in Base64."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(value).decode("ascii")
