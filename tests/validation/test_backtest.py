"""The backtest: percentiles and scores by hand; a forecast is scored as its draws have it."""

import html
import math
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from tools.chapters import line
from tools.hand import path_values, scenario

from analysis.chapters import evidence, hindsight
from analysis.decision.wording import figure
from analysis.model import draws, piecewise, simulation
from analysis.scenario import edits, load
from analysis.scenario.schema import Scenario
from analysis.validation import actuals, backtest, scores
from analysis.validation.actuals import CLAIMED, SUPPORTED, UNDISPUTED, Actual
from analysis.validation.backtest import Backtest

FLAGSHIP = load.read(load.find("oracle-vs-memphis"))
LATER = load.read(load.find("hindsight"))
COUNTED = ("reading", "number", "inside", "low", "high", "quantities")
SEEN = ("seen_number", "seen_inside")
DRAWS = 400


@pytest.fixture(scope="module")
def past() -> Backtest:
    """The flagship against what happened."""
    return backtest.backtest(FLAGSHIP, DRAWS, 3)


@pytest.fixture(scope="module")
def futures() -> dict[str, np.ndarray]:
    return draws.block(FLAGSHIP, 3, 0, DRAWS)


@pytest.mark.parametrize(("month", "value"), [(0, 0), (1, 0), (2, 25), (3, 50), (5, 100), (9, 100)])
def test_a_ramp_of_100_gpus_from_month_1_to_5_has_so_many_at_a_time(month, value):
    ramp = piecewise.ramp(np.array([1.0]), np.array([4.0]), np.array([100.0]), 12)
    assert piecewise.value_at(ramp, month)[0] == pytest.approx(value)
    assert path_values(ramp, [month]) == pytest.approx([value])


def test_where_a_path_jumps_the_value_after_it_counts():
    step = piecewise.step(np.array([2.0]), np.array([np.inf]), np.array([50.0]), 12)
    assert [float(piecewise.value_at(step, month)[0]) for month in (1.999, 2, 2.001)] == [0, 50, 50]


def test_the_score_of_two_draws_1_and_3_for_an_actual_of_2_is_one_half():
    # Mean distance to 2: 1. Between two draws: (0 + 2 + 2 + 0) / 4 = 1, of which half is taken off.
    assert scores.crps(np.array([3.0, 1.0]), 2) == pytest.approx(0.5)


def test_the_score_of_one_certain_draw_is_its_distance():
    assert scores.crps(np.array([5.0]), 2) == 3
    assert scores.crps(np.full(7, 2.0), 2) == 0


def test_the_score_equals_the_sum_over_all_pairs_of_draws():
    values = np.random.default_rng(1).gamma(2, 3, 50)
    between = np.abs(values[:, None] - values[None, :]).mean()
    assert scores.crps(values, 4) == pytest.approx(np.abs(values - 4).mean() - between / 2)


def test_a_percentile_counts_ties_by_half_and_what_never_comes_above():
    # Of 1, 2, 2, never: one below 2 and two equal to it, (1 + 2 / 2) / 4.
    values = np.array([1.0, 2, 2, np.inf])
    assert scores.percentile(values, 2) == 0.5
    assert scores.percentile(values, 100) == 0.75


def test_a_triangle_has_the_mean_of_its_three_corners_and_its_mode_at_its_peak():
    # Corners 0, 1 and 5: mean 2; a fifth of it, (1 - 0) / (5 - 0), lies below the mode.
    values = scores.triangle(0, 1, 5)
    assert values.mean() == pytest.approx(2, abs=1e-3)
    assert np.mean(values < 1) == pytest.approx(0.2, abs=1e-3)
    assert set(scores.triangle(3, 3, 3)) == {3}


def actual(**changes: object) -> Actual:
    """Training that started on 1 April 2025, by hand: 90 days after 1 January."""
    day = date(2025, 4, 1).toordinal()
    start = date(2025, 1, 1).toordinal()
    plain = {"id": "x", "scenario": "by-hand", "topic": "dates", "label": "Built: training starts"}
    plain |= {"measure": "first_training", "of": "built", "unit": "date", "arithmetic": ""}
    plain |= {"at_day": None, "value": day, "ends": (day, day), "reading": UNDISPUTED}
    plain |= {"public_on": date(2026, 1, 1), "public": "2026-01-01"}
    plain |= {"evidence": (), "reference_class": False}
    plain |= {"naive": (start + 90, start + 90, start + 180), "naive_rule": "", "naive_basis": ()}
    return Actual(**(plain | {"note": "n", "why": "w"} | changes))  # type: ignore[arg-type]


