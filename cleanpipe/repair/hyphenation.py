"""Words divided at the end of a line by a page's layout: joined where the whole is a word and a part of it is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cleanpipe.model import Edit
from cleanpipe.repair.rules import Found

_DIVIDED = re.compile(r"(?<![\w-])([^\W\d_]{2,30})(-\n)([^\W\d_]{2,30})(?![\w-])")
_LINE_END = re.compile(r"-\n(?=[^\W\d_])")
_LONGEST = 32


@dataclass(frozen=True, slots=True)
class HyphenationEngine:
    """Takes out the hyphen and the line break."""

    characters: str | None
    id: str
    confidence: float

    @classmethod
    def of(cls, table: Mapping[str, Any], where: str) -> HyphenationEngine:
        return cls(None, table["id"], float(table["confidence"]))

    def find(self, text: str, lang: str | None) -> Found:
        """Edits for the divided words that are known as a whole, and not in both their parts."""
        if "-\n" not in text:
            return Found([], [])
        matches = [
            match
            for end in _LINE_END.finditer(text)
            for match in _DIVIDED.finditer(text, max(0, end.start() - _LONGEST), end.end() + _LONGEST)
            if match.start(2) == end.start() and match[3].islower()
        ]
        if not matches:
            return Found([], [])
        from cleanpipe.language.words import has_words, zipf
        from cleanpipe.repair.familiar import language_of

        lang = lang or language_of(text.split("\n"))
        edits: list[Edit] = []
        kept: list[Edit] = []
        for match in matches:
            whole = zipf(match[1] + match[3], lang) if lang is not None and has_words(lang) else 0.0
            parts = min(zipf(match[1], lang), zipf(match[3], lang))
            edit = Edit(match.start(2), match.end(2), match[2], "", (self.id,), self.confidence)
            (edits if whole > 0 and whole >= parts else kept).append(edit)
        return Found(edits, kept)
