"""One decision, read strictly from TOML; what cannot be used is refused, a line each."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from analysis.evidence import ledger as ledgers
from analysis.evidence.files import SLUG, BadInput, cleaned, nearest, text
from analysis.scenario import (
    consistency,
    currency,
    messages,
    misspelt,
    naming,
    needs,
    offers,
    references,
    toml,
)
from analysis.scenario.known import check_known
from analysis.scenario.schema import Assumption, Scenario
from analysis.scenario.varied import DISTRIBUTION, Change, changed, in_words

FOLDER = ledgers.DATA / "scenarios"

DEFAULTS = "sourced-defaults"


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
    return sorted(p.stem for p in FOLDER.glob("*.toml") if "\nextends" in f"\n{text(p)}")


def read(
    path: Path, ledger: ledgers.Ledger | None = None, changes: Sequence[Change] = ()
) -> Scenario:
    """The scenario in a file, merged with what it extends, with some values changed, and checked
    against the ledger, without what it inherits and has no use for, its titles and labels told
    apart.

    Raises `BadInput` with a line for each mistake: file, line, key, what was wrong, what was
    expected.
    """
    known = ledger or ledgers.ledger()
    try:
        raw = changed(_merged(path, ()), changes)
    except RecursionError:  # deep tables over deep tables, or a very long chain of files
        raise BadInput(f"{path.name}: nested too deeply") from None
    try:
        with _named(path, changes):
            raw = _with_named_stages(cleaned("", raw))
            found = _without_idle(Scenario.model_validate(raw), _tables(path))
            consistency.check(found, known)
            misspelt.check(found, _tables(path), defaults())
    except ValidationError as error:
        raise BadInput(*_where(path, changes, messages.lines(error, raw))) from None
    return naming.numbered(_with_rate(found))


def _with_rate(scenario: Scenario) -> Scenario:
    """The scenario with a word on its currency in its note, which every report holds."""
    if scenario.currency is None:
        return scenario
    note = f"{scenario.note} {scenario.currency.said}".strip()
    return scenario.model_copy(update={"note": note})


@contextmanager
def _named(path: Path, changes: Sequence[Change] = ()) -> Iterator[None]:
    """What is refused within is told with the name of the file and its line."""
    try:
        yield
    except BadInput as error:
        raise BadInput(*_where(path, changes, error.lines)) from None


def _where(path: Path, changes: Sequence[Change], lines: list[str]) -> list[str]:
    """What is wrong, with the line of the file; of a changed scenario with what was changed, which
    stands on no line."""
    if not changes:
        return located(path, lines)
    return [f"{path.name} with {in_words(changes)}: {line}" for line in lines]


def idle(path: Path, scenario: Scenario) -> list[str]:
    """The dotted keys of a file's own tranches, sites and chips that lead to no option."""
    planned = {name for option in scenario.options.values() for name in option.tranches}
    there = [scenario.tranches[name] for name in planned]
    service = scenario.need.service
    market = [] if service is None else [str(service.market_site), needs.REFERENCE_CHIP]
    sites, chips = ({*market, *(getattr(one, x) for one in there)} for x in ("site", "chip"))
    used: dict[str, set[str]] = {"tranches": planned, "sites": sites, "chips": chips}
    stated = {table: _tables(path).get(table, {}).items() for table in used}
    return [
        f"{table}.{name}"
        for table, entries in stated.items()
        for name, one in entries
        if one is not False and name not in used[table]
    ]


def canonical(scenario: Scenario) -> str:
    """The merged scenario as JSON, in the order of the file: what a report keeps beside its
    notebook.
    """
    return (
        json.dumps(
            scenario.model_dump(mode="json", exclude_unset=True), ensure_ascii=False, indent=1
        )
        + "\n"
    )


def from_canonical(text: str) -> Scenario:
    """The scenario that `canonical` wrote; it was checked before it was written."""
    return Scenario.model_validate_json(text, strict=False)


def _without_idle(scenario: Scenario, stated: dict[str, Any]) -> Scenario:
    """The scenario without the chips that no tranche is made of, without a run that the need does
    not ask for, and without what only they refer to; what the file itself states stays."""
    used = {tranche.chip for tranche in scenario.tranches.values()}
    service = scenario.need.service
    if service is not None and service.market_gpus is not None:
        used.add(needs.REFERENCE_CHIP)
    chips = {
        key: chip
        for key, chip in scenario.chips.items()
        if key in used or key in stated.get("chips", {})
    }
    asked = scenario.need.target_flop is not None or "run" in stated
    run = scenario.run if asked else None
    fewer = scenario.model_copy(update={"chips": chips, "run": run})
    # what referred to them may be in a table that the file has taken away
    named = references.used_assumptions(scenario)
    inherited = scenario.assumptions if False in stated.values() else named
    idle = set(inherited) - set(references.used_assumptions(fewer))
    idle -= set(stated.get("assumptions", {}))
    gone = idle | (set(references.swinging(scenario)) - set(references.swinging(fewer)))
    causes = {
        name: cause.model_copy(
            update={"loadings": {x: y for x, y in cause.loadings.items() if x not in gone}}
        )
        for name, cause in scenario.causes.items()
    }
    left = {name: one for name, one in scenario.assumptions.items() if name not in idle}
    tied = {name: cause for name, cause in causes.items() if cause.loadings}
    return fewer.model_copy(update={"assumptions": left, "causes": tied})


