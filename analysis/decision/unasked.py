"""What a case rests on that its reader did not give: which of it moves the answer most, how old its
evidence is, and where the case lies outside what the evidence supports."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

from analysis.decision import one_way, wording
from analysis.evidence import ledger as ledgers
from analysis.model import comparison
from analysis.scenario import load, references
from analysis.scenario.schema import Assumption, Scenario

MOST_SHOWN = 5

FEWEST_GPUS, MOST_GPUS = 16, 131_072
"""The smallest cluster of which a price is in the ledger, and the largest in one fabric."""

FAR_MONTHS = 12


def said(path: Path, given: Collection[str]) -> list[str]:
    """The lines that a reader of a new case is told: the answer at mid, the inputs not given that
    move it most, in USD of the difference of the pair, what lies outside the evidence, and the two
    commands that come next."""
    scenario = load.read(path)
    following = ["next:", f"  workbook evaluate {path}", f"  workbook report {path}"]
    return [*_moved(scenario, given), *outside(scenario), *following]


def most_moved(scenario: Scenario, given: Collection[str]) -> list[dict[str, Any]]:
    """The rows of the tornado of the pair's compared cost, the widest swing first, without the
    inputs that the reader gave and those that move nothing."""
    pair = comparison.pair(scenario)
    if pair is None:
        return []
    found = one_way.tornado(scenario, [("cost_usd", pair)])
    left = found[~found["assumption"].isin(list(given)) & (found["swing"] > 0)]
    rows = left.nlargest(MOST_SHOWN, "swing").to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _moved(scenario: Scenario, given: Collection[str]) -> list[str]:
    rows = most_moved(scenario, given)
    if not rows:
        return []
    a, b = (scenario.options[rows[0][side]].title for side in ("a", "b"))
    usd = rows[0]["at_mid"]
    cheaper, dearer = (a, b) if usd < 0 else (b, a)
    lines = [
        f"with every input at its mid, {cheaper} costs {wording.usd(abs(usd))} less than {dearer}, "
        "for the same service",
        "what you did not give and moves that most, from its low to its high end:",
    ]
    return lines + [_row(scenario, row) for row in rows]


def _row(scenario: Scenario, row: dict[str, Any]) -> str:
    ends = " to ".join(wording.stated(row[end]) for end in ("low", "high"))
    one = scenario.assumptions.get(row["assumption"])
    moved = f"  {row['label']}, {ends} {row['unit']}: {wording.usd(row['swing'])}"
    return f"{moved} ({_age(one)})" if one else moved


def _age(one: Assumption) -> str:
    """The years in which what an input rests on became public."""
    days = [ledgers.ledger().facts[fact].public_on for fact in one.basis]
    years = sorted({day.year for day in days if day})
    if not years:
        return "your own words" if one.quote else "a judgement"
    return f"evidence of {years[0]}" + (f" to {years[-1]}" if len(years) > 1 else "")


def left_out(scenario: Scenario) -> list[str]:
    """Every input that is used and stands as its default has it, a line each: its numbers at P10,
    P50 and P90, and how old its evidence is."""
    taken = load.taken_over(scenario) & set(references.used_assumptions(scenario))
    lines = [
        f"  {one.label}, {_numbers(one)} {one.unit} ({_age(one)})"
        for name, one in scenario.assumptions.items()
        if name in taken
    ]
    return ["left out, so taken from the defaults:", *lines] if lines else []


def _numbers(one: Assumption) -> str:
    numbers = one.values or [one.value if one.mid is None else one.low, one.mid, one.high]
    return " / ".join(wording.stated(number) for number in numbers if number is not None)


def outside(scenario: Scenario) -> list[str]:
    """One line for each way in which a case lies outside what the evidence supports."""
    sizes = {t.gpus for t in scenario.tranches.values() if isinstance(t.gpus, float)}
    lines = [
        f"outside the evidence: {gpus:,.0f} GPUs; it covers {FEWEST_GPUS} to {MOST_GPUS:,}"
        for gpus in sorted(sizes)
        if not FEWEST_GPUS <= gpus <= MOST_GPUS
    ]
    for key, chip in scenario.chips.items():
        market = scenario.assumptions.get(str(chip.market_rent_usd_per_gpu_hour))
        if market is not None and not market.basis:
            lines.append(f"outside the evidence: no market price of {key} is on record")
    return lines + _far(scenario)


def _far(scenario: Scenario) -> list[str]:
    """A line where the newest evidence of a case is of another time than its start."""
    facts = ledgers.ledger().facts
    newest = max(facts[fact].public_on or date.min for fact in references.cited(scenario))
    months = (scenario.start - newest).days * 12 / 365
    if abs(months) <= FAR_MONTHS:
        return []
    where = "after" if months > 0 else "before"
    return [
        f"outside the evidence: the start lies {abs(months):.0f} months {where} its newest fact"
    ]
