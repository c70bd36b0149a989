"""A dump of four invented articles, two of them copies of a third, and a torn record that quotes it."""

from __future__ import annotations

import json
from pathlib import Path

SECRET = "Widow Tamsin Orlebar of Quay Street 14 had named every one of them after a late uncle."
STORY = (
    "Ferries to Hallowmere stopped for six hours on Friday after a pod of 27 dolphins settled in the harbour mouth. "
    "“We asked them nicely,” said harbour master Ruta Lindqvist, who has kept the log since 1994. {} The company "
    "refunded 312 tickets and served soup on the quay. By dusk the animals had followed a mackerel boat out to sea."
)
RECORDS = [
    {
        "id": "widow-names-dolphins",
        "title": "Widow names dolphins",
        "text": STORY.format(SECRET),
        "published": "2024-02-02",
    },
    {"id": "copy", "text": STORY.format("Nobody was hurt."), "published": "2024-02-03"},
    {"id": "later", "text": STORY.format("It rained."), "published": "2024-02-04"},
    {
        "id": "other",
        "text": "The council of Pellin bought a second-hand snow plough for 4,100 crowns on Monday evening.",
    },
]
TORN = json.dumps({"id": "widow-names-dolphins", "text": SECRET})[:-1]


def write(path: Path) -> Path:
    """Writes the dump; its path."""
    path.write_text("".join(f"{line}\n" for line in [*map(json.dumps, RECORDS), TORN]), encoding="utf-8")
    return path
