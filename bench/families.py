"""Which text was there first, and what the copies are to it: measured on families of copies made from real stories.

    python bench/families.py [--families 300] [--part held-out|training] [--shared FOLDER]

The originals are wire stories of FOLDER/data/reuters21578.jsonl.gz of 80 words and more, none like another one, and
news texts of FOLDER/data/links_dev with the rewrites that three language models and PAN's programs made of them. Each
gets copies of several kinds (`retellers.py`, `rewriters.py`), and records get what real dumps have: sources, addresses,
dates to the second or the day (a few are wrong), datelines, credits, `isBasedOn`, canonical addresses; each of these
often absent. Families are run three times, with dates, without, and with everything masked: two or three copies made
alike of an original that isn't there, without any metadata. No original, and nothing like one, was in the texts that
the table of word pairs or the weights of direction were learned from (the part "training" is for these).
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from family_figures import Made, by_kind, calibration_error, measured
from made_run import run_records
from pair_data import bucket, read
from retellers import edited, retold, rewritten, translated
from rewriters import quarter, respell_numbers, sentences_of, spin_by_frequency, spin_by_synonyms
from spinners import alike_pairs, is_form
from train_pairs import kept_for_families

SHARED = Path(__file__).resolve().parents[2] / "shared"
WORDS = (80, 700)
ALIKE = 0.5
"""Share of the shorter story's different words in another one from which that is an update or the next report."""

COPIES = 4
"""Copies of a family: some real original has more, most have fewer."""

WRONG_DATE, NO_DATE, CRAWL_DATE, DAY_ONLY = 0.02, 0.03, 0.03, 0.3
"""Of records in a dump: dates that are another day's, none, that of the crawl in its place, and those without a
time."""

PARTS = {"training": (0, 1, 2, 3), "held-out": (4, 5)}
"""Sixths of the originals."""

OUTLETS = tuple(
    f"{place} {kind}"
    for place in ("Harbour", "Northern", "Valley", "Capital", "Lakeside", "Midland", "Coastal", "Union", "Prairie")
    for kind in ("Herald", "Gazette", "Post", "Courier", "Tribune", "Record")
)
WRITERS = ("Ada Brook", "Ben Castell", "Cora Dorn", "Elena Ekman", "Farid Gant", "Hiro Ibarra", "Ines Joss")
LLM = {"llm_gpt-3-turbo": "rewrite", "llm_gpt-4o": "rewrite", "llm_llama-3-70b": "rewrite"}
PAN = {"pan_translation": "rewrite", "pan_random": "spun"}

_DATELINE = re.compile(r"^[A-Z][A-Z .,'-]+(?:, [A-Z][a-z]+ \d{1,2})? -+ ")


@dataclass(frozen=True, slots=True)
class Seed:
    """An original: its text, what it is known by, and copies of it that somebody else made, by kind."""

    name: str
    title: str
    text: str
    published: str
    wire: bool
    copies: tuple[tuple[str, str], ...] = ()


def wire_seeds(corpus: Path, most: int | None = None) -> list[Seed]:
    """Wire stories that the table of word pairs wasn't learned from, and that no other story is like."""
    rows = [row for row in read(corpus) if WORDS[0] <= len(row["text"].split()) <= WORDS[1]][:most]
    alike = {at for pair in alike_pairs([row["text"] for row in rows], ALIKE) for at in pair}
    return [
        Seed(row["id"], row["title"], _tidy(row["text"]), row["published"], True)
        for at, row in enumerate(rows)
        if at not in alike and kept_for_families(row["text"]) and not is_form(row["text"])
    ]


def web_seeds(folder: Path) -> list[Seed]:
    """Texts of `links_dev` with their rewrites."""
    texts = {row["id"]: row["text"] for row in read(folder / "corpus.jsonl.gz")}
    found = []
    for row in read(folder / "gold.jsonl"):
        text = texts[row["canonical"]]
        copies = [(kind, texts[name]) for name, kind in sorted(row["kinds"].items()) if kind in LLM | PAN]
        if len(text.split()) >= WORDS[0] and copies and (row["set"] == "pan13" or kept_for_families(text)):
            found.append(Seed(row["cluster"], "", text, "2024-03-05T09:30:00", False, tuple(copies)))
    return found


def _tidy(text: str) -> str:
    """As papers print it: apostrophes are apostrophes, lines are joined, a paragraph is a paragraph."""
    text = re.sub(r"(?<=\w)\"(?=s\b)", "'", text)
    return "\n\n".join(re.sub(r"\s+", " ", part) for part in re.split(r"\n {4}", text))


def parted(seeds: list[Seed], part: str) -> list[Seed]:
    return [seed for seed in seeds if bucket(seed.text, 6) in PARTS[part]]


# Copies


