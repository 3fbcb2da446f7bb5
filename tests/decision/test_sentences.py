"""The answer in a few sentences: true, whole and no surer than the numbers.

Without discounting, over 24 months, on the small scenario of the builders, in million USD:
rental from month 2 at 2 USD: 22 x 1.46 = 32.12; 2 months of the term lie beyond the horizon and
nothing is let: 2.92; together 35.04.
Build from month 6: cluster 30,000 / 0.8 x 1,000 = 37.5; works 5 x 1.25 = 6.25; energy 18 months x
1.2 MW x 730 h x 60 USD = 0.94608; maintenance 3 % x 37.5 x 1.5 years = 1.6875; insurance
1 % x 43.75 x 1.5 = 0.65625; end value 37.5 x 0.64 x 0.8 = 19.2; together 27.83983.
The run takes 10 months: the rental is there in month 12, the build in month 16.
"""

import math
import re
from typing import Any

import numpy as np
import pytest
from tools import builders
from tools.builders import Words, merged

from analysis.decision import answer, first_place, headline, wording
from analysis.model import simulation
from analysis.model.simulation import Result

AGAIN: Words = {
    "tranches": {"again": builders.rented("Again", sublet_price_share=0)},
    "options": {"build": {"title": "Again", "tranches": ["again"]}},
}
CHEAP: Words = {"tranches": {"rental": {"usd_per_gpu_hour": 1.5}}}
LATE: Words = {
    "tranches": {
        "rental": {"usd_per_gpu_hour": 4, "milestones": {"ready": 9}},
        "build": {"milestones": {"ready": 1}},
    }
}
NEVER: Words = {"need": {"target_flop": 1e28}}
BUILD_NEVER: Words = {"tranches": {"build": {"milestones": {"ready": 20}}}}


def small(*changes: Words) -> Words:
    """The small scenario without discounting, changed."""
    tables = builders.small(choices={"discount_rate_per_year": {"value": 0}})
    unlet = {"tranches": {"rental": {"sublet_price_share": 0}}}
    tables = merged(merged(tables, {"need": {"by_months": {"value": 20}}}), unlet)
    for one in changes:
        tables = merged(tables, one)
    return tables


def run(*changes: Words, number: int = 1) -> tuple[Result, dict[str, Any]]:
    """The result and the headline of a changed small scenario."""
    result = simulation.simulate(builders.parsed(small(*changes)), number, 1)
    return result, headline.headline(result, "case")


def said(*changes: Words, number: int = 1) -> list[str]:
    """The sentences, without the hours that a comparison without a service ends with."""
    found = answer.sentences(run(*changes, number=number)[1])
    return [re.sub(r"; (Rental|Build|Again) delivers .*$", ".", one) for one in found]


def uncertain(price: float) -> Words:
    """A rental at an uncertain price around this one, a build ready at an uncertain time."""
    usd = builders.ranged("USD/GPU-hour", 0.7 * price, price, 1.5 * price, 0.1, 20)
    ready = builders.ranged("months", 2, 5, 9, 0, 40)
    places = {"rental": {"usd_per_gpu_hour": "usd"}, "build": {"milestones": {"ready": "ready"}}}
    return {"assumptions": {"usd": usd, "ready": ready}, "tranches": places}


# Who is first


def test_a_rental_that_is_there_in_month_12_and_a_build_in_month_16() -> None:
    assert said(CHEAP)[0] == (
        "Rental reaches the training target before Build in 100 % of futures, 4 months "
        "earlier at P50 (P10 to P90: 4 to 4); Rental meets the need in 100 % of "
        "futures, Build in 100 %."
    )


def test_a_build_that_is_there_in_month_11_and_a_rental_in_month_19() -> None:
    assert said(LATE)[0] == (
        "Build reaches the training target before Rental in 100 % of futures, 8 months "
        "earlier at P50 (P10 to P90: 8 to 8); Build meets the need in 100 % of "
        "futures, Rental in 100 %."
    )


def test_both_too_late_is_said_to_meet_the_need_unlikely() -> None:
    assert said({"need": {"by_months": {"value": 3}}})[1] == (
        "Rental reaches the training target before Build in 100 % of futures, 4 months "
        "earlier at P50 (P10 to P90: 4 to 4); neither is likely to meet the need: Rental meets "
        "the need in 0 % of futures, Build in 0 %."
    )


