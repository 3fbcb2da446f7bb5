"""Which option is better and how sure that is: the tables by hand, the sentences at their edges,
and the chapter's numbers against those of its own draws.
"""

import numpy as np
import pytest
from tools import chapters
from tools.hand import result, scenario

from analysis.chapters import comparison
from analysis.chapters.shared import labels
from analysis.chapters.shared.exhibit import Exhibit
from analysis.decision import headline
from analysis.decision.wording import percent
from analysis.model import comparison as compared
from analysis.model import simulation
from analysis.scenario import edits

PAIR = ("Rented", "Built")
THIRD = '[options.third]\ntitle = "Third"\ntranches = ["rental", "machine"]\n'
NEVER = float("inf")


def made(folder, rented, built, by=12, **third):
    """A result of two options, each given as (months to the target, compared cost) per draw, or of
    three; the need is met within so many months, the horizon is 24."""
    given = {"rented": rented, "built": built, **third}
    numbers = {
        name: {"target_months": months, "present_cost_usd": cost}
        for name, (months, cost) in given.items()
    }
    found = scenario(folder, THIRD if third else "")
    return result(edits.with_choice(found, "by_months", by), **numbers)


def test_a_target_missed_in_one_of_four_futures_counts_as_the_horizon_and_is_told(tmp_path):
    # Months 2, 4, 24 (never), 6: mean 36 / 4 = 9, P50 the second of 2, 4, 6, 24. Cost 12 / 4 = 3.
    one = made(tmp_path, ([2, 4, NEVER, 6], [1, 2, 3, 6]), ([1, 1, 1, 1], [1, 1, 1, 1]))
    row = comparison.tables.cost_and_date(one).set_index("option").loc["Rented"]
    assert (row["missed"], row["mean_months"], row["p50_months"]) == (0.25, 9, 4)
    assert (row["p90_months"], row["horizon_months"]) == (24, 24)
    assert (row["mean_usd"], row["p10_usd"], row["p50_usd"], row["p90_usd"]) == (3, 1, 2, 6)


@pytest.fixture
def mixed(tmp_path):
    """Rented is cheaper and earlier; dearer at one time; equal in cost and later; dearer, later."""
    return made(tmp_path, ([1, 2, 3, 4], [1, 2, 2, 5]), ([2, 2, 1, 1], [2, 1, 2, 1]))


def test_the_differences_are_binned_with_ties_apart_and_zero_at_an_edge(mixed):
    frame = comparison.tables.differences(mixed)
    cost = frame[frame["what"] == "cost_usd"]
    # costs less each other: -1, 1, 0, 4; months: -1, 0, 2, 3
    assert cost.groupby("lower")["share"].sum().to_dict() == {
        "": 0.25,
        "Rented": 0.25,
        "Built": 0.5,
    }
    months = frame[frame["what"] == "months"].groupby("lower")["share"].sum().to_dict()
    assert months == {"": 0.25, "Rented": 0.25, "Built": 0.5}
    assert set(zip(cost["p10"], cost["p50"], cost["p90"], strict=True)) == {(-1, 0, 4)}
    assert (cost.loc[cost["lower"] == "Rented", "high"] <= 0).all()
    assert (cost.loc[cost["lower"] == "Built", "low"] >= 0).all()


def test_bins_touch_hold_every_future_and_gather_the_tails_in_the_outermost(tmp_path):
    values = np.random.default_rng(5).normal(size=4000).tolist()
    far = [1e6, -1e6]  # two of 4,002: beyond the 0.5 % that the picture reaches on either side
    draws = values + far
    one = made(tmp_path, ([3.0] * len(draws), draws), ([3.0] * len(draws), [0.0] * len(draws)))
    cost = comparison.tables.differences(one).query("what == 'cost_usd' and lower != ''")
    assert cost["share"].sum() == pytest.approx(1, abs=1e-12)
    assert cost["low"].iloc[1:].to_numpy() == pytest.approx(cost["high"].iloc[:-1].to_numpy())
    assert cost["high"].max() < 10
    inner = cost.iloc[5]
    held = np.mean([(inner["low"] <= x < inner["high"]) for x in draws])
    assert inner["share"] == pytest.approx(held)


