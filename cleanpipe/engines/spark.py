"""A cluster: functions over batches in its Python workers, and tables that are kept stage by stage in a folder.

What moves between stages is Parquet in the output's folder and nothing else, so that a driver that was killed goes on
from the last stage that was finished, and an executor that was lost takes nothing with it. Spark has signed integers
alone: hashes of 64 bits are moved by half their range, which keeps their order.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import re
import shutil
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from cleanpipe.engines import local
from cleanpipe.engines.local import LocalEngine
from cleanpipe.engines.progress import Progress
from cleanpipe.engines.spark_files import Folder, literal
from cleanpipe.errors import CleanpipeError, MissingExtraError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pyspark.sql import DataFrame, SparkSession

B = TypeVar("B")
R = TypeVar("R")

Batches = Iterator[Any]
"""Record batches of Arrow."""

TRIES = 4
"""How often a task is tried. A master of this machine alone would try once."""

HERE = f"local[*,{TRIES}]"
"""The master where none is given: all processors of this machine."""

ROWS_AT_ONCE = 1_000
"""Rows that a Python worker is handed at once: of whole articles 15 MB."""

MOST_PARTS = 20_000
"""Parts that rows are shuffled into at most: every task of the step before writes a piece for each of them. What a task
holds in memory doesn't grow with its part."""

LOOKS_EVERY_SECONDS = 0.5
"""How often the driver is asked how many tasks are done."""

PROGRESS = "Spark: "
"""How names of stages begin that count tasks."""

DONE = "_done"
"""The file in a table's folder that says which run it is of. Spark passes over names that begin so."""

HALF = 1 << 63
"""By so much hashes are moved."""


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


class Tables:
    """The tables of a run, each made once and kept in a folder. `key` says of which run they are; `seconds` what each
    table that was made here took, on the clock."""

    def __init__(self, spark: SparkSession, folder: Folder, progress: Progress) -> None:
        self.spark, self.folder, self.progress = spark, folder, progress
        self.key = ""
        self.seconds: dict[str, float] = {}

    def kept(self, name: str, schema: str, make: Callable[[], DataFrame]) -> DataFrame:
        """The table of this name: as it was kept where it is there and of this run, else made and kept."""
        found = self.there(name, schema)
        if found is not None:
            return found
        since = time.monotonic()
        with watched(self.spark, self.progress, name.rpartition("/")[2]):
            make().write.mode("overwrite").parquet(f"{self.folder.uri}/{name}")
        self.folder.write(f"{name}/{DONE}", self._mark(schema))
        self.seconds[name] = time.monotonic() - since
        return self._read(name, schema)

    def there(self, name: str, schema: str) -> DataFrame | None:
        """The table of this name where it is kept and of this run."""
        return self._read(name, schema) if self.folder.read(f"{name}/{DONE}") == self._mark(schema) else None

    def _mark(self, schema: str) -> bytes:
        return f"{self.key}\n{schema}".encode()

    def _read(self, name: str, schema: str) -> DataFrame:
        return self.spark.read.schema(schema).parquet(literal(f"{self.folder.uri}/{name}"))

    def drop(self, name: str) -> None:
        self.folder.delete(name)


@contextlib.contextmanager
def watched(spark: SparkSession, progress: Progress, name: str) -> Iterator[None]:
    """Tells how many tasks of each of the jobs of the block are done."""
    ended = threading.Event()
    tracker = spark.sparkContext.statusTracker()

    def look() -> None:
        with contextlib.suppress(Exception):  # of a driver that goes down meanwhile
            look_on()

    def look_on() -> None:
        seen: tuple[int, int] | None = None
        told = 0
        while not ended.wait(LOOKS_EVERY_SECONDS):
            jobs = tracker.getActiveJobsIds()
            job = tracker.getJobInfo(max(jobs)) if jobs else None
            stages = [tracker.getStageInfo(int(stage)) for stage in job.stageIds] if job else []
            counts = [(stage.numTasks, stage.numCompletedTasks) for stage in stages if stage]
            if not (job and counts):
                continue
            total, done = (sum(column) for column in zip(*counts, strict=True))
            if seen != (job.jobId, total):
                seen, told = (job.jobId, total), 0
                progress.stage(f"{PROGRESS}{name}", total)
            progress.advance(done - told)
            told = done

    progress.stage(f"{PROGRESS}{name}", None)
    spark.sparkContext.setJobDescription(name)
    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        spark.sparkContext.setJobDescription("")


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


def in_parts(frame: DataFrame, count: int, by: Sequence[str], then: Sequence[str] = ()) -> DataFrame:
    """The rows with those of equal `by` together, sorted by these and by `then`, in `count` parts."""
    return frame.repartition(min(count, MOST_PARTS), *by).sortWithinPartitions(*by, *then)


