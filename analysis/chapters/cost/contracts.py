"""What a rental's contract is worth, and what is paid of it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.shared.rows import dated, rows_of, three, tranche_title
from analysis.model import comparison, rent, schedule
from analysis.model.draws import HOURS_PER_MONTH
from analysis.model.fleet import Rented
from analysis.model.simulation import Result


def contract(rental: Rented, horizon: int) -> tuple[Array, Array]:
    """What the contract of a rental agrees, as first signed, and what is paid of it where nothing
    is used, after the horizon too, in USD, (draws,) each: the hours of its term that are paid
    whether used or not, and those of them that are delivered; what is left early, or never comes,
    is not paid.
    """
    tranche, term = rental.tranche, replace(rental.contract, last=rental.contract.first)
    months = schedule.months_beyond(term, horizon)
    later = schedule.delivered_beyond(rental.beyond, term, horizon, months)
    delivered = rental.under_contract.sum(axis=1) + later.sum(axis=1)
    paid = tranche.reserved_share * tranche.take_or_pay_share
    usd = paid * tranche.usd_per_gpu_hour * HOURS_PER_MONTH
    return usd * tranche.gpus * tranche.term_months, usd * delivered


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
            agreed, paid = contract(rental, horizon)
            if rental.name not in rows and agreed[comes].any():
                row: dict[str, Any] = {"rental": tranche_title(result, rental)}
                row |= three(agreed[comes], "agreed_") | three(paid[comes], "paid_")
                row |= three(rental.tranche.usd_per_gpu_hour[comes], "usd_per_gpu_hour_")
                row |= three(rental.tranche.prepayment_share[comes], "prepaid_")
                row["paid_share"] = float(paid[comes].mean() / agreed[comes].mean())
                row["agreed_mean"] = float(agreed[comes].mean())
                row |= dated(result, rent.prepaid_on(rental)[comes], "due_")
                rows[rental.name] = row | {"compared": option in asked}
    return pd.DataFrame(list(rows.values()))


def largest(frame: pd.DataFrame) -> dict[str, Any]:
    """The largest contract, of the options of the question where they have any."""
    found = frame[frame["compared"]] if frame["compared"].any() else frame
    return rows_of(found)[int(found["agreed_mean"].argmax())]
