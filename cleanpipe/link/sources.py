"""The sources that rule files name: agencies and papers, their names, where they publish, and how they are credited."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from cleanpipe.errors import RuleError
from cleanpipe.model import CreditRole
from cleanpipe.rulebook.files import RuleFile, read_rule_files

Kind = Literal["agency", "paper"]
Voice = Literal["house", "outside"]
Where = Literal["anywhere", "opening", "ending", "title"]

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SOURCE_KEYS = frozenset({"id", "name", "kind", "names", "abbreviations", "languages", "hosts", "authority"})
_PHRASE_KEYS = frozenset({"id", "role", "voice", "where", "patterns", "examples"})
_FILE_KEYS = frozenset({"source", "phrase", "words", "glue"})
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Source:
    """An agency or a paper. `authority`, 0 to 1, says how often it is the origin of what others print."""

    id: str
    name: str
    kind: Kind
    names: tuple[str, ...]
    abbreviations: tuple[str, ...]
    languages: tuple[str, ...]
    hosts: tuple[str, ...]
    authority: float


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way to credit a source. `name` is what a Credit calls it: its role or voice and its id, as
    "house/told-source"."""

    id: str
    role: CreditRole
    voice: Voice | None
    where: Where
    patterns: tuple[str, ...]
    examples: tuple[Mapping[str, str], ...]

    @property
    def name(self) -> str:
        return f"{self.voice or self.role}/{self.id}"


@dataclass(frozen=True, slots=True)
class Sourcebook:
    """All that the rule files say of sources. `words` are the lists that patterns refer to."""

    sources: Mapping[str, Source]
    phrases: tuple[Phrase, ...]
    words: Mapping[str, tuple[str, ...]]
    glue: frozenset[str]


@cache
def sourcebook(folders: tuple[str, ...] = ()) -> Sourcebook:
    """The shipped rules and those in `folders`, read once a process. A later source of the same id replaces an earlier.

    Raises RuleError, with the file and the key, for a file that isn't in the form of docs/rules.md.
    """
    return sourcebook_of(read_rule_files("sources", folders))


def sourcebook_of(files: Sequence[RuleFile]) -> Sourcebook:
    """The same from files that are read already."""
    sources: dict[str, Source] = {}
    phrases: dict[str, Phrase] = {}
    words: dict[str, tuple[str, ...]] = {}
    glue: set[str] = set()
    for file in files:
        where = str(file.path)
        _known_keys(file.table, _FILE_KEYS, where)
        for number, table in enumerate(_tables(file.table, "source", where), 1):
            source = _source(table, f"{where}: source {table.get('id', number)!r}")
            sources[source.id] = source
        for number, table in enumerate(_tables(file.table, "phrase", where), 1):
            phrase = _phrase(table, f"{where}: phrase {table.get('id', number)!r}")
            phrases[phrase.id] = phrase
        for name, values in file.table.get("words", {}).items():
            words[name] = tuple(value.lower() for value in _strings(values, f"{where}: words.{name}"))
        glue.update(_strings(file.table.get("glue", {}).get("words", []), f"{where}: glue.words"))
    return Sourcebook(sources, tuple(phrases.values()), words, frozenset(glue))


def name_of(source_id: str, folders: tuple[str, ...] = ()) -> str:
    """What people call a source; its id where the rules don't know it.

    >>> name_of("afp"), name_of("village-gazette")
    ('Agence France-Presse', 'village-gazette')
    """
    source = sourcebook(folders).sources.get(source_id)
    return source.name if source else source_id


def _source(table: Mapping[str, Any], where: str) -> Source:
    _known_keys(table, _SOURCE_KEYS, where)
    kind = table.get("kind")
    if kind not in ("agency", "paper"):
        raise RuleError(f"{where}: kind is {kind!r}; write 'agency' or 'paper'")
    authority = table.get("authority", 0.5)
    if isinstance(authority, bool) or not isinstance(authority, int | float) or not 0 <= authority <= 1:
        raise RuleError(f"{where}: authority is {authority!r}; write a number from 0 to 1")
    source = Source(
        id=_id(table, where),
        name=_string(table, "name", where),
        kind=cast(Kind, kind),
        names=_strings(table.get("names", []), f"{where}: names"),
        abbreviations=_strings(table.get("abbreviations", []), f"{where}: abbreviations"),
        languages=_strings(table.get("languages", []), f"{where}: languages"),
        hosts=_strings(table.get("hosts", []), f"{where}: hosts"),
        authority=float(authority),
    )
    if not source.names and not source.abbreviations:
        raise RuleError(f"{where}: has neither names nor abbreviations; add what texts call it")
    for name in source.names:
        if len(name.rstrip("*")) < 2:
            raise RuleError(f"{where}: names has {name!r}, too short to look for; make it an abbreviation")
    for language in source.languages:
        if not _LANGUAGE.fullmatch(language):
            raise RuleError(f"{where}: languages has {language!r}; write ISO 639 codes such as 'en'")
    for host in source.hosts:
        if not _HOST.fullmatch(host):
            raise RuleError(f"{where}: hosts has {host!r}; write a host without scheme or path, such as 'reuters.com'")
    return source


def _phrase(table: Mapping[str, Any], where: str) -> Phrase:
    _known_keys(table, _PHRASE_KEYS, where)
    role, voice, place = table.get("role"), table.get("voice"), table.get("where", "anywhere")
    if role not in ("own", "cited", "passing"):
        raise RuleError(f"{where}: role is {role!r}; write 'own', 'cited' or 'passing'")
    if (role == "cited") != (voice in ("house", "outside")) or (role != "cited" and voice is not None):
        raise RuleError(f"{where}: voice is {voice!r}; a cited phrase has 'house' or 'outside', any other has none")
    if place not in ("anywhere", "opening", "ending", "title"):
        raise RuleError(f"{where}: where is {place!r}; write 'opening', 'ending' or 'title', or leave it out")
    patterns = _strings(table.get("patterns", []), f"{where}: patterns")
    for pattern in patterns:
        if pattern.count("{source}") != 1:
            raise RuleError(f"{where}: pattern {pattern!r} has to hold {{source}} once")
    examples = table.get("examples", [])
    if not patterns or not examples:
        raise RuleError(f"{where}: needs patterns and examples; add at least one of each")
    for example in examples:
        if not isinstance(example, dict) or not {"text", "source", "role"} <= example.keys() <= {
            "text",
            "title",
            "source",
            "role",
        }:
            raise RuleError(f"{where}: example {example!r} has to be {{ text, source, role }}, with a title if need be")
    return Phrase(_id(table, where), cast(CreditRole, role), voice, cast(Where, place), patterns, tuple(examples))


def _known_keys(table: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    unknown = sorted(table.keys() - known)
    if unknown:
        raise RuleError(f"{where}: unknown key {unknown[0]!r}; known here: {', '.join(sorted(known))}")


def _tables(table: Mapping[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    tables = table.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(item, dict) for item in tables):
        raise RuleError(f"{where}: {key} is no list of tables; write [[{key}]]")
    return tables


def _id(table: Mapping[str, Any], where: str) -> str:
    value = _string(table, "id", where)
    if not _ID.fullmatch(value):
        raise RuleError(f"{where}: id has to be lower-case words joined by hyphens, such as 'le-monde'")
    return value


def _string(table: Mapping[str, Any], key: str, where: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise RuleError(f"{where}: {key} is missing; add it")
    return value


def _strings(values: Any, where: str) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
        raise RuleError(f"{where}: is {values!r}; write a list of strings")
    return tuple(values)
