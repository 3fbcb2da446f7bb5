"""Work for a pool: each task names what its process is to do."""

import os
import signal
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

from analysis.report.batch.pool import Limits, Pool


def work(place, task, say):
    """Does a task; `place` is a folder in which a task finds whether it was begun before."""
    again = Path(place, f"begun-{task}").exists()
    Path(place, f"begun-{task}").touch()
    say(f"{task} begins")
    if task == "dies" or (task == "dies-once" and not again):
        os.kill(os.getpid(), signal.SIGKILL)
    if task == "exits":
        os._exit(3)
    if task == "hangs":
        Path(place, "child").write_text(str(subprocess.Popen(["sleep", "1000"]).pid))
        threading.Event().wait()
    if task == "is-deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        threading.Event().wait()
    if task == "grows":
        held = bytearray(400_000_000)
        held[::4096] = b"1" * len(held[::4096])
        threading.Event().wait()
    return task.upper(), os.getpid()


if __name__ == "__main__":
    pool = Pool(partial(work, sys.argv[1]), 1, Limits(600, 1e12), [], once=False)
    list(pool.each(["hangs"]))
