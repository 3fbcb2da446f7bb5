"""What a scenario states itself and what it takes over; what its options rent and own."""

import pandas as pd

from analysis.chapters.assumptions.tables import basis_of, used
from analysis.chapters.shared.words import in_words
from analysis.decision.wording import stated
from analysis.model import draws
from analysis.model.draws import resolve
from analysis.scenario import load, naming
from analysis.scenario.schema import RentedTranche, Scenario

OWN, CHANGED, TAKEN_OVER = "own", "default changed", "taken over"


def need(scenario: Scenario) -> pd.DataFrame:
    """The options with the GPUs that each rents or owns at mid, in words: columns option,
    description, rented, owned."""
    rows = []
    for option in scenario.options.values():
        row = {"option": option.title, "description": option.description}
        row |= {"rented": _gpus(scenario, option.tranches, rented=True)}
        rows.append(row | {"owned": _gpus(scenario, option.tranches, rented=False)})
    return pd.DataFrame(rows)


def _gpus(scenario: Scenario, tranches: list[str], rented: bool) -> str:
    """How many GPUs of which chip the tranches that are rented, or those that are not, hold."""
    futures, counts = draws.mid(scenario), dict[str, float]()
    names = naming.chip_titles(scenario)
    for tranche in (scenario.tranches[name] for name in tranches):
        if isinstance(tranche, RentedTranche) is rented:
            gpus = float(resolve(tranche.gpus, futures)[0])
            counts[tranche.chip] = counts.get(tranche.chip, 0.0) + gpus
    return ", ".join(f"{stated(gpus)} {names[chip]}" for chip, gpus in counts.items()) or "-"


def origins(scenario: Scenario) -> pd.DataFrame:
    """Every input that is used: columns assumption, label, unit, range, default (the range of the
    sourced default of that name, "" where there is none), origin (`OWN` where there is no such
    default, `CHANGED` where it is another one, `TAKEN_OVER`), basis (one of `BASES`), reason (the
    quote, else the judgement, else the facts).
    """
    defaults, taken, rows = load.defaults_of(scenario), load.taken_over(scenario), []
    for name, mine in used(scenario).items():
        default = defaults.get(name)
        row = {"assumption": name, "label": mine.label, "unit": mine.unit, "range": in_words(mine)}
        row |= {"default": "" if default is None else in_words(default)}
        row |= {"origin": OWN if default is None else TAKEN_OVER if name in taken else CHANGED}
        reason = mine.quote or mine.judgement or ", ".join(mine.basis)
        rows.append(row | {"basis": basis_of(mine), "reason": reason})
    columns = ["assumption", "label", "unit", "range", "default", "origin", "basis", "reason"]
    return pd.DataFrame(rows, columns=columns)
