"""A reader's own case: what is asked, what is the reader's own, what to ask others first."""

import pandas as pd

from analysis.chapters.assumptions import tables as assumptions_tables
from analysis.chapters.own_case import tables
from analysis.chapters.shared.markup import Html, safe, table
from analysis.chapters.shared.words import only_one
from analysis.decision.wording import figure, stated, usd
from analysis.model import draws
from analysis.model.draws import resolve
from analysis.model.training import FLOP_PER_PFLOP_DAY
from analysis.scenario.schema import RentedTranche, Scenario, Tranche

CALLS_ORDER = (
    "In the order of the larger of two shares: of the largest move in cost, and of the largest in "
    "months, that any input makes when it goes alone from its low to its high end."
)


def need(scenario: Scenario) -> Html:
    """The options with the GPUs that each rents or owns at mid, and what each must deliver."""
    futures = draws.mid(scenario)
    rows = []
    for option in scenario.options.values():
        tranches = [scenario.tranches[name] for name in option.tranches]
        gpus = [
            _gpus([t for t in tranches if isinstance(t, RentedTranche) is rented], futures)
            for rented in (True, False)
        ]
        rows.append([option.title, option.description, *gpus])
    target = float(resolve(scenario.need.target_flop, futures)[0])
    words = (
        f"Each option must deliver {figure(target / FLOP_PER_PFLOP_DAY)} useful PFLOP-days "
        f"({stated(target)} FLOP) within {stated(scenario.need.by_months.value)} months of "
        f"{scenario.start.isoformat()}; a run waits for "
        f"{stated(scenario.need.start_gpus.value)} GPUs."
    )
    shown = table(["Option", "What it is", "Rented GPUs", "Owned GPUs"], rows)
    return Html(f"{shown.data}<p>{safe(words)}</p>")


def _gpus(tranches: list[Tranche], futures: draws.Draws) -> str:
    """How many GPUs of which chip some tranches hold at mid, in words."""
    counts: dict[str, float] = {}
    for one in tranches:
        counts[one.chip] = counts.get(one.chip, 0.0) + float(resolve(one.gpus, futures)[0])
    return ", ".join(f"{stated(number)} {chip.upper()}" for chip, number in counts.items()) or "-"


def own_inputs(scenario: Scenario) -> Html:
    """The inputs that the scenario states itself, beside the default that each replaces, and what
    each rests on; below, how many there are of each kind.
    """
    frame = tables.origins(scenario)
    own = frame[frame["origin"] != tables.TAKEN_OVER]
    columns = ["label", "range", "unit", "default", "basis", "reason"]
    rows = [[str(cell) or "-" for cell in row] for row in own[columns].itertuples(index=False)]
    heads = ["Input", "Stated here", "Unit", "Sourced default", "Rests on", "From whom, or why"]
    shown = table(heads, rows).data if rows else ""
    return Html(f"{shown}<p>{safe(_own_sentence(frame))}</p>")


def _own_sentence(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "Nothing is assumed here: every input is a fixed number of the scenario."
    count = frame["origin"].value_counts()
    own, changed, taken = (
        int(count.get(kind, 0)) for kind in (tables.OWN, tables.CHANGED, tables.TAKEN_OVER)
    )
    stated_here = frame[frame["origin"] != tables.TAKEN_OVER]
    quotes = int((stated_here["basis"] == assumptions_tables.BASES[2]).sum())
    return (
        f"Of {len(frame)} inputs that are used, this scenario states {own} for which there is no "
        f"default and {changed} in place of one, {quotes or 'none'} of these as a quote; {taken} "
        "are taken over."
    )


def phone_calls(scenario: Scenario) -> Html:
    """The inputs that move the difference of the two options most, with what each rests on; below,
    which of them is worth the first call.
    """
    if len(scenario.options) == 1:
        return Html(f"<p>{only_one('no input moves a difference')}</p>")
    frame = tables.phone_calls(scenario)
    if frame.empty:
        return Html("<p>No input that varies moves the difference of the two options.</p>")
    rows = [
        [
            row["label"],
            row["range"],
            row["unit"],
            row["basis"],
            usd(row["cost_usd_swing"]),
            figure(row["months_swing"]),
            "yes" if row["turns"] else "no",
        ]
        for _, row in frame.iterrows()
    ]
    heads = ["Input", "Range", "Unit", "Rests on", "Moves cost by", "Months by", "Turns it alone"]
    return Html(
        f"{table(heads, rows).data}<p>{safe(f'{CALLS_ORDER} {_calls_sentence(frame)}')}</p>"
    )


def _calls_sentence(frame: pd.DataFrame) -> str:
    open_inputs = frame[frame["basis"] != assumptions_tables.BASES[2]]
    quotes = len(frame) - len(open_inputs)
    if open_inputs.empty:
        return "Every one of these is a quote already."
    first = open_inputs.iloc[0]
    return (
        f"Of these {len(frame)}, {quotes or 'none'} {'is' if quotes == 1 else 'are'} a quote; the "
        f"first that is not: {first['label']} ({first['basis']})."
    )


def taken_over(scenario: Scenario) -> Html:
    """The inputs that are left at their sourced default, and how many of them rest on what."""
    frame = tables.origins(scenario)
    left = frame[frame["origin"] == tables.TAKEN_OVER]
    if left.empty:
        return Html("<p>No input is left at its sourced default.</p>")
    columns = ["label", "range", "unit", "basis"]
    rows = [[str(cell) for cell in row] for row in left[columns].itertuples(index=False)]
    alone = int((left["basis"] == assumptions_tables.BASES[3]).sum())
    words = (
        f"{len(left)} of {len(frame)} inputs are left at their default; {alone or 'none'} of these "
        f"{'rests' if alone == 1 else 'rest'} on judgement alone."
    )
    shown = table(["Input", "Range", "Unit", "Rests on"], rows)
    return Html(f"{shown.data}<p>{safe(words)}</p>")
