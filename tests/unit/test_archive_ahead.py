"""How documents of many batches are read by few queries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cleanpipe import pipeline
from cleanpipe.archive import Archive
from cleanpipe.archive import store as archive_store


@pytest.mark.parametrize(("characters", "queries"), [(10**9, 3), (1, 12)])
def test_fewer_large_documents_are_read_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, characters: int, queries: int
) -> None:
    source = tmp_path / "boats.jsonl"
    rows = [{"id": str(number), "text": f"Boat {number} came home on Monday."} for number in range(24)]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    pipeline.run([source], tmp_path / "archive", workers=1)
    monkeypatch.setattr(archive_store, "HELD_AHEAD", characters)
    asked = []
    fetch = Archive._rows

    def watched(self: Archive, hashes: Any) -> Any:
        asked.append(len(hashes))
        return fetch(self, hashes)

    monkeypatch.setattr(Archive, "_rows", watched)
    with Archive.open(tmp_path / "archive", read_only=True) as store:
        hashes = np.sort(store.connection.execute("SELECT hash FROM documents").fetchnumpy()["hash"])
        batches = np.split(hashes, 12)
        found = list(store.fetch_ahead(batches, lambda batch: batch))
    assert [list(documents) for _, documents in found] == [batch.tolist() for batch in batches]
    assert len(asked) == queries and sum(asked) == 24
