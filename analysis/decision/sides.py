"""The two sides that `workbook diff` lays beside each other: scenarios or headlines, as read."""

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.decision.difference import Answer, answered
from analysis.decision.headline import SCHEMA, VERSION
from analysis.evidence.files import BadInput, cleaned, text
from analysis.scenario import load


class _Table(BaseModel):
    """What of a headline is compared; the rest of it is not looked at."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False)


class _Number(_Table):
    value: float | None
    se: float | None


class _Certain(_Table):
    value: float
    se: float


class _Date(_Table):
    within_horizon: _Certain
    p50: _Number


class _Amount(_Table):
    mean: _Certain
    p50: _Certain


class _Option(_Table):
    title: str
    meets_need: _Certain
    first_training_months: _Date
    full_capacity_months: _Date
    target_months: _Date
    present_cost_usd: _Amount


class _Pair(_Table):
    a: str
    b: str
    cost_difference_usd: _Amount
    months_difference: _Amount
    a_earlier: _Certain
    b_earlier: _Certain
    a_cheaper: _Certain
    b_cheaper: _Certain
    break_even_month_usd: _Number
    flip_rate_per_year: float | None


class _Comparison(_Table):
    pair: list[str] | None = Field(min_length=2, max_length=2)
    pairs: list[_Pair]


class _Scenario(_Table):
    slug: str
    as_of: str


class _Run(_Table):
    draws: int = Field(ge=1)
    seed: int


class _Headline(_Table):
    scenario: _Scenario
    run: _Run
    options: dict[str, _Option] = Field(min_length=1)
    comparison: _Comparison


def read(name: str, number: int, seed: int) -> Answer:
    """The answer of a scenario (slug, or path ending in .toml) or of a headline (path ending in
    .json); refuses what is neither in one line."""
    if name.endswith(".json"):
        headline = _headline(Path(name))
        return Answer(headline["scenario"]["slug"], headline, None)
    try:
        path = load.find(name)
    except BadInput as error:
        raise BadInput(f"{error}; or the headline.json of a report") from None
    return answered(path.stem, load.read(path), number, seed)


def read_both(before: str, after: str, number: int, seed: int) -> tuple[Answer, Answer]:
    """Two answers as `read` has them; of one name and two runs, each is called by its run too."""
    first, last = read(before, number, seed), read(after, number, seed)
    if first.name != last.name or futures(first) == futures(last):
        return first, last
    return _by_run(first), _by_run(last)


def _by_run(answer: Answer) -> Answer:
    return replace(answer, name=f"{answer.name} ({futures(answer)})")


def futures(answer: Answer) -> str:
    """The run of an answer in words: how many futures, and its seed."""
    run = answer.headline["run"]
    return f"{run['draws']:,} futures, seed {run['seed']}"


def _headline(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(text(path))
    except (ValueError, RecursionError):
        raise BadInput(f"{path.name}: no JSON; expected a headline.json of a report") from None
    about = raw if isinstance(raw, dict) else {}
    if (about.get("schema"), about.get("version")) != (SCHEMA, VERSION):
        expected = f'a headline.json of a report ("schema": "{SCHEMA}", version {VERSION})'
        raise BadInput(f"{path.name}: no headline; expected {expected}")
    try:
        checked = _Headline.model_validate(raw)
        cleaned("", raw)
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        raise BadInput(f"{path.name}: {key}: {first['msg'].lower()}") from None
    _check_pairs(path.name, checked)
    return checked.model_dump()


def _check_pairs(name: str, headline: _Headline) -> None:
    """Every two options are compared once, the pair of the question among them."""
    pairs = sorted(tuple(sorted((pair.a, pair.b))) for pair in headline.comparison.pairs)
    if pairs != list(combinations(sorted(headline.options), 2)):
        raise BadInput(f"{name}: comparison.pairs: expected every two options once")
    asked = headline.comparison.pair
    if asked is not None and tuple(sorted(asked)) not in pairs:
        raise BadInput(f"{name}: comparison.pair: expected two of the options")
