"""Facts: numbers, dates, names, quotations, rare pairs and headline pairs, each in its normal form and place."""

from __future__ import annotations

import pytest

from cleanpipe.language.facts import facts
from cleanpipe.language.figures import dates, numbers
from cleanpipe.model import Place, Span

NUMBERS = [
    ("48,000 people", "en", ["48000"]),
    ("forty eight,000 people", "en", ["48000"]),
    ("22.3 million", "en", ["22300000"]),
    ("1.4k", "en", ["1400"]),
    ("90 per cent", "en", ["90%"]),
    ("95 pct", "en", ["95%"]),
    ("seventy per cent", "en", ["70%"]),
    ("$334m and $281 million", "en", ["334000000", "281000000"]),
    ("30 m wide", "en", ["30"]),
    ("twenty-three", "en", ["23"]),
    ("three hundred and five", "en", ["305"]),
    ("forty-eight thousand three hundred ferries", "en", ["48300"]),
    ("two million one hundred thousand and six", "en", ["2100006"]),
    ("nineteen hundred per cent", "en", ["1900%"]),
    ("two hundred and three hundred, one thousand and two thousand", "en", ["200", "300", "1000", "2000"]),
    ("one hundred and one", "en", ["101"]),
    ("three hundred and one other", "en", ["301"]),
    ("five hundred and", "en", ["500"]),
    ("a 1,400-kilometre frontier", "en", ["1400"]),
    ("G7 and Covid19", "en", []),
    ("1.500 Euro, 1,5 Millionen", "de", ["1500", "1500000"]),
    ("12,5 Prozent", "de", ["12.5%"]),
    ("3万人", "zh", ["30000"]),
    ("气温7℃", "zh", ["7"]),
    ("5,800,00", "en", ["5,800,00"]),
    ("10.2.1.4", "en", ["10.2.1.4"]),
    ("٤٨", "ar", ["48"]),
    ("18 000 euros", "fr", ["18000"]),
    ("1 234 567,5 Kč", "cs", ["1234567.5"]),
    ("im Jahr 2024 150 Boote", "de", ["2024", "150"]),
    ("012 345", "de", ["12", "345"]),
    ("gates 12 345", "en", ["12", "345"]),
    ("um 4.35 Uhr, um 4:35 Uhr", "de", ["4.35", "4.35"]),
    ("in 4:05.1, at 12:34:56, by 25:10", "en", ["4", "5.1", "12", "34", "56", "25", "10"]),
    ("12 mil litros, 3 mil millones", "es", ["12000", "3000000000"]),
    ("30 mil wide, 30 k", "en", ["30", "30"]),
    ("12 bin kişi", "tr", ["12000"]),
    ("1,2 M€ et 3 Md€, 5 m de haut", "fr", ["1200000", "3000000000", "5"]),
    ("3,6 miliona zł", "pl", ["3600000"]),
    ("12 procentów", "pl", ["12%"]),
    ("7 мільйонів, 5 відсотків", "uk", ["7000000", "5%"]),
    ("٨٧٥ مليون، 240 ألف", "ar", ["875000000", "240000"]),
    ("40 في المئة، 40 بالمئة", "ar", ["40%", "40%"]),
    ("三十七条，一万两千名，两千万元", "zh", ["37", "12000", "20000000"]),
    ("一百零五，十万，二三十", "zh", ["105", "100000", "30"]),
    ("三浜市、千万不要、十分", "zh", []),
    ("百分之三十，百分之5", "zh", ["30%", "5%"]),
    ("1.2万亿，30万亿", "zh", ["1.2e+12", "3e+13"]),
    ("5億6000万円、5.6億円、4万2000本、4万2千本", "ja", ["560000000", "560000000", "42000", "42000"]),
    ("1.2万2019", "zh", ["12000", "2019"]),
    ("３万人、２０億円、1,234万人、6,000億円、0万", "ja", ["30000", "2000000000", "12340000", "600000000000", "0"]),
    ("2020十大新闻，12万2019年，千兆网络，100千", "zh", ["2020", "120000", "2019", "100000"]),
    ("三千五，两万五，一百一，一百零一，一万五千", "zh", ["3500", "25000", "110", "101", "15000"]),
    ("百二十人、5千万、30パーセント", "ja", ["120", "50000000", "30%"]),
    ("3만 명, 5천만 원, 12 천안", "ko", ["30000", "50000000", "12"]),
    ("百分之五，百分之三点五，一分为二", "zh", ["5%"]),
    ("5割、三割、10割、三人", "ja", ["50%", "30%", "100%"]),
    ("achtundvierzigtausend Menschen, vierzig Prozent, hundert", "de", ["48000", "40%", "100"]),
    (
        "zwei Millionen dreihunderttausend, eine Milliarde, tausendundeine Nacht",
        "de",
        ["2300000", "1000000000", "1001"],
    ),
    ("Ein Haus, eine Elfe, Zweifel, achten, undzwanzig, dreimal", "de", []),
    ("quarante-huit mille, quatre-vingt-dix pour cent, soixante et onze", "fr", ["48000", "90%", "71"]),
    ("mille neuf cent quatre-vingts, vingt et deux, un homme", "fr", ["1980", "20", "2"]),
    ("cuarenta y ocho mil, dos mil quinientos millones, once", "es", ["48000", "2500000000", "11"]),
    ("treinta y cinco por ciento, entre cien y doscientos, dos y tres", "es", ["35%", "100", "200", "2", "3"]),
    ("novanta per cento, ventotto, centottantuno, tra mille e duemila", "it", ["90%", "28", "181", "1000", "2000"]),
    ("un milione e duecentomila, 50 cent, trent", "it", ["1200000", "50"]),
    ("vinte e cinco por cento, dois mil e quinhentos milhões, 3,5 bilhões", "pt", ["25%", "2500000000", "3500000000"]),
    ("vijfentwintig procent, tweeëndertig, honderdvijftig; wij achten één", "nl", ["25%", "32", "150"]),
    ("czterdzieści osiem tysięcy, około dwudziestu pięciu osób, 2 tysiące", "pl", ["48000", "25", "2000"]),
    ("To jest ten dom, milion", "pl", ["1000000"]),
    ("сорок восемь тысяч, более двухсот сорока тысяч, тысяча девятьсот", "ru", ["48000", "240000", "1900"]),
    ("несколько тысяч, пять процентов", "ru", ["5%"]),
    ("kırk sekiz bin, yirmibeş, iki milyon üç yüz bin", "tr", ["48000", "25", "2300000"]),
    ("Yüzde kırk sekiz, yüzde 12,5, %50", "tr", ["48%", "12.5%", "50%"]),
    ("six on ten, seven hundert", "sv", ["6", "10", "700"]),
]

