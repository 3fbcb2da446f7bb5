"""How the forecast of the decision day fared, and what the answer is today."""

from datetime import date

import pandas as pd

from analysis.chapters.evidence import tables as evidence_tables
from analysis.chapters.hindsight import charts, tables, titles
from analysis.chapters.shared import style
from analysis.chapters.shared.exhibit import (
    Columns,
    Exhibit,
    Row,
    answered,
    line,
    paragraph,
    picture,
    table,
)
from analysis.chapters.shared.markup import table_of
from analysis.chapters.shared.words import BEYOND, ONLY_ONE, figure_of, percent_of
from analysis.decision import diff_report, difference, headline
from analysis.decision.verdict import Verdict, verdict
from analysis.decision.wording import figure, percent, usd
from analysis.model import comparison, simulation
from analysis.model.simulation import Result
from analysis.scenario import edits
from analysis.scenario.schema import Scenario
from analysis.validation import actuals, backtest, scores
from analysis.validation.actuals import UNDISPUTED
from analysis.validation.backtest import Backtest

MOST_WRONG = 8

JUDGED = (
    "The answer of that day is judged by what could be known; the later one only shows what "
    "knowing more has changed."
)

NOTHING = "Nothing to score."
"""What stands under the finding, which says why."""


def finding(past: Backtest) -> Exhibit:
    """How many actuals the forecast held, or why there are none to hold it against."""
    covered = tables.scored(past, scores.coverage)
    return answered(
        _why_nothing(past) if covered.empty else f"{titles.forecast_coverage(covered)}."
    )


def forecast_percentiles(past: Backtest) -> Exhibit:
    """The picture of where each actual lies in the forecast."""
    covered = tables.scored(past, scores.coverage)
    frame = tables.forecast_percentiles(past)
    return picture(frame, charts.forecast_percentiles, covered, nothing=NOTHING)


def _why_nothing(past: Backtest) -> str:
    if past.looks_back:
        return (
            "This scenario looks back itself, so what happened cannot test it: a backtest needs "
            "the scenario of the decision day."
        )
    return "Nothing that happened is on record for this decision, so there is no score."


def forecast_coverage(past: Backtest) -> Exhibit:
    """How many actuals the ranges held and how many they should, and what that can show."""
    columns: Columns = {
        "What is disputed counts": "reading",
        "Actuals": "number",
        "Between P10 and P90": "inside",
        "Share, 90 % interval": lambda row: _share(row, row["low"], row["high"]),
        "Without reference classes": lambda row: f"{row['seen_inside']} of {row['seen_number']}",
        "Expected of all": figure_of("expected"),
        "Usual range": lambda row: f"{row['least']} to {row['most']}",
    }
    frame = tables.scored(past, scores.coverage)
    said = (titles.coverage_is_usual, titles.coverage_tells)
    return table(frame, columns, *said, nothing=NOTHING)


def _share(row: Row, low: float, high: float) -> str:
    """The share of actuals inside in percent, with its interval."""
    share = row["inside"] / row["number"]
    return f"{percent(share)} ({100 * low:.0f} to {100 * high:.0f} %)"


def gpus_against_forecast(past: Backtest) -> Exhibit:
    """The picture of GPUs running as forecast and as it happened."""
    return _over_time(past, "energised_gpus", "GPUs running", "GPUs")


def power_against_forecast(past: Backtest) -> Exhibit:
    """The picture of power at the site as forecast and as it happened."""
    return _over_time(past, "site_mw", "Power at the site", "MW at the site")


def price_against_forecast(past: Backtest) -> Exhibit:
    """The picture of the market price of a GPU-hour as forecast and as it happened."""
    return _over_time(past, "market_rent", "Market price of a GPU-hour", "USD per GPU-hour")


def _over_time(past: Backtest, measure: str, what: str, axis: str) -> Exhibit:
    band, seen = tables.forecast_by_day(past, measure)
    missing = f"{what}: nothing that this scenario forecasts is on record."
    words = NOTHING if past.rows.empty else missing
    colour = "" if seen.empty else _colour(past, measure)
    return picture(seen, charts.forecast_band, band, (what, axis), colour, nothing=words)


def _colour(past: Backtest, measure: str) -> str:
    """The colour of the option that a tranche or a site belongs to; grey for a market."""
    scenario = past.scenario
    of = past.rows.loc[past.rows["measure"] == measure, "of"].iloc[0]
    for option in (*(comparison.pair(scenario) or ()), *scenario.options):
        names = scenario.options[option].tranches
        if of in {*names, *(scenario.tranches[name].site for name in names)}:
            return style.look(scenario).colour(scenario.options[option].title)
    return style.GREY


def forecast_scores(past: Backtest) -> Exhibit:
    """The mean score of the forecast and of a simple rule by topic, with intervals, and sentences
    on where it was better and on its dates."""
    columns: Columns = {
        "Topic": "topic",
        "Reading": "reading",
        "Actuals": "number",
        "Between P10 and P90": lambda row: _share(row, row["inside_low"], row["inside_high"]),
        "Scored in": "scored_in",
        "Forecast": lambda row: titles.interval(row, "crps"),
        "Rule": figure_of("naive_crps", digits=2),
        "Skill": lambda row: titles.interval(row, "skill"),
    }
    by_reading = tables.scored(past, scores.scores)
    said = [f"{titles.forecast_scores(by_reading)}."] if len(by_reading) else []
    said += [titles.dates_against_rule(by_reading)] if said else []
    frame = tables.scored(past, tables.scores_by_topic)
    return table(frame, columns, lambda _: " ".join(said), nothing=NOTHING)


