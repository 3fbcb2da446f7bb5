"""What goes to the terminal: lines wrapped to its width, tables and colours; plain text in a pipe.

Texts of a scenario are never read as markup, and no control character of theirs gets out.
"""

import os
import re
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, TextIO

from analysis.evidence.files import BadInput

if TYPE_CHECKING:
    from rich.console import RenderableType

CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
AS_WIDE_AS_NEEDED = 10_000
"""The width of a pipe: nothing is wrapped, so that a line can be searched for."""


def width(stream: TextIO) -> int:
    """How many characters a line of a stream holds."""
    if not stream.isatty():
        return AS_WIDE_AS_NEEDED
    size: os.terminal_size = shutil.get_terminal_size()
    return size.columns


def say(line: str) -> None:
    """A line on standard error, on a terminal wrapped to its width."""
    _put(line, sys.stderr)


def tell(line: str) -> None:
    """The same on standard output."""
    _put(line, sys.stdout)


def refuse(error: BadInput) -> None:
    """All lines of what is wrong with an input, on standard error."""
    for line in error.lines:
        say(f"workbook: {line}")


def _put(line: str, stream: TextIO) -> None:
    words = CONTROL.sub("\N{REPLACEMENT CHARACTER}", line)
    if stream.isatty():
        words = textwrap.fill(
            words,
            width(stream),
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    print(words, file=stream, flush=True)


def show(*blocks: "RenderableType") -> None:
    """Tables and texts on standard output; in colour on a terminal alone, unless NO_COLOR is set.
    The library is loaded here, where it is needed."""
    from rich.console import Console

    on_terminal = sys.stdout.isatty()
    console = Console(
        width=width(sys.stdout), force_terminal=on_terminal, markup=False, highlight=False
    )
    with console.capture() as captured:
        for number, block in enumerate(blocks):
            console.print(*[""] * bool(number), block, sep="\n")
    for line in captured.get().splitlines():
        print(line.rstrip())
