"""The chapter on the schedule: dates, waits and terms by hand, sentences at their edges, and the
notebook's numbers worked out once more from its draws."""

import html
import math
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from tools import chapters
from tools.hand import OWNED, scenario

from analysis.chapters import schedule
from analysis.chapters.schedule.charts import when
from analysis.chapters.shared.style import look
from analysis.decision.wording import percent
from analysis.model import simulation
from analysis.report import runs

NEVER = math.inf
LATE = """
[need]
start_gpus = { value = 50 }
[tranches.machine]
milestones = { ready = 2 }
ramp_months = 4
[sites.field.stages.grid]
from_months = 5
"""
"""100 GPUs from month 2 to 6; power for all of them from month 5; a start takes 50 of them."""


def run(folder, changes: str = "", number: int = 10):
    return simulation.simulate(scenario(folder, changes), number, 1)


def rows(frame: pd.DataFrame, **where: str) -> pd.DataFrame:
    for column, value in where.items():
        frame = frame[frame[column] == value]
    return frame


def test_the_way_to_the_target_has_first_and_last_gpus_and_the_dates_of_the_run(tmp_path):
    # First and last GPUs in months 2 and 6; 50 of them in month 4, with power in month 5.
    # Useful FLOP: 1e24 at 1e15 x 0.5 x 2,628,000 = 1.314e21 a GPU-month are 761.04 GPU-months:
    # 87.5 in month 5 and 100 in each one after, so 6 + (761.04 - 87.5) / 100 = 12.7354.
    frame = rows(schedule.tables.phases(run(tmp_path, LATE)), option="Built")
    # It stays on its one fabric, so it never moves.
    assert frame["phase"].tolist() == [*schedule.tables.ARRIVALS, *schedule.tables.RUN]
    dates = frame["p50"].astype(float).tolist()
    assert dates == pytest.approx([2, 6, 5, math.nan, 6, 12.7354], abs=1e-4, nan_ok=True)
    assert frame["within"].tolist() == [1, 1, 1, 0, 1, 1]
    # 5 x 365 / 12 = 152.08 days after 1 January 2025; the need 365 days after it.
    assert frame["p50_day"].iloc[2] == "2025-06-02"
    assert set(frame["need_day"]) == {"2026-01-01"}


def test_gpus_that_come_in_month_30_of_24_never_come(tmp_path):
    changes = "[tranches.machine]\nmilestones = { ready = 30 }\n"
    frame = rows(schedule.tables.phases(run(tmp_path, changes)), option="Built")
    assert frame["within"].tolist() == [0] * 6
    assert frame["p10_day"].isna().all()


def test_gpus_of_other_work_come_though_no_run_starts_and_those_of_the_first_day_are_not_new(
    tmp_path,
):
    frame = schedule.tables.phases(run(tmp_path, '[tranches.machine]\nuse = "other"\n'))
    assert rows(frame, option="Built")["within"].tolist() == [0, 1, 0, 0, 0, 0]
    assert rows(frame, option="Rented")["within"].iloc[0] == 0


def test_of_two_milestones_in_the_same_month_each_counts_half_as_the_last(tmp_path):
    changes = "[tranches.machine]\nmilestones = { contract = 1, first_gpus = 3, hall = 3 }\n"
    frame = rows(schedule.tables.milestones(run(tmp_path, changes)), tranche="Machine")
    assert frame["milestone"].tolist() == [
        "ready",
        "contract",
        "first GPUs",
        "hall",
        "first GPUs of the tranche",
        "all GPUs of the tranche",
    ]
    assert frame["last_share"].tolist()[:4] == [0, 0, 0.5, 0.5]
    assert frame["last_share"].isna().tolist() == [False] * 4 + [True] * 2
    assert frame["p50"].tolist() == [0, 1, 3, 3, 3, 3]


def test_what_an_event_keeps_away_never_comes_though_its_milestone_does(tmp_path):
    event = '[assumptions.comes]\nlabel = "It comes"\nunit = "event"\nprobability = 0\n'
    changes = event + 'judgement = "By hand."\n[tranches.machine]\nonly_if = "comes"\n'
    frame = rows(schedule.tables.milestones(run(tmp_path, changes)), tranche="Machine")
    assert frame["within"].tolist() == [1, 0, 0]
    assert set(frame["event"]) == {"It comes"}


