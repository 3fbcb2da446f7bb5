"""A folder that is replaced whole or not at all, by one run at a time.

All work is done in `.making-<name>-<random>` beside the folder, on the same file system. To put it
in place takes two renames: the earlier folder aside, the new one in. A run that is killed between
the two leaves the earlier folder aside, whole; the next run first puts it back.

What is removed bears our mark: a reader may have put a file of any name anywhere.
"""

import fcntl
import os
import re
import shutil
import signal
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analysis.evidence.files import BadInput
from analysis.report import manifest

EARLIER = "earlier"
MARK_NAME = ".workbook"
MARK = b"rent-or-build: made by a run; removed by the next\n"


class RunFailed(Exception):
    """A run that left nothing behind; the message is one line that names the reason."""


def replaced(out: Path, make: Callable[[Path], Path], over_altered: bool = False) -> None:
    """Puts in place of the folder `out` the one that `make` gives; it works in the folder that it
    is handed. Raises `RunFailed` with one line that names the reason, and `BadInput` where
    something of the reader's own would be lost: a file that no run made, and, unless told to go
    `over_altered` ones, a file of a run that was changed since.
    """
    folder = Path(os.path.abspath(out))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with stoppable(), alone(folder), workplace(folder) as place:
            check_replaceable(folder, over_altered)
            made = make(place)
            check_replaceable(folder, over_altered)  # a reader may have worked in it meanwhile
            put(made, folder)
    except OSError as error:
        raise failed(error, folder) from None


def failed(error: OSError, folder: Path) -> RunFailed:
    """That a folder could not be written: which file of it, and why."""
    name = Path(error.filename or folder).name
    return RunFailed(f"{name}: {(error.strerror or str(error)).lower()}")


def check_replaceable(folder: Path, over_altered: bool = False) -> None:
    """Refuses to replace what no run made: another folder, or a reader's own file in a report."""
    if not os.path.lexists(folder):
        return
    own = manifest.not_made(folder, altered=not over_altered)
    if own is None:
        raise BadInput(
            f"{folder.name}: is there and is no report as a run leaves it; it is not replaced: "
            "move it away, or name another folder with --out"
        )
    if own:
        others = f" and {len(own) - 1} more" if own[1:] else ""
        raise BadInput(
            f"{folder.name}/{own[0]}{others}: not as a run made it; a report's folder is replaced "
            "whole: move it away first"
        )


def put_right(out: Path) -> None:
    """Removes what a run for a folder left that was killed, and the earlier folder comes back."""
    with alone(out), workplace(out):
        pass


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
    """Holds `lock_of(out)` while the body runs; a second run for the same folder is refused.

    The lock ends with the process, so that a lock file that is left behind is harmless.
    """
    lock = lock_of(out)
    handle = _locked(lock, out.name)
    try:
        yield
    finally:
        if _still_there(lock, handle):
            lock.unlink()
        os.close(handle)


def lock_of(out: Path) -> Path:
    """The file beside a folder that a run holds locked: hidden, and named after this program."""
    return out.with_name(f".{out.name}.workbook.lock")


@contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """An empty folder beside `out`, removed at the end; what dead runs left is put right first."""
    for left in _left_behind(out):
        _cleared(left, out)
    place = Path(tempfile.mkdtemp(prefix=f".making-{out.name}-", dir=out.parent))
    try:
        (place / MARK_NAME).write_bytes(MARK)
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


def _locked(lock: Path, name: str) -> int:
    """The open lock file, held; `RunFailed` if another run holds it."""
    while True:
        try:
            handle = _opened(lock)
        except FileNotFoundError:  # the run before has removed it just now
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise RunFailed(f"{name}: another run is making it; wait until that ends") from None
        if _still_there(lock, handle):
            return handle
        os.close(handle)


def _opened(lock: Path) -> int:
    """A new lock file with our mark, or the one that is there: never a file of the reader's, and
    neither a link nor a pipe, at which a run would wait for ever."""
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        if not _is_ours(lock):
            raise BadInput(f"{lock.name}: is there and is no lock of a run; move it away") from None
        return os.open(lock, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    os.write(handle, MARK)
    return handle


def _is_ours(path: Path) -> bool:
    """Whether a plain file with our mark in it is there."""
    if not stat.S_ISREG(path.lstat().st_mode):
        return False
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        return os.read(handle, len(MARK) + 1) == MARK
    finally:
        os.close(handle)


def _still_there(lock: Path, handle: int) -> bool:
    """Whether the file that is locked is the one that others will find: the run before may have
    removed it between our opening and our locking it."""
    try:
        return os.path.samestat(lock.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _left_behind(out: Path) -> list[Path]:
    """Workplaces of earlier runs for this very folder, none of which can live: we hold the lock.

    One is a folder with our mark, or with nothing at all: its run ended before it made the mark.
    """
    ours = re.compile(rf"\.making-{re.escape(out.name)}-[a-z0-9_]{{8}}")
    found = [path for path in out.parent.iterdir() if ours.fullmatch(path.name)]
    folders = [path for path in found if stat.S_ISDIR(path.lstat().st_mode)]
    return [one for one in folders if not any(one.iterdir()) or _is_marked(one)]


def _is_marked(folder: Path) -> bool:
    return os.path.lexists(folder / MARK_NAME) and _is_ours(folder / MARK_NAME)


def _cleared(place: Path, out: Path) -> None:
    """Removes a workplace; if the earlier folder waits there and no new one came, puts it back."""
    earlier = place / EARLIER
    if os.path.lexists(earlier) and not os.path.lexists(out):
        os.rename(earlier, out)
    for path in place.iterdir():  # the mark last: a run that is killed here is still known by it
        if path.name != MARK_NAME:
            shutil.rmtree(path, ignore_errors=True)
    shutil.rmtree(place, ignore_errors=True)


def _flushed(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
