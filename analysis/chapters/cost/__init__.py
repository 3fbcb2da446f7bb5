"""Cash against the funds, what differs, contracts, unit costs, prices."""

from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.chapters.cost import charts, contracts, tables, unit_charts
from analysis.chapters.shared import findings
from analysis.chapters.shared.exhibit import (
    Columns,
    Exhibit,
    answered,
    paragraph,
    picture,
    side_by_side,
    table,
)
from analysis.chapters.shared.style import look, money
from analysis.chapters.shared.words import only_one, spread, spread_of, spread_of_dates, usd_size
from analysis.decision.verdict import cost_words
from analysis.decision.wording import figure, percent, usd
from analysis.model import comparison
from analysis.model.simulation import Result


def finding(headline: dict[str, Any]) -> Exhibit:
    """What the two of the question differ by, and whether they can be paid."""
    return answered(findings.differ(headline, cost_words), findings.paid(headline))


def present_cost_parts(result: Result) -> Exhibit:
    """The picture of the mean present cost of each option by part."""
    frame, nothing = tables.present_cost_parts(result), "No option pays anything."
    return picture(frame, charts.present_cost_parts, look(result.scenario), nothing=nothing)


def cost_steps(result: Result) -> Exhibit:
    """The picture from the compared cost of one option of the question to the other's."""
    nothing = only_one("there is no difference in cost")
    frame = tables.cost_steps(result)
    return picture(frame, charts.cost_steps, look(result.scenario), nothing=nothing)


def cumulative_cash(result: Result) -> Exhibit:
    """The picture of the cash spent over time against the funds."""
    return picture(tables.cumulative_cash(result), charts.cumulative_cash, look(result.scenario))


def cash(headline: dict[str, Any]) -> Exhibit:
    """Cash by year, the deepest need and how long the funds last, with one sentence."""
    word, size = usd_size(headline)
    options = headline["options"].values()
    cells = {option["title"]: _cash_cells(option, word, size) for option in options}
    shown = side_by_side("Cash spent", cells)
    return replace(shown, shown=shown.html + paragraph(cash_sentence(headline)))


def _cash_cells(option: dict[str, Any], word: str, size: float) -> dict[str, str]:
    """What is told of the cash of one option, by label, money in units of `size`."""
    years = enumerate(option["cash_by_year_usd"], start=1)
    cells = {f"Year {year}, {word}": spread(amount, size) for year, amount in years}
    cells[f"Deepest need, {word}"] = spread(option["deepest_cash_usd"], size)
    if lasting := option.get("funds_last_months"):
        cells["Outspends the funds"] = f"in {percent(lasting['within_horizon']['value'])}"
        cells["Funds last, months"] = spread(lasting)
    return cells


def cash_sentence(headline: dict[str, Any]) -> str:
    """In how many futures each option outspends the funds, if the scenario states any."""
    funding = headline["choices"].get("funding_usd")
    if funding is None:
        return "The scenario states no funds to compare with."
    words = []
    for option in headline["options"].values():
        ends = option["funds_last_months"]
        month = ends["p50"]["value"]
        at_mid = "" if month is None else f" (at P50 in month {figure(month, digits=2)})"
        words.append(f"{option['title']} in {percent(ends['within_horizon']['value'])}{at_mid}")
    return (
        f"Funds of {usd(funding)} are outspent within the horizon by {', '.join(words)} of "
        "futures; later money is not counted."
    )


def unit_costs(result: Result) -> Exhibit:
    """The picture of what a GPU-hour and a unit of useful compute cost."""
    return picture(tables.unit_costs(result), unit_charts.unit_costs, look(result.scenario))


def hour_prices(result: Result) -> Exhibit:
    """The picture of the market price of an hour of each chip over its price today."""
    frame, nothing = tables.price_paths(result, "rent"), "No hour has a market price here."
    return picture(frame, unit_charts.price_paths, "an hour", nothing=nothing)


def machine_prices(result: Result) -> Exhibit:
    """The picture of the market price of a machine of each chip over its price today."""
    frame, nothing = tables.price_paths(result, "node"), "No machine has a market price here."
    return picture(frame, unit_charts.price_paths, "a machine", nothing=nothing)


def cost_by_rate(result: Result) -> Exhibit:
    """The picture of compared cost at each discount rate."""
    frame, nothing = tables.cost_by_rate(result), "The scenario sweeps no discount rate."
    return picture(frame, charts.cost_by_rate, look(result.scenario), nothing=nothing)


def rental_contracts(result: Result) -> Exhibit:
    """Each rental's contract: the value agreed, what is paid of it where nothing is used, the price
    per hour, the prepayment and its date; one sentence on the largest of the question."""
    frame, nothing = contracts.contracts(result), "No option rents GPUs for a term."
    size, unit = money(frame["agreed_p90"]) if len(frame) else (1.0, "")
    columns: Columns = {
        "Rental": "rental",
        f"Agreed, {unit}": spread_of("agreed_", size),
        f"Paid of it, {unit}": spread_of("paid_", size),
        "USD per GPU-hour": spread_of("usd_per_gpu_hour_"),
        "Prepaid share": spread_of("prepaid_", say=percent),
        "Prepaid on": lambda row: spread_of_dates(row, "due_") if row["prepaid_p90"] else "-",
    }
    return table(frame, columns, _contracts_sentence, nothing=nothing)


def _contracts_sentence(frame: pd.DataFrame) -> str:
    """What is paid of the largest contract."""
    row = contracts.largest(frame)
    agreed, paid = (usd(row["agreed_mean"] * share) for share in (1.0, row["paid_share"]))
    if row["paid_share"] > 1 - comparison.TIE:
        return f"{row['rental']}: {agreed} agreed on the mean, and all of it paid."
    return (
        f"{row['rental']}: of {agreed} agreed on the mean {paid} are paid; hours that are not "
        "delivered are not."
    )
