"""Tries the margins of charset repair lower and higher, and says what each kind scores with its examples unseen.

    python bench/tune_repair.py ../shared/data/repair_dev.jsonl [--sound FILE]

The file has items of `garbled`, `gold`, `kind`, `expect_change`. Every threshold is tried a third lower and half as
high again, the others as they are in the code; the first table ranks what each restores without changing sound text.
In the second each kind is scored with the setting that is best on all other kinds: what a kind gains by having been
looked at is the difference. `--sound` is more sound text (`text` in each line) that no setting may change.
"""

from __future__ import annotations

import argparse
import importlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

THRESHOLDS: tuple[tuple[str, str], ...] = (
    ("legacy", "MARGIN"),
    ("legacy", "MAX_LEFT"),
    ("legacy", "LETTER_COST"),
    ("legacy", "SPOKEN_SHARE"),
    ("legacy", "PAIR_SAMPLE"),
    ("legacy", "ODDER"),
    ("layers", "MARGIN"),
    ("layers", "LOSSY_MARGIN"),
    ("layers", "SPOKEN_SHARE"),
    ("layers", "MIN_KNOWN"),
    ("layers", "MAX_NEAR"),
    ("layers", "NARROW_BEAM"),
    ("layers", "NEAR_SAMPLE"),
    ("readings", "MIN_SHARE"),
    ("readings", "STAYS_COST"),
    ("readings", "CASE_COST"),
    ("readings", "INSIDE_COST"),
    ("evidence", "LIKELIER"),
    ("wide", "MARGIN"),
)
"""Module of `cleanpipe.repair`, and the threshold in it."""

FACTORS = (0.67, 1.5)
LARGEST_SHARE = 0.97

FOLDING = "fcx"
"""Kinds that only the profile "plain" repairs: not scored here."""


def forget() -> None:
    """Forget the words whose readings were kept in mind under other thresholds."""
    importlib.import_module("cleanpipe.repair.readings")._choose.cache_clear()


@contextmanager
def changed(module: str, name: str, value: float) -> Iterator[None]:
    """A threshold with another value for a while."""
    home = importlib.import_module(f"cleanpipe.repair.{module}")
    before = getattr(home, name)
    setattr(home, name, value)
    forget()
    try:
        yield
    finally:
        setattr(home, name, before)
        forget()


def settings() -> Iterator[tuple[str, str, float]]:
    """Module, threshold and value: each threshold lower and higher."""
    for module, name in THRESHOLDS:
        value = getattr(importlib.import_module(f"cleanpipe.repair.{module}"), name)
        for factor in FACTORS:
            tried = min(value * factor, LARGEST_SHARE) if value < 1 else value * factor
            yield module, name, round(tried) if isinstance(value, int) else round(tried, 3)


def score(items: list[dict[str, Any]]) -> list[bool]:
    """Whether each item comes back as it should."""
    from cleanpipe import repair_text

    return [repair_text(item["garbled"]) == item["gold"] for item in items]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("items", type=Path)
    parser.add_argument("--sound", type=Path)
    args = parser.parse_args()
    items = [item for item in map(json.loads, args.items.open(encoding="utf-8")) if item["kind"][0] not in FOLDING]
    if args.sound:
        for line in args.sound.open(encoding="utf-8"):
            text = json.loads(line)["text"]
            items.append({"garbled": text, "gold": text, "kind": "n_more", "expect_change": False})
    results: dict[str, list[bool]] = {"as it is": score(items)}
    for module, name, value in settings():
        with changed(module, name, value):
            results[f"{module}.{name} = {value}"] = score(items)
    show(items, results)


def show(items: list[dict[str, Any]], results: Mapping[str, list[bool]]) -> None:
    """Print both tables."""

    def worth(setting: str, without: str = "") -> tuple[int, int]:
        """Sound texts that stay, then damaged ones restored: no number of repairs makes up for a sound text changed."""
        right = [ok for ok, item in zip(results[setting], items, strict=True) if group(item) != without]
        kept = [item for item in items if group(item) != without]
        sound = sum(ok for ok, item in zip(right, kept, strict=True) if not item["expect_change"])
        return sound, sum(right) - sound

    print(f"{'setting':36s} {'sound changed':>14s} {'restored':>9s} of {sum(i['expect_change'] for i in items)}")
    all_sound = sum(not item["expect_change"] for item in items)
    for setting in sorted(results, key=lambda name: (worth(name), name == "as it is"), reverse=True):
        sound, restored = worth(setting)
        print(f"{setting:36s} {all_sound - sound:14d} {restored:9d}")
    print(f"\n{'kind':6s} {'items':>6s} {'as it is, %':>12s} {'left out, %':>12s}  setting chosen without it")
    places: dict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        places[group(item)].append(place)
    for kind, at in sorted(places.items()):
        best = max(results, key=lambda name: (worth(name, kind), name == "as it is"))
        shares = [100 * sum(results[name][place] for place in at) / len(at) for name in ("as it is", best)]
        print(f"{kind:6s} {len(at):6d} {shares[0]:12.2f} {shares[1]:12.2f}  {best}")


def group(item: Mapping[str, Any]) -> str:
    """The letter that names a kind's group."""
    return str(item["kind"]).split("_")[0]


if __name__ == "__main__":
    main()
