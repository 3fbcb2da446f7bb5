"""What was assumed, on what, and what was chosen."""

from typing import Any

import pandas as pd

from analysis.chapters.shared.rows import numbers_of
from analysis.chapters.shared.words import in_words
from analysis.decision import one_way
from analysis.evidence import ledger as ledgers
from analysis.evidence.ledger import Fact
from analysis.model import draws
from analysis.scenario import load, naming, references
from analysis.scenario.schema import Assumption, Scenario

BASES = ("facts", "facts and judgement", "a quote of the reader", "judgement alone")
"""What an assumption can rest on."""

SAME_UNIT = {
    ("USD/server", "USD/node"): 1.0,
    ("USD million/MW", "USD/MW"): 1e6,
    ("USD million", "USD"): 1e6,
    ("USD billion", "USD"): 1e9,
    ("days", "months"): 12 / 365,
    ("weeks", "months"): 7 * 12 / 365,
    ("years", "months"): 12.0,
    ("minutes", "s"): 60.0,
}
"""Units of the ledger that differ from those of a scenario by a factor alone."""


RANGE = ("label", "unit", "low", "mid", "high", "min", "max")
SWINGS = ["cost_usd_swing", "months_swing"]


def used(scenario: Scenario) -> dict[str, Assumption]:
    """The assumptions that are used, by name, in the order of the scenario."""
    names = references.used_assumptions(scenario)
    return {name: one for name, one in scenario.assumptions.items() if name in names}


def assumptions(scenario: Scenario) -> pd.DataFrame:
    """Every assumption that is used: its range in words, its basis and where it is used."""
    used_by = references.used_assumptions(scenario)
    rows = []
    for name, assumption in used(scenario).items():
        low, high = draws.ends(assumption)
        row: dict[str, Any] = {"assumption": name}
        row |= {"label": assumption.label, "unit": assumption.unit}
        row |= {"low": low, "mid": draws.mid_value(assumption), "high": high}
        row |= {"range": in_words(assumption), "basis": " ".join(assumption.basis)}
        row |= {"quote": assumption.quote, "judgement": assumption.judgement}
        rows.append(row | {"used_by": " ".join(used_by[name])})
    return pd.DataFrame(rows)


def choices(scenario: Scenario) -> pd.DataFrame:
    """What the reader sets: value, the values it is swept over, why."""
    rows = []
    for name, choice in references.choices(scenario).items():
        swept = " ".join(f"{x:g}" for x in choice.swept)
        rows.append((name, choice.value, swept, choice.why, " ".join(choice.basis)))
    return pd.DataFrame(rows, columns=["choice", "value", "swept", "why", "basis"])


def basis_of(one: Assumption) -> str:
    """What an assumption rests on, one of `BASES`."""
    if one.quote:
        return BASES[2]
    if one.basis:
        return BASES[1] if one.judgement else BASES[0]
    return BASES[3]


def moving(scenario: Scenario) -> pd.DataFrame:
    """The assumptions that move the difference of the pair when they go alone from their low to
    their high end, in cost or in months as a share of the largest such move, the first one first:
    columns assumption, label, range (in words), unit, basis (one of `BASES`), cost_usd_swing,
    months_swing, turns (whether an end turns which option is cheaper or earlier). Empty with one
    option.
    """
    moved = one_way.one_at_a_time(scenario)
    if moved.empty:
        return moved
    moved = moved[moved["assumption"].isin(scenario.assumptions)]  # not the years of the prices
    weight = (moved[SWINGS] / moved[SWINGS].max().replace(0, 1)).max(axis=1)
    order = weight[weight > 0].sort_values(ascending=False, kind="stable").index
    moved = moved.loc[order].reset_index(drop=True)
    named = [scenario.assumptions[name] for name in moved["assumption"]]
    return moved[["assumption", "label", "unit", *SWINGS]].assign(
        range=[in_words(one) for one in named],
        basis=[basis_of(one) for one in named],
        turns=moved["flips_cheaper"] | moved["flips_earlier"],
    )


def ranges(scenario: Scenario) -> list[str]:
    """The names of the used assumptions that are a range, those first that move the difference of
    the pair most; else in their order.
    """
    names = [name for name, one in used(scenario).items() if one.mid is not None]
    first = [name for name in moving(scenario)["assumption"] if name in names]
    return list(dict.fromkeys([*first, *names]))


def evidence_ranges(scenario: Scenario) -> pd.DataFrame:
    """The ranges for which a cited fact states a number in the same unit, in the order of `ranges`:
    columns label, unit, low, mid, high, min, max, numbers (how many such), inside (how many of them
    lie within P10 to P90).
    """
    rows = []
    for name, inside in evidence_numbers(scenario).groupby("assumption", sort=False)["inside"]:
        assumption = scenario.assumptions[str(name)]
        row = {key: getattr(assumption, key) for key in RANGE}
        rows.append(row | {"numbers": len(inside), "inside": int(inside.sum())})
    return pd.DataFrame(rows)


def evidence_numbers(scenario: Scenario) -> pd.DataFrame:
    """Each number that a cited fact states in the unit of the range it backs: columns assumption,
    label, fact, quantity, number, inside (whether it lies within P10 to P90)."""
    ledger, rows = ledgers.ledger(), []
    for name in ranges(scenario):
        assumption = scenario.assumptions[name]
        low, high = draws.ends(assumption)
        for fact in (ledger.facts[key] for key in assumption.basis):
            for number in in_unit(fact, assumption.unit):
                inside = low <= number <= high
                rows.append((name, assumption.label, fact.id, fact.quantity, number, inside))
    columns = ["assumption", "label", "fact", "quantity", "number", "inside"]
    return pd.DataFrame(rows, columns=columns)


def in_unit(fact: Fact, unit: str) -> list[float]:
    """The numbers that a fact states, in another unit; none if that is not the same but for a
    factor."""
    factor = 1.0 if fact.unit == unit else SAME_UNIT.get((fact.unit, unit))
    return [] if factor is None else [factor * x for x in numbers_of(fact)]


PRICE_WORDS = {"rent": "an hour", "node": "a machine"}


def tied(scenario: Scenario) -> dict[str, str]:
    """What a cause may tie, by name, with its label: the used assumptions, and the years of the
    price paths that swing."""
    labels = {name: scenario.assumptions[name].label for name in used(scenario)}
    chips = naming.chip_titles(scenario)
    for path in references.swinging(scenario):
        chip, price = path.split(":")
        labels[path] = f"{chips[chip]}: price of {PRICE_WORDS[price]}, swing of each year"
    return labels


def not_used(scenario: Scenario) -> list[str]:
    """The labels of the assumptions that the scenario states and nothing refers to; those of the
    sourced defaults are there for others."""
    idle = set(scenario.assumptions) - set(used(scenario)) - set(load.defaults())
    return [one.label for name, one in scenario.assumptions.items() if name in idle]
