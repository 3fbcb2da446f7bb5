"""The verdict: which option, why, how sure; true, whole and no surer than the numbers.

Without discounting, over 24 months, on the small scenario of the builders, in million USD:
rental from month 2 at 2 USD: 22 x 1.46 = 32.12; 2 months of the term lie beyond the horizon and
nothing is let: 2.92; together 35.04.
Build from month 6: cluster 30,000 / 0.8 x 1,000 = 37.5; works 5 x 1.25 = 6.25; energy 18 months x
1.2 MW x 730 h x 60 USD = 0.94608; maintenance 3 % x 37.5 x 1.5 years = 1.6875; insurance
1 % x 43.75 x 1.5 = 0.65625; end value 37.5 x 0.64 x 0.8 = 19.2; together 27.83983.
The run takes 10 months: the rental is there in month 12, the build in month 16.
"""

from typing import Any

import numpy as np
import pytest
from tools import builders
from tools.builders import Words, merged

from analysis.decision import first_place, headline, reading, tiles, verdict, wording
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
SERVICE: Words = {
    "need": {
        "service": {"h100_gpus": 1000, "from_months": {"value": 6}, "short_hour_usd": {"value": 2}}
    }
}
HOURS = " Build delivers 13.3 million H100-hours, Rental 16.2 million."


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


def said(*changes: Words) -> list[str]:
    """The sentences of the verdict."""
    return verdict.verdict(run(*changes)[1]).sentences


def edited(found: dict[str, Any], **pair: Any) -> dict[str, Any]:
    """The headline with other estimates for the pair of the question."""
    changed = merged(found["comparison"]["pairs"][0], pair)
    rest = found["comparison"]["pairs"][1:]
    return merged(found, {"comparison": {"pairs": [changed, *rest]}})


def estimate(value: float, se: float = 0.0) -> Words:
    """An estimate as the headline holds it."""
    return {"value": value, "se": se}


# Which of the two


def test_one_that_is_cheaper_and_earlier_is_taken_rather_than_the_other() -> None:
    # 24 x 1.095 = 26.28 against 27.83983: 1.55983 less; month 12 against 16
    assert said(CHEAP) == [
        "Rental, rather than Build.",
        "Present cost is 1.56 million USD lower on average, and lower in 100 % of futures. "
        "Rental delivers 16.2 million H100-hours, Build 13.3 million.",
        "It reaches the training target 4 months sooner on average, and sooner in 100 % of "
        "futures.",
    ]


def test_a_cheaper_and_earlier_build_is_taken_rather_than_the_rental() -> None:
    # 24 x 2.92 = 70.08; build from month 1: 37.5 + 6.25 + 23 / 18 x 3.28983 - 19.2 = 28.75367
    found = said(LATE)
    assert found[0] == "Build, rather than Rental."
    assert found[1].startswith("Present cost is 41.3 million USD lower on average")
    assert found[2].startswith("It reaches the training target 8 months sooner on average")


def test_a_rental_4_months_earlier_for_7_20_million_more_needs_1_80_million_a_month() -> None:
    # (35.04 - 27.83983) / (16 - 12) = 1.80004
    assert said()[0] == "Build, unless a month is worth more than 1.80 million USD: then Rental."
    assert said()[2] == (
        "It reaches the training target 4 months later on average, and later in 100 % of futures."
    )


@pytest.mark.parametrize(("month", "best"), [(1.7e6, "Build"), (1.9e6, "Rental")])
def test_where_a_month_has_a_stated_worth_that_decides(month: float, best: str) -> None:
    found = said({"value": {"month_usd": {"value": month}}})
    [other] = {"Build", "Rental"} - {best}
    assert found[0] == f"{best}, rather than {other}."
    assert found[1] == f"A month is taken to be worth {month / 1e6:.2f} million USD."


def test_two_equal_options_are_too_close_to_call() -> None:
    assert said(AGAIN) == [
        "Too close to call between Rental and Again.",
        "Present cost is the same. Rental delivers 16.2 million H100-hours, Again 16.2 million.",
        "Both reach the training target equally early.",
    ]


