"""Published prices of an H100 and of its hours against the ranges that are assumed."""

from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.evidence import titles
from analysis.chapters.evidence.price_tables import Range
from analysis.chapters.shared.style import GREY, HEIGHT, INK, WIDTH, at, dressed, legible, tips
from analysis.decision.wording import figure

Box = tuple[float, float, float, float]
"""Left, right, top and bottom of something drawn, in pixels."""

CONTRACTS = alt.Scale(
    domain=["on-demand", "1-year", "3-year", "index"],
    range=["circle", "square", "triangle-up", "diamond"],
)

HOURLY = "usd_per_gpu_hour"

LETTER, LINE, DOT = 5.6, 12.0, 9.0
"""Pixels that a letter of a label is wide, that a label is high, and that it stands off its dot."""


def rental_prices(
    frame: pd.DataFrame, band: Range, implied: pd.DataFrame, as_of: str, colour: str
) -> alt.LayerChart:
    """Published H100 prices by date and contract, the range assumed for the rental (P10, P50, P90),
    and the prices that a stated deal value would imply (columns years, usd_per_gpu_hour), in the
    colour of the option that rents."""
    layers = [
        *_assumed(_days(frame, as_of)[0], as_of, band, colour),
        _dots(frame, HOURLY, "USD per GPU-hour"),
        *_names(frame, as_of, band[1]),
    ]
    note = _note(band) + " Dots are named where there is room."
    if len(implied):
        layers += _deal(implied, as_of, colour)
        note += " Ticks: what the deal's value would mean over so many years."
    return _over_time(layers, _claim(frame, HOURLY, band, "prices"), note)


def purchase_prices(frame: pd.DataFrame, band: Range, as_of: str, colour: str) -> alt.LayerChart:
    """Published prices of an H100 in a server, solid where public by the as-of day, against the
    range assumed (P10, P50, P90, USD per GPU) in the colour of the option that owns."""
    layers = [
        *_assumed(*_days(frame, as_of), band, colour),
        _dots(frame, "usd_per_gpu", "USD per GPU"),
        *as_of_line(frame, as_of),
    ]
    known = frame["known"]
    claim = _claim(frame[known], "usd_per_gpu", band, "purchase prices")
    later = "" if known.all() else " Hollow: published later, not used."
    return _over_time(layers, claim, _note(band, 5) + later, HEIGHT - 60)


def _over_time(layers: list[alt.Chart], claim: str, note: str, height: int = HEIGHT) -> Any:
    return dressed(alt.layer(*layers).properties(width=WIDTH, height=height), claim, note)


def _claim(frame: pd.DataFrame, price: str, band: Range, what: str) -> str:
    """How many prices lie within the range assumed; of a single price, how it stands to the latest
    of them, those of a market index before those of one vendor."""
    low, mid, high = band
    if low == high:
        if "index" in set(frame.get("contract", [])):
            frame, what = frame[frame["contract"] == "index"], "index prices"
        return titles.price_and_latest(mid, frame, price, what)
    return titles.prices_in_range(frame[price], low, high, what)


def _note(band: Range, digits: int = 3) -> str:
    """What the area and the line are, or the line alone."""
    low, mid, high = (figure(usd, digits=digits) for usd in band)
    if band[0] == band[2]:
        return f"Line: the price assumed, {mid} USD."
    return f"Shaded: P10 to P90 assumed, {low} to {high} USD; line: P50, {mid} USD."


def _days(frame: pd.DataFrame, as_of: str) -> tuple[str, str]:
    """The first and the last day of a picture, the as-of day among them."""
    return min([*frame["date"], as_of]), max([*frame["date"], as_of])


def _day(field: str) -> alt.X:
    axis = alt.Axis(format="%b %Y", labelAngle=0, tickCount=5)
    return alt.X(f"{field}:T", scale=alt.Scale(type="utc"), title="Day of the price", axis=axis)


def _assumed(since: str, until: str, band: Range, colour: str) -> list[alt.Chart]:
    """P10 to P90 as an area, P50 as a line."""
    low, mid, high = band
    ends = pd.DataFrame([{"from": since, "until": until, "low": low, "mid": mid, "high": high}])
    base = alt.Chart(ends).encode(x=_day("from"), x2="until:T")
    # described here: the end would be read out as the local day of whoever looks
    area = base.mark_rect(opacity=0.18, color=colour, description="P10 to P90 assumed")
    line = base.mark_rule(color=colour, strokeWidth=2, description="P50 assumed")
    return [area.encode(y="low:Q", y2="high:Q"), line.encode(y="mid:Q")]


