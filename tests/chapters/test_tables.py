"""The tables behind the charts, by hand."""

import math
import re

import numpy as np
import pytest
from tools.hand import result, scenario, yields

from analysis.chapters import assumptions, comparison, cost, evidence, power, training
from analysis.chapters.shared import markup, rows
from analysis.model import draws, simulation
from analysis.report import tables
from analysis.scenario import load

NEVER = math.inf
ONE_YEAR = "[choices]\nhorizon_months = { value = 12 }\n"
PRICE = """
[assumptions.price]
label = "Price"
unit = "USD/GPU-hour"
values = [2, 4]
probabilities = [0.6, 0.4]
judgement = "By hand."
[tranches.rental]
usd_per_gpu_hour = "price"
"""


def flagship():
    return load.read(load.find("oracle-vs-memphis"))


def by_hand(folder, months: list[float], changes: str = ""):
    """Ten or fewer draws whose target dates are given, for two options alike."""
    one = {"target_months": months, "present_cost_usd": [1.0] * len(months)}
    return result(scenario(folder, ONE_YEAR + changes), rented=one, built=dict(one))


def sampled(folder, changes: str = ""):
    return simulation.simulate(scenario(folder, PRICE + changes), 100, 1)


def test_target_dates_are_counted_by_three_months_and_never_stands_apart(tmp_path):
    # 0.5 and 2.9 in the first bin, 3.0 in the second, 12.0 in the last, one of five never.
    frame = training.tables.target_dates(by_hand(tmp_path, [0.5, 2.9, 3.0, 12.0, NEVER]))
    rented = frame[frame["option"] == "Rented"]
    assert rented["share"].tolist() == [0.4, 0.2, 0, 0.2, 0.2]
    assert rented["from_month"].tolist()[:4] == [0, 3, 6, 9]
    # the third of five, 3.0 months after 1 January 2025, is the median
    assert rented["p50_day"].iloc[-1] == rented["day"].iloc[1]
    assert rented["day"].tolist() == [
        "2025-01-01",
        "2025-04-02",  # 91.25 days
        "2025-07-02",  # 182.5 days
        "2025-10-01",  # 273.75 days
        rows.NEVER,
    ]


def test_gpus_of_the_run_are_listed_by_month_with_the_day_in_its_middle(tmp_path):
    frame = training.tables.gpus_training(yields(tmp_path, "rented", ONE_YEAR).result)
    first = frame.iloc[0]
    # 0.5 x 365 / 12 = 15.2 days after 1 January 2025.
    assert (first["option"], first["month"], first["day"]) == ("Rented", 0, "2025-01-16")
    assert first[["p10_gpus", "p50_gpus", "p90_gpus"]].tolist() == [100, 100, 100]
    assert len(frame) == 2 * 12


def test_bands_are_the_10th_50th_and_90th_of_100_draws_in_each_month(tmp_path):
    # About 60 draws cost 146,000 a month, the others 292,000: P50 the one, P90 the other.
    frame = cost.tables.cumulative_cash(sampled(tmp_path)).set_index(["option", "month"])
    cells = frame.loc[("Rented", 1), ["p10_usd", "p50_usd", "p90_usd"]]
    assert cells.tolist() == pytest.approx([292_000, 292_000, 584_000])


def test_the_funds_stand_beside_the_cash_only_where_they_are_stated(tmp_path):
    assert "funding_usd" not in cost.tables.cumulative_cash(sampled(tmp_path))
    funded = sampled(tmp_path, "[choices]\nfunding_usd = { value = 5e6 }\n")
    assert (cost.tables.cumulative_cash(funded)["funding_usd"] == 5e6).all()


def test_a_site_shows_each_stage_and_the_need_of_the_gpus_that_are_installed(tmp_path):
    # 100 GPUs of 1 kW come in month 2 by a ramp of 2: 0.025 and 0.075 MW, then 0.1.
    changes = ONE_YEAR + "[tranches.machine]\nmilestones = { ready = 2 }\nramp_months = 2\n"
    frame = power.tables.site_power(yields(tmp_path, "built", changes).result)
    grid = frame[frame["kind"] == "stage"]
    need = frame[frame["kind"] == "need"]
    assert set(grid["stage"]) == {"Grid"}
    assert (grid["mw"] == 1000).all()
    assert need["p50"].tolist()[:5] == pytest.approx([0, 0, 0.025, 0.075, 0.1])