def test_two_equal_options_are_equally_early() -> None:
    assert said(AGAIN)[0] == (
        "Rental and Again reach the training target equally early; Rental meets the need "
        "in 100 % of futures, Again in 100 %."
    )


def test_a_target_that_neither_reaches_is_said_to_be_out_of_reach() -> None:
    assert said(NEVER)[1] == (
        "Neither Rental nor Build reaches the training target within 24 months in any future."
    )


def test_months_gained_on_an_option_that_never_arrives_are_said_to_be_capped() -> None:
    assert said(BUILD_NEVER)[1] == (
        "Rental reaches the training target before Build in 100 % of futures, 12 months "
        "earlier at P50 (P10 to P90: 12 to 12; where one misses it, month 24 counts, in 100 % of "
        "futures); Rental meets the need in 100 % of futures, Build in 0 %."
    )


def test_one_month_is_singular() -> None:
    # the build is ready in month 3, the rental in month 2
    assert said({"tranches": {"build": {"milestones": {"ready": 3}}}})[0].startswith(
        "Rental reaches the training target before Build in 100 % of futures, 1 month earlier"
    )


# How much


def test_a_rental_at_1_50_costs_26_3_million_against_27_8_for_the_build() -> None:
    # 24 x 1.095 = 26.28, two months of it beyond the horizon; 1.55983 less
    found = re.sub(r" at P50 \(P10 to P90[^)]*\)", "", said(CHEAP)[1])
    assert found == (
        "Over 24 months, in present value, Rental costs 26.3 million USD and Build costs 27.8 "
        "million USD: Rental is cheaper by 1.56 million USD on the mean, and in 100 % of futures."
    )


def test_a_late_rental_at_4_costs_70_1_million_against_28_8_for_the_build() -> None:
    # 24 x 2.92 = 70.08, nine months of it beyond the horizon
    # build from month 1: 37.5 + 6.25 + 23 / 18 x (0.94608 + 1.6875 + 0.65625) - 19.2 = 28.7537
    found = re.sub(r" at P50 \(P10 to P90[^)]*\)", "", said(LATE)[1])
    assert found == (
        "Over 24 months, in present value, Rental costs 70.1 million USD and Build costs 28.8 "
        "million USD: Build is cheaper by 41.3 million USD on the mean, and in 100 % of futures."
    )


def test_two_equal_options_cost_the_same() -> None:
    assert said(AGAIN)[1].endswith(" million USD): they cost the same.")


def test_a_mean_difference_under_two_standard_errors_is_not_told_from_zero() -> None:
    result, found = run(uncertain(1.45), number=100)
    costs = [result.scalars[option]["present_cost_usd"] for option in result.options]
    gap = costs[0] - costs[1]
    assert 0 < abs(gap.mean()) < 2 * gap.std(ddof=1) / 10  # the root of 100 futures
    assert ": the mean difference cannot be told from zero;" in answer.how_much(found)


def test_the_middle_of_a_range_is_never_shown_outside_its_ends() -> None:
    assert said()[1].startswith(
        "Over 24 months, in present value, Rental costs 35.0 million USD at P50 (P10 to P90: 35.0 "
        "to 35.0 million USD) and Build costs 27.8 million USD at P50 (P10 to P90: 27.8 to 27.8 "
        "million USD): "
    )


# What decides


def test_an_earlier_and_cheaper_rental_is_better_whatever_a_month_is_worth() -> None:
    assert said(CHEAP)[2] == (
        "On the mean Rental is lower in present cost and earlier, so it is the better of the two "
        "whatever a month is worth."
    )


def test_an_earlier_and_cheaper_build_is_better_whatever_a_month_is_worth() -> None:
    assert said(LATE)[2] == (
        "On the mean Build is lower in present cost and earlier, so it is the better of the two "
        "whatever a month is worth."
    )


def test_a_rental_4_months_earlier_for_7_20_million_more_needs_1_80_million_a_month() -> None:
    # (35.04 - 27.83983) / (16 - 12) = 1.80004
    assert said()[2] == (
        "Rental is earlier and Build is lower in present cost, so Rental is the better one "
        "where a month is worth more than 1.80 million USD."
    )


