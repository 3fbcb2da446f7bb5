"""What of two scenarios differs, and which of it moved the pair: one changed input at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel

from analysis.arrays import Array
from analysis.evidence import ledger
from analysis.evidence.files import BadInput
from analysis.model import comparison, estimates, simulation
from analysis.model.estimates import Estimate
from analysis.scenario import consistency, edits, references
from analysis.scenario.beside import TimeValue
from analysis.scenario.edits import Place, value_at
from analysis.scenario.schema import Assumption, Cost, Scenario, Service, Site
from analysis.scenario.tables import Choice
from analysis.scenario.units import plain

ABOUT = {"title", "description", "label", "unit", "basis", "quote", "judgement", "why", "swept"}
"""What says something of an input and enters no formula."""

KINDS = {
    "need": "need",
    "choices": "choice",
    "limits": "limit",
    "run": "run",
    "assumptions": "assumption",
    "causes": "causes",
    "chips": "chip",
    "sites": "site",
    "tranches": "tranche",
    "costs": "further costs",
    "options": "option",
}

WHOLE = {"causes": "what ties inputs together", "costs": "further lines of cost"}
"""The tables that change as one, and what they are called: their entries bear on one another, or
act though nothing refers to them."""


@dataclass(frozen=True)
class Change:
    """One thing that two scenarios have in common and state differently: what it is, its place in
    the file, its label, and its value in words before and after (empty where it is a table)."""

    kind: str
    place: Place
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """What changing some inputs together (one, unless the model runs only on all of them) moved:
    the pair's compared cost in USD and its compared months, of a less b."""

    changes: list[Change]
    cost_usd: Estimate
    months: Estimate


def waterfall(
    before: Scenario,
    after: Scenario,
    pair: tuple[str, str],
    number: int,
    seed: int,
    progress: simulation.Progress | None = None,
) -> tuple[list[Step], tuple[Estimate, Estimate], tuple[Estimate, Estimate]]:
    """What each changed input moved, and cost and months of a less b before and after.

    The inputs are changed one at a time on the same draws, in the order of the file and then in the
    opposite order; a step is the mean of the two, so that the steps add up to the whole whatever
    acts together. `progress` is told how many of the runs are done.
    """
    first, last = _joined(_of_the_pair(before, pair), _of_the_pair(after, pair))
    groups = _groups(first, last, changes(first, last))
    on_the_way = [*_walk(first, last, groups), *_back(first, last, groups)]
    ran = []
    for scenario in on_the_way:
        ran.append(_differences(scenario, pair, number, seed))
        if progress is not None:
            progress(len(ran), len(on_the_way))
    there = ran[: len(groups) + 1]
    back = [there[0], *ran[len(groups) + 1 :], *there[-1:] * bool(groups)]
    steps = []
    for i, group in enumerate(groups):
        j = len(groups) - i
        moved = [(there[i + 1][k] - there[i][k] + back[j][k] - back[j - 1][k]) / 2 for k in (0, 1)]
        steps.append(Step(group, *map(estimates.mean, moved)))
    ends = [(estimates.mean(one[0]), estimates.mean(one[1])) for one in (there[0], there[-1])]
    return steps, ends[0], ends[1]


def changes(before: Scenario, after: Scenario) -> list[Change]:
    """What both scenarios hold and state differently, in the order of the file. What only one of
    them holds acts through what refers to it."""
    return [
        Change(_kind(place), place, _label(after, place), _words(one), _words(other))
        for place in _places(before, after)
        if _bare(one := value_at(before, place)) != _bare(other := value_at(after, place))
    ]


def _places(before: Scenario, after: Scenario) -> Iterator[Place]:
    for table in KINDS:
        one, other = getattr(before, table), getattr(after, table)
        if table in WHOLE:
            yield (table,)
        elif isinstance(one, BaseModel) and isinstance(other, BaseModel):
            yield from ((table, *rest) for rest in _fields(one, other))
        elif one is None or other is None:
            yield (table,)
        elif table == "sites":
            for name in (name for name in one if name in other):
                yield from (("sites", name, *rest) for rest in _within(one[name], other[name]))
        else:
            yield from ((table, name) for name in one if name in other)


def _fields(one: BaseModel, other: BaseModel) -> Iterator[Place]:
    """The fields of a table, and those of a service that both have."""
    for name in type(one).model_fields:
        inner = getattr(one, name)
        if isinstance(inner, Service) and getattr(other, name) is not None:
            yield from ((name, key) for key in type(inner).model_fields)
        else:
            yield (name,)


def _within(one: Site, other: Site) -> Iterator[Place]:
    """The places within a site: each stage, unless other stages come or replace each other."""
    for name in type(one).model_fields:
        plans = [[(k, s.replaces) for k, s in site.stages.items()] for site in (one, other)]
        if name == "stages" and plans[0] == plans[1]:
            yield from (("stages", key) for key in one.stages)
        else:
            yield (name,)


def _bare(value: Any) -> Any:
    """A value without what only says something of it, names in their order."""
    if isinstance(value, BaseModel):
        return [
            (name, _bare(getattr(value, name)))
            for name in type(value).model_fields
            if name not in ABOUT
        ]
    if isinstance(value, dict):
        return [(name, _bare(one)) for name, one in value.items()]
    return list(map(_bare, value)) if isinstance(value, list) else value


def _kind(place: Place) -> str:
    return "stage" if place[0] == "sites" and len(place) == 4 else KINDS[place[0]]


