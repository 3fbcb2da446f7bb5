"""What was assumed and what was chosen."""

import pandas as pd

from analysis import draws, uses
from analysis.inputs import Assumption, Scenario


def assumptions(scenario: Scenario) -> pd.DataFrame:
    """Every assumption that is used: its range in words, its basis and where it is used."""
    used = uses.used_assumptions(scenario)
    rows = []
    for name, one in scenario.assumptions.items():
        if name in used:
            low, high = draws.ends(one)
            rows.append(
                {
                    "assumption": name,
                    "label": one.label,
                    "unit": one.unit,
                    "low": low,
                    "mid": draws.mid_value(one),
                    "high": high,
                    "range": _range(one),
                    "basis": " ".join(one.basis),
                    "quote": one.quote,
                    "judgement": one.judgement,
                    "used_by": " ".join(used[name]),
                }
            )
    return pd.DataFrame(rows)


def choices(scenario: Scenario) -> pd.DataFrame:
    """What the reader sets: value, the values it is swept over, why."""
    rows = [
        {
            "choice": name,
            "value": one.value,
            "swept": " ".join(f"{x:g}" for x in one.swept),
            "why": one.why,
            "basis": " ".join(one.basis),
        }
        for name, one in uses.choices(scenario).items()
    ]
    return pd.DataFrame(rows)


def _range(one: Assumption) -> str:
    if one.values is not None and one.probabilities is not None:
        pairs = zip(one.values, one.probabilities, strict=True)
        return ", ".join(f"{x:g} ({p:.0%})" for x, p in pairs)
    if one.probability is not None:
        return f"happens with {one.probability:.0%}"
    if one.value is not None:
        return f"{one.value:g}"
    return f"{one.low:g} / {one.mid:g} / {one.high:g}"
