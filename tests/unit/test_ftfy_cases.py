"""ftfy's own published cases, read out of its source distribution: what ftfy gets right, cleanpipe gets right.

The wheel doesn't have them. `make test` fetches the source distribution into `.venv`; the environment variable
`FTFY_SDIST` names another folder that it may be in.
"""

from __future__ import annotations

import json
import os
import tarfile
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import pytest
from ftfy import fixes

from cleanpipe import repair_text

ARCHIVE = f"ftfy-{version('ftfy')}"

FETCH = "python -m pip download --no-deps --no-binary ftfy --no-build-isolation -c constraints.txt -d .venv ftfy"

RESTORED: dict[str, dict[str, str]] = {
    "Messy language names: Slovak": {"n\ufffdi": "nči"},
    "Messy language names: Bulgarian": {"\ufffd": "с"},
    "Messy language names: Russian": {"\ufffd": "с"},
    "Messy language names: Serbian [Cyrillic]": {"\ufffd": "с"},
    "Messy language names: Hindi": {"\ufffd": "\N{DEVANAGARI SIGN VIRAMA}"},
    "Messy language names: Tamil": {"\ufffd": "\N{TAMIL SIGN VIRAMA}"},
    "lossy UTF-8 / Windows-1250 mixup in Spanish": {"\ufffd": "Á"},
    "We can mostly decode the face above when we lose the character U+009D": {"\ufffd(": "┒(", ")\ufffd": ")┎"},
    "Lossy decoding can have plain ASCII question marks, as well": {"\ufffd": '"'},
    "Synthetic: lossy decoding in sloppy-windows-1252": {"\ufffd": '"'},
    "A complex, lossy pile-up of mojibake in Portuguese": {"⚠\ufffd": "⚠\N{VARIATION SELECTOR-16}"},
}
"""Deliberately different: a lost byte that only one reading makes a word of is put back. ftfy leaves U+FFFD for it. By
label: what stands in ftfy's answer, and what in cleanpipe's."""

AS_READ: dict[str, dict[str, str]] = {
    "A complex, lossy pile-up of mojibake in Portuguese": {
        "\ufffd\N{NO-BREAK SPACE}Regulamento": "ðŸ“\ufffd\N{NO-BREAK SPACE}Regulamento",
        "😀\ufffd": "😀ðŸ\ufffd°",
    },
}
"""Deliberately different: which of several emoji was meant is unsure, and what is unsure stays as it was read, so that
nothing of it is lost. ftfy makes one U+FFFD of it."""

LOOK_ALIKES: dict[str, dict[str, str]] = {
    "Messy language names: Serbian [Cyrillic]": {"Cр": "Ср"},
    "Negative: This \u0415 is a Ukrainian letter, but nothing else is wrong": {"SENS\u0415": "SENSE"},
}
"""Deliberately different: a Latin C that begins a Cyrillic word, and a Cyrillic letter that ends a Latin one, are
look-alikes, which ftfy doesn't repair."""

UNREADABLE: dict[str, dict[str, str]] = {
    "For goodness' sake. We can come close to fixing this, but fail in the last step": {"Ã?Â¢â?¬â?¢": "’"},
}
"""Deliberately different: of what can't be read ftfy makes something else that can't, with more of it lost. Left as it
is, or read after all, is right. By label: what stands in the damaged text, and what was meant."""

OPEN: dict[str, str] = {
    "Hebrew UTF-8 / Windows-1252 mojibake": "takes one word of signs, all of which sound text has, for sound",
    "For goodness' sake. We can come close to fixing this, but fail in the last step": "takes a part for an operator",
    "Inconsistent UTF-8 / Latin-1 mojibake": "leaves the control U+0085 at the end",
    "A complex, lossy pile-up of mojibake in Portuguese": "leaves â, space, € and drops a lossy variation selector",
}
"""By label, what cleanpipe doesn't get right yet."""

