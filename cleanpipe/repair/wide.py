"""UTF-8 that was read in an East Asian charset: curly quotes and accents of Western text as Chinese characters.

Two bytes made one character each, and the last byte of a sequence may have taken the ASCII character after it along.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cleanpipe.errors import RuleError
from cleanpipe.language.identify import likeliest
from cleanpipe.model import Edit
from cleanpipe.repair.candidates import USUAL
from cleanpipe.repair.evidence import costs, lines, models, sample
from cleanpipe.repair.rules import NOTHING, Found
from cleanpipe.text.offsets import apply

MARGIN = 15.0
"""Nats that decoding has to save in the whole text."""

MAX_LEFT = 0.6
"""Share of the cost of the words that change which may be left."""

LONGEST_RUN = 400
"""Characters of a run that are tried; a longer one is no stray quotation mark."""

_RUN = re.compile("[^\x00-\x7f]+")
_CLINGS = re.compile("[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")
"""A character between spaces may be meant; one that touches a Latin letter is damage."""

_EAST_ASIAN = re.compile("[\u2e80-\uffdf]")


@dataclass(frozen=True, slots=True)
class WideEngine:
    """Encodes runs of East Asian characters in each charset, and believes what is UTF-8 then and makes words."""

    characters: str | None
    id: str
    confidence: float
    charsets: tuple[str, ...]

    @classmethod
    def of(cls, table: Mapping[str, Any], where: str) -> WideEngine:
        if "charsets" not in table:
            raise RuleError(f"{where}: charsets is missing; the engine 'wide' needs it")
        for charset in table["charsets"]:
            try:
                "a".encode(charset)
            except LookupError as error:
                raise RuleError(f"{where}: charsets: {error}; name charsets that Python knows") from error
        return cls(r"\u2e80-\uffdf", table["id"], float(table["confidence"]), tuple(table["charsets"]))

    def find(self, text: str, lang: str | None) -> Found:
        """Edits for the runs that the best charset decodes, over the whole text."""
        best: tuple[float, list[Edit]] | None = None
        for charset in self.charsets:
            edits = [
                Edit(match.start(), match.end(), match[0], decoded, (self.id,), self.confidence)
                for match in _RUN.finditer(text)
                if (decoded := _decoded(match[0], charset)) is not None
            ]
            if not any(_CLINGS.search(text[max(0, edit.start - 1) : edit.end + 1]) for edit in edits):
                continue
            before = [line for _, line in lines(text) if _EAST_ASIAN.search(line)]
            after = [line for _, line in lines(apply(text, edits)) if not line.isascii()]
            chosen = "\n".join(sample(before)), "\n".join(sample(after))
            model = next(iter(models(likeliest(chosen[1], 1))), None)
            had, left = costs(chosen[0], chosen[1], models([lang, *likeliest(chosen[0], 1)]), model)
            if had - left >= MARGIN and left <= MAX_LEFT * had and (best is None or left - had < best[0]):
                best = left - had, edits
        return NOTHING if best is None else Found(best[1], [])


@lru_cache(maxsize=1 << 16)
def _decoded(run: str, charset: str) -> str | None:
    """What a run was as UTF-8, None where it is none."""
    if len(run) > LONGEST_RUN or not _EAST_ASIAN.search(run):
        return None
    try:
        decoded = run.encode(charset).decode("utf-8")
    except UnicodeError:
        return None
    return decoded if all(character < "\x80" or USUAL.fullmatch(character) for character in decoded) else None
