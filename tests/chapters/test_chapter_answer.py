"""What stands beside the answer: what is compared, first place by both values, how the figures of
one difference hang together, what differs, and other values of the choices; by hand."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tools import chapters
from tools.hand import result, scenario

from analysis.chapters import answer
from analysis.chapters.answer import charts, compared_tables, differences, place_tables, titles
from analysis.chapters.shared.exhibit import Exhibit
from analysis.decision import headline, reversals
from analysis.model import simulation
from analysis.scenario import edits

NEVER = float("inf")
SERVICE = """
[need.service]
h100_gpus = 100
from_months = { value = 0 }
short_hour_usd = { value = 2 }
[tranches.rental]
sublet_price_share = 0
"""
FUNDS = "[choices.funding_usd]\nvalue = 1e6\n"
ONLY_SERVICE = (
    "run = false\n[need]\ntarget_flop = false\nby_months = false\nstart_gpus = false\n"
    + SERVICE
    + 'use = "other"\n[tranches.machine]\nuse = "other"\n'
)


def given(folder, rented, built, changes=""):
    """Two options, each as (months to the target, cost) per draw; the horizon is 24 months."""
    numbers = [{"target_months": m, "present_cost_usd": c} for m, c in (rented, built)]
    return result(scenario(folder, changes), rented=numbers[0], built=numbers[1])


# --- what is compared ----------------------------------------------------------------------------


def test_the_parts_of_what_is_compared_add_up_to_it(tmp_path):
    # Own: 10 + 2 x 3 - 1 = 15 and 20. With the event happening: 12 + 2 x 1 = 14 and 30 + 0 = 30.
    # So what is compared is 15 and 30, and not delivered 0 and 10.
    numbers = {"present_cost_usd": [10, 20], "discounted_short_h100_hours": [3, 0]}
    numbers |= {"surplus_usd": [1, 0], "compared_cost_usd": [15, 30], "target_months": [5, 5]}
    numbers |= {"h100_hours": [4, 8], "discounted_h100_hours": [2, 4]}
    numbers |= {"full_capacity_months": [3, NEVER], "funds_last_months": [3, 9]}
    one = result(scenario(tmp_path, SERVICE + FUNDS), rented=numbers)
    happening = {"rented": {0: np.array([12.0, 30.0])}}, {"rented": {0: np.array([1.0, 0.0])}}
    one = replace(one, delivered_usd=happening[0], delivered_short_hours=happening[1])
    row = compared_tables.compared(one).iloc[0]
    parts = ["present cost", "hours short", "surplus", "not delivered"]
    assert row[parts].to_list() == [15, 3, -0.5, 5]
    assert row[parts].sum() == row["compared_usd"] == 22.5
    # 30 USD over 6 hours, both discounted; the second never has all GPUs, and its funds end
    hours = row[["h100_hours", "discounted_hours", "usd_per_h100_hour"]].to_list()
    assert hours == [6, 3, 5]
    assert (row["powered"], row["funds_end_first"]) == (0.5, 0.5)


def test_without_a_run_nothing_is_said_of_months_and_all_gpus_and_a_service_that_ends_runs_on(
    tmp_path,
):
    until = ONLY_SERVICE + "[need.service.until_months]\nvalue = 20\n"
    one = simulation.simulate(scenario(tmp_path, until + FUNDS), 20, 1)
    found = headline.headline(one, "")
    shown = answer.verdict(found).html + answer.turning(one, reversals.reversals(one)).html
    assert "<strong>Built, rather than Rented.</strong>" in shown
    assert "The service ends in month 20. What is rented or owned then is kept" in shown
    shown += answer.compared(one).html + answer.changes(one).html
    assert re.findall("a month|earlier|All GPUs|before all", shown) == []


@pytest.mark.parametrize(("months", "said"), [([0.0], False), ([2.0], True)])
def test_the_sliders_have_a_value_of_a_month_only_where_one_comes_later(months, said):
    frame = pd.DataFrame({"months": months, "cost_usd": [1e6]})
    assert charts._dated(frame) is said


def test_the_title_of_the_map_names_who_is_first_at_another_price_only():
    order = pd.DataFrame({"first": ["A", "B"], "month_usd": [0, 2e6]})
    assert titles.first_places(order) == "B is first where a month is worth over 2 million USD"
    start = "At the stated price of an hour (dashed). First below that: A to 2 million USD."
    assert titles.places_below(order, ["A", "B"]) == start
    told = f"{start} At another price of an hour also C."
    assert titles.places_below(order, ["B", "C", "A"]) == told


def test_an_option_below_the_line_stands_last_and_says_so(tmp_path):
    found = scenario(tmp_path, "[tranches.rental]\nmilestones = { ready = 20 }\n")
    shown = answer.compared(simulation.simulate(found, 20, 1)).html
    assert re.findall("<th>(.*?)</th>", shown)[:3] == ["", "Built", "Rented (below the line)"]
    assert "Below the line: does not meet the need in half of the futures" in shown


def test_without_a_service_costs_are_read_beside_the_hours(tmp_path):
    shown = answer.compared(simulation.simulate(scenario(tmp_path), 20, 1)).html
    assert "read each cost beside the hours that it buys" in shown
    assert "hours that are short" not in shown


def test_the_figures_of_one_difference_are_named_with_their_values(tmp_path):
    # Differences 3, -1, 3, 5: mean 2.5, P50 the second of -1, 3, 3, 5; P50 of the costs 4 and 2;
    # the second future, in which the rental never reaches the target, left out: 11 / 3.
    one = given(tmp_path, ([5, NEVER, 6, 7], [4, 1, 6, 9]), ([4] * 4, [1, 2, 3, 4]))
    found = {x.name: x.usd.value for x in compared_tables.reconciled(one, "rented", "built")}
    assert found == {
        "Compared cost, mean of all futures": 2.5,
        "Compared cost, P50 of the differences": 3,
        "Compared cost, P50 of the one less P50 of the other": 2,
        "Compared cost, mean where both reach the target (3 futures)": pytest.approx(11 / 3),
        # 100 GPUs x 8,760 h x 2 USD less 12.5 nodes of 80,000
        "Compared cost, every input at its mid": pytest.approx(752_000),
    }


def test_present_cost_is_another_figure_only_where_hours_are_short_or_not_delivered(tmp_path):
    one = simulation.simulate(scenario(tmp_path, SERVICE), 20, 1)
    found = {x.name: x.usd.value for x in compared_tables.reconciled(one, "rented", "built")}
    assert found["Present cost, mean of all futures"] == pytest.approx(752_000)
    # 100 H100 for 24 months, of which the rental serves 12: at 1,000 TFLOP/s a GPU is 1000 / 989.4
    short = 100 * 730 * 24 - min(100, 100 * 1000 / 989.4) * 730 * 12
    mean = found["Compared cost, mean of all futures"]
    assert mean == pytest.approx(752_000 + 2 * short, rel=1e-3)


# --- who is first --------------------------------------------------------------------------------


def test_the_order_names_first_and_second_at_nothing_and_where_the_first_changes(tmp_path):
    # 1 + 10 v = 4 + 6 v at v = 3 / 4; there the two are level.
    frame = place_tables.order(given(tmp_path, ([10], [1]), ([6], [4])))
    assert frame["month_usd"].to_list() == [0, pytest.approx(0.75)]
    assert frame[["first", "second"]].to_numpy().tolist() == [
        ["Rented", "Built"],
        ["Built", "Rented"],
    ]
    assert frame["behind_usd"].to_list() == [3, pytest.approx(0, abs=1e-9)]


def test_every_part_of_the_map_is_in_the_colour_of_the_least_burden_in_its_middle(tmp_path):
    numbers = {"rented": ([10], [1e9], [0]), "built": ([6], [3e9], [2e8])}
    given = {
        name: {
            "target_months": months,
            "present_cost_usd": cost,
            "discounted_short_h100_hours": short,
        }
        for name, (months, cost, short) in numbers.items()
    }
    frame = place_tables.first_places(result(scenario(tmp_path, SERVICE), **given))
    assert set(frame["option"]) == {"Rented", "Built"}
    assert (frame["w"].min(), frame["w2"].max()) == (0, 8)  # four times the stated 2 USD
    # even at v = (2e9 + 2e8 w) / 4: from 500 to 900 million a month; cells are 1.5 x 900 / 64 high
    for _, row in frame.iterrows():
        even = (2e3 + 2e2 * (row["w"] + row["w2"]) / 2) / 4
        edge = row["v2"] if row["option"] == "Rented" else row["v"]
        assert edge == pytest.approx(even, abs=1350 / 64)
    areas = (frame["w2"] - frame["w"]) * (frame["v2"] - frame["v"])
    assert areas.sum() == pytest.approx(8 * 1350)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ("", "No service is stated"),
        (ONLY_SERVICE, "Built alone is likely to meet the need"),
        ("[need]\nby_months = { value = 1 }\n", "No option is likely to meet the need"),
    ],
)
def test_without_two_values_and_two_ranked_there_is_no_map_and_it_says_why(tmp_path, changes, why):
    one = simulation.simulate(scenario(tmp_path, changes), 20, 1)
    assert why in answer.first_places(one).html


def test_without_the_service_an_option_that_serves_too_little_is_in_time_again(tmp_path):
    # The rental serves 12 of 24 months; both reach the target in month 7.61, wanted by month 12.
    one = simulation.simulate(scenario(tmp_path, SERVICE), 20, 1)
    assert place_tables.order(one)["second"].to_list() == [None]
    shown = answer.without_service(one).html
    assert "the need is met by Rented 100 %, Built 100 %" in shown
    assert "Built is first whatever a month is worth" in shown


@pytest.mark.parametrize("changes", ["", ONLY_SERVICE])
def test_where_a_need_is_a_run_or_a_service_alone_nothing_is_left_out_of_it(tmp_path, changes):
    one = simulation.simulate(scenario(tmp_path, changes), 20, 1)
    assert answer.without_service(one).html == ""


# --- what differs, and other choices -------------------------------------------------------------


def test_only_what_differs_between_the_two_is_listed(tmp_path):
    found = scenario(tmp_path)
    frame = differences.differing(found, "rented", "built").set_index(["of", "field"])
    assert frame.loc[("GPUs", "kind")].to_list() == ["rent", "own"]
    assert frame.loc[("GPUs", "term months")].to_list() == ["12", "-"]
    assert frame.loc[("site", "stages")].to_list() == ["-", "Grid"]
    same = {"gpus", "chip", "use", "milestones", "ramp months", "pue"}
    assert same & set(frame.index.get_level_values("field")) == set()


def test_two_options_of_the_same_tranches_differ_in_nothing(tmp_path):
    found = scenario(tmp_path, '[options.built]\ntranches = ["rental"]\n')
    shown = answer.differing(simulation.simulate(found, 5, 1)).html
    assert "Rented and Built differ in nothing." in shown


def test_each_other_value_of_a_choice_shows_all_options_and_who_is_first(tmp_path):
    # Both reach the target in month 7.61: neither by month 6, both by month 12.
    found = scenario(tmp_path, "[need]\nby_months = { value = 12, swept = [6, 12] }\n")
    shown = answer.changes(simulation.simulate(found, 20, 1)).html
    rows = [re.findall("<td>(.*?)</td>", row) for row in re.findall("<tr>(.*?)</tr>", shown)[1:]]
    label, *cells = rows[0]
    assert cells[:4] == ["6", "(1.75 million USD, 0 %)", "(1 million USD, 0 %)", "none is ranked"]
    assert rows[1][:4] == [label, "12 (as set)", "1.75 million USD, 100 %", "1 million USD, 100 %"]
    assert rows[1][4:] == ["Built", "752 thousand USD", "-"]


EXHIBITS = ("first_places", "order", "compared", "reconciled", "differing", "without_service")


@pytest.mark.parametrize("changes", ["", SERVICE, ONLY_SERVICE])
@pytest.mark.parametrize("options", [["rented", "built"], ["rented"], ["built"]])
@pytest.mark.parametrize("name", [*EXHIBITS, "changes", "live"])
def test_every_exhibit_says_something_without_a_missing_number(tmp_path, changes, options, name):
    found = edits.with_options(scenario(tmp_path, changes), options)
    shown: Exhibit = getattr(answer, name)(simulation.simulate(found, 20, 1))
    assert shown.spec or shown.html or name == "without_service"
    assert chapters.NO_NUMBER.findall(shown.html) == []