def test_gpus_installed_before_there_is_power_wait_for_it(tmp_path):
    # In month 4 the ramp runs from 50 to 75, 62.5 on the mean, without power; in month 5 from 75
    # to 100, 87.5 on the mean, with it.
    frame = rows(schedule.tables.ramps(run(tmp_path, LATE)), option="Built").set_index(
        ["kind", "month"]
    )
    kinds = ("installed", "energised", "waiting")
    assert [frame.loc[(k, 4), "p50"] for k in kinds] == pytest.approx([62.5, 0, 62.5])
    assert [frame.loc[(k, 5), "p50"] for k in kinds] == pytest.approx([87.5, 87.5, 0])


def test_power_in_month_5_for_50_gpus_of_month_4_makes_the_target_late_by_0_625_months(tmp_path):
    # From month 4 to 6 the ramp brings 2 x 75 = 150 GPU-months, of which power carries the 87.5 of
    # month 5: the 62.5 that are missing take 100 GPUs 0.625 months.
    frame = schedule.tables.moves(run(tmp_path, LATE)).set_index("option")
    built = frame.loc["Built"]
    assert (built["start_p50"], built["move_within"]) == (pytest.approx(5), 0)
    assert built["late_share"] == 1
    assert (built["wait_p50"], built["wait_p90"]) == pytest.approx((0.625, 0.625), abs=1e-4)
    assert frame.loc["Rented", "late_share"] == 0


MOVES = (
    LATE
    + """
[options.built]
tranches = ["machine", "existing"]
[tranches.existing]
title = "Existing"
kind = "rent"
chip = "h100"
site = "supplier"
gpus = 60
use = "run"
milestones = { there = 0 }
ramp_months = 0
usd_per_gpu_hour = 2
term_months = 1
take_or_pay_share = 1
prepayment_share = 0
at_end = "until_moved"
"""
)


def test_a_run_on_60_moves_when_more_than_60_have_power(tmp_path):
    # 60 of 100 are there after 0.6 of the ramp of 4 months from month 2: 4.4; with power in 5.
    found = run(tmp_path, MOVES)
    built = schedule.tables.moves(found).set_index("option").loc["Built"]
    assert (built["start_p50"], built["move_p50"]) == pytest.approx((0, 5), abs=1e-3)
    # Of the 0.6 months from 60 to 75 GPUs it gets 60: 0.6 x 7.5 = 4.5 GPU-months, 0.045 of 100.
    assert built["wait_p50"] == pytest.approx(0.045, abs=1e-3)


def test_a_wait_for_power_that_never_ends_is_no_number(tmp_path):
    changes = "[sites.field.stages.grid]\nfrom_months = 30\n"
    built = schedule.tables.moves(run(tmp_path, changes)).set_index("option").loc["Built"]
    assert built["late_share"] == 1
    assert pd.isna(built["wait_p50"]) and pd.isna(built["start_p50"])
    shown = schedule.moves(run(tmp_path, changes)).html
    assert "beyond the horizon (beyond the horizon)" in shown


def test_two_fabrics_of_50_do_not_add_up_to_a_start_with_100(tmp_path):
    half = 'gpus = 50\n[tranches.twin]\ntitle = "Twin"\nuse = "run"\ngpus = 50\n'
    changes = f"[tranches.machine]\n{half}milestones = {{ ready = 0 }}\n{OWNED}"
    changes += '[options.built]\ntranches = ["machine", "twin"]\n'
    built = schedule.tables.moves(run(tmp_path, changes)).set_index("option").loc["Built"]
    assert (built["start_within"], built["late_share"]) == (0, 0)


def phases(*starts: tuple[str, float | None]) -> pd.DataFrame:
    days = [None if m is None else f"2025-{int(m) + 1:02d}-01" for _, m in starts]
    frame = pd.DataFrame(starts, columns=["option", "p50"])
    return frame.assign(phase="Target reached", p50_day=days)