def _label(scenario: Scenario, place: Place) -> str:
    """What people call the thing at a place."""
    if place[0] in WHOLE:
        return WHOLE[place[0]]
    one = value_at(scenario, place)
    names = (
        [getattr(one, k, None) for k in ("label", "title")] if isinstance(one, BaseModel) else []
    )
    words = next(filter(None, names), place[-1].replace("_", " "))
    return f"{scenario.sites[place[1]].title}: {words}" if place[0] == "sites" else words


def _words(value: Any) -> str:
    """A value in few words; empty for a table."""
    if isinstance(value, Choice):
        return plain(value.value)
    if isinstance(value, Assumption):
        return _range_words(value)
    if isinstance(value, tuple | list):
        return " + ".join(filter(None, map(_words, value)))
    return plain(value) if isinstance(value, float) else value if isinstance(value, str) else ""


def _range_words(one: Assumption) -> str:
    if one.probability is not None:
        return f"probability {plain(one.probability)}"
    if one.values is not None:
        return " or ".join(map(plain, one.values))
    if one.low is not None and one.mid is not None and one.high is not None:
        return f"{plain(one.mid)} ({plain(one.low)} to {plain(one.high)})"
    return plain(one.value or 0.0)


def _of_the_pair(scenario: Scenario, pair: tuple[str, str]) -> Scenario:
    """The scenario with all that two options rest on, and nothing else."""
    found = edits.with_options(scenario, pair)
    names = {name for option in found.options.values() for name in option.tranches}
    tranches = {name: one for name, one in found.tranches.items() if name in names}
    chips, sites = ({getattr(t, k) for t in tranches.values()} for k in ("chip", "site"))
    if found.need.service is not None and found.need.service.market_site is not None:
        chips, sites = chips | {references.MARKET_CHIP}, sites | {found.need.service.market_site}
    found = found.model_copy(
        update={
            "tranches": tranches,
            "chips": {name: one for name, one in found.chips.items() if name in chips},
            "sites": {name: one for name, one in found.sites.items() if name in sites},
            "costs": _lines_of(found, names),
            "value": TimeValue(),
            "gate": None,
            "criteria": {},
            "risks": {},
        }
    )
    used = {*references.used_assumptions(found), *references.swinging(found)}
    kept = {name: one for name, one in found.assumptions.items() if name in used}
    causes = {
        name: cause.model_copy(
            update={"loadings": {key: x for key, x in cause.loadings.items() if key in used}}
        )
        for name, cause in found.causes.items()
    }
    return found.model_copy(update={"assumptions": kept, "causes": causes})


def _lines_of(scenario: Scenario, names: set[str]) -> dict[str, Cost]:
    """The further lines of cost of some tranches, for these alone."""
    mine = {k: [t for t in one.tranches if t in names] for k, one in scenario.costs.items()}
    return {
        key: one.model_copy(update={"tranches": mine[key]})
        for key, one in scenario.costs.items()
        if mine[key]
    }


def _joined(before: Scenario, after: Scenario) -> tuple[Scenario, Scenario]:
    """Both with what only one of them holds, which does nothing while nothing refers to it, and
    with the later of their two days of knowledge."""
    as_of = max(before.as_of, after.as_of)
    found = []
    for one, other in ((before, after), (after, before)):
        more: dict[str, Any] = {"as_of": as_of, "start": before.start}
        for table in ("assumptions", "chips", "sites", "tranches"):
            mine, theirs = getattr(one, table), getattr(other, table)
            more[table] = mine | {k: v for k, v in theirs.items() if k not in mine}
        found.append(one.model_copy(update=more))
    return found[0], found[1]


def _groups(first: Scenario, last: Scenario, found: list[Change]) -> list[list[Change]]:
    """The changes one by one, those together without which the model would not run on the way."""
    groups = [[one] for one in found]
    while True:
        ways = (list(_walk(first, last, groups)), [first, *_back(first, last, groups)])
        bad = [i for i, one in enumerate(ways[0][:-1]) if not _runs(one)]
        bad += [len(groups) - i for i, one in enumerate(ways[1]) if not _runs(one)]
        at = next((i for i in bad if 0 < i < len(groups)), None)
        if at is None:
            return groups
        groups[at - 1 : at + 1] = [groups[at - 1] + groups[at]]


def _walk(first: Scenario, last: Scenario, groups: list[list[Change]]) -> Iterator[Scenario]:
    """The scenarios from the first to the last, one group of changes at a time."""
    yield first
    for group in groups:
        for change in group:
            first = edits.with_value(first, change.place, value_at(last, change.place))
        yield first


def _back(first: Scenario, last: Scenario, groups: list[list[Change]]) -> list[Scenario]:
    """The scenarios between the first and the last, the last group changed first."""
    return list(_walk(first, last, groups[::-1]))[1:-1]


def _runs(scenario: Scenario) -> bool:
    try:
        consistency.check(scenario, ledger.ledger())
    except BadInput:
        return False
    return True


def _differences(
    scenario: Scenario, pair: tuple[str, str], number: int, seed: int
) -> tuple[Array, Array]:
    """Compared cost and months of a less b, per draw."""
    result = simulation.simulate(scenario, number, seed)
    cost = comparison.cost_difference_usd(result, *pair)
    return np.asarray(cost), np.asarray(comparison.months_difference(result, *pair))