OPEN_LAYERED: dict[str, str] = dict.fromkeys(
    (
        "Messy language names: Russian",
        "Messy language names: Serbian [Cyrillic]",
        "Messy language names: Hindi",
        "Messy language names: Tamil",
        "We can mostly decode the face above when we lose the character U+009D",
        "lossy UTF-8 / Windows-1250 mixup in Spanish",
        "Lossy decoding can have plain ASCII question marks, as well",
    ),
    "does not restore a lost byte below a second layer",
)
"""The same under another layer of damage; those of `OPEN` are not named again."""


class Case(NamedTuple):
    """One of ftfy's cases. `expect` is "pass", or "fail" where ftfy itself gets it wrong."""

    label: str
    original: str
    answers: tuple[str, ...]
    expect: str

    @property
    def right(self) -> set[str]:
        """What may come out, folded."""
        answers = {fold(answer) for answer in self.answers}
        for table in (RESTORED, AS_READ, LOOK_ALIKES):
            answers |= {fold(replaced(answer, table.get(self.label, {}))) for answer in answers}
        if self.label in UNREADABLE:
            answers |= {fold(self.original), fold(replaced(self.original, UNREADABLE[self.label]))}
        return answers


def replaced(text: str, table: dict[str, str]) -> str:
    for before, after in table.items():
        text = text.replace(before, after)
    return text


def fold(text: str) -> str:
    """The folding that ftfy does by default and an archive doesn't want: straight quotes, no ligatures, no full width,
    one kind of line break."""
    for fix in (fixes.uncurl_quotes, fixes.fix_latin_ligatures, fixes.fix_character_width, fixes.fix_line_breaks):
        text = fix(text)
    return text


@cache
def source_distribution() -> Path | None:
    folders = [Path(__file__).resolve().parents[2] / ".venv"]
    if "FTFY_SDIST" in os.environ:
        folders.insert(0, Path(os.environ["FTFY_SDIST"]))
    return next((path for folder in folders if (path := folder / f"{ARCHIVE}.tar.gz").is_file()), None)


@cache
def cases() -> tuple[Case, ...]:
    path = source_distribution()
    if path is None:
        return ()
    with tarfile.open(path) as archive:
        member = archive.extractfile(f"{ARCHIVE}/tests/test_cases.json")
        assert member is not None
        rows = json.load(member)
    return tuple(
        Case(row["label"], row["original"], (row["fixed"], row.get("fixed-encoding", row["fixed"])), row["expect"])
        for row in rows
    )


def params(unsolved: dict[str, str]) -> list[object]:
    """Every case; strictly failing those that are unsolved, at leisure those that ftfy gets wrong."""
    found: list[object] = []
    for case in cases():
        marks = []
        if case.expect == "fail":
            marks.append(pytest.mark.xfail(reason="ftfy gets it wrong, too", strict=False))
        elif case.label in unsolved:
            marks.append(pytest.mark.xfail(reason=unsolved[case.label], strict=True))
        found.append(pytest.param(case, id=case.label, marks=marks))
    missing = pytest.mark.skip(reason=f"no {ARCHIVE}.tar.gz in .venv or $FTFY_SDIST; fetch it with: {FETCH}")
    return found or [pytest.param(None, id="all", marks=missing)]


@pytest.mark.parametrize("case", params(OPEN))
def test_case(case: Case) -> None:
    assert fold(repair_text(case.original)) in case.right


@pytest.mark.parametrize("case", params(OPEN | OPEN_LAYERED))
def test_case_under_another_layer(case: Case) -> None:
    damaged = case.original.encode().decode("latin-1")
    assert fold(repair_text(damaged)) in case.right


@pytest.mark.skipif(source_distribution() is None, reason="as above")
def test_tables_name_cases_that_ftfy_gets_right() -> None:
    passing = {case.label for case in cases() if case.expect == "pass"}
    assert passing >= {*RESTORED, *AS_READ, *LOOK_ALIKES, *UNREADABLE, *OPEN, *OPEN_LAYERED}
    assert not {*OPEN} & {*OPEN_LAYERED}
