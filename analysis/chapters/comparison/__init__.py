"""Which option is better and how sure that is: regret, the value of a month, another seed."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis.chapters.comparison import charts, future_charts, tables
from analysis.chapters.comparison import titles as titles
from analysis.chapters.shared import style
from analysis.chapters.shared.exhibit import Exhibit, picture
from analysis.chapters.shared.markup import Html, safe, table
from analysis.chapters.shared.words import ALONE, BEYOND, listed, month_or_beyond, spread, usd_size
from analysis.decision import wording
from analysis.decision.wording import figure, percent, usd
from analysis.model.simulation import Result


def differences(result: Result, look: style.Look) -> Any:
    """The picture of how the two options of the question differ, or one line where there is one."""
    return _compared(result, look, tables.differences, future_charts.differences)


def quadrants(result: Result, look: style.Look) -> Any:
    """The picture of which option is cheaper and which earlier, or one line where there is one."""
    return _compared(result, look, tables.quadrants, future_charts.quadrants)


def month_values(result: Result, look: style.Look) -> Any:
    """The picture of what a month's value makes of the options, or one line where there is one."""
    return _compared(result, look, tables.month_values, charts.month_values)


def _compared(
    result: Result,
    look: style.Look,
    rows: Callable[[Result], pd.DataFrame],
    draw: Callable[[pd.DataFrame, style.Look], Any],
) -> Any:
    return Html(ALONE) if look.pair is None else draw(rows(result), look)


def regret(result: Result) -> Html:
    """By option, what choosing it costs over the best choice in hindsight, and one sentence."""
    frame = tables.regret(result)
    rows = []
    for _, row in frame.iterrows():
        known = pd.notna(row["mean_usd"])
        mean = usd(row["mean_usd"], row["se_usd"]) if known else "-"
        ends = [usd(row[q]) if known else "-" for q in ("p50_usd", "p90_usd")]
        rows.append([row["option"], percent(row["in_draws"]), mean, *ends])
    heads = ["Option", "Meets the need", "Mean regret", "P50", "P90"]
    return Html(table(heads, rows).data + f"<p>{safe(_regret_sentence(frame))}</p>")


def _regret_sentence(frame: pd.DataFrame) -> str:
    known = frame.dropna(subset=["mean_usd"])
    if known.empty:
        return "No option meets the need in any future, so there is no cheapest one to regret."
    least = known[known["mean_usd"] == known["mean_usd"].min()]
    names = listed(list(least["option"]))
    verb = "has" if len(least) == 1 else "have"
    mean = usd(float(least["mean_usd"].iloc[0]), float(least["se_usd"].iloc[0]))
    share = " and ".join(percent(x) for x in least["in_draws"])
    return (
        f"{names} {verb} the least mean regret, {mean}; it is counted only over the futures in "
        f"which an option meets the need itself, here {share} of them."
    )


def break_even(headline: dict[str, Any]) -> Html:
    """The value of a month at which each two options are equal on the mean, and one sentence."""
    pairs = headline["comparison"]["pairs"]
    if not pairs:
        return Html(ALONE)
    rows = [_pair_cells(headline, pair) for pair in pairs]
    heads = [
        "a",
        "b",
        "Mean cost, a less b",
        "Mean months, a less b",
        "Either capped",
        "Break-even value of a month",
    ]
    words = _break_even_sentence(headline, pairs[0])
    return Html(table(heads, rows).data + f"<p>{safe(words)}</p>")


def _pair_cells(headline: dict[str, Any], pair: dict[str, Any]) -> list[str]:
    cost, months = pair["cost_difference_usd"]["mean"], pair["months_difference"]["mean"]
    return [
        _title(headline, pair["a"]),
        _title(headline, pair["b"]),
        wording.with_error(wording.estimate(cost)),
        f"{figure(months['value'], months['se'])} (± {figure(months['se'], digits=1)})",
        percent(pair["capped"]["value"]),
        _worth(headline, pair),
    ]


def _worth(headline: dict[str, Any], pair: dict[str, Any]) -> str:
    worth, better = pair["break_even_month_usd"], pair["better_at_every_value"]
    if better is not None:
        return f"none: {_title(headline, better)} is better at every value"
    if worth["value"] is None:
        return "none: the two are equal in both"
    return wording.with_error(wording.estimate(worth))


