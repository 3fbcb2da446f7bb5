"""Laws: what must hold whatever the numbers are."""

import csv
import math
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tools import builders
from tools.builders import Words, merged

from analysis.decision import headline
from analysis.evidence import ledger
from analysis.evidence.files import BadInput
from analysis.model import comparison, cost, draws, inputs, piecewise, simulation
from analysis.model.fleet import option_fleet
from analysis.model.piecewise import Path as TimePath
from analysis.scenario import load
from analysis.scenario.metalog import feasible_mid, metalog
from analysis.scenario.schema import Scenario

Array = NDArray[np.float64]
law = settings(
    deadline=None,
    derandomize=True,
    max_examples=30,
    database=None,
    phases=(Phase.generate, Phase.shrink),
)

DATES = ("first_training_months", "full_capacity_months", "target_months")
HAIR = 1e-9


def number(least: float, most: float) -> st.SearchStrategy[float]:
    """A number with two digits behind the point, so that examples read well."""
    return st.integers(round(100 * least), round(100 * most)).map(lambda x: x / 100)


share = number(0, 1)
arrives = st.fixed_dictionaries({"ready": number(0, 30)})
rentals = st.fixed_dictionaries(
    {
        "gpus": number(0, 5000),
        "milestones": arrives,
        "ramp_months": number(0, 10),
        "usd_per_gpu_hour": number(0.5, 5),
        "term_months": number(1, 40),
        "take_or_pay_share": share,
        "prepayment_share": share,
        "prepaid_months_before": number(0, 30),
        "sublet_price_share": share,
        "at_end": st.sampled_from(["renew", "stop", "until_moved", "reserve"]),
        "reserved_share": st.sampled_from([0, 0.4, 1]),
    }
)
builds = st.fixed_dictionaries(
    {
        "gpus": number(0, 5000),
        "milestones": arrives,
        "ramp_months": number(0, 10),
        "ordered_month": number(0, 30),
        "deposit_share": share,
        "maintenance_share_per_year": number(0, 0.1),
        "insurance_and_tax_share_per_year": number(0, 0.05),
    }
)
stages = st.fixed_dictionaries(
    {"mw": number(0, 6), "from_months": number(0, 20), "usd_per_mwh": number(10, 200)}
)
sites = st.fixed_dictionaries(
    {
        "staff_usd_per_year": number(0, 9).map(lambda x: x * 1e6),
        "works_usd": number(0, 9).map(lambda x: x * 1e6),
        "works_usd_per_mw": number(0, 9).map(lambda x: x * 1e6),
        "lease_usd_per_kw_month": number(0, 200),
        "works_resale_share": st.sampled_from([0, 0.4, 1]),
    }
)
lines = st.fixed_dictionaries(
    {
        "once_usd": number(0, 9).map(lambda x: x * 1e6),
        "life_months": number(1, 40),
        "usd_per_year": number(0, 9).map(lambda x: x * 1e6),
        "usd_per_gpu_year": number(0, 5000),
        "usd_per_kw_month": number(0, 50),
    }
)
BOTH = {"title": "A line", "tranches": ["rental", "build"]}
choices = st.fixed_dictionaries(
    {
        "horizon_months": st.sampled_from([12, 24, 31, 36]),
        "discount_rate_per_year": number(0, 0.3),
        "tax_rate_share": st.sampled_from([0, 0.25]),
        "debt_share": st.sampled_from([0, 0.6]),
        "debt_rate_per_year": number(0, 0.15),
    }
)


@st.composite
def decisions(draw: st.DrawFn) -> Words:
    """`rental` and `build` with other numbers; the works have two power stages."""
    gas = {"title": "Gas", "availability_share": 0.9, "tco2_per_mwh": 0.5}
    return builders.small(
        need={"use_share": draw(number(0.5, 1)), "start_gpus": {"value": draw(number(1, 3000))}},
        choices={name: {"value": value} for name, value in draw(choices).items()},
        chips={"h100": {"price_fall_per_year": draw(number(0, 0.5))}},
        sites={
            "works": draw(sites) | {"stages": {"grid": draw(stages), "gas": gas | draw(stages)}}
        },
        tranches={"rental": draw(rentals), "build": draw(builds)},
        costs={"line": BOTH | draw(lines)},
    )


def found(tables: Words, option: str) -> dict[object, float]:
    """The numbers of one option in the one future of a scenario without uncertainty: its dates and
    quantities by name, parts of cost by name and cash by year."""
    result = simulation.evaluate(builders.parsed(tables))
    yields = (result.scalars, result.parts_usd, result.cash_by_year_usd)
    return {name: float(usd[0]) for one in yields for name, usd in one[option].items()}


def years_usd(numbers: dict[object, float]) -> list[float]:
    """The cash of each year among the numbers of an option."""
    return [usd for name, usd in numbers.items() if isinstance(name, int)]


