"""What time, and knowing more, is worth to the choice: pictures and tables with their sentences."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.chapters.shared import style
from analysis.chapters.shared.markup import Html, safe, table
from analysis.chapters.shared.words import ALONE, listed
from analysis.chapters.value import charts, tables
from analysis.chapters.value import titles as value_titles
from analysis.decision import value_of_time as month_values
from analysis.decision.swing_weights import RANDOM_WEIGHTS, scored
from analysis.decision.wording import figure, percent, usd, with_error
from analysis.model import comparison
from analysis.model.estimates import Estimate, told
from analysis.model.simulation import Result

NO_CRITERIA = "<p>The scenario states no criteria besides money and time.</p>"


NOT_SCORED = (
    "<p>No option that is likely to reach the target is scored on every criterion, so none can be "
    "ranked.</p>"
)


AMOUNTS = {
    "emissions_tco2": "tonnes of CO2",
    "energy_mwh": "energy in MWh",
    "peak_mw": "peak power in MW",
    "deepest_cash_usd": "deepest cash need in USD",
}
"""What a criterion of which less is better is scored by, in words."""


SEEN = {
    "first_training": ("trains", "does not train yet"),
    "full_capacity": ("is whole", "is not whole yet"),
}


def gate_value(result: Result, look: style.Look) -> Any:
    """The picture of what switching costs over going on, by month and by what is seen; or one line
    where there is one option."""
    frame = tables.gate(result)
    return Html(ALONE) if frame.empty else charts.gate_value(frame, look)


def gate(result: Result) -> Html:
    """What is seen in each month of a gate, what is better then, and what the look is worth; one
    line where there is one option."""
    frame = tables.gate(result)
    if frame.empty:
        return Html(ALONE)
    heads = ["Month", "Seen", "Futures", "Go on", "Switch", "Plan", "The look is worth"]
    cells = []
    for _, rows in frame.groupby("month"):
        first, second = (row for _, row in rows.iterrows())
        cells += [_cells(first, _worth_cell(rows)), _cells(second, "")]
    return Html(table(heads, cells).data + f"<p>{safe(_gate_sentences(result, frame))}</p>")


def _cells(row: pd.Series, worth: str) -> list[str]:
    seen = f"{row['option']} {SEEN[row['seen']][0 if row['there'] else 1]}"
    start = [figure(row["month"]), seen, percent(row["share"])]
    if row["share"] == 0:
        return [*start, "-", "-", "-", worth]
    plan = "switch" if row["switches"] else "go on"
    return [*start, usd(row["go_on_usd"]), usd(row["switch_usd"]), plan, worth]


def _worth_cell(rows: pd.DataFrame) -> str:
    one = rows.iloc[0]
    words = {value_titles.NOTHING: "nothing", value_titles.UNSURE: "not told from zero"}
    return words.get(value_titles.look_is(rows)) or usd(one["gain_usd"], one["se_usd"])


def _gate_sentences(result: Result, frame: pd.DataFrame) -> str:
    looked = frame[frame["own"]]
    own = looked.iloc[0]
    why = result.scenario.gate.why if result.scenario.gate is not None else ""
    made = (
        f"To switch to {own['other']} in month {figure(own['month'])} loses "
        f"{usd(own['lost_usd'])} on the mean. {why}".strip()
        if own["stated"]
        else "The scenario states no gate: the look is at the earlier of the two options, by dates "
        "at which it may have begun to train, and nothing of what was spent comes back."
    )
    price = (
        "as stated" if own["month_stated"] else f"a month's share of the cost of {cheapest(result)}"
    )
    amounts = (
        f"Amounts are mean present cost and {usd(own['month_usd'])} for each month to the target, "
        f"{price}."
    )
    return f"{_worth(looked)}{_nearest(frame)} {amounts} {made}"


def _nearest(frame: pd.DataFrame) -> str:
    """Where no look makes one switch: which comes nearest, and how far off it is."""
    seen = frame[frame["share"] > 0]
    if seen["switches"].any():
        return ""
    row = seen.sort_values("mean_usd", kind="stable").iloc[0]
    does = SEEN[row["seen"]][0 if row["there"] else 1]
    dearer = f"to switch is {usd(row['mean_usd'])} dearer there on the mean."
    return (
        f" Nothing that is seen makes one switch. Nearest to it is month {figure(row['month'])} "
        f"where {row['option']} {does}: {dearer}"
    )


def _worth(rows: pd.DataFrame) -> str:
    """What the look at the gate's own month is worth."""
    own, word = rows.iloc[0], value_titles.look_is(rows)
    start = f"To be able to look in month {figure(own['month'])} is worth"
    end = f"over the better of the two at once, {own['best_now']}"
    if word == value_titles.WORTH:
        error = usd(own["se_usd"], own["se_usd"])
        return f"{start} {usd(own['gain_usd'], own['se_usd'])} (± {error}) {end}."
    if word == value_titles.UNSURE:
        return f"{start} an amount {end}, that cannot be told from zero."
    return f"{start} nothing {end}."


