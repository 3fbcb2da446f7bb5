"""What moves the headlines of the two options of the question, and what explains their variance."""

from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.sensitivity import tables, titles
from analysis.chapters.sensitivity.tables import SHOWN
from analysis.chapters.shared.style import INK, WIDTH, dressed, money, tips

ENDS = ("low", "high")
SHADES = alt.Scale(domain=list(ENDS), range=["#94a3b8", "#334155"])
LABELS, LETTERS = 240, 44

LEAST = 0.005
"""An input that explains less than this in total is not drawn, but for the first."""

LINES = alt.Axis(labelLimit=LABELS + 20, labelExpr="split(datum.value, '\\n')", labelLineHeight=12)
EVENTS = "An event is drawn like a range: not happening, happening."

EXPLAINED = (
    "Dot: what the input explains alone; diamond: with what it does together with others; lines: "
    "95 % intervals. Inputs that share a cause stand together and count as one."
)

SHARES = alt.Axis(format="%", tickCount=6)
ORDERS = ["alone", "in total"]
INKS = alt.Scale(domain=ORDERS, range=["#0f172a", "#94a3b8"])
SHAPES = alt.Scale(domain=ORDERS, range=["circle", "diamond"])


def one_at_a_time(frame: pd.DataFrame, pair: tuple[str, str]) -> Any:
    """How far each input, moved from low to high alone, moves the difference of the pair (titles)
    in compared cost and, with a run, in months to the target; the inputs that move it most."""
    a, b = pair
    panels: list[Any] = []
    for measure in ("cost_usd", "months"):
        top = frame.sort_values(f"{measure}_swing", ascending=False, kind="stable").head(SHOWN)
        if panels and not (top[f"{measure}_swing"] > 0).any():
            continue
        bars = _bars(top[top[f"{measure}_swing"] > 0], measure)
        panels.append(_drawn(bars, f"{a} less {b}", measure) + _zero())
    note = f"Bars start at the mid case. Left of zero {a} costs less, or is earlier. {EVENTS}"
    return dressed(_stacked(panels), titles.moved(frame), titles.moved_in_time(frame) + note)


def explained(shares: pd.DataFrame) -> Any:
    """The share of the variance of one measure that each input explains, alone and in total, each
    with its 95 % interval; one panel per headline, the inputs with the largest total. Why another
    headline is left out stands in the note."""
    told = tables.headlines(shares[shares["unexplained"] == ""])
    left_out = tables.headlines(shares[shares["unexplained"] != ""])
    drawn = [
        panel[(panel["total"] >= LEAST) | (panel["total"] == panel["total"].max())].head(SHOWN)
        for panel in told
    ]
    why = [titles.unexplained(panel.iloc[0]) for panel in left_out]
    return dressed(
        _stacked([_shares(top) for top in drawn], x="shared"),
        "; ".join(titles.explained(panel) for panel in told),
        " ".join([EXPLAINED, *titles.by_chance(drawn), *why]),
    )


def _stacked(panels: list[Any], x: Any = "independent") -> alt.VConcatChart:
    return alt.vconcat(*panels).resolve_scale(y="independent", x=x)


def _bars(top: pd.DataFrame, measure: str) -> pd.DataFrame:
    """One row per end of an input: where its bar starts and ends, the input's value there, and what
    is said where a target is missed."""
    parts = []
    for end in ENDS:
        ends, mid = top[f"{measure}_{end}"], top[f"{measure}_mid"]
        never = top.get(f"{measure}_missed_{end}", pd.Series(False, top.index))
        bar = pd.DataFrame({"label": top["label"], "end": end, "at": ends, "mid": mid})
        bar["value"] = [f"{x:g} {u}" for x, u in zip(top[end], top["unit"], strict=True)]
        bar["told"] = ["not within the horizon" if x else "" for x in never]
        parts.append(bar.assign(side=["left" if x else "right" for x in ends < mid]))
    return pd.concat(parts)


def _drawn(bars: pd.DataFrame, whose: str, measure: str) -> Any:
    """A bar per input and end, in the order of the rows; `whose` number it is stands first."""
    scale, unit = 1.0, titles.OF_ONE[measure]
    if measure == "cost_usd":
        scale, words = money(bars["at"])
        unit = f"{unit}, {words}"
    labels = list(dict.fromkeys(bars["label"]))
    data = bars.assign(at=bars["at"] / scale, mid=bars["mid"] / scale)
    y = alt.Y("label:N", sort=labels, title=None, axis=alt.Axis(labelLimit=LABELS + 20))
    bar = alt.Chart(data).mark_bar(height=14)
    ends = bar.encode(
        y=y,
        x=alt.X("at:Q", title=f"{whose}, {unit}", scale=alt.Scale(zero=False)),
        x2="mid:Q",
        color=alt.Color("end:N", title="Input at its", sort=list(ENDS), scale=SHADES),
        tooltip=tips(data, "label", "end", "value", "at"),
    )
    mid = alt.Chart(data.head(1)).mark_rule(color=INK).encode(x="mid:Q")
    layers = [ends, mid, *_told(data[data["told"] != ""], y)]
    return alt.layer(*layers, width=WIDTH - LABELS, height=22 * max(len(labels), 1))


def _told(data: pd.DataFrame, y: alt.Y) -> list[alt.Chart]:
    """What is missing at the end of a bar, in words within it, with a halo on any shade."""
    layers = []
    for side, rows in data.groupby("side"):
        left = side == "left"
        for halo in ({"stroke": "white", "strokeWidth": 3}, {"color": INK}):
            text = alt.Chart(rows).mark_text(
                align="left" if left else "right",
                dx=4 if left else -4,
                fontSize=10,
                strokeJoin="round",
                **halo,
            )
            layers.append(text.encode(y=y, x="at:Q", text="told:N"))
    return layers


def _shares(top: pd.DataFrame) -> Any:
    """A dot and a diamond per input with their intervals, one below the other."""
    labels = [_cut(label) for label in top["label"]]
    parts = []
    for order, index in zip(ORDERS, ("first", "total"), strict=True):
        ends = {index: "share", f"{index}_low": "low", f"{index}_high": "high"}
        parts.append(top[list(ends)].rename(columns=ends).assign(label=labels, order=order))
    base = alt.Chart(pd.concat(parts)).encode(
        y=alt.Y("label:N", sort=labels, title=None, axis=LINES),
        yOffset=alt.YOffset("order:N", sort=ORDERS),
        color=alt.Color("order:N", title="Explains", sort=ORDERS, scale=INKS),
    )
    x = alt.X(
        "low:Q", title=f"Share of the variance of {titles.headline_words(top.iloc[0])}", axis=SHARES
    )
    lines = base.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q")
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(
        x="share:Q",
        shape=alt.Shape("order:N", title="Explains", scale=SHAPES),
        tooltip=tips(base.data, "label", "share"),
    )
    tall = 14 + 12 * max(label.count("\n") + 1 for label in labels)
    return alt.layer(lines, dots, _zero(), width=WIDTH - LABELS, height=tall * len(labels))


def _cut(label: str) -> str:
    """A label in at most two lines."""
    return "\n".join(wrap(label, LETTERS, max_lines=2, placeholder=" ..."))


def _zero() -> alt.Chart:
    """Zero as a dashed line."""
    rule = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK, strokeDash=[4, 3])
    return rule.encode(x="zero:Q")