@cache
def flagship(number: int) -> tuple[Scenario, dict[str, Array]]:
    """The shipped scenario and so many futures of it."""
    scenario = builders.shipped()
    return scenario, draws.block(scenario, 3, 0, number)


def put(tables: Words, key: str, change: Callable[[float], float]) -> Words:
    """The tables with the number at a dotted key changed."""
    *outer, last = key.split(".")
    inner: Any = tables
    for part in outer:
        inner = inner[part]
    top: Words = {last: change(inner.get(last, 0.0))}
    for part in reversed(outer):
        top = {part: top}
    return merged(tables, top)


# Nothing for nothing, and the same for the same


@law
@given(decisions(), st.sampled_from(["rental", "build"]))
def test_zero_gpus_cost_nothing_whatever_the_terms(tables: Words, option: str) -> None:
    numbers = found(merged(tables, {"tranches": {option: {"gpus": 0}}}), option)
    amounts = [x for name, x in numbers.items() if not str(name).endswith(("_months", "_share"))]
    assert amounts == [0.0] * len(amounts)


def test_an_equal_option_under_another_name_differs_by_exactly_nothing_in_any_draw() -> None:
    scenario, futures = flagship(256)
    tables = builders.words(scenario)
    tables["tranches"] |= {f"{name}_again": one for name, one in tables["tranches"].items()}
    for name, one in list(tables["options"].items()):
        same = [f"{tranche}_again" for tranche in one["tranches"]]
        tables["options"][f"{name}_again"] = one | {"tranches": same}
    result = simulation.at(builders.parsed(tables), futures)
    for name in scenario.options:
        other = result.per_draw(f"{name}_again")
        for key, values in result.per_draw(name).items():
            assert np.array_equal(values, other[key]), (name, key)


# Parts and totals


@law
@given(decisions(), st.sampled_from(["rental", "build"]))
def test_the_parts_add_up_to_present_cost(tables: Words, option: str) -> None:
    numbers = found(tables, option)
    parts = [numbers[part] for part in cost.PARTS]
    most = max(abs(part) for part in parts)
    assert numbers["present_cost_usd"] == pytest.approx(math.fsum(parts), abs=1e-12 * most)


@law
@given(decisions(), st.sampled_from(["rental", "build"]))
def test_without_discounting_present_cost_is_the_cash_of_all_years_less_the_end_value(
    tables: Words, option: str
) -> None:
    flat = merged(tables, {"choices": {"discount_rate_per_year": {"value": 0}}})
    numbers = found(flat, option)
    years = years_usd(numbers)
    assert len(years) == math.ceil(flat["choices"]["horizon_months"]["value"] / 12)
    total = math.fsum(years) - numbers["end_value_usd"]
    assert numbers["present_cost_usd"] == pytest.approx(total, rel=1e-9, abs=1e-3)


@law
@given(decisions(), st.sampled_from(["rental", "build"]))
def test_where_no_month_brings_money_in_the_deepest_cash_is_the_cash_of_all_years(
    tables: Words, option: str
) -> None:
    # no credits and no loans: then every month's cash is a payment
    plain = {"tranches": {"rental": {"prepayment_share": 0}}, "choices": {}}
    for switch in ("tax_rate_share", "debt_share"):
        plain["choices"][switch] = {"value": 0}
    numbers = found(merged(tables, plain), option)
    years = years_usd(numbers)
    assert numbers["deepest_cash_usd"] == pytest.approx(math.fsum(years), rel=1e-12)


@law
@given(decisions(), st.sampled_from(["rental", "build"]))
def test_a_discounted_quantity_is_at_most_the_plain_one_and_equals_it_at_a_rate_of_zero(
    tables: Words, option: str
) -> None:
    flat = merged(tables, {"choices": {"discount_rate_per_year": {"value": 0}}})
    some, none = found(tables, option), found(flat, option)
    for name in ("gpu_hours", "h100_hours", "pflop_days"):
        assert some[f"discounted_{name}"] <= some[name]
        assert none[f"discounted_{name}"] == pytest.approx(none[name], rel=1e-12)


def test_in_the_headline_parts_add_up_and_every_share_of_winners_to_one() -> None:
    scenario, futures = flagship(256)
    shown = headline.headline(simulation.at(scenario, futures), "case")
    for one in shown["options"].values():
        parts = [part["mean"]["value"] for part in one["parts_usd"].values()]
        assert math.fsum(parts) == pytest.approx(one["present_cost_usd"]["mean"]["value"], rel=1e-8)
    for rule in ("first_to_target", "lowest_compared_cost", "lowest_usd_per_pflop_day"):
        won = shown["comparison"][rule]
        shares = [row["value"] for row in (*won["options"].values(), won["none"])]
        assert math.fsum(shares) == pytest.approx(1, abs=1e-8)


def test_cash_by_year_stands_in_the_order_of_the_years_over_twelve_years_too() -> None:
    tables = builders.small(choices={"horizon_months": {"value": 144}})
    result = simulation.evaluate(builders.parsed(tables))
    usd = [result.cash_by_year_usd["rental"][year][0] for year in range(1, 13)]
    shown = headline.headline(result, "case")["options"]["rental"]["cash_by_year_usd"]
    assert [one["mean"]["value"] for one in shown] == pytest.approx(usd, rel=1e-8)


