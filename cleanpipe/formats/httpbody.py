"""A response of HTTP as it was recorded: its headers, and its body without what was done to it for the way."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any

from cleanpipe.errors import MissingExtraError
from cleanpipe.formats.html import is_page

LARGEST_PAGE = 40_000_000
"""Bytes that a page may unpack to: four for each character of `page.LARGEST`."""

LONGEST_HEADERS = 1 << 16
"""Bytes of the headers of a response: servers send no more than some thousands."""


class BodyError(ValueError):
    """A body that can't be unpacked; the message says why, `made` how many bytes came out of it before."""

    def __init__(self, says: str, made: int = 0) -> None:
        super().__init__(says)
        self.made = made


def response_of(block: bytes) -> tuple[Any, bytes]:
    """The headers of an HTTP response and its body; None for a block that begins with none."""
    if not block.startswith(b"HTTP/"):
        return None, block
    from warcio.statusandheaders import StatusAndHeadersParser

    stream = BytesIO(block[:LONGEST_HEADERS])
    headers = StatusAndHeadersParser(["HTTP/"], verify=False).parse(stream)
    return headers, block[stream.tell() :]


def unpacked(body: bytes, http: Any) -> bytes:
    """A body without what was done to it for the way: chunks, gzip, deflate, brotli. Many crawlers have undone it and
    left the headers as they were, so what isn't packed is taken as it is. Raises BodyError."""
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
                raise BodyError("the page is packed in a way that isn't read (Content-Encoding)")
    return body


def _inflated(body: bytes, window: int) -> bytes:
    unpacking = zlib.decompressobj(window)
    try:
        data = unpacking.decompress(body, LARGEST_PAGE + 1)
    except zlib.error as error:
        raise BodyError("the page is packed, and can't be unpacked") from error
    return _complete(data, unpacking.eof)


def _deflated(body: bytes) -> bytes:
    """What servers call deflate is zlib's form or the bare stream, or was unpacked already."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            return _inflated(body, window)
        except BodyError as error:
            if error.__cause__ is None:
                raise
    return body


def _unbrotlied(body: bytes) -> bytes:
    try:
        import brotli
    except ImportError as error:
        raise MissingExtraError("web archives", "warc") from error
    unpacking = brotli.Decompressor()
    try:
        data = unpacking.process(body, output_buffer_limit=LARGEST_PAGE + 1)
    except brotli.error as error:
        if is_page(body):
            return body
        raise BodyError("the page is packed, and can't be unpacked") from error
    return _complete(data, unpacking.is_finished())


def _complete(data: bytes, ended: bool) -> bytes:
    if len(data) > LARGEST_PAGE:
        raise BodyError(f"the page unpacks to more than {LARGEST_PAGE // 1_000_000} MB", len(data))
    if not ended:
        raise BodyError("the page is packed, and its end is missing", len(data))
    return data