def _break_even_sentence(headline: dict[str, Any], pair: dict[str, Any]) -> str:
    a, b = _title(headline, pair["a"]), _title(headline, pair["b"])
    worth, better = pair["break_even_month_usd"], pair["better_at_every_value"]
    if better is not None:
        return (
            f"Of the two options of the question {_title(headline, better)} is no dearer and no "
            "later on the mean, so no value of a month speaks for the other."
        )
    if worth["value"] is None:
        return f"{a} and {b} are equal on the mean, in cost and in time."
    early = a if pair["months_difference"]["mean"]["value"] < 0 else b
    return (
        f"{early} is the better one of {a} and {b} where a month is worth more than "
        f"{usd(worth['value'], worth['se'])}."
    )


def seeds(headline: dict[str, Any], again: dict[str, Any]) -> Html:
    """The same figures of two runs that differ in their seed alone, each with its standard error,
    and one sentence on how far they lie apart."""
    runs = [f"Seed {one['run']['seed']}" for one in (headline, again)]
    rows, apart = [], []
    for label, first, second, shown in _figures(headline, again):
        if first["value"] is None or second["value"] is None:
            continue
        both = (first["se"] ** 2 + second["se"] ** 2) ** 0.5
        gap = abs(first["value"] - second["value"])
        apart += [(gap / both, label)] if both else []
        errors = [shown(first["se"], first["se"])] if first["se"] else ["0"]
        values = [shown(one["value"], one["se"]) for one in (first, second)]
        rows.append([label, *values, *errors, f"{gap / both:.1f}" if both else "0"])
    heads = ["Figure", *runs, "Standard error of the first", "Apart, in standard errors"]
    words = _seeds_sentence(headline, apart)
    return Html(table(heads, rows).data + f"<p>{safe(words)}</p>")


def _figures(
    headline: dict[str, Any], again: dict[str, Any]
) -> list[tuple[str, dict[str, Any], dict[str, Any], Callable[..., str]]]:
    """Label, estimate of either run and how it is shown: the options' costs, then the pair's."""
    found = []
    for name, option in headline["options"].items():
        other = again["options"][name]
        title = option["title"]
        pick = [(one["meets_need"], one["present_cost_usd"]["mean"]) for one in (option, other)]
        found.append((f"{title} meets the need", pick[0][0], pick[1][0], _share))
        found.append((f"{title}: mean present cost", pick[0][1], pick[1][1], usd))
    for pair, other in zip(
        headline["comparison"]["pairs"][:1], again["comparison"]["pairs"][:1], strict=True
    ):
        a, b = _title(headline, pair["a"]), _title(headline, pair["b"])
        for label, key, shown in (
            (f"Mean cost, {a} less {b}", "cost_difference_usd", usd),
            (f"Mean months, {a} less {b}", "months_difference", figure),
        ):
            found.append((label, pair[key]["mean"], other[key]["mean"], shown))
        for label, key in ((f"{a} is cheaper", "a_cheaper"), (f"{a} is earlier", "a_earlier")):
            found.append((label, pair[key], other[key], _share))
        worth = "break_even_month_usd"
        found.append(("Break-even value of a month", pair[worth], other[worth], usd))
    return found


def _share(value: float, se: float | None = None) -> str:
    """A share in percent, with no more digits than its standard error supports."""
    return f"{figure(100 * value, 100 * se if se else None)} %"


def _seeds_sentence(headline: dict[str, Any], apart: list[tuple[float, str]]) -> str:
    draws = f"{headline['run']['draws']:,}"
    if not apart:
        return f"With {draws} futures the two runs give the same figures."
    most, label = max(apart)
    return (
        f"With {draws} futures the two runs lie furthest apart in \u201c{label}\u201d: by "
        f"{most:.1f} standard errors of the difference; chance alone keeps a figure within two in "
        "about 19 of 20."
    )


def _title(headline: dict[str, Any], option: str) -> str:
    return str(headline["options"][option]["title"])


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


def _days(dates: dict[str, Any]) -> str:
    """P50 (P10 to P90) of a date of the headline, as months."""
    mid, low, high = (month_or_beyond(dates[f"{q}_day"]) for q in ("p50", "p10", "p90"))
    share = dates["within_horizon"]["value"]
    if low == BEYOND:
        return "never" if share == 0 else f"within the horizon in {percent(share)} of futures"
    return f"{mid} ({low} to {high})"


def cost_and_date(result: Result) -> Exhibit:
    """The picture of what each option costs and when it reaches the target."""
    return picture(tables.cost_and_date(result), charts.cost_and_date, style.look(result.scenario))
