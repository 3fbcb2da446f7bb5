"""One decision, read strictly from TOML; what cannot be used is refused in one line."""

import json
import math
import tomllib
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from analysis import evidence
from analysis.inputs import Assumption, Choice, Input, OwnedTranche, Quantity, Scenario
from analysis.metalog import feasible_mid
from analysis.reading import SLUG, BadInput, nearest, text

FOLDER = evidence.DATA / "scenarios"
DISTRIBUTION = (
    "low",
    "mid",
    "high",
    "min",
    "max",
    "value",
    "values",
    "probabilities",
    "probability",
)
CHOICE_LIMITS = {
    "by_months": (0.1, 600.0),
    "start_gpus": (1.0, 1e7),
    "discount_rate_per_year": (0.0, 2.0),
    "horizon_months": (12.0, 240.0),
    "funding_usd": (0.0, 1e13),
    "tax_rate_share": (0.0, 0.9),
    "debt_share": (0.0, 1.0),
    "debt_rate_per_year": (0.0, 1.0),
    "debt_months": (1.0, 240.0),
}


@dataclass(frozen=True)
class Use:
    """One place of a scenario that holds an input: its dotted key, the input, unit and range."""

    key: str
    value: Input
    quantity: Quantity


def find(name: str) -> Path:
    """The file of a scenario given by path (ending in .toml) or by the slug of a shipped one."""
    if name.endswith(".toml"):
        return Path(name)
    path = FOLDER / f"{name}.toml"
    if SLUG.fullmatch(name) is None or not path.exists():
        known = shipped()
        raise BadInput(
            f'no scenario "{name}"{nearest(name, known)}; expected a .toml file or one of '
            f"{', '.join(known)}"
        )
    return path


def shipped() -> list[str]:
    """The slugs of the shipped scenarios that can be run (those with options), sorted."""
    return sorted(
        p.stem for p in FOLDER.glob("*.toml") if "\nextends" in f"\n{p.read_text('utf-8')}"
    )


def read(path: Path, ledger: evidence.Ledger | None = None) -> Scenario:
    """The scenario in a file, merged with what it extends and checked against the ledger.

    Raises `BadInput` with one line: file, key, what was wrong, what was expected.
    """
    raw = _merged(path, ())
    try:
        found = Scenario.model_validate(raw)
    except ValidationError as error:
        raise BadInput(f"{path.name}: {_first_error(error, raw)}") from None
    try:
        _check(found, ledger or evidence.ledger())
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from None
    return found


