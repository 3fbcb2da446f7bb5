"""What time, and knowing more, is worth to the choice: pictures and tables with their sentences."""

from typing import Any

import numpy as np
import pandas as pd

from analysis import charts, claims, comparison, tables, value
from analysis.comparison import Result
from analysis.estimates import Estimate, told
from analysis.pages.comparison import ALONE
from analysis.pages.markup import Html, safe, table
from analysis.wording import figure, percent, usd


def value_of_time(result: Result, look: charts.Look) -> Any:
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
            _with_error(Estimate(row["better_usd"], row["better_se"])),
            percent(row["a_better"]),
            percent(row["b_better"]),
            _flip(row),
        ]
        for _, row in asked.iterrows()
    ]
    heads = ["Time is worth", f"{a} better by, mean", f"{a} better", f"{b} better", "Equal at"]
    words = [*(claims.chosen(row) for _, row in _once(frame).iterrows())]
    words += [claims.better_at(row) for _, row in asked.iterrows()]
    said = "".join(f"<li>{safe(one)}.</li>" for one in words)
    return Html(f"{table(heads, rows).data}<ul>{said}</ul><p>{safe(_mark(result, frame))}</p>")


def burden_regret(result: Result, look: charts.Look) -> Any:
    """The picture of what each likely option costs over the best one, months included, or one line
    where only one is likely to reach the target."""
    if len(comparison.likely(result)) == 1:
        return _only(result)
    return charts.burden_regret(tables.burden_regret(result), look)


def information(result: Result, look: charts.Look) -> Any:
    """The picture of what it is worth to learn an input before choosing between the options that
    are likely to reach the target, or one line where there is one."""
    likely = comparison.likely(result)
    if len(likely) == 1:
        return _only(result)
    return charts.learnt(tables.learnt(result, likely), _titles(result, likely))


def information_of_pair(result: Result, look: charts.Look) -> Any:
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
    return _with_error(flip)


def _with_error(one: Estimate) -> str:
    return f"{usd(one.value or 0.0, one.se)} (± {usd(one.se or 0.0, one.se)})"


def _mark(result: Result, frame: pd.DataFrame) -> str:
    """What the values asked about rest on."""
    second = percent(result.scenario.value.second_share.value)
    race = (
        f"Being there by month {figure(value.race_months(result))} wins the whole prize, later "
        f"within the horizon {second} of it, never nothing."
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
    name = value.cheapest(result)
    title, target = _titles(result, [name])[0], result.scalars[name]["target_months"]
    horizon = figure(result.scenario.choices.horizon_months.value)
    within = f"the target within {horizon} months in at least half of the futures"
    in_time = percent(float(np.mean(target <= result.scenario.need.by_months.value)))
    if np.isfinite(target).mean() < 0.5:
        return f"the cheapest option ({title}), as none reaches {within}"
    return f"the cheapest option that reaches {within} ({title}; in time for the need in {in_time})"