def test_present_cost_at_the_scenarios_own_rate_is_present_cost() -> None:
    scenario, futures = flagship(256)
    rate = scenario.choices.discount_rate_per_year.value
    result = simulation.at(scenario, futures)
    for option in result.options:
        swept = result.present_cost_at_usd[option][rate]
        assert swept == pytest.approx(result.scalars[option]["present_cost_usd"], rel=1e-12)


# Money


@law
@given(decisions())
def test_twice_the_rental_price_is_twice_the_rent_prepayment_included(tables: Words) -> None:
    # what is renewed or by the hour is paid at the market's price: all is under one contract
    alone = {"at_end": "stop", "reserved_share": 1}
    stops = merged(tables, {"tranches": {"rental": alone}})
    once = found(stops, "rental")
    twice = found(put(stops, "tranches.rental.usd_per_gpu_hour", lambda x: 2 * x), "rental")
    hair = 1e-12 * 5 * once["h100_hours"]  # a month's credit can cancel a month's rent
    assert twice["rent"] == pytest.approx(2 * once["rent"], rel=1e-12, abs=hair)


PRICES = (
    ("rental", "tranches.rental.usd_per_gpu_hour"),
    ("build", "chips.h100.node_usd"),
    ("build", "sites.works.works_usd_per_mw"),
    ("build", "sites.works.works_usd"),
    ("build", "sites.works.lease_usd_per_kw_month"),
    ("build", "sites.works.staff_usd_per_year"),
    ("build", "sites.works.stages.grid.usd_per_mwh"),
    ("build", "sites.works.stages.gas.usd_per_mwh"),
    ("build", "tranches.build.maintenance_share_per_year"),
    ("build", "tranches.build.insurance_and_tax_share_per_year"),
    ("build", "costs.line.once_usd"),
    ("rental", "costs.line.usd_per_gpu_year"),
)


@pytest.mark.parametrize(("option", "key"), PRICES)
@law
@given(decisions())
def test_a_higher_price_never_makes_its_option_cheaper(
    option: str, key: str, tables: Words
) -> None:
    before = found(tables, option)["present_cost_usd"]
    after = found(put(tables, key, lambda x: 1.3 * x), option)["present_cost_usd"]
    assert after >= before - 1e-12 * abs(before) - 1e-6


@law
@given(decisions())
def test_a_higher_market_rent_never_makes_a_rental_cheaper_whose_term_ends_by_the_horizon(
    tables: Words,
) -> None:
    # beyond the horizon the contract is worth more, the dearer the market is
    within = {"milestones": {"ready": 1}, "term_months": 6}
    short = merged(tables, {"tranches": {"rental": within}})
    key = "chips.h100.market_rent_usd_per_gpu_hour"
    before = found(short, "rental")["present_cost_usd"]
    after = found(put(short, key, lambda x: 1.3 * x), "rental")["present_cost_usd"]
    assert after >= before - 1e-6


@law
@given(decisions())
def test_without_discounting_a_prepayment_moves_no_present_cost(tables: Words) -> None:
    # what is paid ahead is credited within the term, at the latest after the horizon
    plain = {name: {"value": 0} for name in ("discount_rate_per_year", "tax_rate_share")}
    flat = merged(tables, {"choices": plain})
    none = found(merged(flat, {"tranches": {"rental": {"prepayment_share": 0}}}), "rental")
    usd = found(flat, "rental")["present_cost_usd"]
    assert usd == pytest.approx(none["present_cost_usd"], rel=1e-9, abs=1e-3)


@law
@given(decisions(), share)
def test_debt_without_interest_or_discounting_moves_no_present_cost(
    tables: Words, borrowed: float
) -> None:
    # what is borrowed is paid back, or owed at the horizon
    flat = {"discount_rate_per_year": {"value": 0}, "debt_rate_per_year": {"value": 0}}
    plain = merged(tables, {"choices": flat | {"debt_share": {"value": 0}}})
    debt = found(merged(plain, {"choices": {"debt_share": {"value": borrowed}}}), "build")
    usd = found(plain, "build")["present_cost_usd"]
    assert debt["present_cost_usd"] == pytest.approx(usd, rel=1e-9, abs=1e-3)


# Contracts, further costs and works that are resold


@law
@given(decisions(), st.integers(1, 5), st.sampled_from([1, 2.5, 4]))
def test_signing_again_at_a_level_market_is_renewing_where_the_horizon_ends_a_term(
    tables: Words, terms: int, term: float
) -> None:
    # the chip states no ratios, so that a term costs by the hour what the market does
    horizon = tables["choices"]["horizon_months"]["value"]
    level = merged(tables, {"chips": {"h100": {"price_fall_per_year": 0}}})
    ends = {"milestones": {"ready": horizon - terms * term}, "term_months": term}
    renewed, signed = (
        found(merged(level, {"tranches": {"rental": ends | {"at_end": how}}}), "rental")
        for how in ("renew", "reserve")
    )
    assert signed == pytest.approx(renewed, rel=1e-9, abs=1e-3)