def _dots(frame: pd.DataFrame, price: str, title: str) -> alt.Chart:
    """The prices, hollow where `known` says that they came later, shaped by contract if any."""
    known = pd.Series(frame.get("known", True), frame.index)
    shown = frame.drop(columns=["known", "source"], errors="ignore")
    shown = shown.assign(fill=known.map({True: INK, False: "white"}))
    contract = alt.Shape("contract:N", scale=CONTRACTS, title="Contract")
    words = [name for name in ("date", "vendor", "chip", "contract", price) if name in frame]
    dots = alt.Chart(shown).mark_point(size=60, opacity=0.8, stroke=INK, strokeWidth=1.5)
    return dots.encode(
        x=_day("date"),
        y=alt.Y(f"{price}:Q", title=title, scale=alt.Scale(zero=True)),
        fill=alt.Fill("fill:N", scale=None),
        shape=contract if "contract" in frame else alt.Undefined,
        tooltip=tips(shown, *words),
    )


def _names(frame: pd.DataFrame, as_of: str, line: float) -> list[alt.Chart]:
    """Who asked the prices, beside the dots where there is room, and not across a line drawn."""
    placed = _placed(frame, as_of, line)
    sides: list[tuple[Any, float]] = [("left", DOT), ("right", -DOT)]
    return [
        alt.Chart(placed.loc[placed["side"] == side, ["date", HOURLY, "words"]])
        .mark_text(align=side, dx=dx, fontSize=10, color=INK, aria=False)  # a page may do without
        .encode(x=_day("date"), y=f"{HOURLY}:Q", text="words:N")
        for side, dx in sides
    ]


def _deal(implied: pd.DataFrame, as_of: str, colour: str) -> list[alt.Chart]:
    """What a deal's value would mean over so many years, as ticks on the as-of day."""
    labelled = implied.assign(date=as_of, label=implied["years"].map(lambda n: f"{n:g} years"))
    deal = alt.Chart(labelled).encode(x=_day("date"), y=f"{HOURLY}:Q")
    ticks = deal.mark_tick(color=colour, thickness=3, size=18, orient="horizontal")
    texts = deal.mark_text(align="left", dx=12, color=legible(colour))  # right of all that is drawn
    return [ticks, texts.encode(text="label:N")]


def as_of_line(frame: pd.DataFrame, as_of: str) -> list[alt.Chart]:
    """The as-of day as a line, named above the picture; `later, not used` beside it where the
    frame has rows that are not `known`."""
    base = alt.Chart(pd.DataFrame({"as_of": [as_of]})).encode(x=at("as_of"))
    above = base.encode(y=alt.value(0))
    named = above.mark_text(text=f"as of {as_of}", align="right", dx=-5, dy=-6, color=GREY)
    later = above.mark_text(text="later, not used", align="left", dx=5, dy=-6, color=GREY)
    line = base.mark_rule(color=GREY, strokeWidth=1.5)
    return [line, named] if frame["known"].all() else [line, named, later]


def _placed(frame: pd.DataFrame, as_of: str, line: float) -> pd.DataFrame:
    """The labels, the highest price first: `side` is `left` for a text that begins right of its
    dot, `right` for one that ends left of it, "" where none has room."""
    frame = frame.assign(**_spots(frame, as_of), words=frame["vendor"] + " " + frame["contract"])
    taken: list[Box] = [
        (x - 4, x + 4, y - 4, y + 4) for x, y in zip(frame["x"], frame["y"], strict=True)
    ]
    if len(frame):
        y = HEIGHT * (1 - line / frame[HOURLY].max())
        taken.append((0, WIDTH, y, y))
    shown, sides = frame.sort_values(HOURLY, ascending=False, kind="stable"), []
    for words, x, y in shown[["words", "x", "y"]].itertuples(index=False):
        long = LETTER * len(words)
        tries = {"left": (x + DOT, x + DOT + long), "right": (x - DOT - long, x - DOT)}
        room = {side: (*ends, y - LINE / 2, y + LINE / 2) for side, ends in tries.items()}
        side = next((side for side, box in room.items() if _fits(box, taken)), "")
        taken += [room[side]] if side else []
        sides.append(side)
    return shown.assign(side=sides)


def _spots(frame: pd.DataFrame, as_of: str) -> dict[str, pd.Series]:
    """Where the prices stand in the picture, `x` and `y` in pixels."""
    first, last = map(pd.Timestamp, _days(frame, as_of))
    days = (pd.to_datetime(frame["date"]) - first).dt.days
    x = WIDTH * days / ((last - first).days or 1)
    return {"x": x, "y": HEIGHT * (1 - frame[HOURLY] / frame[HOURLY].max())}


def _fits(box: Box, taken: list[Box]) -> bool:
    """Whether a box lies in the picture and over no other."""
    left, right, top, bottom = box
    apart = [right < a or b < left or bottom < c or d < top for a, b, c, d in taken]
    return left >= 0 and right <= WIDTH and all(apart)
