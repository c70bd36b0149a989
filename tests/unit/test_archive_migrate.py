"""Archives of earlier versions: brought up to date in one transaction, with the same results as before."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from cleanpipe.archive import DATABASE, EXPORTS, Archive, migrate, store
from cleanpipe.archive.migrate import can_migrate
from cleanpipe.archive.schema import SCHEMA_VERSION
from cleanpipe.cli import cli
from cleanpipe.errors import ArchiveVersionError

STORY = (
    "The weir of Aldermoor was closed for 11 days after an otter family moved in, the rivers board said on Friday. "
    "“They pay no rent,” said warden Ida Pell, “but they keep the eels honest.” Boats used the old lock meanwhile."
)

VERSION_3 = """
CREATE TABLE before AS SELECT key, hash, given_id, article, origin, edits, credits, exact, signature, sketch, rests, run
    FROM documents;
DROP TABLE documents;
CREATE TABLE documents (
    key VARCHAR PRIMARY KEY, hash UBIGINT NOT NULL, given_id VARCHAR NOT NULL, article VARCHAR NOT NULL,
    origin VARCHAR NOT NULL, edits VARCHAR NOT NULL, credits VARCHAR NOT NULL, exact UBIGINT NOT NULL,
    signature BLOB NOT NULL, sketch BLOB NOT NULL, rests VARCHAR NOT NULL, run INTEGER NOT NULL);
INSERT INTO documents SELECT * FROM before;
DROP TABLE before;
DROP TABLE matches;
CREATE TABLE matches (
    a UBIGINT NOT NULL, b UBIGINT NOT NULL, probability DOUBLE NOT NULL, measured BLOB, facts INTEGER, found VARCHAR);
CREATE TABLE before AS SELECT copy, link, key, original FROM links;
DROP TABLE links;
CREATE TABLE links (copy VARCHAR PRIMARY KEY, link VARCHAR NOT NULL, key VARCHAR NOT NULL, original VARCHAR NOT NULL);
INSERT INTO links SELECT * FROM before;
DROP TABLE before;
CREATE TABLE before AS SELECT cluster, story FROM clusters;
DROP TABLE clusters;
CREATE TABLE clusters (cluster VARCHAR PRIMARY KEY, story VARCHAR NOT NULL);
INSERT INTO clusters SELECT * FROM before;
DROP TABLE before;
DROP TABLE IF EXISTS touched;
DROP TABLE IF EXISTS forgotten;
UPDATE meta SET value = '3' WHERE name = 'schema';
"""
"""Makes an archive of today one of schema version 3, which compared its pairs in a run that never ended."""


VERSION_4 = """
ALTER TABLE documents DROP COLUMN changed;
UPDATE documents SET rests = to_json(json_keys(rests))
    WHERE rests <> '{}';
UPDATE documents SET rests = '[]' WHERE rests = '{}';
DROP TABLE matches;
CREATE TABLE matches (
    a UBIGINT NOT NULL, b UBIGINT NOT NULL, met BOOLEAN NOT NULL, wanted BOOLEAN NOT NULL, probability DOUBLE NOT NULL,
    settled DOUBLE NOT NULL, alike BOOLEAN NOT NULL, measured BLOB, facts INTEGER, found VARCHAR);
UPDATE meta SET value = '4' WHERE name = 'schema';
"""
"""Makes an archive of today one of schema version 4, where nothing told which articles a run changed, or which document
of a pair has the other among its best candidates."""


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def exports(archive: Path) -> dict[str, bytes]:
    return {name: (archive / name).read_bytes() for name in EXPORTS}


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "dump.jsonl"
    records = [
        {"id": "weir", "text": STORY, "published": "2024-07-01"},
        {"id": "again", "text": STORY.replace("otter", "beaver"), "published": "2024-07-02"},
        {"id": "same", "text": "The cafÃ© by the weir â€“ closed."},
        {"id": "same", "text": "A lone \ud83d surrogate by the weir."},
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture
def archive(dump: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    assert invoke("run", dump, "-o", folder).exit_code == 0
    assert invoke("decide", "reject", folder, "again", "weir", "--by", "Ana").exit_code == 0
    return folder


def test_an_archive_of_version_3_goes_on(archive: Path, dump: Path, tmp_path: Path) -> None:
    expected = exports(archive)
    with duckdb.connect(str(archive / DATABASE)) as connection:
        connection.execute(VERSION_3)
        connection.execute("UPDATE meta SET value = 'open' WHERE name = 'state'")
    result = invoke("run", dump, "-o", archive)
    assert result.exit_code == 0, result.stderr
    assert exports(archive) == expected
    with Archive.open(archive, read_only=True) as opened:
        assert opened.meta("schema") == str(SCHEMA_VERSION)


def test_an_archive_of_version_4_goes_on(archive: Path, dump: Path) -> None:
    expected = exports(archive)
    log = invoke("archive", "log", archive).stdout
    with duckdb.connect(str(archive / DATABASE)) as connection:
        connection.execute(VERSION_4)
    assert invoke("run", dump, "-o", archive).exit_code == 0
    assert exports(archive) == expected
    assert invoke("archive", "log", archive).stdout == log
    assert invoke("export", archive, "--since", 0).stdout_bytes == expected["articles.jsonl"]
    with Archive.open(archive, read_only=True) as opened:
        assert opened.connection.execute("SELECT run, changed FROM documents").fetchall() == [(1, 1)] * 4


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A cleanpipe whose schema is one version further; what is in the list is run as its step."""
    step: list[str] = []
    for module in (migrate, store):
        monkeypatch.setattr(module, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    monkeypatch.setattr(
        migrate, "STEPS", {SCHEMA_VERSION: lambda connection: [connection.execute(sql) for sql in step]}
    )
    return step


def test_a_step_is_taken_once_and_by_who_writes(archive: Path, next_version: list[str]) -> None:
    next_version.append("CREATE TABLE moons (name VARCHAR)")
    with pytest.raises(
        ArchiveVersionError, match=r"made by an earlier cleanpipe; `cleanpipe run -o .*` with any input"
    ):
        Archive.open(archive, read_only=True)
    for _ in range(2):
        with Archive.open(archive) as opened:
            assert opened.connection.execute("SELECT count(*) FROM moons").fetchone() == (0,)
            assert opened.meta("schema") == str(SCHEMA_VERSION + 1)
            assert opened.meta("state") == "open"


def test_a_step_that_fails_leaves_the_archive_as_it_was(
    archive: Path, dump: Path, next_version: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    next_version += ["DROP TABLE matches", "SELECT * FROM nothing_of_the_kind"]
    with pytest.raises(duckdb.CatalogException):
        Archive.open(archive)
    monkeypatch.undo()
    with Archive.open(archive) as opened:
        assert opened.connection.execute("SELECT count(*) FROM matches").fetchone() != (0,)
    assert "Nothing new" in invoke("run", dump, "-o", archive).stderr


@pytest.mark.parametrize("found", [None, "", "two", "0", str(SCHEMA_VERSION), str(SCHEMA_VERSION + 1)])
def test_there_is_no_way_from(found: str | None) -> None:
    assert not can_migrate(found)
