"""What time is worth to a choice: by hand, at its sentences' edges, and against the headline."""

import pandas as pd
import pytest
from tools.builders import simulated
from tools.hand import result, scenario

from analysis.chapters import value
from analysis.decision import headline, value_of_time
from analysis.model.estimates import Estimate
from analysis.scenario import edits

NEVER = float("inf")
PAIR = ("rented", "built")


def made(folder, rented, built, changes=""):
    """A result of two options, each given as (months to the target, present cost) per draw; the
    need is met within 12 months, the horizon is 24."""
    numbers = {
        name: {"target_months": months, "present_cost_usd": cost}
        for name, (months, cost) in (("rented", rented), ("built", built))
    }
    return result(scenario(folder, changes), **numbers)


def test_ten_months_at_5_and_a_cost_of_100_are_a_burden_of_150(tmp_path):
    # 100 + 5 x 10; a target that is not reached counts as month 24: 100 + 5 x 24.
    found = made(tmp_path, ([10, NEVER], [100, 100]), ([1, 1], [0, 0]))
    assert value_of_time.burden_usd(found, "rented", 5.0).tolist() == [150, 220]


def test_a_month_is_worth_what_the_scenario_states_and_else_nothing(tmp_path):
    found = made(tmp_path, ([1], [48]), ([1], [72]), "[value.month_usd]\nvalue = 7e6\n")
    assert value_of_time.month_usd(found) == 7e6
    assert value_of_time.month_usd(made(tmp_path, ([1], [48]), ([1], [72]))) == 0


def test_else_it_is_asked_at_0_and_where_first_place_changes(tmp_path):
    # Rented 12 at month 2, built 4 at month 6: equal where 8 buys 4 months, at 2.
    found = made(tmp_path, ([2, 2], [12, 12]), ([6, 6], [4, 4]))
    assert value_of_time.asked_usd(found, "month") == [0, 2]
    assert value_of_time.asked_usd(found, "race") == []


def test_what_is_below_the_line_is_in_no_regret_and_no_value_that_is_asked(tmp_path):
    # Built is cheaper and never there: rented alone is ranked, first at every value.
    found = made(tmp_path, ([2, 2], [12, 12]), ([NEVER] * 2, [4, 4]))
    assert value_of_time.asked_usd(found, "month") == [0]
    regret = value_of_time.regret_usd(found, 5.0)
    assert {option: usd.tolist() for option, usd in regret.items()} == {"rented": [0, 0]}


def test_by_month_12_the_whole_prize_is_won_later_half_of_it_and_never_nothing(tmp_path):
    found = made(tmp_path, ([12, 12.1, NEVER], [0] * 3), ([1] * 3, [0] * 3))
    assert value_of_time.prize_share(found, "rented").tolist() == [1, 0.5, 0]


def test_a_scenario_may_set_the_month_of_the_race_and_the_share_of_the_second(tmp_path):
    race = "[value.race_months]\nvalue = 6\n[value.second_share]\nvalue = 0.2\n"
    found = made(tmp_path, ([6, 7, NEVER], [0] * 3), ([1] * 3, [0] * 3), race)
    assert value_of_time.prize_share(found, "rented").tolist() == [1, 0.2, 0]


def test_a_month_flips_the_choice_at_2_where_8_buys_4_months(tmp_path):
    # Cost differences 6 and 10, mean 8; months gained 2 and 6, mean 4: 8 / 4 = 2. Delta method:
    # 6 - 2 x 2 = 2 and 10 - 2 x 6 = -2; s = 8 ** 0.5, over 2 ** 0.5, over 4: 0.5.
    found = made(tmp_path, ([2, 2], [10, 14]), ([4, 8], [4, 4]))
    assert value_of_time.flip_usd(found, *PAIR, "month") == Estimate(
        pytest.approx(2), pytest.approx(0.5)
    )
    assert value_of_time.flip_usd(found, *PAIR[::-1], "month").value == pytest.approx(2)
    # at 3 a month: 3 x 2 - 6 = 0 and 3 x 6 - 10 = 8
    assert value_of_time.advantage_usd(found, *PAIR, "month", 3.0).tolist() == [0, 8]


def test_the_race_flips_the_choice_at_16_where_8_buys_half_of_the_prize(tmp_path):
    # By month 12 one always, the other late and never: 0.5 and 1 of the prize; mean 0.75.
    # 6 / 0.75 = 8.
    found = made(tmp_path, ([2, 2], [10, 10]), ([14, NEVER], [4, 4]))
    assert value_of_time.flip_usd(found, *PAIR, "race").value == pytest.approx(6 / 0.75)
    assert value_of_time.advantage_usd(found, *PAIR, "race", 20.0).tolist() == [4, 14]


@pytest.mark.parametrize(
    ("rented", "built"),
    [
        (([2], [4]), ([4], [9])),  # cheaper and earlier
        (([4], [9]), ([2], [4])),
        (([4], [9]), ([4], [4])),  # equally early
        (([2], [4]), ([4], [4])),  # equally dear
    ],
)
def test_where_nothing_is_bought_with_nothing_no_value_of_a_month_flips_the_choice(
    tmp_path, rented, built
):
    found = made(tmp_path, rented, built)
    assert value_of_time.flip_usd(found, *PAIR, "month") == Estimate(None, None)


def test_the_value_that_flips_the_choice_is_the_break_even_of_the_headline():
    found = simulated("own-case", 300, 3)
    [pair] = headline.headline(found, "own-case")["comparison"]["pairs"]
    flip = value_of_time.flip_usd(found, pair["a"], pair["b"], "month")
    stated = pair["break_even_month_usd"]
    assert stated == {
        "value": pytest.approx(flip.value, rel=1e-8),
        "se": pytest.approx(flip.se, rel=1e-8),
    }


