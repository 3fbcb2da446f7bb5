"""Escaped text and tables, as a notebook shows them."""

import html
import re
from collections.abc import Iterable

from analysis.evidence import ledger as ledgers


def fact_link(ledger: ledgers.Ledger, key: str) -> str:
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


def table_of(heads: list[str], rows: list[list[str]], raw: bool = False) -> str:
    """A table as marked-up text; cells are escaped unless they are marked-up already."""
    mark = str if raw else safe
    top = "".join(f"<th>{safe(head)}</th>" for head in heads)
    body = "".join("<tr>" + "".join(f"<td>{mark(c)}</td>" for c in row) + "</tr>" for row in rows)
    whole = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="table">{whole}</div>'


def safe(text: str) -> str:
    """A text as HTML shows it, never as markup."""
    return html.escape(str(text), quote=True)


def fact_links(keys: str) -> str:
    """Facts by their ids, which blanks divide, each linked to where it was published."""
    ledger = ledgers.ledger()
    return ", ".join(fact_link(ledger, key) for key in keys.split())


def bullets(sentences: Iterable[str]) -> str:
    """Sentences as a marked-up list, escaped."""
    return "<ul>" + "".join(f"<li>{safe(words)}</li>" for words in sentences) + "</ul>"
