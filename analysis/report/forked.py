"""A process forked from this one that becomes a kernel: what this one has imported and computed is
there already, and the notebook starts in a namespace, folder and environment of its own.

A fork takes along one thread alone, and whatever another held at that moment stays held. So a
kernel is forked from a process that runs no other; where one does, kernels start anew.
"""

import fcntl
import gc
import json
import os
import signal
import socket
import sys
import sysconfig
import threading
from contextlib import suppress
from multiprocessing import parent_process
from pathlib import Path
from typing import Any, NoReturn

import pandas

from analysis.evidence.ledger import DATA

COLUMNS = 20  # of a frame printed as text, as pandas has it where a kernel imports it
SAFE_THREADS = {"jemalloc_bg_thd"}  # of pyarrow; it looks after itself at a fork


def may_fork() -> bool:
    """Whether a kernel forked from this process does what a new one would.

    OpenBLAS ends its threads when a process forks, so one forks first: those left are others'.
    """
    own = sys.flags.optimize == 0 and "utf8" in sys.getfilesystemencoding().replace("-", "")
    if sys.platform != "linux" or not own or threading.active_count() > 1:
        return False
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return _other_threads() <= SAFE_THREADS


def _other_threads() -> set[str]:
    tasks = [task for task in Path("/proc/self/task").iterdir() if task.name != str(os.getpid())]
    return {(task / "comm").read_text().strip() for task in tasks}


def end_with_parent() -> None:
    """Has this process end, as SIGTERM ends it, when the one that ordered it is gone.

    The pipe that closes with that one is to send the signal: to wait for it would take a thread.
    """
    parent = parent_process()
    assert parent is not None
    if sys.platform != "linux":  # nothing is forked there either
        threading.Thread(target=_wait_for, args=(parent,), daemon=True).start()
        return
    pipe: Any = parent.sentinel
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGTERM)
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if not parent.is_alive():
        raise SystemExit


def _wait_for(parent: Any) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


class Forked:
    """A child that waits to be told which kernel to be; beyond that it has what jupyter_client asks
    of a `Popen`."""

    stdin = stdout = stderr = None

    def __init__(self) -> None:
        self._orders, theirs = socket.socketpair()
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            self._orders.close()  # else it would not notice when nobody is left to give any
            _live(theirs)
        theirs.close()
        self._orders.recv(1)  # it leads a group of its own by now, by which it is ended

    def begin(self, connection_file: str, folder: str, environment: dict[str, str]) -> None:
        """Has it become the kernel of a connection file, in a folder and an environment."""
        order = [connection_file, folder, environment, os.getpid()]
        self._orders.sendall(json.dumps(order).encode() + b"\n")

    def poll(self) -> int | None:
        """Its exit code, None while it lives."""
        return self._ended(os.WNOHANG)

    def wait(self) -> int | None:
        """Its exit code, when it has ended."""
        return self._ended(0)

    def send_signal(self, number: int) -> None:
        """Sends it a signal."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def close(self) -> None:
        """Ends it and what it started, whatever they do."""
        self._orders.close()
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()

    def _ended(self, how: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, how)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


def _live(orders: socket.socket) -> NoReturn:
    """The whole life of the child; it never goes back to what the parent was doing."""
    try:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        orders.send(b".")
        if order := orders.makefile().readline():
            _be_kernel(*json.loads(order))
    finally:
        os._exit(1)


def _be_kernel(connection_file: str, folder: str, environment: dict[str, str], parent: int) -> None:
    gc.freeze()  # so that nothing of the parent's closes a file whose number is used again
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[:] = _search_path()
    pandas.set_option("display.max_columns", COLUMNS)
    sys.argv = ["kernel", "-f", connection_file]
    from ipykernel.kernelapp import IPKernelApp

    options = [f"--IPKernelApp.parent_handle={parent}", "--IPKernelApp.ignore_cwd=True"]
    IPKernelApp.launch_instance([*sys.argv[1:], *options])


def _search_path() -> list[str]:
    """Where a new kernel looks for modules: this project and the environment, nothing of a reader's
    folder or of PYTHONPATH."""
    homes = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    kept = [path for path in sys.path if any(Path(path).is_relative_to(home) for home in homes)]
    return [str(DATA.parent), *kept]
