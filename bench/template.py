"""Ten thousand pages of one form with other figures in each: what a hot template costs, and whether it makes links.

    python bench/template.py [--pages 10000] [--seed 3]

Printed: pairs compared a page, links (each is a false one), pairs left to a person, and CPU seconds by step.
"""

from __future__ import annotations

import argparse
import random
from typing import Any

from generated import MONTHS, PLACES
from made_run import Outcome, run_records

MOST_PAIRS = 20
"""Pairs compared a page on average that are no quadratic work."""


def page(draw: random.Random) -> str:
    """A weather report: everything but place, date and figures is the same on each."""

    def degrees() -> int:
        return draw.randint(-9, 34)

    return (
        f"Weather report for {draw.choice(PLACES)}, {draw.randint(1, 28)} {draw.choice(MONTHS)} "
        f"{draw.randint(1990, 2025)}. The highest temperature was {degrees()}.{draw.randint(0, 9)} degrees at "
        f"{draw.randint(10, 17)}:{draw.randint(10, 59)}, the lowest {degrees()}.{draw.randint(0, 9)} degrees. "
        f"{draw.randint(0, 60)}.{draw.randint(0, 9)} millimetres of rain fell in the 24 hours to midnight, after "
        f"{draw.randint(0, 60)}.{draw.randint(0, 9)} millimetres on the day before. The wind blew at up to "
        f"{draw.randint(5, 130)} kilometres an hour. The barometer stood at {draw.randint(970, 1040)} hectopascals at "
        f"noon. The sun rose at {draw.randint(4, 8)}:{draw.randint(10, 59)} and set at "
        f"{draw.randint(16, 21)}:{draw.randint(10, 59)}. The station of the weather service is staffed around the "
        "clock. Figures are preliminary until they have been checked, and are replaced without notice. Readers who see "
        "a mistake can write to the editors of this page."
    )


def make(pages: int, seed: int) -> list[dict[str, Any]]:
    draw = random.Random(seed)
    return [{"id": f"page {number:06}", "text": page(draw), "lang": "en"} for number in range(pages)]


def report(pages: int, outcome: Outcome) -> str:
    linked = len(outcome.linked)
    each = len(outcome.compared) / pages
    lines = [
        f"{pages} pages: {each:.2f} pairs compared a page (at most {MOST_PAIRS}), {linked} links (0 is right), "
        f"{len(outcome.links) - linked} left to a person, {outcome.seconds():.0f} s of CPU time:",
        *(f"  {seconds:7.1f}  {stage}" for stage, seconds in outcome.stages.items()),
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=3)
    arguments = parser.parse_args()
    print(report(arguments.pages, run_records(make(arguments.pages, arguments.seed))))


if __name__ == "__main__":
    main()
