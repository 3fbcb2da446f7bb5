"""What was assumed, on what, and what was chosen."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.shared.rows import numbers_of
from analysis.chapters.shared.words import in_words
from analysis.decision import one_way
from analysis.evidence import ledger as ledgers
from analysis.evidence.ledger import Fact
from analysis.model import draws
from analysis.scenario import references
from analysis.scenario.schema import Assumption, Scenario

ABOUT = {
    "need": "The need",
    "run": "The training run",
    "chips": "Chips and their prices",
    "sites": "Sites and power",
    "tranches": "GPUs, rented and owned",
    "gate": "The later look",
}
"""What an assumption is about, by the table of the scenario that first refers to it."""


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


BINS = 30


PERCENTS = (1, 10, 50, 90, 99)
"""The percentiles that a shape shows."""


def assumptions(scenario: Scenario) -> pd.DataFrame:
    """Every assumption that is used: its range in words, its basis and where it is used."""
    used = references.used_assumptions(scenario)
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
                    "range": in_words(one),
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
        for name, one in references.choices(scenario).items()
    ]
    return pd.DataFrame(rows)


def bases(scenario: Scenario) -> pd.DataFrame:
    """How many of the used assumptions rest on what: columns about, basis (one of `BASES`),
    inputs."""
    used = references.used_assumptions(scenario)
    found = [(_about(used[name]), basis_of(scenario.assumptions[name])) for name in used]
    frame = pd.DataFrame(found, columns=["about", "basis"])
    return frame.value_counts().rename("inputs").reset_index().sort_values(["about", "basis"])


def _about(keys: list[str]) -> str:
    return ABOUT[keys[0].split(".")[0]]


def basis_of(one: Assumption) -> str:
    """What an assumption rests on, one of `BASES`."""
    if one.quote:
        return BASES[2]
    if one.basis:
        return BASES[1] if one.judgement else BASES[0]
    return BASES[3]


def ranges(scenario: Scenario) -> list[str]:
    """The names of the used assumptions that are a range, those first that move the difference of
    the pair most (in cost or in months, as a share of the largest); else in their order.
    """
    used, weight = references.used_assumptions(scenario), _weights(scenario)
    names = [name for name in scenario.assumptions if name in used]
    names = [name for name in names if scenario.assumptions[name].mid is not None]
    return sorted(names, key=lambda name: -weight.get(name, 0.0))


def moving(scenario: Scenario) -> pd.DataFrame:
    """The ranges that move the difference of the pair at all, in the order of `ranges`: columns
    label, range (in words), unit, basis (one of `BASES`).
    """
    weight = _weights(scenario)
    found = [scenario.assumptions[n] for n in ranges(scenario) if weight.get(n, 0.0) > 0]
    rows = [(one.label, in_words(one), one.unit, basis_of(one)) for one in found]
    return pd.DataFrame(rows, columns=["label", "range", "unit", "basis"])


def _weights(scenario: Scenario) -> dict[str, float]:
    """How far each assumption moves the difference, as a share of the one that moves it most."""
    moved = one_way.one_at_a_time(scenario)
    if moved.empty:
        return {}
    swings = moved[["cost_usd_swing", "months_swing"]]
    weights = (swings / swings.max().replace(0, 1)).max(axis=1)
    return dict(zip(moved["assumption"], weights, strict=True))


def evidence_ranges(scenario: Scenario) -> pd.DataFrame:
    """The ranges for which a cited fact states a number in the same unit, in the order of `ranges`:
    columns label, about, unit, low, mid, high, min, max, numbers (how many such), inside (how many
    of them lie within P10 to P90).
    """
    used = references.used_assumptions(scenario)
    points = {
        name: group["inside"].tolist()
        for name, group in evidence_numbers(scenario).groupby("assumption")
    }
    rows = []
    for name in ranges(scenario):
        if name in points:
            one = scenario.assumptions[name]
            row = {"label": one.label, "about": _about(used[name]), "unit": one.unit}
            row |= {end: getattr(one, end) for end in ("low", "mid", "high", "min", "max")}
            rows.append(row | {"numbers": len(points[name]), "inside": sum(points[name])})
    return pd.DataFrame(rows)


def evidence_numbers(scenario: Scenario) -> pd.DataFrame:
    """Each number that a cited fact states in the unit of the range it backs: columns assumption,
    label, fact, quantity, number, inside (whether it lies within P10 to P90)."""
    ledger, rows = ledgers.ledger(), []
    for name in ranges(scenario):
        one = scenario.assumptions[name]
        for fact in (ledger.facts[key] for key in one.basis):
            for number in in_unit(fact, one.unit):
                inside = one.low <= number <= one.high  # type: ignore[operator]
                rows.append((name, one.label, fact.id, fact.quantity, number, inside))
    columns = ["assumption", "label", "fact", "quantity", "number", "inside"]
    return pd.DataFrame(rows, columns=columns)


def in_unit(fact: Fact, unit: str) -> list[float]:
    """The numbers that a fact states, in another unit; none if that is not the same but for a
    factor."""
    factor = 1.0 if fact.unit == unit else SAME_UNIT.get((fact.unit, unit))
    return [] if factor is None else [factor * x for x in numbers_of(fact)]


def lists(scenario: Scenario) -> pd.DataFrame:
    """The used assumptions that are lists of values or events: columns label, unit, range (values
    with their probabilities, in words), mid, basis (ids), reason."""
    used = references.used_assumptions(scenario)
    rows = []
    for name, one in scenario.assumptions.items():
        if name in used and (one.values is not None or one.probability is not None):
            row = {"label": one.label, "unit": one.unit, "range": in_words(one)}
            reason = " ".join(x for x in (one.quote, one.judgement) if x)
            row |= {"basis": " ".join(one.basis), "reason": reason}
            rows.append(row | {"mid": draws.mid_value(one)})
    return pd.DataFrame(rows, columns=["label", "unit", "range", "mid", "basis", "reason"])


def ties(scenario: Scenario, number: int, seed: int) -> pd.DataFrame:
    """Every two used inputs that a cause ties: columns one, other, causes (their titles), normals
    (the correlation of the normals behind them: the products of the loadings, summed over causes),
    ranks (the correlation of their ranks in so many futures, None where one never changes).
    """
    futures = sampled(scenario, number, seed)
    loadings = [(cause.title, cause.loadings) for cause in scenario.causes.values()]
    used = references.used_assumptions(scenario)
    tied = [name for name in used if any(name in by for _, by in loadings)]
    rows = []
    for i, one in enumerate(tied):
        for other in tied[i + 1 :]:
            shared = [(title, by) for title, by in loadings if one in by and other in by]
            if shared:
                labels = [scenario.assumptions[name].label for name in (one, other)]
                normals = sum(by[one] * by[other] for _, by in shared)
                causes = "; ".join(title for title, _ in shared)
                rows.append((*labels, causes, normals, _ranks(futures[one], futures[other])))
    return pd.DataFrame(rows, columns=["one", "other", "causes", "normals", "ranks"])


def _ranks(one: Array, other: Array) -> float | None:
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return float(np.corrcoef(pd.Series(one).rank(), pd.Series(other).rank())[0, 1])


def sampled(scenario: Scenario, number: int, seed: int) -> dict[str, Array]:
    """The futures of a run: assumption name -> its values, (number,)."""
    starts = range(0, number, draws.BLOCK_DRAWS)
    sizes = [min(draws.BLOCK_DRAWS, number - start) for start in starts]
    parts = [draws.block(scenario, seed, i, size) for i, size in enumerate(sizes)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def shapes(scenario: Scenario, number: int, seed: int, most: int = 6) -> pd.DataFrame:
    """How the ranges that move the difference most come out in so many futures, P1 to P99 in bins
    of equal width: columns label, unit, start, end, share (of the futures), and of each input p1,
    p10, p50, p90, p99.
    """
    futures, rows = sampled(scenario, number, seed), []
    for name in ranges(scenario)[:most]:
        one, ordered = scenario.assumptions[name], np.sort(futures[name])
        positions = [max(int(np.ceil(p * number / 100 - 1e-9)), 1) - 1 for p in PERCENTS]
        marks = dict(zip((f"p{p}" for p in PERCENTS), ordered[positions].tolist(), strict=True))
        counts, edges = np.histogram(ordered, BINS, (marks["p1"], marks["p99"]))
        row: dict[str, Any] = {"label": one.label, "unit": one.unit} | marks
        for start, end, count in zip(edges[:-1], edges[1:], counts, strict=True):
            rows.append(row | {"start": start, "end": end, "share": count / number})
    return pd.DataFrame(rows)
