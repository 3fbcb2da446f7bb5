"""The chapter on training: its tables by hand, its sentences at their edges, its numbers again."""

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tools import builders, chapters, hand
from tools.chapters import shown
from tools.hand import scenario, yields

from analysis.chapters import training
from analysis.model import draws, simulation
from analysis.model import training as training_model
from analysis.report import runs

STEM = "05-training"
STOPS = "[run]\nfailures_per_1000_node_days = 400\ncheckpoint_write_s = 60\nrestart_s = 600\n"
SMALL = '[tranches.rental]\nfabric_gpus = 40\n[tranches.machine]\nfabric = "hall"\n'
TWO_HALLS = """
[need]
start_gpus = { value = 20 }
[tranches.extra]
title = "Extra"
kind = "rent"
chip = "h100"
site = "supplier"
gpus = 60
use = "run"
milestones = { ready = 3 }
ramp_months = 0
usd_per_gpu_hour = 2
term_months = 24
take_or_pay_share = 1
prepayment_share = 0
sublet_price_share = 0
at_end = "stop"
[tranches.rental]
fabric_gpus = 40
[options.rented]
tranches = ["rental", "extra"]
"""
NO_RUN = '[tranches.rental]\nuse = "other"\n[tranches.machine]\nuse = "other"\n'
ALONE = '[options.rented]\ntitle = "Rented"\ntranches = ["rental"]\n'


def by_option(frame: pd.DataFrame, option: str) -> pd.Series:
    [row] = [row for _, row in frame.iterrows() if row["option"] == option]
    return row


def alone(folder: Path, changes: str = ""):
    """The scenario by hand with its rented option only."""
    found = scenario(folder, changes)
    return found.model_copy(update={"options": {"rented": found.options["rented"]}})


# Tables by hand


def test_a_fabric_of_40_spans_40_of_100_gpus_and_the_most_useful_number_follows_from_stops(
    tmp_path,
):
    frame = training.fabric_tables.fabric_sizes(yields(tmp_path, "rented", SMALL + STOPS).result)
    assert by_option(frame, "Rented")["p50"] == 40
    assert by_option(frame, "Built")["p50"] == 100
    # the best of GPUs x goodput on a fine grid: M = 86,400,000 / (n / 8 x 400) seconds
    n = np.geomspace(10, 10_000, 200_001)
    stop = 86_400_000 / (n / 8 * 400)
    best = n[np.argmax(n * training_model.goodput_share(stop, np.array(60.0), np.array(600.0)))]
    assert by_option(frame, "Rented")["most_p50"] == pytest.approx(best, rel=1e-3)


def test_goodput_at_a_fabrics_size_is_dalys(tmp_path):
    frame = training.fabric_tables.fabric_sizes(yields(tmp_path, "rented", STOPS).result)
    # M = 86,400,000 / (12.5 x 400) = 17,280 s; d / 2M = 60 / 34,560.
    ratio = 60 / 34_560
    tau = math.sqrt(2 * 60 * 17_280) * (1 + math.sqrt(ratio) / 3 + ratio / 9) - 60
    share = tau / (17_280 * math.exp(600 / 17_280) * math.expm1((tau + 60) / 17_280))
    assert frame["goodput"].tolist() == [pytest.approx(share)] * 2


def test_where_nothing_stops_all_time_is_progress_however_many_the_gpus(tmp_path):
    result = yields(tmp_path, "rented").result
    frame = training.fabric_tables.goodput_by_gpus(result)
    assert frame["p10"].min() > 0.999999
    assert frame["gpus"].max() == pytest.approx(10 * 100)  # no most useful number to show


def test_a_fabric_of_40_gpus_delays_a_run_that_100_would_finish(tmp_path):
    # 1e24 FLOP take 100 GPUs 7.61035 months; 40 take 19.02588, but the rental ends after 12.
    changes = SMALL + "[need]\nstart_gpus = { value = 40 }\n"
    frame = training.fabric_tables.fabric_limits(yields(tmp_path, "rented", changes).result)
    rented, built = by_option(frame, "Rented"), by_option(frame, "Built")
    assert rented["months_gained"] == pytest.approx(24 - 7.61035, abs=1e-4)  # capped at 24
    assert rented["more_compute"] == pytest.approx(1.5)  # 100 for 40
    assert (rented["limited"], built["limited"]) == (True, False)
    assert built["months_gained"] == built["more_compute"] == 0


def test_a_run_moves_from_40_gpus_to_a_fabric_of_60_that_comes_later(tmp_path):
    frame = training.fabric_tables.fabric_limits(yields(tmp_path, "rented", TWO_HALLS).result)
    rented = by_option(frame, "Rented")
    assert rented[["fabrics", "planned_p50", "spans_p50", "moves"]].tolist() == [2, 160, 60, 1]
    # without limits the run stays on the 100 that are there first
    assert rented["months_gained"] > 0
    assert by_option(frame, "Built")["moves"] == 0


