"""Links between two thousand real wire stories, each of which a person has read. Skipped where the texts are absent."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

MOST_WRONG = 2


@pytest.mark.shared
def test_hardly_a_link_between_wire_stories_is_wrong_and_all_were_read(
    shared: Path, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(checkout / "bench"), *sys.path])
    from judge import STORIES, judge

    judgement = judge(shared / "data" / "reuters21578.jsonl.gz", STORIES, tmp_path)
    assert judgement.unread == (), "read these with `python bench/judge.py --show`, add the verdicts with --add"
    assert len(judgement.wrong) <= MOST_WRONG
    assert len(judgement.right) >= 80
