"""Copies in other languages: what of the labelled texts in `bench/languages/` is found, by language and by kind.

    python bench/languages.py [FOLDER] [--archive FOLDER]

All languages go into one archive (`language_data.py` says what they are). A copy is found where it is linked, and in
doubt where a person is asked; a link between texts that are no copies of each other is wrong. The shipped weights were
learned from these texts too: `bench/train_verifier.py` judges each language by weights that never saw it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from language_data import COPIES, TEXTS, copies, labelled

from cleanpipe.pipeline import run

FIELDS = ("title", "text", "url", "published")
"""What cleanpipe is given, beside an id: it finds the language out itself."""


def archived(texts: list[dict[str, Any]], archive: Path) -> None:
    """Makes an archive of the texts."""
    source = archive.with_suffix(".jsonl")
    rows = [{"id": text["id"], **{name: text[name] for name in FIELDS}} for text in texts]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    run([source], archive)


def found(texts: list[dict[str, Any]], archive: Path) -> tuple[dict[tuple[str, str], Counter[str]], list[str]]:
    """How many texts of a language and kind are linked, doubted and there at all; and the wrong links.

    A copy counts as linked where a link, or a common canonical, joins it with another copy of its event.
    """
    by_id = {text["id"]: text for text in texts}
    links = [json.loads(line) for line in (archive / "links.jsonl").read_text(encoding="utf-8").splitlines()]
    together: defaultdict[str, set[str]] = defaultdict(set)
    doubted: set[str] = set()
    for link in links:
        if link["status"] == "linked":
            together[link["canonical"]] |= {link["copy"], link["canonical"]}
        else:
            doubted |= {link["copy"], link["canonical"]}
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    wrong = []
    for members in together.values():
        known = sorted(members & by_id.keys())
        for at, one in enumerate(known):
            wrong += [f"{one} {two}" for two in known[at + 1 :] if not copies(by_id[one], by_id[two])]
    for text in texts:
        count = counts[text["lang"], text["kind"]]
        count["all"] += 1
        mates = {mate for members in together.values() if text["id"] in members for mate in members & by_id.keys()}
        if any(copies(text, by_id[mate]) for mate in mates - {text["id"]}):
            count["linked"] += 1
        elif text["id"] in doubted:
            count["doubted"] += 1
    return dict(counts), wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=TEXTS)
    parser.add_argument("--archive", type=Path, help="where the archive is made or, if it is there, looked at")
    given = parser.parse_args()
    texts = labelled(given.folder)
    with tempfile.TemporaryDirectory() as folder:
        archive = given.archive or Path(folder) / "archive"
        if not archive.exists():
            archived(texts, archive)
        counts, wrong = found(texts, archive)
    print("| language | " + " | ".join(COPIES[1:]) + " | wrong links |\n| --- |" + " --- |" * len(COPIES))
    for language in sorted({text["lang"] for text in texts}):
        cells = []
        for kind in COPIES[1:]:
            count = counts[language, kind]
            doubt = f" (+ {count['doubted']} in doubt)" if count["doubted"] else ""
            cells.append(f"{count['linked']} of {count['all']}{doubt}")
        own = [pair for pair in wrong if pair.startswith(f"{language}-")]
        print(f"| {language} | " + " | ".join(cells) + f" | {len(own)} |")
    for pair in wrong:
        print(f"wrong: {pair}")


if __name__ == "__main__":
    main()