LIST = """
[assumptions.ready]
label = "Ready"
unit = "months"
values = [2, 4]
probabilities = [0.5, 0.5]
judgement = "By hand."
[tranches.machine]
milestones = { ready = "ready" }
"""


def by_hand(folder, monkeypatch, *found: Actual, changes: str = LIST) -> Backtest:
    monkeypatch.setattr(actuals, "of", lambda decision: found)
    return backtest.backtest(scenario(folder, changes), 200, 1)


def test_a_start_in_month_2_or_4_is_scored_against_one_90_days_after_the_decision(
    tmp_path, monkeypatch
):
    # 90 days are 90 x 12 / 365 = 2.96 months; the share p of draws at 2 lies below. The score is
    # 0.96 p + 1.04 (1 - p) - p (1 - p) x 2.
    past = by_hand(tmp_path, monkeypatch, actual())
    row = past.rows.iloc[0]
    p = np.mean(draws.block(past.scenario, 1, 0, 200)["ready"] == 2)
    at = 90 * 12 / 365
    assert (row["actual"], row["pit"]) == pytest.approx((at, p))
    assert (row["p10"], row["p90"], row["inside"]) == (2, 4, True)
    assert row["crps"] == pytest.approx((at - 2) * p + (4 - at) * (1 - p) - 2 * p * (1 - p))
    # The triangle falls from 90 days to 180: a third of 90 days on the mean from its mode, less
    # half of 4/15 of its width between two of its draws.
    assert row["naive_crps"] == pytest.approx(at * (1 / 3 - 2 / 15), rel=1e-3)


def test_a_start_that_never_comes_counts_as_the_horizon_in_a_score_and_as_later_in_a_percentile(
    tmp_path, monkeypatch
):
    never = LIST + "[sites.field.stages.grid]\nfrom_months = 30\n"
    row = by_hand(tmp_path, monkeypatch, actual(), changes=never).rows.iloc[0]
    assert (row["pit"], row["p10"], row["inside"]) == (0, math.inf, False)
    assert row["crps"] == pytest.approx(24 - 90 * 12 / 365)


@pytest.mark.parametrize(
    "changes",
    [
        {"of": "elsewhere"},
        {"measure": "input", "of": "unknown"},
        {"measure": "first_gpus", "of": "unknown"},
        {"measure": "stage_date", "of": "field.sun"},
        {"measure": "stage_mw", "of": "moon.grid"},
        {"measure": "site_mw", "of": "moon"},
        {"measure": "energised_gpus", "of": "unknown"},
        {"measure": "market_rent", "of": "b200"},
        {"measure": "server_price", "of": "b200"},
        {"measure": "used_price", "of": "b200"},
        {"measure": "capital", "of": "elsewhere"},
    ],
)
def test_what_a_scenario_does_not_have_is_not_scored(tmp_path, monkeypatch, changes):
    past = by_hand(tmp_path, monkeypatch, actual(**({"unit": "x"} | changes)))
    assert past.rows.empty
    assert "Nothing that happened is on record" in hindsight.finding(past).html
    assert hindsight.forecast_scores(past).html == "<p>Nothing to score.</p>"


def test_an_input_of_one_value_is_not_scored():
    found = edits.held(FLAGSHIP, {"oracle_term_months": 36}, "By hand.")
    ids = set(backtest.backtest(found, 50, 1).rows["id"])
    assert "contract-years" not in ids
    assert "memphis-substation" in ids


def without_a_run(decision: Scenario) -> Scenario:
    """The decision for its service alone."""
    none = dict.fromkeys(("target_flop", "by_months", "start_gpus"))
    need = decision.need.model_copy(update=none)
    tranches = {
        name: one.model_copy(update={"use": "other"}) for name, one in decision.tranches.items()
    }
    return decision.model_copy(update={"need": need, "run": None, "tranches": tranches})


def test_a_need_without_a_run_forecasts_no_day_of_one():
    rows = backtest.backtest(without_a_run(FLAGSHIP), 50, 1).rows
    assert not {"first_training", "full_capacity", "target"} & set(rows["measure"])
    assert {"first_gpus", "stage_date", "market_rent"} < set(rows["measure"])


