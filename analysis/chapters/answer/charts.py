"""The choice under sliders: price of a rental, delay of the other option, value of a month."""

import math
from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.answer import titles
from analysis.chapters.shared.style import INK, WIDTH, Look, dressed, money
from analysis.decision.wording import percent
from analysis.model.comparison import TIE
from analysis.model.estimates import TELLING

CELL_HEIGHT = 25


QUIET = "#4b5563"


SLIDER_STEPS = 50


MARKS = {"a": "○", "b": "●"}
"""Beside the colours, so that the two are told apart in grey too."""


TIPS = {
    "price": "Price",
    "delay_months": "Delay, months",
    "better": "Better on the mean",
    "amount": "by",
    "a_says": MARKS["a"],
    "b_says": MARKS["b"],
}
"""What is read out of a cell, and how it is called."""


DRAWN = ["a", "b", "price", "delay_months", "cost_usd", "months"]


DRAWN += ["cost_variance", "months_variance", "covariance"]
"""The columns that the expressions use."""


SUM_USD = "datum.cost_usd + 1e6 * month_musd * datum.months"


NET_USD = "abs(datum.sum_usd) <= {tie} * abs(datum.cost_usd) ? 0 : datum.sum_usd"


ERROR_USD = (
    "sqrt(max(0, datum.cost_variance + 2e6 * month_musd * datum.covariance"
    " + 1e12 * month_musd * month_musd * datum.months_variance))"
)


LAST_DIGIT = (
    "datum.net_usd == 0 ? 9 : max(floor(log(abs(datum.net_usd)) / LN10 + 1e-9) - 2,"
    " datum.error_usd > 0 ? floor(log(datum.error_usd) / LN10) : -9)"
)
"""The power of ten of the last digit shown: of three, and none below the standard error."""


SHOWN_USD = (
    "datum.net_usd == 0 ? 0 : pow(10, datum.last) * round(abs(datum.net_usd) / pow(10, datum.last))"
)


UNIT = "datum.shown_usd >= 1e9 ? 9 : datum.shown_usd >= 1e6 ? 6 : 3"


AMOUNT = (
    "format(datum.shown_usd / pow(10, datum.unit), ',.' + max(0, datum.unit - datum.last) + 'f')"
    " + (datum.unit == 9 ? ' billion' : datum.unit == 6 ? ' million' : ' thousand') + ' USD'"
)


HERE = "abs(datum.price - price) < {half} && datum.delay_months == delay_months"


NUMBER = (
    "(datum.net_usd < 0 ? '{a} ' : '{b} ')"
    " + format(datum.shown_usd / {size:g}, ',.' + max(0, {power:g} - datum.last) + 'f')"
)


SETTING = (
    "'At ' + format(datum.price, '.4~r') + ' {unit}, '"
    " + (datum.delay_months > 0 ? datum.delay_months + ' months of delay' : 'no delay')"
)


WORTH = (
    " + ' and a month worth '"
    " + (month_musd > 0 ? format(month_musd, ',.4~r') + ' million USD' : 'nothing')"
)


FINDING = (
    "datum.net_usd == 0 ? 'Both come out the same' : datum.close ? 'Too close to call'"
    " : datum.better + (month_musd > 0 ? ' is better by ' : ' costs less by ') + datum.amount"
)


TURN = (
    "datum.cost_usd * datum.months < 0 && datum.turn_musd <= {most} ? 'The choice turns at a month"
    " worth ' + format(datum.turn_musd, ',.2~r') + ' million USD.'"
    " : 'No value of a month up to ' + format({most}, ',.3~r') + ' million USD turns the choice.'"
)
"""Expressions of Vega; the names that are no column are the sliders."""


def live(frame: pd.DataFrame, look: Look, number: int) -> Any:
    """Which of two options is better on the mean, by price of a rental and delay of the other, at a
    value of a month that a slider sets, on so many futures; in words for where the sliders stand.

    Without a script it shows the price assumed at mid, no delay and a month worth nothing.
    """
    size, unit = money(frame["cost_usd"])
    says = {f"{key}_says": _says(frame, key) for key in MARKS}
    cells = (
        alt.Chart(frame[DRAWN].assign(**says))
        .transform_calculate(sum_usd=SUM_USD)
        .transform_calculate(net_usd=NET_USD.format(tie=TIE), error_usd=ERROR_USD)
        .transform_calculate(
            close=f"abs(datum.net_usd) <= {TELLING:g} * datum.error_usd",
            better="datum.net_usd < 0 ? datum.a : datum.b",
            last=LAST_DIGIT,
        )
        .transform_calculate(shown_usd=SHOWN_USD)
        .transform_calculate(unit=UNIT)
        .transform_calculate(amount=AMOUNT)
    )
    half = _step(frame["price"]) / 2
    here = cells.transform_filter(HERE.format(half=half))
    picture: Any = alt.vconcat(
        _words(here, frame, look), _map(cells, here, frame, look, size), spacing=14
    )
    return dressed(
        picture.add_params(*_sliders(frame)),
        titles.live(frame),
        f"Title: without delay. Number: by how many {unit} the option of that colour is better, "
        f"mean of {number:,} futures; pale: too close to call.",
    )


