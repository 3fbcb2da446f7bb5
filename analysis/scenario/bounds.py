"""Whether the numbers of a scenario can be meant: each assumption in itself, each use of it."""

import math
from functools import partial

from analysis.evidence.files import BadInput, every, nearest, refused
from analysis.scenario.metalog import feasible_mid
from analysis.scenario.references import Use, choices, side_choices, terms, uses
from analysis.scenario.schema import Assumption, OwnedTranche, Scenario
from analysis.scenario.tables import Choice
from analysis.scenario.units import Input, Quantity, plain

CHOICES = {
    "by_months": Quantity("months", 0.1, 600),
    "start_gpus": Quantity("GPU", 1, 1e7),
    "from_months": Quantity("months", 0, 600),
    "until_months": Quantity("months", 0.1, 600),
    "served_share": Quantity("share", 0, 1),
    "short_hour_usd": Quantity("USD/GPU-hour", 0, 200),
    "discount_rate_per_year": Quantity("share per year", 0, 2),
    "horizon_months": Quantity("months", 12, 240),
    "funding_usd": Quantity("USD", 0, 1e13, floor=1e5),
    "tax_rate_share": Quantity("share", 0, 0.9),
    "write_off_years": Quantity("years", 1, 100),
    "works_years": Quantity("years", 1, 100),
    "bonus_share": Quantity("share", 0, 1),
    "profit_usd_per_year": Quantity("USD/year", 0, 1e13, floor=1000),
    "debt_share": Quantity("share", 0, 1),
    "debt_rate_per_year": Quantity("share per year", 0, 1),
    "debt_months": Quantity("months", 1, 240),
    "value.month_usd": Quantity("USD", 0, 1e13, floor=1000),
    "value.race_usd": Quantity("USD", 0, 1e13, floor=1000),
    "value.race_months": Quantity("months", 0.1, 600),
    "value.second_share": Quantity("share", 0, 1),
    "gate.month": Quantity("months", 1, 240),
}

WHOLE = ("horizon_months", "debt_months", "gate.month", "write_off_years", "works_years")


def check(scenario: Scenario) -> None:
    """Refuses every number that no unit, range or contract allows, a line for each."""
    known = scenario.assumptions
    alone = {x: partial(_check_assumption, f"assumptions.{x}", one) for x, one in known.items()}
    stated = choices(scenario) | side_choices(scenario)
    sets = [partial(_check_choice, name, choice) for name, choice in stated.items()]
    broken = {name for name, check in alone.items() if refused(check) or not known[name].unit}
    used = [use for use in uses(scenario) if not broken.intersection(terms(use.value))]
    every([*alone.values(), *sets, *(partial(_check_use, use, known) for use in used)])
    for name, tranche in scenario.tranches.items():
        if isinstance(tranche, OwnedTranche):
            _check_cluster(f"tranches.{name}", tranche, known)


def _check_assumption(key: str, one: Assumption) -> None:
    shapes = [
        one.low is not None or one.mid is not None or one.high is not None,
        one.value is not None,
        one.values is not None,
        one.probability is not None,
    ]
    if sum(shapes) != 1:
        raise BadInput(f"{key}: expected exactly one of low/mid/high, value, values, probability")
    if not (one.basis or one.quote or one.judgement):
        raise BadInput(f"{key}: no basis; expected basis = [evidence ids], quote or judgement")
    if one.values is not None:
        _check_odds(key, one.values, one.probabilities or [])
    if one.probability is not None and not 0 <= one.probability <= 1:
        raise BadInput(f"{key}: probability is {plain(one.probability)}; expected 0 to 1")
    if shapes[0]:
        _check_range(key, one)


def _check_odds(key: str, values: list[float], odds: list[float]) -> None:
    if len(odds) != len(values) or min(odds, default=0) < 0 or abs(sum(odds) - 1) > 1e-9:
        raise BadInput(f"{key}: expected as many probabilities as values, adding up to 1")


def _check_range(key: str, one: Assumption) -> None:
    if one.low is None or one.mid is None or one.high is None:
        raise BadInput(f"{key}: expected all of low, mid and high")
    if not one.low < one.mid < one.high:
        raise BadInput(f"{key}: expected low < mid < high; for a fixed number use value")
    least = -math.inf if one.min is None else one.min
    most = math.inf if one.max is None else one.max
    if not least < one.low < one.high < most:
        raise BadInput(f"{key}: low and high must lie strictly between min and max")
    first, last = feasible_mid(one.low, one.high, (one.min, one.max))
    if not first <= one.mid <= last:
        ends = f"{first:.4g} to {last:.4g}"
        raise BadInput(
            f"{key}: mid is {plain(one.mid)}; with these ends and bounds expected {ends}"
        )


