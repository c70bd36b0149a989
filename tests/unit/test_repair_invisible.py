"""Invisible and control characters: what scripts, emoji, formulas and typesetters need stays, left-overs go."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanpipe.model import Profile
from cleanpipe.repair import repair, repair_text, undo

SOUND = {
    "Persian, non-joiners": "قایق\u200cها شب به بندر برمی\u200cگردند و ماهی می\u200cآورند.",
    "Persian, a suffix after a Latin word": "فایل PDF\u200cها در دفتر بندر است.",
    "Persian, a suffix after a number": "در سال ۲۰\u200cام قایق نو شد.",
    "Persian, a non-joiner twice": "کتاب\u200c\u200cها در کشتی ماند.",
    "Persian, a non-joiner before a space": "کلید Enter\u200c را فشار دهید و صبر کنید.",
    "Urdu": "کشتی\u200cبان صبح سویرے بندرگاہ پہنچا۔",
    "Kurdish, a joiner": "ه\u200dەموو کەشتیەکان گەڕانەوە.",
    "Arabic, a joiner that shows a form": "الحرف هـ في أول الكلمة: ه\u200d",
    "Arabic, joined without a ligature": "تكتب ل\u200d\u200c\u200dا من غير ربط.",
    "Hindi, half consonants": "नाव के नाम में क्\u200dष और क्\u200cष दोनों आए।",
    "Marathi, eyelash ra": "दर्\u200dयावर गार वारा होता.",
    "Bengali, ya after ra": "র\u200d্যাফট ঘাটে বাঁধা ছিল।",
    "Malayalam, old chillu": "അവന്\u200d കടലില്\u200d പോയി.",
    "Malayalam, a non-joiner": "തമിഴ്\u200cനാട് തീരത്ത് മഴ പെയ്തു.",
    "Malayalam, a non-joiner before a bracket": "നല്ല നിലവാരം \u200c(കൂടുതൽ സ്ഥലം വേണം)",
    "Sinhala, rakaransaya": "ශ්\u200dරී ලංකාවේ ධීවර බෝට්ටු",
    "Kannada": "ರ್\u200dಯಾಲಿ ಬಂದರಿನಲ್ಲಿ ನಡೆಯಿತು.",
    "Telugu": "కంప్యూటర్\u200cలో పడవల జాబితా ఉంది.",
    "Gujarati": "હોડીઓ ક્\u200dષિતિજ પર દેખાઈ.",
    "Tamil": "க்\u200cஷேத்திரம் கடலோரம் உள்ளது.",
    "Khmer, coeng with joiner": "ទូក\u200bធំ\u200bចូល\u200bកំពង់ផែ\u200bនៅ\u200bពេល\u200bព្រឹក។",
    "Khmer among Latin words": "ប្រភេទ True\u200b ឬ False\u200b នៅ\u200bទីនេះ",
    "Thai": "เรือ\u200bประมง\u200bกลับ\u200bเข้า\u200bท่า\u200bตอน\u200bเช้า",
    "Lao": "ເຮືອ\u200bກັບ\u200bມາ\u200bຮອດ\u200bທ່າ\u200bແລ້ວ",
    "Burmese": "သင်္ဘော\u200bများ\u200bဆိပ်ကမ်း\u200bသို့\u200bပြန်လာ\u200bသည်။",
    "Tibetan, word joiner": "གྲུ་\u2060གཟིངས་",
    "Japanese, a break after a bracket": "新しい船（\u200bさくら丸）\u200bが入港した。",
    "Chinese, word joiner": "港口\u2060办公室今天休息。",
    "Chinese, a variant of an ideograph": "葛\U000e0100飾と葛\U000e0101城の船",
    "Chinese, a compatibility variant": "樂\ufe00園",
    "Chinese, punctuation in the middle": "船到了，\ufe01人没到。",
    "Japanese, a word with its reading": "\ufff9東京\ufffaとうきょう\ufffbの港",
    "Mongolian, vowel separator": "ᠮᠣᠩᠭᠣᠯ\u202fᠤᠨ ᠬᠠᠷ\u180eᠠ",
    "Mongolian, a variant": "ᠭ\u180bᠠ",
    "Phags-pa variant": "ꡂ\ufe00ꡋ",
    "Burmese dotted form": "က\ufe00 နှင့် တ\ufe00",
    "Hebrew, marks around a code": "הסירה \u200f(ABC-12)\u200f חזרה לנמל",
    "Hebrew, a mark after a plus sign": "הוא כתב C++\u200e אתמול בערב בנמל",
    "Hebrew, an isolated address": "האתר \u2066example.com/a?b=1\u2069 נסגר אתמול",
    "Hebrew, points with a joiner of marks": "יְרוּשָׁלַ\u034fִם",
    "Arabic, an embedded name": "وصلت السفينة \u202aMV Ocean-7\u202c إلى الميناء مساء أمس",
    "Arabic, a letter mark before a number": "المبلغ \u061c-٥٠ ريالا دفع أمس في الميناء",
    "Arabic, a line of numbers": "هذه أرقام الميناء لهذا اليوم\n\u200f12/07/2021 \u200f(3)",
    "Syriac": "ܣܦܝܢܬܐ\u200cܐ",
    "English with a Hebrew name": "The boat \u2067שלום\u2069 left \u200f(no. 3)\u200f at dawn.",
    "English with an Arabic name": "The café \u202bمقهى البحر\u202c is open.",
    "emoji, family and skin": "Family 👨\u200d👩\u200d👧\u200d👦 and coder 👩🏽\u200d💻 came.",
    "emoji, flags": "🏳\ufe0f\u200d🌈 🏴\u200d☠\ufe0f 🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "emoji, keycaps and text style": "Press 1\ufe0f\u20e3 or #\ufe0f\u20e3, ☎\ufe0e or ✔\ufe0f",
    "emoji, heart and signs": "I ❤\ufe0f boats ™\ufe0f ©\ufe0f ℹ\ufe0f ↔\ufe0f",
    "emoji, gender sign": "A runner 🏃🏾\u200d♀\ufe0f passed.",
    "emoji, broken chain": "🐻\u200d❄\ufe0f walked home",
    "formula, application": "f\u2061(x) = sin\u2061x + log\u2061(y)",
    "formula, products": "Let a = 2\u2062x + 3\u2062π\u2062r and d = 3\u2064½.",
    "formula, indices": "the entry a\u2063b of M\u2062N",
    "formula, a variant of a sign": "A ∩\ufe00 B ≨\ufe00 C",
    "zero with a stroke": "the code is 0\ufe00",
    "French, spaces before signs": "Vraiment\u202f? Oui\u00a0: «\u00a021\u00a0°C\u00a0», dit-il\u202f!",
    "number and unit": "a 5\u00a0kg fish, 12\u202f000\u202fboats, §\u00a07",
    "Swedish thousands": "12\u2009000 båtar",
    "figure space": "no.\u20077 and no. 12",
    "German soft hyphens": "Dampf\u00adschiff\u00adfahrts\u00adge\u00adsell\u00adschaft",
    "Dutch soft hyphen": "de haven\u00adarbeiders staken",
    "Russian soft hyphens": "паро\u00adходное обще\u00adство",
    "German, no ligature": "Auf\u200clage und Schiff\u200cfahrt",
    "word joiners of a typesetter": "1990\u2060–\u20602000, and\u2060/\u2060or",
    "line and paragraph separators": "one line\u2028the next\u2029a paragraph",
    "next line": "the first line,\u0085the second line.\u0085",
    "tab and line ends": "one\ttwo\r\nthree\n",
    "Korean filler": "이름은 \u3164한\u3164 이다",
    "Hangul letters": "ᄒ\u1160 and 한글",
    "combining grapheme joiner": "a\u034f\u0308 is not ä",
    "shorthand": "\U0001bc02\U0001bca0\U0001bc03",
    "music": "\U0001d15f\U0001d173\U0001d160\U0001d174",
    "Braille": "⠞⠓⠑⠀⠃⠕⠁⠞",
    "Adlam": "𞤸𞤫\u200d𞤤",
    "Hieroglyph turned": "\U00013091\ufe00",
    "ZWSP after Thai quotation": "“เรือ\u200b” และ “ท่า\u200b”",
}

DAMAGED = {
    "zero-width spaces": ("the har\u200bbour of\u200b fice", "the harbour of fice"),
    "every zero-width character": (
        "t\u200bhe \u200char\u200dbour \u2060of\ufefffice\u180e",
        "the harbour office",
    ),
    "word joiner by a dash, and in a word": (
        "1990\u2060–2000 in the har\u2060bour",
        "1990–2000 in the harbour",
    ),
    "non-joiner in a ligature, and elsewhere": ("an of\u200cfice by the ha\u200crbour", "an office by the harbour"),
    "hidden bits in English": (
        "The boats\u200b\u200c\u200b\u200b\u200c\u200d\u200b left.",
        "The boats left.",
    ),
    "hidden bits in Persian": (
        "قایق\u200cها\u200b\u200c\u200d\u200b\u200b\u200c\u200b رفتند و برنگشتند",
        "قایق\u200cها رفتند و برنگشتند",
    ),
    "hidden bits in Hindi": (
        "नाव घाट पर\u200c\u200d\u200c\u200c\u200d\u200d\u200c\u200d आई।",
        "नाव घाट पर आई।",
    ),
    "hidden bits of marks in Hebrew": (
        "הסירה\u200e\u200f\u200e\u200e\u200f\u200f\u200e\u200f\u200e חזרה",
        "הסירה חזרה",
    ),
    "hidden bits in Thai": ("เรือ\u200b\u200c\u200b\u2060\u200bกลับ", "เรือกลับ"),
    "hidden bits in Chinese": ("港口\u200b\u200c\u200b\u200d\u200c今天休息", "港口今天休息"),
    "mark at the beginning": ("\ufeffThe harbour", "The harbour"),
    "marks of a phone number": ("call \u202a+1 555 1234\u202c now", "call +1 555 1234 now"),
    "direction marks in Latin text": ("full\u202e prod\u200fuction\u2066 to\u2069day", "full production today"),
    "direction marks in Russian": ("порт\u200e открыт\u200f снова", "порт открыт снова"),
    "direction mark in another line": ("The boat שלום left.\nIt was\u200e late.", "The boat שלום left.\nIt was late."),
    "variation selectors after letters": ("ke\ufe0fin\U000e0139 Fall\ufe0b", "kein Fall"),
    "bytes after an emoji": ("Hello 😀\U000e0158\U000e0155\U000e015c\U000e015c\U000e015f!", "Hello 😀!"),
    "bytes after an ideograph": ("葛\U000e0100\U000e0155\U000e0156飾", "葛\U000e0100飾"),
    "selector of an emoji without one": ("the keys 1\ufe0f and a\ufe0e", "the keys 1 and a"),
    "tags": ("the \U000e0074\U000e0065har\U000e0069bour", "the harbour"),
    "language tag": ("\U000e0001\U000e0065\U000e006eThe harbour", "The harbour"),
    "tags after an emoji": ("a boat ⛵\U000e0068\U000e0069", "a boat ⛵"),
    "invisible operators": ("We \u2062will sail ba\u2063ck a\u2062t one", "We will sail back at one"),
    "invisible operator in a number": ("in 1\u20629\u206348 the ha\u2064rbour", "in 1948 the harbour"),
    "soft hyphens anywhere": ("the harbo\u00adur\u00ad of\u00adfice w\u00adas", "the harbour office was"),
    "soft hyphen at a line end": ("the old har\u00ad\nbour office", "the old harbour office"),
    "fillers": ("Mada\u00ef,\u17b5 Ja\ufffcvan\u3164\u3164 \u115fand\u1160", "Madaï, Javan and"),
    "half-width filler": ("the \uffa0harbour", "the harbour"),
    "annotation marks": ("the \ufff9har\ufffabour\ufffb", "the harbour"),
    "deprecated marks": ("the\u206a har\u206fbour", "the harbour"),
    "musical controls": ("the har\U0001d173bour", "the harbour"),
    "joiner between letters in Cyrillic": ("га\u200dвань и пор\u200cт", "гавань и порт"),
    "joiner in Greek": ("το λι\u200dμάνι", "το λιμάνι"),
    "joiner after an emoji": ("a boat ⛵\u200d", "a boat ⛵"),
    "null and bell": ("the har\u0000bo\u0007ur", "the harbour"),
    "delete": ("the harbour\u007f", "the harbour"),
    "vertical tab": ("the \u000bharbour", "the harbour"),
    "C1 quotation marks": (
        "\u0093We sail\u0094, she said \u0096 it\u0092s late\u0085",
        "“We sail”, she said – it’s late…",
    ),
    "C1 ellipsis at a word": ("Well\u0085 perhaps", "Well… perhaps"),
    "C1 bullet and euro": ("\u0095 price \u0080 5", "• price € 5"),
    "low bytes of quotation marks": (
        "\u001cWe sail,\u001d she said. It isn\u0019t late.",
        "“We sail,” she said. It isn’t late.",
    ),
    "low byte of a dash": ("the boats \u0014 all nine \u0014 left", "the boats — all nine — left"),
    "watermark in several scripts": ("порт\u2062овый кра\u2063н", "портовый кран"),
    "question marks for quotation marks": (
        "?We sail,? said the captain of the boat. ?It?s late.?",
        "“We sail,” said the captain of the boat. “It’s late.”",
    ),
    "question marks for apostrophes": ("It?s the men?s boat, O?Brien?s", "It’s the men’s boat, O’Brien’s"),
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND)
def test_what_is_needed_stays(text: str) -> None:
    assert repair(text).edits == ()


@pytest.mark.parametrize(("before", "after"), DAMAGED.values(), ids=DAMAGED)
def test_left_overs_go(before: str, after: str) -> None:
    repaired = repair(before)
    assert repaired.text == after
    assert undo(repaired) == before


INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u17b4\u180b\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2028\u2060\u2061\u2062\u2063"
    "\u2066\u2069\u206a\u3164\ufe00\ufe0f\ufeff\ufff9\ufffa\ufffb\ufffc\U000e0067\U000e007f\U000e0100\u0085\x19\x1c\x0b"
)
VISIBLE = [
    "harbour",
    "f",
    "x",
    " ",
    "\n",
    "1",
    ".",
    "–",
    "می",
    "क्",
    "ไทย",
    "東",
    "한",
    "ש",
    "ᠮ",
    "😀",
    "🏴",
    "∩",
    "⠞",
    "ф",
]
MIXTURES = st.lists(st.sampled_from([*VISIBLE, *INVISIBLE]), max_size=30).map("".join)
NO_BYTES = MIXTURES.filter(lambda text: "ф" not in text)  # a small Cyrillic letter may be a byte in a wrong charset
PROFILES: list[Profile] = ["archival", "plain"]


@pytest.mark.parametrize("profile", PROFILES)
@given(text=MIXTURES)
@settings(max_examples=150, deadline=None)
def test_repairing_twice_is_repairing_once(profile: Profile, text: str) -> None:
    once = repair(text, profile=profile)
    assert undo(once) == text
    assert repair_text(once.text, profile=profile) == once.text


@given(text=NO_BYTES)
@settings(max_examples=100, deadline=None)
def test_nothing_visible_is_lost(text: str) -> None:
    def seen(string: str) -> str:
        return "".join(character for character in string if character in "".join(VISIBLE) and not character.isspace())

    assert seen(repair_text(text)) == seen(text)
