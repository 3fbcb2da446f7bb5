"""First place over what a month and an hour that is short are worth."""

from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.answer import titles
from analysis.chapters.shared.style import HEIGHT, INK, WIDTH, Look, dressed, tips


def first_places(
    frame: pd.DataFrame, look: Look, order: pd.DataFrame, price: float, month: float | None
) -> Any:
    """Who of the ranked is first, in the colour of each option, by the price of an hour that is
    short and the value of a month in million USD; the stated price is a dashed line, with a dot at
    the stated value of a month where there is one. `order` holds for the stated price."""
    x_title, y_title = "USD per H100-hour that is short", "Value of a month, million USD"
    x = alt.X("w:Q", title=x_title, scale=alt.Scale(domain=[0, frame["w2"].max()], nice=False))
    y = alt.Y("v:Q", title=y_title, scale=alt.Scale(domain=[0, frame["v2"].max()], nice=False))
    shown = [option for option in look.options if option in set(frame["option"])]
    legend = alt.Legend(title="First", values=shown)
    colour = alt.Color("option:N", scale=look.colours, legend=legend)
    areas = (
        alt.Chart(frame)
        .mark_rect(stroke=None, aria=False)
        .encode(x, alt.X2("w2:Q"), y, alt.Y2("v2:Q"), colour, tooltip=tips(frame, "option"))
    )
    here = pd.DataFrame({"w": [price], "v": [month], "top": [frame["v2"].max()]})
    here["said"] = f"{price:g} USD, as stated"
    base = alt.Chart(here).encode(alt.X("w:Q"))
    rule = base.mark_rule(color=INK, strokeDash=[5, 4])
    words = base.mark_text(dy=-7, color=INK)  # above the areas, which are dark
    layers = [areas, rule, words.encode(alt.Y("top:Q"), alt.Text("said:N"))]
    if month is not None:
        layers.append(base.mark_point(color=INK, filled=True, size=90).encode(alt.Y("v:Q")))
    picture = alt.layer(*layers, width=WIDTH, height=HEIGHT)
    dot = "" if month is None else " Dot: the stated value of a month."
    note = f"{titles.places_below(order, shown)} Colour: who is first on the mean.{dot}"
    return dressed(picture, titles.first_places(order), note)