def canonical(scenario: Scenario) -> str:
    """The merged scenario as JSON, in the order of the file: what a report keeps beside its
    notebook.
    """
    return json.dumps(scenario.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"


def from_canonical(text: str) -> Scenario:
    """The scenario that `canonical` wrote; it was checked before it was written."""
    return Scenario.model_validate_json(text, strict=False)


def uses(scenario: Scenario) -> Iterator[Use]:
    """Every place of the scenario that holds an input, in the order of the file."""
    return _uses(scenario, "")


def terms(value: Input) -> tuple[float | str, ...]:
    """The numbers and names that an input adds up."""
    return value if isinstance(value, tuple) else (value,)


def events(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """(key, name) of every `only_if`."""
    for key, tranche in scenario.tranches.items():
        if tranche.only_if:
            yield f"tranches.{key}.only_if", tranche.only_if
    for site_key, site in scenario.sites.items():
        for key, stage in site.stages.items():
            if stage.only_if:
                yield f"sites.{site_key}.stages.{key}.only_if", stage.only_if


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


def choices(scenario: Scenario) -> dict[str, Choice]:
    """The choices by name, those of the need included."""
    found = {"by_months": scenario.need.by_months, "start_gpus": scenario.need.start_gpus}
    for name in type(scenario.choices).model_fields:
        one = getattr(scenario.choices, name)
        if one is not None:
            found[name] = one
    return found


def cited(scenario: Scenario) -> dict[str, list[str]]:
    """Evidence id -> the assumptions and choices that rest on it."""
    found: dict[str, list[str]] = {}
    bases = {name: one.basis for name, one in scenario.assumptions.items()}
    bases |= {name: one.basis for name, one in choices(scenario).items()}
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
            if isinstance(value, Choice):
                value = value.value
            if isinstance(value, int | float):
                found[f"{key}.{field}".lstrip(".")] = value
    for chip, table in scenario.chips.items():
        row = evidence.chips().get(chip, {})
        for field in ("peak_bf16_dense_tflops", "gpus_per_node", "it_kw_per_gpu"):
            if getattr(table, field) is None and field in row:
                found[f"chips.{chip}.{field}"] = float(row[field])
    return found


def _merged(path: Path, seen: tuple[str, ...]) -> dict[str, Any]:
    if SLUG.fullmatch(path.stem) is None or path.suffix != ".toml":
        raise BadInput(
            f"{path.name!r}: expected a name of small letters, digits and hyphens, .toml"
        )
    try:
        raw = tomllib.loads(text(path))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise BadInput(f"{path.name}: {what}") from None
    parent = raw.pop("extends", None)
    if parent is None:
        return raw
    if not isinstance(parent, str) or SLUG.fullmatch(parent) is None:
        raise BadInput(f"{path.name}: extends is {parent!r}; expected the slug of a scenario")
    if parent in (*seen, path.stem):
        raise BadInput(f'{path.name}: extends "{parent}", which extends it in turn')
    beside = path.parent / f"{parent}.toml"
    base = beside if beside.exists() else FOLDER / f"{parent}.toml"
    if not base.exists():
        known = sorted({p.stem for p in (*path.parent.glob("*.toml"), *FOLDER.glob("*.toml"))})
        raise BadInput(f'{path.name}: extends unknown "{parent}"{nearest(parent, known)}')
    return _overlaid(_merged(base, (*seen, path.stem)), raw, ())


def _overlaid(base: dict[str, Any], top: dict[str, Any], key: tuple[str, ...]) -> dict[str, Any]:
    """`top` over `base`, table by table; a new range or basis replaces an assumption whole."""
    if len(key) == 2 and key[0] == "assumptions" and set(top) & set(DISTRIBUTION):
        return {k: v for k, v in base.items() if k in ("label", "unit")} | top
    merged = dict(base)
    for name, value in top.items():
        both = isinstance(value, dict) and isinstance(base.get(name), dict)
        merged[name] = _overlaid(base[name], value, (*key, name)) if both else value
    return merged


def _tables(table: BaseModel, key: str) -> Iterator[tuple[str, BaseModel]]:
    """(dotted key, table) of a scenario and all below it but assumptions and choices."""
    yield key, table
    for name in type(table).model_fields:
        value = getattr(table, name)
        inner = value.items() if isinstance(value, dict) else [("", value)]
        for part, one in inner:
            if isinstance(one, BaseModel) and not isinstance(one, Assumption | Choice):
                yield from _tables(one, ".".join(filter(None, (key, name, part))))


def _uses(scenario: Scenario, key: str) -> Iterator[Use]:
    for where, table in _tables(scenario, key):
        for name, field in type(table).model_fields.items():
            value = getattr(table, name)
            quantity = _quantity_of(field.metadata, field.annotation)
            if quantity is None or value is None:
                continue
            for part, one in value.items() if isinstance(value, dict) else [("", value)]:
                yield Use(".".join(filter(None, (where, name, part))), one, quantity)


def _quantity_of(metadata: list[Any], annotation: Any) -> Quantity | None:
    for one in metadata:
        if isinstance(one, Quantity):
            return one
    for inner in typing.get_args(annotation):
        found = _quantity_of(list(getattr(inner, "__metadata__", ())), inner)
        if found is not None:
            return found
    return None


def _check(scenario: Scenario, ledger: evidence.Ledger) -> None:
    for name, assumption in scenario.assumptions.items():
        _check_assumption(f"assumptions.{name}", assumption)
    for name, choice in choices(scenario).items():
        _check_choice(name, choice)
    for use in uses(scenario):
        for term in terms(use.value):
            _check_term(scenario, use, term)
    for key, name in events(scenario):
        found = scenario.assumptions.get(name)
        if found is None or found.probability is None:
            raise BadInput(
                f'{key}: "{name}" is no event; expected an assumption with a probability'
            )
    _check_causes(scenario)
    _check_references(scenario)
    _check_as_of(scenario, ledger)


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
        odds = one.probabilities or []
        if len(odds) != len(one.values) or min(odds, default=0) < 0 or abs(sum(odds) - 1) > 1e-9:
            raise BadInput(f"{key}: expected as many probabilities as values, adding up to 1")
    if one.probability is not None and not 0 <= one.probability <= 1:
        raise BadInput(f"{key}: probability is {one.probability:g}; expected 0 to 1")
    if shapes[0]:
        _check_range(key, one)


def _check_range(key: str, one: Assumption) -> None:
    if one.low is None or one.mid is None or one.high is None:
        raise BadInput(f"{key}: expected all of low, mid and high")
    if not one.low < one.mid < one.high:
        raise BadInput(f"{key}: expected low < mid < high; for a fixed number use value")
    if (one.min is not None and one.min >= one.low) or (
        one.max is not None and one.max <= one.high
    ):
        raise BadInput(f"{key}: low and high must lie strictly between min and max")
    first, last = feasible_mid(one.low, one.high, (one.min, one.max))
    if not first <= one.mid <= last:
        raise BadInput(
            f"{key}: mid is {one.mid:g}; with these ends and bounds expected "
            f"{first:.4g} to {last:.4g}"
        )


def _check_choice(name: str, choice: Choice) -> None:
    least, most = CHOICE_LIMITS[name]
    for value in (choice.value, *choice.swept):
        if not least <= value <= most:
            raise BadInput(f"{name} is {value:g}; expected {least:g} to {most:g}")
        if name in ("horizon_months", "debt_months") and value != math.floor(value):
            raise BadInput(f"{name} is {value:g}; expected whole months")


def _check_term(scenario: Scenario, use: Use, term: float | str) -> None:
    least, most, unit = use.quantity.least, use.quantity.most, use.quantity.unit
    if isinstance(term, float):
        ends = (term, term)
    elif term not in scenario.assumptions:
        close = nearest(term, scenario.assumptions)
        raise BadInput(f'{use.key}: unknown assumption "{term}"{close}')
    else:
        one = scenario.assumptions[term]
        if one.probability is not None or one.unit != unit:
            found = "an event" if one.probability is not None else f'in "{one.unit}"'
            raise BadInput(f'{use.key}: assumption "{term}" is {found}; expected unit "{unit}"')
        numbers = [x for x in (one.low, one.high, one.value, *(one.values or [])) if x is not None]
        ends = (min(numbers), max(numbers))
        within = (one.min is None or one.min >= least) and (one.max is None or one.max <= most)
        if one.low is not None and (one.min is None or not within):
            raise BadInput(
                f'{use.key}: assumption "{term}" can leave {least:g} to {most:g} {unit}; '
                "set its min and max within"
            )
    if not (math.isfinite(ends[1]) and least <= ends[0] and ends[1] <= most):
        wrong = ends[0] if ends[0] < least else ends[1]
        raise BadInput(f"{use.key}: {wrong:g} {unit}; expected {least:g} to {most:g}")


def _check_causes(scenario: Scenario) -> None:
    squares: dict[str, float] = {}
    for key, cause in scenario.causes.items():
        for name, loading in cause.loadings.items():
            if name not in scenario.assumptions:
                close = nearest(name, scenario.assumptions)
                raise BadInput(f'causes.{key}.loadings: unknown assumption "{name}"{close}')
            squares[name] = squares.get(name, 0.0) + loading**2
            if squares[name] > 1 + 1e-12:
                raise BadInput(f'causes.{key}.loadings: the squares for "{name}" add up to over 1')


def _check_references(scenario: Scenario) -> None:
    for key, tranche in scenario.tranches.items():
        where = f"tranches.{key}"
        _check_known(f"{where}.site", tranche.site, scenario.sites)
        _check_known(f"{where}.chip", tranche.chip, scenario.chips)
        chip, site = scenario.chips[tranche.chip], scenario.sites[tranche.site]
        if isinstance(tranche, OwnedTranche):
            if not site.stages:
                raise BadInput(
                    f'{where}.site: "{tranche.site}" has no power stages; an owned '
                    "tranche needs them"
                )
            if chip.node_usd is None or chip.resale_share is None:
                raise BadInput(
                    f"chips.{tranche.chip}: an owned tranche needs node_usd and resale_share"
                )
        else:
            if site.stages or site.tco2_per_mwh is None:
                raise BadInput(
                    f'{where}.site: "{tranche.site}" has power stages or no tco2_per_mwh; a '
                    "rented tranche needs a supplier's site"
                )
            if chip.market_rent_usd_per_gpu_hour is None:
                raise BadInput(
                    f"chips.{tranche.chip}: a rented tranche needs market_rent_usd_per_gpu_hour"
                )
            if (tranche.leave_when_trains is None) != (tranche.exit_fee_months is None):
                raise BadInput(f"{where}: leave_when_trains and exit_fee_months belong together")
    for key, chip in scenario.chips.items():
        _check_chip(key, chip)
    for key, site in scenario.sites.items():
        for name, stage in site.stages.items():
            if stage.replaces is not None:
                others = [one for one in site.stages if one != name]
                _check_known(f"sites.{key}.stages.{name}.replaces", stage.replaces, others)
    titles: dict[str, str] = {}
    for key, option in scenario.options.items():
        _check_option(scenario, key, option.tranches)
        other = titles.setdefault(option.title, key)
        if other != key:
            raise BadInput(f'options.{key}.title: the same as that of "{other}"; expected its own')
    for key, names in (("compare", scenario.compare), ("baseline", [scenario.baseline])):
        for one in names or []:
            if one is not None:
                _check_known(key, one, scenario.options)


def _check_chip(key: str, chip: Any) -> None:
    for field in ("peak_bf16_dense_tflops", "gpus_per_node", "it_kw_per_gpu"):
        if getattr(chip, field) is None and key not in evidence.chips():
            close = nearest(key, evidence.chips())
            raise BadInput(f"chips.{key}: {field} is missing and chips.csv has no such chip{close}")


def _check_option(scenario: Scenario, key: str, names: list[str]) -> None:
    where = f"options.{key}.tranches"
    fabrics: dict[str, Any] = {}
    for name in names:
        _check_known(where, name, scenario.tranches)
        if names.count(name) > 1:
            raise BadInput(f'{where}: "{name}" stands twice')
        tranche = scenario.tranches[name]
        made_of = (tranche.chip, tranche.fabric_gpus, tranche.use)
        if fabrics.setdefault(tranche.fabric or name, made_of) != made_of:
            raise BadInput(
                f'{where}: "{name}" shares a fabric; expected the same chip, use and fabric_gpus'
            )
        other = getattr(tranche, "leave_when_trains", None)
        if other is not None and (other not in names or other == name):
            raise BadInput(
                f'tranches.{name}.leave_when_trains: expected another tranche of "{key}"'
            )


def _check_known(key: str, name: str, known: Any) -> None:
    if name not in known:
        raise BadInput(f'{key}: unknown "{name}"{nearest(name, known)}')


def _check_as_of(scenario: Scenario, ledger: evidence.Ledger) -> None:
    """Nothing that became public after `as_of` may be used, and only what can back a number."""
    late: list[tuple[date, str]] = []
    facts = cited(scenario)
    for fact_id, users in facts.items():
        fact = ledger.facts.get(fact_id)
        if fact is None:
            raise BadInput(
                f'{users[0]}: unknown evidence "{fact_id}"{nearest(fact_id, ledger.facts)}'
            )
        if not fact.backs or fact.public_on is None:
            why = fact.standing if fact.standing != "firm" else "undated or a judgement"
            raise BadInput(f'{users[0]}: evidence "{fact_id}" is {why} and backs nothing')
        if fact.public_on > scenario.as_of:
            late.append((fact.public_on, fact_id))
    for chip in scenario.chips:
        row = evidence.chips().get(chip)
        day = evidence.last_day(row["public_on"]) if row else None
        if day is not None and day > scenario.as_of:
            late.append((day, f"chips.csv {chip}"))
    if late:
        day, name = min(late)
        raise BadInput(
            f"as_of is {scenario.as_of}: {len(late)} of "
            f"{len(facts) + len(scenario.chips)} cited facts "
            f'became public later, the first of them "{name}" on {day}'
        )


def _first_error(error: ValidationError, raw: dict[str, Any]) -> str:
    """The most telling of pydantic's errors as `key: what was wrong; what was expected`."""
    found = error.errors(include_url=False, include_context=False)
    found.sort(key=lambda one: one["type"] != "extra_forbidden")
    one = found[0]
    parts = [str(p) for p in one["loc"] if p not in ("rent", "own", "[key]")]
    key = ".".join(parts)
    if one["type"] == "extra_forbidden":
        fields = _fields_at([str(p) for p in one["loc"][:-1]])
        return f'unknown key "{key}"{nearest(parts[-1], fields)}'
    if one["type"] == "missing":
        return f"{key} is missing"
    message = one["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    shown = repr(one["input"])
    given = f"{shown[:60]}; " if not isinstance(one["input"], dict | list) else ""
    return f"{key}: {given}{message[0].lower()}{message[1:]}"


def _fields_at(location: list[str]) -> list[str]:
    """The known keys of the table at a location."""
    model: Any = Scenario
    for part in location:
        if isinstance(model, type) and issubclass(model, BaseModel):
            model = model.model_fields[part].annotation
        else:
            args = typing.get_args(model)
            tagged = [a for a in args if getattr(a, "__name__", "").lower().startswith(part)]
            model = tagged[0] if tagged else args[-1] if args else model
        while typing.get_origin(model) is typing.Annotated:
            model = typing.get_args(model)[0]
        options = [a for a in typing.get_args(model) if a is not type(None)]
        if len(options) == 1 and typing.get_origin(model) is not dict:
            model = options[0]
    return list(model.model_fields) if hasattr(model, "model_fields") else []