def test_two_answers_of_a_need_without_a_run_name_no_month(monkeypatch):
    monkeypatch.setattr(evidence.tables, "looking_back", lambda decision: without_a_run(LATER))
    run = simulation.simulate(without_a_run(FLAGSHIP), 50, 1)
    shown = hindsight.both_answers(run).html
    assert "Memphis build has the lower compared cost" in shown
    assert "target, P50" not in shown and "onth" not in shown and "earlier" not in shown


def test_what_is_asked_of_a_day_beyond_the_horizon_is_not_scored():
    # Twelve months from July 2024: prices of October 2024 are inside, those of 2025 and 2026 not.
    short = edits.with_choice(FLAGSHIP, "horizon_months", 12)
    past = backtest.backtest(edits.with_options(short, ["memphis_build"]), 50, 1)
    rent = past.rows[past.rows["measure"] == "market_rent"]
    assert list(rent["id"]) == ["rent-2024-10"]
    assert hindsight.price_against_forecast(past).spec


def test_every_actual_of_the_flagship_is_something_that_it_forecasts(past):
    assert set(past.rows["id"]) == {one.id for one in actuals.read()}


def test_a_scenario_that_looks_back_scores_nothing_and_says_why():
    past = backtest.backtest(LATER, 50, 1)
    assert past.looks_back and past.rows.empty and past.forecast is None
    assert "This scenario looks back itself" in hindsight.finding(past).html
    for page in (hindsight.forecast_coverage, hindsight.forecast_scores):
        assert page(past).html == "<p>Nothing to score.</p>"


def percentile(past: Backtest, name: str) -> float:
    return float(past.rows.set_index("id").loc[name, "pit"])


def below(values: np.ndarray, value: float) -> float:
    return float(np.mean(values < value) + np.mean(values == value) / 2)


