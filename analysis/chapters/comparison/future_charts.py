"""Future by future: how two options differ, which costs less, which is earlier, who wins."""

from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.comparison import titles
from analysis.chapters.shared.style import GREY, INK, WIDTH, Look, dressed, money, tips
from analysis.decision.wording import percent


def differences(frame: pd.DataFrame, look: Look) -> Any:
    """How the two options of the question differ future by future, in compared cost and in
    months: bars in the colour of the one that costs less or is earlier, with P10, P50 and P90."""
    a, b = look.pair or ("", "")
    panels = []
    for what, word, quantity in (
        ("cost_usd", "costs less", "compared cost"),
        ("months", "is earlier", "months to the target"),
    ):
        here = frame[frame["what"] == what]
        if here.empty:
            continue
        size, unit = (1.0, quantity)
        if what == "cost_usd":
            size, words = money(here[["low", "high"]].abs().max(axis=1))
            unit = f"{quantity}, {words}"
        columns = ["low", "high", "p10", "p50", "p90"]
        scaled = here.assign(**{name: here[name] / size for name in columns})
        panels.append(_histogram(scaled, look, word, f"{a} less {b}, {unit}"))
    return dressed(
        alt.vconcat(*panels, spacing=24),
        titles.differences(frame, (a, b)),
        "Share of futures by difference; the outermost bars hold all beyond. "
        "Black: P10 to P90, dot: P50; dashed: zero.",
    )


def _histogram(here: pd.DataFrame, look: Look, word: str, title: str) -> Any:
    """Bars of one difference, the share on either side of zero in words, and the range below."""
    bars, ties = here[here["lower"] != ""], here[here["lower"] == ""]
    span = [float(here["low"].min()), float(here["high"].max())]
    highest = float(here["share"].max())
    tall = alt.Scale(domain=[0, 1.4 * highest], nice=False)
    x = alt.X("low:Q", title=title, scale=alt.Scale(domain=span, nice=False))
    y = alt.Y("share:Q", title="Share", axis=alt.Axis(format="%", tickCount=4), scale=tall)
    colour = alt.Color("lower:N", scale=look.colours, legend=None)
    rect = alt.Chart(bars.assign(none=0.0)).mark_rect(stroke="white", strokeWidth=0.5)
    layers = [
        rect.encode(x, alt.X2("high:Q"), y, alt.Y2("none:Q"), colour, tooltip=tips(bars, "share"))
    ]
    layers += [alt.Chart(ties).mark_bar(size=6, color=GREY).encode(x, y)] if len(ties) else []
    layers += [*_sides(here, look, word), *_ends(here, highest)]
    return alt.layer(*layers, width=WIDTH, height=140)


def _sides(here: pd.DataFrame, look: Look, word: str) -> list[alt.Chart]:
    """The share of futures on either side of zero, and of ties, in words at the top."""
    sums = here.groupby("lower")["share"].sum()
    a, b = look.pair or ("", "")
    places: list[tuple[str, int, int, Any]] = [
        (a, 4, 8, "left"),
        (b, WIDTH - 4, 8, "right"),
        ("", 4, 24, "left"),
    ]
    found = []
    for option, across, down, align in places:
        if option in sums:
            told = f"{option} {word}" if option else "equal"
            frame = pd.DataFrame({"told": [f"{told} in {percent(float(sums[option]))}"]})
            colour = look.colour(option) if option else GREY
            text = alt.Chart(frame).mark_text(align=align, fontWeight="bold", color=colour)
            place = {"x": alt.value(across), "y": alt.value(down)}
            found.append(text.encode(alt.Text("told:N"), **place))
    return found


def _ends(here: pd.DataFrame, highest: float) -> list[alt.Chart]:
    """Zero as a dashed line; P10 to P90 as a line along the axis and P50 as a dot on it."""
    base = alt.Chart(here.iloc[[0]][["p10", "p50", "p90"]].assign(zero=0.0, highest=highest))
    y = alt.Y("zero:Q")
    dot = base.mark_circle(color="black", size=110, opacity=1)
    return [
        base.mark_rule(color=INK, strokeDash=[4, 3]).encode(
            alt.X("zero:Q"), y, alt.Y2("highest:Q")
        ),
        base.mark_rule(color="black", strokeWidth=4).encode(alt.X("p10:Q"), alt.X2("p90:Q"), y),
        dot.encode(alt.X("p50:Q"), y, tooltip=tips(here, "p10", "p50", "p90")),
    ]
