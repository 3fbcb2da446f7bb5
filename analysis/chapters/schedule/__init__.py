"""What the first GPUs wait for, what makes the start late, when rentals end."""

from typing import Any

import pandas as pd

from analysis.chapters.schedule import charts as charts
from analysis.chapters.schedule import tables
from analysis.chapters.schedule import titles as titles
from analysis.chapters.shared.markup import Html, safe, table
from analysis.chapters.shared.rows import rows_of
from analysis.chapters.shared.words import BEYOND, dates, listed, spread_of_dates
from analysis.decision.wording import figure, percent, stated
from analysis.model.simulation import Result


def milestones(result: Result) -> Html:
    """Each milestone of each tranche with its dates and how often it comes last, and one sentence
    on what the first GPUs wait for."""
    frame = tables.milestones(result)
    named = frame.assign(tranche=frame["tranche"].where(~frame["key"].duplicated(), ""))
    shown = [
        [row["tranche"], row["milestone"], *dates(row), _last(row["last_share"]), row["event"]]
        for row in rows_of(named)
    ]
    heads = ["Tranche", "Milestone", "P10", "P50", "P90", "Within the horizon", "Comes last"]
    return _with_words(table([*heads, "Only if"], shown), _milestones_sentence(frame))


def starts(result: Result) -> Html:
    """Per option: when the GPUs of a start are there and when energised, how often power makes the
    start late and by how much, how often it comes after the need's date; with one sentence."""
    frame = tables.starts(result)
    rows = [
        [
            row["option"],
            spread_of_dates(row, "there_"),
            spread_of_dates(row, "start_"),
            percent(row["late_share"]) if row["owns"] else "-",
            _wait(row),
            percent(row["after_need_share"]),
        ]
        for row in rows_of(frame)
    ]
    gpus = stated(result.scenario.need.start_gpus.value)
    heads = [
        "Option",
        f"{gpus} GPUs are there",
        "energised: the run starts",
        "Power makes it late",
        "then by months, P50 (P90)",
        "Starts after the need's date, or never",
    ]
    return _with_words(table(heads, rows), _starts_sentence(frame))


def starts_by_size(result: Result) -> Html:
    """The start of the run by the number of GPUs that it waits for, option by option; with one
    sentence on what more GPUs cost in time."""
    frame = tables.starts_by_size(result)
    sizes = list(dict.fromkeys(frame["start_gpus"]))
    rows = [
        [str(option), *(spread_of_dates(row) for row in rows_of(mine))]
        for option, mine in frame.groupby("option", sort=False)
    ]
    heads = ["The run starts with", *(f"{stated(gpus)} GPUs" for gpus in sizes)]
    return _with_words(table(heads, rows), _sizes_sentence(frame))


def rental_terms(result: Result) -> Html:
    """When each rental ends or is left and what follows; one line where nobody rents."""
    frame = tables.rental_terms(result)
    if frame.empty:
        return Html("<p>No option rents GPUs, so no term ends.</p>")
    rows = [
        [
            row["option"],
            row["rental"],
            _amount(row, "term_"),
            spread_of_dates(row, "end_"),
            "renewed by the month" if row["at_end"] == "renew" else "ends",
            _leaving(row),
        ]
        for row in rows_of(frame)
    ]
    heads = ["Option", "Rental", "Term, months", "Its end", "Then it", "Left early"]
    return _with_words(table(heads, rows), _terms_sentence(frame))


def _with_words(shown: Html, words: str) -> Html:
    return Html(f"{shown.data}<p>{safe(words)}</p>")


def _last(share: float) -> str:
    return "" if pd.isna(share) else percent(share)


def _milestones_sentence(frame: pd.DataFrame) -> str:
    """What the first GPUs wait for most often, of each tranche with more than one milestone."""
    words = []
    for _, mine in frame.dropna(subset=["last_share"]).groupby("key", sort=False):
        most = max(rows_of(mine), key=lambda row: float(row["last_share"]))
        if len(mine) > 1:
            words.append(f"{most['tranche']}: {most['milestone']} ({percent(most['last_share'])})")
    if not words:
        return "Each tranche has one milestone, so its first GPUs wait for nothing else."
    return f"What the first GPUs wait for most often: {'; '.join(words)}."


def _starts_sentence(frame: pd.DataFrame) -> str:
    """In how many futures power, not servers, sets the start of the options that own GPUs."""
    owning = frame[frame["owns"]]
    if owning.empty:
        return "No option owns GPUs, so no start waits for the power of a site."
    late = owning[owning["late_share"] > 0]
    if late.empty:
        return "In no future does a start wait for power once its GPUs are there."
    words = [f"{row['option']} in {percent(row['late_share'])}" for row in rows_of(late)]
    return (
        f"Power, not the arrival of GPUs, sets the start of {listed(words)} of futures; in the "
        "others the run starts on the day its GPUs are there, or they never come."
    )


def _wait(row: Any) -> str:
    if row["late_share"] == 0:
        return "-"
    words = [
        BEYOND if pd.isna(x) else figure(x, digits=2) for x in (row["wait_p50"], row["wait_p90"])
    ]
    return f"{words[0]} ({words[1]})"


def _sizes_sentence(frame: pd.DataFrame) -> str:
    """How much later the largest start is than the smallest at P50, option by option."""
    words = []
    if frame["start_gpus"].nunique() == 1:
        return "The scenario sweeps no other size of a start."
    for option, mine in frame.groupby("option", sort=False):
        p50 = [row["p50"] for row in rows_of(mine)]
        first, last = p50[0], p50[-1]
        if not pd.isna(first) and not pd.isna(last):
            words.append(f"{option} by {figure(last - first, digits=2)}")
    if not words:
        return "No option has a P50 within the horizon for both the smallest and the largest start."
    return (
        f"Months by which the largest start is later than the smallest at P50: {'; '.join(words)}."
    )


def _amount(row: Any, prefix: str) -> str:
    low, mid, high = (figure(row[f"{prefix}{q}"], digits=2) for q in ("p10", "p50", "p90"))
    return mid if low == high else f"{mid} ({low} to {high})"


def _leaving(row: Any) -> str:
    """How often and when a rental is left, and what is then given up of its term."""
    if not row["leaves"]:
        return "no"
    if row["left_within"] == 0:
        return "never within the horizon"
    lost = figure(row["given_up_p50"], digits=2)
    share = percent(row["left_within"])
    return f"in {share}: {spread_of_dates(row, 'left_')}; {lost} months of the term given up (P50)"


def _terms_sentence(frame: pd.DataFrame) -> str:
    leaving = list(dict.fromkeys(frame.loc[frame["leaves"], "option"]))
    stays = "No rental is left before its term ends"
    if leaving:
        leave = "leaves" if len(leaving) == 1 else "leave"
        stays = f"{listed(leaving)} {leave} a rental once the tranche that it bridges to can train"
    return f"{stays}; a term runs from the first delivery."
