"""What the progress bar says; it is drawn on a terminal only."""

from __future__ import annotations

import pytest

from cleanpipe.cli.progress import TerminalProgress


@pytest.mark.parametrize(
    ("stage", "total", "done", "seconds", "says"),
    [
        ("reading and repairing", 4_000_000, 1_000_000, 2.0, "25%  0.5 MB/s  0:06 left"),
        ("comparing", 1000, 500, 1.0, "50%  500 pairs/s  0:01 left"),
        ("comparing", 10_000, 1, 1.0, "0%  1 pairs/s  2:46:39 left"),
        ("checking articles", 1000, 250, 1.0, "25%  250 articles/s  0:03 left"),
        ("Spark: heads", 40, 10, 2.0, "25%  5 tasks/s  0:06 left"),
        ("comparing", 10, 20, 1.0, "100%  20 pairs/s  0:00 left"),
    ],
)
def test_share_rate_and_time_left(stage: str, total: int, done: int, seconds: float, says: str) -> None:
    progress = TerminalProgress()
    progress.stage(stage, total)
    progress.advance(done)
    line = progress.line(seconds)
    assert line.startswith(f"{stage}  [") and line.endswith(says)


def test_nothing_is_drawn_where_no_terminal_is(capsys: pytest.CaptureFixture[str]) -> None:
    progress = TerminalProgress()
    progress.stage("comparing", 10)
    progress.advance(10)
    progress.close()
    assert capsys.readouterr().err == ""
