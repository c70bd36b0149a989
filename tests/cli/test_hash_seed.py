"""A repair is the same under any hash seed: nothing in it follows the order of a set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

GARBLED = Path(__file__).resolve().parents[2] / "fixtures" / "newsdump" / "input" / "garbled.jsonl"
SCRIPT = """
import hashlib, json, sys
from cleanpipe.repair import repair
told = hashlib.sha256()
for line in list(open(sys.argv[1], encoding="utf-8"))[:12]:
    text = json.loads(line)["text"]
    for passage in (text, *text.split("\\n")[:3], text[:60].encode().decode("cp1252", "replace")):
        told.update(repr(repair(passage)).encode("utf-8", "backslashreplace"))
print(told.hexdigest())
"""


def test_repairs_are_the_same_under_any_hash_seed() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(GARBLED)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
