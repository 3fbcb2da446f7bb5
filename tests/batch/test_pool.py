import os
import signal
import subprocess
import sys
from functools import partial

import psutil
import pytest
import tasks
from tools.waiting import until

from analysis.report.batch import pool as pools
from analysis.report.batch.pool import Limits, Lost, Pool

MODULES = ["analysis.report.batch.pool"]
PLENTY = Limits(600, 1e12)


def run(place, names, jobs=2, limits=PLENTY, once=False):
    """How each task ended, and what was said on the way."""
    pool, ends, said = Pool(partial(tasks.work, place), jobs, limits, MODULES, once), {}, []
    try:
        for event in pool.each(names):
            if event and event.kind == "ended":
                ends[names[event.task]] = event.what
            elif event:
                said.append(event.what)
    finally:
        pool.close()
    return ends, said


@pytest.mark.parametrize(
    ("task", "killer"),
    [("dies", "its process was killed by SIGKILL"), ("exits", "its process ended with 3")],
)
def test_of_twenty_tasks_one_of_which_ends_its_process_nineteen_finish_and_one_is_named(
    tmp_path, task, killer
):
    names = [f"t{number}" for number in range(19)]
    ends, said = run(tmp_path, [*names[:7], task, *names[7:]])
    assert {name: ends[name][0] for name in names} == {name: name.upper() for name in names}
    assert ends[task] == Lost(killer)
    assert said.count(f"{task} begins") == 2  # it is done once more, and no more than that
    assert f"{killer}; run once more" in said


def test_a_task_whose_process_was_killed_once_is_done_at_the_second_try(tmp_path):
    ends, _ = run(tmp_path, ["a", "dies-once", "b"])
    assert {name: end[0] for name, end in ends.items()} == {
        "a": "A",
        "dies-once": "DIES-ONCE",
        "b": "B",
    }


def test_a_task_over_its_time_is_ended_with_all_that_it_started(tmp_path):
    ends, _ = run(tmp_path, ["hangs", "a"], limits=Limits(3, 1e12))
    assert ends["hangs"] == Lost("no end within 3 s")
    assert ends["a"][0] == "A"
    child = int((tmp_path / "child").read_text())
    until(lambda: not psutil.pid_exists(child))


def test_a_process_that_does_not_hear_sigterm_is_killed(tmp_path):
    ends, _ = run(tmp_path, ["is-deaf"], limits=Limits(1, 1e12))
    assert ends["is-deaf"] == Lost("no end within 1 s")


def test_a_task_over_its_memory_is_ended(tmp_path):
    # a process that has imported the package takes far less than 300 MB, and the task 400 MB more
    ends, _ = run(tmp_path, ["grows", "a"], limits=Limits(600, 0.3e9))
    assert ends["grows"] == Lost("more than 0.3 GB of memory")
    assert ends["a"][0] == "A"


def test_processes_are_shared_unless_each_task_is_to_have_its_own(tmp_path):
    names = [f"t{number}" for number in range(6)]
    shared, _ = run(tmp_path, names, jobs=2)
    assert len({pid for _, pid in shared.values()}) <= 2
    own, _ = run(tmp_path, names, jobs=2, once=True)
    assert len({pid for _, pid in own.values()}) == 6


def test_a_pool_that_is_closed_leaves_no_process(tmp_path):
    pool = Pool(partial(tasks.work, tmp_path), 2, PLENTY, MODULES, False)
    happens = pool.each(["hangs", "is-deaf"])
    until(lambda: next(happens) is None and len(list(tmp_path.glob("begun-*"))) == 2)
    until((tmp_path / "child").exists)
    started = [one for worker in pool.workers for one in pools._tree(worker.process.pid)]
    pool.close()
    assert not any(one.is_running() and one.status() != "zombie" for one in started)


def test_a_process_ends_when_the_first_one_is_killed(tmp_path):
    first = subprocess.Popen([sys.executable, tasks.__file__, str(tmp_path)])
    until((tmp_path / "child").exists)
    started = psutil.Process(first.pid).children(recursive=True)
    first.kill()
    first.wait()
    child = int((tmp_path / "child").read_text())
    ours = [one for one in started if one.pid != child]
    until(lambda: not any(one.is_running() and one.status() != "zombie" for one in ours))
    os.kill(child, signal.SIGKILL)
