"""The charset of a web page: what a mark, a person, the server or the page itself says of it, against its bytes."""

from __future__ import annotations

import re
from dataclasses import replace

from cleanpipe.formats.charset import CHANCE_BYTES, beyond_ascii, decode, split_mark
from cleanpipe.formats.encodings import WIDE, charset_name, read_as
from cleanpipe.model import Origin

PRESCAN = 4096
"""Bytes within which a page declares its charset. The standard asks for 1024; pages with long heads need more."""

_META = re.compile(rb"<meta\b[^>]{0,400}?\bcharset\s*=\s*[\"']?\s*([^\s\"'/>;]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"\A\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([^\"']{1,40})[\"']", re.IGNORECASE)
_PARAMETER = re.compile(r"\bcharset\s*=\s*[\"']?([^\s\"';,]{1,40})", re.IGNORECASE)


def decode_page(
    data: bytes, origin: Origin, declared: str | None = None, header: str | None = None
) -> tuple[str, Origin]:
    """The source of a page, and its origin with how it was read.

    A mark counts most, then the charset that a person `declared` (a `charset_name`), that of the `header`
    "Content-Type", that of the page; then the bytes alone tell. What server or page say is not believed where the bytes
    are UTF-8, which hardly a text in another charset is, nor where nobody knows the charset by that name.
    """
    mark, _ = split_mark(data)
    if mark or declared:
        decoded = decode(data, declared)
        return decoded.text, decoded.origin(origin)
    name = header_charset(header) or _from_page(data[:PRESCAN])
    if name is None or name == "utf-8":
        decoded = decode(data)
        differs = name is not None and decoded.charset != "utf-8"
    elif _is_utf_8(data):
        decoded, differs = decode(data), True
    else:
        decoded, differs = decode(data, name), False
    note = f"{name} was declared; the bytes are {decoded.charset}" if differs else None
    return decoded.text, replace(decoded.origin(origin), note=note)


def header_charset(content_type: str | None) -> str | None:
    """The charset that a Content-Type names, as a `charset_name`; None where it names none that is known."""
    found = _PARAMETER.search(content_type or "")
    return _known(found[1]) if found else None


def declared_in_xml(head: bytes) -> str | None:
    """The charset that an XML declaration names, as a `charset_name`; None where it names none that can be meant."""
    return _meant(_XML.search(head))


def _from_page(head: bytes) -> str | None:
    return _meant(_XML.search(head) or _META.search(head))


def _meant(found: re.Match[bytes] | None) -> str | None:
    name = _known(found[1].decode("ascii", "replace")) if found else None
    # A declaration in ASCII letters can't be in UTF-16; the standard takes it for UTF-8.
    return None if name in WIDE else name


def _known(name: str) -> str | None:
    try:
        return charset_name(name)
    except ValueError:
        return None


def _is_utf_8(data: bytes) -> bool:
    """Whether it is UTF-8, with more bytes beyond ASCII than are so by chance."""
    return beyond_ascii(data) > CHANCE_BYTES and read_as(data, "utf-8") is not None