def test_the_month_of_the_move_is_when_the_larger_fabric_comes(tmp_path):
    found = yields(tmp_path, "rented", TWO_HALLS)
    assert found.number("move_months") == pytest.approx(3)
    assert yields(tmp_path, "built", TWO_HALLS).number("move_months") == math.inf


def test_options_without_gpus_for_the_run_have_no_curve_and_no_limits(tmp_path):
    result = yields(tmp_path, "rented", NO_RUN).result
    for table in (training.fabric_tables.fabric_sizes, training.fabric_tables.goodput_by_gpus):
        assert table(result).empty
    assert training.fabric_tables.fabric_limits(result).empty


# Sentences at their edges


def sizes(*rows: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["option", "p50", "goodput"])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [("A", 1000, 0.98), ("B", 20000, 0.7)],
            "With 1,000 GPUs 98 % of a run's time is progress, with 20,000 GPUs 70 %, at P50",
        ),
        ([("A", 1000, 1.0)], "With 1,000 GPUs 100 % of a run's time is progress, at P50"),
        (
            [("A", 1000, 0.999), ("B", 1000, 0.999)],
            "With 1,000 GPUs over 99 % of a run's time is progress, at P50",
        ),
    ],
)
def test_goodput_is_told_of_the_smallest_and_the_largest_fabric(rows, expected):
    assert training.titles.goodput(sizes(*rows)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ("", "No option has a fabric with a limit."),
        (
            "[tranches.rental]\nfabric_gpus = 200\n",
            "Fabrics without limits would bring no option to the target earlier.",
        ),
        (
            SMALL + "[need]\nstart_gpus = { value = 40 }\n",
            "The limit of its fabric delays Rented most: by 16 months",
        ),
        (NO_RUN, "No option has GPUs for the run"),
    ],
)
def test_it_is_told_whom_the_limit_of_a_fabric_delays(tmp_path, changes, expected):
    assert expected in training.fabrics(yields(tmp_path, "rented", changes).result).html


def test_without_a_run_the_picture_gives_way_to_one_line(tmp_path):
    result = yields(tmp_path, "rented", NO_RUN).result
    assert training.goodput(result).html.startswith("<p>No option has GPUs for the run")


# The notebook


TestLaws = chapters.laws(STEM)


@pytest.fixture(scope="module", params=chapters.RUNS, ids=str)
def chapter(request):
    """The chapter run with few draws, and the first futures of its scenario drawn again."""
    slug, seed = request.param
    names = chapters.of(STEM, slug, seed)
    return names, draws.block(names["result"].scenario, seed, 0, 300)


def test_the_chapters_gain_of_whole_fabrics_is_that_of_the_same_futures(chapter):
    names, _ = chapter
    decision, result = names["result"].scenario, names["result"]
    free = {n: t.model_copy(update={"fabric_gpus": None}) for n, t in decision.tranches.items()}
    whole = simulation.simulate(decision.model_copy(update={"tranches": free}), 300, result.seed)
    words, horizon = shown(names, "Fabrics</th>"), decision.choices.horizon_months.value
    for option, one in decision.options.items():
        runs = [t for t in map(decision.tranches.get, one.tranches) if t.use == "run"]
        if any(t.fabric_gpus is not None for t in runs):
            before, after = (
                np.minimum(r.scalars[option]["target_months"], horizon) for r in (result, whole)
            )
            row = re.search(rf"<td>{one.title}</td>.*?</tr>", words)[0]
            assert float(re.search(r"([\d.]+) months", row)[1]) == pytest.approx(
                np.mean(before - after), abs=0.06
            )


def test_the_chapter_names_no_option_as_best_where_there_is_only_one(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "decision", lambda slug: alone(tmp_path))
    words = chapters.text(chapters.run(STEM, "alone", 50, 1))
    assert "is earlier than" not in words
    assert "Rented trains from month 0 at P50" in words


def test_the_chapter_says_so_where_nobody_trains_and_nobody_reaches_the_target(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(runs, "decision", lambda slug: hand.scenario(tmp_path, NO_RUN))
    words = chapters.text(chapters.run(STEM, "case", 50, 1))
    assert "No option has GPUs for the run" in words
    assert "At P50 no option ever has the GPUs to start the run" in words


def test_a_gb200_is_told_in_h100_by_peak_and_chips_alike_are_not():
    # 2,500 over 989 TFLOP/s
    said = " By peak FLOP/s one NVIDIA GB200 (NVL72) is 2.53 NVIDIA H100 SXM."
    assert training.tables.by_peak(builders.shipped()) == said
    assert training.tables.by_peak(builders.shipped("own-case")) == ""
