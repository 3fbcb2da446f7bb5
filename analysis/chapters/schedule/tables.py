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
    quantile_rows,
    three,
    title,
)
from analysis.model import fleet as tranches
from analysis.model import inputs, piecewise, service, training
from analysis.model.draws import resolve
from analysis.model.fleet import Fleet, Known, Owned, Unit
from analysis.model.records import Run
from analysis.model.run import training_of
from analysis.model.simulation import Result

LATE_MONTHS = 1e-3
"""A wait for power below this, less than an hour, is no delay."""

ARRIVALS = ("First new GPUs", "Last GPUs")
RUN = ("Training starts", "Moves to a larger fabric", "Full capacity", "Target reached")
RUN_DATES = ("first_training", "move", "full_capacity", "target")

KINDS = ("installed", "energised", "waiting")
"""What is told of GPUs by month."""


def phases(result: Result) -> pd.DataFrame:
    """The way of each option from its first new GPUs (not there on the first day) to the target:
    p10, p50, p90 of each phase in months and as days, and the share of futures in which it comes
    within the horizon; without a run the way to the last GPUs.

    First and last GPUs are those that are not let to others, in the first futures.
    """
    by_months, rows = result.scenario.need.by_months, []
    need = {} if by_months is None else {"need_day": day(result, by_months.value)}
    for option, fleet in result.fleets.items():
        dates = dict(zip(ARRIVALS, _arrivals(fleet), strict=True))
        if by_months is not None:
            scalars = result.scalars[option]
            of_run = (scalars[f"{event}_months"] for event in RUN_DATES)
            dates |= dict(zip(RUN, of_run, strict=True))
        for phase, months in dates.items():
            row = {"option": title(result, option), "phase": phase} | dated(result, months)
            rows.append(row | axis(result) | need)
    return pd.DataFrame(rows)


def milestones(result: Result) -> pd.DataFrame:
    """Each milestone of each tranche: p10, p50, p90 of its date and the share of futures in which
    it is the last one (ties shared), so that the first GPUs wait for it; then the first and all
    GPUs of the tranche, which an event that fails keeps away (these have no `last_share`). What a
    fallback brings has no milestones of its own and is left out.
    """
    scenario, rows = result.scenario, []
    for unit in _tranches(result.fleets):
        if unit.name not in scenario.tranches:
            continue
        table = scenario.tranches[unit.name]
        label = "" if table.only_if is None else scenario.assumptions[table.only_if].label
        of_tranche = {"key": unit.name, "tranche": table.title, "event": label}
        dates = [resolve(months, result.first_futures) for months in table.milestones.values()]
        lasts = _share_of_being_last(dates)
        names = [name.replace("_", " ").replace("gpus", "GPUs") for name in table.milestones]
        names += ["first GPUs of the tranche", "all GPUs of the tranche"]
        dates += [unit.arrived.first, unit.arrived.last]
        for name, months, last in zip(names, dates, [*lasts, None, None], strict=True):
            row = of_tranche | {"milestone": name, "last_share": last}
            rows.append(row | dated(result, months))
    return pd.DataFrame(rows)


def ramps(result: Result) -> pd.DataFrame:
    """GPUs by option and month: p10, p50, p90 of those `installed`, those `energised` and those
    `waiting` for power (there, but not energised), all tranches together.
    """
    rows = []
    for option, fleet in result.fleets.items():
        energised = np.sum([piecewise.by_month(u.power.energised) for u in fleet.units], axis=0)
        waiting = np.sum([unit.dark for unit in fleet.units], axis=0)
        installed = energised + waiting
        for kind, gpus in zip(KINDS, (installed, energised, waiting), strict=True):
            rows += monthly(result, gpus, option=title(result, option), kind=kind)
    return pd.DataFrame(rows)


