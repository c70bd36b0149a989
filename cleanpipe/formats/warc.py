"""Web archives (WARC, WET): every page that a server gave, and every text that was made of one, is an article."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BufferedIOBase, BytesIO
from typing import Any

from cleanpipe.errors import MissingExtraError
from cleanpipe.formats.charset import decode
from cleanpipe.formats.fields import FieldError, build_record, input_names
from cleanpipe.formats.html import is_page, read_page
from cleanpipe.formats.jsonl import excerpt
from cleanpipe.formats.pagecharset import header_charset
from cleanpipe.formats.plain import find_title
from cleanpipe.formats.warcstream import WarcRecord, warc_records
from cleanpipe.model import Origin, Record, Rejected

MAGIC = b"WARC/"

LARGEST_PAGE = 64_000_000
"""Bytes of a page as it was sent, decompressed. More is a decompression bomb: `page.LARGEST` is far below."""

PAGES = frozenset({"text/html", "application/xhtml+xml"})

_UNTOLD = frozenset({"", "application/octet-stream", "application/unknown", "unk", "unknown"})
"""Content types that say nothing."""

_LINK = re.compile(r"<\s*([^>\s]+)\s*>\s*;[^,<]*\brel\s*=\s*\"?canonical\b", re.IGNORECASE)
_HTTP = re.compile(r"https?://", re.IGNORECASE)
_NAMES = input_names({})

Passed = Callable[[str], None]
"""Told what is passed over and is no loss: an image, a page that wasn't found."""


class _BodyError(ValueError):
    """A body that can't be unpacked; the message says why."""


def read_warc(
    stream: BufferedIOBase, origin: Origin, limit: int, *, declared: str | None = None, passed: Passed | None = None
) -> Iterator[Record | Rejected]:
    """The articles of a web archive, decompressed. `limit` is in bytes of a record, `declared` the charset that a
    person named. Raises MissingExtraError.

    Articles are responses with status 200 that are web pages, such pages as resources, and texts as resources or
    conversions. Requests, notes, repeated visits (which have no text of their own), other responses and everything that
    is no page are passed over; `passed` is told each.
    """
    for record in warc_records(stream, limit):
        place = replace(origin, offset=record.offset)
        if record.problem is not None:
            yield Rejected(place, record.problem, excerpt(record.block))
            continue
        kind = (record.header("WARC-Type") or "").lower()
        item: Record | Rejected | str = kind or "record without a type"
        if kind in ("response", "resource", "conversion"):
            item = _read(record, kind, place, limit, declared)
        if isinstance(item, str):
            if passed is not None:
                passed(item)
        else:
            yield item


def _read(record: WarcRecord, kind: str, origin: Origin, limit: int, declared: str | None) -> Record | Rejected | str:
    """The article of a record, or what it is where it has none."""
    target = (record.header("WARC-Target-URI") or "").strip("<> ")
    if not _HTTP.match(target):
        return f"{kind} of no web address"
    content_type = record.header("Content-Type") or ""
    canonical = None
    body = record.block
    http = None
    if kind == "response":
        http, body = _http(record.block)
        if http is None:
            content_type = ""
        else:
            status = http.statusline.split(" ")[0]
            if status != "200":
                return f"status {status}"
            content_type = http.get_header("Content-Type") or record.header("WARC-Identified-Payload-Type") or ""
            found = _LINK.search(http.get_header("Link") or "")
            canonical = found[1] if found and _HTTP.match(found[1]) else None
    media = content_type.partition(";")[0].strip().lower()
    if media not in PAGES and media not in _UNTOLD and not (media == "text/plain" and kind != "response"):
        return media
    if not record.whole:
        return Rejected(origin, f"the record is larger than {limit // 1_000_000} MB (input.line_limit_mb)")
    try:
        body = _unpacked(body, http) if http is not None else body
    except _BodyError as error:
        return Rejected(origin, str(error))
    if media in _UNTOLD and not is_page(body):
        return "of unknown type, and no page"
    known = _known(record)
    if media == "text/plain":
        item = _text(body, origin, declared or header_charset(content_type), target, known)
    else:
        item = read_page(
            body,
            origin,
            declared=declared,
            content_type=content_type,
            url=target,
            canonical=canonical,
            id=known["id"],
            metadata=known["metadata"],
        )
    if record.altered:
        note = "the bytes are not those that the record's digest was made of"
        item = replace(item, origin=replace(item.origin, note=f"{item.origin.note}; {note}" if item.origin.note else note))
    return item


