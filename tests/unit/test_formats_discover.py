"""Which files inputs lead to, and what they are called."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from cleanpipe.errors import InputError
from cleanpipe.formats import InputFile, discover, read
from cleanpipe.model import Rejected
from cleanpipe.settings import InputSettings


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    for name in ("dump/b.txt", "dump/pages/a.txt", "dump/pages/.hidden", "dump/.git/x", "other/pages/a.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "dump"


def names(*inputs: object) -> list[str]:
    return [
        item.name if isinstance(item, InputFile) else "!" + item.origin.file
        for item in discover([str(i) for i in inputs])
    ]


def test_a_folder_is_gone_through_in_order(dump: Path) -> None:
    assert names(dump) == names(f"{dump}/") == ["b.txt", "pages/a.txt"]
    (first, _) = discover([str(dump)])
    assert first == InputFile(dump / "b.txt", "b.txt", 10)


def test_the_archive_that_is_made_is_no_input_of_its_own(dump: Path) -> None:
    for inputs in ([dump], [f"{dump}/**"], [dump, dump / "pages" / "a.txt"], [f"{dump}/*"]):
        found = discover([str(given) for given in inputs], without=dump / "pages")
        assert [item.name for item in found if isinstance(item, InputFile)] == ["b.txt"]


def test_a_file_is_called_by_its_name(dump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert names(dump / "pages/a.txt") == ["a.txt"]
    monkeypatch.chdir(dump)
    assert names("pages/../pages/a.txt") == ["a.txt"]
    assert names(".") == ["b.txt", "pages/a.txt"]


def test_patterns(dump: Path) -> None:
    assert names(f"{dump}/*.txt") == ["b.txt"]
    assert names(f"{dump}/**/*.txt") == ["b.txt", "pages/a.txt"]
    assert names(f"{dump}/pag*") == ["pages/a.txt"]
    with pytest.raises(InputError, match="matches no file"):
        discover([f"{dump}/*.jsonl"])


def test_a_name_with_brackets_is_no_pattern(tmp_path: Path) -> None:
    (tmp_path / "a[1].txt").write_text("x")
    assert names(tmp_path / "a[1].txt") == ["a[1].txt"]


def test_what_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone.*no such file.*check the spelling"):
        discover([str(tmp_path / "gone")])


def test_a_file_given_twice_counts_once(dump: Path) -> None:
    (dump / "link.txt").symlink_to(dump / "b.txt")
    once = ["b.txt", "pages/a.txt"]
    assert names(dump, dump / "b.txt", dump / "pages/a.txt") == once
    assert names(dump / "pages/a.txt", dump / "b.txt", dump) == once


def test_names_that_clash_get_their_folders(dump: Path) -> None:
    other = dump.parent / "other"
    expected = ["b.txt", "dump/pages/a.txt", "other/pages/a.txt"]
    assert names(dump, other) == names(other, dump) == expected
    assert names(dump / "pages/a.txt", other / "pages/a.txt") == ["dump/pages/a.txt", "other/pages/a.txt"]


def test_links_that_loop(dump: Path) -> None:
    (dump / "pages/up").symlink_to(dump)
    (dump / "self").symlink_to(dump / "self")
    (dump / "gone").symlink_to(dump / "nowhere")
    (dump / "aside").symlink_to(dump.parent / "other")
    assert names(dump) == ["aside/pages/a.txt", "b.txt", "!gone", "pages/a.txt", "!self"]


def test_what_is_no_file(dump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(dump / "pipe")
    monkeypatch.chdir(dump)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        reasons = {item.origin.file: item.reason for item in discover([str(dump)]) if isinstance(item, Rejected)}
    assert "a pipe" in reasons["pipe"]
    assert "a socket" in reasons["socket"]
    (device,) = discover(["/dev/zero"])
    assert isinstance(device, Rejected) and "a device" in device.reason
    assert discover([str(dump / "pipe")]) == [InputFile(dump / "pipe", "pipe", None, once=True)]


def test_standard_input() -> None:
    assert discover(["-", "/dev/stdin"]) == [InputFile(None, "-")]


def test_what_may_not_be_read(dump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated, because root may read everything."""
    really_open, really_scan = os.open, os.scandir

    def refuse_open(path: str, *rest: int) -> int:
        if str(path).endswith("b.txt"):
            raise PermissionError(13, "Permission denied", path)
        return really_open(path, *rest)

    def refuse_scan(path: str) -> object:
        if str(path).endswith("pages"):
            raise PermissionError(13, "Permission denied", path)
        return really_scan(path)

    monkeypatch.setattr(os, "open", refuse_open)
    monkeypatch.setattr(os, "scandir", refuse_scan)
    found = discover([str(dump)])
    assert [(item.origin.file, "Permission denied" in item.reason) for item in found if isinstance(item, Rejected)] == [
        ("b.txt", True),
        ("pages", True),
    ]


def test_a_disk_that_fails_while_reading(dump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, *_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", fail)
    (item,) = read(InputFile(dump / "b.txt", "b.txt"), InputSettings())
    assert isinstance(item, Rejected) and "Input/output error" in item.reason


def test_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    try:
        with open(folder + b"/caf\xe9.txt", "wb") as file:  # noqa: PTH123
            file.write(b"It was mended.")
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    assert names(tmp_path) == [r"caf\xe9.txt"]
