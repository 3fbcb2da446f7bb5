"""Maps of where it turns which of the two options is better."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.chapters.sensitivity import reversal_titles
from analysis.chapters.sensitivity.map_tables import DRAWN, FACT, MARK, OPEN, SET, USUAL, FlipMap
from analysis.chapters.shared.labels import CHARACTER, LINE
from analysis.chapters.shared.style import INK, WIDTH, Look, dressed, money

HEIGHT = 320


WIDE = WIDTH - 60


PALE = 0.32
"""How much of an option's colour is left on a map, so that what is drawn on it stays legible."""


UNDECIDED = "#e5e7eb"


BOTH = ["x", "y", "x2", "y2"]


LATTICE = (48, 24)


SIZE = (WIDE, HEIGHT)


def flips(one: FlipMap, look: Look) -> Any:
    """Which option is better over two quantities, in its colour; the lines on which the two are
    even; what is drawn, assumed, published and known of both quantities."""
    size, titles = _axes(one)
    pieces = one.pieces.assign(y=one.pieces["y"] / size, y2=one.pieces["y2"] / size)
    lines = one.lines.assign(y=one.lines["y"] / size, y2=one.lines["y2"] / size)
    seen = one.seen.assign(y=one.seen["y"] / size, y2=one.seen["y2"] / size)
    ends = [[float(pieces[axis].min()), float(pieces[f"{axis}2"].max())] for axis in ("x", "y")]
    share = alt.Axis(format="%") if one.about == "worth" else alt.Axis()
    x, y = (
        alt.X("x:Q", title=titles[0], scale=alt.Scale(domain=ends[0], nice=False), axis=share),
        alt.Y("y:Q", title=titles[1], scale=alt.Scale(domain=ends[1], nice=False)),
    )
    layers = [_pieces(pieces, one, look, x, y)]
    layers += [_line(lines[lines["line"] == name], dash) for name, dash in DASHES.items()]
    layers += [*_seen(seen), *_marks(seen, ends), _names(pieces, seen, one, ends)]
    picture = alt.layer(*(one for one in layers if one is not None))
    return dressed(
        picture.properties(width=WIDE, height=HEIGHT),
        reversal_titles.flips(one),
        reversal_titles.flips_note(one),
    )


DASHES = {"plain": [1, 0], "worth": [7, 4]}


def _axes(one: FlipMap) -> tuple[float, tuple[str, str]]:
    """The unit of the second quantity, and the titles of both axes."""
    if one.about == "worth":
        size, unit = money(one.pieces["y2"])
        return size, ("Discount rate, share per year", f"Value of a month, {unit}")
    if one.about == "resale":
        return 1.0, (
            "Resale price of owned GPUs, share of the market price path",
            "Horizon, months",
        )
    late = f"{one.options['delayed']}: GPUs later than at mid, months"
    if one.about == "mfu":
        shared = f"MFU of {one.options['delayed']}, share of that of {one.options['rents']}"
        return 1.0, (shared, late)
    return 1.0, (f"{one.options['rents']}: price, USD per GPU-hour", late)


def _pieces(pieces: pd.DataFrame, one: FlipMap, look: Look, x: alt.X, y: alt.Y) -> Any:
    """The parts of the map; each is edged in its own colour, so that no seam shows."""
    pair = [one.options["a"], one.options["b"]]
    shades = [*(_pale(look.colour(name)) for name in pair), UNDECIDED]
    scale = alt.Scale(domain=[*pair, OPEN], range=shades)
    edge = alt.Stroke("better:N", scale=scale, legend=None)
    fill = alt.Color("better:N", scale=scale, legend=None)
    marks = alt.Chart(pieces).mark_rect(aria=False)
    return marks.encode(x=x, y=y, x2="x2", y2="y2", color=fill, stroke=edge)


