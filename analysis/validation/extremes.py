"""A scenario at its mid, at its least and at its most: one future each, without a draw."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.arrays import Array
from analysis.model import draws, inputs
from analysis.model.inputs import Inputs
from analysis.scenario.schema import Assumption, Scenario
from analysis.scenario.units import Input


@dataclass(frozen=True)
class Extremes:
    """A scenario, and its inputs at mid, at their least and at their most: one future each."""

    scenario: Scenario

    @cached_property
    def mid(self) -> Inputs:
        """Every input at its mid value."""
        return self._at(draws.mid(self.scenario))

    @cached_property
    def ends(self) -> tuple[Inputs, Inputs]:
        """Every input at the least, and at the most, that any future has."""
        ends = {name: _ends(one) for name, one in self.scenario.assumptions.items()}
        least, most = ({x: np.array([two[i]]) for x, two in ends.items()} for i in (0, 1))
        return self._at(least), self._at(most)

    def _at(self, future: dict[str, Array]) -> Inputs:
        return inputs.resolved(self.scenario, {draws.ALWAYS: np.ones(1)} | future)

    @property
    def planned(self) -> list[str]:
        """The tranches that some option has."""
        return list(
            dict.fromkeys(x for one in self.scenario.options.values() for x in one.tranches)
        )


def _ends(one: Assumption) -> tuple[float, float]:
    """The least and the most that an assumption can be, without end where it has no bound."""
    if one.probability is not None:
        return float(one.probability == 1), float(one.probability > 0)
    if one.low is None:
        return draws.ends(one)
    return -math.inf if one.min is None else one.min, math.inf if one.max is None else one.max


def where(key: str, value: Input | None) -> str:
    """Where a number stands: in the assumption that a key names, or at the key."""
    return f"assumptions.{value}" if isinstance(value, str) else key
