"""What time, and knowing more, is worth to the choice: pictures and tables with their sentences."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from analysis.chapters.shared.exhibit import (
    Columns,
    Exhibit,
    Row,
    line,
    paragraph,
    picture,
    table,
)
from analysis.chapters.shared.markup import bullets, table_of
from analysis.chapters.shared.rows import rows_of, title
from analysis.chapters.shared.style import look
from analysis.chapters.shared.words import ONLY_ONE, listed, percent_of
from analysis.chapters.value import charts, tables, titles
from analysis.chapters.value.tables import NO_VALUE
from analysis.decision import value_of_time as month_values
from analysis.decision.swing_weights import RANDOM_WEIGHTS, scored
from analysis.decision.wording import figure, percent, usd, with_error
from analysis.model import comparison
from analysis.model.estimates import Estimate, told
from analysis.model.simulation import Result

AMOUNTS = {
    "emissions_tco2": "tonnes of CO2",
    "energy_mwh": "energy in MWh",
    "peak_mw": "peak power in MW",
    "deepest_cash_usd": "deepest cash need in USD",
}
"""What a criterion of which less is better is scored by, in words."""


def gate_value(result: Result) -> Exhibit:
    """The picture of what switching costs over going on, by month and by what is seen."""
    return picture(tables.gate(result), charts.gate_value, nothing=ONLY_ONE)


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
    return table(tables.gate(result), columns, partial(_gate_sentences, result), nothing=ONLY_ONE)


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
        else "The scenario states no gate: the look is at the earlier of the two options, by dates "
        "at which it may have begun to train, and nothing of what was spent comes back."
    )
    price = "a month's share of the cost of " + _cheapest(result)
    amounts = (
        f"Amounts are mean present cost and {usd(own['month_usd'])} for each month to the target, "
        f"{'as stated' if own['month_stated'] else price}."
    )
    return f"{titles.own_look(own)}{titles.nearest(frame)} {amounts} {made}"


def weighted_scores(result: Result, seed: int) -> Exhibit:
    """The picture of the weighted scores of the options that are scored."""
    return picture(tables.weighted(result, seed), charts.weights, nothing=_unscored(result))


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
    likely, ranked = comparison.likely(result), scored(result)
    short = [title(result, name) for name in result.scenario.options if name not in likely]
    out = [title(result, name) for name in likely if name not in ranked]
    said = [
        "Scores are rescaled to the options shown: on each criterion the worst of them has 0, the "
        "best 100, and all have 100 where they are equal.",
        f"First under random weights ({RANDOM_WEIGHTS:,}, each as likely as any other): "
        f"{', '.join(shares)}.",
        "Scores say nothing about money or time and are no part of cost.",
    ]
    if short:
        said.append(f"Left out, because the target is missed in most futures: {listed(short)}.")
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
    start = "No option that is likely to reach the target is scored on every criterion, so none can"
    if not names:
        return f"{start} be ranked."
    start = f"Only {title(result, names[0])} is likely to reach the target and scored on every"
    return f"{start} criterion, so there is nothing to rank."


def value_of_time(result: Result) -> Exhibit:
    """The picture of what the value of time makes of the two options of the question."""
    curves, worth = tables.time_value(result), tables.time_worth(result)
    return picture(curves, charts.time_value, worth, look(result.scenario), nothing=ONLY_ONE)


def time_worth(result: Result) -> Exhibit:
    """Which of the two options of the question is better at each value of time that is asked about,
    and what that says of choosing the one or the other."""
    frame = tables.time_worth(result)
    if frame.empty:
        return line(ONLY_ONE)
    a, b = frame["a"].iloc[0], frame["b"].iloc[0]
    columns: Columns = {
        "Time is worth": titles.form,
        f"{a} better by, mean": _better,
        f"{a} better": percent_of("a_better"),
        f"{b} better": percent_of("b_better"),
        "Equal at": _flip,
    }
    asked = frame[(frame["usd"] > 0) | (frame["form"] == NO_VALUE)]  # 0 is nothing again
    # what turns the choice is the same at every value of a form
    forms = frame[frame["form"] != NO_VALUE].drop_duplicates("form")
    said = [titles.chosen(row) for row in rows_of(forms)]
    said += [titles.better_at(row) for row in rows_of(asked)]
    below = bullets(f"{words}." for words in said) + paragraph(_mark(result, frame))
    return Exhibit(table(asked, columns).html + below, asked)


def burden_regret(result: Result) -> Exhibit:
    """The picture of what each likely option costs over the best one, months included."""
    if len(comparison.likely(result)) == 1:
        return _only(result)
    return picture(tables.burden_regret(result), charts.burden_regret, look(result.scenario))


def information(result: Result) -> Exhibit:
    """The picture of what it is worth to learn an input before choosing between the options that
    are likely to reach the target."""
    likely = comparison.likely(result)
    return _only(result) if len(likely) == 1 else _learnt(result, likely)


def information_of_pair(result: Result) -> Exhibit:
    """The same picture for a choice between the two options of the question alone, or one line
    where it would show nothing else."""
    asked = comparison.pair(result.scenario)
    if asked is None:
        return line(ONLY_ONE)
    if set(asked) == set(comparison.likely(result)):
        return line(
            "The two options of the question are the only ones compared above, so the worth of "
            "learning an input is the same for a choice between them alone."
        )
    return _learnt(result, list(asked))


def _learnt(result: Result, options: list[str]) -> Exhibit:
    titled = [title(result, name) for name in options]
    return picture(tables.learnt(result, options), charts.learnt, titled)


def _only(result: Result) -> Exhibit:
    name = title(result, comparison.likely(result)[0])
    return line(
        f"{name} is the only option likely to reach the target, so there is no other one to "
        "regret, and knowing more would not change the choice."
    )


def _better(row: Row) -> str:
    return with_error(Estimate(row["better_usd"], row["better_se"]))


def _flip(row: Row) -> str:
    if row["form"] == NO_VALUE:
        return "-"
    flip = Estimate(row["flip_usd"], row["flip_se"])
    if told(flip):
        return with_error(flip)
    return "no value" if pd.isna(row["flip_usd"]) else "not told"


def _mark(result: Result, frame: pd.DataFrame) -> str:
    """What the values asked about rest on."""
    second = percent(result.scenario.value.second_share.value)
    race = (
        f"Being there by month {figure(month_values.race_months(result))} wins the whole prize, "
        f"later within the horizon {second} of it, never nothing."
    )
    if frame["stated"].all():
        return f"The values are those of the scenario. {race}"
    return (
        f"A value that the scenario does not state is set by the mean cost of {_cheapest(result)}: "
        f"a month's share of it for a month, all of it for the prize. {race}"
    )


def _cheapest(result: Result) -> str:
    """The option whose cost stands in for a value that is not stated, in words: how likely it is to
    reach the target, and to do so in time for the need."""
    name = month_values.cheapest(result)
    target = result.scalars[name]["target_months"]
    horizon = figure(result.scenario.choices.horizon_months.value)
    within = f"the target within {horizon} months in at least half of the futures"
    in_time = percent(float(np.mean(target <= result.scenario.need.by_months.value)))
    if np.isfinite(target).mean() < 0.5:
        return f"the cheapest option ({title(result, name)}), as none reaches {within}"
    start = f"the cheapest option that reaches {within}"
    return f"{start} ({title(result, name)}; in time for the need in {in_time})"
