"""How fast repair is beside `ftfy.fix_text`, whether its time grows with the length alone, and whether the precheck
is sound.

    python bench/repair.py                 ratios to ftfy, set by set
    python bench/repair.py --languages     the same for sound text, language by language
    python bench/repair.py --damages       the same for damaged text, damage by damage
    python bench/repair.py --linear        time per character of hostile lines of 200 kB, 2 MB and 20 MB
    python bench/repair.py --fuzz 30000    strings that pass the precheck, against the repair without it

Texts are words of wordfreq's lists, drawn by frequency with a fixed seed and set with capitals and punctuation, and the
stories of `fixtures/newsdump`; damage is done by program. Both sides run in one process, in turns, on texts that are
others in each round. Some rounds before them are not counted: word lists and the language model load on first use, and
words that were seen are known.
Results that were kept stand in `bench/repair.md`.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import platform
import re
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import get_args

import ftfy
from repair_texts import LANGUAGES, Writer, random_texts, texts_by_damage, texts_by_language, texts_by_set

from cleanpipe.model import Profile, Repair
from cleanpipe.repair import repair, repair_text
from cleanpipe.repair.engine import run_rules
from cleanpipe.repair.familiar import ENGLISH_DISTANCE, ENGLISH_WORDS, language_of
from cleanpipe.repair.precheck import Precheck, precheck

HOSTILE = {
    "ordinary words": "the boats of the harbour left at nine, ",
    "ordinary words, curly": "the boat’s crew “left” – ",
    "â": "â",
    "combining marks": "\u0301",
    "&amp;": "&amp;",
    "Ã©": "Ã©",
    "a?s ": "a?s ",
    "â€™": "â€™",
    "Cyrillic": "рыбаки ушли в море ",
    "U+200B": "\u200b",
    "-, line feed": "expe-\ncting ",
    "\\u2019": "\\u2019",
    "U+FFFD": "a\ufffd ",
}
"""What a line is made of in --linear."""


ROUNDS_BEFORE = 4
"""Rounds that are not counted. With 100 documents a process has then read 16 and more in each of 25 languages."""


def seconds(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Seconds of this process, not those that others took from it."""
    started = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - started


