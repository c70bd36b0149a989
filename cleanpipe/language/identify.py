"""Which language a text is in: by its little words where they leave no doubt, else by the model that py3langid brings.

Better no language than a wrong one.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cleanpipe.language.little_words import language_by_words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SAMPLE_CHARACTERS = 3_000
"""About 2,000 letters of running text; more of it changes no answer."""

MIN_LETTERS = 20
"""Shorter texts get no language: below it, more than one confident answer in fifty was wrong on news sentences."""

MIN_CONFIDENCE = 0.5
"""From here up, 99 % of the answers are right on sentences of 20 letters, all of them on sentences of 100."""

UNSPACED_LETTER = 3
"""A Han, Kana, Hangul or Thai letter says about as much as three of an alphabet."""

# What the model tells apart and ISO 639-1, or a reader of news, does not. Nigerian Pidgin is what it makes of terse
# English wire copy; the code of a macrolanguage stands for its members. Confidence in them is added up.
_SAME = {"pcm": "en", "wuu": "zh", "yue": "zh", "arz": "ar", "ary": "ar", "sdh": "ku", "uzs": "uz", "gug": "gn"}


def identify(text: str) -> tuple[str | None, float]:
    """ISO 639-1 code of the language that a text begins in, and the model's probability for it, from 0 to 1.

    The probability is 1 where its little words say it. (None, probability) where the text is too short (MIN_LETTERS),
    the model unsure (MIN_CONFIDENCE), or the best guess is something that ISO 639-1 has no code for.

    >>> identify("The ministry did not reply to questions about the new border posts.")[0]
    'en'
    >>> identify("Hm.")
    (None, 0.0)
    """
    sample = _sample(text)
    if _letters(sample) < MIN_LETTERS:
        return None, 0.0
    by_words = language_by_words(sample)
    if by_words is not None:
        return by_words, 1.0
    shares = _shares(sample)
    best, share = max(shares.items(), key=lambda item: (item[1], item[0]))
    if share < MIN_CONFIDENCE or len(best) != 2:
        return None, round(share, 4)
    return best, round(min(share, 1.0), 4)


def likeliest(text: str, count: int) -> list[str]:
    """The `count` likeliest languages (ISO 639-1) of a text, best first, however short it is and unsure the model."""
    shares = _shares(_sample(text))
    return [code for code, _ in sorted(shares.items(), key=lambda item: (-item[1], item[0])) if len(code) == 2][:count]


def _sample(text: str) -> str:
    return text[:SAMPLE_CHARACTERS].encode("utf-8", "replace").decode("utf-8")  # a lone surrogate is no letter


def _shares(sample: str) -> dict[str, float]:
    shares: dict[str, float] = {}
    for label, share in _model().rank(sample):
        code = _SAME.get(label, label)
        shares[code] = shares.get(code, 0.0) + share
    return shares


def _letters(text: str) -> int:
    """Letters, those of scripts that say more in each counted more; stops counting once it is enough."""
    count = 0
    for character in text:
        if character.isalpha():
            count += UNSPACED_LETTER if _is_dense(character) else 1
            if count >= MIN_LETTERS:
                break
    return count


def _is_dense(character: str) -> bool:
    return "\u0e00" <= character <= "\u109f" or "\u1780" <= character <= "\u17ff" or character >= "\u2e80"


@cache
def _model() -> LanguageIdentifier:
    """The model, loaded once a process: 0.6 s and 20 MB."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
