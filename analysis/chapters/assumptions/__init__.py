"""What was assumed, chosen and not known, linked to where it was published."""

from typing import Any

import pandas as pd

from analysis.chapters.assumptions import charts, tables
from analysis.chapters.assumptions import titles as titles
from analysis.chapters.own_case import tables as own_case_tables
from analysis.chapters.shared.markup import Html, fact_link, safe, table
from analysis.decision.wording import stated
from analysis.evidence import ledger as ledgers
from analysis.scenario import references
from analysis.scenario.schema import Scenario

MOST_MOVING = 10
"""Inputs that are named as the first to check."""


CHOICE_WORDS = {
    "by_months": "Months within which the need must be met",
    "start_gpus": "GPUs that a run waits for",
    "discount_rate_per_year": "Discount rate per year",
    "horizon_months": "Horizon in months",
    "funding_usd": "Funds in USD",
    "tax_rate_share": "Income tax rate",
    "debt_share": "Share of capital spending borrowed",
    "debt_rate_per_year": "Interest per year",
    "debt_months": "Months to repay",
}


def assumptions(scenario: Scenario) -> Html:
    """Every assumption with its range and its basis, linked to where it was published; below, what
    the reader sets.
    """
    parts = (ranges_and_bases(scenario).data, _ties(scenario), choices(scenario).data)
    return Html("".join(parts))


def ranges_and_bases(scenario: Scenario) -> Html:
    """Every assumption with its range and its basis, linked to where it was published; those taken
    over from the sourced defaults are marked."""
    frame, ledger = tables.assumptions(scenario), ledgers.ledger()
    origin = own_case_tables.origins(scenario).set_index("assumption")["origin"]
    rows = []
    for _, row in frame.iterrows():
        links = [fact_link(ledger, fact) for fact in str(row["basis"]).split()]
        words = [
            safe(x) for x in (row["quote"] and f"Quote: {row['quote']}", row["judgement"]) if x
        ]
        if row["judgement"]:
            words[-1] = f"Judgement: {words[-1]}"
        default = ["<em>Sourced default</em>"] * (
            origin[row["assumption"]] == own_case_tables.TAKEN_OVER
        )
        basis = "<br>".join(default + [", ".join(links)] * bool(links) + words)
        rows.append([safe(row["label"]), safe(row["range"]), safe(row["unit"]), basis])
    heads = ["Assumption", "P10 / P50 / P90", "Unit", "Basis"]
    return table(heads, rows, raw=True) if rows else Html("<p>Nothing is assumed.</p>")


def _ties(scenario: Scenario) -> str:
    """The causes that tie inputs together, each with its loadings; nothing if there are none."""
    lines = []
    for cause in scenario.causes.values():
        loads = (
            f"{scenario.assumptions[name].label} ({loading:+.2g})"
            for name, loading in cause.loadings.items()
        )
        lines.append(f"<li>{safe(cause.title)}: {safe(', '.join(loads))}</li>")
    head = "<p>Causes that tie inputs, with their loadings:</p>"
    return f"{head}<ul>{''.join(lines)}</ul>" if lines else ""


def choices(scenario: Scenario) -> Html:
    """What the reader sets, and the defaults that filled in what the file left out."""
    rows = [
        [
            CHOICE_WORDS[name],
            stated(one.value),
            ", ".join(stated(x) for x in one.swept),
            one.why,
        ]
        for name, one in references.choices(scenario).items()
    ]
    filled = ", ".join(
        f"{key} = {value:g}" for key, value in references.defaults_used(scenario).items()
    )
    note = f"<p>Defaults that were used: {safe(filled or 'none')}.</p>"
    return Html(table(["Choice", "Value", "Swept", "Why"], rows).data + note)


def bases(scenario: Scenario) -> Any:
    """The picture of what the assumptions rest on, or one line where nothing is assumed."""
    frame = tables.bases(scenario)
    if frame.empty:
        return Html("<p>Nothing is assumed: every input is a number of the scenario.</p>")
    return charts.bases(frame)


def evidence_ranges(scenario: Scenario) -> Any:
    """The picture of the ranges over their evidence, or one line where there is no such number."""
    frame = tables.evidence_ranges(scenario)
    if frame.empty:
        return Html("<p>No cited fact states a number in the unit of a range that it backs.</p>")
    return charts.evidence_ranges(frame, tables.evidence_numbers(scenario))


