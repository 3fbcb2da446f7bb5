"""The power of each site by stage, what its GPUs need, what was published of it."""

from datetime import date
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
    site_titles,
    stage_titles,
    three,
    title,
)
from analysis.decision.wording import figure
from analysis.evidence import ledger
from analysis.model import comparison, cost, estimates, own, piecewise
from analysis.model.cost import Bill
from analysis.model.draws import Draws, resolve
from analysis.model.fleet import Fleet
from analysis.model.power import Stages
from analysis.model.simulation import Result
from analysis.scenario.references import terms
from analysis.scenario.schema import Site, Stage
from analysis.scenario.units import Input

ALL_GPUS = "all GPUs"


def site_power(result: Result) -> pd.DataFrame:
    """Per site with power stages and month: mean MW of each stage (kind `stage`), and the MW that
    the GPUs there need at peak (kind `need`: p10, p50, p90). `option` is the first that has any."""
    rows = []
    for site, option in _staged_sites(result).items():
        table = result.scenario.sites[site]
        there = {"site": site_titles(result)[site], "option": title(result, option)}
        for key, stage in stage_titles(table).items():
            mean = result.stage_mw[option][site, key].tolist()
            rows += _monthly(result, mean, **there, kind="stage", stage=stage)
        low, mid, high = quantile_rows(result.needed_mw[option][site])
        for row, a, b in zip(
            _monthly(result, mid, **there, kind="need", stage="need"),
            low,
            high,
            strict=True,
        ):
            rows.append(row | {"p10": a, "p50": row["mw"], "p90": b})
    return pd.DataFrame(rows)


def _monthly(result: Result, mw: list[float], **labels: str) -> list[dict[str, Any]]:
    return [
        labels | {"month": month, "day": day(result, month + 0.5), "mw": value}
        for month, value in enumerate(mw)
    ]


def _staged_sites(result: Result) -> dict[str, str]:
    """Site with power stages -> the option of the question that has GPUs there, else the first."""
    asked = comparison.pair(result.scenario) or ()
    found: dict[str, str] = {}
    for option in (*asked, *result.options):
        for site in result.needed_mw[option]:
            found.setdefault(site, option)
    return found


def stages(result: Result) -> pd.DataFrame:
    """Each stage of each site that GPUs use, in the first futures: the date it comes (dated;
    not at all where its event fails or its successor is there before it), MW, availability, price
    and emissions at p10, p50, p90, and what its date is made of.
    """
    futures, rows = result.first_futures, []
    for key, found in _used_sites(result.fleets).items():
        site = result.scenario.sites[key]
        horizon = result.scenario.choices.horizon_months.value
        carries = found.start < np.minimum(found.end, horizon)
        dates = np.where(carries, found.start, np.inf)
        for i, (name, stage) in enumerate(site.stages.items()):
            row: dict[str, Any] = {"site": site_titles(result)[key]}
            row |= {"stage": stage_titles(site)[name]}
            row |= dated(result, dates[:, i]) | axis(result) | _supply(stage, futures)
            rows.append(row | {"made_of": _made_of(result, site, stage)})
    return pd.DataFrame(rows)


def carried_power(result: Result) -> pd.DataFrame:
    """MW of the stages that are there by site and month: p10, p50, p90, in the first futures."""
    rows: list[dict[str, Any]] = []
    for key, found in _used_sites(result.fleets).items():
        mw = piecewise.by_month(found.total_mw)
        rows += monthly(result, mw, site=site_titles(result)[key])
    return pd.DataFrame(rows)


def power_wanted(result: Result) -> pd.DataFrame:
    """Per site: the MW that a start of the run and all of its GPUs need, capped as far as the site
    caps them, p10, p50, p90 (`mw_`), and the date from which its stages carry them (dated), in the
    first futures.

    A start stands only where a tranche of the site has as many GPUs for the run.
    """
    rows = []
    for key, fleet in _first_there(result.fleets).items():
        carried = fleet.stages[key].total_mw
        for what, mw in _wanted_mw(result, key, fleet).items():
            row: dict[str, Any] = {"site": site_titles(result)[key], "what": what}
            row |= three(mw, "mw_") | dated(result, piecewise.first_time_at_least(carried, mw))
            rows.append(row)
    return pd.DataFrame(rows)


def dark(result: Result) -> pd.DataFrame:
    """Per option with GPUs where power is limited, in the first futures: the most GPUs that are
    dark at once (`most_`) and the months in which any is (`months_`), p10, p50, p90 each; `share`,
    the dark share of the GPU-months there (ratio of means); what they cost (`usd_mean`, `usd_p90`);
    the most that are on because others are capped (`more_`), and the mean `speed` of the energised
    ones then, None where none is capped."""
    rows: list[dict[str, Any]] = []
    for option, fleet in result.fleets.items():
        units = [unit for unit in fleet.units if unit.tranche.site.name in fleet.stages]
        if not units:
            continue
        gpus, there = (
            np.sum([getattr(u, x) for u in units], axis=0) for x in ("dark", "installed")
        )
        usd, (more, speed) = _dark_usd(result, fleet), _capped(fleet)
        row: dict[str, Any] = {"option": title(result, option)} | three(gpus.max(axis=1), "most_")
        row |= three((gpus > 0.5).sum(axis=1).astype(float), "months_") | three(more, "more_")
        share = estimates.ratio_of_means(gpus.sum(axis=1), there.sum(axis=1)).value or 0.0
        row |= {"share": share, "usd_mean": float(usd.mean()), "usd_p90": three(usd)["p90"]}
        rows.append(row | {"speed": speed})
    return pd.DataFrame(rows)