def _pale(colour: str) -> str:
    """A colour mixed with white."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - PALE * (255 - part)):02x}" for part in parts)


def _line(lines: pd.DataFrame, dash: list[int]) -> Any:
    if lines.empty:
        return None
    marks = alt.Chart(lines[BOTH]).mark_rule(color=INK, strokeWidth=2, strokeDash=dash, aria=False)
    return marks.encode(x="x:Q", y="y:Q", x2="x2", y2="y2")


def _seen(seen: pd.DataFrame) -> list[Any]:
    """What was drawn as dots, its usual range as a bar, what is set as a dot, facts as ticks."""
    drawn, usual, fact, here = (
        alt.Chart(seen.loc[seen["kind"] == kind, BOTH]) for kind in (DRAWN, USUAL, FACT, SET)
    )
    found = [
        drawn.mark_circle(color=INK, size=9, opacity=0.55, aria=False).encode(x="x:Q", y="y:Q"),
        usual.mark_rule(color=INK, strokeWidth=3).encode(x="x:Q", y="y:Q", x2="x2", y2="y2"),
        here.mark_point(color=INK, filled=True, size=80, opacity=1).encode(x="x:Q", y="y:Q"),
        fact.mark_tick(color=INK, thickness=1, size=9, aria=False).encode(
            x="x:Q", y=alt.value(HEIGHT - 6)
        ),
    ]
    return [one for one in found if len(one.data)]


def _marks(seen: pd.DataFrame, ends: list[list[float]]) -> list[Any]:
    """What happened, as lines with labels that stand one below the other."""
    marks = seen[seen["kind"] == MARK].reset_index(drop=True)
    found = []
    across = marks[marks["y"].isna()].sort_values("x").reset_index(drop=True)
    for number, row in across.iterrows():
        base = alt.Chart(pd.DataFrame({"x": [row["x"]], "label": [row["label"]]})).encode(x="x:Q")
        left = (row["x"] - ends[0][0]) / (ends[0][1] - ends[0][0]) < 0.8
        side: dict[str, Any] = {"align": "left" if left else "right", "dx": 4 if left else -4}
        text = base.mark_text(color=INK, fontSize=11, baseline="top", **side)
        found.append(base.mark_rule(color=INK, strokeWidth=1, strokeDash=[1, 2]))
        found.append(text.encode(text="label:N", y=alt.value(4 + LINE * int(str(number)))))
    upwards = marks[marks["x"].isna()].reset_index(drop=True)
    for number, row in upwards.iterrows():
        label = f"run started {row['label']}"
        base = alt.Chart(pd.DataFrame({"y": [row["y"]], "label": [label]})).encode(y="y:Q")
        text = base.mark_text(color=INK, fontSize=11, align="right", baseline="bottom", dy=-2)
        found.append(base.mark_rule(color=INK, strokeWidth=1, strokeDash=[1, 2]))
        found.append(text.encode(text="label:N", x=alt.value(WIDE - 4 - 190 * int(str(number)))))
    return found


def _names(pieces: pd.DataFrame, seen: pd.DataFrame, one: FlipMap, ends: list[list[float]]) -> Any:
    """The names of the options, each in the part of the map where it is better, and in grey parts
    which is better by which measure; where there is most room beside bars and dots, left out where
    there is none."""
    xs, ys = ((np.arange(n) + 0.5) / n for n in LATTICE)
    at = [low + (high - low) * s for s, (low, high) in zip((xs, ys), ends, strict=True)]
    said = np.full(LATTICE, "", dtype=object)
    words = [_words(one, *pair) for pair in zip(pieces["plain"], pieces["worth"], strict=True)]
    for (x, y, x2, y2), text in zip(pieces[BOTH].to_numpy(), words, strict=True):
        across, upwards = (at[0] >= x) & (at[0] < x2), (at[1] >= y) & (at[1] < y2)
        said[np.ix_(across, upwards)] = text
    near = [LINE * (high - low) / size for (low, high), size in zip(ends, SIZE, strict=True)]
    for x, y, x2, y2 in seen.loc[seen["kind"].isin((USUAL, SET)), BOTH].to_numpy():
        across = (at[0] >= x - near[0]) & (at[0] <= np.nan_to_num(x2, nan=x) + near[0])
        upwards = (at[1] >= y - near[1]) & (at[1] <= np.nan_to_num(y2, nan=y) + near[1])
        said[np.ix_(across, upwards)] = ""
    found = []
    for text in dict.fromkeys(text for text in words if text):
        lines = text.split("\n")
        place = _roomiest(said == text, CHARACTER * max(map(len, lines)) * 0.6, len(lines))
        if place is not None:
            found.append({"x": at[0][place[0]], "y": at[1][place[1]], "name": text})
    marks = alt.Chart(pd.DataFrame(found, columns=["x", "y", "name"])).mark_text(
        color=INK, fontSize=13, fontWeight="bold", lineBreak="\n"
    )
    return marks.encode(x="x:Q", y="y:Q", text="name:N") if found else None


def _words(one: FlipMap, plain: str, worth: str) -> str:
    """What is said in a part of a map; nothing where the two options are even."""
    if plain == worth or not (plain and worth):
        return plain if plain == worth else ""
    return "\n".join(reversal_titles.grey(one, plain, worth))


def _roomiest(inside: NDArray[np.bool_], half: float, lines: int) -> tuple[int, int] | None:
    """The point of a part of the map, (columns, rows), around which a text of so many lines and so
    many pixels to either side has most room above and below; None where it would not fit."""
    columns, rows = inside.shape
    beside = int(np.ceil(half / (WIDE / columns)))
    best, found = (0.5 + lines) * LINE / (HEIGHT / rows), None
    for i in range(beside, columns - beside):
        free = inside[i - beside : i + beside + 1].all(axis=0)
        blocked = np.flatnonzero(~np.pad(free, 1)) - 1
        for j in np.flatnonzero(free):
            room = float(np.abs(blocked - j).min())
            if room > best:
                best, found = room, (i, int(j))
    return found
