"""Invisible characters that were written as UTF-8 and read as something else: tables made from first principles.

U+2062 is E2 81 A2. Read as ISO 8859-2 it is "â", a control, "˘"; the control gets lost, and "â˘" is left before
a word. Where a space followed, a repairer that takes the space for a damaged byte A0 makes E2 A2 A0 of it: U+28A0, a
Braille pattern. The table holds every such form for every character and charset that a rule names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from cleanpipe.errors import RuleError
from cleanpipe.model import Edit
from cleanpipe.repair.codecs import decoding_table
from cleanpipe.repair.rules import Found
from cleanpipe.text.scripts import script_of

LOST = ("kept", "dropped", "?", "\ufffd", "space")
"""What can happen to a byte from 80 to 9F: read as what it is there, gone, or a mark in its place. "space": byte A0
after the damaged character, restored where a plain space stood, has made one character of it all."""

_CLOSING = frozenset(".,;:!?)”’")
_BLANK = frozenset({"", " ", "\n", "\t", "\u00a0"})
_CASES = re.compile("[a-zà-öø-ÿāăą][A-ZÀ-ÖØ-ÞŁ]")
_LATIN = re.compile("[\u00c0-\u024f]")
_GARBLED = re.compile("[\u0080-\u009f\u00a1-\u00bf\u00c0-\u024f\u2018-\u2044\u20ac\u2122]")
_RANGE = re.compile(r"(.)-(.)|(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class GarbledEngine:
    """Undoes garbled invisible characters where the document shows that they are damage.

    With "space" among the ways of loss they are removed: the operators of a watermark. Without, they are decoded, and
    the rules for invisible characters judge them where they stand.
    """

    characters: str | None
    id: str
    confidence: float
    pattern: re.Pattern[str]
    decoded: Mapping[str, str]
    spaces: frozenset[str]
    foreign: re.Pattern[str]
    evidence: int

    @classmethod
    def of(cls, table: Mapping[str, Any], where: str) -> GarbledEngine:
        for key in ("of", "charsets", "lost"):
            if key not in table:
                raise RuleError(f"{where}: {key} is missing; the engine 'garbled' needs it")
        unknown = sorted(set(table["lost"]) - set(LOST))
        if unknown:
            raise RuleError(f"{where}: lost has {unknown[0]!r}; it may hold {', '.join(map(repr, LOST))}")
        try:
            forms = garbled_forms(table["of"], table["charsets"], table["lost"])
        except LookupError as error:
            raise RuleError(f"{where}: charsets: {error}; name charsets that Python knows") from error
        spaces = frozenset(spaced_forms(table["of"])) if "space" in table["lost"] else frozenset()
        every = sorted(forms.keys() | spaces, key=lambda form: (-len(form), form))
        return cls(
            "".join(sorted({re.escape(form[0]) for form in every})),
            table["id"],
            float(table["confidence"]),
            re.compile("|".join(map(re.escape, every))),
            {form: "" if "space" in table["lost"] else character for form, character in forms.items()},
            spaces,
            re.compile(f"[\\u2800-\\u28ff](?<![{''.join(sorted(spaces))}])" if spaces else r"(?!)"),
            table.get("evidence", 2),
        )

    def find(self, text: str, lang: str | None) -> Found:
        """Edits for all forms in the text, or none where they may be meant."""
        edits = []
        for match in self.pattern.finditer(text):
            if _GARBLED.match(text, match.end()) and _GARBLED.match(text, match.start() - 1, match.start()):
                continue  # amid signs of another charset it is a part of something else
            lead = match[0][0]
            if not (lead.isalpha() or match[0] in self.spaces) and _LATIN.fullmatch(
                text, match.start() - 1, match.start()
            ):
                continue  # "Ĺ‚Ä™" is "łę": no form begins after its first letter
            after = " " if match[0] in self.spaces else self.decoded[match[0]]
            edits.append(Edit(match.start(), match.end(), match[0], after, (self.id,), self.confidence))
        if not edits:
            return Found([], [])
        if self.spaces and self.foreign.search(text):  # other Braille patterns: these are Braille too
            spaced = [edit for edit in edits if edit.before in self.spaces]
            edits = [edit for edit in edits if edit.before not in self.spaces]
            return self._weighed(text, edits, spaced)
        return self._weighed(text, edits, [])

    def _weighed(self, text: str, edits: list[Edit], kept: list[Edit]) -> Found:
        """Damage clings to words; a sign that is meant stands by itself, or between quotes."""
        clinging: Counter[str] = Counter()
        sure = 0
        for edit in edits:
            before, after = text[edit.start - 1 : edit.start], text[edit.end : edit.end + 1]
            left, right = before.isalpha(), after.isalpha()
            closing = before in _CLOSING and after in _BLANK
            if not (left or right or closing):
                continue
            clinging[edit.before] += 1
            inside_word = left and right and edit.before in self.spaces
            odd = not all(script_of(c) for c in edit.before) or _CASES.search(edit.before)
            if inside_word or (odd and (len(edit.before) > 2 or (right and before in _BLANK) or after in _BLANK)):
                sure += 1
        if sum(clinging.values()) >= self.evidence or sure:
            return Found(edits, kept)
        return Found([], kept + edits)


def garbled_forms(of: str, charsets: list[str], lost: list[str]) -> dict[str, str]:
    """What each character of the class `of` ("\\u2061-\\u2064") becomes in each charset, for each way to lose bytes.

    Only forms of two characters and more: one alone says nothing. A form that is how another charset shows the bytes
    E2 80, the beginning of every curly quotation mark, is left out: "â€" is U+2064 in ISO 8859-15, but hardly ever.
    """
    forms: dict[str, str] = {}
    for character, charset in product(members(of), charsets):
        table = decoding_table(charset)
        readings = []
        controls = any("\x80" <= sign <= "\x9f" for sign in table)  # Mac Roman and DOS have a sign for every byte
        data = character.encode("utf-8")
        for place, byte in enumerate(data):
            reading = {table[byte]} if "kept" in lost else set()
            if 0x80 <= byte <= 0x9F:
                if "kept" in lost and controls:
                    reading.add(chr(byte))
                if "\x80" <= table[byte] <= "\x9f" and place + 1 < len(data):  # without its last, it may be anything
                    reading |= {"" if way == "dropped" else way for way in lost if way in ("dropped", "?", "\ufffd")}
            else:
                reading = {table[byte]}
            readings.append(reading)
        for form in map("".join, product(*map(sorted, readings))):
            if len(form) > 1:
                forms.setdefault(form, character)
    quotes = {decoding_table(charset)[0xE2] + decoding_table(charset)[0x80] for charset in charsets}
    return {form: character for form, character in forms.items() if not form.isascii() and form not in quotes}


def spaced_forms(of: str) -> list[str]:
    """The characters that come of the first and last byte of each of `of` and a byte A0 restored from a space.

    >>> [f"{ord(form):04X}" for form in spaced_forms("\\u2062-\\u2064")]
    ['28A0', '28E0', '2920']
    """
    forms = []
    for character in members(of):
        data = character.encode("utf-8")
        forms.append((data[:1] + data[2:] + b"\xa0").decode("utf-8"))
    return forms


def members(of: str) -> list[str]:
    """The characters of a class written as in a regular expression, ranges and single ones."""
    result: list[str] = []
    for first, last, single in _RANGE.findall(of):
        result += [single] if single else map(chr, range(ord(first), ord(last) + 1))
    return result
