"""Which pairs are compared on their texts, and what is kept of the others."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cleanpipe import pipeline
from cleanpipe.archive import Archive
from cleanpipe.archive.pairs import Pairs, keep, pairs_of, pending
from cleanpipe.archive.reprints import note_reprints
from cleanpipe.archive.sketches import FEW, sketches_for
from cleanpipe.engines.screening import by_family, pairs_around
from cleanpipe.errors import ArchiveError

EXPORTS = ("articles.jsonl", "links.jsonl", "clusters.jsonl")


def run(folder: Path, inputs: Path, monkeypatch: pytest.MonkeyPatch, **constants: Any) -> list[bytes]:
    for name, value in constants.items():
        monkeypatch.setattr(pipeline, name, value)
    pipeline.run([inputs], folder, workers=1)
    return [(folder / name).read_bytes() for name in EXPORTS]


def test_a_glance_changes_no_link(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = checkout / "fixtures/newsdump/input"
    monkeypatch.setattr("cleanpipe.engines.screening.BLOCK", 16)
    screened = run(tmp_path / "screened", inputs, monkeypatch, FEW_PAIRS=0)
    monkeypatch.setattr("cleanpipe.archive.sketches.FEW", 0)
    assert run(tmp_path / "copied", inputs, monkeypatch, FEW_PAIRS=0, COMPARED_AT_ONCE=30) == screened
    assert not [*(tmp_path / "copied").glob(".*")]
    assert run(tmp_path / "all", inputs, monkeypatch, FEW_PAIRS=10**9) == screened
    with Archive.open(tmp_path / "screened") as store:
        note_reprints(store)
        hashes = store.connection.execute("SELECT hash FROM documents ORDER BY hash").fetchnumpy()["hash"]
        found = pairs_around(store, hashes)
        assert isinstance(found, Pairs)
        assert not len(pending(store, found))
        rows = store.connection.execute("SELECT a, b, tells, wanted FROM matches ORDER BY a, b").fetchall()
        assert [row[:2] for row in rows] == list(zip(found.a.tolist(), found.b.tolist(), strict=True))
        glanced = np.array([tells is None for _, _, tells, _ in rows])
        assert 0 < glanced.sum() < len(found)
        assert not (glanced & found.wanted).any()
        # What nobody looked at is looked at once it is wanted.
        wanted = Pairs(found.a, found.b, glanced, found.kept)
        assert len(pending(store, wanted)) == glanced.sum()


def test_a_stop_after_a_part_of_which_all_pairs_are_compared(
    newsdump: Path, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = checkout / "fixtures/newsdump/input"
    calls = iter(range(100))

    def stopped(*given: Any) -> None:
        if next(calls) == 1:
            raise KeyboardInterrupt
        keep(*given)

    monkeypatch.setattr(pipeline, "keep", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "archive", inputs, monkeypatch, FEW_PAIRS=0, COMPARED_AT_ONCE=30)
    assert run(tmp_path / "archive", inputs, monkeypatch) == [(newsdump / name).read_bytes() for name in EXPORTS]


@pytest.mark.parametrize(("most", "scans"), [(1_000, 4), (30, 6)])
def test_keys_are_read_a_few_times_however_many_ask(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, scans: int
) -> None:
    asked: list[int] = []

    def watched(store: Archive, documents: Any) -> Pairs:
        asked.append(len(documents))
        return pairs_around(store, documents)

    monkeypatch.setattr(pipeline, "pairs_around", watched)
    inputs = checkout / "fixtures/newsdump/input"
    run(tmp_path / "archive", inputs, monkeypatch, COMPARED_AT_ONCE=5, SCANS=4, MOST_AT_ONCE=most)
    assert len(asked) == scans and sum(asked) == 170


def test_pairs_of_one_family_come_together() -> None:
    a, b = np.array([1, 2, 3, 5, 6], np.uint64), np.array([9, 4, 9, 6, 9], np.uint64)
    pairs = pairs_of({"a": a, "b": b})
    assert pairs.where(by_family(pairs)).a.tolist() == [1, 3, 5, 6, 2]
    assert by_family(pairs.where(slice(0, 0))).tolist() == []


def test_a_full_disk_is_told_where_sketches_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "one.txt").write_text("The harbour master counted the boats twice.\n", encoding="utf-8")
    pipeline.run([tmp_path / "one.txt"], tmp_path / "archive", workers=1)
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: Full())
    with (
        Archive.open(tmp_path / "archive") as store,
        pytest.raises(ArchiveError, match="writing failed: No space left on device; free some space and run again"),
        sketches_for(store, FEW + 1),
    ):
        pass
