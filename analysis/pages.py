"""What a report shows beside its charts: tables and short texts, escaped, every number a value."""

import html
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from analysis import answer, charts, comparison, evidence, sensitivity, tables, uses
from analysis.comparison import Result
from analysis.inputs import Scenario
from analysis.wording import figure, percent, usd


@dataclass(frozen=True)
class Html:
    """Marked-up text that a notebook shows; what goes into it was escaped."""

    data: str

    def _repr_html_(self) -> str:
        return self.data

    def __repr__(self) -> str:
        return "text and tables"


BEYOND = "beyond the horizon"
CHOICE_WORDS = {
    "by_months": "Months within which the need must be met",
    "start_gpus": "GPUs that a run waits for",
    "discount_rate_per_year": "Discount rate per year",
    "horizon_months": "Horizon in months",
    "funding_usd": "Funds in USD",
    "tax_rate_share": "Income tax rate",
    "debt_share": "Share of capital spending borrowed",
    "debt_rate_per_year": "Interest per year",
    "debt_months": "Months to repay",
}


def answers(headline: dict[str, Any]) -> Html:
    """The question, the day it was asked and the answer in three sentences, with the scenario's
    note.
    """
    scenario, run = headline["scenario"], headline["run"]
    asked = scenario["question"] or scenario["title"]
    head = (
        f"<p><strong>{_safe(asked)}</strong> Decided on {scenario['start']}, on what was public by "
        f"{scenario['as_of']}; {run['draws']:,} futures.</p>"
    )
    body = "".join(f"<li>{_safe(one)}</li>" for one in answer.sentences(headline))
    note = f"<p>{_safe(scenario['note'])}</p>" if scenario["note"] else ""
    return Html(f"{head}<ol>{body}</ol>{note}")


def power(result: Result, look: charts.Look) -> Any:
    """The picture of each site's power, or one line where no option owns GPUs."""
    frame = tables.site_power(result)
    if frame.empty:
        return Html("<p>No option owns GPUs, so no site's power limits any.</p>")
    return charts.site_power(frame, look)


def rental_prices(scenario: Scenario, look: charts.Look) -> Any:
    """The evidence behind the price of the first rental of the question's options that has any."""
    found = tables.rental_assumption(scenario)
    if found is None:
        return Html("<p>No option rents a chip for which dated prices are on record.</p>")
    tranche, band = found
    frame = tables.rental_prices(scenario)
    implied = tables.implied_prices(scenario, tranche)
    asked = [scenario.options[name] for name in comparison.pair(scenario) or scenario.options]
    rents = next(option.title for option in asked if tranche in option.tranches)
    as_of = scenario.as_of.isoformat()
    return charts.rental_prices(frame, band, implied, as_of, look.colour(rents))


def overview(headline: dict[str, Any]) -> Html:
    """Every option beside the others: dates, size, energy, compute, costs; P50 with P10 to P90;
    below, how often each is best.
    """
    rows: dict[str, list[str]] = {}
    for found in headline["options"].values():
        for label, cell in _overview_cells(found, *_usd_size(headline)):
            rows.setdefault(label, []).append(cell)
    heads = ["", *(found["title"] for found in headline["options"].values())]
    side_by_side = _table(heads, [[label, *cells] for label, cells in rows.items()])
    words = f"<p>{_safe(_winners_sentence(headline))}</p>"
    return Html(side_by_side.data + _winners(headline).data + words)


def _winners_sentence(headline: dict[str, Any]) -> str:
    """Which option is most often first and which most often cheapest, if it meets the need."""
    words = []
    for label, key in (
        ("most often first to the target", "first_to_target"),
        ("most often the cheapest", "lowest_present_cost"),
    ):
        shares = {o: headline["comparison"][key][o]["value"] for o in headline["options"]}
        most = max(shares.values())
        if most == 0:
            return "In no future does any option meet the need."
        names = [headline["options"][o]["title"] for o in shares if shares[o] == most]
        each = " each" if len(names) > 1 else ""
        words.append(f"{label}: {' and '.join(names)} ({percent(most)}{each})")
    return f"Of the options that meet the need, {words[0]}; {words[1]}."


