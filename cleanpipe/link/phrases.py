"""Phrases that credit a source, written as patterns over words and matched on a few of them around each mention.

A pattern holds the mention once, so a match is as long as what is before it and what is behind it can be, each by
itself: two short walks, where spaCy's `Matcher`, whose semantics these are, looks at every word. The mention itself is
one token, whatever it is glued to: "cited by Reutershas made" is read as "cited by {source} has made".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from unicodedata import category

from cleanpipe.errors import RuleError
from cleanpipe.language.tokens import word_pattern
from cleanpipe.link.sources import Phrase, Sourcebook, Where, sourcebook

WORDS_BEFORE, WORDS_AFTER = 12, 16
"""Tokens on either side of a mention that a phrase can reach."""

CHARACTERS_AROUND = 160
"""Characters cut out on either side for them."""

SHORTEST_WRAP = 40
"""A line at least this long that stops between words was cut by a fixed line length; a shorter one is a heading."""

_EDGE = "\ue001"  # a private character: no text's word is one
_ELEMENT = re.compile(r"\{([^{}]*)\}(\?)?|(\S+)")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n|\r\n?[^\S\n]*\r?\n|[\n\r\v\f\u0085\u2028\u2029]")


class Found(NamedTuple):
    """A phrase that fits a mention, and how many tokens it takes."""

    phrase: Phrase
    length: int


@dataclass(frozen=True, slots=True)
class Element:
    """What one place of a pattern takes: from `least` to `most` words in a row, each of which `forms` has or `takes`.

    `forms` are words in lower case.
    """

    least: int
    most: int
    forms: frozenset[str] = frozenset()
    takes: Callable[[str], bool] | None = None

    def fits(self, word: str, lower: str) -> bool:
        return self.takes(word) if self.takes is not None else lower in self.forms


class _Compiled(NamedTuple):
    """One pattern of a phrase: what stands before the mention, read backwards, and what behind it."""

    phrase: Phrase
    needs: tuple[frozenset[str], ...]
    """For each word that it can't do without, the forms that the word may have."""
    before: tuple[Element, ...]
    after: tuple[Element, ...]


class Phrases:
    """Compiled patterns, each tried only where all the words that it needs are about."""

    def __init__(self, patterns: Sequence[_Compiled]) -> None:
        self._by_word: dict[str, list[int]] = {}
        self._needless: list[int] = []
        self.patterns = tuple(patterns)
        for at, pattern in enumerate(self.patterns):
            if pattern.needs:
                for form in min(pattern.needs, key=len):
                    self._by_word.setdefault(form, []).append(at)
            else:
                self._needless.append(at)

    def find(self, text: str, start: int, end: int, where: frozenset[Where]) -> Found | None:
        """The longest phrase around the mention `text[start:end]`; of equals, passing before own before cited.

        `where` says in which parts of the text the mention stands.
        """
        before = _tokens_before(text, start)[::-1]
        after = _tokens_after(text, end)
        lower_before, lower_after = [word.lower() for word in before], [word.lower() for word in after]
        about = {*lower_before, *lower_after}
        tried = set(self._needless)
        for word in about:
            tried.update(self._by_word.get(word, ()))
        best: tuple[int, int, str] | None = None
        chosen: Found | None = None
        for at in sorted(tried):
            phrase, needs, elements_before, elements_after = self.patterns[at]
            if phrase.where not in where or any(map(about.isdisjoint, needs)):
                continue
            left = reach(elements_before, before, lower_before)
            right = reach(elements_after, after, lower_after) if left is not None else None
            if left is None or right is None:
                continue
            rank = (left + 1 + right, _PRECEDENCE[phrase.role], phrase.id)
            if best is None or rank > best:
                best, chosen = rank, Found(phrase, rank[0])
        return chosen


_PRECEDENCE = {"cited": 0, "own": 1, "passing": 2}


def reach(elements: Sequence[Element], words: Sequence[str], lower: Sequence[str]) -> int | None:
    """How many of the words the elements can take at most, one after the other from the first; None for no way."""
    ends = {0}
    for element in elements:
        further: set[int] = set(ends) if element.least == 0 else set()
        for end in ends:
            for count in range(1, element.most + 1):
                at = end + count - 1
                if at >= len(words) or not element.fits(words[at], lower[at]):
                    break
                if count >= element.least:
                    further.add(at + 1)
        if not further:
            return None
        ends = further
    return max(ends)