def _known(record: WarcRecord) -> dict[str, Any]:
    """What the headers say of every article: its id, and what is carried along of the crawl."""
    told = {name: value for name in ("WARC-Record-ID", "WARC-Date") if (value := record.header(name))}
    return {"id": told.get("WARC-Record-ID", "").strip("<> ") or None, "metadata": told}


def _http(block: bytes) -> tuple[Any, bytes]:
    """The headers of an HTTP response and its body; None for a block that begins with none."""
    if not block.startswith(b"HTTP/"):
        return None, block
    from warcio.statusandheaders import StatusAndHeadersParser

    stream = BytesIO(block)
    return StatusAndHeadersParser(["HTTP/"], verify=False).parse(stream), stream.read()


def _unpacked(body: bytes, http: Any) -> bytes:
    """A body without what was done to it for the way: chunks, gzip, deflate, brotli. Many crawlers have undone it and
    left the headers as they were, so what isn't packed is taken as it is. Raises _BodyError."""
    from warcio.bufferedreaders import ChunkedDataReader

    if (http.get_header("Transfer-Encoding") or "").strip().lower() == "chunked":
        body = ChunkedDataReader(BytesIO(body)).read()
    for encoding in reversed((http.get_header("Content-Encoding") or "").lower().split(",")):
        match encoding.strip():
            case "gzip" | "x-gzip":
                body = _inflated(body, 16 + zlib.MAX_WBITS) if body.startswith(b"\x1f\x8b") else body
            case "deflate":
                body = _deflated(body)
            case "br":
                body = _unbrotlied(body)
            case "" | "identity" | "none":
                pass
            case _ if is_page(body):
                pass
            case _:
                raise _BodyError("the page is packed in a way that isn't read (Content-Encoding)")
    return body


def _inflated(body: bytes, window: int) -> bytes:
    unpacking = zlib.decompressobj(window)
    try:
        data = unpacking.decompress(body, LARGEST_PAGE + 1)
    except zlib.error as error:
        raise _BodyError("the page is packed, and can't be unpacked") from error
    return _complete(data, unpacking.eof)


def _deflated(body: bytes) -> bytes:
    """What servers call deflate is zlib's form or the bare stream, or was unpacked already."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            return _inflated(body, window)
        except _BodyError as error:
            if error.__cause__ is None:
                raise
    return body


def _unbrotlied(body: bytes) -> bytes:
    try:
        import brotli
    except ImportError as error:
        raise MissingExtraError("a web archive", "warc") from error
    unpacking = brotli.Decompressor()
    try:
        data = unpacking.process(body, output_buffer_limit=LARGEST_PAGE + 1)
    except brotli.error as error:
        if is_page(body):
            return body
        raise _BodyError("the page is packed, and can't be unpacked") from error
    return _complete(data, unpacking.is_finished())


def _complete(data: bytes, ended: bool) -> bytes:
    if len(data) > LARGEST_PAGE:
        raise _BodyError(f"the page unpacks to more than {LARGEST_PAGE // 1_000_000} MB")
    if not ended:
        raise _BodyError("the page is packed, and its end is missing")
    return data


def _text(body: bytes, origin: Origin, declared: str | None, url: str, known: dict[str, Any]) -> Record | Rejected:
    decoded = decode(body, declared)
    origin = replace(decoded.origin(origin.file), offset=origin.offset)
    title = find_title(decoded.text)
    value = {
        **known["metadata"],
        "text": decoded.text,
        "id": known["id"],
        "url": url,
        "title": decoded.text[title.start : title.end] if title else None,
    }
    try:
        return replace(build_record(value, _NAMES, origin), title_span=title)
    except FieldError:
        return Rejected(origin, "the record is empty")
