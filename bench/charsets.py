"""How often the charset of bytes is told rightly, beside chardet and charset-normalizer where these can be imported.

    python bench/charsets.py                       drawn texts, language by language and charset by charset
    python bench/charsets.py --sentences           the same for the example sentences that spaCy brings
    python bench/charsets.py --gold FILE.jsonl     the same for one's own texts: lines of {"gold": text, "lang": code}
    python bench/charsets.py --train               makes `cleanpipe/language/pairs.json.gz` anew

A text counts as right where it comes out as it was: two charsets that give the same text are the same. Drawn texts are
words of wordfreq's lists, drawn by frequency with a fixed seed and set with capitals and punctuation; the tables were
counted over the same lists, so the sentences say more. The other tools are no dependency:

    pip install --target /tmp/detectors chardet charset-normalizer
    PYTHONPATH=/tmp/detectors python bench/charsets.py
"""

from __future__ import annotations

import argparse
import base64
import gzip
import importlib
import importlib.util
import json
import random
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

from cleanpipe.formats import decode
from cleanpipe.formats.charset import utf_8_share
from cleanpipe.formats.detect import CENTRAL, CYRILLIC, DENSE, WESTERN
from cleanpipe.language.likelihood import LetterModel, letter_model
from cleanpipe.language.pairs import END, NATS, START, Stored

PAIRS = Path(__file__).resolve().parents[1] / "cleanpipe" / "language" / "pairs.json.gz"

SIZES = (60, 200, 2000)
"""Characters of a text: a headline, a short piece of news, an article."""

TEXTS = 20
"""Texts of a language, charset and size, at most."""

VOCABULARY = 20_000
"""Words of a list that are drawn from."""

MADE = 60_000
"""Characters drawn for a language."""

OTHER_LANGUAGES = ("ar", "el", "et", "fa", "he", "ja", "ko", "lt", "lv", "th", "tr", "ur", "vi", "zh")

DENSE_LETTERS = {"zh": 4000, "ja": 3500, "ko": 2000}
"""Characters kept of a language that has thousands; rarer ones cost as much as unknown ones."""

LEAST_SHARE = 2e-5
"""Share of all letters that a letter needs to be one of the language's own."""

MOST_LETTERS = 90

QUOTED = {
    "fr": "«\u00a0{}\u00a0»",
    "ru": "«{}»",
    "uk": "«{}»",
    "de": "„{}“",
    "pl": "„{}”",
    "cs": "„{}“",
    "ja": "「{}」",
}

WRITTEN_IN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("en", "fr", "de", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "is", "ca"),
        (*("cp1252", "mac_roman", "cp850", "cp437"),),
    ),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "sh", "hr", "ro"), ("cp1250", "iso8859-2", "cp852")),
    **dict.fromkeys(("ru", "bg"), ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac_cyrillic")),
    "uk": ("cp1251", "koi8-u"),
    "mk": ("cp1251",),
    "sr": ("cp1251",),
    "el": ("cp1253", "iso8859-7"),
    "tr": ("cp1254",),
    "he": ("cp1255",),
    "ar": ("cp1256",),
    "fa": ("cp1256",),
    "lt": ("cp1257",),
    "lv": ("cp1257",),
    "et": ("cp1257",),
    "vi": ("cp1258",),
    "th": ("cp874",),
    "zh": ("gb18030", "big5"),
    "ja": ("shift_jis", "euc_jp"),
    "ko": ("euc_kr",),
}
"""Languages, and the charsets that they are tried in. Traditional characters are made of simplified ones for Big5."""

UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")

Detector = Callable[[bytes], str | None]


# The detectors


def ours(data: bytes) -> str | None:
    return decode(data).text


def _chardet(data: bytes) -> str | None:
    return _decoded(data, importlib.import_module("chardet").detect(data)["encoding"])


def _charset_normalizer(data: bytes) -> str | None:
    best = importlib.import_module("charset_normalizer").from_bytes(data).best()
    return _decoded(data, best.encoding if best else None)


def _decoded(data: bytes, charset: str | None) -> str | None:
    try:
        return data.decode(charset) if charset else None
    except (LookupError, UnicodeError):
        return None


def detectors() -> dict[str, Detector]:
    known = {"chardet": _chardet, "charset_normalizer": _charset_normalizer}
    return {"cleanpipe": ours, **{name: known[name] for name in known if importlib.util.find_spec(name)}}