def test_parts_that_are_zero_are_left_out_and_the_total_stands_beside_each(tmp_path):
    changes = ONE_YEAR + "[chips.h100]\nresale_share = 0.5\n"
    frame = cost.tables.present_cost_parts(yields(tmp_path, "built", changes).result)
    built = frame[frame["option"] == "Built"]
    assert list(zip(built["part"], built["usd"], strict=True)) == [
        ("servers", 1_000_000),
        ("end value", -500_000),
    ]
    assert built["total_usd"].tolist() == built["total_p50"].tolist() == [500_000] * 2


def test_compared_cost_is_shown_at_each_rate_that_is_swept(tmp_path):
    rates = "[choices]\ndiscount_rate_per_year = { value = 0, swept = [0, 0.21] }\n"
    frame = cost.tables.cost_by_rate(yields(tmp_path, "built", rates).result)
    built = frame[frame["option"] == "Built"].set_index("discount_rate_per_year")["p50"]
    assert built.loc[0] == pytest.approx(1_000_000)
    assert built.loc[0.21] == pytest.approx(1_000_000 * 1.21 ** (-0.5 / 12))


def test_a_million_usd_of_machine_gives_36_500_pflop_days(tmp_path):
    # 100 PFLOP/s x 0.5 x 730 days for 1,000,000 USD.
    frame = training.tables.compute_per_usd(yields(tmp_path, "built").result).set_index("option")
    assert frame.loc["Built", "p50"] == pytest.approx(36_500, rel=1e-8)
    assert frame.loc["Built", "ratio_of_means"] == pytest.approx(36_500, rel=1e-8)


def test_an_option_without_compute_gives_none_per_dollar(tmp_path):
    frame = training.tables.compute_per_usd(
        yields(tmp_path, "rented", '[tranches.rental]\nuse = "other"\n').result
    )
    assert frame.set_index("option").loc["Rented", ["p10", "p50", "p90"]].tolist() == [0, 0, 0]


def test_the_overview_has_one_row_per_option_with_its_dates_and_costs(tmp_path):
    frame = comparison.tables.overview(yields(tmp_path, "built").result).set_index("option")
    assert list(frame.index) == ["Rented", "Built"]
    assert frame.loc["Built", "meets_need"] == 1
    assert frame.loc["Built", "target_months_p50"] == pytest.approx(7.61035, abs=1e-5)
    # 1,000,000 USD over 1,752,000 GPU-hours.
    assert frame.loc["Built", "usd_per_gpu_hour"] == pytest.approx(1 / 1.752)


def test_a_quantile_that_is_never_reached_is_empty_in_the_overview(tmp_path):
    frame = comparison.tables.overview(
        yields(tmp_path, "built", "[need]\ntarget_flop = 1e30").result
    )
    assert frame["target_months_p50"].isna().all()


def test_prices_that_became_public_after_the_as_of_day_or_of_another_form_are_not_shown():
    frame = evidence.price_tables.rental_prices(flagship())
    assert len(frame) > 10
    assert frame["date"].max() <= "2024-07-09"
    assert set(frame["chip"]) == {"h100", "h100-sxm"}
    assert not frame.duplicated(["date", "vendor", "contract", "usd_per_gpu_hour"]).any()


def test_the_price_that_is_shown_is_that_of_the_largest_rental_of_the_question():
    # That of the 100,000 (the 24,000 are another tranche): the value of the contract over its
    # hours, at the positions 410, 2,048 and 3,687 of 4,096 futures.
    name, (low, mid, high) = evidence.price_tables.rental_assumption(flagship())
    futures = draws.block(flagship(), 1, 0, 4096)
    hours = futures["take_or_pay_share"] * 100_000 * 730 * futures["oracle_term_months"]
    prices = np.sort(futures["oracle_contract_usd"] / hours)
    assert name == "oracle_100k"
    assert [low, mid, high] == pytest.approx(prices[[409, 2047, 3686]].tolist())


