"""A line's repair depends on the line and on what the whole text shows, and that depends on no order of the lines.

Texts are made of sound and damaged lines in several languages; with their lines in another order, the same lines come
out in that order. Left out on purpose, because it works across a line end: a word divided there, by a hyphen that is
hard or soft, is joined with whatever line is below (`line-end-hyphen`, `soft-hyphen-line-end`); and a carriage return
is one line end with the line feed behind it, if one is (`fold-line-end`). Page furniture is marked, not repaired.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanpipe.model import Profile
from cleanpipe.repair import repair
from cleanpipe.repair.evidence import SAMPLE
from cleanpipe.text.offsets import apply

SOUND = [
    "The harbour board met on Tuesday and put off the decision once more.",
    "“It isn’t ours to sell,” said Zoë Brontë, who has run the café since 2009.",
    "A ticket costs £4.50 – or €5 – and children under 12 travel free.",
    "Le maire a déjà fermé la piscine : l’eau était trop froide, même pour les élèves.",
    "Die Fähre fährt ab März wieder täglich über den Fluß, teilte die Behörde mit.",
    "El año pasado la compañía perdió más de un millón de euros, según el periódico.",
    "Most łączący obie części miasta będzie zamknięty, bo nikt nie złożył oferty.",
    "Starosta řekl, že nový most přes řeku bude otevřen příští týden.",
    "A polgármester szerint az új híd csak jövőre készül el.",
    "Мэр города сообщил, что новый мост через реку откроют на следующей неделе.",
    "Міський голова повідомив, що новий міст відкриють наступного тижня.",
    "Ο δήμαρχος δήλωσε ότι η νέα γέφυρα θα ανοίξει την επόμενη εβδομάδα.",
    "Belediye başkanı, yeni köprünün gelecek hafta açılacağını söyledi.",
    "أعلن رئيس البلدية أن الجسر الجديد سيفتح الأسبوع المقبل.",
    "می‌رود و می‌خواهد که پل تازه را ببیند.",
    "市长宣布，新的大桥将于下周开放，工人们正在完成最后的修理工作。",
    "市長は、川に架かる新しい橋が来週開通すると発表した。",
    "시장은 강 위의 새 다리가 다음 주에 열릴 것이라고 발표했다.",
    "Is that all? Yes. What’s next?",
    "https://example.org/a?b=c&d=e#f",
    "5.7 × 10³ m², 12 °C, ½ pint",
    "",
    "",
    "***",
]
"""Lines written for this test."""


def _read_as(charset: str, was: str = "utf-8") -> Callable[[str], str]:
    """The line in one charset, read in another; as it is where it can't be."""

    def damage(line: str) -> str:
        try:
            data = line.encode(was)
        except UnicodeEncodeError:
            return line
        return "".join(bytes([byte]).decode(charset, "ignore") or chr(byte) for byte in data)

    return damage


def unharmed(line: str) -> str:
    return line


DAMAGES: list[Callable[[str], str]] = [
    _read_as("cp1252"),
    _read_as("latin-1"),
    _read_as("cp1250"),
    _read_as("cp1251"),
    _read_as("mac_roman"),
    _read_as("cp1252", "cp1251"),
    _read_as("cp1252", "iso8859-2"),
    _read_as("cp1252", "mac_roman"),
    _read_as("cp437", "cp1252"),
    lambda line: _read_as("cp1252")(_read_as("cp1252")(line)),
    lambda line: _read_as("cp1252")(line).replace("\x9d", "").replace("\x81", ""),
    lambda line: _read_as("latin-1")(line).translate(dict.fromkeys(range(0x80, 0xA0))),
    lambda line: line.replace("’", "?").replace("“", "?").replace("”", "?"),
    lambda line: line.replace("é", "&eacute;").replace("’", "&rsquo;").replace("“", "&amp;ldquo;"),
    lambda line: line.replace("é", "\\u00e9").replace("’", "\\u2019"),
    lambda line: line.replace("’", "\x92").replace("“", "\x93").replace("”", "\x94"),
    lambda line: line.replace("’", "\x19").replace("“", "\x1c").replace("”", "\x1d"),
    lambda line: line.replace(" ", " \u200b", 3),
    lambda line: line.replace("er", "e\u00adr", 2),
    lambda line: line.replace(" ", "\u2062 ", 2),
    lambda line: line.replace("o", "\u043e", 2).replace("a", "\u0430", 2),
    lambda line: line.replace("е", "e", 2),
    lambda line: f"\ufeff{line}",
    lambda line: f"\u202a{line}\u202c",
]
"""What happens to lines on the way into an archive."""

