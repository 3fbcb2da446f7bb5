"""What was public, from whom, how far it lies apart, and what came later."""

from typing import Any

from analysis.chapters.evidence import charts, price_charts, price_tables, tables
from analysis.chapters.evidence import titles as titles
from analysis.chapters.shared import style
from analysis.chapters.shared.markup import Html, fact_link, safe, table
from analysis.evidence import ledger as ledgers
from analysis.evidence.ledger import Fact
from analysis.model import comparison
from analysis.scenario.schema import Scenario

SOURCES = 8
"""Sources that are listed by name."""


def cited_kinds(scenario: Scenario) -> Any:
    """The picture of the cited facts by topic and kind, or one line where none is cited."""
    frame = tables.cited_kinds(scenario)
    if frame.empty:
        return Html("<p>No assumption and no choice rests on a published fact.</p>")
    return charts.cited_kinds(frame)


def sources_behind(scenario: Scenario) -> Html:
    """The sources on which most of the cited facts rest, and how much the first one carries."""
    frame = tables.sources_behind(scenario)
    if frame.empty:
        return Html("<p>No assumption and no choice rests on a published fact.</p>")
    rows = [
        [
            _titled(row["title"], row["url"]),
            *(safe(row[name]) for name in ("publisher", "kind", "facts", "inputs")),
        ]
        for _, row in frame.head(SOURCES).iterrows()
    ]
    cited, top = int(tables.cited_kinds(scenario)["facts"].sum()), frame.iloc[0]
    words = (
        f"Cited facts: {cited}, from {len(frame)} sources. None stands behind more of them than "
        f"{top['title']} ({top['publisher']}): behind {top['facts']}. Assumptions and choices that "
        f"rest on it: {top['inputs']}."
    )
    heads = ["Source", "Publisher", "Kind", "Facts", "Inputs that rest on it"]
    return Html(f"{table(heads, rows, raw=True).data}<p>{safe(words)}</p>")


def price_history(scenario: Scenario) -> Any:
    """The picture of the prices of an H100-hour, or one line where no option has an H100."""
    if not price_tables.uses_chip(scenario):
        return Html("<p>No option uses a chip for which dated prices are on record.</p>")
    return price_charts.price_history(
        price_tables.price_history(scenario), scenario.as_of.isoformat()
    )


def purchase_prices(scenario: Scenario, look: style.Look) -> Any:
    """The picture of the purchase prices of an H100, or one line where no option owns any."""
    found = price_tables.node_assumption(scenario)
    if found is None:
        return Html("<p>No option owns a chip for which dated prices are on record.</p>")
    owner, band = found
    frame, as_of = price_tables.purchase_prices(scenario), scenario.as_of.isoformat()
    return price_charts.purchase_prices(frame, band, as_of, look.colour(owner))


def spreads(scenario: Scenario) -> Any:
    """The picture of the numbers that lie apart, or one line where none do."""
    frame = tables.spreads(scenario)
    if frame.empty:
        return Html("<p>No two numbers behind an assumption lie apart.</p>")
    return charts.spreads(frame)


def came_later(scenario: Scenario) -> Html:
    """What became public after the as-of day and was not used: the assumptions that a later look at
    the same decision changes, or else the newest fact of each topic."""
    later = tables.later_facts(scenario)
    if not later:
        return Html(f"<p>No fact of the ledger became public after {scenario.as_of}.</p>")
    head = (
        f"{len(later)} facts of the ledger became public after {scenario.as_of}. None of them was "
        "used here."
    )
    other = tables.looking_back(scenario)
    changed = tables.changed_by_later(scenario)
    if other is None or changed.empty:
        return Html(f"<p>{head} The newest of each topic:</p>{_newest(later)}")
    words = (
        f"A later look at the same decision, {other.title} (as of {other.as_of}), rests on them in "
        f"{len(changed)} of the assumptions that are used here too."
    )
    ledger = ledgers.ledger()
    rows = [
        [
            *(safe(row[name]) for name in ("label", "unit", "then", "later")),
            ", ".join(fact_link(ledger, key) for key in row["basis"].split()),
        ]
        for _, row in changed.iterrows()
    ]
    heads = ["Assumption", "Unit", "Used here", "Looking back", "Came later, not used"]
    return Html(f"<p>{safe(f'{head} {words}')}</p>{table(heads, rows, raw=True).data}")


def _newest(later: list[Fact]) -> str:
    """The newest fact of each topic, by topic."""
    newest = {fact.topic: fact for fact in reversed(later)}
    ledger = ledgers.ledger()
    rows = [
        [
            safe(topic),
            fact_link(ledger, fact.id),
            *map(safe, (fact.quantity, _says(fact), str(fact.public_on))),
        ]
        for topic, fact in sorted(newest.items())
    ]
    heads = ["Topic", "Fact", "Quantity", "Says", "Public on"]
    return table(heads, rows, raw=True).data


def _says(fact: Fact) -> str:
    ends = dict.fromkeys(x for x in (fact.at_least, fact.value, fact.at_most) if x)
    return " to ".join(ends) + (f" {fact.unit}" if fact.type == "number" else "")


def _titled(title: str, url: str) -> str:
    """A title, linked where the source has an address."""
    if not url.startswith(("https://", "http://")):
        return safe(title)
    return f'<a href="{safe(url)}" rel="noreferrer">{safe(title)}</a>'


def rental_prices(scenario: Scenario, look: style.Look) -> Any:
    """The evidence behind the price of the first rental of the question's options that has any."""
    found = price_tables.rental_assumption(scenario)
    if found is None:
        return Html("<p>No option rents a chip for which dated prices are on record.</p>")
    tranche, band = found
    frame = price_tables.rental_prices(scenario)
    implied = price_tables.implied_prices(scenario, tranche)
    asked = [scenario.options[name] for name in comparison.pair(scenario) or scenario.options]
    rents = next(option.title for option in asked if tranche in option.tranches)
    as_of = scenario.as_of.isoformat()
    return price_charts.rental_prices(frame, band, implied, as_of, look.colour(rents))
