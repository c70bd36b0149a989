"""Laws of the compiled functions: whatever the text, they find what the plain Python functions find."""

from __future__ import annotations

import hashlib

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cleanpipe.language.blake_kernel import LONGEST, blake2b
from cleanpipe.language.compiled import compiled
from cleanpipe.language.facts import facts_of_tokens
from cleanpipe.language.lexicon import _lexicon, figure_shape, lexicon
from cleanpipe.language.lexicon_kernel import BEGINS_NUMBER, LETTER_TOKEN, ONE_LETTER, TWO_LETTERS, UPPER
from cleanpipe.language.scanned import scan
from cleanpipe.language.tokens import FOLDED, HASHED, STEM, commonness, is_letter_token, stem_of, tokenise
from cleanpipe.language.words import table_code, zipf
from cleanpipe.match import Compared
from cleanpipe.match.batch import fingerprint_batch
from cleanpipe.match.fact_columns import KINDS, fact_columns
from cleanpipe.match.fingerprint import Fingerprints, fingerprint_plainly
from cleanpipe.match.keys import fact_hash
from cleanpipe.match.keys import sample as plain_sample
from cleanpipe.match.keys_kernel import NOTHING, distinct, sample
from cleanpipe.match.numbered import numbered
from cleanpipe.match.rarest_kernel import keep
from cleanpipe.model import Span
from cleanpipe.settings import MatchSettings

ODD = "aZéßﬁ«»十千3:万零ʼ’'\u00ad\u200d٫٬.,1٣²½\u0301\u093f中ーก\u0e34각ᄀ\u1161Ａ１İıŉ\ud800\U0001d400 -\n"
"""Letters, marks, digits and signs, each with a rule of its own."""

WORDS = st.sampled_from(
    [
        *(
            "the",
            "The",
            "ferry",
            "Marguerite",
            "MARGUERITE",
            "don’t",
            "Crabbe's",
            "Straße",
            "der",
            "von",
            "café",
            "CAFE\u0301",
        ),
        *("214", "1,400,000", "1.4", "١٢", "１２３", "3.000,5", "million", "東京で火事", "हिन्दी", "ความสุข", "السلام"),
        *("“Nobody was hurt, and nobody spilled it,”", "Mr. Smith", "Istanbul", "I", "isn't", "l'homme", "x²", "\n\n"),
        *("ﬁnal", "ИСТИНА", "a\u200db"),
        *(
            "18 000",
            "1 234 567,5",
            "012 345",
            "5:48",
            "25:10",
            "4:05.1",
            "12:34:56",
            "12 mil millones",
            "1,2 M€",
            "3 md",
        ),
        *(
            "三十七",
            "一万两千",
            "4万2千",
            "5億6000万",
            "12345万",
            "9999千兆",
            "00005万",
            "0千",
            "三万五",
            "三千五人",
            "12万2019年",
            "2020十大",
            "千万",
            "百二十",
            "零",
            "1.2万亿",
            "百分之五十",
            "3만",
            "5 천",
        ),
        *(
            "2024년 6월 10일",
            "6 月 1 日",
            "3 سبتمبر 2024",
            "40 في المئة",
            "procentów",
            "30パーセント",
            "«Nein, das wird nichts»",
        ),
        *("百分之五", "三割", "百分之三点五", "Yüzde", "%50", "vent", "İki", "undzwanzig"),
        *("»Wir hatten großes Glück damit«", "『私たちは必ず』", "«Non, on n’en fera rien»"),
    ]
)
TEXT = st.one_of(st.text(max_size=60), st.text(ODD, max_size=60), st.lists(WORDS, max_size=120).map(" ".join))
LANGUAGE = st.sampled_from(["en", "de", "tr", "es", "zh", "ar", "ru", "sr", "ro", "it", "fr", "qq", None])
LETTERS = st.lists(st.text(st.characters(max_codepoint=0x530, categories=["L"]), max_size=9), max_size=12).map(" ".join)


@compiled
def hashed(letters: NDArray[np.uint8]) -> np.uint64:
    return blake2b(letters, len(letters))


@compiled
def sampled(values: NDArray[np.uint64], rule: NDArray[np.int64], found: NDArray[np.uint64]) -> int:
    return sample(values, len(values), rule, found)


@compiled
def sorted_distinct(values: NDArray[np.uint64]) -> int:
    return distinct(values, len(values))


@compiled
def kept(values: NDArray[np.uint64], given: NDArray[np.int64], found: NDArray[np.uint64]) -> int:
    ranks, count = np.empty(len(found), np.int64), NOTHING
    for at in range(len(values)):
        count = keep(values[at], given[at], found, ranks, count)
    return count