def shapes(scenario: Scenario, number: int, seed: int) -> Any:
    """The picture of how ranges come out in so many futures, or one line where there is none."""
    frame = tables.shapes(scenario, number, seed)
    if frame.empty:
        return Html("<p>No input that is used is a range, so none has a shape.</p>")
    return charts.shapes(frame)


def lists(scenario: Scenario) -> Html:
    """The assumptions that are lists of values or events, with their probabilities and what they
    are at mid; below, how many assumptions are of which form.
    """
    frame, ledger = tables.lists(scenario), ledgers.ledger()
    rows = [
        [
            safe(f"{row['label']}, {row['unit']}" if row["unit"] != "event" else row["label"]),
            safe(row["range"]),
            safe(_at_mid(row)),
            "<br>".join(
                [", ".join(fact_link(ledger, key) for key in row["basis"].split())]
                * bool(row["basis"])
                + [safe(row["reason"])] * bool(row["reason"])
            ),
        ]
        for _, row in frame.iterrows()
    ]
    heads = ["List or event", "Values and their probabilities", "At mid", "Basis"]
    shown = table(heads, rows, raw=True).data if rows else ""
    return Html(f"{shown}<p>{safe(_forms_sentence(scenario))}</p>")


def _at_mid(row: pd.Series) -> str:
    if row["unit"] != "event":
        return stated(row["mid"])
    return "happens" if row["mid"] else "does not happen"


def _forms_sentence(scenario: Scenario) -> str:
    used = [scenario.assumptions[name] for name in references.used_assumptions(scenario)]
    fixed = sum(not one.varies for one in used)
    listed, spread = len(tables.lists(scenario)), sum(one.mid is not None for one in used)
    return (
        f"Of {len(used)} assumptions: ranges {spread}, lists or events {listed}, and one number, "
        f"the same in every future, {fixed}."
    )


def first_to_check(scenario: Scenario) -> Html:
    """The ranges that move the difference of the pair most, and what they rest on; below, which of
    them on judgement alone.
    """
    moved = tables.moving(scenario)
    if moved.empty:
        return Html("<p>No range moves a difference between two options here.</p>")
    shown = moved.head(MOST_MOVING)
    rows = [list(row) for row in shown.itertuples(index=False, name=None)]
    alone = shown.loc[shown["basis"] == tables.BASES[-1], "label"]
    words = f"Of these, on judgement alone: {', '.join(alone) or 'none'}."
    heads = ["Input", "P10 / P50 / P90", "Unit", "Rests on"]
    return Html(f"{table(heads, rows).data}<p>{safe(words)}</p>")


def ties(scenario: Scenario, futures: int, seed: int) -> Html:
    """Every two inputs that a cause ties, the correlation that it implies and the one found in so
    many futures; below, the strongest."""
    frame = tables.ties(scenario, futures, seed)
    if frame.empty:
        return Html("<p>No cause ties two inputs: each is drawn by itself.</p>")
    rows = [
        [row["one"], row["other"], row["causes"], f"{row['normals']:+.2f}", _signed(row["ranks"])]
        for _, row in frame.iterrows()
    ]
    heads = ["Input", "Tied to", "By", "Correlation of the normals", "Of the ranks, in the futures"]
    strongest = frame.iloc[int(frame["normals"].abs().argmax())]
    words = (
        f"Pairs that are tied: {len(frame)}; every other is drawn apart. No tie is stronger than "
        f"that of {strongest['one']} and {strongest['other']} ({strongest['normals']:+.2f})."
    )
    return Html(f"{table(heads, rows).data}<p>{safe(words)}</p>")


def _signed(correlation: float | None) -> str:
    return "-" if pd.isna(correlation) else f"{correlation:+.2f}"


def unknown(scenario: Scenario) -> Html:
    """What rests on judgement alone, and what became known only later."""
    used = tables.assumptions(scenario).to_dict("records")
    alone = [str(one["label"]) for one in used if not one["basis"] and not one["quote"]]
    named = f": {', '.join(alone)}" if alone else ""
    later = sum(
        1
        for fact in ledgers.ledger().facts.values()
        if fact.public_on is not None and fact.public_on > scenario.as_of
    )
    lines = [
        f"{len(alone)} of {len(used)} assumptions rest on judgement alone{named}.",
        f"{later} facts of the ledger became public after {scenario.as_of} and were not used.",
    ]
    if scenario.note:
        lines.insert(0, scenario.note)
    return Html("<ul>" + "".join(f"<li>{safe(line)}</li>" for line in lines) + "</ul>")
