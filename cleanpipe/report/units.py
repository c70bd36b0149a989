"""From code points, which the exports count in, to UTF-16 units, which a browser's strings are made of."""

from __future__ import annotations

import re
from bisect import bisect_left

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Units:
    """Turns offsets into one text. Offsets outside of the text are moved to its ends.

    >>> Units("a\\U0001F5DE b")(2)
    3
    """

    def __init__(self, text: str) -> None:
        self.length = len(text)
        self._astral = [match.start() for match in _ASTRAL.finditer(text)]

    def __call__(self, offset: int) -> int:
        offset = min(max(offset, 0), self.length)
        return offset + bisect_left(self._astral, offset) if self._astral else offset