def _dark_usd(result: Result, fleet: Fleet) -> Array:
    """The dark share of the GPU-months of each owned tranche x what its cluster costs less what it
    resells for, in present USD, (draws,)."""
    horizon = round(result.scenario.choices.horizon_months.value)
    rate = result.scenario.choices.discount_rate_per_year.value
    found = np.zeros(len(fleet.units[0].dark))
    for unit in fleet.owned:
        bill, there = Bill(len(unit.dark), horizon), unit.installed.sum(axis=1)
        own.cluster(bill, unit)
        paid = cost.present_usd(bill.cash_usd(), cost.mid_month_factors(rate, horizon))
        usd = paid - bill.end_value * cost.discount_factor(rate, np.array(horizon))
        dark = unit.dark.sum(axis=1)
        found = found + usd * np.divide(dark, there, out=np.zeros_like(dark), where=there > 0)
    return found


def _capped(fleet: Fleet) -> tuple[Array, float | None]:
    """The most GPUs that are on at once because they run below their peak power, (draws,), and the
    mean speed of all energised ones in those months, None where there are none."""
    more, on, worth = [], 0.0, 0.0
    for site, carried in fleet.stages.items():
        units = fleet.at()[site]
        mw = [piecewise.scaled(u.power.energised, u.tranche.facility_kw / 1000) for u in units]
        beyond = piecewise.not_negative(piecewise.less(piecewise.total(mw), [carried.total_mw]))
        gpus, working = (
            piecewise.by_month(piecewise.total([getattr(u.power, x) for u in units]))
            for x in ("energised", "working")
        )
        needed, over = piecewise.by_month(piecewise.total(mw)), piecewise.by_month(beyond)
        capped = over > 1e-9 * needed
        more.append(np.divide(over * gpus, needed, out=np.zeros_like(gpus), where=capped))
        on, worth = on + float(gpus[capped].sum()), worth + float(working[capped].sum())
    return np.sum(more, axis=0).max(axis=1), worth / on if on else None


def published_power(result: Result) -> pd.DataFrame:
    """Published MW at the sites that GPUs use, from the decision to the horizon: site, mw,
    day, kind, and whether they were public on the as-of day (`known`). A figure belongs to the site
    whose title or key its own site's name is, without what stands in brackets."""
    frame = ledger.series("site_power")
    first, last = axis(result).values()
    rows = []
    for key in _used_sites(result.fleets):
        names = {key.casefold(), result.scenario.sites[key].title.casefold()}
        here = frame[[str(x).split(" (")[0].casefold() in names for x in frame["site"]]]
        for one in here.itertuples():
            public = ledger.last_day(str(one.public_on)) or date.max
            row = {"site": site_titles(result)[key], "mw": float(str(one.mw))}
            row |= {"day": str(one.date)[:10], "kind": str(one.kind)}
            rows.append(row | {"known": public <= result.scenario.as_of})
    found = pd.DataFrame(rows, columns=["site", "mw", "day", "kind", "known"])
    return found[found["day"].between(first, last)].reset_index(drop=True)


def _first_there(found: dict[str, Fleet]) -> dict[str, Fleet]:
    """Site with power stages -> the first option that has GPUs there, as its tranches; one that
    does so only where its fallback acts comes after the others."""
    first: dict[str, Fleet] = {}
    for fallback in (False, True):
        for fleet in found.values():
            for site in fleet.stages:
                planned = [unit.tranche.planned for unit in fleet.at()[site]]
                if bool(np.isinf(planned).any(axis=1).all()) is fallback:
                    first.setdefault(site, fleet)
    return first


def _used_sites(found: dict[str, Fleet]) -> dict[str, Stages]:
    """Site -> its stages, for every site with stages at which an option has GPUs."""
    return {site: fleet.stages[site] for site, fleet in _first_there(found).items()}


def _supply(stage: Stage, futures: Draws) -> dict[str, float | None]:
    """MW, availability, price and emissions of a stage at p10, p50, p90."""
    found: dict[str, float | None] = {}
    for name in ("mw", "availability_share", "usd_per_mwh", "tco2_per_mwh"):
        found |= three(resolve(getattr(stage, name), futures), f"{name}_")
    return found


def _made_of(result: Result, site: Site, stage: Stage) -> str:
    """What the date of a stage adds up, its end, its event and what it replaces, in words."""
    words = _named(result, stage.from_months)
    if stage.until_months is not None:
        words += f"; until: {_named(result, stage.until_months)}"
    if stage.only_if is not None:
        words += f"; only if: {result.scenario.assumptions[stage.only_if].label}"
    if stage.replaces is not None:
        words += f"; replaces: {site.stages[stage.replaces].title}"
    return words


def _named(result: Result, months: Input) -> str:
    """The inputs that a date adds up, by label."""
    return " + ".join(
        result.scenario.assumptions[term].label if isinstance(term, str) else f"month {term:g}"
        for term in terms(months)
    )


def _wanted_mw(result: Result, site: str, fleet: Fleet) -> dict[str, Array]:
    """MW that a start, and all GPUs of the site, need, (draws,) each."""
    units, carried = fleet.at()[site], fleet.stages[site]
    every = np.sum([u.arrived.gpus * u.tranche.facility_kw for u in units], axis=0) / 1000
    choice, found = result.scenario.need.start_gpus, dict[str, Array]()
    if choice is not None:
        start = choice.value
        able = [u for u in units if u.tranche.use == "run" and np.median(u.arrived.gpus) >= start]
        for unit in able[:1]:
            words = f"{figure(start, digits=6)} GPUs to start"
            mw = start * unit.tranche.facility_kw / 1000
            found[words] = mw * carried.cap_share / carried.capped_speed_share
    return found | {ALL_GPUS: every * carried.cap_share}
