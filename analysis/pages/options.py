"""All options side by side."""

from datetime import date
from typing import Any

from analysis.pages.markup import Html, safe, table
from analysis.wording import figure, percent, usd

BEYOND = "beyond the horizon"


def overview(headline: dict[str, Any]) -> Html:
    """Every option beside the others: dates, size, energy, compute, costs; P50 with P10 to P90;
    below, how often each is best.
    """
    rows: dict[str, list[str]] = {}
    for found in headline["options"].values():
        for label, cell in _overview_cells(found, *usd_size(headline)):
            rows.setdefault(label, []).append(cell)
    heads = ["", *(found["title"] for found in headline["options"].values())]
    side_by_side = table(heads, [[label, *cells] for label, cells in rows.items()])
    words = f"<p>{safe(_winners_sentence(headline))}</p>"
    return Html(side_by_side.data + _winners(headline).data + words)


def _winners_sentence(headline: dict[str, Any]) -> str:
    """Which option is most often first and which most often cheapest, if it meets the need."""
    words = []
    for label, key in (
        ("most often first to the target", "first_to_target"),
        ("most often the cheapest", "lowest_present_cost"),
    ):
        shares = {o: one["value"] for o, one in headline["comparison"][key]["options"].items()}
        most = max(shares.values())
        if most == 0:
            return "In no future does any option meet the need."
        names = [headline["options"][o]["title"] for o in shares if shares[o] == most]
        each = " each" if len(names) > 1 else ""
        words.append(f"{label}: {' and '.join(names)} ({percent(most)}{each})")
    return f"Of the options that meet the need, {words[0]}; {words[1]}."


def _winners(headline: dict[str, Any]) -> Html:
    """How often each option is best, among those that meet the need; rows sum to 100 %."""
    found, options = headline["comparison"], headline["options"]
    measures = {
        "First to the target": "first_to_target",
        "Lowest present cost": "lowest_present_cost",
        "Lowest USD per useful PFLOP-day": "lowest_usd_per_pflop_day",
    }
    rows = [
        [
            label,
            *(percent(found[key]["options"][name]["value"]) for name in options),
            percent(found[key]["none"]["value"]),
        ]
        for label, key in measures.items()
    ]
    regret = [found["regret_usd"][name]["mean"] for name in options]
    cells = ["-" if one["value"] is None else usd(one["value"], one["se"]) for one in regret]
    rows.append(["Mean regret where it meets the need", *cells, ""])
    heads = [
        "Among options that meet the need",
        *(o["title"] for o in options.values()),
        "none does",
    ]
    return table(heads, rows)


def _overview_cells(found: dict[str, Any], usd_word: str, usd_size: float) -> list[tuple[str, str]]:
    cells = [("Meets the need", percent(found["meets_need"]["value"]))]
    for label, key in (
        ("First training", "first_training_months"),
        ("Full capacity", "full_capacity_months"),
        ("Target reached", "target_months"),
    ):
        cells.append((label, _days(found[key])))
    for label, key, size in (
        ("Peak power, MW", "peak_mw", 1),
        ("Energy, TWh", "energy_mwh", 1e6),
        ("Emissions, million tCO2", "emissions_tco2", 1e6),
        ("Useful compute, million PFLOP-days", "pflop_days", 1e6),
        (f"Present cost, {usd_word}", "present_cost_usd", usd_size),
    ):
        cells.append((label, spread(found[key], size)))
    for label, key in (
        ("USD per energised GPU-hour", "usd_per_gpu_hour"),
        ("USD per H100-equivalent hour", "usd_per_h100_hour"),
        ("USD per useful PFLOP-day", "usd_per_pflop_day"),
    ):
        ratio = found[key]["ratio_of_means"]
        cells.append(
            (label, "-" if ratio["value"] is None else figure(ratio["value"], ratio["se"]))
        )
    return cells


def usd_size(headline: dict[str, Any]) -> tuple[str, float]:
    """The unit of money that suits the largest present cost, in words and in USD."""
    costs = [found["present_cost_usd"]["p90"]["value"] for found in headline["options"].values()]
    return ("billion USD", 1e9) if max(costs) >= 1e9 else ("million USD", 1e6)


def _days(found: dict[str, Any]) -> str:
    mid, low, high = (_month(found[f"{q}_day"]) for q in ("p50", "p10", "p90"))
    share = found["within_horizon"]["value"]
    if low == BEYOND:
        return "never" if share == 0 else f"within the horizon in {percent(share)} of futures"
    return f"{mid} ({low} to {high})"


def _month(day: str | None) -> str:
    return BEYOND if day is None else f"{date.fromisoformat(day):%b %Y}"


def spread(found: dict[str, Any], size: float = 1) -> str:
    """P50 (P10 to P90) of an amount of the headline, in units of `size`."""
    low, mid, high = (found[q]["value"] for q in ("p10", "p50", "p90"))
    words = [BEYOND if x is None else figure(x / size, digits=3) for x in (mid, low, high)]
    return BEYOND if low is None else f"{words[0]} ({words[1]} to {words[2]})"
