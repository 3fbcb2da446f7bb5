"""What was assumed, chosen and not known, linked to where it was published."""

import re

from analysis import evidence, tables, uses
from analysis.inputs import Scenario
from analysis.pages.markup import Html, number, safe, table

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


def assumptions(scenario: Scenario) -> Html:
    """Every assumption with its range and its basis, linked to where it was published; below, what
    the reader sets.
    """
    frame, ledger = tables.assumptions(scenario), evidence.ledger()
    rows = []
    for _, row in frame.iterrows():
        links = [fact_link(ledger, fact) for fact in str(row["basis"]).split()]
        words = [
            safe(x) for x in (row["quote"] and f"Quote: {row['quote']}", row["judgement"]) if x
        ]
        if row["judgement"]:
            words[-1] = f"Judgement: {words[-1]}"
        basis = "<br>".join([", ".join(links)] * bool(links) + words)
        rows.append([safe(row["label"]), safe(row["range"]), safe(row["unit"]), basis])
    heads = ["Assumption", "P10 / P50 / P90", "Unit", "Basis"]
    return Html(table(heads, rows, raw=True).data + _ties(scenario) + _choices(scenario).data)


def _ties(scenario: Scenario) -> str:
    """The causes that tie inputs together, each with its loadings; nothing if there are none."""
    lines = []
    for cause in scenario.causes.values():
        loads = (
            f"{scenario.assumptions[name].label} ({loading:+.2g})"
            for name, loading in cause.loadings.items()
        )
        lines.append(f"<li>{safe(cause.title)}: {safe(', '.join(loads))}</li>")
    head = "<p>Causes that tie inputs, with their loadings:</p>"
    return f"{head}<ul>{''.join(lines)}</ul>" if lines else ""


def _choices(scenario: Scenario) -> Html:
    """What the reader sets, and the defaults that filled in what the file left out."""
    rows = [
        [
            CHOICE_WORDS[name],
            number(one.value),
            ", ".join(number(x) for x in one.swept),
            one.why,
        ]
        for name, one in uses.choices(scenario).items()
    ]
    filled = ", ".join(f"{key} = {value:g}" for key, value in uses.defaults_used(scenario).items())
    note = f"<p>Defaults that were used: {safe(filled or 'none')}.</p>"
    return Html(table(["Choice", "Value", "Swept", "Why"], rows).data + note)


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
    return Html("<ul>" + "".join(f"<li>{safe(line)}</li>" for line in lines) + "</ul>")


def fact_link(ledger: evidence.Ledger, key: str) -> str:
    """A fact's id, linked to where it was published (a derived one: where its first parent was)."""
    fact = ledger.facts[key]
    said = f"{fact.quantity}, public on {fact.public_on}"
    while fact.parents:
        said = f"{said}; derived: {fact.arithmetic}"
        fact = ledger.facts[fact.parents[0]]
    url = (ledger.sources[fact.source]["url"] or fact.read_at).split(" ")[0]
    url = re.sub("^github:", "https://github.com/", url)
    if not url.startswith(("https://", "http://")):
        return f'<span title="{safe(said)}">{safe(key)}</span>'
    return f'<a href="{safe(url)}" title="{safe(said)}" rel="noreferrer">{safe(key)}</a>'
