"""What `workbook evidence` shows: facts by their topic, one paragraph each, in a pipe one line."""

from collections.abc import Iterable
from itertools import groupby

from rich.style import Style
from rich.table import Table
from rich.text import Text

from analysis.decision.wording import stated
from analysis.evidence.ledger import Fact, Ledger


def shown(ledger: Ledger, facts: Iterable[Fact]) -> list[Table]:
    """The facts by topic: what it is and how much, its name, when it became public, and where."""
    tables = []
    for topic, of_the_topic in groupby(sorted(facts, key=lambda fact: fact.topic), _topic):
        table = Table.grid(padding=(0, 1))
        table.title, table.title_justify = Text(topic.upper(), style="bold"), "left"
        table.add_column()
        table.add_column(overflow="fold")
        for fact in of_the_topic:
            table.add_row("*", _fact(ledger, fact))
        tables.append(table)
    return tables


def _topic(fact: Fact) -> str:
    return fact.topic


def _fact(ledger: Ledger, fact: Fact) -> Text:
    source = ledger.sources[fact.source]
    where = source["url"] or fact.read_at or fact.arithmetic
    standing = "" if fact.standing == "firm" else f" [{fact.standing}]"
    link = Style(dim=True, link=where if where.startswith("https://") else None)
    return Text.assemble(
        (f"{fact.quantity}: {_value(fact)}{standing}", "bold"),
        f"; {fact.id}, public {fact.public_on or 'on an unknown day'}; {source['title']} ",
        (where, link),
    )


def _value(fact: Fact) -> str:
    """A fact with its unit as people say it: 24 million USD, 50 %, 2025-01-01 to 2025-12-31."""
    ends = list(dict.fromkeys(x for x in (fact.at_least, fact.value, fact.at_most) if x))
    if fact.type != "number":
        return " to ".join(ends)
    share = fact.unit == "share"
    amount, *unit = fact.unit.split(" ", 2)
    words = f"{unit[0]} {amount}" if amount == "USD" and unit and "illion" in unit[0] else fact.unit
    numbers = " to ".join(stated(float(x) * (100 if share else 1)) for x in ends)
    return f"{numbers} {'%' if share else words}"
