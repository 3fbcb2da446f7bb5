"""What moves the answer, by hand: renting for 876,000 GPU-hours, or works of 1.9 million USD."""

import numpy as np
import pandas as pd
import pytest
from tools.chapters import line
from tools.hand import scenario

from analysis.chapters import sensitivity
from analysis.decision import one_way
from analysis.model import simulation
from analysis.scenario import edits

CASE = """
[assumptions.price]
label = "Price"
unit = "USD/GPU-hour"
low = 1.8
mid = 2
high = 2.4
min = 1
max = 4
judgement = "By hand."
[assumptions.ready_months]
label = "Machine ready"
unit = "months"
values = [2, 5]
probabilities = [0.6, 0.4]
judgement = "By hand."
[assumptions.still]
label = "Fixed"
unit = "months"
value = 1
judgement = "By hand."
[chips.h100]
node_usd = 0
[sites.field]
works_usd = 1.9e6
[tranches.rental]
usd_per_gpu_hour = "price"
milestones = { ready = 3 }
[tranches.machine]
milestones = { ready = "ready_months" }
"""
RATES = "[choices.discount_rate_per_year]\nvalue = 0\nswept = [0.21]\n"


def moved(folder, changes: str = ""):
    frame = one_way.one_at_a_time(scenario(folder, CASE + changes))
    return frame.set_index("assumption")


def alone(folder):
    found = scenario(folder, CASE)
    return edits.with_options(found, ["rented"])


def test_only_assumptions_that_vary_are_moved_in_the_order_of_the_file(tmp_path):
    assert list(moved(tmp_path).index) == ["price", "ready_months"]


def test_a_price_of_1_8_to_2_4_moves_the_difference_from_minus_323_200_to_202_400_usd(tmp_path):
    # 876,000 h x 2 = 1,752,000 less 1,900,000; at 1.8 1,576,800, at 2.4 2,102,400.
    row = moved(tmp_path).loc["price"]
    assert [row["cost_usd_mid"], row["cost_usd_low"], row["cost_usd_high"]] == pytest.approx(
        [-148_000, -323_200, 202_400]
    )
    assert row["cost_usd_swing"] == pytest.approx(525_600)
    assert (row["flips_cheaper"], row["flips_earlier"]) == (True, False)


def test_a_machine_at_5_rather_than_2_months_turns_which_is_earlier(tmp_path):
    # The rental comes at 3: a month later than the machine at mid and low, two earlier at high.
    row = moved(tmp_path).loc["ready_months"]
    assert [row["months_mid"], row["months_low"], row["months_high"]] == pytest.approx([1, 1, -2])
    assert row["months_swing"] == pytest.approx(3)
    assert (row["flips_earlier"], row["flips_cheaper"]) == (True, False)


def test_the_ends_of_a_row_are_those_of_the_assumption(tmp_path):
    frame = moved(tmp_path)
    assert frame.loc["price", ["label", "unit", "low", "high"]].tolist() == [
        "Price",
        "USD/GPU-hour",
        1.8,
        2.4,
    ]
    assert frame.loc["ready_months", ["low", "high"]].tolist() == [2, 5]


def test_with_one_option_there_is_nothing_to_move(tmp_path):
    assert one_way.one_at_a_time(alone(tmp_path)).empty


GRID = """
[assumptions.comes]
label = "Grid comes"
unit = "event"
probability = 0.9
judgement = "By hand."
[sites.field.stages.grid]
only_if = "comes"
"""


def ends(folder, measure: str, a: str, b: str = "", changes: str = ""):
    """The rows of one headline of the tornado by assumption."""
    frame = one_way.tornado(scenario(folder, CASE + changes))
    ours = (frame["measure"] == measure) & (frame["a"] == a) & (frame["b"] == b)
    return frame[ours].set_index("assumption")


def test_the_headlines_are_two_differences_and_three_measures_of_each_of_the_two(tmp_path):
    assert one_way.headlines(scenario(tmp_path, CASE)) == [
        ("cost_usd", ("rented", "built")),
        ("months", ("rented", "built")),
        ("cost_usd", ("rented",)),
        ("months", ("rented",)),
        ("usd_per_pflop_day", ("rented",)),
        ("cost_usd", ("built",)),
        ("months", ("built",)),
        ("usd_per_pflop_day", ("built",)),
    ]
    assert [names for _, names in one_way.headlines(alone(tmp_path))] == [("rented",)] * 3


def test_the_tornado_of_a_difference_is_that_of_the_pair(tmp_path):
    frame = moved(tmp_path, GRID)
    for measure in ("cost_usd", "months"):
        rows = ends(tmp_path, measure, "rented", "built", GRID)
        for at in ("mid", "low", "high"):
            assert rows[f"at_{at}"].tolist() == frame[f"{measure}_{at}"].tolist()


