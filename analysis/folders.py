"""A folder that is replaced whole or not at all, by one run at a time.

All work is done in `.making-<name>-<random>` beside the folder, on the same file system. To put it
in place takes two renames: the earlier folder aside, the new one in. A run that is killed between
the two leaves the earlier folder aside, whole; the next run first puts it back.
"""

import fcntl
import os
import re
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

EARLIER = "earlier"


class RunFailed(Exception):
    """A run that left nothing behind; the message is one line that names the reason."""


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM ends the body as Ctrl-C does, by an exception, so that nothing is left behind."""
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield  # whoever called us has a rule for it
        return
    signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Holds `<out>.lock` while the body runs; a second run for the same folder is refused.

    The lock ends with the process, so that a lock file that is left behind is harmless.
    """
    lock = out.with_name(f"{out.name}.lock")
    handle = _locked(lock, out.name)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
        handle.close()


@contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """An empty folder beside `out`, removed at the end; what dead runs left is put right first."""
    for left in _left_behind(out):
        _cleared(left, out)
    place = Path(tempfile.mkdtemp(prefix=f".making-{out.name}-", dir=out.parent))
    try:
        yield place
    finally:
        _cleared(place, out)


def put(made: Path, out: Path) -> None:
    """Moves a finished folder from its workplace to `out`; the one that was there waits aside."""
    if os.path.lexists(out):
        os.rename(out, made.with_name(EARLIER))
    os.rename(made, out)
    _flushed(out.parent)


def keep(path: Path, text: str) -> None:
    """Writes a text, the same bytes on every system, and waits until the disk has it."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _stop(number: int, _: Any) -> None:
    raise SystemExit(128 + number)


def _locked(lock: Path, name: str) -> IO[str]:
    while True:
        handle = lock.open("a")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            raise RunFailed(f"{name}: another run is making it; wait until that ends") from None
        if _still_there(lock, handle):
            return handle
        handle.close()


def _still_there(lock: Path, handle: IO[str]) -> bool:
    """Whether the file that is locked is the one that others will find: the run before may have
    removed it between our opening and our locking it."""
    try:
        return os.path.samestat(lock.stat(), os.fstat(handle.fileno()))
    except FileNotFoundError:
        return False


def _left_behind(out: Path) -> list[Path]:
    """Workplaces of earlier runs for this very folder, none of which can live: we hold the lock."""
    ours = re.compile(rf"\.making-{re.escape(out.name)}-[a-z0-9_]{{8}}")
    return [path for path in out.parent.iterdir() if ours.fullmatch(path.name)]


def _cleared(place: Path, out: Path) -> None:
    """Removes a workplace; if the earlier folder waits there and no new one came, puts it back."""
    earlier = place / EARLIER
    if os.path.lexists(earlier) and not os.path.lexists(out):
        os.rename(earlier, out)
    shutil.rmtree(place, ignore_errors=True)


def _flushed(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
