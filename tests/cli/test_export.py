"""`cleanpipe export`: each form is what others read, nothing is lost on the way, and a choice is the right one."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import pytest
import small_dump
from click.testing import CliRunner, Result
from pyarrow import parquet

from cleanpipe.cli import cli
from cleanpipe.formats import InputFile, read
from cleanpipe.formats.csv_writer import CELL_UNITS, write_csv
from cleanpipe.formats.parquet_writer import schema, write_parquet
from cleanpipe.model import Record
from cleanpipe.settings import InputSettings

KNOWN = ("id", "text", "title", "url", "source", "author", "published", "lang", "canonical_url")


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def exported(*arguments: object) -> bytes:
    done = invoke("export", *arguments)
    assert done.exit_code == 0, done.output
    return done.stdout_bytes


def lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def rows(archive: Path, name: str) -> list[dict[str, Any]]:
    return lines((archive / name).read_bytes())


def ids(data: bytes) -> list[str]:
    return [row["id"] for row in lines(data)]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive whose ids and texts have everything in them that a form could stumble over."""
    folder = tmp_path_factory.mktemp("odd")
    records = [
        {
            "id": "a b",
            "text": "=cmd|' /C calc'!A0",
            "title": '-1,5 Grad\n"kalt"',
            "metadata": {"tags": ["x", {"y": 1}]},
        },
        {"id": "a", "text": "Emoji \U0001f33f and a lone \ud800 half."},
        {"id": 'a\\b"c', "text": "A backslash, a quote.", "weight": 2**70},
        {"id": "a\ud800", "text": "The id has half a character.", "source": "@handle"},
        {"id": "a\ue000", "text": "And this one sorts behind it.", "published": "2024-05-01", "lang": "en"},
        {"id": "\u00e9", "text": "x" * 40_000 + " the end", "url": "https://a.example/1"},
        {"id": "twice", "text": "One of two."},
        {"id": "twice", "text": "Two of two."},
        {"id": "tab\there", "text": "\tTabbed\0nul."},
    ]
    (folder / "odd.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    assert invoke("run", folder / "odd.jsonl", "-o", folder / "archive", "--no-repair").exit_code == 0
    return folder / "archive"


def test_exports_are_sorted_by_id_whatever_is_in_it(odd: Path) -> None:
    found = [row["id"] for row in rows(odd, "articles.jsonl")]
    assert found == sorted(found)
    assert len(found) == 9
    assert exported(odd) == (odd / "articles.jsonl").read_bytes()
    assert invoke("archive", "verify", odd).exit_code == 0


@pytest.mark.parametrize("form", ["datatrove", "dolma"])
@pytest.mark.parametrize("which", ["odd", "archive"])
def test_corpus_records_are_read_back_as_they_were(
    form: str, which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    archive = request.getfixturevalue(which)
    path = tmp_path / "records.jsonl"
    path.write_bytes(exported(archive, "--format", form))
    found = list(read(InputFile(path, path.name), InputSettings()))
    articles = rows(archive, "articles.jsonl")
    assert len(found) == len(articles) > 0
    for record, article in zip(found, articles, strict=True):
        assert isinstance(record, Record)
        for name in KNOWN:
            given = article[name]
            if form == "dolma" and name == "source":
                given = given or "unknown"
            assert getattr(record, name) == given, (article["id"], name)
        assert {**article["metadata"], **record.metadata} == record.metadata


def test_datatrove_and_dolma_records_have_the_fields_that_their_tools_want(archive: Path) -> None:
    links = {link["copy"]: link for link in rows(archive, "links.jsonl")}
    for row in lines(exported(archive, "--format", "datatrove")):
        assert row.keys() <= {"text", "id", "media", "metadata"}
        assert row["text"] and isinstance(row["id"], str)
    copies = 0
    for row in lines(exported(archive, "--format", "dolma")):
        assert {"id", "text", "source", "metadata"} <= row.keys() <= {"id", "text", "source", "created", "metadata"}
        assert isinstance(row["source"], str) and row["source"]
        link = links.get(row["id"])
        assert row["metadata"].get("copy_of") == (link["canonical"] if link else None)
        copies += link is not None
    assert copies == len(links) > 0


def test_a_table_opens_in_a_spreadsheet_and_runs_nothing(odd: Path, archive: Path) -> None:
    data = exported(odd, "--format", "csv")
    assert data.startswith(b"\xef\xbb\xbfid,")
    table = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    by_id = {row["id"]: row for row in table}
    assert [row["id"] for row in table] == [
        row["id"].replace("\ud800", "\ufffd") for row in rows(odd, "articles.jsonl")
    ]
    for row in table:
        for name, cell in row.items():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), (row["id"], name)
            assert len(cell.encode("utf-16-le")) <= 2 * CELL_UNITS
    assert by_id["a b"]["text"] == "'=cmd|' /C calc'!A0"
    assert by_id["a b"]["title"] == '\'-1,5 Grad\n"kalt"'
    long = by_id["\u00e9"]
    assert (long["characters"], long["text"][-4:]) == ("40008", " […]")
    links = {link["copy"]: link for link in rows(archive, "links.jsonl")}
    text = exported(archive, "--format", "csv").decode("utf-8-sig")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        link = links.get(row["id"], {})
        for name in ("relation", "canonical", "status", "basis", "confidence"):
            assert row[name] == str(link.get(name, ""))


def test_cells_are_cut_between_characters() -> None:
    article = dict.fromkeys(KNOWN) | {"id": "x", "text": "\U0001f33f" * 30_000, "repairs": {"count": 0}}
    cell = b"".join(write_csv([(article, None)])).decode("utf-8-sig").splitlines()[1].split(",")[-1]
    assert cell == "\U0001f33f" * ((CELL_UNITS - 4) // 2) + " […]"


@pytest.mark.parametrize("which", ["odd", "archive"])
def test_parquet_has_the_fixed_columns_and_every_value(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    archive = request.getfixturevalue(which)
    path = tmp_path / "articles.parquet"
    assert invoke("export", archive, "--format", "parquet", "-o", path).exit_code == 0
    assert path.read_bytes() == exported(archive, "--format", "parquet")
    table = parquet.read_table(path)
    assert table.schema.equals(schema())
    links = {link["copy"]: link for link in rows(archive, "links.jsonl")}
    found = table.to_pylist()
    articles = rows(archive, "articles.jsonl")
    assert len(found) == len(articles)
    for row, article in zip(found, articles, strict=True):
        for name in KNOWN:
            value = article[name]
            assert row[name] == (value.replace("\ud800", "\ufffd") if value else value)
        assert json.loads(row["metadata"]) == article["metadata"]
        assert (row["origin_file"], row["origin_line"]) == (article["origin"]["file"], article["origin"]["line"])
        link = links.get(article["id"], {})
        assert (row["canonical"], row["confidence"]) == (link.get("canonical"), link.get("confidence"))


def test_parquet_comes_in_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: Path) -> None:
    monkeypatch.setattr("cleanpipe.formats.parquet_writer.GROUP_ROWS", 50)
    pairs = ((row, None) for row in rows(archive, "articles.jsonl"))
    pieces = list(write_parquet(pairs))
    path = tmp_path / "articles.parquet"
    path.write_bytes(b"".join(pieces))
    assert len([piece for piece in pieces if piece]) == parquet.ParquetFile(path).num_row_groups == 4


def test_parquet_of_nothing_is_a_file_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "none.parquet"
    path.write_bytes(b"".join(write_parquet([])))
    assert parquet.read_table(path).num_rows == 0


def test_without_its_extra_the_message_names_it(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = invoke("export", archive, "--format", "parquet", "-o", tmp_path / "x.parquet")
    assert done.exit_code == 1
    assert "pip install 'cleanpipe[parquet]'" in done.stderr
    assert not list(tmp_path.iterdir())


def test_stories_are_news_articles_with_what_is_based_on_them(archive: Path) -> None:
    found = {row["identifier"]: row for row in lines(exported(archive, "--format", "jsonld"))}
    stories = {row["canonical"]: row for row in rows(archive, "clusters.jsonl")}
    articles = {row["id"]: row for row in rows(archive, "articles.jsonl")}
    linked = [link for link in rows(archive, "links.jsonl") if link["status"] == "linked"]
    assert found.keys() == stories.keys()
    assert [*found] == sorted(found)
    absent = 0
    for name, row in found.items():
        assert (row["@context"], row["@type"]) == ("https://schema.org", "NewsArticle")
        reverse = row.get("@reverse", {})  # a story has none whose copies all wait for a decision
        based = [node["identifier"] for node in reverse.get("isBasedOn", [])]
        assert based == sorted(link["copy"] for link in linked if link["canonical"] == name)
        cited = [node["identifier"] for node in reverse.get("citation", [])]
        assert cited == sorted(
            link["copy"] for link in linked if link["canonical"] == name and link["relation"] == "derived"
        )
        article = articles.get(name)
        absent += article is None
        if article is None:
            assert row["headline"] == stories[name]["headline"] and "articleBody" not in row
            continue
        assert row["articleBody"] == article["text"]
        assert row["headline"] == article["title"]
        assert row.get("url") == article["url"]
        assert row.get("datePublished") == article["published"]
        assert row.get("publisher", {}).get("name") == article["source"]
        assert row.get("author", {}).get("name") == article["author"]
    assert 0 < absent < len(found)


def test_a_bag_is_valid_and_holds_the_exports(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    folder = tmp_path / "bag"
    assert invoke("export", archive, "--format", "bagit", "-o", folder).exit_code == 0
    bag = bagit.Bag(str(folder))
    bag.validate()
    assert bag.info["Bagging-Date"] == "2023-11-14"
    names = {path.name for path in (folder / "data").iterdir()}
    assert names == {path.name for path in archive.glob("*.json*")}
    for name in names:
        assert (folder / "data" / name).read_bytes() == (archive / name).read_bytes()
    assert invoke("export", archive, "--format", "bagit", "-o", folder).exit_code == 2
    (folder / "data" / "links.jsonl").write_bytes(b"")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(folder)).validate()


def test_a_bag_that_can_t_be_finished_leaves_nothing(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    done = invoke("export", archive, "--format", "bagit", "-o", tmp_path / "bag")
    assert done.exit_code == 1
    assert "No space left" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run 1 adds a copy and another article, run 2 the copy's original, run 3 is a decision that parts the two."""
    folder = tmp_path_factory.mktemp("grown")
    parts = {"1": small_dump.RECORDS[1:2] + small_dump.RECORDS[3:], "2": small_dump.RECORDS[:1]}
    for name, records in parts.items():
        path = folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        assert invoke("run", path, "-o", folder / "archive").exit_code == 0
    said = ("decide", "reject", folder / "archive", "copy", "widow-names-dolphins", "--by", "Ana")
    assert invoke(*said).exit_code == 0
    return folder / "archive"


@pytest.mark.parametrize(
    ("since", "found"),
    [
        (0, ["copy", "other", "widow-names-dolphins"]),
        (1, ["copy", "widow-names-dolphins"]),
        (2, ["copy"]),
        (3, []),
    ],
)
def test_since_a_run_is_what_was_added_and_whose_link_changed(grown: Path, since: int, found: list[str]) -> None:
    assert ids(exported(grown, "--since", since)) == found
    assert ids(exported(grown, "--since", since, "--format", "dolma")) == found


def test_since_a_run_is_what_was_renamed_and_moved_too(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    first, second = small_dump.RECORDS[:2], small_dump.RECORDS[3:4]
    original, copy = (record["id"] for record in first)
    later = {**second[0], "id": original}
    for name, records in (("b", [*first, *second]), ("c", [later]), ("a", second)):
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        assert invoke("run", path, "-o", folder).exit_code == 0
    (link,) = [row for row in rows(folder, "links.jsonl") if row["copy"] == copy]
    assert link["canonical"].startswith(f"{original}#")
    log = invoke("archive", "log", folder, copy).stdout.splitlines()
    assert log[1:] == [
        f"2: {copy} is still linked to {link['canonical']}, which was called {original}: "
        "which articles share that id has changed"
    ]
    everything = ids(exported(folder))
    assert ids(exported(folder, "--since", "1")) == everything
    assert ids(exported(folder, "--since", "2")) == [second[0]["id"]]  # it was found in an earlier file
    assert ids(exported(folder, "--since", "3")) == []


def test_a_pipe_is_written_to_and_not_replaced(grown: Path, tmp_path: Path) -> None:
    """Nor is a device: `-o /dev/null` once made a file of it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert invoke("export", grown, "-o", pipe).exit_code == 0
        assert pipe.is_fifo()
        assert os.read(reader, 1 << 16) == (grown / "articles.jsonl").read_bytes()
    finally:
        os.close(reader)


def test_canonical_only_is_the_same_in_every_form(archive: Path) -> None:
    kept = ids(exported(archive, "--canonical-only"))
    linked = {link["copy"] for link in rows(archive, "links.jsonl") if link["status"] == "linked"}
    assert len(linked - {*kept}) > len(linked & {*kept})
    assert ids(exported(archive, "--canonical-only", "--format", "datatrove")) == kept


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--since", "99"], "the archive has 1 runs"),
        (["--format", "bagit"], "give a new one to -o"),
        (["--format", "jsonld", "--canonical-only"], "writes stories"),
        (["--format", "bagit", "--since", "1", "-o", "{tmp}/bag"], "the whole archive"),
        (["-o", "{tmp}"], "is a folder"),
        (["--format", "bagit", "-o", "{archive}/bag"], "lies in the archive"),
        (["--format", "yaml"], "yaml"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(archive: Path, tmp_path: Path, arguments: list[str], says: str) -> None:
    given = [argument.format(tmp=tmp_path, archive=archive) for argument in arguments]
    done = invoke("export", archive, *given)
    assert done.exit_code == 2
    assert says in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("spoil", [lambda whole: None, lambda whole: b"{}", lambda whole: whole.replace(b"1", b"2")])
def test_a_bag_has_the_manifest_that_the_run_wrote(
    grown: Path, tmp_path: Path, spoil: Callable[[bytes], bytes | None]
) -> None:
    folder = Path(shutil.copytree(grown, tmp_path / "archive"))
    path = folder / "manifest.json"
    spoilt = spoil(path.read_bytes())
    path.unlink()
    if spoilt is not None:
        path.write_bytes(spoilt)
    done = invoke("export", folder, "--format", "bagit", "-o", tmp_path / "bag")
    assert done.exit_code == 2 and "delete it and give that run again" in done.stderr
    assert not (tmp_path / "bag").exists()


def test_an_unfinished_archive_is_not_bagged(grown: Path, tmp_path: Path) -> None:
    from cleanpipe.archive import Archive

    folder = Path(shutil.copytree(grown, tmp_path / "archive"))
    with Archive.open(folder) as store:
        store.start_run()
    done = invoke("export", folder, "--format", "bagit", "-o", tmp_path / "bag")
    assert done.exit_code == 2
    assert "stopped before its end" in done.stderr