def _winners(headline: dict[str, Any]) -> Html:
    """How often each option is best, among those that meet the need; rows sum to 100 %."""
    found, options = headline["comparison"], headline["options"]
    names = [*options, "none"]
    measures = {
        "First to the target": "first_to_target",
        "Lowest present cost": "lowest_present_cost",
        "Lowest USD per useful PFLOP-day": "lowest_usd_per_pflop_day",
    }
    rows = [
        [label, *(percent(found[key][name]["value"]) for name in names)]
        for label, key in measures.items()
    ]
    regret = [found["regret_usd"][name]["mean"] for name in options]
    cells = ["-" if one["value"] is None else usd(one["value"], one["se"]) for one in regret]
    rows.append(["Mean regret where it meets the need", *cells, ""])
    heads = [
        "Among options that meet the need",
        *(o["title"] for o in options.values()),
        "none does",
    ]
    return _table(heads, rows)


def cash(headline: dict[str, Any]) -> Html:
    """Cash by year, the deepest need and how long the funds last, with one sentence."""
    rows: dict[str, list[str]] = {}
    word, size = _usd_size(headline)
    for found in headline["options"].values():
        for year, amount in enumerate(found["cash_by_year_usd"], start=1):
            rows.setdefault(f"Year {year}, {word}", []).append(_range(amount, size))
        rows.setdefault(f"Deepest need, {word}", []).append(_range(found["deepest_cash_usd"], size))
        if "funds_last_months" in found:
            short = found["funds_last_months"]["within_horizon"]["value"]
            rows.setdefault("Outspends the funds", []).append(f"in {percent(short)}")
            rows.setdefault("Funds last, months", []).append(_range(found["funds_last_months"]))
    heads = ["Cash spent", *(found["title"] for found in headline["options"].values())]
    shown = _table(heads, [[label, *cells] for label, cells in rows.items()])
    return Html(shown.data + f"<p>{_safe(_cash_sentence(headline))}</p>")


def changes(result: Result, headline: dict[str, Any], seed: int) -> Html:
    """What would turn the answer: inputs that do so alone, the discount rate, and other choices."""
    pair = headline["comparison"]["pairs"][0] if headline["comparison"]["pair"] else None
    if pair is None:
        return Html("<p>There is only one option, so there is no choice to turn.</p>")
    a, b = (headline["options"][pair[one]]["title"] for one in ("a", "b"))
    moved = sensitivity.one_at_a_time(result.scenario)
    lines = [
        _mid_sentence(moved, pair, a, b),
        f"Alone turns which is cheaper, at an end of its range: {_names(moved, 'flips_cheaper')}.",
        f"Alone turns which is earlier: {_names(moved, 'flips_earlier')}.",
        _rate_sentence(pair),
    ]
    swept = sensitivity.swept(result.scenario, seed)
    rows = [_swept_cells(row, a, b) for _, row in swept.iterrows()]
    heads = [
        "Choice",
        "Value",
        f"{a} meets the need",
        f"{b} meets the need",
        f"{b} is earlier",
        f"Mean cost, {a} less {b}",
        "Break-even value of a month",
    ]
    listed = "".join(f"<li>{_safe(line)}</li>" for line in lines)
    return Html(f"<ul>{listed}</ul>" + (_table(heads, rows).data if rows else ""))


def assumptions(scenario: Scenario) -> Html:
    """Every assumption with its range and its basis, linked to where it was published; below, what
    the reader sets.
    """
    frame, ledger = tables.assumptions(scenario), evidence.ledger()
    rows = []
    for _, row in frame.iterrows():
        links = [_fact_link(ledger, fact) for fact in str(row["basis"]).split()]
        words = [
            _safe(x) for x in (row["quote"] and f"Quote: {row['quote']}", row["judgement"]) if x
        ]
        if row["judgement"]:
            words[-1] = f"Judgement: {words[-1]}"
        basis = "<br>".join([", ".join(links)] * bool(links) + words)
        rows.append([_safe(row["label"]), _safe(row["range"]), _safe(row["unit"]), basis])
    heads = ["Assumption", "P10 / P50 / P90", "Unit", "Basis"]
    return Html(_table(heads, rows, raw=True).data + _ties(scenario) + _choices(scenario).data)


