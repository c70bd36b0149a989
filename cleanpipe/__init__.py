"""The public names of cleanpipe, and nothing else.

They are looked up when first used, so that `import cleanpipe` costs next to nothing. Two of them, `repair` and
`evaluate`, are functions whose submodule has the same name: the name in this package is always the function, and
`from cleanpipe.repair import ...` still reaches the submodule.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleanpipe.evaluate import evaluate
    from cleanpipe.model import Cluster, Document, Edit, Link, Match, Repair
    from cleanpipe.pipeline import run
    from cleanpipe.repair import repair, repair_text, undo

__all__ = [
    "Cluster",
    "Document",
    "Edit",
    "Link",
    "Match",
    "Repair",
    "evaluate",
    "repair",
    "repair_text",
    "run",
    "undo",
]

_HOMES = {
    **dict.fromkeys(("repair", "repair_text", "undo"), "cleanpipe.repair"),
    **dict.fromkeys(("Cluster", "Document", "Edit", "Link", "Match", "Repair"), "cleanpipe.model"),
    "evaluate": "cleanpipe.evaluate",
    "run": "cleanpipe.pipeline",
}


class _Package(ModuleType):
    """Python sets a submodule as an attribute of its package on import; that must not hide a public function."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
