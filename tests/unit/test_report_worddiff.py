"""The word diff of the report: which words two passages share, and that no sign of either gets lost."""

from __future__ import annotations

import pytest

from cleanpipe.report.worddiff import Run, diff, kept_share

CASES = [
    ("the same", "the same", ["kept:the same"]),
    ("", "", []),
    ("", "new", ["added:new"]),
    ("old", "", ["dropped:old"]),
    ("rain fell today", "snow fell today", ["replaced:rain>snow", "kept: fell today"]),
    ("a b c", "a x b c", ["kept:a", "added:x", "kept: b c"]),
    ("a x b c", "a b c", ["kept:a ", "dropped:x", "kept: b c"]),
    # Case and the form of quotes are no change.
    ("“Don’t,” he said", '"don\'t," He said', ["kept:“Don’t,” he said"]),
    # A comma that alone survived a reworded passage doesn't cut it in two.
    ("ships sank, all", "boats fell, some", ["replaced:ships sank, all>boats fell, some"]),
    ("cost 2.3 million", "cost 2.4 million", ["kept:cost ", "replaced:2.3>2.4", "kept: million"]),
    # Han has no spaces: each character is a token.
    ("雨が降った", "雪が降った", ["replaced:雨>雪", "kept:が降った"]),
    ("the 🌿 moss", "the 🌿 fern", ["kept:the 🌿 ", "replaced:moss>fern"]),
]


def shown(before: str, after: str, run: Run) -> str:
    old, new = before[run.before_start : run.before_end], after[run.after_start : run.after_end]
    return f"{run.kind}:{old}>{new}" if run.kind == "replaced" else f"{run.kind}:{old or new}"


@pytest.mark.parametrize(("before", "after", "expected"), CASES)
def test_runs(before: str, after: str, expected: list[str]) -> None:
    assert [shown(before, after, run) for run in diff(before, after)] == expected


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [("", "", 1.0), ("abc", "abc", 1.0), ("abc", "xyz", 0.0), ("aa bb", "aa cc", 0.5), ("...", "!", 1.0)],
)
def test_kept_share(before: str, after: str, share: float) -> None:
    assert kept_share(before, after, diff(before, after)) == share