SERVICE = """
[need.service]
h100_gpus = 100
from_months = { value = 2 }
short_hour_usd = { value = 2 }
"""


def test_what_is_wanted_and_served_is_told_by_month_in_h100(tmp_path):
    # A chip of 1,000 TFLOP/s is 1000 / 989.4 = 1.0107 H100; power for the built ones comes in month
    # 5: 87.5 on the mean of that month. Wanted from month 2 to 24: 22 months; of the built ones
    # months 2, 3, 4 are short whole, month 5 by 100 - 87.5 x 1.0107 = 11.56, less what is beyond.
    frame = schedule.tables.served(run(tmp_path, LATE + SERVICE))
    built = rows(frame, option="Built").set_index("month")
    assert built["wanted"][[1, 2, 23]].tolist() == [0, 100, 100]
    assert built["p50"][[4, 5, 6]].tolist() == pytest.approx([0, 88.44, 101.07], abs=0.01)
    assert built["served_share"].iloc[0] == pytest.approx(1 - 311.6 / 2200, abs=1e-4)


def test_without_a_run_the_chapter_shows_the_service_and_without_a_service_says_so(tmp_path):
    need = "[need]\ntarget_flop = false\nby_months = false\nstart_gpus = false\n"
    other = '[tranches.rental]\nuse = "other"\n[tranches.machine]\nuse = "other"\n'
    found = run(tmp_path, need + SERVICE + other)
    assert "No run is asked for" in schedule.moves(found).html
    assert list(schedule.phases(found).frame["phase"].unique()) == [*schedule.tables.ARRIVALS]
    assert "No service is asked for" in schedule.served(run(tmp_path)).html


FALLBACK = """
[options.rented.instead]
event = "comes"
known_month = 3
option = "built"
[tranches.rental]
only_if = "comes"
known_month = 3
refund_share = 1
[assumptions.comes]
label = "It comes"
unit = "event"
probability = 0
judgement = "By hand."
"""


def test_what_a_fallback_brings_has_its_own_dates_and_names_whose_fallback_it_is(tmp_path):
    # The rental never comes; 100 GPUs of the built option, ready in month 2, come in 3 + 2.
    changes = FALLBACK + "[tranches.machine]\nmilestones = { ready = 2 }\n"
    found = run(tmp_path, changes)
    first = rows(schedule.tables.phases(found), option="Rented", phase="First new GPUs").iloc[0]
    assert first["p50"] == 5
    assert set(schedule.tables.milestones(found)["tranche"]) == {"Rental", "Machine"}


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        (
            [("A", 2.0), ("B", 5.5)],
            "A reaches the target first (P50 Mar 2025), 3.5 months before B",
        ),
        (
            [("A", 5.5), ("B", 2.0), ("C", 4.0)],
            "B reaches the target first (P50 Mar 2025), 2 months before C",
        ),
        ([("A", 2.0), ("B", 2.0)], "A and B reach the target first (P50 Mar 2025)"),
        ([("A", 2.0), ("B", None)], "A reaches the target first (P50 Mar 2025)"),
        ([("A", None), ("B", None)], "At P50 no option reaches the target within the horizon"),
        ([("A", 0.0)], "A reaches the target in Jan 2025 (P50)"),
    ],
)
def test_the_claim_names_who_reaches_the_target_first_and_by_how_much(starts, expected):
    assert schedule.titles.phases(phases(*starts)) == expected


def waits(**most: list[float]) -> pd.DataFrame:
    frames = [
        pd.DataFrame({"option": o, "kind": "waiting", "month": range(len(v)), "p50": v})
        for o, v in most.items()
    ]
    return pd.concat(frames, ignore_index=True)


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        ({"A": [0, 40, 30], "B": [0, 0, 0]}, "A: at P50 up to 40 GPUs wait for power (month 1)"),
        ({"A": [0, 40], "B": [0, 40]}, "A and B: at P50 up to 40 GPUs wait for power (month 1)"),
        ({"A": [0, 40], "B": [40, 0]}, "A: at P50 up to 40 GPUs wait for power (month 1)"),
        ({"A": [0, 0]}, "At P50 no installed GPU waits for power in any month"),
    ],
)
def test_the_claim_names_whose_gpus_wait_for_power(most, expected):
    assert schedule.titles.waiting(waits(**most)) == expected