def parts(rows: int, each: int) -> int:
    """How many parts of `each` rows these are, one at least."""
    return max(1, -(-rows // each))


def sized(spark: SparkSession, rows: int, each: int) -> None:
    """Has Spark's own joins shuffle rows into parts of some `each`, one for each processor at least."""
    count = min(MOST_PARTS, max(parts(rows, each), spark.sparkContext.defaultParallelism))
    spark.conf.set("spark.sql.shuffle.partitions", str(count))


def whole(batches: Batches, by: Sequence[str], least: int = 1) -> Iterator[Any]:
    """Tables of Arrow of `least` rows or more, but for the last, that never end between rows of equal `by`. The batches
    are sorted by these columns."""
    import pyarrow as pa

    full: list[Any] = []
    rows = 0
    open_: list[Any] = []
    for batch in batches:
        if not batch.num_rows:
            continue
        first = _last_group(batch, by)
        goes_on = bool(open_) and all(
            open_[-1].column(name)[-1].as_py() == batch.column(name)[0].as_py() for name in by
        )
        if first or not goes_on:
            full += open_
            if first:
                full.append(batch.slice(0, first))
            open_ = [batch.slice(first)]
            rows = sum(map(len, full))
            if rows >= least:
                yield pa.Table.from_batches(full)
                full = []
        else:
            open_.append(batch)
    if full or open_:
        yield pa.Table.from_batches([*full, *open_])


def _last_group(batch: Any, by: Sequence[str]) -> int:
    """Where the last rows of equal `by` begin."""
    import pyarrow as pa

    return int(bounds_of(pa.Table.from_batches([batch]), by)[-2])


def bounds_of(table: Any, by: Sequence[str]) -> NDArray[np.int64]:
    """Where each group of rows of equal `by` begins, shape (groups + 1,): the last is the number of rows."""
    import numpy as np

    new = np.zeros(table.num_rows + 1, bool)
    new[[0, -1]] = True
    for name in by:
        column = table[name].to_numpy()
        new[1:-1] |= column[1:] != column[:-1]
    return np.flatnonzero(new)


def groups(table: Any, by: Sequence[str]) -> Iterator[Any]:
    """The groups of rows of equal `by` of a table, each as a table."""
    bounds = bounds_of(table, by)
    for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        yield table.slice(start, stop - start)


def numbers(column: Any) -> NDArray[Any]:
    """A column of numbers without nulls in NumPy."""
    found: NDArray[Any] = column.to_numpy()
    return found


def moved(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Hashes as Spark has them."""
    import numpy as np

    found: NDArray[np.int64] = (hashes ^ np.uint64(HALF)).view(np.int64)
    return found


def moved_back(numbers: NDArray[np.int64]) -> NDArray[np.uint64]:
    import numpy as np

    found: NDArray[np.uint64] = np.ascontiguousarray(numbers).view(np.uint64) ^ np.uint64(HALF)
    return found


def batch_of(columns: Mapping[str, Any], types: Mapping[str, Any]) -> Any:
    """A record batch with these columns; those of `types` that are not among them are null."""
    import pyarrow as pa

    length = len(next(iter(columns.values())))
    arrays = [
        pa.array(columns[name], kind) if name in columns else pa.nulls(length, kind) for name, kind in types.items()
    ]
    return pa.RecordBatch.from_arrays(arrays, names=list(types))


def names_of(schema: str) -> list[str]:
    """The columns of a schema as Spark writes it.

    >>> names_of("key string, hash bigint")
    ['key', 'hash']
    """
    return [item.split()[0] for item in schema.split(",")]


def types_of(schema: str) -> dict[str, Any]:
    """The types of Arrow of the columns of such a schema, by name."""
    import pyarrow as pa

    kinds = {
        "string": pa.string(),
        "bigint": pa.int64(),
        "int": pa.int32(),
        "tinyint": pa.int8(),
        "boolean": pa.bool_(),
        "double": pa.float64(),
        "binary": pa.binary(),
        "array<string>": pa.list_(pa.string()),
        "array<tinyint>": pa.list_(pa.int8()),
        "array<bigint>": pa.list_(pa.int64()),
    }
    return {name: kinds[kind] for name, kind in (item.split() for item in schema.split(","))}


def frame_of(spark: SparkSession, rows: Iterable[tuple[Any, ...]], schema: str, count: int) -> DataFrame:
    """Few rows, in `count` parts."""
    rows = list(rows)
    if not rows:
        return spark.createDataFrame([], schema)
    return spark.createDataFrame(spark.sparkContext.parallelize(rows, max(1, min(count, len(rows)))), schema)
