"""What moves the answer, by hand: renting for 876,000 GPU-hours, or works of 1.9 million USD."""

import numpy as np
import pandas as pd
import pytest
from tools.builders import GRID_COMES, PRICE_OR_WORKS, SERVICE_ALONE, STILL, simulated
from tools.hand import scenario

from analysis.chapters import sensitivity
from analysis.decision import one_way
from analysis.model import simulation
from analysis.scenario import edits

CASE = PRICE_OR_WORKS + STILL
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


def ends(folder, measure: str, a: str, b: str = "", changes: str = ""):
    """The rows of one headline of the tornado by assumption."""
    options = (a, b) if b else (a,)
    frame = one_way.tornado(scenario(folder, CASE + changes), [(measure, options)])
    return frame.set_index("assumption")


def test_the_tornado_of_a_difference_is_that_of_the_pair(tmp_path):
    frame = moved(tmp_path, GRID_COMES)
    for measure in ("cost_usd", "months"):
        rows = ends(tmp_path, measure, "rented", "built", GRID_COMES)
        for at in ("mid", "low", "high"):
            assert rows[f"at_{at}"].tolist() == frame[f"{measure}_{at}"].tolist()


def test_the_rental_alone_costs_1_576_800_to_2_102_400_usd_and_the_machine_does_not_move(tmp_path):
    # 876,000 h x 1.8, 2 and 2.4 USD; works of 1.9 million in any case.
    row = ends(tmp_path, "cost_usd", "rented").loc["price"]
    assert row[["at_low", "at_mid", "at_high"]].tolist() == pytest.approx(
        [1576800, 1752000, 2102400]
    )
    assert ends(tmp_path, "cost_usd", "built")["swing"].tolist() == [0, 0]


def test_without_the_grid_the_target_is_missed_and_says_so_beside_the_horizon_of_24(tmp_path):
    # It is there at 9.61 with the grid; the rental at 10.61, so that the difference is bound.
    row = ends(tmp_path, "months", "built", "", GRID_COMES).loc["comes"]
    assert row[["at_low", "at_mid", "at_high"]].tolist() == pytest.approx(
        [24, 9.61, 9.61], abs=0.01
    )
    assert row[["missed_low", "missed_mid", "missed_high"]].tolist() == [True, False, False]
    difference = moved(tmp_path, GRID_COMES).loc["comes"]
    assert difference["months_low"] == pytest.approx(10.61 - 24, abs=0.01)
    assert difference["months_missed_low"] and not difference["months_missed_high"]


def test_where_nothing_varies_no_headline_has_a_row(tmp_path):
    assert one_way.one_at_a_time(scenario(tmp_path, PLAIN)).empty


def test_the_picture_of_the_pair_says_where_a_target_is_missed(tmp_path):
    case = scenario(tmp_path, CASE + GRID_COMES)
    chart = sensitivity.one_at_a_time(case)
    drawn = [row for rows in chart.spec["datasets"].values() for row in rows]
    told = [row for row in drawn if row.get("told")]
    assert {(row["label"], row["end"]) for row in told} == {("Grid comes", "low")}


# --- all years of the prices together, and other needs --------------------------------------------


SWINGS = """
[chips.h100]
node_usd = 0
rent_fall_per_year = 0
rent_fall_swing = 0.2
[sites.field]
works_usd = 1.9e6
[tranches.rental]
milestones = { ready = 3 }
term_months = 0
at_end = "renew"
"""
"""By hand, renewed by the month at a market of 2 USD that swings by 20 % a year."""


def test_the_years_of_a_price_are_one_row_at_their_p10_and_p90(tmp_path):
    # A rental by the month from 3 to 24: 73,000 h a month at 2 USD x I(t + 0.5). With every z at
    # 1.2816 prices fall by f = 0.2 x 1.2816 a year: I(t) = (1 - f)^(t / 12); else they rise by f.
    found = one_way.one_at_a_time(scenario(tmp_path, SWINGS)).set_index("assumption")
    row = found.loc[one_way.PRICES]
    middles = np.arange(3, 24) + 0.5
    paid = [
        146_000 * ((1 - 0.2 * z) ** (middles / 12)).sum() - 1_900_000 for z in one_way.PRICE_ENDS
    ]
    assert row[["low", "high"]].tolist() == [-1.2816, 1.2816]
    assert row[["cost_usd_low", "cost_usd_high"]].tolist() == pytest.approx(paid)
    assert row["cost_usd_mid"] == pytest.approx(146_000 * 21 - 1_900_000)
    assert row["months_swing"] == 0


def test_without_a_swing_no_row_stands_for_the_prices(tmp_path):
    assert one_way.PRICES not in moved(tmp_path).index


WORKS = """
[need.service]
h100_gpus = 50
short_hour_usd = { value = 3 }
[sites.field]
works_usd = "works_usd"
[assumptions.works_usd]
label = "Works"
unit = "USD"
values = [1e6, 2e6]
probabilities = [0.6, 0.4]
judgement = "By hand."
"""


def test_without_a_run_no_target_is_missed(tmp_path):
    found = scenario(tmp_path, SERVICE_ALONE, WORKS)
    row = one_way.one_at_a_time(found).set_index("assumption").loc["works_usd"]
    assert not row["months_missed_low"]
    assert row[["cost_usd_swing", "months_swing"]].tolist() == [1e6, 0]


# --- other values of the choices -----------------------------------------------------------------


def swept(folder, changes: str, number: int = 200, seed: int = 1) -> pd.DataFrame:
    """The sweep of a run of the changed scenario, by value and option."""
    found = simulation.simulate(scenario(folder, changes), number, seed)
    return one_way.swept(found).set_index(["value", "option"])


