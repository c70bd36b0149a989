"""`cleanpipe evaluate`: scores links against clusters that people have checked."""

from __future__ import annotations

from pathlib import Path

import click

from cleanpipe.cli.output import echo, json_option, print_json


@click.command()
@click.argument("links", type=click.Path(exists=True, path_type=Path))
@click.argument("gold", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--with-review", is_flag=True, help="Count links left for review as if they had been accepted.")
@json_option
def evaluate(links: Path, gold: Path, with_review: bool, as_json: bool) -> None:
    """Score LINKS, an archive or its links.jsonl, against the checked clusters in the folder GOLD.

    GOLD holds gold.jsonl (a story a line: cluster, set, canonical, members, kinds) and names all documents in
    corpus.jsonl, corpus.jsonl.gz or sets.jsonl (id). It may hold negatives.jsonl (a, b, why: pairs that must not be
    linked) and ignore.jsonl (a, b: pairs that count neither way). Each may be in parts, such as gold-en.jsonl. All
    documents that share an original make one cluster; its pairs are compared with the pairs of the gold stories.

    \b
    Printed:
      precision, recall, f1   of pairs of documents in one cluster
      canonical_accuracy      share of copies, of those with a known original, that name exactly it
      false_links_per_1000    links that are no gold pair, for each 1,000 documents
      negatives_linked        pairs that must not be linked but are, by reason
      recall_by_kind          recall by kind of copy

    \b
    Examples:
      cleanpipe evaluate archive gold/
      cleanpipe evaluate archive/links.jsonl gold/ --with-review --json
    """
    from cleanpipe.evaluate import evaluate as score

    figures = score(links, gold, with_review=with_review).as_dict()
    if as_json:
        print_json(figures)
        return
    for name, figure in figures.items():
        if isinstance(figure, dict):
            echo(name)
            for kind, value in figure.items():
                echo(f"  {kind:<30} {_figure(value)}")
        else:
            echo(f"{name:<32} {_figure(figure)}")


def _figure(value: object) -> str:
    if value is None:
        return "none to count"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