@law
@given(decisions())
def test_a_share_of_1_under_contract_changes_nothing_and_one_of_0_pays_by_the_hour_alone(
    tables: Words,
) -> None:
    level = merged(tables, {"chips": {"h100": {"price_fall_per_year": 0}}})
    del level["tranches"]["rental"]["reserved_share"]
    whole, one, none, dearer = (
        found(merged(level, {"tranches": {"rental": change}}), "rental")
        for change in (
            {},
            {"reserved_share": 1},
            {"reserved_share": 0},
            {"reserved_share": 0, "usd_per_gpu_hour": 9, "prepayment_share": 0},
        )
    )
    assert one == whole
    assert none == dearer
    hours = tables["need"]["use_share"] * none["discounted_gpu_hours"]
    assert none["rent"] == pytest.approx(2 * hours, rel=1e-9, abs=1e-6)


@law
@given(decisions(), st.sampled_from(["rental", "build"]))
def test_without_tax_a_line_of_cost_shifts_present_cost_by_its_own_present_value(
    tables: Words, option: str
) -> None:
    untaxed = merged(tables, {"choices": {"tax_rate_share": {"value": 0}}})
    free = merged(untaxed, {"costs": {"line": None}})
    with_line, without = found(untaxed, option), found(free, option)
    added = with_line["present_cost_usd"] - without["present_cost_usd"]
    assert added == pytest.approx(with_line["further"], rel=1e-9, abs=1e-2)
    assert without["further"] == 0


@law
@given(decisions(), share)
def test_works_that_are_resold_raise_the_end_value_by_their_share_of_what_was_paid(
    tables: Words, resold: float
) -> None:
    plain = {name: {"value": 0} for name in ("tax_rate_share", "discount_rate_per_year")}
    flat = merged(tables, {"choices": plain})
    kept, sold = (
        found(merged(flat, {"sites": {"works": {"works_resale_share": x}}}), "build")
        for x in (0, resold)
    )
    gained = sold["end_value_usd"] - kept["end_value_usd"]
    assert gained == pytest.approx(resold * kept["works"], rel=1e-9, abs=1e-2)
    assert sold["works"] == kept["works"]


# Power and GPUs


def assert_never_later(before: dict[str, Array], after: dict[str, Array], names: Any) -> None:
    for name in names:
        assert np.all(after[name] <= before[name] + HAIR * np.abs(before[name])), name


@pytest.mark.parametrize("stage", ["grid", "gas"])
@pytest.mark.parametrize(
    ("key", "change"),
    [("mw", lambda x: 1.5 * x + 0.1), ("from_months", lambda x: 0.6 * x)],
    ids=["more", "earlier"],
)
@law
@given(tables=decisions())
def test_more_power_or_power_earlier_is_never_later(
    stage: str, key: str, change: Callable[[float], float], tables: Words
) -> None:
    # a stage of less availability than the others takes hours from all, so these are alike
    alike = put(tables, "sites.works.stages.gas.availability_share", lambda _: 1.0)
    before = found(alike, "build")
    after = found(put(alike, f"sites.works.stages.{stage}.{key}", change), "build")
    for name in DATES:
        assert after[name] <= before[name] * (1 + HAIR), name


@pytest.mark.parametrize(
    ("name", "factor"),
    [
        ("memphis_grid_now_mw", 1.5),
        ("memphis_grid_upgrade_mw", 1.5),
        ("memphis_substation_mw", 1.5),
        ("memphis_gas_mw", 1.5),
        ("memphis_grid_upgrade_months", 0.6),
        ("memphis_substation_months", 0.6),
        ("memphis_vote_delay_months", 0),
        ("memphis_gas_months", 0.6),
    ],
)
def test_more_or_earlier_power_in_memphis_makes_no_option_later_in_any_draw(
    name: str, factor: float
) -> None:
    scenario, futures = flagship(256)
    # a stage of less availability than the others takes hours from all, so these are alike
    futures = futures | {"gas_availability_share": futures["grid_availability_share"]}
    before = simulation.at(scenario, futures).scalars
    after = simulation.at(scenario, futures | {name: factor * futures[name]}).scalars
    for option in scenario.options:
        assert_never_later(before[option], after[option], DATES[:2])
        # a long ramp is integrated as one parabola: good to a hundredth of a month
        later = after[option]["target_months"] > before[option]["target_months"] + 0.01
        assert not later.any()


