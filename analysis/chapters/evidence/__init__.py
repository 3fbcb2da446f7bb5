"""What was public, from whom, what prices were asked, and what came later."""

import pandas as pd

from analysis.chapters.evidence import charts, price_charts, price_tables, tables, titles
from analysis.chapters.shared.exhibit import (
    Columns,
    Exhibit,
    Row,
    answered,
    line,
    picture,
    stacked,
    table,
)
from analysis.chapters.shared.markup import fact_links, safe
from analysis.chapters.shared.style import look
from analysis.model import comparison
from analysis.scenario import references
from analysis.scenario.schema import Scenario

SOURCES = 8
"""Sources that are listed by name."""

NOTHING_CITED = "No assumption and no choice rests on a published fact."


def finding(scenario: Scenario) -> Exhibit:
    """How many facts were public and are cited, and how many came later."""
    as_of = scenario.as_of.isoformat()
    return answered(f"{titles.ledger_timeline(tables.ledger_timeline(scenario), as_of)}.")


def ledger_timeline(scenario: Scenario) -> Exhibit:
    """The picture of the facts of the ledger by topic and day, and of those that are cited."""
    as_of = scenario.as_of.isoformat()
    return picture(tables.ledger_timeline(scenario), charts.ledger_timeline, as_of)


def sources_behind(scenario: Scenario) -> Exhibit:
    """The sources on which most of the cited facts rest, and how much the first one carries."""
    columns: Columns = {
        "Source": _titled,
        "Publisher": "publisher",
        "Kind": "kind",
        "Facts": "facts",
        "Inputs that rest on it": "inputs",
    }
    every, cited = tables.sources_behind(scenario), len(references.cited(scenario))

    def sentence(frame: pd.DataFrame) -> str:
        top = frame.iloc[0]
        return (
            f"Cited facts: {cited}, from {len(every)} sources. None stands behind more of them "
            f"than {top['title']} ({top['publisher']}): behind {top['facts']}. Assumptions and "
            f"choices that rest on it: {top['inputs']}."
        )

    return table(every.head(SOURCES), columns, sentence, nothing=NOTHING_CITED, marked_up=True)


def purchase_prices(scenario: Scenario) -> Exhibit:
    """The picture of the purchase prices of an H100, or one line where no option owns any."""
    owned = price_tables.node_assumption(scenario)
    if owned is None:
        return line("No option owns a chip for which dated prices are on record.")
    owner, band = owned
    frame, as_of = price_tables.purchase_prices(scenario), scenario.as_of.isoformat()
    colour = look(scenario).colour(owner)
    return picture(frame, price_charts.purchase_prices, band, as_of, colour)


def rental_prices(scenario: Scenario) -> Exhibit:
    """The evidence behind the price of the first rental of the question's options that has any."""
    rented = price_tables.rental_assumption(scenario)
    if rented is None:
        return line("No option rents a chip for which dated prices are on record.")
    tranche, band = rented
    asked = [scenario.options[name] for name in comparison.pair(scenario) or scenario.options]
    colour = look(scenario).colour(next(o.title for o in asked if tranche in o.tranches))
    frame, as_of = price_tables.rental_prices(scenario), scenario.as_of.isoformat()
    implied = price_tables.implied_prices(scenario, tranche)
    return Exhibit(price_charts.rental_prices(frame, band, implied, as_of, colour), frame)


def came_later(scenario: Scenario) -> Exhibit:
    """What became public after the as-of day and was not used: the assumptions that a later look at
    the same decision changes."""
    later = len(tables.later_facts(scenario))
    if not later:
        return line(f"No fact of the ledger became public after {scenario.as_of}.")
    head = (
        f"{later} facts of the ledger became public after {scenario.as_of}. None of them was "
        "used here."
    )
    other, changed = tables.looking_back(scenario), tables.changed_by_later(scenario)
    if other is None or changed.empty:
        return line(head)
    words = (
        f"A later look at the same decision, {other.title} (as of {other.as_of}), rests on them in "
        f"{len(changed)} of the assumptions that are used here too."
    )
    columns: Columns = {
        "Assumption": "label",
        "Unit": "unit",
        "Used here": "then",
        "Looking back": "later",
        "Came later, not used": lambda row: fact_links(row["basis"]),
    }
    return stacked(line(f"{head} {words}"), table(changed, columns, marked_up=True))


def _titled(row: Row) -> str:
    """The title of a source, linked where it has an address."""
    if not row["url"].startswith(("https://", "http://")):
        return safe(row["title"])
    return f'<a href="{safe(row["url"])}" rel="noreferrer">{safe(row["title"])}</a>'
