"""How the forecast of the decision day fared, and what the answer is today."""

from datetime import date
from typing import Any

import pandas as pd

from analysis.chapters.evidence import tables as evidence_tables
from analysis.chapters.hindsight import charts, tables, titles
from analysis.chapters.shared import style
from analysis.chapters.shared.markup import Html, safe, table
from analysis.chapters.shared.rows import rows_of
from analysis.chapters.shared.words import ALONE, BEYOND
from analysis.decision import headline, verdict
from analysis.decision.wording import figure, percent, usd
from analysis.model import comparison, estimates, simulation
from analysis.model.estimates import Estimate
from analysis.model.simulation import Result
from analysis.scenario import edits
from analysis.scenario.schema import Scenario
from analysis.validation import scores
from analysis.validation.actuals import UNDISPUTED
from analysis.validation.backtest import Backtest

MOST_WRONG = 8


NOTHING = "<p>Nothing to score.</p>"
"""What stands under the first exhibit, which says why."""


def forecast_percentiles(found: Backtest) -> Any:
    """The picture of where each actual lies in the forecast, or one line where there is none."""
    if found.rows.empty:
        return nothing_to_score(found)
    return charts.forecast_percentiles(
        tables.forecast_percentiles(found), scores.coverage(found.rows)
    )


def forecast_coverage(found: Backtest) -> Html:
    """How many actuals the ranges held and how many they should, and one sentence on it."""
    if found.rows.empty:
        return Html(NOTHING)
    frame = scores.coverage(found.rows)
    rows = [
        [
            *(str(row[name]) for name in ("reading", "number", "inside")),
            f"{row['seen_inside']} of {row['seen_number']}",
            figure(row["expected"]),
            f"{row['least']} to {row['most']}",
        ]
        for row in rows_of(frame)
    ]
    heads = ["What is disputed counts", "Actuals", "Between P10 and P90"]
    heads += ["Without reference classes", "Expected of all", "Usual range"]
    return _with_words(table(heads, rows), _coverage_sentence(frame))


def gpus_against_forecast(found: Backtest, look: style.Look) -> Any:
    """The picture of GPUs running as forecast and as it happened, or one line."""
    return _over_time(found, "energised_gpus", "GPUs running", "GPUs", look)


def power_against_forecast(found: Backtest, look: style.Look) -> Any:
    """The picture of power at the site as forecast and as it happened, or one line."""
    return _over_time(found, "site_mw", "Power at the site", "MW at the site", look)


def price_against_forecast(found: Backtest, look: style.Look) -> Any:
    """The picture of the market price of a GPU-hour as forecast and as it happened, or one line."""
    words = "Market price of a GPU-hour"
    return _over_time(found, "market_rent", words, "USD per GPU-hour", look)


def forecast_scores(found: Backtest) -> Html:
    """The mean score of the forecast and of a simple rule by topic, and one sentence."""
    if found.rows.empty:
        return Html(NOTHING)
    frame = scores.scores(found.rows)
    rows = []
    for topic, mine in frame.groupby("topic", sort=False):
        cells = [str(topic), str(mine["number"].iloc[0]), str(mine["scored_in"].iloc[0])]
        for row in rows_of(mine):
            cells += [figure(row["crps"], digits=2), figure(row["naive_crps"], digits=2)]
            cells.append(_skill(row["skill"]))
        rows.append(cells)
    heads = ["Topic", "Actuals", "Scored in"]
    heads += [f"{what}, {r}" for r in scores.BOTH for what in ("Forecast", "Rule", "Skill")]
    return _with_words(table(heads, rows), f"{titles.forecast_scores(frame)}.")


