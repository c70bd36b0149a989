"""Classes of characters, as the inside of a regular expression's character class (`[...]`), and why they matter."""

from __future__ import annotations

from collections.abc import Mapping

from cleanpipe.text.scripts import RIGHT_TO_LEFT, class_of, scripts_known

C0 = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
"""Controls that have no business in text: all of C0 but tab, line feed and carriage return; and DEL."""

C1 = r"\x80-\x9f"
"""Controls of ISO 6429. In scraped text they are bytes of Windows code pages read as ISO 8859-1."""

INVISIBLE = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Default ignorable code points (Unicode, DerivedCoreProperties) and what looks like nothing: U+2800, U+FFFC."""

JOINING = class_of(
    *("Arabic", "Syriac", "Nko", "Mongolian", "Adlam", "Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya"),
    *("Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Khmer", "Burmese", "Tibetan", "Balinese", "Javanese"),
    *("Tai Tham", "Phags-pa"),
)
"""Scripts in which U+200C and U+200D choose the form of letters (Unicode 15, chapter 23.2)."""

BREAKING = class_of("Thai", "Lao", "Khmer", "Burmese", "Tibetan", "Tai Lue", "Tai Tham", "Javanese", "Balinese")
"""Scripts without spaces, where U+200B and U+2060 say where a line may break."""

IDEOGRAPHIC = class_of("Han", "Hiragana", "Katakana", "Bopomofo", "Yi")

RIGHT_TO_LEFT_LETTERS = class_of(*sorted(RIGHT_TO_LEFT))

EMOJI = (
    r"\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935"
    r"\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
"""What can begin an emoji sequence (UTS #51), by block where the block is nearly all emoji."""

MATHEMATICS = (
    r"\u00ac\u00b1\u00b2\u00b3\u00b9\u00d7\u00f7\u1d62-\u1d6a\u2070-\u209c"
    r"\u2190-\u21ff\u2200-\u22ff\u2308-\u230b\u27c0-\u27ff\u2900-\u2bff\u2c7c\U0001d400-\U0001d7ff"
)

CLASSES: Mapping[str, str] = {
    **{script.lower().replace(" ", "-"): class_of(script) for script in sorted(scripts_known())},
    "c0": C0,
    "c1": C1,
    "invisible": INVISIBLE,
    "joining": JOINING,
    "breaking": BREAKING,
    "ideographic": IDEOGRAPHIC,
    "right-to-left": RIGHT_TO_LEFT_LETTERS,
    "emoji": EMOJI,
    "mathematics": MATHEMATICS,
}
"""The names that patterns in rule files may use: `[{emoji}]`."""

PARTS: Mapping[str, str] = {
    "web-address": r"(?:https?|ftp)://[^\s<>]+|\bwww\.[^\s<>]+",
    "mail-address": r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+",
    "code": r"^```[^\n]*\n(?:[^\n]*\n)*?```|(?<![`\w])`[^`\n]{1,120}`(?![`\w])",
    "about-charsets": r"(?i:mojibake|\b(?:character |text )?encodings?\b|charsets?|\bUTF-?8\b|windows-125\d|iso[- ]8859"
    r"|latin-1|garbled|кодировк|кракозябр|文字化け|乱码|zeichensatz|codificaci[oó]n|encodage|krzak)",
}
"""Names for whole pieces of a pattern, `{web-address}`: what most rules keep their hands off, and how a text
speaks of charsets."""
