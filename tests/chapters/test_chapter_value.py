"""The chapter on what time, knowledge and a second look are worth: what it shows of time, regret
and knowledge against numbers computed here from its draws."""

import re

import numpy as np
import pytest
from tools import chapters
from tools.hand import scenario as by_hand

from analysis.decision.wording import percent, usd
from analysis.model import draws
from analysis.report import runs
from analysis.scenario import edits

STEM = "9-value"
DRAWS = chapters.DRAWS
RUNS = [("oracle-vs-memphis", 2), ("cheaper-rental", 2), ("own-case", 1)]
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
    """Months to the target, one that is not reached counted as the horizon."""
    horizon = names["result"].scenario.choices.horizon_months.value
    return np.minimum(names["result"].scalars[option]["target_months"], horizon)


def cost(names, option):
    return names["result"].scalars[option]["present_cost_usd"]


def pair(names):
    return names["result"].scenario.compare or list(names["result"].scenario.options)[:2]


def likely(names):
    options = names["result"].options
    there = {o: np.isfinite(names["result"].scalars[o]["target_months"]).mean() for o in options}
    return [o for o in options if there[o] >= 0.5] or options


def month_usd(names):
    """No scenario here states a value: what a month of the cheapest likely option costs."""
    assert names["result"].scenario.value.month_usd is None
    least = min(cost(names, o).mean() for o in likely(names))
    return least / names["result"].scenario.choices.horizon_months.value


def prize(names, option):
    """1 by the month of the need, half of it later, nothing for never."""
    target = names["result"].scalars[option]["target_months"]
    shares = np.where(target <= names["result"].scenario.need.by_months.value, 1.0, 0.5)
    return np.where(np.isinf(target), 0.0, shares)


def advantages(names):
    """What the first of the pair is better by per draw, at no value, a month's and the race's."""
    a, b = pair(names)
    cheaper = cost(names, b) - cost(names, a)
    race = month_usd(names) * names["result"].scenario.choices.horizon_months.value
    return [
        cheaper,
        cheaper + month_usd(names) * (months(names, b) - months(names, a)),
        cheaper + race * (prize(names, a) - prize(names, b)),
    ]