def test_the_rental_alone_costs_1_576_800_to_2_102_400_usd_and_the_machine_does_not_move(tmp_path):
    # 876,000 h x 1.8, 2 and 2.4 USD; works of 1.9 million in any case.
    row = ends(tmp_path, "cost_usd", "rented").loc["price"]
    assert row[["at_low", "at_mid", "at_high"]].tolist() == pytest.approx(
        [1576800, 1752000, 2102400]
    )
    assert ends(tmp_path, "cost_usd", "built")["swing"].tolist() == [0, 0]


def test_a_pflop_day_of_the_rental_costs_122_usd_and_146_at_the_high_price(tmp_path):
    # 100 GPUs x 1 PFLOP/s x 0.5 for 12 months of 730 h are 18,250 PFLOP-days less what comes after
    # the target never stops: 1,752,000 / 18,250 = 96.
    row = ends(tmp_path, "usd_per_pflop_day", "rented").loc["price"]
    assert row["at_high"] / row["at_mid"] == pytest.approx(1.2)
    assert row["at_low"] / row["at_mid"] == pytest.approx(0.9)
    assert row["at_mid"] == pytest.approx(96)


def test_without_the_grid_the_target_is_missed_and_says_so_beside_the_horizon_of_24(tmp_path):
    # It is there at 9.61 with the grid; the rental at 10.61, so that the difference is bound.
    row = ends(tmp_path, "months", "built", "", GRID).loc["comes"]
    assert row[["at_low", "at_mid", "at_high"]].tolist() == pytest.approx(
        [24, 9.61, 9.61], abs=0.01
    )
    assert row[["missed_low", "missed_mid", "missed_high"]].tolist() == [True, False, False]
    assert bool(row["turns"])
    difference = moved(tmp_path, GRID).loc["comes"]
    assert difference["months_low"] == pytest.approx(10.61 - 24, abs=0.01)
    assert difference["months_missed_low"] and not difference["months_missed_high"]
    assert not ends(tmp_path, "months", "rented", "", GRID)["turns"].any()


def test_without_the_grid_there_is_no_compute_and_so_no_cost_per_pflop_day(tmp_path):
    row = ends(tmp_path, "usd_per_pflop_day", "built", "", GRID).loc["comes"]
    assert np.isnan(row["at_low"]) and np.isfinite(row["at_high"])
    assert row["missed_low"] and row["turns"]
    assert not ends(tmp_path, "cost_usd", "built", "", GRID)["missed_low"].any()


def test_where_nothing_varies_no_headline_has_a_row(tmp_path):
    assert one_way.tornado(scenario(tmp_path, PLAIN)).empty
    assert one_way.one_at_a_time(scenario(tmp_path, PLAIN)).empty


# --- the pictures --------------------------------------------------------------------------------


def drawn(exhibit) -> list[dict]:
    return [row for rows in exhibit.spec["datasets"].values() for row in rows]


def test_an_end_that_misses_the_target_is_drawn_first_and_says_so(tmp_path):
    case = scenario(tmp_path, CASE + GRID)
    frame = sensitivity.tables.tornado(case, "months")
    assert frame["assumption"].tolist() == ["comes", "ready_months"]
    assert set(frame["option"]) == {"Built"}
    chart = sensitivity.tornado(case, "months")
    told = {row["told"]: row["at"] for row in drawn(chart) if row.get("told")}
    assert told == {"not within the horizon": 24}
    assert line(chart.spec["title"]["text"]) == (
        "Grid comes: moves the months to the target of Built most"
    )


def test_a_bar_without_a_number_ends_at_the_largest_and_says_why(tmp_path):
    case = scenario(tmp_path, CASE + GRID)
    chart = sensitivity.tornado(case, "usd_per_pflop_day")
    built = [row for row in drawn(chart) if row.get("label") in ("Grid comes", "Machine ready")]
    told = {row["told"]: row["at"] for row in built if row["told"]}
    assert told == {"no useful compute": max(row["at"] for row in built)}
    assert line(chart.spec["title"]["text"]).endswith("for Rented, Price; for Built, Grid comes")


def test_the_picture_of_the_pair_says_where_a_target_is_missed(tmp_path):
    case = scenario(tmp_path, CASE + GRID)
    chart = sensitivity.one_at_a_time(case)
    told = [row for row in drawn(chart) if row.get("told")]
    assert {(row["label"], row["end"]) for row in told} == {("Grid comes", "low")}


