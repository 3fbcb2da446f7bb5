"""The method on the numbers of a scenario, mostly at mid values, and the functions that carry it
out, as they run."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.cost import contracts
from analysis.chapters.shared.exhibit import Exhibit, answered, figures, line
from analysis.chapters.shared.markup import safe
from analysis.chapters.shared.rows import compared_parts, title
from analysis.chapters.shared.words import WITHOUT_RUN
from analysis.model import cost, draws, fleet, inputs, power, rent, schedule, simulation
from analysis.model.inputs import Inputs
from analysis.model.records import OwnedTranche, RentedTranche
from analysis.model.simulation import Result
from analysis.scenario import edits, load, references
from analysis.scenario.metalog import metalog
from analysis.scenario.schema import Choices, Option, Scenario
from analysis.scenario.tables import Choice


def finding(result: Result) -> Exhibit:
    """What the answer is a mean of."""
    assumptions = len(references.used_assumptions(result.scenario))
    return answered(
        f"Each of {result.draws:,} futures draws every assumption once ({assumptions} of them) and "
        f"runs every option on it ({len(result.options)}); the answer is their mean."
    )


def source(function: Callable[..., Any]) -> Exhibit:
    """The function that carries out a rule, as it runs."""
    return Exhibit(f"<pre>{safe(inspect.getsource(function).rstrip())}</pre>")


def mid_values(scenario: Scenario) -> Exhibit:
    """Every assumption that is used, at its mid value."""
    used = references.used_assumptions(scenario)
    rows = [
        {"assumption": known.label, "mid": draws.mid_value(known), "unit": known.unit}
        for name, known in scenario.assumptions.items()
        if name in used
    ]
    return figures(pd.DataFrame(rows))


def quantiles(scenario: Scenario) -> Exhibit:
    """P10, P50 and P90 of the first range that is assumed, as it is drawn."""
    one = next((one for one in scenario.assumptions.values() if one.mid is not None), None)
    if one is None:
        return line("No range is assumed.")
    shares, (low, high) = np.array([0.1, 0.5, 0.9]), draws.ends(one)
    drawn = metalog((low, draws.mid_value(one), high), (one.min, one.max), shares)
    return figures(pd.DataFrame({"share_of_futures_below": shares, one.label: drawn}))


def arrivals(scenario: Scenario) -> Exhibit:
    """First and last GPUs of each tranche, in months, how many, and the end of a rental's term."""
    mid, rows = _at_mid(scenario), []
    for tranche in mid.tranches.values():
        arrived = schedule.arrival(tranche, mid.horizon)
        row = {"tranche": tranche.title, "gpus": arrived.gpus[0]}
        row |= {"first_month": arrived.first[0], "last_month": arrived.last[0]}
        if isinstance(tranche, RentedTranche):
            row["term_ends_month"] = schedule.term(tranche, arrived, None).end[0]
        rows.append(row)
    return figures(pd.DataFrame(rows))


def stages(scenario: Scenario) -> Exhibit:
    """Each power stage: from and until which month, MW, availability, price, emission rate."""
    mid, rows = _at_mid(scenario), []
    for name, site in scenario.sites.items():
        if site.stages:
            carried = power.stages(mid.sites[name], mid.horizon)
            for i, stage in enumerate(site.stages.values()):
                row = {"site": site.title, "stage": stage.title}
                row |= {"from_month": carried.start[0, i], "until_month": carried.end[0, i]}
                what = ("mw", "availability_share", "usd_per_mwh", "tco2_per_mwh")
                rows.append(row | {name: getattr(carried, name)[0, i] for name in what})
    return figures(pd.DataFrame(rows))


def energy(scenario: Scenario) -> Exhibit:
    """Peak MW, MWh, tCO2 and paid energy of each option over the horizon."""
    result = simulation.evaluate(scenario)
    paid = [float(result.parts_usd[option]["energy"][0]) for option in result.options]
    frame = _by_option(result, "peak_mw", "energy_mwh", "emissions_tco2")
    return figures(frame.assign(energy_present_usd=paid))


STOPS = ("checkpoint_write_s", "restart_s", "failures_per_1000_node_days")


def run_inputs(scenario: Scenario) -> list[Array]:
    """Write time (s), restart time (s) and failures per 1,000 node-days at mid, each (1,); those of
    the sourced defaults where no run is asked for."""
    run = _at_mid(scenario).run
    if run is None:
        return [np.array([draws.mid_value(load.defaults()[name])]) for name in STOPS]
    return [getattr(run, name) for name in STOPS]


def goodput(stop_s: Array, share: Array) -> Exhibit:
    """The share of the time that becomes progress, beside the mean time between stops in s."""
    return figures(pd.DataFrame({"mean_time_between_stops_s": stop_s, "goodput_share": share}))