def test_two_equal_options_cannot_be_told_apart() -> None:
    assert said(AGAIN)[2] == (
        "On the mean the two cannot be told apart, neither in cost nor in time."
    )


def test_a_month_up_to_the_horizon_is_said_to_be_capped() -> None:
    # build from month 20: 37.5 + 6.25 + 4 / 18 x 3.28983 - 19.2 = 25.28107; 9.75893 less for 12
    # months from 12 to the horizon: 0.81324 a month
    assert said(BUILD_NEVER)[3] == (
        "Rental is earlier and Build is lower in present cost, so Rental is the better one where a "
        "month is worth more than 813 thousand USD (where one misses it, month 24 counts, in 100 % "
        "of futures)."
    )


def test_where_neither_reaches_the_target_cost_decides() -> None:
    assert said(NEVER)[3] == (
        "Neither reaches the training target within 24 months, so cost decides: Build is lower in "
        "present cost."
    )


# Short of a pair


def test_one_option_alone_is_told_without_a_comparison() -> None:
    # 35.04 million over 22 months x 1.0512e24 FLOP / 8.64e19 = 267,667 PFLOP-days: 130.91
    found = said({"options": {"build": None}})
    assert found[0] == (
        "Rental reaches the training target within the horizon in 100 % of futures, and meets the "
        "need in 100 %."
    )
    assert found[1].startswith(
        "Over 24 months, in present value, it costs 35.0 million USD at P50 ("
    )
    assert found[2] == "It costs 131 USD per useful PFLOP-day."


def test_one_option_that_never_trains_has_no_useful_compute() -> None:
    never = {"options": {"build": None}, "need": {"start_gpus": {"value": 5000}}}
    found = said(never)
    assert found[0] == (
        "Rental reaches the training target within the horizon in 0 % of futures, and meets the "
        "need in 0 %."
    )
    assert found[2] == "It has no useful compute."


# Under uncertainty: the numbers that stand in the sentences are those of the draws


def number_in(pattern: str, sentence: str) -> float:
    """The one number that a pattern finds."""
    matches = re.findall(pattern, sentence)
    assert len(matches) == 1, (pattern, sentence)
    return float(matches[0])


def ranked(values: Any, p: float) -> float:
    """The value at position ⌈p n⌉ in ascending order."""
    return float(np.sort(values)[math.ceil(p * len(values) - 1e-9) - 1])


def test_the_shares_and_months_of_the_first_sentence_are_those_of_the_draws() -> None:
    result, found = run(uncertain(2.8), number=1000)
    rental, build = (
        np.minimum(result.scalars[one]["target_months"], 24) for one in ("rental", "build")
    )
    gained, sentence = build - rental, answer.when(found)
    before = number_in(r"before Build in (\d+) % of futures", sentence)
    assert before == round(100 * (gained > 0).mean())
    assert number_in(r"([\d.]+) months earlier", sentence) == round(ranked(gained, 0.5), 1)
    assert number_in(r"P90: (-?[\d.]+) to", sentence) == round(ranked(gained, 0.1), 1)
    assert number_in(r"P90: -?[\d.]+ to (-?[\d.]+)[;)]", sentence) == round(ranked(gained, 0.9), 1)
    assert number_in(r"Rental meets the need in (\d+) %", sentence) == round(
        100 * (rental <= 20).mean()
    )
    assert number_in(r"Build in (\d+) %\.$", sentence) == round(100 * (build <= 20).mean())


def test_the_amounts_of_the_second_sentence_are_those_of_the_draws() -> None:
    result, found = run(uncertain(2.8), number=1000)
    rental, build = (result.scalars[one]["present_cost_usd"] / 1e6 for one in ("rental", "build"))
    sentence = answer.how_much(found)
    for title, usd in (("Rental", rental), ("Build", build)):
        shown = number_in(rf"{title} costs ([\d.]+) million", sentence)
        assert shown == pytest.approx(ranked(usd, 0.5), abs=0.06)
        low = number_in(
            rf"{title} costs [\d.]+ million USD at P50 \(P10 to P90: ([\d.]+) to", sentence
        )
        assert low == pytest.approx(ranked(usd, 0.1), abs=0.51)
    cheaper = number_in(r"Build is cheaper by ([\d.]+) million USD on the mean", sentence)
    assert cheaper == pytest.approx((rental - build).mean(), abs=0.06)
    share = number_in(r"and in (\d+) % of futures;", sentence)
    assert share == round(100 * (build < rental).mean())


