"""What a rewriter leaves alone: numbers, dates, names, quotations, rare word pairs, and the words of the headline.

Spun and translated texts share few words with their original and most of these. Everything is found by patterns in one
pass, without a trained model, so that a fingerprint can afford it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from cleanpipe.language.figures import Figure, begins_number, dates, numbers
from cleanpipe.language.tokens import OPENS, Tokens, commonness, is_letter_token, tokenise
from cleanpipe.model import Fact, Place, Span

ARTICLE_ZIPF = 6.0
"""Zipf frequency of a word that stands about once in an article: 10**6 in a billion is one in a thousand words."""

CONTENT_ZIPF = 5.7
"""A word commoner than this ("said", "people", "new" are about there) tells nothing of a story."""

PAIR_ZIPF, PAIR_SUM = 5.2, 9.4
"""Each word of a rare pair is rarer than the first, and both Zipf frequencies together are below the second."""

SENTENCE_ZIPF = 3.5
"""A single capitalised word at the start of a sentence, if it is commoner than this, owes its capital to its place."""

UNKNOWN_ZIPF = 1.5
"""What a word that the table lacks counts as: the tables end near 1, and a misprint should not be the rarest of all."""

NAME_BONUS = 0.3
"""What a name is rarer than its words."""

MOST_RARITY = 7.0
"""Rarity beyond which nothing counts for more."""

HEADLINE_REACH = 3
"""Content words of a headline that stand at most this far from one another make a pair."""

LEAD_WORDS, LEAD_FROM = 30, 40
"""Where there is no title, the first sentence speaks for it, up to this many words; it ends behind the first 40
characters, which may be a credit."""

LEAD_DISCOUNT = 0.6
"""Rarity of a pair taken from the lead, as a share of that of one from a headline: a lead is longer, and less
chosen."""

SHORTEST_QUOTE, QUOTE_WORDS = 4, 12
"""Words that a quotation has at least to count, and those of its beginning that make its value."""

QUOTE_BASE, QUOTE_STEP, QUOTE_MOST = 1.5, 0.4, 6.0
"""Rarity of a quotation: so much, and so much more for each word, up to the third."""

NOUN_ZIPF = 2.5
"""Where nouns have capitals, a single word is a name if it is rarer than this."""

PARTICLES = frozenset(
    {"of", "the", "de", "del", "della", "di", "da", "dos", "du", "des", "la", "le", "van", "von", "der", "den", "bin"}
    | {"al", "el", "for", "y", "and"}
)
"""Small words that may stand inside a name."""

HONORIFICS = frozenset({"Mr", "Mrs", "Ms", "Dr", "Prof", "Gen", "Sen", "Rep", "Gov", "St", "Sgt", "Lt", "Col", "Rev"})
_OPENS = re.compile(f"[{re.escape(OPENS)}]")
_QUOTES = r"“([^“”]{12,600})”|\"([^\"]{12,600})\"|„([^„“”]{12,600})[“”]|「([^「」]{4,300})」|『([^『』]{4,300})』"
_QUOTE = re.compile(rf"{_QUOTES}|«([^«»]{{12,600}})»")
_QUOTE_INWARD = re.compile(rf"{_QUOTES}|»([^«»]{{12,600}})«")
_GUILLEMET = re.compile("[«»]")
NO_CASE = frozenset(
    {"zh", "ja", "ko", "th", "lo", "km", "my", "ar", "he", "fa", "ur", "hi", "bn", "mr", "ta", "te", "kn", "ml", "gu"}
    | {"pa", "si", "ne", "ka", "am"}
)
NOUNS_CAPITAL = frozenset({"de", "lb"})

ARTICLES = ("den", "der", "des")
"""Where nouns have capitals, these part two nouns: "Halle der Firma", but "von der Leyen"."""


def facts(text: str, title: str | None, lang: str | None, *, title_in_text: Span | None) -> list[Fact]:
    """Facts of an article, in the order of their places; one fact for each occurrence.

    `text` is the repaired text, `title` the repaired title or None, `title_in_text` its place where it is part of the
    text. Places are in "text", but those of the headline pairs of a title that stands apart are in "title". `rarity` is
    the negative decimal logarithm of how often one expects the fact in an article of a thousand words: 0 everywhere,
    1 in one of ten, 3 in one of a thousand; it is a rough guide, and it depends on the document alone.
    """
    return facts_of_tokens(text, tokenise(text), title, lang, title_in_text=title_in_text)


def facts_of_tokens(
    text: str,
    tokens: Tokens,
    title: str | None,
    lang: str | None,
    *,
    title_in_text: Span | None,
    pairs: bool = True,
) -> list[Fact]:
    """The same for a text that is cut into words already; a word that was left out is in no fact.

    Without `pairs` there are no rare word pairs, which are the most by far.
    """
    zipfs = list(map(commonness(lang).__getitem__, tokens.raw))
    body_start = title_in_text.end if title_in_text else 0
    found = [
        *figure_facts(text, tokens, lang),
        *_names(text, tokens, zipfs, lang, body_start),
        *_quotations(text, tokens),
        *(rare_pairs(tokens, lang) if pairs else ()),
    ]
    found.extend(_headline(text, tokens, zipfs, title, lang, title_in_text))
    return sorted(found, key=lambda fact: (fact.place, fact.kind, fact.value))


def figure_facts(text: str, tokens: Tokens, lang: str | None) -> list[Fact]:
    """Numbers and dates that begin with a word."""
    starts = set(tokens.starts)
    return [_fact(figure) for figure in _figures(text, tokens, lang) if figure.start in starts]


def _fact(figure: Figure) -> Fact:
    return Fact(
        "date" if figure.kind == "date" else "number",
        figure.value,
        Place("text", figure.start, figure.end),
        figure.rarity,
    )


def _figures(text: str, tokens: Tokens, lang: str | None) -> Iterator[Figure]:
    """Dates, and the numbers outside them."""
    days = list(dates(text))
    yield from days
    at = 0
    words = zip(tokens.starts, tokens.raw, tokens.words, strict=True)
    starts = [start for start, raw, word in words if begins_number(raw, word, lang)]
    for figure in numbers(text, lang, starts):
        while at < len(days) and days[at].end <= figure.start:
            at += 1
        if at == len(days) or figure.end <= days[at].start:
            yield figure


def word_rarity(zipf_value: float) -> float:
    """Rarity of a word on the scale of `Fact.rarity`."""
    return max(0.0, ARTICLE_ZIPF - max(zipf_value, UNKNOWN_ZIPF))


def _names(text: str, tokens: Tokens, zipfs: Sequence[float], lang: str | None, body_start: int) -> Iterator[Fact]:
    """Runs of capitalised words. A single one at the start of a sentence is none unless it is rare."""
    if lang in NO_CASE:
        return
    raw, starts, ends = tokens.raw, tokens.starts, tokens.ends
    at, count = bisect_left(starts, body_start), len(raw)
    while at < count:
        if not raw[at][0].isupper():
            at += 1
            continue
        first, last = at, _name_end(text, tokens, at, lang)
        at = last + 1
        before = text[ends[first - 1] : starts[first]] if first else "\n"
        opens = before != " " and _OPENS.search(before) is not None and not (first and raw[first - 1] in HONORIFICS)
        if opens and zipfs[first] >= (SENTENCE_ZIPF if first == last else CONTENT_ZIPF):
            # "The Turkish minister": the first capital is the sentence's; "Stephen Kim" keeps its own.
            first += 1
            while first <= last and not raw[first][0].isupper():
                first += 1
            if first > last:
                continue
        if first == last and (
            len(raw[first]) < 2
            or zipfs[first] >= CONTENT_ZIPF
            or (lang in NOUNS_CAPITAL and zipfs[first] > NOUN_ZIPF and not raw[first].isupper())
        ):
            continue
        value = " ".join(tokens.words[first : last + 1])
        yield Fact(
            "name", value, Place("text", starts[first], ends[last]), _together(zipfs[first : last + 1], NAME_BONUS)
        )


def _name_end(text: str, tokens: Tokens, at: int, lang: str | None) -> int:
    """Index of the last word of the name that begins at a word."""
    raw, starts, ends = tokens.raw, tokens.starts, tokens.ends
    last, count = at, len(tokens.raw)
    while last + 1 < count:
        gap = text[ends[last] : starts[last + 1]]
        if gap == "-" or (gap == ". " and len(raw[last]) == 1):
            if not raw[last + 1][0].isupper() and len(raw[last + 1]) > 3:
                break
            last += 1
            continue
        after = last + 1
        if lang in NOUNS_CAPITAL and raw[after] in ARTICLES:
            break
        while gap in (" ", "\xa0") and after - last <= 2 and raw[after] in PARTICLES and after + 1 < count:
            gap = text[ends[after] : starts[after + 1]]
            after += 1
        if gap not in (" ", "\xa0") or not raw[after][0].isupper():
            break
        last = after
    return last


def _together(zipfs: Sequence[float], bonus: float = 0.0) -> float:
    """Rarity of words that stand together: the rarest counts in full, the others by half, since they often go
    together."""
    # In whole hundredths, since the sum of three decimals hangs on the version of Python.
    first, *others = [max(0, round(100 * (ARTICLE_ZIPF - max(value, UNKNOWN_ZIPF)))) for value in sorted(zipfs)[:3]]
    return min(first + (sum(others) + 1) // 2 + round(100 * bonus), round(100 * MOST_RARITY)) / 100


def _quotations(text: str, tokens: Tokens) -> Iterator[Fact]:
    first = _GUILLEMET.search(text)  # French and Russian quotations begin with «, German and Danish ones with »
    for match in (_QUOTE_INWARD if first and first[0] == "»" else _QUOTE).finditer(text):
        group = match.lastindex or 0
        inside = tokens.within(Span(*match.span(group)))
        if len(inside) < SHORTEST_QUOTE:
            continue
        value = " ".join(tokens.words[at] for at in inside[:QUOTE_WORDS])
        yield Fact(
            "quote",
            value,
            Place("text", *match.span(group)),
            round(min(QUOTE_BASE + QUOTE_STEP * len(inside), QUOTE_MOST), 2),
        )


def rare_pairs(tokens: Tokens, lang: str | None) -> list[Fact]:
    """Two rare words side by side, in either order."""
    words, found = tokens.words, []
    zipfs = list(map(commonness(lang).__getitem__, tokens.raw))
    for at in range(len(words) - 1):
        one_zipf, two_zipf = zipfs[at], zipfs[at + 1]
        if one_zipf < PAIR_ZIPF and two_zipf < PAIR_ZIPF and one_zipf + two_zipf < PAIR_SUM:
            one, two = words[at], words[at + 1]
            if one == two or one[0].isdigit() or two[0].isdigit() or is_letter_token(one) or is_letter_token(two):
                continue
            value = f"{one} {two}" if one < two else f"{two} {one}"
            place = Place("text", tokens.starts[at], tokens.ends[at + 1])
            found.append(Fact("pair", value, place, _together(zipfs[at : at + 2])))
    return found


def _headline(
    text: str, tokens: Tokens, zipfs: Sequence[float], title: str | None, lang: str | None, title_in_text: Span | None
) -> Iterator[Fact]:
    if title_in_text is not None:
        inside = tokens.within(title_in_text)
        yield from _pairs(tokens, list(inside), zipfs, "text", 1.0)
    elif title:
        own = tokenise(title)
        yield from _pairs(
            own, list(range(len(own.words))), list(map(commonness(lang).__getitem__, own.raw)), "title", 1.0
        )
    else:
        end = re.search(r"[.!?。！？।](?:\s|$)|\n", text[LEAD_FROM:])
        lead = tokens.within(Span(0, LEAD_FROM + end.start() if end else len(text)))
        yield from _pairs(tokens, list(lead)[:LEAD_WORDS], zipfs, "text", LEAD_DISCOUNT)


def _pairs(tokens: Tokens, inside: Sequence[int], zipfs: Sequence[float], field: str, share: float) -> Iterator[Fact]:
    """Pairs of content words near one another, each pair once, at its first place, as rare as it is anywhere."""
    content = [at for at in inside if zipfs[at] < CONTENT_ZIPF and len(tokens.words[at]) > (1 if zipfs[at] else 2)]
    if not content:
        content = [at for at in inside if is_letter_token(tokens.words[at])]
    found: dict[str, Fact] = {}
    for rank, one in enumerate(content):
        for two in content[rank + 1 : rank + 1 + HEADLINE_REACH]:
            value = " ".join(sorted((tokens.words[one], tokens.words[two])))
            if tokens.words[one] == tokens.words[two]:
                continue
            rarity = round(share * min(word_rarity(zipfs[one]) + word_rarity(zipfs[two]), MOST_RARITY), 2)
            if value not in found:
                found[value] = Fact("headline", value, Place(field, tokens.starts[one], tokens.ends[two]), rarity)
            elif rarity > found[value].rarity:
                found[value] = Fact("headline", value, found[value].place, rarity)
    yield from found.values()
