"""Text that was read in a wrong charset, by ftfy: line by line, with nothing of its taste in typography switched on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from cleanpipe.language.likelihood import words
from cleanpipe.model import Edit, Span
from cleanpipe.repair.candidates import layer
from cleanpipe.repair.evidence import has_likelier, language_of, models
from cleanpipe.repair.rules import NOTHING, Found
from cleanpipe.repair.score import is_plain
from cleanpipe.repair.sequences import FEW_LETTERS, RARE_ALONE, chance_words, outside
from cleanpipe.text.offsets import difference

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

IMPROBABLE = re.compile(
    "[\u2020\u2800-\u28ff\u2900-\u297f\u2b20\u2b60\u2ba0\u2be0\u0800-\u085f\u1800-\u18af\ue000-\uf8ff\U000e0080-\U0010ffff]"
    '|(?<=["“„«])[\u0300-\u036f]'
)
"""Dagger, Braille, supplemental arrows, signs whose last byte is A0, Samaritan, Mongolian, private use, an accent on a
quotation mark: what comes of restoring a byte A0 that never was, and of a wrong charset."""

_LONE = re.compile(r"(?<![^\W\d_])[ÂÃÅÎÐÙ] (?=\S)")
"""A letter by itself before a space, "a vogal Ã ocorre": nothing that ftfy should restore a byte A0 after."""

_USUAL = ("cp1252", "latin-1")
"""Charsets in which a word is looked through for sequences that are there by chance."""


@dataclass(frozen=True, slots=True)
class CharsetEngine:
    """Undoes one or more readings of UTF-8 in a one-byte charset."""

    characters: str | None
    id: str
    confidence: float

    @classmethod
    def of(cls, table: Mapping[str, Any], where: str) -> CharsetEngine:
        return cls(None, table["id"], float(table["confidence"]))

    def find(self, text: str, lang: str | None) -> Found:
        """Edits by line; a line is looked at only where ftfy's heuristic finds something odd in it."""
        from ftfy.badness import is_bad

        if text.isascii() or is_plain(text):
            return NOTHING
        edits: list[Edit] = []
        at = 0
        for line in text.split("\n"):
            if not line.isascii() and is_bad(line) and (fixed := fix_line(line)) != line:
                chance = chance_words(line, *(layer(charset).pieces(line, lossy=False) for charset in _USUAL))
                words_apart = [Span(at + span.start, at + span.end) for span in chance]
                edits += outside(difference(line, fixed, (self.id,), self.confidence, at), words_apart)
            at += len(line) + 1
        return Found(edits, [])


def fix_line(line: str) -> str:
    """The line with charset damage undone by ftfy, or as it is."""
    from ftfy.badness import is_bad

    if not is_bad(_LONE.sub(" ", line)):
        return line
    for restoring in (True, False):
        fixed = _fixed(line, restoring)
        if fixed == line:
            return line
        if _is_misspelt(line, fixed):
            continue
        if 0 < len(RARE_ALONE.findall(fixed)) - len(RARE_ALONE.findall(line)) < FEW_LETTERS:
            continue  # "Ø±0,1": a sign, not a letter of Arabic
        if len(IMPROBABLE.findall(fixed)) <= len(IMPROBABLE.findall(line)):
            return fixed
    return line


def _is_misspelt(line: str, fixed: str) -> bool:
    """Whether restoring bytes A0 makes a word that the language does not have: "cafÃ by" was "café by"."""
    made = {word for word in set(words(fixed)) - set(words(line)) if word.endswith("à") and len(word) > 2}
    if not made:
        return False
    model = next(iter(models([language_of(fixed)])), None)
    return model is not None and any(has_likelier(model, word[:-1], word[-1], "") for word in made)


def _fixed(line: str, restoring: bool) -> str:
    import ftfy

    explained: Any = ftfy.fix_encoding_and_explain(line, _config(restoring))
    fixed, plan = explained
    for number, step in enumerate(plan or ()):
        # ISO 8859-1 taken for Windows-1252 is no UTF-8: the controls may be Shift JIS or a DOS code page.
        if step.action == "decode" and step.parameter == "windows-1252":
            kept: str = ftfy.apply_plan(line, plan[: number - 1])
            return kept
    result: str = fixed
    return result


@cache
def _config(restoring: bool) -> TextFixerConfig:
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        restore_byte_a0=restoring,
        replace_lossy_sequences=False,
        fix_c1_controls=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
    )
