"""Scripts of characters and of texts."""

from __future__ import annotations

import pytest

from cleanpipe.text.scripts import class_of, dominant_script, script_of

SCRIPTS = {
    "a": "Latin",
    "é": "Latin",
    "Ж": "Cyrillic",
    "ω": "Greek",
    "ب": "Arabic",
    "ש": "Hebrew",
    "中": "Han",
    "の": "Hiragana",
    "ภ": "Thai",
    "한": "Hangul",
    "1": None,
    "!": None,
    "’": None,
    "😀": None,
}


@pytest.mark.parametrize(("character", "script"), SCRIPTS.items())
def test_script_of(character: str, script: str | None) -> None:
    assert script_of(character) == script


def test_dominant_script() -> None:
    assert dominant_script("лодка boat у причала") == "Cyrillic"
    assert dominant_script("1, 2!") is None


def test_class_of_unknown_script() -> None:
    with pytest.raises(KeyError, match="Klingon"):
        class_of("Klingon")