@st.composite
def texts_with_skips(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(TEXT)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    return text, [Span(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]


@st.composite
def documents(draw: st.DrawFn) -> Compared:
    text, skip = draw(texts_with_skips())
    title = draw(st.one_of(st.none(), TEXT, st.integers(0, len(text)).map(lambda end: text[:end])))
    span = Span(0, len(title)) if title and text.startswith(title) and draw(st.booleans()) else None
    return Compared("a", text, title, span, draw(LANGUAGE), tuple(skip))


@settings(deadline=None)
@given(st.lists(texts_with_skips(), min_size=1, max_size=4))
def test_scanning_finds_the_tokens_and_their_places(texts: list[tuple[str, list[Span]]]) -> None:
    found = scan([text for text, _ in texts], [skip for _, skip in texts])
    for row, (text, skip) in enumerate(texts):
        own, begin = slice(found.firsts[row], found.firsts[row + 1]), found.begins[row]
        tokens = tokenise(text, skip)
        assert (found.starts[own] - begin).tolist() == tokens.starts
        assert (found.ends[own] - begin).tolist() == tokens.ends


@settings(deadline=None, max_examples=200)
@given(TEXT | LETTERS, LANGUAGE)
def test_a_lexicon_knows_what_the_plain_functions_say(text: str, lang: str | None) -> None:
    tokens, known = tokenise(text), lexicon(lang)
    numbers = known.number(scan([text], [()]))
    assert known.hashes[numbers].tolist() == [HASHED[word] for word in tokens.words]
    assert known.stems[numbers].tolist() == [HASHED[stem_of(word)] for word in tokens.words]
    assert (known.zipfs[numbers] / 100).tolist() == [commonness(lang)[word] for word in tokens.raw]
    assert (known.flags[numbers] & UPPER > 0).tolist() == [word[0].isupper() for word in tokens.raw]
    assert (known.flags[numbers] & LETTER_TOKEN > 0).tolist() == list(map(is_letter_token, tokens.words))


FIGURE = st.from_regex(r"[0-9]{1,6}([.,][0-9]{1,4}){0,3}", fullmatch=True)


@settings(deadline=None)
@given(FIGURE, st.sampled_from(["en", "de", "ru"]))
def test_figures_of_one_shape_are_equally_common(figure: str, lang: str) -> None:
    assert zipf(figure, lang) == zipf(figure_shape(figure), lang)


@settings(deadline=None)
@given(st.lists(FIGURE, max_size=8), LANGUAGE)
def test_a_lexicon_knows_figures(figures: list[str], lang: str | None) -> None:
    for _ in range(2):
        _lexicon(table_code(lang)).count = 0
        _lexicon(table_code(lang)).keys[:] = 0
        known = lexicon(lang)
        numbers = known.number(scan([" ".join(figures)], [()]))
        folded = [FOLDED[figure] for figure in figures]
        assert known.hashes[numbers].tolist() == [HASHED[figure] for figure in folded]
        assert known.stems[numbers].tolist() == [HASHED[figure[:STEM]] for figure in folded]
        assert (known.zipfs[numbers] / 100).tolist() == [commonness(lang)[figure] for figure in figures]
        assert known.flags[numbers].tolist() == [
            BEGINS_NUMBER | {1: ONE_LETTER, 2: TWO_LETTERS}.get(len(figure), 0) for figure in folded
        ]


@settings(deadline=None)
@given(st.lists(documents(), max_size=4), st.sampled_from([16, 128, 130]))
def test_a_compiled_fingerprint_is_the_plain_one(batch: list[Compared], permutations: int) -> None:
    chosen = MatchSettings(permutations=permutations)
    compiled, plain = fingerprint_batch(batch, chosen), fingerprint_plainly(batch, chosen)
    assert compiled.sketches == plain.sketches
    assert len(compiled.ready) == len(plain.ready) == len(batch)
    for name in set(Fingerprints.__slots__) - {"sketches", "ready"}:
        assert getattr(compiled, name).dtype == getattr(plain, name).dtype
        assert np.array_equal(getattr(compiled, name), getattr(plain, name)), name


@settings(deadline=None)
@given(st.binary(max_size=LONGEST))
def test_the_hash_is_blake2b(letters: bytes) -> None:
    expected = int.from_bytes(hashlib.blake2b(letters, digest_size=8).digest(), "little")
    assert hashed(np.array(list(letters), np.uint8)) == expected


VALUES = st.lists(st.one_of(st.integers(0, 9), st.integers(0, (1 << 64) - 1)), max_size=200)


@settings(deadline=None)
@given(VALUES, st.integers(1, 12), st.integers(0, 20), st.integers(1, 60))
def test_a_sample_is_the_plain_one(values: list[int], rate: int, least: int, most: int) -> None:
    column = np.array(values, np.uint64)
    found = np.zeros(len(column), np.uint64)
    count = sampled(column, np.array([rate, least, most]), found)
    assert found[:count].tolist() == plain_sample(np.unique(column), rate, least, most).tolist()


@settings(deadline=None)
@given(VALUES)
def test_distinct_values_are_sorted(values: list[int]) -> None:
    column = np.array(values, np.uint64)
    assert column[: sorted_distinct(column)].tolist() == sorted(set(values))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 5)), max_size=60), st.integers(1, 12))
