"""The law of the precheck: a rule that it doesn't call would have changed nothing, and so would all rules together."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleanpipe.model import Profile, Repair
from cleanpipe.repair.engine import repair, repair_text, run_rules
from cleanpipe.repair.precheck import QUIET, Precheck, precheck

WORDS = (
    "the ",
    "of ",
    " and ",
    "boat",
    "religi",
    "n",
    "es",
    "a",
    "B",
    "s",
    " ",
    "\n",
    "-",
    "-\n",
    ".",
    ",",
    "9",
    "'",
    "--",
)
QUIET_TEXT = st.lists(st.sampled_from([*WORDS, *QUIET]), max_size=40).map("".join)
OTHERS = (
    *("?", "&", "&amp;", "\\", "\\u2019", "é", "Ã", "Ã©", "â", "â€™", "Â", "ж", "о", "λ", "ب", "中", "한", "क", "«"),
    *("\x00", "\x19", "\x1c", "\x85", "\x92", "\r", "\u00ad", "\u0301", "\u200b", "\u200d", "\u2062", "\ufeff"),
    *("\ufffd", "\ud800", "ﬁ", "Ａ", "\U0001d41a", "\u28a0", "😀", "\ufe0f", "\U000e0069", "—s", "“s", "´"),
)
SCRAPS = st.lists(st.sampled_from([*WORDS, *QUIET, *OTHERS]), max_size=30).map("".join)
ANY_TEXT = st.text(st.characters(), max_size=60)
PROFILES: list[Profile] = ["archival", "plain"]


class EveryRule(Precheck):
    """The precheck switched off."""

    def called(self, text: str) -> int:
        return (1 << len(self.rules)) - 1


FULL = {profile: EveryRule(precheck(profile).rules) for profile in PROFILES}


def full_way(text: str, profile: Profile) -> Repair:
    return run_rules(text, FULL[profile], FULL[profile].called(text), None)


@pytest.mark.parametrize("profile", PROFILES)
@given(text=QUIET_TEXT | ANY_TEXT)
@example(text="the religi—nes of the “boat”s and…")
@settings(max_examples=60, deadline=None)
def test_what_passes_would_not_be_changed(profile: Profile, text: str) -> None:
    if not precheck(profile).called(text):
        assert full_way(text, profile).edits == ()
        assert repair_text(text, profile=profile) == text


@pytest.mark.parametrize("profile", PROFILES)
@given(text=SCRAPS)
@example("the the \x85boata–'â")
@settings(max_examples=40, deadline=None)
def test_rules_that_are_not_called_make_no_difference(profile: Profile, text: str) -> None:
    assert repair(text, profile=profile).edits == full_way(text, profile).edits
