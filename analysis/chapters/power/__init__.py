"""The power of each site in pictures and tables, or one line where no option owns GPUs."""

from typing import Any

import pandas as pd

from analysis.chapters.power import charts, energy_tables, tables, titles
from analysis.chapters.power.tables import ALL_GPUS
from analysis.chapters.shared import style
from analysis.chapters.shared.markup import Html, safe, table
from analysis.chapters.shared.rows import rows_of
from analysis.chapters.shared.words import spread_of_dates
from analysis.decision.wording import figure, percent
from analysis.model.simulation import Result

NOBODY_OWNS = "<p>No option owns GPUs, so no site's power limits any.</p>"


NOTHING_PUBLISHED = "<p>No published series of power names a site of this scenario.</p>"


def power(result: Result, look: style.Look) -> Any:
    """The picture of each site's power, or one line where no option owns GPUs."""
    frame = tables.site_power(result)
    return Html(NOBODY_OWNS) if frame.empty else charts.site_power(frame, look)


def stage_dates(result: Result, look: style.Look) -> Any:
    """The picture of when each stage of a site comes."""
    frame = tables.stages(result)
    return Html(NOBODY_OWNS) if frame.empty else charts.stages(frame, look)


def stages(result: Result) -> Html:
    """Each stage of each site: MW, date, how often it comes, availability, price, emissions and
    what its date is made of; with one sentence on those that may never come."""
    frame = tables.stages(result)
    if frame.empty:
        return Html(NOBODY_OWNS)
    shown = [
        [
            row["site"],
            row["stage"],
            spread(row, "mw_"),
            spread_of_dates(row),
            percent(row["within"]),
            spread(row, "availability_share_"),
            spread(row, "usd_per_mwh_"),
            spread(row, "tco2_per_mwh_"),
            row["made_of"],
        ]
        for row in rows_of(frame)
    ]
    heads = ["Site", "Stage", "MW", "There from", "Comes", "Availability", "USD/MWh", "tCO2/MWh"]
    words = f"<p>{safe(_stages_sentence(frame))}</p>"
    return Html(table([*heads, "What its date is made of"], shown).data + words)


def firm_power(result: Result, look: style.Look) -> Any:
    """The picture of firm MW against the MW that a start and all GPUs need."""
    frame = tables.firm_power(result)
    if frame.empty:
        return Html(NOBODY_OWNS)
    return charts.firm_power(frame, tables.power_wanted(result), look)


def power_wanted(result: Result) -> Html:
    """The MW that a start and all GPUs of each site need, from when power carries them and in how
    many futures; with one sentence on how many never get it."""
    frame = tables.power_wanted(result)
    if frame.empty:
        return Html(NOBODY_OWNS)
    shown = [
        [row["site"], row["what"], spread(row, "mw_"), spread_of_dates(row), percent(row["within"])]
        for row in rows_of(frame)
    ]
    heads = ["Site", "GPUs", "MW needed at peak", "Carried from", "Carried within the horizon"]
    return Html(table(heads, shown).data + f"<p>{safe(_wanted_sentence(frame))}</p>")


def idle_gpus(result: Result, look: style.Look) -> Any:
    """The picture of owned GPUs installed and energised."""
    frame = tables.idle_gpus(result)
    return Html(NOBODY_OWNS) if frame.empty else charts.idle_gpus(frame, look)


def energy(result: Result) -> Html:
    """Energy, price and peak MW of each option, owned and rented; with one sentence on what a MWh
    costs."""
    frame = energy_tables.energy_totals(result)
    size, unit = titles.energy_unit(frame["mwh_p90"])
    shown = [
        [
            row["option"],
            spread(row, "mwh_", size),
            spread(row, "owned_mw_"),
            spread(row, "rented_mw_"),
            "-" if pd.isna(row["usd_per_mwh"]) else figure(row["usd_per_mwh"]),
        ]
        for row in rows_of(frame)
    ]
    heads = ["Option", f"Energy, {unit}", "Peak MW, owned", "Peak MW, rented", "USD/MWh bought"]
    return Html(table(heads, shown).data + f"<p>{safe(_energy_sentence(frame))}</p>")


def published_power(result: Result, look: style.Look) -> Any:
    """The picture of what was published of a site's power, known by the as-of day or later; one
    line where nothing was."""
    frame = tables.published_power(result)
    if frame.empty:
        return Html(NOTHING_PUBLISHED)
    scenario = result.scenario
    days = (scenario.as_of.isoformat(), scenario.start.isoformat())
    return charts.published_power(frame, tables.firm_power(result), *days)


def spread(row: Any, prefix: str, size: float = 1) -> str:
    """P50 (P10 to P90) of an amount, or the one value where it does not vary."""
    low, mid, high = (figure(row[f"{prefix}{q}"] / size) for q in ("p10", "p50", "p90"))
    return mid if low == high else f"{mid} ({low} to {high})"


def _stages_sentence(frame: pd.DataFrame) -> str:
    missing = [
        f"{row['stage']} in {percent(1 - row['within'])}"
        for row in rows_of(frame)
        if row["within"] < 1
    ]
    if not missing:
        return "Every stage comes within the horizon in all futures."
    return (
        "Not within the horizon, or overtaken by the stage that replaces it: "
        f"{'; '.join(missing)} of futures."
    )


def _wanted_sentence(frame: pd.DataFrame) -> str:
    """In how many futures the power for all GPUs of a site never comes."""
    short = [
        f"{row['site']} in {percent(1 - row['within'])}"
        for row in rows_of(frame[frame["what"] == ALL_GPUS])
        if row["within"] < 1
    ]
    if not short:
        return "In every future power carries all GPUs of each site at some time."
    return f"Power does not carry all GPUs within the horizon: {', '.join(short)} of futures."


def _energy_sentence(frame: pd.DataFrame) -> str:
    """What a MWh costs those who buy it."""
    bought = [row for row in rows_of(frame) if not pd.isna(row["usd_per_mwh"])]
    if not bought:
        return "No option buys energy: that of rented GPUs is in the rent."
    words = [f"{row['option']} {figure(row['usd_per_mwh'])} USD" for row in bought]
    return (
        f"A MWh that is bought costs on the mean: {', '.join(words)}; the energy of rented GPUs is "
        "in the rent."
    )