@cache
def compiled(folders: tuple[str, ...] = ()) -> Phrases:
    """The phrases of the rule files, compiled once a process."""
    return compile_phrases(sourcebook(folders))


def compile_phrases(book: Sourcebook) -> Phrases:
    """Raises RuleError for a pattern that refers to a list of words that isn't there."""
    patterns = []
    for phrase in book.phrases:
        for written in phrase.patterns:
            before, after = elements_of(written, book, phrase)
            needs = tuple(element.forms for element in (*before, *after) if element.least and element.forms)
            patterns.append(_Compiled(phrase, needs, before[::-1], after))
    return Phrases(patterns)


def elements_of(pattern: str, book: Sourcebook, phrase: Phrase) -> tuple[tuple[Element, ...], tuple[Element, ...]]:
    """The elements of a pattern before the mention and behind it, both in reading order."""
    sides: list[list[Element]] = [[], []]
    side = 0
    for match in _ELEMENT.finditer(pattern):
        inside, optional, literal = match.groups()
        if literal is not None:
            sides[side].extend(Element(1, 1, frozenset((word.lower(),))) for word in tokenise(literal))
        elif inside == "source":
            side = 1
        elif gap := re.fullmatch(r"\.\.(\d+)", inside):
            sides[side].append(Element(0, int(gap.group(1)), takes=is_in_gap))
        elif inside == "edge":
            sides[side].append(Element(0 if optional else 1, 1, frozenset((_EDGE,))))
        elif inside == "year":
            sides[side].append(Element(0 if optional else 1, 1, takes=_is_year))
        else:
            options: set[str] = set()
            for name in inside.split("|"):
                options.update(book.words.get(name.strip(), (name.strip().lower(),)))
            if "|" not in inside and inside not in book.words and not optional:
                raise RuleError(
                    f"phrase {phrase.id!r}: pattern {pattern!r} names the list {inside!r}; add it to [words]"
                )
            sides[side].append(Element(0 if optional else 1, 1, frozenset(options)))
    before, after = map(tuple, sides)
    return before, after


def is_in_gap(word: str) -> bool:
    """A gap is words: it crosses no line, no clause and no second bracket."""
    return word not in (_EDGE, "|", "/", "=") and not all(category(sign).startswith("P") for sign in word)


def _is_year(word: str) -> bool:
    """Four digits, or more: the shape of a word in spaCy doesn't tell."""
    return len(word) >= 4 and word.isdigit() and len(word) < 100


def tokenise(text: str) -> list[str]:
    """Words and single signs; letters of scripts without spaces stand alone.

    >>> tokenise("SEOUL (Reuters) - 据报")
    ['SEOUL', '(', 'Reuters', ')', '-', '据', '报']
    """
    return [word.replace("’", "'") for word in _word().findall(text)]


@cache
def _word() -> re.Pattern[str]:
    return re.compile(rf"{word_pattern().pattern}|[^\w\s]")


def _tokens_before(text: str, start: int) -> list[str]:
    begin = max(0, start - CHARACTERS_AROUND)
    piece = text[begin:start]
    ends = [match.end() for match in _PARAGRAPH.finditer(piece) if _breaks(piece, match)]
    tokens = tokenise(piece[ends[-1] :] if ends else piece)[-WORDS_BEFORE:]
    return [_EDGE, *tokens] if (ends or begin == 0) and len(tokens) < WORDS_BEFORE else tokens


def _tokens_after(text: str, end: int) -> list[str]:
    piece = text[end : end + CHARACTERS_AROUND]
    cut = next((match.start() for match in _PARAGRAPH.finditer(piece) if _breaks(piece, match)), None)
    tokens = tokenise(piece if cut is None else piece[:cut])[:WORDS_AFTER]
    closed = cut is not None or end + CHARACTERS_AROUND >= len(text)
    return [*tokens, _EDGE] if closed and len(tokens) < WORDS_AFTER else tokens


def _breaks(piece: str, match: re.Match[str]) -> bool:
    """Whether a line break ends a line of thought: a blank line does, and any but one that a fixed line length made."""
    if len(match.group()) > 1:
        return True
    line = piece[: match.start()].rstrip(" \t")
    wrapped = bool(line) and (line[-1].isalnum() or line[-1] in ",;-")
    right = piece[match.end() :].lstrip(" \t")[:1]
    return not (wrapped and (right.islower() or len(line) - (line.rfind("\n") + 1) >= SHORTEST_WRAP))
