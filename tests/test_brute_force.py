"""The model against a slow second implementation, written from the model's text alone.

The second implementation cuts a month into 32 steps and finds dates as ends of steps, so its dates
may be 1.5 steps (1.5 / 32 x 30.4 = 1.4 days) late; what it counts by step averages out.
"""

import math
import random
from functools import cache
from pathlib import Path

import builders
import numpy as np
import pytest
from numpy.typing import NDArray
from reference import brute

from analysis import comparison, cost, draws, headline
from analysis.comparison import Result
from analysis.inputs import Scenario
from analysis.metalog import metalog

Array = NDArray[np.float64]
Slow = dict[str, dict[str, Array]]

DATES = ("first_training_months", "full_capacity_months", "target_months")
COSTS = ("present_cost_usd", *(f"part:{part}" for part in cost.PARTS))
SUMS = ("energy_mwh", "emissions_tco2", "gpu_hours", "h100_hours", "pflop_days")
DISCOUNTED = ("discounted_gpu_hours", "discounted_h100_hours", "discounted_pflop_days")
DAYS = 365 / 12
DRAWS, SEED = 200, 7
SCENARIOS, DRAWS_EACH = 60, 4


def both(scenario: Scenario, number: int, seed: int) -> tuple[Result, Slow]:
    """The same draws by the package and by the second implementation, by option and name."""
    futures = draws.block(scenario, seed, 0, number)
    tables, slow = builders.words(scenario), {}
    for option in scenario.options:
        rows = [
            brute.outcome(tables, option, {name: float(x[i]) for name, x in futures.items()})
            for i in range(number)
        ]
        slow[option] = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return comparison.at(scenario, futures), slow


@cache
def flagship() -> tuple[Result, Slow]:
    """The shipped scenario, all its options, 200 draws."""
    return both(builders.shipped(), DRAWS, SEED)


def days_apart(ours: Array, theirs: Array, horizon: float) -> Array:
    """Days between two dates; one that is never counts as the horizon."""
    return (np.minimum(theirs, horizon) - np.minimum(ours, horizon)) * DAYS


def quantile(values: Array, p: float) -> float:
    """The value at position ⌈p n⌉ in ascending order."""
    return float(np.sort(values)[math.ceil(p * len(values) - 1e-9) - 1])


def compare(result: Result, slow: Slow) -> None:
    """Dates of each draw within two days; mean costs and quantities within half a percent, and
    useful compute within that and one step of its best month."""
    horizon = result.scenario.choices.horizon_months.value
    for option, theirs in slow.items():
        ours = result.scalars[option]
        scale = np.abs(ours["present_cost_usd"]).mean()
        for name in DATES:
            apart = np.abs(days_apart(ours[name], theirs[name], horizon))
            assert apart.max() < 2, (option, name, apart.max())
        for name in COSTS:
            apart = abs(ours[name].mean() - theirs[name].mean())
            assert apart <= 0.005 * scale, (option, name, apart / scale)
        gpus = result.bands[option]["training_gpus"]
        one_step = gpus.max(axis=1) / np.maximum(gpus.sum(axis=1), 1) / brute.STEPS
        for name in (*SUMS, *DISCOUNTED):
            apart = abs(ours[name].mean() - theirs[name].mean())
            room = 0.005 + (one_step if "pflop" in name else 0)
            assert apart <= (room * ours[name]).mean() + 1e-6, (option, name)


@pytest.mark.parametrize("option", builders.shipped().options)
@pytest.mark.parametrize("name", DATES)
def test_no_quantile_of_a_date_differs_by_more_than_two_days(option: str, name: str) -> None:
    result, slow = flagship()
    found = headline.headline(result, builders.FLAGSHIP)["options"][option][name]
    horizon = result.scenario.choices.horizon_months.value
    for key, p in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
        ours, theirs = found[key]["value"], quantile(slow[option][name], p)
        assert (ours is None) == math.isinf(theirs)
        assert ours is None or abs(days_apart(np.array(ours), np.array(theirs), horizon)) < 2


@pytest.mark.parametrize("option", builders.shipped().options)
@pytest.mark.parametrize("name", DATES)
def test_in_no_draw_does_a_date_differ_by_more_than_two_days(option: str, name: str) -> None:
    result, slow = flagship()
    horizon = result.scenario.choices.horizon_months.value
    apart = days_apart(result.scalars[option][name], slow[option][name], horizon)
    assert np.abs(apart).max() < 2


