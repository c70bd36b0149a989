"""One machine: batches go through worker processes in order, keys are joined in the archive's own DuckDB."""

from __future__ import annotations

import collections
import concurrent.futures
import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from cleanpipe.errors import CleanpipeError

B = TypeVar("B")
R = TypeVar("R")

# Starting workers costs a second or two of imports: fewer batches than this run in the process itself.
FEW_BATCHES = 3
# Batches handed out ahead of the one awaited, a worker: enough to keep them busy, few enough to bound memory.
AHEAD = 2


class LocalEngine:
    """Runs functions over batches, on `workers` processes. Results come in the order of the batches."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: concurrent.futures.ProcessPoolExecutor | None = None

    @property
    def spread(self) -> bool:
        """Whether batches go to other processes."""
        return self._pool is not None

    def __enter__(self) -> LocalEngine:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def map_batches(self, function: Callable[[B], R], batches: Iterable[B]) -> Iterator[R]:
        """`function` of each batch, in their order. `function` must be picklable, and pure.

        Raises CleanpipeError where a worker process died.
        """
        source = iter(batches)
        if self.workers < 2:
            yield from map(function, source)
            return
        first = [batch for _, batch in zip(range(FEW_BATCHES), source, strict=False)]
        if len(first) < FEW_BATCHES and self._pool is None:
            yield from map(function, first)
            return
        waiting: collections.deque[concurrent.futures.Future[R]] = collections.deque()
        pool = self._started_pool()
        try:
            for batch in _chain(first, source):
                waiting.append(pool.submit(function, batch))
                if len(waiting) > self.workers * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise CleanpipeError(
                "a worker process died, most likely for lack of memory; run again with --workers 1, "
                "what was done before is kept"
            ) from error

    def _started_pool(self) -> concurrent.futures.ProcessPoolExecutor:
        if self._pool is None:
            # Not forked: DuckDB's threads would be copied in whatever state they are.
            context = multiprocessing.get_context("spawn")
            self._pool = concurrent.futures.ProcessPoolExecutor(self.workers, mp_context=context)
        return self._pool


def _chain(first: list[B], rest: Iterator[B]) -> Iterator[B]:
    yield from first
    yield from rest
