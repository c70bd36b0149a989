"""Precision against recall in letters, for a terminal of any kind: plain ASCII, no colour."""

from __future__ import annotations

from cleanpipe.evaluate import Evaluation
from cleanpipe.report.curve import RECALL_TICKS, at_threshold, linked, percent, precision_ticks

WIDTH, HEIGHT = 60, 16
MARGIN = 8
"""Columns left of the axis of precision."""

ROWS = 13
"""Rows of the plot: four times three and one, so that each of the axis' five figures has a row of its own."""

CURVE, THRESHOLD, LINKED = "*", "X", "O"


def plot(figures: Evaluation) -> list[str]:
    """Lines of at most `WIDTH` characters for an evaluation that has a curve: `HEIGHT` of them, and three or four that
    say what is to be seen."""
    ticks = precision_ticks(figures.curve, figures.precision)
    columns = WIDTH - MARGIN - 1
    grid = [[" "] * columns for _ in range(ROWS)]

    def column(recall: float) -> int:
        return round(recall * (columns - 1))

    def row(precision: float) -> int:
        return round((ticks[-1] - precision) / (ticks[-1] - ticks[0]) * (ROWS - 1))

    for point in figures.curve:
        grid[row(point.precision)][column(point.recall)] = CURVE
    if figures.at_threshold:
        grid[row(figures.at_threshold.precision)][column(figures.at_threshold.recall)] = THRESHOLD
    grid[row(figures.precision)][column(figures.recall)] = LINKED

    lines = ["precision: share of linked pairs that are right"]
    labels = {row(tick): percent(tick) for tick in ticks}
    for at, cells in enumerate(grid):
        lines.append(f"{labels.get(at, ''):>{MARGIN - 1}} |{''.join(cells)}".rstrip())
    axis, below = ["-"] * columns, [" "] * WIDTH
    for tick in RECALL_TICKS:
        axis[column(tick)] = "+"
        label = percent(tick)
        start = min(MARGIN + 1 + column(tick) - len(label) // 2, WIDTH - len(label))
        below[start : start + len(label)] = label
    lines.append(f"{'':{MARGIN}}|{''.join(axis)}")
    lines.append("".join(below).rstrip())
    lines.append(f"{'recall: share of true pairs found':>{WIDTH}}")
    lines += [f"{LINKED}: {linked(figures)}", f"{CURVE}: all links from some confidence up"]
    if figures.at_threshold:
        lines.append(f"{THRESHOLD}: {at_threshold(figures)}")
    return lines
