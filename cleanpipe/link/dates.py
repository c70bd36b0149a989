"""When a document was published, as precisely as that is given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import NamedTuple

from cleanpipe.link.metadata import said_under
from cleanpipe.model import Document
from cleanpipe.text.dates import iso_date

CRAWLED = frozenset(
    {
        "added", "crawled", "crawlat", "crawldate", "crawledat", "crawltime", "crawltimestamp", "warcdate", "fetched",
        "fetchdate", "fetchedat", "fetchtime", "retrieved", "retrievedat", "retrievaldate", "scraped", "scrapedat",
        "scrapedate", "downloaded", "downloadedat", "downloaddate", "datedownload", "accessed", "accessedat",
        "accessdate", "ingested", "ingestedat", "capturetime",
    }
)  # fmt: skip
"""Names under which dumps say when a page was fetched, in lower case and without signs: dolma's `added`, the
`WARC-Date`, news-please's `date_download`."""

SAME_S = 1.0
"""Seconds between two moments that are one: some writers cut off the fraction."""

FIRST_YEAR, NO_DAYS = 1600, frozenset({date(1900, 1, 1), date(1970, 1, 1)})
"""No newspaper is older; the first days of calendars and clocks are how systems write that they know no date."""

_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)")
"""Of indexes of web archives, in UTC: 20240303101500."""


class Dated(NamedTuple):
    """A date of publication. `moment` only where a time of day is given."""

    day: date
    moment: datetime | None

    @property
    def seconds(self) -> float:
        """Seconds since 1970, for sorting; of a date without a time those of its first moment in UTC."""
        return (self.moment or datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)).timestamp()


def published(document: Document) -> Dated | None:
    """The date of publication, as far as it is given. One that is the moment of the crawl, as many crawlers fill it in,
    is none."""
    found = _read(document.published)
    if found is None or any(_same(found, crawled) for crawled in _crawls(document)):
        return None
    return found


def _crawls(document: Document) -> Iterator[Dated]:
    for value in said_under(document.metadata, CRAWLED):
        stamp = _STAMP.fullmatch(value)
        if found := _read("{}-{}-{}T{}:{}:{}Z".format(*stamp.groups()) if stamp else iso_date(value)):
            yield found


def _same(one: Dated, two: Dated) -> bool:
    if one.moment and two.moment:
        return abs((one.moment - two.moment).total_seconds()) < SAME_S
    return one.moment is two.moment and one.day == two.day


def _read(value: str | None) -> Dated | None:
    value = (value or "").strip()
    if len(value) < 10:
        return None
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return None
    if day.year < FIRST_YEAR or day in NO_DAYS:
        return None
    if len(value) == 10:
        return Dated(day, None)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return Dated(day, None)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    # Midnight sharp is how systems write a date without a time.
    return Dated(day, None if (moment.hour, moment.minute, moment.second) == (0, 0, 0) else moment)
