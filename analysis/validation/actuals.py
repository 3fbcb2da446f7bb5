"""What happened after the decision: dated actuals, each resting on facts of the ledger.

Nothing of the model reads them: they are for looking back, and come after every answer is given.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from analysis.decision.wording import short_month
from analysis.evidence import ledger
from analysis.evidence.files import SLUG, BadInput, nearest, rows
from analysis.model import draws
from analysis.model.draws import DAYS_PER_MONTH
from analysis.scenario import load
from analysis.scenario.schema import Scenario
from analysis.validation import forecasts

NAME = "actuals.csv"

COLUMNS = (
    "id,scenario,topic,label,measure,of,at_day,value,at_least,at_most,unit,reading,public_on,"
    "evidence,arithmetic,reference_class,naive_low,naive_mid,naive_high,naive_rule,naive_basis,"
    "note,why"
)

TOPICS = ("dates", "GPUs", "power", "run", "contract", "prices", "cost")

MEASURES = (
    "input",
    "first_gpus",
    "first_training",
    "full_capacity",
    "target",
    "stage_date",
    "stage_mw",
    "site_mw",
    "energised_gpus",
    "market_rent",
    "server_price",
    "used_price",
    "capital",
)

BY_DAY = ("stage_mw", "site_mw", "energised_gpus", "market_rent", "server_price", "used_price")
"""Measures that are asked of one day; the others are of the whole run, or are dates."""

PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]{1,2})?")

CLAIMED, SUPPORTED, UNDISPUTED = READINGS = ("as claimed", "as supported", "undisputed")


@dataclass(frozen=True)
class Actual:
    """One actual: what the model calls it, what was seen of it, and a simple rule for it.

    `value`, `ends` and `naive` are numbers in `unit`; of a date they are ordinal days. `naive` is
    the lowest, likeliest and highest of a triangle that was known on the day of decision. `public`
    is the day or the month that the file states; of a month `public_on` is the last day.
    """

    id: str
    scenario: str
    topic: str
    label: str
    measure: str
    of: str
    at_day: date | None
    value: float
    ends: tuple[float, float]
    unit: str
    reading: str
    public_on: date
    public: str
    evidence: tuple[str, ...]
    arithmetic: str
    reference_class: bool
    naive: tuple[float, float, float]
    naive_rule: str
    naive_basis: tuple[str, ...]
    note: str
    why: str

    @property
    def is_date(self) -> bool:
        """Whether it is a day and not an amount."""
        return self.unit == "date"


@cache
def read(folder: Path = ledger.DATA) -> tuple[Actual, ...]:
    """The actuals of a folder in the order of its file, none without the file; a bad row is
    refused by line.
    """
    if not (folder / NAME).exists():
        return ()
    found: dict[str, Actual] = {}
    for line, row in rows(folder / NAME, tuple(COLUMNS.split(","))):
        if SLUG.fullmatch(row["id"]) is None:
            raise _bad(line, f"id {row['id']!r}; expected small letters, digits, hyphens")
        if row["id"] in found:
            raise _bad(line, f'id "{row["id"]}" is used twice')
        found[row["id"]] = _actual(row, line)
    return tuple(found.values())


def known(as_of: date) -> tuple[Actual, ...]:
    """The actuals that were public on or before a day."""
    return tuple(one for one in read() if one.public_on <= as_of)


def of(decision: Scenario) -> tuple[Actual, ...]:
    """The actuals of a decision: those of a shipped scenario with the same first day and the same
    question."""
    return tuple(one for one in read() if _asked(one.scenario) == _question(decision))


def marks(decision: Scenario) -> pd.DataFrame:
    """What happened to the quantities that a map has on its axes, as far as it was
    public on the as-of day of a scenario: columns quantity, value, label, public_on.

    Quantities: `usd_per_gpu_hour` (the market price of an hour), `mfu_share`, and `delay_months`,
    how much later than with every input at its mid the run of an option was on its own machine,
    with the option in `option` (empty for the others). No mark for a scenario that does not look
    back.
    """
    columns = ["quantity", "option", "value", "label", "public_on"]
    mine = [one for one in of(decision) if one.public_on <= decision.as_of]
    found = [mark for one in mine if (mark := _mark(decision, one)) is not None]
    return pd.DataFrame(found, columns=columns)


def months(decision: Scenario, ordinal: float) -> float:
    """A day, as its ordinal number, in months from the start of a scenario."""
    return (ordinal - decision.start.toordinal()) / DAYS_PER_MONTH


def _mark(decision: Scenario, one: Actual) -> tuple[str, str, float, str, date] | None:
    day = "" if one.at_day is None else short_month(one.at_day)
    if one.measure == "market_rent":
        return "usd_per_gpu_hour", "", one.value, day, one.public_on
    if one.measure == "input" and one.of == "mfu_share":
        return "mfu_share", "", one.value, one.reading, one.public_on
    if one.measure != "first_training" or one.of not in decision.options:
        return None
    mid = float(forecasts.training_months(decision, one.of, draws.mid(decision))[0])
    label = f"{short_month(date.fromordinal(round(one.value)))}, {one.reading}"
    late = months(decision, one.value) - mid
    return "delay_months", one.of, late, label.removesuffix(f", {UNDISPUTED}"), one.public_on


@cache
def _asked(slug: str) -> tuple[date, str]:
    return _question(load.read(load.find(slug)))


def _question(decision: Scenario) -> tuple[date, str]:
    return decision.start, decision.question


def _actual(row: dict[str, str], line: int) -> Actual:
    for column, allowed in (
        ("topic", TOPICS),
        ("measure", MEASURES),
        ("reading", READINGS),
        ("reference_class", ("yes", "no")),
    ):
        if row[column] not in allowed:
            raise _bad(line, f"{column} is {row[column]!r}; expected one of {', '.join(allowed)}")
    for column in ("scenario", "label", "of", "unit", "naive_rule", "why"):
        if not row[column]:
            raise _bad(line, f"{column} is empty")
    at_day = _day(row["at_day"], "at_day", line) if row["at_day"] else None
    if (at_day is not None) != (row["measure"] in BY_DAY):
        raise _bad(line, f"at_day belongs to {', '.join(BY_DAY)}, and is needed there")
    ids = _facts(row["evidence"], "evidence", line)
    value, ends = _amount(row, line)
    return Actual(
        **{k: row[k] for k in ("id", "scenario", "topic", "label", "measure", "of")},
        **{k: row[k] for k in ("unit", "reading", "arithmetic", "naive_rule", "note", "why")},
        at_day=at_day,
        value=value,
        ends=ends,
        public_on=_public(row["public_on"], ids, line),
        public=row["public_on"],
        evidence=ids,
        reference_class=row["reference_class"] == "yes",
        naive=_naive(row, line),
        naive_basis=_facts(row["naive_basis"], "naive_basis", line),
    )


def _amount(row: dict[str, str], line: int) -> tuple[float, tuple[float, float]]:
    """The value, the middle of its ends if only they are given, and the ends."""
    cells = [row[name] for name in ("at_least", "value", "at_most") if row[name]]
    if not cells or (not row["value"] and len(cells) == 1):
        raise _bad(line, "no value; expected value, or at_least and at_most")
    amounts = [_number(cell, row["unit"], line) for cell in cells]
    if amounts != sorted(amounts):
        raise _bad(line, "expected at_least <= value <= at_most")
    low, high = amounts[0], amounts[-1]
    value = _number(row["value"], row["unit"], line) if row["value"] else (low + high) / 2
    return value, (low, high)


def _naive(row: dict[str, str], line: int) -> tuple[float, float, float]:
    low, mid, high = (_number(row[f"naive_{q}"], row["unit"], line) for q in ("low", "mid", "high"))
    if not low <= mid <= high:
        raise _bad(line, "expected naive_low <= naive_mid <= naive_high")
    return low, mid, high


def _facts(cell: str, column: str, line: int) -> tuple[str, ...]:
    """The facts that a cell names, apart by semicolons, each one of the ledger and firm."""
    ids, facts = tuple(filter(None, cell.split(";"))), ledger.ledger().facts
    if not ids:
        raise _bad(line, f"{column} is empty; expected ids of evidence.csv")
    for one in ids:
        if one not in facts:
            raise _bad(line, f'{column} names an unknown fact "{one}"{nearest(one, facts)}')
        if not facts[one].backs:
            raise _bad(line, f'{column} names "{one}", which is not firm or has no day')
    return ids


def _public(cell: str, ids: tuple[str, ...], line: int) -> date:
    """The day on which it was public: that of the latest of its facts."""
    day = ledger.last_day(cell)
    facts = ledger.ledger().facts
    latest = max(facts[one].public_on or date.max for one in ids)
    if day != latest:
        raise _bad(line, f"public_on is {cell!r}; the latest of its facts is of {latest}")
    return latest


def _number(cell: str, unit: str, line: int) -> float:
    if unit == "date":
        return float(_day(cell, "a value", line).toordinal())
    if PLAIN.fullmatch(cell) is None:
        raise _bad(line, f"{cell!r} is no plain number")
    return float(cell)


def _day(cell: str, column: str, line: int) -> date:
    day = ledger.last_day(cell)
    if day is None or len(cell) != 10:
        raise _bad(line, f"{column} {cell!r} is no day; expected YYYY-MM-DD")
    return day


def _bad(line: int, what: str) -> BadInput:
    return BadInput(f"{NAME}, line {line}: {what}")
