"""What the mean fall of the price of machines, held at a value, makes of the answer."""

from dataclasses import dataclass, replace

import numpy as np

from analysis.arrays import Array
from analysis.decision import levers, ranking
from analysis.decision.ranking import Place
from analysis.model import comparison, draws, estimates, simulation
from analysis.model.estimates import Estimate
from analysis.model.simulation import Result
from analysis.scenario import edits, references
from analysis.scenario.schema import Scenario

FUTURES = draws.BLOCK_DRAWS


@dataclass(frozen=True)
class Held:
    """An input at a value (`called` P10, mid or P90) in every future: compared cost of the pair, a
    less b, in USD, and who of the ranked is first at each value of a month."""

    name: str
    value: float
    called: str
    difference: Estimate
    places: list[Place]


def names(scenario: Scenario) -> list[str]:
    """The inputs that are the mean fall of the price of machines that the two could own."""
    chips = [scenario.chips[chip] for chip in levers.owned_chips(scenario)]
    falls = [chip.node_fall_per_year or chip.price_fall_per_year for chip in chips]
    terms = [term for fall in falls if fall is not None for term in references.terms(fall)]
    return list(dict.fromkeys(term for term in terms if isinstance(term, str)))


def held(result: Result) -> list[Held]:
    """Each such input at 0, P10, mid and P90 in the first 4,096 futures, the others as drawn; the
    means of all futures help to place theirs."""
    scenario, found = result.scenario, []
    futures = draws.block(scenario, result.seed, 0, min(FUTURES, result.draws))
    for name in names(scenario):
        low, high = draws.ends(scenario.assumptions[name])
        mid = draws.mid_value(scenario.assumptions[name])
        called = {0.0: "", low: " (P10)", high: " (P90)", mid: " (mid)"}
        for value in sorted(called):
            there = _run(result, name, futures | {name: np.full_like(futures[name], value)})
            gap, places = _answer(result, there)
            found.append(Held(name, value, called[value], gap, places))
    return found


def _run(result: Result, name: str, futures: dict[str, Array]) -> Result:
    """The pair and the ranked in some futures; an option that does not use the input as it was."""
    scenario, size = result.scenario, len(futures[name])
    asked = {*comparison.ranked(result), *(comparison.pair(scenario) or ())}
    using = [o for o in scenario.options if o in asked and name in references.used_by(scenario, o)]
    now = simulation.at(edits.with_options(scenario, using), futures).scalars if using else {}
    then = {o: {key: x[:size] for key, x in result.scalars[o].items()} for o in asked}
    return replace(result, draws=size, scalars=then | dict(now))


def _answer(result: Result, there: Result) -> tuple[Estimate, list[Place]]:
    """The difference of the pair and who is first, of some of the futures and placed by all."""
    a, b = comparison.pair(result.scenario) or ("", "")
    ranked, size = comparison.ranked(result), there.draws

    def mean(now: Array, whole: Array) -> Estimate:
        return estimates.regressed(now, whole[:size], whole)

    usd, months = (
        [mean(of(there, o), of(result, o)).value or 0.0 for o in ranked]
        for of in (comparison.compared_usd, comparison.compared_months)
    )
    places = [Place(v, ranked[i]) for v, i in ranking.lowest_lines(usd, months)]
    gap = comparison.cost_difference_usd
    return mean(gap(there, a, b), gap(result, a, b)), places