@pytest.mark.parametrize("measure", one_way.MEASURES)
def test_where_nothing_varies_one_line_says_so(tmp_path, measure):
    shown = sensitivity.tornado(scenario(tmp_path, PLAIN), measure)
    assert "No input alone moves the " in shown.html


def test_an_input_that_moves_both_options_most_is_named_once(tmp_path):
    frame = sensitivity.tables.tornado(scenario(tmp_path, CASE), "months")
    both = pd.concat([frame, frame.assign(option="Rented")])
    assert sensitivity.titles.tornado(both) == (
        "Machine ready: moves the months to the target of Built and Rented most"
    )
    apart = pd.concat([frame, frame.assign(option="Rented", label="Price")])
    assert sensitivity.titles.tornado(apart) == (
        "What moves the months to the target most: for Built, Machine ready; for Rented, Price"
    )


def test_only_choices_with_other_values_are_swept_and_their_own_value_stands_among_them(tmp_path):
    changes = "[need.by_months]\nswept = [4, 20]\n"
    frame = one_way.swept(scenario(tmp_path, CASE + RATES + changes), 1)
    assert list(zip(frame["choice"], frame["value"], frame["as_set"], strict=True)) == [
        ("by_months", 4, False),
        ("by_months", 12, True),
        ("by_months", 20, False),
        ("discount_rate_per_year", 0, True),
        ("discount_rate_per_year", 0.21, False),
    ]


def test_within_10_months_only_some_machines_meet_the_need_and_within_20_all_do(tmp_path):
    # The target takes 7.61 months: the rental has it at 10.61, the machine at 9.61 or 12.61.
    changes = "[need.by_months]\nvalue = 10\nswept = [20]\n"
    frame = one_way.swept(scenario(tmp_path, CASE + changes), 1).set_index("value")
    assert frame.loc[10, "a_meets"] == 0
    # 60 % of 4,096 draws, within five standard errors of 0.0077.
    assert frame.loc[10, "b_meets"] == pytest.approx(0.6, abs=0.04)
    assert frame.loc[20, ["a_meets", "b_meets"]].tolist() == [1, 1]
    assert frame.loc[20, "b_earlier"] == frame.loc[10, "b_meets"]


def test_a_sweep_uses_the_draws_of_a_run_of_4_096_with_the_choice_changed(tmp_path):
    frame = one_way.swept(scenario(tmp_path, CASE + RATES), 7).set_index("value")
    changed = scenario(tmp_path, CASE + RATES.replace("value = 0", "value = 0.21"))
    run = simulation.simulate(changed, 4096, 7)
    rented, built = (run.scalars[o]["present_cost_usd"] for o in ("rented", "built"))
    assert frame.loc[0.21, "cost_usd"] == pytest.approx((rented - built).mean(), rel=1e-12)
    assert frame.loc[0, "cost_usd"] != frame.loc[0.21, "cost_usd"]


PLAIN = """
[assumptions]
[chips.h100]
node_usd = 0
[sites.field]
works_usd = 1.9e6
[tranches.rental]
milestones = { ready = 3 }
[tranches.machine]
milestones = { ready = 2 }
"""
"""The same without uncertainty: 1,752,000 USD at month 3 against 1,900,000 USD at month 2."""


def test_a_sweep_of_the_horizon_changes_what_is_paid_within_it(tmp_path):
    # The rental runs from 3 to 15: 9 of its 12 months fall within a year.
    changes = "[choices.horizon_months]\nvalue = 24\nswept = [12]\n"
    frame = one_way.swept(scenario(tmp_path, PLAIN + changes), 1).set_index("value")
    assert frame.loc[24, "cost_usd"] == pytest.approx(1_752_000 - 1_900_000)
    assert frame.loc[12, "cost_usd"] == pytest.approx(1_314_000 - 1_900_000)


BY_20 = "[need.by_months]\nswept = [20]\n"


def test_built_a_month_earlier_and_148_000_dearer_breaks_even_at_148_000(tmp_path):
    frame = one_way.swept(scenario(tmp_path, PLAIN + BY_20), 1)
    assert frame["break_even_month_usd"].tolist() == pytest.approx([148_000] * 2)
    assert frame["better"].isna().all()


def test_built_earlier_and_cheaper_is_better_at_every_value_of_a_month(tmp_path):
    cheap = PLAIN.replace("1.9e6", "1e6")
    frame = one_way.swept(scenario(tmp_path, cheap + BY_20), 1)
    assert frame["better"].tolist() == ["built"] * 2
    assert frame["break_even_month_usd"].isna().all()


def test_with_one_option_there_is_nothing_to_sweep(tmp_path):
    assert one_way.swept(alone(tmp_path), 1).empty
