"""`cleanpipe inspect`: what it says of inputs of every kind, without writing anything."""

from __future__ import annotations

import io
import json
import random
import sys
import tarfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from pyarrow import parquet

from cleanpipe.cli import cli
from cleanpipe.formats import html, inspection


def inspected(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["inspect", *map(str, arguments)], catch_exceptions=False)


def as_json(*arguments: str | Path) -> dict[str, object]:
    result = inspected(*arguments, "--json")
    assert result.exit_code == 0
    value: dict[str, object] = json.loads(result.stdout)
    return value


def test_the_fixtures_of_all_formats(checkout: Path) -> None:
    folder = checkout / "fixtures/formats"
    seen = as_json(folder / "crawl.warc.gz", folder / "export.wxr", folder / "page.html", folder / "articles.jsonl")
    files = {file["file"]: file["formats"] for file in seen["files"]}  # type: ignore[attr-defined]
    assert files == {
        "articles.jsonl": {"JSON Lines": 1},
        "crawl.warc.gz": {"web archives (WARC), gzip": 1},
        "export.wxr": {"feeds and WordPress exports (RSS, Atom, WXR)": 1},
        "page.html": {"web pages": 1},
    }
    assert seen["charsets"] == {"utf-8": 11, "koi8-r (declared)": 1}
    assert seen["reasons"] == {"the post was not published": 1}
    assert seen["passed"]["WordPress attachment"] == 1  # type: ignore[index]
    assert all(file["whole"] for file in seen["files"])  # type: ignore[attr-defined]


def test_what_a_person_reads(checkout: Path) -> None:
    result = inspected(checkout / "fixtures/formats/export.wxr")
    for line in (
        "  export.wxr  6,067 bytes  feeds and WordPress exports (RSS, Atom, WXR)",
        "2 records read, 1 rejected; that is all there is.",
        "        2  title",
        "        1  WordPress attachment",
        "  export.wxr, line 27",
        "        1  the post was not published",
        "           export.wxr, line 90: “Council weighs a second boat”",
    ):
        assert line in result.stdout.splitlines()


def test_fields_by_other_names(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    rows = [{"body": "word " * 100, "heading": "Ferry", "n": number} for number in range(5)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    seen = as_json(path)
    assert seen["reasons"] == {"the record has no 'text'": 5}
    assert seen["carried"] == {"body": 5, "heading": 5, "n": 5}
    assert seen["text_like"] == "body"
    assert "try --field text=body" in inspected(path).stdout
    seen = as_json(path, "--field", "text=body", "--field", "title=heading")
    assert seen["fields"]["title"] == {"called": "heading", "records": 5}  # type: ignore[index]
    assert (seen["carried"], seen["text_like"], seen["reasons"]) == ({"n": 5}, None, {})


def test_no_more_is_read_than_asked_for_and_of_every_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text('{"text": "x"}\n' * 100, encoding="utf-8")
    seen = as_json(tmp_path, "--records", "30")
    assert [(file["records"], file["whole"]) for file in seen["files"]] == [(15, False), (15, False)]  # type: ignore[attr-defined]
    assert len(seen["records"]) == 10  # type: ignore[arg-type]
    seen = as_json(tmp_path, "--records", "1")
    assert seen["unseen_files"] == 1
    assert "there is more" in inspected(tmp_path, "--records", "30").stdout


def test_no_more_bytes_are_read_than_a_look_is_worth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "MOST_BYTES", 1_000_000)
    path = tmp_path / "empty-lines.jsonl"
    path.write_bytes(b'{"text": "x"}\n' + b"\n" * 3_000_000)
    seen = as_json(path)
    assert [(file["records"], file["whole"]) for file in seen["files"]] == [(1, False)]  # type: ignore[attr-defined]


def test_standard_input() -> None:
    result = CliRunner().invoke(cli, ["inspect", "-", "--json"], input='{"text": "x"}\n')
    assert json.loads(result.stdout)["files"][0]["formats"] == {"JSON Lines": 1}


def test_an_extra_that_is_missing_is_named_and_the_rest_is_read(
    tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    html._trafilatura.cache_clear()
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    (tmp_path / "a.html").write_bytes((checkout / "fixtures/formats/page.html").read_bytes())
    (tmp_path / "b.txt").write_text("Text.", encoding="utf-8")
    result = inspected(tmp_path)
    assert result.exit_code == 0
    assert "pip install 'cleanpipe[html]'" in result.stdout and "1 record read" in result.stdout
    assert as_json(tmp_path)["files"][0]["needs"] == "html"  # type: ignore[index]


@pytest.mark.parametrize("kind", ["zip", "tar", "parquet"])
def test_a_look_that_ends_early_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    path = tmp_path / "dump"
    texts = [random.Random(number).randbytes(50_000).hex() for number in range(20)]
    if kind == "parquet":
        parquet.write_table(pa.table({"text": texts}), path, row_group_size=1, use_dictionary=False)
    elif kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for number, text in enumerate(texts):
                archive.writestr(f"{number}.txt", text)
    else:
        with tarfile.open(path, "w") as tar:
            for number, text in enumerate(texts):
                header = tarfile.TarInfo(f"{number}.txt")
                header.size = len(text)
                tar.addfile(header, io.BytesIO(text.encode()))
    found = []
    for most in (100_000, 500_000, 1_000_000):
        monkeypatch.setattr(inspection, "MOST_BYTES", most)
        seen = as_json(path)
        assert seen["reasons"] == {} and not seen["files"][0]["whole"]  # type: ignore[index]
        found.append(seen["files"][0]["records"])  # type: ignore[index]
    assert found == sorted(found) and found[0] < found[-1] < len(texts)


def test_a_reason_that_comes_late(tmp_path: Path) -> None:
    """More reasons than examples are kept of, and the most common one without any."""
    path = tmp_path / "a.jsonl"
    lines = ["{" + " " * number + "x" for number in range(inspection.MOST_NAMES)] + ['{"id": 1}'] * 3
    path.write_text("\n".join(['{"text": "Text."}', *lines]) + "\n", encoding="utf-8")
    result = inspected(path, "--records", "5000")
    assert result.exit_code == 0 and "      3  the record has no 'text'" in result.stdout


def test_what_can_not_be_opened_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "a.txt").write_text("Text.", encoding="utf-8")
    assert list(as_json(tmp_path)["reasons"]) == ["the link leads nowhere: No such file or directory"]  # type: ignore[call-overload]


def test_nothing_that_a_terminal_would_obey_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "x \x1b[2J", "title": "\x1b]0;t\x07", "\x1bkey": 1}) + "\n", encoding="utf-8")
    assert "\x1b" not in inspected(path).stdout


def test_an_input_that_is_not_there() -> None:
    result = inspected("nowhere.jsonl")
    assert result.exit_code == 1 and "no such file" in result.stderr
