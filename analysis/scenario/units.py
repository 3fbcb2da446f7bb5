"""What a field of a scenario is measured in: its unit, and the range of what can be meant."""

import math
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator

Input = float | str | tuple[float | str, ...]
"""A number, the name of an assumption, or several of those to be added."""


@dataclass(frozen=True)
class Quantity:
    """The unit that a field is in, and the range outside of which a number is a mistake.

    With a `floor`, a number under it is taken for a slip in the unit unless it is `least` itself:
    USD per kWh for USD per MWh, thousands or millions of USD for USD.
    """

    unit: str
    least: float
    most: float
    floor: float | None = None

    @property
    def range(self) -> str:
        """The range in words."""
        if self.floor is None:
            return f"{plain(self.least)} to {plain(self.most)}"
        return f"{plain(self.least)}, or {plain(self.floor)} to {plain(self.most)}"

    def holds(self, number: float) -> bool:
        """Whether it can be meant."""
        first = self.least if self.floor is None else self.floor
        return number == self.least or first <= number <= self.most

    def mend(self, number: float) -> str:
        """What a number out of the range is in the unit, if it was written in another."""
        found = [
            f"{plain(number)} {words} {number * factor:.10g}"
            for factor, words in OTHERS.get(self.unit, ())
            if self.holds(number * factor) and (factor > 1 or number > 2)
        ]
        return f"; {', '.join(found)}" if found else ""


PERCENT, MONEY = ((0.01, "% is"),), ((1e3, "thousand is"), (1e6, "million is"), (1e9, "billion is"))

OTHERS = {
    "share": PERCENT,
    "share per year": PERCENT,
    "months": ((12, "years are"), (12 / 365, "days are")),
    "MW": ((1e-3, "kW is"),),
    "kW/GPU": ((1e-3, "W is"),),
    "USD/MWh": ((1e3, "USD/kWh is"),),
    "USD/GPU-hour": ((0.01, "cents are"),),
    **dict.fromkeys(("USD", "USD/year", "USD/MW", "USD/node"), MONEY),
}
"""Unit -> what else a number in it is often written in: its size in the unit, and the words."""


def plain(number: float) -> str:
    """The number in as few digits as tell it from its neighbours."""
    short = f"{number:g}"
    return short if float(short) == number else f"{number:.15g}"


def _input(value: Any) -> Input:
    if isinstance(value, list) and value:
        return tuple(_term(one) for one in value)
    return _term(value)


def _term(value: Any) -> float | str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("expected a number, the name of an assumption, or a list of those to add")
    if isinstance(value, str):
        return value
    try:
        return float(value)
    except OverflowError:  # a whole number beyond any float
        return math.inf if value > 0 else -math.inf


def _written(value: Input) -> float | str | list[float | str]:
    return list(value) if isinstance(value, tuple) else value


READ = PlainValidator(_input)

WRITE = PlainSerializer(_written)

Gpus = Annotated[Input, READ, WRITE, Quantity("GPU", 0, 1e7)]

Months = Annotated[Input, READ, WRITE, Quantity("months", 0, 600)]

Share = Annotated[Input, READ, WRITE, Quantity("share", 0, 1)]

CapShare = Annotated[Input, READ, WRITE, Quantity("share", 0.1, 1)]

ShareUpToTwo = Annotated[Input, READ, WRITE, Quantity("share", 0, 2)]

FallPerYear = Annotated[Input, READ, WRITE, Quantity("share per year", -0.5, 0.9)]

SharePerYear = Annotated[Input, READ, WRITE, Quantity("share per year", 0, 1)]

Ratio = Annotated[Input, READ, WRITE, Quantity("ratio", 1, 3)]

RatioUpToTwo = Annotated[Input, READ, WRITE, Quantity("ratio", 0.01, 2)]

Flop = Annotated[Input, READ, WRITE, Quantity("FLOP", 1e15, 1e33)]

FailureRate = Annotated[Input, READ, WRITE, Quantity("per 1000 node-days", 0, 1000)]

Seconds = Annotated[Input, READ, WRITE, Quantity("s", 0.1, 86400)]

Kw = Annotated[Input, READ, WRITE, Quantity("kW/GPU", 0.05, 20)]

Mw = Annotated[Input, READ, WRITE, Quantity("MW", 0, 1e4)]

UsdPerMwh = Annotated[Input, READ, WRITE, Quantity("USD/MWh", 0, 2000, floor=1)]

TonnesPerMwh = Annotated[Input, READ, WRITE, Quantity("tCO2/MWh", 0, 3)]

UsdPerGpuHour = Annotated[Input, READ, WRITE, Quantity("USD/GPU-hour", 0, 200)]

UsdPerGpuYear = Annotated[Input, READ, WRITE, Quantity("USD/GPU-year", 0, 1e6)]

UsdPerNode = Annotated[Input, READ, WRITE, Quantity("USD/node", 0, 1e8, floor=1000)]

Usd = Annotated[Input, READ, WRITE, Quantity("USD", 0, 1e12, floor=1000)]

UsdPerYear = Annotated[Input, READ, WRITE, Quantity("USD/year", 0, 1e11, floor=1000)]

UsdPerMw = Annotated[Input, READ, WRITE, Quantity("USD/MW", 0, 1e9, floor=1000)]

UsdPerKwMonth = Annotated[Input, READ, WRITE, Quantity("USD/kW-month", 0, 1e4)]
