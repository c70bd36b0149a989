"""Copies in twelve languages are found, and no others linked; `python bench/languages.py` prints it by language."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from language_data import copies, labelled, labelled_pairs
from languages import archived, found

LEAST_RETOLD = 0.95
"""Share of the retellings that are linked. The weights were learned from these texts too."""


def test_copies_in_other_languages_are_found(tmp_path: Path) -> None:
    texts = labelled()
    archive = tmp_path / "archive"
    archived(texts, archive)
    counts, wrong = found(texts, archive)
    assert wrong == []
    linked: Counter[str] = Counter()
    for (_, kind), count in counts.items():
        linked[kind] += count["linked"]
    every = Counter(text["kind"] for text in texts)
    assert linked["spun"] == every["spun"] and linked["back-translation"] == every["back-translation"]
    assert linked["retelling"] >= LEAST_RETOLD * every["retelling"]


def test_pairs_of_texts_are_of_one_language_and_copies_where_both_were_made_from_one_text() -> None:
    texts = [
        {"event": event, "kind": kind, "lang": lang}
        for lang, event, kind in (
            ("de", "de-01", "original"),
            ("de", "de-01", "spun"),
            ("de", "de-01", "independent"),
            ("de", "de-02", "original"),
            ("fr", "fr-01", "original"),
        )
    ]
    pairs = [(texts.index(one), texts.index(two), kind) for one, two, kind in labelled_pairs(texts)]
    assert pairs == [(0, 1, "spun"), (0, 2, "independent"), (0, 3, "other"), (1, 2, "independent")]
    assert [copies(texts[a], texts[b]) for a, b, _ in pairs] == [True, False, False, False]
