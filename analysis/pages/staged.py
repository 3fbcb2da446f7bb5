"""A later look at one option, and the options scored by the weights of the reader: pictures, tables
and sentences."""

from typing import Any

import pandas as pd

from analysis import charts, claims, comparison, tables
from analysis.claims.words import listed
from analysis.comparison import Result
from analysis.pages.comparison import ALONE
from analysis.pages.markup import Html, safe, table
from analysis.pages.value import cheapest
from analysis.weights import RANDOM_WEIGHTS, scored
from analysis.wording import figure, percent, usd

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


def gate_value(result: Result, look: charts.Look) -> Any:
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
    words = {claims.NOTHING: "nothing", claims.UNSURE: "not told from zero"}
    return words.get(claims.look_is(rows)) or usd(one["gain_usd"], one["se_usd"])


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
    own, word = rows.iloc[0], claims.look_is(rows)
    start = f"To be able to look in month {figure(own['month'])} is worth"
    end = f"over the better of the two at once, {own['best_now']}"
    if word == claims.WORTH:
        error = usd(own["se_usd"], own["se_usd"])
        return f"{start} {usd(own['gain_usd'], own['se_usd'])} (± {error}) {end}."
    if word == claims.UNSURE:
        return f"{start} an amount {end}, that cannot be told from zero."
    return f"{start} nothing {end}."


def weighted_scores(result: Result, look: charts.Look, seed: int) -> Any:
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