def price_index(futures: dict[str, np.ndarray], price: str, days: int) -> np.ndarray:
    """What is left of the price of hours (`rent`) or machines (`node`) of an H100 after some days:
    each year falls by the mean and the swing times a normal of its own, at most by 0.9."""
    mean, swing = futures[f"{price}_fall_per_year"], futures[f"{price}_fall_swing"]
    left = np.ones_like(mean)
    for year in range(1, days // 365 + 2):
        fall = np.minimum(0.9, mean + swing * futures[f"price:h100:{price}:{year}"])
        left *= (1 - fall) ** min(days / 365 - (year - 1), 1)
    return left


def test_the_price_of_an_hour_in_october_2025_has_fallen_for_449_days(past, futures):
    # 9 July 2024 to 1 October 2025: 449 days, a year and 84 days of the second.
    rent = futures["h100_market_rent_usd_per_gpu_hour"] * price_index(futures, "rent", 449)
    assert percentile(past, "rent-2025-10") == pytest.approx(below(rent, 1.70))


def test_a_used_gpu_is_an_eighth_of_a_server_on_its_price_path_times_the_resale_share(
    past, futures
):
    # 9 July 2024 to 31 March 2026: 630 days.
    left = price_index(futures, "node", 630)
    used = futures["h100_node_usd"] / 8 * left * futures["resale_share"]
    assert percentile(past, "used-2026") == pytest.approx(below(used, 23500))


def test_the_substation_is_ready_after_its_works_and_the_delay_of_the_vote(past, futures):
    # 1 May 2025 is 296 days after the decision.
    months = futures["memphis_substation_months"] + futures["memphis_vote_delay_months"]
    assert percentile(past, "memphis-substation") == pytest.approx(below(months, 296 * 12 / 365))


def test_power_on_2_september_is_what_the_stages_carry_after_55_days(past, futures):
    at = 55 * 12 / 365
    upgraded = futures["memphis_grid_upgrade_months"] <= at
    gas = (futures["memphis_gas_comes"] > 0.5) & (futures["memphis_gas_months"] <= at)
    mw = np.where(upgraded, 50, 8) + np.where(gas, futures["memphis_gas_mw"], 0)
    assert percentile(past, "mw-2024-09-02-supported") == pytest.approx(below(mw, 85))
    kw = futures["h100_it_kw_per_gpu"] * futures["pue"]
    there = (at - futures["memphis_first_gpus_months"]) / futures["memphis_ramp_months"]
    able = 1000 * mw / futures["memphis_cap_share"] / kw
    gpus = np.minimum(1e5 * np.clip(there, 0, 1), able)
    assert percentile(past, "gpus-2024-09-02-claimed") == pytest.approx(below(gpus, 1e5))
    assert percentile(past, "gpus-2024-09-02-supported") == pytest.approx(below(gpus, 46703))


def test_dates_of_an_option_are_those_of_its_run(past):
    # 22 July is 13 days after the decision, 30 September 2025 448. The run starts on the existing
    # rental: what was seen of Memphis is laid beside the month in which it moves there.
    run = simulation.simulate(FLAGSHIP, DRAWS, 3).scalars
    assert (run["memphis_build"]["first_training_months"] == 0).all()
    built = run["memphis_build"]["move_months"]
    assert percentile(past, "memphis-training-claimed") == below(built, 13 * 12 / 365)
    assert percentile(past, "memphis-training-supported") == below(built, 33 * 12 / 365)
    rented = run["oracle_rental"]["full_capacity_months"]
    assert percentile(past, "abilene-full-claimed") == below(rented, 448 * 12 / 365)


def test_capital_is_what_is_paid_for_servers_network_and_works_without_interest(past, futures):
    # All 100,000 GPUs are ordered on the first day at the price of that day.
    price = futures["h100_node_usd"] / 8
    cluster = price / (1 - futures["network_share"] - futures["storage_share"])
    works = futures["memphis_works_usd_per_mw"] * futures["h100_it_kw_per_gpu"] * 100
    capital = 1e5 * cluster + works + 25e6
    row = past.rows.set_index("id").loc["capital-supported"]
    assert row["p50"] == pytest.approx(np.sort(capital)[DRAWS // 2 - 1], rel=1e-6)


def rows(*insides: bool, reading: str = UNDISPUTED, **columns: object) -> pd.DataFrame:
    plain = {"inside": insides, "reading": reading, "reference_class": False}
    plain |= {"measure": "input", "of": [f"{reading} {i}" for i in range(len(insides))]}
    return pd.DataFrame(plain).assign(**columns)


def test_of_ten_ranges_that_are_right_six_to_all_ten_usually_hold():
    # Binomial(10, 0.8): at most 5 in 3.3 %, at most 6 in 12.1 %, at most 9 in 89.3 %.
    found = scores.coverage(rows(*[True] * 8, False, False)).iloc[0]
    assert (found["number"], found["inside"], found["expected"]) == (10, 8, 8)
    assert (found["least"], found["most"]) == (6, 10)


def test_reference_classes_count_with_all_and_not_with_what_was_seen_itself():
    frame = rows(True, True, False, reference_class=[True, False, False])
    found = scores.coverage(frame).iloc[0]
    assert (found["inside"], found["number"]) == (2, 3)
    assert (found["seen_inside"], found["seen_number"]) == (1, 2)


def test_what_is_disputed_counts_once_in_each_reading():
    frame = pd.concat(
        [rows(True, False), rows(True, reading=CLAIMED), rows(False, reading=SUPPORTED)]
    )
    found = scores.coverage(frame).set_index("reading")
    assert found["number"].to_dict() == {CLAIMED: 3, SUPPORTED: 3}
    assert found["inside"].to_dict() == {CLAIMED: 2, SUPPORTED: 1}


def test_skill_is_1_less_the_ratio_of_the_mean_scores_and_none_for_an_exact_reference():
    # Dates: (1 + 3) / 2 against (4 + 4) / 2: 1 - 2 / 4. Power: against 0.
    frame = rows(True, True, True, topic=["dates", "dates", "power"], scored_in="months")
    found = scores.scores(frame.assign(crps=[1, 3, 2], naive_crps=[4, 4, 0]))
    mine = found[found["reading"] == CLAIMED].set_index("topic")
    assert mine.loc["dates", "skill"] == pytest.approx(0.5)
    assert pd.isna(mine.loc["power", "skill"])
    assert mine["nearer"].to_dict() == {"dates": 2, "power": 0}
    assert mine["farther"].to_dict() == {"dates": 0, "power": 1}


def test_20_actuals_tell_80_from_90_percent_with_a_power_of_0_37_and_100_with_0_87():
    # If 90 % is true at most 15 of 20 lie inside in 4.3 %, at most 16 in 13.3 %: 15 is refused. If
    # 80 % is true so few lie inside in 37.0 %. Of 100: at most 84, in 4.0 and in 87.1 %.
    assert scores.power(20) == pytest.approx(0.370, abs=5e-4)
    assert scores.power(100) == pytest.approx(0.871, abs=5e-4)


def test_one_actual_tells_nothing():
    # If 90 % is true it lies outside in 10 %, which is not rare enough to be refused.
    assert scores.power(1) == 0


def test_the_interval_of_10_of_10_starts_at_the_tenth_root_of_5_percent():
    # 0.05 ^ (1 / 10) = 0.7411: with that share inside all ten lie inside in 5 %.
    assert scores.share_interval(10, 10) == pytest.approx((0.7411, 1), abs=1e-4)
    assert scores.share_interval(0, 10) == pytest.approx((0, 1 - 0.7411), abs=1e-4)


@pytest.mark.parametrize(("inside", "number"), [(1, 4), (24, 36), (27, 36)])
def test_an_interval_of_a_share_is_that_of_scipy(inside, number):
    theirs = binomtest(inside, number).proportion_ci(0.9, "exact")
    assert scores.share_interval(inside, number) == pytest.approx((theirs.low, theirs.high))


def topic(crps: list[float], naive: list[float], **columns: object) -> pd.Series:
    """The scores of a topic with some actuals, each of a quantity of its own unless stated."""
    frame = rows(*[True] * len(crps), topic="dates", scored_in="months", crps=crps)
    return scores.scores(frame.assign(naive_crps=naive, **columns)).iloc[0]


def test_three_quantities_of_which_one_was_missed_are_drawn_again_with_it_none_to_two_times():
    # Drawn 0, 1, 2, 3 times in 8, 12, 6, 1 of 27: the middle 90 % go from 0 to 2 times. The mean
    # score is 3 x times / 3, that of the rule 1.
    found = topic([0, 0, 3], [1, 1, 1])
    assert (found["crps_low"], found["crps_high"]) == pytest.approx((0, 2))
    assert (found["skill_low"], found["skill"], found["skill_high"]) == pytest.approx((-1, 0, 1))


def test_more_days_of_one_path_make_no_interval_narrower():
    once = topic([0, 1, 3, 2], [1, 2, 1, 1])
    twice = topic([0, 1, 3, 2] * 2, [1, 2, 1, 1] * 2, of=list("abcd") * 2)
    ends = list(scores.ENDS)
    assert list(twice[ends]) == pytest.approx(list(once[ends]))


def test_two_quantities_are_too_few_for_an_interval():
    assert topic([0, 1, 1], [1, 1, 1], of=["a", "a", "b"])[list(scores.ENDS)].isna().all()


def test_the_most_wrong_is_farthest_from_the_middle_and_of_equals_farthest_outside():
    frame = rows(
        False, False, True, False, id=list("abcd"), pit=[1, 0, 0.5, 0.05], miss=[1, 2, 0, 9]
    )
    assert list(scores.most_wrong(frame, 2)["id"]) == ["b", "a"]
    assert list(scores.most_wrong(frame, 9)["id"]) == ["b", "a", "d"]


@pytest.mark.parametrize(
    ("claimed", "supported", "expected"),
    [
        ((5, 3), (5, 4), "3 of 5 actuals lie between P10 and P90 as claimed, 4 of 5 as supported"),
        ((5, 4), (5, 4), "4 of 5 actuals lie between P10 and P90; 80 % of them should"),
        ((1, 0), (1, 0), "0 of 1 actuals lie between P10 and P90; 80 % of them should"),
    ],
)
def test_the_claim_counts_what_the_ranges_held_in_both_readings(claimed, supported, expected):
    frame = pd.DataFrame([(CLAIMED, *claimed), (SUPPORTED, *supported)])
    frame.columns = ["reading", "number", "inside"]
    assert expected in hindsight.titles.forecast_coverage(frame)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([(UNDISPUTED, "inside")], "GPUs: 1 of 1 actuals between P10 and P90"),
        (
            [(UNDISPUTED, "above"), (UNDISPUTED, "below")],
            "GPUs: 0 of 2 actuals between P10 and P90, 1 above, 1 below",
        ),
        (
            [(CLAIMED, "above"), (SUPPORTED, "inside")],
            "GPUs: 0 of 1 actuals between P10 and P90, 1 above, as claimed; "
            "1 of 1 actuals between P10 and P90, as supported",
        ),
        (
            [(CLAIMED, "below"), (SUPPORTED, "below")],
            "GPUs: 0 of 1 actuals between P10 and P90, 1 below",
        ),
    ],
)
def test_the_claim_of_a_band_says_on_which_side_the_actuals_lie(seen, expected):
    frame = pd.DataFrame(seen, columns=["reading", "lies"])
    assert hindsight.titles.forecast_band(frame, "GPUs") == expected


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([("dates", 1, 2), ("power", 3, 1)], "better on the mean for dates, worse for power"),
        ([("dates", 1, 2)], "as supported it is better on the mean for dates"),
        ([("dates", 2, 1)], "as supported it is worse for dates"),
        ([("dates", 1, 1)], "in 0 of 1 actuals as claimed and 0 of 1 actuals as supported"),
    ],
)
def test_the_claim_of_scores_names_where_the_forecast_was_better_and_where_worse(scores, expected):
    found = pd.DataFrame(
        [(t, r, 1, a, b, int(a < b)) for r in (CLAIMED, SUPPORTED) for t, a, b in scores],
        columns=["topic", "reading", "number", "crps", "naive_crps", "nearer"],
    )
    said = hindsight.titles.forecast_scores(found)
    assert said.endswith(expected)


