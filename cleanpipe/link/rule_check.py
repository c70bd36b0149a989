"""Runs the examples of a file of sources: each phrase has to find in its examples what they say it finds."""

from __future__ import annotations

from cleanpipe.link.credits import find_credits
from cleanpipe.link.sources import sourcebook, sourcebook_of
from cleanpipe.model import Document, Origin
from cleanpipe.rulebook.check import Problem
from cleanpipe.rulebook.files import RuleFile
from cleanpipe.rulebook.locate import shipped_rules


def check_rule_file(rule_file: RuleFile) -> list[Problem]:
    """Problems of one file, checked together with the shipped ones. Empty where every example comes out as written.

    An example's role is "none" where the source must not be found to be credited at all. Raises RuleError for a file
    that isn't in the form of docs/rules.md.
    """
    phrases = sourcebook_of([rule_file]).phrases
    folder = rule_file.path.parent.parent
    folders = () if folder.resolve() == shipped_rules().resolve() else (str(folder),)
    problems = []
    book = sourcebook(folders)
    for phrase in phrases:
        for example in phrase.examples:
            if example["source"] not in book.sources:
                problems.append(
                    Problem(phrase.id, rule_file.path, f"{example['source']!r} is no source; add or mend it")
                )
                continue
            document = Document("0" * 32, "example", example["text"], Origin("example"), title=example.get("title"))
            roles = {
                item.role
                for item in find_credits([document], rules_folders=folders)[0]
                if item.source == example["source"]
            }
            if (example["role"] not in roles) if example["role"] != "none" else roles:
                says = f"{example['text']!r} gives {', '.join(sorted(roles)) or 'nothing'} and not {example['role']}"
                problems.append(Problem(phrase.id, rule_file.path, says))
    return problems
