"""The engines that a repair rule may name where a pattern isn't enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cleanpipe.repair.charset import CharsetEngine
from cleanpipe.repair.garbled import GarbledEngine
from cleanpipe.repair.homoglyphs import HomoglyphEngine
from cleanpipe.repair.hyphenation import HyphenationEngine
from cleanpipe.repair.layers import LayerEngine
from cleanpipe.repair.legacy import LegacyEngine
from cleanpipe.repair.rules import Engine
from cleanpipe.repair.wide import WideEngine

ENGINES: Mapping[str, Callable[[Mapping[str, Any], str], Engine]] = {
    "garbled": GarbledEngine.of,
    "charset": CharsetEngine.of,
    "homoglyph": HomoglyphEngine.of,
    "hyphenation": HyphenationEngine.of,
    "layers": LayerEngine.of,
    "legacy": LegacyEngine.of,
    "wide": WideEngine.of,
}
