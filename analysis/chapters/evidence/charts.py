"""The ledger over time and by topic."""

import altair as alt
import pandas as pd

from analysis.chapters.evidence import titles
from analysis.chapters.evidence.price_charts import as_of_line
from analysis.chapters.shared.style import GREY, INK, WIDTH, dressed


def ledger_timeline(frame: pd.DataFrame, as_of: str) -> alt.LayerChart:
    """The facts of the ledger by topic and day: area of a circle for their number, its filled part
    for those that the scenario rests on."""
    since = frame.loc[frame["used"] > 0, "day"].min() if frame["used"].any() else ""
    older = int(frame.loc[frame["day"] < since, "facts"].sum())
    shown = frame[frame["day"] >= since]
    size = alt.Scale(domain=[0, int(shown["facts"].max())], range=[0, 420])
    years = alt.Axis(format="%Y", labelAngle=0, tickCount=8)
    title = "Day on which the facts became public"
    base = alt.Chart(shown[["topic", "day", "facts", "used"]]).encode(
        x=alt.X("day:T", scale=alt.Scale(type="utc"), title=title, axis=years),
        y=alt.Y("topic:N", title=None, sort=sorted(set(shown["topic"]))),
        tooltip=["topic:N", "day:N", "facts:Q", "used:Q"],
    )
    every = base.mark_point(stroke=GREY, filled=False, strokeWidth=1.2)
    used = base.transform_filter("datum.used > 0").mark_point(filled=True, color=INK, opacity=1)
    layers = [
        every.encode(size=alt.Size("facts:Q", scale=size, legend=None)),
        used.encode(size=alt.Size("used:Q", scale=size, legend=None)),
        *as_of_line(shown, as_of),
    ]
    return dressed(
        alt.layer(*layers).properties(width=WIDTH - 90, height=300),
        titles.ledger_timeline(frame, as_of),
        "Circle: facts of a quarter, by area; filled: those that an assumption or a choice cites."
        + (f" Not drawn: {older} from before {since[:4]}." if older else ""),
    )
