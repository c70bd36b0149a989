"""Which script a character belongs to: a compact table of Unicode 15 blocks, enough to tell languages of news apart."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from functools import lru_cache

# Start, end (included), script; letters and marks of the script, in order.
_RANGES: tuple[tuple[int, int, str], ...] = (
    (0x41, 0x5A, "Latin"),
    (0x61, 0x7A, "Latin"),
    (0xAA, 0xAA, "Latin"),
    (0xBA, 0xBA, "Latin"),
    (0xC0, 0xD6, "Latin"),
    (0xD8, 0xF6, "Latin"),
    (0xF8, 0x2AF, "Latin"),
    (0x370, 0x373, "Greek"),
    (0x376, 0x377, "Greek"),
    (0x37B, 0x37D, "Greek"),
    (0x37F, 0x37F, "Greek"),
    (0x386, 0x386, "Greek"),
    (0x388, 0x3FF, "Greek"),
    (0x400, 0x52F, "Cyrillic"),
    (0x531, 0x58A, "Armenian"),
    (0x591, 0x5F4, "Hebrew"),
    (0x600, 0x61B, "Arabic"),
    (0x61D, 0x6FF, "Arabic"),
    (0x700, 0x74F, "Syriac"),
    (0x750, 0x77F, "Arabic"),
    (0x780, 0x7BF, "Thaana"),
    (0x7C0, 0x7FF, "Nko"),
    (0x860, 0x86F, "Syriac"),
    (0x870, 0x8FF, "Arabic"),
    (0x900, 0x97F, "Devanagari"),
    (0x980, 0x9FF, "Bengali"),
    (0xA00, 0xA7F, "Gurmukhi"),
    (0xA80, 0xAFF, "Gujarati"),
    (0xB00, 0xB7F, "Oriya"),
    (0xB80, 0xBFF, "Tamil"),
    (0xC00, 0xC7F, "Telugu"),
    (0xC80, 0xCFF, "Kannada"),
    (0xD00, 0xD7F, "Malayalam"),
    (0xD80, 0xDFF, "Sinhala"),
    (0xE01, 0xE5B, "Thai"),
    (0xE81, 0xEDF, "Lao"),
    (0xF00, 0xFFF, "Tibetan"),
    (0x1000, 0x109F, "Burmese"),
    (0x10A0, 0x10FF, "Georgian"),
    (0x1100, 0x11FF, "Hangul"),
    (0x1200, 0x139F, "Ethiopic"),
    (0x13A0, 0x13FF, "Cherokee"),
    (0x1780, 0x17F9, "Khmer"),
    (0x1800, 0x18AF, "Mongolian"),
    (0x1980, 0x19DF, "Tai Lue"),
    (0x1A20, 0x1AAF, "Tai Tham"),
    (0x1B00, 0x1B7F, "Balinese"),
    (0x1C80, 0x1C8F, "Cyrillic"),
    (0x1C90, 0x1CBF, "Georgian"),
    (0x1D00, 0x1D25, "Latin"),
    (0x1E00, 0x1EFF, "Latin"),
    (0x1F00, 0x1FFF, "Greek"),
    (0x2800, 0x28FF, "Braille"),
    (0x2C60, 0x2C7F, "Latin"),
    (0x2D00, 0x2D2F, "Georgian"),
    (0x2DE0, 0x2DFF, "Cyrillic"),
    (0x2E80, 0x2FDF, "Han"),
    (0x3005, 0x3007, "Han"),
    (0x3041, 0x309F, "Hiragana"),
    (0x30A1, 0x30FA, "Katakana"),
    (0x30FC, 0x30FF, "Katakana"),
    (0x3105, 0x312F, "Bopomofo"),
    (0x3131, 0x318E, "Hangul"),
    (0x31F0, 0x31FF, "Katakana"),
    (0x3400, 0x4DBF, "Han"),
    (0x4E00, 0x9FFF, "Han"),
    (0xA000, 0xA4CF, "Yi"),
    (0xA640, 0xA69F, "Cyrillic"),
    (0xA722, 0xA7FF, "Latin"),
    (0xA840, 0xA87F, "Phags-pa"),
    (0xA8E0, 0xA8FF, "Devanagari"),
    (0xA960, 0xA97F, "Hangul"),
    (0xA980, 0xA9DF, "Javanese"),
    (0xA9E0, 0xA9FF, "Burmese"),
    (0xAA60, 0xAA7F, "Burmese"),
    (0xAB30, 0xAB6F, "Latin"),
    (0xAC00, 0xD7FB, "Hangul"),
    (0xF900, 0xFAFF, "Han"),
    (0xFB00, 0xFB06, "Latin"),
    (0xFB13, 0xFB17, "Armenian"),
    (0xFB1D, 0xFB4F, "Hebrew"),
    (0xFB50, 0xFDFF, "Arabic"),
    (0xFE70, 0xFEFC, "Arabic"),
    (0xFF21, 0xFF3A, "Latin"),
    (0xFF41, 0xFF5A, "Latin"),
    (0xFF66, 0xFF9F, "Katakana"),
    (0xFFA1, 0xFFDC, "Hangul"),
    (0x10800, 0x10FFF, "Old right-to-left"),
    (0x1E800, 0x1E95F, "Adlam"),
    (0x1EE00, 0x1EEFF, "Arabic"),
    (0x20000, 0x323AF, "Han"),
)
_STARTS = [start for start, _, _ in _RANGES]

UNSPACED = frozenset({"Han", "Hiragana", "Katakana", "Bopomofo", "Thai", "Lao", "Khmer", "Burmese", "Tibetan"})
"""Scripts that put no space between words. (Tibetan has a mark between syllables.)"""

RIGHT_TO_LEFT = frozenset({"Hebrew", "Arabic", "Syriac", "Thaana", "Nko", "Old right-to-left", "Adlam"})


@lru_cache(maxsize=8192)
def script_of(character: str) -> str | None:
    """The script of one character, None for digits, punctuation, symbols, controls and what the table leaves out.

    >>> script_of("ж"), script_of("!")
    ('Cyrillic', None)
    """
    code = ord(character)
    index = bisect_right(_STARTS, code) - 1
    if index < 0:
        return None
    _, end, script = _RANGES[index]
    return script if code <= end else None


def count_scripts(text: str) -> Counter[str]:
    """How many characters of each script a text has."""
    counts: Counter[str] = Counter()
    for character, count in Counter(text).items():
        script = script_of(character)
        if script is not None:
            counts[script] += count
    return counts


def dominant_script(text: str) -> str | None:
    """The script that most characters of the text belong to, None for a text without letters. Ties go by name."""
    counts = count_scripts(text)
    return min(counts, key=lambda script: (-counts[script], script)) if counts else None


def class_of(*scripts: str) -> str:
    """The inside of a regular expression's character class that holds the given scripts.

    >>> class_of("Lao")
    '\\u0e81-\\u0edf'
    """
    unknown = set(scripts) - {script for _, _, script in _RANGES}
    if unknown:
        raise KeyError(f"no such script: {', '.join(sorted(unknown))}")
    return "".join(f"{_escape(start)}-{_escape(end)}" for start, end, script in _RANGES if script in scripts)


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def scripts_known() -> frozenset[str]:
    """Names of every script in the table."""
    return frozenset(script for _, _, script in _RANGES)