def _spun(text: str, draw: random.Random, how: random.Random | None = None) -> str:
    """`how` decides how much is replaced, `draw` what."""
    how = how or draw
    synonyms, others, numbers = how.uniform(0.6, 1.0), how.uniform(0.0, 0.4), how.random()
    text = spin_by_frequency(spin_by_synonyms(text, synonyms, draw), others, draw)
    if numbers < 0.3:
        text = respell_numbers(text)
    elif numbers < 0.6:
        text = re.sub(r"\b(\d\d?),(?=\d{3}\b)", _half_spelt, text)
    return re.sub(r"(?<=[a-z] )(New|White|Standard|United|General|National)(?= [A-Z])", _other_name, text)


def _half_spelt(match: re.Match[str]) -> str:
    return f"{respell_numbers(match[1])},"


def _other_name(match: re.Match[str]) -> str:
    others = {"New": "Unusual", "White": "Pale", "Standard": "Criterion", "United": "Joined", "General": "Overall"}
    return others.get(match[0], "Countrywide")


def _excerpt(text: str, draw: random.Random) -> str:
    spans = sentences_of(text)
    if len(spans) < 4 or draw.random() < 0.25:
        return quarter(text, draw)
    size = max(2, round(len(spans) * draw.uniform(0.3, 0.55)))
    start = 0 if draw.random() < 0.6 else draw.randrange(len(spans) - size)
    return " ".join(spans[start : start + size])


KINDS: dict[str, tuple[str, Callable[[str, random.Random], str]]] = {
    "reprint": ("exact", lambda text, draw: text),
    "edited": ("near-duplicate", edited),
    "cut": ("excerpt", _excerpt),
    "spun": ("spun", _spun),
    "rewritten": ("rewrite", lambda text, draw: rewritten(text, draw)),
    "turned": ("rewrite", translated),
}
"""What is made of an original by program: the relation, and how."""


def families(seeds: list[Seed], dates: bool, seed: int = 5) -> Made:
    """One family a seed. The same seeds give the same families with dates and without."""
    made = Made()
    for item in seeds:
        _family(made, item, random.Random(f"{seed} {item.name}"))
    if not dates:
        for record in made.records:
            record.pop("published", None)
    return made


def _family(made: Made, seed: Seed, draw: random.Random) -> None:
    title = seed.title.capitalize()
    agency = seed.wire and draw.random() < 0.6
    original = _record(seed, "original", seed.text, title, draw)
    body = _DATELINE.sub("", seed.text, count=1)
    if agency:
        if draw.random() < 0.5:
            original["text"] = re.sub(r" -+ ", " (Reuter) - ", seed.text, count=1)
        original["source"] = "Reuters"
        if draw.random() < 0.7:
            original["url"] = f"https://www.reuters.com/article/{original['id']}"
    else:
        original["text"] = seed.text if draw.random() < 0.6 else body
        _publish(original, draw)
        if draw.random() < 0.4:
            original["author"] = draw.choice(WRITERS)
    when = datetime.fromisoformat(seed.published)
    _date(original, when, draw)
    made.records.append(original)

    kinds = [*KINDS, "derived"] if agency else [*KINDS]
    chosen = draw.sample(kinds, COPIES)
    copies = [(kind, *_copy(kind, seed, original["text"], body, draw)) for kind in chosen]
    copies += [(kind, (LLM | PAN)[kind], text) for kind, text in seed.copies]
    for kind, relation, text in copies:
        if len(text.split()) < 20:
            continue
        copy = _record(seed, kind, text, title if kind == "reprint" or draw.random() < 0.5 else "", draw)
        _publish(copy, draw)
        _date(copy, when + timedelta(hours=draw.uniform(1, 96)), draw)
        _credit(copy, original, kind, relation, agency, draw)
        made.records.append(copy)
        made.truth[copy["id"]] = (original["id"], relation, kind)


def _copy(kind: str, seed: Seed, text: str, body: str, draw: random.Random) -> tuple[str, str]:
    if kind == "derived":
        return kind, retold(seed.title, body, "Reuters", draw)
    relation, how = KINDS[kind]
    return relation, how(text if relation in ("exact", "near-duplicate", "excerpt") else body, draw)


def _record(seed: Seed, kind: str, text: str, title: str, draw: random.Random) -> dict[str, Any]:
    """Ids say nothing of what a record is, and stand in no order."""
    id = hashlib.sha256(f"{seed.name} {kind} {draw.random()}".encode()).hexdigest()[:12]
    record: dict[str, Any] = {"id": id, "text": text, "lang": "en"}
    return record | {"title": title} if title else record


def _publish(record: dict[str, Any], draw: random.Random) -> None:
    outlet = draw.choice(OUTLETS)
    if draw.random() < 0.9:
        record["source"] = outlet
    if draw.random() < 0.8:
        record["url"] = f"https://www.{outlet.lower().replace(' ', '')}.example/{record['id']}"