def _ties(scenario: Scenario) -> str:
    """The causes that tie inputs together, each with its loadings; nothing if there are none."""
    lines = []
    for cause in scenario.causes.values():
        loads = (
            f"{scenario.assumptions[name].label} ({loading:+.2g})"
            for name, loading in cause.loadings.items()
        )
        lines.append(f"<li>{_safe(cause.title)}: {_safe(', '.join(loads))}</li>")
    head = "<p>Causes that tie inputs, with their loadings:</p>"
    return f"{head}<ul>{''.join(lines)}</ul>" if lines else ""


def _choices(scenario: Scenario) -> Html:
    """What the reader sets, and the defaults that filled in what the file left out."""
    rows = [
        [
            CHOICE_WORDS[name],
            _number(one.value),
            ", ".join(_number(x) for x in one.swept),
            one.why,
        ]
        for name, one in uses.choices(scenario).items()
    ]
    filled = ", ".join(f"{key} = {value:g}" for key, value in uses.defaults_used(scenario).items())
    note = f"<p>Defaults that were used: {_safe(filled or 'none')}.</p>"
    return Html(_table(["Choice", "Value", "Swept", "Why"], rows).data + note)


def unknown(scenario: Scenario) -> Html:
    """What rests on judgement alone, and what became known only later."""
    frame = tables.assumptions(scenario)
    alone = frame[(frame["basis"] == "") & (frame["quote"] == "")]
    later = sum(
        1
        for fact in evidence.ledger().facts.values()
        if fact.public_on is not None and fact.public_on > scenario.as_of
    )
    lines = [
        f"{len(alone)} of {len(frame)} assumptions rest on judgement alone: "
        f"{', '.join(alone['label'])}.",
        f"{later} facts of the ledger became public after {scenario.as_of} and were not used.",
    ]
    if scenario.note:
        lines.insert(0, scenario.note)
    return Html("<ul>" + "".join(f"<li>{_safe(line)}</li>" for line in lines) + "</ul>")


def frame(table: pd.DataFrame) -> Html:
    """A small table as it is, numbers to four digits."""
    rows = [
        [figure(x, digits=4) if isinstance(x, float) else str(x) for x in row]
        for row in table.itertuples(index=False)
    ]
    return _table([str(c).replace("_", " ") for c in table.columns], rows)


def _overview_cells(found: dict[str, Any], usd_word: str, usd_size: float) -> list[tuple[str, str]]:
    cells = [("Meets the need", percent(found["meets_need"]["value"]))]
    for label, key in (
        ("First training", "first_training_months"),
        ("Full capacity", "full_capacity_months"),
        ("Target reached", "target_months"),
    ):
        cells.append((label, _days(found[key])))
    for label, key, size in (
        ("Peak power, MW", "peak_mw", 1),
        ("Energy, TWh", "energy_mwh", 1e6),
        ("Emissions, million tCO2", "emissions_tco2", 1e6),
        ("Useful compute, million PFLOP-days", "pflop_days", 1e6),
        (f"Present cost, {usd_word}", "present_cost_usd", usd_size),
    ):
        cells.append((label, _range(found[key], size)))
    for label, key in (
        ("USD per energised GPU-hour", "usd_per_gpu_hour"),
        ("USD per H100-equivalent hour", "usd_per_h100_hour"),
        ("USD per useful PFLOP-day", "usd_per_pflop_day"),
    ):
        ratio = found[key]["ratio_of_means"]
        cells.append(
            (label, "-" if ratio["value"] is None else figure(ratio["value"], ratio["se"]))
        )
    return cells


def _usd_size(headline: dict[str, Any]) -> tuple[str, float]:
    """The unit of money that suits the largest present cost, in words and in USD."""
    costs = [found["present_cost_usd"]["p90"]["value"] for found in headline["options"].values()]
    return ("billion USD", 1e9) if max(costs) >= 1e9 else ("million USD", 1e6)