DATES = [
    ("Feb 26", ["02-26"]),
    ("26 February 1987", ["1987-02-26"]),
    ("February 26, 1987", ["1987-02-26"]),
    ("August 2024", ["2024-08"]),
    ("2024-08-01", ["2024-08-01"]),
    ("26. Februar 1987", ["1987-02-26"]),
    ("5 de mayo de 2010", ["2010-05-05"]),
    ("2024年8月1日", ["2024-08-01"]),
    ("发布3月8日", ["03-08"]),
    ("Sept. 11, 2001", ["2001-09-11"]),
    ("2024년 8월 1일", ["2024-08-01"]),
    ("2024 年 8 月 1 日", ["2024-08-01"]),
    ("8월 1일", ["08-01"]),
    ("3 سبتمبر 2024", ["2024-09-03"]),
    ("5. června 2024", ["2024-06-05"]),
    ("12 серпня", ["08-12"]),
    ("12 Αυγούστου", ["08-12"]),
    ("page 12 of 40", []),
    ("2024-13-01", []),
]


@pytest.mark.parametrize(("text", "lang", "values"), NUMBERS)
def test_numbers(text: str, lang: str, values: list[str]) -> None:
    assert [figure.value for figure in numbers(text, lang)] == values


@pytest.mark.parametrize(("text", "values"), DATES)
def test_dates(text: str, values: list[str]) -> None:
    assert [figure.value for figure in dates(text)] == values