def _date(record: dict[str, Any], when: datetime, draw: random.Random) -> None:
    chance = draw.random()
    if chance < WRONG_DATE:
        when += timedelta(days=draw.choice([-5, -3, -2, 4, 7]))
    elif chance < WRONG_DATE + NO_DATE:
        return
    elif chance < WRONG_DATE + NO_DATE + CRAWL_DATE:
        record["crawl_date"] = record["published"] = (when + timedelta(days=9)).isoformat(timespec="seconds") + "Z"
        return
    record["published"] = when.date().isoformat() if draw.random() < DAY_ONLY else when.isoformat(timespec="seconds")


def _credit(
    copy: dict[str, Any], original: dict[str, Any], kind: str, relation: str, agency: bool, draw: random.Random
) -> None:
    """Some copies say where they come from."""
    if "url" in original:
        if draw.random() < 0.2:
            copy["canonical_url"] = original["url"]
        elif draw.random() < 0.1:
            copy["metadata"] = {"json_ld": [{"@type": "NewsArticle", "isBasedOn": {"url": original["url"]}}]}
    if agency and relation in ("spun", "rewrite") and draw.random() < 0.3:
        copy["text"] += draw.choice(
            [" The news was first reported by Reuters.", " This is according to a Reuters report."]
        )
    if agency and relation in ("near-duplicate", "excerpt") and draw.random() < 0.3:
        copy["author"] = "Reuters"
    elif draw.random() < 0.1:
        copy["author"] = draw.choice(WRITERS)


def masked(seeds: list[Seed], seed: int = 6) -> Made:
    """Two or three copies alike of each original, which isn't there: nothing can tell which of them was first."""
    made = Made()
    kinds = ("reprint", "edited", "spun", "rewritten", "turned", "halves")
    for number, item in enumerate(seeds):
        draw = random.Random(f"{seed} {item.name}")
        kind = kinds[number % len(kinds)]
        body = _DATELINE.sub("", item.text, count=1)
        for side in "abc"[: 2 + number // len(kinds) % 2]:
            text = _halved(body, draw) if kind == "halves" else KINDS[kind][1](body, draw)
            if kind == "spun":
                text = _spun(body, draw, random.Random(item.name))
            record = _record(item, side, text, "", draw)
            made.records.append(record)
            made.truth[record["id"]] = (f"absent {item.name}", KINDS[kind][0] if kind in KINDS else "excerpt", kind)
    return made


def _halved(text: str, draw: random.Random) -> str:
    spans = sentences_of(text)
    kept = sorted(draw.sample(range(len(spans)), round(len(spans) * 0.7)))
    return " ".join(spans[at] for at in kept)


def seeds_of(shared: Path, part: str, most: int) -> list[Seed]:
    """Half and half wire stories and web texts, as far as they go; at most so many of each."""
    wire = parted(wire_seeds(shared / "data" / "reuters21578.jsonl.gz"), part)
    return [*wire[:most], *parted(web_seeds(shared / "data" / "links_dev"), part)[:most]]


def table(seeds: list[Seed], detail: bool = False) -> Iterator[str]:
    yield "| families | copies | linked | canonical right | decided | right of those | calibration error | macro-F1 |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    details: list[str] = []
    told: list[tuple[float, bool]] = []
    for name, made in (
        ("with dates", families(seeds, dates=True)),
        ("without dates", families(seeds, dates=False)),
        ("masked", masked([seed for seed in seeds if seed.wire])),
    ):
        links = run_records(made.records).links
        found = measured(made, links)
        yield (
            f"| {name} | {found.copies} | {found.linked} | {found.right:.3f} | {found.decided:.3f} | "
            f"{found.decided_right:.3f} | {found.calibration_error:.3f} | {found.macro_f1:.3f} |"
        )
        if name != "masked":  # where no canonical can be right
            told += found.told
        f1 = ", ".join(f"{relation} {score:.3f}" for relation, score in found.f1.items())
        details += ["", f"{name}: F1 {f1}", "", *by_kind(made, links)]
    yield ""
    yield f"Calibration error of both with dates and without: {calibration_error(told):.3f}."
    if detail:
        yield from details


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", type=int, default=300, help="originals of each source, at most")
    parser.add_argument("--part", choices=list(PARTS), default="held-out")
    parser.add_argument("--shared", type=Path, default=SHARED)
    arguments = parser.parse_args()
    seeds = seeds_of(arguments.shared, arguments.part, arguments.families)
    print(f"{len(seeds)} families ({arguments.part})\n")
    print("\n".join(table(seeds, detail=True)))


if __name__ == "__main__":
    main()
