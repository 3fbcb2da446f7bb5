"""What was assumed, chosen and not known, linked to where it was published."""

from analysis.chapters.assumptions import charts, tables, titles
from analysis.chapters.evidence import tables as evidence_tables
from analysis.chapters.own_case import tables as own_case_tables
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
from analysis.chapters.shared.markup import bullets, fact_links, safe
from analysis.decision import limit_words
from analysis.decision.wording import stated
from analysis.scenario import references
from analysis.scenario.schema import Scenario

ENDS = "P10 / P50 / P90"

CHOICE_WORDS = {
    "by_months": "Months within which the need must be met",
    "start_gpus": "GPUs that a run waits for",
    "from_months": "Month from which the service is wanted",
    "until_months": "Month until which the service is wanted",
    "served_share": "Share of the hours wanted that must be served",
    "short_hour_usd": "What an hour that is short is counted at, USD",
    "discount_rate_per_year": "Discount rate per year",
    "horizon_months": "Horizon in months",
    "funding_usd": "Funds in USD",
    "tax_rate_share": "Income tax rate",
    "write_off_years": "Years of straight write-off",
    "works_years": "Years of straight write-off of works",
    "bonus_share": "Share of capital spending written off at once",
    "profit_usd_per_year": "Profit that write-offs can be set against, USD a year",
    "debt_share": "Share of capital spending borrowed",
    "debt_rate_per_year": "Interest per year",
    "debt_months": "Months to repay",
}


def finding(scenario: Scenario) -> Exhibit:
    """How much rests on judgement alone, and how the ranges lie to the numbers that they cite."""
    frame = tables.evidence_ranges(scenario)
    held = "" if frame.empty else f"{titles.evidence_ranges(frame)}."
    return answered(f"{_on_judgement(scenario)[0]}.", held)


def ranges_and_bases(scenario: Scenario) -> Exhibit:
    """Every assumption with its range and its basis, linked to where it was published; those taken
    over from the sourced defaults are marked."""
    columns: Columns = {"Assumption": "label", ENDS: "range", "Unit": "unit", "Basis": _basis}
    frame = tables.assumptions(scenario)
    frame = frame.assign(origin=own_case_tables.origins(scenario)["origin"])
    return table(frame, columns, nothing="Nothing is assumed.", marked_up=True)


def _basis(row: Row) -> str:
    taken_over = row["origin"] == own_case_tables.TAKEN_OVER
    lines = (
        "<em>Sourced default</em>" * taken_over,
        fact_links(row["basis"]),
        row["quote"] and safe(f"Quote: {row['quote']}"),
        row["judgement"] and safe(f"Judgement: {row['judgement']}"),
    )
    return "<br>".join(words for words in lines if words)


def _on_judgement(scenario: Scenario) -> tuple[str, list[str]]:
    """How many assumptions rest on judgement alone, in words, and their labels."""
    used = tables.used(scenario).values()
    alone = [one.label for one in used if tables.basis_of(one) == tables.BASES[-1]]
    return f"{len(alone)} of {len(used)} assumptions rest on judgement alone", alone


def causes(scenario: Scenario) -> Exhibit:
    """The causes that tie inputs together, each with its loadings."""
    if not scenario.causes:
        return line("No cause ties two inputs: each is drawn by itself.")
    lines, labels = [], tables.tied(scenario)
    for cause in scenario.causes.values():
        loads = (f"{labels[name]} ({loading:+.2g})" for name, loading in cause.loadings.items())
        lines.append(f"{cause.title}: {', '.join(loads)}")
    return Exhibit(paragraph("Causes that tie inputs, with their loadings:") + bullets(lines))


def choices(scenario: Scenario) -> Exhibit:
    """What the reader sets, and the defaults that filled in what the file left out."""
    chosen, defaults = references.choices(scenario), references.defaults_used(scenario)
    columns: Columns = {
        "Choice": lambda row: CHOICE_WORDS[row["choice"]],
        "Value": lambda row: stated(row["value"]),
        "Swept": lambda row: ", ".join(stated(x) for x in chosen[row["choice"]].swept),
        "Why": "why",
    }
    filled = ", ".join(f"{key} = {value:g}" for key, value in defaults.items())
    notes = [f"Defaults that were used: {filled or 'none'}."]
    service = scenario.need.service
    if service is not None and service.why:
        notes.insert(0, f"The service: {service.why}")
    if scenario.limits is not None:
        most = [limit_words.limit(name, x) for name, x in scenario.limits.stated.items()]
        notes.insert(0, f"No option may exceed {', '.join(most)}.")
    return table(tables.choices(scenario), columns, lambda _: " ".join(notes))


def evidence_ranges(scenario: Scenario) -> Exhibit:
    """The picture of the ranges over their evidence."""
    nothing = "No cited fact states a number in the unit of a range that it backs."
    frame, numbers = tables.evidence_ranges(scenario), tables.evidence_numbers(scenario)
    return picture(frame, charts.evidence_ranges, numbers, nothing=nothing)


def unknown(scenario: Scenario) -> Exhibit:
    """What rests on judgement alone, and what became known only later."""
    said, alone = _on_judgement(scenario)
    which = ": chapter 09-assumptions says which" if alone else ""
    later = len(evidence_tables.later_facts(scenario))
    lines = [
        f"{said}{which}.",
        f"{later} facts of the ledger became public after {scenario.as_of} and were not used.",
    ]
    if idle := tables.not_used(scenario):
        lines.append(f"Stated, but nothing here refers to it: {', '.join(idle)}.")
    return Exhibit(bullets([scenario.note] * bool(scenario.note) + lines))
