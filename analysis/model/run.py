"""The run of an option on its fleet: when it starts and moves, what it comes to, and what it leaves
behind."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.model import inputs, piecewise, training
from analysis.model.draws import Draws
from analysis.model.fleet import Fleet, Known, Unit, available, by_fabric, option_fleet
from analysis.model.inputs import Inputs
from analysis.model.piecewise import Path
from analysis.model.records import Run
from analysis.model.training import Compute, Fabric
from analysis.scenario.schema import Scenario


@dataclass(frozen=True)
class Training:
    """When the run of an option starts and moves to a larger fabric, (draws,) each; the month from
    which it stays on others, by fabric; its useful FLOP and GPUs by time."""

    start: Array
    moved: Array
    moved_off: Mapping[str, Array]
    flop: Compute
    gpus: Path


@dataclass(frozen=True)
class Trained:
    """What the run of an option comes to: its dates in months by name, (draws,) each, and the GPUs
    that it uses and its useful FLOP by month, (draws, months)."""

    dates: dict[str, Array]
    gpus: Array
    flop: Array


def fleets(scenario: Scenario, draws: Draws) -> dict[str, Fleet]:
    """The tranches of each option in each draw: when they come, are energised and leave."""
    resolved, known = inputs.resolved(scenario, draws), Known()
    return {option: option_run(resolved, option, known)[0] for option in scenario.options}


def option_run(resolved: Inputs, option: str, known: Known) -> tuple[Fleet, Training | None]:
    """The tranches of an option until they are left, and its run, if it has GPUs for one."""
    fleet = option_fleet(resolved, option, known)
    if resolved.run is None or not by_fabric(fleet.units):
        return fleet, None
    run = training_of(resolved.run, fleet.units, known)
    return fleet.moved_off(run.moved_off), run


def training_of(run: Run, units: list[Unit], known: Known) -> Training:
    """The run of an option with these tranches, of which some are for it."""
    if "best_s" not in known:
        known["best_s"] = training.best_mean_time_s(run.checkpoint_write_s, run.restart_s)
    groups, fabrics = by_fabric(units), []
    for name, gpus in available(units).items():
        chip = groups[name][0].tranche.chip
        most = training.most_useful_gpus(
            chip.gpus_per_node, run.failures_per_1000_node_days, known["best_s"]
        )
        used, share = piecewise.at_most(gpus, most), groups[name][0].power.availability
        fabrics.append(Fabric(gpus, used, share, chip.peak_flop_per_s, chip.gpus_per_node))
    start, first = training.first_training(fabrics, run.start_gpus)
    when = training.periods(fabrics, start, first)
    flop, used = training.compute(fabrics, when, run)
    moved_off = {
        name: np.where(np.isfinite(begins), until, start)
        for name, (begins, until) in zip(groups, when, strict=True)
    }
    return Training(start, np.minimum.reduce([until for _, until in when]), moved_off, flop, used)


def trained(resolved: Inputs, fleet: Fleet, run: Training | None) -> Trained:
    """What a run comes to; an option without GPUs for it never starts."""
    if resolved.run is None or run is None:
        dates = (np.full(resolved.draws, np.inf),) * 4
        gpus = flop = np.zeros((resolved.draws, resolved.horizon))
    else:
        target = training.reached(run.flop, resolved.run.target_flop)
        dates = (run.start, _full_capacity(by_fabric(fleet.units)), target, run.moved)
        gpus, flop = piecewise.by_month(run.gpus), training.useful_flop_by_month(run.flop)
    names = ("first_training_months", "full_capacity_months", "target_months", "move_months")
    return Trained(dict(zip(names, dates, strict=True)), gpus, flop)


def _full_capacity(groups: dict[str, list[Unit]]) -> Array:
    """The month in which all GPUs of the fabric with most peak FLOP/s are energised, (draws,)."""
    dates, sizes = [], []
    for group in groups.values():
        gpus = np.sum([u.arrived.gpus for u in group], axis=0)
        energised = piecewise.total([u.power.energised for u in group])
        there = np.isfinite(np.min([u.tranche.planned for u in group], axis=0))
        dates.append(np.where(there, piecewise.first_time_at_least(energised, gpus), np.inf))
        sizes.append(np.where(there, gpus * group[0].tranche.chip.peak_flop_per_s, -1.0))
    size = np.stack(sizes)
    largest = np.argmax(
        size >= size.max(axis=0) * (1 - 1e-9), axis=0
    )  # a tie: the one listed first
    return np.take_along_axis(np.stack(dates), largest[None], 0)[0]
