"""Every picture of the package by name, as a notebook would draw it of a result: what the laws of
all charts are tested on. An exhibit that draws is found by itself where it takes a run alone."""

import ast
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from analysis.chapters import (
    answer,
    assumptions,
    comparison,
    cost,
    evidence,
    hindsight,
    power,
    schedule,
    sensitivity,
    training,
    value,
)
from analysis.model.simulation import Result
from analysis.validation import backtest

Draw = Callable[[Result], Any]


def _past(result: Result) -> backtest.Backtest:
    return backtest.backtest(result.scenario, result.draws, result.seed)


def _explained(measure: str) -> Draw:
    """The shares of the variance of a measure, from as many futures as the result has."""
    shares = sensitivity.tables.explained
    return lambda r: sensitivity.explained(shares(r.scenario, r.seed, r.draws), measure).shown


TAKEN: dict[str, Callable[[Result], Any]] = {
    "result": lambda r: r,
    "scenario": lambda r: r.scenario,
    "past": _past,
}
"""The name of what an exhibit takes -> that of a result."""

CHAPTERS = (
    evidence,
    assumptions,
    schedule,
    power,
    training,
    cost,
    comparison,
    sensitivity,
    value,
    hindsight,
    answer,
)


def drawing_exhibits(chapter: ModuleType) -> list[str]:
    """The exhibits of a chapter that draw, themselves or through a function of the chapter."""
    functions = {
        node.name: {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        for node in ast.parse(inspect.getsource(chapter)).body
        if isinstance(node, ast.FunctionDef)
    }
    draws = {n for n, used in functions.items() if any(x.endswith("charts") for x in used)}
    while more := {n for n, used in functions.items() if used & draws} - draws:
        draws |= more
    return [name for name in functions if name in draws and not name.startswith("_")]


def _alone(exhibit: Callable[..., Any]) -> str | None:
    """The name of what an exhibit takes, if it needs nothing else."""
    first, *others = inspect.signature(exhibit).parameters.values()
    return first.name if all(o.default is not o.empty for o in others) else None


def _drawn(exhibit: Callable[[Any], Any], of: Callable[[Result], Any]) -> Draw:
    return lambda r: exhibit(of(r)).shown


FOUND: dict[str, Draw] = {
    name: _drawn(getattr(chapter, name), TAKEN[taken])
    for chapter in CHAPTERS
    for name in drawing_exhibits(chapter)
    if (taken := _alone(getattr(chapter, name))) is not None
}

BY_HAND: dict[str, dict[str, Draw]] = {
    "cost_and_date": {"cost_and_date_at_a_value": lambda r: comparison.cost_and_date(r, 1e8).shown},
    "explained": {"explained_cost": _explained("cost_usd"), "explained_need": _explained("meets")},
}
"""Exhibits that take more than a run -> their pictures."""

PICTURES: dict[str, Draw] = FOUND | {
    name: draw for pictures in BY_HAND.values() for name, draw in pictures.items()
}
