"""What is asked and by what the options are judged, before any result."""

import pandas as pd

from analysis.chapters.checks import practice_tables, practices, risk_tables
from analysis.chapters.shared.markup import Html, safe, table
from analysis.chapters.shared.words import in_words, listed
from analysis.decision import headline
from analysis.decision.wording import figure, stated, usd
from analysis.model import comparison
from analysis.scenario.references import terms
from analysis.scenario.schema import Criterion, Scenario
from analysis.scenario.units import Input


def criteria(scenario: Scenario) -> Html:
    """The need, in words that name no option; what is compared, in its order; each option described
    in a table; the day and the horizon."""
    order = "".join(f"<li>{safe(one)}</li>" for one in _order(scenario))
    rows = [[one.title, _described(scenario, name)] for name, one in scenario.options.items()]
    return Html(
        f"<p>{safe(_need(scenario))}</p><p>Compared, in this order:</p><ol>{order}</ol>"
        f"{table(['Option', 'What it is'], rows).data}<p>{safe(_frame(scenario))}</p>"
    )


def _need(scenario: Scenario) -> str:
    need = scenario.need
    by = headline.day_of(scenario, need.by_months.value).isoformat()
    months, gpus = stated(need.by_months.value), stated(need.start_gpus.value)
    return (
        f"The need: a training run of {_words(scenario, need.target_flop)} useful FLOP, done "
        f"within {months} months of {scenario.start.isoformat()}, that is by {by}. The run waits "
        f"for {gpus} GPUs; of the GPU-hours that are delivered a share of "
        f"{_words(scenario, need.use_share)} is used."
    )


def _words(scenario: Scenario, value: Input) -> str:
    """An input as text: a number, or the range of what it refers to; sums with plus signs."""
    found = []
    for term in terms(value):
        if isinstance(term, str):
            one = scenario.assumptions[term]
            three = " (P10 / P50 / P90)" if one.mid is not None else ""
            found.append(f"{in_words(one)}{three}")
        else:
            found.append(stated(term))
    return " + ".join(found)


def _order(scenario: Scenario) -> list[str]:
    horizon = stated(scenario.choices.horizon_months.value)
    rate = f"{100 * scenario.choices.discount_rate_per_year.value:g} % a year"
    funds = scenario.choices.funding_usd
    paid = f"; whether {usd(funds.value)} of funds last" if funds is not None else ""
    lines = [
        "Does it meet the need? In how many futures the target is reached in time; an option "
        "counts as the best of a future only if it meets the need there.",
        "When? The month in which the target is reached.",
        f"At what cost? All payments of {horizon} months less the end value, discounted at {rate}"
        f"{paid}.",
        _time(scenario),
    ]
    return [*lines, _others(list(scenario.criteria.values()))]


def _time(scenario: Scenario) -> str:
    month = scenario.value.month_usd
    start = "Where one option is cheaper and another earlier:"
    if month is None:
        return f"{start} what a month would have to be worth, as no value of a month is stated."
    return f"{start} the value of a month, stated as {usd(month.value)}."


def _others(found: list[Criterion]) -> str:
    if not found:
        return "No other criteria are stated."
    whole = sum(one.swing_weight for one in found)
    named = listed([f"{one.title} ({100 * one.swing_weight / whole:.0f} %)" for one in found])
    return f"Other criteria, kept apart from money and time, with their swing weights: {named}."


def _described(scenario: Scenario, name: str) -> str:
    """What an option is: its description, else the titles of its tranches; marked if it is the one
    that goes on as before."""
    option = scenario.options[name]
    titles = [scenario.tranches[one].title for one in option.tranches]
    words = option.description or f"{'; '.join(titles)}."
    return f"{words} (Baseline.)" if name == scenario.baseline else words


def _frame(scenario: Scenario) -> str:
    """The day of decision and the day up to which facts were used, and the horizon."""
    later = scenario.as_of > scenario.start
    back = ", later than the decision, so that this looks back" if later else ""
    return (
        f"Decided on {scenario.start.isoformat()}; what was public by "
        f"{scenario.as_of.isoformat()} was used{back}. Costs and compute are counted over "
        f"{stated(scenario.choices.horizon_months.value)} months, to "
        f"{headline.day_of(scenario, scenario.choices.horizon_months.value).isoformat()}."
    )


NAMED = 8
"""Inputs without a risk that are named; of the others the number is given."""


ALONE_MOVES = "Alone, P10 to P90, moves the difference by"


def risks(scenario: Scenario) -> Html:
    """Every risk with the inputs through which it acts, how far each of these alone moves the
    difference of the pair, and what is done about it; below, the inputs that no risk names."""
    if not scenario.risks:
        return Html("<p>The scenario states no register of risks.</p>")
    frame, alone = risk_tables.risks(scenario), comparison.pair(scenario) is None
    rows = []
    for _, group in frame.groupby("risk", sort=False):
        for i, (_, row) in enumerate(group.iterrows()):
            risk, answer = (row["title"], row["answer"]) if i == 0 else ("", "")
            moved = "-" if alone else _moved(row)
            rows.append([risk, row["label"], _range(row), moved, answer])
    heads = ["Risk", "Acts through", "P10 / P50 / P90", ALONE_MOVES, "What is done"]
    words = "".join(f"<p>{safe(one)}</p>" for one in _sentences(scenario, frame))
    return Html(table(heads, rows).data + words)


