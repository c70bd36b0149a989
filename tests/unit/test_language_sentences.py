"""Where a sentence ends. In a case, "|" stands where one sentence ends and the next begins."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cleanpipe.language.sentences import LONGEST, sentences
from cleanpipe.language.stops import keeps_stop, spacy_code, tokenizer
from cleanpipe.language.words import frequencies, has_words

CASES: list[tuple[str | None, str]] = [
    ("en", "He fled.| “They watch us,” Kim said.| “Who?”| No answer."),
    ("en", "“It was cold.” |“Why?” he asked.| (They lied.) |Done"),
    ("en", '"It was cold."| "Why?" he asked.| \'Well.\' |Done'),
    ("en", "He swam to the U.S.| The ministry met U.S. President Ito in Washington, D.C. on Feb. 3.| Done."),
    (
        "en",
        "Mr. J. Ito and Dr. Lee of Acme Inc. left at 5 p.m. on St. John Street.| They won No. 5 by 3.5 pct. today.",
    ),
    ("en", "Shops shut at 6 p.m.| Bakeries stay open until 8 p.m. Monday to Friday, from 4 a.m. GMT.| Florists don't."),
    ("en", "The board meets at 7 p.m. March 12 at the hall.| It met at 9 a.m. Jan. 5 there."),
    ("en", "Really?!| Yes... and no...| But then... nothing came."),
    ("en", "They have fled.|The ministry said so.| “Next.”|But Node.js and www.Site.Org stay."),
    ("en", "1. First thing.|\n2. Second thing, e.g. a list.|\n- Third thing"),
    (None, "He fled.| She swam."),
    ("de", "Am 3. März kam er z.B. mit Dr. Müller.| „Wir gehen.“| Sie rief: „Nein!“| »Gut.«| Er ging."),
    ("fr", "« Nous partons. »| Il l’a dit.| M. Ito est parti le 3 févr. à midi.| « Pourquoi ? » demande-t-il.| Oui !"),
    ("es", "¿Qué pasó?| ¡Nada!| El Sr. García de EE.UU. llegó.| «Bien.»| Dijo."),
    ("ru", "Он родился в 1990 г. в Москве.| «Почему?» — спросил А. С. Иванов.| Цена 5 млн. руб. за штуку.| Всё."),
    ("el", "Ποιος ήρθε;| Ο Γιάννης.| Έφυγε; ναι."),
    ("en", "He came; They left."),
    ("zh", "政府表示。|“我们不会同意。”|他说！|真的吗？|是的。"),
    ("ja", "彼は「行きます。」と言った。|それから帰った。|「はい。」|終わり"),
    ("ar", "قال الوزير إنه سيذهب.| هل هذا صحيح؟| نعم، هذا صحيح."),
    ("fa", "او گفت که می‌رود.| آیا درست است؟| بله."),
    ("ur", "یہ ایک جملہ ہے۔| دوسرا جملہ۔"),
    ("hi", "यह एक वाक्य है।| दूसरा वाक्य है।| क्या?| हाँ।"),
    ("hy", "Սա նախադասություն է։| Երկրորդ։"),
    ("am", "ይህ ዓረፍተ ነገር ነው።| ሁለተኛ።"),
    ("th", "ตำรวจชายแดนได้รับโควตาในการระบุตัวและขับไล่ผู้อพยพที่ไม่มีเอกสาร |ซึ่งเป็น ส่วนหนึ่ง ของการเฝ้าระวัง"),
]

LAYOUTS = {
    "a heading": "A Heading: With Colon|\nThe text below is a long line that goes on, " + "and on, " * 20 + "and ends.",
    "blank lines": "no stop here|\n\nnor here|\n \nend",
    "wrapped": (
        "PORT ELLEN, Feb 26 - Ferries ran again on Monday in the whole\n"
        "of the Northern Isles, the harbour master of the old town of\nPort Ellen said in a note.|\n"
        "    The boats had been laid up for three weeks after a storm.| It\nhad broken the pier."
    ),
    "a table": "Shr 57 cts vs 72 cts|\n    Net 2.6 mln vs 3.2 mln|\n    Revs 190.8 mln vs 195.9 mln",
    "a link on its own line": "The boats, said\nthe Harbour Post,\nwill run " + "again and " * 20 + "again.",
    "other line ends": "one|\r\n\r\ntwo|\u2029Three|\x85\x85four",
}


def check(marked: str, lang: str | None) -> None:
    text = marked.replace("|", "")
    expected = [part.strip() for part in marked.split("|")]
    assert [text[span.start : span.end] for span in sentences(text, lang)] == expected


@pytest.mark.parametrize(("lang", "marked"), CASES)
def test_sentences(lang: str | None, marked: str) -> None:
    check(marked, lang)


@pytest.mark.parametrize("marked", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_lines(marked: str) -> None:
    check(marked, "en")


@pytest.mark.parametrize("part", [". ", ".", "a. ", "A. B. ", "\n", ' ."', "1. ", "。", ". (((( ", ".Ab", "? »", "ก "])
def test_long_texts_take_linear_time(part: str) -> None:
    text = part * (300_000 // len(part))
    started = time.process_time()
    spans = sentences(text, None)
    assert time.process_time() - started < 8
    assert all(span.end - span.start <= LONGEST for span in spans)


@pytest.mark.parametrize("stop", [".", "!", "…"])
def test_a_run_of_stops_before_a_digit_takes_linear_time(stop: str) -> None:
    text = f"One{stop * 300_000}5 is left. Two."
    started = time.process_time()
    spans = sentences(text, "en")
    assert time.process_time() - started < 8
    assert text[spans[-1].start :] == "Two."


@pytest.mark.shared
def test_wire_copy_is_not_cut_at_its_line_ends(shared: Path) -> None:
    """Lines of wire copy end in the middle of sentences: where one is cut there, the next begins like a sentence."""
    cuts = wrong = 0
    with gzip.open(shared / "data/reuters21578.jsonl.gz") as lines:
        for line in list(lines)[::60]:
            text = json.loads(line)["text"]
            for span in sentences(text, "en")[1:]:
                at_line_end = text[: span.start].endswith("\n")
                cuts += at_line_end
                wrong += at_line_end and text[span.start].islower()
    assert cuts > 20 and wrong <= 0.02 * cuts


WORDS = (
    *("Dr", "Mr", "U.S", "p.m", "e.g", "Corp", "z.B", "bzw", "1990s", "10pm", "COVID-19", "19", "NATO", "McD", "PhD"),
    *("Node.js", "www.example.com", "n\u00ba", "г", "им", "\u045f", "Übers", "co-op", "(he", "x/y", "A", "iPhone"),
    *(
        "better)",
        "<IBM>",
        'year"',
        "year”",
        "(A",
        "<M",
        "30-40%",
        "Japanese-U.S",
        "break.S",
        "EC/U.S",
        "SpA",
        "3D",
        "a]",
        "Iran-U.S",
        "that-",
        "360°",
        "<SO.M.A",
        "â‚¬",
        "1\\",
        "T-46A",
        "O’B",
        "MS9001F",
        "$",
        "..",
        "a,b",
        "http://example.com/a",
        "me@example",
        "\u0d85,\u0d86",
    ),
)


@pytest.mark.parametrize("lang", ["en", "de", "ru", "es", "tr", "pl", "hu", "nb", "sr", "fr", "ja", "sw", None])
def test_stops_are_kept_as_spacy_keeps_them(lang: str | None) -> None:
    common = [word for word, _ in zip(frequencies(lang), range(300), strict=False)] if has_words(lang) and lang else []
    for word in (*WORDS, *common, *(word.capitalize() for word in common)):
        assert keeps_stop(word, lang) == (len(tokenizer(spacy_code(lang))(word + ".")) == 1), word


def test_usual_text_loads_no_spacy() -> None:
    text = "Mr. Ito of the U.S. left at 5 p.m. on Monday. In the 1990s. It was COVID-19 (here). SpA was. Done."
    code = (
        "import sys; from cleanpipe.language.sentences import sentences; "
        f"sentences({text!r}, 'en'); print('spacy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "False\n"
