"""Cash by year against the funds, what differs, what a budget buys, what a deal's value means."""

from typing import Any

from analysis.chapters.cost import charts, tables, unit_charts
from analysis.chapters.cost import titles as titles
from analysis.chapters.shared import style
from analysis.chapters.shared.markup import Html, safe, table
from analysis.chapters.shared.words import only_one, spread, usd_size
from analysis.decision import wording
from analysis.decision.wording import figure, percent, usd
from analysis.model import comparison, estimates
from analysis.model.simulation import Result
from analysis.scenario.schema import Scenario

ANY = "any amount"
"""What a budget buys of an option that costs nothing."""


def cash(headline: dict[str, Any]) -> Html:
    """Cash by year, the deepest need and how long the funds last, with one sentence."""
    rows: dict[str, list[str]] = {}
    word, size = usd_size(headline)
    for found in headline["options"].values():
        for year, amount in enumerate(found["cash_by_year_usd"], start=1):
            rows.setdefault(f"Year {year}, {word}", []).append(spread(amount, size))
        rows.setdefault(f"Deepest need, {word}", []).append(spread(found["deepest_cash_usd"], size))
        if "funds_last_months" in found:
            short = found["funds_last_months"]["within_horizon"]["value"]
            rows.setdefault("Outspends the funds", []).append(f"in {percent(short)}")
            rows.setdefault("Funds last, months", []).append(spread(found["funds_last_months"]))
    heads = ["Cash spent", *(found["title"] for found in headline["options"].values())]
    shown = table(heads, [[label, *cells] for label, cells in rows.items()])
    return Html(shown.data + f"<p>{safe(cash_sentence(headline))}</p>")


def cash_sentence(headline: dict[str, Any]) -> str:
    """In how many futures each option outspends the funds, if the scenario states any."""
    funding = headline["choices"].get("funding_usd")
    if funding is None:
        return "The scenario states no funds to compare with."
    words = []
    for found in headline["options"].values():
        share = found["funds_last_months"]["within_horizon"]["value"]
        words.append(f"{found['title']} in {percent(share)}")
    return (
        f"Funds of {usd(funding)} are outspent within the horizon by "
        f"{', '.join(words)} of futures; "
        "later money is not counted."
    )


def cost_steps(result: Result, look: style.Look) -> Any:
    """The picture from the cost of one option of the question to the other's, or one line where
    there is only one option."""
    if look.pair is None:
        return Html(f"<p>{only_one('there is no difference in cost')}</p>")
    return charts.cost_steps(tables.cost_steps(result), look)


def deal(scenario: Scenario, look: style.Look) -> Any:
    """The picture of what the stated value of a rental's deal means, or one line where no such
    value is on record."""
    found = tables.deal(scenario)
    if found is None:
        return Html("<p>The value of no rental's deal is on record for these options.</p>")
    return unit_charts.deal(tables.deal_prices(found), found, look)


def flip_rate(result: Result) -> Html:
    """At which discount rate it turns which option of the question is cheaper, in a sentence."""
    asked = comparison.pair(result.scenario)
    if asked is None:
        return Html(f"<p>{only_one('no discount rate turns anything')}</p>")
    a, b = (result.scenario.options[option].title for option in asked)
    mean = estimates.mean(comparison.cost_difference_usd(result, *asked))
    rate = comparison.flip_rate_per_year(result, *asked)
    set_rate = f"{100 * result.scenario.choices.discount_rate_per_year.value:g} % a year"
    said = f"At the {set_rate} that is set, {a} and {b} cost the same on the mean"
    if mean.value:
        cheap, dear = (b, a) if mean.value > 0 else (a, b)
        said = f"At the {set_rate} that is set, {cheap} costs {usd(abs(mean.value), mean.se)} less "
        said += f"than {dear} on the mean"
    turns = "no rate between 0 and 100 % a year turns which is cheaper"
    if rate is not None:
        turns = f"the two cost the same at {figure(100 * rate)} % a year"
    return Html(f"<p>{safe(said)}; {safe(turns)}.</p>")


def budget(result: Result) -> Html:
    """What one round budget buys of each option at that option's own cost per unit; one sentence
    for the options of the question."""
    frame, budget_usd = tables.budget_buys(result), tables.budget_usd(result)
    if budget_usd <= 0:
        return Html(
            "<p>At P50 the options of the question cost nothing, so no budget is spent.</p>"
        )
    names = ("gpu_hours", "pflop_days", "targets")
    rows = [[row["option"], *(_bought(row, name) for name in names)] for _, row in frame.iterrows()]
    heads = [f"{usd(budget_usd)} of present cost buys", "Million GPU-hours"]
    heads += ["Million useful PFLOP-days", "Times the median target"]
    asked = comparison.pair(result.scenario) or result.options
    mine = frame.set_index("option")["targets_p50"]
    words = []
    for option in asked:
        name = result.scenario.options[option].title
        times = mine[name]
        words.append(f"{name} {ANY if times != times else figure(times, digits=2)}")
    said = f"For {usd(budget_usd)} the useful compute at P50, in median targets: "
    return Html(table(heads, rows).data + f"<p>{safe(said + '; '.join(words))}.</p>")


def _bought(row: Any, name: str) -> str:
    three = (row[f"{name}_{q}"] for q in ("p10", "p50", "p90"))
    return wording.spread(*(ANY if x is None or x != x else figure(x) for x in three))
