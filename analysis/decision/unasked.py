"""What a case rests on that its reader did not state: what each default moves, how old its evidence
is, and where the case lies outside what the evidence supports."""

from datetime import date

import pandas as pd

from analysis.decision import one_way, wording
from analysis.evidence import ledger as ledgers
from analysis.model import comparison
from analysis.scenario import load, references
from analysis.scenario.schema import Assumption, Scenario

FEWEST_GPUS, MOST_GPUS = 16, 131_072
"""The smallest cluster of which a price is in the ledger, and the largest in one fabric."""

FAR_MONTHS = 12

LEFT_OUT = "left out, so taken from the defaults (P10 / P50 / P90)"


def at_mid(scenario: Scenario) -> list[str]:
    """Which of the pair costs less with every input at its mid; nothing without a pair."""
    rows = _tornado(scenario)
    if rows.empty:
        return []
    a, b = (scenario.options[rows[side].iloc[0]].title for side in ("a", "b"))
    usd = float(rows["at_mid"].iloc[0])
    cheaper, dearer = (a, b) if usd < 0 else (b, a)
    return [
        f"with every input at its mid, {cheaper} costs {wording.usd(abs(usd))} less than {dearer}, "
        "for the same service"
    ]


def left_out(scenario: Scenario) -> list[str]:
    """Every input that is used and stands as its default has it, a line each: its numbers, how old
    its evidence is, and by how much it alone moves the compared cost of the pair from its low to
    its high end; those that move most first."""
    rows = _tornado(scenario)
    swings = dict(zip(rows["assumption"], rows["swing"], strict=True))
    taken = load.taken_over(scenario) & set(references.used_assumptions(scenario))
    if not taken:
        return []
    left = [name for name in scenario.assumptions if name in taken]
    left.sort(key=lambda name: -swings.get(name, 0.0))
    lines = [_line(scenario.assumptions[name], swings.get(name, 0.0)) for name in left]
    return [f"{LEFT_OUT}{', and what each moves the difference by' if swings else ''}:", *lines]


def _tornado(scenario: Scenario) -> pd.DataFrame:
    """The inputs that vary, and what each moves the compared cost of the pair by."""
    pair = comparison.pair(scenario)
    if pair is None:
        return pd.DataFrame(columns=["assumption", "swing"])
    return one_way.tornado(scenario, [("cost_usd", pair)])


def _line(one: Assumption, swing: float) -> str:
    numbers = one.values or (one.low, one.mid, one.high, one.value)
    words = " / ".join(wording.stated(number) for number in numbers if number is not None)
    moves = f": {wording.usd(swing)}" if swing else ""
    return f"  {one.label}, {words} {one.unit} ({_age(one)}){moves}"


def _age(one: Assumption) -> str:
    """The years in which what an input rests on became public."""
    days = [ledgers.ledger().facts[fact].public_on for fact in one.basis]
    years = sorted({day.year for day in days if day})
    if not years:
        return "a judgement"
    return f"evidence of {years[0]}" + (f" to {years[-1]}" if len(years) > 1 else "")


def outside(scenario: Scenario) -> list[str]:
    """One line for each way in which a case lies outside what the evidence supports."""
    sizes = {t.gpus for t in scenario.tranches.values() if isinstance(t.gpus, float)}
    lines = [
        f"{gpus:,.0f} GPUs; it covers {FEWEST_GPUS} to {MOST_GPUS:,}"
        for gpus in sorted(sizes)
        if not FEWEST_GPUS <= gpus <= MOST_GPUS
    ]
    for key, chip in scenario.chips.items():
        market = scenario.assumptions.get(str(chip.market_rent_usd_per_gpu_hour))
        if market is not None and not market.basis:
            lines.append(f"no market price of {key} is on record")
    facts = ledgers.ledger().facts
    newest = max((facts[x].public_on or date.min for x in references.cited(scenario)), default=None)
    months = 0.0 if newest is None else (scenario.start - newest).days * 12 / 365
    if abs(months) > FAR_MONTHS:
        where = "after" if months > 0 else "before"
        lines.append(f"the start lies {abs(months):.0f} months {where} its newest fact")
    return [f"outside the evidence: {line}" for line in lines]
