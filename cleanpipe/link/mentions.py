"""Where a text names a source: regular expressions over all names, so that a text without any costs two searches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from cleanpipe.link.sources import Sourcebook, sourcebook

SHORTEST_GLUED = 6
"""A name at least this long may be glued to a word: "Reutershas" and "ReutersChina" are the agency, "Lusaka" is not."""

SHORTEST_LOUD = 5
"""A name at least this long is looked for in capitals too: "REUTERS"."""

_LETTER = r"[^\W\d_]"


class Mention(NamedTuple):
    """A place where a source is named. `plain`: the name alone says so; an abbreviation needs a phrase around it."""

    source: str
    start: int
    end: int
    plain: bool


PLAIN = frozenset("’")
"""What a text may hold beyond ASCII for the shorter expressions to do: they are three times as fast."""


@dataclass(frozen=True, slots=True)
class _Names:
    """`plain` finds the names in ASCII and `PLAIN`, `every` all of them; `beyond` are the other characters of names.

    Each is an expression for the names that begin with a small letter, and one for the others: the two together are
    faster than one for all.
    """

    plain: tuple[re.Pattern[str], ...]
    every: tuple[re.Pattern[str], ...]
    beyond: frozenset[str]
    source_of: dict[str, tuple[str, bool]]
    glue: frozenset[str]

    def patterns(self, text: str) -> tuple[re.Pattern[str], ...]:
        """What finds the names that can stand in a text."""
        if text.isascii():
            return self.plain
        rest = text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
        return self.plain if self.beyond.isdisjoint(rest) else self.every


_ASCII = bytes(range(128))


def mentions(text: str, folders: tuple[str, ...] = ()) -> Iterator[Mention]:
    """Every mention of a source in a text, in order, without overlap. Offsets are code points of the text."""
    names = _names(folders)
    waiting = [(pattern, match) for pattern in names.patterns(text) if (match := pattern.search(text))]
    while waiting:
        match = min((found for _, found in waiting), key=re.Match.start)
        start, end = match.span()
        source, plain = names.source_of[match.group()]
        at = start + 1
        if _stands_alone(text, start, end, plain, names.glue):
            yield Mention(source, start, end, plain)
            at = end
        waiting = [
            (pattern, following)
            for pattern, match in waiting
            if (following := match if match.start() >= at else pattern.search(text, at))
        ]


def _stands_alone(text: str, start: int, end: int, plain: bool, glue: frozenset[str]) -> bool:
    """Whether a name ends where its word ends, or is glued to another word as texts translated by program have it."""
    name = text[start:end]
    if _is_unspaced(name):
        return True
    before, after = text[start - 1 : start], text[end : end + 1]
    glued = plain and len(name) >= SHORTEST_GLUED
    if before.isalnum() and not (glued and before.islower() and name[0].isupper()) and not _is_unspaced(before):
        # Arabic writes "to" and "and" as one letter with the word behind them.
        prefix = re.search(rf"(?<!{_LETTER})[وفبلك]{{1,2}}$", text[max(0, start - 3) : start])
        if prefix is None:
            return False
    if not after.isalnum() or _is_unspaced(after):
        return True
    if not glued:
        return False
    rest = re.compile(rf"{_LETTER}+").match(text, end)
    if rest is None:
        return False
    return (after.isupper() and rest.group()[1:2].islower()) or rest.group() in glue


def _is_unspaced(text: str) -> bool:
    return any(
        "\u0e00" <= c <= "\u0e7f" or "\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3"
        for c in text
    )


@cache
def _names(folders: tuple[str, ...]) -> _Names:
    return names_of(sourcebook(folders))


def names_of(book: Sourcebook) -> _Names:
    source_of: dict[str, tuple[str, bool]] = {}
    stems: dict[str, tuple[str, bool]] = {}
    for source in sorted(book.sources.values(), key=lambda item: item.id):
        for name in source.abbreviations:
            source_of.setdefault(name, (source.id, False))
        for name in source.names:
            (stems if name.endswith("*") else source_of)[name.rstrip("*")] = (source.id, True)
    for name, value in [*source_of.items(), *stems.items()]:
        if value[1] and len(name) >= SHORTEST_LOUD and name.upper() != name:
            source_of.setdefault(name.upper(), value)
    beyond = frozenset(letter for name in (*source_of, *stems) for letter in name if not letter.isascii()) - PLAIN
    plain = [{name: found for name, found in names.items() if beyond.isdisjoint(name)} for names in (source_of, stems)]
    return _Names(_patterns(*plain), _patterns(source_of, stems), beyond, _Lookup(source_of, stems), book.glue)


def _patterns(whole: dict[str, Any], stems: dict[str, Any]) -> tuple[re.Pattern[str], ...]:
    """Expressions for names that begin with a small letter, and for the others; none for no names."""
    found = []
    for small in (True, False):
        parts = [{name: None for name in names if name[0].islower() is small} for names in (whole, stems)]
        if any(parts):
            found.append(re.compile(_trie_pattern(*parts)))
    return tuple(found)


class _Lookup(dict[str, tuple[str, bool]]):
    """A name as found to its source; names with endings are looked up by their stem."""

    def __init__(self, whole: dict[str, tuple[str, bool]], stems: dict[str, tuple[str, bool]]) -> None:
        super().__init__(whole)
        self.stems = stems

    def __missing__(self, found: str) -> tuple[str, bool]:
        for end in range(len(found), 0, -1):
            if found[:end] in self.stems:
                return self.stems[found[:end]]
        raise KeyError(found)


def _trie_pattern(whole: dict[str, Any], stems: dict[str, Any]) -> str:
    """An expression for the longest of the names at a place. Common beginnings are tried once, which is what makes it
    fast."""
    root: dict[str, Any] = {}
    for name in whole:
        node = root
        for letter in name:
            node = node.setdefault(letter, {})
        node[""] = ""
    for name in stems:
        node = root
        for letter in name:
            node = node.setdefault(letter, {})
        node[""] = r"[^\W\d_A-ZА-Я]{0,4}"
    return _node_pattern(root)


def _node_pattern(node: dict[str, Any]) -> str:
    ending = node.get("")
    branches = [re.escape(letter) + _node_pattern(node[letter]) for letter in sorted(node) if letter]
    if not branches:
        return ending or ""
    if ending is None:
        return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{'|'.join([*branches, ending])})"
