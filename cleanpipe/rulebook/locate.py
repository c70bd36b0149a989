"""Where the shipped rules are: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

import cleanpipe
from cleanpipe.errors import RuleError


def shipped_rules() -> Path:
    """The folder that holds `repair/`, `furniture/` and `sources/`. RuleError where the installation lacks it."""
    package = Path(cleanpipe.__file__).parent
    for folder in (package / "_rules", package.parent / "rules"):
        if folder.is_dir():
            return folder
    raise RuleError(f"{package / '_rules'}: the shipped rules are missing; install cleanpipe again")
