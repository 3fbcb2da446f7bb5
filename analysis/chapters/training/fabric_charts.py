"""What stops take of a run by its size, how many GPUs one run can use, what is left of peak."""

from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.chapters.shared.style import INK, WIDTH, Look, by_option, dressed, panels, tips
from analysis.chapters.training import titles
from analysis.chapters.training.fabric_tables import STEPS
from analysis.decision.wording import figure, percent

PROGRESS = "Share of time that is progress"


WORTH = "GPUs' worth of progress"


def goodput(curve: pd.DataFrame, sizes: pd.DataFrame, look: Look) -> alt.VConcatChart:
    """Goodput against the number of GPUs in one run, P10 to P90 and P50, chip by chip, with the
    options' fabrics."""
    return dressed(
        _chip_by_chip(_goodput_of_chip, curve, sizes, look),
        titles.goodput(sizes),
        "Band: P10 to P90; line: P50. Marked: the GPUs that one run spans in each option, at P50.",
    )


def _goodput_of_chip(
    curve: pd.DataFrame, sizes: pd.DataFrame, chip: str, look: Look
) -> alt.LayerChart:
    """The words of the marks stand in the corner under the curve, those of the largest lowest."""
    middle = np.sqrt(curve["gpus"].min() * curve["gpus"].max())
    marks = _fabric_marks(sizes, look).assign(
        words=lambda f: 0.05 + 0.09 * (len(f) - 1 - f["rank"]), left=lambda f: f["gpus"] > middle
    )
    x = _gpus(chip, 5, type="log")
    y = alt.Y(
        "p50:Q",
        title=PROGRESS,
        axis=alt.Axis(format="%", tickCount=5),
        scale=alt.Scale(domain=[0, 1]),
    )
    layers = _curve(curve, x, y, "") + _fabrics(marks, x, "goodput", PROGRESS)
    return layers.properties(width=WIDTH - 80, height=210)


def useful_gpus(curve: pd.DataFrame, sizes: pd.DataFrame, look: Look) -> alt.VConcatChart:
    """GPUs x goodput against the number of GPUs in one run, P10 to P90 and P50, chip by chip, with
    the number that gives most and the options' fabrics."""
    return dressed(
        _chip_by_chip(_useful_of_chip, curve, sizes, look),
        titles.useful_gpus(sizes),
        "Band: P10 to P90; line: P50. Shaded upright: where the most useful number lies, "
        "P10 to P90, if in view.",
    )


def _useful_of_chip(
    curve: pd.DataFrame, sizes: pd.DataFrame, chip: str, look: Look
) -> alt.LayerChart:
    """The words of the marks stand in the corner above the curve, those of the smallest highest."""
    end, top = curve["gpus"].max(), 1.15 * curve["useful_p90"].max()
    marks = _fabric_marks(sizes, look).assign(
        useful=lambda f: f["gpus"] * f["goodput"],
        words=lambda f: top * (0.93 - 0.09 * f["rank"]),
        left=lambda f: f["gpus"] > 0.6 * end,
    )
    x = _gpus(chip, 6, domain=[0, end])
    y = alt.Y(
        "useful_p50:Q",
        title=WORTH,
        axis=alt.Axis(format="~s", tickCount=5),
        scale=alt.Scale(domain=[0, top], nice=False),
    )
    most = _most(sizes.iloc[0], end, top, x)
    layers = most + _curve(curve, x, y, "useful_") + _fabrics(marks, x, "useful", WORTH)
    return layers.properties(width=WIDTH - 80, height=210)


def _chip_by_chip(
    draw: Callable[..., Any], curve: pd.DataFrame, sizes: pd.DataFrame, look: Look
) -> alt.VConcatChart:
    """One picture below the other for each chip, of its curve and its fabrics."""
    pictures = [
        draw(curve[curve["chip"] == chip], sizes[sizes["chip"] == chip], chip, look)
        for chip in dict.fromkeys(curve["chip"])
    ]
    return alt.vconcat(*pictures)


def _gpus(chip: str, ticks: int, **scale: Any) -> alt.X:
    axis = alt.Axis(format="~s", tickCount=ticks)
    title = f"{chip.upper()} GPUs in one run"
    return alt.X("gpus:Q", title=title, scale=alt.Scale(nice=False, **scale), axis=axis)


