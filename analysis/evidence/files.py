"""Strict reading of what people write: one file in, plain text or rows out, or one clear line."""

import csv
import difflib
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

LARGEST_FILE = 2_000_000


LONGEST_LINE = 600


MOST_LINES = 20


SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


PLANES = range(0, 0x110000, 0x10000)


NO_CHARACTERS = "".join(chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in PLANES)


UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    f"\ufdd0-\ufdef\ufeff\ufff9-\ufffb{NO_CHARACTERS}]"
)
"""What no text may hold: what controls a terminal or turns the direction of a line, what takes no
room and so hides in a name, and what is no character at all, at which a drawing ends. A line break
and a tab may stand in a text, and so may the joiners and marks without which some scripts cannot be
written."""


HOLLOW = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters that are drawn as nothing."""


class BadInput(Exception):
    """A file or an argument that cannot be used; each message is one line that says what to mend.

    What does not print (a line break, a code that colours) is shown as its escape, and the middle
    of a very long line is left out, as are the lines after the first twenty.
    """

    def __init__(self, *messages: str) -> None:
        self.lines = [_on_one_line(message) for message in messages[:MOST_LINES]]
        if len(messages) > MOST_LINES:
            self.lines.append(f"and {len(messages) - MOST_LINES} more lines to mend")
        super().__init__("\n".join(self.lines))


def refused(check: Callable[[], None]) -> list[str]:
    """The lines in which a check refuses; none if it does not."""
    try:
        check()
    except BadInput as error:
        return error.lines
    return []


def every(checks: Iterable[Callable[[], None]]) -> None:
    """Makes every check, and refuses with the lines of all that refuse."""
    if said := [line for check in checks for line in refused(check)]:
        raise BadInput(*dict.fromkeys(said))


def text(path: Path) -> str:
    """The text of one UTF-8 file, line ends made `\\n`, a byte-order mark dropped.

    Refuses what is no plain file, is over 2 MB, is a link out of its folder or is not UTF-8.
    """
    try:
        _check_plain(path)
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name}: {(error.strerror or 'cannot be read').lower()}") from None
    try:
        return raw.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        byte = f"byte {error.start} is 0x{raw[error.start]:02x}"
        raise BadInput(f"{path.name}: {byte}; expected UTF-8 text") from None


def rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file as (line number, column -> stripped text).

    A row is one line: a cell holds no line break. Refuses other columns, a row too wide or too
    short, an unclosed quote and a repeated row.
    """
    header, *lines = text(path).removesuffix("\n").split("\n")
    _check_header(f"{path.name}, line 1", header, columns)
    seen: dict[tuple[str, ...], int] = {}
    found = []
    for line, row in enumerate(lines, start=2):
        where = f"{path.name}, line {line}"
        cells = _cells(where, row)
        if len(cells) != len(columns):
            raise BadInput(f"{where}: {len(cells)} cells; expected {len(columns)}")
        if cells in seen:
            raise BadInput(f"{where}: repeats line {seen[cells]}")
        seen[cells] = line
        named = zip(columns, cells, strict=True)
        found.append((line, {name: gated(f"{where}, {name}", cell) for name, cell in named}))
    return found


def cleaned(key: str, found: Any) -> Any:
    """What a file holds with every text of it let through the gate: `gated` by its dotted key."""
    if isinstance(found, str):
        return gated(key, found)
    if isinstance(found, dict):
        return {name: cleaned(f"{key}.{name}".lstrip("."), one) for name, one in found.items()}
    return [cleaned(key, one) for one in found] if isinstance(found, list) else found


def gated(where: str, words: str) -> str:
    """A text without the blanks around it, empty if nothing of it can be seen; refuses `UNSEEN`."""
    if blank(words):
        return ""
    if unseen := UNSEEN.search(words):
        raise BadInput(
            f"{where}: character {unseen.start() + 1} is U+{ord(unseen[0]):04X}, which cannot be "
            "seen; expected text without it"
        )
    return words.strip()


def blank(words: str) -> bool:
    """Whether nothing of a text can be seen."""
    return all(c.isspace() or c in HOLLOW or unicodedata.category(c) == "Cf" for c in words)


def same(words: str) -> str:
    """A text as it is told from others: what looks alike is alike."""
    seen = (c for c in unicodedata.normalize("NFC", words) if unicodedata.category(c) != "Cf")
    return " ".join("".join(seen).split())


def nearest(word: str, known: Iterable[str]) -> str:
    """`; nearest known: "..."` for the known word most like this one, or an empty text."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f'; nearest known: "{close[0]}"' if close else ""


def _on_one_line(message: str) -> str:
    line = "".join(c if c.isprintable() else _escape(c) for c in message)
    return line if len(line) <= LONGEST_LINE else f"{line[:350]} ... {line[-200:]}"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _check_plain(path: Path) -> None:
    """Looks and does not open: a pipe would keep its reader waiting for ever."""
    if path.is_symlink() and not path.exists():
        raise BadInput(f"{path.name}: a link that leads nowhere; expected a plain file")
    found = path.stat()
    if not path.resolve().is_relative_to(path.parent.resolve()):
        raise BadInput(f"{path.name}: a link that leaves its folder; expected a plain file")
    if not stat.S_ISREG(found.st_mode):
        raise BadInput(f"{path.name}: not a plain file")
    if found.st_size > LARGEST_FILE:
        raise BadInput(f"{path.name}: {found.st_size:,} bytes; at most {LARGEST_FILE:,} are read")


def _cells(where: str, row: str) -> tuple[str, ...]:
    if "\r" in row:
        raise BadInput(f"{where}: a bare carriage return; expected lines that end in LF or CR LF")
    try:
        return tuple(next(csv.reader([row], strict=True)))
    except csv.Error as error:
        unclosed = str(error) == "unexpected end of data"
        what = "a quote is opened and not closed" if unclosed else str(error)
        raise BadInput(f"{where}: {what}") from None


def header(path: Path) -> tuple[str, ...]:
    """The names of the columns of a CSV file."""
    return _cells(f"{path.name}, line 1", text(path).split("\n")[0])


def _check_header(where: str, row: str, columns: tuple[str, ...]) -> None:
    """The most telling of the ways in which a header can be another one than expected."""
    found = _cells(where, row)
    missing = [c for c in columns if c not in found]
    unknown = [c for c in found if c not in columns]
    expected = f"expected {','.join(columns)}"
    if found == columns:
        return
    if len(found) == 1 and (other := re.search(r"[;\t|]", row)):
        raise BadInput(f'{where}: separated by "{other[0]}"; expected ","')
    if unknown:
        close = nearest(unknown[0], missing or columns) or f"; {expected}"
        raise BadInput(f'{where}: unknown column "{unknown[0]}"{close}')
    if missing:
        raise BadInput(f'{where}: column "{missing[0]}" is missing; {expected}')
    raise BadInput(f"{where}: columns in another order or twice; {expected}")
