"""The house style: one colour per option, ranges drawn, a title that says the finding."""

from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd

from analysis.decision.levers import PRICED
from analysis.model.comparison import pair
from analysis.scenario.schema import Scenario

GREY = "#6b7280"

COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A5195", "#8C6D31")
"""Okabe and Ito's colours, told apart by the colour-blind; grey is for the baseline."""

WIDTH = 640
HEIGHT = 300
INK = "#1f2937"
TITLE_CHARACTERS = 84
NOTE_CHARACTERS = 112

HOUSE = alt.Config(
    background="white",  # legible in print and on a dark page
    view=alt.ViewConfig(stroke=None),
    axis=alt.AxisConfig(
        gridColor="#e5e7eb",
        domainColor="#9ca3af",
        labelColor=INK,
        titleColor=INK,
        titleFontWeight="normal",
        labelFontSize=11,
        titleFontSize=12,
        labelFlush=False,
    ),
    title=alt.TitleConfig(
        fontSize=15, subtitleFontSize=12, subtitleColor="#4b5563", color=INK, offset=12
    ),
    header=alt.HeaderConfig(labelFontSize=12, labelFontWeight="bold", labelColor=INK),
    legend=alt.LegendConfig(labelFontSize=11, titleFontSize=11, orient="bottom", columns=5),
)
"""The house style of every chart."""


@dataclass(frozen=True)
class Look:
    """What all charts of a report share: the options' titles in order, one colour each, and the two
    of the question (None if there is only one)."""

    options: list[str]
    colours: alt.Scale
    pair: tuple[str, str] | None

    def colour(self, option: str) -> str:
        """The colour of an option, by its title."""
        return str(self.colours["range"][self.options.index(option)])


def legible(colour: str) -> str:
    """A colour, as much darker as small letters in it need on white: a contrast of 4.5 to 1."""
    rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    while 1.05 / (_luminance(rgb) + 0.05) < 4.5:
        rgb = [int(0.97 * part) for part in rgb]
    return "#" + "".join(f"{part:02x}" for part in rgb)


def _luminance(rgb: list[int]) -> float:
    """Relative luminance of a colour, as the Web Content Accessibility Guidelines define it."""
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in _shares(rgb)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _shares(rgb: list[int]) -> list[float]:
    return [part / 255 for part in rgb]


def look(scenario: Scenario) -> Look:
    """The look of a scenario: grey for its baseline, a colour for each other option."""
    titles = {name: one.title for name, one in scenario.options.items()}
    asked = pair(scenario)
    return Look(
        list(titles.values()),
        colours(list(titles.values()), [titles[one] for one in [scenario.baseline] if one]),
        None if asked is None else (titles[asked[0]], titles[asked[1]]),
    )


def colours(titles: list[str], baselines: list[str]) -> alt.Scale:
    """The colours of options by their titles: grey for a baseline, the next one for each other."""
    others = [title for title in titles if title not in baselines]
    shades = {title: COLOURS[i % len(COLOURS)] for i, title in enumerate(others)}
    return alt.Scale(domain=titles, range=[shades.get(title, GREY) for title in titles])


def money(amounts: pd.Series) -> tuple[float, str]:
    """The unit of money that suits the largest amount: its size in USD, and its name."""
    return (1e9, "billion USD") if float(amounts.abs().max()) >= 1e9 else (1e6, "million USD")


def priced(field: str, most: float) -> tuple[str, str, float]:
    """What a rental states its price by (a field of it), in what unit, and the size of the unit, so
    that it suits the largest amount."""
    what, unit = PRICED[field]
    size, unit = money(pd.Series([most])) if unit == "USD" else (1.0, unit)
    return what, unit, size


def ranges(frame: pd.DataFrame, look: Look, title: str) -> alt.LayerChart:
    """One row per option: a line from P10 to P90 and a dot at P50, `title` on the axis."""
    base = alt.Chart(frame).encode(y=option_rows(look), color=by_option(look))
    rule = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("p10:Q", title=title, scale=alt.Scale(zero=True)), x2="p90:Q"
    )
    dot = base.mark_point(filled=True, size=80).encode(
        x="p50:Q", tooltip=tips(frame, "option", "p10", "p50", "p90")
    )
    return rule + dot


