"""What power allows: GPUs energised, megawatts, megawatt-hours by source, tonnes of CO2."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Array, Index
from analysis.model import piecewise
from analysis.model.draws import HOURS_PER_MONTH
from analysis.model.piecewise import Path
from analysis.model.records import Site


@dataclass(frozen=True)
class Stages:
    """The power stages of a site in each draw, all (draws, stages), months and MW; the share of
    their peak power at which its GPUs may run, and their speed then, (draws,).

    `groups` are the indices of stages that share one price and one emission rate.
    """

    names: tuple[str, ...]
    groups: tuple[tuple[int, ...], ...]
    horizon: float
    start: Array
    end: Array
    mw: Array
    availability_share: Array
    usd_per_mwh: Array
    tco2_per_mwh: Array
    cap_share: Array
    capped_speed_share: Array

    @cached_property
    def total_mw(self) -> Path:
        """MW of the stages that are there."""
        return self._level(self.mw)

    @cached_property
    def availability(self) -> Path | None:
        """The mean availability of the stages that are there, by MW, and 1 where there are none;
        None where it is 1 throughout."""
        if (self.availability_share == 1).all():
            return None
        firm, all_mw = self.firm_mw().left, self.total_mw.left
        share = np.divide(firm, all_mw, out=np.ones_like(firm), where=all_mw > 0)
        return Path(self.total_mw.times, share, share)

    @property
    def may_cap(self) -> bool:
        """Whether GPUs may run below their peak power in any draw."""
        return bool((self.cap_share < 1).any())

    def firm_mw(self, chosen: tuple[int, ...] | None = None) -> Path:
        """MW x availability of the chosen stages (all by default) that are there."""
        mw = self.mw * self.availability_share
        return self._level(mw if chosen is None else mw * np.isin(range(len(self.names)), chosen))

    def _level(self, mw: Array) -> Path:
        """The sum of an amount of each stage over those that are there; all have the same times."""
        times, there = self._there
        level = np.sum([mw[:, i] * here for i, here in enumerate(there)], axis=0)
        return Path(times, level, level)

    @cached_property
    def _there(self) -> tuple[Array, NDArray[np.bool_]]:
        """Times, (pieces + 1, draws), and whether a stage is there, (stages, pieces, draws)."""
        start, end = self.start.T, np.maximum(self.start, self.end).T
        times = piecewise.times(self.horizon, np.concatenate([start, end]))
        # A piece of no length at the horizon is as just before: no stage comes or ends then.
        middle = np.minimum((times[:-1] + times[1:]) / 2, np.nextafter(self.horizon, 0))
        return times, (middle >= start[:, None]) & (middle < end[:, None])


def stages(site: Site, horizon: float) -> Stages:
    """The stages of a site. A stage ends when one that replaces it (or its replacer) comes."""
    names, tables = tuple(site.stages), list(site.stages.values())
    start = np.stack([np.where(stage.comes, stage.from_months, np.inf) for stage in tables], axis=1)
    never = np.full(len(start), np.inf)
    ends = [never if stage.until_months is None else stage.until_months for stage in tables]
    end = np.stack(ends, axis=1)
    for i, name in enumerate(names):
        for later in _successors(name, site):
            end[:, i] = np.minimum(end[:, i], start[:, names.index(later)])
    fields = ("mw", "availability_share", "usd_per_mwh", "tco2_per_mwh")
    columns = {x: np.stack([getattr(stage, x) for stage in tables], axis=1) for x in fields}
    columns |= {"cap_share": site.cap_share, "capped_speed_share": site.capped_speed_share}
    return Stages(names, _groups(site), horizon, start, end, **columns)


@dataclass(frozen=True)
class Powered:
    """GPUs of one tranche by time: those energised, what they are worth at full speed (`working`),
    and the availability of their site (None: 1 throughout)."""

    energised: Path
    working: Path
    availability: Path | None

    @cached_property
    def delivered(self) -> Path:
        """Energised GPUs x availability: what they deliver in an hour."""
        return self._available(self.energised)

    @cached_property
    def served(self) -> Path:
        """Working GPUs x availability: what they serve in an hour."""
        alike = self.working is self.energised
        return self.delivered if alike else self._available(self.working)

    def within(self, start: Array, end: Array) -> Powered:
        """The same from one date until another, and none elsewhere."""
        energised = working = piecewise.window(self.energised, start, end)
        if self.working is not self.energised:
            working = piecewise.window(self.working, start, end)
        return Powered(energised, working, self.availability)

    def _available(self, gpus: Path) -> Path:
        return gpus if self.availability is None else piecewise.product(gpus, self.availability)


def powered(there: list[Path], kw: list[Array], carried: Stages) -> list[Powered]:
    """What power allows of the GPUs that are there, per tranche of a site in the order of the
    option; `kw` is facility kW per GPU at peak (all-in IT kW x PUE), (draws,) per tranche."""
    on = energised(there, kw, piecewise.scaled(carried.total_mw, 1 / carried.cap_share))
    full = working(on, kw, carried) if carried.may_cap else on
    return [Powered(*gpus, carried.availability) for gpus in zip(on, full, strict=True)]


def energised(there: list[Path], kw: list[Array], supply_mw: Path) -> list[Path]:
    """GPUs energised per tranche of a site, served in the order of the option: the first takes
    min(GPUs there, MW x 1000 / kW); the next what is left."""
    served: list[Path] = []
    drawn: list[Path] = []
    for gpus, per_gpu in zip(there, kw, strict=True):
        left = piecewise.less(supply_mw, drawn)
        able = piecewise.scaled(left, 1000 / per_gpu)
        served.append(piecewise.minimum(gpus, _not_negative(able)))
        drawn.append(piecewise.scaled(served[-1], per_gpu / 1000))
    return served


def working(on: list[Path], kw: list[Array], carried: Stages) -> list[Path]:
    """What the energised GPUs of each tranche of a site are worth at full speed: each has what it
    adds to those before it."""
    found: list[Path] = []
    drawn: list[Path] = []
    before: list[Path] = []
    for gpus, per_gpu in zip(on, kw, strict=True):
        drawn.append(piecewise.scaled(gpus, per_gpu / 1000))
        full = _full_speed_mw(piecewise.total(drawn), carried)
        added = _not_negative(piecewise.less(full, before))
        found.append(piecewise.scaled(added, 1000 / per_gpu))
        before = [full]
    return found


def _full_speed_mw(drawn_mw: Path, carried: Stages) -> Path:
    """MW at peak of GPUs that run at full speed and do as much as those that are energised.

    Of N MW at peak on P MW a share (P - cN) / (1 - c)N runs at full speed and the rest at s.
    """
    cap, speed = carried.cap_share, carried.capped_speed_share
    gain = np.divide(1 - speed, 1 - cap, out=np.zeros_like(cap), where=cap < 1)
    drawn, able = piecewise.aligned([drawn_mw, carried.total_mw])
    parts = [piecewise.scaled(drawn, speed - gain * cap), piecewise.scaled(able, gain)]
    return piecewise.minimum(drawn, piecewise.total(parts))


def left_gpus(there: list[Path], kw: list[Array], carried: Stages) -> list[Array]:
    """GPUs of each tranche of a site for which those before it leave power just before the
    horizon, (draws,) each."""
    found, left = [], piecewise.at_horizon(carried.total_mw) / carried.cap_share
    for gpus, per_gpu in zip(there, kw, strict=True):
        found.append(np.maximum(left, 0) * 1000 / per_gpu)
        left = left - piecewise.at_horizon(gpus) * per_gpu / 1000
    return found


def drawn_mw(mw: Path, carried: Stages) -> Path:
    """What energised GPUs draw, that would draw so many MW if none ran below its peak power: no
    more than the stages have."""
    return piecewise.minimum(mw, carried.total_mw) if carried.may_cap else mw


def load_mw(mw: Path, use_share: Array, carried: Stages) -> Path:
    """The average load of a site whose GPUs would draw so many MW while they are used: what they
    draw x use share x availability."""
    used = piecewise.scaled(drawn_mw(mw, carried), use_share)
    share = carried.availability
    return used if share is None else piecewise.product(used, share)


@dataclass(frozen=True)
class Energy:
    """Energy of one site by month, each (draws, months)."""

    mwh: Array
    usd: Array
    tco2: Array


def energy(load_mw: Path, carried: Stages) -> Energy:
    """Energy of a load, in MWh, USD and tCO2 by month, drawn from the stages in price order.

    Stages of one price and emission rate count as one source; the load never exceeds them all.
    """
    first = [group[0] for group in carried.groups]
    order, upto = _drawn_in_price_order(load_mw, carried)
    drawn = np.diff(upto, axis=1, prepend=0)
    sources = (carried.usd_per_mwh[:, first], carried.tco2_per_mwh[:, first])
    rates = (np.take_along_axis(r, order, 1)[:, :, None] for r in sources)
    usd, tonnes = ((drawn * rate).sum(axis=1) for rate in rates)
    return Energy(upto[:, -1], usd, tonnes)


def mwh_by_stage(load_mw: Path, carried: Stages) -> Array:
    """Energy of a load in MWh by stage and month, (draws, stages, months), drawn in price order.

    Where stages cost the same, the one that the site names first is drawn first.
    """
    alone = replace(carried, groups=tuple((i,) for i in range(len(carried.names))))
    order, upto = _drawn_in_price_order(load_mw, alone)
    drawn = np.diff(upto, axis=1, prepend=0)
    return np.take_along_axis(drawn, np.argsort(order, axis=1)[:, :, None], 1)


def _drawn_in_price_order(load_mw: Path, carried: Stages) -> tuple[Index, Array]:
    """The sources from the cheapest on, (draws, sources), and the MWh that each draws together
    with all cheaper ones, by month, (draws, sources, months)."""
    sources = [carried.firm_mw(group) for group in carried.groups]
    usd_per_mwh = carried.usd_per_mwh[:, [group[0] for group in carried.groups]]
    order = np.argsort(usd_per_mwh, axis=1, kind="stable")
    firm_mw, cheapest = np.stack([source.left for source in sources]), order.T[:, None]
    firm_mw = np.cumsum(np.take_along_axis(firm_mw, cheapest, 0), axis=0)
    upto = [
        piecewise.by_month(piecewise.minimum(load_mw, Path(sources[0].times, level, level)))
        for level in firm_mw[:-1]
    ]
    mwh = np.stack([*upto, piecewise.by_month(load_mw)], axis=1) * HOURS_PER_MONTH
    return order, mwh


def _successors(name: str, site: Site) -> list[str]:
    """The stages that replace a stage, and those that replace them in turn."""
    found: list[str] = []
    todo = [name]
    while todo:
        one = todo.pop()
        new = [
            key for key, stage in site.stages.items() if stage.replaces == one and key not in found
        ]
        found += new
        todo += new
    return [key for key in found if key != name]


def _groups(site: Site) -> tuple[tuple[int, ...], ...]:
    """The indices of the stages of a site by source."""
    sources: dict[object, list[int]] = {}
    for i, stage in enumerate(site.stages.values()):
        sources.setdefault(stage.source, []).append(i)
    return tuple(tuple(group) for group in sources.values())


def _not_negative(path: Path) -> Path:
    return Path(path.times, np.maximum(path.left, 0), np.maximum(path.right, 0))
