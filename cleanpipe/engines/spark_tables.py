"""Tables that a load keeps, stage by stage, in its folder.

What moves between stages is Parquet in that folder and nothing else, so that a driver that was killed goes on from the
last stage that was finished, and an executor that was lost takes nothing with it.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cleanpipe.engines.progress import Progress
from cleanpipe.engines.spark_files import Folder, literal
from cleanpipe.engines.spark_holder import Holder

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

MOST_PARTS = 20_000
"""Parts that rows are shuffled into at most: every task of the step before writes a piece for each of them. What a task
holds in memory doesn't grow with its part."""

LOOKS_EVERY_SECONDS = 0.5
"""How often the driver is asked how many tasks are done."""

PROGRESS = "Spark: "
"""How names of stages begin that count tasks."""

DONE = "_done"
"""The file in a table's folder that says which run it is of. Spark passes over names that begin so."""


class Tables:
    """The tables of a run, each made once and kept in a folder. `key` says of which run they are; `seconds` what each
    table that was made here took, on the clock."""

    def __init__(self, spark: SparkSession, folder: Folder, holder: Holder, progress: Progress) -> None:
        self.spark, self.folder, self.progress = spark, folder, progress
        self.holder = holder
        self.key = ""
        self.seconds: dict[str, float] = {}

    def kept(self, name: str, schema: str, make: Callable[[], DataFrame]) -> DataFrame:
        """The table of this name: as it was kept where it is there and of this run, else made and kept."""
        found = self.there(name, schema)
        if found is not None:
            return found
        since = time.monotonic()
        self.holder.check()
        with watched(self.spark, self.progress, name.rpartition("/")[2]):
            make().write.mode("overwrite").parquet(f"{self.folder.uri}/{name}")
        self.holder.check()
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


def in_parts(frame: DataFrame, count: int, by: Sequence[str], then: Sequence[str] = ()) -> DataFrame:
    """The rows with those of equal `by` together, sorted by these and by `then`, in `count` parts."""
    return frame.repartition(min(count, MOST_PARTS), *by).sortWithinPartitions(*by, *then)


def in_blocks(frame: DataFrame, count: int, then: Sequence[str] = ()) -> DataFrame:
    """The rows with those of each block together, sorted by block and by `then`, in `count` parts. The column `block`
    has numbers from 0 on: they are dealt out in turn, where hashes of them would put ten into one part and none into
    another."""
    from pyspark.sql.functions import expr

    count = min(count, MOST_PARTS)
    dealt = frame.repartitionById(count, expr(f"cast(block % {count} AS int)"))
    return dealt.sortWithinPartitions("block", *then)


def parts(rows: int, each: int) -> int:
    """How many parts of `each` rows these are, one at least."""
    return max(1, -(-rows // each))


def sized(spark: SparkSession, rows: int, each: int) -> None:
    """Has Spark's own joins shuffle rows into parts of some `each`, one for each processor at least."""
    count = min(MOST_PARTS, max(parts(rows, each), spark.sparkContext.defaultParallelism))
    spark.conf.set("spark.sql.shuffle.partitions", str(count))


def frame_of(spark: SparkSession, rows: Iterable[tuple[Any, ...]], schema: str, count: int) -> DataFrame:
    """Few rows, in `count` parts."""
    rows = list(rows)
    if not rows:
        return spark.createDataFrame([], schema)
    return spark.createDataFrame(spark.sparkContext.parallelize(rows, max(1, min(count, len(rows)))), schema)
