"""The chapter on what time, knowledge and a second look are worth: what it shows of time, regret
and knowledge against numbers computed here from its draws."""

import re

import numpy as np
import pytest
from tools import builders, chapters
from tools.hand import scenario as by_hand

from analysis.chapters.value import tables
from analysis.decision.wording import usd
from analysis.model import draws
from analysis.report import runs
from analysis.scenario import edits

STEM = "07-value"
DRAWS = chapters.DRAWS
RUNS = [("oracle-vs-memphis", 2), ("cost-plus-rental", 2), ("own-case", 1)]
LINE = "<p>There is only one option, so there is nothing to compare it with.</p>"

TestLaws = chapters.laws(STEM, RUNS)
every_run = pytest.mark.parametrize("run", RUNS, ids=str)


@pytest.fixture(scope="module")
def chapter():
    """What the chapter leaves behind on each scenario and seed."""
    return {run: chapters.of(STEM, *run) for run in RUNS}


def told(values):
    """Whether a mean is over two standard errors from zero."""
    return abs(values.mean()) > 2 * values.std(ddof=1) / len(values) ** 0.5


def months(names, option):
    return names["result"].scalars[option]["compared_months"]


def cost(names, option):
    return names["result"].scalars[option]["compared_cost_usd"]


def pair(names):
    return names["result"].scenario.compare or list(names["result"].scenario.options)[:2]


def ranked(names):
    """The options that meet the need in half of the draws, by the words of the need alone."""
    need, found = names["result"].scenario.need, []
    for option, scalars in names["result"].scalars.items():
        met = scalars["target_months"] <= need.by_months.value
        if need.service is not None:
            met = met & (scalars["served_share"] >= need.service.served_share.value)
        found += [option] * bool(met.mean() >= 0.5)
    return found


def values(names):
    """The values of a month that are asked about: no scenario here states one, so 0 and those at
    which the least of the ranked changes, in steps as fine as need be."""
    assert names["result"].scenario.value.month_usd is None
    lines = [(cost(names, o).mean(), months(names, o).mean()) for o in ranked(names)]
    found, now = [0.0], min(lines)
    while earlier := [one for one in lines if one[1] < now[1] - 1e-9]:
        worth = [(usd - now[0]) / (now[1] - late) for usd, late in earlier]
        now = earlier[int(np.argmin(worth))]
        found.append(min(worth))
    return found


@every_run
def test_a_month_is_said_to_turn_the_choice_only_if_time_is_bought_with_money(chapter, run):
    names = chapter[run]
    a, b = pair(names)
    dear, gain = cost(names, a) - cost(names, b), months(names, b) - months(names, a)
    right = re.findall(
        r"On the mean (.*?) is better where a month is (worth over .*? USD)\.", names["words"]
    )
    if not (told(dear) and told(gain) and dear.mean() * gain.mean() > 0):
        assert right == []
        return
    flip = dear.mean() / gain.mean()
    error = (dear - flip * gain).std(ddof=1) / DRAWS**0.5 / abs(gain.mean())
    early = chapters.titles(names)[a if gain.mean() > 0 else b]
    assert set(right) == {(early, f"worth over {usd(flip, error)}")}


def test_the_runs_hold_choices_that_time_turns_and_choices_that_it_does_not(chapter):
    turned = [run for run in RUNS if "is better where a month is worth" in chapter[run]["words"]]
    assert 0 < len(turned) < len(RUNS)


def burdens(names, worth):
    return np.stack([cost(names, o) + worth * months(names, o) for o in ranked(names)], axis=1)


@every_run
def test_the_least_expected_regret_is_that_of_the_draws_at_nothing_and_where_the_first_changes(
    chapter, run
):
    names = chapter[run]
    frame = tables.burden_regret(names["result"])
    said = [chapters.titles(names)[option] for option in ranked(names)]
    for worth in values(names):
        burden = burdens(names, worth)
        regret = burden - burden.min(axis=1, keepdims=True)
        here = frame[np.isclose(frame["month_usd"], worth, rtol=1e-9)]
        assert list(here["option"]) == said
        assert here["mean_usd"].to_numpy() == pytest.approx(regret.mean(axis=0))
        assert here["se_usd"].to_numpy() == pytest.approx(regret.std(axis=0, ddof=1) / DRAWS**0.5)
    best = said[int(burdens(names, 0.0).mean(axis=0).argmin())]
    assert f"Least regret: {best} where a month is worth nothing" in names["words"]


