"""The chapter on what happened says what its draws and the record say, whatever the scenario."""

import html
import re
from functools import cache

import numpy as np
import pytest
from tools import chapters
from tools.hand import scenario

from analysis.chapters import hindsight
from analysis.decision import headline, verdict
from analysis.decision.wording import figure, percent, usd
from analysis.model import draws, simulation
from analysis.report import runs
from analysis.scenario import edits, load
from analysis.validation import actuals, backtest
from analysis.validation.actuals import CLAIMED, SUPPORTED, UNDISPUTED

STEM = "11-hindsight"
LATER = load.read(load.find("hindsight"))
RUNS = [("oracle-vs-memphis", 1), ("oracle-vs-memphis", 2), ("substation-a-year-late", 7)]


TestLaws = chapters.laws(STEM, [*RUNS, ("own-case", 1)])


@pytest.fixture(scope="module", params=RUNS, ids=lambda one: f"{one[0]}-{one[1]}")
def chapter(request):
    names = chapters.of(STEM, *request.param)
    return names | {"words": html.unescape(names["words"])}


@cache
def looking_back(number: int, seed: int) -> simulation.Result:
    """The pair of the scenario that looks back, on the same draws."""
    pair = edits.with_options(LATER, ["oracle_rental", "memphis_build"])
    return simulation.simulate(pair, number, seed)


def position(values: np.ndarray, p: float) -> float:
    return float(np.sort(values)[int(np.ceil(p * len(values) - 1e-9)) - 1])


def months(chapter, ordinal: float) -> float:
    return (ordinal - chapter["result"].scenario.start.toordinal()) * 12 / 365


def forecast(chapter) -> dict[str, tuple[float, np.ndarray]]:
    """Some actuals and the draws that forecast them, made from the run and its inputs alone."""
    decision, scalars = chapter["result"].scenario, chapter["result"].scalars
    futures = draws.block(decision, chapter["seed"], 0, chapter["draws"])
    found = {}
    for one in actuals.of(decision):
        if one.measure in ("first_training", "full_capacity", "target"):
            # The run starts on the existing rental and moves to the machine of the option.
            column = one.measure.replace("first_training", "move")
            date = scalars[one.of][f"{column}_months"]
            found[one.id] = months(chapter, one.value), date
        elif one.measure == "input":
            found[one.id] = one.value, futures[one.of]
        elif one.measure == "market_rent":
            path = np.ones(len(futures["rent_fall_per_year"]))
            years = months(chapter, one.at_day.toordinal()) / 12
            for year in range(1, int(years) + 2):
                swing = futures["rent_fall_swing"] * futures[f"price:h100:rent:{year}"]
                fall = np.minimum(futures["rent_fall_per_year"] + swing, 0.9)
                path *= (1 - fall) ** min(years - year + 1, 1)
            found[one.id] = one.value, futures["h100_market_rent_usd_per_gpu_hour"] * path
    return found


def test_what_lies_inside_is_counted_as_the_draws_of_the_run_have_it(chapter):
    rows = chapter["past"].rows.set_index("id")
    mine = forecast(chapter)
    assert len(mine) > 20
    for name, (value, values) in mine.items():
        inside = position(values, 0.1) <= value <= position(values, 0.9)
        assert rows.loc[name, "inside"] == inside, name
        below = np.mean(values < value) + np.mean(values == value) / 2
        assert rows.loc[name, "pit"] == pytest.approx(below), name


def test_the_title_and_the_table_count_the_same_actuals(chapter):
    rows = chapter["past"].rows
    counts = []
    for reading in (CLAIMED, SUPPORTED):
        mine = rows[rows["reading"].isin((UNDISPUTED, reading))]
        held = (mine["p10"] <= mine["actual"]) & (mine["actual"] <= mine["p90"])
        counts.append((int(held.sum()), len(mine)))
        cells = f"<td>{reading}</td><td>{len(mine)}</td><td>{held.sum()}</td>"
        assert cells in chapter["words"]
    (one, n), (other, m) = counts
    said = f"{one} of {n} actuals lie between P10 and P90"
    said += "" if counts[0] == counts[1] else f" as claimed, {other} of {m} as supported"
    assert said in chapter["words"]


def test_prices_above_and_below_the_band_are_counted_as_the_draws_have_it(chapter):
    mine = [x for name, x in forecast(chapter).items() if name.startswith("rent-")]
    above = sum(value > position(values, 0.9) for value, values in mine)
    below = sum(value < position(values, 0.1) for value, values in mine)
    said = f"{len(mine) - above - below} of {len(mine)} actuals between P10 and P90"
    said += f", {above} above" if above else ""
    said += f", {below} below" if below else ""
    assert f"Market price of a GPU-hour: {said}" in chapter["words"]


def test_the_scores_of_contracts_are_those_of_their_draws(chapter):
    # In percent of the actual: mean distance less half the mean distance between two draws.
    scores = []
    for name in ("fabric-on-offer", "contract-years", "take-or-pay"):
        value, values = forecast(chapter)[name]
        between = np.abs(values[:, None] - values[None, :]).mean()
        scores.append(100 * (np.abs(values - value).mean() - between / 2) / value)
    [row] = re.findall(r"<tr><td>contract</td>(.*?)</tr>", chapter["words"])
    cells = re.findall(r"<td>(.*?)</td>", row)
    assert cells[:2] == [UNDISPUTED, "3"] and cells[3] == "% of the actual"
    assert cells[4].startswith(f"{figure(float(np.mean(scores)), digits=2)} (")


