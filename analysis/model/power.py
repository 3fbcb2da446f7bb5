"""What power allows: GPUs energised, megawatts, megawatt-hours by source, tonnes of CO2."""

from dataclasses import dataclass, replace

import numpy as np

from analysis.arrays import Array, Index
from analysis.model import piecewise
from analysis.model.draws import HOURS_PER_MONTH
from analysis.model.piecewise import Path
from analysis.model.records import Site


@dataclass(frozen=True)
class Stages:
    """The power stages of a site in each draw, all (draws, stages); months and MW x availability.

    `groups` are the indices of stages that share one price and one emission rate.
    """

    names: tuple[str, ...]
    groups: tuple[tuple[int, ...], ...]
    start: Array
    end: Array
    mw: Array
    usd_per_mwh: Array
    tco2_per_mwh: Array


def stages(site: Site) -> Stages:
    """The stages of a site. A stage ends when one that replaces it (or its replacer) comes."""
    names, tables = tuple(site.stages), list(site.stages.values())
    start = np.stack([np.where(stage.comes, stage.from_months, np.inf) for stage in tables], axis=1)
    never = np.full(len(start), np.inf)
    ends = [never if stage.until_months is None else stage.until_months for stage in tables]
    end = np.stack(ends, axis=1)
    for i, name in enumerate(names):
        for later in _successors(name, site):
            end[:, i] = np.minimum(end[:, i], start[:, names.index(later)])
    mw, usd, tonnes = (
        np.stack(column, axis=1)
        for column in (
            [stage.mw * stage.availability_share for stage in tables],
            [stage.usd_per_mwh for stage in tables],
            [stage.tco2_per_mwh for stage in tables],
        )
    )
    return Stages(names, _groups(site), start, end, mw, usd, tonnes)


def supply_mw(carried: Stages, horizon: float, chosen: tuple[int, ...] | None = None) -> Path:
    """MW that the chosen stages (all by default) carry together."""
    steps = [
        piecewise.step(carried.start[:, i], carried.end[:, i], carried.mw[:, i], horizon)
        for i in (range(len(carried.names)) if chosen is None else chosen)
    ]
    return piecewise.total(steps)


def energised(installed: list[Path], kw: list[Array], supply: Path) -> list[Path]:
    """GPUs energised per tranche of a site, served in the order of the option.

    `kw` is facility kW per GPU at peak (all-in IT kW x PUE), (draws,) per tranche. The first takes
    min(installed, MW x 1000 / kW); the next what is left.
    """
    served: list[Path] = []
    drawn: list[Path] = []
    for gpus, per_gpu in zip(installed, kw, strict=True):
        left = piecewise.total(
            [supply, *(piecewise.scaled(mw, -np.ones(len(per_gpu))) for mw in drawn)]
        )
        able = piecewise.scaled(left, 1000 / per_gpu)
        served.append(piecewise.minimum(gpus, _not_negative(able)))
        drawn.append(piecewise.scaled(served[-1], per_gpu / 1000))
    return served


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
    horizon = float(load_mw.times[0, -1])
    sources = piecewise.aligned([supply_mw(carried, horizon, group) for group in carried.groups])
    usd_per_mwh = carried.usd_per_mwh[:, [group[0] for group in carried.groups]]
    order = np.argsort(usd_per_mwh, axis=1, kind="stable")
    ends = [np.stack([getattr(p, end) for p in sources], axis=1) for end in ("left", "right")]
    left, right = (np.cumsum(np.take_along_axis(e, order[:, :, None], 1), axis=1) for e in ends)
    upto = [
        piecewise.by_month(
            piecewise.minimum(load_mw, Path(sources[0].times, left[:, i], right[:, i]))
        )
        for i in range(len(sources) - 1)
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
