"""One driver at a time in the folder of a load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cleanpipe.engines import spark_holder
from cleanpipe.engines.spark_files import Folder
from cleanpipe.engines.spark_holder import HOLDER, Holder, held
from cleanpipe.errors import ArchiveError
from cleanpipe.spark.run import run


@pytest.fixture
def dump(tmp_path: Path) -> str:
    path = tmp_path / "dump.jsonl"
    path.write_text('{"text": "The ferry to the islands was late again on Monday."}\n', encoding="utf-8")
    return str(path)


@pytest.fixture
def folder(spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setattr(spark_holder, "SIGNS_EVERY_SECONDS", 0.1)
    monkeypatch.setattr(spark_holder, "WATCHED_SECONDS", 5.0)
    monkeypatch.setattr(spark_holder, "SETTLED_SECONDS", 0.1)
    return Folder(spark, (tmp_path / "load").as_uri())


def test_a_second_run_is_sent_away_while_one_is_at_work(folder: Folder, dump: str) -> None:
    with held(folder), pytest.raises(ArchiveError, match="load: another run is at work in this folder"):
        run([dump], folder.uri)
    assert folder.names() == ["state"] and not folder.exists(HOLDER)
    assert run([dump], folder.uri).counts.articles == 1
    assert not folder.exists(HOLDER)


def test_the_signature_of_a_killed_run_holds_up_none(
    folder: Folder, dump: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_holder, "WATCHED_SECONDS", 0.5)
    Holder(folder).sign(7)
    assert run([dump], folder.uri).changed


def test_a_run_that_was_held_up_ends_where_another_has_come(folder: Folder) -> None:
    with held(folder) as holder:
        holder.check()
        other = Holder(folder)
        other.sign(0)
        with pytest.raises(ArchiveError, match="another run came to this folder"):
            holder.check()
    other.check()