def defaults() -> dict[str, Assumption]:
    """The assumptions that any scenario may start from, by name."""
    raw = _merged(FOLDER / f"{DEFAULTS}.toml", ())["assumptions"]
    return {name: Assumption.model_validate(one) for name, one in raw.items()}


def defaults_of(scenario: Scenario) -> dict[str, Assumption]:
    """The assumptions that a scenario has where its file says nothing: those of a short case go by
    its size and its chip."""
    if scenario.offers is None:
        return defaults()
    own = scenario.model_dump(include={"offers", "chips"}, exclude_none=True)
    base = _merged(FOLDER / f"{offers.BASE}.toml", ())
    ranges = offers.ranges(offers.Short(scenario.offers, own, base))
    raw = base["assumptions"] | {
        name: {"label": name, "unit": ""} | one for name, one in ranges.items()
    }
    return {name: Assumption.model_validate(one) for name, one in raw.items()}


def taken_over(scenario: Scenario) -> set[str]:
    """The names of the assumptions that stand as their default has them, by whatever label."""
    known, called = defaults_of(scenario), {"label", "unit"}
    return {
        name
        for name, one in scenario.assumptions.items()
        if name in known
        and known[name].model_dump(exclude=called) == one.model_dump(exclude=called)
    }


def _merged(path: Path, seen: tuple[str, ...]) -> dict[str, Any]:
    """The tables of a file over those of what it extends."""
    if SLUG.fullmatch(path.stem) is None or path.suffix != ".toml":
        raise BadInput(
            f"{path.name!r}: expected a name of small letters, digits and hyphens, .toml"
        )
    raw = _tables(path)
    parent = raw.pop("extends", None)
    if parent is None:
        return raw
    if "offers" in raw and parent != offers.BASE:
        raise BadInput(f'{path.name}: offers: extends is {parent!r}; expected "{offers.BASE}"')
    if not isinstance(parent, str) or SLUG.fullmatch(parent) is None:
        raise BadInput(f"{path.name}: extends is {parent!r}; expected the slug of a scenario")
    if parent in (*seen, path.stem):
        raise BadInput(f'{path.name}: extends "{parent}", which extends it in turn')
    base = _merged(_base(path, parent), (*seen, path.stem))
    if "offers" in raw:
        with _named(path):
            for layer in offers.layers(raw, base):
                base = _overlaid(base, layer, ())
    return _overlaid(base, raw, ())


def _with_named_stages(raw: dict[str, Any]) -> dict[str, Any]:
    """The tables with the stages of a site that names another put in: those of the other."""
    sites = raw.get("sites")
    if not isinstance(sites, dict):
        return raw
    stages = {name: one.get("stages") for name, one in sites.items() if isinstance(one, dict)}
    found = {}
    for name, other in stages.items():
        if isinstance(other, str):
            check_known(f"sites.{name}.stages", other, stages)
            if not isinstance(stages[other], dict):
                raise BadInput(f'sites.{name}.stages: "{other}" has none of its own; expected some')
            found[name] = sites[name] | {"stages": stages[other]}
    return raw | {"sites": sites | found}


def _base(path: Path, parent: str) -> Path:
    """The file that another extends: one beside it if there is one, else a shipped one."""
    folders = (path.parent, FOLDER)
    for folder in folders:
        if (folder / f"{parent}.toml").exists():
            return folder / f"{parent}.toml"
    known = sorted({found.stem for folder in folders for found in folder.glob("*.toml")})
    raise BadInput(f'{path.name}: extends unknown "{parent}"{nearest(parent, known)}')


def _overlaid(base: dict[str, Any], top: dict[str, Any], key: tuple[str, ...]) -> dict[str, Any]:
    """`top` over `base`, table by table; a new range or basis replaces an assumption whole, and
    what is set to false is taken away, if it is there."""
    if len(key) == 2 and key[0] == "assumptions" and set(top) & set(DISTRIBUTION):
        return {k: v for k, v in base.items() if k in ("label", "unit")} | top
    merged = dict(base)
    for name, value in top.items():
        both = isinstance(value, dict) and isinstance(base.get(name), dict)
        merged[name] = _overlaid(base[name], value, (*key, name)) if both else value
    gone = {name for name, value in top.items() if value is False and name in base}
    return {name: value for name, value in merged.items() if name not in gone}


def _tables(path: Path) -> dict[str, Any]:
    """The tables of a TOML file."""
    with _named(path):
        return currency.in_usd(toml.tables(text(path)))


def located(path: Path, said: list[str]) -> list[str]:
    """What is wrong with a file, each with the line of the key that it begins with, where the file
    has it, and in the order of the lines."""
    words = currency.words_in_usd(text(path))
    found = []
    for one in said:
        number = re.match(r"line (\d+): ", one)
        key = re.match(r'(?:unknown key ")?([\w-]+(?:\.[\w-]+)*)', one)
        line = int(number[1]) if number else toml.line_of(words, key[1]) if key else None
        where = path.name if line is None else f"{path.name}, line {line}"
        found.append(
            (line or math.inf, f"{where}: {one.removeprefix(number[0] if number else '')}")
        )
    return [one for _, one in sorted(found, key=lambda one: one[0])]
