"""The options side by side, by hand: four draws, two or three options, `by_months` of 12, a horizon
of 24."""

import math

import numpy as np
import pytest
from tools.builders import bounded
from tools.hand import result, scenario

from analysis.decision import value_of_time
from analysis.model import comparison, simulation

THIRD = '[options.third]\ntitle = "Third"\ntranches = ["rental", "machine"]\n'
NEVER = math.inf


def lasts(months: list[float], usd: list[float], **more: list[float]) -> dict[str, list[float]]:
    return {"target_months": months, "present_cost_usd": usd} | more


def two(folder, rented, built, changes: str = "") -> simulation.Result:
    return result(scenario(folder, changes), rented=rented, built=built)


def shares(found: comparison.Winners) -> dict[str, list[float]]:
    assert "-" not in found.options  # a name of ours, that no option of these tests has
    return {name: one.tolist() for name, one in (found.options | {"-": found.none}).items()}


def test_an_option_meets_the_need_up_to_and_including_month_12(tmp_path):
    found = two(tmp_path, lasts([11, 12, 12.001, NEVER], [1] * 4), lasts([1] * 4, [1] * 4))
    assert comparison.meets(found, "rented").tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("months", "ranked"), [([12, 12, 13, 13], True), ([12, 13, 13, 13], False)]
)
def test_an_option_that_meets_the_need_in_half_of_the_draws_is_ranked(tmp_path, months, ranked):
    found = two(tmp_path, lasts(months, [1] * 4), lasts([1] * 4, [2] * 4))
    assert comparison.ranked(found) == (["rented", "built"] if ranked else ["built"])


def test_the_first_to_the_target_takes_the_draw_ties_share_it_and_none_takes_the_rest(tmp_path):
    found = two(tmp_path, lasts([5, 9, 7, 30], [1] * 4), lasts([6, 8, 7, NEVER], [1] * 4))
    assert shares(comparison.first_to_target(found)) == {
        "rented": [1, 0, 0.5, 0],
        "built": [0, 1, 0.5, 0],
        "-": [0, 0, 0, 1],
    }


def test_the_cheapest_does_not_win_a_draw_in_which_it_misses_the_need(tmp_path):
    found = two(tmp_path, lasts([20, 5], [1, 1]), lasts([5, 5], [9, 9]))
    won = shares(comparison.lowest_compared_cost(found))
    assert won == {"rented": [0, 1], "built": [1, 0], "-": [0, 0]}


def test_an_option_below_the_line_wins_no_draw_and_where_none_is_ranked_no_option_does(tmp_path):
    # the rental meets the need in one of three draws, the cheapest in it
    rarely, never = lasts([5, 20, 20], [1, 1, 1]), lasts([20, 20, 20], [9, 9, 9])
    found = two(tmp_path, rarely, lasts([5, 5, 20], [9, 9, 9]))
    for won in (comparison.lowest_compared_cost(found), comparison.first_to_target(found)):
        assert shares(won) == {"rented": [0, 0, 0], "built": [1, 1, 0], "-": [0, 0, 1]}
    none = comparison.lowest_compared_cost(two(tmp_path, rarely, never))
    assert shares(none) == {"rented": [0, 0, 0], "built": [0, 0, 0], "-": [1, 1, 1]}


def test_three_equal_options_take_a_third_each(tmp_path):
    same = lasts([5], [7])
    found = result(scenario(tmp_path, THIRD), rented=same, built=same, third=same)
    won = comparison.lowest_compared_cost(found)
    assert [one[0] for one in shares(won).values()] == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0])


@pytest.mark.parametrize(("dearer", "share"), [(1 + 5e-10, 0.5), (1 + 5e-9, 1.0)])
def test_a_difference_within_one_part_in_a_billion_is_a_tie(tmp_path, dearer, share):
    found = two(tmp_path, lasts([5], [1e9]), lasts([5], [1e9 * dearer]))
    assert comparison.lowest_compared_cost(found).options["rented"][0] == share


def test_of_two_options_that_both_earn_money_the_one_that_earns_more_costs_less(tmp_path):
    found = two(tmp_path, lasts([5], [-2e9]), lasts([5], [-1e9]))
    assert comparison.lowest_compared_cost(found).options["rented"][0] == 1


