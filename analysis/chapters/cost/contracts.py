"""What a rental's contract is worth, what is paid of it, and what its sum means for an hour."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.shared.rows import dated, rows_of, three, tranche_title
from analysis.model import comparison, draws, rent, schedule
from analysis.model.draws import HOURS_PER_MONTH
from analysis.model.fleet import Rented
from analysis.model.simulation import Result
from analysis.scenario.schema import RentedTranche, Scenario
from analysis.scenario.units import Input

CURVE_POINTS = 60


@dataclass(frozen=True)
class Contract:
    """The sums of a rental's contract in USD, (draws,) each: agreed, paid of it where nothing is
    used (after the horizon too), and paid ahead."""

    agreed: Array
    paid: Array
    prepaid: Array


def contract(rental: Rented, horizon: int) -> Contract:
    """The contract of a rental, as first signed: the hours of its term that are paid whether used
    or not, and those of them that are delivered; what is left early, or never comes, is not paid.
    """
    tranche, term = rental.tranche, replace(rental.contract, last=rental.contract.first)
    months = schedule.months_beyond(term, horizon)
    later = schedule.delivered_beyond(rental.beyond, term, horizon, months)
    delivered = rental.under_contract.sum(axis=1) + later.sum(axis=1)
    paid = tranche.reserved_share * tranche.take_or_pay_share
    usd = paid * tranche.usd_per_gpu_hour * HOURS_PER_MONTH
    agreed = usd * tranche.gpus * tranche.term_months
    return Contract(agreed, usd * delivered, rent.prepayment_usd(rental))


def contracts(result: Result) -> pd.DataFrame:
    """Each rental with a term, once, in the first futures in which it comes (of a fallback: in
    which it acts): USD `agreed`, `paid` of it where nothing is used, `usd_per_gpu_hour` and the
    share `prepaid`, p10, p50, p90 each; the ratio of means `paid_share`; the day of the prepayment
    (`due`, dated); `compared`, whether an option of the question has it."""
    asked = comparison.pair(result.scenario) or tuple(result.options)
    horizon = round(result.scenario.choices.horizon_months.value)
    rows: dict[str, dict[str, Any]] = {}
    for option in dict.fromkeys([*asked, *result.options]):
        for rental in result.fleets[option].rented:
            comes = np.isfinite(rental.arrived.first) & (rental.tranche.gpus > 0)
            found = contract(rental, horizon)
            if rental.name not in rows and found.agreed[comes].any():
                row: dict[str, Any] = {"rental": tranche_title(result, rental)}
                row |= three(found.agreed[comes], "agreed_") | three(found.paid[comes], "paid_")
                row |= three(rental.tranche.usd_per_gpu_hour[comes], "usd_per_gpu_hour_")
                row |= three(rental.tranche.prepayment_share[comes], "prepaid_")
                row["paid_share"] = float(found.paid[comes].mean() / found.agreed[comes].mean())
                row["agreed_mean"] = float(found.agreed[comes].mean())
                row |= dated(result, rent.prepaid_on(rental)[comes], "due_")
                rows[rental.name] = row | {"compared": option in asked}
    return pd.DataFrame(list(rows.values()))


def largest(frame: pd.DataFrame) -> dict[str, Any]:
    """The largest contract, of the options of the question where they have any."""
    found = frame[frame["compared"]] if frame["compared"].any() else frame
    return rows_of(found)[int(found["agreed_mean"].argmax())]


def deal(scenario: Scenario) -> dict[str, Any] | None:
    """The first rental of the question's options that states the value of its contract: `usd` (P10,
    P50, P90), `gpus`, `paid_share` (take-or-pay), the `terms` that it may have in months and the
    `option` that rents, by title. None if none states it."""
    for option in comparison.pair(scenario) or tuple(scenario.options):
        for name in scenario.options[option].tranches:
            tranche = scenario.tranches[name]
            if isinstance(tranche, RentedTranche) and tranche.contract_usd is not None:
                futures = draws.mid(scenario)
                gpus, share, reserved = (
                    float(draws.resolve(x, futures)[0])
                    for x in (
                        tranche.gpus,
                        tranche.take_or_pay_share,
                        tranche.reserved_share or 1.0,
                    )
                )
                return {
                    "usd": _ends(scenario, tranche.contract_usd),
                    "gpus": reserved * gpus,
                    "paid_share": share,
                    "terms": _terms(scenario, tranche),
                    "option": scenario.options[option].title,
                }
    return None


def _ends(scenario: Scenario, value: Input) -> tuple[float, float, float]:
    """P10, P50 and P90 of an input; of a sum, or of a number, only the mid."""
    mid = float(draws.resolve(value, draws.mid(scenario))[0])
    one = scenario.assumptions.get(value) if isinstance(value, str) else None
    low, high = (mid, mid) if one is None else draws.ends(one)
    return low, mid, high


def _terms(scenario: Scenario, tranche: RentedTranche) -> list[float]:
    """The terms that a rental may have, in months: each of a list, or low, mid and high."""
    term = scenario.assumptions.get(str(tranche.term_months))
    if term is not None and term.values:
        return sorted({months for months in term.values if months > 0})
    return sorted({months for months in _ends(scenario, tranche.term_months) if months > 0})


def deal_prices(stated: dict[str, Any]) -> pd.DataFrame:
    """USD per GPU-hour that a `deal` means over each number of months (`low`, `usd_per_gpu_hour`,
    `high` at P10, P50 and P90 of its value): the curve, and with `term` true the terms that it may
    have."""
    terms = stated["terms"]
    curve = np.geomspace(min(terms) / 1.3, max(terms) * 1.3, CURVE_POINTS)
    rows = [(months, False) for months in curve.tolist()] + [(months, True) for months in terms]
    frame = pd.DataFrame(rows, columns=["months", "term"])
    hours = stated["paid_share"] * stated["gpus"] * HOURS_PER_MONTH * frame["months"]
    low, mid, high = (usd / hours for usd in stated["usd"])
    return frame.assign(low=low, usd_per_gpu_hour=mid, high=high)
