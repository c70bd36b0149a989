"""Which charset bytes are in, and what a charset is called."""

from __future__ import annotations

import time

import pytest

from cleanpipe.formats import decode, encode
from cleanpipe.formats.detect import CHARSETS, detect
from cleanpipe.formats.encodings import charset_name, read_as, write_as
from cleanpipe.language.pairs import pair_languages

GREEK = "Το πλοίο για το νησί ξεκίνησε πάλι την Τετάρτη."
HEADLINES: dict[str, tuple[str, tuple[str, ...]]] = {
    "en": ("The café’s owner said: “It’s open again”, and left.", ("cp1252", "mac_roman")),
    "fr": ("Le café du port a rouvert après les travaux d'été", ("cp1252", "mac_roman", "cp850", "cp437")),
    "de": ("Die Fähre fährt wieder über den Großen Sund, heißt es", ("cp1252", "mac_roman", "cp850", "cp437")),
    "pl": ("Prom na wyspę znów płynie, powiedział w środę zarząd", ("cp1250", "iso8859-2", "cp852")),
    "cs": ("Přívoz na ostrov zase jezdí, řekl ve středu přístav", ("cp1250", "iso8859-2", "cp852")),
    "hu": ("A komp újra közlekedik a szigetre, mondta a kikötő", ("cp1250", "iso8859-2", "cp852")),
    "ru": (
        "Паром на остров снова ходит, сообщила пристань",
        ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac_cyrillic"),
    ),
    "uk": ("Пором на острів знову ходить, повідомила пристань", ("cp1251", "koi8-u")),
    "el": (GREEK, ("cp1253", "iso8859-7")),
    "tr": ("Adaya giden vapur çarşamba günü yeniden sefere çıktı", ("cp1254",)),
    "he": ("המעבורת לאי שבה לפעול, נמסר ביום רביעי מהנמל", ("cp1255",)),
    "ar": ("عادت العبارة إلى الجزيرة، وفق ما أعلن الميناء يوم الأربعاء", ("cp1256",)),
    "lt": ("Keltas į salą vėl plaukia, trečiadienį pranešė uostas", ("cp1257",)),
    "th": ("เรือข้ามฟากไปเกาะกลับมาให้บริการอีกครั้ง", ("cp874",)),
    "zh": ("开往岛上的渡轮星期三恢复航行，港口方面说。", ("gb18030",)),
    "tw": ("開往島上的渡輪星期三恢復航行，港口方面說。", ("big5",)),
    "ja": ("島への船が再び動き始めたと、港の事務所が発表した。", ("shift_jis", "euc_jp")),
    "ko": ("섬으로 가는 배가 수요일에 다시 다니기 시작했다고 항구가 밝혔다.", ("euc_kr",)),
}


@pytest.mark.parametrize(
    ("lang", "charset"), [(lang, c) for lang, (_, charsets) in HEADLINES.items() for c in charsets]
)
def test_a_headline_is_read(lang: str, charset: str) -> None:
    text = HEADLINES[lang][0]
    decoded = decode(text.encode(charset))
    assert (decoded.text, decoded.charset_by) == (text, "detected")


NOTHING_TELLS = {
    "a degree sign": b"17 \xb0",
    "one letter": b"\xe9",
    "undefined bytes": b"\x81\x8d\x8f\x90\x9d",
    "every byte": bytes(range(0x80, 0x100)),
    "UTF-8 that was cut": "Der Fährmann schläft, und das Schiff".encode() + b" fa\xc3",
    "surrogates in UTF-8": b"\xed\xa0\xbd\xed\xb8\x80",
    "UTF-8 and a byte of another charset": "Été à la plage, où l’été ".encode() + b"d\xe9",
}


@pytest.mark.parametrize("data", NOTHING_TELLS.values(), ids=NOTHING_TELLS.keys())
def test_where_nothing_tells_it_is_windows_1252(data: bytes) -> None:
    decoded = decode(data)
    assert (decoded.charset, decoded.charset_by) == ("windows-1252", "assumed")