def test_a_fixed_price_is_its_own_range(tmp_path):
    assert evidence.price_tables.rental_assumption(scenario(tmp_path)) == ("rental", (2, 2, 2))


def test_ten_billion_over_three_four_or_five_years_mean_3_81_2_85_or_2_28_usd_an_hour():
    # 1e10 / (100,000 x 8,760 x 3) = 3.805.
    frame = evidence.price_tables.implied_prices(flagship(), "oracle_100k")
    assert frame["years"].tolist() == [3, 4, 5]
    assert frame["usd_per_gpu_hour"].round(2).tolist() == [3.81, 2.85, 2.28]


def test_a_price_with_no_deal_behind_it_implies_none(tmp_path):
    assert evidence.price_tables.implied_prices(scenario(tmp_path), "rental").empty


def test_assumptions_that_are_used_are_listed_with_their_range_in_words(tmp_path):
    more = """
    [assumptions.unused]
    label = "Unused"
    unit = "months"
    value = 1
    judgement = "By hand."
    """
    frame = assumptions.tables.assumptions(scenario(tmp_path, PRICE + more)).set_index("assumption")
    assert list(frame.index) == ["price"]
    assert frame.loc["price", ["low", "mid", "high"]].tolist() == [2, 2, 4]
    assert frame.loc["price", "range"] == "2 (60 %), 4 (40 %)"
    assert frame.loc["price", "used_by"] == "tranches.rental.usd_per_gpu_hour"


@pytest.mark.parametrize(
    ("words", "unit", "field", "expected"),
    [
        ("low = 1\nmid = 2\nhigh = 3\nmin = 0\nmax = 9", "months", "ramp_months", "1 / 2 / 3"),
        ("value = 1.5", "months", "ramp_months", "1.5"),
        ("probability = 0.97", "event", "only_if", "happens with 97 %"),
    ],
)
def test_a_range_a_fixed_value_and_an_event_are_told_apart(tmp_path, words, unit, field, expected):
    one = f'[assumptions.x]\nlabel = "X"\nunit = "{unit}"\n{words}\njudgement = "By hand."\n'
    found = scenario(tmp_path, f'{one}[tranches.rental]\n{field} = "x"\n')
    assert assumptions.tables.assumptions(found)["range"].tolist() == [expected]


def test_choices_are_listed_with_what_they_are_swept_over_and_why(tmp_path):
    choice = '[need.by_months]\nvalue = 9\nswept = [6, 9.5]\nwhy = "Speed."\n'
    frame = assumptions.tables.choices(scenario(tmp_path, choice)).set_index("choice")
    assert frame.loc["by_months", ["value", "swept", "why"]].tolist() == [9, "6 9.5", "Speed."]


def test_each_fact_cited_is_listed_with_value_day_source_and_address():
    frame = evidence.tables.sources(flagship()).set_index("fact")
    deal = frame.loc["oracle-deal-value"]
    assert (deal["value"], deal["unit"], deal["public_on"]) == ("10", "USD billion", "2024-05-14")
    assert deal["url"].startswith("https://")
    assert frame.loc["xai-machine-plan-fall-2025", "value"] == "2025-09-22 to 2025-12-21"
    assert frame.loc["xai-machine-plan-lead-low", "source"].startswith("derived: ")


def test_a_table_without_rows_is_left_out_of_a_report(tmp_path):
    # No choice is swept, so there is no table of discount rates; no fact is cited.
    found = tables.every(sampled(tmp_path))
    assert "present_cost_by_rate" not in found
    assert "sources" not in found
    assert {"gpus_training", "target_dates", "overview", "one_at_a_time"} <= set(found)


def test_in_a_table_that_is_shown_words_stand_left_and_numbers_right():
    rows = [["Rent", "6.79 (5 to 8)", "Jun 2025"], ["H100", "-", "2"], ["-", "3 %", "never"]]
    shown = markup.aligned(f"<p>Before.</p>{markup.table_of(['a', 'b', 'c'], rows)}")
    sides = re.findall('<t[hd] style="text-align:(.*?)">', shown)
    assert sides == ["left", "right", "left"] * 4
    assert shown.startswith("<p>Before.</p>")
    assert re.sub(' style="[^"]*"', "", shown).endswith(markup.table_of(["a", "b", "c"], rows))
