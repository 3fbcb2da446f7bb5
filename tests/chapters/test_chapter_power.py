"""The chapter on power: stages, needs, dark GPUs, energy and emissions by hand, sentences at their
edges, and the notebook's numbers worked out once more from its draws."""

import html
import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from tools import chapters
from tools.builders import FLAGSHIP, shipped, simulated, variant
from tools.hand import scenario

from analysis.chapters import power
from analysis.chapters.shared.rows import told_apart
from analysis.decision.wording import figure, percent
from analysis.model import draws, simulation
from analysis.report import runs
from analysis.scenario.schema import SUPPLIER

NEVER = math.inf
TWO_STAGES = """
[sites.field]
pue = 1.5
[sites.field.stages.grid]
mw = 0.09
usd_per_mwh = 10
tco2_per_mwh = 0.4
[sites.field.stages.gas]
title = "Gas"
mw = 0.1
from_months = 4
availability_share = 1
usd_per_mwh = 30
tco2_per_mwh = 0.6
[need]
start_gpus = { value = 50 }
"""
"""100 GPUs of 1.5 kW at the meter: 150 kW; the grid carries 90 kW, gas 100 kW more from month 4."""


def run(folder, changes: str = "", number: int = 10):
    return simulation.simulate(scenario(folder, changes), number, 1)


def test_a_stage_has_its_date_its_megawatts_and_what_its_date_is_made_of(tmp_path):
    half = "[sites.field.stages.gas]\navailability_share = 0.5\n"
    found = simulation.simulate(scenario(tmp_path, TWO_STAGES, half), 10, 1)
    frame = power.tables.stages(found).set_index("stage")
    assert frame["mw_p50"].tolist() == [0.09, 0.1]
    assert frame["availability_share_p50"].tolist() == [1, 0.5]
    assert frame["p50"].tolist() == [0, 4]
    # 4 x 365 / 12 = 121.7 days after 1 January 2025.
    assert frame.loc["Gas", ["p50_day", "made_of"]].tolist() == ["2025-05-02", "month 4"]


def test_a_stage_overtaken_by_its_successor_never_comes(tmp_path):
    # the grid in month 6, gas, which replaces it, in month 4
    changes = TWO_STAGES.replace("mw = 0.09", "mw = 0.09\nfrom_months = 6")
    changes = changes.replace('title = "Gas"', 'title = "Gas"\nreplaces = "grid"')
    found = run(tmp_path, changes)
    frame = power.tables.stages(found).set_index("stage")
    assert frame["within"].tolist() == [0, 1]
    assert frame.loc["Gas", "made_of"] == "month 4; replaces: Grid"
    assert "replaces it: Grid in 100 % of futures" in power.stages(found).html


def test_an_event_keeps_a_stage_away_in_its_share_of_the_futures():
    found = simulated(draws=300)
    frame = power.tables.stages(found)
    gas = frame[frame["site"] == "Memphis"].set_index("stage").loc["Mobile gas generation"]
    comes = draws.block(shipped(), 1, 0, 300)["memphis_gas_comes"].mean()
    assert gas["within"] == pytest.approx(comes)
    assert gas["made_of"].endswith("only if: Mobile gas generation comes")


def test_carried_power_is_the_megawatts_of_the_stages_that_are_there(tmp_path):
    frame = power.tables.carried_power(run(tmp_path, TWO_STAGES)).set_index("month")
    # 0.09, and from month 4 on 0.1 more.
    assert frame["p50"][[0, 3, 4, 23]].tolist() == pytest.approx([0.09, 0.09, 0.19, 0.19])


CAP = "[sites.field]\npue = 1.5\ncap_share = 0.8\ncapped_speed_share = 0.9\n"


def test_capped_gpus_need_less_and_a_start_of_them_as_many_more_as_they_are_slower(tmp_path):
    # all 100: 150 kW x 0.8; a start of 50 at a speed of 0.9: 75 kW x 0.8 / 0.9
    found = run(tmp_path, CAP + "[need]\nstart_gpus = { value = 50 }\n")
    frame = power.tables.power_wanted(found)
    assert frame["mw_p50"].tolist() == pytest.approx([0.075 * 0.8 / 0.9, 0.12])


def test_a_start_with_50_gpus_needs_75_kw_and_all_100_need_150_kw(tmp_path):
    frame = power.tables.power_wanted(run(tmp_path, TWO_STAGES)).set_index("what")
    assert frame["mw_p50"].tolist() == pytest.approx([0.075, 0.15])
    assert frame["p50"].tolist() == pytest.approx([0, 4])
    assert frame.index.tolist() == ["50 GPUs to start", "all GPUs"]


