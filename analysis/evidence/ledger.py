"""The ledger: published facts, their sources, and what was known on a day."""

import calendar
import io
import math
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pandas as pd

from analysis.evidence.files import SLUG, BadInput, header, nearest, rows, text

DATA = Path(__file__).resolve().parents[2] / "data"


COLUMNS = (
    "id,topic,quantity,type,kind,value,at_least,at_most,unit,describes,public_on,source,read_at,"
    "parents,arithmetic,standing,note"
)


SOURCE_COLUMNS = "id,title,publisher,kind,published,url"


CHIP_COLUMNS = (
    "id,name,peak_bf16_dense_tflops,gpus_per_node,it_kw_per_gpu,memory_gb,public_on,source,"
    "read_at,note"
)


AMOUNTS = {
    "usd_per_gpu_hour",
    "usd_per_gpu",
    "gpus",
    "mw",
    "it_mw",
    "facility_mw",
    "h100_equivalents",
    "capex_usd_bn_2025",
    "compute_capex_usd_bn_2025",
    "construction_capex_usd_bn_2025",
}
"""The columns of the dated tables that hold numbers."""


TYPES = ("number", "date", "text")


KINDS = ("reported", "measured", "derived", "judgement")


STANDINGS = ("firm", "weak", "recalled")  # the firmest first


@dataclass(frozen=True)
class Fact:
    """One published fact; numbers as floats, dates as ISO text, `public_on` None if unknown."""

    id: str
    topic: str
    quantity: str
    type: str
    kind: str
    value: str
    at_least: str
    at_most: str
    unit: str
    describes: str
    public_on: date | None
    source: str
    read_at: str
    parents: tuple[str, ...]
    arithmetic: str
    standing: str
    note: str

    @property
    def backs(self) -> bool:
        """Whether an assumption may rest on it: firm, dated and no judgement."""
        return self.standing == "firm" and self.public_on is not None and self.kind != "judgement"


@dataclass(frozen=True)
class Ledger:
    """All facts and sources by id, in the order of the files."""

    facts: dict[str, Fact]
    sources: dict[str, dict[str, str]]


def frame(facts: list[Fact]) -> pd.DataFrame:
    """Facts as a table, index `id`; numbers and dates stay as they are written."""
    return pd.DataFrame([vars(fact) for fact in facts], columns=COLUMNS.split(",")).set_index("id")


@cache
def ledger(folder: Path = DATA) -> Ledger:
    """The ledger in a folder: `evidence.csv` and `sources.csv`; bad rows are refused by line."""
    return read(folder)


def read(folder: Path) -> Ledger:
    """Reads `evidence.csv` and `sources.csv` of a folder, strictly."""
    sources = _sources(folder)
    facts: dict[str, Fact] = {}
    lines: dict[str, int] = {}
    claims: dict[tuple[str, ...], int] = {}
    for line, row in rows(folder / "evidence.csv", tuple(COLUMNS.split(","))):
        _check_id(row["id"], facts, "evidence.csv", line)
        facts[row["id"]] = _fact(row, line, sources)
        lines[row["id"]] = line
        claim = (row["quantity"], row["describes"], row["source"], row["type"])
        if claim in claims:
            raise _bad(line, f"conflicts with line {claims[claim]}: same quantity, day and source")
        claims[claim] = line
    _check_parents(facts, lines)
    return Ledger(_dated(facts, lines), sources)


@cache
def chips(folder: Path = DATA) -> dict[str, dict[str, str]]:
    """The table of chips by id: peak BF16 dense TFLOP/s, GPUs per node, kW per GPU, as text;
    the kW are empty where none are published."""
    found: dict[str, dict[str, str]] = {}
    for line, row in rows(folder / "chips.csv", tuple(CHIP_COLUMNS.split(","))):
        _check_id(row["id"], found, "chips.csv", line)
        for column in ("peak_bf16_dense_tflops", "gpus_per_node", "it_kw_per_gpu"):
            if row[column] or column != "it_kw_per_gpu":  # the power of some is not published
                _check_number(row[column], column, line, "chips.csv")
        if last_day(row["public_on"]) is None:
            raise BadInput(f"chips.csv, line {line}: public_on {row['public_on']!r} is no day")
        found[row["id"]] = row
    return found


@cache
def series(name: str, folder: Path = DATA) -> pd.DataFrame:
    """One of the dated tables in `data/series`, e.g. `h100_prices`; `date` as timestamps."""
    path = folder / "series" / f"{name}.csv"
    for line, row in rows(path, header(path)):
        _check_date(row["date"], "date", line, path.name)
        for column in AMOUNTS.intersection(row):
            if row[column]:
                _check_number(row[column], column, line, path.name)
    told = io.StringIO(text(path))
    return pd.read_csv(told, parse_dates=["date"], keep_default_na=False, na_values=[""])