def _range(row: pd.Series) -> str:
    unit = "" if row["unit"] in ("event", "share") else f" {row['unit']}"
    return f"{row['range']}{unit}"


def _moved(row: pd.Series) -> str:
    """How far one input moves the pair, in cost and in months."""
    found = []
    if row["cost_usd"]:
        found.append(usd(row["cost_usd"]))
    if row["months"]:
        found.append(f"{figure(row['months'], digits=2)} months")
    return ", ".join(found) or "nothing"


def _sentences(scenario: Scenario, frame: pd.DataFrame) -> list[str]:
    if comparison.pair(scenario) is None:
        return ["There is only one option, so no risk moves a difference."]
    return [_most(frame), _left(risk_tables.without_a_risk(scenario))]


def _most(frame: pd.DataFrame) -> str:
    """Which inputs move the difference most in cost, and which in time."""
    cost, months = float(frame["cost_usd"].max()), float(frame["months"].max())
    if cost == months == 0:
        return "No input of the register moves the difference of the two options."
    in_cost, in_time = _most_in(frame, "cost_usd"), _most_in(frame, "months")
    start = "Of the register, the difference of the two options is moved most"
    end = "Months are counted to the horizon at most."
    amount, time = usd(cost), f"{figure(months, digits=2)} months"
    if in_cost == in_time and cost and months:
        return f"{start}, in cost and in time, by {in_cost}: {amount} and {time}. {end}"
    by_cost = f"in cost by {in_cost} ({amount})" if cost else "in cost by none"
    by_time = f"in time by {in_time} ({time})" if months else "in time by none"
    return f"{start} {by_cost}, {by_time}. {end}"


def _most_in(frame: pd.DataFrame, column: str) -> str:
    """The inputs that move most by one measure."""
    most = frame[frame[column] >= frame[column].max() * (1 - comparison.TIE)]
    return listed(list(dict.fromkeys(most["label"])))


def _left(labels: list[str]) -> str:
    if not labels:
        return "Every input that moves the difference of the two options stands in a risk."
    named, more = labels[:NAMED], len(labels) - NAMED
    rest = f"; and {more} that move it less" if more > 0 else ""
    return (
        f"Inputs that move the difference and stand in no risk: {len(labels)}; "
        f"{'the most moving are ' if more > 0 else ''}{'; '.join(named)}{rest}."
    )


GAO = "https://gaoinnovations.gov/cost-guide/appendix-xi-best-practices-for-the-analysis-of-alternatives-process.html"


AQUA = (
    "https://www.gov.uk/government/publications/"
    "the-aqua-book-guidance-on-producing-quality-analysis-for-government"
)


def standards(scenario: Scenario) -> Html:
    """Every practice of an analysis of alternatives under its test, whether this scenario keeps it,
    what was found and where it stands; above, how many it keeps and which it does not."""
    frame = practice_tables.standards(scenario)
    rows = [
        [row["test"], row["practice"], row["kept"], row["found"], _where(row["where"])]
        for _, row in frame.iterrows()
    ]
    heads = ["Test", "Practice", "Kept", "What is found", "Where"]
    words = f"<p>{safe(_sentence(frame))}</p>"
    return Html(words + table(heads, rows).data + _sources(frame))


def _where(notebook: str) -> str:
    number, _, name = notebook.partition("-")
    return f"chapter {number}, {name}" if number.isdigit() else notebook


def _sentence(frame: pd.DataFrame) -> str:
    """How many practices are kept, by the scenario or by the workbook, and which are not."""
    kept = frame[frame["kept"] == practices.YES]
    counted, missed = int(kept["counted"].sum()), frame[frame["kept"] == practices.NO]
    words = (
        f"Of {len(frame)} practices {len(kept)} are kept, {counted} of them as counted from this "
        f"scenario and {len(kept) - counted} by how every report is made; "
        f"{int((frame['kept'] == practices.JUDGE).sum())} are left to the reader."
    )
    if missed.empty:
        return f"{words} None is broken."
    named = listed([f"\u201c{practice}\u201d" for practice in missed["practice"]])
    return f"{words} Not kept: {named}."


def _sources(frame: pd.DataFrame) -> str:
    ours = int((frame["number"] == 0).sum())
    return (
        f'<p>After the <a href="{GAO}" rel="noreferrer">{len(frame) - ours} practices</a> of the '
        "U.S. Government Accountability Office and its four tests; "
        f'{ours} more after the <a href="{AQUA}" rel="noreferrer">AQuA Book</a> of the British '
        "government.</p>"
    )
