"""One charset at a time: its name, its bytes as text and back, and never a text that can't be written again."""

from __future__ import annotations

import codecs
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
            plain = known.encode("{\n")[0] == b"{\n" and known.decode(b"\\u00e9")[0][1:] == "u00e9"
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
        if charset == "utf-8":
            return data.decode("utf-8")
        table = _one_byte(charset)
        if table is not None:
            text = codecs.charmap_decode(data, "strict", table.decoding)[0]
        else:
            text = data.decode(charset, "surrogatepass" if charset in WIDE else "strict")
        return text if write_as(text, charset) == data else None
    except UnicodeError:
        return None


def write_as(text: str, charset: str) -> bytes:
    """The bytes that `read_as` made this text of. Raises UnicodeEncodeError where the charset can't hold it."""
    table = None if charset in WIDE or charset == "utf-8" else _one_byte(charset)
    if table is not None:
        return codecs.charmap_encode(text, "strict", table.encoding)[0]  # type: ignore[arg-type]
    return text.encode(charset, "surrogatepass" if charset in WIDE or charset == "utf-8" else "strict")


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
