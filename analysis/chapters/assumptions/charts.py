"""How ranges lie over the evidence and come out in the futures."""

import altair as alt
import pandas as pd

from analysis.chapters.assumptions import titles
from analysis.chapters.shared.labels import short
from analysis.chapters.shared.style import GREY, INK, WIDTH, dressed


def evidence_ranges(frame: pd.DataFrame, points: pd.DataFrame, rows: int = 24) -> alt.LayerChart:
    """Each range on its own scale: a bar from P10 to P90, a dot at P50, a thin line towards its
    bounds, and the numbers that the facts behind it state."""
    shown, width = frame.head(rows), WIDTH - 430
    spans = _spans(shown, points)
    y = alt.Y("label:N", title=None, sort=list(shown["label"]), axis=alt.Axis(labelLimit=250))
    base = alt.Chart(_on_scale(shown, spans)).encode(y=y)
    x = alt.X(
        "from:Q",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(labels=False, ticks=False, grid=False),
        title="Each row on a scale of its own, in its own unit (share of the width of the row)",
    )
    line = base.mark_rule(color=GREY, strokeWidth=1).encode(x=x, x2="until:Q")
    bar = base.mark_bar(height=9, color="#cbd5e1").encode(x="start:Q", x2="end:Q")
    middle = base.mark_tick(color=INK, thickness=2, size=13).encode(x="middle:Q")
    texts = base.mark_text(align="left", dx=8, fontSize=10, color=INK)
    facts = alt.Chart(_points_on_scale(points, spans)).mark_point(
        size=38, opacity=0.9, strokeWidth=1.3, stroke="#0072B2"
    )
    numbers = facts.encode(
        y=y,
        x="at:Q",
        fill=alt.condition("datum.inside", alt.value("#0072B2"), alt.value("white")),
        tooltip=["quantity:N", alt.Tooltip("number:Q", format=".4~g"), "fact:N"],
    )
    layers = line + bar + middle + numbers + texts.encode(x=alt.value(width), text="words:N")
    more = len(frame) - len(shown)
    return dressed(
        layers.properties(width=width, height=21 * len(shown)),
        titles.evidence_ranges(frame),
        "Bar: P10 to P90, tick: P50 (at the right in numbers); line: towards the bounds. Circles: "
        "cited numbers, hollow outside the bar." + (f" {more} more not shown." if more else ""),
    )


def _spans(frame: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """The ends of each row's scale by label: all that is drawn, and a tenth more on either side."""
    ends = points.groupby("label")["number"].agg(["min", "max"])
    own = frame.set_index("label")
    low = own["low"].combine(ends["min"].reindex(own.index), min)
    high = own["high"].combine(ends["max"].reindex(own.index), max)
    room = 0.1 * (high - low)
    return pd.DataFrame({"first": low - room, "width": high - low + 2 * room})


def _on_scale(frame: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    own = frame.set_index("label").join(spans)
    least = own["min"].fillna(-float("inf")).combine(own["first"], max)
    most = own["max"].fillna(float("inf")).combine(own["first"] + own["width"], min)
    places = {"start": own["low"], "middle": own["mid"], "end": own["high"]}
    places |= {"from": least, "until": most}
    words = own["low"].map(short) + " / " + own["mid"].map(short) + " / " + own["high"].map(short)
    rows = pd.DataFrame({k: (v - own["first"]) / own["width"] for k, v in places.items()})
    return rows.assign(words=words + " " + own["unit"]).reset_index()


def _points_on_scale(points: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    shown = points[points["label"].isin(spans.index)].join(spans, on="label")
    at = (shown["number"] - shown["first"]) / shown["width"]
    return shown.assign(at=at)[["label", "quantity", "number", "fact", "inside", "at"]]
