"""Runs the examples of rule files: what must change changes, what must not stays."""

from __future__ import annotations

from cleanpipe.model import Edit
from cleanpipe.repair.furniture import compile_furniture
from cleanpipe.repair.rules import compile_file
from cleanpipe.rulebook.check import Problem
from cleanpipe.rulebook.files import RuleFile
from cleanpipe.rulebook.schema import rules_of
from cleanpipe.text.offsets import apply, normalise


def check_rule(rule_file: RuleFile) -> list[Problem]:
    """Run every example of a file of repair rules, each rule on its own. Empty where all hold."""
    problems = []
    for table, rule in zip(rules_of(rule_file, "repair"), compile_file(rule_file), strict=True):
        for example in table["examples"]:
            before = example.get("keep", example.get("before", ""))
            expected = example.get("after", before)
            edits: list[Edit] = []
            if rule.trigger is None or rule.trigger.search(before):
                edits = normalise(rule.find(before, None).edits)
            made = apply(before, edits)
            if made != expected:
                problems.append(
                    Problem(rule.id, rule_file.path, f"example {before!r}: gives {made!r}, not {expected!r}")
                )
    return problems


def check_furniture(rule_file: RuleFile) -> list[Problem]:
    """Run every example of a file of furniture rules. An example is one line, or several."""
    problems = []
    for table, rule in zip(rules_of(rule_file, "furniture"), compile_furniture(rule_file), strict=True):
        for example in table["examples"]:
            text = example.get("mark", example.get("keep", ""))
            marked = bool(rule.lines(text))
            if marked != ("mark" in example):
                problems.append(
                    Problem(rule.id, rule_file.path, f"example {text!r}: is {'' if marked else 'not '}marked")
                )
    return problems
