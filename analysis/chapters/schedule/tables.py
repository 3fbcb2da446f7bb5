"""When GPUs come, what the first ones wait for, when the run can start, when rentals end."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.shared.rows import (
    axis,
    dated,
    day,
    monthly,
    three,
    title,
)
from analysis.model import comparison, piecewise
from analysis.model import fleet as tranches
from analysis.model.fleet import Fleet, Owned, Unit
from analysis.model.simulation import Result

LATE_MONTHS = 1e-6
"""A wait for power below this is the rounding of two equal dates."""


PHASES = ("First GPUs", "Last GPUs", "Training starts", "Full capacity", "Target reached")


KINDS = ("installed", "energised", "waiting")
"""What is told of GPUs by month."""


def phases(result: Result) -> pd.DataFrame:
    """The way of each option from its first GPUs to the target: p10, p50, p90 of each phase in
    months and as days, and the share of futures in which it comes within the horizon.

    First and last GPUs are those of the tranches for the run, in the first futures.
    """
    need: float = result.scenario.need.by_months.value
    rows = []
    for option, fleet in result.fleets.items():
        scalars = result.scalars[option]
        events = ("first_training", "full_capacity", "target")
        dates = (*_gpus_of_run(fleet), *(scalars[f"{event}_months"] for event in events))
        for phase, months in zip(PHASES, dates, strict=True):
            row = {"option": title(result, option), "phase": phase} | dated(result, months)
            rows.append(row | axis(result) | {"need_day": day(result, need)})
    return pd.DataFrame(rows)


def milestones(result: Result) -> pd.DataFrame:
    """Each milestone of each tranche: p10, p50, p90 of its date and the share of futures in which
    it is the last one (ties shared), so that the first GPUs wait for it; then the first and all
    GPUs of the tranche, which an event that fails keeps away (these have no `last_share`).
    """
    rows = []
    for unit in _tranches(result.fleets):
        event = result.scenario.tranches[unit.name].only_if
        label = "" if event is None else result.scenario.assumptions[event].label
        of_tranche = {"key": unit.name, "tranche": unit.tranche.title, "event": label}
        dates = list(unit.tranche.milestones.values())
        lasts = _share_of_being_last(dates)
        names = [name.replace("_", " ").replace("gpus", "GPUs") for name in unit.tranche.milestones]
        names += ["first GPUs of the tranche", "all GPUs of the tranche"]
        dates += [unit.arrived.first, unit.arrived.last]
        for name, months, last in zip(names, dates, [*lasts, None, None], strict=True):
            row = of_tranche | {"milestone": name, "last_share": last}
            rows.append(row | dated(result, months))
    return pd.DataFrame(rows)


def ramps(result: Result) -> pd.DataFrame:
    """GPUs by option and month: p10, p50, p90 of those `installed`, those `energised` and those
    `waiting` for power (installed and owned, but not energised), all tranches together.
    """
    rows = []
    for option, fleet in result.fleets.items():
        energised = np.sum([unit.gpus for unit in fleet.units], axis=0)
        waiting = _waiting(fleet, energised)
        installed = energised + waiting
        for kind, gpus in zip(KINDS, (installed, energised, waiting), strict=True):
            rows += monthly(result, gpus, option=title(result, option), kind=kind)
    return pd.DataFrame(rows)


def starts(result: Result) -> pd.DataFrame:
    """Per option, in the first futures: the day the GPUs of a start are there (`there`: if power
    never failed) and the day they are energised (`start`), each dated; the share of futures in
    which power makes the start late, by how many months in those (`wait`: p50 and p90, None where
    it is not within the horizon); the share in which the run starts after the need's date or never.
    """
    need = result.scenario.need
    rows = []
    for option, fleet in result.fleets.items():
        there = _start_months(_never_short(fleet.units), need.start_gpus.value)
        start = _start_months(fleet.units, need.start_gpus.value)
        come = np.isfinite(there)
        wait = np.subtract(start, there, out=np.zeros_like(there), where=come)
        late = wait[wait > LATE_MONTHS]
        row: dict[str, Any] = {"option": title(result, option), "owns": bool(fleet.owned)}
        row |= dated(result, there, "there_") | dated(result, start, "start_")
        row |= {"late_share": len(late) / len(wait)}
        row |= three(late, "wait_") if len(late) else dict.fromkeys(("wait_p50", "wait_p90"))
        rows.append(row | {"after_need_share": float(np.mean(start > need.by_months.value))})
    return pd.DataFrame(rows)


def starts_by_size(result: Result) -> pd.DataFrame:
    """The start of the run by option and by the number of GPUs that it waits for: the one that is
    set and those swept; p10, p50, p90 in the first futures."""
    choice = result.scenario.need.start_gpus
    rows = []
    for option, fleet in result.fleets.items():
        for gpus in sorted({choice.value, *choice.swept}):
            row = {"option": title(result, option), "start_gpus": gpus}
            rows.append(row | dated(result, _start_months(fleet.units, gpus)))
    return pd.DataFrame(rows)


def meeting(result: Result) -> pd.DataFrame:
    """Share of futures in which each option has reached the target by the end of month 0, 1, ... to
    the horizon; beside it the share at the need's date, `meets_need`.
    """
    horizon = round(result.scenario.choices.horizon_months.value)
    need_day = day(result, result.scenario.need.by_months.value)
    rows = []
    for option in result.options:
        months = result.scalars[option]["target_months"]
        of_option: dict[str, Any] = {"option": title(result, option), "need_day": need_day}
        of_option |= {"meets_need": float(comparison.meets(result, option).mean())}
        for month in range(horizon + 1):
            share = float(np.mean(months <= month))
            rows.append(of_option | {"month": month, "day": day(result, month), "share": share})
    return pd.DataFrame(rows)


def rental_terms(result: Result) -> pd.DataFrame:
    """Each rental of each option, in the first futures: its term in months, the day its term ends,
    the day it is left (dated), the months of the term given up where it is left, and what follows.
    """
    rows = []
    for option, fleet in result.fleets.items():
        for unit in fleet.rented:
            contract = unit.contract
            left = np.isfinite(contract.left)
            row: dict[str, Any] = {"option": title(result, option), "rental": unit.tranche.title}
            row |= three(contract.months, "term_") | {"at_end": unit.tranche.at_end}
            row |= dated(result, contract.end, "end_")
            row |= {"leaves": unit.tranche.leave_when_trains is not None}
            row |= dated(result, contract.left, "left_")
            row |= {"given_up_p50": _median(contract.months_given_up[left])}
            rows.append(row)
    return pd.DataFrame(rows)


def _tranches(of_options: dict[str, Fleet]) -> list[Unit]:
    """Every tranche of any option once; it arrives on the same day in all."""
    units = {unit.name: unit for fleet in of_options.values() for unit in fleet.units}
    return list(units.values())


def _gpus_of_run(fleet: Fleet) -> tuple[Array, Array]:
    """Months to the first and to all GPUs of the run, infinite where they never come, (draws,)."""
    never = np.full(len(fleet.units[0].tranche.facility_kw), np.inf)
    arrivals = [unit.arrived for unit in fleet.units if unit.tranche.use == "run"]
    first = np.minimum.reduce([never, *(arrived.first for arrived in arrivals)])
    return first, np.maximum.reduce([arrived.last for arrived in arrivals] or [never])


def _share_of_being_last(dates: list[Array]) -> list[float]:
    last = np.stack(dates) == np.max(dates, axis=0)
    return list((last / last.sum(axis=0)).mean(axis=1))


def _waiting(fleet: Fleet, energised: Array) -> Array:
    """Owned GPUs that are installed and not energised, by month, (draws, months)."""
    short = [np.maximum(unit.installed - unit.gpus, 0) for unit in fleet.owned]
    return np.sum(short, axis=0) if short else np.zeros_like(energised)


def _never_short(units: list[Unit]) -> list[Unit]:
    """The same tranches, with every owned GPU energised on the day it is installed."""
    return [
        replace(unit, energised=unit.arrived.installed) if isinstance(unit, Owned) else unit
        for unit in units
    ]


def _start_months(units: list[Unit], gpus: float) -> Array:
    """Months until one fabric first has so many GPUs for the run, infinite if never, (draws,)."""
    size = len(units[0].tranche.facility_kw)
    dates = [
        piecewise.first_time_at_least(path, np.full(size, gpus))
        for path in tranches.available(units).values()
    ]
    return np.minimum.reduce([np.full(size, np.inf), *dates])


def _median(values: Array) -> float | None:
    return three(values)["p50"] if len(values) else None