@pytest.mark.parametrize(
    ("skills", "expected"),
    [
        (
            [(-0.42, -2.3, 0.4), (-0.35, -2.6, 0.4)],
            "worse as claimed (skill -0.42 (-2.3 to 0.40)). They were worse as supported (skill "
            "-0.35 (-2.6 to 0.40)). In brackets are 90 % intervals. So few do not tell which is "
            "better.",
        ),
        (
            [(0.5, 0.1, 0.9), (0, -0.1, 0.2)],
            "better as claimed (skill 0.50 (0.10 to 0.90)). They were as good as supported (skill "
            "0 (-0.10 to 0.20)). In brackets are 90 % intervals.",
        ),
        (
            [(-1, math.nan, math.nan), (-1, math.nan, math.nan)],
            "worse as claimed (skill -1). They were worse as supported (skill -1). So few give no "
            "interval.",
        ),
        ([], ""),
    ],
)
def test_the_line_on_dates_says_whether_the_simple_rule_was_better_and_whether_that_is_told(
    skills, expected
):
    cells = [("dates", r, 9, *one) for r, one in zip((CLAIMED, SUPPORTED), skills, strict=False)]
    columns = ["topic", "reading", "number", "skill", "skill_low", "skill_high"]
    said = hindsight.titles.dates_against_rule(pd.DataFrame(cells, columns=columns))
    opening = "The decision day forecast 9 dates. Against a simple rule they were "
    assert said == (f"{opening}{expected}" if expected else "")


