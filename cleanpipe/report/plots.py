"""Plots of the summary whose shape has to be computed: columns over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MOST_MONTHS = 36
"""Span up to which there is a column a month; beyond it, one a year, or one for as many years as keep to the limit."""
MOST_COLUMNS = 36
LABELS = 6
"""Labels below the columns, at most: as many as fit on a telephone."""
ROUND_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    """A month such as "2024-04", a year, or years such as "1990–1999"."""
    count: int
    height: float
    """100 for the highest."""
    labelled: bool
    """Whether there is room for its label below it."""


def over_time(months: Mapping[str, int]) -> list[Column]:
    """Columns for counts by month ("2024-04"), without gaps; none for no counts.

    >>> [(column.label, column.count) for column in over_time({"2023-12": 4, "2024-02": 1})]
    [('2023-12', 4), ('2024-01', 0), ('2024-02', 1)]
    """
    if not months:
        return []
    numbers = {int(month[:4]) * _MONTHS_OF_YEAR + int(month[5:7]) - 1: count for month, count in months.items()}
    counts = list(_columns(numbers))
    highest = max(count for _, count in counts)
    step = -(-len(counts) // LABELS)
    return [
        Column(label, count, round(100 * count / highest, 1), place % step == 0)
        for place, (label, count) in enumerate(counts)
    ]


def _columns(numbers: Mapping[int, int]) -> Iterator[tuple[str, int]]:
    first, last = min(numbers), max(numbers)
    if last - first < MOST_MONTHS:
        for number in range(first, last + 1):
            year, month = divmod(number, _MONTHS_OF_YEAR)
            yield f"{year:04}-{month + 1:02}", numbers.get(number, 0)
        return
    begin, end = first // _MONTHS_OF_YEAR, last // _MONTHS_OF_YEAR
    width = next(years for years in ROUND_YEARS if end // years - begin // years < MOST_COLUMNS)
    counts: dict[int, int] = {}
    for number, count in numbers.items():
        years = number // _MONTHS_OF_YEAR // width
        counts[years] = counts.get(years, 0) + count
    for years in range(begin // width, end // width + 1):
        year = years * width
        yield str(year) if width == 1 else f"{year}–{year + width - 1}", counts.get(years, 0)