SIGNS = [
    *("\u2062", "\u2064", "\u200b", "\u200c", "\u2060", "\ufeff", "\u200e", "\u202a", "\ufe0f", "\u0301", "\ufffd"),
    *("\x19", "\x1c", "\x92", "\x85", "Ã", "Â", "â", "â˘", "⢠", "â€", "&eacute;", "&pound", "\\u2019", "\\xe9", "?"),
]
"""What damage leaves at the beginning or the end of a line, where a text may begin or end too."""

PROFILES: list[Profile] = ["archival", "plain"]
LINE = st.builds(lambda line, damage: damage(line), st.sampled_from(SOUND), st.sampled_from(DAMAGES))
EDGED = st.builds("{}{}{}".format, st.sampled_from(["", "", *SIGNS]), st.sampled_from(SOUND), st.sampled_from(SIGNS))


def across_line_ends(line: str) -> bool:
    """Whether a line is repaired together with the one below it."""
    return line.endswith("\r") or line.rstrip().endswith(("-", "\u00ad"))


LINES = st.lists(st.one_of(st.sampled_from(SOUND), LINE, LINE, EDGED), max_size=12).map(
    lambda lines: [line for line in lines if "\n" not in line and not across_line_ends(line)]
)


def mended(lines: Sequence[str], profile: Profile) -> list[str]:
    """What became of each line of a text; some become two, where a sign for a line end is made one."""
    edits = repair("\n".join(lines), profile=profile).edits
    result = []
    at = made = 0
    for line in lines:
        own = [edit for edit in edits if at <= edit.start and edit.end <= at + len(line)]
        moved = [replace(edit, start=edit.start - at, end=edit.end - at) for edit in own]
        result.append(apply(line, moved))
        at += len(line) + 1
        made += len(own)
    assert made == len(edits)  # none across a line end
    return result


def differences(lines: Sequence[str], order: Sequence[int], profile: Profile) -> list[tuple[str, str, str]]:
    """Lines that come out differently for standing in another order: the line, and what became of it in both."""
    straight, mixed = mended(lines, profile), mended([lines[at] for at in order], profile)
    return [(lines[at], straight[at], mixed[place]) for place, at in enumerate(order) if straight[at] != mixed[place]]


@pytest.mark.parametrize("profile", PROFILES)
@given(lines=LINES, seed=st.integers(0, 1000))
@settings(max_examples=100, deadline=None)
def test_the_order_of_lines_makes_no_difference(profile: Profile, lines: list[str], seed: int) -> None:
    order = list(range(len(lines)))
    random.Random(seed).shuffle(order)
    assert differences(lines, order, profile) == []


@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_lines_makes_no_difference_to_a_text_that_evidence_is_only_sampled_from(seed: int) -> None:
    chance = random.Random(seed)
    damages = [*chance.sample(DAMAGES, 3), unharmed]
    lines = [
        line
        for number in range(150)
        for line in [chance.choice(damages)(f"{chance.choice(SOUND)} {number}.")]
        if "\n" not in line and not across_line_ends(line)
    ]
    assert sum(map(len, lines)) > SAMPLE
    order = list(range(len(lines)))
    chance.shuffle(order)
    assert differences(lines, order, "archival") == []


@pytest.mark.parametrize("profile", PROFILES)
@given(lines=LINES, places=st.lists(st.integers(0, 12), max_size=6))
@settings(max_examples=60, deadline=None)
def test_lines_that_show_nothing_make_no_difference(profile: Profile, lines: list[str], places: list[int]) -> None:
    spread = list(lines)
    for place in places:
        spread.insert(place % (len(spread) + 1), "")
    straight, between = mended(lines, profile), mended(spread, profile)
    assert [line for line in between if line] == [line for line in straight if line]


FILLER = "The harbour board met on Tuesday and put off the decision once more, for nobody had read the papers. " * 50
FOUND = {
    "is_bad of a whole text sees other line ends": ["", "Ã "],
    "right-to-left letters far apart": ["أعلن رئيس البل", "أعلن رئيس البل", f"{FILLER}of the \u200eboard"],
    "East Asian letters far apart": ["新橋は来週開", "新橋は来週開", f"{FILLER}of the ｂｏａｒｄ"],
    "escaped bytes far apart": ["It cost \\xe9 here.", "He said \\xa3 twice.", FILLER],
    "an operator that a text begins with": ["\u2064harbour was closed", "the a\u2062b is", "x"],
    "an operator that a text ends with": ["the harbour\u2062", "the a\u2062b is", "x"],
}
"""Lines that came out differently in some order, and what made the difference."""


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lines", FOUND.values(), ids=FOUND)
def test_what_once_depended_on_the_order_no_longer_does(lines: list[str], profile: Profile) -> None:
    for order in permutations(range(len(lines))):
        assert differences(lines, order, profile) == []
