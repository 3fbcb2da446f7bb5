"""Energy and emissions by source, and what energy costs."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.shared.rows import (
    site_titles,
    stage_titles,
    three,
    title,
)
from analysis.model import estimates, inputs, outcome, piecewise, power, service
from analysis.model import fleet as tranches
from analysis.model.draws import HOURS_PER_MONTH, Draws, resolve
from analysis.model.fleet import Fleet, Owned, Rented
from analysis.model.simulation import Result
from analysis.scenario.schema import MARKET, SUPPLIER


def energy_by_source(result: Result) -> pd.DataFrame:
    """Mean MWh and tCO2 of each year by option and source, in the first futures. A source is a
    stage of a site that the option owns GPUs at, the supplier of its rented GPUs, or the market.
    """
    futures, rows = result.first_futures, []
    for option, fleet in result.fleets.items():
        for site, source, mwh, tonnes in _sources(result, fleet, futures):
            for year, (energy, co2) in enumerate(
                zip(_yearly(mwh), _yearly(tonnes), strict=True), start=1
            ):
                row = {"option": title(result, option), "site": site, "source": source}
                rows.append(row | {"year": year, "mwh": energy, "tco2": co2})
    return pd.DataFrame(rows)


def energy_totals(result: Result) -> pd.DataFrame:
    """Per option over the horizon: MWh and tCO2 (p10, p50, p90 and mean), tCO2 per useful PFLOP-day
    (ratio of means, None without compute); in the first futures peak MW of owned and of rented GPUs
    (p10, p50, p90) and USD per MWh bought (ratio of means, None where nothing is bought)."""
    rows = []
    for option, fleet in result.fleets.items():
        scalars = result.scalars[option]
        tonnes, compute = scalars["emissions_tco2"], scalars["pflop_days"]
        row: dict[str, Any] = {"option": title(result, option)}
        row |= three(scalars["energy_mwh"], "mwh_") | three(tonnes, "tco2_")
        row |= {"tco2_mean": float(tonnes.mean())}
        row |= {"tco2_per_pflop_day": estimates.ratio_of_means(tonnes, compute).value}
        row |= three(_peak_mw(fleet, Owned), "owned_mw_")
        row |= three(_peak_mw(fleet, Rented), "rented_mw_")
        rows.append(row | {"usd_per_mwh": _usd_per_mwh(result, fleet)})
    return pd.DataFrame(rows)


def _sources(result: Result, fleet: Fleet, futures: Draws) -> list[tuple[str, str, Array, Array]]:
    """(site, source, MWh, tCO2) of the energy of an option, the last two by month."""
    resolved = inputs.resolved(result.scenario, futures)
    use_share, found = resolved.use_share, list[tuple[str, str, Array, Array]]()
    for site, carried in fleet.stages.items():
        if not fleet.owned_at(site):
            continue
        load = tranches.load_mw(fleet.owned_at(site), use_share, carried)
        mwh = power.mwh_by_stage(load, carried)
        names = stage_titles(result.scenario.sites[site]).values()
        for i, stage in enumerate(names):
            tonnes = mwh[:, i] * carried.tco2_per_mwh[:, i, None]
            found.append((site_titles(result)[site], stage, mwh[:, i], tonnes))
    for site, rented in fleet.rented_at().items():
        load = tranches.load_mw(rented, use_share, fleet.stages.get(site))
        mwh = piecewise.by_month(load) * HOURS_PER_MONTH
        tonnes = mwh * rented[0].tranche.site.tco2_per_mwh[:, None]
        found.append((site_titles(result)[site], SUPPLIER, mwh, tonnes))
    if resolved.service is not None and resolved.service.market is not None:
        chip, site_ = resolved.service.market
        kw = chip.it_kw_per_gpu * site_.pue * chip.load_share
        mwh = service.served(resolved, fleet.units, tranches.Known()).bought * kw[:, None] / 1000
        found.append(
            (site_titles(result)[site_.name], MARKET, mwh, mwh * site_.tco2_per_mwh[:, None])
        )
    return found


def _yearly(amounts: Array) -> list[float]:
    """Means over the draws by year; the last may be shorter."""
    by_month = amounts.mean(axis=0)
    return [float(by_month[i : i + 12].sum()) for i in range(0, len(by_month), 12)]


def _peak_mw(fleet: Fleet, kind: type[Owned] | type[Rented]) -> Array:
    """The largest MW that the tranches of one kind take at peak, (draws,); 0 without any."""
    units = [unit for unit in fleet.units if isinstance(unit, kind)]
    if not units:
        return np.zeros(len(fleet.units[0].tranche.facility_kw))
    return outcome.peak_mw(replace(fleet, units=units))


def _usd_per_mwh(result: Result, fleet: Fleet) -> float | None:
    """Mean USD over mean MWh of the energy that is bought, None without any."""
    use_share = resolve(result.scenario.need.use_share, result.first_futures)
    usd, mwh = [], []
    for site, carried in fleet.stages.items():
        if not fleet.owned_at(site):
            continue
        load = tranches.load_mw(fleet.owned_at(site), use_share, carried)
        bought = power.energy(load, carried)
        usd.append(bought.usd.sum(axis=1))
        mwh.append(bought.mwh.sum(axis=1))
    return estimates.ratio_of_means(np.sum(usd, axis=0), np.sum(mwh, axis=0)).value if usd else None
