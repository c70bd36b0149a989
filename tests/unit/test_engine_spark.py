"""What the cluster engine does with batches inside a task, and what it says where Spark can't be had."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanpipe.cli import cli
from cleanpipe.engines import spark
from cleanpipe.engines.spark_batches import groups, moved, moved_back, types_of, whole
from cleanpipe.engines.spark_candidates import COUNTED, VALUES, combined, merged
from cleanpipe.match.channels import BY_ID, BY_NAME, CENTRES


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from("xy")), max_size=40).map(sorted),
    st.lists(st.integers(0, 40)),
    st.integers(1, 9),
)
def test_tables_never_end_within_a_group(rows: list[tuple[int, str]], cuts: list[int], least: int) -> None:
    bounds = sorted({0, len(rows), *(cut for cut in cuts if cut <= len(rows))})
    columns = {"number": [number for number, _ in rows], "letter": [letter for _, letter in rows]}
    table = pa.table(columns, pa.schema([("number", pa.int64()), ("letter", pa.string())]))
    batches = [batch for start, stop in pairwise(bounds) for batch in table.slice(start, stop - start).to_batches()]
    found = list(whole(iter(batches), ("number", "letter"), least))
    given_back = [tuple(row.values()) for part in found for row in part.to_pylist()]
    assert given_back == rows
    assert all(part.num_rows >= least for part in found[:-1])
    apart = [{tuple(row.values()) for row in part.to_pylist()} for part in found]
    assert all(one.isdisjoint(other) for one, other in pairwise(apart))
    alone = [group for part in found for group in groups(part, ("number", "letter"))]
    assert [len({tuple(row.values()) for row in group.to_pylist()}) for group in alone] == [1] * len(set(rows))


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), min_size=1))
def test_moved_hashes_keep_their_order(hashes: list[int]) -> None:
    given = np.array(sorted(hashes), np.uint64)
    there = moved(given)
    assert (np.diff(there.astype(object)) >= 0).all()
    assert moved_back(there).tolist() == given.tolist()


def documents(channel: int, count: int, value: int = 7) -> pa.RecordBatch:
    """Documents 1 to `count` that hold one value, and one each of their own."""
    types = types_of("hash bigint, held int, channels array<tinyint>, keys array<bigint>")
    numbers = list(range(1, count + 1))
    columns = [numbers, numbers, [[channel, channel]] * count, [[value, 1000 + number] for number in numbers]]
    return pa.RecordBatch.from_arrays(
        [pa.array(c, t) for c, t in zip(columns, types.values(), strict=True)], list(types)
    )


@pytest.mark.parametrize("parts", [1, 2, 7])
@pytest.mark.parametrize("name", ["bands", "trigrams"])
@pytest.mark.parametrize("over", [0, 1, 50])
def test_a_value_is_counted_over_all_parts_of_the_input(name: str, over: int, parts: int) -> None:
    channel = BY_NAME[name]
    count = channel.cap + over
    given = documents(channel.id, count)
    sent = [row for part in range(parts) for row in combined(iter([given.take(list(range(part, count, parts)))]))]
    rows = pa.Table.from_batches(sent).sort_by([("channel", "ascending"), ("value", "ascending")])
    assert rows.schema.names == list(types_of(COUNTED))
    if parts == 1 and over:
        assert len(rows.filter(pa.compute.equal(rows["value"], 7))["holders"][0].as_py()) <= 12 * CENTRES
    found = [row for batch in merged(iter(rows.to_batches())) for row in batch.to_pylist()]
    assert list(found[0]) == list(types_of(VALUES))
    (row,) = found  # values of one document alone are gone
    holders = np.frombuffer(row.pop("holders"), [("document", "<i8"), ("keys", "<u4")])
    assert row == {"channel": channel.id, "value": 7, "count": count, "crowded": over > 0}
    kept = count if not over else CENTRES if BY_ID[channel.id].policy == "star" else 0
    assert holders["document"].tolist() == list(range(1, kept + 1))
    assert holders["keys"].tolist() == list(range(1, kept + 1))


@pytest.mark.parametrize(
    ("master", "so"),
    [
        ("local", "local[1,4]"),
        ("local[*]", "local[*,4]"),
        ("local[2,1]", "local[2,1]"),
        ("yarn", "yarn"),
        ("k8s://https://head:6443", "k8s://https://head:6443"),
    ],
)
def test_this_machine_tries_a_task_as_often_as_a_cluster(master: str, so: str) -> None:
    assert spark.tried_again(master) == so


def test_a_missing_pyspark_is_named(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    done = CliRunner().invoke(cli, ["run", "dump", "-o", str(tmp_path), "--engine", "spark"])
    assert done.exit_code == 1
    assert "--engine spark needs the extra [spark]" in done.output


def test_a_missing_java_is_named(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyspark.sql import SparkSession

    monkeypatch.setattr(SparkSession, "getActiveSession", lambda: None)
    monkeypatch.setattr(spark, "java_program", lambda: None)
    done = CliRunner().invoke(cli, ["run", "dump", "-o", str(tmp_path), "--engine", "spark"])
    assert done.exit_code == 1
    assert "install Java 17" in done.output


def test_a_batch_that_hangs_ends_the_process_so_that_the_task_is_tried_again() -> None:
    program = (
        "import time\n"
        "from cleanpipe.engines import local, spark\n"
        "local.HANGS_AFTER_SECONDS = 0.2\n"
        "work = lambda batch: time.sleep(batch)\n"
        "with spark.Alone() as engine:\n"
        "    list(engine.map_batches(work, [0, 0, 600], halves=lambda batch: [], lost=print))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1
    assert "Timeout (" in done.stderr
