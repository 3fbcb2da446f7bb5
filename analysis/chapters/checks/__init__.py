"""The figures that others have printed beside ours, and the model's identities."""

import math
from typing import Any

import pandas as pd

from analysis.chapters.checks import by_the_book as by_the_book
from analysis.chapters.checks import charts, tables, titles
from analysis.chapters.checks import practice_tables as practice_tables
from analysis.chapters.checks import practices as practices
from analysis.chapters.checks import risk_tables as risk_tables
from analysis.chapters.checks.titles import EXACT
from analysis.chapters.shared import style
from analysis.chapters.shared.markup import Html, safe, table
from analysis.decision import attribution
from analysis.decision.wording import figure, usd
from analysis.model import comparison
from analysis.scenario import edits
from analysis.scenario.schema import Scenario

EXACT_PERCENT = 1e-6
"""So little room is only that of rounding in a computer."""


def published_figures(frame: pd.DataFrame, standing: str) -> Html:
    """The figures of one standing, theirs and ours, with the source of each case, its tolerance and
    why they differ; below, which of them lies furthest apart."""
    chosen = frame[frame["standing"] == standing]
    rows = []
    for _, group in chosen.groupby("case", sort=False):
        first = group.iloc[0]
        for i, (_, row) in enumerate(group.iterrows()):
            about = [_source(first), safe(first["tolerance"])] if i == 0 else ["", ""]
            near = "" if row["near"] else " (not near enough)"
            numbers = [safe(_theirs(row)), safe(_number(row["ours"], row["unit"]))]
            cells = [about[0], safe(row["quantity"]), *numbers, safe(_apart(row) + near)]
            rows.append([*cells, safe(_room(row)), about[1]])
    heads = ["Source", "Quantity", "Theirs", "Ours", "Apart", "Allowed", "Why, and how near"]
    return Html(table(heads, rows, raw=True).data + f"<p>{safe(_furthest(chosen))}</p>")


def _source(row: pd.Series) -> str:
    link = f'<a href="{safe(row["url"])}" rel="noreferrer">{safe(row["title"])}</a>'
    return f"{link}; {safe(row['publisher'])}, {safe(row['date'])}"


def _theirs(row: pd.Series) -> str:
    """The printed figure, or the ends that were printed."""
    if pd.notna(row["theirs"]):
        return _number(row["theirs"], row["unit"])
    ends = [_number(x, row["unit"]) for x in (row["low"], row["high"]) if math.isfinite(x)]
    if len(ends) == 2:
        return " to ".join(ends)
    return f"at least {ends[0]}" if math.isfinite(row["low"]) else f"at most {ends[0]}"


def _number(value: float, unit: str) -> str:
    """A figure with its unit, to four digits; a share is a bare number."""
    if unit == "USD" and abs(value) >= 1e5:
        return usd(value)
    short = f"{value + 0.0:.4g}" if not 1e3 <= abs(value) < 1e7 else figure(value, digits=4)
    return short if unit.startswith("share") else f"{short} {unit}"


def _apart(row: pd.Series) -> str:
    """How far ours lies from theirs, in percent; in the unit where theirs is 0."""
    if pd.isna(row["theirs"]):
        return "within" if row["near"] else "outside"
    if pd.isna(row["ratio"]):
        return f"{row['ours']:+.4f}"
    share = 100 * (row["ratio"] - 1)
    return f"{share:+.2f} %" if abs(share) >= 0.005 else "under 0.01 %"


def _room(row: pd.Series) -> str:
    """How far apart ours and theirs may be."""
    if pd.isna(row["theirs"]):
        return "-"
    room = row["high"] - row["theirs"]
    if pd.isna(row["ratio"]):
        return f"± {room:.2g}"
    share = 100 * room / abs(row["theirs"])
    return "exact" if share < EXACT_PERCENT else f"± {share:.2g} %"


def _furthest(frame: pd.DataFrame) -> str:
    known = frame.dropna(subset=["ratio"])
    if known.empty:
        return "None of them has a figure to divide by."
    row = known.iloc[int((known["ratio"] - 1).abs().argmax())]
    return (
        f"Of {len(frame)} figures {int(frame['near'].sum())} are near enough; furthest apart is "
        f"\u201c{row['quantity']}\u201d ({row['case']}), by {_apart(row)}."
    )


def identities(scenario: Scenario, number: int, seed: int) -> Html:
    """What must hold whatever the inputs, with how many numbers were compared and the largest
    deviation; below, whether all hold."""
    frame = tables.identities(scenario, number, seed)
    rows = [
        [row["identity"], f"{row['compared']:,}", _deviation(row["deviation"])]
        for _, row in frame.iterrows()
    ]
    heads = ["Identity", "Numbers compared", "Largest deviation"]
    return Html(table(heads, rows).data + f"<p>{safe(titles.identities(frame))}</p>")


def _deviation(share: float) -> str:
    if share == 0:
        return "none"
    return "rounding, under 1 in 10^9" if share < EXACT else f"{figure(100 * share)} %"


DRAWS = 1024
"""So few futures tell what an input moved, because it is changed on the same ones."""


def waterfall(before: Scenario, after: Scenario, seed: int) -> Any:
    """Which changed input moved the pair of the question from one scenario to another; or one line
    where they have no pair in common or nothing that moved it."""
    pair = _pair(before, after)
    if pair is None:
        return Html("<p>No pair of options is in both, so there is no difference to follow.</p>")
    steps, start, end = attribution.waterfall(before, after, pair, DRAWS, seed)
    if not any(one.cost_usd.value or one.months.value for one in steps):
        return Html("<p>No changed input moves the two options of the question.</p>")
    look = style.look(edits.with_pair(after, pair))
    frame = tables.waterfall(steps, start, end, _names(before, after))
    return charts.waterfall(frame, look, DRAWS)


def _pair(before: Scenario, after: Scenario) -> tuple[str, str] | None:
    """The pair of the one if the other has both options, else that of the other."""
    for one, other in ((before, after), (after, before)):
        asked = comparison.pair(one)
        if asked and set(asked) <= set(other.options):
            return asked
    return None


def _names(before: Scenario, after: Scenario) -> tuple[str, str]:
    """What the two ends are called: their days of knowledge, or before and after."""
    if before.as_of == after.as_of:
        return "Before", "After"
    return f"As known on {before.as_of}", f"As known on {after.as_of}"