def test_a_report_of_the_decision_day_says_nothing_of_how_its_dates_fared(past, monkeypatch):
    run = simulation.simulate(edits.with_options(FLAGSHIP, ["memphis_build"]), 20, 1)
    said = hindsight.time_against_rule(run).html
    assert "Nothing public later than 2024-07-09 is used here." in said
    missed = tuple(replace(one, value=1.0, ends=(1.0, 1.0)) for one in actuals.read())
    monkeypatch.setattr(actuals, "read", lambda: missed)
    assert hindsight.time_against_rule(run).html == said


def test_a_report_that_looks_back_says_how_the_dates_of_the_decision_day_fared():
    run = simulation.simulate(edits.with_options(LATER, ["memphis_build"]), DRAWS, 3)
    said = hindsight.time_against_rule(run).html
    dates = scores.scores(backtest.backtest(FLAGSHIP, DRAWS, 3).rows).query("topic == 'dates'")
    for _, row in dates.iterrows():
        assert row["skill"] < 0
        assert f"worse {row['reading']} (skill {figure(row['skill'], digits=2)} (" in said


def test_a_look_back_is_held_against_what_was_public_by_its_own_day():
    # By the end of 2024 that training had started on 22 July was public, and not when it ended.
    early = backtest.of_decision_day(LATER.model_copy(update={"as_of": date(2024, 12, 31)}), 50, 1)
    whole = backtest.of_decision_day(LATER, 50, 1)
    assert early is not None and whole is not None
    assert early.scenario == whole.scenario == FLAGSHIP
    assert {"memphis-training-claimed"} < set(early.rows["id"]) < set(whole.rows["id"])
    assert "memphis-target" not in set(early.rows["id"])
    assert "used-2026" not in set(whole.rows["id"])
    assert backtest.of_decision_day(FLAGSHIP, 50, 1) is None


