"""Where a sentence ends: spans of sentences for evidence and alignment.

Boundaries are found by regular expression, in one pass and at any length; whether a full stop belongs to its word
("Mr.", "U.S.", "z.B.") is what spaCy's rules for the language say (`stops.py`). spaCy's own sentencizer is not used:
it gives an opening curly quote to the sentence before, knows nothing of headings and wrapped lines, refuses a million
characters, and takes seven times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from cleanpipe.language.stops import keeps_stop
from cleanpipe.language.words import zipf
from cleanpipe.model import Span

LONGEST = 2_000
"""Characters. What runs on longer without an end is a table or a list; it is cut at white space."""

NARROWEST_WRAP, WIDEST_WRAP = 30, 100
"""Characters. A text whose longest line is within this was broken at a typewriter's or a wire's line length; in any
other, a line is a paragraph, a heading, or an item of a list."""

STARTER_ZIPF = 6.3
"""A capitalised word this common ("The", "He", "In", "But") begins a sentence behind "U.S." or "Inc."; a rarer one
("President", "State") goes on with it."""

PHRASE_LETTERS = 60
"""Thai and Lao end a sentence with a space, and put spaces elsewhere too: one this far on is taken for the end."""

TOKEN_SEEN = 40
"""Characters before a stop in which the word that it belongs to is looked for."""

# A full stop behind these never ends a sentence: a name or a number follows.
_TITLE = re.compile(
    "adm|art|bd|brig|capt|cmdr|col|cpl|dr|fig|fr|gen|gov|hon|lt|maj|messrs|mlle|mme|mr|mrs|ms|mt|mx|no|nos|nr|pp|pres|"
    "prof|ptl|rep|rev|sen|sgt|sr|sra|srta|st|supt|vol|vs|им|проф|св|ул"
)
# Abbreviations that spaCy's rules lack.
_SHORT = re.compile(
    "approx|assn|ave|blvd|bln|bros|cts|dept|dlrs|est|etc|hr|intl|mln|natl|pct|plc|shr|sq|av|apr|boul|env|janv|févr|juil|"
    "sept|oct|nov|déc|млн|млрд|тыс|г"
)
# Behind "a.m." and "p.m." only a day, a month or a zone of time goes on with the sentence.
_HALF_DAY = frozenset({"a.m", "p.m"})
_DAY_OR_ZONE = re.compile(
    "(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tues?|wed|thurs?|fri|sat|sun)|"
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|(?:sept?|oct|nov|dec)(?:(?:em|o)?ber)?|eastern|central|mountain|pacific|local|gmt|utc|cest|aest|"
    "[bijcemp][ds]t|cet|[ecmp]t"
)
# In these languages a number with a full stop is an ordinal: "am 3. März", "3. april", "1. maj".
_ORDINAL_STOP = frozenset(
    ("bs", "cs", "da", "de", "et", "fi", "fo", "hr", "hu", "is", "lv", "nb", "nn", "no", "sk", "sl", "sr", "tr")
)

_NEWLINE = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_STOPS = (
    "!.?;\u037e\u0589\u061f\u06d4\u0700-\u0702\u07f9\u0964\u0965\u104b\u1362\u1367\u1368\u17d4\u17d5\u1803"
    "\u2026\u203c\u203d\u2047-\u2049"
)
_WIDE_STOPS = "\u3002\uff01\uff0e\uff1f\uff61"
_CLOSERS = "\"')\\]}\u00bb\u2019\u201d\u203a\u300b\u300d\u300f\u3011\u3015\uff02\uff07\uff09\uff3d"
_OPENERS = (
    "\"'(\\[{\u00ab\u00a1\u00bf\u2018\u201a\u201c\u201d\u201e\u2039\u203a\u00bb\u300a\u300c\u300e\u3010"
    "\u2013\u2014\u2015*\u2022\\-"
)
# Quotes that close in one language and open in another: closing where no letter is attached behind.
_CLOSE = rf"(?:[{_CLOSERS}]|[\u00ab\u201c](?!\w))*"
_END = re.compile(
    rf"(?P<wide>[{_WIDE_STOPS}][{_WIDE_STOPS}{_STOPS}]*{_CLOSE})"
    rf"|(?P<stop>[{_STOPS}]+)(?P<close>{_CLOSE}(?:\s[\u00bb\u201d](?=\s|$))?)(?P<space>\s+|$|(?=[^\W\d_]))"
)
_STOP = re.compile(f"[{_STOPS}{_WIDE_STOPS}]")
_NARROW_RUN = re.compile(f"[{_STOPS}]+")
_NEXT = re.compile(rf"[{_OPENERS}\s]*")
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_ALONE = re.compile(r"(?!www$)[^\W\d_A-Z]{3,}")
_LETTER = re.compile(r"[^\W\d_]")
_THAI = re.compile("[\u0e00-\u0eff]")
_THAI_SPACE = re.compile(r"(?<=[\u0e00-\u0eff])[ \u00a0]+(?=[\u0e00-\u0eff])")
_QUOTATIVE = ("と", "って", "など")


def sentences(text: str, lang: str | None) -> list[Span]:
    """Spans of the sentences of a text: sorted, without overlap, trimmed, and covering all that isn't white space.

    A blank line, a more deeply indented line and a line break that doesn't look like wrapping end a sentence too, so
    that headings and list items stand alone. `lang` is an ISO 639-1 code or None. Linear in the length of the text.

    >>> text = "Mr. Kim fled.  “He swam,” she said."
    >>> [text[span.start : span.end] for span in sentences(text, "en")]
    ['Mr. Kim fled.', '“He swam,” she said.']
    """
    spans: list[Span] = []
    for start, end in _blocks(text):
        cuts = [start, *_cuts(text, start, end, lang), end]
        for left, right in pairwise(cuts):
            spans.extend(_bounded(text, left, right))
    return spans


def _blocks(text: str) -> list[Span]:
    """Runs of lines that belong together: a paragraph that was wrapped, else each line alone."""
    lines = _lines(text)
    widest = max((end - start for start, end in lines), default=0)
    full = sum(1 for start, end in lines if end > start)
    width = widest if full > 2 and NARROWEST_WRAP <= widest <= WIDEST_WRAP else None
    blocks: list[Span] = []
    before: Span | None = None
    for line in lines:
        if not text[line.start : line.end].strip():
            before = None
        else:
            if before is not None and _goes_on(text, before, line, width):
                blocks[-1] = Span(blocks[-1].start, line.end)
            else:
                blocks.append(line)
            before = line
    return blocks


def _lines(text: str) -> list[Span]:
    lines: list[Span] = []
    start = 0
    for match in _NEWLINE.finditer(text):
        lines.append(Span(start, match.start()))
        start = match.end()
    lines.append(Span(start, len(text)))
    return lines


def _goes_on(text: str, before: Span, line: Span, width: int | None) -> bool:
    """Whether the sentence may run on over the line break between two lines.

    `width` is that of the wrapped text, None where the text isn't wrapped.
    """
    if _indent(text, line) > _indent(text, before):
        return False
    body, above = text[line.start : line.end].strip(), text[before.start : before.end].rstrip()
    if body[0].islower() and (width is not None or above[-1] not in ".!?:"):
        return True
    if width is None:
        return False
    first = body.split(None, 1)[0] if " " in body else body[0]
    return len(above) + 1 + len(first) > width


def _indent(text: str, line: Span) -> int:
    stripped = text[line.start : line.end].lstrip()
    return line.end - line.start - len(stripped)


def _cuts(text: str, start: int, end: int, lang: str | None) -> list[int]:
    """Offsets within a block at which a new sentence begins."""
    cuts: list[int] = []
    begin = start
    letter = _next_letter(text, start, end)
    for match in _stops(text, start, end):
        cut = match.end()
        if cut >= end:
            break
        if match["wide"] is not None:
            if text.startswith(_QUOTATIVE, cut) and text[cut - 1] not in "。！？":
                continue
        elif not _ends(text, begin, match, end, lang):
            continue
        if letter < begin:
            letter = _next_letter(text, begin, end)
        if letter < match.start():  # else there is nothing but a number ("1.", "(2)") or a mark before the stop
            cuts.append(cut)
            begin = cut
    if _THAI.search(text, start, end):
        cuts.extend(match.end() for match in _THAI_SPACE.finditer(text, start, end))
        return _spread(cuts, text, start, end)
    return cuts


def _stops(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """What `_END` finds in a block. Single characters are searched for ten times as fast."""
    at = start
    while stop := _STOP.search(text, at, end):
        if found := _END.match(text, stop.start(), end):
            at = found.end()
            yield found
        elif run := _NARROW_RUN.match(text, stop.start(), end):
            at = run.end()  # what is no end from its first stop on is none from a later one


def _spread(cuts: list[int], text: str, start: int, end: int) -> list[int]:
    """The cuts in order; those at a Thai space only where the phrase before them is long enough."""
    kept: list[int] = []
    begin = start
    for cut in sorted(set(cuts)):
        thai = "\u0e00" <= text[cut] <= "\u0eff" and text[cut - 1].isspace()
        if not thai or cut - begin >= PHRASE_LETTERS:
            kept.append(cut)
            begin = cut
    return kept


def _next_letter(text: str, start: int, end: int) -> int:
    letter = _LETTER.search(text, start, end)
    return letter.start() if letter else end


def _ends(text: str, begin: int, match: re.Match[str], end: int, lang: str | None) -> bool:
    """Whether a stop with what closes behind it is the end of a sentence."""
    stop, close, space = match["stop"], match["close"], match["space"]
    if stop[-1] == ";" and lang != "el":  # the Greek question mark is written as a semicolon
        return False
    opening = _NEXT.match(text, match.end(), end)
    at = opening.end() if opening else match.end()
    if at >= end:
        return False  # nothing but closing marks follow: they stay with this sentence
    following = text[at]
    if following.islower():
        return False
    word = _WORD.match(text, at, end)
    if not space:
        return _lacks_space(text, begin, match, word)
    if stop[-1] in "!?" or close or len(stop) > 1 or stop[-1] not in ".":
        return True
    before = _last_token(text, begin, match.start())
    after = word[0] if word else ""
    if len(after) == 1 and text.startswith(".", at + 1):
        after = ""  # another initial, and no word: "А. С. Пушкин"
    return not _is_short(before, after, lang)


def _last_token(text: str, begin: int, end: int) -> str:
    """What stands right before an offset, without white space: at most the last `TOKEN_SEEN` characters."""
    window = text[max(begin, end - TOKEN_SEEN) : end]
    return window.rsplit(None, 1)[-1] if window and not window[-1].isspace() else ""


def _lacks_space(text: str, begin: int, match: re.Match[str], word: re.Match[str] | None) -> bool:
    """Scraped paragraphs run together: "... of the border.The ministry"; but not "Node.js", "www.Site.Org"."""
    if word is None or not word[0][:1].isupper():
        return False
    if match["close"]:
        return match["close"][-1] not in "'’"
    before = _last_token(text, begin, match.start()).lstrip("\"'(“‘")
    return match["stop"] in {".", "!", "?"} and _ALONE.fullmatch(before) is not None and word[0][1:2].islower()


def _is_short(before: str, word: str, lang: str | None) -> bool:
    """Whether the full stop behind `before` marks an abbreviation, and `word` goes on with the sentence."""
    before = before.lstrip("\"'([{“‘„«¿¡").rpartition("\N{EM DASH}")[2]
    if not before:
        return False
    folded = before.casefold()
    if _TITLE.fullmatch(folded):
        return folded != "no" or word[:1].isdigit()
    if before.isdigit():
        return lang in _ORDINAL_STOP and len(before) <= 2
    if folded in _HALF_DAY:
        return _DAY_OR_ZONE.fullmatch(word.casefold()) is not None
    initial = len(before) == 1 and before.isupper()
    if not (initial or _SHORT.fullmatch(folded) or keeps_stop(before, lang)):
        return False
    return not _is_starter(word, lang)


def _is_starter(word: str, lang: str | None) -> bool:
    return word[:1].isupper() and zipf(word, lang) >= STARTER_ZIPF


def _bounded(text: str, start: int, end: int) -> list[Span]:
    """The span trimmed, and in pieces where it is too long."""
    pieces: list[Span] = []
    while end - start > LONGEST:
        cut = max(text.rfind(" ", start, start + LONGEST), text.rfind("\n", start, start + LONGEST)) + 1
        cut = cut if cut > start + LONGEST // 2 else start + LONGEST
        pieces.append(_trimmed(text, start, cut))
        start = cut
    pieces.append(_trimmed(text, start, end))
    return [piece for piece in pieces if piece.end > piece.start]


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return Span(start + left, start + len(piece.rstrip())) if left < len(piece) else Span(start, start)
