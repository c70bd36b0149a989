"""Laws of the compiled functions: whatever the text, they find what the plain Python functions find."""

from __future__ import annotations

import hashlib

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanpipe.language.blake_kernel import LONGEST, blake2b
from cleanpipe.language.lexicon import lexicon
from cleanpipe.language.lexicon_kernel import LETTER_TOKEN, UPPER
from cleanpipe.language.scanned import scan
from cleanpipe.language.tokens import HASHED, STEM, commonness, is_letter_token, tokenise
from cleanpipe.match import Compared
from cleanpipe.match.batch import fingerprint_batch
from cleanpipe.match.fingerprint import Fingerprints, fingerprint_plainly
from cleanpipe.match.keys import sample as plain_sample
from cleanpipe.match.keys_kernel import distinct, sample
from cleanpipe.model import Span
from cleanpipe.settings import MatchSettings

ODD = "aZéßﬁʼ’'\u00ad\u200d٫٬.,1٣²½\u0301\u093f中ーก\u0e34각ᄀ\u1161Ａ１İıŉ\ud800\U0001d400 -\n"
"""Letters, marks, digits and signs, each with a rule of its own."""

WORDS = st.sampled_from(
    [
        *("the", "The", "ferry", "Marguerite", "MARGUERITE", "don’t", "Crabbe's", "Straße", "café", "CAFE\u0301"),
        *("214", "1,400,000", "1.4", "١٢", "１２３", "3.000,5", "million", "東京で火事", "हिन्दी", "ความสุข", "السلام"),
        *("“Nobody was hurt, and nobody spilled it,”", "Mr. Smith", "Istanbul", "I", "isn't", "l'homme", "x²", "\n\n"),
        *("ﬁnal", "ИСТИНА", "a\u200db"),
    ]
)
TEXT = st.one_of(st.text(max_size=60), st.text(ODD, max_size=60), st.lists(WORDS, max_size=120).map(" ".join))
LANGUAGE = st.sampled_from(["en", "de", "tr", "zh", "ar", "ru", "qq", None])


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


@settings(deadline=None)
@given(TEXT, LANGUAGE)
def test_a_lexicon_knows_what_the_plain_functions_say(text: str, lang: str | None) -> None:
    tokens, known = tokenise(text), lexicon(lang)
    numbers = known.number(scan([text], [()]))
    assert known.hashes[numbers].tolist() == [HASHED[word] for word in tokens.words]
    assert known.stems[numbers].tolist() == [HASHED[word[:STEM]] for word in tokens.words]
    assert (known.zipfs[numbers] / 100).tolist() == [commonness(lang)[word] for word in tokens.raw]
    assert (known.flags[numbers] & UPPER > 0).tolist() == [word[0].isupper() for word in tokens.raw]
    assert (known.flags[numbers] & LETTER_TOKEN > 0).tolist() == list(map(is_letter_token, tokens.words))


@settings(deadline=None)
@given(st.lists(documents(), max_size=4), st.sampled_from([16, 128, 130]))
def test_a_compiled_fingerprint_is_the_plain_one(batch: list[Compared], permutations: int) -> None:
    chosen = MatchSettings(permutations=permutations)
    compiled, plain = fingerprint_batch(batch, chosen), fingerprint_plainly(batch, chosen)
    for name in Fingerprints.__slots__:
        assert getattr(compiled, name).dtype == getattr(plain, name).dtype
        assert np.array_equal(getattr(compiled, name), getattr(plain, name)), name


@settings(deadline=None)
@given(st.binary(max_size=LONGEST))
def test_the_hash_is_blake2b(letters: bytes) -> None:
    expected = int.from_bytes(hashlib.blake2b(letters, digest_size=8).digest(), "little")
    assert blake2b(np.array(list(letters), np.uint8), len(letters)) == expected


VALUES = st.lists(st.one_of(st.integers(0, 9), st.integers(0, (1 << 64) - 1)), max_size=200)


@settings(deadline=None)
@given(VALUES, st.integers(1, 12), st.integers(0, 20), st.integers(1, 60))
def test_a_sample_is_the_plain_one(values: list[int], rate: int, least: int, most: int) -> None:
    column = np.array(values, np.uint64)
    found = np.zeros(len(column), np.uint64)
    count = sample(column, len(column), (rate, least, most), found)
    assert found[:count].tolist() == plain_sample(np.unique(column), rate, least, most).tolist()


@settings(deadline=None)
@given(VALUES)
def test_distinct_values_are_sorted(values: list[int]) -> None:
    column = np.array(values, np.uint64)
    assert column[: distinct(column, len(column))].tolist() == sorted(set(values))
