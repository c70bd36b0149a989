"""`run --rebuild`: an archive as if made with the new settings at first, that keeps what people said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cleanpipe.archive import DATABASE, EXPORTS, Archive
from cleanpipe.archive.files import _alone, written_anew
from cleanpipe.cli import cli

STORY = (
    "A cafÃ© in the old signal box of Ternholm opened on Monday, after 22 years. “The kettle is the original one,” "
    "said owner Malin Ek, who ﬁrst found it under the stairs with 9 unpaid bills. Trains still pass six times a day."
)


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def exports(archive: Path) -> dict[str, bytes]:
    return {name: (archive / name).read_bytes() for name in EXPORTS}


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """Records with and without what an archive doesn't keep apart: an id, a language, a title of their own."""
    folder = tmp_path / "dump"
    folder.mkdir()
    records = [
        {"id": "box", "title": "Tea in the signal box â€“ at last", "text": STORY, "published": "2024-06-01"},
        {"text": STORY, "lang": "en", "published": "2024-06-02", "source": "The Ternholm CafÃ© Gazette"},
        {
            "id": "part",
            "text": STORY.split(" Trains")[0],
            "lang": "sv",
            "published": "2024-06-03",
            "metadata": {"n": 1e3},
        },
        {"id": "part", "text": "a lone \ud83d surrogate in the cafÃ©", "views": 10**30},
        {"id": "", "text": "short", "url": "https://quay.example/é", "author": "JosÃ©"},
    ]
    (folder / "a.jsonl").write_text("{torn\n" + "".join(json.dumps(row) + "\n" for row in records))
    text = f"  Tea in the cafÃ© of the signal box\n\n{STORY} The door is blue.\n"
    (folder / "b.txt").write_text(text, encoding="utf-8")
    (folder / "c.txt").write_bytes("Un café sans titre, en latin.\n".encode("latin-1"))
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "new.toml"
    path.write_text('[repair]\nprofile = "plain"\n[match]\npermutations = 64\n', encoding="utf-8")
    return path


def test_it_is_as_if_made_so_at_first(dump: Path, settings: Path, tmp_path: Path) -> None:
    archive, fresh = tmp_path / "archive", tmp_path / "fresh"
    assert invoke("run", dump, "-o", archive).exit_code == 0
    assert invoke("run", dump, "--config", settings, "-o", fresh).exit_code == 0
    before = exports(archive)
    assert before["articles.jsonl"] != exports(fresh)["articles.jsonl"]
    refused = invoke("run", dump, "--config", settings, "-o", archive)
    assert refused.exit_code == 1 and "made with other settings" in refused.stderr and "--rebuild" in refused.stderr
    assert exports(archive) == before

    done = invoke("run", "--rebuild", "--config", settings, "-o", archive)
    assert done.exit_code == 0, done.stderr
    assert exports(archive) == exports(fresh)
    assert [path.name for path in archive.iterdir() if path.name.startswith(".")] == []
    again = invoke("run", dump, "--rebuild", "--config", settings, "-o", archive)
    assert again.exit_code == 0 and "Nothing new" in again.stderr
    back = invoke("run", dump, "--rebuild", "-o", archive)
    assert back.exit_code == 0, back.stderr
    assert exports(archive) == before


