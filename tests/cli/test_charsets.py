"""Files in charsets that nobody told, or that a person did: what is read, what is said, and the bytes back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cleanpipe.cli import cli

RUSSIAN = "Паром на остров снова ходит, сообщила в среду пристань. Билеты подешевели вдвое."
GREEK = "Το πλοίο για το νησί ξεκίνησε πάλι, ανακοίνωσε την Τετάρτη το λιμεναρχείο."
JAPANESE = "島への船が再び動き始めたと、港の事務所が水曜日に発表した。"
FRENCH = "Le café du port a rouvert après l’été, dit la gérante."


def invoke(*arguments: object, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], input=stdin)


# Name: what is read, options, the text, what is said of it.
TEXTS: dict[str, tuple[bytes, tuple[str, ...], str, str]] = {
    "utf-8": (f"{RUSSIAN}\n".encode(), (), f"{RUSSIAN}\n", ""),
    "detected": (f"{RUSSIAN}\n".encode("koi8-r"), (), f"{RUSSIAN}\n", "read as koi8-r (detected)"),
    "detected, two bytes a letter": (JAPANESE.encode("euc_jp"), (), JAPANESE, "read as euc_jp (detected)"),
    "utf-16 without its mark": (FRENCH.encode("utf-16-be"), (), FRENCH, "read as utf-16-be (detected)"),
    "mixed": (
        f"{FRENCH}\n".encode() + GREEK.encode("iso8859-7") + b"\nplain\n",
        (),
        f"{FRENCH}\n{GREEK}\nplain\n",
        "read as utf-8, some lines as windows-1253 (detected): 1 of 4 lines",
    ),
    "nothing tells": (b"17 \xb0\n", (), "17 °\n", "read as windows-1252 (assumed)"),
    "declared": (RUSSIAN.encode("cp855"), ("--charset", "IBM855"), RUSSIAN, "read as cp855 (declared)"),
    "declared, with lines in another": (
        f"{JAPANESE}\n".encode("euc_jp") + FRENCH.encode(),
        ("--charset", "euc-jp"),
        f"{JAPANESE}\n{FRENCH}",
        "read as euc_jp (declared), some lines as utf-8: 1 of 2 lines",
    ),
    "a declared charset that doesn't fit at one place": (
        JAPANESE.encode("euc_jp")[:-1],
        ("--charset", "euc-jp"),
        f"{JAPANESE[:-1]}¡",
        "read as euc_jp (declared), some bytes as windows-1252: 1 byte that fits in nowhere",
    ),
    "utf-8 with a broken byte": (
        f"{GREEK} ".encode() + b"\xff",
        (),
        f"{GREEK} ÿ",
        "read as utf-8, some bytes as windows-1252 (assumed): 1 byte that fits in nowhere",
    ),
    "declared, all in ASCII": (b"Plain.\n", ("--charset", "cp1251"), "Plain.\n", ""),
    "a mark overrules what is declared": (f"\ufeff{FRENCH}".encode(), ("--charset", "koi8-r"), FRENCH, ""),
}


@pytest.mark.parametrize(("data", "options", "text", "says"), TEXTS.values(), ids=TEXTS.keys())
def test_a_text_is_read_and_given_back(
    tmp_path: Path, data: bytes, options: tuple[str, ...], text: str, says: str
) -> None:
    log = tmp_path / "edits.jsonl"
    cleaned = invoke("clean", *options, "--log", log, stdin=data)
    assert cleaned.exit_code == 0, cleaned.stderr
    assert cleaned.stdout_bytes.decode() == text
    assert [line.removeprefix("cleanpipe: ") for line in cleaned.stderr.splitlines()] == ([says] if says else [])
    assert invoke("undo", "--log", log, "--bytes", stdin=cleaned.stdout_bytes).stdout_bytes == data


def records(*texts: tuple[str, str]) -> bytes:
    lines = (
        json.dumps({"id": str(n), "text": text}, ensure_ascii=False).encode(c) for n, (text, c) in enumerate(texts)
    )
    return b"\n".join(lines) + b"\n"


def test_records_in_several_charsets_come_out_in_utf_8() -> None:
    texts = [(FRENCH, "utf-8"), (RUSSIAN, "koi8-r"), (RUSSIAN + "!", "koi8-r")]
    cleaned = invoke("clean", "--jsonl", stdin=records(*texts))
    assert [json.loads(line)["text"] for line in cleaned.stdout_bytes.splitlines()] == [text for text, _ in texts]
    assert cleaned.stderr == "cleanpipe: read as koi8-r (detected): 2 lines\n"


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-32-be"])
def test_records_in_wide_charsets(charset: str) -> None:
    line = json.dumps({"text": FRENCH}, ensure_ascii=False) + "\n"
    options = ["--charset", charset] if charset == "utf-32-be" else []
    cleaned = invoke("clean", "--jsonl", *options, stdin=line.encode(charset))
    assert json.loads(cleaned.stdout_bytes) == {"text": FRENCH}


def test_the_log_of_a_record_says_what_was_assumed(tmp_path: Path) -> None:
    text = "Паром &laquo;Волна&raquo; снова ходит на остров."
    log = tmp_path / "edits.jsonl"
    assert invoke("clean", "--jsonl", "--log", log, stdin=records((text, "cp866"))).exit_code == 0
    (entry,) = map(json.loads, log.read_bytes().splitlines())
    assert (entry["origin"]["charset"], entry["origin"]["charset_by"]) == ("ibm866", "detected")


def test_the_log_says_what_was_assumed_without_an_edit_too(tmp_path: Path) -> None:
    log = tmp_path / "edits.jsonl"
    cleaned = invoke("clean", "--jsonl", "--log", log, stdin=records((RUSSIAN, "koi8-r"), ("Plain.", "utf-8")))
    (entry,) = map(json.loads, log.read_bytes().splitlines())
    assert (entry["line"], entry["field"], entry["edits"]) == (1, None, [])
    assert (entry["origin"]["charset"], entry["origin"]["charset_by"]) == ("koi8-r", "detected")
    assert invoke("undo", "--log", log, stdin=cleaned.stdout_bytes).stdout_bytes == cleaned.stdout_bytes


def test_a_line_that_is_no_record_is_said_to_be_brought_into_utf_8() -> None:
    data = records((RUSSIAN, "koi8-r")) + f"no record: {RUSSIAN}\n".encode("koi8-r") + b"nor this\n"
    cleaned = invoke("clean", "--jsonl", stdin=data)
    assert "line 2 is no JSON record and was brought from koi8-r into UTF-8 alone:" in cleaned.stderr
    assert "line 3 is no JSON record and was left as it is:" in cleaned.stderr
    assert cleaned.stdout_bytes.splitlines()[1].decode() == f"no record: {RUSSIAN}"


def test_a_charset_is_looked_for_again_where_nothing_told_before() -> None:
    ascii_lines = [("Plain ASCII. " * 10_000, "utf-8")] * 3
    data = records(("17 °", "latin-1"), *ascii_lines, (RUSSIAN, "koi8-r"))
    cleaned = invoke("clean", "--jsonl", stdin=data)
    assert json.loads(cleaned.stdout_bytes.splitlines()[-1])["text"] == RUSSIAN


def test_a_record_with_a_lost_byte_does_not_spoil_the_others() -> None:
    lines = records(*[(f"{JAPANESE}{number}", "euc_jp") for number in range(5)]).splitlines(keepends=True)
    lines[2] = lines[2].replace("船".encode("euc_jp"), "船".encode("euc_jp")[:1])
    cleaned = invoke("clean", "--jsonl", stdin=b"".join(lines))
    texts = [json.loads(line)["text"] for line in cleaned.stdout_bytes.splitlines()]
    assert [texts[at] for at in (0, 1, 3, 4)] == [f"{JAPANESE}{number}" for number in (0, 1, 3, 4)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ferry.txt").write_bytes(RUSSIAN.encode("koi8-r"))
    (tmp_path / "in" / "port.txt").write_bytes(FRENCH.encode())
    (tmp_path / "in" / "day.jsonl").write_bytes(records((JAPANESE, "cp932"), (FRENCH + "!", "utf-8")))
    return tmp_path


def origins(archive: Path) -> dict[str, Any]:
    rows = map(json.loads, (archive / "articles.jsonl").read_bytes().splitlines())
    return {row["text"]: row["origin"] for row in rows}


def test_a_run_says_what_it_assumed(folder: Path) -> None:
    done = invoke("run", folder / "in", "-o", folder / "archive", "--workers", "1")
    assert done.exit_code == 0, done.stderr
    assert "2 articles not all in UTF-8, read as:\n        1  koi8-r (detected)\n" in done.stderr
    found = origins(folder / "archive")
    told = {text: (origin["charset"], origin["charset_by"]) for text, origin in found.items()}
    assert told == {
        RUSSIAN: ("koi8-r", "detected"),
        FRENCH: ("utf-8", None),
        JAPANESE: ("shift_jis", "detected"),
        FRENCH + "!": ("utf-8", None),
    }
    counts = json.loads((folder / "archive" / "manifest.json").read_bytes())["counts"]
    assert counts["charsets"] == {"koi8-r (detected)": 1, "shift_jis (detected)": 1}
    back = invoke("undo", folder / "archive", "ferry", "--bytes")
    assert back.stdout_bytes == RUSSIAN.encode("koi8-r")


def test_a_run_reads_what_is_declared(folder: Path) -> None:
    given = ("run", folder / "in" / "ferry.txt", "-o", folder / "archive", "--workers", "1", "--no-repair")
    done = invoke(*given, "--charset", "CP1251")
    assert "1  windows-1251 (declared)" in done.stderr
    (text,) = origins(folder / "archive")
    assert text.encode("cp1251") == RUSSIAN.encode("koi8-r")
    manifest = json.loads((folder / "archive" / "manifest.json").read_bytes())
    assert manifest["settings"]["input"]["charset"] == "windows-1251"


@pytest.mark.parametrize("name", ["nonsense", "", "base64", "cp037", "unicode_escape", "rot13", "x\0"])
@pytest.mark.parametrize("command", [("clean",), ("run", "/", "-o", "archive")])
def test_a_wrong_name_is_told(command: tuple[str, ...], name: str) -> None:
    done = invoke(*command, "--charset", name)
    assert done.exit_code == 2
    assert done.stderr.startswith("cleanpipe: --charset: ")


def test_a_wrong_name_in_the_settings_is_told(folder: Path) -> None:
    (folder / "settings.toml").write_text('[input]\ncharset = "nonsense"\n', encoding="utf-8")
    done = invoke("run", folder / "in", "-o", folder / "archive", "--config", folder / "settings.toml")
    assert done.exit_code == 1
    assert "input.charset: no charset is called 'nonsense'" in done.stderr
