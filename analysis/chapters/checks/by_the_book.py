"""In words: what is asked and by what the options are judged, what the risks move, and which
practices are kept."""

import pandas as pd

from analysis.chapters.checks import practices
from analysis.chapters.shared.exhibit import Row
from analysis.chapters.shared.need import asked
from analysis.chapters.shared.words import listed, only_one
from analysis.decision import headline
from analysis.decision.wording import figure, percent, stated, usd
from analysis.model import comparison
from analysis.scenario.beside import Criterion
from analysis.scenario.schema import Scenario


def need(scenario: Scenario) -> str:
    """What every option must deliver, in words that name none."""
    return f"The need: {' '.join(asked(scenario))}"


def order(scenario: Scenario) -> list[str]:
    """What is compared, in its order, a sentence or two each."""
    horizon = stated(scenario.choices.horizon_months.value)
    rate = f"{100 * scenario.choices.discount_rate_per_year.value:g} % a year"
    funds = scenario.choices.funding_usd
    need, found = scenario.need, []
    if need.target_flop is not None:
        found.append("reaches the target in time")
    if need.service is not None:
        found.append(f"serves {percent(need.service.served_share.value)} of the hours wanted")
    short = " Hours of the service that are short are added at their price." if need.service else ""
    dated = need.target_flop is not None
    return [
        f"Does it meet the need? In how many futures an option {' and '.join(found)}. Those that "
        "do so in at least half of the futures are ranked; the others stand below a line.",
        f"At what cost? All payments of {horizon} months less the end value, discounted at {rate}."
        f"{short}{_time(scenario) if dated else ''} The lowest sum on the mean is first.",
        *([_funds(funds.value)] if funds is not None else []),
        *([EVEN] if dated else []),
        _others(list(scenario.criteria.values())),
    ]


def _time(scenario: Scenario) -> str:
    month = scenario.value.month_usd
    worth = "any value, as none is stated" if month is None else usd(month.value)
    return f" Each month until the target is added at the value of a month ({worth})."


EVEN = (
    "Where of two options one has the lower cost and the other is earlier: the value of a month at "
    "which the two are equal."
)


def _funds(usd_stated: float) -> str:
    return (
        f"Does the money last? It is shown in how many futures {usd(usd_stated)} of funds are "
        "outspent. This is no limit, and no option is left out for it."
    )


def _others(criteria: list[Criterion]) -> str:
    if not criteria:
        return "No other criteria are stated."
    named = listed([c.title for c in sorted(criteria, key=lambda c: -c.swing_weight)])
    return (
        f"Other criteria, kept apart from money and time, the largest swing weight first: {named}."
    )


def options(scenario: Scenario) -> pd.DataFrame:
    """One row per option: columns option (its title) and what, its description, else the titles of
    its tranches; marked if it is the one that goes on as before."""
    rows = []
    for name, option in scenario.options.items():
        titles = [scenario.tranches[tranche].title for tranche in option.tranches]
        words = option.description or f"{'; '.join(titles)}."
        mark = " (Baseline.)" if name == scenario.baseline else ""
        rows.append({"option": option.title, "what": f"{words}{mark}"})
    return pd.DataFrame(rows)


def days(scenario: Scenario) -> str:
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


ALONE = only_one("no risk moves a difference")


def range_of(row: Row) -> str:
    """The range of an input with its unit; an event and a share have none."""
    unit = "" if row["unit"] in ("event", "share") else f" {row['unit']}"
    return f"{row['range']}{unit}"


def moved(row: Row) -> str:
    """How far one input moves the pair, in cost and in months."""
    cost = [usd(row["cost_usd"])] if row["cost_usd"] else []
    time = [f"{figure(row['months'], digits=2)} months"] if row["months"] else []
    return ", ".join([*cost, *time]) or "nothing"


def moved_most(frame: pd.DataFrame) -> str:
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


def left_out(labels: list[str]) -> str:
    """Which inputs move the difference and stand in no risk."""
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


def place(notebook: str) -> str:
    """The notebook in which a practice stands, a chapter by its number."""
    number, _, name = notebook.partition("-")
    return f"chapter {number}, {name}" if number.isdigit() else notebook


def how_many_kept(frame: pd.DataFrame) -> str:
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


def sources(frame: pd.DataFrame) -> str:
    """Where the practices come from, as marked-up text."""
    ours = int((frame["number"] == 0).sum())
    return (
        f'<p>After the <a href="{GAO}" rel="noreferrer">{len(frame) - ours} practices</a> of the '
        "U.S. Government Accountability Office and its four tests; "
        f'{ours} more after the <a href="{AQUA}" rel="noreferrer">AQuA Book</a> of the British '
        "government.</p>"
    )
