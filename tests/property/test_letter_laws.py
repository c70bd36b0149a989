"""Compact tables of words and letters hold what plain dictionaries of the same would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleanpipe.language.letter_counts import BEGIN, END, LetterCounts, count_runs, count_words
from cleanpipe.language.word_table import WordTable, word_table

WORDS = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6)
WEIGHTS = st.floats(0.1, 9.0)


def plainly(runs: list[tuple[str, float]]) -> tuple[dict[str, float], dict[str, tuple[float, int]]]:
    """Weights of runs, and of contexts with how many different letters follow them."""
    weights: dict[str, float] = {}
    totals: dict[str, float] = {}
    for run, weight in runs:
        weights[run] = weights.get(run, 0.0) + weight
        totals[run[:-1]] = totals.get(run[:-1], 0.0) + weight
    return weights, {context: (total, sum(run[:-1] == context for run in weights)) for context, total in totals.items()}


def same(counts: LetterCounts, runs: list[tuple[str, float]]) -> None:
    weights, after = plainly(runs)
    assert {run: counts.weight(run) for run in weights} == weights
    assert {context: counts.after(context) for context in after} == after
    assert (len(counts.runs), len(counts.contexts)) == (len(weights), len(after))
    assert counts.singles() == {run: weight for run, weight in weights.items() if len(run) == 1}
    strange = next(sign for sign in map(chr, range(0xF0000, 0xF0100)) if sign not in weights and sign not in after)
    assert counts.weight(strange) == 0.0 and counts.after(strange) is None


@given(st.lists(st.tuples(WORDS, WEIGHTS)))
def test_letters_of_words(words: list[tuple[str, float]]) -> None:
    runs = []
    for word, weight in words:
        whole = f"{BEGIN}{word}{END}"
        for at in range(1, len(whole)):
            runs += [(whole[start : at + 1], weight) for start in range(max(0, at - 2), at + 1)]
    same(count_words([word for word, _ in words], [weight for _, weight in words]), runs)


@given(st.lists(st.tuples(WORDS.filter(lambda word: len(word) <= 3), WEIGHTS)))
def test_letters_of_runs(runs: list[tuple[str, float]]) -> None:
    same(count_runs([run for run, _ in runs], [weight for _, weight in runs]), runs)


@given(st.lists(st.lists(WORDS, max_size=4), max_size=8), WORDS)
def test_words(lists: list[list[str]], other: str) -> None:
    plain: dict[str, float] = {}
    once: list[list[bytes]] = []
    for place, listed in enumerate(lists):
        new = [word for word in dict.fromkeys(listed) if word not in plain]
        plain.update(dict.fromkeys(new, 10 ** (-place / 100)))
        once.append([word.encode() for word in new])
    table = WordTable(once)
    assert list(table.items()) == list(plain.items()) and list(table) == list(plain) and len(table) == len(plain)
    assert table.get(other) == plain.get(other) and (other in table) == (other in plain)
    assert all(table[word] == share for word, share in plain.items())


def test_words_are_those_of_wordfreq() -> None:
    from wordfreq import get_frequency_dict

    assert list(word_table("bg").items()) == list(get_frequency_dict("bg").items())