@pytest.mark.parametrize("option", builders.shipped().options)
@pytest.mark.parametrize("name", COSTS)
def test_no_mean_cost_or_part_differs_by_half_a_percent_of_present_cost(
    option: str, name: str
) -> None:
    result, slow = flagship()
    ours, theirs = result.scalars[option], slow[option]
    apart = abs(ours[name].mean() - theirs[name].mean())
    assert apart <= 0.005 * ours["present_cost_usd"].mean()


@pytest.mark.parametrize("option", builders.shipped().options)
@pytest.mark.parametrize("name", ("peak_mw", *SUMS, *DISCOUNTED))
def test_no_mean_of_power_energy_or_compute_differs_by_half_a_percent(
    option: str, name: str
) -> None:
    result, slow = flagship()
    ours, theirs = result.scalars[option][name].mean(), slow[option][name].mean()
    assert ours == pytest.approx(theirs, rel=0.005)


@pytest.mark.parametrize("option", builders.shipped().options)
def test_cash_by_year_and_the_deepest_cash_differ_by_less_than_half_a_percent(option: str) -> None:
    result, slow = flagship()
    ours, theirs = result.scalars[option], slow[option]
    scale = ours["present_cost_usd"].mean()
    years = [name for name in theirs if name.startswith("cash_year_")]
    assert len(years) == 5
    for name in (*years, "deepest_cash_usd", "end_value_usd"):
        assert abs(ours[name].mean() - theirs[name].mean()) <= 0.005 * scale, name


@pytest.mark.parametrize("name", [n for n, a in builders.shipped().assumptions.items() if a.low])
def test_the_ranges_of_the_shipped_scenario_have_the_same_values_at_every_rank(name: str) -> None:
    one = builders.shipped().assumptions[name]
    assert one.low is not None and one.mid is not None and one.high is not None
    ranks = np.array([1e-6, 0.001, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.999, 1 - 1e-6])
    ours = metalog((one.low, one.mid, one.high), (one.min, one.max), ranks)
    theirs = [brute.metalog(one.low, one.mid, one.high, one.min, one.max, u) for u in ranks]
    assert ours == pytest.approx(theirs, rel=1e-9)


# Random scenarios: the flagship's assumptions under other structures


def random_scenario(number: int) -> builders.Words:
    """Two options of one to three tranches each, at random sites, on random terms."""
    dice = random.Random(number)
    tables = builders.words(builders.shipped())
    tables |= {"baseline": None, "compare": None}
    tables["choices"] |= random_choices(dice)
    tables["need"]["start_gpus"]["value"] = dice.choice([2000, 16000, 25000, 60000])
    tables["chips"]["gb200"] |= {"node_usd": 200000, "resale_share": "resale_share"}
    tables["chips"]["h100"]["falls_from_month"] = dice.choice([0, 7.5])
    tables["sites"]["memphis"] = random_site(dice, tables["sites"]["memphis"])
    tables["sites"]["nashville"] = random_site(dice, tables["sites"]["memphis"])
    tables["tranches"] = {}
    tables["options"] = {}
    for option in ("one", "two"):
        mine = random_tranches(dice, option)
        tables["tranches"] |= mine
        tables["options"][option] = {"title": option.title(), "tranches": list(mine)}
    return tables


def random_choices(dice: random.Random) -> builders.Words:
    """Horizon, discount rate, and tax and debt on or off."""
    tax, debt = dice.choice([0, 0.25]), dice.choice([0, 0.6])
    values = {
        "horizon_months": dice.choice([12, 18, 24, 31, 36, 48, 60]),
        "discount_rate_per_year": dice.choice([0, 0.08, 0.15]),
        "tax_rate_share": tax,
        "debt_share": debt,
        "debt_rate_per_year": dice.choice([0, 0.11]),
        "debt_months": dice.choice([6, 36, 60]),
    }
    return {name: {"value": value} for name, value in values.items()}


