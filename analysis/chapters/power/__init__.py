"""The power of each site in pictures and tables, or one line where power limits none."""

import pandas as pd

from analysis.chapters.power import charts, energy_tables, tables, titles
from analysis.chapters.power.tables import ALL_GPUS
from analysis.chapters.shared.exhibit import Columns, Exhibit, answered, line, picture, table
from analysis.chapters.shared.rows import rows_of
from analysis.chapters.shared.style import look
from analysis.chapters.shared.words import percent_of, spread_of, spread_of_dates
from analysis.decision.wording import figure, percent, usd
from analysis.model.simulation import Result

SITES = 2
"""So many sites are named in the finding."""

NO_LIMIT = "No option has GPUs at a site with power stages, so power limits none."


def finding(result: Result) -> Exhibit:
    """From when the power of each site carries a start and all of its GPUs."""
    by_site = tables.power_wanted(result)
    if by_site.empty:
        return answered(NO_LIMIT)
    said = [
        f"{titles.carried_power(wanted, str(site))}."
        for site, wanted in by_site.groupby("site", sort=False)
    ]
    return answered(*said[:SITES])


def site_power(result: Result) -> Exhibit:
    """The picture of each site's power by stage, and what its GPUs need."""
    wanted = tables.power_wanted(result)
    return picture(
        tables.site_power(result),
        charts.site_power,
        wanted,
        look(result.scenario),
        nothing=NO_LIMIT,
    )


def stage_dates(result: Result) -> Exhibit:
    """The picture of when each stage of a site comes."""
    return picture(tables.stages(result), charts.stages, nothing=NO_LIMIT)


def stages(result: Result) -> Exhibit:
    """Each stage of each site: MW, date, how often it comes, availability, price, emissions and
    what its date is made of; with one sentence on those that may never come."""
    columns: Columns = {
        "Site": "site",
        "Stage": "stage",
        "MW": spread_of("mw_"),
        "There from": spread_of_dates,
        "Comes": percent_of("within"),
        "Availability": spread_of("availability_share_"),
        "USD/MWh": spread_of("usd_per_mwh_"),
        "tCO2/MWh": spread_of("tco2_per_mwh_"),
        "What its date is made of": "made_of",
    }
    frame = tables.stages(result)
    return table(frame, columns, _stages_sentence, nothing=NO_LIMIT)


def power_wanted(result: Result) -> Exhibit:
    """The MW that a start and all GPUs of each site need, from when power carries them and in how
    many futures; with one sentence on how many never get it."""
    columns: Columns = {
        "Site": "site",
        "GPUs": "what",
        "MW needed": spread_of("mw_"),
        "Carried from": spread_of_dates,
        "Carried within the horizon": percent_of("within"),
    }
    frame = tables.power_wanted(result)
    return table(frame, columns, _wanted_sentence, nothing=NO_LIMIT)


def dark_gpus(result: Result) -> Exhibit:
    """How many GPUs of each option are there without power, for how long and at what cost, and how
    many more are on because they are capped; one sentence where none is either."""
    frame = tables.dark(result)
    if not frame.empty and not frame[["share", "more_p90"]].any(axis=None):
        return line("In every future power carries every GPU that is there.", frame)
    columns: Columns = {
        "Option": "option",
        "Most dark GPUs at once": spread_of("most_"),
        "Months with dark GPUs": spread_of("months_"),
        "Dark share of the GPU-months": percent_of("share"),
        "What they cost, mean (P90)": lambda r: f"{usd(r['usd_mean'])} ({usd(r['usd_p90'])})",
        "Most GPUs on because others are capped": spread_of("more_"),
        "Speed then": lambda r: "-" if pd.isna(r["speed"]) else percent(r["speed"]),
    }
    return table(frame, columns, lambda _: DARK, nothing=NO_LIMIT)


def energy(result: Result) -> Exhibit:
    """Energy, price and peak MW of each option, owned and rented; with one sentence on what a MWh
    costs."""
    frame = energy_tables.energy_totals(result)
    size, unit = titles.energy_unit(frame["mwh_p90"])
    columns: Columns = {
        "Option": "option",
        f"Energy, {unit}": spread_of("mwh_", size),
        "Peak MW, owned": spread_of("owned_mw_"),
        "Peak MW, rented": spread_of("rented_mw_"),
        "USD/MWh bought": _usd_per_mwh,
    }
    return table(frame, columns, _energy_sentence)


def emissions(result: Result) -> Exhibit:
    """The picture of each option's emissions by source."""
    totals = energy_tables.energy_totals(result)
    frame = energy_tables.energy_by_source(result)
    return picture(frame, charts.emissions, totals, look(result.scenario))


def published_power(result: Result) -> Exhibit:
    """The picture of what was published of a site's power, known by the as-of day or later."""
    days = (result.scenario.as_of.isoformat(), result.scenario.start.isoformat())
    return picture(
        tables.published_power(result),
        charts.published_power,
        tables.carried_power(result),
        *days,
        nothing="No published series of power names a site of this scenario.",
    )


def _usd_per_mwh(row: dict[str, float]) -> str:
    return "-" if pd.isna(row["usd_per_mwh"]) else figure(row["usd_per_mwh"])


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


DARK = (
    "What dark GPUs cost is a present value: the price of an owned cluster less its resale, for "
    "the share of its months in the dark. What is rented and dark is not paid."
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