def test_a_site_too_small_for_a_start_names_only_what_all_its_gpus_need(tmp_path):
    changes = TWO_STAGES.replace("value = 50", "value = 101")
    frame = power.tables.power_wanted(run(tmp_path, changes))
    assert frame["what"].tolist() == ["all GPUs"]


def test_gpus_without_power_in_half_of_the_months_cost_half_of_their_cluster(tmp_path):
    # 100 GPUs are there in all 24 months, their power from month 12 on; 10,000 USD each, and 0.4
    # of it comes back: 6,000 x 100 / 2.
    changes = "[chips.h100]\nresale_share = 0.4\n[sites.field.stages.grid]\nfrom_months = 12\n"
    found = run(tmp_path, changes)
    [row] = power.tables.dark(found).to_dict("records")
    assert (row["option"], row["share"], row["speed"]) == ("Built", 0.5, None)
    assert (row["most_p50"], row["months_p50"], row["more_p90"]) == (100, 12, 0)
    assert (row["usd_mean"], row["usd_p90"]) == pytest.approx((3e5, 3e5))
    assert "300 thousand USD" in html.unescape(power.dark_gpus(found).html)


def test_gpus_that_are_on_because_others_are_capped_are_counted_with_their_speed(tmp_path):
    # 150 kW are needed and 130 there: 20 kW / 1.5 kW = 13.33 more. (130 - 0.8 x 150) / (0.2 x 150)
    # = a third runs at full speed, the rest at 0.9.
    found = run(tmp_path, CAP + "[sites.field.stages.grid]\nmw = 0.13\n")
    [row] = power.tables.dark(found).to_dict("records")
    assert (row["share"], row["usd_mean"]) == (0, 0)
    assert row["more_p50"] == pytest.approx(40 / 3)
    assert row["speed"] == pytest.approx(1 / 3 + 0.9 * 2 / 3)


def test_where_every_gpu_has_power_one_line_says_so(tmp_path):
    assert power.dark_gpus(run(tmp_path)).html == (
        "<p>In every future power carries every GPU that is there.</p>"
    )


def test_energy_comes_from_the_cheap_stage_first_and_the_dear_one_fills_up(tmp_path):
    # Months 0 to 3: 90 kW of grid. Then 150 kW are wanted: 90 of grid and 60 of gas.
    # Year 1: grid 0.09 x 730 x 12 = 788.4 MWh; gas 0.06 x 730 x 8 = 350.4; year 2: 525.6.
    frame = power.energy_tables.energy_by_source(run(tmp_path, TWO_STAGES))
    built = frame[frame["option"] == "Built"].set_index(["source", "year"])
    assert built["mwh"].to_dict() == pytest.approx(
        {("Grid", 1): 788.4, ("Grid", 2): 788.4, ("Gas", 1): 350.4, ("Gas", 2): 525.6}
    )
    # 788.4 x 0.4 = 315.36 t; 350.4 x 0.6 = 210.24 t.
    assert built.loc[("Grid", 1), "tco2"] == pytest.approx(315.36)
    assert built.loc[("Gas", 1), "tco2"] == pytest.approx(210.24)


def test_where_the_first_stage_is_the_dear_one_it_only_fills_up(tmp_path):
    # From month 4 on gas at 5 USD carries 100 kW of the 150, the grid the rest: in year 2
    # 0.1 x 8,760 = 876 MWh and 0.05 x 8,760 = 438 MWh.
    changes = TWO_STAGES.replace("usd_per_mwh = 30", "usd_per_mwh = 5")
    frame = power.energy_tables.energy_by_source(run(tmp_path, changes))
    built = frame[(frame["option"] == "Built") & (frame["year"] == 2)].set_index("source")
    assert built["mwh"].to_dict() == pytest.approx({"Grid": 438, "Gas": 876})


def test_the_energy_of_rented_gpus_is_the_suppliers(tmp_path):
    # 100 GPUs x 1 kW x 8,760 h = 876 MWh at 0.5 t each, in the one year of the term.
    frame = power.energy_tables.energy_by_source(run(tmp_path))
    rented = frame[frame["option"] == "Rented"]
    assert rented["source"].tolist() == [SUPPLIER] * 2
    assert rented["mwh"].tolist() == pytest.approx([876, 0])
    assert rented["tco2"].tolist() == pytest.approx([438, 0])


