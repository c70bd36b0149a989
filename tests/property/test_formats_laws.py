"""Whatever bytes come: they can be given back, and reading them raises nothing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from cleanpipe.formats import InputFile, assigned_id, decode, encode, read, record_key
from cleanpipe.formats.charset import begins_as, controls
from cleanpipe.formats.encodings import WIDE
from cleanpipe.formats.plain import find_title
from cleanpipe.model import Record, Rejected
from cleanpipe.settings import InputSettings
from cleanpipe.text.dates import iso_date

MARKS = [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff"]
LINES = st.lists(
    st.one_of(st.binary(max_size=12), st.text(max_size=8).map(lambda text: text.encode("utf-8", "replace")))
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=6,
)
CHARSETS = [
    "windows-1251",
    "koi8-r",
    "windows-1253",
    "macintosh",
    "ibm852",
    "cp874",
    "gb18030",
    "big5",
    "cp932",
    "euc_jp",
]
DECLARED = st.sampled_from(
    [None, *CHARSETS, "iso2022_jp", "hz", "utf-8", "utf-16-le", "utf-32-le", "johab", "shift_jis_2004"]
)
WRITTEN = st.builds(
    lambda words, charset, rest: " ".join(words).encode(charset, "ignore") + rest,
    st.lists(st.sampled_from(["кафе", "Паром", "ξεκίνησε", "島への船", "été", "že", "\n", "“It’s”", "ภาษา", "新闻"])),
    st.sampled_from(CHARSETS),
    st.binary(max_size=3),
)
KEYS = st.sampled_from(["text", "id", "title", "published", "lang", "metadata", "url", "x"])
JSON_LINES = st.one_of(
    st.dictionaries(KEYS, VALUES, max_size=5).map(lambda value: json.dumps(value).encode()),
    VALUES.map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")),
    st.binary(max_size=20),
)


@settings(deadline=None)
@given(st.sampled_from(MARKS), st.one_of(st.binary(max_size=200), LINES.map(b"\n".join), WRITTEN), DECLARED)
@example(b"", bytes(range(256)), None)
@example(b"\xff\xfe", b"\x00\xd8\x00", None)
@example(b"\xff\xfe\0\0", b"\0\0\x11\0", None)
@example(b"", b"\x1b$B\n\x1b(B\n~{~\n", "hz")
@example(b"", b"a\0\n\0", "utf-32-le")
def test_encode_undoes_decode(mark: bytes, data: bytes, declared: str | None) -> None:
    decoded = decode(mark + data, declared)
    assert encode(decoded.text, decoded) == mark + data


@settings(deadline=None)
@given(st.text())
def test_utf_8_is_read_as_utf_8(text: str) -> None:
    """Whatever it says, but for what is full of control characters and may be UTF-16."""
    data = text.replace("\0", "").encode("utf-8", "replace")
    assume(not any(data.startswith(mark) for mark in MARKS if mark))
    decoded = decode(data)
    assert (decoded.charset, decoded.charset_by) == ("utf-8", None) or controls(data)
    if decoded.charset == "utf-8":
        assert decoded.text.encode() == data


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    mark=st.sampled_from(MARKS),
    data=st.one_of(st.binary(max_size=300), st.lists(JSON_LINES, max_size=5).map(b"\n".join)),
    packed=st.booleans(),
    cut=st.integers(0, 20),
    name=st.sampled_from(["a.jsonl", "a.txt", "a.jsonl.gz", "a", "-"]),
)
@example(mark=b"\xff\xfe", data=b"{", packed=False, cut=0, name="a.jsonl")
def test_reading_raises_nothing(tmp_path: Path, mark: bytes, data: bytes, packed: bool, cut: int, name: str) -> None:
    path = tmp_path / "file"
    data = gzip.compress(mark + data, 1) if packed else mark + data
    data = data[: len(data) - cut] if cut and len(data) > cut else data
    path.write_bytes(data)
    seen: list[int] = []
    for item in read(InputFile(path, name), InputSettings(), seen.append):
        assert isinstance(item, Record | Rejected)
        if isinstance(item, Rejected):
            assert item.reason and len(item.excerpt) <= 200
        else:
            assert item.text.strip() and len(record_key(item)) == 32 and assigned_id(item)
            if item.origin.line is None and not packed:
                assert encode(item.text, item.origin) == data
    assert sum(seen) <= len(data)


@given(st.lists(JSON_LINES, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_line_is_dropped_in_silence(tmp_path: Path, lines: list[bytes]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "first"}\n' + b"\n".join(lines))
    assume(begins_as(path.read_bytes())[1].charset not in WIDE)  # short files full of NUL bytes
    found = [item.origin.line for item in read(InputFile(path, "a.jsonl"), InputSettings())]
    whole = path.read_bytes().split(b"\n")
    assert found == [number for number, line in enumerate(whole, 1) if line and not line.isspace()]


@settings(deadline=None)
@given(st.text())
def test_a_title_is_a_trimmed_part_of_the_text(text: str) -> None:
    span = find_title(text)
    if span:
        title = text[span.start : span.end]
        assert title == title.strip() != ""
        assert "\n" not in title


@settings(deadline=None)
@given(st.one_of(st.text(max_size=30), st.floats(), st.integers()))
def test_any_date_is_read_or_not(value: object) -> None:
    assert iso_date(value) is None or isinstance(iso_date(value), str)
