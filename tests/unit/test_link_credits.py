"""Attribution: what counts as a credit, where exactly it stands, and what role it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleanpipe.errors import RuleError
from cleanpipe.link import find_credits
from cleanpipe.link.rule_check import check_rule_file
from cleanpipe.link.sources import name_of, sourcebook
from cleanpipe.link.standing import standings
from cleanpipe.model import Credit, Document, Furniture, Origin
from cleanpipe.rulebook.files import read_rule_file, read_rule_files

FILLER = " The harbour office published its yearly figures on cargo and on crews." * 12

CASES = [
    # What, text, source, expected role and the words of the text that the credit covers.
    ("dateline", "LIMA, March 3 (Reuters) - Fishermen blocked the port.", "reuters", "own", "Reuters"),
    ("dateline of an abbreviation", "LIMA (AP) — Fishermen blocked the port.", "ap", "own", "AP"),
    ("dateline without its dash", "LIMA (AFP) Fishermen blocked the port.", "afp", "own", "AFP"),
    ("told", "The mayor told Reuters that he would resign.", "reuters", "cited", "Reuters"),
    ("told, over a line break", "The mayor of the northern port city of Paita said no, he told\nReuters on Monday.",
     "reuters", "cited", "Reuters"),
    ("abbreviation reporting", "Nobody was hurt, AP reported.", "ap", "cited", "AP"),
    ("full name with its abbreviation", "The Associated Press (AP) reported the find.", "ap", "cited",
     "The Associated Press (AP)"),
    ("review", "It cost more, according to a Reuters review of tenders.", "reuters", "cited", "Reuters"),
    ("glued to a name", "According to ReutersPeru had sent no ship.", "reuters", "cited", "Reuters"),
    ("glued to a verb", "The papers, cited by Reutershas shown much.", "reuters", "cited", "Reuters"),
    ("photo", "Boats at rest. (AP Photo/Ana Soto, File)", "ap", "passing", "AP"),
    ("photo with a slash", "Boats at rest. REUTERS/Ana Soto", "reuters", "passing", "REUTERS"),
    ("older report", "Reuters reported in 2019 that the port was closed.", "reuters", "passing", "Reuters"),
    ("in a quotation", "“I have never told Reuters the port was shut,” she said.", "reuters", "passing", "Reuters"),
    ("bare mention", "The building beside the Reuters tower burned down.", "reuters", "passing", "Reuters"),
    ("bare abbreviation", "The PA system failed twice.", "pa", None, ""),
    ("abbreviation in a word", "The APEC summit began.", "ap", None, ""),
    ("name that begins another", "The minister flew to Lusaka.", "lusa", None, ""),
    ("German", "Laut Reuters ist der Hafen zu.", "reuters", "cited", "Reuters"),
    ("French", "Le port est fermé, rapporte l'AFP.", "afp", "cited", "l'AFP"),
    ("Russian", "Порт закрыт, сообщает ТАСС.", "tass", "cited", "ТАСС"),
    ("Russian with an ending", "Об этом сообщил Интерфаксу представитель порта.", "interfax", "cited", "Интерфаксу"),
    ("Polish", "Jak podaje PAP, port jest zamknięty.", "pap", "cited", "PAP"),
    ("Persian", "به گزارش ایسنا، بندر بسته شد.", "isna", "cited", "ایسنا"),
    ("Arabic, prefix and name in one", "ووفقا لرويترز فإن الميناء مغلق.", "reuters", "cited", "رويترز"),
    ("Chinese dateline", "新华社利马3月3日电 渔民封锁港口。", "xinhua", "own", "新华社"),
    ("Chinese citation", "据法新社报道，渔民封锁了港口。", "afp", "cited", "法新社"),
    ("Japanese", "共同通信によると、港は閉鎖された。", "kyodo", "cited", "共同通信"),
    ("Korean dateline", "(서울=연합뉴스) 김철수 기자 = 항구가 폐쇄됐다.", "yonhap", "own", "연합뉴스"),
]  # fmt: skip


def document(text: str, **fields: object) -> Document:
    return Document(key="0" * 32, id="x", text=text, origin=Origin("x"), **fields)  # type: ignore[arg-type]


def credits_of(item: Document, source: str) -> list[Credit]:
    return [credit for credit in find_credits([item])[0] if credit.source == source]


@pytest.mark.parametrize(
    ("text", "source", "role", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_credit_of_a_text(text: str, source: str, role: str | None, words: str) -> None:
    found = credits_of(document(text), source)
    assert [item.role for item in found] == ([role] if role else [])
    for item in found:
        assert text[item.place.start : item.place.end] == words


def test_offsets_hold_far_into_a_text() -> None:
    text = f"{FILLER}\n\nThe mayor told Reuters no.{FILLER}"
    (found,) = credits_of(document(text), "reuters")
    assert (found.place.field, text[found.place.start : found.place.end]) == ("text", "Reuters")


def test_a_dateline_far_down_is_none() -> None:
    assert credits_of(document(f"{FILLER} A note (AP) - as it were -{FILLER}"), "ap") == []


@pytest.mark.parametrize(
    ("fields", "source", "rule", "covered"),
    [
        ({"source": "Reuters"}, "reuters", "own/source", "Reuters"),
        ({"source": "reuters.com"}, "reuters", "own/source", "reuters.com"),
        ({"source": "AFP/Reuters"}, "reuters", "own/source", "Reuters"),
        ({"source": "Reuters via Yahoo News"}, "reuters", "own/source", "Reuters"),
        ({"author": "Jane Doe, Associated Press"}, "ap", "own/author", "Associated Press"),
        ({"url": "https://uk.reuters.com/world/1"}, "reuters", "own/url", "uk.reuters.com"),
        ({"canonical_url": "https://apnews.com/1"}, "ap", "own/canonical-url", "apnews.com"),
    ],
)
def test_credit_of_a_field(fields: dict[str, str], source: str, rule: str, covered: str) -> None:
    (found,) = credits_of(document("Boats lay at rest.", **fields), source)
    assert (found.role, found.rule) == ("own", rule)
    assert next(iter(fields.values()))[found.place.start : found.place.end] == covered


@pytest.mark.parametrize("source", ["The Reuterswil Gazette", "Bild der Wissenschaft", "apartments.com", ""])
def test_a_field_that_names_another(source: str) -> None:
    assert find_credits([document("Boats lay at rest.", source=source)]) == [()]


def test_a_citation_in_furniture_is_passing() -> None:
    text = "Boats lay at rest.\nRelated: what the mayor told Reuters yesterday"
    start = text.index("Related")
    (found,) = credits_of(document(text, furniture=(Furniture(start, len(text), "related"),)), "reuters")
    assert (found.role, found.rule) == ("passing", "passing/in-furniture")


def test_the_title_is_looked_at_once() -> None:
    title = "Port blocked by fishermen - Reuters"
    (alone,) = credits_of(document("Boats lay at rest.", title=title), "reuters")
    assert (alone.role, alone.place.field) == ("cited", "title")


@pytest.mark.parametrize(
    ("text", "credited", "rests_on", "speaks_as"),
    [
        ("LIMA (AP) — Boats lay at rest.", True, True, True),
        ("An investigation by AP News shows that boats lay at rest.", True, True, False),
        ("The mayor told AP News that boats lay at rest.", True, False, True),
        (f"Boats lay at rest.{FILLER} The mayor told AP News no.{FILLER}", False, False, False),
    ],
)
def test_citing_is_not_copying(text: str, credited: bool, rests_on: bool, speaks_as: bool) -> None:
    item = document(text)
    found = standings(item, find_credits([item])[0])["ap"]
    assert (found.credited, found.rests_on, found.speaks_as) == (credited, rests_on, speaks_as)


def test_shipped_sources() -> None:
    book = sourcebook()
    assert len(book.sources) >= 40
    assert len({language for source in book.sources.values() for language in source.languages}) >= 10
    assert name_of("reuters") == "Reuters" and name_of("nobody") == "nobody"


def test_shipped_examples_hold() -> None:
    assert [problem for file in read_rule_files("sources") for problem in check_rule_file(file)] == []


def write_rules(folder: Path, text: str) -> Path:
    path = folder / "sources" / "mine.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_own_rules_add_a_source(tmp_path: Path) -> None:
    write_rules(
        tmp_path,
        '[[source]]\nid = "gazette"\nname = "Village Gazette"\nkind = "paper"\nnames = ["Village Gazette"]\n',
    )
    item = document("The mayor told Village Gazette that boats lay at rest.")
    (found,) = find_credits([item], rules_folders=(str(tmp_path),))[0]
    assert (found.source, found.role) == ("gazette", "cited")


def test_a_failing_example_is_a_problem(tmp_path: Path) -> None:
    path = write_rules(
        tmp_path,
        '[[phrase]]\nid = "sung"\nrole = "cited"\nvoice = "outside"\npatterns = ["sung by {source}"]\n'
        'examples = [{ text = "A song about Reuters.", source = "reuters", role = "cited" }]\n',
    )
    (problem,) = check_rule_file(read_rule_file(path))
    assert problem.rule == "sung" and "passing" in problem.says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[source]]\nid = "a"\n', "kind"),
        ('[[source]]\nid = "a"\nkind = "paper"\nname = "A"\n', "neither names"),
        ('[[phrase]]\nid = "a"\nrole = "loud"\n', "role"),
        ('[[phrase]]\nid = "a"\nrole = "cited"\n', "voice"),
        ('[[phrase]]\nid = "a"\nrole = "own"\npatterns = ["by"]\nexamples = []\n', "{source}"),
        ('[[sauce]]\nid = "a"\n', "unknown key 'sauce'"),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path: Path, text: str, says: str) -> None:
    path = write_rules(tmp_path, text)
    with pytest.raises(RuleError, match=r"mine\.toml") as caught:
        check_rule_file(read_rule_file(path))
    assert says in str(caught.value)
