"""`cleanpipe evaluate`: scores links against clusters that people have checked."""

from __future__ import annotations

from pathlib import Path

import click

from cleanpipe.cli.options import json_option
from cleanpipe.cli.output import echo, message, print_json
from cleanpipe.errors import UsageError

PLOTTED = ("curve", "threshold")
NO_CURVE = "there are no links, no gold pairs, or links without a confidence"


@click.command()
@click.argument("links", type=click.Path(exists=True, path_type=Path))
@click.argument("gold", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--with-review", is_flag=True, help="Count links left for review as if they had been accepted.")
@click.option(
    "--plot",
    "picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the curve of precision against recall to this file, as SVG.",
)
@json_option
def evaluate(links: Path, gold: Path, with_review: bool, picture: Path | None, as_json: bool) -> None:
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

    Below stands precision against recall: what both would be if all links from some confidence up counted, those left
    for review too. Marked are the links that count, and the confidence from which this version links. With --json
    these are the points of "curve", and "threshold".

    \b
    Examples:
      cleanpipe evaluate archive gold/
      cleanpipe evaluate archive/links.jsonl gold/ --with-review --json
      cleanpipe evaluate archive gold/ --plot curve.svg
    """
    from cleanpipe.cli.plot import plot
    from cleanpipe.evaluate import evaluate as score
    from cleanpipe.report.curve import svg

    figures = score(links, gold, with_review=with_review)
    if picture is not None:
        if not figures.curve:
            raise UsageError(f"--plot {picture}: there is nothing to draw, because {NO_CURVE}")
        try:
            picture.write_text(svg(figures), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"--plot {picture}: can't be written ({error.strerror}); name another file") from error
    if as_json:
        print_json(figures.as_dict())
        return
    for name, figure in figures.as_dict().items():
        if name in PLOTTED:
            continue
        if isinstance(figure, dict):
            echo(name)
            for kind, value in figure.items():
                echo(f"  {kind:<30} {_figure(value)}")
        else:
            echo(f"{name:<32} {_figure(figure)}")
    if figures.curve:
        echo()
        for line in plot(figures):
            echo(line)
    else:
        message(f"no curve of precision against recall: {NO_CURVE}")


def _figure(value: object) -> str:
    if value is None:
        return "none to count"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
