"""Whether power covers what the GPUs need."""

import pandas as pd

from analysis.chapters.power.tables import ALL_GPUS
from analysis.chapters.shared.words import short_month
from analysis.decision.wording import figure, percent
from analysis.model.draws import DAYS_PER_MONTH


def power(frame: pd.DataFrame) -> str:
    """In how many months mean power is below what the installed GPUs need at P50; of several
    sites, at how many it ever is."""
    sites = list(dict.fromkeys(frame["site"]))
    if len(sites) == 1:
        return power_of(frame, sites[0])
    short = sum(bool(_short(frame, site).any()) for site in sites)
    if not short:
        return f"Mean power covers the median need at all {len(sites)} sites"
    return f"Mean power falls short of the median need at {short} of {len(sites)} sites"


def power_of(frame: pd.DataFrame, site: str) -> str:
    """The same of one site."""
    short = _short(frame, site)
    if not short.any():
        return f"{site}: mean power covers the median need in every month"
    return f"{site}: short of the median need in {short.sum()} of {len(short)} months"


def never_carried(wanted: pd.DataFrame, site: str) -> str:
    """In how many futures the power of a site never carries all GPUs."""
    [within] = wanted.loc[(wanted["site"] == site) & (wanted["what"] == ALL_GPUS), "within"]
    return f"In {percent(1 - within)} of futures it never carries all GPUs." if within < 1 else ""


def _short(frame: pd.DataFrame, site: str) -> pd.Series:
    """Month by month, whether the mean power of a site is below the need at P50."""
    here = frame[frame["site"] == site]
    supply = here[here["kind"] == "stage"].groupby("month")["mw"].sum()
    return supply < here[here["kind"] == "need"].set_index("month")["p50"]


def stages(frame: pd.DataFrame) -> str:
    """The stage with most MW at P50, and when it is there."""
    largest = frame.iloc[int(frame["mw_p50"].argmax())]
    mw = figure(float(largest["mw_p50"]), digits=3)
    return f"Largest stage: {largest['stage']}, {mw} MW, {since(largest)}"


def carried_power(wanted: pd.DataFrame, site: str) -> str:
    """From when the power of a site carries a start, and all of its GPUs, at P50."""
    words = [
        f"{row['what'].removesuffix(' to start')} {since(row)}" for _, row in wanted.iterrows()
    ]
    claim = f"{site}: power carries {', '.join(words)}"
    # said once where it holds for all
    return claim.replace(" (P50),", ",") if wanted["p50"].notna().all() else claim


def since(row: pd.Series) -> str:
    """From which month at P50 something is there, or in which share of futures it comes at all."""
    if row["within"] == 0:
        return "never within the horizon"
    if pd.isna(row["p50"]):
        return f"in {percent(row['within'])} of futures"
    return f"from {short_month(str(row['p50_day']))} (P50)"


def emissions(totals: pd.DataFrame, pair: tuple[str, str] | None) -> str:
    """Mean emissions of the options of the question over the horizon."""
    tonnes = totals.set_index("option")["tco2_mean"]
    size, unit = tonnes_unit(totals["tco2_p90"])
    return f"Mean emissions in {unit.lower()} tCO2: {_amounts(tonnes / size, pair)}"


def energy_unit(mwh: pd.Series) -> tuple[float, str]:
    """The unit that suits the largest amount of energy: its size in MWh, and its name."""
    return (1e6, "TWh") if float(mwh.max()) >= 1e6 else (1e3, "GWh")


def tonnes_unit(tonnes: pd.Series) -> tuple[float, str]:
    """The unit that suits the largest emissions: its size in tCO2, and its name."""
    return (1e6, "Million") if float(tonnes.max()) >= 1e6 else (1e3, "Thousand")


def _amounts(amounts: pd.Series, pair: tuple[str, str] | None) -> str:
    """The amounts of the options of the question, or of the first one."""
    shown = pair or tuple(amounts.index)[:1]
    return ", ".join(f"{option} {figure(float(amounts[option]), digits=2)}" for option in shown)


def published(frame: pd.DataFrame, carried: pd.DataFrame, start: str) -> str:
    """How many published figures were public in time, and how many of the others (of all, if there
    are none) lie within the range that was assumed."""
    later = frame[~frame["known"].astype(bool)]
    known = f"{len(frame) - len(later)} of {len(frame)}"
    among = frame if later.empty else later
    inside = sum(_inside(row, carried, start) for _, row in among.iterrows())
    whose = f"{len(among)}" if later.empty else f"{len(later)} later ones"
    return f"Known by the as-of day: {known} figures; {inside} of the {whose} within P10 to P90"


def _inside(row: pd.Series, carried: pd.DataFrame, start: str) -> bool:
    """Whether a figure lies within P10 and P90 of the power in its month."""
    days = (pd.Timestamp(row["day"]) - pd.Timestamp(start)).days
    here = carried[carried["site"] == row["site"]]
    month = here.iloc[min(int(days / DAYS_PER_MONTH), len(here) - 1)]
    return bool(month["p10"] <= row["mw"] <= month["p90"])