def test_only_choices_with_other_values_are_swept_and_their_own_value_stands_among_them(tmp_path):
    changes = "[need.by_months]\nswept = [4, 20]\n"
    frame = swept(tmp_path, CASE + RATES + changes).reset_index()
    one = frame[frame["option"] == "built"]
    assert list(zip(one["choice"], one["value"], one["as_set"], strict=True)) == [
        ("by_months", 4, False),
        ("by_months", 12, True),
        ("by_months", 20, False),
        ("discount_rate_per_year", 0, True),
        ("discount_rate_per_year", 0.21, False),
    ]
    assert frame["option"].tolist() == ["rented", "built"] * 5


def test_within_10_months_only_some_machines_meet_the_need_and_within_20_all_do(tmp_path):
    # The target takes 7.61 months: the rental has it at 10.61, the machine at 9.61 or 12.61.
    changes = "[need.by_months]\nvalue = 10\nswept = [20]\n"
    frame = swept(tmp_path, CASE + changes, 4096)
    # 60 % of 4,096 draws, within five standard errors of 0.0077.
    assert frame.loc[(10, "built"), "meets"] == pytest.approx(0.6, abs=0.04)
    assert frame.loc[10, "meets"]["rented"] == 0
    assert frame.loc[10, "ranked"].to_dict() == {"rented": False, "built": True}
    assert frame.loc[20, "meets"].tolist() == [1, 1]
    assert set(frame["b_earlier"]) == {frame.loc[(10, "built"), "meets"]}


def test_a_value_that_is_run_again_in_all_futures_is_a_run_with_the_choice_changed(tmp_path):
    frame = swept(tmp_path, CASE + RATES, 300, 7)
    changed = scenario(tmp_path, CASE + RATES.replace("value = 0", "value = 0.21"))
    run = simulation.simulate(changed, 300, 7)
    means = {o: run.scalars[o]["compared_cost_usd"].mean() for o in run.options}
    assert frame.loc[0.21, "option_cost_usd"].to_dict() == pytest.approx(means, rel=1e-12)
    assert frame.loc[(0.21, "built"), "cost_usd"] == pytest.approx(means["rented"] - means["built"])


def test_what_is_as_set_is_the_mean_of_all_futures_and_other_values_are_placed_by_it(
    tmp_path, monkeypatch
):
    # Cost at 21 % goes along with cost at 0: of 400 futures 50 run again say what all 400 do.
    monkeypatch.setattr(one_way, "SWEEP_DRAWS", 50)
    few = swept(tmp_path, CASE + RATES, 400)
    monkeypatch.undo()
    all_of_them = swept(tmp_path, CASE + RATES, 400)
    pd.testing.assert_series_equal(few.loc[0.0, "cost_usd"], all_of_them.loc[0.0, "cost_usd"])
    for at in (few, all_of_them):
        assert at.loc[(0.0, "built"), "option_cost_usd"] == 1_900_000
    assert few.loc[(0.21, "rented"), "option_cost_usd"] == pytest.approx(
        all_of_them.loc[(0.21, "rented"), "option_cost_usd"], rel=1e-9
    )


def test_a_price_of_an_hour_that_is_short_is_compared_without_a_run_and_like_one():
    # The flagship compared anew at 4 USD is the flagship run with 4 USD.
    made = simulated(draws=60)
    again = simulation.simulate(edits.with_choice(made.scenario, "short_hour_usd", 4), 60, 1)
    frame = one_way.swept(made)
    rows = frame[(frame["choice"] == "short_hour_usd") & (frame["value"] == 4)]
    costs = rows.set_index("option")["option_cost_usd"].to_dict()
    assert costs == pytest.approx(
        {o: again.scalars[o]["compared_cost_usd"].mean() for o in again.options}, rel=1e-12
    )
    assert list(costs) == made.options


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
    # The rental runs from 3 to 15: 9 of its 12 months fall within a year, the other 3 are let at
    # what they cost. Built in month 2 and rented in month 3: 9.61 and 10.61, a month between them.
    changes = "[choices.horizon_months]\nvalue = 24\nswept = [12]\n"
    frame = swept(tmp_path, PLAIN + changes)
    assert frame.loc[24, "cost_usd"].tolist() == pytest.approx([1_752_000 - 1_900_000] * 2)
    assert frame.loc[12, "cost_usd"].tolist() == pytest.approx([1_314_000 - 1_900_000] * 2)
    assert frame["months"].tolist() == pytest.approx([1] * 4)


BY_20 = "[need.by_months]\nswept = [20]\n"


def test_built_a_month_earlier_and_148_000_dearer_breaks_even_at_148_000(tmp_path):
    frame = swept(tmp_path, PLAIN + BY_20)
    assert frame["break_even_month_usd"].tolist() == pytest.approx([148_000] * 4)


def test_built_earlier_and_cheaper_is_better_at_every_value_of_a_month(tmp_path):
    cheap = PLAIN.replace("1.9e6", "1e6")
    frame = swept(tmp_path, cheap + BY_20)
    assert frame["break_even_month_usd"].isna().all()


def test_one_option_alone_is_swept_without_a_pair(tmp_path):
    one = simulation.simulate(alone(tmp_path), 20, 1)
    assert one_way.swept(one).empty
    late = edits.with_options(scenario(tmp_path, PLAIN + BY_20), ["rented"])
    frame = one_way.swept(simulation.simulate(late, 20, 1))
    assert frame["option"].tolist() == ["rented"] * 2
    assert frame["a"].isna().all()
