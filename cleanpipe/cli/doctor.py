"""`cleanpipe doctor`: what is installed, whether it works here, and what each extra would add."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import click

from cleanpipe.cli.options import json_option
from cleanpipe.cli.output import echo, print_json

EXTRAS = {
    "all": "everything that the extras below add to a run on one machine",
    "html": "reading web pages, feeds and WordPress exports",
    "parquet": "reading Parquet, and `cleanpipe export --format parquet`",
    "review": "`cleanpipe review`, the desk in the browser",
    "spark": "`cleanpipe run --engine spark`, a first load on a cluster; it needs Java 17 too",
    "warc": "reading web archives (WARC, WACZ)",
    "zst": "reading what is compressed with zstd",
    "bench": "benchmarks and the training of the shipped weights",
    "dev": "the tests and checks of `make test`",
}
"""What each extra of the package adds; a test holds this to the extras that there are."""

OLDEST_PYTHON = (3, 11)
OLDEST_JAVA = 17
"""What Spark 4 asks for."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, what was found, and what to do where it isn't."""

    name: str
    ok: bool
    found: str
    advice: str = ""


@click.command()
@json_option
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Say whether everything that cleanpipe needs is installed and works, and what each extra would add.

    Nothing outside of the machine is asked: cleanpipe works without a network. It needs no browser to run; only some of
    its tests do. The exit status is 1 when something that a run needs is missing.

    \b
    Examples:
      cleanpipe doctor
      cleanpipe doctor --json
    """
    java = _java()
    findings = [*_basics(), *_libraries()]
    extras = {name: _missing(name) for name in EXTRAS}
    if as_json:
        print_json(
            {
                "ok": all(finding.ok for finding in findings),
                "findings": [asdict(finding) for finding in findings],
                "java": java,
                "extras": {name: {"adds": EXTRAS[name], "missing": missing} for name, missing in extras.items()},
            }
        )
    else:
        for finding in findings:
            echo(f"{'ok  ' if finding.ok else 'BAD '} {finding.name:<18} {finding.found}")
            if not finding.ok:
                echo(f"     {'':<18} {finding.advice}")
        echo()
        echo("Extras, none of them needed to run")
        for name, missing in extras.items():
            state = "installed" if not missing else f"missing {', '.join(missing)}; pip install 'cleanpipe[{name}]'"
            if name == "spark" and (java is None or java < OLDEST_JAVA):
                found = "there is no Java" if java is None else f"Java {java} is too old"
                state += f"; {found}: install Java {OLDEST_JAVA}, such as openjdk-{OLDEST_JAVA}-jre-headless"
            echo(f"  [{name}]  {EXTRAS[name]}: {state}")
    if not all(finding.ok for finding in findings):
        ctx.exit(1)


def _basics() -> Iterator[Finding]:
    oldest = ".".join(map(str, OLDEST_PYTHON))
    yield Finding(
        "Python",
        sys.version_info >= OLDEST_PYTHON,
        f"{platform.python_version()} on {platform.system()} {platform.machine()}, {sys.executable}",
        f"install Python {oldest} or newer",
    )
    yield Finding("cleanpipe", True, f"{metadata.version('cleanpipe')}, {Path(__file__).parents[1]}")
    yield _tried("rules", _rules, "the installation is incomplete: install cleanpipe again")
    yield _tried("temporary files", _temporary, "set TMPDIR to a folder that can be written to and has room")
    yield _tried("DuckDB", _duckdb, "install it again: pip install --force-reinstall duckdb")


def _tried(name: str, look: Callable[[], str], advice: str) -> Finding:
    """What `look` finds, or the error that it ends in: a doctor must not fall ill himself."""
    try:
        return Finding(name, True, look())
    except Exception as error:
        return Finding(name, False, f"{type(error).__name__}: {error}", advice)


def _rules() -> str:
    from cleanpipe.rulebook.locate import shipped_rules

    folder = shipped_rules()
    files = sorted(folder.rglob("*.toml"))
    if not files:
        raise FileNotFoundError(f"no rule files in {folder}")
    return f"{len(files)} files in {folder}"


def _temporary() -> str:
    with tempfile.NamedTemporaryFile(prefix="cleanpipe-doctor-") as file:
        file.write(b"x")
        return f"can be written to in {Path(file.name).parent}"


def _duckdb() -> str:
    import duckdb

    with tempfile.TemporaryDirectory(prefix="cleanpipe-doctor-") as folder:
        connection = duckdb.connect(str(Path(folder) / "state.duckdb"))
        try:
            connection.execute("CREATE TABLE one AS SELECT 1 AS value")
            connection.execute("SELECT value FROM one").fetchall()
        finally:
            connection.close()
    return f"{duckdb.__version__} makes and reads a database"


def _java() -> int | None:
    """The version of Java that Spark would start, None for none."""
    from cleanpipe.engines.spark import java_program

    path = java_program()
    if path is None:
        return None
    done = subprocess.run([path, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(?:1\.)?(\d+)', done.stderr)
    return int(found[1]) if found else None


def _libraries() -> Iterator[Finding]:
    for name in _required(None):
        try:
            yield Finding(name, True, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, False, "not installed", f"pip install {name}")


def _missing(extra: str) -> list[str]:
    def absent(name: str) -> bool:
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            return True
        return False

    return [name for name in _required(extra) if absent(name)]


def _for_older_python(marker: str) -> bool:
    """Whether a requirement is for versions of Python before this one alone."""
    below = re.search(r"python_version\s*<\s*['\"](\d+)\.(\d+)['\"]", marker)
    return below is not None and sys.version_info >= (int(below[1]), int(below[2]))


def _required(extra: str | None) -> list[str]:
    """The packages that cleanpipe needs (None) or that an extra adds, as its own metadata names them."""
    names = []
    for line in metadata.requires("cleanpipe") or ():
        requirement, _, marker = line.partition(";")
        found = re.search(r"extra\s*==\s*['\"]([^'\"]+)['\"]", marker)
        if (found.group(1) if found else None) == extra and not _for_older_python(marker):
            names.append(re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0])
    return sorted(names)