def random_site(dice: random.Random, like: builders.Words) -> builders.Words:
    """The site with its stages in another order, under other ends and replacements."""
    names = list(like["stages"])
    dice.shuffle(names)
    stages = {name: dict(like["stages"][name]) for name in names}
    for i, name in enumerate(names):
        stages[name]["replaces"] = dice.choice([None, *names[:i]])
        stages[name]["until_months"] = dice.choice([None, None, dice.uniform(2, 30)])
        stages[name]["mw"] = dice.choice([stages[name]["mw"], dice.uniform(5, 120)])
    stages["mobile_gas"]["only_if"] = dice.choice(["memphis_gas_comes", None])
    lease = dice.choice([None, dice.uniform(50, 150)])
    works = dice.choice([None, "memphis_works_usd_per_mw"])
    paid = {"lease_usd_per_kw_month": lease, "works_usd_per_mw": works}
    return like | {"stages": stages} | paid


def random_tranches(dice: random.Random, option: str) -> builders.Words:
    """One to three tranches; some share a fabric, and a rental may be left when another trains."""
    found = {}
    shared = dice.choice([None, f"{option}_fabric"])
    chip, holds = dice.choice(["h100", "h100", "gb200"]), dice.choice([None, 30000, 60000])
    for i in range(dice.randint(1, 3)):
        fabric = {"fabric": shared, "chip": chip, "fabric_gpus": holds, "use": "run"}
        apart = {"chip": dice.choice(["h100", "gb200"]), "use": dice.choice(["run", "run", "other"])}
        kind = dice.choice([random_rental, random_build])
        found[f"{option}_{i}"] = kind(dice) | (fabric if shared else apart)
    names = list(found)
    for name, one in found.items():
        others = [n for n in names if n != name and found[n]["use"] == "run"]
        if one["kind"] == "rent" and not shared and others and dice.random() < 0.6:
            one |= {"leave_when_trains": dice.choice(others), "exit_fee_months": dice.uniform(0, 9)}
    left = {n for n, one in found.items() if one.get("leave_when_trains")}
    for one in found.values():  # a rental that is itself left starts no other's leaving
        if one.get("leave_when_trains") in left:
            one |= {"leave_when_trains": None, "exit_fee_months": None}
    return found


def random_delivery(dice: random.Random) -> builders.Words:
    """How many GPUs come, when and how fast."""
    name = dice.choice(["memphis_first_gpus_months", "oracle_first_gpus_months"])
    return {
        "title": "A tranche",
        "gpus": dice.choice([0, 8000, 24000, "existing_gpus", 60000, 100000]),
        "milestones": {"servers": name, "building": dice.choice([0, dice.uniform(0, 40)])},
        "ramp_months": dice.choice([0, dice.uniform(0.3, 12), "memphis_ramp_months"]),
        "only_if": dice.choice([None, None, "oracle_delivers"]),
    }


def random_rental(dice: random.Random) -> builders.Words:
    """A rental with a random term, prepayment and end."""
    return random_delivery(dice) | {
        "kind": "rent",
        "site": "oracle",
        "usd_per_gpu_hour": "oracle_rent_usd_per_gpu_hour",
        "term_months": dice.choice([0, 3.5, 12, 24, "oracle_term_months"]),
        "take_or_pay_share": dice.choice([0, "take_or_pay_share"]),
        "prepayment_share": dice.choice([0, "prepayment_share", 1]),
        "signed_month": dice.choice([0, dice.uniform(0, 50)]),
        "at_end": dice.choice(["renew", "stop"]),
    }


def random_build(dice: random.Random) -> builders.Words:
    """An owned tranche with a random order and deposit."""
    return random_delivery(dice) | {
        "kind": "own",
        "site": dice.choice(["memphis", "memphis", "nashville"]),
        "ordered_month": dice.choice([0, dice.uniform(0, 50)]),
        "deposit_share": dice.choice([0, "deposit_share", 1]),
        "network_share": "network_share",
        "storage_share": "storage_share",
        "maintenance_share_per_year": "maintenance_share_per_year",
        "insurance_and_tax_share_per_year": "insurance_and_tax_share_per_year",
    }


@pytest.mark.parametrize("number", range(SCENARIOS))
def test_a_random_scenario_has_the_same_dates_costs_and_quantities(
    tmp_path: Path, number: int
) -> None:
    scenario = builders.written(tmp_path, random_scenario(number))
    compare(*both(scenario, DRAWS_EACH, number))
