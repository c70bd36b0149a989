"""Puts data and assets into a page so that nothing in them can break out of it, and stories in portions.

A browser unpacks a portion only when one of its stories is opened, which keeps an archive of many thousand quick.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator
from typing import Any

import orjson

from cleanpipe.text.jsonline import dump

PORTION_BYTES = 400_000
"""JSON of one portion: unpacked and parsed in some 10 ms."""
PLAIN_BYTES = 1_000_000
"""Up to this much JSON stands in the page as it is, so that it can be read and searched without a browser."""
PACKED_BYTES = 200_000_000
"""Packed stories beyond this are left out: browsers refuse a page of half a gigabyte."""
_FOR_SCRIPT = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"))


def json_for_script(value: Any) -> bytes:
    """JSON that can stand in a `<script>` element of a data type: signs that mean something to HTML are escaped."""
    return escaped(dump(value))


def escaped(json: bytes) -> bytes:
    # Outside of its strings JSON has none of these signs.
    for sign, escape in _FOR_SCRIPT:
        json = json.replace(sign, escape)
    return json


def source_hash(content: str) -> str:
    """What a Content-Security-Policy calls an inline script or style."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() + "'"


def _dumped(story: Any) -> bytes:
    """`dump` without its search for NaN, which an export that was read as JSON can't hold: a tenth of the time."""
    try:
        return orjson.dumps(story)
    except TypeError:  # a lone surrogate
        return dump(story)


class Portions:
    """Collects stories into `<script>` elements, and tells in which portion, at which place, each one went.

    `add` gives (portion, place), or None once the page is full.
    """

    def __init__(self) -> None:
        self._open: list[bytes] = []
        self._open_bytes = 0
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._number = 0
        self._written = 0
        self._out: list[bytes] = []

    def add(self, story: Any) -> tuple[int, int] | None:
        if self._written > PACKED_BYTES:
            return None
        line = _dumped(story)
        place = (self._number, len(self._open))
        self._open.append(line)
        self._open_bytes += len(line)
        if self._open_bytes >= PORTION_BYTES:
            self._close()
        return place

    def take(self) -> Iterator[bytes]:
        """The elements that are ready to be written."""
        out, self._out = self._out, []
        return iter(out)

    def finish(self) -> Iterator[bytes]:
        """The last elements."""
        self._close()
        for number, portion in enumerate(self._waiting):
            self._put(number, "application/json", escaped(portion))
        self._waiting = []
        return self.take()

    def _close(self) -> None:
        if not self._open:
            return
        self._waiting.append(b"[" + b",\n".join(self._open) + b"]")
        self._waiting_bytes += len(self._waiting[-1])
        self._number += 1
        self._open, self._open_bytes = [], 0
        if self._waiting_bytes > PLAIN_BYTES:
            self._pack()

    def _pack(self) -> None:
        for place, portion in enumerate(self._waiting):
            packed = base64.b64encode(zlib.compress(portion, 6))
            self._written += len(packed)
            self._put(self._number - len(self._waiting) + place, "text/plain", packed)
        self._waiting = []

    def _put(self, number: int, kind: str, content: bytes) -> None:
        self._out.append(f'<script type="{kind}" id="portion-{number}">'.encode() + content + b"</script>\n")
