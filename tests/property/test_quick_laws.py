"""What was made quick finds what the plain way finds: furniture by how lines begin, phrases by short walks."""

from __future__ import annotations

import itertools
import re
from functools import cache
from typing import Any

import spacy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from cleanpipe.link.mentions import names_of
from cleanpipe.link.phrases import Element, elements_of, is_in_gap, reach
from cleanpipe.link.sources import sourcebook
from cleanpipe.repair.beginnings import LENGTH, beginnings, caseless
from cleanpipe.repair.furniture import LONGEST_LINE, FurnitureRule, Marker, compile_furniture, fold_line
from cleanpipe.rulebook.files import read_rule_files

RULES = [rule for file in read_rule_files("furniture", ()) for rule in compile_furniture(file)]
EXAMPLES = [
    text
    for file in read_rule_files("furniture", ())
    for table in file.table["rule"]
    for example in table["examples"]
    for text in example.values()
] + [phrase for rule in RULES for phrase in sorted(rule.phrases)]

lines = st.one_of(
    st.sampled_from(EXAMPLES),
    st.builds(str.upper, st.sampled_from(EXAMPLES)),
    st.builds(
        "{}{}{}".format, st.sampled_from(["· ", " ", "[", "\u00a0»", "»  "]), st.sampled_from(EXAMPLES), st.just(" |")
    ),
    st.text("aı•’İſK 0-:|()©é\t", max_size=12),
    st.builds(
        "{} {}".format, st.sampled_from(EXAMPLES), st.sampled_from(["", "x" * 300, "was said at the quay. " * 8])
    ),
)


def marked_plainly(text: str, rules: list[FurnitureRule]) -> list[tuple[int, int, str]]:
    """Every rule tried on every line."""

    result: list[tuple[int, int, str]] = []
    at = following = 0
    following_rule = ""
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        stripped = line.strip()
        if not stripped:
            continue
        offset = start + line.index(stripped[0])
        folded = fold_line(stripped)
        whole = next((r for r in rules if folded in r.phrases and len(stripped) <= r.longest), None)
        spans = [(a, b, r.id, r.next_lines) for r in rules if not r.phrases for a, b in r.spans(stripped, folded)]
        if whole is not None:
            spans = [(0, len(stripped), whole.id, whole.next_lines)]
        covering = next((span for span in spans if span[:2] == (0, len(stripped))), None)
        if covering is not None:
            result.append((offset, offset + len(stripped), covering[2]))
            following, following_rule = covering[3], covering[2]
        elif following and len(stripped) <= LONGEST_LINE:
            result.append((offset, offset + len(stripped), following_rule))
            following -= 1
        else:
            following = end = 0
            for a, b, rule, _ in sorted(spans, key=lambda span: span[:2]):
                if a >= end and a < b:
                    result.append((offset + a, offset + b, rule))
                    end = b
    return result


@settings(deadline=None)
@given(st.lists(lines, max_size=6).map("\n".join))
@example("Enter your email address   [Subscribe]\nTAGS: one\n\nPrevious Story\n\nBoats come home")
def test_furniture_is_found_as_by_trying_every_rule_on_every_line(text: str) -> None:
    assert Marker(RULES).mark(text) == marked_plainly(text, RULES)
    phrased = [rule for rule in RULES if rule.phrases]
    assert Marker(phrased).mark(text) == marked_plainly(text, phrased)


PATTERNS = st.recursive(
    st.sampled_from(["a", "I", "ſ", "ß", "İ", "[ab0]", "[a-c]", r"\d", r"\w", ".", "x?", "", r"\bq", "é"]),
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("(?:{}|{})".format, inner, inner),
        st.builds("(?:{}){}".format, inner, st.sampled_from(["?", "*", "+", "{2}", "{0,3}", "+?"])),
    ),
    max_leaves=6,
)


TEXTS = ["".join(letters) for size in (1, 2, 3) for letters in itertools.product("aBıİiSſß0٣éq", repeat=size)]


@settings(deadline=None)
@given(PATTERNS)
@example("(?:I|ß)?[a-c]")
def test_a_match_begins_as_its_expression_can(pattern: str) -> None:
    found = beginnings(pattern)
    matched = [text for text in TEXTS if re.match(pattern, text, re.IGNORECASE)]
    for text in matched if found is not None else ():
        head = caseless(text[:LENGTH])[:LENGTH]
        assert any(head.startswith(beginning) for beginning in found or ())


SOURCE, EDGE = "\ue000", "\ue001"
BOOK = sourcebook(())
WRITTEN = sorted({(pattern, phrase.id) for phrase in BOOK.phrases for pattern in phrase.patterns})
PHRASE_OF = {phrase.id: phrase for phrase in BOOK.phrases}


@cache
def vocab() -> Vocab:
    return spacy.blank("xx").vocab


def spelled(element: Element) -> dict[str, Any]:
    """An element as spaCy's `Matcher` has it."""
    if element.takes is is_in_gap:
        token: dict[str, Any] = {"IS_PUNCT": False, "ORTH": {"NOT_IN": [EDGE, SOURCE, "|", "/", "="]}}
    elif element.takes is not None:
        token = {"SHAPE": "dddd"}
    elif EDGE in element.forms:
        token = {"ORTH": EDGE}
    else:
        token = {"LOWER": {"IN": sorted(element.forms)}}
    if element.least == 0:
        token["OP"] = f"{{0,{element.most}}}"
    return token


def words_of(elements: tuple[Element, ...]) -> st.SearchStrategy[list[str]]:
    strays = st.sampled_from(["said", "the", "|", "(", ",", "$", EDGE, "2024", "12345", "٣٣٣٣", "Big"])
    return st.tuples(
        *[
            st.lists(
                st.one_of(st.sampled_from(sorted(element.forms)), strays) if element.forms else strays,
                min_size=element.least,
                max_size=element.most,
            )
            for element in elements
        ],
        st.lists(strays, max_size=2),
    ).map(lambda parts: [word for part in parts for word in part])


@settings(deadline=None)
@given(st.data())
def test_a_phrase_reaches_as_far_as_spacys_matcher_finds(data: st.DataObject) -> None:
    written, name = data.draw(st.sampled_from(WRITTEN))
    before, after = elements_of(written, BOOK, PHRASE_OF[name])
    left, right = data.draw(words_of(before[::-1])), data.draw(words_of(after))
    matcher = Matcher(vocab())
    matcher.add("phrase", [[*map(spelled, before), {"ORTH": SOURCE}, *map(spelled, after)]])
    found = matcher(Doc(vocab(), words=[*left[::-1], SOURCE, *right]))
    longest = max((end - start for _, start, end in found), default=None)
    ways = [reach(before[::-1], left, [w.lower() for w in left]), reach(after, right, [w.lower() for w in right])]
    assert (None if None in ways else sum(way or 0 for way in ways) + 1) == longest


def test_the_shorter_expressions_have_all_names_that_a_plain_text_can_hold() -> None:
    names = names_of(BOOK)
    plain = [name for name in names.source_of if names.beyond.isdisjoint(name)]
    assert len(plain) > 300
    for name in plain:
        found = [match.group() for pattern in names.patterns(name) if (match := pattern.match(name))]
        assert found == [name]
        assert names.patterns(name) is names.plain
    assert names.patterns("Интерфакс") is names.every
