"""Numbers and dates in running text, each in one normal form, so that "22.3 million" and "22,300,000" are one fact."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from cleanpipe.language import chinese_numbers, number_words
from cleanpipe.language.chinese_numbers import NUMERALS, STARTS, THOUSAND
from cleanpipe.language.number_tables import GLUED_ONLY, scales

DECIMAL_COMMA = frozenset(
    {"bg", "bs", "ca", "cs", "da", "de", "el", "es", "et", "fi", "fr", "hr", "hu", "id", "it", "lt", "lv", "mk", "nb"}
    | {"nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk", "vi"}
)
"""Languages that write one and a half as 1,5 and a thousand as 1.000 or 1 000."""

LONE_THOUSAND = frozenset({"ca", "es", "gl", "pt", "tr"})
"""Languages whose short word for a thousand multiplies behind a space, too: "12 mil", "12 bin"."""

MONEY = frozenset("$£€")

PERCENT = frozenset({"%", "٪", "％", "percent", "pct", "prozent", "بالمئة", "بالمائة"})
PERCENT_STEMS = ("процент", "відсот", "procent", "prosent", "パーセント", "퍼센트")
"""Beginnings of words for per cent."""

PER, CENT = frozenset({"per", "pour", "por", "في"}), frozenset({"cent", "cento", "ciento", "المئة", "المائة"})
PERCENT_BEFORE, TURKISH_PERCENT = "百分之", ("yüzde ", "%")
"""What makes the number behind it a percentage, in all languages and in Turkish."""

TENTH = "割"
"""Behind a number, so many tenths: 5割 are 50 per cent."""

POINTS = ("点", "點")
"""Decimals follow, which aren't read: 百分之三点五."""

MONTHS = (
    "january jan januar janvier janv enero ene gennaio gen janeiro januari января styczeń stycznia ocak "
    "січня ledna ianuarie január ιανουαρίου tammikuuta يناير",
    "february feb februar février févr febrero febbraio fevereiro fev februari февраля luty lutego şubat "
    "лютого února februarie február φεβρουαρίου helmikuuta فبراير شباط",
    "march mar märz mars marzo março maart марта marzec marca mart "
    "березня března martie március μαρτίου maaliskuuta maret مارس آذار",
    "april apr avril avr abril aprile апреля kwiecień kwietnia nisan "
    "квітня dubna aprilie április απριλίου huhtikuuta أبريل نيسان",
    "may mai mayo maggio maio mei maj мая maja mayıs травня května május μαΐου toukokuuta مايو أيار",
    "june jun juni juin junio giugno junho июня czerwiec czerwca haziran "
    "червня června iunie június ιουνίου kesäkuuta يونيو حزيران",
    "july jul juli juillet juil julio luglio julho июля lipiec lipca temmuz "
    "липня července iulie július ιουλίου heinäkuuta يوليو تموز",
    "august aug août agosto augustus augusti августа sierpień sierpnia ağustos "
    "серпня srpna augusztus αυγούστου elokuuta agustus أغسطس",
    "september sept sep septembre septiembre settembre setembro сентября wrzesień września eylül "
    "вересня září septembrie szeptember σεπτεμβρίου syyskuuta سبتمبر أيلول",
    "october oct oktober okt octobre octubre ottobre outubro октября październik października ekim "
    "жовтня října octombrie október οκτωβρίου lokakuuta أكتوبر",
    "november nov novembre noviembre novembro ноября listopad listopada kasım "
    "листопада listopadu noiembrie νοεμβρίου marraskuuta نوفمبر",
    "december dec dezember dez décembre déc diciembre dicembre dezembro desember декабря grudzień grudnia aralık "
    "грудня prosince decembrie δεκεμβρίου joulukuuta ديسمبر",
)


class Figure(NamedTuple):
    """A number or a date: its normal form, its place, and how rare it is."""

    kind: str
    value: str
    start: int
    end: int
    rarity: float


@cache
def month_numbers() -> dict[str, int]:
    return {word: month for month, words in enumerate(MONTHS, 1) for word in words.split()}


_DIGITS = re.compile(r"\d+(?:[.,٫٬\u00a0\u202f'’]\d+)*")
_SPACED = re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3}(?![0-9]))+(?:,[0-9]+)?")
"""Thousands with spaces between them."""

_CLOCK = re.compile(r"(?<!:)(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?![0-9]|[.,:][0-9])")
"""A time of day, which others write with a full stop."""

_FEW_DIGITS = re.compile(r"[0-9]{1,4}")
"""Digits that Chinese numerals may follow."""

