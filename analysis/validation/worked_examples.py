"""Worked examples of the model's functions: our figures from what a source gives, no scenario."""

from typing import Any

import numpy as np

from analysis.arrays import Array
from analysis.decision import second_look, sobol, value_of_information
from analysis.model import cost, finance, training

Figures = dict[str, float]

Given = dict[str, Any]


def interruptions(given: Given) -> Figures:
    """The failure rate that gives the interval that was counted, and that interval from it."""
    seconds = given["days"] * training.SECONDS_PER_DAY / given["unexpected_interruptions"]
    rate = stop_s(given, 1.0) / seconds
    return {
        "mean_time_hours": stop_s(given, rate) / 3600,
        "failures_per_1000_node_days": rate,
    }


def stop_s(given: Given, rate: float) -> float:
    """Mean time between stops of a case's GPUs at a rate per 1,000 node-days, in seconds."""
    gpus = np.array(float(given["gpus"]))
    return float(training.mean_time_to_stop_s(gpus, given["gpus_per_node"], np.array(rate)))


def time_to_failure(given: Given) -> Figures:
    """How often the GPUs of a case stop, from a rate of failures."""
    return {"mean_time_hours": stop_s(given, given["failures_per_1000_node_days"]) / 3600}


def checkpoints(given: Given) -> Figures:
    """Goodput at some write times; and with no restart what is lost: writing, and work redone."""
    stop, restart = (
        stop_s(given, given["failures_per_1000_node_days"]),
        given["restart_s"],
    )
    found = {f"write_{w}_s": _goodput(stop, w, restart) for w in given["write_s"]}
    rare = given["overhead_mean_time_hours"] * 3600
    return found | {"overhead": 1 - _goodput(rare, given["overhead_write_s"], 0.0)}


def _goodput(stop_s: float, write_s: float, restart_s: float) -> float:
    times = (np.array(float(one)) for one in (stop_s, write_s, restart_s))
    return float(training.goodput_share(*times))


def sample_project(given: Given) -> Figures:
    """The present value of costs and benefits that fall due at the end of each year."""
    years = np.arange(1.0, len(given["costs_usd"]) + 1)
    factors = cost.discount_factor(given["rate"], 12 * years)
    costs, benefits = (
        float(cost.present_usd(np.array(given[name]), factors))
        for name in ("costs_usd", "benefits_usd")
    )
    return {
        "present_costs_usd": costs,
        "present_benefits_usd": benefits,
        "net_present_usd": benefits - costs,
    }


def lease(given: Given) -> Figures:
    """What leasing gains over buying, and the rent at which that is nothing; taxed and untaxed."""
    untaxed = given | {"tax_rate_share": 0}
    return {
        "advantage_usd": finance.lease_advantage_usd(**given),
        "break_even_rent_usd_per_year": _break_even_rent(given),
        "advantage_without_tax_usd": finance.lease_advantage_usd(**untaxed),
        "break_even_without_tax_usd_per_year": _break_even_rent(untaxed),
    }


def _break_even_rent(given: Given) -> float:
    """The rent at which the advantage, linear in the rent, is nil."""
    at = [finance.lease_advantage_usd(**given | {"rent_usd_per_year": rent}) for rent in (0, 1)]
    return at[0] / (at[0] - at[1])


def ishigami(given: Given) -> Figures:
    """Indices of a function whose are known, by the estimator of `indices`."""
    ranks = np.stack([sobol.ranks(given["size"], given["seed"], f"x{i}") for i in range(3)], 1)
    one, other = np.pi * (2 * ranks - 1)
    mixed = np.stack([np.where(np.arange(3)[:, None] == i, other, one) for i in range(3)])
    a, b, either = (_ishigami_function(given, x) for x in (one, other, np.moveaxis(mixed, 1, 0)))
    weights = np.full((1, sobol.NETS), 1 / sobol.NETS)
    found = zip(("first", "total"), sobol.shares(a, b, either, weights), strict=True)
    return {f"{name}_{i + 1}": float(x) for name, row in found for i, x in enumerate(row[0])}


def _ishigami_function(given: Given, x: Array) -> Array:
    found: Array = np.sin(x[0]) * (1 + given["b"] * x[2] ** 4) + given["a"] * np.sin(x[1]) ** 2
    return found


def perfect_information(given: Given) -> Figures:
    """The best choice without knowing the state, in knowledge of it, and the difference."""
    payoffs, chances = np.array(given["payoffs_usd"]), np.array(given["probabilities"])
    alone = float(chances @ payoffs[:, value_of_information.best(payoffs, chances)])
    worth = value_of_information.perfect(payoffs, chances)
    return {"best_usd": alone, "knowing_usd": alone + worth, "worth_usd": worth}


def wait_to_invest(given: Given) -> Figures:
    """The threshold is where investing now and waiting, both linear in the price, are equal."""
    now, wait, option = _widget(given)
    dearer, later, _ = _widget(given | {"price_usd": given["price_usd"] + 1})
    closer = (dearer - later) - (now - wait)
    threshold = given["price_usd"] + (wait - now) / closer
    return {"now_usd": now, "wait_usd": wait, "option_usd": option, "threshold_usd": threshold}


def _widget(given: Given) -> tuple[float, float, float]:
    """Investing now, waiting a year to decide, and what it is worth to be able to wait; the price
    rises or falls by the same share and stays there."""
    chances = np.array([given["probability"], 1 - given["probability"]])
    prices = given["price_usd"] * (1 + given["change_share"] * np.array([1, -1]))
    for_ever, rate, none = prices / given["rate"], given["rate"], np.zeros(2)
    now = np.stack([given["price_usd"] + for_ever - given["cost_usd"], none])
    later = np.stack([(prices + for_ever - given["cost_usd"]) / (1 + rate), none])
    seen = np.array([True, False])
    wait, _ = second_look.after_a_look(later, chances, seen)
    return float(now[0] @ chances), wait, second_look.option_value(now, later, chances, seen)
