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
SCENARIOS, FUTURES = 60, 4


def both(scenario: Scenario, futures: dict[str, Array]) -> tuple[Result, Slow]:
    """The same futures by the package and by the second implementation, by option and name."""
    tables, slow = scenario.model_dump(), {}
    number = len(next(iter(futures.values())))
    each = [{name: float(x[i]) for name, x in futures.items()} for i in range(number)]
    for option in scenario.options:
        rows = [brute.outcome(tables, option, one) for one in each]
        slow[option] = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return comparison.at(scenario, futures), slow


@cache
def flagship() -> tuple[Result, Slow]:
    """The shipped scenario, all its options, 200 draws."""
    scenario = builders.shipped()
    return both(scenario, draws.block(scenario, SEED, 0, DRAWS))


def days_apart(ours: Array, theirs: Array, horizon: float) -> Array:
    """Days between two dates; one that is never counts as the horizon."""
    return (np.minimum(theirs, horizon) - np.minimum(ours, horizon)) * DAYS


def quantile(values: Array, p: float) -> float:
    """The value at position ⌈p n⌉ in ascending order."""
    return float(np.sort(values)[math.ceil(p * len(values) - 1e-9) - 1])


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


# Random scenarios: the shipped sites and chips under other structures, in other futures

RANGES = {
    "target_flop": (5e25, 5e26),
    "use_share": (0.7, 1),
    "failures_per_1000_node_days": (0.5, 4),
    "checkpoint_write_s": (2, 60),
    "restart_s": (60, 600),
    "pue": (1.05, 1.5),
    "price_fall_per_year": (0, 0.5),
    "memphis_first_gpus_months": (0.2, 8),
    "oracle_first_gpus_months": (4, 30),
    "memphis_ramp_months": (0.5, 7),
    "oracle_term_months": (10, 60),
    "memphis_grid_upgrade_months": (0.5, 6),
    "memphis_substation_months": (4, 24),
    "memphis_gas_months": (0.3, 12),
    "grid_usd_per_mwh": (40, 150),
    "gas_usd_per_mwh": (40, 150),
}
EVENTS = ("memphis_gas_comes", "oracle_delivers")


def random_futures(scenario: Scenario, number: int) -> dict[str, Array]:
    """A few futures from wide ranges; what is not in the table above is at its mid value."""
    dice = np.random.default_rng(number)
    found = {name: np.repeat(x, FUTURES) for name, x in draws.mid(scenario).items()}
    found |= {name: dice.uniform(*ends, FUTURES) for name, ends in RANGES.items()}
    return found | {name: dice.integers(0, 2, FUTURES).astype(float) for name in EVENTS}


def random_scenario(number: int) -> builders.Words:
    """Two options of one to three tranches each, at random sites, on random terms; the second may
    have those of the first as well."""
    dice = random.Random(number)
    tables = builders.words(builders.shipped())
    tables |= {"baseline": None, "compare": None, "tranches": {}, "options": {}}
    tables["choices"] |= random_choices(dice)
    tables["need"]["start_gpus"]["value"] = dice.choice([2000, 16000, 25000, 60000])
    tables["chips"]["gb200"] |= {"node_usd": 200000, "resale_share": "resale_share"}
    tables["chips"]["h100"]["falls_from_month"] = dice.choice([0, 7.5])
    for site in ("nashville", "memphis"):
        tables["sites"][site] = random_site(dice, tables["sites"]["memphis"])
    for option in ("one", "two"):
        mine = random_tranches(dice, option)
        others = list(tables["tranches"]) if dice.random() < 0.4 else []
        tables["tranches"] |= mine
        tables["options"][option] = {"title": option.title(), "tranches": [*mine, *others[::-1]]}
    return tables