def show_ratios(sets_of: Callable[[str], dict[str, list[str]]], seed: str, profile: Profile, rounds: int) -> None:
    """A line for each set. `sets_of` draws the sets from a seed, others for each round: a process that has read some
    texts knows their words, but not the next texts. "At once" is the share of texts that the precheck calls sound, so
    that no rule is run; "times ftfy" the median of the rounds, with the least and the most."""
    print(f"profile {profile}, {rounds} rounds; {machine()}")
    print("| texts | Mchars | changed | at once | MB/s | ftfy MB/s | times ftfy | from | to |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    check = precheck(profile)

    def work(text: str) -> str:
        return repair_text(text, profile=profile)

    drawn = [sets_of(f"{seed} {number}") for number in range(rounds)]
    for number in range(ROUNDS_BEFORE):
        for texts in sets_of(f"{seed} before {number}").values():
            seconds(work, texts)
            seconds(ftfy.fix_text, texts[:5])
    for name in drawn[0]:
        ours: list[float] = []
        theirs: list[float] = []
        sets = [sets[name] for sets in drawn]
        for number, texts in enumerate(sets):
            sides = [(work, ours), (ftfy.fix_text, theirs)]
            for side, spent in sides if number % 2 else reversed(sides):
                spent.append(seconds(side, texts))
        texts = [text for texts in sets for text in texts]
        size = sum(len(text.encode()) for text in texts) / 1e6
        changed = sum(repair_text(text, profile=profile) != text for text in sets[0]) / len(sets[0])
        at_once = sum(not check.called(text) for text in sets[0]) / len(sets[0])
        ratios = sorted(theirs / ours for ours, theirs in zip(ours, theirs, strict=True))
        print(
            f"| {name} | {sum(map(len, texts)) / 1e6:.2f} | {changed:.0%} | {at_once:.0%} | {size / sum(ours):.2f} "
            f"| {size / sum(theirs):.2f} | {statistics.median(ratios):.2f} | {ratios[0]:.2f} | {ratios[-1]:.2f} |",
            flush=True,
        )


def show_languages(seed: str, samples: int) -> None:
    """How the precheck tells the language of sound text: how often rightly, and how far English is from the others."""
    right = wrong = 0
    little = {}
    for lang in LANGUAGES:
        texts = [Writer(lang, f"{seed}{number}").paragraph() for number in range(samples)]
        told = [language_of([text[:400]]) for text in texts]
        right += told.count(lang)
        wrong += samples - told.count(lang) - told.count(None)
        data = [text.encode() for text in texts]
        little[lang] = sum(sum(map(one.count, ENGLISH_WORDS)) * ENGLISH_DISTANCE / len(one) for one in data) / samples
    next_lang = max((lang for lang in little if lang != "en"), key=little.__getitem__)
    print(f"language of {samples * len(LANGUAGES)} samples: {right} told rightly, {wrong} wrongly")
    print(
        f"little words of English in {ENGLISH_DISTANCE} bytes: {little['en']:.2f} in English, "
        f"{little[next_lang]:.2f} in the next language, {next_lang}"
    )


def machine() -> str:
    """What the figures were measured on."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text())
        model = found[1] if found else model
    return f"Python {platform.python_version()}, ftfy {ftfy.__version__}, {model}"


def show_growth(largest: int, limit_s: float) -> None:
    """Time per character and memory of one line each, ten times as long every time, until one takes over `limit_s`."""
    sizes = [largest // 100, largest // 10, largest]
    print(f"profile archival; {machine()}")
    print("| one line of | " + " | ".join(f"µs/char at {size / 1e6:g} million" for size in sizes) + " | peak MB |")
    print("| --- | --- | --- | --- | --- |")
    for name, unit in HOSTILE.items():
        repair(unit * 20)  # loads what this text needs
        cells = ["", "", ""]
        peak = 0.0
        spent = 0.0
        for number, size in enumerate(sizes):
            if spent * 10 > limit_s:
                cells[number] = f"over {limit_s:g} s"
                continue
            spent, peak = in_child(unit * (size // len(unit)))
            cells[number] = f"{spent / size * 1e6:.3f}"
        print(f"| {name} | " + " | ".join(cells) + f" | {peak:.0f} |", flush=True)


def in_child(text: str) -> tuple[float, float]:
    """Seconds of one repair, and the most memory (MB) of a process that did nothing else."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def work() -> None:
        started = time.perf_counter()
        repair(text)
        spent = time.perf_counter() - started
        kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sender.send((spent, kilobytes / 1024))

    child = context.Process(target=work)
    child.start()
    sender.close()
    try:
        spent, peak = receiver.recv()
    except EOFError:
        spent, peak = math.inf, math.inf
    child.join()
    return spent, peak


class EveryRule(Precheck):
    """The precheck switched off: every rule is run on every text."""

    def called(self, text: str) -> int:
        return (1 << len(self.rules)) - 1


def every_rule(text: str, profile: Profile) -> Repair:
    """What the rules make of a text where the precheck has no say."""
    check = _every_rule(profile)
    return run_rules(text, check, check.called(text), None)


@cache
def _every_rule(profile: Profile) -> EveryRule:
    return EveryRule(precheck(profile).rules)


def fuzz(count: int, seed: str) -> int:
    """How many random strings the rules would change otherwise without the precheck. Prints each."""
    wrong = told = 0
    passed: Counter[str] = Counter()
    for text in random_texts(count, seed):
        for profile in get_args(Profile):
            made, full = repair(text, profile=profile), every_rule(text, profile)
            passed[profile] += not precheck(profile).called(text)
            if made.edits != full.edits:
                wrong += 1
                print(f"{profile}: {text!r} gives {made.text!r}, and {full.text!r} where every rule is run")
            else:
                told += made.considered != full.considered
    shares = ", ".join(f"{times / count:.0%} pass ({profile})" for profile, times in sorted(passed.items()))
    print(f"{count} strings, {shares}; without the precheck {wrong} are repaired otherwise, {told} explained otherwise")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", choices=get_args(Profile), default="archival")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each side; the median counts (5)")
    parser.add_argument("--documents", type=int, default=100, help="documents of a set (100)")
    parser.add_argument("--seed", default="1", help="what the texts are drawn from (1)")
    parser.add_argument("--languages", action="store_true", help="sound text, language by language")
    parser.add_argument("--damages", action="store_true", help="damaged text, damage by damage")
    parser.add_argument("--linear", action="store_true", help="time per character as texts grow")
    parser.add_argument("--largest", type=int, default=20_000_000, help="characters of the longest line of --linear")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds that a line of --linear may take (300)")
    parser.add_argument("--fuzz", type=int, metavar="N", help="try the precheck on N random strings")
    given = parser.parse_args()
    if given.fuzz is not None:
        return 1 if fuzz(given.fuzz, given.seed) else 0
    if given.linear:
        show_growth(given.largest, given.limit)
    elif given.languages:
        show_languages(given.seed, given.documents // 3)
        show_ratios(
            lambda seed: texts_by_language(seed, given.documents // 10), given.seed, given.profile, given.rounds
        )
    elif given.damages:
        show_ratios(lambda seed: texts_by_damage(seed, given.documents // 10), given.seed, given.profile, given.rounds)
    else:
        show_ratios(lambda seed: texts_by_set(seed, given.documents), given.seed, given.profile, given.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
