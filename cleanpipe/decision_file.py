"""Decisions as a file has them: the lines of a `decisions.jsonl`, each held to what its verdict needs."""

from __future__ import annotations

import datetime
import os
import re
from typing import get_args

from cleanpipe.archive.rows import decision_from
from cleanpipe.errors import InputError, UsageError
from cleanpipe.model import EXTERNAL, Decision, Verdict
from cleanpipe.text.jsonline import load


def parse_decisions(content: bytes, name: str) -> list[Decision]:
    """The decisions of a `decisions.jsonl`, in their order.

    Raises InputError, with `name` and the line, for what is no decision.
    """
    found = []
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip():
            try:
                found.append(_checked(load(line)))
            except (ValueError, TypeError) as error:
                raise InputError(f"{name}, line {number}: no decision ({error}); nothing was taken over") from error
    return found


def _checked(row: object) -> Decision:
    if not isinstance(row, dict):
        raise ValueError("it is no JSON object")
    from cleanpipe.link.names import is_minted

    decision = decision_from(row)
    if decision.verdict not in get_args(Verdict):
        raise ValueError(f"its verdict is {decision.verdict!r}")
    for name in ("copy", "canonical", "copy_id", "canonical_id", "copy_words", "canonical_words"):
        if not isinstance(getattr(decision, name), str | None):
            raise ValueError(f"its {name} is no string")
    for name in ("by", "at", "note"):
        value = getattr(decision, name)
        if not (isinstance(value, str) and is_writable(value)):
            raise ValueError(f"its {name} is no string, or has a lone surrogate")
    if not decision.by.strip():
        raise ValueError("it doesn't say by whom it is")
    if not decision.is_sound:
        raise ValueError(f"{decision.verdict!r} needs {_NEEDS.get(decision.verdict, 'a copy and another canonical')}")
    sides = (
        (decision.copy, decision.copy_id, decision.copy_words),
        (decision.canonical, decision.canonical_id, decision.canonical_words),
    )
    for at, (key, id, words) in enumerate(sides):
        if key is not None and not _KEY.fullmatch(key) and not (at == 1 and is_minted(key)):
            raise ValueError(f"{key!r} is neither a key nor the name of an absent original")
        if words is not None and not _WORDS.fullmatch(words):
            raise ValueError(f"{words!r} is no hash of words")
        if (key is None and id is not None) or (words is not None and (key is None or key.startswith(EXTERNAL))):
            raise ValueError("it has an id or a hash of words of no document")
    if datetime.datetime.strptime(decision.at, _TIME).strftime(_TIME) != decision.at:
        raise ValueError(f"its time is {decision.at!r}")
    return decision


_NEEDS: dict[str, str] = {
    "canonical": "a document as the canonical",
    "independent": "a copy and no canonical",
    "withdraw": "a document, or a copy and another canonical",
}
_KEY = re.compile("[0-9a-f]{32}")
_WORDS = re.compile("[0-9a-f]{16}")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


def is_writable(text: str) -> bool:
    """Whether UTF-8 has bytes for a text: it has none for a lone surrogate."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def now() -> str:
    """The time in UTC, or that of SOURCE_DATE_EPOCH, by which builds are made again alike."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        moment = (
            datetime.datetime.fromtimestamp(int(given), datetime.UTC) if given else datetime.datetime.now(datetime.UTC)
        )
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH is {given!r}; give seconds since 1970, or unset it") from error
    return moment.strftime(_TIME)