def random_choices(dice: random.Random) -> builders.Words:
    """Horizon, discount rate, and tax and debt on or off."""
    values = {
        "horizon_months": dice.choice([12, 18, 24, 31, 36, 48, 60]),
        "discount_rate_per_year": dice.choice([0, 0.08, 0.15]),
        "tax_rate_share": dice.choice([0, 0.25]),
        "debt_share": dice.choice([0, 0.6]),
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
        stages[name]["mw"] = dice.uniform(5, 120)
    stages["mobile_gas"]["only_if"] = dice.choice(["memphis_gas_comes", None])
    lease = dice.choice([None, dice.uniform(50, 150)])
    works = dice.choice([None, "memphis_works_usd_per_mw"])
    paid = {"lease_usd_per_kw_month": lease, "works_usd_per_mw": works}
    return like | {"stages": stages} | paid


def random_tranches(dice: random.Random, option: str) -> builders.Words:
    """One to three tranches, all in one fabric or each in its own; a rental of other work, or in a
    fabric of its own, may be left when the first tranche trains."""
    shared, chip = dice.choice([None, f"{option}_fabric"]), dice.choice(["h100", "h100", "gb200"])
    fabric = {"fabric": shared, "fabric_gpus": dice.choice([None, 30000, 60000])}
    found = {}
    for i in range(dice.randint(1, 3)):
        use = "run" if i == 0 or shared else dice.choice(["run", "run", "other"])
        mine = {"use": use, "chip": chip if shared else dice.choice(["h100", "gb200"])}
        kind = dice.choice([random_rental, random_build])
        found[f"{option}_{i}"] = kind(dice) | fabric | mine
    for one in list(found.values())[1:]:
        if one["kind"] == "rent" and not shared and dice.random() < 0.6:
            one["leave_when_trains"] = f"{option}_0"
            one["exit_fee_months"] = dice.uniform(0, 9)
    return found


def random_delivery(dice: random.Random) -> builders.Words:
    """How many GPUs come, when and how fast."""
    name = dice.choice(["memphis_first_gpus_months", "oracle_first_gpus_months"])
    building = dice.choice([0, dice.uniform(0, 40)])
    return {
        "title": "A tranche",
        "gpus": dice.choice([0, 8000, 24000, 60000, 100000]),
        "milestones": {"servers": [name, dice.uniform(0, 2)], "building": building},
        "ramp_months": dice.choice([0, dice.uniform(0.3, 6), "memphis_ramp_months"]),
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


def room(result: Result, option: str) -> dict[str, Array]:
    """By how much the means may differ, by name: half a percent of present cost or of the quantity,
    and what all planned GPUs do in one step (a window may begin and end within steps)."""
    ours, scenario = result.scalars[option], result.scenario
    tranches = (scenario.tranches[name] for name in scenario.options[option].tranches)
    step = sum(float(one.gpus) for one in tranches if not isinstance(one.gpus, str | tuple))
    step /= brute.STEPS
    hours = step * 730 / np.maximum(ours["gpu_hours"], 1)
    training = step / np.maximum(result.bands[option]["training_gpus"].sum(axis=1), 1)
    found = {name: 0.005 * np.abs(ours["present_cost_usd"]) for name in COSTS}
    for name in ("present_cost_usd", "part:rent", "part:energy"):
        found[name] = found[name] + np.minimum(hours, 0.02) * np.abs(ours[name])
    for name in (*SUMS, *DISCOUNTED):
        found[name] = (0.005 + (training if "pflop" in name else hours)) * ours[name]
    return found


@pytest.mark.parametrize("number", range(SCENARIOS))
def test_a_random_scenario_has_the_same_dates_costs_and_quantities(
    tmp_path: Path, number: int
) -> None:
    scenario = builders.written(tmp_path, random_scenario(number))
    horizon = scenario.choices.horizon_months.value
    result, slow = both(scenario, random_futures(scenario, number))
    for option, theirs in slow.items():
        ours = result.scalars[option]
        for name in DATES:
            assert np.abs(days_apart(ours[name], theirs[name], horizon)).max() < 2, (option, name)
        for name, most in room(result, option).items():
            apart = abs((ours[name] - theirs[name]).mean())
            assert apart <= most.mean() + 1e-6, (option, name, apart, most.mean())
