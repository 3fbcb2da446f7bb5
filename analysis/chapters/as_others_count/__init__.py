"""How a lender, an accountant, the tax office and a monthly bill count the same options, and why
their figures differ."""

import pandas as pd

from analysis.chapters.as_others_count import tables
from analysis.chapters.shared.exhibit import Exhibit, Row, answered, line, paragraph, side_by_side
from analysis.chapters.shared.markup import bullets
from analysis.chapters.shared.rows import rows_of, title
from analysis.chapters.shared.style import money
from analysis.chapters.shared.words import ONLY_ONE
from analysis.decision import returns as found_returns
from analysis.decision.returns import Returns
from analysis.decision.wording import figure, usd
from analysis.model import comparison
from analysis.model.simulation import Result
from analysis.scenario.schema import Scenario

STATE_LIVES = (
    "What is bought is spread over a life: state [lives] (servers_months, "
    "network_and_storage_months, works_months) to see a month of it."
)


def finding(result: Result) -> Exhibit:
    """What the second of the two of the question returns against the first."""
    asked = comparison.pair(result.scenario)
    if asked is None:
        return answered(ONLY_ONE)
    found, (a, b) = found_returns.returns(result, *asked), (title(result, o) for o in asked)
    back, rate = _month(found.payback_months), _rate(found.rate_per_year)
    return answered(f"{b} against {a}: internal rate of return {rate}, payback {back}.")


def returns(result: Result) -> Exhibit:
    """The internal rate of return and the paybacks of the second of the pair against the first, on
    mean cash, and what each says."""
    asked = comparison.pair(result.scenario)
    if asked is None:
        return line(ONLY_ONE)
    found, (a, b) = found_returns.returns(result, *asked), (title(result, o) for o in asked)
    rate = result.scenario.choices.discount_rate_per_year.value
    rows = {
        "Internal rate of return": _rate(found.rate_per_year),
        "Payback": _month(found.payback_months),
        f"Payback, discounted at {100 * rate:g} % a year": _month(found.discounted_payback_months),
    }
    said = [_of_the_rate(found, a, b), _of_the_payback(found, a, b), _compared(result, asked)]
    shown = side_by_side("", {f"{b} against {a}": rows})
    frame = pd.DataFrame({"month": range(len(found.flows_usd)), "flow_usd": found.flows_usd})
    return Exhibit(shown.html + "".join(map(paragraph, said)), frame)


def _rate(rate: float | None) -> str:
    return "none" if rate is None else f"{figure(100 * rate)} % a year"


def _month(months: int | None) -> str:
    return "none" if months is None else f"month {months}"


def _of_the_rate(found: Returns, a: str, b: str) -> str:
    """What the rate of return says, or why there is none."""
    less, more = (b, a) if found.gains_below else (a, b)
    if found.rate_per_year is not None:
        return (
            f"On mean cash and what is left, {less} costs less at every discount rate from -50 to "
            f"{_rate(found.rate_per_year)}, and {more} at every one from there to 1,000 %."
        )
    if found.turns:
        return (
            f"The discounted difference changes its sign {found.turns} times between -50 and "
            "1,000 % a year, so no one rate of return can be stated."
        )
    if not found.flows_usd.any() and not found.end_usd:
        return "The two pay the same in every month on the mean, so there is nothing to return."
    return f"No rate between -50 and 1,000 % a year turns it: {less} costs less at every one."


def _of_the_payback(found: Returns, a: str, b: str) -> str:
    """What the payback says, or why there is none; what is left at the horizon does not count."""
    out = -float(found.flows_usd.cumsum()[: found.payback_months].min())
    if out <= 0:
        return f"At no time has {b} paid more so far than {a}, so nothing has to come back."
    most = f"{b} has at most paid {usd(out)} more so far than {a}"
    if found.payback_months is None:
        return f"{most}; not all of it comes back before the horizon. What is left does not count."
    return f"{most} until all of it has come back, by the end of month {found.payback_months}."


def _compared(result: Result, asked: tuple[str, str]) -> str:
    """The rate of return on what is compared: the discount rate that turns the choice."""
    rate = comparison.flip_rate_per_year(result, *asked)
    there = "there is none between 0 and 100 % a year" if rate is None else f"it is {_rate(rate)}"
    return (
        "With hours that are short at their price, and what is not delivered, the rate of return "
        f"is the discount rate at which the choice flips: {there}."
    )


