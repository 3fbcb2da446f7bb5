"""What a reader moves: a labelled slider for an input, with its range and what it rests on."""

import math
from bisect import bisect_left
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from analysis.decision.wording import percent, stated
from analysis.evidence.files import BadInput
from analysis.explorer import captions, held
from analysis.model import draws
from analysis.scenario import bounds
from analysis.scenario.schema import Assumption, Scenario

AS_ASSUMED = "as assumed"

STEPS = 50
"""A range has at most so many steps, and at least 20."""

_FILES = Path(__file__).resolve().parent / "templates" / "slider"


class Slider(anywidget.AnyWidget):
    """A native range input tied to its label; `value` is what it stands at, None for the place in
    which nothing is held."""

    _esm = _FILES / "slider.js"
    _css = _FILES / "slider.css"
    label = traitlets.Unicode().tag(sync=True)
    steps = traitlets.List(traitlets.Unicode()).tag(sync=True)
    start = traitlets.Int().tag(sync=True)
    position = traitlets.Int().tag(sync=True)

    def __init__(self, label: str, values: list[Any], steps: list[str], start: int) -> None:
        self.values = values
        super().__init__(label=label, steps=steps, start=start, position=start)

    @traitlets.validate("position")
    def _within(self, proposal: Any) -> int:
        return int(min(max(proposal["value"], 0), len(self.steps) - 1))

    @property
    def value(self) -> Any:
        """What it stands at."""
        return self.values[self.position]

    def __repr__(self) -> str:
        return f"{self.label}: {self.steps[self.position]}"


def slider(scenario: Scenario, name: str) -> Slider:
    """The slider of an assumption: it starts as assumed, in its place among the values."""
    one = scenario.assumptions[name]
    values = held_values(scenario, name)
    place = bisect_left(values, _centre(one))
    steps = [_shown(one, value) for value in values]
    words = one.label if one.unit == "USD" else f"{one.label}, {one.unit}"
    assumed = AS_ASSUMED
    if one.probability is not None:
        words, assumed = one.label, f"{AS_ASSUMED} ({percent(one.probability)})"
    return Slider(
        words,
        [*values[:place], None, *values[place:]],
        [*steps[:place], assumed, *steps[place:]],
        place,
    )


def month_slider(largest_usd: float, start_usd: float) -> Slider:
    """The slider of the value of a month, from 0 to about the largest that matters; it starts at
    what the scenario states."""
    values = sorted({*round_values(0.0, largest_usd), start_usd})
    steps = [stated(value / 1e6) for value in values]
    start = values.index(start_usd)
    return Slider("Value of a month of delay, million USD", values, steps, start)


def held_values(scenario: Scenario, name: str) -> list[float]:
    """The values at which an assumption may be held, ascending: those of a list, not happening and
    happening, or round numbers from the 1 % to the 99 % quantile that its uses allow."""
    one = scenario.assumptions[name]
    if one.values is not None:
        return sorted(set(one.values))
    if one.probability is not None:
        return [0.0, 1.0]
    first, last = draws.quantile(one, np.array([0.01, 0.99])).tolist()
    values = round_values(first, last)
    while values and not _allowed(scenario, name, values[0]):
        values = values[1:]
    while values and not _allowed(scenario, name, values[-1]):
        values = values[:-1]
    return values


def round_values(first: float, last: float) -> list[float]:
    """The multiples of a round step within two ends, at most 51 and about 20 to 50 of them."""
    least = (last - first) / STEPS
    power = 10.0 ** math.floor(math.log10(least))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= least * (1 - 1e-9))
    numbers = range(math.ceil(first / step - 1e-9), math.floor(last / step + 1e-9) + 1)
    return [float(f"{k * step:.12g}") for k in numbers]


def _centre(one: Assumption) -> float:
    """Where a slider starts: at the mid of a range, at the mean of a list or an event."""
    if one.values is not None and one.probabilities is not None:
        return float(np.dot(one.values, one.probabilities))
    return draws.mid_value(one) if one.probability is None else one.probability


def _shown(one: Assumption, value: float) -> str:
    if one.probability is not None:
        return "happens" if value else "does not happen"
    return captions.amount(one, value)


def _allowed(scenario: Scenario, name: str, value: float) -> bool:
    """Whether a file that holds it at this value would be read."""
    try:
        bounds.check(held.with_held(scenario, {name: value}))
    except BadInput:
        return False
    return True
