"""Laws of the report's comparison: nothing of either text is lost, nothing stands in it twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleanpipe.model import Span
from cleanpipe.report import alignment
from cleanpipe.report.characters import visible
from cleanpipe.report.embed import json_for_script
from cleanpipe.report.units import Units
from cleanpipe.report.worddiff import diff
from cleanpipe.text.jsonline import load

anything = st.text(st.characters(categories=None) | st.sampled_from(" \n\n.,ab\ud800\U0001f33f"), max_size=60)
spans = st.tuples(st.integers(-3, 70), st.integers(-3, 70)).map(lambda edges: Span(*edges))


@given(anything, anything)
def test_word_runs_cover_both_texts(before: str, after: str) -> None:
    at_before = at_after = 0
    for run in diff(before, after):
        assert (run.before_start, run.after_start) == (at_before, at_after)
        assert run.before_end > run.before_start or run.after_end > run.after_start
        at_before, at_after = run.before_end, run.after_end
    assert (at_before, at_after) == (len(before), len(after))


@given(
    anything,
    anything,
    st.lists(st.builds(alignment.Pair, spans, spans), max_size=6),
    st.lists(spans, max_size=2),
    st.lists(spans, max_size=2),
)
def test_every_visible_sign_stands_in_one_row(
    other: str, copy: str, pairs: list[alignment.Pair], other_furniture: list[Span], copy_furniture: list[Span]
) -> None:
    rows = alignment.rows(other, copy, pairs, other_furniture=other_furniture, copy_furniture=copy_furniture)
    # A moved passage is shown beside its copy too; it counts where it stood.
    on_other = [row.other for row in rows if row.other and row.kind != "moved"]
    on_copy = [row.copy for row in rows if row.copy]
    for text, found in ((other, on_other), (copy, on_copy)):
        assert found == sorted(found)
        inside = [place for span in found for place in range(*span)]
        assert len(inside) == len(set(inside))
        assert {place for place, sign in enumerate(text) if not sign.isspace()} <= set(inside)
    for place, row in enumerate(rows):
        assert (row.partner is not None) == (row.kind in {"moved", "moved-away"})
        if row.partner is not None:
            assert rows[row.partner].partner == place
            assert rows[row.partner].other == row.other


@given(anything)
def test_units_count_as_a_browser_does(text: str) -> None:
    units = Units(text)
    for offset in range(len(text) + 1):
        assert units(offset) == len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2


@given(anything)
def test_json_in_a_script_stays_json_and_holds_no_markup(text: str) -> None:
    found = json_for_script({"text": text})
    assert load(found) == {"text": text}
    assert not set(b"<>&") & set(found)


@given(anything)
def test_visible_loses_no_sign(text: str) -> None:
    parts = visible(text)
    again = "".join(part if isinstance(part, str) else chr(int(part[0].removeprefix("U+"), 16)) for part in parts)
    assert again == text
