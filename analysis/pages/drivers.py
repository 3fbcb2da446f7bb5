"""What moves the headlines: pictures where there is something to show, tables, sentences."""

from typing import Any

import pandas as pd

from analysis import charts, claims, tables
from analysis.inputs import Scenario
from analysis.pages.markup import Html, safe, table

MOST = 8


def tornado(scenario: Scenario, measure: str) -> Any:
    """What moves one measure of each option of the question alone; or one line where nothing does.

    `measure` is cost_usd, months or usd_per_pflop_day.
    """
    frame = tables.tornado(scenario, measure)
    if frame.empty:
        what = claims.OF_ONE[measure]
        return Html(f"<p>No input alone moves the {safe(what)} of the options asked about.</p>")
    return charts.tornado(frame)


def explained(frame: pd.DataFrame, measure: str) -> Any:
    """The share of the variance of a headline that each input explains, from `tables.explained`: a
    picture, or one line for each headline of which nothing can be told."""
    panels = tables.of_headline(frame, measure)
    if all(one["unexplained"].iloc[0] for one in panels):
        return _listed(panels)
    return charts.explained(panels)


def together(frame: pd.DataFrame) -> Html:
    """For every headline, what the inputs explain one by one and what only in combination; or why
    nothing can be told."""
    measures = dict.fromkeys(frame["measure"])
    return _listed([one for measure in measures for one in tables.of_headline(frame, measure)])


def drivers(scenario: Scenario, seed: int) -> Html:
    """The inputs that explain most of the spread of the difference of the pair, in cost and in
    months: sentences, a table of their shares, and what is left to combinations."""
    frame = tables.explained(scenario, seed)
    panels = [*tables.of_headline(frame, "cost_usd"), *tables.of_headline(frame, "months")]
    told = [one for one in panels if not one["unexplained"].iloc[0]]
    lines = "".join(f"<p>{safe(claims.explained(one))}.</p>" for one in told)
    return Html(lines + _shares(told) + together(frame).data)


def _shares(panels: list[pd.DataFrame]) -> str:
    """A table of the inputs that explain most of any of some headlines, alone and in total."""
    if not panels:
        return ""
    whole = pd.concat(panels)
    order = whole.groupby("label")["total"].max().sort_values(ascending=False, kind="stable")
    heads, rows = ["Input", "Tied by"], []
    for one in panels:
        what = claims.headline_words(one.iloc[0])
        heads += [f"Of {what}: alone", "in total"]
    for label in order.index[:MOST]:
        found = [one.set_index("label").loc[label] for one in panels]
        cells = [cell for row in found for cell in (_index(row, "first"), _index(row, "total"))]
        rows.append([str(label), str(found[0]["tied_by"]) or "-", *cells])
    chance = "".join(f"<p>{safe(line)}</p>" for line in claims.by_chance(panels))
    return table(heads, rows).data + chance


def _index(row: pd.Series, name: str) -> str:
    """An index with its interval in percent; one that may be zero is not told from it."""
    value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    if high == 0:
        return "0 %"
    if low <= 0:
        return "not told from zero"
    if high <= 0.005:
        return claims.share(value)
    return f"{claims.share(value)} ({100 * low:.0f} to {100 * min(high, 1.0):.0f} %)"


def _listed(panels: list[pd.DataFrame]) -> Html:
    """A sentence for each headline: how far it is explained, or why it is not."""
    lines = []
    for one in panels:
        row = one.iloc[0]
        lines.append(claims.unexplained(row) if row["unexplained"] else claims.together(row))
    return Html("<ul>" + "".join(f"<li>{safe(line)}</li>" for line in lines) + "</ul>")