@pytest.mark.parametrize(
    ("day", "within", "expected"),
    [
        ("2025-03-01", 1.0, "Mar 2025"),
        ("2025-03-01", 0.9, "Mar 2025, not in 10 %"),
        ("2025-03-01", 0.999, "Mar 2025, not in under 1 %"),
        (None, 0.3, "only in 30 %"),
        (None, 0.0, "not within the horizon"),
    ],
)
def test_the_words_beside_a_bar_name_the_share_beyond_the_horizon(day, within, expected):
    assert when(day, within) == expected


def test_a_chapter_of_one_option_has_neither_a_pair_nor_a_false_sentence(tmp_path, monkeypatch):
    whole = scenario(tmp_path)
    one = whole.model_copy(update={"options": {"built": whole.options["built"]}})
    monkeypatch.setattr(runs, "decision", lambda slug: one)
    words = chapters.text(chapters.run("03-schedule", "case", 20, 1))
    assert "Built reaches the target in" in words


def position(values: np.ndarray, p: float) -> float:
    return float(np.sort(values)[math.ceil(p * len(values) - 1e-9) - 1])


def month(found, months: float) -> str:
    return f"{found.start + timedelta(days=math.floor(months * 365 / 12 + 1e-9)):%b %Y}"


RUNS = [("oracle-vs-memphis", 1), ("oracle-vs-memphis", 7), ("substation-a-year-late", 1)]
TestLaws = chapters.laws("03-schedule", [*RUNS, ("own-case", 1)])


@pytest.fixture(scope="module", params=RUNS, ids=str)
def chapter(request):
    names = chapters.of("03-schedule", *request.param)
    return names | {"words": html.unescape(names["words"])}


def test_the_notebook_says_who_reaches_the_target_first_as_its_draws_do(chapter):
    found, scalars = chapter["result"].scenario, chapter["result"].scalars
    p50 = {o: position(one["target_months"], 0.5) for o, one in scalars.items()}
    first, second, *_ = sorted(p50, key=p50.get)
    expected = f"{found.options[first].title} reaches the target first (P50 "
    ahead = f"{month(found, p50[first])}), {p50[second] - p50[first]:.2g}"
    assert f"{expected}{ahead}" in chapter["words"]


def test_the_notebook_says_how_often_power_makes_memphis_late_as_its_draws_do(chapter):
    # Without outages, beside the same futures with 1,000 MW at the site from the first day on.
    found = chapter["result"].scenario
    given = found.sites["memphis"].stages
    steady = {k: one.model_copy(update={"availability_share": 1.0}) for k, one in given.items()}
    every = {"mw": 1000.0, "from_months": 0.0, "only_if": None}
    ample = {"all": next(iter(steady.values())).model_copy(update=every)}
    sites = [found.sites["memphis"].model_copy(update={"stages": one}) for one in (steady, ample)]
    short, powered = (
        simulation.simulate(
            found.model_copy(update={"sites": found.sites | {"memphis": site}}),
            300,
            chapter["seed"],
        )
        for site in sites
    )
    dates = [one.scalars["memphis_build"]["target_months"] for one in (short, powered)]
    come = np.isfinite(dates[1])
    wait = dates[0] - np.where(come, dates[1], 0)
    wait[~come] = 0
    late = wait > 1e-3
    row = schedule.tables.moves(short).set_index("option").loc["Memphis build"]
    assert row["late_share"] == late.mean()
    assert row["wait_p50"] == pytest.approx(position(wait[late], 0.5), abs=1e-3)
    shown = schedule.tables.moves(chapter["result"]).set_index("option").loc["Memphis build"]
    assert f"Memphis build in {percent(shown['late_share'])}" in chapter["words"]


def test_every_chart_of_the_notebook_names_each_option_by_its_colour(chapter):
    colours = look(chapter["result"].scenario).colours.to_dict()
    assert colours["domain"] == [o.title for o in chapter["result"].scenario.options.values()]
    spec = schedule.phases(chapter["result"]).spec
    assert spec["facet"]["sort"] == list(colours["domain"])
