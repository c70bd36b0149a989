"""Which charset bytes are in, and what a charset is called."""

from __future__ import annotations

import time

import pytest

from cleanpipe.formats import decode, encode
from cleanpipe.formats.detect import CHARSETS, detect
from cleanpipe.formats.encodings import charset_name, read_as, write_as
from cleanpipe.language.pairs import pair_table

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
    "surrogates in UTF-8": b"\xed\xa0\xbd\xed\xb8\x80",
    "a product": b"3 \xd7 4",
    "a quotient": b"5 \xf7 2",
    "a unit": b"Size 10 \xb5m, sold.",
    "a diameter": b"\xf8 5 mm",
    "one letter that stands alone": b"17 \xff",
    "cents": b"\xa2 50",
    "half a pint": b"\xbd pint",
}


@pytest.mark.parametrize("data", NOTHING_TELLS.values(), ids=NOTHING_TELLS.keys())
def test_where_nothing_tells_it_is_windows_1252(data: bytes) -> None:
    decoded = decode(data)
    assert (decoded.charset, decoded.charset_by) == ("windows-1252", "assumed")


def test_one_broken_character_does_not_spoil_the_others() -> None:
    text = HEADLINES["zh"][0]
    data = f"{text}\n{text}\n".encode("gb18030") + b"\xc0\n"
    decoded = decode(data)
    assert (decoded.charset, decoded.other_charset) == ("gb18030", None)
    assert decoded.text == f"{text}\n{text}\nÀ\n"
    assert decoded.stray_bytes == (2 * len(text) + 2,)
    assert encode(decoded.text, decoded) == data


@pytest.mark.parametrize(
    ("lang", "charset"), [("zh", "gb18030"), ("ja", "euc_jp"), ("ja", "cp932"), ("ko", "cp949"), ("tw", "big5")]
)
def test_a_cut_character_does_not_spoil_its_line(lang: str, charset: str) -> None:
    text = HEADLINES[lang][0].rstrip("。.") * 6
    data = text.encode(charset)[:-1]
    decoded = decode(data)
    assert decoded.text[:-1] == text[:-1]
    assert (decoded.stray_bytes, decoded.charset_by) == ((len(text) - 1,), "detected")
    assert encode(decoded.text, decoded) == data


def test_a_lost_byte_does_not_hide_the_charset_of_other_lines() -> None:
    lines = [f"{number} {HEADLINES['zh'][0]}".encode("gb18030") for number in range(5)]
    lines[2] = lines[2].replace("渡".encode("gb18030"), b"\xb6", 1)
    assert detect(b"\n".join(lines))[:2] == ("gb18030", "zh")


def test_curly_quotes_alone_tell_mac_roman() -> None:
    text = "The harbour board said: “It’s open again.” " * 8
    assert decode(text.encode("mac_roman")).text == text


UTF_8_WITH_STRAYS = {
    "a cut character": ("Der Fährmann schläft, und das Schiff fa".encode() + b"\xc3", (39,), "Ã"),
    "a byte of another charset": ("Été à la plage, où l’été d".encode() + b"\xe9", (26,), "é"),
}


@pytest.mark.parametrize(("data", "strays", "last"), UTF_8_WITH_STRAYS.values(), ids=UTF_8_WITH_STRAYS.keys())
def test_utf_8_with_a_broken_byte_stays_utf_8(data: bytes, strays: tuple[int, ...], last: str) -> None:
    decoded = decode(data)
    assert decoded.text == data[:-1].decode() + last
    assert (decoded.charset, decoded.charset_by, decoded.stray_bytes) == ("utf-8", "assumed", strays)
    assert encode(decoded.text, decoded) == data


def test_a_long_line_with_a_broken_byte_is_quickly_read() -> None:
    whole = (HEADLINES["ru"][0] * 20_000).encode()
    started = time.process_time()
    decoded = decode(whole + b"\xff" + whole)
    assert (decoded.charset, len(decoded.stray_bytes)) == ("utf-8", 1)
    assert encode(decoded.text, decoded) == whole + b"\xff" + whole
    assert time.process_time() - started < 5