def test_at_each_value_of_time_it_is_told_how_much_better_the_first_option_is(tmp_path):
    # rented is dearer by 8 million and 4 months earlier: 3 x 4 - 8 = 4 million better at 3 million
    stated = "[value.month_usd]\nvalue = 3e6\nswept = [0]\n"
    found = made(tmp_path, ([2, 2], [12e6] * 2), ([6, 6], [4e6] * 2), stated)
    frame = value.tables.time_worth(found)
    assert frame["usd"].tolist() == [0, 3e6]
    assert frame["mean_usd"].tolist() == frame["p10"].tolist() == frame["p90"].tolist()
    assert frame["mean_usd"].tolist() == [-8e6, 4e6]
    assert "3 million USD a month</td><td>4</td>" in value.value_of_time(found).html


def test_every_value_that_the_scenario_sweeps_has_a_row(tmp_path):
    stated = "[value.month_usd]\nvalue = 3e6\nswept = [1e6, 5e6]\n[value.race_usd]\nvalue = 8e7\n"
    found = made(tmp_path, ([2, 2], [12e6] * 2), ([6, 6], [4e6] * 2), stated)
    frame = value.tables.time_worth(found)
    assert list(zip(frame["form"], frame["usd"], strict=True)) == [
        ("month", 1e6),
        ("month", 3e6),
        ("month", 5e6),
        ("race", 8e7),
    ]


def test_with_none_ranked_no_value_of_a_month_is_asked(tmp_path):
    found = made(tmp_path, ([NEVER] * 2, [5e6] * 2), ([NEVER] * 2, [1e6] * 2))
    assert value.tables.time_worth(found).empty
    assert "none is ranked" in value.value_of_time(found).html


def row(form="month", cost=(0.0, 0.0), gain=(0.0, 0.0), **more):
    """A row of `tables.time_worth` of a pair A and B: mean and standard error of cost and gain."""
    numbers = {"cost_usd": cost[0], "cost_se": cost[1], "gain": gain[0], "gain_se": gain[1]}
    flip = {"flip_usd": cost[0] / gain[0] if gain[0] else None, "flip_se": 0.0}
    about = {"form": form, "usd": 1e6, "a": "A", "b": "B", "by_months": 12.0, "stated": True}
    return pd.Series(about | numbers | flip | more)


UNTOLD = (1e6, 1e6)


@pytest.mark.parametrize(
    ("cost", "gain", "month", "race"),
    [
        (
            (8e6, 1e5),
            (4.0, 0.1),
            "On the mean A is better where a month is worth over 2 million USD",
            "On the mean A is better where being there by month 12 is worth over 2 million USD",
        ),
        (
            (-8e6, 1e5),
            (-4.0, 0.1),
            "On the mean B is better where a month is worth over 2 million USD",
            "On the mean B is better where being there by month 12 is worth over 2 million USD",
        ),
        (
            (-8e6, 1e5),
            (4.0, 0.1),
            "On the mean A is better whatever a month is worth",
            "On the mean A is better whatever being there by month 12 is worth",
        ),
        (
            (-8e6, 1e5),
            (0.0, 0.0),
            "On the mean A costs less, and the two are not told apart in time",
            "On the mean A costs less, and the two are not told apart in what they win of the "
            "prize",
        ),
        (
            UNTOLD,
            (-4.0, 0.1),
            "On the mean B is earlier, and the two are not told apart in cost",
            "On the mean B wins more of the prize, and the two are not told apart in cost",
        ),
        (
            (0.0, 0.0),
            (0.0, 0.0),
            "On the mean the two are told apart neither in cost nor in time",
            "On the mean the two are told apart neither in cost nor in what they win of the prize",
        ),
    ],
)
def test_what_a_value_of_a_month_or_of_the_race_makes_of_the_two(cost, gain, month, race):
    assert value.titles.by_value(row("month", cost, gain)) == month
    assert value.titles.by_value(row("race", cost, gain)) == race


def both(month, race):
    return pd.DataFrame([row("month", *month), row("race", *race)])


@pytest.mark.parametrize(
    ("month", "race", "expected"),
    [
        (
            ((8e6, 0.0), (4.0, 0.0)),
            ((8e6, 0.0), (0.5, 0.0)),
            "On the mean A is better than B where a month is worth over 2 million USD, or being "
            "there by month 12 over 16 million USD",
        ),
        (
            ((-8e6, 0.0), (4.0, 0.0)),
            ((-8e6, 0.0), (0.5, 0.0)),
            "On the mean A is better than B whatever time is worth",
        ),
        (
            (UNTOLD, (4.0, 0.1)),
            (UNTOLD, (0.5, 0.1)),
            "On the mean A is earlier, and the two are not told apart in cost",
        ),
        (
            ((8e6, 0.0), (4.0, 0.0)),
            ((8e6, 0.0), (-0.5, 0.0)),
            "On the mean A is better where a month is worth over 2 million USD. On the mean B is "
            "better whatever being there by month 12 is worth",
        ),
    ],
)
def test_the_title_of_the_curves_says_what_each_form_of_value_makes_of_the_two(
    month, race, expected
):
    assert value.titles.time_value(both(month, race)) == expected


def test_one_option_has_no_value_of_time_to_turn_it(tmp_path):
    one = edits.with_options(scenario(tmp_path), ["built"])
    found = result(one, built={"target_months": [1, 2], "present_cost_usd": [1, 2]})
    assert "only one option" in value.value_of_time(found).html
