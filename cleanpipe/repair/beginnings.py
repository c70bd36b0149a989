"""With what a match of a regular expression can begin, so that it is tried only where that stands.

Only what saves time lives here: where an expression begins in a way that isn't plain, nothing is said of it.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

LENGTH = 3
"""Characters that a beginning has at most: most lines of a text are told from "share", "tags" and "photo" by three."""

MOST = 2_000
"""Beginnings of one expression; more of them say nothing."""

LARGEST_RANGE = 20
"""A class such as [0-9] is taken apart; one such as [a-z] begins nearly every line."""

Beginnings = frozenset[str]


def beginnings(pattern: str) -> Beginnings | None:
    """Strings of up to `LENGTH` characters, folded by `caseless`, one of which begins the folded text of every match.

    None where an expression can begin with too much, or with nothing. Case is of no account.

    >>> sorted(beginnings("tags?: .+|(?:les )?plus lus"))
    ['les', 'plu', 'tag']
    """
    try:
        parser = import_module("re._parser")
        found = _of(list(parser.parse(pattern, re.IGNORECASE)))
    except (ImportError, AttributeError, re.error):
        return None
    if found is None or len(found) > MOST or not all(text for text, _ in found):
        return None
    return frozenset(text for text, _ in found)


def caseless(text: str) -> str:
    """Equal for two characters where `re.IGNORECASE` takes one for the other; all digits are equal."""
    return _DIGIT.sub(DIGIT, text.replace("İ", "i").casefold().replace("ı", "i"))


DIGIT = "0"
_DIGIT = re.compile(r"\d")

_Begun = set[tuple[str, bool]]
"""What a match may begin with, and whether what follows it belongs to the beginning too."""


def _of(items: list[tuple[Any, Any]]) -> _Begun | None:
    begun: _Begun = {("", True)}
    for operator, argument in items:
        if not any(going for _, going in begun):
            break
        following = _item(str(operator), argument)
        if following is None:
            # From here on anything goes: what there is ends here.
            return {(text, False) for text, _ in begun}
        begun = {one for one in begun if not one[1]} | {
            _cut(text + more, going) for text, still in begun if still for more, going in following
        }
        if len(begun) > MOST:
            return None
    return begun


def _cut(text: str, going: bool) -> tuple[str, bool]:
    return text[:LENGTH], going and len(text) < LENGTH


def _item(operator: str, argument: Any) -> _Begun | None:
    """The same for one item of an expression; None where it can be anything."""
    if operator == "LITERAL":
        return {(caseless(chr(argument)), True)}
    if operator == "AT":
        return {("", True)}
    if operator == "IN":
        members = [_member(str(kind), value) for kind, value in argument]
        return None if None in members else {(text, True) for member in members for text in member or ()}
    if operator == "SUBPATTERN":
        return _of(list(argument[-1]))
    if operator == "BRANCH":
        branches = [_of(list(branch)) for branch in argument[1]]
        return None if None in branches else {one for branch in branches if branch for one in branch}
    if operator == "MAX_REPEAT":
        least, _, repeated = argument
        once = _of(list(repeated))
        if once is None:
            return None
        # What may be repeated has no certain end.
        more = {(text, False) for text, _ in once} if argument[1] != 1 else once
        return more | ({("", True)} if least == 0 else set())
    return None


def _member(kind: str, value: Any) -> set[str] | None:
    """What a member of a character class matches."""
    if kind == "LITERAL":
        return {caseless(chr(value))}
    if kind == "RANGE" and value[1] - value[0] < LARGEST_RANGE:
        return {caseless(chr(code)) for code in range(value[0], value[1] + 1)}
    return {DIGIT} if kind == "CATEGORY" and str(value) == "CATEGORY_DIGIT" else None