def test_what_is_most_wrong_lies_outside_and_is_given_with_its_range(chapter):
    table = chapters.shown(chapter, "Futures below it")
    shown = re.findall(r"<tr><td>(.*?)</td><td>.*?</td><td>.*?</td><td>(.*?)</td>", table)
    rows = chapter["past"].rows
    outside = rows[(rows["actual"] < rows["p10"]) | (rows["actual"] > rows["p90"])]
    farthest = sorted((abs(x - 0.5) for x in outside["pit"]), reverse=True)
    assert len(shown) == min(8, len(outside))
    named = {
        f"{r.label}, {r.reading}".removesuffix(", undisputed"): r.pit for r in outside.itertuples()
    }
    assert [percent(named[html.unescape(label)]) for label, _ in shown] == [x for _, x in shown]
    off = [abs(named[html.unescape(label)] - 0.5) for label, _ in shown]
    assert off == pytest.approx(farthest[: len(shown)])
    assert f"{len(outside)} of {len(rows)} readings lie outside of P10 to P90" in chapter["words"]


def test_the_two_answers_are_those_of_two_runs(chapter):
    table = chapters.shown(chapter, "known by 2026-11-09")
    later = looking_back(chapter["draws"], chapter["seed"])
    cells = dict(re.findall(r"<tr><td>([^<]*)</td><td>(.*?)</td></tr>", table))
    for run, side in ((chapter["result"], 0), (later, 1)):
        one, other = (run.scalars[o] for o in ("oracle_rental", "memphis_build"))
        meets = (other["target_months"] <= 24) & (other["served_share"] >= 0.75)
        shown = cells["Memphis build: meets the need"].split("</td><td>")[side]
        assert shown == percent(float(meets.mean()))
        gap = one["compared_cost_usd"] - other["compared_cost_usd"]
        shown = cells["Oracle rental less Memphis build: compared cost, mean"]
        assert shown.split("</td><td>")[side] == usd(gap.mean())
        lower = cells["Memphis build has the lower compared cost"].split("</td><td>")[side]
        assert lower == percent(float((gap > 0).mean()))


def test_below_both_answers_stand_both_verdicts(chapter):
    later = looking_back(chapter["draws"], chapter["seed"])
    told = [verdict.verdict(headline.headline(run, "")) for run in (chapter["result"], later)]
    then, now = (" ".join([one.decides, *one.why[:1]]) for one in told)
    assert f"Then: {then} Looking back: {now} The answer of that day" in chapter["words"]


@pytest.mark.parametrize(
    ("slug", "reason"),
    [("hindsight", "This scenario looks back itself"), ("own-case", "Nothing that happened is on")],
)
def test_a_scenario_with_nothing_to_score_says_so_and_draws_nothing(slug, reason):
    names = chapters.of(STEM, slug, 1)
    words = names["words"]
    assert words.count(reason) == 1 and words.count("Nothing to score.") == 8
    assert "No shipped scenario looks back at this decision from later." in words
    assert not any(exhibit.spec for exhibit in names[chapters.SHOWN])


@pytest.mark.parametrize("slug", ["deal-of-10-billion", "cost-plus-rental", "existing-given-back"])
def test_a_variant_is_scored_on_what_it_leaves_open(slug):
    decision = edits.held(load.read(load.find(slug)), {"take_or_pay_share": 1}, "By hand.")
    past = backtest.backtest(decision, 40, 1)
    assert {one.id for one in actuals.of(decision)} - set(past.rows["id"]) == {"take-or-pay"}
    assert f"of {len(past.rows)} readings lie outside" in hindsight.most_wrong(past).html


def test_the_flagship_with_one_option_is_scored_and_has_no_second_answer(monkeypatch):
    whole = load.read(load.find("oracle-vs-memphis"))
    one = edits.with_options(whole, ["memphis_build"])
    monkeypatch.setattr(runs, "decision", lambda slug: one)
    names = chapters.run(STEM, "case", 60, 1)
    words = chapters.text(names)
    assert "There is only one option" in words
    assert "GPUs running: " in words
    ids = set(names["past"].rows["id"])
    assert "memphis-target" in ids and "abilene-first-run" not in ids


@pytest.mark.parametrize("options", [("rented", "built"), ("built",)])
def test_a_small_scenario_by_hand_has_no_record_and_no_false_sentence(
    tmp_path, monkeypatch, options
):
    small = edits.with_options(scenario(tmp_path), options)
    monkeypatch.setattr(runs, "decision", lambda slug: small)
    words = chapters.text(chapters.run(STEM, "case", 20, 1))
    assert words.count("Nothing that happened is on record for this decision") == 1
    assert words.count("Nothing to score.") == 8


def test_the_prose_of_the_chapter_states_no_number_of_the_flagship():
    cells = (chapters.FOLDER / f"{STEM}.ipynb").read_text("utf-8")
    assert "100,000" not in "".join(re.findall(r'"source": \[(.*?)\]', cells, re.DOTALL))
