"""Columns over time: without gaps, never too many, and nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanpipe.report.plots import LABELS, MOST_COLUMNS, over_time

MONTHS = st.dictionaries(
    st.tuples(st.integers(1, 9999), st.integers(1, 12)).map(lambda parts: f"{parts[0]:04}-{parts[1]:02}"),
    st.integers(1, 1000),
    min_size=1,
)


@pytest.mark.parametrize(
    ("months", "labels"),
    [
        ({}, []),
        ({"2024-05": 3}, ["2024-05"]),
        ({"2023-11": 1, "2024-02": 2}, ["2023-11", "2023-12", "2024-01", "2024-02"]),
        ({"2020-01": 1, "2023-01": 2}, ["2020", "2021", "2022", "2023"]),
        ({"1931-01": 1, "1980-01": 2, "2024-01": 1}, [f"{year}–{year + 4}" for year in range(1930, 2025, 5)]),
    ],
)
def test_the_columns_fit_the_span(months: dict[str, int], labels: list[str]) -> None:
    found = [column.label for column in over_time(months)]
    assert found == labels


@given(MONTHS)
def test_every_copy_stands_in_a_column(months: dict[str, int]) -> None:
    columns = over_time(months)
    assert sum(column.count for column in columns) == sum(months.values())
    assert len(columns) <= MOST_COLUMNS
    assert max(column.height for column in columns) == 100
    assert 1 <= sum(column.labelled for column in columns) <= LABELS
