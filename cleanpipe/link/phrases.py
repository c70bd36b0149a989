"""Phrases that credit a source, as spaCy Matcher patterns, matched on a few words around each mention.

The mention itself is one token, whatever it is glued to: "cited by Reutershas made" is read as "cited by {source} has
made".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from cleanpipe.errors import RuleError
from cleanpipe.language.tokens import word_pattern
from cleanpipe.link.sources import Phrase, Sourcebook, Where, sourcebook

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

WORDS_BEFORE, WORDS_AFTER = 12, 16
"""Tokens on either side of a mention that a phrase can reach."""

CHARACTERS_AROUND = 160
"""Characters cut out on either side for them."""

SHORTEST_WRAP = 40
"""A line at least this long that stops between words was cut by a fixed line length; a shorter one is a heading."""

_SOURCE, _EDGE = "\ue000", "\ue001"  # private characters: no text's word is one
_ELEMENT = re.compile(r"\{([^{}]*)\}(\?)?|(\S+)")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n|\r\n?[^\S\n]*\r?\n|[\n\r\v\f\u0085\u2028\u2029]")


class Found(NamedTuple):
    """A phrase that fits a mention, and how many tokens it takes."""

    phrase: Phrase
    length: int


class _Compiled(NamedTuple):
    """One pattern of a phrase. `needs` holds, for each word it can't do without, the forms that word may have."""

    phrase: Phrase
    needs: tuple[frozenset[str], ...]
    matcher: Matcher


@dataclass(frozen=True, slots=True)
class Phrases:
    """Compiled patterns. Each has a Matcher of its own, run only where all the words that it needs are about."""

    vocab: Vocab
    patterns: tuple[_Compiled, ...]

    def find(self, text: str, start: int, end: int, where: frozenset[Where]) -> Found | None:
        """The longest phrase around the mention `text[start:end]`; of equals, passing before own before cited.

        `where` says in which parts of the text the mention stands.
        """
        before = _tokens_before(text, start)
        words = [*before, _SOURCE, *_tokens_after(text, end)]
        about = {word.lower() for word in words}
        doc: Doc | None = None
        best: tuple[int, int, str] | None = None
        chosen: Found | None = None
        for phrase, needs, matcher in self.patterns:
            if phrase.where not in where or any(about.isdisjoint(forms) for forms in needs):
                continue
            doc = _doc(self.vocab, words) if doc is None else doc
            for _, first, last in matcher(doc):
                rank = (last - first, _PRECEDENCE[phrase.role], phrase.id)
                if first <= len(before) < last and (best is None or rank > best):
                    best, chosen = rank, Found(phrase, last - first)
        return chosen


_PRECEDENCE = {"cited": 0, "own": 1, "passing": 2}


def _doc(vocab: Vocab, words: list[str]) -> Doc:
    from spacy.tokens import Doc

    return Doc(vocab, words=words)


@cache
def compiled(folders: tuple[str, ...] = ()) -> Phrases:
    """The phrases of the rule files, compiled once a process."""
    return compile_phrases(sourcebook(folders))


def compile_phrases(book: Sourcebook) -> Phrases:
    """Raises RuleError for a pattern that refers to a list of words that isn't there."""
    import spacy
    from spacy.matcher import Matcher

    vocab = spacy.blank("xx").vocab
    patterns = []
    for phrase in book.phrases:
        for written in phrase.patterns:
            pattern = _pattern(written, book, phrase)
            matcher = Matcher(vocab)
            matcher.add(phrase.id, [pattern])
            patterns.append(_Compiled(phrase, _needs(pattern), matcher))
    return Phrases(vocab, tuple(patterns))


def _needs(pattern: list[dict[str, Any]]) -> tuple[frozenset[str], ...]:
    needs = []
    for token in pattern:
        if "OP" not in token and "LOWER" in token:
            forms = token["LOWER"]
            needs.append(frozenset(forms["IN"] if isinstance(forms, dict) else (forms,)))
        elif token.get("ORTH") == _EDGE:
            needs.append(frozenset((_EDGE,)))
    return tuple(needs)


def _pattern(pattern: str, book: Sourcebook, phrase: Phrase) -> list[dict[str, Any]]:
    tokens: list[dict[str, Any]] = []
    for match in _ELEMENT.finditer(pattern):
        inside, optional, literal = match.groups()
        if literal is not None:
            tokens.extend({"LOWER": word.lower()} for word in tokenise(literal))
            continue
        if inside == "source":
            element: dict[str, Any] = {"ORTH": _SOURCE}
        elif inside == "edge":
            element = {"ORTH": _EDGE}
        elif inside == "year":
            element = {"SHAPE": "dddd"}
        elif gap := re.fullmatch(r"\.\.(\d+)", inside):
            # A gap is words: it crosses no line, no clause and no second bracket.
            element = {
                "IS_PUNCT": False,
                "ORTH": {"NOT_IN": [_EDGE, _SOURCE, "|", "/", "="]},
                "OP": f"{{0,{gap.group(1)}}}",
            }
        else:
            options: set[str] = set()
            for name in inside.split("|"):
                options.update(book.words.get(name.strip(), (name.strip().lower(),)))
            if "|" not in inside and inside not in book.words and not optional:
                raise RuleError(
                    f"phrase {phrase.id!r}: pattern {pattern!r} names the list {inside!r}; add it to [words]"
                )
            element = {"LOWER": {"IN": sorted(options)}}
        if optional:
            element["OP"] = "?"
        tokens.append(element)
    return tokens


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
