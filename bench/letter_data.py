"""Text in many languages out of installed packages, for `train_letters.py` to count words in.

Only counts go into the project, no sentences. The packages, with their licences:

    Django 5.2.19 (BSD-3-Clause), Sphinx 9.0.4 (BSD-2-Clause), wagtail 8.0.1 (BSD-3-Clause), django-cms 5.1.3
    (BSD-3-Clause), deform 3.0.1 (BSD-derived), holidays 0.109 (MIT), plone.app.locales 7.0.4 (GPL-2.0), pretix 2026.8.0
    (AGPL-3.0), Weblate 5.14.3 (GPL-3.0-or-later): message catalogues, translated by people
    Babel 2.18.0 (BSD-3-Clause, its data Unicode-3.0): names of languages, countries, months and units
    Faker 40.54.0 (MIT): words, and names of places
    spaCy 3.8 (MIT), installed with cleanpipe: example sentences and stop words
"""

from __future__ import annotations

import gettext
import html
import importlib
import importlib.util
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PACKAGES = (
    "Babel==2.18.0",
    "Django==5.2.19",
    "Faker==40.54.0",
    "Sphinx==9.0.4",
    "Weblate==5.14.3",
    "deform==3.0.1",
    "django-cms==5.1.3",
    "holidays==0.109",
    "plone.app.locales==7.0.4",
    "pretix==2026.8.0",
    "wagtail==8.0.1",
)

CATALOGUES = ("cms", "deform", "django", "holidays", "plone", "pretix", "sphinx", "wagtail", "weblate")
"""Folders of the packages that have message catalogues."""

NUMBER, NAME = "12", "Anna"
"""What stands in the place of a placeholder."""

AT_A_TIME = 8
"""Names and words that are listed in one line."""

_PLACEHOLDER = re.compile(
    r"%\((?P<percent>[\w. ]+)\)[\d.]*[sdifr]|%(?P<typed>[\d.]*[sdifr])|\$?\{(?P<brace>[\w.]*)(?:[!:][^{}]*)?\}"
)
_COUNTED = re.compile(r"n$|num|count|number|total|max|min|limit|length|size|days|hours|year|percent|rows|\d|id$|^$")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_TEMPLATE = re.compile(r"[{}<>|\\]|%\(|\$\w|\w_\w|https?:|(?<!\w)%[a-zA-Z]|:\w+:`|``|__|\*\*")
_DAMAGED = re.compile("[\ufffd\x00-\x08\x0b-\x1f\x7f-\x9f\ue000-\uf8ff]|â€|Ã[\u00a0-\u00bf]")
_LOCALE = re.compile(r"(?P<base>[a-z]{2,3})(?:[-_](?P<rest>[A-Za-z0-9]+))*(?P<at>@\w+)?")
_INFORMAL = {"no": "nb", "iw": "he", "in": "id", "cmn": "zh", "fu": "fur", "tl": "fil", "ku": "kmr"}


class Text(NamedTuple):
    """A piece of text in a language (a base code, `hi-Latn` where the script is not the usual one) and where it is
    from."""

    lang: str
    text: str
    source: str


def fetch(folder: Path) -> None:
    """Install the packages into a folder, without what they depend on. Needs a network."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--upgrade",
        "--target",
        str(folder),
        *PACKAGES,
    ]
    subprocess.run(command, check=True)


def collect(folder: Path) -> Iterator[Text]:
    """Everything, in a fixed order, not deduplicated. `folder` is where `fetch` installed to; FileNotFoundError where
    one of the packages, in its version, isn't there."""
    for package in PACKAGES:
        name, version = package.split("==")
        installed = f"{re.sub(r'[-.]', '_', name.lower())}-{version}.dist-info"
        if not (folder / installed).is_dir():
            raise FileNotFoundError(f"{folder} has no {installed}; fetch the packages first")
    for package in CATALOGUES:
        for path in sorted((folder / package).rglob("LC_MESSAGES/*.mo")):
            yield from _catalogue(path, folder)
    sys.path.insert(0, str(folder))
    try:
        yield from _babel()
        yield from _faker(folder)
    finally:
        sys.path.remove(str(folder))
    yield from _spacy()


def language_of(locale: str) -> str | None:
    """The language of a locale's name: `pt_BR` is `pt`, `hi_Latn` is `hi-Latn`. None for what is no such name."""
    match = _LOCALE.fullmatch(locale)
    if match is None or locale in ("xx", "mul"):
        return None
    base = _INFORMAL.get(match["base"], match["base"])
    return f"{base}-Latn" if "Latn" in locale and base in ("hi", "be", "ks", "kok") else base