def test_decisions_runs_and_the_log_are_kept(dump: Path, settings: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    assert invoke("run", dump, "-o", archive).exit_code == 0
    links = {json.loads(line)["copy"] for line in (archive / "links.jsonl").read_bytes().splitlines()}
    ((copy, canonical), *_) = [
        (row["copy"], row["canonical"]) for row in map(json.loads, (archive / "links.jsonl").read_bytes().splitlines())
    ]
    assert invoke("decide", "reject", archive, copy, canonical, "--by", "Ana").exit_code == 0
    with Archive.open(archive, read_only=True) as store:
        added = dict(store.connection.execute("SELECT key, run FROM documents").fetchall())
    log = invoke("archive", "log", archive).stdout
    assert log
    assert invoke("run", "--rebuild", "--config", settings, "-o", archive).exit_code == 0
    after = {json.loads(line)["copy"] for line in (archive / "links.jsonl").read_bytes().splitlines()}
    assert copy in links - after
    assert b'"reject"' in (archive / "decisions.jsonl").read_bytes()
    assert invoke("archive", "log", archive).stdout.startswith(log)
    with Archive.open(archive, read_only=True) as store:
        assert dict(store.connection.execute("SELECT key, run FROM documents").fetchall()) == added


def test_what_it_changed_is_told_with_its_reason_and_exported(tmp_path: Path) -> None:
    sound = STORY.replace("Ã©", "é").replace("ﬁ", "fi")
    records = [
        {"id": "box", "text": sound, "published": "2024-06-01"},
        {"id": "near", "text": sound.replace("blue", "red").replace("Monday", "Tuesday"), "published": "2024-06-02"},
        {"id": "ligature", "text": "The oﬃce of the quay was painted over the weekend."},
        {"id": "alone", "text": "Nobody has asked for the other boat since."},
    ]
    dump, archive, strict = tmp_path / "dump.jsonl", tmp_path / "archive", tmp_path / "strict.toml"
    dump.write_text("".join(json.dumps(row) + "\n" for row in records), encoding="utf-8")
    strict.write_text('[repair]\nprofile = "plain"\n[match]\nnear_duplicate_jaccard = 0.999\n', encoding="utf-8")
    assert invoke("run", dump, "-o", archive).exit_code == 0
    assert invoke("run", "--rebuild", "--config", strict, "-o", archive).exit_code == 0
    (line,) = invoke("archive", "log", archive, "--run", "2").stdout.splitlines()
    assert line.startswith("2: near of box is ")
    assert line.endswith(": the archive was made anew with other settings, rules or weights")
    since = invoke("export", archive, "--since", "1").stdout.splitlines()
    assert [json.loads(line)["id"] for line in since] == ["ligature", "near"]
    assert invoke("export", archive, "--since", "2").stdout == ""


@pytest.mark.parametrize(
    ("spoil", "arguments", "says"),
    [
        ("", ["--field", "title=headline"], "was read with other [input] settings"),
        ("manifest", ["--no-repair"], "doesn't say with which settings the archive was made"),
        ("article", ["--no-repair"], "can't be given back as it was read"),
    ],
)
def test_where_it_can_t_be_the_archive_stays(
    dump: Path, tmp_path: Path, spoil: str, arguments: list[str], says: str
) -> None:
    archive = tmp_path / "archive"
    assert invoke("run", dump, "-o", archive).exit_code == 0
    if spoil == "manifest":
        (archive / "manifest.json").unlink()
    if spoil == "article":
        with Archive.open(archive) as store:
            store.connection.execute("UPDATE documents SET article = replace(article, 'kettle', 'kattle')")
    before = (archive / DATABASE).read_bytes()
    result = invoke("run", "--rebuild", *arguments, "-o", archive)
    assert result.exit_code == 1
    assert says in result.stderr
    assert (archive / DATABASE).read_bytes() == before
    assert [path.name for path in archive.iterdir() if path.name.startswith(".")] == []


def test_nobody_writes_meanwhile(dump: Path, settings: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    assert invoke("run", dump, "-o", archive).exit_code == 0
    before = exports(archive)
    (tmp_path / "more.jsonl").write_text(json.dumps({"id": "more", "text": STORY}), encoding="utf-8")
    with pytest.raises(RuntimeError, match="changed its mind"), written_anew(archive):
        ended = [
            subprocess.run(
                [sys.executable, "-m", "cleanpipe", "run", *map(str, arguments), "-o", str(archive)],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            for arguments in ((tmp_path / "more.jsonl",), ("--rebuild", "--config", settings))
        ]
        raise RuntimeError("changed its mind")
    for process in ended:
        assert process.returncode == 1
        assert "another run" in process.stderr and "has this archive open" in process.stderr
    assert exports(archive) == before
    assert [path.name for path in archive.iterdir() if path.name.startswith(".")] == []
    with _alone(archive / DATABASE):
        busy = invoke("run", "--rebuild", "--config", settings, "-o", archive)
    assert busy.exit_code == 1 and "is being written anew" in busy.stderr
    assert invoke("run", "--rebuild", "--config", settings, "-o", archive).exit_code == 0


def test_without_it_an_input_has_to_be_given(tmp_path: Path) -> None:
    result = invoke("run", "-o", tmp_path / "archive")
    assert result.exit_code == 2
    assert "give an INPUT" in result.stderr
    assert not (tmp_path / "archive").exists()


def test_where_there_is_no_archive_nothing_is_made(tmp_path: Path) -> None:
    done = invoke("run", "--rebuild", "-o", tmp_path / "mistyped")
    assert done.exit_code == 2 and "no archive here" in done.stderr
    assert not (tmp_path / "mistyped").exists()
