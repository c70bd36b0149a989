"""One charset at a time: its name, its bytes as text and back, and never a text that can't be written again."""

from __future__ import annotations

import codecs
import re
import warnings
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

WIDE = frozenset({"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"})
"""Charsets in which a line doesn't end in the byte 0A."""

# What a name means to browsers (WHATWG Encoding Standard), where that is more than Python takes it for; a byte order
# is Windows's where none is said.
_MEANT = {
    "ascii": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
    "iso8859-1": "windows-1252",
    "iso8859-9": "windows-1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
    **{f"cp{number}": f"windows-{number}" for number in range(1250, 1259)},
    **{f"cp{number}": f"ibm{number}" for number in (437, 850, 852, 866)},
    **{f"iso8859-{part}": f"iso-8859-{part}" for part in (*range(2, 9), 10, 11, *range(13, 17))},
    "mac-roman": "macintosh",
}
_C1 = range(0x80, 0xA0)
_UNDEFINED = "\ufffe"
"""What `codecs.charmap_decode` takes for no character."""

ASSUMED_CHARSET = "windows-1252"
"""What is read where nothing tells: every byte is a character in it, and the web has more of it than of all others."""

# Printable ASCII, and what some codecs read as something else all the same.
_PLAIN = (bytes(range(0x20, 0x7F)), b"\t\r\n{", b"\\u00e9", b"xn--caf-dma")
_ESCAPED = re.compile("[\udc80-\udcff]")


class _Table(NamedTuple):
    decoding: str
    encoding: object


def charset_name(name: str) -> str:
    """What a charset is called in `origin`, by any name that Python knows.

    Raises ValueError, with the reason, where it is none, or one in which ASCII has other bytes.

    >>> charset_name("CP1251"), charset_name("latin1")
    ('windows-1251', 'windows-1252')
    """
    try:
        known = codecs.lookup(name)
    except (LookupError, ValueError):
        raise ValueError(f"no charset is called {name!r}; names are such as koi8-r, windows-1251, gb18030") from None
    meant = _MEANT.get(known.name, known.name)
    if meant not in WIDE and meant != "utf-8":
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # escapes that Python will refuse one day
                plain = all(known.decode(data)[0] == data.decode() for data in _PLAIN)
                plain = plain and all(known.encode(data.decode())[0] == data for data in _PLAIN)
        except Exception:  # codecs that make no text raise errors of every kind
            plain = False
        if not plain or meant == "charmap":
            raise ValueError(f"{name!r} can't be read: ASCII has other bytes in it, or it is no charset of texts")
    return meant


def read_as(data: bytes, charset: str) -> str | None:
    """Bytes as text, None where they are not valid or the text would give other bytes. `charset` is a `charset_name`.

    Of the bytes 80 to 9F those that a one-byte charset leaves undefined are controls, as browsers have it.
    """
    try:
        text = _decode(data, charset, "surrogatepass" if charset in WIDE else "strict")
        return text if charset == "utf-8" or write_as(text, charset) == data else None
    except UnicodeError:
        return None


def read_mostly(data: bytes, charset: str) -> tuple[str, tuple[int, ...]] | None:
    """Bytes as text but for those that don't fit, which are read as windows-1252, and where these stand in the text.

    None where that text would give other bytes. Of UTF-16 and UTF-32 only the rest of a cut character doesn't fit.
    """
    if charset in WIDE:
        whole = len(data) - len(data) % (4 if charset.startswith("utf-32") else 2)
        text = read_as(data[:whole], charset) or ""
        rest = _decode(data[whole:], ASSUMED_CHARSET, "strict")
        return (text + rest, tuple(range(len(text), len(text + rest)))) if text else None
    try:
        escaped = _decode(data, charset, "surrogateescape")
        if _encode(escaped, charset, "surrogateescape") != data:
            return None
    except UnicodeError:
        return None
    strays = tuple(match.start() for match in _ESCAPED.finditer(escaped))
    return _ESCAPED.sub(lambda match: _decode(_byte(match[0]), ASSUMED_CHARSET, "strict"), escaped), strays


def read_raw(data: bytes) -> tuple[str, tuple[int, ...]]:
    """Bytes as windows-1252, and where those beyond ASCII stand: none of them fits."""
    text = _decode(data, ASSUMED_CHARSET, "strict")
    return text, tuple(at for at, byte in enumerate(data) if byte >= 0x80)


def write_as(text: str, charset: str, strays: Sequence[int] = ()) -> bytes:
    """The bytes that `read_as` made this text of, or `read_mostly` with these `strays`. Raises UnicodeEncodeError where
    the charset can't hold it."""
    if not strays:
        return _encode(text, charset, "surrogatepass" if charset in WIDE or charset == "utf-8" else "strict")
    if charset in WIDE:
        return write_as(text[: strays[0]], charset) + write_as(text[strays[0] :], ASSUMED_CHARSET)
    parts: list[str] = []
    end = 0
    for at in strays:
        parts += (text[end:at], write_as(text[at], ASSUMED_CHARSET).decode("ascii", "surrogateescape"))
        end = at + 1
    return _encode("".join((*parts, text[end:])), charset, "surrogateescape")


def _byte(escaped: str) -> bytes:
    return escaped.encode("ascii", "surrogateescape")


def _decode(data: bytes, charset: str, errors: str) -> str:
    table = None if charset in WIDE or charset == "utf-8" else _one_byte(charset)
    if table is not None:
        return codecs.charmap_decode(data, errors, table.decoding)[0]
    return data.decode(charset, errors)


def _encode(text: str, charset: str, errors: str) -> bytes:
    table = None if charset in WIDE or charset == "utf-8" else _one_byte(charset)
    if table is not None:
        return codecs.charmap_encode(text, errors, table.encoding)[0]  # type: ignore[arg-type]
    return text.encode(charset, errors)


@cache
def _one_byte(charset: str) -> _Table | None:
    """The table of a charset in which every byte is a character; None for the others."""
    high = bytes(range(0x80, 0x100)).decode(charset, "replace")
    if charset in WIDE or len(high) != 0x80 or high == 0x80 * "\ufffd":
        return None
    decoding = "".join(
        bytes([byte]).decode(charset, "ignore") or (chr(byte) if byte in _C1 else _UNDEFINED) for byte in range(0x100)
    )
    return _Table(decoding, codecs.charmap_build(decoding))
