"""What differs between the two options of the question, field by field of the scenario."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import pandas as pd
from pydantic import BaseModel

from analysis.chapters.shared.words import in_words, listed
from analysis.decision.wording import stated
from analysis.scenario.schema import Scenario

NAMES = ("title", "site")
"""Fields that only name: what a site is stands in rows of its own."""


def differing(scenario: Scenario, a: str, b: str) -> pd.DataFrame:
    """One row per field of their own tranches, of the sites of these and of their fallbacks in
    which two options differ: of (what it is a field of), field, and `a` and `b`, the two in words;
    a dash where one has no such field."""
    mine, theirs = (own_tranches(scenario, *pair) for pair in ((a, b), (b, a)))
    rows = []
    for one, other in zip_longest(mine, theirs):
        both = [scenario.tranches[name] if name else None for name in (one, other)]
        rows += list(_fields(scenario, "GPUs", *both))
        sites = [scenario.sites[tranche.site] if tranche else None for tranche in both]
        rows += list(_fields(scenario, "site", *sites))
    options = scenario.options
    rows += list(_fields(scenario, "fallback", options[a].instead, options[b].instead))
    return pd.DataFrame(rows, columns=["of", "field", "a", "b"])


def own_tranches(scenario: Scenario, option: str, other: str) -> list[str]:
    """The tranches that an option has and another has not."""
    theirs = scenario.options[other].tranches
    return [name for name in scenario.options[option].tranches if name not in theirs]


def shared(scenario: Scenario, a: str, b: str) -> list[str]:
    """The titles of the tranches that both have."""
    both = set(scenario.options[b].tranches)
    return [scenario.tranches[x].title for x in scenario.options[a].tranches if x in both]


def _fields(
    scenario: Scenario, what: str, one: BaseModel | None, other: BaseModel | None
) -> Iterator[dict[str, str]]:
    names = [name for table in (one, other) if table for name in type(table).model_fields]
    for name in dict.fromkeys(names):
        values = [getattr(table, name, None) for table in (one, other)]
        if values[0] == values[1] and (one is None) == (other is None):
            continue
        if name == "title":
            yield {"of": what, "field": "what it is"} | _both(scenario, values)
        elif name not in NAMES:
            yield {"of": what, "field": name.replace("_", " ")} | _both(scenario, values)


def _both(scenario: Scenario, values: list[Any]) -> dict[str, str]:
    return dict(zip("ab", (_said(scenario, value) for value in values), strict=True))


def _said(scenario: Scenario, value: Any) -> str:
    """A value of a field in words: an assumption by its label and its range."""
    if isinstance(value, str) and value in scenario.assumptions:
        one = scenario.assumptions[value]
        return f"{one.label}: {in_words(one)}"
    if isinstance(value, tuple):
        return " + ".join(_said(scenario, term) for term in value)
    if isinstance(value, dict):
        return listed([_part(scenario, *item) for item in value.items()]) or "-"
    if value is None:
        return "-"
    return stated(float(value)) if isinstance(value, int | float) else str(value)


def _part(scenario: Scenario, name: str, value: Any) -> str:
    """A milestone with its date, or a stage by its title."""
    if isinstance(value, BaseModel):
        return str(getattr(value, "title", name))
    return f"{name.replace('_', ' ')} ({_said(scenario, value)})"