_GROUPS = re.compile(r"(?:,\d{3})+(?!\d)")
_BEHIND = re.compile(r"[ \u00a0\u202f-]?(%|٪|％|[^\W\d_]{1,24})")
_START = re.compile(
    r"(?<![0-9A-Za-z\u00c0-\u024f\u0370-\u058f.,])"
    rf"(?:\d|[A-Za-z\u00c0-\u024f\u0400-\u052f]{{2,}}\b|[{''.join(sorted(STARTS))}])"
)
"""Digits and words that a number may begin with. Letters before it make it part of a name (G7, Covid19), but Chinese
puts numbers right behind a word."""


def _plain(digits: str, lang: str | None) -> str:
    """Digits with a point for the decimals and nothing between the thousands."""
    if ":" in digits:
        return digits.replace(":", ".")
    text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in digits)
    text = re.sub("[ \u00a0\u202f'’٬]", "", text).replace("٫", ".")
    marks = {c for c in text if c in ".,"}
    if not marks:
        return text
    last = max(text.rfind("."), text.rfind(","))
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{2,3})*[.,]\d{3}", text) is not None
    if len(marks) == 2:
        return re.sub("[.,]", "", text[:last]) + "." + text[last + 1 :]
    mark = marks.pop()
    thousands = "." if lang in DECIMAL_COMMA else ","
    if grouped and (text.count(mark) > 1 or mark == thousands):
        return text.replace(mark, "")
    if text.count(mark) > 1:
        return text
    return text.replace(mark, ".")


def _rarity(value: float, percent: bool) -> float:
    """How rare a number is: small round ones stand everywhere, each further significant digit makes it rarer.

    The scale is that of `Fact.rarity`; the steps come from Benford's law (a given number of d significant digits is one
    of about 10**d) less what round numbers and years are commoner than it says.
    """
    if not value:
        return 0.3
    digits = f"{value:.12g}".replace(".", "").strip("0").split("e")[0]
    rarity = 0.4 + 0.9 * len(digits) + (0.3 if value >= 1000 else 0.0) + (0.5 if percent else 0.0)
    if 1900 <= value <= 2100 and value == int(value) and not percent:
        rarity = 1.6
    elif value <= 12 and value == int(value):
        rarity = 0.5 if not percent else 1.4
    return round(min(rarity, 5.0), 2)


def begins_number(word: str, folded: str, lang: str | None) -> bool:
    """Whether a number can begin with a word, given as it stands and folded."""
    return folded[0].isdecimal() or folded in STARTS or number_words.begins_number(word, folded, lang)


def numbers(text: str, lang: str | None, starts: Iterable[int] | None = None) -> Iterator[Figure]:
    """Numbers as numbers, in order: "forty eight,000" is "48000", "1.4k" "1400", "90 per cent" "90%", "5:48" "5.48".

    `starts`, where the caller knows them, are the offsets at which a number can begin.
    """
    done = 0
    for start in (match.start() for match in _START.finditer(text)) if starts is None else starts:
        if start < done or (start and text[start - 1] in ".," and starts is not None):
            continue
        digits = _digits(text, start, lang)
        if digits:
            done = digits.end()
            plain = _plain(digits[0], lang)
            if "," in plain or plain.count(".") > 1 or len(plain) > 15:
                yield Figure("number", plain, start, done, 3.0)
                continue
            number = float(plain)
            if _FEW_DIGITS.fullmatch(digits[0]) and NUMERALS.get(text[done : done + 1], 0) >= THOUSAND:
                value, end = chinese_numbers.value_and_end(text, start)
                number, done = (value, end) if end > done else (number, done)
        else:
            spelt = _spelt(text, start, lang) if text[start] not in NUMERALS else _chinese(text, start)
            if spelt is None:
                continue
            number, done = spelt
        factor, percent, done = _unit(text, done, glued=digits is not None, lone=lang in LONE_THOUSAND)
        percent = percent or _percent_before(text, start, lang)
        if not digits and number < 2 and factor == 1:
            continue  # "one" and "zero" are words more than numbers
        number *= factor
        yield Figure("number", f"{number:.12g}{'%' if percent else ''}", start, done, _rarity(number, percent))


def _digits(text: str, start: int, lang: str | None) -> re.Match[str] | None:
    """Digits that begin at a place, with what stands between them."""
    spaced = _SPACED.match(text, start) if lang in DECIMAL_COMMA else None
    return spaced or _CLOCK.match(text, start) or _DIGITS.match(text, start)


def _spelt(text: str, start: int, lang: str | None) -> tuple[float, int] | None:
    """Value and end of a number in words, or of a spinner's "forty eight,000"."""
    found = number_words.spelt(text, start, lang)
    if found is None:
        return None
    value, small, end = found
    groups = _GROUPS.match(text, end) if small else None
    return (float(f"{value}{groups[0].replace(',', '')}"), groups.end()) if groups else (float(value), end)


