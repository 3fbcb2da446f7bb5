"""The chapter on cost: its tables by hand, its sentences at their edges, its numbers again."""

import re

import numpy as np
import pandas as pd
import pytest
from tools import chapters
from tools.builders import simulated
from tools.chapters import middle, shown, titles
from tools.hand import scenario, yields

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
    scalars = found.scalars["rented"]
    assert (scalars["end_value_usd"][0], scalars["runs_on_usd"][0]) == pytest.approx((-0.75e6,) * 2)


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


def test_it_is_told_where_each_price_stands_at_the_horizon():
    rows = [("H100", 0, 1.0), ("H100", 24, 0.5), ("x1", 0, 1.0), ("x1", 24, 1.2)]
    frame = pd.DataFrame(rows, columns=["chip", "month", "p50"])
    assert cost.titles.prices(frame, "an hour") == (
        "At the horizon the market price of an hour stands at P50 at 50 % (H100) and 120 % (x1) of "
        "today's"
    )


def test_a_machine_of_1_7_million_is_dearer_from_the_rate_that_makes_a_year_of_rent_worth_it(
    tmp_path,
):
    # 12 payments of 146,000 in mid month equal 1,700,000 at once (in mid month 0) at a rate of
    # about 6.8 %: a mean delay of 5.5 months, ln(1.752 / 1.7) x 12 / 5.5 = 6.57 % continuously
    found = yields(tmp_path, "rented", "[chips.h100]\nnode_usd = 136000\n").result
    rate = comparison.flip_rate_per_year(found, "rented", "built")
    months = np.arange(12) / 12
    assert (146_000 * (1 + rate) ** -months).sum() == pytest.approx(1_700_000, rel=1e-3)


def test_where_nobody_pays_anything_the_chapter_says_so(tmp_path, monkeypatch):
    none = "[tranches.rental]\ngpus = 0\n[tranches.machine]\ngpus = 0\n"
    found = scenario(tmp_path, none)
    monkeypatch.setattr(runs, "decision", lambda slug: found)
    words = chapters.text(chapters.run(STEM, "case", 20, 1))
    assert "No option pays anything" in words
    assert "Built and Rented are counted the same in every part" in words
    assert "No option meets the need in half of the futures; what a unit costs" in words


def test_where_no_rate_is_swept_the_picture_of_the_rates_says_so(tmp_path):
    found = yields(tmp_path, "rented").result
    assert cost.cost_by_rate(found).html == "<p>The scenario sweeps no discount rate.</p>"


def test_with_one_option_nothing_is_compared(tmp_path):
    found = simulation.evaluate(alone(tmp_path))
    assert "only one option" in cost.cost_steps(found).html


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


def test_the_chapters_least_per_unit_have_the_lowest_ratio_of_means(chapter):
    result = chapter["result"]
    for quantity, word in (("h100_hours", "H100-hour"), ("pflop_days", "PFLOP-day")):
        ratios = {
            titles(chapter)[o]: result.scalars[o]["present_cost_usd"].mean()
            / result.scalars[o][f"discounted_{quantity}"].mean()
            for o in comparison.ranked(result)
        }
        assert f"{min(ratios, key=ratios.get)} per {word}" in shown(chapter, "Least per unit")


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
    assert "There is only one option, so there is no difference in cost." in words
    assert "Present cost per unit of what is delivered" in words
