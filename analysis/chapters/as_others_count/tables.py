"""Other views of an option, every assumption at its mid value: by month, the tax office's, and with
the cash of each year at its end."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.chapters.shared.rows import title
from analysis.model import cost, draws, finance, inputs, simulation, yields
from analysis.model.draws import MONTHS_PER_YEAR
from analysis.model.fleet import Known, Rented
from analysis.model.yields import Yield
from analysis.scenario.beside import Lives
from analysis.scenario.schema import Scenario

SERVER_LIVES = (36, 48, 60)
"""Lives of servers, in months, at which the view by month is shown."""

BOUGHT = ("servers", "network_and_storage", "works")
"""The parts of cost that are paid back over a life."""

ONCE = ("exit_fee", "income_tax", "debt", cost.END_VALUE)
"""The parts of cost that are in no month of the long run."""


def views(scenario: Scenario) -> pd.DataFrame:
    """Each option in USD as others count it: `present` cost; the same with the cash of each year
    at its end, `year_end`; `month`, None where what is bought has no stated life; lists by year
    from the start of what the tax office takes off, `expenses` and `depreciation`, and what it
    leaves `undepreciated`."""
    result, months = simulation.evaluate(scenario), months_usd(scenario, scenario.lives)
    horizon = scenario.choices.horizon_months.value
    rate = scenario.choices.discount_rate_per_year.value
    rows = []
    for option, found in _carried_out(scenario).items():
        years = result.cash_by_year_usd[option].items()
        ends = {year: min(year * MONTHS_PER_YEAR, horizon) for year, _ in years}
        late = sum(usd[0] * cost.discount_factor(rate, np.array(ends[year])) for year, usd in years)
        spent = found.bill.capital
        lost = finance.depreciation_usd(spent, found.bill.part_usd("works"), scenario.choices)
        row: dict[str, Any] = {"option": title(result, option), "month": months[option]}
        row |= {"present": result.scalars[option]["present_cost_usd"][0]}
        row |= {"year_end": late + result.parts_usd[option][cost.END_VALUE][0]}
        row |= {"undepreciated": spent.sum() - lost.sum()}
        for name, usd in (("expenses", found.bill.deductible[0]), ("depreciation", lost[0])):
            row[name] = [usd[start : start + 12].sum() for start in range(0, len(usd), 12)]
        rows.append(row)
    return pd.DataFrame(rows)


def server_lives(scenario: Scenario) -> pd.DataFrame:
    """What a month of each option costs, in USD, at each of some lives of servers: one row per
    life, one column per option; those that have none are not looked at. Empty where no life is
    stated, or no option buys servers."""
    lives, rows = scenario.lives, []
    for life in SERVER_LIVES if lives is not None else ():
        moved = lives.model_copy(update={"servers_months": life}) if lives else None
        rows.append({"servers_months": life} | months_usd(scenario, moved))
    frame = pd.DataFrame(rows)
    return frame if (frame.nunique() > 1).sum() > 1 else pd.DataFrame()


def months_usd(scenario: Scenario, lives: Lives | None) -> dict[str, float | None]:
    """What a month of each option costs in the long run, in USD: level payments for what is bought
    and for what lines of cost pay once, and the mean month of the last year for the rest; None
    where something is bought that has no stated life."""
    rate = scenario.choices.discount_rate_per_year.value / MONTHS_PER_YEAR
    lasting = {
        name: line.model_copy(update={"once_usd": None}) for name, line in scenario.costs.items()
    }
    running = _carried_out(scenario.model_copy(update={"costs": lasting}))
    found: dict[str, float | None] = {}
    for option, whole in _carried_out(scenario).items():
        bill = running[option].bill
        paid = [(bill.part_usd(part).sum(), getattr(lives, f"{part}_months", 1)) for part in BOUGHT]
        level = sum(finance.annuity_usd(usd, rate, life) for usd, life in [*paid, *_once(whole)])
        kept = [part for part in cost.PARTS if part not in (*BOUGHT, *ONCE)]
        last_year = sum(bill.part_usd(part)[0, -12:].sum() for part in kept)
        month = float(level + last_year / MONTHS_PER_YEAR)
        found[option] = None if lives is None and bill.capital.any() else month
    return found


def _once(found: Yield) -> Iterator[tuple[float, float]]:
    """What each line of cost pays once, in USD, and its life in months, the horizon if it has
    none."""
    horizon = found.bill.horizon
    for unit in found.fleet.units:
        gone = unit.contract.gone[0] if isinstance(unit, Rented) else np.inf
        if unit.arrived.gpus[0] > 0 and unit.arrived.first[0] < min(gone, horizon):
            for line in unit.tranche.costs:
                yield line.once_usd[0], horizon if line.life_months is None else line.life_months[0]


def _carried_out(scenario: Scenario) -> dict[str, Yield]:
    """Each option in the one future in which every assumption is at its mid value."""
    resolved, known = inputs.resolved(scenario, draws.mid(scenario)), Known()
    return {option: yields.carried_out(resolved, option, known) for option in scenario.options}