@law
@given(decisions(), number(0.1, 1), number(0.1, 1), number(0, 1))
def test_a_deeper_cap_at_the_same_speed_is_never_later(
    tables: Words, one: float, other: float, more: float
) -> None:
    deep, mild = sorted((one, other))
    speed = mild + more * (1 - mild)
    dates = [
        found(put(capped(tables, speed), "sites.works.cap_share", lambda _, c=cap: c), "build")
        for cap in (mild, deep)
    ]
    for name in ("first_training_months", "full_capacity_months"):
        assert dates[1][name] <= dates[0][name] * (1 + HAIR), name
    # a long ramp is integrated as one parabola: good to a hundredth of a month
    assert not dates[1]["target_months"] > dates[0]["target_months"] + 0.01
    assert dates[1]["dark_gpu_months"] <= dates[0]["dark_gpu_months"] * (1 + HAIR) + 1e-6


def capped(tables: Words, speed: float) -> Words:
    """The works with GPUs that work at a speed where they are capped."""
    return put(tables, "sites.works.capped_speed_share", lambda _: speed)


@law
@given(decisions(), number(0.1, 1), number(0.1, 1))
def test_capped_gpus_work_no_more_than_they_are_and_no_less_than_their_speed(
    tables: Words, one: float, other: float
) -> None:
    cap, speed = sorted((one, other))
    works = put(capped(tables, speed), "sites.works.cap_share", lambda _: cap)
    resolved = inputs.resolved(builders.parsed(works), draws.mid(builders.parsed(works)))
    [unit] = option_fleet(resolved, "build", {}).units
    on, full = piecewise.aligned([unit.power.energised, unit.power.working])
    for end in ("left", "right"):
        gpus, working = getattr(on, end), getattr(full, end)
        assert np.all(working <= gpus * (1 + HAIR) + HAIR)
        assert np.all(working >= speed * gpus * (1 - HAIR) - HAIR)


@law
@given(decisions(), number(0.01, 1))
def test_availability_moves_no_date_of_gpus_and_takes_its_share_of_the_hours(
    tables: Words, share: float
) -> None:
    alike = put(tables, "sites.works.stages.gas.availability_share", lambda _: 1.0)
    less = alike
    for name in ("grid", "gas"):
        less = put(less, f"sites.works.stages.{name}.availability_share", lambda _: share)
    some, every = found(less, "build"), found(alike, "build")
    for name in ("first_training_months", "full_capacity_months", "peak_mw", "dark_gpu_months"):
        assert some[name] == every[name], name
    for name in ("gpu_hours", "h100_hours", "pflop_days", "energy_mwh"):
        assert some[name] == pytest.approx(share * every[name], rel=1e-9), name


@law
@given(decisions(), number(0.01, 0.99))
def test_a_suppliers_site_with_ample_power_equals_one_without_stages(
    tables: Words, cap: float
) -> None:
    grid = {"title": "Grid", "mw": 100, "from_months": 0, "availability_share": 1}
    stages = {"grid": grid | {"usd_per_mwh": 60, "tco2_per_mwh": 9}}
    ample = merged(tables, {"sites": {"supplier": {"stages": stages, "cap_share": cap}}})
    plain, limited = found(tables, "rental"), found(ample, "rental")
    assert list(plain) == list(limited)
    for name, number_ in plain.items():
        assert limited[name] == pytest.approx(number_, rel=1e-9, abs=1e-3), name


@law
@given(decisions(), st.sampled_from(["rental", "build"]), number(1, 3))
def test_more_gpus_give_no_less_useful_compute_and_no_later_target(
    tables: Words, option: str, factor: float
) -> None:
    stops = {"failures_per_1000_node_days": 900, "checkpoint_write_s": 100, "restart_s": 900}
    often = merged(tables, {"run": stops})
    more = put(often, f"tranches.{option}.gpus", lambda x: factor * x)
    before, after = found(often, option), found(more, option)
    assert after["pflop_days"] >= before["pflop_days"] * (1 - 1e-4)
    for name in ("first_training_months", "target_months"):
        assert after[name] <= before[name] * (1 + 1e-4)


@pytest.mark.parametrize("factor", [1.01, 1.2, 3.0])
def test_more_gpus_of_the_run_make_no_option_later_or_less_useful_in_any_draw(
    factor: float,
) -> None:
    scenario, futures = flagship(256)
    tables = builders.words(scenario)
    for one in tables["tranches"].values():
        if one["use"] == "run" and not isinstance(one["gpus"], str):
            one["gpus"] *= factor
    before = simulation.at(scenario, futures).scalars
    after = simulation.at(builders.parsed(tables), futures).scalars
    for option in scenario.options:
        assert_never_later(before[option], after[option], ("first_training_months",))
        assert np.all(after[option]["target_months"] <= before[option]["target_months"] * 1.001)
        assert np.all(after[option]["pflop_days"] >= before[option]["pflop_days"] * 0.999)


