"""Fills the template: everything in it is escaped, style and script are let in by their hashes and nothing else is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from cleanpipe.report import plots, words
from cleanpipe.report.assets import text_of
from cleanpipe.report.embed import source_hash
from cleanpipe.report.summary import Summary

STORIES = "<!-- stories -->"
"""Where the template leaves room for the stories' texts. No data can bring it about: its signs are escaped."""
BARS = 8
"""Bars of a figure; what is left is summed up below it."""
AS_IT_IS = ("style", "script", "index")
"""What the template is given that is no data: assets of the package, and JSON that was escaped for its element."""
_FIRST_CLAUSE = re.compile(r"(.{12,}?)[:;,] (.+)", re.DOTALL)
INPUTS = 50
"""Values of one list in the manifest that the page shows."""
# What UTF-8 or HTML can't carry: lone surrogates, and controls beside tab and line ends.
_NOT_IN_HTML = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    count: int
    percent: float
    """Width, 100 for the longest bar of the figure."""
    note: str = ""


def policy(*, style: str, script: str) -> str:
    """The Content-Security-Policy of a page that is one file: its own style and script, and nothing else."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {source_hash(script)}",
            f"style-src {source_hash(style)}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def page(
    summary: Summary, *, rules: Mapping[str, str], manifest: Mapping[str, Any], **given: Any
) -> tuple[bytes, bytes]:
    """The page before and after the stories' texts. `given` are `style`, `script`, `policy`, `made_from`, and `index`
    in JSON."""
    text = render("report.html.j2", summary, rules=rules, manifest=manifest, **given)
    head, tail = text.split(STORIES)
    return head.encode(), tail.encode()


def render(
    template: str,
    summary: Summary,
    *,
    rules: Mapping[str, str],
    manifest: Mapping[str, Any],
    more_templates: Mapping[str, str] | None = None,
    **given: Any,
) -> str:
    """A template filled with what a summary says. `more_templates` are texts by name, which may extend the shipped
    ones; strings in `given` that aren't data (`style`, `script`, `policy`, `index`) are put in as they are."""
    environment = Environment(
        loader=FunctionLoader(lambda name: (more_templates or {}).get(name) or text_of(name)),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_carried,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    damage = _bars(_most(summary.damage))
    plain = {name: Markup(value) if name in AS_IT_IS else value for name, value in given.items()}
    return environment.get_template(template).render(
        summary=summary,
        relations=[
            replace(bar, label=words.RELATIONS[bar.label][0], note=words.RELATIONS[bar.label][1])
            for bar in _bars({relation: summary.relations[relation] for relation in words.RELATIONS})
        ],
        damage=damage,
        damage_bars=[_named(bar, rules) for bar in damage],
        rules=rules,
        sizes=_bars({name: summary.sizes[name] for name in (*(name for _, name in words.SIZES), words.LARGEST)}),
        copied=_bars(_most(summary.copied)),
        copying=_bars(_most(summary.copying)),
        time=plots.over_time(summary.dates),
        undated=summary.copies - sum(summary.dates.values()),
        reasons=_bars(_most(summary.reasons)),
        bars=BARS,
        statuses=words.STATUSES,
        facts=list(_flat(manifest)),
        **plain,
    )


def _most(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _bars(counts: Mapping[str, int]) -> list[Bar]:
    longest = max(counts.values(), default=0)
    return [Bar(label, count, round(100 * count / longest, 1)) for label, count in counts.items() if count]


def _named(bar: Bar, rules: Mapping[str, str]) -> Bar:
    """What a rule does in a few words, and the rest of its sentence below."""
    says = rules.get(bar.label, bar.label).rstrip(".")
    cut = _FIRST_CLAUSE.match(says)
    if not cut:
        return replace(bar, label=says)
    return replace(bar, label=cut[1], note=f"{cut[2][:1].upper()}{cut[2][1:]}.")


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """A tree of settings as lines: dotted name and value."""
    if isinstance(value, Mapping):
        for key in sorted(value):
            yield from _flat(value[key], f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(item, Mapping | list) for item in value):
        for number, item in enumerate(value[:INPUTS], 1):
            yield from _flat(item, f"{name} {number}")
        if len(value) > INPUTS:
            yield name, f"and {len(value) - INPUTS} more in manifest.json"
    elif isinstance(value, list):
        yield name, ", ".join(map(str, value[:INPUTS])) + (" …" if len(value) > INPUTS else "")
    elif value is not None and value != "":
        yield name, ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _carried(value: Any) -> Any:
    return _NOT_IN_HTML.sub("\N{REPLACEMENT CHARACTER}", value) if type(value) is str else value