def _words(here: Any, frame: pd.DataFrame, look: Look) -> Any:
    """What holds where the sliders stand, in five lines at most."""
    dated = _dated(frame)
    turn = TURN.format(most=_most_month_musd(frame))
    here = here.transform_calculate(turn_musd="-datum.cost_usd / datum.months / 1e6")
    setting = SETTING.format(unit=frame["unit"].iloc[0]) + WORTH * dated + " + ':'"
    here = here.transform_calculate(setting=setting, finding=FINDING, turn=turn)
    lines = [
        _line(here, 8, color=QUIET, fontSize=13).encode(text="setting:N"),
        _line(here, 33, color=INK, fontSize=17, fontWeight="bold").encode(text="finding:N"),
        *([_line(here, 57, color=QUIET, fontSize=13).encode(text="turn:N")] if dated else []),
    ]
    for y, key in ((82, "a"), (100, "b")):
        colour = look.colour(frame[key].iloc[0])
        lines += [
            _line(here, y, color=colour, fontSize=15).encode(text=alt.value(MARKS[key])),
            _line(here, y, color=INK, fontSize=12, dx=18).encode(text=f"{key}_says:N"),
        ]
    return alt.layer(*lines).properties(width=WIDTH - 40, height=110, name="words")


def _line(here: Any, y: int, **style: Any) -> Any:
    marks = here.mark_text(align="left", baseline="middle", limit=WIDTH, **style)
    return marks.encode(x=alt.value(-40), y=alt.value(y))


def _map(cells: Any, here: Any, frame: pd.DataFrame, look: Look, size: float) -> Any:
    """Every price and delay in the colour of the better option, the place of the sliders framed."""
    price = f"{frame['rents'].iloc[0]}: {_price_words(frame)}"
    delay = f"{frame['delayed'].iloc[0]}: months of delay"
    x = alt.X("price:O", title=price, axis=alt.Axis(labelAngle=0, format=".4~r"))
    y = alt.Y("delay_months:O", title=delay, sort="descending")
    pair = [frame[key].iloc[0] for key in MARKS]
    colours = alt.Scale(domain=pair, range=[look.colour(option) for option in pair])
    shaded = cells.transform_joinaggregate(most="max(shown_usd)").transform_calculate(
        shade="datum.close ? 0.06 : 0.14 + 0.5 * sqrt(datum.shown_usd / datum.most)",
        number=NUMBER.format(**MARKS, size=size, power=math.log10(size)),
    )
    boxes = shaded.mark_rect(stroke="white", aria=False).encode(
        x=x,
        y=y,
        color=alt.Color("better:N", scale=colours, legend=None),
        opacity=alt.Opacity("shade:Q", scale=None, legend=None),
        tooltip=[alt.Tooltip(f"{field}:N", title=title) for field, title in TIPS.items()],
    )
    numbers = shaded.mark_text(color=INK, fontSize=11, aria=False).encode(x=x, y=y, text="number:N")
    framed = here.mark_rect(fillOpacity=0, stroke=INK, strokeWidth=2.5).encode(x=x, y=y)
    rows = frame["delay_months"].nunique()
    return (boxes + numbers + framed).properties(width=WIDTH - 40, height=CELL_HEIGHT * rows)


def _price_words(frame: pd.DataFrame) -> str:
    """What a rental states its price by, with its unit."""
    row = frame.iloc[0]
    return f"{str(row['priced']).lower()}, {row['unit']}"


def _says(frame: pd.DataFrame, key: str) -> list[str]:
    """How often one of the two is cheaper, is earlier and meets the need, in words."""
    shares = [frame[f"{key}_{what}"].map(percent) for what in ("cheaper", "earlier", "meets")]
    dated = _dated(frame)
    return [
        f"{option}: costs less in {cheap}, {f'is earlier in {early}, ' * dated}meets the need in "
        f"{meets}"
        for option, cheap, early, meets in zip(frame[key], *shares, strict=True)
    ]


def _dated(frame: pd.DataFrame) -> bool:
    """Whether one of the two ever comes later; if not, nothing is said of months."""
    return bool(frame["months"].any())


def _sliders(frame: pd.DataFrame) -> list[Any]:
    """The sliders, those of price and delay on the values that the table has; one of the value of
    a month where one of the two ever comes later."""
    price, delay = frame["price"], frame["delay_months"]
    as_set, most = float(price[frame["as_set"]].iloc[0]), _most_month_musd(frame)
    rents, delayed = (frame[name].iloc[0] for name in ("rents", "delayed"))
    prices, delays = (price.min(), price.max(), _step(price)), (0, delay.max(), _step(delay))
    worth = _slider("month_musd", "Value of a month: million USD", 0, 0, most, most / SLIDER_STEPS)
    return [
        _slider("price", f"{rents}: {frame['unit'].iloc[0]}", as_set, *prices),
        _slider("delay_months", f"{delayed}: months of delay", 0, *delays),
        worth if _dated(frame) else alt.param(name="month_musd", value=0),
    ]


def _slider(name: str, label: str, value: float, low: float, high: float, step: float) -> Any:
    bind = alt.binding_range(min=float(low), max=float(high), step=float(step), name=label)
    return alt.param(name=name, value=value, bind=bind)


def _step(stops: pd.Series) -> float:
    """From one stop of a slider to the next."""
    first, second, *_ = sorted(stops.unique())
    return round(float(second - first), 9)


def _most_month_musd(frame: pd.DataFrame) -> float:
    """A round value of a month, in million USD, at which months weigh as much as cost can."""
    most = float(frame["cost_usd"].abs().max() / max(frame["months"].abs().max(), 1) / 1e6) or 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(x * power for x in (1, 2, 5, 10) if x * power >= most)
