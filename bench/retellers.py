"""Copies whose sentences are recast: edited, rewritten, turned round as translators turn them, told anew from facts.

Each is a pure function of its text and of the `random.Random` that it draws from: the same seed, the same text. What a
person or a language model writes is freer; these keep to news English that reads as English.
"""

from __future__ import annotations

import calendar
import random
import re
from collections.abc import Callable

from rewriters import sentences_of, spin_by_synonyms

PHRASES = (
    ("pct", "percent"), ("mln", "million"), ("bln", "billion"), ("dlrs", "dollars"), ("dlr", "dollar"),
    ("stg", "sterling"), ("qtr", "quarter"), ("said it", "announced that it"), ("said that", "stated that"),
    ("said the", "noted that the"), ("said he", "stressed that he"), ("said", "noted"), ("says", "states"),
    ("will be", "is to be"), ("will", "is going to"), ("would be", "was to be"), ("would", "was expected to"),
    ("has agreed to", "gave its consent to"), ("agreed to", "consented to"), ("plans to", "intends to"),
    ("expects to", "is hoping to"), ("is expected to", "should"), ("because of", "owing to"), ("because", "as"),
    ("due to", "on account of"), ("about", "some"), ("nearly", "just under"), ("more than", "over"),
    ("also", "in addition"), ("although", "even though"), ("but", "yet"), ("however", "still"),
    ("after", "following"), ("before", "prior to"), ("during", "in the course of"), ("despite", "in spite of"),
    ("according to", "as reported by"), ("including", "among them"), ("compared with", "against"),
    ("in order to", "to"), ("a number of", "several"), ("at least", "no fewer than"),
    ("last year", "a year earlier"), ("this year", "in the current year"), ("last week", "a week ago"),
    ("last month", "a month ago"), ("yesterday", "a day earlier"), ("rose to", "climbed to"), ("rose", "went up"),
    ("fell to", "dropped to"), ("fell", "went down"), ("declined to", "refused to"), ("could", "might"),
    ("can", "is able to"), ("must", "has to"), ("told reporters", "said to journalists"),
    ("officials", "representatives"), ("company", "firm"), ("shares", "stock"), ("government", "authorities"),
    ("meeting", "session"), ("between", "from among"),
)  # fmt: skip
"""What a rewriter writes for what he reads: words of newsrooms and set phrases, the longer first where one begins the
other."""

_SAID_BEHIND = re.compile(
    r"(?P<what>[^\"“”]{25,}), (?P<who>(?:[A-Z]|the |its |his |he$|an? |he|she|they|it)[^,\"“”]{0,60}?) (?:said|added)\."
)
_SAID_BEFORE = re.compile(
    r"(?P<who>(?:The |A |An |[A-Z])[^,\"“”]{1,60}?) said (?:that )?"
    r"(?P<what>(?:it|the|a|its|he|there|they)\b[^\"“”]{20,})\."
)
_AT_THE_END = re.compile(
    r"(?P<rest>[A-Z][^\"“”]{25,}[a-z]) (?P<when>(?:in|on|at|during|after|since|by|for|under|from) [^,.\"“”]{4,40})\."
)
_AT_THE_BEGINNING = re.compile(
    r"(?P<when>(?:In|On|At|During|After|Since|By|Under|For) [^,.\"“”]{3,40}), (?P<rest>[^\"“”]{20,})\."
)
_WHICH = re.compile(r"(?P<one>[A-Z][^\"“”]{25,}), (?:which|who) (?P<two>[^\"“”]{15,})\.")
_AND = re.compile(r"(?P<one>[A-Z][^\"“”]{30,}),? (?:and|but|while) (?P<two>(?:the|it|he|they|she|its)\b[^\"“”]{15,})\.")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][A-Za-z-]+(?: (?:of |de |al-)?[A-Z][A-Za-z-]+){0,3}")
_FIGURE = re.compile(
    r"(?<![\w.,])\d[\d,.]*\d(?: (?:mln|bln|billion|million))?"
    r"(?: (?:dlrs|pct|stg|yen|francs|marks|tonnes|barrels|shares|bags|bushels|points|workers))"
)


