"""The ledger over time and by topic, the kinds of its facts, and how far they lie apart."""

import altair as alt
import pandas as pd

from analysis.chapters.evidence import titles
from analysis.chapters.evidence.price_charts import as_of_line
from analysis.chapters.shared.labels import short
from analysis.chapters.shared.style import GREY, INK, WIDTH, dressed, stacked

KINDS = alt.Scale(domain=["reported", "derived", "measured"], range=["#cbd5e1", "#64748b", INK])
"""From light to dark: somebody's word, arithmetic, counted."""


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


def cited_kinds(frame: pd.DataFrame) -> alt.Chart:
    """The cited facts by topic, stacked by kind."""
    bars = stacked(
        frame,
        alt.Y("topic:N", title=None, sort="-x"),
        alt.X("sum(facts):Q", title="Cited facts (share of each kind, stacked)"),
        alt.Color("kind:N", scale=KINDS, title="Kind of fact"),
        KINDS["domain"],
    )
    return dressed(
        bars.properties(width=WIDTH - 90, height=20 * frame["topic"].nunique()),
        titles.cited_kinds(frame),
        "Only a firm fact with a day may back an input; a weak or recalled one backs none.",
    )


def spreads(frame: pd.DataFrame, rows: int = 14) -> alt.LayerChart:
    """The numbers that lie furthest apart, the lowest of each row set to 1."""
    shown = frame.head(rows)
    ends = shown.apply(lambda r: f"{short(r['low'])} to {short(r['high'])} {r['unit']}", axis=1)
    data = shown.assign(start=1.0, ends=ends, named=shown["value"] / shown["low"])
    base = alt.Chart(data).encode(
        y=alt.Y("label:N", title=None, sort=None, axis=alt.Axis(labelLimit=290)),
        tooltip=["label:N", "ends:N", "ratio:Q"],
    )
    x = alt.X(
        "start:Q",
        scale=alt.Scale(type="log", domain=[1, 4 * float(shown["ratio"].max())], nice=False),
        axis=alt.Axis(values=[n * 10**k for k in range(6) for n in (1, 2, 5)], format="~s"),
        title="Share of the lowest number (log scale; the lowest is 1)",
    )
    colour = alt.condition("datum.facts == 1", alt.value(INK), alt.value("#94a3b8"))
    bars = base.mark_bar(height=9).encode(x=x, x2="ratio:Q", color=colour)
    dots = base.transform_filter("isValid(datum.named)").mark_tick(color="white", thickness=2)
    texts = base.mark_text(align="left", dx=5, color=INK).encode(x="ratio:Q", text="ends:N")
    layers = bars + dots.encode(x="named:Q") + texts
    return dressed(
        layers.properties(width=WIDTH - 300, height=22 * len(shown)),
        titles.spreads(frame),
        "Dark: the ends that one fact gives; light: facts in one unit behind one assumption, which "
        "may measure different things.",
    )
