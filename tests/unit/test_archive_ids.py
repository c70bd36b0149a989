"""No two documents are called by one id, and none by the name of an absent original."""

from __future__ import annotations

import pytest

from cleanpipe.archive.ids import HASH_DIGITS, distinct_ids

A, B, C, D = (letter * 32 for letter in "abcd")


def hashed(id: str, key: str) -> str:
    return f"{id}#{key[:HASH_DIGITS]}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({A: "x", B: "y"}, {A: "x", B: "y"}),
        ({A: "x", B: "x", C: "y"}, {A: hashed("x", A), B: hashed("x", B), C: "y"}),
        ({A: "x", C: hashed("x", A)}, {A: "x", C: hashed("x", A)}),
        (
            {A: "x", B: "x", C: hashed("x", A)},
            {A: hashed("x", A), B: hashed("x", B), C: hashed(hashed("x", A), C)},
        ),
        (
            {A: "x", B: "x", C: hashed("x", A), D: hashed(hashed("x", A), C)},
            {
                A: hashed("x", A),
                B: hashed("x", B),
                C: hashed(hashed("x", A), C),
                D: hashed(hashed(hashed("x", A), C), D),
            },
        ),
        ({A: "external:reuters:x"}, {A: hashed("external:reuters:x", A)}),
        ({A: "external:17", B: "external"}, {A: "external:17", B: "external"}),
    ],
)
def test_ids(given: dict[str, str], expected: dict[str, str]) -> None:
    assert distinct_ids(given) == expected
    assert distinct_ids(dict(reversed(given.items()))) == expected
