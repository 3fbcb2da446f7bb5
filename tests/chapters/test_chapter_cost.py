"""The chapter on cost: its tables by hand, its sentences at their edges, its numbers again."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from tools import chapters
from tools.builders import shipped, simulated
from tools.chapters import middle, shown, titles
from tools.hand import result, scenario, yields

from analysis.chapters import cost
from analysis.model import comparison, draws, simulation
from analysis.model.draws import resolve
from analysis.report import runs

STEM = "02-cost"
RESALE = "[chips.h100]\nresale_share = 0.5\n"
FALL = "[chips.h100]\nprice_fall_per_year = 0.5\nfalls_from_month = 12\n"
NO_RUN = '[tranches.rental]\nuse = "other"\n[tranches.machine]\nuse = "other"\n'
MONTH = 100 * 730 * 2.0
"""USD a month of 100 GPUs at 2 USD an hour: 146,000."""


def alone(folder, changes: str = ""):
    """The scenario by hand with its rented option only."""
    found = scenario(folder, changes)
    return found.model_copy(update={"options": {"rented": found.options["rented"]}})


def row(frame: pd.DataFrame, **where: object) -> pd.Series:
    for column, value in where.items():
        frame = frame[frame[column] == value]
    [found] = [one for _, one in frame.iterrows()]
    return found


# Tables by hand


def test_a_year_of_rent_is_paid_in_year_1_and_nothing_in_year_2(tmp_path):
    frame = cost.tables.cash_by_year(yields(tmp_path, "rented").result)
    assert row(frame, option="Rented", year=1)["p50"] == pytest.approx(12 * MONTH)
    assert row(frame, option="Rented", year=2)[["p10", "p50", "p90"]].tolist() == [0, 0, 0]
    assert row(frame, option="Built", year=1)["p50"] == pytest.approx(1_000_000)


def test_steps_lead_from_1_752_000_of_rent_to_500_000_of_a_machine(tmp_path):
    # less 1,752,000 rent, plus 100 GPUs x 10,000 of servers, less half of that at the horizon
    frame = cost.tables.cost_steps(yields(tmp_path, "rented", RESALE).result)
    assert frame["label"].tolist() == ["Rented", "rent", "servers", "end value", "Built"]
    assert frame["usd"].tolist() == pytest.approx(
        [1_752_000, -1_752_000, 1_000_000, -500_000, 500_000]
    )
    assert frame["start_usd"].tolist() == pytest.approx([0, 1_752_000, 0, 1_000_000, 0], abs=1e-6)
    assert frame["end_usd"].tolist() == pytest.approx(
        [1_752_000, 0, 1_000_000, 500_000, 500_000], abs=1e-6
    )


def test_the_steps_of_a_shipped_scenario_add_up_to_the_last_bar():
    frame = cost.tables.cost_steps(simulated(seed=3))
    parts, whole = frame[frame["kind"] == "part"], frame[frame["kind"] == "option"]["usd"].tolist()
    assert whole[0] + parts["usd"].sum() == pytest.approx(whole[1], rel=1e-12)
    assert parts["end_usd"].iloc[-1] == pytest.approx(whole[1], rel=1e-12)
    assert parts["start_usd"].tolist()[1:] == parts["end_usd"].tolist()[:-1]


def test_with_one_option_there_are_no_steps(tmp_path):
    assert cost.tables.cost_steps(simulation.evaluate(alone(tmp_path))).empty


def test_a_rented_gpu_hour_costs_its_price_and_a_pflop_day_96_usd(tmp_path):
    # 2 USD an hour; 0.5 useful PFLOP/s per GPU: 2 x 24 / 0.5 = 96 USD per PFLOP-day.
    frame = cost.tables.unit_costs(yields(tmp_path, "rented").result)
    for measure, usd in (("usd_per_gpu_hour", 2), ("usd_per_pflop_day", 96)):
        found = row(frame, option="Rented", measure=measure)
        assert found[["p10", "p50", "p90", "ratio_of_means"]].tolist() == pytest.approx([usd] * 4)
    # an H100 of 1,000 TFLOP/s counts for 1,000 / 989.4 of the one on record
    hour = row(frame, option="Rented", measure="usd_per_h100_hour")["p50"]
    assert hour == pytest.approx(2 * 989.4 / 1000)


def test_without_useful_compute_a_pflop_day_has_no_cost(tmp_path):
    frame = cost.tables.unit_costs(yields(tmp_path, "rented", NO_RUN).result)
    found = row(frame, option="Rented", measure="usd_per_pflop_day")
    assert found[["p10", "p50", "p90", "ratio_of_means"]].isna().all()


def test_half_of_a_million_is_left_of_a_machine_and_nothing_of_a_rental(tmp_path):
    frame = cost.tables.end_values(yields(tmp_path, "rented", RESALE).result)
    assert row(frame, option="Built")[["p10", "p50", "p90"]].tolist() == [500_000] * 3
    assert row(frame, option="Rented")["p50"] == 0


def test_a_price_that_halves_each_year_from_month_12_is_at_half_in_month_24(tmp_path):
    found = yields(tmp_path, "rented", FALL).result
    frame = cost.tables.price_paths(found, "rent").set_index("month")
    assert frame.loc[[0, 12, 18, 24], "p50"].tolist() == pytest.approx([1, 1, 0.5**0.5, 0.5])
    assert frame.loc[24, "day"] == "2027-01-01"  # 730 days after 1 January 2025
    assert set(frame["chip"]) == {"NVIDIA H100 SXM"}


def test_hours_and_machines_fall_apart_and_a_swing_widens_the_range(tmp_path):
    # an hour falls by 10 % a year, a machine by 50 %: 0.81 and 0.25 after 24 months
    falls = "[chips.h100]\nrent_fall_per_year = 0.1\nnode_fall_per_year = 0.5\n"
    mids = yields(tmp_path, "rented", falls).result
    for price, last in (("rent", 0.81), ("node", 0.25)):
        path = cost.tables.price_paths(mids, price).set_index("month")
        assert path.loc[24, ["p10", "p90"]].tolist() == pytest.approx([last, last])
    swings = simulation.simulate(scenario(tmp_path, falls + "rent_fall_swing = 0.2\n"), 500, 1)
    rent, node = (cost.tables.price_paths(swings, price) for price in ("rent", "node"))
    # one year: 1 - (0.1 + 0.2 z) at z = 1.2816 and -1.2816, to the noise of 500 futures
    low, high = rent.set_index("month").loc[12, ["p10", "p90"]]
    assert (low, high) == pytest.approx((0.644, 1.156), abs=0.04)
    assert (node["p10"] == node["p90"]).all()
    assert "an hour" in str(cost.hour_prices(swings).spec["title"]["text"])


@pytest.mark.parametrize(
    ("usd", "expected"),
    [((1.4e9, 7.6e9), 8e9), ((94.9e6, 12e6), 9e7), ((0.0, -5e6), 0.0)],
)
def test_the_budget_is_the_dearer_p50_to_one_digit(tmp_path, usd, expected):
    costs = [{"present_cost_usd": [one] * 3} for one in usd]
    assert (
        cost.tables.budget_usd(result(scenario(tmp_path), rented=costs[0], built=costs[1]))
        == expected
    )


def test_two_million_buys_a_million_gpu_hours_at_2_usd(tmp_path):
    # the dearer P50 is 1,752,000, rounded 2,000,000; /2 = 1,000,000 hours; /96 = 20,833 PFLOP-days
    found = yields(tmp_path, "rented").result
    assert cost.tables.budget_usd(found) == 2_000_000
    rented = row(cost.tables.budget_buys(found), option="Rented")
    assert rented["gpu_hours_p50"] == rented["gpu_hours_mean"] == pytest.approx(1.0)
    assert rented["pflop_days_p50"] == pytest.approx(2_000_000 / 96 / 1e6)
    assert rented["targets_p50"] == pytest.approx(2_000_000 / 96 / (1e24 / 8.64e19))


def test_an_option_that_costs_nothing_gives_any_amount(tmp_path):
    found = yields(tmp_path, "rented", "[chips.h100]\nnode_usd = 0\n").result
    built = row(cost.tables.budget_buys(found), option="Built")
    assert built[["gpu_hours_p10", "gpu_hours_p50", "gpu_hours_mean"]].isna().all()
    assert "<td>any amount</td>" in cost.budget(found).html
    assert "Built any amount" in cost.budget(found).html


def test_the_deal_of_the_flagship_is_ten_billion_for_100_000_gpus_over_3_4_or_5_years():
    found = cost.contracts.deal(shipped())
    assert found == {
        "usd": (8e9, 10e9, 12e9),
        "gpus": 100_000,
        "paid_share": 1.0,
        "terms": [36, 48, 60],
        "option": "Oracle rental",
    }
    frame = cost.contracts.deal_prices(found)
    terms = frame[frame["term"]]
    assert terms["usd_per_gpu_hour"].round(2).tolist() == [3.81, 2.85, 2.28]
    # every point spends the same sum
    for usd, price in ((8e9, "low"), (10e9, "usd_per_gpu_hour"), (12e9, "high")):
        spent = frame["months"] * 730 * 100_000 * frame[price]
        assert spent.to_numpy() == pytest.approx(usd)


def test_a_rental_that_states_a_price_has_no_deal(tmp_path):
    assert cost.contracts.deal(scenario(tmp_path)) is None
    assert cost.contracts.deal(shipped("cost-plus-rental")) is None
    assert "states the value of its contract" in cost.deal(scenario(tmp_path)).html


RAMPING = """
[tranches.rental]
ramp_months = 3
milestones = { ready = 18 }
usd_per_gpu_hour = false
contract_usd = 2e6
prepayment_share = 0.25
prepaid_months_before = 4
sublet_price_share = 0
"""


def test_of_2_million_agreed_an_eighth_is_not_paid_also_where_the_term_passes_the_horizon(tmp_path):
    # From month 18 of 24 to month 30; 1.5 of 12 months of all GPUs are lost to a ramp of 3 months.
    # 2e6 / (100 x 730 x 12) = 2.2831 USD; a quarter is due in month 14: 425.8 days, 2026-03-02
    [one] = cost.contracts.contracts(yields(tmp_path, "rented", RAMPING).result).to_dict("records")
    assert (one["agreed_p50"], one["paid_p50"]) == pytest.approx((2e6, 1.75e6))
    assert one["usd_per_gpu_hour_p50"] == pytest.approx(2.2831, abs=1e-4)
    assert (one["prepaid_p50"], one["due_p50"], one["due_p50_day"]) == (0.25, 14, "2026-03-02")
    shown = cost.rental_contracts(yields(tmp_path, "rented", RAMPING).result).html
    assert "agreed on the mean 1.75 million USD are paid" in shown


SIGNED_AGAIN = """
[tranches.rental]
usd_per_gpu_hour = false
reserved_share = 0.25
term_months = 10
at_end = "reserve"
"""


def test_a_contract_that_is_signed_again_is_shown_as_first_signed_for_what_is_reserved(tmp_path):
    # 0.25 x 100 GPUs x 730 h x 10 months at the market's 2 USD, delivered in full
    [one] = cost.contracts.contracts(yields(tmp_path, "rented", SIGNED_AGAIN).result).to_dict(
        "records"
    )
    assert (one["agreed_p50"], one["paid_p50"]) == pytest.approx((365_000, 365_000))


def test_hours_of_a_contract_after_the_horizon_are_a_part_of_their_own(tmp_path):
    # Months 24 to 30 of the contract: 6 x 100 x 730 h x 2.2831 USD = 1 million USD, nothing for the
    # hours; of the built option half of 1 million is left in servers
    found = yields(tmp_path, "rented", RAMPING + RESALE).result
    after = cost.tables.parts_usd(found, "rented")[cost.tables.AFTER]
    # a quarter prepaid is credited evenly: half of 0.5 million in those 6 months
    assert after[0] == pytest.approx(1e6 - 0.25e6)
    built = cost.tables.parts_usd(found, "built")
    assert (built["end_value"][0], built[cost.tables.AFTER][0]) == pytest.approx((-0.5e6, 0))
    ends = cost.tables.end_values(found).set_index("option")
    assert ends.loc["Built", "purchases"] == pytest.approx(0.5e6)
    assert ends.loc["Rented", "contracts that run on"] == pytest.approx(-0.75e6)


def test_the_steps_lead_from_one_compared_cost_to_the_other_with_hours_short(tmp_path):
    # 100 H100 wanted for 24 months at 3 USD: the rental stops after 12, 12 x 100 x 730 x 3 = 2.628
    # million short; the machine, 1 million, serves all
    wanted = "[need.service]\nh100_gpus = 100\nshort_hour_usd = { value = 3 }\n"
    frame = cost.tables.cost_steps(yields(tmp_path, "rented", wanted).result)
    assert frame["label"].tolist() == ["Rented", "rent", "servers", "hours short", "Built"]
    steps_ = [1.752e6 + 2.628e6, -1.752e6, 1e6, -2.628e6, 1e6]
    assert frame["usd"].tolist() == pytest.approx(steps_)
    assert frame["end_usd"].iloc[-2] == pytest.approx(1e6)


# The stacked bars


def test_parts_are_stacked_without_gaps_receipts_to_the_left_of_zero(tmp_path):
    found = yields(tmp_path, "built", RESALE + "[sites.field.stages.grid]\nusd_per_mwh = 60\n")
    spec = cost.present_cost_parts(found.result).spec
    rows = next(
        rows
        for rows in spec["datasets"].values()
        if any(one.get("part") == "servers" for one in rows)
    )
    built = {one["part"]: one for one in rows if one["option"] == "Built"}
    # servers 1.0, energy 100 kW x 17,520 h x 60 USD/MWh = 0.10512, half of 1.0 comes back
    assert (built["servers"]["from"], built["servers"]["until"]) == (0, 1.0)
    assert (built["energy"]["from"], built["energy"]["until"]) == pytest.approx((1.0, 1.10512))
    assert (built["end value"]["from"], built["end value"]["until"]) == (0, -0.5)
    assert built["servers"]["label"] == "servers"  # has room
    assert built["energy"]["label"] == ""  # has none


# Sentences at their edges


def steps(*parts: tuple[str, float]) -> pd.DataFrame:
    rows = [("option", "A", 5e9), *(("part", *one) for one in parts), ("option", "B", 5e9)]
    return pd.DataFrame(rows, columns=["kind", "label", "usd"])


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (
            [("rent", -2e9), ("servers", 1.5e9), ("energy", 2.5e8)],
            "B less A, billion USD: rent −2, servers +1.50",
        ),
        ([("rent", 4.25e6)], "B less A, million USD: rent +4.25"),
        ([("rent", -4.25e6)], "B less A, million USD: rent −4.25"),
        ([], "B and A are counted the same in every part"),
    ],
)
def test_it_is_told_which_part_saves_and_which_adds_most(parts, expected):
    assert cost.titles.steps(steps(*parts)) == expected


def paid(*rows: tuple[str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["option", "year", "p50"])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [("A", 1, 2e9), ("A", 2, 3.5e9), ("B", 1, 1e9)],
            "Most within one year at P50: A in year 2, 3.50 billion USD",
        ),
        (
            [("A", 1, 2.5e6), ("B", 1, 2.5e6)],
            "Most within one year at P50: A and B in year 1, 2.50 million USD",
        ),
        ([("A", 1, 0.0), ("B", 1, -1.0)], "At P50 no option pays on balance in any year"),
    ],
)
def test_it_is_told_who_pays_most_within_a_year(rows, expected):
    assert cost.titles.years(paid(*rows)) == expected


def units(hours: dict[str, float | None], compute: dict[str, float | None], ranked: str):
    rows = [("usd_per_h100_hour", *one) for one in hours.items()]
    rows += [("usd_per_pflop_day", *one) for one in compute.items()]
    frame = pd.DataFrame(rows, columns=["measure", "option", "ratio_of_means"])
    frame = frame.assign(ranked=[option in ranked for option in frame["option"]])
    return frame.astype({"ratio_of_means": float})


AMONG = ", of those that meet the need in half of the futures"


@pytest.mark.parametrize(
    ("hours", "compute", "ranked", "expected"),
    [
        (
            {"A": 1, "B": 2},
            {"A": 9, "B": 8},
            "AB",
            "Least per unit: A per H100-hour; B per PFLOP-day",
        ),
        (
            {"A": 1, "B": 2},
            {"A": 7, "B": 8},
            "B",
            f"Least per unit: B per H100-hour; B per PFLOP-day{AMONG}",
        ),
        (
            {"A": 1, "B": 1},
            {"A": None, "B": None},
            "AB",
            "Least per unit: A and B per H100-hour",
        ),
        ({"A": 1}, {"A": 2}, "A", "Present cost per unit of what is delivered"),
        (
            {"A": 1, "B": 2},
            {"A": 1, "B": 2},
            "",
            "No option meets the need in half of the futures; what a unit costs",
        ),
    ],
)
def test_it_is_told_which_of_the_ranked_pays_least_per_unit(hours, compute, ranked, expected):
    assert cost.titles.units(units(hours, compute, ranked)) == expected


@pytest.mark.parametrize(
    ("values", "pair", "expected"),
    [
        (
            (0.0, 5.5e8),
            ("A", "B"),
            "Left at the horizon at P50: A nothing; B 550 million USD",
        ),
        ((-2.5e9, 0.0), None, "Left at the horizon at P50: A -2.50 billion USD, a liability"),
    ],
)
def test_it_is_told_what_is_left_at_the_horizon(values, pair, expected):
    frame = pd.DataFrame({"option": ["A", "B"], "p50": values})
    assert cost.titles.ends(frame, pair) == expected


def test_it_is_told_where_each_price_stands_at_the_horizon():
    rows = [("H100", 0, 1.0), ("H100", 24, 0.5), ("x1", 0, 1.0), ("x1", 24, 1.2)]
    frame = pd.DataFrame(rows, columns=["chip", "month", "p50"])
    assert cost.titles.prices(frame, "an hour") == (
        "At the horizon the market price of an hour stands at P50 at 50 % (H100) and 120 % (x1) of "
        "today's"
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # 1,752,000 of rent within a year, 1,000,000 of servers at once
        (
            "",
            "the mean compared cost of Built is 752 thousand USD below that of Rented; "
            "no rate between 0 and 100 % a year turns which is lower",
        ),
        (
            "[tranches.machine]\ngpus = 0\n[tranches.rental]\ngpus = 0\n",
            "Rented and Built have the same compared cost on the mean",
        ),
    ],
)
def test_the_rate_that_turns_the_choice_is_told_only_where_there_is_one(
    tmp_path, changes, expected
):
    assert expected in cost.flip_rate(yields(tmp_path, "rented", changes).result).html


def test_a_machine_of_1_7_million_is_dearer_from_the_rate_that_makes_a_year_of_rent_worth_it(
    tmp_path,
):
    # 12 payments of 146,000 in mid month equal 1,700,000 at once (in mid month 0) at a rate of
    # about 6.8 %: a mean delay of 5.5 months, ln(1.752 / 1.7) x 12 / 5.5 = 6.57 % continuously
    found = yields(tmp_path, "rented", "[chips.h100]\nnode_usd = 136000\n").result
    said = re.search(r"are equal at ([\d.]+) % a year", cost.flip_rate(found).html)
    rate = float(said[1]) / 100
    months = np.arange(12) / 12
    assert (146_000 * (1 + rate) ** -months).sum() == pytest.approx(1_700_000, rel=1e-3)


def test_where_nobody_pays_anything_the_chapter_says_so(tmp_path, monkeypatch):
    none = "[tranches.rental]\ngpus = 0\n[tranches.machine]\ngpus = 0\n"
    found = scenario(tmp_path, none)
    monkeypatch.setattr(runs, "decision", lambda slug: found)
    words = chapters.text(chapters.run(STEM, "case", 20, 1))
    assert "No option pays anything" in words
    assert "Built and Rented are counted the same in every part" in words
    assert "At P50 no option pays on balance in any year" in words
    assert "No option meets the need in half of the futures; what a unit costs" in words
    assert "Rented and Built have the same compared cost on the mean" in words


def test_where_no_rate_is_swept_the_picture_of_the_rates_says_so(tmp_path):
    found = yields(tmp_path, "rented").result
    assert cost.cost_by_rate(found).html == "<p>The scenario sweeps no discount rate.</p>"


def test_with_one_option_nothing_is_compared(tmp_path):
    found = simulation.evaluate(alone(tmp_path))
    assert "only one option" in cost.cost_steps(found).html
    assert "only one option" in cost.flip_rate(found).html


def test_without_cost_no_budget_is_spent(tmp_path):
    free = "[chips.h100]\nnode_usd = 0\n[tranches.rental]\nusd_per_gpu_hour = 0\n"
    words = cost.budget(yields(tmp_path, "rented", free).result).html
    assert words == "<p>At P50 the options of the question cost nothing, so no budget is spent.</p>"


# The notebook


TestLaws = chapters.laws("02-cost")


@pytest.fixture(scope="module", params=chapters.RUNS, ids=str)
def chapter(request):
    """The chapter run with few draws."""
    return chapters.of("02-cost", *request.param)


def number(text: str) -> float:
    """An amount in words as a number, e.g. `6.41 billion USD`."""
    found = re.search(r"(-?[\d.,]+)(?: (thousand|million|billion))? USD", text)
    size = {None: 1, "thousand": 1e3, "million": 1e6, "billion": 1e9}[found[2]]
    return float(found[1].replace(",", "")) * size


def test_the_chapters_largest_saving_and_extra_are_those_of_the_means(chapter):
    result, (a, b) = chapter["result"], comparison.pair(chapter["result"].scenario)
    gaps = {
        part.replace("_", " "): np.mean(result.parts_usd[b][part] - usd)
        for part, usd in result.parts_usd[a].items()
    }
    words = shown(chapter, f"{titles(chapter)[b]} less {titles(chapter)[a]}, ")
    size = 1e9 if "billion" in words else 1e6
    for mark, part in (("−", min(gaps, key=gaps.get)), ("+", max(gaps, key=gaps.get))):
        said = re.search(rf"{part} {re.escape(mark)}([\d.]+)", words)
        assert float(said[1]) * size == pytest.approx(abs(gaps[part]), rel=0.006)


def test_the_chapters_most_within_a_year_is_the_largest_p50(chapter):
    result = chapter["result"]
    paid_ = {
        (titles(chapter)[option], year): middle(values)
        for option in result.options
        for year, values in result.cash_by_year_usd[option].items()
    }
    words = shown(chapter, "Most within one year")
    said = re.search(r"P50: (.+) in year (\d+), ", words)
    top = max(paid_, key=paid_.get)
    assert (said[1], int(said[2])) == top
    assert number(words[said.end() :]) == pytest.approx(paid_[top], rel=0.006)


def test_the_chapters_least_per_unit_have_the_lowest_ratio_of_means(chapter):
    result = chapter["result"]
    for quantity, word in (("h100_hours", "H100-hour"), ("pflop_days", "PFLOP-day")):
        ratios = {
            titles(chapter)[o]: result.scalars[o]["present_cost_usd"].mean()
            / result.scalars[o][f"discounted_{quantity}"].mean()
            for o in comparison.ranked(result)
        }
        assert f"{min(ratios, key=ratios.get)} per {word}" in shown(chapter, "Least per unit")


def test_the_chapters_end_values_are_the_p50_of_the_pair(chapter):
    words = shown(chapter, "Left at the horizon at P50")
    for option in comparison.pair(chapter["result"].scenario):
        left = middle(chapter["result"].scalars[option]["end_value_usd"])
        said = re.search(rf"{titles(chapter)[option]} (nothing|-?[\d.,]+ \w+ USD)", words)[1]
        assert (said == "nothing") is (left == 0)
        if left:
            assert number(said) == pytest.approx(left, rel=0.006)


def test_the_chapters_prices_at_the_horizon_follow_from_the_falls_of_the_years(chapter):
    decision = chapter["result"].scenario
    futures = draws.block(decision, chapter["seed"], 0, 300)
    words, chip = shown(chapter, "market price of an hour"), decision.chips["h100"]
    fall = chip.rent_fall_per_year or chip.price_fall_per_year
    fall, swing = resolve(fall, futures), resolve(chip.rent_fall_swing or 0, futures)
    left = np.ones(300)
    for year in range(1, round(decision.choices.horizon_months.value / 12) + 1):
        z = futures.get(f"price:h100:rent:{year}", 0.0)
        left = left * (1 - np.minimum(0.9, fall + swing * z))
    assert f"{100 * middle(left):.0f} % (NVIDIA H100 SXM)" in words


def test_the_chapters_lower_option_and_its_rate_are_those_of_the_means(chapter):
    result, decision = chapter["result"], chapter["result"].scenario
    a, b = comparison.pair(decision)
    gaps = result.scalars[a]["compared_cost_usd"] - result.scalars[b]["compared_cost_usd"]
    gap, error = gaps.mean(), gaps.std(ddof=1) / math.sqrt(300)
    words = shown(chapter, "a year that is set")
    said = re.search(r"compared cost of (.+) is ([\d.]+ \w+ USD) below that of (.+);", words)
    low, high = (b, a) if gap > 0 else (a, b)
    assert (said[1], said[3]) == (titles(chapter)[low], titles(chapter)[high])
    # told to the first digit of the standard error
    assert number(said[2]) == pytest.approx(abs(gap), abs=0.51 * 10 ** math.floor(np.log10(error)))
    rate = re.search(r"are equal at ([\d.]+) % a year", words)

    def at(r: float) -> float:
        return float(comparison.mean_gap_usd(result, a, b, np.array([r]))[0])

    if rate is None:
        assert len({np.sign(at(r)) for r in np.linspace(0, 1, 201)}) == 1
    else:
        near = float(rate[1]) / 100
        assert at(near - 0.006) * at(near + 0.006) < 0


def test_the_chapters_budget_is_round_and_buys_what_the_means_say(chapter):
    result, decision = chapter["result"], chapter["result"].scenario
    asked = comparison.pair(decision)
    p50 = max(middle(result.scalars[o]["present_cost_usd"]) for o in asked)
    digit = 10.0 ** math.floor(math.log10(p50))
    budget = round(p50 / digit) * digit
    target = middle(
        resolve(decision.need.target_flop, draws.block(decision, chapter["seed"], 0, 300))
    )
    words = shown(chapter, "Times the median target")
    assert number(words) == budget
    for option in asked:
        one = result.scalars[option]
        times = budget * one["discounted_pflop_days"] / one["present_cost_usd"] * 8.64e19 / target
        said = re.search(rf"{titles(chapter)[option]} ([\d.,]+)[;.]", words)[1]
        assert float(said.replace(",", "").rstrip(".")) == pytest.approx(middle(times), rel=0.06)


def test_the_chapters_largest_contract_is_paid_as_its_ramp_allows(chapter):
    decision = chapter["result"].scenario
    if "oracle_100k" not in decision.tranches:
        return
    futures = draws.block(decision, chapter["seed"], 0, 300)
    comes = futures["oracle_delivers"] > 0.5
    agreed, ramp = futures["oracle_contract_usd"][comes], futures["oracle_ramp_months"][comes]
    paid_ = agreed * (1 - ramp / 2 / futures["oracle_term_months"][comes])
    words = shown(chapter, "agreed on the mean")
    said = re.search(r"of ([\d.]+ \w+ USD) agreed on the mean ([\d.]+ \w+ USD) are paid", words)
    assert number(said[1]) == pytest.approx(agreed.mean(), rel=0.006)
    assert number(said[2]) == pytest.approx(paid_.mean(), rel=0.006)


def test_the_chapter_compares_nothing_where_there_is_only_one_option(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "decision", lambda slug: alone(tmp_path))
    words = chapters.text(chapters.run(STEM, "alone", 50, 1))
    assert "below that of" not in words
    assert "There is only one option, so there is no difference in cost." in words
    assert "Present cost per unit of what is delivered" in words
    assert "Left at the horizon at P50: Rented nothing" in words