@pytest.mark.parametrize(("se", "close"), [(0.74e6, False), (0.76e6, True)])
def test_a_difference_is_too_close_where_it_is_within_two_errors_of_zero(
    se: float, close: bool
) -> None:
    found = edited(
        run()[1],
        cost_difference_usd={"mean": estimate(1.5e6, se)},
        months_difference={"mean": estimate(0.1, 0.2)},
    )
    shown = verdict.verdict(found)
    assert (shown.option is None) == close
    assert (shown.decides == "Too close to call between Rental and Build.") == close
    assert ("The two cannot be told apart in cost" in " ".join(shown.why)) == close
    assert "first cannot be told on average" in " ".join(shown.why)


def test_one_below_the_line_is_not_taken_however_cheap() -> None:
    found = said(BUILD_NEVER)
    assert found[0] == "Rental, rather than Build."
    assert found[1] == "The need is met by Rental in 100 % and Build in 0 % of futures."
    assert "higher on average" in found[2]


def test_where_neither_is_likely_to_meet_the_need_none_is_taken() -> None:
    assert said(NEVER) == [
        "Neither Rental nor Build is likely to meet the need.",
        "The need is met by Rental in 0 % and Build in 0 % of futures.",
    ]
    assert verdict.verdict(run(NEVER)[1]).option is None


def test_one_option_alone_is_judged_by_the_need() -> None:
    assert said({"options": {"build": None}}) == [
        "Rental is likely to meet the need: it does so in 100 % of futures."
    ]


def test_a_target_that_neither_reaches_leaves_it_to_cost() -> None:
    found = run(SERVICE, NEVER, {"need": {"service": {"served_share": {"value": 0}}}})[1]
    assert verdict.time_words(found, "build", "rental") == (
        "Neither reaches the training target within 24 months in any future."
    )


# Beside the two


def third(**tranche: Any) -> Words:
    return {
        "tranches": {"third": builders.rented("Third", sublet_price_share=0, **tranche)},
        "options": {"third": {"title": "Third", "tranches": ["third"]}},
    }


def test_a_third_that_is_first_up_to_a_worth_of_a_month_is_named_with_it() -> None:
    # 1 USD: half of 35.04 = 17.52, 8.76 less than the rental at 1.5; from month 9 it is there in
    # month 19, 7 months later: 8.76 / 7 = 1.25143
    late = third(usd_per_gpu_hour=1, milestones={"ready": 9})
    assert said(CHEAP, late)[-1] == (
        "Better than both is Third (a month worth under 1.25 million USD)."
    )


def test_a_third_at_no_worth_of_a_month_is_not_named() -> None:
    assert "Third" not in " ".join(said(CHEAP, third(usd_per_gpu_hour=3)))


def test_with_a_stated_worth_only_what_is_first_there_is_named() -> None:
    late = third(usd_per_gpu_hour=1, milestones={"ready": 9})
    worth = {"value": {"month_usd": {"value": 1e6}}}
    assert said(CHEAP, late, worth)[-1] == "Better than both is Third."
    above = {"value": {"month_usd": {"value": 2e6}}}
    assert "Third" not in " ".join(said(CHEAP, late, above))


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.09, ""),
        (0.4, "Rental needs more than the 20 million USD at hand in 40 % of "),
        (0.6, "Rental needs more than the 20 million USD at hand in 60 % of "),
    ],
)
def test_funds_that_may_not_last_stand_in_the_verdict(share: float, words: str) -> None:
    found = run(CHEAP, {"choices": {"funding_usd": {"value": 2e7}}})[1]
    ends = {"funds_last_months": {"within_horizon": estimate(share)}}
    last = verdict.verdict(merged(found, {"options": {"rental": ends}})).why[-1]
    assert last.startswith(words) if words else "at hand" not in last


# No surer than the numbers


