"""Why a repair that was weighed was not made, in a sentence: found anew from its rule and the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cleanpipe.cli.output import passage
from cleanpipe.model import Edit
from cleanpipe.repair.rules import SPARING, PatternRule, line_around
from cleanpipe.repair.sparing import MEANT, PROTECTED, UNIT, Sparing
from cleanpipe.rulebook.schema import compile_pattern

LONGEST = 60
"""Characters of the text that are quoted in a sentence."""

UNSURE = "not enough speaks for it"

MARGINS: Mapping[str, str] = {
    "layers": "so decoded, the line is not likelier by the margin that the rule asks for",
    "legacy": "so decoded, the words of the text are not likelier by the margin that the rule asks for",
    "homoglyph": "too little speaks for a disguise: how usual the word is when put right, and other such words",
    "hyphenation": "joined, it is no word that the language is known to have, or a rarer one than its parts",
}
"""What it means, engine by engine, that a repair was weighed and found too unsure."""


class Reasons:
    """Tells of one text, in the language `lang` where that is known, why rules left it as it is.

    What holds for the whole text is found once and kept: a document is asked for each of its places.
    """

    def __init__(self, text: str, lang: str | None) -> None:
        self.text = text
        self.lang = lang
        self._searched: dict[str, re.Match[str] | None] = {}
        self._kept: dict[str, list[tuple[int, int]]] = {}
        self._garbled: dict[str, tuple[frozenset[str], int]] = {}
        self._spared: dict[str, tuple[frozenset[Edit], Sparing]] = {}

    def why(self, rule: Mapping[str, Any], edit: Edit) -> str:
        """Why the rule (its table in the file, empty where it is gone) did not make an edit that it weighed."""
        if not rule:
            return UNSURE
        engine = rule.get("engine", "pattern")
        if engine == "pattern":
            return self._why_pattern(rule, edit)
        if engine == "garbled":
            return self._why_garbled(rule, edit)
        why = self._why_spared(rule, edit) if engine in SPARING else None
        if engine == "homoglyph" and (about := self._found(rule, "about")):
            why = _is_about(about)
        return why or MARGINS.get(engine, UNSURE)

    def _why_pattern(self, rule: Mapping[str, Any], edit: Edit) -> str:
        if any(start <= edit.start and edit.end <= end for start, end in self._keeps(rule)):
            return "it belongs where it stands"
        against = self._found(rule, "unless")
        if against:
            return f"the text has {_quoted(against)}, which speaks against it"
        if "unless_line" in rule:
            line, _ = line_around(self.text, edit.start)
            against = compile_pattern(rule["unless_line"]).search(line)
            if against:
                return f"its line has {_quoted(against)}, which speaks against it"
        if "needs" in rule:
            return "the text lacks what would show that it is damage"
        if rule.get("evidence", 1) > 1:
            return f"one place alone says little: the rule asks for {rule['evidence']} in a text"
        return UNSURE

    def _why_garbled(self, rule: Mapping[str, Any], edit: Edit) -> str:
        from cleanpipe.repair.garbled import GarbledEngine

        if rule["id"] not in self._garbled:
            engine = GarbledEngine.of(rule, "")
            braille = engine.spaces if engine.foreign.search(self.text) else frozenset()
            self._garbled[rule["id"]] = braille, engine.evidence
        braille, evidence = self._garbled[rule["id"]]
        if edit.before in braille:
            return "the text has other Braille patterns: these are Braille too"
        return f"too few such signs cling to words in the text: the rule asks for {evidence}"

    def _why_spared(self, rule: Mapping[str, Any], edit: Edit) -> str | None:
        """Why an edit that its engine would make is held back; None where the engine itself is unsure."""
        sure, sparing = self._sparing(rule)
        why = sparing.why(edit) if edit in sure else None
        if why is None:
            return None
        if why == PROTECTED:
            return "it stands in an address, a name of an account or code"
        if why == MEANT and (about := self._found(rule, "about")):
            return _is_about(about)
        if why == UNIT:
            return "it is a square or cubic ångström"
        if sparing.shows:
            return "all that the rule is sure of here is single signs in quotation marks: they may be meant"
        return "it would take the closing mark of a quotation and leave the opening one"

    def _sparing(self, rule: Mapping[str, Any]) -> tuple[frozenset[Edit], Sparing]:
        """The edits that the engine of a rule would make if nothing were held back, and what holds them back."""
        from cleanpipe.repair.engines import ENGINES

        if rule["id"] not in self._spared:
            edits = ENGINES[rule["engine"]](rule, "").find(self.text, self.lang).edits
            about = compile_pattern(rule["about"]) if "about" in rule else None
            self._spared[rule["id"]] = frozenset(edits), Sparing(self.text, edits, about)
        return self._spared[rule["id"]]

    def _keeps(self, rule: Mapping[str, Any]) -> list[tuple[int, int]]:
        """Where a pattern that the rule keeps matches before its own does."""
        if rule["id"] not in self._kept:
            scan = PatternRule.of(rule, "").scan
            matches = scan.finditer(self.text) if scan else ()
            self._kept[rule["id"]] = [match.span() for match in matches if match["keep"] is not None]
        return self._kept[rule["id"]]

    def _found(self, rule: Mapping[str, Any], key: str) -> re.Match[str] | None:
        """Where a pattern of a rule first matches in the text."""
        if key not in rule:
            return None
        pattern = rule[key]
        if pattern not in self._searched:
            self._searched[pattern] = compile_pattern(pattern).search(self.text)
        return self._searched[pattern]


def _is_about(match: re.Match[str]) -> str:
    return f"the text is about such damage itself ({_quoted(match)})"


def _quoted(match: re.Match[str]) -> str:
    return passage(match.string, match.start(), match.end(), most=LONGEST)
