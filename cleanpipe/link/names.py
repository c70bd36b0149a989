"""Names of stories: `external:<source>:<slug>` for an original that is not in the archive, minted once and kept."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Sequence

from cleanpipe.language.tokens import commonness, is_letter_token, tokenise
from cleanpipe.model import EXTERNAL, Document

SLUG_WORDS = 4
"""Content words of a headline in a name: enough to know the story by, short enough to say."""

SLUG_LETTERS = 8
"""The same for scripts without spaces, in letters."""

COMMON_ZIPF = 5.9
"""Words commoner than this ("after", "says", "new") are left out of a name."""

HEADLINE_CHARACTERS = 120

_MINTED = re.compile(rf"{EXTERNAL}[a-z0-9]+(?:-[a-z0-9]+)*:[^\s:#]+")


def headline_of(document: Document) -> str:
    """The title of a document, or the beginning of its first line."""
    if document.title and document.title.strip():
        return " ".join(document.title.split())
    line = " ".join(document.text.strip().partition("\n")[0].split())
    if len(line) <= HEADLINE_CHARACTERS:
        return line
    return line[:HEADLINE_CHARACTERS].rsplit(" ", 1)[0].rstrip(" ,;:-") + " …"


def slug(headline: str, lang: str | None) -> str:
    """The first content words of a headline, joined by hyphens.

    >>> slug("‘Paper lighthouse’: Water meters, ledgers surprise island of Ord", "en")
    'paper-lighthouse-water-meters'
    """
    tokens = tokenise(headline)
    common = commonness(lang)
    letters = [word for word in tokens.words if is_letter_token(word)]
    if len(letters) > len(tokens.words) / 2:
        return "".join(letters[:SLUG_LETTERS])
    content = [
        word for word, raw in zip(tokens.words, tokens.raw, strict=True) if common[raw] < COMMON_ZIPF and len(word) > 1
    ]
    chosen = (content or tokens.words)[:SLUG_WORDS]
    plain = ["".join(c for c in unicodedata.normalize("NFKD", word) if c.isalnum()) for word in chosen]
    return "-".join(word for word in plain if word) or "untitled"


def name_stories(
    stories: Sequence[tuple[str, str, tuple[str, ...]]],
    known: Sequence[tuple[str, tuple[str, ...]]],
    taken: Collection[str] = (),
) -> list[tuple[str, tuple[str, ...]]]:
    """The name of each story, and its other names. `stories` are (source, slug, keys of the members).

    `known` are the names of earlier runs with the keys of the members they had, the oldest first. A story that has
    members of one keeps its name; of several names it keeps the oldest. A name that two stories lay claim to goes to
    the one that holds more of its members.
    """
    claims: dict[int, list[int]] = {}
    members = [frozenset(keys) for _, _, keys in stories]
    holder: dict[str, list[int]] = {}
    for at, held in enumerate(members):
        for key in held:
            holder.setdefault(key, []).append(at)
    for rank, (known_name, keys) in enumerate(known):
        source = known_name.removeprefix(EXTERNAL).partition(":")[0]
        counts: dict[int, int] = {}
        for key in set(keys):
            for at in holder.get(key, ()):
                if stories[at][0] in (source, ""):
                    counts[at] = counts.get(at, 0) + 1
        if counts:
            best = min(counts, key=lambda at: (-counts[at], min(members[at])))
            claims.setdefault(best, []).append(rank)
    given = {*taken, *(name for name, _ in known)}
    named: dict[int, tuple[str, tuple[str, ...]]] = {}
    for at, ranks in claims.items():
        names = [known[rank][0] for rank in ranks]
        if stories[at][0]:
            named[at] = (names[0], tuple(sorted(names[1:])))
        else:
            named[at] = ("", tuple(sorted(names)))
    for at in sorted(range(len(stories)), key=lambda at: (stories[at][:2], min(members[at]))):
        source, words, _ = stories[at]
        if at in named or not source:
            continue
        name = f"{EXTERNAL}{source}:{words}"
        if name in given:
            name = f"{name}-{hashlib.sha256(min(members[at]).encode()).hexdigest()[:6]}"
        given.add(name)
        named[at] = (name, ())
    return [named.get(at, ("", ())) for at in range(len(stories))]


def is_minted(name: str) -> bool:
    """Whether a name has the form of those that `name_stories` mints.

    >>> is_minted("external:reuters:paper-lighthouse"), is_minted("external:reuters:Paper lighthouse")
    (True, False)
    """
    return _MINTED.fullmatch(name) is not None and name.isprintable()


def cluster_name(canonical: str) -> str:
    """What a cluster is called: a hash of its canonical, so that it is the same in every run that finds the same
    one."""
    return "c" + hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:12]
