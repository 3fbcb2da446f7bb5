"""Future by future: how two options differ, which costs less, which is earlier, who wins."""

from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.comparison import titles
from analysis.chapters.shared.style import GREY, INK, WIDTH, Look, dressed, money, tips
from analysis.decision.wording import percent
from analysis.scenario.schema import NO_OPTION


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


def quadrants(frame: pd.DataFrame, look: Look) -> Any:
    """The share of futures in which each option of the question costs less, is earlier, or both;
    ties have cells of their own where there are any."""
    a, b = look.pair or ("", "")
    times = {"a": f"{a} earlier", "equal": "Neither earlier", "b": f"{b} earlier"}
    costs = {"a": f"{a} costs less", "equal": "Equal cost", "b": f"{b} costs less"}
    shown = frame
    for side in ("cheaper", "earlier"):
        tied = shown.loc[shown[side] == "equal", "share"].sum()
        shown = shown[shown[side] != "equal"] if tied == 0 else shown
    both = {("a", "a"): look.colour(a), ("b", "b"): look.colour(b)}
    cells = shown.assign(
        time=shown["earlier"].map(times),
        cost=shown["cheaper"].map(costs),
        told=[percent(share) for share in shown["share"]],
        strength=0.15 + 0.75 * shown["share"],
        fill=[both.get(x, GREY) for x in zip(shown["cheaper"], shown["earlier"], strict=True)],
    )
    plain = alt.Axis(labelAngle=0, labelLimit=200, labelFontSize=12, ticks=False, domain=False)
    x = alt.X("time:N", title=None, sort=list(times.values()), axis=plain)
    y = alt.Y("cost:N", title=None, sort=list(costs.values()), axis=plain)
    fill = alt.Color("fill:N", scale=None)
    opacity = alt.Opacity("strength:Q", scale=None, legend=None)
    base = alt.Chart(cells)
    rect = base.mark_rect(stroke="white", strokeWidth=3).encode(
        x, y, fill, opacity, tooltip=tips(cells, "share", "se")
    )
    text = base.mark_text(fontSize=24, fontWeight="bold", color=INK).encode(
        x, y, alt.Text("told:N")
    )
    return dressed(
        alt.layer(rect, text, width=WIDTH - 190, height=80 * cells["cost"].nunique()),
        titles.quadrants(frame, (a, b)),
        "Share of futures. Coloured: one option costs less and is earlier; grey: the two differ.",
    )


def winners(frame: pd.DataFrame, look: Look) -> Any:
    """How often each option is first, of lowest compared cost and of lowest cost per useful compute
    among the ranked that meet the need, as bars of 100 %."""
    shades = {**{one: look.colour(one) for one in look.options}, NO_OPTION: "#d1d5db"}
    rows = _end_to_end(frame, list(shades))
    axis = alt.Axis(labelLimit=220, labelFontSize=12)
    y = alt.Y("measure:N", title=None, sort=list(dict.fromkeys(frame["measure"])), axis=axis)
    return dressed(
        alt.layer(
            _shares(rows, shades, y),
            _share_labels(rows, shades, y),
            width=WIDTH - 190,
            height=46 * frame["measure"].nunique(),
        ),
        titles.winners(frame),
        "Among the ranked options that meet the need in a future; ties are shared.",
    )


def _end_to_end(frame: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """Where each share begins and ends when those of a measure are laid end to end."""
    start = frame.groupby("measure", sort=False)["share"].cumsum() - frame["share"]
    ends = frame.assign(start=start, end=start + frame["share"], middle=start + frame["share"] / 2)
    return ends.assign(rank=frame["option"].map(order.index))


def _shares(rows: pd.DataFrame, shades: dict[str, str], y: alt.Y) -> alt.Chart:
    shown = [one for one in shades if rows.loc[rows["option"] == one, "share"].sum() > 0]
    x = alt.X(
        "start:Q",
        title="Share of futures",
        axis=alt.Axis(format="%", tickCount=5),
        scale=alt.Scale(domain=[0, 1]),
    )
    colour = alt.Color(
        "winner:N",
        title=None,
        scale=alt.Scale(domain=shown, range=[shades[one] for one in shown]),
        legend=alt.Legend(columns=3, labelLimit=200),
    )
    bars = alt.Chart(rows[rows["share"] > 0].rename(columns={"option": "winner"}))
    said = tips(bars.data, "measure", "winner", "share", "se")
    return bars.mark_bar(stroke="white", height=30).encode(
        x, alt.X2("end:Q"), y, colour, tooltip=said
    )


def _share_labels(rows: pd.DataFrame, shades: dict[str, str], y: alt.Y) -> alt.Chart:
    """The share in each bar that is wide enough for it."""
    wide = rows[rows["share"] * (WIDTH - 190) > 34]
    named = wide.assign(
        told=[percent(share) for share in wide["share"]],
        ink=[_legible_on(shades[one]) for one in wide["option"]],
    )
    text = alt.Chart(named).mark_text(fontWeight="bold", fontSize=12)
    ink = alt.Color("ink:N", scale=None)
    return text.encode(alt.X("middle:Q"), y, alt.Text("told:N"), ink)


def _legible_on(shade: str) -> str:
    """Ink on a light shade, white on a dark one."""
    red, green, blue = (int(shade[i : i + 2], 16) for i in (1, 3, 5))
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "white"