def edited(text: str, draw: random.Random) -> str:
    """A few words changed, as an editor does who has ten minutes."""
    spans = sentences_of(text)
    for _ in range(max(1, len(spans) // 5)):
        at = draw.randrange(len(spans))
        how = draw.randrange(3)
        if how == 0:
            spans[at] = spin_by_synonyms(spans[at], 0.2, draw)
        elif how == 1:
            spans[at] = re.sub(r"\bpct\b", "percent", re.sub(r"\bdlrs\b", "dollars", spans[at], count=1), count=1)
        else:
            words = spans[at].split()
            if len(words) > 8:
                del words[draw.randrange(3, len(words) - 1)]
            spans[at] = " ".join(words)
    if len(spans) > 8 and draw.random() < 0.3:
        spans.pop()
    else:
        spans[-1] = re.sub(r"(\w+)(\W*)$", r"so \1\2", spans[-1], count=1)
    return " ".join(spans)


def rewritten(text: str, draw: random.Random, share: float = 0.7) -> str:
    """Sentences recast, split and joined, phrases exchanged; this share of what could be done is done."""
    told: list[str] = []
    for span in sentences_of(text):
        for recast in draw.sample(RECASTS, len(RECASTS)):
            if draw.random() < share:
                span = recast(span)
        told.extend(sentences_of(span))
    kept = [span for span in told if draw.random() > 0.08] or told
    joined = [*_joined(kept, draw)]
    return spin_by_synonyms(" ".join(_phrased(span, share, draw) for span in joined), share * 0.2, draw)


def translated(text: str, draw: random.Random) -> str:
    """As a translation there and back reads: everything turned round that can be, neighbours exchanged."""
    spans = sentences_of(rewritten(text, draw, 0.9))
    for at in range(0, len(spans) - 1, 3):
        if draw.random() < 0.4:
            spans[at], spans[at + 1] = spans[at + 1], spans[at]
    return " ".join(spans)


def retold(title: str, text: str, source: str, draw: random.Random) -> str:
    """The story from its facts alone, credited to `source` in the lead: names, figures and what the headline speaks
    of."""
    body = re.sub(r"\s+", " ", text)
    names = list(dict.fromkeys(found for found in _NAME.findall(body) if len(found) > 4 and found not in MONTHS))
    figures = list(dict.fromkeys(_FIGURE.findall(body)))
    draw.shuffle(names)
    spoken = re.sub(r"\s*<[^>]*>", "", title).strip().capitalize()
    told = [draw.choice(LEADS).format(source=source, topic=spoken)]
    facts = [draw.choice(NAMES).format(name, source=source) for name in names[:4]]
    facts += [draw.choice(FIGURES).format(figure, source=source) for figure in figures[:4]]
    draw.shuffle(facts)
    return " ".join([*told, *facts, draw.choice(ENDS).format(source=source)])


MONTHS = frozenset(calendar.month_name)
LEADS = (
    "{topic}, according to a report by {source} that made the rounds among traders.",
    "A report by {source} has people talking: {topic}.",
    "{source} reported the news that we sum up here: {topic}.",
    "As first reported by {source}, this is the news: {topic}.",
)
NAMES = (
    "{} is at the centre of it.", "One name keeps coming up, that of {}.", "It also concerns {}, readers learn.",
    "What {} makes of all this remains to be seen.", "For {} much hangs on the outcome.",
)  # fmt: skip
FIGURES = (
    "The number to remember is {}.", "We are talking of {} here, no less.", "Mention is made of {}.",
    "Those who like arithmetic may start from {}.", "And then there is the matter of {}.",
)  # fmt: skip
ENDS = (
    "We shall come back to this when there is more to tell.", "Make of that what you will.",
    "The rest is for the specialists, {source} reported.", "How it goes on, nobody could tell us.",
)  # fmt: skip


def _joined(spans: list[str], draw: random.Random) -> list[str]:
    out: list[str] = []
    for span in spans:
        before = out[-1] if out else ""
        if before and len(before.split()) + len(span.split()) < 24 and span[:3].istitle() and draw.random() < 0.5:
            first = span.split()[0]
            low = span[0].lower() + span[1:] if first in ("The", "It", "He", "She", "They", "A", "In", "Its") else span
            out[-1] = f"{before.rstrip('.')}, while {low}"
        else:
            out.append(span)
    return out


def _phrased(span: str, share: float, draw: random.Random) -> str:
    for old, new in PHRASES:
        if draw.random() < share:
            span = re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", new, span)
    return span


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    first = text.split(" ", 1)[0]
    return (
        text[:1].lower() + text[1:] if first in ("The", "A", "An", "It", "Its", "He", "They", "She", "There") else text
    )


def _said_before(span: str) -> str:
    found = _SAID_BEHIND.fullmatch(span)
    return f"{_upper(found['who'])} said that {_lower(found['what'])}." if found else span


def _said_behind(span: str) -> str:
    found = _SAID_BEFORE.fullmatch(span)
    return f"According to {_lower(found['who'])}, {found['what']}." if found else span


def _to_the_front(span: str) -> str:
    found = _AT_THE_END.fullmatch(span)
    return f"{_upper(found['when'])}, {_lower(found['rest'])}." if found else span


def _to_the_end(span: str) -> str:
    found = _AT_THE_BEGINNING.fullmatch(span)
    return f"{_upper(found['rest'])} {_lower(found['when'][:1].lower() + found['when'][1:])}." if found else span


def _split_which(span: str) -> str:
    found = _WHICH.fullmatch(span)
    return f"{found['one']}. This {found['two']}." if found else span


def _split_and(span: str) -> str:
    found = _AND.fullmatch(span)
    return f"{found['one']}. {_upper(found['two'])}." if found else span


RECASTS: tuple[Callable[[str], str], ...] = (
    _said_before, _said_behind, _to_the_front, _to_the_end, _split_which, _split_and,
)  # fmt: skip