def test_usd_per_pflop_day_divides_discounted_cost_by_discounted_compute(tmp_path):
    # 600 / 300 and 500 / 200; without compute it is infinite and wins nothing.
    found = two(
        tmp_path,
        lasts([5, 5], [600, 600], discounted_pflop_days=[300, 0]),
        lasts([5, 5], [500, 500], discounted_pflop_days=[200, 200]),
    )
    assert comparison.usd_per_pflop_day(found, "rented").tolist() == [2, NEVER]
    won = shares(comparison.lowest_usd_per_pflop_day(found))
    assert won == {"rented": [1, 0], "built": [0, 1], "-": [0, 0]}


def test_regret_is_what_an_option_costs_above_the_cheapest_of_the_ranked_in_every_future(tmp_path):
    # At 0 a month: 10 - 7, 0, 9 - 2. At 1 a month the rental is earlier by 0, 1 and 2 months:
    # 15 - 12, 0, 14 - 9.
    found = two(tmp_path, lasts([5, 5, 5], [10, 6, 9]), lasts([5, 6, 7], [7, 8, 2]))
    for month_usd, rented, built in ((0.0, [3, 0, 7], [0, 2, 0]), (1.0, [3, 0, 5], [0, 3, 0])):
        regret = value_of_time.regret_usd(found, month_usd)
        assert (regret["rented"].tolist(), regret["built"].tolist()) == (rented, built)


def test_10_million_dearer_and_4_months_earlier_breaks_even_at_2_5_million_a_month(tmp_path):
    # Mean cost 60 against 50 million, mean months 6 against 10.
    found = two(tmp_path, lasts([5, 7], [50e6, 70e6]), lasts([9, 11], [45e6, 55e6]))
    assert value_of_time.break_even_usd(found, "rented", "built").value == pytest.approx(2.5e6)
    assert value_of_time.break_even_usd(found, "built", "rented").value == pytest.approx(2.5e6)
    assert comparison.better_at_every_value(found, "rented", "built") is None


def test_a_target_never_reached_counts_as_the_horizon_in_a_break_even(tmp_path):
    # 24 against 4 months: 20 months for 10 million.
    found = two(tmp_path, lasts([4], [60e6]), lasts([NEVER], [50e6]))
    assert value_of_time.break_even_usd(found, "rented", "built").value == pytest.approx(0.5e6)


@pytest.mark.parametrize(
    ("rented", "built", "better"),
    [
        (([5], [1]), ([6], [2]), "rented"),
        (([6], [2]), ([5], [1]), "built"),
        (([5], [1]), ([5], [2]), "rented"),
        (([6], [2]), ([5], [2]), "built"),
        (([5], [1]), ([5], [1]), None),
    ],
    ids=["earlier and cheaper", "later and dearer", "cheaper", "later", "equal"],
)
def test_an_option_no_dearer_and_no_later_is_better_at_every_value(tmp_path, rented, built, better):
    found = two(tmp_path, lasts(*rented), lasts(*built))
    assert value_of_time.break_even_usd(found, "rented", "built").value is None
    assert comparison.better_at_every_value(found, "rented", "built") == better


def pays(month: int, usd: float, end_value_usd: float = 0.0) -> dict[str, list[float]]:
    cash = [usd if i == month else 0.0 for i in range(24)]
    return {"compared_usd": cash, "left_usd": [end_value_usd]} | lasts([1], [usd])


def test_100_now_and_115_a_year_later_cost_the_same_at_15_percent(tmp_path):
    # 115 / 1.15 = 100.
    found = two(tmp_path, pays(0, 100), pays(12, 115))
    assert comparison.flip_rate_per_year(found, "rented", "built") == pytest.approx(0.15, abs=1e-6)
    assert comparison.flip_rate_per_year(found, "built", "rented") == pytest.approx(0.15, abs=1e-6)


def test_the_choice_flips_at_a_rate_that_falls_between_whole_tenths_of_a_percent(tmp_path):
    found = two(tmp_path, pays(0, 100), pays(12, 112.34))
    assert comparison.flip_rate_per_year(found, "rented", "built") == pytest.approx(
        0.1234, abs=1e-6
    )


