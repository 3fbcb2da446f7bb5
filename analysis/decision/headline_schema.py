"""What a headline.json holds, as classes: it is written and read through them, and its JSON Schema,
`data/headline.schema.json`, is made from them."""

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.evidence.files import BadInput, cleaned, text

SCHEMA: Literal["rent-or-build/headline"] = "rent-or-build/headline"
VERSION: Literal[3] = 3


class Part(BaseModel):
    """A part of a headline: no unknown key, no silent conversion, no NaN or infinity."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


class Certain(Part):
    """A value and its Monte Carlo standard error."""

    value: float
    se: float


class Figure(Part):
    """The same, null where it falls on "not within the horizon" or has nothing under it."""

    value: float | None
    se: float | None


class Amount(Part):
    """Mean and quantiles over the draws."""

    mean: Certain
    p10: Certain
    p50: Certain
    p90: Certain


class Date(Part):
    """The probability of a date within the horizon; its quantiles in months and as days."""

    within_horizon: Certain
    p10: Figure
    p50: Figure
    p90: Figure
    p10_day: str | None
    p50_day: str | None
    p90_day: str | None


class UnitCost(Part):
    """Mean cost over mean quantity, and quantiles of cost over quantity."""

    ratio_of_means: Figure
    p10: Figure
    p50: Figure
    p90: Figure


class Option(Part):
    """What one option yields; `funds_last_months` stands where funds are stated, `breaks` (how
    often each limit is broken) where limits are."""

    title: str
    meets_need: Certain
    first_training_months: Date
    full_capacity_months: Date
    target_months: Date
    ranked: bool
    compared_cost_usd: Amount
    compared_months: Amount
    not_delivered_usd: Amount
    served_share: Amount
    short_h100_hours: Amount
    surplus_h100_hours: Amount
    present_cost_usd: Amount
    end_value_usd: Amount
    deepest_cash_usd: Amount
    deepest_cash_month: Amount
    peak_mw: Amount
    energy_mwh: Amount
    emissions_tco2: Amount
    gpu_hours: Amount
    h100_hours: Amount
    pflop_days: Amount
    parts_usd: dict[str, Amount]
    present_cost_at_rate_usd: dict[str, Amount]
    cash_by_year_usd: list[Amount]
    funds_last_months: Date | None = None
    breaks: dict[str, Certain] = {}
    usd_per_gpu_hour: UnitCost
    usd_per_h100_hour: UnitCost
    usd_per_pflop_day: UnitCost


class Shares(Part):
    """How often each option is best, and how often none meets the need; they sum to 1."""

    options: dict[str, Certain]
    none: Certain


class Place(Part):
    """The option that is first from a value on, in USD, until the next place."""

    from_usd: float
    option: str


class Regret(Part):
    """The mean regret of each ranked option where a month is worth so much."""

    month_usd: float
    options: dict[str, Certain]


class OtherNeed(Part):
    """A choice of the need at another value, at which others are ranked, and who is first then."""

    choice: str
    value: float
    ranked: list[str]
    first_by_month: list[Place]


class Sides(Part):
    """In how many futures the one and the other of a pair is lower."""

    a: Certain
    b: Certain


class Pair(Part):
    """Two options on the same draws, differences a less b."""

    a: str
    b: str
    cost_difference_usd: Amount
    present_cost_difference_usd: Amount
    h100_hours_difference: Amount
    usd_per_h100_hour_difference: Amount
    months_difference: Amount
    a_earlier: Certain
    b_earlier: Certain
    a_cheaper: Certain
    b_cheaper: Certain
    lower: dict[str, Sides]
    capped: Certain
    break_even_month_usd: Figure
    better_at_every_value: str | None
    flip_rate_per_year: float | None


class Comparison(Part):
    """The options beside each other."""

    first_to_target: Shares
    lowest_compared_cost: Shares
    lowest_usd_per_pflop_day: Shares
    ranked: list[str]
    month_usd: float | None
    first_by_month: list[Place]
    first_by_short_hour: list[Place]
    near_by_chance: dict[str, list[Place]]
    other_needs: list[OtherNeed]
    regret: list[Regret]
    pair: list[str] | None = Field(min_length=2, max_length=2)
    pairs: list[Pair]


class About(Part):
    """The scenario that was run."""

    slug: str
    title: str
    question: str
    note: str
    start: str
    as_of: str


class Run(Part):
    """How many draws, of which seed."""

    draws: int = Field(ge=1)
    seed: int


class Headline(Part):
    """Everything that comes out of a run of a scenario, as plain data."""

    kind: Literal["rent-or-build/headline"] = Field(alias="schema")
    version: Literal[3]
    scenario: About
    run: Run
    choices: dict[str, float]
    defaults_used: dict[str, float]
    limits: dict[str, float] = {}
    options: dict[str, Option] = Field(min_length=1)
    comparison: Comparison

    def plain(self) -> dict[str, Any]:
        """The same as plain data, in the order of these classes."""
        return self.model_dump(by_alias=True, exclude_unset=True)


def json_schema() -> str:
    """The JSON Schema of a headline.json, as text."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(dialect | Headline.model_json_schema(), indent=1) + "\n"


def read(path: Path) -> dict[str, Any]:
    """A headline.json as plain data; what is none is refused in one line."""
    try:
        found = json.loads(text(path))
    except (ValueError, RecursionError):
        raise BadInput(f"{path.name}: no JSON; expected a headline.json of a report") from None
    known = found if isinstance(found, dict) else {}
    if (known.get("schema"), known.get("version")) != (SCHEMA, VERSION):
        expected = f'a headline.json of a report ("schema": "{SCHEMA}", version {VERSION})'
        raise BadInput(f"{path.name}: no headline; expected {expected}")
    try:
        headline = Headline.model_validate(found)
        cleaned("", found)
        _check_pairs(headline)
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        raise BadInput(f"{path.name}: {key}: {first['msg'].lower()}") from None
    return headline.plain()


def _check_pairs(headline: Headline) -> None:
    """Every two options are compared once, the pair of the question among them."""
    told = sorted(sorted((pair.a, pair.b)) for pair in headline.comparison.pairs)
    options = sorted(headline.options)
    if told != [[a, b] for i, a in enumerate(options) for b in options[i + 1 :]]:
        raise BadInput("comparison.pairs: expected every two options once")
    asked = headline.comparison.pair
    if asked is not None and sorted(asked) not in told:
        raise BadInput("comparison.pair: expected two of the options")
