"""Worker processes: results in order whatever happens to one, and of a batch only what can't be done is left out."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cleanpipe.engines import local
from cleanpipe.engines.local import LocalEngine
from cleanpipe.engines.worker import BatchError, Worker, call_here
from cleanpipe.errors import CleanpipeError, MissingExtraError, RuleError

Batch = list[int]


def halves(batch: Batch) -> list[Batch]:
    middle = len(batch) // 2
    return [batch[:middle], batch[middle:]] if middle else []


def doubled(batch: Batch) -> Batch:
    return [2 * item for item in batch]


def slow_first(batch: Batch) -> Batch:
    time.sleep(0.3 if 0 in batch else 0)
    return doubled(batch)


def faulty(batch: Batch) -> Batch:
    """5 raises, 7 kills, 8 ends the process with a status, 12 fills the memory, 13 crashes."""
    for item in batch:
        if item == 5:
            raise ValueError(f"no such number: {object()!r}")
        if item == 7:
            os.kill(os.getpid(), signal.SIGKILL)
        if item == 8:
            os._exit(3)
        if item == 12:
            raise MemoryError
        if item == 13:
            os.kill(os.getpid(), signal.SIGSEGV)
    return doubled(batch)


def hangs_at_3(batch: Batch) -> Batch:
    while 3 in batch:
        time.sleep(0.01)
    return doubled(batch)


def dies_always(batch: Batch) -> Batch:
    os._exit(1)


def wrong_rules(batch: Batch) -> Batch:
    raise RuleError("rules/mine.toml: no such key")


def full_disk(batch: Batch) -> Batch:
    raise OSError(28, "No space left on device")


def no_extra(batch: Batch) -> Batch:
    raise MissingExtraError("reading WARC", "warc")


def no_library(batch: Batch) -> Batch:
    raise ModuleNotFoundError("No module named 'spacy'")


def interrupted(batch: Batch) -> Batch:
    raise KeyboardInterrupt


def dies_once(batch: Batch) -> Batch:
    """The first attempt at 7 ends the process, the second doesn't."""
    marker = Path(os.environ["DIES_ONCE"])
    if 7 in batch and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return doubled(batch)


def adjusted(batch: Batch) -> Batch:
    return [int(Path("/proc/self/oom_score_adj").read_text())]


def batches(count: int, size: int) -> list[Batch]:
    return [list(range(start, start + size)) for start in range(0, count, size)]


def mapped(
    function: Callable[[Batch], Batch], given: list[Batch], workers: int = 2, **more: bool
) -> tuple[list[Batch], list[tuple[Batch, str]]]:
    lost: list[tuple[Batch, str]] = []
    with LocalEngine(workers, **more) as engine:
        results = list(
            engine.map_batches(function, given, halves=halves, lost=lambda batch, why: lost.append((batch, why)))
        )
    return results, lost


@pytest.fixture(autouse=True)
def nobody_left() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("count", [0, 4, 8, 40])
def test_results_come_in_order(workers: int, count: int) -> None:
    given = batches(count, 4)
    assert mapped(slow_first, given, workers) == ([doubled(batch) for batch in given], [])


def test_few_batches_and_one_worker_run_here_unless_guarded() -> None:
    def spread(workers: int, count: int, *, guarded: bool = False) -> bool:
        with LocalEngine(workers, guarded=guarded) as engine:
            list(engine.map_batches(doubled, batches(count, 1), halves=halves, lost=lambda batch, why: None))
            return engine.spread

    assert not spread(2, local.FEW_BATCHES - 1)
    assert not spread(1, 10)
    assert spread(2, local.FEW_BATCHES)
    assert spread(1, 1, guarded=True)


def test_the_items_that_end_workers_are_found_and_the_others_kept() -> None:
    results, lost = mapped(faulty, batches(48, 16))
    kept = [item for batch in results for item in batch]
    assert kept == doubled([item for item in range(48) if item not in (5, 7, 8, 12, 13)])
    assert [batch for batch, _ in lost] == [[5], [7], [8], [12], [13]]
    said = [why for _, why in lost]
    assert said[0].startswith("failed (ValueError: no such number: <object object at 0x…>; test_engine_local.py, line")
    assert said[1] == "ended the worker process (SIGKILL, mostly for lack of memory)"
    assert said[2] == "ended the worker process (exit status 3)"
    assert said[3].startswith("failed (MemoryError; ")
    assert said[4] == "ended the worker process (SIGSEGV)"


