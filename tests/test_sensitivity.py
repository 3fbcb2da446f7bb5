"""What moves the answer, by hand: renting for 876,000 GPU-hours, or works of 1.9 million USD."""

import pytest
from hand import scenario

from analysis import comparison, sensitivity

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
    frame = sensitivity.one_at_a_time(scenario(folder, CASE + changes))
    return frame.set_index("assumption")


def alone(folder):
    found = scenario(folder, CASE)
    return found.model_copy(update={"options": {"rented": found.options["rented"]}})


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
    assert sensitivity.one_at_a_time(alone(tmp_path)).empty


def test_only_choices_with_other_values_are_swept_and_their_own_value_stands_among_them(tmp_path):
    changes = "[need.by_months]\nswept = [4, 20]\n"
    frame = sensitivity.swept(scenario(tmp_path, CASE + RATES + changes), 1)
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
    frame = sensitivity.swept(scenario(tmp_path, CASE + changes), 1).set_index("value")
    assert frame.loc[10, "a_meets"] == 0
    # 60 % of 4,096 draws, within five standard errors of 0.0077.
    assert frame.loc[10, "b_meets"] == pytest.approx(0.6, abs=0.04)
    assert frame.loc[20, ["a_meets", "b_meets"]].tolist() == [1, 1]
    assert frame.loc[20, "b_earlier"] == frame.loc[10, "b_meets"]


def test_a_sweep_uses_the_draws_of_a_run_of_4_096_with_the_choice_changed(tmp_path):
    frame = sensitivity.swept(scenario(tmp_path, CASE + RATES), 7).set_index("value")
    changed = scenario(tmp_path, CASE + RATES.replace("value = 0", "value = 0.21"))
    run = comparison.simulate(changed, 4096, 7)
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
    frame = sensitivity.swept(scenario(tmp_path, PLAIN + changes), 1).set_index("value")
    assert frame.loc[24, "cost_usd"] == pytest.approx(1_752_000 - 1_900_000)
    assert frame.loc[12, "cost_usd"] == pytest.approx(1_314_000 - 1_900_000)


BY_20 = "[need.by_months]\nswept = [20]\n"


def test_built_a_month_earlier_and_148_000_dearer_breaks_even_at_148_000(tmp_path):
    frame = sensitivity.swept(scenario(tmp_path, PLAIN + BY_20), 1)
    assert frame["break_even_month_usd"].tolist() == pytest.approx([148_000] * 2)
    assert frame["better"].isna().all()


def test_built_earlier_and_cheaper_is_better_at_every_value_of_a_month(tmp_path):
    cheap = PLAIN.replace("1.9e6", "1e6")
    frame = sensitivity.swept(scenario(tmp_path, cheap + BY_20), 1)
    assert frame["better"].tolist() == ["built"] * 2
    assert frame["break_even_month_usd"].isna().all()


def test_with_one_option_there_is_nothing_to_sweep(tmp_path):
    assert sensitivity.swept(alone(tmp_path), 1).empty
