"""The model's formulas at mid values: small tables for the page that tells the method."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.decision import value_of_time
from analysis.model import (
    comparison,
    cost,
    draws,
    inputs,
    power,
    schedule,
    simulation,
    training,
)
from analysis.model.draws import HOURS_PER_MONTH
from analysis.model.inputs import Inputs, OwnedTranche, RentedTranche
from analysis.model.simulation import Result
from analysis.scenario import references
from analysis.scenario.schema import Scenario


def mid_values(scenario: Scenario) -> pd.DataFrame:
    """Every assumption that is used, at its mid value."""
    used = references.used_assumptions(scenario)
    rows = [
        {"assumption": one.label, "mid": draws.mid_value(one), "unit": one.unit}
        for name, one in scenario.assumptions.items()
        if name in used
    ]
    return pd.DataFrame(rows)


def arrivals(scenario: Scenario) -> pd.DataFrame:
    """First and last GPUs of each tranche, in months, how many, and the end of a rental's term."""
    mid, rows = _at_mid(scenario), []
    for tranche in mid.tranches.values():
        arrived = schedule.arrival(tranche, mid.horizon)
        row = {"tranche": tranche.title, "gpus": arrived.gpus[0]}
        row |= {"first_month": arrived.first[0], "last_month": arrived.last[0]}
        if isinstance(tranche, RentedTranche):
            row["term_ends_month"] = arrived.first[0] + tranche.term_months[0]
        rows.append(row)
    return pd.DataFrame(rows)


def stages(scenario: Scenario) -> pd.DataFrame:
    """Each power stage: from and until which month, MW x availability, price, emission rate."""
    mid, rows = _at_mid(scenario), []
    for name, site in scenario.sites.items():
        if site.stages:
            found = power.stages(mid.sites[name])
            for i, stage in enumerate(site.stages.values()):
                row = {"site": site.title, "stage": stage.title}
                row |= {"from_month": found.start[0, i], "until_month": found.end[0, i]}
                row |= {"mw": found.mw[0, i], "usd_per_mwh": found.usd_per_mwh[0, i]}
                rows.append(row | {"tco2_per_mwh": found.tco2_per_mwh[0, i]})
    return pd.DataFrame(rows)


def energy(scenario: Scenario) -> pd.DataFrame:
    """Peak MW, MWh, tCO2 and paid energy of each option over the horizon."""
    result = simulation.evaluate(scenario)
    names = ("peak_mw", "energy_mwh", "emissions_tco2")
    paid = [float(result.parts_usd[option]["energy"][0]) for option in result.options]
    return _by_option(result, names).assign(energy_present_usd=paid)


def run_inputs(scenario: Scenario) -> tuple[Array, Array, Array]:
    """Write time (s), restart time (s) and failures per 1,000 node-days, each (1,)."""
    run = _at_mid(scenario).run
    return run.checkpoint_write_s, run.restart_s, run.failures_per_1000_node_days


def goodput(stop_s: Array, write_s: Array, restart_s: Array) -> pd.DataFrame:
    """Goodput at given mean times between stops."""
    share = training.goodput_share(stop_s, write_s, restart_s)
    return pd.DataFrame({"mean_time_between_stops_s": stop_s, "goodput_share": share})


def runs(scenario: Scenario) -> pd.DataFrame:
    """The run of each option: its dates in months and its useful compute."""
    names = ("first_training_months", "full_capacity_months", "target_months", "pflop_days")
    return _by_option(simulation.evaluate(scenario), names)