def day(field: str, title: str) -> alt.X:
    """A time axis in years, of a field that holds days."""
    each_year = alt.TimeIntervalStep(interval="year", step=1)
    axis = alt.Axis(format="%Y", tickCount=each_year, labelAngle=0, labelOverlap=True)
    return alt.X(f"{field}:T", scale=alt.Scale(type="utc"), title=title, axis=axis)


def at(field: str) -> alt.X:
    """A day on the time axis of another layer: the same day in every time zone, read out too."""
    return alt.X(f"{field}:T", scale=alt.Scale(type="utc"))


def tips(frame: pd.DataFrame, *fields: str) -> list[alt.Tooltip]:
    """Tooltips of some fields of the frame that is drawn: its texts, its numbers to four digits."""
    text = {field: pd.api.types.infer_dtype(frame[field]) == "string" for field in fields}
    return [
        alt.Tooltip(f"{field}:N", format="")
        if text[field]
        else alt.Tooltip(f"{field}:Q", format=".4~g")
        for field in fields
    ]


def dressed(chart: Any, claim: str, note: str, width: int = WIDTH) -> Any:
    """Title, note and alt text, and the house style, for a picture of a width in pixels."""
    title, subtitle = (
        _lines(text, characters * width // WIDTH)
        for text, characters in ((claim, TITLE_CHARACTERS), (note, NOTE_CHARACTERS))
    )
    # all in one step: each is a copy of the whole chart, and sliders wait for it
    return chart.properties(
        title=alt.TitleParams(title, subtitle=subtitle, anchor="start"),
        description=f"{claim}. {note}",
        config=HOUSE,
    )


def _lines(text: str, characters: int) -> str | list[str]:
    """A text as lines of at most so many characters: Vega would run past the picture's edge. A
    number and its % stay together, and so does a word with a hyphen.
    """
    whole = wrap(text.replace(" %", "\u00a0%"), characters, break_on_hyphens=False)
    lines = [one.replace("\u00a0", " ") for one in whole]
    return lines if len(lines) > 1 else text


def in_units(frame: pd.DataFrame, size: float) -> pd.DataFrame:
    """The frame with P10, P50 and P90 in units of `size`."""
    return frame.assign(**{q: frame[q] / size for q in ("p10", "p50", "p90")})


def by_option(look: Look) -> alt.Color:
    """The colour of each option."""
    return alt.Color("option:N", scale=look.colours, legend=None)


def inked(frame: pd.DataFrame, look: Look) -> pd.DataFrame:
    """The frame with the colour of words about the option of each row, as `ink`."""
    return frame.assign(ink=[legible(look.colour(option)) for option in frame["option"]])


INKED = alt.Color("ink:N", scale=None)


def option_rows(look: Look, limit: int = 160) -> alt.Y:
    """One row per option, its name beside it, cut where it is wider than so many pixels."""
    return alt.Y("option:N", title=None, sort=look.options, axis=alt.Axis(labelLimit=limit))


def panels(chart: Any, look: Look, width: float, height: float) -> alt.FacetChart:
    """One panel of a size per option, three beside each other."""
    facet = alt.Facet("option:N", title=None, sort=look.options)
    return chart.properties(width=width, height=height).facet(facet=facet, columns=3)


def band(
    frame: pd.DataFrame,
    look: Look,
    title: str,
    what: str = "",
    more: tuple[str, ...] = (),
    scale: Any = alt.Undefined,
    **mark: Any,
) -> Any:
    """An amount of each option by day: P10 to P90 as a band and P50 as a line, of the columns
    `p10`, `p50` and `p90` with `what` behind; the tooltip tells also `more`."""
    low, mid, high = (f"{q}{what}" for q in ("p10", "p50", "p90"))
    base = alt.Chart(frame).encode(x=day("day", "Month"))
    area = base.mark_area(opacity=0.3, **mark).encode(
        y=alt.Y(f"{low}:Q", title=title, scale=scale), y2=f"{high}:Q", color=by_option(look)
    )
    told = tips(frame, "option", "day", low, mid, high, *more)
    line = base.mark_line(strokeWidth=2, **mark)
    return area + line.encode(y=f"{mid}:Q", color=by_option(look), tooltip=told)