def _chinese(text: str, start: int) -> tuple[float, int] | None:
    """Value and end of a number in Chinese numerals. A single one counts where it is a share: 百分之五, 三割."""
    found = chinese_numbers.spelt(text, start)
    value = NUMERALS[text[start]]
    shared = text.startswith(TENTH, start + 1) or (
        text.endswith(PERCENT_BEFORE, 0, start) and not text.startswith(POINTS, start + 1)
    )
    return (float(value), start + 1) if found is None and value < 10 and shared else found


def _percent_before(text: str, start: int, lang: str | None) -> bool:
    """Whether what stands before a number makes it a percentage."""
    turkish = lang == "tr" and text[max(start - len(TURKISH_PERCENT[0]), 0) : start].lower().endswith(TURKISH_PERCENT)
    return turkish or text.endswith(PERCENT_BEFORE, 0, start)


def _unit(text: str, end: int, *, glued: bool, lone: bool) -> tuple[float, bool, int]:
    """What stands behind a number: its factor, whether it is a percentage, and where that ends.

    `glued` says that digits come before it, `lone` that a short word for a thousand multiplies behind a space.
    """
    factor = largest = 1.0
    behind = _BEHIND.match(text, end)
    while behind:
        word = behind[1].lower()
        if word[0] >= "\u3000":
            # Chinese, Japanese and Korean write on without a space: 3万人.
            word = word[:2] if word[:2] in scales() else word[0]
        scale, stop = scales().get(word, 0.0), behind.start(1) + len(word)
        if word in GLUED_ONLY and not (
            glued and (behind.start(1) == end or text[stop : stop + 1] in MONEY or (lone and scale == 1000))
        ):
            break
        if scale <= largest:  # "12 mil millones" are a thousand times twelve million
            break
        factor, largest, end = factor * scale, scale, stop
        behind = _BEHIND.match(text, end)
    if behind:
        word = behind[1].lower()
        if word[0] == TENTH:
            return factor * 10, True, behind.start(1) + 1
        if word in PERCENT or word.startswith(PERCENT_STEMS):
            return factor, True, behind.end()
        cent = _BEHIND.match(text, behind.end()) if word in PER else None
        if cent and cent[1].lower() in CENT:
            return factor, True, cent.end()
    return factor, False, end


_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)-(?P<day>\d\d)\b"
    r"| ?[年년] ?(?P<month2>\d{1,2}) ?[月월](?: ?(?P<day2>\d{1,2}) ?[日일])?)"
    r"|(?P<month3>\d{1,2}) ?[月월] ?(?P<day3>\d{1,2}) ?[日일]"
)
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.|er|º)?(?: de| of)? (?P<month>[^\W\d_]{3,11})\b\.?"
    r"(?:,?(?: de)? (?P<year>\d{4})\b)?"
)
_AFTER_MONTH = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b(?:,? (?P<year>\d{4})\b)?|(?P<only_year>\d{4})\b")
_MONTH_BEFORE = re.compile(r"\b(?P<month>[^\W\d_]{3,11})\.? (?:de )?$")
_DIGIT_RUN = re.compile(r"(?<![0-9A-Za-z\u00c0-\u024f\u0370-\u058f.,])\d{1,4}(?!\d)")


def dates(text: str) -> Iterator[Figure]:
    """Dates, in order, as "1987-02-26", "02-26" or "1987-02".

    The search starts at digits, which are few, and looks around them for a month: one pattern with every month's name
    tried at every letter would cost thirty times as much.
    """
    months, done = month_numbers(), 0
    for run in _DIGIT_RUN.finditer(text):
        at = run.start()
        if at < done:
            continue
        if iso := _ISO.match(text, at):
            parts = {name.rstrip("23"): int(value) for name, value in iso.groupdict().items() if value}
            found: tuple[int, int, int | None, int, int | None]
            found = (at, iso.end(), parts.get("year"), parts["month"], parts.get("day"))
        elif (first := _DAY_FIRST.match(text, at)) and first["month"].lower() in months:
            year = int(first["year"]) if first["year"] else None
            found = (at, first.end(), year, months[first["month"].lower()], int(first["day"]))
        else:
            before = _MONTH_BEFORE.search(text, max(0, at - 16), at)
            after = _AFTER_MONTH.match(text, at)
            if not before or not after or before["month"].lower() not in months or before.start() < done:
                continue
            year = next((int(after[name]) for name in ("year", "only_year") if after[name]), None)
            day = int(after["day"]) if after["day"] else None
            found = (before.start(), after.end(), year, months[before["month"].lower()], day)
        start, done, year, month, day = found
        if not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
            continue
        parts_text = ([f"{year:04d}"] if year else []) + [f"{month:02d}"] + ([f"{day:02d}"] if day else [])
        yield Figure("date", "-".join(parts_text), start, done, 1.8 if year is None or day is None else 2.6)