def worths(names, run, worth):
    """Label -> mean and standard error of what it gains to learn an input, draw by draw."""
    payoff, decision = -burdens(names, worth), names["result"].scenario
    stay = int(payoff.mean(axis=0).argmax())
    futures, found = draws.block(decision, run[1], 0, DRAWS), {}
    for name, one in decision.assumptions.items():
        if one.value is not None:
            continue
        lot = futures[name]
        if one.values is None and one.probability is None:
            place = {x: i for i, x in enumerate(sorted(lot))}
            lot = np.array([place[x] * 7 // DRAWS for x in lot])  # 7 is the cube root of 300
        gain = np.zeros(DRAWS)
        for half in (0, 1):
            for value in set(lot):
                here = np.arange(DRAWS)[lot == value]
                chosen = stay
                if len(seen := here[here % 2 == half]):
                    ahead = payoff[seen] - payoff[seen][:, [stay]]
                    sure = ahead.mean(axis=0) - 2 * ahead.std(axis=0) / len(seen) ** 0.5
                    chosen = int(sure.argmax()) if sure.max() > 0 else stay
                mine = here[here % 2 != half]
                gain[mine] = payoff[mine, chosen] - payoff[mine, stay]
        found[one.label] = (gain.mean(), gain.std(ddof=1) / DRAWS**0.5)
    return found


@every_run
def test_the_input_most_worth_learning_and_its_worth_are_those_of_the_draws(chapter, run):
    names = chapter[run]
    *first, last = [chapters.titles(names)[o] for o in ranked(names)]
    [shown] = [
        one
        for one in names["words"].split("\n")
        if f"choose between {', '.join(first)} and {last}." in one
    ]
    seen = [
        (mean, error, label, worth)
        for worth in values(names)
        for label, (mean, error) in worths(names, run, worth).items()
        if mean > 2 * error
    ]
    mean, error, label, worth = max(seen)
    at = f"at {usd(worth)} a month" if worth else "where a month is worth nothing"
    assert f"To learn one input before signing is worth at most {usd(mean, error)} " in shown
    assert f"Most worth is {label}, {at}." in shown


def test_with_one_option_each_section_says_why_there_is_nothing_to_show(tmp_path, monkeypatch):
    one = edits.with_options(by_hand(tmp_path), ["built"])
    monkeypatch.setattr(runs, "decision", lambda slug: one)
    text = chapters.text(chapters.run(STEM, "by-hand", 50, 1))
    assert text.count(LINE) == 2
    assert text.count("Built is the only option that is ranked: its regret is 0") == 3


def test_two_options_without_any_doubt_leave_nothing_to_learn(tmp_path, monkeypatch):
    # Rented 2 USD x 730 h x 100 x 12 months = 1.75 million; built 12.5 nodes at 80,000: 1 million.
    # Both are there in month 7.61.
    monkeypatch.setattr(runs, "decision", lambda slug: by_hand(tmp_path))
    text = chapters.text(chapters.run(STEM, "by-hand", 50, 1))
    assert "On the mean Built costs less, and the two are not told apart in time" in text
    assert "Least regret: Built where a month is worth nothing" in text
    assert "No single input is told to be worth learning before signing" in text


LATE = "[tranches.machine]\nmilestones = { ready = 2 }\n"
RACE = LATE + "[value]\nrace_usd = { value = 1e9 }\nrace_months = { value = 8 }\n"


def test_a_race_is_run_only_where_a_prize_is_stated(tmp_path, monkeypatch):
    # Rented is there in month 7.61 and wins all, built in 9.61 wins half; built is 752,000 cheaper.
    monkeypatch.setattr(runs, "decision", lambda slug: by_hand(tmp_path, RACE))
    text = chapters.text(chapters.run(STEM, "by-hand", 50, 1))
    assert "a month is worth over 376 thousand USD, or being there by month 8 over 1.50" in text
    monkeypatch.setattr(runs, "decision", lambda slug: by_hand(tmp_path, LATE))
    text = chapters.text(chapters.run(STEM, "by-hand", 50, 1))
    assert "being there by month" not in text


def test_without_a_run_no_value_of_time_is_asked_and_one_ranked_option_has_no_regret(
    tmp_path, monkeypatch
):
    # The rental serves 12 of 24 months, half of the hours wanted: under the three quarters asked.
    monkeypatch.setattr(runs, "decision", lambda slug: by_hand(tmp_path, builders.SERVICE_ALONE))
    text = chapters.text(chapters.run(STEM, "by-hand", 50, 1))
    assert text.count("No run is asked for: the need is a service.") == 1
    assert text.count("Built is the only option that is ranked: its regret is 0") == 3


def test_where_none_is_ranked_none_is_regretted_and_nothing_is_learnt(tmp_path, monkeypatch):
    never = by_hand(tmp_path, "[need]\nby_months = { value = 1 }\n")
    monkeypatch.setattr(runs, "decision", lambda slug: never)
    text = chapters.text(chapters.run(STEM, "by-hand", 50, 1))
    assert text.count("No option meets the need in half of the futures, so none is ranked.") == 4
