"""Predicted clusters that grow link by link, with their pairs counted on the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from cleanpipe.evaluate.gold import Gold, Pair


class Clusters:
    """Names that were joined, directly or by way of others.

    `pairs` counts the pairs of documents in one cluster that count at all, `found` those of them that are gold pairs.
    A name that is no document, such as an external canonical, joins others and makes no pair itself.
    """

    def __init__(self, gold: Gold) -> None:
        self.pairs = 0
        self.found = 0
        self._ids = gold.ids
        self._root: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}
        self._true = _beside(gold.truth)
        self._ignored = _beside(gold.ignored)

    def __contains__(self, name: str) -> bool:
        return name in self._root

    def join(self, a: str, b: str) -> None:
        small, large = self._cluster(a), self._cluster(b)
        if small == large:
            return
        if len(self._members[small]) > len(self._members[large]):
            small, large = large, small
        moved, others = self._members.pop(small), self._members[large]
        self.pairs += len(moved & self._ids) * len(others & self._ids)
        for name in moved & self._ids:
            self.pairs -= len(self._ignored[name] & others & self._ids)
            self.found += len(self._true[name] & others & self._ids)
        others |= moved
        self._root.update(dict.fromkeys(moved, large))

    def together(self, a: str, b: str) -> bool:
        return a in self._root and b in self._root and self._root[a] == self._root[b]

    def _cluster(self, name: str) -> str:
        if name not in self._root:
            self._root[name] = name
            self._members[name] = {name}
        return self._root[name]


def _beside(pairs: Iterable[Pair]) -> defaultdict[str, set[str]]:
    """Of each name the names that it makes a pair with."""
    beside: defaultdict[str, set[str]] = defaultdict(set)
    for a, b in pairs:
        beside[a].add(b)
        beside[b].add(a)
    return beside