BY_CHANCE = {
    "Chinese": ("zh", "gb18030", "系统"),
    "Korean": ("ko", "euc_kr", "첫째"),
    "Thai": ("th", "cp874", "ยก"),
}


@pytest.mark.parametrize(("lang", "charset", "word"), BY_CHANCE.values(), ids=BY_CHANCE.keys())
def test_a_word_that_is_utf_8_by_chance_is_read_as_the_others(lang: str, charset: str, word: str) -> None:
    text = "\n".join([*[HEADLINES[lang][0]] * 20, word])
    decoded = decode(text.encode(charset))
    assert (decoded.text, decoded.charset, decoded.other_lines) == (text, charset, ())


def test_a_word_that_is_utf_8_stays_so_among_lines_in_another_charset() -> None:
    lines = [*[HEADLINES["fr"][0].encode("cp1252")] * 20, "café".encode()]
    decoded = decode(b"\n".join(lines))
    assert decoded.text.endswith("\ncafé")
    assert (decoded.charset, len(decoded.other_lines)) == ("utf-8", 20)


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-be", "utf-32"])
def test_the_rest_of_a_cut_character_of_utf_16(charset: str) -> None:
    text = f"{HEADLINES['fr'][0]}\n" * 5
    for data in (text.encode(charset) + b"\n", (text + "k").encode(charset)[:-1]):
        decoded = decode(data)
        assert decoded.text.startswith(text)
        assert len(decoded.text) - len(decoded.stray_bytes) == len(text)
        assert encode(decoded.text, decoded) == data


def test_a_declared_charset_stays_where_it_reads() -> None:
    """Neither a cut character nor a line in UTF-8 changes how the other lines are read."""
    text = HEADLINES["ja"][0]
    data = b"\n".join([text.encode("euc_jp"), text.encode("euc_jp")[:-1], HEADLINES["ru"][0].encode(), b"plain"])
    decoded = decode(data, "euc_jp")
    assert decoded.text.split("\n")[::2] == [text, HEADLINES["ru"][0]]
    assert decoded.text.split("\n")[1][:-1] == text[:-1]
    assert decoded[1:6] == ("euc_jp", "", "utf-8", (3,), "declared")
    assert encode(decoded.text, decoded) == data


def test_utf_8_that_is_declared_is_not_overruled() -> None:
    data = HEADLINES["ru"][0].encode("koi8-r")
    decoded = decode(data, "utf-8")
    assert decoded[:6] == (HEADLINES["ru"][0], "utf-8", "", "koi8-r", (1,), "declared")


@pytest.mark.parametrize("declared", ["windows-1251", "utf-8", "gb18030"])
def test_of_ascii_nothing_is_assumed(declared: str) -> None:
    assert decode(b"Plain ASCII.", declared) == decode(b"Plain ASCII.")


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
    for charset in CHARSETS:
        for lang in charset.langs:
            assert pair_table(lang).costs


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


@pytest.mark.parametrize("name", ["idna", "cp864", "shift_jis_2004", "shift_jisx0213", "utf-7", "hz", "cp037"])
def test_a_charset_in_which_ascii_means_something_else_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="ASCII has other bytes"):
        charset_name(name)


def test_undefined_bytes_are_controls_or_refused() -> None:
    assert read_as(b"\x81\xd2", "windows-1253") is None
    assert read_as(b"\x81\xd3", "windows-1253") == "\x81Σ"
    assert write_as("\x81Σ", "windows-1253") == b"\x81\xd3"


@pytest.mark.parametrize("charset", sorted({charset_name(name) for charset in CHARSETS for name in charset.names}))
def test_a_charset_gives_its_bytes_back(charset: str) -> None:
    for byte in range(0x100):
        assert byte >= 0x80 or read_as(bytes([byte]), charset) == chr(byte)
        known = bytes([byte]).decode(charset, "ignore") != ""
        assert not known or read_as(bytes([byte]), charset) is not None
        for data in (bytes([byte]), bytes([byte, 0xA1]), bytes([0xE3, byte])):
            text = read_as(data, charset)
            assert text is None or write_as(text, charset) == data