def runs(scenario: Scenario) -> Exhibit:
    """The run of each option: its dates in months and its useful compute."""
    if scenario.need.target_flop is None:
        return line(WITHOUT_RUN)
    names = (
        "first_training_months",
        "move_months",
        "full_capacity_months",
        "target_months",
        "pflop_days",
    )
    return figures(_by_option(simulation.evaluate(scenario), *names))


def rentals(scenario: Scenario) -> Exhibit:
    """Each rental: price, the value agreed and what is paid of it where nothing is used, the
    prepayment and its month, the market price in the middle of the first month after the
    horizon."""
    mid, rows = _at_mid(scenario), []
    for tranche in mid.tranches.values():
        if isinstance(tranche, RentedTranche):
            rental = fleet.rental(tranche, mid.horizon)
            agreed, paid = contracts.contract(rental, mid.horizon)
            prepaid = rent.prepayment_usd(rental)[0]
            row = {"tranche": tranche.title, "usd_per_gpu_hour": tranche.usd_per_gpu_hour[0]}
            row |= {"agreed_usd": agreed[0], "paid_of_it_usd": paid[0], "prepaid_usd": prepaid}
            row |= {"prepaid_in_month": rent.prepaid_on(rental)[0] if prepaid else np.nan}
            then = cost.market_rent(tranche.chip, mid.horizon + 1)[0, -1]
            rows.append(row | {"market_usd_per_gpu_hour_at_horizon": then})
    return figures(pd.DataFrame(rows))


def purchases(scenario: Scenario) -> Exhibit:
    """Each purchase: USD per GPU for the server and for the cluster, and the works, as the model
    has them paid."""
    rows = []
    for name, tranche in _at_mid(scenario).tranches.items():
        if isinstance(tranche, OwnedTranche):
            paid = _alone(scenario, name).parts_usd[ALONE]
            servers, gpus = paid["servers"][0], tranche.gpus[0] or 1.0
            cluster = servers + paid["network_and_storage"][0]
            row = {"tranche": tranche.title, "server_usd_per_gpu": servers / gpus}
            row |= {"cluster_usd_per_gpu": cluster / gpus, "cluster_usd": cluster}
            rows.append(row | {"works_usd": paid["works"][0]})
    return figures(pd.DataFrame(rows))


ALONE = "alone"

LONG_MONTHS = 600.0
"""By then all of a tranche is paid."""


def _alone(scenario: Scenario, name: str) -> Result:
    """What the model gives at mid for one tranche as the only one, until all of it is paid: no GPU
    is used, nothing is discounted, and the site costs nothing by itself."""
    months = {"horizon_months": Choice(value=LONG_MONTHS)}
    rate = {"discount_rate_per_year": Choice(value=0)}
    option = Option(title=scenario.tranches[name].title, tranches=[name])
    site = ("sites", scenario.tranches[name].site, "works_usd")
    need = {"use_share": 0.0, "service": None}
    changes = {
        "choices": Choices.model_validate(months | rate),
        "need": scenario.need.model_copy(update=need),
        "options": {ALONE: option},
        "baseline": None,
        "compare": None,
    }
    unlike = scenario.model_copy(update=changes)
    return simulation.evaluate(edits.with_value(unlike, site, None))


def costs(scenario: Scenario) -> Exhibit:
    """Present cost by part and option, in million USD; the parts add up to the last row."""
    result = simulation.evaluate(scenario)
    paid = {
        option: {**result.parts_usd[option], "present_cost_usd": scalars["present_cost_usd"]}
        for option, scalars in result.scalars.items()
    }
    rows = [
        [part.replace("_", " "), *(float(paid[option][part][0]) / 1e6 for option in paid)]
        for part in (*cost.PARTS, "present_cost_usd")
    ]
    titles = [title(result, option) for option in result.options]
    return figures(pd.DataFrame(rows, columns=["part", *titles]))


def service(result: Result) -> Exhibit:
    """What is compared, means over the futures: present cost and what is added to it, and the
    share of the wanted hours that each option serves."""
    rows = []
    for option in result.options:
        scalars = result.scalars[option]
        row = {"option": title(result, option), "served_share": scalars["served_share"].mean()}
        row["present_cost_musd"] = scalars["present_cost_usd"].mean() / 1e6
        for part, usd in compared_parts(result, option).items():
            row[f"{part}_musd"] = usd.mean() / 1e6
        rows.append(row | {"compared_cost_musd": scalars["compared_cost_usd"].mean() / 1e6})
    return figures(pd.DataFrame(rows))


def _at_mid(scenario: Scenario) -> Inputs:
    """The inputs of a scenario in the future in which each is at its mid value."""
    return inputs.resolved(scenario, draws.mid(scenario))


def _by_option(result: Result, *names: str) -> pd.DataFrame:
    """Some numbers of the one future of each option."""
    rows: list[dict[str, Any]] = [
        {"option": title(result, option)}
        | {name: float(result.scalars[option][name][0]) for name in names}
        for option in result.options
    ]
    return pd.DataFrame(rows)
