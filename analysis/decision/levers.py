"""What of the two options of the question can be moved, how far, and where it lies as drawn: the
price of a rental and the date of the option beside it.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from analysis.arrays import Array
from analysis.model import comparison, draws, inputs
from analysis.model.draws import resolve
from analysis.scenario.schema import OwnedTranche, RentedTranche, Scenario, Tranche

STEPS = 9
PRICES = 8
LATEST_DELAY_MONTHS = 24.0
"""How far they are moved, and in how many steps."""

PRICED = {
    "usd_per_gpu_hour": ("Price of the rental", "USD per GPU-hour"),
    "contract_usd": ("Value of the contract", "USD"),
}
"""What a rental states its price by, as a label and a unit."""


class Moved(NamedTuple):
    """The rental whose price moves, its option, and the option that is delayed, by name."""

    rental: str
    rents: str
    delayed: str


def moves(scenario: Scenario) -> Moved | None:
    """What moves in price and date: of the second option of the question if it rents for the run
    (for other work, if no run is asked for) what the first does not, else of the first; None
    without such a rental or anything to delay.
    """
    pair = comparison.pair(scenario)
    if pair is None:
        return None
    for rents, other in (pair[::-1], pair):
        mine = own_run(scenario, rents, other)
        rentals = {name: t for name, t in mine.items() if isinstance(t, RentedTranche)}
        if rentals and own_run(scenario, other, rents):
            return Moved(_largest(scenario, rentals), rents, other)
    return None


def own_run(scenario: Scenario, option: str, other: str) -> dict[str, Tranche]:
    """The tranches for the run that an option has and the other has not; without a run those for
    other work."""
    shared = scenario.options[other].tranches
    own = [name for name in scenario.options[option].tranches if name not in shared]
    tranches = {name: scenario.tranches[name] for name in own}
    use = "other" if scenario.need.by_months is None else "run"
    return {name: tranche for name, tranche in tranches.items() if tranche.use == use}


def owned_chips(scenario: Scenario) -> list[str]:
    """The chips of the GPUs that the options of the question own, each once."""
    pair = comparison.pair(scenario) or ()
    tranches = [scenario.tranches[n] for option in pair for n in scenario.options[option].tranches]
    return list(dict.fromkeys(t.chip for t in tranches if isinstance(t, OwnedTranche)))


def priced_by(scenario: Scenario, rental: str) -> str:
    """The field by which a rental states its price: that of an hour, or the contract's value."""
    return "usd_per_gpu_hour" if _rented(scenario, rental).contract_usd is None else "contract_usd"


def price_steps(scenario: Scenario, rental: str) -> tuple[list[float], float]:
    """Prices (or values of the contract) in even steps around the mid one, from well below P10 to
    well above P90; the mid."""
    low, mid, high = _ends(scenario, rental)
    least, most = 0.6 * low, 1.4 * high or 1.0
    step = _round_number((most - least) / PRICES)
    first, last = math.ceil((least - mid) / step - 1e-9), math.floor((most - mid) / step + 1e-9)
    return [round(mid + n * step, 9) for n in range(first, last + 1)], round(mid, 9)


def delay_steps(scenario: Scenario, moved: Moved) -> Array:
    """Months later than at mid, (rows,): from there on the first day to two years late, or to the
    horizon."""
    own = own_run(scenario, moved.delayed, moved.rents)
    first = min(mid_months(scenario, name) for name in own)
    most = min(LATEST_DELAY_MONTHS, scenario.choices.horizon_months.value - 1)
    return np.linspace(-first, max(most, 0), STEPS)


def mid_months(scenario: Scenario, tranche: str) -> float:
    """The month of the first GPUs of a tranche with every assumption at its mid."""
    return float(_first_months(scenario, tranche, draws.mid(scenario))[0])


def drawn_price(scenario: Scenario, rental: str, futures: Mapping[str, Array]) -> Array:
    """The price of a rental in its first term (or the value of its contract) in some futures,
    (draws,)."""
    tranche = _rented(scenario, rental)
    if tranche.contract_usd is not None:
        return resolve(tranche.contract_usd, futures)
    return inputs.contract_price_usd(tranche, inputs.chip(scenario, tranche.chip, futures), futures)


def drawn_delay(scenario: Scenario, moved: Moved, futures: Mapping[str, Array]) -> Array:
    """How many months later than at its mid the largest own tranche of the delayed option comes in
    some futures, (draws,)."""
    largest = _largest(scenario, own_run(scenario, moved.delayed, moved.rents))
    return _first_months(scenario, largest, futures) - mid_months(scenario, largest)


def _largest(scenario: Scenario, tranches: Mapping[str, Tranche]) -> str:
    """The tranche with the most GPUs at mid, by name; the first of equals."""
    mid = draws.mid(scenario)
    return max(tranches, key=lambda name: float(resolve(tranches[name].gpus, mid)[0]))


def _rented(scenario: Scenario, rental: str) -> RentedTranche:
    tranche = scenario.tranches[rental]
    assert isinstance(tranche, RentedTranche)
    return tranche


def _ends(scenario: Scenario, rental: str) -> tuple[float, float, float]:
    """The low end, the mid and the high end of the price of a rental; of a sum, or of a price that
    is the market's, those of all that it is made of."""
    three = {}
    for name, assumption in scenario.assumptions.items():
        low, high = draws.ends(assumption)
        three[name] = np.array([low, draws.mid_value(assumption), high])
    low, mid, high = (float(x) for x in np.broadcast_to(drawn_price(scenario, rental, three), 3))
    return low, mid, high


def _first_months(scenario: Scenario, tranche: str, futures: Mapping[str, Array]) -> Array:
    """When the last milestone of a tranche is done, (draws,)."""
    dates = scenario.tranches[tranche].milestones.values()
    return np.maximum.reduce([resolve(date, futures) for date in dates])


def _round_number(size: float) -> float:
    """The nearest of 1, 2, 2.5 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(size))
    return power * min((1, 2, 2.5, 5, 10), key=lambda x: abs(math.log(size / power / x)))