def last_day(words: str) -> date | None:
    """The last day that YYYY-MM-DD or YYYY-MM can mean, or None."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", words) is None:
        return None
    year, month = int(words[:4]), int(words[5:7])
    try:
        day = int(words[8:]) if len(words) > 7 else calendar.monthrange(year, month)[1]
        return date(year, month, day)
    except (ValueError, calendar.IllegalMonthError):
        return None


def _sources(folder: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line, row in rows(folder / "sources.csv", tuple(SOURCE_COLUMNS.split(","))):
        _check_id(row["id"], found, "sources.csv", line)
        day = row["published"]
        if last_day(day) is None and re.fullmatch(r"[0-9]{4}|unknown", day) is None:
            expected = "expected YYYY-MM-DD, YYYY-MM, YYYY or unknown"
            raise BadInput(f"sources.csv, line {line}: published is {day!r}; {expected}")
        found[row["id"]] = row
    return found


def _fact(row: dict[str, str], line: int, sources: dict[str, dict[str, str]]) -> Fact:
    for column, allowed in (("type", TYPES), ("kind", KINDS), ("standing", STANDINGS)):
        if row[column] not in allowed:
            raise _bad(line, f"{column} is {row[column]!r}; expected one of {', '.join(allowed)}")
    if not row["source"]:
        raise _bad(line, "source is empty; expected an id of sources.csv")
    if row["source"] not in sources:
        raise _bad(line, f'unknown source "{row["source"]}"{nearest(row["source"], sources)}')
    _check_value(row, line)
    _check_day(row, line)
    day, parents = last_day(row["public_on"]), tuple(row["parents"].split())
    return Fact(**(row | {"public_on": day, "parents": parents}))  # type: ignore[arg-type]


def _check_day(row: dict[str, str], line: int) -> None:
    """A derived fact has parents and their day; any other has a day of its own, or `unknown`."""
    derived, day = row["kind"] == "derived", row["public_on"]
    if derived != bool(row["parents"]) or derived != bool(row["arithmetic"]):
        raise _bad(
            line, "parents and arithmetic belong to derived facts, and both are needed there"
        )
    if derived and day:
        raise _bad(line, "public_on of a derived fact follows from its parents; leave it empty")
    if not derived and last_day(day) is None and day != "unknown":
        raise _bad(line, f"public_on is {day!r}; expected YYYY-MM-DD, YYYY-MM or unknown")


def _check_value(row: dict[str, str], line: int) -> None:
    cells = {name: row[name] for name in ("at_least", "value", "at_most") if row[name]}
    if not cells:
        raise _bad(line, "no value; expected one of value, at_least, at_most")
    if row["type"] == "text":
        return
    if not row["unit"]:
        raise _bad(line, "unit is empty")
    check = _check_number if row["type"] == "number" else _check_date
    ends = [check(cell, name, line, "evidence.csv") for name, cell in cells.items()]
    if ends != sorted(ends):
        raise _bad(line, "expected at_least <= value <= at_most")


def _check_parents(facts: dict[str, Fact], lines: dict[str, int]) -> None:
    for key, fact in facts.items():
        for name in fact.parents:
            if name not in facts:
                raise _bad(lines[key], f'unknown parent "{name}"{nearest(name, facts)}')
            standing = facts[name].standing
            if STANDINGS.index(fact.standing) < STANDINGS.index(standing):
                raise _bad(
                    lines[key],
                    f'standing is {fact.standing} and that of its parent "{name}" {standing}; '
                    "expected no firmer than its parents",
                )


def _dated(facts: dict[str, Fact], lines: dict[str, int]) -> dict[str, Fact]:
    """The same facts, each derived one with the latest day of its parents."""
    dated: dict[str, Fact] = {}
    parents = {key: fact.parents for key, fact in facts.items()}
    try:
        for key in TopologicalSorter(parents).static_order():
            days = [dated[parent].public_on for parent in parents[key]]
            known = [day for day in days if day is not None]
            day = max(known) if days and len(known) == len(days) else facts[key].public_on
            dated[key] = replace(facts[key], public_on=day)
    except CycleError as error:
        key = min(error.args[1], key=lambda key: lines[key])
        raise _bad(lines[key], f'"{key}" is derived from itself') from None
    return {key: dated[key] for key in facts}


def _check_date(cell: str, column: str, line: int, name: str) -> float:
    day = last_day(cell)
    if day is None or len(cell) != 10:
        raise BadInput(f"{name}, line {line}: {column} {cell!r} is no day; expected YYYY-MM-DD")
    return day.toordinal()


def _check_number(cell: str, column: str, line: int, name: str) -> float:
    plain = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]{1,3})?", cell)
    if plain is None or not math.isfinite(float(cell)):
        raise BadInput(f"{name}, line {line}: {column} {cell!r} is no plain number")
    return float(cell)


def _check_id(key: str, known: object, name: str, line: int) -> None:
    if SLUG.fullmatch(key) is None:
        raise BadInput(f"{name}, line {line}: id {key!r}; expected small letters, digits, hyphens")
    if key in known:  # type: ignore[operator]
        raise BadInput(f'{name}, line {line}: id "{key}" is used twice')


def _bad(line: int, what: str) -> BadInput:
    return BadInput(f"evidence.csv, line {line}: {what}")
