"""Spark: a session of it, and what runs functions over batches inside its tasks."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import re
import shutil
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from cleanpipe.engines import local
from cleanpipe.engines.local import LocalEngine
from cleanpipe.errors import CleanpipeError, MissingExtraError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

B = TypeVar("B")
R = TypeVar("R")

TRIES = 4
"""How often a task is tried. A master of this machine alone would try once."""

HERE = f"local[*,{TRIES}]"
"""The master where none is given: all processors of this machine."""

ROWS_AT_ONCE = 1_000
"""Rows that a Python worker is handed at once: of whole articles 15 MB."""

_ROWS = ("spark.sql.execution.arrow.maxRecordsPerBatch", str(ROWS_AT_ONCE))


@contextlib.contextmanager
def session(master: str | None) -> Iterator[SparkSession]:
    """A session of Spark, its master the given one, that of `spark-submit`, or this machine. It ends with the block
    unless it was there before.

    Raises MissingExtraError without PySpark, CleanpipeError without Java.
    """
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
    try:
        import pandas  # noqa: F401 (PySpark asks for it wherever Arrow is used)
        import pyarrow  # noqa: F401
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtraError("--engine spark", "spark") from error
    before = SparkSession.getActiveSession()
    if before is not None:
        before.conf.set(*_ROWS)
        with _told():
            yield before
        return
    if java_program() is None:
        raise CleanpipeError("--engine spark: there is no Java on this machine; install Java 17 (`cleanpipe doctor`)")
    builder: Any = SparkSession.builder.appName("cleanpipe").config("spark.ui.showConsoleProgress", "false")
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    if master or not submitted:
        master = tried_again(master or HERE)
        builder = builder.master(master)
    if master is not None and master.startswith("local"):
        for name, value in (("driver.host", "127.0.0.1"), ("ui.enabled", "false"), ("driver.memory", "2g")):
            builder = builder.config(f"spark.{name}", value)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    if not submitted:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        spark = builder.getOrCreate()
    except Exception as error:
        raise CleanpipeError(
            f"--engine spark: Spark can't be started ({str(error).splitlines()[0]}); see what it says above, and "
            "`cleanpipe doctor`"
        ) from error
    try:
        spark.sparkContext.setLogLevel("ERROR")
        spark.conf.set(*_ROWS)
        with _told():
            yield spark
    finally:
        spark.stop()


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Tells in one sentence what ended a job, which Spark buries in the traces of two languages."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        says = str(error)
        if ours := re.search(r"^cleanpipe\.errors\.\w+: (.*)$", says, re.MULTILINE):
            raise CleanpipeError(ours[1]) from error
        cause = re.findall(r"^Caused by: (.*)$", says, re.MULTILINE)
        first = (cause or says.splitlines() or [type(error).__name__])[-1 if cause else 0]
        raise CleanpipeError(
            f"Spark ended the load: {first.strip()}; what was finished is kept, give the same command again"
        ) from error


def tried_again(master: str) -> str:
    """The master, where it is this machine alone with as many tries of a task as a cluster has.

    >>> tried_again("local[2]"), tried_again("spark://head:7077")
    ('local[2,4]', 'spark://head:7077')
    """
    found = re.fullmatch(r"local(?:\[([^,\]]+)\])?", master)
    return f"local[{found[1] or 1},{TRIES}]" if found else master


def java_program() -> str | None:
    """The program `java` that Spark would start, None for none."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")


def engine_here() -> LocalEngine:
    """What runs functions over batches inside a task. Tried again, they go to a process of their own: the one before
    may have ended for what is in the batches, which is then found as on one machine."""
    from pyspark import TaskContext

    context = TaskContext.get()
    again = context is not None and context.attemptNumber() > 0
    return LocalEngine(1, guarded=True) if again else Alone()


class Alone(LocalEngine):
    """Runs functions in this process, which ends where a batch hangs."""

    def __init__(self) -> None:
        super().__init__(1)

    def map_batches(
        self,
        function: Callable[[B], R],
        batches: Iterable[B],
        *,
        halves: Callable[[B], Sequence[B]],
        lost: Callable[[B, str], None],
    ) -> Iterator[R]:
        """As `LocalEngine` has it."""
        found = super().map_batches(function, batches, halves=halves, lost=lost)
        while True:
            faulthandler.dump_traceback_later(local.HANGS_AFTER_SECONDS, exit=True)
            try:
                result = next(found)
            except StopIteration:
                return
            finally:
                faulthandler.cancel_dump_traceback_later()
            yield result
