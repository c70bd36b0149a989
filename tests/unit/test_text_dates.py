"""Dates that can be read in one way only."""

from __future__ import annotations

import pytest

from cleanpipe.text.dates import iso_date

CASES: list[tuple[object, str | None]] = [
    ("2024-03-03", "2024-03-03"),
    ("2024-03-03T10:00:00Z", "2024-03-03T10:00:00Z"),
    ("2024-03-03 10:00:00+02:00", "2024-03-03 10:00:00+02:00"),
    ("Sun, 03 Mar 2024 10:00:00 GMT", "2024-03-03T10:00:00+00:00"),
    ("3 Mar 2024 10:00:00 +0100", "2024-03-03T10:00:00+01:00"),
    ("March 3, 2024", "2024-03-03"),
    ("Sunday, March 3rd, 2024", "2024-03-03"),
    ("3 Sept. 2024", "2024-09-03"),
    ("3rd of May 2024", "2024-05-03"),
    ("2024/3/3", "2024-03-03"),
    (1709460000, "2024-03-03T10:00:00+00:00"),
    (1709460000000, "2024-03-03T10:00:00+00:00"),
    ("1709460000", "2024-03-03T10:00:00+00:00"),
    ("3/4/2024", None),
    ("03.04.24", None),
    ("February 30, 2024", None),
    ("Sun, 99 Mar 2024 10:00:00 GMT", None),
    ("yesterday", None),
    ("March 2024", None),
    ("", None),
    (2024, None),
    (True, None),
    (["2024-03-03"], None),
    (1e300, None),
    (10**400, None),
]


@pytest.mark.parametrize(("value", "expected"), CASES)
def test_iso_date(value: object, expected: str | None) -> None:
    assert iso_date(value) == expected