def _days(found: dict[str, Any]) -> str:
    mid, low, high = (_month(found[f"{q}_day"]) for q in ("p50", "p10", "p90"))
    share = found["within_horizon"]["value"]
    if low == BEYOND:
        return "never" if share == 0 else f"within the horizon in {percent(share)} of futures"
    return f"{mid} ({low} to {high})"


def _month(day: str | None) -> str:
    return BEYOND if day is None else f"{date.fromisoformat(day):%b %Y}"


def _range(found: dict[str, Any], size: float = 1) -> str:
    low, mid, high = (found[q]["value"] for q in ("p10", "p50", "p90"))
    words = [BEYOND if x is None else figure(x / size, digits=3) for x in (mid, low, high)]
    return BEYOND if low is None else f"{words[0]} ({words[1]} to {words[2]})"


def _cash_sentence(headline: dict[str, Any]) -> str:
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


def _mid_sentence(moved: pd.DataFrame, pair: dict[str, Any], a: str, b: str) -> str:
    """Which is cheaper with all inputs at mid, from where they are moved, and on the mean."""
    mean = pair["cost_difference_usd"]["mean"]
    at_mid = 0.0 if moved.empty else float(moved["cost_usd_mid"].iloc[0])
    return (
        f"With every input at its mid value {_cheaper(at_mid, None, a, b)}; on the mean of all "
        f"futures {_cheaper(mean['value'], mean['se'], a, b)}."
    )


def _cheaper(difference: float, se: float | None, a: str, b: str) -> str:
    if difference == 0:
        return "both cost the same"
    return f"{a if difference < 0 else b} is cheaper by {usd(abs(difference), se)}"


def _names(moved: pd.DataFrame, column: str) -> str:
    if moved.empty:
        return "none"
    return ", ".join(moved.loc[moved[column], "label"]) or "none"


def _rate_sentence(pair: dict[str, Any]) -> str:
    rate = pair["flip_rate_per_year"]
    if rate is None:
        return "No discount rate between 0 and 100 % a year turns which costs less on the mean."
    return f"Which costs less on the mean turns at a discount rate of {100 * rate:.1f} % a year."


def _swept_cells(row: pd.Series, a: str, b: str) -> list[str]:
    worth = row["break_even_month_usd"]
    better = {row["a"]: a, row["b"]: b}.get(row["better"])
    month = (
        f"none: {better} is better at every value"
        if better
        else "-"
        if pd.isna(worth)
        else usd(worth)
    )
    value = _number(row["value"]) + (" (as set)" if row["as_set"] else "")
    return [
        CHOICE_WORDS[row["choice"]],
        value,
        *(percent(row[key]) for key in ("a_meets", "b_meets", "b_earlier")),
        usd(row["cost_usd"]),
        month,
    ]


def _fact_link(ledger: evidence.Ledger, key: str) -> str:
    """A fact's id, linked to where it was published (a derived one: where its first parent was)."""
    fact = ledger.facts[key]
    said = f"{fact.quantity}, public on {fact.public_on}"
    while fact.parents:
        said = f"{said}; derived: {fact.arithmetic}"
        fact = ledger.facts[fact.parents[0]]
    url = (ledger.sources[fact.source]["url"] or fact.read_at).split(" ")[0]
    url = re.sub("^github:", "https://github.com/", url)
    if not url.startswith(("https://", "http://")):
        return f'<span title="{_safe(said)}">{_safe(key)}</span>'
    return f'<a href="{_safe(url)}" title="{_safe(said)}" rel="noreferrer">{_safe(key)}</a>'


def _number(value: float) -> str:
    """A number as the scenario states it."""
    return f"{value:,.0f}" if value == round(value) else f"{value:g}"


def _table(heads: list[str], rows: list[list[str]], raw: bool = False) -> Html:
    """An HTML table; cells are escaped unless they are marked-up already."""
    mark = str if raw else _safe
    top = "".join(f"<th>{_safe(head)}</th>" for head in heads)
    body = "".join("<tr>" + "".join(f"<td>{mark(c)}</td>" for c in row) + "</tr>" for row in rows)
    table = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return Html(f'<div class="table">{table}</div>')


def _safe(text: str) -> str:
    return html.escape(str(text), quote=True)
