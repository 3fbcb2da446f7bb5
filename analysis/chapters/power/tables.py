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
from analysis.model import comparison, estimates, piecewise, power
from analysis.model.draws import Draws, resolve
from analysis.model.fleet import Fleet
from analysis.model.piecewise import Path
from analysis.model.power import Stages
from analysis.model.simulation import Result
from analysis.scenario.references import terms
from analysis.scenario.schema import Site, Stage
from analysis.scenario.units import Input

ALL_GPUS = "all GPUs"


def site_power(result: Result) -> pd.DataFrame:
    """Per owned site and month: mean MW that each stage carries (kind `stage`), and the MW that the
    installed GPUs need (kind `need`: p10, p50, p90). `option` is the first that owns GPUs there."""
    rows = []
    for site, option in _owned_sites(result).items():
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


def _owned_sites(result: Result) -> dict[str, str]:
    """Site -> the option of the question that owns GPUs there, else the first that does."""
    asked = comparison.pair(result.scenario) or ()
    found: dict[str, str] = {}
    for option in (*asked, *result.options):
        for site in result.needed_mw[option]:
            found.setdefault(site, option)
    return found


def stages(result: Result) -> pd.DataFrame:
    """Each stage of each site that owned GPUs use, in the first futures: the date it comes (dated;
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


def firm_power(result: Result) -> pd.DataFrame:
    """Firm MW (MW x availability of the stages that are there) by site and month: p10, p50, p90, in
    the first futures."""
    rows: list[dict[str, Any]] = []
    for key, found in _used_sites(result.fleets).items():
        mw = piecewise.by_month(_firm_mw(result, found))
        rows += monthly(result, mw, site=site_titles(result)[key])
    return pd.DataFrame(rows)


def power_wanted(result: Result) -> pd.DataFrame:
    """Per site: the MW that a start of the run and all of its GPUs need at peak, p10, p50, p90
    (`mw_`), and the date from which the firm MW carry them (dated), in the first futures.

    A start stands only where a tranche of the site has as many GPUs for the run.
    """
    rows = []
    for key, fleet in _first_to_own(result.fleets).items():
        firm = _firm_mw(result, fleet.stages[key])
        for what, mw in _wanted_mw(result, key, fleet).items():
            row: dict[str, Any] = {"site": site_titles(result)[key], "what": what}
            row |= three(mw, "mw_") | dated(result, piecewise.first_time_at_least(firm, mw))
            rows.append(row)
    return pd.DataFrame(rows)


def idle_gpus(result: Result) -> pd.DataFrame:
    """Owned GPUs installed and energised by option and month (p10, p50, p90, `kind`), in the first
    futures, for the options that own any; `idle_share` is the share of the installed GPU-months of
    the option that have no power, as a ratio of means.
    """
    rows: list[dict[str, Any]] = []
    for option, fleet in result.fleets.items():
        if not fleet.owned:
            continue
        installed = np.sum([unit.installed for unit in fleet.owned], axis=0)
        energised = np.sum([unit.gpus for unit in fleet.owned], axis=0)
        lost = np.maximum(installed - energised, 0)
        share = estimates.ratio_of_means(lost.sum(axis=1), installed.sum(axis=1)).value
        for kind, gpus in (("installed", installed), ("energised", energised)):
            for row in monthly(result, gpus, option=title(result, option), kind=kind):
                rows.append(row | {"idle_share": share or 0.0})
    return pd.DataFrame(rows)


def published_power(result: Result) -> pd.DataFrame:
    """Published MW at the sites that owned GPUs use, from the decision to the horizon: site, mw,
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


def _first_to_own(found: dict[str, Fleet]) -> dict[str, Fleet]:
    """Site -> the first option that owns GPUs there, as its tranches; one that does so only where
    its fallback acts comes after the others."""
    first: dict[str, Fleet] = {}
    for fallback in (False, True):
        for fleet in found.values():
            for site in fleet.stages:
                planned = [unit.tranche.planned for unit in fleet.owned_at(site)]
                if bool(np.isinf(planned).any(axis=1).all()) is fallback:
                    first.setdefault(site, fleet)
    return first


def _used_sites(found: dict[str, Fleet]) -> dict[str, Stages]:
    """Site -> its stages, for every site at which an option owns GPUs."""
    return {site: fleet.stages[site] for site, fleet in _first_to_own(found).items()}


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


def _firm_mw(result: Result, found: Stages) -> Path:
    return power.supply_mw(found, round(result.scenario.choices.horizon_months.value))


def _wanted_mw(result: Result, site: str, fleet: Fleet) -> dict[str, Array]:
    """MW that a start, and all GPUs of the site, need at peak, (draws,) each."""
    units = fleet.owned_at(site)
    every = np.sum([u.arrived.gpus * u.tranche.facility_kw for u in units], axis=0) / 1000
    choice, found = result.scenario.need.start_gpus, dict[str, Array]()
    if choice is not None:
        start = choice.value
        able = [u for u in units if u.tranche.use == "run" and np.median(u.arrived.gpus) >= start]
        for unit in able[:1]:
            words = f"{figure(start, digits=6)} GPUs to start"
            found[words] = start * unit.tranche.facility_kw / 1000
    return found | {ALL_GPUS: every}
