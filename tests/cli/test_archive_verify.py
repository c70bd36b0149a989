"""`cleanpipe archive verify` finds what is wrong with an archive, one damage at a time, and changes nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import small_dump
from click.testing import CliRunner, Result

from cleanpipe.archive import DATABASE, Archive
from cleanpipe.cli import cli


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = small_dump.write(tmp_path_factory.mktemp("dump") / "dump.jsonl")
    mended = {
        "id": "mended",
        "title": "Caf\u00c3\u00a9 Zo\u00c3\u00ab",
        "text": "The caf\u00c3\u00a9 opened again on Monday, and they\u00e2\u20ac\u2122re glad.",
        "weight": 2**70,
        "lone": "\ud800",
        "lang": "en",
    }
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(mended) + "\n" + json.dumps({"text": "No id, no language: 14 crowns."}) + "\n")
    return path


@pytest.fixture(scope="module")
def made(dump: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "archive"
    assert invoke("run", dump, "-o", folder).exit_code == 0
    assert (folder / "edits.jsonl").read_bytes()
    return folder


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "archive"))


def test_a_sound_archive_is_sound_and_untouched(archive: Path, dump: Path) -> None:
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in archive.iterdir()}
    done = invoke("archive", "verify", archive, dump)
    assert (done.exit_code, done.stdout) == (0, ""), done.output
    assert json.loads(invoke("archive", "verify", archive, dump, "--json").stdout) == {"sound": True, "findings": []}
    assert {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in archive.iterdir()} == before


def test_the_news_dump_is_sound(newsdump: Path, checkout: Path) -> None:
    """All of its scripts, charsets and kinds of damage."""
    done = invoke("archive", "verify", newsdump, checkout / "fixtures" / "newsdump" / "input")
    assert done.exit_code == 0, done.output


DAMAGE = [
    ("UPDATE documents SET hash = hash + 1 WHERE given_id = '\"other\"'", True, "its hash is not the beginning"),
    ("UPDATE documents SET article = replace(article, 'snow plough', 'snow plow')", True, "its key is not that of"),
    ("UPDATE documents SET article = replace(article, 'caf\\u00e9', 'cafe')", True, "don't lead from the text as read"),
    ("UPDATE documents SET edits = replace(edits, '\"start\":8', '\"start\":7')", True, "the edits of its t"),
    ("UPDATE documents SET article = '{' WHERE given_id = '\"other\"'", True, "its row can't be read"),
    ("UPDATE documents SET origin = replace(origin, 'utf-8', 'utf-7')", True, "articles.jsonl: line 1 is not what"),
    ("UPDATE documents SET exact = exact + 1 WHERE given_id = '\"other\"'", False, "otherwise: fingerprint"),
    ("UPDATE documents SET sketch = signature WHERE given_id = '\"other\"'", False, "otherwise: fingerprint"),
    ("UPDATE documents SET rests = '[\"reuters\"]' WHERE given_id = '\"other\"'", False, "otherwise: sources"),
    ("UPDATE keys SET channel = channel + 1 WHERE rowid = 0", False, "otherwise: join keys"),
    ("DELETE FROM keys WHERE rowid = 0", True, "a document has other join keys than are counted"),
    ("UPDATE documents SET run = 9 WHERE given_id = '\"other\"'", True, "of a run that there was not"),
    ("DELETE FROM documents WHERE given_id = '\"copy\"'", True, "a link is of a copy that isn't there"),
    ("DELETE FROM documents WHERE given_id = '\"other\"'", True, "join keys are of a document that isn't there"),
    ("UPDATE matches SET a = b, b = a", True, "has both the wrong way round"),
    ("INSERT INTO matches SELECT * FROM matches LIMIT 1", True, "a pair was kept twice"),
    ("UPDATE links SET original = 'external:reuters:x'", True, "neither an article nor a known name"),
    ("UPDATE links SET original = key WHERE copy = '\"copy\"'", True, "a link leads to a copy"),
    ("UPDATE links SET link = replace(link, '\"end\":', '\"end\":9')", True, "which is not that long"),
    ('UPDATE links SET link = replace(link, \'"other":"widow\', \'"other":"window\')', True, "lies in window-names"),
    ('UPDATE links SET link = replace(link, \'"canonical":"w\', \'"canonical":"v\')', True, "leads to vidow-names"),
    ('UPDATE links SET link = replace(link, \'"via":[]\', \'"via":["x"]\')', True, "it names x, which isn't there"),
    ("DELETE FROM links WHERE copy = '\"copy\"'", True, "a member that is not linked to its canonical"),
    ("UPDATE clusters SET story = replace(story, '\"copy\",', '')", True, "it lacks a copy that is linked"),
    ("UPDATE clusters SET story = replace(story, '\"size\":3', '\"size\":4')", True, "not as many as it says"),
    ("UPDATE clusters SET story = replace(story, 'false', 'true')", True, "its canonical is a member without"),
    ("DELETE FROM clusters", True, "it has no story"),
    ("INSERT INTO forgotten SELECT key, 1 FROM documents LIMIT 1", True, "a forgotten record is there"),
    ("INSERT INTO decisions VALUES (1, 1, '{}')", True, "decision 1: it names no pair or document"),
    ("INSERT INTO overruled VALUES (1, 2)", True, "a decision gave way to one that isn't there"),
    ("UPDATE inputs SET finished = false", True, "dump.jsonl: it was not read to its end"),
    ("UPDATE meta SET value = 'open' WHERE name = 'state'", True, "a run was stopped before its end"),
    ("INSERT INTO meta VALUES ('compact', 'wanted')", True, "forgotten texts are still in the database's file"),
    ("UPDATE meta SET value = 'x' WHERE name = 'rules'", True, "manifest.json: it says otherwise"),
]


@pytest.mark.parametrize(("damage", "quick", "says"), DAMAGE, ids=[says for *_, says in DAMAGE])
def test_each_damage_is_found(archive: Path, damage: str, quick: bool, says: str) -> None:
    """`quick`: whether the quick check finds it too."""
    with duckdb.connect(str(archive / DATABASE)) as connection:
        before = connection.execute(damage).fetchone()
        assert before and before[0] > 0, "nothing was damaged"
    for options in (["--quick"], []) if quick else ([],):
        done = invoke("archive", "verify", archive, "--workers", "1", *options)
        assert done.exit_code == 3, done.output
        assert says in done.stdout
        assert all(line.count("; ") for line in done.stdout.splitlines())
    if not quick:
        assert invoke("archive", "verify", archive, "--quick").exit_code == 0


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"{}\n")


FILES: list[tuple[str, Callable[[Path], object], str]] = [
    ("articles.jsonl", _cut, "line 6 is not what the database holds"),
    ("links.jsonl", _longer, "line 3 is not what"),
    ("edits.jsonl", Path.unlink, "it is missing"),
    ("manifest.json", Path.unlink, "it is missing"),
    ("manifest.json", _cut, "written by another program"),
    ("manifest.json", _longer, "can't be read"),
    ("rejected.jsonl", _cut, "line 1 is not"),
]


@pytest.mark.parametrize(("name", "harm", "says"), FILES)
def test_an_export_that_was_changed_is_found_and_the_advice_mends_it(
    archive: Path, dump: Path, name: str, harm: Callable[[Path], object], says: str
) -> None:
    whole = (archive / name).read_bytes()
    harm(archive / name)
    done = invoke("archive", "verify", archive, "--quick")
    assert done.exit_code == 3
    assert f"{name}: " in done.stdout and says in done.stdout
    if harm in (_cut, _longer):  # its size tells: the next run with anything writes it anew
        kept = shutil.copytree(archive, archive.with_name("kept"))
        assert invoke("run", dump, "-o", kept).exit_code == 0
        assert (kept / name).read_bytes() == whole
    (archive / name).unlink(missing_ok=True)
    assert invoke("run", dump, "-o", archive).exit_code == 0
    assert (archive / name).read_bytes() == whole


def test_input_files_are_held_to_their_hashes(archive: Path, dump: Path, tmp_path: Path) -> None:
    other = tmp_path / "dump.jsonl"
    other.write_bytes(dump.read_bytes() + b"\n")
    more = tmp_path / "more.jsonl"
    more.write_bytes(b'{"text": "More."}\n')
    assert "its hash is another" in invoke("archive", "verify", archive, other, "--quick").stdout
    said = invoke("archive", "verify", archive, more, "--quick").stdout
    assert "more.jsonl: it was never read" in said
    assert "dump.jsonl: it was read, and is not among the files given" in said


def test_a_damaged_file_of_the_database_is_said_to_be_damaged(archive: Path) -> None:
    path = archive / DATABASE
    data = bytearray(path.read_bytes())
    for at in range(3 * 4096, len(data), 1000):
        data[at] ^= 0x5A
    path.write_bytes(data)
    done = invoke("archive", "verify", archive, "--quick")
    assert done.exit_code == 1
    assert str(archive) in done.stderr
    assert "Traceback" not in done.output


def test_with_other_rules_the_rest_is_checked_and_that_is_said(archive: Path, tmp_path: Path) -> None:
    with Archive.open(archive) as store:
        store.connection.execute("UPDATE meta SET value = 'x' WHERE name = 'weights'")
    (archive / "manifest.json").unlink()
    done = invoke("archive", "verify", archive)
    assert "not repaired and fingerprinted anew" in done.stderr
    assert done.exit_code == 3
