"""One machine: batches go through worker processes in order, and none of them ends the run.

A worker that dies is replaced and its batch done again. Where that ends the next one too, the batch is halved until
the one item is found that does it; the others of the batch are kept.
"""

from __future__ import annotations

import collections
import concurrent.futures
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from cleanpipe.engines.worker import BatchError, Worker, WorkerDiedError, WorkerHangsError, call_here
from cleanpipe.errors import CleanpipeError

B = TypeVar("B")
R = TypeVar("R")

# Starting workers costs a second or two of imports: fewer batches than this run in the process itself.
FEW_BATCHES = 3
# Batches handed out ahead of the one awaited, a worker: enough to keep them busy, few enough to bound memory.
AHEAD = 2

HANGS_AFTER_SECONDS = 7200.0
"""A batch takes seconds. The longest line that input.line_limit_mb lets through, 64 MB, is one article that takes three
minutes of CPU time (3 s a MB); what takes two hours goes round in circles."""

MOST_DEATHS = 40
"""Deaths in a row, of all workers, without a batch done in between. To find one item of a batch of 500 takes twelve: so
many mean that it is not for the items, and each one costs the start of a process."""


@dataclass(frozen=True, slots=True)
class Lost(Generic[B]):
    """A batch of one item that can't be done, and why; `reason` continues "preparing it ..."."""

    batch: B
    reason: str


class LocalEngine:
    """Runs functions over batches, on `workers` processes. Results come in the order of the batches.

    With few batches or one worker they run in this process. `guarded`: they go to other processes nevertheless, because
    this one was ended before and the batches may be why.
    """

    def __init__(self, workers: int, *, guarded: bool = False) -> None:
        self.workers = workers
        self.guarded = guarded
        self._threads: concurrent.futures.ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._workers: list[Worker] = []
        self._idle: list[Worker] = []
        self._closed = False
        self._deaths = 0

    @property
    def spread(self) -> bool:
        """Whether batches go to other processes."""
        return self._threads is not None

    def __enter__(self) -> LocalEngine:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._closed = True
            for worker in self._workers:
                worker.kill()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._workers:
            worker.close()

    def map_batches(
        self,
        function: Callable[[B], R],
        batches: Iterable[B],
        *,
        halves: Callable[[B], Sequence[B]],
        lost: Callable[[B, str], None],
    ) -> Iterator[R]:
        """`function` of each batch, in their order; of a batch that can't be done whole, of its parts in theirs.

        `function` must be picklable, and pure. `halves` gives the two halves of a batch, and nothing for a batch of one
        item. `lost` is called, in the order of the results, with a batch of one item that raises an exception, ends
        worker processes, or takes longer than HANGS_AFTER_SECONDS in one, and the reason.

        What no item brings about is raised: CleanpipeError, OSError, ImportError; and CleanpipeError where worker
        processes die whatever they are given.
        """
        source = iter(batches)
        for results in self._mapped(function, source, halves):
            for result in results:
                if isinstance(result, Lost):
                    lost(result.batch, result.reason)
                else:
                    yield result

    def _mapped(
        self, function: Callable[[B], R], source: Iterator[B], halves: Callable[[B], Sequence[B]]
    ) -> Iterator[list[R | Lost[B]]]:
        first: list[B] = []
        if not self.guarded and not self.spread:
            if self.workers > 1:
                first = [batch for _, batch in zip(range(FEW_BATCHES), source, strict=False)]
            if len(first) < FEW_BATCHES:
                for batch in _chain(first, source):
                    yield _done(call_here, function, batch, halves)
                return
        if self._threads is None:
            self._threads = concurrent.futures.ThreadPoolExecutor(self.workers, "worker")
        waiting: collections.deque[concurrent.futures.Future[list[R | Lost[B]]]] = collections.deque()
        for batch in _chain(first, source):
            waiting.append(self._threads.submit(_done, self._call_there, function, batch, halves))
            if len(waiting) > self.workers * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _call_there(self, function: Callable[[B], R], batch: B) -> R:
        """In a worker process. Called in one thread for each worker, so that there is always one to be had."""
        worker = self._worker()
        try:
            result = worker.call(function, batch, HANGS_AFTER_SECONDS)
        except (WorkerDiedError, WorkerHangsError) as error:
            with self._lock:
                self._workers.remove(worker)
                self._deaths += 1
                if self._deaths >= MOST_DEATHS:
                    raise CleanpipeError(
                        f"worker processes end whatever they are given: the last batch {error.reason}; "
                        "make memory free or run again with --workers 1, what was done before is kept"
                    ) from error
            raise
        except BaseException:
            self._idle.append(worker)
            raise
        self._deaths = 0
        self._idle.append(worker)
        return result

    def _worker(self) -> Worker:
        with self._lock:
            if self._closed:
                raise concurrent.futures.CancelledError
            if self._idle:
                return self._idle.pop()
            try:
                worker = Worker()
            except OSError as error:
                raise CleanpipeError(
                    f"a worker process can't be started ({error.strerror}); run again with --workers 1"
                ) from error
            self._workers.append(worker)
            return worker


def _done(
    call: Callable[[Callable[[B], R], B], R],
    function: Callable[[B], R],
    batch: B,
    halves: Callable[[B], Sequence[B]],
    *,
    whole: bool = True,
) -> list[R | Lost[B]]:
    """The result of a batch, or those of its parts.

    A worker can die for what is no item's fault: so a whole batch, and an item alone, gets a second one. What hangs is
    looked for one by one, because every further attempt would take as long.
    """
    try:
        return [call(function, batch)]
    except BatchError as error:
        failure = error
    parts = halves(batch)
    if isinstance(failure, WorkerDiedError) and (whole or not parts):
        try:
            return [call(function, batch)]
        except BatchError as error:
            failure = error
    if not parts:
        return [Lost(batch, failure.reason)]
    if isinstance(failure, WorkerHangsError):
        parts = list(_ones(batch, halves))
    return [result for part in parts for result in _done(call, function, part, halves, whole=False)]


def _ones(batch: B, halves: Callable[[B], Sequence[B]]) -> Iterator[B]:
    parts = halves(batch)
    if not parts:
        yield batch
    for part in parts:
        yield from _ones(part, halves)


def _chain(first: list[B], rest: Iterator[B]) -> Iterator[B]:
    yield from first
    yield from rest
