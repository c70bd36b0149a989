"""Dates of publication as ISO 8601, where there is only one way to read them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

_EARLIEST_SECOND, _LATEST_SECOND = 10**8, 41 * 10**8
"""1973 to 2099: numbers in between can be nothing but Unix time in seconds, a thousand times them in milliseconds."""

_DAY_LONGEST = len("2024-W09-7")
"""Beyond this many characters a day of ISO 8601 has a time as well."""

_DIGITS_LONGEST = len("1709460000000")
"""Beyond this many characters a number is no Unix time."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"  # noqa: E501
_WORDS = re.compile(
    rf"{_WEEKDAY}(?:{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH.replace('month', 'month2')},?\s+(?P<year2>\d{{4}}))",
    re.IGNORECASE,
)
_SLASHES = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_RFC_2822 = re.compile(
    r"(?:[a-z]{3},\s+)?\d{1,2}\s+[a-z]{3}\s+\d{4}\s+\d\d:\d\d(?::\d\d)?\s+(?:[+-]\d{4}|GMT|UTC?|Z)", re.IGNORECASE
)


def iso_date(value: object) -> str | None:
    """A date or time as ISO 8601; what is so already stays as it is. None where it can't be read, or in two ways.

    Read are ISO 8601, RFC 2822 ("Sun, 03 Mar 2024 10:00:00 GMT"), English dates with the month's name, year first
    with slashes, and Unix time in seconds or milliseconds (as UTC). 3/4/2024 can be two days, and isn't read.

    >>> iso_date("March 3, 2024"), iso_date(1709460000), iso_date("3/4/2024")
    ('2024-03-03', '2024-03-03T10:00:00+00:00', None)
    """
    if type(value) is str and len(value) > _DIGITS_LONGEST:
        try:
            datetime.fromisoformat(value)  # as nearly all are
        except ValueError:
            pass
        else:
            return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _unix_time(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) in (10, 13):
        return _unix_time(int(text))
    for read in (_iso, _rfc_2822, _words, _slashes):
        try:
            found = read(text)
        except (ValueError, OverflowError, TypeError):
            continue
        if found:
            return found
    return None


def _iso(text: str) -> str:
    if len(text) > _DAY_LONGEST:
        datetime.fromisoformat(text)
    else:
        date.fromisoformat(text)
    return text


def _rfc_2822(text: str) -> str | None:
    return parsedate_to_datetime(text).isoformat() if _RFC_2822.fullmatch(text) else None


def _words(text: str) -> str | None:
    match = _WORDS.fullmatch(text)
    if not match:
        return None
    month = (match["month"] or match["month2"])[:3].lower()
    year, day = int(match["year"] or match["year2"]), int(match["day"] or match["day2"])
    return date(year, _MONTHS.index(month) + 1, day).isoformat()


def _slashes(text: str) -> str | None:
    match = _SLASHES.fullmatch(text)
    return date(*map(int, match.groups())).isoformat() if match else None


def _unix_time(value: float) -> str | None:
    for unit in (1, 1000):
        if _EARLIEST_SECOND * unit <= value < _LATEST_SECOND * unit:
            return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value / unit)).isoformat()
    return None
