"""The headline, by hand: nine digits, days, quantiles that are null, cash in order of years."""

import json
import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tools.hand import scenario

from analysis.decision import headline
from analysis.model import simulation
from analysis.scenario import edits
from analysis.scenario.schema import Scenario

PRICE = """
[assumptions.price]
label = "Price"
unit = "USD/GPU-hour"
values = [2, 4]
probabilities = [0.5, 0.5]
judgement = "By hand."
[tranches.rental]
usd_per_gpu_hour = "price"
"""


def found(folder, changes: str = "", draws: int = 100) -> dict:
    decision = scenario(folder, PRICE + changes)
    return headline.headline(simulation.simulate(decision, draws, 1), "case")


def from_flagship_day(folder) -> Scenario:
    return scenario(folder, "start = 2024-07-09\n")


@pytest.mark.parametrize(
    ("months", "day"),
    [
        (0, date(2024, 7, 9)),
        (0.03, date(2024, 7, 9)),  # 0.9125 days
        (1, date(2024, 8, 8)),  # 30.4167 days
        (6, date(2025, 1, 7)),  # 182.5 days
        (12, date(2025, 7, 9)),  # 365 days
        (24, date(2026, 7, 9)),  # 730 days
        (60, date(2029, 7, 8)),  # 1,825 days, over one 29 February
        (12 * 7 / 365, date(2024, 7, 16)),  # 7 days, less a rounding
    ],
)
def test_month_t_is_the_day_t_times_365_twelfths_days_from_the_start_rounded_down(
    tmp_path, months, day
):
    assert headline.day_of(from_flagship_day(tmp_path), months) == day


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (123456789.4, 123456789.0),
        (0.12345678949, 0.123456789),
        (6.0221407623e23, 6.02214076e23),
        (-2 / 3, -0.666666667),
        (0.0, 0.0),
    ],
)
def test_numbers_carry_nine_significant_digits(value, expected):
    assert headline.rounded(value) == expected


def test_the_text_of_a_headline_is_json_that_reads_back_the_same(tmp_path):
    one = found(tmp_path)
    assert json.loads(headline.text(one)) == one
    assert headline.text(one).endswith("}\n")


def test_the_text_refuses_a_number_that_json_does_not_know():
    with pytest.raises(ValueError, match="JSON compliant"):
        headline.text({"value": math.inf})


def test_a_headline_names_its_schema_scenario_run_choices_and_options(tmp_path):
    one = found(tmp_path)
    assert (one["schema"], one["scenario"]["slug"]) == ("rent-or-build/headline", "case")
    assert one["run"] == {"draws": 100, "seed": 1}
    assert one["choices"]["by_months"] == 12
    assert list(one["options"]) == ["rented", "built"]


def test_what_the_file_leaves_out_is_listed_with_the_value_that_filled_it_in(tmp_path):
    filled = found(tmp_path)["defaults_used"]
    assert filled["tranches.machine.ordered_month"] == 0
    assert filled["choices.tax_rate_share"] == 0
    assert "tranches.rental.ramp_months" not in filled


def test_a_date_says_how_often_it_happens_and_its_day(tmp_path):
    # 1e24 FLOP at 1.314e23 a month: 7.61035 months, 231 days after 1 January 2025.
    target = found(tmp_path)["options"]["built"]["target_months"]
    assert target["within_horizon"] == {"value": 1, "se": 0}
    assert target["p50"]["value"] == pytest.approx(7.61035, abs=1e-5)
    assert target["p50_day"] == "2025-08-20"


def test_a_date_that_never_comes_is_null_beside_a_probability_of_0(tmp_path):
    target = found(tmp_path, "[need]\ntarget_flop = 1e30\n")["options"]["built"]["target_months"]
    assert target["within_horizon"]["value"] == 0
    assert (target["p10"], target["p90_day"]) == ({"value": None, "se": None}, None)


def test_an_option_without_compute_has_no_cost_per_pflop_day(tmp_path):
    idle = found(tmp_path, 'use = "other"\n')["options"]["rented"]
    assert idle["usd_per_pflop_day"]["ratio_of_means"]["value"] is None
    assert idle["usd_per_pflop_day"]["p50"]["value"] is None


def test_unit_costs_are_ratios_of_means(tmp_path):
    # Every hour is paid as it is delivered, so the mean price is the mean of 2 and 4 as drawn.
    one = found(tmp_path)["options"]["rented"]
    mean = one["present_cost_usd"]["mean"]["value"] / 876_000
    assert one["usd_per_gpu_hour"]["ratio_of_means"]["value"] == pytest.approx(mean)
    assert one["usd_per_gpu_hour"]["p10"]["value"] == 2
    assert one["usd_per_gpu_hour"]["p90"]["value"] == 4