def moves(result: Result) -> pd.DataFrame:
    """Per option, in the first futures: the day the run starts (`start`), the day it moves to a
    larger fabric (`move`), each dated; the share of futures in which the target would come earlier
    had every owned GPU power from the day on which it is installed, and by how many months in those
    (`wait`: p50 and p90, None where it is not within the horizon)."""
    run, rows = inputs.run(result.scenario, result.first_futures), []
    if run is None:
        return pd.DataFrame()
    for option, fleet in result.fleets.items():
        row: dict[str, Any] = {"option": title(result, option), "owns": bool(fleet.owned)}
        start, move, target = _run_dates(run, fleet.units)
        *_, earliest = _run_dates(run, _never_short(fleet.units))
        row |= dated(result, start, "start_") | dated(result, move, "move_")
        come = np.isfinite(earliest)
        wait = np.subtract(target, earliest, out=np.zeros_like(target), where=come)
        late = wait[wait > LATE_MONTHS]
        row |= {"late_share": len(late) / len(wait)}
        row |= three(late, "wait_") if len(late) else dict.fromkeys(("wait_p50", "wait_p90"))
        rows.append(row)
    return pd.DataFrame(rows)


def _run_dates(run: Run, units: list[Unit]) -> tuple[Array, Array, Array]:
    """When the run starts, moves and reaches the target; infinite if never, (draws,) each."""
    if not tranches.by_fabric(units):
        return (np.full(len(run.start_gpus), np.inf),) * 3
    found = training_of(run, units, Known())
    return found.start, found.moved, training.reached(found.flop, run.target_flop)


def served(result: Result) -> pd.DataFrame:
    """What is served by option and month, in H100 by peak: p10, p50, p90 of the option's own GPUs
    in the first futures; beside it the P50 of what is `wanted`, and the mean `served_share` over
    all futures. Empty without a service."""
    resolved = inputs.resolved(result.scenario, result.first_futures)
    if resolved.service is None:
        return pd.DataFrame()
    path = service.h100_wanted(resolved.service, resolved.horizon)
    wanted = quantile_rows(piecewise.by_month(path))[1]
    rows = []
    for option, fleet in result.fleets.items():
        there = service.h100_gpus([u for u in fleet.units if u.tranche.use != "sublet"])
        gpus = np.zeros((resolved.draws, resolved.horizon))
        if there:
            gpus = piecewise.by_month(piecewise.total(there))
        share = float(result.scalars[option]["served_share"].mean())
        labels = {"option": title(result, option)}
        for row, asked in zip(monthly(result, gpus, **labels), wanted, strict=True):
            rows.append(row | {"wanted": asked, "served_share": share})
    return pd.DataFrame(rows)


def _tranches(of_options: dict[str, Fleet]) -> list[Unit]:
    """Every tranche of any option once; it arrives on the same day in all."""
    units = {unit.name: unit for fleet in of_options.values() for unit in fleet.units}
    return list(units.values())


def _arrivals(fleet: Fleet) -> tuple[Array, Array]:
    """Months to the first GPUs that are not there on the first day, and to all GPUs, infinite where
    they never come, (draws,); what a fallback brings counts where it acts."""
    units = [unit for unit in fleet.units if unit.tranche.use != "sublet"]
    never = np.full(len(fleet.units[0].tranche.facility_kw), np.inf)
    firsts = [unit.arrived.first for unit in units]
    first = np.minimum.reduce([never, *(np.where(x > 0, x, np.inf) for x in firsts)])
    lasts = [
        np.where(np.isfinite(unit.tranche.planned), unit.arrived.last, -np.inf) for unit in units
    ]
    return first, np.maximum.reduce(lasts) if lasts else never


def _share_of_being_last(dates: list[Array]) -> list[float]:
    last = np.stack(dates) == np.max(dates, axis=0)
    return list((last / last.sum(axis=0)).mean(axis=1))


def _never_short(units: list[Unit]) -> list[Unit]:
    """The same tranches, with every owned GPU energised on the day it is installed."""
    return [
        replace(unit, power=replace(unit.power, energised=there, working=there))
        if isinstance(unit, Owned)
        else unit
        for unit, there in ((unit, unit.arrived.installed) for unit in units)
    ]