@pytest.mark.parametrize(
    ("rented", "built", "month_usd", "expected"),
    [
        (([6], [1]), ([8], [2]), None, "Rented costs least and is earliest"),
        (([8], [1]), ([6], [2]), None, "Rented costs least, Built is earliest"),
        (([6], [1]), ([6], [2]), None, "Rented costs least, Rented and Built are earl"),
        (([6], [2]), ([6], [2]), None, "Rented and Built cost least and are earl"),
        (([NEVER], [1]), ([NEVER], [2]), None, "No option meets the need in at least half of"),
        # 1e9 + 8 v against 2e9 + 6 v: equal at v = 0.5e9
        (([8], [1e9]), ([6], [2e9]), 0.4e9, "At 400 million USD a month Rented is best"),
        (([8], [1e9]), ([6], [2e9]), 0.5e9, "At 500 million USD a month Rented and Built are best"),
        (([8], [1e9]), ([6], [2e9]), 0.6e9, "At 600 million USD a month Built is best"),
        (([8], [1e9]), ([6], [2e9]), 0.0, "At 0 USD a month Rented is best"),
    ],
)
def test_cost_and_date_say_which_is_cheapest_earliest_or_best_at_a_value(
    tmp_path, rented, built, month_usd, expected
):
    frame = comparison.tables.cost_and_date(made(tmp_path, rented, built))
    assert comparison.titles.cost_and_date(frame, month_usd).startswith(expected)


@pytest.mark.parametrize(
    ("rented", "built", "expected"),
    [
        (
            ([1, 2], [1, 1]),
            ([2, 3], [2, 2]),
            "Rented has the lower compared cost in 100 % of futures and is earlier in",
        ),
        (
            ([3, 4], [1, 1]),
            ([2, 3], [2, 2]),
            "Rented has the lower compared cost in 100 % of futures; Built is earlier in",
        ),
        (
            ([2, 3], [1, 1]),
            ([2, 3], [2, 2]),
            "Rented has the lower compared cost in 100 % of futures; neither is ever e",
        ),
        (
            ([1, 3], [1, 1]),
            ([2, 3], [1, 1]),
            "The compared costs are equal in all futures; Rented is earlier in 50 %",
        ),
        (
            ([2, 3], [1, 1]),
            ([2, 3], [1, 1]),
            "The compared costs are equal in all futures; neither is ever earlier",
        ),
        (
            ([NEVER] * 2, [1, 1]),
            ([NEVER] * 2, [2, 2]),
            "Rented has the lower compared cost in 100 % of futures; n",
        ),
    ],
)
def test_the_differences_say_who_is_cheaper_and_who_earlier(tmp_path, rented, built, expected):
    frame = comparison.tables.differences(made(tmp_path, rented, built))
    assert comparison.titles.differences(frame, PAIR).startswith(expected)


def test_an_option_that_misses_the_target_in_two_of_three_futures_is_best_of_nothing(tmp_path):
    seldom = ([3, NEVER, NEVER], [1e9, 1e9, 1e9])
    one = made(tmp_path, seldom, ([6] * 3, [3e9] * 3), third=([4] * 3, [7e9] * 3))
    frame = comparison.tables.cost_and_date(one)
    told = comparison.titles.cost_and_date(frame)
    assert told == "Of those that are ranked, Built costs least, Third is earliest"
    assert (
        comparison.titles.cost_and_date(frame, 0.0) == "At 0 USD a month Built is best on the mean"
    )


def test_where_one_option_alone_is_likely_to_reach_the_target_no_value_turns_it(tmp_path):
    one = made(tmp_path, ([3, NEVER, NEVER], [1, 1, 1]), ([6] * 3, [3] * 3))
    told = comparison.titles.cost_and_date(comparison.tables.cost_and_date(one))
    assert told == "Only Built meets the need in at least half of the futures"


def test_with_one_option_there_is_a_line_instead_of_a_picture(tmp_path):
    found = scenario(tmp_path)
    alone = found.model_copy(update={"options": {"rented": found.options["rented"]}})
    one = result(alone, rented={"target_months": [1.0], "present_cost_usd": [1.0]})
    assert "only one option" in comparison.differences(one).html
    assert comparison.tables.differences(one).empty
    claim = comparison.titles.cost_and_date(comparison.tables.cost_and_date(one), 5.0)
    assert claim == "Rented: when it reaches the target, and what it costs"