def _check_choice(name: str, choice: Choice) -> None:
    for value in (choice.value, *choice.swept):
        if not CHOICES[name].holds(value):
            expected = f"{CHOICES[name].range}{CHOICES[name].mend(value)}"
            raise BadInput(f"{name} is {plain(value)}; expected {expected}")
        if name in WHOLE and value != math.floor(value):
            raise BadInput(f"{name} is {plain(value)}; expected whole {CHOICES[name].unit}")


def _check_use(use: Use, assumptions: dict[str, Assumption]) -> None:
    parts = terms(use.value)
    for part in parts:
        if isinstance(part, str):
            _check_name(use, part, assumptions)
    if len(parts) > 1:
        _check_sum(use, assumptions)
    elif isinstance(parts[0], str):
        one = assumptions[parts[0]]
        _check_numbers(f"assumptions.{parts[0]}", use.quantity, _numbers(one))
        _check_bounds(use, parts[0], one)
    else:
        _check_numbers(use.key, use.quantity, [parts[0]])


def _check_name(use: Use, name: str, assumptions: dict[str, Assumption]) -> None:
    """A term that is a text must name an assumption in the unit, with an end where it needs one."""
    if name not in assumptions:
        if name.lstrip(" +-.")[:1].isdigit():
            raise BadInput(f"{use.key}: {name!r} is text; expected a number, without quotes")
        raise BadInput(f'{use.key}: unknown assumption "{name}"{nearest(name, assumptions)}')
    one, unit = assumptions[name], use.quantity.unit
    if one.probability is not None or one.unit != unit:
        found = "an event" if one.probability is not None else f'in "{one.unit}"'
        raise BadInput(f'{use.key}: assumption "{name}" is {found}; expected unit "{unit}"')
    # A range without a max has a long tail: a price or a month may go there, a share may not.
    if one.low is not None and (one.min is None or (one.max is None and unit.startswith("share"))):
        _refuse_to_leave(use, name)


def _check_bounds(use: Use, name: str, one: Assumption) -> None:
    if one.low is not None:
        under = one.min is not None and one.min < use.quantity.least
        over = one.max is not None and one.max > use.quantity.most
        if under or over:
            _refuse_to_leave(use, name)


def _refuse_to_leave(use: Use, name: str) -> None:
    least, most, unit = use.quantity.least, use.quantity.most, use.quantity.unit
    raise BadInput(
        f'{use.key}: assumption "{name}" can leave {plain(least)} to {plain(most)} {unit}; '
        "give it a min and a max within"
    )


def _check_numbers(key: str, quantity: Quantity, numbers: list[float]) -> None:
    for number in numbers:
        if not quantity.holds(number):
            expected = f"{quantity.range}{quantity.mend(number)}"
            raise BadInput(f"{key}: {plain(number)} {quantity.unit}; expected {expected}")


def _check_sum(use: Use, assumptions: dict[str, Assumption]) -> None:
    """Terms are checked as their sum: one by one they may be surcharges and deductions."""
    least, most = reach(use.value, assumptions)
    if least >= use.quantity.least and use.quantity.holds(most):
        return
    wrong = least if least < use.quantity.least else most
    verb = "adds" if least == most else "can add"
    unit, expected = use.quantity.unit, use.quantity.range
    raise BadInput(f"{use.key}: {verb} up to {wrong:g} {unit}; expected {expected}")


def _check_cluster(key: str, tranche: OwnedTranche, assumptions: dict[str, Assumption]) -> None:
    """Servers are what network and storage leave of a cluster's cost: more than nothing."""
    shares = (*terms(tranche.network_share), *terms(tranche.storage_share))
    least, most = reach(shares, assumptions)
    if most > 1 - 1e-9:
        verb = "add" if least == most else "can add"
        raise BadInput(
            f"{key}: network_share and storage_share {verb} up to {most:g}; expected less than 1"
        )


def reach(value: Input, assumptions: dict[str, Assumption]) -> tuple[float, float]:
    """The least and the most that an input can come to, by the bounds and numbers stated."""
    ends = []
    for term in terms(value):
        known = _numbers(assumptions[term]) if isinstance(term, str) else [term]
        if isinstance(term, str) and assumptions[term].low is not None:
            known += [x for x in (assumptions[term].min, assumptions[term].max) if x is not None]
        ends.append((min(known), max(known)))
    return sum(one for one, _ in ends), sum(one for _, one in ends)


def _numbers(one: Assumption) -> list[float]:
    """The numbers that an assumption states."""
    return [
        x for x in (one.low, one.mid, one.high, one.value, *(one.values or [])) if x is not None
    ]