def most_wrong(found: Backtest) -> Html:
    """The actuals farthest out of the forecast, with a reason for each, and one sentence."""
    if found.rows.empty:
        return Html(NOTHING)
    frame = scores.most_wrong(found.rows, MOST_WRONG)
    if frame.empty:
        return Html("<p>Every actual lies between P10 and P90 of the forecast.</p>")
    rows = [
        [
            f"{row['label']}, {row['reading']}".removesuffix(f", {UNDISPUTED}"),
            _amount(found.scenario, row, "actual"),
            f"{_amount(found.scenario, row, 'p10', bare=True)} to "
            f"{_amount(found.scenario, row, 'p90')}",
            percent(row["pit"]),
            row["note"],
            row["why"],
        ]
        for row in rows_of(frame)
    ]
    heads = ["Actual", "It was", "Forecast, P10 to P90", "Futures below it", "What it is", "Why"]
    return _with_words(table(heads, rows), _wrong_sentence(found.rows))


def every_actual(found: Backtest) -> Html:
    """Every actual with its range, the forecast, both scores, its simple rule and its facts."""
    if found.rows.empty:
        return Html(NOTHING)
    rows = [
        [
            f"{row['label']}, {row['reading']}".removesuffix(f", {UNDISPUTED}"),
            _with_ends(found.scenario, row),
            " / ".join(_amount(found.scenario, row, q, bare=True) for q in ("p10", "p50", "p90")),
            *(figure(row[name], digits=2) for name in ("crps", "naive_crps")),
            row["naive_rule"],
            _public(row["public_on"]),
            row["evidence"],
        ]
        for row in rows_of(found.rows)
    ]
    heads = ["Actual", "It was", "Forecast, P10 / P50 / P90", "Score", "Score of the rule"]
    return table([*heads, "Simple rule", "Public on", "Facts"], rows)


def _public(day: str) -> str:
    """A day as it is, and a month, where no more is known, by its name."""
    return day if len(day) > 7 else f"{date.fromisoformat(f'{day}-01'):%B %Y}"


def both_answers(result: Result) -> Html:
    """The answer of a run beside that of the shipped scenario that looks back at the same question,
    and one sentence on whether the choice stands; one line where there is none."""
    other = evidence_tables.looking_back(result.scenario)
    if other is None or other.question != result.scenario.question:
        return Html("<p>No shipped scenario looks back at this decision from later.</p>")
    asked = comparison.pair(result.scenario)
    if asked is None:
        return Html(ALONE)
    if not set(asked) <= set(other.options):
        return Html("<p>The scenario that looks back has other options.</p>")
    alone = edits.with_pair(other, asked)
    later = simulation.simulate(alone, result.draws, result.seed)
    frame = tables.both_answers(result, later)
    rows = [
        [row["what"], *(_answer(run, row["unit"], row[key]) for run, key in _sides(result, later))]
        for row in rows_of(frame)
    ]
    heads = ["", *(f"{r.scenario.title}, known by {r.scenario.as_of}" for r in (result, later))]
    return _with_words(table(heads, rows), _stands(result, later))


def nothing_to_score(found: Backtest) -> Html:
    """Why a backtest has no rows, in one line."""
    if found.looks_back:
        return Html(
            "<p>This scenario looks back itself, so what happened cannot test it: a backtest needs "
            "the scenario of the decision day.</p>"
        )
    return Html(
        "<p>Nothing that happened is on record for this decision, so there is no score.</p>"
    )


def _over_time(found: Backtest, measure: str, what: str, axis: str, look: style.Look) -> Any:
    if found.rows.empty:
        return Html(NOTHING)
    band, seen = tables.forecast_by_day(found, measure)
    if seen.empty:
        return Html(f"<p>{safe(what)}: nothing that this scenario forecasts is on record.</p>")
    colour = _colour(found, measure, look)
    return charts.forecast_band(band, seen, tables.forecast_steps(seen), (what, axis), colour)


def _colour(found: Backtest, measure: str, look: style.Look) -> str:
    """The colour of the option that a tranche or a site belongs to; grey for a market."""
    decision = found.scenario
    of = found.rows.loc[found.rows["measure"] == measure, "of"].iloc[0]
    asked = (*(comparison.pair(decision) or ()), *decision.options)
    for option in asked:
        names = decision.options[option].tranches
        if of in names or of in {decision.tranches[name].site for name in names}:
            return look.colour(decision.options[option].title)
    return style.GREY