def test_a_megawatt_hour_costs_the_mix_of_what_is_drawn(tmp_path):
    # (1,576.8 MWh x 10 + 876 MWh x 30) / 2,452.8 MWh = 17.1429 USD; peak 150 kW owned, none rented.
    built = (
        power.energy_tables.energy_totals(run(tmp_path, TWO_STAGES))
        .set_index("option")
        .loc["Built"]
    )
    assert built["usd_per_mwh"] == pytest.approx(17.142857)
    assert (built["mwh_p50"], built["owned_mw_p50"]) == pytest.approx((2452.8, 0.15))
    assert built["rented_mw_p90"] == 0
    # 1,576.8 x 0.4 + 876 x 0.6 = 1,156.32 t
    assert built["tco2_mean"] == pytest.approx(1156.32)


def test_without_compute_there_is_no_emission_per_compute(tmp_path):
    frame = power.energy_tables.energy_totals(run(tmp_path, '[tranches.machine]\nuse = "other"\n'))
    assert pd.isna(frame.set_index("option").loc["Built", "tco2_per_pflop_day"])


@pytest.mark.parametrize("slug", [FLAGSHIP, "no-gas", "own-case"])
def test_the_sources_of_an_option_add_up_to_its_energy_and_emissions(slug):
    found = simulated(slug, 300, 1)
    frame = (
        power.energy_tables.energy_by_source(found)
        .groupby("option", sort=False)[["mwh", "tco2"]]
        .sum()
    )
    for option, one in found.scenario.options.items():
        scalars = found.scalars[option]
        assert frame.loc[one.title, "mwh"] == pytest.approx(scalars["energy_mwh"].mean())
        assert frame.loc[one.title, "tco2"] == pytest.approx(scalars["emissions_tco2"].mean())


@pytest.mark.parametrize(
    ("as_of", "known"),
    [("2024-07-09", 1), ("2024-07-30", 1), ("2024-07-31", 2), ("2026-11-09", 13)],
)
def test_a_figure_of_the_month_of_july_is_known_from_its_last_day_on(as_of, known):
    # 8 MW were public on 9 July 2024, 43 MW in July 2024, the rest later.
    later = shipped().model_copy(update={"as_of": date.fromisoformat(as_of)})
    frame = power.tables.published_power(simulation.simulate(later, 10, 1))
    assert (len(frame), int(frame["known"].sum())) == (13, known)


def test_a_site_of_another_name_has_no_published_figures(tmp_path):
    found = variant(tmp_path, 'title = "Elsewhere"\n[sites.memphis]\ntitle = "Nashville"\n')
    # the key of the site is still memphis
    assert len(power.tables.published_power(simulation.simulate(found, 10, 1))) == 13
    assert power.tables.published_power(run(tmp_path)).empty


def test_titles_that_read_the_same_are_numbered():
    assert told_apart({"a": "Grid", "b": "Gas", "c": "Grid", "d": "Grid"}) == {
        "a": "Grid",
        "b": "Gas",
        "c": "Grid (2)",
        "d": "Grid (3)",
    }


def test_two_stages_of_one_title_are_told_apart_in_every_table(tmp_path):
    found = run(tmp_path, TWO_STAGES.replace('title = "Gas"', 'title = "Grid"'))
    assert power.tables.stages(found)["stage"].tolist() == ["Grid", "Grid (2)"]
    assert set(power.tables.site_power(found)["stage"]) == {"Grid", "Grid (2)", "need"}
    assert set(power.energy_tables.energy_by_source(found)["source"]) == {
        "Grid",
        "Grid (2)",
        SUPPLIER,
    }


def stage(mw: float, p50: float | None, within: float) -> dict[str, object]:
    day = None if p50 is None else "2025-03-01"
    return {"stage": f"{mw:g}", "mw_p50": mw, "p50": p50, "p50_day": day, "within": within}


@pytest.mark.parametrize(
    ("largest", "expected"),
    [
        ((150.0, 2.0, 1.0), "Largest stage: 150, 150 MW, from Mar 2025 (P50)"),
        ((150.0, None, 0.3), "Largest stage: 150, 150 MW, in 30 % of futures"),
        ((150.0, None, 0.0), "Largest stage: 150, 150 MW, never within the horizon"),
    ],
)
def test_the_claim_names_the_largest_stage_and_when_it_comes(largest, expected):
    assert power.titles.stages(pd.DataFrame([stage(8.0, 0.0, 1.0), stage(*largest)])) == expected


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([2.0, 2.0], "Field: power carries 50 GPUs from Mar 2025, all GPUs from Mar 2025 (P50)"),
        (
            [2.0, None],
            "Field: power carries 50 GPUs from Mar 2025 (P50), all GPUs in 30 % of futures",
        ),
    ],
)
def test_the_claim_says_from_when_power_carries_the_gpus(dates, expected):
    rows = [stage(1, p50, 1.0 if p50 else 0.3) for p50 in dates]
    frame = pd.DataFrame(rows).assign(what=["50 GPUs to start", "all GPUs"])
    assert power.titles.carried_power(frame, "Field") == expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([True, False, False], "1 of 3 figures; 1 of the 2 later ones within P10 to P90"),
        ([True, True, True], "3 of 3 figures; 2 of the 3 within P10 to P90"),
        ([False, False, False], "0 of 3 figures; 2 of the 3 later ones within P10 to P90"),
    ],
)
def test_the_claim_counts_figures_known_and_figures_within_the_range(known, expected):
    # 5, 15 and 20 MW in months 0, 0 and 1; the range is 5 to 10, then 20 to 30.
    carried = pd.DataFrame({"site": "F", "p10": [5, 20], "p90": [10, 30]})
    frame = pd.DataFrame({"site": "F", "mw": [5, 15, 20], "known": known})
    frame = frame.assign(day=["2025-01-01", "2025-01-31", "2025-02-01"])
    said = power.titles.published(frame, carried, "2025-01-01")
    assert said == f"Known by the as-of day: {expected}"


