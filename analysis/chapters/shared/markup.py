"""Escaped text and tables, as a notebook shows them."""

import html
import re
from collections.abc import Iterable

from analysis.evidence import ledger as ledgers

TAG = re.compile("<[^>]*>")
NUMBER = re.compile(r"[-+−±~]? ?\d[\d.,]*(?:e[+-]?\d+)?(?: [^\d()]{1,24})?(?: ?\([^()]*\))?")
"""A number as a cell tells it: with a sign, a unit and a range, or without."""


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


def aligned(marked_up: str) -> str:
    """A text in which every table says that words stand to the left and numbers to the right, since
    JupyterLab would set all of it to the right and a page all to the left."""
    return re.sub("<table>.*?</table>", _aligned, marked_up, flags=re.DOTALL)


def _aligned(table: re.Match[str]) -> str:
    rows = [re.findall("<td>(.*?)</td>", row, re.DOTALL) for row in table[0].split("<tr>")[2:]]
    sides = ["right" if _are_numbers(column) else "left" for column in zip(*rows, strict=True)]

    def row(found: re.Match[str]) -> str:
        side = iter(sides)
        return re.sub("<(t[dh])>", lambda c: f'<{c[1]} style="text-align:{next(side)}">', found[0])

    return re.sub("<tr>.*?</tr>", row, table[0], flags=re.DOTALL) if rows else table[0]


def _are_numbers(cells: tuple[str, ...]) -> bool:
    """Whether most of the cells that say something are numbers."""
    said = [words for cell in cells if (words := html.unescape(TAG.sub("", cell)).strip(" -"))]
    return 2 * sum(NUMBER.fullmatch(words) is not None for words in said) > len(said)


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