def _coverage_sentence(frame: pd.DataFrame) -> str:
    """Whether the numbers inside are usual, and what the usual range leaves out."""
    said = [
        "fewer" if row["inside"] < row["least"] else "more" if row["inside"] > row["most"] else ""
        for row in rows_of(frame)
    ]
    words = [
        f"{one} lie inside than is usual" if one else "as many lie inside as is usual"
        for one in said
    ]
    each = f"{words[0]} for ranges that are right"
    if said[0] != said[1]:
        each = f"as claimed, {words[0]} for ranges that are right; as supported, {words[1]}"
    return (
        f"{each[0].upper()}{each[1:]}. The usual range is the middle 90 % of a binomial "
        "distribution; it takes the actuals for independent, which they are not: one cause, such "
        "as power that came early, moves several of them, so the true range is wider."
    )


def _wrong_sentence(rows: pd.DataFrame) -> str:
    """On which side of the forecast the actuals that it missed lie."""
    outside = rows[~rows["inside"]]
    early = outside[(outside["topic"] == "dates") & (outside["pit"] < 0.5)]
    dates = outside[outside["topic"] == "dates"]
    words = f"{len(outside)} of {len(rows)} readings lie outside of P10 to P90"
    if dates.empty:
        return f"{words}, no date among them."
    return f"{words}; {len(early)} of the {len(dates)} dates among them came earlier than P10."


def _amount(decision: Scenario, row: Any, name: str, bare: bool = False) -> str:
    """An amount of a row with its unit unless it is to be bare, or a date as its day."""
    value = float(row[name])
    if row["unit"] == "date":
        horizon = decision.choices.horizon_months.value
        return BEYOND if value > horizon else headline.day_of(decision, value).isoformat()
    if row["unit"] == "USD":
        return usd(value)
    shown = f"{value:.3g}" if value >= 1e9 else figure(value)
    return shown if bare else f"{shown} {row['unit']}"


def _with_ends(decision: Scenario, row: Any) -> str:
    """What happened, with its ends where it is known as a range."""
    if row["low"] == row["high"]:
        return _amount(decision, row, "actual")
    low, high = (_amount(decision, row, end, bare=True) for end in ("low", "high"))
    unit = "" if row["unit"] in ("date", "USD") else f" {row['unit']}"
    return f"{_amount(decision, row, 'actual', bare=True)} ({low} to {high}){unit}"


def _skill(skill: float | None) -> str:
    return "-" if skill is None or pd.isna(skill) else figure(skill, digits=2)


def _sides(result: Result, later: Result) -> list[tuple[Result, str]]:
    return [(result, "then"), (later, "later")]


def _answer(run: Result, unit: str, one: Estimate) -> str:
    """One cell of the two answers, with no more digits than its error supports."""
    if one.value is None:
        return BEYOND
    if unit == "share":
        return percent(one.value)
    if unit == "month":
        return f"{headline.day_of(run.scenario, one.value):%B %Y}"
    return usd(one.value, one.se) if unit == "USD" else figure(one.value, max(one.se or 0, 0.1))


def _stands(result: Result, later: Result) -> str:
    """Which option is earlier and which cheaper on the mean, in each run."""
    words = []
    for what, of in (
        ("earlier", comparison.months_difference),
        ("cheaper", comparison.cost_difference_usd),
    ):
        then, now = (_lower(run, of) for run in (result, later))
        if then == now:
            words.append(f"{then} is {what} on the mean, in both" if then else f"neither is {what}")
        else:
            words.append(f"{then or 'neither'} is {what} then and {now or 'neither'} looking back")
    return (
        f"Of the two options of the question {'; '.join(words)}. The answer of that day is judged "
        "by what could be known; the later one only shows what knowing more has changed."
    )


def _lower(run: Result, of: Any) -> str | None:
    """The title of the option with the lower mean, None where it cannot be told from zero."""
    asked = comparison.pair(run.scenario)
    assert asked is not None
    option = verdict.lower(estimates.mean(of(run, *asked)), asked)
    return None if option is None else run.scenario.options[option].title


def _with_words(shown: Html, words: str) -> Html:
    return Html(f"{shown.data}<p>{safe(words)}</p>")
