"""TOML as people type it: the tables of a text, or every line that is no TOML, with its mend."""

import re
import sys
import tomllib
from collections.abc import Callable
from itertools import product
from typing import Any

from analysis.evidence.files import LONGEST_LINE, MOST_LINES, BadInput

Mend = Callable[[str], str]

KEY = re.compile(r"\s*\[*\s*([^\s\[\]{}=,#]+)\s*[\]=]")

BY_NAME = ("assumptions", "choices", "need")
"""The tables whose entries a message may name without the table."""

OPENS = re.compile(r"\[[^\]]*$|\{[^}]*$|\"\"\"|'''")
"""A line that may go on in the next."""


def tables(words: str) -> dict[str, Any]:
    """The tables of a text.

    Raises `BadInput` with a line for each line of the text that is no TOML: its number, what stands
    there, what was expected.
    """
    lines = words.split("\n")
    said: list[str] = []
    while True:
        try:
            found = tomllib.loads("\n".join(lines))
            if not said:
                return found
            break
        except tomllib.TOMLDecodeError as error:
            place, what, mended = _refused(str(error), lines)
        except RecursionError:
            raise BadInput("nested too deeply") from None
        except ValueError:  # the only one that is left: Python limits the digits that it converts
            most = f"more than {sys.get_int_max_str_digits():,} digits"
            said.append(f"a whole number of {most}; expected a shorter one")
            break
        said.append(f"line {place + 1}: {what}")
        line = lines[place]
        belongs = mended is None and (OPENS.search(line) or line.lstrip()[:1] in ("", "["))
        if belongs or len(said) > 5 * MOST_LINES:
            break  # what follows would be refused for no fault of its own, or is not read any more
        lines[place] = mended or ""
    raise BadInput(*said)


def line_of(words: str, key: str) -> int | None:
    """The number of the line on which a dotted key is written, or the table or value that it
    belongs to; None where the text states neither."""
    wanted, table, longest, found = key.split("."), [""], 0, None
    for number, line in enumerate(words.split("\n"), start=1):
        if not (begun := KEY.match(line)):
            continue
        parts = re.sub(r"[\"' ]", "", begun[1]).split(".")
        if line.lstrip().startswith("["):
            here = table = parts
        else:
            here = [name for name in (*table, *parts) if name]
        alone = here[0] == key or (here[0] in BY_NAME and key in here)
        if len(wanted) == 1 and alone:
            return number
        shared = min(len(here), len(wanted))
        if here[:shared] == wanted[:shared] and shared > longest:
            longest, found = shared, number
    return found


def _refused(error: str, lines: list[str]) -> tuple[int, str, str | None]:
    """The place of the line that the parser stopped for, counted from 0; what is wrong; its mend,
    where one is known."""
    message, _, where = error.partition(" (at ")
    at = re.match(r"line (\d+)", where)
    place = min(int(at[1]) if at else len(lines), len(lines)) - 1
    twice = message == "Cannot overwrite a value" or message.startswith("Cannot declare")
    if twice and _reads(lines[place]):
        key = _twice(message, lines[: place + 1])
        return place, f"{key} is given twice; expected it once", None
    while place > 0 and _reads(lines[place]):
        place -= 1  # what is not closed is noticed on a later line
    line = lines[place].strip()
    if _reads(line):
        return place, f"{message[0].lower()}{message[1:]}", None
    if (mended := _mended(lines[place])) is not None:
        return place, f"{line}; expected {mended.strip()}", mended
    if "date" in message:
        return place, f"{line}; expected a day of the calendar, YYYY-MM-DD", None
    form = "[table]" if line.startswith("[") else "key = value"
    return place, f"{line}; expected {form} ({message[0].lower()}{message[1:]})", None


def _twice(message: str, lines: list[str]) -> str:
    """The table or key that is given twice."""
    if table := re.fullmatch(r"Cannot declare (\(.*\)) twice", message):
        key = ".".join(re.findall(r"'([^']*)'", table[1]))
        return f"[{key}]"
    begun = (KEY.match(line) for line in reversed(lines))
    return next((f'"{found[1]}"' for found in begun if found), "a key")


def _mended(line: str) -> str | None:
    """The line as TOML, by one mend or by two; None where none is known."""
    if len(line) > LONGEST_LINE:
        return None
    once = [mend(line) for mend in MENDS]
    twice = (mend(one) for one, mend in product(once, MENDS))
    return next((one for one in (*once, *twice) if one.strip() and _reads(one)), None)


def _reads(line: str) -> bool:
    """Whether a line alone is TOML."""
    try:
        tomllib.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _any(pattern: str, by: str | Callable[[re.Match[str]], str]) -> Mend:
    """The mend that replaces what a pattern finds of a line."""
    return lambda line: re.sub(pattern, by, line)


