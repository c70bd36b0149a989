"""Writes a news dump to time whole jobs on: as many articles as asked for, of real sentences, with copies and damage.

    python bench/news_dump.py SHARED 2000 dump.jsonl [--damaged .05] [--seed 1]

Each article is some 400 words of sentences of SHARED/data, a few in a row from each text. What is used again gets other
figures, names and content words, so that articles share no more than news does. One in twelve is a copy of an earlier
one: reprinted with the furniture of another page, edited, cut, or spun; which says the field `kind`. The share
`--damaged` has its text damaged: UTF-8 read as a one-byte charset, once or twice, in whole or in part, or invisible
characters. The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pair_data import _spin, _vocabulary, read

from cleanpipe.language.sentences import sentences

WORDS, LEAST_WORDS = 400, 40
"""Of an article, on average and at least."""
RUN = 4
"""Sentences of one text that follow one another in an article, at most."""
AGAIN = 0.5
"""Share of the content words that are others when a sentence is used again."""
COPIES = {"reprint": 0.03, "edited": 0.02, "cut": 0.01, "spun": 0.02}
"""Shares of the articles that are copies, by kind: the low end of what studies of news flows report."""
CREDITED, CURLY, FURNISHED = 0.3, 0.6, 0.3
"""Shares of the articles that credit an agency, have typographic quotes, have page furniture."""
DAMAGE = {"mojibake": 0.4, "part": 0.25, "twice": 0.1, "invisible": 0.25}

LEFT_OUT = ("ecb", "reuters")
"""Sets of links_dev that aren't taken: reports of the same events, and what stands in the file of wire stories."""

AGENCIES = ("Reuters", "AP", "AFP", "Xinhua")
OUTLETS = tuple(
    f"{place} {kind}"
    for place in ("Harbour", "Northern", "Valley", "Capital", "Lakeside", "Midland", "Coastal", "Union")
    for kind in ("Herald", "Gazette", "Post", "Courier", "Tribune")
)
PLACES = ("LONDON", "NEW YORK", "TOKYO", "PARIS", "NAIROBI", "CHICAGO", "SYDNEY", "BONN")
ABOVE = ("Home | News | World", "Share this: Facebook  X  WhatsApp  Email", "Advertisement")
BELOW = (
    "Sign up for our free morning newsletter and never miss a story.",
    "Related stories",
    "© 2024 All rights reserved.",
    "We use cookies to improve this page. By continuing you accept our cookie policy.",
    "Leave a comment",
)
INVISIBLE = ("\N{ZERO WIDTH SPACE}", "\N{SOFT HYPHEN}", "\N{ZERO WIDTH NO-BREAK SPACE}", "\N{LEFT-TO-RIGHT MARK}")


def texts_of(data: Path) -> list[list[str]]:
    """Sentences of every English prose text, one list a text; of texts that are copies of one another one is taken."""
    sets = {row["id"]: row["set"] for row in read(data / "links_dev/sets.jsonl")}
    copies = {
        member for row in read(data / "links_dev/gold.jsonl") for member in row["members"] if member != row["canonical"]
    }
    found = []
    for row in (*read(data / "reuters21578.jsonl.gz"), *read(data / "links_dev/corpus.jsonl.gz")):
        if row["id"] in copies or sets.get(row["id"]) in LEFT_OUT:
            continue
        text = re.sub(r"[ \t]*\n[ \t]*", " ", row["text"])
        letters = sum(character.isalpha() for character in text)
        if letters < 0.7 * len(text) or not text.isprintable():
            continue
        spans = [text[start:end] for start, end in sentences(text, "en")]
        if kept := [span for span in spans if 6 <= len(span.split()) <= 60]:
            found.append(kept)
    return found