def test_one_broken_character_does_not_spoil_the_others() -> None:
    text = HEADLINES["zh"][0]
    data = f"{text}\n{text}\n".encode("gb18030") + b"\xc0\n"
    decoded = decode(data)
    assert (decoded.charset, decoded.other_charset, decoded.other_lines) == ("gb18030", "windows-1252", (3,))
    assert decoded.text.startswith(f"{text}\n{text}\n")
    assert encode(decoded.text, decoded) == data


def test_lines_of_one_charset_are_told_together() -> None:
    """The third line alone could be anything."""
    lines = [f"{HEADLINES['fr'][0]}".encode(), GREEK.encode("cp1253"), "νησί".encode("cp1253")]
    decoded = decode(b"\n".join(lines))
    assert decoded.text.split("\n")[1:] == [GREEK, "νησί"]
    assert (decoded.charset, decoded.other_charset, decoded.other_lines) == ("utf-8", "windows-1253", (2, 3))


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("lang", ["en", "ru", "el", "ar"])
def test_utf_16_without_a_mark(lang: str, charset: str) -> None:
    text = HEADLINES[lang][0]
    decoded = decode(text.encode(charset))
    assert decoded[:2] == (text, charset)


def test_zeros_in_utf_8_make_no_utf_16() -> None:
    data = b"a name\0\0another name\0\0a third one, of caf\xc3\xa9s\0\0"
    assert decode(data)[:2] == (data.decode(), "utf-8")


def test_utf_8_loads_no_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(lines: object) -> None:
        raise AssertionError("looked at")

    monkeypatch.setattr("cleanpipe.formats.charset.detected", refuse)
    assert decode("Großer Bär\n".encode() * 1000).charset_by is None


def test_every_language_that_is_tried_has_a_table() -> None:
    assert {lang for charset in CHARSETS for lang in charset.langs} <= pair_languages()


@pytest.mark.parametrize("charset", ["koi8-r", "cp1253", "shift_jis"])
def test_four_thousand_bytes_are_quickly_told(charset: str) -> None:
    text = {"koi8-r": HEADLINES["ru"][0], "cp1253": GREEK, "shift_jis": HEADLINES["ja"][0]}[charset]
    data = "\n".join(f"{number} {text}" for number in range(100)).encode(charset)[:4000]
    detect(data)
    started = time.process_time()
    detect(data)
    assert time.process_time() - started < 0.2, "20 ms are the rule; a busy machine gets ten times as long"


NAMES = {
    "CP1251": "windows-1251",
    "latin1": "windows-1252",
    "ISO-8859-1": "windows-1252",
    "us-ascii": "utf-8",
    "UTF-8-SIG": "utf-8",
    "UTF-16": "utf-16-le",
    "GBK": "gb18030",
    "Shift_JIS": "cp932",
    "mac-roman": "macintosh",
    "IBM866": "ibm866",
    "iso8859_2": "iso-8859-2",
}


@pytest.mark.parametrize(("name", "meant"), NAMES.items())
def test_names(name: str, meant: str) -> None:
    assert charset_name(name) == meant
    assert charset_name(meant) == meant


def test_undefined_bytes_are_controls_or_refused() -> None:
    assert read_as(b"\x81\xd2", "windows-1253") is None
    assert read_as(b"\x81\xd3", "windows-1253") == "\x81Σ"
    assert write_as("\x81Σ", "windows-1253") == b"\x81\xd3"


@pytest.mark.parametrize("charset", sorted({charset_name(name) for charset in CHARSETS for name in charset.names}))
def test_a_charset_gives_its_bytes_back(charset: str) -> None:
    for byte in range(0x100):
        for data in (bytes([byte]), bytes([byte, 0xA1]), bytes([0xE3, byte])):
            text = read_as(data, charset)
            assert text is None or write_as(text, charset) == data
