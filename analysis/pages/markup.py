"""Escaped text and tables, as a notebook shows them."""

import html
import math
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
    """A small table as it is, numbers to four digits; what is not there, or never, is a dash."""
    rows = [[_cell(x) for x in row] for row in shown.itertuples(index=False)]
    return table([str(c).replace("_", " ") for c in shown.columns], rows)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return figure(value + 0.0, digits=4) if math.isfinite(value) else "-"  # no minus zero
    return str(value)


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