def test_more_gpus_in_a_second_fabric_give_no_less_useful_compute() -> None:
    # 10,000 GPUs come over ten months, 1,000 of them by month 1; then 999 or 1,001 stand elsewhere
    grows = builders.rented("Grows", gpus=10000, milestones={"ready": 0}, ramp_months=10)
    compute = []
    for gpus in (999, 1001):
        other = builders.rented("Other", gpus=gpus, milestones={"ready": 1})
        tables = builders.small(
            tranches={"grows": grows, "other": other},
            options={"rental": {"tranches": ["grows", "other"]}},
        )
        compute.append(found(tables, "rental")["pflop_days"])
    assert compute[1] >= compute[0]


# Names mean nothing


def renamed(one: Any, names: dict[str, str]) -> Any:
    """JSON with every key and text that is a name replaced."""
    if isinstance(one, dict):
        return {names.get(key, key): renamed(value, names) for key, value in one.items()}
    if isinstance(one, list):
        return [renamed(value, names) for value in one]
    return names.get(one, one) if isinstance(one, str) else one


def swapped_names(scenario: Scenario) -> dict[str, str]:
    """The two options of the question under each other's key and title."""
    a, b = comparison.pair(scenario) or ("", "")
    title_a, title_b = scenario.options[a].title, scenario.options[b].title
    return {a: b, b: a, title_a: title_b, title_b: title_a}


def test_swapping_the_names_of_two_options_swaps_the_numbers_and_nothing_else() -> None:
    scenario = builders.shipped()
    names = swapped_names(scenario)
    tables = builders.words(scenario)
    other = renamed({key: tables[key] for key in ("options", "compare", "baseline")}, names)
    before = headline.headline(simulation.simulate(scenario, 256, 3), "case")
    after = headline.headline(simulation.simulate(builders.parsed(tables | other), 256, 3), "case")
    assert after != before
    assert renamed(after, names) == before


def test_the_order_of_the_options_moves_no_number_of_an_option_or_of_the_question() -> None:
    scenario = builders.shipped()
    tables = builders.words(scenario)
    tables["options"] = dict(reversed(list(tables["options"].items())))
    before = headline.headline(simulation.simulate(scenario, 256, 3), "case")
    after = headline.headline(simulation.simulate(builders.parsed(tables), 256, 3), "case")
    assert list(after["options"]) != list(before["options"])
    assert after["options"] == before["options"]
    for rule in ("first_to_target", "lowest_compared_cost", "lowest_usd_per_pflop_day"):
        assert after["comparison"][rule] == before["comparison"][rule]
    assert after["comparison"]["pairs"][0] == before["comparison"]["pairs"][0]


# Assumptions


BESIDE = {
    "memphis_substation_mw": {"memphis_gas_comes": 0},
    "oracle_failure_known_months": {"oracle_delivers": 0},
    "oracle_refund_share": {"oracle_delivers": 0},
    "sublet_price_share": {"oracle_term_months": 60},
    "rent_fall_swing": {"price:h100:rent:1": 1},
    "node_fall_swing": {"price:h100:node:1": 1},
}
"""Where an input shows that does not at mid: what mobile gas would fill, what counts only if the
rental fails or outlasts the horizon, and by how much a price swings that does."""


@pytest.mark.parametrize("name", builders.shipped().assumptions)
def test_every_assumption_moves_the_headline(name: str) -> None:
    # from its low end to its high one (a fixed one: a tenth up), all else at mid but what is named
    scenario = builders.shipped()
    beside = {key: np.array([float(x)]) for key, x in BESIDE.get(name, {}).items()}
    low, high = draws.ends(scenario.assumptions[name])
    ends = (low, 1.1 * high if low == high else high)
    rest = draws.mid(scenario) | beside
    two = [simulation.at(scenario, rest | {name: np.array([x])}) for x in ends]
    one, other = (headline.headline(result, "case")["options"] for result in two)
    assert one != other


def test_an_assumption_more_that_nothing_uses_moves_no_other_draw_and_no_number() -> None:
    scenario = builders.shipped()
    tables = builders.words(scenario)
    new = builders.ranged("share", 0.2, 0.5, 0.8, 0, 1)
    tables["assumptions"] = {"a_new_one": new} | tables["assumptions"]
    wider = builders.parsed(tables)
    before, after = (draws.block(one, 5, 1, 300) for one in (scenario, wider))
    assert set(after) == {*before, "a_new_one"}
    assert all(np.array_equal(after[name], values) for name, values in before.items())
    texts = [
        headline.text(headline.headline(simulation.simulate(one, 200, 5), "case"))
        for one in (scenario, wider)
    ]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("gone", ["mfu_share", "h100_node_usd", "memphis_gas_comes"])
def test_an_assumption_less_moves_no_other_draw(gone: str) -> None:
    # h100_node_usd shares a cause with the price of the rental, which must not move either
    scenario = builders.shipped()
    tables = builders.words(scenario)
    del tables["assumptions"][gone]
    for cause in tables["causes"].values():
        cause["loadings"].pop(gone, None)
    before = draws.block(scenario, 5, 1, 300)
    after = draws.block(builders.parsed(tables), 5, 1, 300)
    assert set(before) - set(after) == {gone}
    assert all(np.array_equal(before[name], values) for name, values in after.items())