# The texts


def drawn(lang: str) -> str:
    """Sentences of words drawn by how frequent they are."""
    from wordfreq import get_frequency_dict

    listed = {"sr": "sh", "hr": "sh", "et": "", "th": ""}.get(lang, lang)
    if not listed:
        return ""
    words, shares = zip(*islice(get_frequency_dict(listed).items(), VOCABULARY), strict=True)
    random_words = random.Random(f"charsets {lang}")
    space = "" if lang in ("zh", "ja") else " "
    sentences = []
    made = 0
    while made < MADE:
        chosen = random_words.choices(words, shares, k=random_words.randint(6, 16))
        sentence = space.join(chosen)
        sentence = sentence[:1].upper() + sentence[1:]
        if random_words.random() < 0.2:
            sentence = QUOTED.get(lang, "“{}”").format(sentence)
        sentence += "。" if lang in ("zh", "ja") else "."
        sentences.append(_serbian(sentence) if lang == "sr" else sentence)
        made += len(sentence)
    return "\n".join(sentences)


_LATIN_TO_SERBIAN = {
    **{"lj": "љ", "nj": "њ", "dž": "џ"},
    **dict(zip("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш", strict=True)),
}


def _serbian(text: str) -> str:
    for latin, cyrillic in _LATIN_TO_SERBIAN.items():
        for one, other in ((latin, cyrillic), (latin.capitalize(), cyrillic.upper())):
            text = text.replace(one, other)
    return text


def sentences(lang: str) -> str:
    """The example sentences of a language that spaCy brings, "" where it has none."""
    folder = {"nb": "nb", "sh": "hr"}.get(lang, lang)
    try:
        return "\n".join(importlib.import_module(f"spacy.lang.{folder}.examples").sentences)
    except ModuleNotFoundError:
        return ""


def gold(path: Path) -> Callable[[str], str]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["lang"]][row["gold"]] = None
    order = random.Random("charsets")
    mixed = {lang: order.sample(list(texts), len(texts)) for lang, texts in found.items()}
    return lambda lang: "\n".join(mixed.get(lang, ()))


def texts(lines: Sequence[str], charset: str, size: int) -> Iterator[str]:
    """Texts of about `size` characters, at most TEXTS, of whole lines but for the last; what the charset can't hold is
    left out, and what is ASCII in it."""
    lines = [line for line in map(_composed if charset == "cp1258" else str, lines) if _fits(line, charset)]
    text = ""
    made = 0
    for line in lines:
        text += ("\n" if text else "") + line
        if len(text) >= size:
            if charset in UNICODE or not text[:size].isascii():
                yield text[:size]
                made += 1
            text = ""
        if made == TEXTS:
            return


