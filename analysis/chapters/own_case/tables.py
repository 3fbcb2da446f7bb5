"""What a scenario states itself and what it takes over; which of its inputs matter most."""

import pandas as pd

from analysis.chapters.assumptions.tables import basis_of
from analysis.chapters.shared.words import in_words
from analysis.decision import one_way
from analysis.scenario import load, references
from analysis.scenario.schema import Scenario

OWN, CHANGED, TAKEN_OVER = "own", "default changed", "taken over"


def origins(scenario: Scenario) -> pd.DataFrame:
    """Every input that is used: columns assumption, label, unit, range, default (the range of the
    sourced default of that name, "" where there is none), origin (`OWN` where there is no such
    default, `CHANGED` where it is another one, `TAKEN_OVER`), basis (one of `BASES`), reason (the
    quote, else the judgement, else the facts).
    """
    defaults, used = load.defaults(), references.used_assumptions(scenario)
    rows = []
    for name, one in scenario.assumptions.items():
        if name in used:
            default = defaults.get(name)
            same = default is not None and default.model_dump() == one.model_dump()
            row = {"assumption": name, "label": one.label, "unit": one.unit, "range": in_words(one)}
            row |= {"default": "" if default is None else in_words(default)}
            row |= {"origin": OWN if default is None else TAKEN_OVER if same else CHANGED}
            row |= {
                "basis": basis_of(one),
                "reason": one.quote or one.judgement or ", ".join(one.basis),
            }
            rows.append(row)
    columns = ["assumption", "label", "unit", "range", "default", "origin", "basis", "reason"]
    return pd.DataFrame(rows, columns=columns)


def phone_calls(scenario: Scenario, most: int = 10) -> pd.DataFrame:
    """The inputs that move the difference of the pair most when they go alone from their low to
    their high end, in cost or in months as a share of the largest such move, the first one first.

    Columns assumption, label, unit, range, cost_usd_swing, months_swing, turns (whether an end
    turns which option is cheaper or earlier), basis (one of `BASES`). Empty with one option.
    """
    columns = ["label", "unit", "cost_usd_swing", "months_swing"]
    moved = one_way.one_at_a_time(scenario)
    if moved.empty:
        return pd.DataFrame(columns=["assumption", *columns, "range", "turns", "basis"])
    swings = moved[["cost_usd_swing", "months_swing"]]
    weight = (swings / swings.max().replace(0, 1)).max(axis=1)
    order = weight[weight > 0].sort_values(ascending=False, kind="stable").index[:most]
    found = [scenario.assumptions[name] for name in moved.loc[order, "assumption"]]
    top = moved.loc[order, ["assumption", *columns]].reset_index(drop=True)
    turns = (moved["flips_cheaper"] | moved["flips_earlier"])[order].to_numpy()
    basis = [basis_of(one) for one in found]
    return top.assign(range=[in_words(one) for one in found], turns=turns, basis=basis)