def cells(html):
    """The rows of the table of what time is worth, cell by cell."""
    [table] = re.findall(r"<th>Time is worth</th>.*?</table>", html)
    return [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", table)]


@every_run
def test_the_advantage_at_each_value_of_time_is_that_of_the_draws(chapter, run):
    names = chapter[run]
    rows = cells(names["words"])
    assert len(rows) == 3
    for row, better in zip(rows, advantages(names), strict=True):
        error = better.std(ddof=1) / DRAWS**0.5
        assert row[1] == f"{usd(better.mean(), error)} (± {usd(error, error)})"
        assert row[2:4] == [percent((better > 0).mean()), percent((better < 0).mean())]


@every_run
def test_an_option_is_said_to_be_better_only_where_the_draws_tell_the_two_apart(chapter, run):
    names = chapter[run]
    text = names["words"]
    titles = [chapters.titles(names)[o] for o in pair(names)]
    said = re.findall(r"<li>((?:Where time is|At \d).*?)\.</li>", text)
    for one, better in zip(said, advantages(names), strict=True):
        if told(better):
            assert f" {titles[int(better.mean() < 0)]} is better by " in one
        else:
            assert "are not told apart on the mean" in one


@every_run
def test_a_choice_is_called_right_from_a_value_on_only_if_time_is_bought_with_money(chapter, run):
    names = chapter[run]
    a, b = pair(names)
    dear, gain = cost(names, a) - cost(names, b), months(names, b) - months(names, a)
    text = names["words"]
    right = re.findall(
        r"Choosing (.*?) over (.*?) is right on the mean if a month (.*?)\.</li>", text
    )
    if not (told(dear) and told(gain) and dear.mean() * gain.mean() > 0):
        assert right == []
        return
    flip = dear.mean() / gain.mean()
    error = (dear - flip * gain).std(ddof=1) / DRAWS**0.5 / abs(gain.mean())
    titles = [chapters.titles(names)[o] for o in ((a, b) if gain.mean() > 0 else (b, a))]
    assert right == [(*titles, f"is worth more than {usd(flip, error)}")]


def test_the_runs_hold_choices_that_time_turns_and_choices_that_it_does_not(chapter):
    turned = [run for run in RUNS if "is right on the mean" in chapter[run]["words"]]
    assert 0 < len(turned) < len(RUNS)


def burdens(names, options, worth):
    return np.stack([cost(names, o) + worth * months(names, o) for o in options], axis=1)


@every_run
def test_the_least_expected_regret_is_that_of_the_draws(chapter, run):
    names = chapter[run]
    options, worth = likely(names), month_usd(names)
    burden = burdens(names, options, worth)
    regret = burden - burden.min(axis=1, keepdims=True)
    best = int(regret.mean(axis=0).argmin())
    error = regret[:, best].std(ddof=1) / DRAWS**0.5
    words = f"has least expected regret: {usd(regret[:, best].mean(), error)}"
    title = chapters.titles(names)[options[best]]
    both = " and ".join(chapters.titles(names)[o] for o in options)
    number = len(options)
    among = f"Between {both}" if number == 2 else f"Of the {number} options compared"
    assert f"{among}, at {usd(worth)} a month, {title} {words} " in names["words"]


def worths(names, run, options, worth):
    """Label -> mean and standard error of what it gains to learn an input, draw by draw."""
    payoff, decision = -burdens(names, options, worth), names["result"].scenario
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
                    chosen = int(payoff[seen].mean(axis=0).argmax())
                mine = here[here % 2 != half]
                gain[mine] = payoff[mine, chosen] - payoff[mine, stay]
        found[one.label] = (gain.mean(), gain.std(ddof=1) / DRAWS**0.5)
    return found


@every_run
@pytest.mark.parametrize("of_the_pair", [False, True])
def test_the_input_most_worth_learning_and_its_worth_are_those_of_the_draws(
    chapter, run, of_the_pair
):
    names = chapter[run]
    options, worth = pair(names) if of_the_pair else likely(names), month_usd(names)
    if of_the_pair and set(options) == set(likely(names)):
        assert "the same for a choice between them alone" in names["words"]
        return
    seen = {k: v for k, v in worths(names, run, options, worth).items() if v[0] > 2 * v[1]}
    *first, last = [chapters.titles(names)[o] for o in options]
    shown = next(
        one
        for one in names["words"].split("\n")
        if f"between {', '.join(first)} and {last}." in one
    )
    if not seen:
        assert "no single input is told to be worth learning" in shown
        return
    label, (mean, error) = max(seen.items(), key=lambda one: one[1][0])
    assert f"it is worth at most {usd(mean, error)} to learn one input: {label} " in shown


def test_with_one_option_each_section_says_why_there_is_nothing_to_show(tmp_path, monkeypatch):
    one = edits.with_options(by_hand(tmp_path), ["built"])
    monkeypatch.setattr(runs, "decision", lambda slug: one)
    text = chapters.text(chapters.run(STEM, "by-hand", 50, 1))
    assert text.count(LINE) >= 3
    assert text.count("Built is the only option likely to reach the target") == 2


def test_two_options_without_any_doubt_leave_nothing_to_learn(tmp_path, monkeypatch):
    # Rented 2 USD x 730 h x 100 x 12 months = 1.75 million; built 12.5 nodes at 80,000: 1 million.
    monkeypatch.setattr(runs, "decision", lambda slug: by_hand(tmp_path))
    text = chapters.text(chapters.run(STEM, "by-hand", 50, 1))
    assert "Built is better by 752 thousand USD on the mean, and in 100 % of futures" in text
    assert "Built has least expected regret: 0 USD" in text
    assert "no single input is told to be worth learning before signing" in text