def test_the_rarest_are_kept_each_once(pairs: list[tuple[int, int]], most: int) -> None:
    best: dict[int, int] = {}
    for value, rank in pairs:
        best[value] = max(rank, best.get(value, 0))
    values, ranks = np.array([pair[0] for pair in pairs], np.uint64), np.array([pair[1] for pair in pairs], np.int64)
    found = np.zeros(most, np.uint64)
    count = kept(values, ranks, found)
    assert found[:count].tolist() == sorted(best, key=lambda value: (-best[value], value))[:most]


DATE_PARTS = ["5", "12", "31", "1987", "0000", "99", " ", " ", " ", ",", ".", "-", "th", "er", "º", " de ", " of "]
DATE_PARTS += ["May", "mAY", "março", "März", "year", "年", "月", "日", "\n", "_", "x", "é", "\u0301", "٣"]
NUMBER_PARTS = ["5", "12", "0", "99", "000", "1.5", "0.05", "3,000,000.50", "1.000", "1,23", ",123", "’", "\u00a0"]
NUMBER_PARTS += ["million", " bn", "m", "mil", " lakh", "億", "万人", "人", "one", "Forty", "-eight", " eight", ",000"]
NUMBER_PARTS += [" ", " ", "-", ".", ",", "%", "％", " percent", " per", " cent", "процента", "123456789", "G", "É"]
NUMBER_PARTS += ["zero", "１", "٫"]
SPELT_PARTS = ["five", "Twenty", "nineteen", "one", "zero", "hundred", "hundred", "thousand", "thousand", "million"]
SPELT_PARTS += ["trillion", "k", "lakh", "and", "and", "per cent", ",000", "3", "ferry", " ", "-", "\n"]
SPELT = st.lists(st.sampled_from(SPELT_PARTS), max_size=14).map(" ".join).map(lambda text: text.replace(" - ", "-"))
NAME_PARTS = ["Stephen", "Kim", "ferry", "THE", "The", "of", "de", "von", "J", "Mr", "O'Hara", "Ärzte", "It", "東京"]
NAME_PARTS += [
    " ",
    " ",
    " ",
    " ",
    "-",
    ". ",
    "\u00a0",
    "\n",
    ": ",
    "“",
    "”",
    '"',
    "«",
    "»",
    "„",
    "「",
    "」",
    "! ",
    "。",
]
NAME_PARTS += ["x", "Of", "..."]
PARTS = st.one_of(
    SPELT.map(list),
    *(st.lists(st.sampled_from(parts), max_size=40) for parts in (DATE_PARTS, NUMBER_PARTS, NAME_PARTS)),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(PARTS.map("".join), min_size=1, max_size=4).map(" ".join), LANGUAGE, st.data())
def test_compiled_facts_are_the_plain_ones(text: str, lang: str | None, data: st.DataObject) -> None:
    title = data.draw(st.one_of(st.none(), st.just(text[:30]), PARTS.map("".join)))
    within = Span(0, len(title)) if title and text.startswith(title) and data.draw(st.booleans()) else None
    document = Compared("a", text, title, within, lang)
    tokens = tokenise(text)
    expected = facts_of_tokens(text, tokens, title, lang, title_in_text=within, pairs=False)
    found = fact_columns(numbered([document], lang), [document])
    rarest: dict[tuple[str, int], int] = {}
    places: dict[tuple[str, int], set[tuple[int, int]]] = {}
    for (_, kind, rarity, start, end), value in zip(found.rows.tolist(), found.values.tolist(), strict=True):
        same = KINDS[kind], value
        rarest[same] = max(rarity, rarest.get(same, 0))
        places.setdefault(same, set()).add((start, end))
    plain = {(fact.kind, fact_hash(fact)): 0 for fact in expected}
    for fact in expected:
        same = fact.kind, fact_hash(fact)
        plain[same] = max(plain[same], round(100 * fact.rarity))
        assert (fact.place.start, fact.place.end) in places[same]
    assert rarest == plain
    assert len(found.values) >= len(expected)


@settings(deadline=None)
@given(st.lists(PARTS.map(lambda parts: Compared("a", "".join(parts), lang="en")), max_size=4))
def test_compiled_fact_keys_are_the_plain_ones(batch: list[Compared]) -> None:
    compiled_keys, plain = (make(batch, MatchSettings()) for make in (fingerprint_batch, fingerprint_plainly))
    assert compiled_keys.key_channel.tolist() == plain.key_channel.tolist()
    assert compiled_keys.key_value.tolist() == plain.key_value.tolist()