@pytest.mark.parametrize(
    ("claimed", "supported", "expected"),
    [
        (
            (5, 7),
            (9, 7),
            "As claimed, fewer lie inside than is usual for ranges that are right; "
            "as supported, as many lie inside as is usual.",
        ),
        ((8, 7), (8, 7), "As many lie inside as is usual for ranges that are right."),
        ((5, 7), (5, 7), "Fewer lie inside than is usual for ranges that are right."),
    ],
)
def test_the_page_says_whether_fewer_lie_inside_than_chance_allows(
    past, monkeypatch, claimed, supported, expected
):
    frame = pd.DataFrame(
        [
            (r, 10, n, 0.2, 0.9, 10, 5, 4, 8.0, least, 10)
            for r, (n, least) in ((CLAIMED, claimed), (SUPPORTED, supported))
        ],
        columns=[*COUNTED, *SEEN, "expected", "least", "most"],
    )
    monkeypatch.setattr(scores, "coverage", lambda rows: frame)
    assert expected in hindsight.forecast_coverage(past).html


def test_a_forecast_that_held_everything_says_so(past):
    right = Backtest(past.scenario, past.forecast, past.rows.assign(inside=True))
    assert "Every actual lies between P10 and P90" in hindsight.most_wrong(right).html


def test_a_fact_known_to_the_month_is_public_in_that_month_and_on_no_later_day(past):
    rows = past.rows.assign(public_on=["2026-11", *["2024-07-22"] * (len(past.rows) - 1)])
    shown = hindsight.every_actual(Backtest(past.scenario, past.forecast, rows)).html
    assert "<td>November 2026</td>" in shown and "<td>2024-07-22</td>" in shown
    assert "<td>2026-11" not in shown
    known = {one.id: one for one in actuals.read()}
    assert known["memphis-training-supported"].public_on == date(2026, 9, 30)
    row = past.rows.set_index("id").loc["memphis-training-supported"]
    assert row["public_on"] == "2026-09"


def test_a_mark_lies_in_the_band_if_and_only_if_it_is_counted_inside(past):
    found = hindsight.tables.forecast_percentiles(past)
    assert found["percentile"].between(10, 90).equals(found["inside"])


def test_a_value_that_a_fifth_of_the_futures_equal_is_drawn_on_the_end_of_the_band_and_as_its_range(
    tmp_path, monkeypatch
):
    # About 85 % start at month 2 and the others at 4, which is P90: the tie of month 4 runs from
    # 85 to 100 %, its middle, 92, lies outside of the band and its lower end inside.
    day = date(2025, 5, 1).toordinal()
    rare = LIST.replace("[0.5, 0.5]", "[0.85, 0.15]")
    late = actual(value=day, ends=(day, day))
    monkeypatch.setattr(actuals, "months", lambda decision, ordinal: 4.0)
    past = by_hand(tmp_path, monkeypatch, late, changes=rare)
    [row] = hindsight.tables.forecast_percentiles(past).to_dict("records")
    share = 100 * np.mean(draws.block(past.scenario, 1, 0, 200)["ready"] == 2)
    assert 80 < share < 90 and past.rows["pit"].iloc[0] > 0.9
    assert (row["inside"], row["percentile"]) == (True, 90)
    assert (row["low"], row["high"]) == pytest.approx((share, 100))


def test_the_ends_of_an_actual_stand_beside_its_point_as_a_bar_of_their_own(past):
    spec = hindsight.gpus_against_forecast(past).spec
    beside = [x["mark"] for x in spec["layer"] if x["mark"].get("xOffset")]
    assert [mark["type"] for mark in beside] == ["rule", "tick", "tick"]
    assert "Thin bar: the ends" in line(spec["title"]["subtitle"])
    price = hindsight.price_against_forecast(past).spec
    ranged = past.rows[past.rows["measure"] == "market_rent"]
    ranged = bool((ranged["low"] < ranged["high"]).any())
    assert ("Thin bar" in line(price["title"]["subtitle"])) == ranged