def test_the_worth_of_a_month_in_the_third_sentence_is_that_of_the_draws() -> None:
    result, found = run(uncertain(2.8), number=1000)
    cost = [result.scalars[one]["present_cost_usd"].mean() for one in ("rental", "build")]
    months = [
        np.minimum(result.scalars[one]["target_months"], 24).mean() for one in ("rental", "build")
    ]
    worth = (cost[0] - cost[1]) / (months[1] - months[0]) / 1e6
    sentence = answer.what_decides(found)
    shown = number_in(r"worth more than ([\d.]+) million USD", sentence)
    assert shown == pytest.approx(worth, abs=0.06)
    late = np.mean(result.scalars["build"]["target_months"] > 24)
    assert 0 < late < 0.1
    capped = number_in(r"month 24 counts, in (\d+) % of futures", sentence)
    assert capped == round(100 * late)


# Edges: a headline with other numbers in it


def edited(found: dict[str, Any], **pair: Any) -> dict[str, Any]:
    """The headline with other estimates for the pair of the question."""
    changed = merged(found["comparison"]["pairs"][0], pair)
    rest = found["comparison"]["pairs"][1:]
    return merged(found, {"comparison": {"pairs": [changed, *rest]}})


def estimate(value: float, se: float = 0.0) -> Words:
    """An estimate as the headline holds it."""
    return {"value": value, "se": se}


def test_before_in_exactly_half_of_the_futures_claims_no_first() -> None:
    shares = {"a_earlier": estimate(0.5, 0.02), "b_earlier": estimate(0.4, 0.02)}
    assert answer.when(edited(run()[1], **shares)) == (
        "Rental reaches the training target before Build in 50 % of futures and after it in 40 %; "
        "Rental meets the need in 100 % of futures, Build in 100 %."
    )


def test_each_before_the_other_in_half_of_the_futures_is_not_equally_early() -> None:
    shares = {"a_earlier": estimate(0.5, 0.02), "b_earlier": estimate(0.5, 0.02)}
    assert answer.when(edited(run()[1], **shares)) == (
        "Rental reaches the training target before Build in 50 % of futures and after it in 50 %; "
        "Rental meets the need in 100 % of futures, Build in 100 %."
    )


def test_a_median_of_a_day_is_under_a_tenth_of_a_month() -> None:
    months = {q: estimate(-0.03, 0.01) for q in ("p10", "p50", "p90")}
    assert ", under 0.1 months earlier at P50" in answer.when(
        edited(run()[1], months_difference=months)
    )


def test_cheaper_with_an_unknown_gain_in_time_is_not_better_whatever_a_month_is_worth() -> None:
    months = {"mean": estimate(-1.0, 0.8)}
    assert answer.what_decides(edited(run()[1], months_difference=months)) == (
        "On the mean Build is lower in present cost and the two cannot be told apart in time, so "
        "nothing here speaks for Rental."
    )


def test_earlier_at_an_unknown_cost_is_not_better_whatever_a_month_is_worth() -> None:
    cost = {"mean": estimate(1e6, 0.8e6)}
    assert answer.what_decides(edited(run()[1], cost_difference_usd=cost)) == (
        "On the mean Rental is earlier and the two cannot be told apart in cost, so nothing here "
        "speaks for Build."
    )


def test_exactly_as_early_and_cheaper_is_better_whatever_a_month_is_worth() -> None:
    months = {"mean": estimate(0.0, 0.0)}
    assert answer.what_decides(edited(run()[1], months_difference=months)) == (
        "On the mean Build is lower in present cost and about as early, so it is the better of the "
        "two whatever a month is worth."
    )


def test_cheaper_on_the_mean_in_a_minority_of_futures_is_said_with_a_but() -> None:
    share = {"a_cheaper": estimate(0.7), "b_cheaper": estimate(0.3)}
    assert (
        "Build is cheaper by 7.20 million USD on the mean, but in only 30 % of futures;"
        in answer.how_much(edited(run()[1], **share))
    )