class Writer:
    """Writes articles from a stock of sentences, changed from the second use on."""

    def __init__(self, texts: list[list[str]], draw: random.Random) -> None:
        self.draw = draw
        self.texts = texts
        self.vocabulary = _vocabulary([" ".join(text) for text in texts[:6000]])
        self.names = sorted(
            {word for text in texts[:3000] for span in text for word in re.findall(r" ([A-Z][a-z]{4,})\b", span)}
        )
        self.runs: list[list[str]] = []
        self.round = -1

    def article(self, number: int) -> dict[str, Any]:
        draw = self.draw
        spans: list[str] = []
        wanted = max(LEAST_WORDS, draw.gauss(WORDS, 90))
        while sum(len(span.split()) for span in spans) < wanted:
            spans += self._run()
        text = "\n\n".join(" ".join(spans[at : at + 3]) for at in range(0, len(spans), 3))
        if draw.random() < CREDITED:
            agency = draw.choice(AGENCIES)
            text = f"{draw.choice(PLACES)} ({agency}) - {text}"
        if draw.random() < CURLY:
            text = typographic(text)
        title = " ".join(draw.choice(spans).split()[: draw.randint(6, 10)]).rstrip(",.;:").title()
        return self._page(number, title, text, "original")

    def copy(self, number: int, kind: str, article: dict[str, Any]) -> dict[str, Any]:
        draw = self.draw
        parts = [part for part in article["text"].split("\n\n") if part not in (*ABOVE, *BELOW)]
        if kind == "edited":
            parts = [part for part in parts if draw.random() < 0.9] or parts
            parts = [_spin(part, 0.05, self.vocabulary, draw) for part in parts]
        elif kind == "cut":
            parts = parts[: max(2, len(parts) // 3)]
        elif kind == "spun":
            parts = [_spin(part, 0.35, self.vocabulary, draw) for part in parts]
        title = article["title"] if draw.random() < 0.7 else " ".join(parts[0].split()[:8])
        return self._page(number, title, "\n\n".join(parts), kind)

    def _page(self, number: int, title: str, text: str, kind: str) -> dict[str, Any]:
        draw = self.draw
        outlet = draw.choice(OUTLETS)
        if draw.random() < FURNISHED:
            below = "\n\n".join(draw.sample(BELOW, draw.randint(1, 3)))
            text = f"{draw.choice(ABOVE)}\n\n{text}\n\n{below}"
        return {
            "id": f"n{number:07}",
            "title": title,
            "text": text,
            "source": outlet,
            "url": f"https://www.{outlet.lower().replace(' ', '')}.example/{number}",
            "published": (date(2024, 1, 1) + timedelta(days=draw.randrange(360))).isoformat(),
            "kind": kind,
        }

    def _run(self) -> list[str]:
        if not self.runs:
            self.round += 1
            self.runs = [text[at : at + RUN] for text in self.texts for at in range(0, len(text), RUN)]
            self.draw.shuffle(self.runs)
        run = self.runs.pop()
        return run if not self.round else [self._changed(span) for span in run]

    def _changed(self, span: str) -> str:
        """The sentence with other figures, names and words."""
        draw = self.draw
        span = re.sub(r"[1-9]", lambda _: str(draw.randint(1, 9)), span)
        span = re.sub(r"(?<= )[A-Z][a-z]{4,}\b", lambda _: draw.choice(self.names), span)
        return _spin(span, AGAIN, self.vocabulary, draw, common=0.1)


def typographic(text: str) -> str:
    text = re.sub(r'"([^"\n]*)"', "“\\1”", text)
    return re.sub(r"(?<=\w)'(?=\w)", "’", text).replace(" - ", " – ").replace(" -- ", " — ")


def misread(text: str) -> str:
    """UTF-8 read as windows-1252, as browsers read it."""
    data = text.encode()
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in data)


def damaged(text: str, draw: random.Random) -> str:
    kind = draw.choices([*DAMAGE], [*DAMAGE.values()])[0]
    if kind == "invisible":
        words = text.split(" ")
        for at in draw.sample(range(len(words)), max(1, len(words) // 40)):
            words[at] += draw.choice(INVISIBLE)
        return " ".join(words)
    # A text in ASCII can't be misread.
    text = typographic(text).replace("cafe", "café").replace(" mln", " mln €")
    if text.isascii():
        text = text.replace(". ", " – ", 2)
    if kind == "part":
        parts = text.split("\n\n")
        at = draw.randrange(len(parts))
        return "\n\n".join([*parts[:at], *(misread(part) for part in parts[at:])])
    return misread(misread(text)) if kind == "twice" else misread(text)


def dump(data: Path, count: int, share_damaged: float, seed: int) -> list[dict[str, Any]]:
    draw = random.Random(seed)
    writer = Writer(texts_of(data), draw)
    articles: list[dict[str, Any]] = []
    for number in range(count):
        kind = draw.choices([*COPIES, "original"], [*COPIES.values(), 1 - sum(COPIES.values())])[0]
        if kind == "original" or not articles:
            articles.append(writer.article(number))
        else:
            articles.append(writer.copy(number, kind, draw.choice(articles)))
    for article in articles:
        if draw.random() < share_damaged:
            article["text"], article["damaged"] = damaged(article["text"], draw), True
    return articles


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("output", type=Path)
    parser.add_argument("--damaged", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with given.output.open("w", encoding="utf-8") as file:
        for article in dump(given.shared / "data", given.count, given.damaged, given.seed):
            file.write(json.dumps(article, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