def test_an_exception_here_is_treated_like_one_there() -> None:
    def five(batch: Batch) -> Batch:
        if 5 in batch:
            raise ValueError("five")
        return doubled(batch)

    results, lost = mapped(five, batches(8, 8), workers=1)
    assert [item for batch in results for item in batch] == doubled([0, 1, 2, 3, 4, 6, 7])
    assert [(batch, why.split(";")[0]) for batch, why in lost] == [([5], "failed (ValueError: five")]


def test_a_worker_that_dies_once_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIES_ONCE", str(tmp_path / "died"))
    given = batches(40, 4)
    assert mapped(dies_once, given) == ([doubled(batch) for batch in given], [])
    assert (tmp_path / "died").exists()


def test_what_hangs_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "HANGS_AFTER_SECONDS", 1.2)
    results, lost = mapped(hangs_at_3, batches(12, 4))
    assert [item for batch in results for item in batch] == doubled([item for item in range(12) if item != 3])
    assert lost == [([3], "took longer than 0 minutes")]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("function", "error", "says"),
    [
        (wrong_rules, RuleError, "no such key"),
        (full_disk, OSError, "No space left"),
        (no_library, ImportError, "spacy"),
        (no_extra, CleanpipeError, r"needs the extra \[warc\]"),
    ],
)
def test_what_no_item_brings_about_ends_the_run(
    function: Callable[[Batch], Batch], error: type[Exception], says: str, workers: int
) -> None:
    with pytest.raises(error, match=says):
        mapped(function, batches(12, 4), workers)


def test_an_interruption_here_is_not_swallowed() -> None:
    with pytest.raises(KeyboardInterrupt):
        mapped(interrupted, batches(4, 4), workers=1)


def test_workers_that_die_whatever_they_are_given_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "MOST_DEATHS", 6)
    with pytest.raises(CleanpipeError, match=r"whatever they are given: the last batch .*--workers 1"):
        mapped(dies_always, batches(12, 4))


def test_an_error_between_results_ends_the_workers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), LocalEngine(2) as engine:
        given = [[0], [1], [2], [3], [3], [3]]
        for _ in engine.map_batches(hangs_at_3, given, halves=halves, lost=lambda batch, why: None):
            raise KeyboardInterrupt
    assert time.monotonic() - began < 10


@pytest.mark.skipif(not Path("/proc/self/oom_score_adj").exists(), reason="Linux alone keeps this score")
def test_the_kernel_short_of_memory_ends_a_worker_first() -> None:
    assert mapped(adjusted, batches(4, 1))[0] == [[500]] * 4
    assert adjusted([]) != [500]


PARENT = """
import sys
sys.path[:0] = [{tests!r}]
import test_engine_local as here
from cleanpipe.engines.local import LocalEngine
with LocalEngine(2) as engine:
    batches = [[0], [1], [2], [3], [3], [3]]
    for _ in engine.map_batches(here.hangs_at_3, batches, halves=here.halves, lost=print):
        print(*[worker._process.pid for worker in engine._workers], flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals to processes")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_workers_end_with_a_run_that_is_killed(sent: signal.Signals) -> None:
    """One of them is in the middle of a batch that never ends."""
    program = PARENT.format(tests=str(Path(__file__).parent))
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=heeding_ctrl_c) as parent:
        assert parent.stdout is not None
        workers = [int(number) for number in parent.stdout.readline().split()]
        assert workers and all(alive(number) for number in workers)
        parent.send_signal(sent)
        parent.wait(timeout=20)
        deadline = time.monotonic() + 10
        while any(alive(number) for number in workers) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not [number for number in workers if alive(number)]
        parent.stdout.read()


def heeding_ctrl_c() -> None:
    """A shell that put the tests in the background has all that they start ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def alive(process: int) -> bool:
    """Whether a process runs: it is there, and no zombie."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")
    try:
        return stat.read_text().rsplit(")", 1)[1].split()[0] != "Z" if stat.parent.parent.exists() else True
    except OSError:
        return False


def test_a_worker_can_be_closed_while_it_works() -> None:
    worker = Worker()
    worker.close()
    assert not alive(worker._process.pid or 0)


def test_a_script_without_a_guard_is_told_so(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text("from cleanpipe.engines.worker import Worker\nWorker().call(str, 1, 60.0)\n", encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "a worker process ended as it started (exit status 1)" in done.stderr.splitlines()[-1]
    assert 'if __name__ == "__main__":' in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("collecting", [True, False])
def test_no_garbage_is_collected_during_a_batch(collecting: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if collecting else gc.disable)()
        assert call_here(lambda _: gc.isenabled(), 0) is False
        assert gc.isenabled() is collecting
        with pytest.raises(BatchError):
            call_here(lambda batch: 1 / batch, 0)
        assert gc.isenabled() is collecting
    finally:
        (gc.enable if before else gc.disable)()
