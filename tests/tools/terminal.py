"""Runs a program in a real terminal of a given width, and reads all that it writes to it."""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

from tools.places import ROOT
from tools.waiting import LIMIT_S

STYLE = re.compile(rb"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\")
COLOUR = re.compile(rb"\x1b\[(?:[0-9]+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]")
SHOW_CURSOR, HIDE_CURSOR = b"\x1b[?25h", b"\x1b[?25l"


def in_terminal(
    width: int, *words: str, press: bytes = b"", after: bytes = b"", **environment: str
) -> tuple[int, bytes]:
    """The exit status of `python ...` and what it wrote; keys are pressed once `after` is seen."""
    child, terminal = pty.fork()
    if child == 0:
        kept = {k: v for k, v in os.environ.items() if k not in ("CI", "NO_COLOR", "COLUMNS")}
        os.chdir(ROOT)
        more = {"TERM": "xterm-256color", **environment}
        os.execve(sys.executable, [sys.executable, *words], kept | more)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    written, end = b"", time.monotonic() + LIMIT_S
    while True:
        assert select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0], written
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the program has ended, and with it the terminal
            part = b""
        written += part
        if press and after in written:
            os.write(terminal, press)
            press = b""
        if not part:
            break
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), written


def lines(written: bytes) -> list[str]:
    """What stands on the terminal, line by line, without styles."""
    return STYLE.sub(b"", written).decode().replace("\r", "").split("\n")