def _value(pattern: str, by: str | Callable[[re.Match[str]], str]) -> Mend:
    """The mend of every value that a pattern finds: it stands behind `=`, a bracket or a comma, and
    before any text."""

    def mend(line: str) -> str:
        for _ in range(line.count(",") + 1):
            line = re.sub(rf"(?P<before>^[^#\"]*?[=\[,{{]\s*){pattern}", replaced, line)
        return line

    def replaced(found: re.Match[str]) -> str:
        return found["before"] + (found.expand(by) if isinstance(by, str) else by(found))

    return mend


def _day(found: re.Match[str]) -> str:
    """A date as TOML has it; of 12/01/2026 the month comes first, of 20/11/2026 the day."""
    month, day = found["month"], int(found["day"])
    number = int(month) if month.isdigit() else MONTHS.index(month.lower()) + 1
    number, day = (day, number) if number > 12 else (number, day)
    return f"{found['year']}-{number:02}-{day:02}"


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAMED = rf"(?P<month>(?i:{'|'.join(MONTHS)}))[a-z]*\.?,?\s+"
MONTH, DAY = r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
YEAR, NUMBER = r"(?P<year>\d{4})", r"(?P<n>-?[\d._]+)"

MENDS: tuple[Mend, ...] = (
    lambda line: line.translate(str.maketrans("“”„‟‘’\u00a0−–", '""""\'\' --')),
    _value(rf"{DAY}\.?\s+{NAMED}{YEAR}", _day),
    _value(rf"{NAMED}{DAY},?\s+{YEAR}", _day),
    _value(rf"{MONTH}/{DAY}/{YEAR}", _day),
    _value(rf"{DAY}\.{MONTH}\.{YEAR}", _day),
    _value(rf"{YEAR}[-/.]{MONTH}[-/.]{DAY}", _day),
    _value(r"(?P<n>\d{1,3}([, '’]\d{3})+)(?!\d|,\d)", lambda x: re.sub(r"\D", "_", x["n"])),
    _value(r"(?P<n>-?\d+),(?P<rest>\d+)", r"\g<n>.\g<rest>"),
    _value(rf"{NUMBER}\s*%", lambda x: f"{float(x['n']) / 100:.10g}"),
    _value(r"(USD|[$€£])\s*", ""),
    _value(rf"{NUMBER}\s*[kK]\b", r"\g<n>e3"),
    _value(rf"{NUMBER}\s*(m|M|mn|mio|million)\b", r"\g<n>e6"),
    _value(rf"{NUMBER}\s*(bn|B|billion)\b", r"\g<n>e9"),
    _value(rf"{NUMBER}\s*[$€£/A-Za-z][^,\]}}#]*?(?=\s*($|[,\]}}#]))", r"\g<n>"),
    _value(r"(?P<sign>-?)\.(?P<n>\d)", r"\g<sign>0.\g<n>"),
    _value(r"(?P<n>-?\d+)\.(?!\d)", r"\g<n>.0"),
    _value(r"0+(?P<n>[1-9])", r"\g<n>"),
    _value(r"(?P<n>(?i:true|false))\b", lambda x: x["n"].lower()),
    _any(r"^(\s*\[\[?[\w.-]+)\]*\s*$", r"\1]"),
    _any(r"^(\s*\[\[?[\w.-]+)\]*\s*$", r"\1]]"),
    _any(r"^(\s*)([\w.-]+\]+)\s*$", r"\1[\2"),
    _any(r"\s*[;,]\s*$", ""),
    _any(r"\)\s*$", "]"),
    _any(r"(=\s*)(\".*\"\])\s*$", r"\1[\2"),
    _any(r"^(\s*[\w.-]+)\s*(?::=?|==)\s*", r"\1 = "),
    _any(r"^(\s*[\w.-]+)\s+(?=[\d\"\[{]|true|false)", r"\1 = "),
    _any(r"^\s*[A-Za-z]+( [A-Za-z]+)+(?=\s*=)", lambda x: x[0].strip().replace(" ", "_")),
    _any(r"\"\s+\"", '", "'),
    _any(r"([\[,]\s*\"[^\"\]]*)\]\s*$", r'\1"]'),
    _any(r"(\[[^\]]*?)(,\s*\w+\s*=)", r"\1]\2"),
    _any(r"(=\s*\"[^\"}]*?)\s*\}\s*$", r'\1" }'),
    _any(r"(\"[^\"']*)'?\s*$", r'\1"'),
    _any(r"\s*$", "]"),
    _any(r"\s*$", " }"),
    _any(r"^([^=\"]*=\s*)(?!None|null)([A-Za-z][^\"'#]*?)['\"]?(?=\s*($|#))", r'\1"\2"'),
    _any(r"([\[,]\s*)([A-Za-z]\w*)\"?(?=\s*[\],])", r'\1"\2"'),
    _any(r"(?<==)(\s*)\"(.*)\"$", lambda x: f'{x[1]}"{x[2].replace(chr(34), chr(39))}"'),
)
"""What people write in place of TOML, each tried on the line alone: what then reads is the mend."""