def test_labels_of_two_dots_at_one_place_share_no_pixel_and_stay_inside():
    boxes = labels.places([(5, 5), (5, 5)], ["A label", "Another\nof two lines"], [], (300, 200))
    (left, bottom, right, top), (left_2, bottom_2, right_2, top_2) = boxes
    assert right <= left_2 or right_2 <= left or top <= bottom_2 or top_2 <= bottom
    assert np.min(boxes) >= 0
    assert max(box[2] for box in boxes) <= 300 and max(box[3] for box in boxes) <= 200


def test_a_label_keeps_clear_of_what_is_taken():
    wall = (100, 0, 300, 200)  # all that lies right of the dot
    box = labels.places([(95, 100)], ["A label"], [wall], (300, 200))[0]
    assert box[2] <= 100


def test_the_line_of_equal_value_falls_by_the_value_of_a_month(tmp_path):
    # The best at 0.6 billion a month is Built: 2 + 6 x 0.6 = 5.6 against 1 + 8 x 0.6 = 5.8.
    one = made(tmp_path, ([8], [1e9]), ([6], [2e9]))
    spec = comparison.cost_and_date(one, 0.6e9).spec
    line = next(rows for rows in spec["datasets"].values() if set(rows[0]) == {"months", "cost"})
    assert [row["cost"] + 0.6 * row["months"] for row in line] == pytest.approx([5.6, 5.6])


TestLaws = chapters.laws("01-comparison")


@pytest.fixture(scope="module", params=chapters.RUNS, ids=str)
def chapter(request):
    """What the notebook leaves behind on a scenario and a seed."""
    return chapters.of("01-comparison", *request.param)


def titles(names):
    """The claims of the charts that were shown."""
    specs = [shown.spec for shown in names["shown"] if isinstance(shown, Exhibit) and shown.spec]
    return [chapters.line(spec["title"]["text"]) for spec in specs]


def of_the_pair(names):
    """Titles, compared costs and compared months of the two options of the question."""
    found = names["result"]
    asked = compared.pair(found.scenario)
    words = [found.scenario.options[name].title for name in asked]
    cost = [found.scalars[name]["compared_cost_usd"] for name in asked]
    return words, cost, [found.scalars[name]["compared_months"] for name in asked]


def test_the_chapter_says_the_shares_that_its_draws_show(chapter):
    (a, b), (cost_a, cost_b), (months_a, months_b) = of_the_pair(chapter)
    cheap = (a, cost_a < cost_b) if np.mean(cost_a < cost_b) >= 0.5 else (b, cost_a > cost_b)
    early = [
        (name, np.mean(which))
        for name, which in ((a, months_a < months_b), (b, months_a > months_b))
    ]
    early_name, early_share = max(early, key=lambda one: one[1])
    joint = " and is earlier in" if early_name == cheap[0] else f"; {early_name} is earlier in"
    told = f"{cheap[0]} has the lower compared cost in {percent(np.mean(cheap[1]))} of futures"
    assert f"{told}{joint} {percent(early_share)}" in titles(chapter)


def ranked(found):
    """The options that meet the need in half of the draws, by the words of the need alone."""
    need, names = found.scenario.need, []
    for option, scalars in found.scalars.items():
        met = scalars["target_months"] <= need.by_months.value
        if need.service is not None:
            met = met & (scalars["served_share"] >= need.service.served_share.value)
        names += [option] * bool(met.mean() >= 0.5)
    return names


def test_scenarios_that_look_back_or_decide_in_steps_run_through_the_chapter():
    for slug in ("hindsight", "staged-options"):
        names = chapters.run("01-comparison", slug, 100, 1)
        assert len(titles(names)) == 3, slug


@pytest.mark.parametrize(("days", "left"), [((0, 0), 0), ((0, 3), 1)])
def test_a_date_that_is_the_first_day_for_every_option_is_left_out(tmp_path, days, left):
    found = headline.headline(simulation.simulate(scenario(tmp_path), 20, 1), "")
    for option, months in zip(found["options"].values(), days, strict=True):
        option["first_training_months"]["p90"]["value"] = months
    assert comparison.overview(found).html.count("First training") == left