# Evidence


def facts_cited() -> list[str]:
    """The ids that stand in any `basis` of the shipped scenario."""

    def bases(one: Any) -> list[str]:
        inner = one.values() if isinstance(one, dict) else []
        here = list(one["basis"]) if isinstance(one, dict) and "basis" in one else []
        return here + [key for value in inner for key in bases(value)]

    return sorted(set(bases(builders.words(builders.shipped()))))


def rows(name: str) -> dict[str, dict[str, str]]:
    """The rows of a table of data, by id."""
    with (ledger.DATA / name).open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def last_day(facts: dict[str, dict[str, str]], key: str) -> date:
    """The day on which a fact was public: of a derived one the latest of its parents; a month
    counts as its last day."""
    parents = facts[key]["parents"].split()
    if parents:
        return max(last_day(facts, parent) for parent in parents)
    text = facts[key]["public_on"]
    if len(text) == 10:
        return date.fromisoformat(text)
    year, month = int(text[:4]), int(text[5:])
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def days_cited() -> dict[str, date]:
    """The day on which each cited fact, and each chip that is used, was public."""
    facts, chips = rows("evidence.csv"), rows("chips.csv")
    found = {key: last_day(facts, key) for key in facts_cited()}
    for chip in builders.shipped().chips:
        found[f"chips.csv {chip}"] = date.fromisoformat(chips[chip]["public_on"])
    return found


@pytest.mark.parametrize("fact", facts_cited())
def test_a_cited_fact_that_is_missing_is_refused_by_name(fact: str) -> None:
    whole = ledger.ledger()
    rest = {key: one for key, one in whole.facts.items() if key != fact}
    with pytest.raises(BadInput, match=f'unknown evidence "{fact}"'):
        load.read(load.find(builders.FLAGSHIP), ledger.Ledger(rest, whole.sources))


def test_a_row_deleted_from_the_ledgers_file_is_refused_when_it_is_cited(tmp_path: Path) -> None:
    parents = {key for row in rows("evidence.csv").values() for key in row["parents"].split()}
    fact = next(key for key in facts_cited() if key not in parents)
    shutil.copy(ledger.DATA / "sources.csv", tmp_path)
    lines = (ledger.DATA / "evidence.csv").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(f"{fact},")]
    assert len(kept) == len(lines) - 1
    (tmp_path / "evidence.csv").write_text("".join(kept), encoding="utf-8")
    with pytest.raises(BadInput, match=f'unknown evidence "{fact}"'):
        load.read(load.find(builders.FLAGSHIP), ledger.read(tmp_path))


@pytest.mark.parametrize("earlier_days", [366, 100, 30, 1])
def test_an_earlier_as_of_is_refused_with_the_count_of_facts_that_came_later(
    tmp_path: Path, earlier_days: int
) -> None:
    days = days_cited()
    as_of = max(days.values()) - timedelta(days=earlier_days)
    late = sorted((day, name) for name, day in days.items() if day > as_of)
    with pytest.raises(BadInput) as refused:
        builders.variant(tmp_path, f"as_of = {as_of}\n")
    assert str(refused.value) == (
        f"case.toml, line 2: as_of is {as_of}: {len(late)} of {len(days)} cited facts became "
        f'public later, the first of them "{late[0][1]}" on {late[0][0]}'
    )


def test_the_day_on_which_the_last_cited_fact_became_public_will_do(tmp_path: Path) -> None:
    last = max(days_cited().values())
    assert builders.variant(tmp_path, f"as_of = {last}\n").as_of == last


# Distributions


BOUNDS = {
    "unbounded": (False, False),
    "bounded_below": (True, False),
    "bounded_above": (False, True),
    "bounded_on_both_sides": (True, True),
}
Range = tuple[tuple[float, float, float], tuple[float | None, float | None]]


@st.composite
def ranges(draw: st.DrawFn, bounded: tuple[bool, bool]) -> Range:
    """A feasible P10, P50, P90 and bounds."""
    low, width = draw(number(-50, 50)), draw(number(0.1, 50))
    least = low - draw(number(0.1, 20)) if bounded[0] else None
    most = low + width + draw(number(0.1, 20)) if bounded[1] else None
    first, last = feasible_mid(low, low + width, (least, most))
    mid = first + draw(number(0.02, 0.98)) * (last - first)
    return (low, mid, low + width), (least, most)


@pytest.mark.parametrize("bounded", BOUNDS.values(), ids=BOUNDS)
@law
@given(data=st.data())
def test_a_range_passes_through_its_p10_p50_and_p90_and_increases_within_its_bounds(
    bounded: tuple[bool, bool], data: st.DataObject
) -> None:
    triplet, bounds = data.draw(ranges(bounded))
    at = metalog(triplet, bounds, np.array([0.1, 0.5, 0.9]))
    assert at == pytest.approx(triplet, rel=1e-9, abs=1e-9)
    values = metalog(triplet, bounds, np.linspace(0.002, 0.998, 499))
    assert np.all(np.diff(values) > 0)
    assert bounds[0] is None or values[0] > bounds[0]
    assert bounds[1] is None or values[-1] < bounds[1]