def _curve(frame: pd.DataFrame, x: alt.X, y: alt.Y, prefix: str) -> alt.LayerChart:
    base = alt.Chart(frame).encode(x=x)
    band = base.mark_area(opacity=0.2, color=INK).encode(y=f"{prefix}p10:Q", y2=f"{prefix}p90:Q")
    fields = tuple(f"{prefix}{name}" for name in ("p10", "p50", "p90"))
    line = base.mark_line(strokeWidth=2, color=INK).encode(
        y=y, tooltip=tips(frame, "gpus", *fields)
    )
    return band + line


def _fabric_marks(sizes: pd.DataFrame, look: Look) -> pd.DataFrame:
    """One row per size of a fabric, small to large: who has it, and in whose colour (dark if
    several)."""
    rows = []
    for rank, (gpus, mine) in enumerate(sizes[sizes["p50"] > 0].groupby("p50")):
        names = list(dict.fromkeys(mine["option"]))
        row = {"gpus": gpus, "goodput": mine["goodput"].iloc[0], "rank": rank}
        row["label"] = f"{gpus:,.0f}: {', '.join(names)}"
        rows.append(row | {"colour": look.colour(names[0]) if len(names) == 1 else INK})
    return pd.DataFrame(rows, columns=["gpus", "goodput", "rank", "label", "colour"])


def _fabrics(marks: pd.DataFrame, x: alt.X, top: str, unit: str) -> alt.LayerChart:
    """A point on the curve, tied to words at the height `words`, on the side that has room: left of
    it where `left` is true."""
    height = alt.Y("words:Q", title=unit)
    colour = alt.Color("colour:N", scale=None)
    base = alt.Chart(marks).encode(x=x, color=colour)
    layers: Any = base.mark_rule(strokeDash=[2, 2]).encode(y=height, y2=f"{top}:Q")
    layers += base.mark_point(filled=True, size=70, opacity=1).encode(
        y=alt.Y(f"{top}:Q", title=unit)
    )
    words = (alt.Chart(marks[marks["left"] == left]) for left in (True, False))
    here = [one.encode(x=x, y=height, color=colour, text="label:N") for one in words]
    layers += here[0].mark_text(align="right", dx=-5, fontSize=11)
    layers += here[1].mark_text(align="left", dx=5, fontSize=11)
    return layers


def _most(sizes: pd.Series, end: float, top: float, x: alt.X) -> alt.LayerChart:
    """The number of GPUs with the most useful compute: P10 to P90 shaded, P50 a line with words;
    nothing of what lies out of view."""
    low, mid, high = (min(sizes[f"most_{name}"], end) for name in ("p10", "p50", "p90"))
    there = {"gpus": [low], "until": [high], "high": [top], "foot": [0.0]}
    area = alt.Chart(pd.DataFrame(there)[[low < end]]).encode(x=x, x2="until:Q")
    foot = alt.Y("foot:Q", title=WORTH)
    band = area.mark_rect(opacity=0.5, color="#e5e7eb").encode(y=foot, y2="high:Q")
    words = f"most useful at P50: {figure(sizes['most_p50'], digits=2)}"
    line = {"gpus": [mid], "high": [top], "foot": [0.0], "label": [words]}
    base = alt.Chart(pd.DataFrame(line)[[mid < end]]).encode(x=x)
    rule = base.mark_rule(strokeDash=[6, 3], color=INK).encode(y=foot, y2="high:Q")
    text = base.mark_text(align="right", dx=-5, dy=-9, color=INK).encode(y=foot, text="label:N")
    return band + rule + text


def useful_shares(frame: pd.DataFrame, look: Look) -> alt.FacetChart:
    """What is left of peak FLOP/s, step by step, P50 with P10 to P90, one panel per option."""
    data = frame.assign(label=frame["p50"].map(percent), none=0.0)
    base = alt.Chart(data).encode(y=alt.Y("step:N", title=None, sort=list(STEPS)))
    x = alt.X(
        "p50:Q",
        title="Share of peak FLOP/s",
        axis=alt.Axis(format="%", tickCount=3),
        scale=alt.Scale(domain=[0, 1]),
    )
    bars = base.mark_bar(opacity=0.45).encode(
        x=x, color=by_option(look), tooltip=tips(frame, "option", "p10", "p50", "p90")
    )
    rule = base.mark_rule(color=INK, strokeWidth=1.5).encode(x="p10:Q", x2="p90:Q")
    text = base.mark_text(align="left", dx=5, color=INK, fontSize=11).encode(
        x="p90:Q", text="label:N"
    )
    head = text.transform_filter("datum.rank > 0")
    return dressed(
        panels(bars + rule + head, look, 150, 92),
        titles.useful_shares(frame),
        "Bar: P50; line: P10 to P90. With all GPUs of the option in the run.",
    )
