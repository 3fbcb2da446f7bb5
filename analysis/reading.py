"""Strict reading of what people write: one file in, plain text or rows out, or one clear line."""

import csv
import difflib
import io
import re
import stat
from collections.abc import Iterable
from pathlib import Path

LARGEST_FILE = 2_000_000
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class BadInput(Exception):
    """A file or an argument that cannot be used; the message is one line that says what to mend."""


def text(path: Path) -> str:
    """The text of one UTF-8 file, line ends made `\\n`, a byte-order mark dropped.

    Refuses what is no plain file, is over 2 MB, is a link out of its folder or is not UTF-8.
    """
    name = path.name
    try:
        if not path.resolve().is_relative_to(path.parent.resolve()):
            raise BadInput(f"{name}: a link that leaves its folder; expected a plain file")
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise BadInput(f"{name}: not a plain file")
        if found.st_size > LARGEST_FILE:
            raise BadInput(f"{name}: {found.st_size:,} bytes; at most {LARGEST_FILE:,} are read")
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{name}: {(error.strerror or 'cannot be read').lower()}") from None
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        byte = f"byte {error.start} is 0x{raw[error.start]:02x}"
        raise BadInput(f"{name}: {byte}; expected UTF-8 text") from None


def rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file as (line number, column -> stripped text).

    Refuses other columns, a row too wide or too short, an unclosed quote and a repeated row.
    """
    reader = csv.reader(io.StringIO(text(path)), strict=True)
    seen: dict[tuple[str, ...], int] = {}
    found = []
    try:
        header = tuple(next(reader, ()))
        if header != columns:
            raise BadInput(f"{path.name}, line 1: {_wrong_columns(header, columns)}")
        for cells in reader:
            line = reader.line_num
            if len(cells) != len(columns):
                raise BadInput(
                    f"{path.name}, line {line}: {len(cells)} cells; expected {len(columns)}"
                )
            if tuple(cells) in seen:
                raise BadInput(f"{path.name}, line {line}: repeats line {seen[tuple(cells)]}")
            seen[tuple(cells)] = line
            found.append((line, dict(zip(columns, (cell.strip() for cell in cells), strict=True))))
    except csv.Error as error:
        raise BadInput(f"{path.name}, line {reader.line_num}: {error}") from None
    return found


def nearest(word: str, known: Iterable[str]) -> str:
    """` (nearest known: "...")` for the known word most like this one, or an empty text."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f'; nearest known: "{close[0]}"' if close else ""


def _wrong_columns(found: tuple[str, ...], expected: tuple[str, ...]) -> str:
    missing = [c for c in expected if c not in found]
    unknown = [c for c in found if c not in expected]
    if missing:
        return f'column "{missing[0]}" is missing; expected {",".join(expected)}'
    if unknown:
        return f'unknown column "{unknown[0]}"{nearest(unknown[0], expected)}'
    return f"columns in another order or twice; expected {','.join(expected)}"