DIFFER = [
    "Present cost counts each payment in the middle of its month, what money costs, and what is "
    "left at the horizon; what is compared starts from it.",
    "At the end of the year each payment waits until its twelve months are over: it is discounted "
    "by up to a year more, and nothing else is changed.",
    "A month in the long run spreads a purchase evenly over its life, with interest, and sells "
    "nothing. What is bought counts at what it cost, all else at the mean month of the last year.",
    "The tax office takes off an expense when it arises and a purchase over the years that the law "
    "grants; it counts neither what money costs nor what a machine will bring.",
]
"""Why the views differ, true for any numbers."""


def views(scenario: Scenario) -> Exhibit:
    """Each option as four people count it, every assumption at its mid value, and why the figures
    differ."""
    frame = tables.views(scenario)
    size, unit = money(pd.Series([*frame["present"], *map(max, frame["expenses"])]))
    cells = {row["option"]: _cells(row, size, unit) for row in rows_of(frame)}
    below = bullets([*DIFFER, *([STATE_LIVES] if frame["month"].isna().any() else [])])
    shown = side_by_side("Every assumption at its mid value", cells)
    return Exhibit(shown.html + below + paragraph(_moved(scenario, frame)), frame)


def _cells(row: Row, size: float, unit: str) -> dict[str, str]:
    """What is told of one option, by label, money in units of `size`."""
    cells = {f"Present cost, {unit}": figure(row["present"] / size)}
    cells[f"With each year's cash at its end, {unit}"] = figure(row["year_end"] / size)
    cells["The same, less present cost"] = usd(row["year_end"] - row["present"])
    cells["A month in the long run"] = "-" if pd.isna(row["month"]) else usd(row["month"])
    for year, both in enumerate(zip(row["expenses"], row["depreciation"], strict=True), start=1):
        label = f"Tax office, year {year}: expenses + depreciation, {unit}"
        cells[label] = " + ".join(figure(one / size) for one in both)
    return cells | {f"Tax office: left at the end, {unit}": figure(row["undepreciated"] / size)}


def _moved(scenario: Scenario, frame: pd.DataFrame) -> str:
    """What the end of the year makes of the difference of the pair."""
    asked = comparison.pair(scenario)
    if asked is None:
        return ONLY_ONE
    a, b = (rows_of(frame)[list(scenario.options).index(option)] for option in asked)
    month, year = (usd(a[name] - b[name]) for name in ("present", "year_end"))
    less = f"{a['option']} less {b['option']}"
    return f"{less} in present cost: {month} by the month, {year} by the end of the year."


def server_lives(scenario: Scenario) -> Exhibit:
    """What a month of each option costs if servers last three, four or five years."""
    frame, options = tables.server_lives(scenario), scenario.options
    if frame.empty:
        unstated = tables.views(scenario)["month"].isna().any()
        return line(STATE_LIVES if unstated else "No servers are bought: their life moves nothing.")
    cells = {
        one.title: {f"Servers last {life} months": usd(month) for life, month in by_life.items()}
        for (_, by_life), one in zip(
            frame.set_index("servers_months").items(), options.values(), strict=True
        )
    }
    shown = side_by_side("A month in the long run", cells)
    why = scenario.lives.why if scenario.lives else ""
    said = [_shorter(frame, scenario), f"The lives stated: {why}" if why else ""]
    return Exhibit(shown.html + "".join(paragraph(words) for words in said if words), frame)


def _shorter(frame: pd.DataFrame, scenario: Scenario) -> str:
    """By how much the shortest life raises a month over the longest, of each option it moves."""
    first, last = frame.iloc[0], frame.iloc[-1]
    moved = [
        f"{one.title} by {usd(first[option] - last[option])}"
        for option, one in scenario.options.items()
        if first[option] != last[option]
    ]
    short, long = (int(row["servers_months"]) for row in (first, last))
    start = f"With servers that last {short} months instead of {long} a month costs more: of "
    return f"{start}{', of '.join(moved)}."