def test_parts_add_up_to_the_present_cost(tmp_path):
    one = found(tmp_path, "[chips.h100]\nresale_share = 0.5\n")["options"]["built"]
    total = sum(part["mean"]["value"] for part in one["parts_usd"].values())
    # 1,000,000 for the machine less 500,000 at the horizon.
    assert total == one["present_cost_usd"]["mean"]["value"] == 500_000


def test_cash_by_year_is_in_the_order_of_the_years_over_a_horizon_of_eleven(tmp_path):
    # 100 GPUs at 10,000 in year 1, and staff of 1,000 in each of eleven years.
    years = "[choices]\nhorizon_months = { value = 132 }\n[sites.field]\nstaff_usd_per_year = 1000"
    cash = found(tmp_path, years)["options"]["built"]["cash_by_year_usd"]
    assert [one["mean"]["value"] for one in cash] == pytest.approx([1_001_000] + [1_000] * 10)


def test_funds_are_spoken_of_only_where_the_scenario_states_them(tmp_path):
    assert "funds_last_months" not in found(tmp_path)["options"]["rented"]
    stated = found(tmp_path, "[choices]\nfunding_usd = { value = 1e6 }\n")
    # 146,000 or 292,000 a month: over a million in month 6 or 3.
    funds = stated["options"]["rented"]["funds_last_months"]
    assert (funds["p10"]["value"], funds["p90"]["value"]) == (3, 6)


def test_shares_of_the_winners_sum_to_1_with_none_a_category(tmp_path):
    for measure in ("first_to_target", "lowest_compared_cost", "lowest_usd_per_pflop_day"):
        shares = found(tmp_path)["comparison"][measure]
        assert list(shares) == ["options", "none"]
        assert list(shares["options"]) == ["rented", "built"]
        every = (*shares["options"].values(), shares["none"])
        assert sum(one["value"] for one in every) == pytest.approx(1)


def test_a_pair_is_compared_on_the_same_draws(tmp_path):
    # The rental costs 1,752,000 or 3,504,000, the machine 1,000,000: it is always cheaper by the
    # one or the other difference.
    pair = found(tmp_path)["comparison"]["pairs"][0]
    assert (pair["a"], pair["b"]) == ("rented", "built")
    difference = pair["cost_difference_usd"]
    assert (difference["p10"]["value"], difference["p90"]["value"]) == (752_000, 2_504_000)
    assert (pair["a_cheaper"]["value"], pair["b_cheaper"]["value"]) == (0, 1)


def test_two_options_that_train_alike_are_equally_early(tmp_path):
    # Both have 100 GPUs from the start; the dates of their target differ by 1e-15 of a month.
    pair = found(tmp_path)["comparison"]["pairs"][0]
    assert (pair["a_earlier"]["value"], pair["b_earlier"]["value"]) == (0, 0)
    assert (pair["better_at_every_value"], pair["break_even_month_usd"]["value"]) == ("built", None)


def test_a_future_in_which_the_two_cost_the_same_or_are_as_early_counts_for_neither(tmp_path):
    result = simulation.simulate(scenario(tmp_path, PRICE), 4, 1)
    amounts = {
        "compared_cost_usd": ([1, 2, 2, 2], [2, 1, 1, 2]),
        "compared_months": ([5] * 4, [5] * 4),
    }
    scalars = {
        option: result.scalars[option]
        | {name: np.array(x[i], float) for name, x in amounts.items()}
        for i, option in enumerate(("rented", "built"))
    }
    pair = headline.headline(replace(result, scalars=scalars), "case")["comparison"]["pairs"][0]
    shares = {name: pair[name]["value"] for name in pair if name[2:] in ("cheaper", "earlier")}
    assert shares == {"a_cheaper": 0.25, "b_cheaper": 0.5, "a_earlier": 0, "b_earlier": 0}


def test_the_break_even_of_a_pair_has_the_error_of_a_ratio_of_means(tmp_path):
    # The machine comes at 2 and is 2 months later and 752,000 or 2,504,000 cheaper: so many draws
    # at 376,000 and so many at 1,252,000 a month.
    pair = found(tmp_path, "[tranches.machine]\nmilestones = { ready = 2 }\n")["comparison"][
        "pairs"
    ][0]
    mean = pair["cost_difference_usd"]["mean"]
    worth = pair["break_even_month_usd"]
    assert worth["value"] == pytest.approx(mean["value"] / 2)
    assert worth["se"] == pytest.approx(mean["se"] / 2)


def test_a_scenario_of_one_option_has_no_pair(tmp_path):
    base = scenario(tmp_path, PRICE)
    alone = edits.with_options(base, ["rented"])
    one = headline.headline(simulation.simulate(alone, 100, 1), "case")
    assert (one["comparison"]["pair"], one["comparison"]["pairs"]) == (None, [])
