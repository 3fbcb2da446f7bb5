"""A scenario walked through: where it holds inputs, what they refer to, what they rest on."""

import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from analysis.evidence import ledger
from analysis.scenario.schema import Assumption, Scenario
from analysis.scenario.tables import Choice
from analysis.scenario.units import Input, Quantity

FROM_THE_TABLE_OF_CHIPS = ("peak_bf16_dense_tflops", "gpus_per_node", "it_kw_per_gpu")
"""The fields of a chip that a scenario may leave to chips.csv."""


MARKET_CHIP = "h100"
"""The chip of the hours that are bought on the market."""


@dataclass(frozen=True)
class Use:
    """One place of a scenario that holds an input: its dotted key, the input, unit and range."""

    key: str
    value: Input
    quantity: Quantity


def uses(scenario: Scenario) -> Iterator[Use]:
    """Every place of the scenario that holds an input, in the order of the file."""
    for where, table in _tables(scenario, ""):
        for name, field in type(table).model_fields.items():
            quantity = _quantity(field.metadata, field.annotation)
            if quantity is not None:
                for key, value in _parts(_key(where, name), getattr(table, name)):
                    yield Use(key, value, quantity)


def terms(value: Input) -> tuple[float | str, ...]:
    """The numbers and names that an input adds up."""
    return value if isinstance(value, tuple) else (value,)


def events(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """(key, name) of every `only_if`."""
    for key, option in scenario.options.items():
        if option.instead is not None:
            yield f"options.{key}.instead.event", option.instead.event
    for key, tranche in scenario.tranches.items():
        if tranche.only_if:
            yield f"tranches.{key}.only_if", tranche.only_if
    for site_key, site in scenario.sites.items():
        for key, stage in site.stages.items():
            if stage.only_if:
                yield f"sites.{site_key}.stages.{key}.only_if", stage.only_if


def choices(scenario: Scenario) -> dict[str, Choice]:
    """The choices by name, those of the need and of the service included."""
    need, found = scenario.need, {}
    for table in (need, need.service, scenario.choices):
        for name in type(table).model_fields if table is not None else ():
            one = getattr(table, name)
            if isinstance(one, Choice):
                found[name] = one
    return found


PRICES = ("rent", "node")
"""What has a market price: an hour of a chip, and a node (a machine) of it."""


def price_paths(scenario: Scenario) -> list[str]:
    """The names of the price paths of a scenario's chips, e.g. `h100:rent`."""
    return [f"{chip}:{price}" for chip in scenario.chips for price in PRICES]


def swinging(scenario: Scenario) -> list[str]:
    """The price paths that have a swing."""
    return [
        f"{name}:{price}"
        for name, chip in scenario.chips.items()
        for price in PRICES
        if getattr(chip, f"{price}_fall_swing") is not None
    ]


def side_choices(scenario: Scenario) -> dict[str, Choice]:
    """The choices that the model does not run on, by dotted key: the value of time and the gate."""
    found: dict[str, Choice] = {}
    for key, table in (("value", scenario.value), ("gate", scenario.gate)):
        for name in type(table).model_fields if table is not None else ():
            one = getattr(table, name)
            if isinstance(one, Choice):
                found[_key(key, name)] = one
    return found


def used_assumptions(scenario: Scenario) -> dict[str, list[str]]:
    """Assumption name -> the keys that refer to it, for those that are referred to."""
    found: dict[str, list[str]] = {}
    for use in uses(scenario):
        for term in terms(use.value):
            if isinstance(term, str):
                found.setdefault(term, []).append(use.key)
    for key, name in events(scenario):
        found.setdefault(name, []).append(key)
    return found


def used_by(scenario: Scenario, option: str) -> set[str]:
    """The assumptions that an option refers to, by its tranches, their chips, sites and further
    costs, by the run, or by what of the service is bought on the market."""
    table = scenario.options[option]
    brought = scenario.options[table.instead.option].tranches if table.instead else []
    names = [*table.tranches, *brought]
    mine = {"tranches": set(names), "chips": set(), "sites": set(), "options": {option}}
    mine["costs"] = {key for key, one in scenario.costs.items() if set(names) & set(one.tranches)}
    for name in names:
        mine["chips"].add(scenario.tranches[name].chip)
        mine["sites"].add(scenario.tranches[name].site)
    service = scenario.need.service
    if service is not None and service.market_site is not None:
        mine["chips"].add(MARKET_CHIP)
        mine["sites"].add(service.market_site)

    def bears_on_it(key: str) -> bool:
        table, name, *_ = key.split(".")
        return table not in mine or name in mine[table]

    used = used_assumptions(scenario)
    return {name for name, keys in used.items() if any(map(bears_on_it, keys))}


def cited(scenario: Scenario) -> dict[str, list[str]]:
    """Evidence id -> the assumptions, the choices and the lives that rest on it."""
    found: dict[str, list[str]] = {}
    bases = {name: one.basis for name, one in scenario.assumptions.items()}
    bases |= {name: one.basis for name, one in choices(scenario).items()}
    bases |= {name: one.basis for name, one in side_choices(scenario).items()}
    bases |= {"lives": scenario.lives.basis} if scenario.lives else {}
    for name, basis in bases.items():
        for fact in basis:
            found.setdefault(fact, []).append(name)
    return found


def defaults_used(scenario: Scenario) -> dict[str, Any]:
    """Dotted key -> value of every number that the file left out and a default filled in."""
    found: dict[str, Any] = {}
    for key, table in _tables(scenario, ""):
        for field in sorted(set(type(table).model_fields) - table.model_fields_set):
            value = getattr(table, field)
            number = value.value if isinstance(value, Choice) else value
            if isinstance(number, int | float):
                found[_key(key, field)] = number
    for name, chip in scenario.chips.items():
        row = ledger.chips().get(name, {})
        for field in FROM_THE_TABLE_OF_CHIPS:
            if getattr(chip, field) is None and row.get(field):
                found[f"chips.{name}.{field}"] = float(row[field])
    return found


def _tables(table: BaseModel, key: str) -> Iterator[tuple[str, BaseModel]]:
    """(dotted key, table) of a scenario and all below it but assumptions and choices."""
    yield key, table
    for name in type(table).model_fields:
        for inner, one in _parts(_key(key, name), getattr(table, name)):
            if isinstance(one, BaseModel) and not isinstance(one, Assumption | Choice):
                yield from _tables(one, inner)


def _parts(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """(dotted key, value) of a field, or of each of its entries if it is a table of names or a list
    of tables."""
    if isinstance(value, dict):
        yield from ((_key(key, name), one) for name, one in value.items())
    elif isinstance(value, list) and value and isinstance(value[0], BaseModel):
        yield from ((_key(key, str(number)), one) for number, one in enumerate(value, start=1))
    elif value is not None:
        yield key, value


def _key(*parts: str) -> str:
    return ".".join(part for part in parts if part)


def _quantity(metadata: list[Any], annotation: Any) -> Quantity | None:
    """What a field, or each entry of it, is measured in; None for one that holds no input."""
    for one in metadata:
        if isinstance(one, Quantity):
            return one
    for inner in typing.get_args(annotation):
        found = _quantity(list(getattr(inner, "__metadata__", ())), inner)
        if found is not None:
            return found
    return None