def weighted_scores(result: Result, look: style.Look, seed: int) -> Any:
    """The picture of the weighted scores, or one line where fewer than two options are scored."""
    frame = tables.weighted(result, seed)
    if _scored_options(frame) < 2:
        return _unscored(result)
    return charts.weights(frame, look)


def weights(result: Result, seed: int) -> Html:
    """By option its score on each criterion, the weighted score, its rank, and the share of random
    weights under which it is first; one line where fewer than two options are scored."""
    frame = tables.weighted(result, seed)
    if _scored_options(frame) < 2:
        return _unscored(result)
    named = frame.drop_duplicates("criterion")
    shares = zip(named["criterion"], named["weight"], strict=True)
    weighed = [f"{criterion} ({percent(weight)})" for criterion, weight in shares]
    heads = ["Option", *weighed, "Weighted score", "Rank", "First under so many weights"]
    rows = []
    for option, mine in frame.groupby("option", sort=False):
        one = mine.iloc[0]
        score = [figure(x, digits=2) for x in mine["score"]]
        whole = [figure(one["total"], digits=2), str(one["rank"]), percent(one["first"])]
        rows.append([str(option), *score, *whole])
    why = "".join(
        f"<li>{safe(f'{one.title}: {_reason(one.judgement, one.less_of)}')}</li>"
        for one in result.scenario.criteria.values()
    )
    words = safe(_weights_sentences(result, frame))
    return Html(f"{table(heads, rows).data}<p>{words}</p><ul>{why}</ul>")


def _weights_sentences(result: Result, frame: pd.DataFrame) -> str:
    """What the scores are, how sure the order is, and who is left out."""
    each = frame.drop_duplicates("option")
    shares = [f"{o} {percent(x)}" for o, x in zip(each["option"], each["first"], strict=True)]
    titles = {name: one.title for name, one in result.scenario.options.items()}
    likely = comparison.likely(result)
    short = [titles[name] for name in titles if name not in likely]
    out = [titles[name] for name in likely if name not in scored(result)]
    found = [
        "Scores are rescaled to the options shown: on each criterion the worst of them has 0, the "
        "best 100, and all have 100 where they are equal.",
        f"First under random weights ({RANDOM_WEIGHTS:,}, each as likely as any other): "
        f"{', '.join(shares)}.",
        "Scores say nothing about money or time and are no part of cost.",
    ]
    if short:
        found.append(f"Left out, because the target is missed in most futures: {listed(short)}.")
    if out:
        found.append(f"Left out, because not scored on every criterion: {listed(out)}.")
    return " ".join(found)


def _reason(judgement: str, less_of: str | None) -> str:
    by = f"scored by the mean {AMOUNTS[less_of]}, less is better. " if less_of else ""
    return f"{by}{judgement}".strip() or "no reason is stated."


def _scored_options(frame: pd.DataFrame) -> int:
    return 0 if frame.empty else frame["option"].nunique()


def _unscored(result: Result) -> Html:
    """Why nothing is ranked."""
    names = scored(result)
    if not result.scenario.criteria:
        return Html(NO_CRITERIA)
    if not names:
        return Html(NOT_SCORED)
    title = result.scenario.options[names[0]].title
    return Html(
        f"<p>Only {safe(title)} is likely to reach the target and scored on every criterion, so "
        "there is nothing to rank.</p>"
    )


def value_of_time(result: Result, look: style.Look) -> Any:
    """The picture of what the value of time makes of the two options of the question, or one line
    where there is one."""
    if look.pair is None:
        return Html(ALONE)
    return charts.time_value(tables.time_value(result), tables.time_worth(result), look)


