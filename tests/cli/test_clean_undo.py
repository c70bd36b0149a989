"""`clean` as a filter, and the way back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cleanpipe.cli import cli


def invoke(*arguments: object, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], input=stdin)


PAGES = [
    pytest.param("The cafÃ© is open.\r\nCome in.\r\n".encode(), "The café is open.\r\nCome in.\r\n", id="utf-8 twice"),
    pytest.param(b"Sound text.\n", "Sound text.\n", id="sound"),
    pytest.param(b"", "", id="empty"),
    pytest.param(b"\xef\xbb\xbfThe caf\xc3\xa9\n", "The café\n", id="byte order mark"),
    pytest.param("The café\n".encode("utf-16"), "The café\n", id="utf-16"),
    pytest.param(b"Caf\xe9 noir\nCaf\xc3\xa9 au lait\n", "Café noir\nCafé au lait\n", id="mixed line by line"),
]


@pytest.mark.parametrize(("page", "repaired"), PAGES)
def test_clean_and_back_to_the_same_bytes(tmp_path: Path, page: bytes, repaired: str) -> None:
    log = tmp_path / "edits.jsonl"
    cleaned = invoke("clean", "--log", log, stdin=page)
    assert cleaned.exit_code == 0, cleaned.stderr
    assert cleaned.stdout_bytes == repaired.encode()
    assert invoke("undo", "--log", log, "--bytes", stdin=cleaned.stdout_bytes).stdout_bytes == page


def test_records_and_back(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": 1, "body": "The cafÃ© is open.", "note": "Ã©"}),
        "{torn",
        json.dumps({"id": 2, "body": "Sound."}),
    ]
    given = "".join(line + "\n" for line in lines).encode()
    log = tmp_path / "edits.jsonl"
    cleaned = invoke("clean", "--jsonl", "--field", "body", "--log", log, stdin=given)
    first, second, third = cleaned.stdout.splitlines()
    assert json.loads(first) == {"id": 1, "body": "The café is open.", "note": "Ã©"}
    assert (second, third) == ("{torn", lines[2])
    assert "line 2 is no JSON record" in cleaned.stderr
    back = invoke("undo", "--log", log, stdin=cleaned.stdout_bytes).stdout.splitlines()
    assert [json.loads(back[0]), *back[1:]] == [json.loads(lines[0]), *lines[1:]]


def test_what_is_repaired_in_a_record_changes_nothing_else(tmp_path: Path) -> None:
    deep = b"[" * 100_000 + b"\n"
    twice = '{"text": "cafÃ©", "text": "cafÃ©"}\n'.encode()
    first = '\ufeff{"text":"cafÃ©","n":1.5}\r\n'.encode()
    large = '{"text":"cafÃ©","n":123456789012345678901234567890}\n'.encode()
    last = '{"text":"cafÃ©"}'.encode()
    log = tmp_path / "edits.jsonl"
    cleaned = invoke("clean", "--jsonl", "--log", log, stdin=first + deep + twice + large + last)
    assert cleaned.exit_code == 0, cleaned.output
    lines = cleaned.stdout_bytes.splitlines(keepends=True)
    assert lines[0] == first.replace("Ã©".encode(), "é".encode())
    assert lines[1:3] == [deep, twice]
    assert json.loads(lines[3]) == {"text": "café", "n": 123456789012345678901234567890}
    assert lines[4] == '{"text":"café"}'.encode()
    assert "line 2 is no JSON record" in cleaned.stderr
    assert "line 3 is no JSON record" in cleaned.stderr
    undone = invoke("undo", "--log", log, stdin=cleaned.stdout_bytes).stdout_bytes.splitlines(keepends=True)
    assert (undone[:3], undone[4:]) == ([first, deep, twice], [last])
    assert json.loads(undone[3]) == json.loads(large)


@pytest.mark.parametrize("more", [(), ("--jsonl",)])
@pytest.mark.parametrize("other", [b"something else", b"{}", b'{"text": "something else"}', b'{"text": 1}', b"[]"])
def test_what_the_log_does_not_belong_to_is_not_undone(tmp_path: Path, more: tuple[str, ...], other: bytes) -> None:
    log = tmp_path / "edits.jsonl"
    given = json.dumps({"text": "At the cafÃ© of ZoÃ«, noon"}, ensure_ascii=False).encode()
    assert invoke("clean", *more, "--log", log, stdin=given).exit_code == 0
    undone = invoke("undo", "--log", log, stdin=other)
    assert (undone.exit_code, undone.stdout) == (1, "")
    assert "not what `clean` wrote" in undone.stderr


def test_what_is_no_log_is_told(tmp_path: Path) -> None:
    (tmp_path / "edits.jsonl").write_text("no log\n", encoding="utf-8")
    undone = invoke("undo", "--log", tmp_path / "edits.jsonl", stdin=b"text")
    assert undone.exit_code == 1
    assert "no log of `clean`" in undone.stderr


def test_a_text_has_no_fields() -> None:
    assert invoke("clean", "--field", "body", stdin=b"text").exit_code == 2


def test_check_writes_nothing_and_tells_by_its_status() -> None:
    assert invoke("clean", "--check", stdin=b"Sound text.").exit_code == 0
    found = invoke("clean", "--check", stdin="The cafÃ©".encode())
    assert (found.exit_code, found.stdout) == (3, "")


def test_a_file_of_an_archive_comes_back_as_it_was(tmp_path: Path) -> None:
    page = (
        "Bridge opens\r\n\r\nThe cafÃ© on the bridge sold 40 cakes.\r\n".encode() + b"Caf\xe9 owner Bo Li smiled.\r\n"
    )
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "bridge.txt").write_bytes(page)
    archive = tmp_path / "archive"
    assert invoke("run", folder, "-o", archive).exit_code == 0
    assert invoke("undo", archive, "bridge", "--bytes").stdout_bytes == page
    assert "bridge" in invoke("undo", archive, "brigde").stderr
    assert invoke("undo", archive, "bridge", "--field", "url").exit_code == 2


def test_the_title_of_a_text_file_comes_back_as_it_was(tmp_path: Path) -> None:
    page = tmp_path / "bridge.txt"
    page.write_text("The cafÃ© on the bridge\n\nIt sold 40 cakes.\n", encoding="utf-8")
    assert invoke("run", page, "-o", tmp_path / "archive").exit_code == 0
    assert invoke("undo", tmp_path / "archive", "bridge", "--field", "title").stdout == "The cafÃ© on the bridge"


def test_undo_needs_one_of_its_two_ways(tmp_path: Path) -> None:
    assert invoke("undo").exit_code == 2
