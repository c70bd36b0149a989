"""The precheck: what passes at a glance, what calls which rules, and that neither drifts from the rules themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleanpipe.model import Profile
from cleanpipe.repair import familiar
from cleanpipe.repair.codecs import decoding_table
from cleanpipe.repair.engine import repair
from cleanpipe.repair.familiar import Familiar, language_of
from cleanpipe.repair.precheck import FTFY_CHARSETS, QUIET, Precheck, precheck
from cleanpipe.repair.rules import compile_file
from cleanpipe.rulebook.files import read_rule_files
from cleanpipe.rulebook.schema import rules_of

RUSSIAN = "Рыбаки порта вчера не вышли в море из-за сильного ветра, сообщила администрация города."
POLISH = "Rybacy z portu nie wypłynęli wczoraj w morze z powodu silnego wiatru, podały władze miasta."
FRENCH = "Les pêcheurs du port ne sont pas sortis hier à cause du vent, a annoncé la mairie."
GERMAN = "Die Fischer sind gestern wegen des Windes nicht ausgelaufen, „das ist üblich“, sagte der Bürgermeister."


def called(text: str, profile: Profile = "archival") -> set[str]:
    check = precheck(profile)
    calls = check.called(text)
    return {rule.id for place, rule in enumerate(check.rules) if calls >> place & 1}


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def misread(text: str, charset: str) -> str:
    return "".join(map(decoding_table(charset).__getitem__, text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \t\n",
        'The boats left at 9.15 a.m.; nobody saw them (or said so): "no comment", it\'s said - 5% * 3 <b>',
        "It’s “so” – he said ‘yes’ – and no…",
        "• 5 km\u00a0at 3 °C for £4, €5 or ©, ®, ™, § 3",
        "The boats of the town—nine of them—left…and the rest stayed",
        "One of the town“s boats and the harbour‘s crew didn”t sail",
        "नमस्ते दुनिया, “यह” 5 °C है।",
    ],
)
def test_sound_at_a_glance(text: str) -> None:
    assert called(text) == set()
    assert repair(text).text == text


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("religi—n", "legacy-charset"),
        ("The name of the town and the harbour is Le—n", "legacy-charset"),
        ("The boats of the town and the se–or", "legacy-charset"),
        ("The town of Schr”der and the sea", "legacy-charset"),
        ("caf•s", "legacy-charset"),
        ("oz£", "legacy-charset"),
        ("Fisch“s", "legacy-charset"),
        ("the caf\u00c3\u00a9", "charset-layer"),
        ("expe-\ncting", "line-end-hyphen"),
        ("a\x00b", "control"),
    ],
)
def test_what_calls_a_rule(text: str, rule: str) -> None:
    assert rule in called(text)


def test_text_without_a_character_of_any_charset_calls_no_engine_for_them() -> None:
    assert called("你好，“世界”——约翰 AI 3 °C") == {"charset-wide"}
    assert called("หนังสือพิมพ์ “ข่าว” 3 °C") == set()


def test_profiles_differ_by_their_rules() -> None:
    for text, rule in (("nine\u00a0boats", "fold-space"), ("one\r\ntwo", "fold-line-end")):
        assert called(text) == set()
        assert called(text, "plain") == {rule}


def test_every_example_calls_its_rule() -> None:
    for file in read_rule_files("repair"):
        for table, rule in zip(rules_of(file, "repair"), compile_file(file), strict=True):
            check = Precheck([rule])
            for example in table["examples"]:
                if "before" in example:
                    assert check.called(example["before"]), f"{rule.id}: {example['before']!r}"


def test_quiet_characters_are_called_where_they_are_out_of_place() -> None:
    settled = {character for character in QUIET if not called(f"abc{character}def")}
    assert settled == set("’·\u00a0")
    assert all(not called(f"A {character} B{character} {character}C 5{character}6") for character in QUIET)


def test_charsets_are_those_that_ftfy_knows() -> None:
    from ftfy.chardata import CHARMAP_ENCODINGS

    names = {"macroman": "mac_roman", "iso-8859-2": "iso8859-2"}
    plain = [names.get(name, name.replace("sloppy-windows-", "cp")) for name in CHARMAP_ENCODINGS]
    assert plain == list(FTFY_CHARSETS)


OWN = """
[[rule]]
id = "double-hyphen"
does = "Makes a dash of two hyphens."
order = 900
confidence = 0.9
pattern = ' -- '
replace = ' – '
examples = [{ before = "nine -- ten", after = "nine – ten" }]
"""


@pytest.mark.parametrize(("characters", "calls"), [("", True), ("characters = '-'\n", False)])
def test_rules_of_ones_own_count(tmp_path: Path, characters: str, calls: bool) -> None:
    (tmp_path / "repair").mkdir()
    (tmp_path / "repair" / "own.toml").write_text(OWN + characters, encoding="utf-8")
    folders = (str(tmp_path),)
    assert bool(precheck("archival", folders).called("plain")) is calls
    assert repair("nine -- ten", rules_folders=folders).text == "nine – ten"
    assert repair("nine -- ten").text == "nine -- ten"


@pytest.mark.parametrize(("lang", "text"), [("ru", RUSSIAN), ("pl", POLISH), ("fr", FRENCH), ("de", GERMAN)])
def test_familiar_words_are_passed_over(lang: str, text: str) -> None:
    assert language_of([text]) == lang
    assert not called(text) & {"legacy-charset", "charset-layer", "charset", "garbled-format-character"}
    assert called(text + "\x19s") >= {"control"}
    marked = f"{text[:10]}\u200b{text[10:30]}\u2062{text[30:]}"
    assert called(marked) and not called(marked) & {"legacy-charset", "charset-layer", "charset"}


@pytest.mark.parametrize(
    "text",
    [
        *(misread(text, charset) for text in (RUSSIAN, POLISH, FRENCH, GERMAN) for charset in ("cp1252", "cp1251")),
        RUSSIAN.encode("koi8-r").decode("cp1251"),
        RUSSIAN.encode("iso8859-5").decode("cp1251"),
        POLISH.encode("cp1250").decode("cp1252"),
        FRENCH.encode("mac_roman").decode("cp1252", "replace"),
        f"{RUSSIAN}\n{RUSSIAN.encode('koi8-r').decode('cp1251')}\n{RUSSIAN}",
        f"{POLISH}\n{POLISH.encode('cp1250').decode('cp1252')}",
        f"{FRENCH}\nIl est \u00e0 la mairie, \u00c3\u00a0 midi.",
        f"{FRENCH}\nC\u00e2est la mairie.",
        f"{FRENCH}\x85{FRENCH}",
        f"{POLISH} \uffff",
    ],
)
def test_damaged_words_are_not(text: str) -> None:
    assert called(text) & {"legacy-charset", "charset-layer", "charset"}


def test_what_is_familiar_does_not_depend_on_what_came_before() -> None:
    texts = [RUSSIAN, misread(FRENCH, "cp1252"), POLISH, POLISH.encode("cp1250").decode("cp1252"), FRENCH, GERMAN]
    rules = precheck("archival").rules
    alone = [Familiar(rules).knows(text, encoded(text)) for text in texts]
    for order in (texts, texts[::-1], texts + texts):
        seen = Familiar(rules)
        assert [seen.knows(text, encoded(text)) for text in order] == [alone[texts.index(text)] for text in order]


def test_familiar_words_are_forgotten_before_they_fill_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(familiar, "MAX_KNOWN", 5)
    seen = Familiar(precheck("archival").rules)
    assert all(seen.knows(text, encoded(text)) for text in (POLISH, RUSSIAN, POLISH))
    assert len(seen.words["pl"].fine) < 5 + len(POLISH.split())
