"""A dump in two files with all that a first load could get wrong: pages of one form, the same words, ids and records
twice, a torn line, two stories that ask for one name."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

PAGES = 130
"""Pages of one form: more than may hold a value of any channel."""

HEADLINE = "Ferry harbour opens again"
TIDE = (
    "(Reuters) - The tide mill of Orsund ground 40 sacks of rye on Thursday, the first since 1931, said miller Tove "
    "Brandal. Its wheel had been raised from the mud in 14 pieces. “We oiled everything twice,” she said. A queue of "
    "200 people waited for the flour, and the school closed at noon. Mayor Iben Aalund wore a white coat."
)
FERRY = (
    "(Reuters) - Ferries to Hallowmere stopped for six hours on Friday after a pod of 27 dolphins settled in the "
    "harbour mouth. “We asked them nicely,” said harbour master Ruta Lindqvist, who has kept the log since 1994. The "
    "company refunded 312 tickets and served soup on the quay. By dusk the animals had followed a mackerel boat."
)
COUNCIL = "The council of Pellin bought a second-hand snow plough for 4,100 crowns on Monday evening."


def page(draw: random.Random) -> str:
    return (
        f"Weather report for {draw.choice(('Orsund', 'Pellin', 'Hallowmere'))}, {draw.randint(1, 28)} May "
        f"{draw.randint(1990, 2025)}. The highest temperature was {draw.randint(-9, 34)}.{draw.randint(0, 9)} degrees "
        f"at {draw.randint(10, 17)}:{draw.randint(10, 59)}. {draw.randint(0, 60)} millimetres of rain fell in the 24 "
        f"hours to midnight. The wind blew at up to {draw.randint(5, 130)} kilometres an hour. The barometer stood at "
        f"{draw.randint(970, 1040)} hectopascals at noon. The station of the weather service is staffed around the "
        "clock. Figures are preliminary until they have been checked, and are replaced without notice. Readers who "
        "see a mistake can write to the editors of this page."
    )


def records() -> list[dict[str, Any]]:
    draw = random.Random(5)
    made = [{"id": f"page {number:03}", "text": page(draw), "lang": "en"} for number in range(PAGES)]
    for name, story in (("tide", TIDE), ("ferry", FERRY)):
        for outlet in ("courier", "herald", "post"):
            made.append(
                {
                    "id": f"{outlet}/{name}",
                    "title": HEADLINE,
                    "text": f"{story} {outlet.title()} readers were amused.",
                    "source": f"The {outlet.title()}",
                    "url": f"https://{outlet}.example/{name}",
                    "published": "2024-02-02",
                    "lang": "en",
                }
            )
    for number in range(3):
        made.append({"id": "council", "text": COUNCIL, "url": f"https://pellin.example/{number}"})
    made.append({"id": "garbled", "text": "The cafÃ© by the quay opened at noon, said owner JosÃ© Almeida."})
    return made


def write(folder: Path) -> Path:
    """Writes the dump; its folder."""
    folder.mkdir(parents=True)
    lines = [json.dumps(record, ensure_ascii=False) for record in records()]
    torn = lines[0][:-1]
    (folder / "a.jsonl").write_text("\n".join([*lines[::2], torn]) + "\n", encoding="utf-8")
    (folder / "b.jsonl").write_text("\n".join([*lines[1::2], lines[0], "not JSON"]) + "\n", encoding="utf-8")
    return folder