def time_against_rule(result: Result) -> Exhibit:
    """One line to stand beside a claim on time: how the dates of the decision day fared, in a
    scenario that looks back; in one of the decision day only where that is scored."""
    past = backtest.of_decision_day(result.scenario, result.draws, result.seed)
    if past is not None:
        said = titles.dates_against_rule(scores.scores(past.rows))
        return line(said or "No date that the decision day forecast is on record.")
    if actuals.of(result.scenario):
        return line(
            f"Nothing public later than {result.scenario.as_of} is used here. How the dates of "
            "that day fared is scored in the chapter on what happened, against a simple rule."
        )
    return line(
        "Nothing that happened is on record for this decision, so its dates are not scored."
    )


def most_wrong(past: Backtest) -> Exhibit:
    """The actuals farthest out of the forecast, with a reason for each, and one sentence."""
    if past.rows.empty:
        return line(NOTHING)
    columns: Columns = {
        "Actual": _named,
        "It was": lambda row: _amount(past.scenario, row, "actual"),
        "Forecast, P10 to P90": lambda row: (
            f"{_amount(past.scenario, row, 'p10', bare=True)} to "
            f"{_amount(past.scenario, row, 'p90')}"
        ),
        "Futures below it": percent_of("pit"),
        "What it is": "note",
        "Why": "why",
    }
    return table(
        scores.most_wrong(past.rows, MOST_WRONG),
        columns,
        lambda _: titles.most_wrong(past.rows),
        nothing="Every actual lies between P10 and P90 of the forecast.",
    )


def every_actual(past: Backtest) -> Exhibit:
    """Every actual with its range, the forecast, both scores, its simple rule and its facts."""
    columns: Columns = {
        "Actual": _named,
        "It was": lambda row: _with_ends(past.scenario, row),
        "Forecast, P10 / P50 / P90": lambda row: " / ".join(
            _amount(past.scenario, row, q, bare=True) for q in ("p10", "p50", "p90")
        ),
        "Score": figure_of("crps", digits=2),
        "Score of the rule": figure_of("naive_crps", digits=2),
        "Simple rule": "naive_rule",
        "Public on": lambda row: _public(row["public_on"]),
        "Facts": "evidence",
    }
    return table(past.rows, columns, nothing=NOTHING)


def _named(row: Row) -> str:
    """What an actual is, and as who has it where it is disputed."""
    return f"{row['label']}, {row['reading']}".removesuffix(f", {UNDISPUTED}")


def _public(day: str) -> str:
    """A day as it is, and a month, where no more is known, by its name."""
    return day if len(day) > 7 else f"{date.fromisoformat(f'{day}-01'):%B %Y}"


def _amount(scenario: Scenario, row: Row, name: str, bare: bool = False) -> str:
    """An amount of a row with its unit unless it is to be bare, or a date as its day."""
    value = float(row[name])
    if row["unit"] == "date":
        horizon = scenario.choices.horizon_months.value
        return BEYOND if value > horizon else headline.day_of(scenario, value).isoformat()
    if row["unit"] == "USD":
        return usd(value)
    shown = f"{value:.3g}" if value >= 1e9 else figure(value)
    return shown if bare else f"{shown} {row['unit']}"


def _with_ends(scenario: Scenario, row: Row) -> str:
    """What happened, with its ends where it is known as a range."""
    if row["low"] == row["high"]:
        return _amount(scenario, row, "actual")
    low, high = (_amount(scenario, row, end, bare=True) for end in ("low", "high"))
    unit = "" if row["unit"] in ("date", "USD") else f" {row['unit']}"
    return f"{_amount(scenario, row, 'actual', bare=True)} ({low} to {high}){unit}"


def both_answers(result: Result) -> Exhibit:
    """The answer of a run beside that of the shipped scenario that looks back at the same question,
    and both verdicts; one line where there is none."""
    other = evidence_tables.looking_back(result.scenario)
    if other is None or other.question != result.scenario.question:
        return line("No shipped scenario looks back at this decision from later.")
    asked = comparison.pair(result.scenario)
    if asked is None:
        return line(ONLY_ONE)
    if not set(asked) <= set(other.options):
        return line("The scenario that looks back has other options.")
    if other.need != result.scenario.need:
        return line("The scenario that looks back states another need.")
    alone = edits.with_options(other, asked).model_copy(update={"compare": list(asked)})
    later = simulation.simulate(alone, result.draws, result.seed)
    found = difference.side_by_side(*(_known(run) for run in (result, later)))
    heads = ["", found.before.name, found.after.name, "Moved by"]
    shown = table_of(heads, diff_report.cells(found))
    frame = pd.json_normalize(diff_report.plain_rows(found))
    then, now = (verdict(answer.headline) for answer in (found.before, found.after))
    words = f"Then: {_with_reason(then)} Looking back: {_with_reason(now)} {JUDGED}"
    return Exhibit(shown + paragraph(words), frame)


def _with_reason(told: Verdict) -> str:
    """A verdict and what stands first for it."""
    return " ".join([told.decides, *told.why[:1]])


def _known(run: Result) -> difference.Answer:
    name = f"{run.scenario.title}, known by {run.scenario.as_of}"
    return difference.Answer(name, headline.headline(run, name), run)
