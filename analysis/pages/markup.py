"""Escaped text and tables, as a notebook shows them."""

import html
from dataclasses import dataclass

import pandas as pd

from analysis.wording import figure


@dataclass(frozen=True)
class Html:
    """Marked-up text that a notebook shows; what goes into it was escaped."""

    data: str

    def _repr_html_(self) -> str:
        return self.data

    def __repr__(self) -> str:
        return "text and tables"


def frame(shown: pd.DataFrame) -> Html:
    """A small table as it is, numbers to four digits."""
    rows = [
        [figure(x, digits=4) if isinstance(x, float) else str(x) for x in row]
        for row in shown.itertuples(index=False)
    ]
    return table([str(c).replace("_", " ") for c in shown.columns], rows)


def number(value: float) -> str:
    """A number as the scenario states it."""
    return f"{value:,.0f}" if value == round(value) else f"{value:g}"


def table(heads: list[str], rows: list[list[str]], raw: bool = False) -> Html:
    """An HTML table; cells are escaped unless they are marked-up already."""
    mark = str if raw else safe
    top = "".join(f"<th>{safe(head)}</th>" for head in heads)
    body = "".join("<tr>" + "".join(f"<td>{mark(c)}</td>" for c in row) + "</tr>" for row in rows)
    whole = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return Html(f'<div class="table">{whole}</div>')


def safe(text: str) -> str:
    """A text as HTML shows it, never as markup."""
    return html.escape(str(text), quote=True)