def test_the_amounts_and_shares_are_those_of_the_draws() -> None:
    ranges = {
        "usd": builders.ranged("USD/GPU-hour", 1.96, 2.8, 4.2, 0.1, 20),
        "ready": builders.ranged("months", 2, 5, 9, 0, 40),
    }
    places = {"rental": {"usd_per_gpu_hour": "usd"}, "build": {"milestones": {"ready": "ready"}}}
    result, found = run({"assumptions": ranges, "tranches": places}, number=1000)
    cost = [result.scalars[one]["present_cost_usd"] for one in ("build", "rental")]
    months = [np.minimum(result.scalars[one]["target_months"], 24) for one in ("build", "rental")]
    gap = reading.gap(found, "build", "rental")
    assert gap.cost_usd.value == pytest.approx((cost[0] - cost[1]).mean(), rel=1e-6)
    assert gap.months.value == pytest.approx((months[0] - months[1]).mean(), rel=1e-6)
    assert gap.cheaper == pytest.approx((cost[0] < cost[1]).mean())
    assert gap.later == pytest.approx((months[0] > months[1]).mean())
    assert gap.months_p90 == pytest.approx(-np.sort(months[1] - months[0])[99], rel=1e-6)


@pytest.mark.parametrize("se", [0.0, 1e5, 7.4e5])
def test_no_digit_stands_beyond_the_error(se: float) -> None:
    # 1.49137 million: with no error 1.49, with 0.1 million 1.5, with 0.74 million 1.5 as well
    shown = wording.figure(1.49137, se / 1e6)
    assert shown == {0.0: "1.49", 1e5: "1.5", 7.4e5: "1.5"}[se]
    found = edited(run()[1], cost_difference_usd={"mean": estimate(1.49137e6, se)})
    words = verdict.cost_words(found, "build", "rental")
    assert words.startswith(f"Present cost is {shown} million USD lower on average, and")
    assert words.endswith(HOURS)


def test_a_difference_of_a_day_is_under_a_tenth_of_a_month() -> None:
    found = edited(run()[1], months_difference={"mean": estimate(-0.03, 0.01)})
    assert "target under 0.1 months sooner" in verdict.time_words(found, "rental", "build")


def test_one_month_is_singular() -> None:
    # the build is ready in month 3, the rental in month 2
    found = run({"tranches": {"build": {"milestones": {"ready": 3}}}})[1]
    assert "target 1 month sooner" in verdict.time_words(found, "rental", "build")


def test_with_a_service_the_cost_is_that_of_the_same_service_and_no_hours_stand_beside() -> None:
    words = verdict.cost_words(run(SERVICE)[1], "build", "rental")
    assert words.startswith("The same service costs ")
    assert "H100-hours" not in words


# The figures


def test_the_figures_stand_beside_those_of_another_option() -> None:
    found = run(CHEAP, {"choices": {"funding_usd": {"value": 2e7}}})[1]
    when, cost, paid, met = tiles.tiles(found, "rental", "build")
    # month 12 of 9 July 2024 is 9 July 2025, month 16 the 8 November
    assert (when.figure, when.beside) == (
        "Jul 2025",
        "Build: Nov 2025. In 8 of 10 futures 4 to 4 months later.",
    )
    assert (cost.asks, cost.figure) == ("Present cost, 24 months", "26.3 million USD")
    assert cost.beside == "Build: 27.8 million USD. Lower in 100 % of futures."
    assert paid.figure == "Not from 20 million USD"
    assert (met.figure, met.beside) == ("In 100 % of futures", "Build: 100 %.")


def test_without_a_date_the_first_figure_is_what_is_served() -> None:
    alone: Words = {
        "need": {"target_flop": None, "by_months": None, "start_gpus": None},
        "tranches": {
            "rental": {"use": "other"},
            "build": {"use": "other", "milestones": {"ready": 15}},
        },
    }
    found = run(SERVICE, alone)[1]
    # the build serves months 15 to 24 of 6 to 24, with a little more than 1,000 H100: half
    served = tiles.tiles(found, "rental", "build")[0]
    assert (served.figure, served.beside) == ("100 %", "Build: 50 %. Hours short are in the cost.")
    assert verdict.verdict(found).sentences[1] == (
        "The need is met by Rental in 100 % and Build in 0 % of futures."
    )


# Who is first


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
