"""Precision against recall as a picture of its own: an SVG that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Sequence

from cleanpipe.evaluate import CurvePoint, Evaluation

WIDTH, HEIGHT = 480, 360
LEFT, RIGHT, TOP, BOTTOM = 76, 30, 46, 62
"""Margins, for labels in letters of 15 units that can still be read at a width of 320 pixels."""

RECALL_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
BANDS = 4
"""Parts that the axis of precision is divided into."""

FLOORS = (0.96, 0.9, 0.8, 0.6, 0.2, 0.0)
"""Where the axis of precision may begin, so that its four parts are round figures: most curves lie near the top."""

SUMMIT = 1.0


def precision_ticks(points: Sequence[CurvePoint], marked: float) -> list[float]:
    """Rising figures for the axis of precision, the first no higher than any point's and `marked`."""
    lowest = min([marked, *(point.precision for point in points)])
    floor = next(floor for floor in FLOORS if floor <= lowest)
    return [floor + (SUMMIT - floor) * part / BANDS for part in range(BANDS + 1)]


def percent(share: float) -> str:
    """Whole per cents, or as many digits as show that it isn't one.

    >>> percent(0.95), percent(0.995), percent(1.0)
    ('95 %', '99.5 %', '100 %')
    """
    return f"{round(100 * share, 1):g} %"


def linked(figures: Evaluation) -> str:
    return f"linked: precision {percent(figures.precision)}, recall {percent(figures.recall)}"


def at_threshold(figures: Evaluation) -> str:
    return f"all links from {figures.threshold:.2f}, this version's"


def svg(figures: Evaluation) -> str:
    """The curve of an evaluation that has one, with the links that count marked on it."""
    ticks = precision_ticks(figures.curve, figures.precision)

    def x(recall: float) -> str:
        return f"{LEFT + recall * (WIDTH - LEFT - RIGHT):.1f}"

    def y(precision: float) -> str:
        share = (precision - ticks[0]) / (ticks[-1] - ticks[0])
        return f"{HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM):.1f}"

    grid = "".join(
        f'<path class="grid" d="M{LEFT} {y(tick)}H{WIDTH - RIGHT}"/>'
        f'<text x="{LEFT - 8}" y="{y(tick)}" dy="5" text-anchor="end">{percent(tick)}</text>'
        for tick in ticks
    )
    grid += "".join(
        f'<path class="grid" d="M{x(tick)} {TOP}V{HEIGHT - BOTTOM}"/>'
        f'<text x="{x(tick)}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{percent(tick)}</text>'
        for tick in RECALL_TICKS
    )
    line = "L".join(f"{x(point.recall)} {y(point.precision)}" for point in figures.curve)
    marks = [("linked", linked(figures), x(figures.recall), y(figures.precision))]
    if point := figures.at_threshold:
        marks.append(("threshold", at_threshold(figures), x(point.recall), y(point.precision)))
    # A curve falls to the right: the lower left is free.
    label = "".join(
        f'<text class="mark" x="{LEFT + 28}" y="{HEIGHT - BOTTOM - 34 + 22 * row}">{text}</text>'
        f'<circle class="{name}" cx="{LEFT + 16}" cy="{HEIGHT - BOTTOM - 39 + 22 * row}" r="6"/>'
        f'<circle class="{name}" cx="{mark_x}" cy="{mark_y}" r="6"/>'
        for row, (name, text, mark_x, mark_y) in enumerate(marks)
    )
    middle = (TOP + HEIGHT - BOTTOM) // 2
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Precision \
against recall; {linked(figures)}">
<style>
text {{ font: 15px system-ui, sans-serif; fill: #222 }}
.title {{ font-size: 17px; font-weight: 600 }}
.mark {{ font-weight: 600; stroke: #fff; stroke-width: 4px; paint-order: stroke }}
.grid {{ stroke: #ddd }}
.curve {{ fill: none; stroke: #0b5cad; stroke-width: 3; stroke-linejoin: round; stroke-linecap: round }}
.linked {{ fill: #c2410c; stroke: #fff; stroke-width: 2 }}
.threshold {{ fill: #fff; stroke: #0b5cad; stroke-width: 3 }}
</style>
<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>
<text class="title" x="{WIDTH // 2}" y="26" text-anchor="middle">Precision against recall, by confidence</text>
{grid}
<text x="{(LEFT + WIDTH - RIGHT) // 2}" y="{HEIGHT - 14}" text-anchor="middle">recall: share of true pairs found</text>
<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">precision: share that is right</text>
<path class="curve" d="M{line}"/>
{label}
</svg>
"""
