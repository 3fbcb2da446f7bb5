"""What time, and knowing more, is worth to the choice: pictures and tables with their sentences."""

from collections.abc import Callable
from functools import partial

import pandas as pd

from analysis.chapters.shared.exhibit import (
    Columns,
    Exhibit,
    Row,
    answered,
    line,
    of_a_run,
    paragraph,
    picture,
    table,
)
from analysis.chapters.shared.markup import bullets, table_of
from analysis.chapters.shared.rows import title
from analysis.chapters.shared.style import look, money
from analysis.chapters.shared.words import ONLY_ONE, listed, percent_of, spread_of
from analysis.chapters.value import charts, tables, titles
from analysis.decision.swing_weights import RANDOM_WEIGHTS, scored
from analysis.decision.wording import figure, percent, usd
from analysis.model import comparison
from analysis.model.simulation import Result

NONE_RANKED = "No option meets the need in half of the futures, so none is ranked."

AMOUNTS = {
    "emissions_tco2": "tonnes of CO2",
    "energy_mwh": "energy in MWh",
    "peak_mw": "peak power in MW",
    "deepest_cash_usd": "deepest cash need in USD",
}
"""What a criterion of which less is better is scored by, in words."""


def finding(result: Result) -> Exhibit:
    """What the value of a month makes of the two of the question, and what to learn first."""
    asked = result.scenario.need.target_flop is not None and tables.forms(result)
    worth = tables.time_worth(result) if asked else pd.DataFrame()
    time = "" if worth.empty else f"{titles.time_value(worth)}."
    ranked = [title(result, name) for name in comparison.ranked(result)]
    if len(ranked) < 2:
        return answered(time, _none_or_one(result))
    learnt = tables.learnt(result)
    return answered(time, f"{titles.learnt(learnt)}.{titles.most_worth(learnt)}")


def gate(result: Result) -> Exhibit:
    """What is seen in each month of a gate, what is better then, and what the look is worth."""
    columns: Columns = {
        "Month": lambda row: figure(row["month"]),
        "Seen": titles.seen,
        "Futures": percent_of("share"),
        "Go on": _usd_of("go_on_usd"),
        "Switch": _usd_of("switch_usd"),
        "Plan": _plan,
        "The look is worth": lambda row: titles.look_worth(row) if row["there"] else "",
    }
    nothing = _no_look(result)
    return table(tables.gate(result), columns, partial(_gate_sentences, result), nothing=nothing)


def _no_look(result: Result) -> str:
    """Why there is nothing to look at."""
    if comparison.pair(result.scenario) is None:
        return ONLY_ONE
    return "No date of the two options differs between the futures, so a look would tell nothing."


def _usd_of(column: str) -> Callable[[Row], str]:
    return lambda row: "-" if pd.isna(row[column]) else usd(row[column])


def _plan(row: Row) -> str:
    if row["share"] == 0:
        return "-"
    return "switch" if row["switches"] else "go on"


def _gate_sentences(result: Result, frame: pd.DataFrame) -> str:
    own = frame[frame["own"]].iloc[0]
    why = result.scenario.gate.why if result.scenario.gate is not None else ""
    made = (
        f"To switch to {own['other']} in month {figure(own['month'])} loses "
        f"{usd(own['lost_usd'])} on the mean. {why}".strip()
        if own["stated"]
        else f"The scenario states no gate: the look is at {own['option']}, by dates at which what "
        "is seen may have come, and nothing of what was spent comes back."
    )
    stated = "as stated" if own["month_stated"] else "since the scenario states no value of a month"
    month = f" and {usd(own['month_usd'])} for each month to the target, {stated}"
    dated = result.scenario.need.by_months is not None
    amounts = f"Amounts are mean compared cost{month if dated else ''}."
    return f"{titles.own_look(own)}{titles.nearest(frame)} {amounts} {made}"