def time_worth(result: Result) -> Html:
    """Which of the two options of the question is better at each value of time that is asked about,
    and what that says of choosing the one or the other."""
    frame = tables.time_worth(result)
    if frame.empty:
        return Html(ALONE)
    a, b = frame["a"].iloc[0], frame["b"].iloc[0]
    asked = frame[(frame["usd"] > 0) | (frame["form"] == tables.NO_VALUE)]  # 0 is nothing again
    rows = [
        [
            _form(row),
            with_error(Estimate(row["better_usd"], row["better_se"])),
            percent(row["a_better"]),
            percent(row["b_better"]),
            _flip(row),
        ]
        for _, row in asked.iterrows()
    ]
    heads = ["Time is worth", f"{a} better by, mean", f"{a} better", f"{b} better", "Equal at"]
    words = [*(value_titles.chosen(row) for _, row in _once(frame).iterrows())]
    words += [value_titles.better_at(row) for _, row in asked.iterrows()]
    said = "".join(f"<li>{safe(one)}.</li>" for one in words)
    return Html(f"{table(heads, rows).data}<ul>{said}</ul><p>{safe(_mark(result, frame))}</p>")


def burden_regret(result: Result, look: style.Look) -> Any:
    """The picture of what each likely option costs over the best one, months included, or one line
    where only one is likely to reach the target."""
    if len(comparison.likely(result)) == 1:
        return _only(result)
    return charts.burden_regret(tables.burden_regret(result), look)


def information(result: Result, look: style.Look) -> Any:
    """The picture of what it is worth to learn an input before choosing between the options that
    are likely to reach the target, or one line where there is one."""
    likely = comparison.likely(result)
    if len(likely) == 1:
        return _only(result)
    return charts.learnt(tables.learnt(result, likely), _titles(result, likely))


def information_of_pair(result: Result, look: style.Look) -> Any:
    """The same picture for a choice between the two options of the question alone, or one line
    where it would show nothing else."""
    asked = comparison.pair(result.scenario)
    if asked is None:
        return Html(ALONE)
    if set(asked) == set(comparison.likely(result)):
        return Html(
            "<p>The two options of the question are the only ones compared above, so the worth of "
            "learning an input is the same for a choice between them alone.</p>"
        )
    return charts.learnt(tables.learnt(result, list(asked)), _titles(result, list(asked)))


def _only(result: Result) -> Html:
    name = _titles(result, comparison.likely(result))[0]
    return Html(
        f"<p>{safe(name)} is the only option likely to reach the target, so there is no other one "
        "to regret, and knowing more would not change the choice.</p>"
    )


def _titles(result: Result, options: list[str]) -> list[str]:
    return [result.scenario.options[name].title for name in options]


def _once(frame: pd.DataFrame) -> pd.DataFrame:
    """One row for each form of value but none: what turns the choice is the same in all of them."""
    return frame[frame["form"] != tables.NO_VALUE].drop_duplicates("form")


def _form(row: pd.Series) -> str:
    if row["form"] == tables.NO_VALUE:
        return "nothing"
    if row["form"] == "month":
        return f"{usd(row['usd'])} a month"
    return f"{usd(row['usd'])} by month {figure(row['by_months'])}"


def _flip(row: pd.Series) -> str:
    if row["form"] == tables.NO_VALUE:
        return "-"
    flip = Estimate(row["flip_usd"], row["flip_se"])
    if flip.value is None or not told(flip):
        return "no value" if flip.value is None else "not told"
    return with_error(flip)


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
        f"A value that the scenario does not state is set by the mean cost of {cheapest(result)}: "
        f"a month's share of it for a month, all of it for the prize. {race}"
    )


def cheapest(result: Result) -> str:
    """The option whose cost stands in for a value that is not stated, in words: how likely it is to
    reach the target, and to do so in time for the need."""
    name = month_values.cheapest(result)
    title, target = _titles(result, [name])[0], result.scalars[name]["target_months"]
    horizon = figure(result.scenario.choices.horizon_months.value)
    within = f"the target within {horizon} months in at least half of the futures"
    in_time = percent(float(np.mean(target <= result.scenario.need.by_months.value)))
    if np.isfinite(target).mean() < 0.5:
        return f"the cheapest option ({title}), as none reaches {within}"
    return f"the cheapest option that reaches {within} ({title}; in time for the need in {in_time})"