def rentals(scenario: Scenario) -> pd.DataFrame:
    """Each rental: price, contract value, prepayment and the market price at the horizon."""
    mid, rows = _at_mid(scenario), []
    for tranche in mid.tranches.values():
        if isinstance(tranche, RentedTranche):
            price = tranche.usd_per_gpu_hour
            hours = tranche.gpus * HOURS_PER_MONTH * tranche.term_months
            value = hours * price * tranche.take_or_pay_share
            row = {"tranche": tranche.title, "usd_per_gpu_hour": price[0]}
            row["contract_value_usd"] = value[0]
            row["prepaid_usd"] = (value * tranche.prepayment_share)[0]
            then = cost.market_rent(tranche.chip, np.array([float(mid.horizon)]))
            rows.append(row | {"market_usd_per_gpu_hour_at_horizon": then[0, 0]})
    return pd.DataFrame(rows)


def purchases(scenario: Scenario) -> pd.DataFrame:
    """Each purchase: USD per GPU for the server and for the cluster, and the works."""
    rows = []
    for tranche in _at_mid(scenario).tranches.values():
        if isinstance(tranche, OwnedTranche):
            chip = tranche.chip
            server = cost.server_usd(chip)
            cluster = server / (1 - (tranche.network_share + tranche.storage_share))
            mw = tranche.gpus * chip.it_kw_per_gpu / 1000
            row = {"tranche": tranche.title, "server_usd_per_gpu": server[0]}
            row["cluster_usd_per_gpu"] = cluster[0]
            row["cluster_usd"] = (tranche.gpus * cluster)[0]
            rows.append(row | {"works_usd": (tranche.site.works_usd_per_mw * mw)[0]})
    return pd.DataFrame(rows)


def costs(scenario: Scenario) -> pd.DataFrame:
    """Present cost by part and option, in million USD; the parts add up to the last row."""
    result = simulation.evaluate(scenario)
    rows = []
    for part in cost.PARTS:
        usd = [float(result.parts_usd[option][part][0]) / 1e6 for option in result.options]
        rows.append([part.replace("_", " "), *usd])
    total = [float(result.scalars[o]["present_cost_usd"][0]) / 1e6 for o in result.options]
    rows.append(["present cost usd", *total])
    titles = [scenario.options[option].title for option in result.options]
    return pd.DataFrame(rows, columns=["part", *titles])


def wins(result: Result) -> pd.DataFrame:
    """Share of futures in which each option is best, by measure; `none` meets the need."""
    rules = {
        "first to the target": comparison.first_to_target,
        "lowest present cost": comparison.lowest_present_cost,
        "lowest USD per useful PFLOP-day": comparison.lowest_usd_per_pflop_day,
    }
    rows = []
    for label, rule in rules.items():
        won = rule(result)
        shares = [float(share.mean()) for share in (*won.options.values(), won.none)]
        rows.append([label, *shares])
    # columns by place: an option may have the name of a column of ours
    return pd.DataFrame(rows, columns=["measure", *result.options, "none"])


def break_evens(result: Result) -> pd.DataFrame:
    """Per pair: mean difference in cost and months, and the value of a month that equals them."""
    rows = []
    for a, b in comparison.pairs(result):
        cost_usd = comparison.cost_difference_usd(result, a, b)
        months = comparison.months_difference(result, a, b)
        worth = value_of_time.break_even_usd(result, a, b).value
        better = comparison.better_at_every_value(result, a, b)
        rows.append(
            {
                "a": a,
                "b": b,
                "cost_a_less_b_musd": float(cost_usd.mean()) / 1e6,
                "months_a_less_b": float(months.mean()),
                "break_even_month_musd": "none" if worth is None else f"{worth / 1e6:.4g}",
                "better_at_every_value": better or "neither",
            }
        )
    return pd.DataFrame(rows)


def _at_mid(scenario: Scenario) -> Inputs:
    """The inputs of a scenario in the future in which each is at its mid value."""
    return inputs.resolved(scenario, draws.mid(scenario))


def _by_option(result: Result, names: tuple[str, ...]) -> pd.DataFrame:
    rows = []
    for option in result.options:
        row: dict[str, Any] = {"option": result.scenario.options[option].title}
        rows.append(row | {name: float(result.scalars[option][name][0]) for name in names})
    return pd.DataFrame(rows)
