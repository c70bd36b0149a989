"""Which words two passages share: Levenshtein opcodes over word tokens, as ranges of code points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from rapidfuzz.distance import Levenshtein

Kind = Literal["kept", "replaced", "dropped", "added"]

# A word with its inner apostrophes, points and hyphens ("don't", "3.5", "e-mail"), or one character: of a script that
# puts no space between words (Thai and its neighbours, Kana, Han), or a sign.
_TOKEN = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|[^\W_]+(?:['’.,\-‐‑][^\W_]+)*|[^\w\s]|_"
)
_FOLD = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-"})
_KINDS: dict[str, Kind] = {"equal": "kept", "replace": "replaced", "delete": "dropped", "insert": "added"}


class Run(NamedTuple):
    """What became of a range of the text before, and the range of the text after that stands for it."""

    kind: Kind
    before_start: int
    before_end: int
    after_start: int
    after_end: int


def diff(before: str, after: str) -> list[Run]:
    """Runs that cover both texts in order, the white space between two runs being part of a "kept" one.

    Case and the form of quotes and hyphens don't count as a change.

    >>> [run.kind for run in diff("The river rose fast.", "The river climbed quickly.")]
    ['kept', 'replaced', 'kept']
    """
    if before == after:
        return [Run("kept", 0, len(before), 0, len(after))] if before else []
    before_spans = [match.span() for match in _TOKEN.finditer(before)]
    after_spans = [match.span() for match in _TOKEN.finditer(after)]
    runs: list[Run] = []
    at_before = at_after = 0

    def put(kind: Kind, before_end: int, after_end: int) -> None:
        nonlocal at_before, at_after
        if before_end == at_before and after_end == at_after:
            return
        if runs and runs[-1].kind == kind == "kept":
            runs[-1] = runs[-1]._replace(before_end=before_end, after_end=after_end)
        else:
            runs.append(Run(kind, at_before, before_end, at_after, after_end))
        at_before, at_after = before_end, after_end

    opcodes = Levenshtein.opcodes(_folded(before, before_spans), _folded(after, after_spans))
    operations = [(code.tag, code.src_start, code.src_end, code.dest_start, code.dest_end) for code in opcodes]
    for operation, i1, i2, j1, j2 in _without_specks(operations, before, before_spans):
        # An empty side stays where it is: the white space there belongs to whatever comes next.
        starts = before_spans[i1][0] if i2 > i1 else at_before, after_spans[j1][0] if j2 > j1 else at_after
        put("kept", *starts)
        put(
            _KINDS[operation],
            before_spans[i2 - 1][1] if i2 > i1 else at_before,
            after_spans[j2 - 1][1] if j2 > j1 else at_after,
        )
    put("kept", len(before), len(after))
    return runs


def kept_share(before: str, after: str, runs: list[Run]) -> float:
    """Share of the letters and digits of both texts that stand in kept runs, from 0 to 1."""

    def count(text: str) -> int:
        return sum(map(str.isalnum, text))

    whole = count(before) + count(after)
    kept = sum(
        count(before[run.before_start : run.before_end]) + count(after[run.after_start : run.after_end])
        for run in runs
        if run.kind == "kept"
    )
    return kept / whole if whole else 1.0


Operation = tuple[str, int, int, int, int]


def _without_specks(operations: Sequence[Operation], before: str, spans: list[tuple[int, int]]) -> list[Operation]:
    """Takes a kept sign that stands alone between two changes into one change with them.

    Otherwise a passage in which every word was exchanged is cut into crumbs by its commas.
    """
    joined: list[Operation] = []
    for place, (name, i1, i2, j1, j2) in enumerate(operations):
        if name == "equal" and 0 < place < len(operations) - 1 and i2 - i1 == 1:
            start, end = spans[i1]
            if not before[start:end].isalnum() and end - start == 1:
                name = "speck"
        if joined and (name == "speck" or joined[-1][0] == "speck" or (name != "equal" != joined[-1][0])):
            last = joined.pop()
            i1, j1 = last[1], last[3]
            name = "speck" if name == "speck" else "replace"
        joined.append((name, i1, i2, j1, j2))
    return [(_settled(name, i1, i2, j1, j2), i1, i2, j1, j2) for name, i1, i2, j1, j2 in joined]


def _settled(name: str, i1: int, i2: int, j1: int, j2: int) -> str:
    if name == "equal":
        return name
    return "insert" if i1 == i2 else "delete" if j1 == j2 else "replace"


def _folded(text: str, spans: list[tuple[int, int]]) -> list[str]:
    folded = text.translate(_FOLD)
    return [folded[start:end].casefold() for start, end in spans]