@pytest.mark.parametrize("se", [0.0, 1e5, 7.4e5])
def test_a_difference_over_two_standard_errors_is_told_and_no_digit_beyond_them(se: float) -> None:
    # 1.49137 million: with no error 1.49, with 0.1 million 1.5, with 0.74 million 1.5 as well
    cost = {"mean": estimate(1.49137e6, se)}
    shown = wording.figure(1.49137, se / 1e6)
    assert shown == {0.0: "1.49", 1e5: "1.5", 7.4e5: "1.5"}[se]
    sentence = answer.how_much(edited(run()[1], cost_difference_usd=cost))
    assert f"Build is cheaper by {shown} million USD on the mean" in sentence


def test_a_difference_of_just_two_standard_errors_is_not_told() -> None:
    cost = {"mean": estimate(1.49137e6, 1.49137e6 / 2)}
    sentence = answer.how_much(edited(run()[1], cost_difference_usd=cost))
    assert ": the mean difference cannot be told from zero;" in sentence


# The same service, and what is delivered without one

SERVICE: Words = {
    "need": {
        "service": {"h100_gpus": 1000, "from_months": {"value": 6}, "short_hour_usd": {"value": 2}}
    }
}


def test_without_a_service_the_hours_stand_beside_the_cost() -> None:
    # 22 and 18 months x 730,000 hours of chips with 1,000 over 989.5 TFLOP/s of an H100
    found = answer.how_much(run()[1])
    assert found.endswith(
        "; Rental delivers 16.2 million H100-hours on the mean and Build 13.3 million."
    )


def test_with_a_service_its_price_stands_before_the_cost_and_no_hours_after() -> None:
    found = answer.how_much(run(SERVICE)[1])
    assert found.startswith(
        "Over 24 months, in present value and for the same service (an H100-hour that is short "
        "counts 2 USD), Rental costs"
    )
    assert "delivers" not in found
    assert answer.what_decides(run(SERVICE, CHEAP)[1]).startswith("On the mean Rental is cheaper")


def test_a_service_alone_is_told_in_hours_served_and_cost() -> None:
    alone: Words = {
        "need": {"target_flop": None, "by_months": None, "start_gpus": None},
        "tranches": {
            "rental": {"use": "other"},
            "build": {"use": "other", "milestones": {"ready": 15}},
        },
    }
    said = answer.sentences(run(SERVICE, alone)[1])
    # the build serves months 15 to 24 of 6 to 24, with a little more than 1,000 H100: half
    assert said[0].startswith("Build meets the need in 0 % of futures: it is not likely")
    assert said[1] == (
        "Rental serves 100 % of the hours wanted on the mean, and enough in 100 % of futures; "
        "Build serves 50 % of the hours wanted on the mean, and enough in 0 % of futures."
    )
    assert said[3].startswith("No date is asked for, so cost decides: ")


# Who is first


def test_the_one_below_the_line_is_named_before_anything_else() -> None:
    assert said(BUILD_NEVER)[0] == (
        "Build meets the need in 0 % of futures: it is not likely to do what is asked, and ranked "
        "with none."
    )


def test_first_place_changes_at_the_worth_of_a_month_that_decides_between_the_two() -> None:
    assert first_place.words(run()[1]) == (
        "Of the options that meet the need in at least half of the futures, Build is first while a "
        "month is worth under 1.80 million USD, Rental from there on."
    )


def test_one_that_is_ranked_alone_is_first_whatever_a_month_is_worth() -> None:
    assert first_place.words(run(BUILD_NEVER)[1]) == (
        "Of the options that meet the need in at least half of the futures, Rental is first "
        "whatever a month is worth. Below the line: Build (0 %)."
    )


def test_where_none_meets_the_need_none_is_first() -> None:
    assert first_place.words(run(NEVER)[1]) == (
        "No option meets the need in half of the futures, so none is first."
    )


def test_another_need_that_moves_one_across_the_line_is_told_with_who_is_first_then() -> None:
    # the build is there in month 16: not where the target is wanted by month 14
    wanted: Words = {"need": {"by_months": {"value": 20, "swept": [14, 20]}}}
    assert first_place.words(run(wanted)[1]).endswith(
        " Were the target wanted by month 14: Rental is first whatever a month is worth."
    )
