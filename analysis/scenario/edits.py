"""A scenario changed in one thing: what a study of the same decision holds different.

Nothing is checked here: what comes of readers' words is read by `load`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from analysis.scenario.references import terms
from analysis.scenario.schema import Assumption, Scenario
from analysis.scenario.tables import Choice
from analysis.scenario.units import Input

Place = tuple[str, ...]
"""Where something stands in the file, e.g. ("tranches", "rental", "term_months")."""


def value_at(table: Any, place: Place) -> Any:
    """What stands at a place of a table (or of a dictionary of tables)."""
    for name in place:
        table = table[name] if isinstance(table, dict) else getattr(table, name)
    return table


def with_value(table: Any, place: Place, value: Any) -> Any:
    """The table with another value at a place."""
    name, rest = place[0], place[1:]
    if rest:
        value = with_value(value_at(table, (name,)), rest, value)
    return {**table, name: value} if isinstance(table, dict) else _with(table, **{name: value})


def with_options(scenario: Scenario, names: Collection[str]) -> Scenario:
    """The scenario with only these options and their fallbacks; its pair and its baseline only if
    they are kept."""
    instead = [scenario.options[name].instead for name in names if name in scenario.options]
    wanted = {*names, *(one.option for one in instead if one is not None)}
    kept = {name: option for name, option in scenario.options.items() if name in wanted}
    asked = scenario.compare if set(scenario.compare or ()) <= set(kept) else None
    baseline = scenario.baseline if scenario.baseline in kept else None
    return _with(scenario, options=kept, compare=asked, baseline=baseline)


def with_pair(scenario: Scenario, pair: tuple[str, str]) -> Scenario:
    """The scenario with two options alone, compared in this order."""
    return _with(with_options(scenario, pair), compare=list(pair))


def with_choice(scenario: Scenario, name: str, value: float) -> Scenario:
    """The scenario in which a choice has another value and no other is swept."""
    places = (("need",), ("need", "service"), ("choices",))
    place = next(p for p in places if isinstance(_field(scenario, (*p, name)), Choice))
    choice = value_at(scenario, (*place, name))
    return with_value(scenario, (*place, name), _with(choice, value=float(value), swept=[]))


def _field(scenario: Scenario, place: Place) -> Any:
    """What stands at a place, or None where there is no such table or field."""
    table: Any = scenario
    for name in place:
        table = getattr(table, name, None)
    return table


def with_tranche(scenario: Scenario, name: str, **fields: object) -> Scenario:
    """The scenario in which some fields of a tranche are others."""
    return with_value(scenario, ("tranches", name), _with(scenario.tranches[name], **fields))


def with_delay(scenario: Scenario, name: str, months: float) -> Scenario:
    """The scenario in which every milestone of a tranche comes so many months later."""
    dates = scenario.tranches[name].milestones
    late = {milestone: plus(date, months) for milestone, date in dates.items()}
    return with_tranche(scenario, name, milestones=late)


def plus(value: Input, amount: float) -> Input:
    """An input and an amount in its unit."""
    return (*terms(value), float(amount))


def held(scenario: Scenario, values: Mapping[str, float], judgement: str) -> Scenario:
    """The scenario in which some assumptions have one value each, an event a probability, as a file
    would state them with a judgement."""
    fixed = {name: _held(scenario.assumptions[name], x, judgement) for name, x in values.items()}
    return _with(scenario, assumptions=scenario.assumptions | fixed)


def _held(assumption: Assumption, value: float, judgement: str) -> Assumption:
    kind = "value" if assumption.probability is None else "probability"
    about = {"label": assumption.label, "unit": assumption.unit, "judgement": judgement}
    return Assumption.model_validate({**about, kind: float(value)})


def _with(table: Any, **fields: object) -> Any:
    return table.model_copy(update=fields)