def _catalogue(path: Path, folder: Path) -> Iterator[Text]:
    locale = path.parent.parent.name
    lang = language_of(locale)
    if lang is None:
        return
    try:
        with path.open("rb") as opened:
            messages = gettext.GNUTranslations(opened)._catalog  # type: ignore[attr-defined]
    except (UnicodeDecodeError, OSError, ValueError):
        return
    source = f"{path.relative_to(folder).parts[0]} {locale}"
    for key, message in messages.items():
        asked = key[0] if isinstance(key, tuple) else key
        if not asked or (message == asked and lang != "en"):
            continue
        for paragraph in re.split(r"\n\s*\n", message):
            text = as_prose(paragraph)
            if text:
                yield Text(lang, text, source)


def as_prose(message: str) -> str:
    """A message with its placeholders filled and its tags dropped; nothing where that doesn't make a sentence."""
    text = html.unescape(_TAG.sub("", message))
    parts: list[str] = []
    at = 0
    for match in _PLACEHOLDER.finditer(text):
        around = text[match.start() - 1 : match.start()] + text[match.end() : match.end() + 1]
        if any(c.isalnum() or unicodedata.category(c)[0] == "M" or c in "'’-{_%" for c in around):
            return ""
        kind = match["percent"] or match["brace"] or match["typed"] or ""
        counted = kind in ("d", "i", "f") or (kind != "s" and _COUNTED.search(kind) is not None)
        parts += (text[at : match.start()], NUMBER if counted else NAME)
        at = match.end()
    text = "".join((*parts, text[at:])).replace("%%", "%")
    text = re.sub(r"[ \t]*[\n\r\t]+[ \t]*", " ", text).strip(" ")
    return "" if _TEMPLATE.search(text) or _DAMAGED.search(text) or not any(c.isalpha() for c in text) else text


def _lines(lang: str, words: list[str], source: str, joint: str = ", ") -> Iterator[Text]:
    for at in range(0, len(words), AT_A_TIME):
        text = joint.join(words[at : at + AT_A_TIME])
        if not _DAMAGED.search(text):
            yield Text(lang, text, source)


def _babel() -> Iterator[Text]:
    core = importlib.import_module("babel.core")
    for name in sorted(core.localedata.locale_identifiers()):
        lang = language_of(name)
        if lang is None or (name != lang and name.count("_") > 1):
            continue
        own = core.localedata.load(name, merge_inherited=False)
        words: list[str] = []
        for kind in ("territories", "languages", "scripts", "months", "days", "currency_names"):
            words += _strings(own.get(kind, {}))
        yield from _lines(lang, list(dict.fromkeys(words)), f"babel {name}")
        units = [
            pattern.replace("{0}", NUMBER)
            for pattern in _strings(own.get("unit_patterns", {})) + _strings(own.get("date_fields", {}))
            if "{0}" in pattern and not re.search(r"[{}]", pattern.replace("{0}", ""))
        ]
        yield from _lines(lang, list(dict.fromkeys(units)), f"babel {name}")


def _strings(tree: object) -> list[str]:
    if isinstance(tree, str):
        return [tree] if len(tree) > 2 and any(c.isalpha() for c in tree) else []
    if isinstance(tree, dict):
        return [text for value in tree.values() for text in _strings(value)]
    return []


def _faker(folder: Path) -> Iterator[Text]:
    for path in sorted((folder / "faker" / "providers").glob("*/*/__init__.py")):
        provider, locale = path.parent.parent.name, path.parent.name
        lang = language_of(locale)
        if lang is None or lang == "la" or provider not in ("lorem", "address"):
            continue
        own = importlib.import_module(f"faker.providers.{provider}.{locale}").Provider
        for name in sorted(vars(own)):
            value = vars(own)[name]
            if name.endswith(("formats", "abbr")) or not isinstance(value, (tuple, list)):
                continue
            words = [word for word in value if isinstance(word, str) and not re.search(r"[{}#%]", word)]
            joint = " " if provider == "lorem" else ", "
            yield from _lines(lang, list(dict.fromkeys(words)), f"faker {provider} {locale}", joint)


def _spacy() -> Iterator[Text]:
    found = importlib.util.find_spec("spacy.lang")
    assert found is not None and found.submodule_search_locations
    for path in sorted(Path(found.submodule_search_locations[0]).glob("*/*.py")):
        lang = language_of(path.parent.name)
        if lang is None:
            continue
        module = f"spacy.lang.{path.parent.name}.{path.stem}"
        if path.stem == "examples":
            for sentence in importlib.import_module(module).sentences:
                text = as_prose(sentence)
                if text:
                    yield Text(lang, text, f"spacy {lang}")
        elif path.stem == "stop_words":
            words = [word for word in importlib.import_module(module).STOP_WORDS if isinstance(word, str)]
            yield from _lines(lang, sorted(words), f"spacy stop words {lang}", " ")