NAMES = [
    ("Then Stephen Kim spoke.", ["stephen kim"]),
    ("Stephen Kim spoke to Reuters.", ["stephen kim", "reuters"]),
    ("The committee met.", []),
    ("They met the Transitional Justice Working Group.", ["transitional justice working group"]),
    ("He said. Police came.", []),
    ("Ein neues Haus in Wiesenbrück.", ["wiesenbruck"]),
    ("Ein Tor der Lagerhalle Wiesenbrück fehlt.", ["lagerhalle wiesenbruck"]),
    ("Ein Brief an Else von der Wiesenbrück fehlt.", ["else von der wiesenbruck"]),
]


@pytest.mark.parametrize(("text", "values"), NAMES)
def test_names(text: str, values: list[str]) -> None:
    lang = "de" if text.startswith("Ein") else "en"
    found = facts(text, None, lang, title_in_text=None)
    assert [fact.value for fact in found if fact.kind == "name"] == values


def test_quotations_need_four_words() -> None:
    found = facts("“No comment,” he said. “We have nothing to hide here.”", None, "en", title_in_text=None)
    assert [fact.value for fact in found if fact.kind == "quote"] == ["we have nothing to hide here"]


GUILLEMETS = [
    ("»Der Deich hat gehalten«, sagte sie. »Mehr wollten wir gar nicht.«", ["der deich hat", "mehr wollten wir"]),
    ("« La digue a bien tenu », dit-elle. « Nous ne voulions rien de plus. »", ["la digue a", "nous ne voulions"]),
    ("Le bac « Zéphyr » est reparti hier soir vers l’île d’« Orme ».", []),
    ("Die Fähre »Zephyr« fuhr gestern Abend zur Insel »Orme«.", []),
    ("彼女は『堤防は最後まで持ちこたえた』と書いた。", ["堤 防 は"]),
]


@pytest.mark.parametrize(("text", "beginnings"), GUILLEMETS)
def test_the_first_guillemet_tells_how_quotations_begin(text: str, beginnings: list[str]) -> None:
    found = [fact.value for fact in facts(text, None, None, title_in_text=None) if fact.kind == "quote"]
    assert [" ".join(value.split()[:3]) for value in found] == beginnings


def test_headline_pairs_of_a_title_apart_stand_in_the_title() -> None:
    title = "‘Fishing net’: Police quotas trap migrants"
    found = [fact for fact in facts("Text.", title, "en", title_in_text=None) if fact.kind == "headline"]
    pair = next(fact for fact in found if fact.value == "fishing net")
    assert pair.place == Place("title", 1, 12)
    assert "police quotas" in {fact.value for fact in found}


def test_headline_pairs_of_a_title_in_the_text_stand_in_the_text() -> None:
    text = "Police quotas trap migrants\n\nSomething else entirely follows here."
    found = [fact for fact in facts(text, text[:27], "en", title_in_text=Span(0, 27)) if fact.kind == "headline"]
    assert {fact.place.field for fact in found} == {"text"}
    assert all(fact.place.end <= 27 for fact in found)


def test_the_lead_speaks_for_a_missing_title() -> None:
    lead = "Police quotas trap migrants at the northern border of the country. Another sentence."
    found = {fact.value: fact.rarity for fact in facts(lead, None, "en", title_in_text=None) if fact.kind == "headline"}
    titled = facts("x", "Police quotas", "en", title_in_text=None)
    full = next(fact.rarity for fact in titled if fact.value == "police quotas")
    assert 0 < found["police quotas"] < full


def test_rarer_words_make_rarer_facts() -> None:
    found = facts("They met in Brannockshire and in London.", None, "en", title_in_text=None)
    rarity = {fact.value: fact.rarity for fact in found if fact.kind == "name"}
    assert rarity["brannockshire"] > rarity["london"]
