"""Puts `rules/` into the wheel as `cleanpipe/_rules`, but not into an editable install, where it would go stale."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RulesHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            build_data["force_include"]["rules"] = "cleanpipe/_rules"