def test_what_is_left_at_the_horizon_enters_the_rate_at_which_the_choice_flips(tmp_path):
    # 100 now less 121 after 24 months is 20 now where (1 + r)^(-23.5/12) x 121 = 80.
    found = two(tmp_path, pays(0, 100, 121), pays(0, 20))
    expected = (121 / 80) ** (12 / 23.5) - 1
    assert comparison.flip_rate_per_year(found, "rented", "built") == pytest.approx(
        expected, abs=1e-6
    )


def test_the_rate_at_which_the_choice_flips_discounts_an_hour_that_is_short_like_cash(tmp_path):
    # The rental pays 146,000 USD in each month of the first year; of the second 73,000 hours a
    # month are short at 3 USD. At 10 % a year and with q = 1.1^(-1/12) both come to what a machine
    # costs in month 0 that serves all.
    q = 1.1 ** (-1 / 12)
    months = q**0.5 * (1 - q**12) / (1 - q)
    rental = 146_000 * months + 219_000 * q**12 * months
    node_usd = 8 * rental / 100 / q**0.5
    service = "[need.service]\nh100_gpus = 100\nshort_hour_usd = { value = 3 }\n"
    chip = f"[chips.h100]\npeak_bf16_dense_tflops = 989.4\nnode_usd = {node_usd}\n"
    found = simulation.evaluate(scenario(tmp_path, service + chip))
    assert comparison.flip_rate_per_year(found, "rented", "built") == pytest.approx(0.1, abs=1e-6)


@pytest.mark.parametrize("usd", [99, 250], ids=["never dearer", "beyond 100 %"])
def test_where_the_costs_are_equal_at_no_rate_up_to_100_percent_there_is_none(tmp_path, usd):
    found = two(tmp_path, pays(0, 100), pays(12, usd))
    assert comparison.flip_rate_per_year(found, "rented", "built") is None


def test_the_pair_is_the_one_that_the_scenario_names(tmp_path):
    found = scenario(tmp_path, 'compare = ["built", "third"]\n' + THIRD)
    assert comparison.pair(found) == ("built", "third")


def test_the_pair_is_else_the_first_two_that_are_not_the_baseline(tmp_path):
    assert comparison.pair(scenario(tmp_path, THIRD)) == ("rented", "built")
    with_baseline = scenario(tmp_path, 'baseline = "rented"\n' + THIRD)
    assert comparison.pair(with_baseline) == ("built", "third")


def test_with_two_options_the_baseline_is_one_of_the_pair(tmp_path):
    assert comparison.pair(scenario(tmp_path, 'baseline = "rented"\n')) == ("rented", "built")


def test_three_options_make_three_pairs_and_the_one_of_the_question_comes_first(tmp_path):
    asked = scenario(tmp_path, 'compare = ["third", "built"]\n' + THIRD)
    same = lasts([5], [7])
    found = result(asked, rented=same, built=same, third=same)
    assert comparison.pairs(found) == [("third", "built"), ("rented", "built"), ("rented", "third")]


PRICE = (
    bounded("price", "Price", "USD/GPU-hour", 1, 2, 3, 0, 4)
    + """
[tranches.rental]
usd_per_gpu_hour = "price"
"""
)


def test_the_mean_rental_at_1_2_or_3_usd_costs_876_000_hours_at_the_mean_price(tmp_path):
    found = simulation.simulate(scenario(tmp_path, PRICE), 500, 1)
    usd = found.scalars["rented"]["present_cost_usd"]
    # 876,000 hours; the price lies within 0 and 4 and its P10, P50 and P90 are 1, 2 and 3.
    assert np.quantile(usd / 876_000, [0.1, 0.5, 0.9]) == pytest.approx([1, 2, 3], abs=0.25)
    assert found.means["rented"]["cash_usd"].sum() == pytest.approx(usd.mean())


def test_progress_is_told_after_each_block_of_4_096_draws(tmp_path):
    told = []
    simulation.simulate(scenario(tmp_path, PRICE), 5000, 1, progress=lambda *now: told.append(now))
    assert told == [(4096, 5000), (5000, 5000)]


def test_a_scenario_without_an_assumption_has_as_many_draws_as_were_asked_for(tmp_path):
    found = simulation.simulate(scenario(tmp_path), 200, 1)
    usd = found.scalars["rented"]["present_cost_usd"]
    assert usd.tolist() == pytest.approx([1_752_000] * 200)