def _fits(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeError:
        return False
    return True


_TONES = "\u0300\u0301\u0303\u0309\u0323"


def _composed(line: str) -> str:
    """Letters as windows-1258 has them: composed but for the tone, which follows."""
    made = []
    for character in unicodedata.normalize("NFC", line):
        if _fits(character, "cp1258"):
            made.append(character)
            continue
        apart = unicodedata.normalize("NFD", character)
        tone = "".join(mark for mark in apart if mark in _TONES)
        made.append(unicodedata.normalize("NFC", "".join(c for c in apart if c not in _TONES)) + tone)
    return "".join(made)


@cache
def _traditional() -> dict[int, str]:
    from cleanpipe.language.words import _simplified

    return {ord(simple): chr(code) for code, simple in sorted(_simplified().items(), reverse=True)}


# The table


def measure(source: Callable[[str], str], tools: dict[str, Detector], show_wrong: bool) -> None:
    total: Counter[int] = Counter()
    right: Counter[tuple[str, int]] = Counter()
    seconds: defaultdict[tuple[str, int], float] = defaultdict(float)
    print(f"{'':20}" + "".join(f"{name:>28}" for name in tools))
    print(f"{'characters':20}" + "".join("".join(f"{size:>8}" for size in SIZES).rjust(28) for _ in tools))
    for lang, charsets in WRITTEN_IN.items():
        text = source(lang)
        for charset in (*charsets, *(UNICODE if lang in ("en", "ru", "zh") else ())):
            written = text.translate(_traditional()) if charset == "big5" else text
            cells: dict[str, list[str]] = {name: [] for name in tools}
            for size in SIZES:
                made = list(texts(written.split("\n"), charset, size))
                total[size] += len(made)
                for name, tool in tools.items():
                    good = 0
                    for one in made:
                        data = one.encode(charset)
                        started = time.perf_counter()
                        found = tool(data)
                        seconds[name, size] += time.perf_counter() - started
                        told = found is not None and found.lstrip("\ufeff") == one
                        good += told
                        if show_wrong and not told:
                            print(f"  {name} {lang} {charset}: {one[:70]!r} -> {(found or '')[:70]!r}")
                    right[name, size] += good
                    cells[name].append(f"{good}/{len(made)}" if made else "-")
            row = "".join("".join(f"{cell:>8}" for cell in cells[name]).rjust(28) for name in tools)
            print(f"{lang:4}{charset:16}{row}", flush=True)
    for title, form, values in (
        ("rightly", "{:>8.2%}", {key: right[key] / max(1, total[key[1]]) for key in right}),
        ("ms a text", "{:>8.1f}", {key: 1000 * seconds[key] / max(1, total[key[1]]) for key in right}),
    ):
        row = "".join("".join(form.format(values[name, size]) for size in SIZES).rjust(28) for name in tools)
        print(f"{title:20}{row}")
    print(f"{'texts':20}" + "".join(f"{total[size]:>8,}" for size in SIZES).rjust(28))


def damaged_shares(source: Callable[[str], str]) -> None:
    """The share of bytes beyond ASCII that look like UTF-8, in texts that aren't: the highest three by charset."""
    for lang, charsets in WRITTEN_IN.items():
        for charset in charsets:
            made = texts(source(lang).split("\n"), charset, SIZES[0])
            shares = [utf_8_share(one.encode(charset)) for one in made]
            print(f"{lang:4}{charset:16}" + " ".join(f"{share:.2f}" for share in sorted(shares)[:-4:-1]))


# The tables of letter pairs


def train() -> bytes:
    """The file. The same lists of words make the same bytes."""
    langs = sorted({*WESTERN, *CENTRAL, *CYRILLIC, *OTHER_LANGUAGES})
    stored = {lang: _table(model) for lang in langs if (model := letter_model(lang)) is not None}
    assert len(stored) == len(langs), sorted(set(langs) - stored.keys())
    data = json.dumps(stored, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return gzip.compress(data.encode(), compresslevel=9, mtime=0)


def _table(model: LetterModel) -> Stored:
    single = model.counts.singles()
    total = sum(single.values())
    letters = sorted((c for c in single if c > " "), key=lambda c: (-single[c], c))
    if model.lang in DENSE:
        import math

        letters = letters[: DENSE_LETTERS[model.lang]]
        costs = [-math.log(single[letter] / total) for letter in letters]
        if model.lang == "zh":
            others = {
                c: letters.index(simple)
                for code, simple in sorted(_mapping().items())
                if ((c := chr(code)) not in single and simple in set(letters))
            }
            costs += [costs[at] for at in others.values()]
            letters += list(others)
    else:
        letters = [letter for letter in letters if single[letter] >= LEAST_SHARE * total][:MOST_LETTERS]
        costs = [model.letter(a + b) for a in (START, *letters) for b in (*letters, END)]
    steps = bytes(min(255, round(cost / NATS)) for cost in costs)
    return {"letters": "".join(letters), "costs": base64.b64encode(steps).decode(), "dense": model.lang in DENSE}


def _mapping() -> dict[int, str]:
    from cleanpipe.language.words import _simplified

    return _simplified()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", action="store_true", help="spaCy's example sentences")
    parser.add_argument("--gold", type=Path, metavar="FILE", help="texts of one's own, as JSON lines")
    parser.add_argument("--only", help="one of the detectors")
    parser.add_argument("--wrong", action="store_true", help="show the texts that were told wrongly")
    parser.add_argument("--damaged", action="store_true", help="how much of a text in another charset looks like UTF-8")
    parser.add_argument("--train", action="store_true", help=f"write {PAIRS.name}")
    args = parser.parse_args()
    if args.train:
        PAIRS.write_bytes(data := train())
        print(f"{PAIRS.name}: {len(data):,} bytes")
        return
    source = gold(args.gold) if args.gold else sentences if args.sentences else drawn
    if args.damaged:
        damaged_shares(source)
        return
    tools = {name: tool for name, tool in detectors().items() if args.only in (None, name)}
    measure(source, tools, args.wrong)


if __name__ == "__main__":
    main()
