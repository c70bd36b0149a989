"""The reasons for a link, as sentences for a person, with the places to look at on both sides."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from cleanpipe.language.sentences import sentences
from cleanpipe.language.tokens import commonness, tokenise
from cleanpipe.language.word_pairs import LANGUAGE as PAIRS_LANGUAGE
from cleanpipe.link.sources import Source
from cleanpipe.link.story import Pair, Texts, Thresholds
from cleanpipe.link.telling import telling
from cleanpipe.model import Direction, Document, Evidence, EvidenceSpan, Place, SharedFact, Span

MOST_BLOCKS = 12
MOST_FACTS = 10
MOST_CREDITS = 5
"""Places named of each kind: enough to judge by, few enough to read."""

LITERAL = 0.95
"""Similarity from which two sentences count as the same."""

IN_ORDER, PARTLY = 0.9, 0.5
"""Share of the corresponding sentences, by weight, from which they stand in the same order, all or partly."""

AGAINST_COPY = ("broken_b", "unheard_b", "rarer_b")
"""The replacements that are shown: of each kind the one that speaks most against the copy."""

KEPT = 64
"""Texts whose sentences and words are kept at hand: an original meets its copies one after the other."""

MOST_WORDS, COMMON_ZIPF = 5, 5.0
"""Shared words that are shown, and the Zipf frequency (one in ten thousand) from which a word is in half of all
texts."""

NAMED = 3
"""Facts that are written out in the sentence."""


def evidence_of(
    texts: Texts, key: str, pair: Pair, source: str | None, found: Direction, limits: Thresholds, spun: bool
) -> tuple[Evidence, ...]:
    """Evidence that the document `key` tells what `pair.other` tells, and, where the original is absent or retold,
    credits `source`.

    `pair` is the match of the document's text, named by the first document with the same words. Where the document
    itself is spelt otherwise, evidence names that first document, and the copy's side of what was aligned is left
    out.
    """
    return tuple(_evidence(texts, key, pair, source, found, limits, spun))


def _evidence(
    texts: Texts, key: str, pair: Pair, source: str | None, found: Direction, limits: Thresholds, spun: bool
) -> Iterator[Evidence]:
    other = texts.document(pair.other).id
    if pair.exact:
        yield Evidence("hash", "It has the same words.", other, (_whole(texts, key, pair.other),))
    else:
        same = _same_text(texts, key, pair.copy)
        if key != pair.copy:
            first = texts.document(pair.copy).id
            says = f"It has the same words as {first}, which was compared with {other}."
            yield Evidence("hash", says, first, (_whole(texts, key, pair.copy),))
        yield from _alignment(texts, pair, other, same)
        yield from _facts(texts, pair, other, texts.book.sources.get(source) if source else None, same)
        yield from _fingerprint(texts, pair, other, same)
    if source is not None:
        yield from _credit(texts, key, source)
    yield from _naturalness(texts, key, pair, other, limits, spun)
    for term in found.terms:
        if term.weight > 0 and term.name == "canonical_url":
            yield Evidence("canonical_url", f"Where it comes from: {term.says}.", other, _url_spans(texts, key))
        elif term.weight > 0 and term.name in ("date_days", "date_hours"):
            yield Evidence(
                "date", f"Published: {term.says.replace('it is', 'the original is').replace('the other', 'the copy')}."
            )


def _naturalness(texts: Texts, key: str, pair: Pair, other: str, limits: Thresholds, spun: bool) -> Iterator[Evidence]:
    """What its words say where a program chose them: of the whole text, and of those that were replaced."""
    said: list[str] = []
    spans: tuple[EvidenceSpan, ...] = ()
    replaced = None if pair.exact else texts.substitutions(pair)
    if replaced is not None and replaced.word_by_word and (spun or replaced.rarer() > 0):
        said.append(
            f"Word by word, {replaced.replaced} replacements: {replaced.rarer_b} of their words are rarer than "
            f"what they stand for, {replaced.rarer_a} commoner."
        )
        if texts.document(pair.copy).lang == PAIRS_LANGUAGE:
            said.append(
                f"Of pairs of words that nobody writes it has {replaced.unheard_b} there, the other "
                f"{replaced.unheard_a}."
            )
        same = _same_text(texts, key, pair.copy)
        telling = [replaced.examples[name] for name in AGAINST_COPY if name in replaced.examples]
        spans = tuple(
            EvidenceSpan(Place("text", *item.at_b) if same else None, Place("text", *item.at_a), f"{item.a} → {item.b}")
            for item in telling
        )
    unusual = texts.stories[key].unusual
    if spun and unusual is not None and unusual >= limits.unusual:
        said.append(f"{unusual:.1%} of its word pairs are unheard of in ordinary text, as in one spun by program.")
    if said:
        yield Evidence("naturalness", " ".join(said), other if spans else None, spans)


def _same_text(texts: Texts, key: str, first: str) -> bool:
    one, two = texts.document(key), texts.document(first)
    return key == first or (one.text == two.text and one.title == two.title)


def _whole(texts: Texts, key: str, other: str) -> EvidenceSpan:
    one, two = texts.document(key).text, texts.document(other).text
    return EvidenceSpan(Place("text", 0, len(one)), Place("text", 0, len(two)), similarity=1.0)


def _alignment(texts: Texts, pair: Pair, other: str, same: bool) -> Iterator[Evidence]:
    if not pair.blocks:
        return
    best = sorted(pair.blocks, key=lambda block: (-block.similarity * (block.a.end - block.a.start), block.a, block.b))
    spans = tuple(
        EvidenceSpan(
            Place("text", *block.a) if same else None, Place("text", *block.b), similarity=round(block.similarity, 4)
        )
        for block in sorted(best[:MOST_BLOCKS], key=lambda block: (block.a, block.b))
    )
    says = f"{_corresponding(texts, pair, same)}: {pair.copy_covered:.0%} of its sentences have a counterpart."
    yield Evidence("sentences", says, other, spans)


def _corresponding(texts: Texts, pair: Pair, same: bool) -> str:
    """Which sentences correspond to which, whether in order, and how literally."""
    literal = sum(block.similarity >= LITERAL for block in pair.blocks)
    many = len(pair.blocks)
    how = "word for word" if literal == many else f"{literal} of them word for word" if literal else "in other words"
    mine = _numbers(texts.document(pair.copy), [block.a for block in pair.blocks])
    theirs = _numbers(texts.document(pair.other), [block.b for block in pair.blocks])
    if len(mine) == len(theirs) == 1:
        one = f"Its sentence {mine[0]}" if same else "One sentence"
        return f"{one} corresponds to sentence {theirs[0]} of the other, {how}"
    in_order = pair.score("in_order")
    order = "in order" if in_order >= IN_ORDER else "partly in order" if in_order >= PARTLY else "in another order"
    several = f"{_range(mine, 'its ') if same else f'{len(mine)} sentences'}"
    return f"{several[0].upper()}{several[1:]} correspond to {_range(theirs)} of the other, {order}, {how}"


def _range(numbers: Sequence[int], whose: str = "") -> str:
    """ "sentences 3–17", or "12 of sentences 3–19" where some between them are none of these."""
    first, last = numbers[0], numbers[-1]
    if first == last:
        return f"{whose}sentence {first}"
    some = f"{len(numbers)} of " if len(numbers) <= last - first else ""
    return f"{some}{whose}sentences {first}–{last}"


def _numbers(document: Document, spans: Sequence[Span]) -> list[int]:
    """The numbers of the sentences, from 1, that the spans begin in; the page's furniture isn't counted."""
    skip = tuple((item.start, item.end) for item in document.furniture)
    starts = _sentence_starts(document.text, document.lang, skip)
    return sorted({max(bisect_right(starts, span.start), 1) for span in spans})


@lru_cache(maxsize=KEPT)
def _sentence_starts(text: str, lang: str | None, skip: tuple[tuple[int, int], ...]) -> list[int]:
    spans = sentences(text, lang)
    return [span.start for span in spans if not any(start <= span.start and span.end <= end for start, end in skip)]


def _facts(texts: Texts, pair: Pair, other: str, source: Source | None, same: bool) -> Iterator[Evidence]:
    counted = telling(pair.facts, source).facts if source else ()
    headline = [fact for fact in pair.facts if fact.kind == "headline"]
    words = [fact for fact in pair.facts if fact.kind == "word"]
    rest = list(_told_once([fact for fact in pair.facts if fact.kind not in ("headline", "word")]))
    if headline:
        first = [fact for fact in counted if fact.kind == "headline"]
        shown = [*first, *(fact for fact in headline if fact not in first)]
        says = f"What one headline speaks of stands in the other: {_listed(shown)}."
        yield Evidence("headline", says, other, _fact_spans(shown, same))
    if rest:
        ours, theirs = (texts.stories[key].facts for key in (pair.copy, pair.other))
        noun = "name or number" if len(ours) == 1 else "names and numbers"
        rare = f"{len(rest)} rare {'fact' if len(rest) == 1 else 'facts'} in both: {_listed(rest)}."
        agree = f"{len(ours & theirs)} of its {len(ours)} {noun} agree with the other's; " if ours else ""
        yield Evidence("facts", agree + rare, other, _fact_spans(rest, same))
    if words:
        says = f"Uncommon words that are in both: {_listed(words)}."
        yield Evidence("facts", says, other, _fact_spans(words, same))


def _told_once(facts: list[SharedFact]) -> Iterator[SharedFact]:
    """Each fact once: two words that are a name are a rare pair too."""
    seen = set()
    for fact in facts:
        told = frozenset(fact.value.split()), fact.a, fact.b
        if told not in seen:
            seen.add(told)
            yield fact


def _listed(facts: list[SharedFact]) -> str:
    named = "; ".join(f"“{fact.value}”" for fact in facts[:NAMED])
    more = len(facts) - NAMED
    return f"{named} and {more} more" if more > 0 else named


def _fact_spans(facts: list[SharedFact], same: bool) -> tuple[EvidenceSpan, ...]:
    return tuple(EvidenceSpan(fact.a if same else None, fact.b, fact.value) for fact in facts[:MOST_FACTS])


def _fingerprint(texts: Texts, pair: Pair, other: str, same: bool) -> Iterator[Evidence]:
    jaccard, contained = pair.score("jaccard"), pair.score("containment_copy")
    if not (jaccard or contained):
        return
    # Where sentences and facts are there to look at, words add nothing that a person would look up.
    spans = () if pair.blocks and pair.facts else _shared_words(texts, pair, same)
    such = f", such as {'; '.join(f'“{span.value}”' for span in spans[:NAMED])}" if spans else ""
    says = (
        f"{contained:.0%} of its words, the rare ones weighing more, stand in the other{such}; "
        f"of all runs of five words {jaccard:.0%} are in both."
    )
    yield Evidence("hash", says, other, spans)


def _shared_words(texts: Texts, pair: Pair, same: bool) -> tuple[EvidenceSpan, ...]:
    """The least common words that stand in both, the rarest first, where each stands first."""
    ours, theirs = (_words_of(texts.document(key)) for key in (pair.copy, pair.other))
    found = sorted((ours[word][0], word) for word in ours.keys() & theirs.keys())
    return tuple(
        EvidenceSpan(Place("text", *ours[word][1]) if same else None, Place("text", *theirs[word][1]), word)
        for _, word in found[:MOST_WORDS]
    )


def _words_of(document: Document) -> Mapping[str, tuple[float, Span]]:
    skip = tuple((item.start, item.end) for item in document.furniture)
    return _uncommon(document.text, document.lang, skip)


@lru_cache(maxsize=KEPT)
def _uncommon(text: str, lang: str | None, skip: tuple[tuple[int, int], ...]) -> dict[str, tuple[float, Span]]:
    """Words that aren't common, each with its Zipf frequency and where it stands first."""
    tokens = tokenise(text, [Span(*span) for span in skip])
    known = commonness(lang)
    found: dict[str, tuple[float, Span]] = {}
    for word, raw, start, end in zip(tokens.words, tokens.raw, tokens.starts, tokens.ends, strict=True):
        if word not in found and known[raw] < COMMON_ZIPF:
            found[word] = known[raw], Span(start, end)
    return found


def _credit(texts: Texts, key: str, source: str) -> Iterator[Evidence]:
    standing = texts.standings(key).get(source)
    if standing is None:
        return
    name = texts.source_name(source)
    if standing.own:
        says = f"It carries the credit line of {name}."
    elif standing.lead:
        says = f"It credits {name} in its lead."
    else:
        says = f"It credits {name} {standing.house + standing.outside} times."
    spans = tuple(EvidenceSpan(copy=credit.place, value=credit.rule) for credit in standing.credits[:MOST_CREDITS])
    yield Evidence("credit", says, None, spans)


def _url_spans(texts: Texts, key: str) -> tuple[EvidenceSpan, ...]:
    url = texts.document(key).canonical_url
    return (EvidenceSpan(copy=Place("canonical_url", 0, len(url)), value=url),) if url else ()
