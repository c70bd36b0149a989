"""`cleanpipe rules learn`: proposes furniture rules from the pages of an archive."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleanpipe.cli import exports
from cleanpipe.cli.options import archive_argument, json_option
from cleanpipe.cli.output import echo, message, print_json
from cleanpipe.cli.rulenotes import rule_folders

if TYPE_CHECKING:
    from cleanpipe.repair.learned import Learned, Page

PAGES = 300
"""Pages of a source that are looked at, chosen by the hash of their ids: what one page in fifty has shows in these."""


@click.command()
@archive_argument
@click.option("--least", type=click.IntRange(2), default=5, show_default=True, help="Stories that a line stands in.")
@json_option
def learn(archive: Path, least: int, as_json: bool) -> None:
    """Propose furniture rules: what repeats across the pages of one source in ARCHIVE and isn't marked yet.

    A line that stands in many different stories of a source belongs to its pages: a menu, a share bar, a call to
    subscribe. Pages of one story count once. Whole lines are proposed, beginnings of lines up to a colon or a bar, and
    lines but for their figures. Lines that credit a known source are left out. The rule file goes to standard output:
    read it, delete what is no furniture, and adopt the rest.

    \b
    Examples:
      cleanpipe rules learn archive > my-rules/furniture/learned.toml
      cleanpipe rules check --rules my-rules/
      cleanpipe rules learn archive --least 20 --json
    """
    from cleanpipe.repair.learned import learn_furniture, rule_file

    pages = list(_pages(archive, least))
    learned = learn_furniture(pages, least)
    if as_json:
        print_json([_plain(item) for item in learned])
    elif learned:
        echo(rule_file(learned))
    found = sum(len(item.lines) + len(item.beginnings) + len(item.figures) for item in learned)
    sources = len({page.source for page in pages})
    if not pages:
        message(f"{archive} has no source, by URL or by name, with {least} pages or more: nothing can repeat")
    else:
        message(f"{len(pages)} pages of {sources} sources: {found} lines repeat, on pages of {len(learned)} sources")


def _plain(item: Learned) -> dict[str, object]:
    kinds = {"lines": item.lines, "beginnings": item.beginnings, "figures": item.figures}
    return {
        "source": item.source,
        "stories": item.stories,
        **{kind: [row._asdict() for row in rows] for kind, rows in kinds.items()},
    }


def _pages(archive: Path, least: int) -> Iterator[Page]:
    """Pages of every source that is known by its host or its name and has enough of them, each with what is marked or
    credited in it."""
    from cleanpipe.archive.rows import document_from
    from cleanpipe.link import find_credits
    from cleanpipe.link.fields import host_of
    from cleanpipe.repair.learned import Page

    chosen: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in exports.rows(archive, "articles.jsonl"):
        host = host_of(row["url"])
        source = host[0].lower().removeprefix("www.") if host else (row["source"] or "").strip()
        if source:
            chosen[source].append((hashlib.sha256(row["id"].encode("utf-8", "surrogatepass")).hexdigest(), row["id"]))
    source_of = {id: source for source, rows in chosen.items() if len(rows) >= least for _, id in sorted(rows)[:PAGES]}
    links = exports.rows(archive, "links.jsonl")
    story = {row["copy"]: row["canonical"] for row in links if row["status"] == "linked"}
    folders = rule_folders(archive)
    for row in exports.rows(archive, "articles.jsonl"):
        if row["id"] not in source_of:
            continue
        document = document_from("", row["id"], row, row["origin"], {})
        known = [(item.start, item.end) for item in document.furniture]
        for credit in find_credits([document], rules_folders=folders)[0]:
            if credit.place.field == "text" and credit.role != "passing":
                known.append((credit.place.start, credit.place.end))
        yield Page(source_of[document.id], story.get(document.id, document.id), document.text, sorted(known))
