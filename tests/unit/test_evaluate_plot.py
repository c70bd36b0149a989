"""Precision against recall as letters and as a picture: what is drawn where, and when nothing is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cleanpipe.cli import cli
from cleanpipe.cli.plot import HEIGHT, WIDTH, plot
from cleanpipe.evaluate import CurvePoint, Evaluation
from cleanpipe.report.curve import svg

shares = st.floats(0, 1)
curves = st.lists(st.builds(CurvePoint, shares, shares, shares), min_size=1, max_size=100).map(tuple)


def figures(points: tuple[CurvePoint, ...], precision: float, recall: float, threshold: float) -> Evaluation:
    return Evaluation(9, 3, precision, recall, 0.5, None, 0.0, {}, {}, points, threshold)


CURVE = (CurvePoint(0.99, 1.0, 0.25), CurvePoint(0.7, 0.95, 0.5), CurvePoint(0.3, 0.9, 1.0))
DRAWN = """\
precision: share of linked pairs that are right
  100 % |            *
        |
        |
 97.5 % |
        |
        |
   95 % |                         X
        |                         O
        |
 92.5 % |
        |
        |
   90 % |                                                  *
        |+-----------+------------+------------+-----------+
        0 %        25 %         50 %         75 %      100 %
                           recall: share of true pairs found
O: linked: precision 94.2 %, recall 50 %
*: all links from some confidence up
X: all links from 0.70, this version's"""


def test_the_drawing() -> None:
    assert "\n".join(plot(figures(CURVE, 0.9417, 0.5, 0.7))) == DRAWN


@given(curves, shares, shares)
def test_every_curve_fits_into_sixty_columns_of_ascii(
    points: tuple[CurvePoint, ...], precision: float, recall: float
) -> None:
    lines = plot(figures(points, precision, recall, 0.5))
    assert len(lines) == HEIGHT + (4 if any(point.threshold >= 0.5 for point in points) else 3)
    assert all(len(line) <= WIDTH and line.isascii() for line in lines)
    assert sum(line.count("O") for line in lines[1:HEIGHT]) == 1


@given(curves, shares, shares, shares)
def test_every_picture_is_xml_and_draws_inside_its_frame(
    points: tuple[CurvePoint, ...], precision: float, recall: float, threshold: float
) -> None:
    root = ElementTree.fromstring(svg(figures(points, precision, recall, threshold)))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    path = next(item for item in root.iter() if item.get("class") == "curve").attrib["d"]
    places = [tuple(map(float, place.split())) for place in re.split("[ML]", path)[1:]]
    assert len(places) == len(points)
    assert all(0 < x < width and 0 < y < height for x, y in places)


def test_the_picture_names_what_is_linked_and_loads_nothing() -> None:
    picture = svg(figures(CURVE, 0.94, 0.5, 0.7))
    assert "linked: precision 94 %, recall 50 %" in picture
    assert "all links from 0.70, this version's" in picture
    assert re.findall(r"https?://[^\s\"]+", picture) == ["http://www.w3.org/2000/svg"]
    assert "this version's" not in svg(figures(CURVE, 1.0, 0.0, 0.995))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    def write(name: str, rows: list[dict[str, Any]]) -> None:
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    write("corpus.jsonl", [{"id": name} for name in "abc"])
    story = {"set": "s", "canonical": "a", "members": ["a", "b"], "kinds": {"a": "original", "b": "spun"}}
    write("gold.jsonl", [story])
    write("links.jsonl", [{"copy": "b", "canonical": "a", "status": "linked", "confidence": 0.8}])
    write("bare.jsonl", [{"copy": "b", "canonical": "a", "status": "linked"}])
    return tmp_path


def test_the_command_prints_the_curve_and_writes_the_picture(folder: Path) -> None:
    picture = folder / "curve.svg"
    done = CliRunner().invoke(cli, ["evaluate", f"{folder}/links.jsonl", str(folder), "--plot", str(picture)])
    assert done.exit_code == 0, done.output
    assert "O: linked: precision 100 %, recall 100 %" in done.stdout
    assert "curve " not in done.stdout
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")
    done = CliRunner().invoke(cli, ["evaluate", f"{folder}/links.jsonl", str(folder), "--json"])
    assert json.loads(done.stdout)["curve"] == [{"threshold": 0.8, "precision": 1.0, "recall": 1.0}]
    assert 0 < json.loads(done.stdout)["threshold"] < 1


def test_links_without_confidence_are_scored_and_not_drawn(folder: Path) -> None:
    done = CliRunner().invoke(cli, ["evaluate", f"{folder}/bare.jsonl", str(folder)])
    assert done.exit_code == 0
    assert "precision" in done.stdout and "no curve" in done.stderr
    done = CliRunner().invoke(cli, ["evaluate", f"{folder}/bare.jsonl", str(folder), "--plot", f"{folder}/p.svg"])
    assert done.exit_code != 0
    assert not (folder / "p.svg").exists()