def test_every_actual_is_listed_with_its_facts_its_range_and_both_scores(past):
    shown = html.unescape(hindsight.every_actual(past).html)
    assert shown.count("<tr><td>") == len(past.rows)
    [row] = re.findall(r"<tr><td>Used H100, early 2026</td>(.*?)</tr>", shown)
    mine = past.rows.set_index("id").loc["used-2026"]
    cells = re.findall(r"<td>(.*?)</td>", row)
    assert cells[0] == "23,500 (15,000 to 28,000) USD/GPU"
    assert cells[1] == " / ".join(figure(mine[q]) for q in ("p10", "p50", "p90"))
    assert cells[2:4] == [figure(mine[name], digits=2) for name in ("crps", "naive_crps")]
    assert cells[-1] == "h100-used-2026"


def test_the_steps_of_a_reading_hold_what_nobody_disputes_too(past):
    _, seen = hindsight.tables.forecast_by_day(past, "energised_gpus")
    steps = hindsight.tables.forecast_steps(seen)
    assert list(steps[steps["reading"] == CLAIMED]["value"]) == [25000, 1e5, 1e5, 1e5]
    assert list(steps[steps["reading"] == SUPPORTED]["value"]) == [25000, 46703, 46703, 1e5]
    assert hindsight.tables.forecast_steps(
        hindsight.tables.forecast_by_day(past, "market_rent")[1]
    ).empty


def test_the_band_on_the_day_of_an_actual_is_that_of_its_row(past):
    band, seen = hindsight.tables.forecast_by_day(past, "market_rent")
    at = np.interp(
        pd.to_datetime(seen["day"]).astype("int64"),
        pd.to_datetime(band["day"]).astype("int64"),
        band["p50"],
    )
    assert at == pytest.approx(past.rows[past.rows["measure"] == "market_rent"]["p50"], rel=5e-3)


def test_a_scenario_without_a_site_of_its_own_has_no_picture_of_its_power(past):
    bare = Backtest(past.scenario, past.forecast, past.rows[past.rows["measure"] != "site_mw"])
    shown = hindsight.power_against_forecast(bare).html
    assert "Power at the site: nothing that this scenario forecasts is on record." in shown


def test_the_picture_of_percentiles_has_one_line_per_label_and_a_mark_per_reading(past):
    spec = hindsight.forecast_percentiles(past).spec
    assert spec["height"] == 16 * past.rows["label"].nunique()
    data = max(spec["datasets"].values(), key=len)
    assert len(data) == len(past.rows)
    assert "actuals lie between P10 and P90" in line(spec["title"]["text"])


def test_the_two_answers_stand_only_where_both_scenarios_have_the_options(monkeypatch):
    monkeypatch.setattr(evidence.tables, "looking_back", lambda decision: LATER)
    pair = edits.with_options(FLAGSHIP, ["status_quo", "memphis_build"])
    other = pair.model_copy(update={"compare": ["status_quo", "memphis_build"]})
    shown = hindsight.both_answers(simulation.simulate(other, 50, 1)).html
    assert "Status quo: meets the need" in shown
    renamed = {"mine": pair.options["status_quo"], "yours": pair.options["memphis_build"]}
    mine = pair.model_copy(
        update={"options": renamed, "compare": ["mine", "yours"], "baseline": None}
    )
    shown = hindsight.both_answers(simulation.simulate(mine, 50, 1)).html
    assert "The scenario that looks back has other options." in shown


def test_a_run_alone_is_not_compared_with_a_look_back_that_wants_a_service_too(monkeypatch):
    alone = edits.with_options(
        load.read(load.find("run-alone")), ["oracle_rental", "memphis_build"]
    )
    shown = hindsight.both_answers(simulation.simulate(alone, 20, 1)).html
    assert "The scenario that looks back states another need." in shown


def test_another_question_of_the_same_day_has_no_later_answer(monkeypatch):
    monkeypatch.setattr(evidence.tables, "looking_back", lambda decision: LATER)
    pair = edits.with_options(FLAGSHIP, ["oracle_rental", "memphis_build"])
    mine = pair.model_copy(update={"question": "Another one?"})
    shown = hindsight.both_answers(simulation.simulate(mine, 50, 1)).html
    assert "No shipped scenario looks back at this decision" in shown


def test_the_backtest_of_the_flagship_uses_one_block_of_futures_at_most():
    found = backtest.backtest(edits.with_options(FLAGSHIP, ["memphis_build"]), 10**6, 1)
    assert found.forecast is not None
    assert len(found.forecast.futures["pue"]) == draws.BLOCK_DRAWS