def weights(result: Result, seed: int) -> Exhibit:
    """By option its score on each criterion, the weighted score, its rank, and the share of random
    weights under which it is first."""
    frame = tables.weighted(result, seed)
    if frame.empty:
        return line(_unscored(result))
    each = frame.drop_duplicates("criterion")
    shares = zip(each["criterion"], map(percent, each["weight"]), strict=True)
    heads = ["Option", *(f"{criterion} ({share})" for criterion, share in shares)]
    heads += ["Weighted score", "Rank", "First under so many weights"]
    rows = []
    for option, scores in frame.groupby("option", sort=False):
        whole = scores.iloc[0]
        numbers = [figure(x, digits=2) for x in (*scores["score"], whole["total"])]
        rows.append([str(option), *numbers, str(whole["rank"]), percent(whole["first"])])
    why = [
        f"{criterion.title}: {_reason(criterion.judgement, criterion.less_of)}"
        for criterion in result.scenario.criteria.values()
    ]
    below = paragraph(_weights_sentences(result, frame)) + bullets(why)
    return Exhibit(table_of(heads, rows) + below, frame)


def _weights_sentences(result: Result, frame: pd.DataFrame) -> str:
    """What the scores are, how sure the order is, and who is left out."""
    each = frame.drop_duplicates("option")
    shares = [f"{o} {percent(x)}" for o, x in zip(each["option"], each["first"], strict=True)]
    ranked, weighed = comparison.ranked(result), scored(result)
    short = [title(result, name) for name in result.scenario.options if name not in ranked]
    out = [title(result, name) for name in ranked if name not in weighed]
    said = [
        "Scores are rescaled to the options shown: on each criterion the worst of them has 0, the "
        "best 100, and all have 100 where they are equal.",
        f"First under random weights ({RANDOM_WEIGHTS:,}, each as likely as any other): "
        f"{', '.join(shares)}.",
        "Scores say nothing about money or time and are no part of cost.",
    ]
    if short:
        said.append(f"Left out, because below the line: {listed(short)}.")
    if out:
        said.append(f"Left out, because not scored on every criterion: {listed(out)}.")
    return " ".join(said)


def _reason(judgement: str, less_of: str | None) -> str:
    by = f"scored by the mean {AMOUNTS[less_of]}, less is better. " if less_of else ""
    return f"{by}{judgement}".strip() or "no reason is stated."


def _unscored(result: Result) -> str:
    """Why nothing is ranked."""
    names = scored(result)
    if not result.scenario.criteria:
        return "The scenario states no criteria besides money and time."
    start = "No option that is ranked is scored on every criterion, so none can"
    if not names:
        return f"{start} be weighed."
    start = f"Only {title(result, names[0])} is ranked and scored on every criterion"
    return f"{start}, so there is nothing to weigh it against."


@of_a_run
def value_of_time(result: Result) -> Exhibit:
    """How much better the first option of the question is than the second at each value of time,
    and the value at which the two are equal."""
    if not tables.forms(result):
        return line(NONE_RANKED)
    frame, (a, b) = tables.time_worth(result), look(result.scenario).pair or ("", "")
    if frame.empty:
        return line(ONLY_ONE)
    size, unit = money(frame[["p10", "p90"]].abs().max(axis=1))
    columns: Columns = {
        "Time is worth": titles.worth_of_time,
        f"{a} better than {b} by, {unit}, mean": lambda row: figure(
            row["mean_usd"] / size, row["se_usd"] / size
        ),
        "P50 (P10 to P90)": spread_of("", size),
    }
    return table(frame, columns, lambda _: f"{titles.time_value(frame)}. Below zero: {b}.")


def burden_regret(result: Result) -> Exhibit:
    """The picture of what each ranked option costs over the best one, months included."""
    if len(comparison.ranked(result)) < 2:
        return line(_none_or_one(result))
    return picture(tables.burden_regret(result), charts.burden_regret, look(result.scenario))


def information(result: Result) -> Exhibit:
    """The picture of what it is worth to learn an input before choosing between the options that
    are ranked."""
    ranked = comparison.ranked(result)
    if len(ranked) < 2:
        return line(_none_or_one(result))
    titled = [title(result, name) for name in ranked]
    return picture(tables.learnt(result), charts.learnt, titled)


def _none_or_one(result: Result) -> str:
    """Why there is nothing to regret and nothing to learn."""
    ranked = comparison.ranked(result)
    if not ranked:
        return NONE_RANKED
    return (
        f"{title(result, ranked[0])} is the only option that is ranked: its regret is 0, and "
        "knowing more would not change the choice."
    )