def test_where_nobody_owns_the_chapter_says_so_in_place_of_each_picture(tmp_path, monkeypatch):
    whole = scenario(tmp_path)
    one = whole.model_copy(update={"options": {"rented": whole.options["rented"]}})
    monkeypatch.setattr(runs, "decision", lambda slug: one)
    words = html.unescape(chapters.text(chapters.run("04-power", "case", 20, 1)))
    assert words.count("No option has GPUs at a site with power stages, so power limits none.") == 6
    assert "No option buys energy: that of rented GPUs is in the rent." in words
    assert "No published series of power names a site of this scenario." in words


RUNS = [("oracle-vs-memphis", 1), ("oracle-vs-memphis", 7), ("hindsight", 1)]
TestLaws = chapters.laws("04-power", [*RUNS, ("own-case", 1)])


@pytest.fixture(scope="module", params=RUNS, ids=str)
def chapter(request):
    names = chapters.of("04-power", *request.param)
    return names | {"words": html.unescape(names["words"])}


def test_the_notebook_gives_the_emissions_of_the_question_as_its_draws_do(chapter):
    found, scalars = chapter["result"].scenario, chapter["result"].scalars
    tonnes = {o: scalars[o]["emissions_tco2"].mean() / 1e6 for o in found.compare}
    said = ", ".join(f"{found.options[o].title} {figure(x, digits=2)}" for o, x in tonnes.items())
    assert f"Mean emissions in million tCO2: {said}" in chapter["words"]


def test_the_notebook_gives_the_share_of_dark_gpus_as_its_draws_do(chapter):
    # GPU-months there: a ramp from first to first + ramp, then level to the horizon.
    futures = draws.block(chapter["result"].scenario, chapter["seed"], 0, 300)
    first, ramp = futures["memphis_first_gpus_months"], futures["memphis_ramp_months"]
    assert (first + ramp).max() < 60
    there = 100_000 * (60 - first - ramp / 2)
    dark = chapter["result"].scalars["memphis_build"]["dark_gpu_months"]
    row = power.tables.dark(chapter["result"]).set_index("option").loc["Memphis build"]
    assert row["share"] == pytest.approx(dark.mean() / there.mean())
    assert percent(row["share"]) in chapter["words"]


def test_the_notebook_says_from_when_power_carries_a_start_as_its_stages_do(chapter):
    # Steps only: power for a start is there from the first step on that reaches it.
    found = chapter["result"].scenario
    futures = draws.block(found, chapter["seed"], 0, 300)
    carried = chapter["result"].fleets["memphis_build"].stages["memphis"]
    wanted = 8 * futures["h100_it_kw_per_gpu"] * futures["pue"]
    wanted *= futures["memphis_cap_share"] / futures["memphis_capped_speed_share"]
    dates = np.full(300, NEVER)
    for i in range(carried.start.shape[1]):
        t = carried.start[:, i, None]
        there = (carried.start <= t) & (t < carried.end)
        enough = (there * carried.mw).sum(axis=1) >= wanted * (1 - 1e-9)
        dates = np.where(enough, np.minimum(dates, t[:, 0]), dates)
    p50 = float(np.sort(dates)[149])
    row = power.tables.power_wanted(chapter["result"]).iloc[0]
    assert row["p50"] == pytest.approx(p50)


def test_the_notebook_names_no_later_figure_as_known(chapter):
    known = 13 if chapter["scenario"] == "hindsight" else 1
    assert f"Known by the as-of day: {known} of 13 figures" in chapter["words"]
    assert "hollow: later, not used" in chapter["words"]
