"""Maps of where it turns which of the two options is better."""

from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.sensitivity import map_titles
from analysis.chapters.sensitivity.map_tables import DRAWN, FACT, MARK, OPEN, FlipMap
from analysis.chapters.shared.labels import LINE
from analysis.chapters.shared.style import INK, WIDTH, Look, dressed

WIDE, HEIGHT = WIDTH - 60, 320

PALE = 0.32
"""How much of an option's colour is left on a map, so that what is drawn on it stays legible."""

UNDECIDED = "#e5e7eb"
DASHES = {"plain": [1, 0], "worth": [7, 4]}
BOTH = ["x", "y", "x2", "y2"]


def flips(flip: FlipMap, look: Look) -> Any:
    """Which option is better over price and delay, in its colour; the lines on which the two are
    even; what is drawn and known of both quantities."""
    pieces, lines, seen = flip.pieces, flip.lines, flip.seen
    priced = f"{flip.options['rents']}: {flip.priced.lower()}, {flip.unit}"
    late = f"{flip.options['delayed']}: GPUs later than at mid, months"
    ends = [[float(pieces[axis].min()), float(pieces[f"{axis}2"].max())] for axis in ("x", "y")]
    x, y = (
        alt.X("x:Q", title=priced, scale=alt.Scale(domain=ends[0], nice=False)),
        alt.Y("y:Q", title=late, scale=alt.Scale(domain=ends[1], nice=False)),
    )
    layers: list[Any] = [_pieces(pieces, flip, look, x, y)]
    layers += [_line(lines[lines["line"] == name], dash) for name, dash in DASHES.items()]
    layers += [*_seen(seen), *_marks(seen, ends)]
    filled = [layer for layer in layers if len(layer.data)]
    picture = alt.layer(*filled, width=WIDE, height=HEIGHT)
    return dressed(picture, map_titles.flips(flip), map_titles.flips_note(flip))


def _pieces(pieces: pd.DataFrame, flip: FlipMap, look: Look, x: alt.X, y: alt.Y) -> Any:
    """The parts of the map; each is edged in its own colour, so that no seam shows."""
    pair = [flip.options["a"], flip.options["b"]]
    shades = [*(_pale(look.colour(name)) for name in pair), UNDECIDED]
    scale = alt.Scale(domain=[*pair, OPEN], range=shades)
    edge = alt.Stroke("better:N", scale=scale, legend=None)
    legend = alt.Legend(title="Better on the mean", values=pair)
    fill = alt.Color("better:N", scale=scale, legend=legend)
    marks = alt.Chart(pieces).mark_rect(aria=False)
    return marks.encode(x=x, y=y, x2="x2", y2="y2", color=fill, stroke=edge)


def _pale(colour: str) -> str:
    """A colour mixed with white."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - PALE * (255 - part)):02x}" for part in parts)


def _line(lines: pd.DataFrame, dash: list[int]) -> Any:
    marks = alt.Chart(lines[BOTH]).mark_rule(color=INK, strokeWidth=2, strokeDash=dash, aria=False)
    return marks.encode(x="x:Q", y="y:Q", x2="x2", y2="y2")


def _seen(seen: pd.DataFrame) -> list[Any]:
    """What was drawn as dots, facts as ticks."""
    drawn, fact = (alt.Chart(seen.loc[seen["kind"] == kind, ["x", "y"]]) for kind in (DRAWN, FACT))
    dots = drawn.mark_circle(color=INK, size=9, opacity=0.55, aria=False)
    ticks = fact.mark_tick(color=INK, thickness=1, size=9, aria=False)
    return [
        dots.encode(x="x:Q", y="y:Q"),
        ticks.encode(x="x:Q", y=alt.value(HEIGHT - 6)),
    ]


def _marks(seen: pd.DataFrame, ends: list[list[float]]) -> list[Any]:
    """What happened, as lines with labels that stand one below the other, or side by side."""
    marks = seen[seen["kind"] == MARK]
    low, high = ends[0]
    layers = []
    across = marks[marks["y"].isna()].sort_values("x")
    for number, (at, label) in enumerate(zip(across["x"], across["label"], strict=True)):
        left = (at - low) / (high - low) < 0.8
        side = {"align": "left" if left else "right", "dx": 4 if left else -4, "baseline": "top"}
        layers += _mark("x", at, label, {"y": alt.value(4 + LINE * number)}, side)
    upwards = marks[marks["x"].isna()]
    for number, (at, label) in enumerate(zip(upwards["y"], upwards["label"], strict=True)):
        side = {"align": "right", "dy": -2, "baseline": "bottom"}
        place = {"x": alt.value(WIDE - 4 - 190 * number)}
        layers += _mark("y", at, f"run started {label}", place, side)
    return layers


def _mark(axis: str, at: float, label: str, place: dict[str, Any], side: dict[str, Any]) -> Any:
    """A dotted line across the map at a value of one axis, and its label at a place along it."""
    base = alt.Chart(pd.DataFrame({axis: [at], "label": [label]})).encode(**{axis: f"{axis}:Q"})
    rule = base.mark_rule(color=INK, strokeWidth=1, strokeDash=[1, 2])
    return [rule, base.mark_text(color=INK, fontSize=11, **side).encode(text="label:N", **place)]
