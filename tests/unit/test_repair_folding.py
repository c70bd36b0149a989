"""The profile "plain": typography is folded, everything else stays; the profile "archival" leaves all of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanpipe.repair import repair, repair_text, undo

FOLDED = {
    "ligatures": ("the oﬃce of the ﬂeet, ﬁve ﬀ and ﬆ", "the office of the fleet, five ff and st"),
    "ligature letters of Croatian": ("ǈubav, ǆep i ǋegoš", "Ljubav, džep i Njegoš"),
    "Dutch ij": ("ĳsberg bij het Ĳ", "ijsberg bij het IJ"),
    "Armenian ligatures": ("ﬓ և ﬕ", "մն և մի"),
    "Arabic in fixed shapes": ("ﺍﻟﻤﻴﻨﺎﺀ", "الميناء"),
    "full width": ("Ｔｈｅ ｈａｒｂｏｕｒ： ９ ｂｏａｔｓ！", "The harbour: 9 boats!"),
    "full width beside a name in Han": ("Mayor 林 said\nｙｅｓ to it", "Mayor 林 said\nyes to it"),
    "bold letters": ("𝐓𝐡𝐞 𝐡𝐚𝐫𝐛𝐨𝐮𝐫 of 𝟏𝟗𝟒𝟖", "The harbour of 1948"),
    "sans-serif bold letters, one alone": ("𝗮 𝗯𝗼𝗮𝘁 at 𝘀𝗲𝗮", "a boat at sea"),
    "italic letters with their gap": ("𝑠ℎ𝑖𝑝 and 𝑓𝑖𝑠ℎ", "ship and fish"),
    "script letters with their gaps": ("𝒽ℯ𝓁𝓁ℴ ℬ𝓇𝒾𝑔", "hello Brig"),
    "double-struck and fraktur": ("𝕙𝕒𝕣𝕓𝕠𝕦𝕣 𝔥𝔞𝔯𝔟𝔬𝔲𝔯 ℌ𝔞𝔣𝔢𝔫", "harbour harbour Hafen"),
    "monospace": ("𝚝𝚑𝚎 𝚑𝚊𝚛𝚋𝚘𝚞𝚛", "the harbour"),
    "bold letters with an accent": ("𝗰𝗮𝗳𝗲\u0301", "café"),
    "bold Greek": ("𝛂𝛃𝛄", "αβγ"),
    "decorated words with endings": ("𝗯𝗼𝗮𝘁s and 𝐇𝐚𝐫𝐛𝐨𝐮𝐫's", "boats and Harbour's"),
    "decorated words in words": ("a 𝘃𝗲𝗿𝘆good day, 𝘀𝘂𝗽𝗲𝗿boat and re𝗼𝗽𝗲𝗻", "a verygood day, superboat and reopen"),
    "a decorated line": ("The town.\n𝓕𝓸𝓵𝓵𝓸𝔀 𝓾𝓼 𝓷𝓸𝔀\nThe end.", "The town.\nFollow us now\nThe end."),
    "full-width words in Russian": ("Порт и Ｂｏａｔом в ｐｏｒｔ", "Порт и Boatом в port"),
    "letters struck through": (
        "the o\u0336l\u0336d\u0336 \u0336b\u0336o\u0336a\u0336t\u0336 sank",
        "the old boat sank",
    ),
    "strokes of several kinds": ("T\u0338h\u0332e\u0335 m\u0335a\u0336n\u0332, o\u0337f\u0337 it", "The man, of it"),
    "strokes over punctuation": ("“\u0338No,”\u0335 he said —\u0332 twice", "“No,” he said — twice"),
    "lines over words": ("o\u0305n\u0305e and t\u033fw\u033fo\u033f", "one and two"),
    "negated relations": ("a =\u0338 b, M ⊂\u0338 N, x <\u0338 y", "a ≠ b, M ⊄ N, x ≮ y"),
    "decomposed French": ("cafe\u0301, garc\u0327on, e\u0302tre, Noe\u0308l", "café, garçon, être, Noël"),
    "decomposed Vietnamese": ("Vie\u0323\u0302t Nam, ca\u0309ng", "Việt Nam, cảng"),
    "decomposed Cyrillic": ("И\u0306од, е\u0308лка, і\u0308жа", "Йод, ёлка, їжа"),
    "decomposed Greek": ("α\u0301νεμος, ι\u0308\u0301", "άνεμος, ΐ"),
    "decomposed kana": ("か\u3099と ほ\u309a", "がと ぽ"),
    "decomposed Hangul": ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
    "decomposed Arabic": ("ا\u0653ن، و\u0654", "آن، ؤ"),
    "decomposed Bengali": ("ক\u09c7\u09beন", "ক\u09cbন"),
    "decomposed Tamil": ("ப\u0bc6\u0bbeன்", "ப\u0bca" + "ன்"),
    "French spaces": ("Vraiment\u202f? «\u00a0Oui\u00a0»", "Vraiment ? « Oui »"),
    "every exotic space": (
        "a\u2000b\u2001c\u2002d\u2003e\u2004f\u2005g\u2006h\u2007i\u2008j\u2009k\u200al\u205fm\u3000n",
        "a b c d e f g h i j k l m n",
    ),
    "line ends": ("one\r\ntwo\rthree\u2028four\u2029five", "one\ntwo\nthree\nfour\nfive"),
    "next line after punctuation": ("one,\u0085two.\u0085Three", "one,\ntwo.\nThree"),
    "several at once": ("ﬁve\u00a0ｂｏａｔｓ\r\nin the cafe\u0301", "five boats\nin the café"),
}

KEPT_BY_PLAIN = {
    "curly quotes": "“We sail,” she said — it’s late…",
    "letters that are no ligatures": "cœur, Æsir, œuvre, Straße, þing, ʼn, ſ",
    "fractions and signs": "½ kg, 1⁄2, 10³, m², H₂SO₄, №5, ™, ℃, ㎏, ①",
    "mathematics, single letters": "where 𝑥 ∈ ℝ and ℎ is the constant of Planck",
    "numbers with a line": "X\u0305V\u0305 is 15,000 and the mean is x\u0305.",
    "a stroke shown by itself": "the sign ◌\u0336 is a stroke",
    "Chinese punctuation": "港口今天休息，明天开放！（九点）",
    "Japanese full width": "ＪＲ東日本の１号車は５時に出発します。",
    "Japanese, a line of full width": "東京の新しい駅が開業しました。人が多い。\nＪＲ",
    "Korean": "항구는 오늘 쉽니다，내일 엽니다！",
    "half-width kana": "ｶﾞｿﾘﾝ",
    "Arabic vowels": "مُحَمَّدٌ فِي المِينَاءِ",
    "Arabic phrases of one character": "ﷺ and ﷼",
    "Hebrew points": "שָׁלוֹם בַּנָּמֵל",
    "Devanagari signs": "नाव क़लम फ़र्श",
    "Thai": "เรือประมงกลับเข้าท่า",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ\u202fᠤᠨ",
    "Ogham": "᚛ᚋᚐᚊᚔ\u1680ᚋᚒᚉᚑᚔ᚜",
    "a phonetic transcription": "[kʰæt̪], [ɹ̩], [ə̃]",
    "Yoruba": "ọ̀kọ̀ ojú omi",
    "a web address": "http://example.org/oﬃce/ｐａｔｈ/cafe\u0301?q=𝗮𝗯𝗰",
    "a mail address": "oﬃce@example.org and ｏｆｆｉｃｅ@example.org",
    "code in a line": "Write `oﬃce = ｘ + cafe\u0301` there.",
    "fenced code": "```\noﬃce = 'ｆｕｌｌ' # cafe\u0301 𝗮𝗯𝗰 o\u0336\n```",
    "emoji": "👩🏽\u200d💻 ☺\ufe0f 1\ufe0f\u20e3",
    "plain text": "The harbour office was closed on Friday.\nAll nine boats stayed.\n",
}


@pytest.mark.parametrize(("before", "after"), FOLDED.values(), ids=FOLDED)
def test_typography_is_folded(before: str, after: str) -> None:
    repaired = repair(before, profile="plain")
    assert repaired.text == after
    assert undo(repaired) == before


@pytest.mark.parametrize("text", [before for before, _ in FOLDED.values()], ids=FOLDED)
def test_archival_leaves_typography(text: str) -> None:
    assert repair(text).edits == ()


@pytest.mark.parametrize("text", KEPT_BY_PLAIN.values(), ids=KEPT_BY_PLAIN)
def test_what_is_no_typography_stays(text: str) -> None:
    assert repair(text, profile="plain").edits == ()
    assert repair(text).edits == ()


def test_disguised_letters_are_put_right_beside_decorated_words() -> None:
    text = "𝗧𝗵𝗲 𝘁𝗼𝘄𝗻 is clo𝘀ed and the ha𝗿bour too"
    assert repair_text(text) == "𝗧𝗵𝗲 𝘁𝗼𝘄𝗻 is closed and the harbour too"
    assert repair_text(text, profile="plain") == "The town is closed and the harbour too"


def test_plain_does_all_that_archival_does() -> None:
    text = "the har\u200bbour &amp; the oﬃce"
    assert repair_text(text) == "the harbour & the oﬃce"
    assert repair_text(text, profile="plain") == "the harbour & the office"


PIECES = [
    *"ﬁﬆǆﻻﷲｂＴ！𝗮𝑥ℎ𝟏xeか한한اப東=Xᠮ \r\n`@.,“",
    *"\u0301\u0323\u0336\u0338\u0305\u0654\u3099\u0bc6\u0bbe\u00a0\u202f\u3000\u2028\u0085\u25cc",
    *("```\n", "http://"),
]
MIXTURES = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@given(text=MIXTURES)
@settings(max_examples=200, deadline=None)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = repair(text, profile="plain")
    assert undo(once) == text
    assert repair_text(once.text, profile="plain") == once.text


@given(text=MIXTURES)
@settings(max_examples=100, deadline=None)
def test_folding_is_the_last_step(text: str) -> None:
    assert repair_text(repair_text(text), profile="plain") == repair_text(text, profile="plain")