# Paths


HORIZON = 12
CELLS = 64  # per month; knots lie on eighths of a month, so cells hold no knot
CELL_MIDDLES = (np.arange(HORIZON * CELLS) + 0.5) / CELLS
eighths = st.integers(0, 8 * 14).map(lambda x: x / 8)
Shape = tuple[str, float, float, float]
shapes = st.tuples(st.sampled_from(["ramp", "step", "level"]), eighths, eighths, number(0, 9))


def built(shape: Shape) -> TimePath:
    """The path of one shape, for one draw."""
    kind, start, length, height = (np.array([x]) for x in shape)
    if kind[0] == "ramp":
        return piecewise.ramp(start, length, height, HORIZON)
    end = start + length
    is_step = kind[0] == "step"
    return piecewise.step(
        start if is_step else 0 * start, end if is_step else end + np.inf, height, HORIZON
    )


def pointwise(shape: Shape) -> Array:
    """The values of one shape in the middle of each cell, by its definition."""
    kind, start, length, height = shape
    t = CELL_MIDDLES
    if kind == "level":
        return np.full_like(t, height)
    if kind == "step" or length == 0:
        inside = (t >= start) & ((t < start + length) | (kind == "ramp"))
        return np.where(inside, height, 0.0)
    return height * np.clip((t - start) / length, 0, 1)


def read_off(path: TimePath) -> Array:
    """The values of a path of one draw in the middle of each cell."""
    times, left, right = (one[:, 0] for one in (path.times, path.left, path.right))
    piece = np.searchsorted(times[1:-1], CELL_MIDDLES, side="right")
    share_of = (CELL_MIDDLES - times[piece]) / (times[piece + 1] - times[piece])
    values: Array = left[piece] + share_of * (right[piece] - left[piece])
    return values


several = st.lists(shapes, min_size=1, max_size=4)


def summed(many: list[Shape]) -> Array:
    """The pointwise sum of several shapes."""
    return np.sum([pointwise(one) for one in many], axis=0)


@law
@given(several)
def test_the_sum_of_paths_is_the_sum_of_their_values_at_every_time(many: list[Shape]) -> None:
    path = piecewise.total([built(one) for one in many])
    assert read_off(path) == pytest.approx(summed(many), abs=1e-9)


@law
@given(several, several)
def test_the_minimum_of_paths_is_the_smaller_value_at_every_time(
    one: list[Shape], other: list[Shape]
) -> None:
    path = piecewise.minimum(*(piecewise.total([built(x) for x in many]) for many in (one, other)))
    assert read_off(path) == pytest.approx(np.minimum(summed(one), summed(other)), abs=1e-9)


@law
@given(several, eighths, eighths)
def test_a_window_of_a_path_is_its_value_inside_and_zero_outside(
    many: list[Shape], start: float, length: float
) -> None:
    end = start + length
    path = piecewise.total([built(one) for one in many])
    path = piecewise.window(path, np.array([start]), np.array([end]))
    inside = (start <= CELL_MIDDLES) & (end > CELL_MIDDLES)
    assert read_off(path) == pytest.approx(np.where(inside, summed(many), 0), abs=1e-9)


@law
@given(several)
def test_month_averages_equal_the_mean_of_64_cells_of_each_month(many: list[Shape]) -> None:
    # within a cell a sum is a straight line, so the value in its middle is its mean
    averages = piecewise.by_month(piecewise.total([built(one) for one in many]))[0]
    cells = summed(many).reshape(HORIZON, CELLS).mean(axis=1)
    assert averages == pytest.approx(cells, abs=1e-9)


@law
@given(several, several)
def test_month_averages_of_a_minimum_equal_fine_numerical_integration(
    one: list[Shape], other: list[Shape]
) -> None:
    # only a cell in which two paths cross is off: by less than a cell of the largest gap, 36 / 64,
    # over 64 cells
    path = piecewise.minimum(*(piecewise.total([built(x) for x in many]) for many in (one, other)))
    cells = np.minimum(summed(one), summed(other)).reshape(HORIZON, CELLS).mean(axis=1)
    assert piecewise.by_month(path)[0] == pytest.approx(cells, abs=36 / 64 / 64)


@law
@given(several, number(0.1, 20))
def test_the_first_time_at_a_level_is_the_end_of_all_cells_below_it(
    many: list[Shape], level: float
) -> None:
    path = piecewise.total([built(one) for one in many])
    when = float(piecewise.first_time_at_least(path, np.array([level]))[0])
    values = summed(many)
    assert np.all(values[when - 1e-6 > CELL_MIDDLES] < level)
    after = values[(when < CELL_MIDDLES) & (when + 1 / CELLS > CELL_MIDDLES)]
    assert math.isinf(when) or when > HORIZON - 1 / CELLS or np.all(after >= level - 1e-6)
