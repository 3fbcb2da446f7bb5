"""The tables behind the charts and the report: tidy frames made from a result."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis import comparison, cost, draws, estimates, evidence, headline, sensitivity, uses
from analysis.comparison import Result
from analysis.inputs import Assumption, RentedTranche, Scenario
from analysis.paths import Array
from analysis.schedule import resolve

NEVER = "not within the horizon"
BIN_MONTHS = 3


def every(result: Result) -> dict[str, pd.DataFrame]:
    """All tables that a report shows, by name; a table that has no rows is left out."""
    made: dict[str, Callable[[Result], pd.DataFrame]] = {
        "gpus_training": gpus_training,
        "site_power": site_power,
        "target_dates": target_dates,
        "cumulative_cash": cumulative_cash,
        "present_cost_parts": present_cost_parts,
        "present_cost_by_rate": present_cost_by_rate,
        "compute_per_usd": compute_per_usd,
        "rental_prices": lambda r: rental_prices(r.scenario),
        "overview": overview,
        "assumptions": lambda r: assumptions(r.scenario),
        "choices": lambda r: choices(r.scenario),
        "sources": lambda r: sources(r.scenario),
        "one_at_a_time": lambda r: sensitivity.one_at_a_time(r.scenario),
    }
    found = {name: make(result) for name, make in made.items()}
    return {name: frame for name, frame in found.items() if len(frame)}


def gpus_training(result: Result) -> pd.DataFrame:
    """GPUs that the run uses, by option and month: p10, p50, p90 over the band draws."""
    return _bands(result, "training_gpus", "gpus")


def cumulative_cash(result: Result) -> pd.DataFrame:
    """Cash spent by the end of each month, by option: p10, p50, p90 in USD; `funding_usd` if
    stated.
    """
    frame = _bands(result, "spent_usd", "usd")
    funding = result.scenario.choices.funding_usd
    return frame if funding is None else frame.assign(funding_usd=funding.value)


def site_power(result: Result) -> pd.DataFrame:
    """Per owned site and month: mean MW that each stage carries (kind `stage`), and the MW that the
    installed GPUs need (kind `need`: p10, p50, p90). `option` is the first that owns GPUs there."""
    rows = []
    for site, option in _owned_sites(result).items():
        bands, table = result.bands[option], result.scenario.sites[site]
        there = {"site": table.title, "option": _title(result, option)}
        for key, stage in table.stages.items():
            mean = result.means[option][f"stage_mw:{site}:{key}"].tolist()
            rows += _monthly(result, mean, **there, kind="stage", stage=stage.title)
        low, mid, high = _quantile_rows(bands[f"needed_mw:{site}"])
        for row, a, b in zip(
            _monthly(result, mid, **there, kind="need", stage="need"),
            low,
            high,
            strict=True,
        ):
            rows.append(row | {"p10": a, "p50": row["mw"], "p90": b})
    return pd.DataFrame(rows)


def target_dates(result: Result) -> pd.DataFrame:
    """Share of draws that reach the target, by option and three months, and those that do not."""
    horizon = round(result.scenario.choices.horizon_months.value)
    edges = np.arange(0, horizon + BIN_MONTHS, BIN_MONTHS)
    rows = []
    for option in result.options:
        months = result.scalars[option]["target_months"]
        counts, _ = np.histogram(months[np.isfinite(months)], edges)
        for start, count in zip(edges[:-1], counts, strict=True):
            rows.append(
                {
                    "option": _title(result, option),
                    "from_month": int(start),
                    "day": _day(result, start),
                    "until": _day(result, start + BIN_MONTHS),
                    "share": count / result.draws,
                }
            )
        never = float(np.mean(~np.isfinite(months)))
        rows.append({"option": _title(result, option), "day": NEVER, "share": never})
    return pd.DataFrame(rows)


def present_cost_parts(result: Result) -> pd.DataFrame:
    """Mean present cost by option and part in USD (parts that are zero everywhere left out), with
    the p10, p50 and p90 of the option's total beside each.
    """
    rows = []
    for option in result.options:
        scalars = result.scalars[option]
        total = _three(scalars["present_cost_usd"], "total_")
        for part in cost.PARTS:
            usd = float(scalars[f"part:{part}"].mean())
            if usd:
                row = {"option": _title(result, option), "part": part.replace("_", " "), "usd": usd}
                rows.append(row | {"total_usd": float(scalars["present_cost_usd"].mean())} | total)
    return pd.DataFrame(rows)


def present_cost_by_rate(result: Result) -> pd.DataFrame:
    """Present cost in USD by option and discount rate: p10, p50, p90."""
    rows = []
    for option in result.options:
        for rate in result.scenario.choices.discount_rate_per_year.swept:
            values = result.scalars[option][f"present_cost_at:{rate:g}"]
            row = {"option": _title(result, option), "discount_rate_per_year": rate}
            rows.append(row | _three(values))
    return pd.DataFrame(rows)


def compute_per_usd(result: Result) -> pd.DataFrame:
    """Useful PFLOP-days per million USD, discounted over discounted: p10, p50, p90 and the ratio of
    means, by option."""
    rows = []
    for option in result.options:
        usd = result.scalars[option]["present_cost_usd"]
        amount = result.scalars[option]["discounted_pflop_days"] * 1e6
        per_draw = np.divide(amount, usd, out=np.zeros_like(usd), where=usd > 0)
        ratio = estimates.ratio_of_means(amount, usd).value or 0.0
        row = {"option": _title(result, option), "ratio_of_means": ratio}
        rows.append(row | _three(per_draw))
    return pd.DataFrame(rows)


def rental_prices(scenario: Scenario) -> pd.DataFrame:
    """Dated prices of an H100-hour (SXM, or not said) that were public on the as-of day."""
    frame = evidence.series("h100_prices")
    days = frame["public_on"].map(lambda day: evidence.last_day(str(day)) or date.max)
    public = days.map(lambda day: day <= scenario.as_of).astype(bool)
    known = frame[public & ~frame["chip"].isin(["h100-pcie", "h100-nvl"])]
    columns = ["date", "chip", "vendor", "contract", "usd_per_gpu_hour", "source"]
    shown = known[columns].dropna(subset=["usd_per_gpu_hour"]).sort_values(["date", "vendor"])
    shown = shown.drop_duplicates(["date", "vendor", "contract", "usd_per_gpu_hour"])
    return shown.assign(date=shown["date"].dt.strftime("%Y-%m-%d")).reset_index(drop=True)


def rental_assumption(scenario: Scenario) -> tuple[str, tuple[float, float, float]] | None:
    """The largest rental of H100s among the options of the question, by name, and the P10, P50 and
    P90 of its price; None if there is none.
    """
    asked = comparison.pair(scenario) or tuple(scenario.options)
    names = [name for option in asked for name in scenario.options[option].tranches]
    futures = draws.mid(scenario)
    rented = {}
    for name in names:
        tranche = scenario.tranches[name]
        if isinstance(tranche, RentedTranche) and tranche.chip == "h100":
            rented[name] = float(resolve(tranche.gpus, futures)[0])
    if not rented:
        return None
    largest = max(rented, key=lambda name: rented[name])
    price = scenario.tranches[largest].usd_per_gpu_hour  # type: ignore[union-attr]
    mid = float(resolve(price, futures)[0])
    one = scenario.assumptions.get(price) if isinstance(price, str) else None
    low, high = (mid, mid) if one is None else draws.ends(one)
    return largest, (low, mid, high)


def implied_prices(scenario: Scenario, tranche_name: str) -> pd.DataFrame:
    """What a deal value among the facts behind a rental's price (in USD billion) would mean in USD
    per GPU-hour over each possible term, all hours paid, 8,760 a year: columns years,
    usd_per_gpu_hour.
    """
    tranche, ledger = scenario.tranches[tranche_name], evidence.ledger()
    assert isinstance(tranche, RentedTranche)
    price, term = (
        scenario.assumptions.get(str(x)) for x in (tranche.usd_per_gpu_hour, tranche.term_months)
    )
    facts = [ledger.facts[key] for key in price.basis] if price else []
    deals = [float(f.value) for f in facts if f.unit == "USD billion" and f.value]
    gpus = float(resolve(tranche.gpus, draws.mid(scenario))[0])
    years = sorted({months / 12 for months in (term.values or [])}) if term else []
    rows = [
        {"years": n, "usd_per_gpu_hour": deal * 1e9 / (gpus * 8760 * n)}
        for deal in deals
        for n in years
    ]
    return pd.DataFrame(rows, columns=["years", "usd_per_gpu_hour"])


def overview(result: Result) -> pd.DataFrame:
    """One row per option: the headline numbers, plain."""
    rows = []
    for option in result.options:
        scalars = result.scalars[option]
        row: dict[str, Any] = {
            "option": _title(result, option),
            "meets_need": float(comparison.meets(result, option).mean()),
        }
        for name in ("first_training_months", "full_capacity_months", "target_months"):
            row |= {f"{name}_{q}": x for q, x in _three(scalars[name]).items()}
        for name in ("present_cost_usd", "peak_mw", "energy_mwh", "emissions_tco2", "pflop_days"):
            row |= {f"{name}_{q}": x for q, x in _three(scalars[name]).items()}
        for name, quantity in headline.UNIT_COSTS.items():
            means = estimates.ratio_of_means(scalars["present_cost_usd"], scalars[quantity])
            row[name] = means.value
        rows.append(row)
    return pd.DataFrame(rows)


def assumptions(scenario: Scenario) -> pd.DataFrame:
    """Every assumption that is used: its range in words, its basis and where it is used."""
    used = uses.used_assumptions(scenario)
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
                    "range": _range(one),
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
        for name, one in uses.choices(scenario).items()
    ]
    return pd.DataFrame(rows)


def sources(scenario: Scenario) -> pd.DataFrame:
    """The facts that the scenario rests on: value, day it became public, source and address."""
    ledger = evidence.ledger()
    rows = []
    for key in sorted(uses.cited(scenario)):
        fact = ledger.facts[key]
        source = ledger.sources[fact.source]
        ends = [x for x in (fact.at_least, fact.value, fact.at_most) if x]
        rows.append(
            {
                "fact": key,
                "quantity": fact.quantity,
                "value": " to ".join(dict.fromkeys(ends)),
                "unit": "" if fact.unit == "date" else fact.unit,
                "public_on": fact.public_on.isoformat() if fact.public_on else "",
                "kind": fact.kind,
                "source": source["title"]
                if fact.kind != "derived"
                else "derived: " + fact.arithmetic,
                "url": source["url"] or fact.read_at,
            }
        )
    return pd.DataFrame(rows)


def _bands(result: Result, series: str, what: str) -> pd.DataFrame:
    rows = []
    for option in result.options:
        low, mid, high = _quantile_rows(result.bands[option][series])
        for month, (a, b, c) in enumerate(zip(low, mid, high, strict=True)):
            row = {
                "option": _title(result, option),
                "month": month,
                "day": _day(result, month + 0.5),
            }
            rows.append(row | {f"p10_{what}": a, f"p50_{what}": b, f"p90_{what}": c})
    return pd.DataFrame(rows)


def _monthly(result: Result, mw: list[float], **labels: str) -> list[dict[str, Any]]:
    return [
        labels | {"month": month, "day": _day(result, month + 0.5), "mw": value}
        for month, value in enumerate(mw)
    ]


def _quantile_rows(values: Array) -> list[list[float]]:
    """P10, P50 and P90 of each column, (draws, months) -> three lists."""
    ordered = np.sort(values, axis=0)
    positions = [max(int(np.ceil(p * len(ordered) - 1e-9)), 1) - 1 for p in (0.1, 0.5, 0.9)]
    return [ordered[i].tolist() for i in positions]


def _three(values: Array, prefix: str = "") -> dict[str, float | None]:
    return {f"{prefix}{name}": one.value for name, one in estimates.quantiles(values).items()}


def _owned_sites(result: Result) -> dict[str, str]:
    """Site -> the option of the question that owns GPUs there, else the first that does."""
    asked = comparison.pair(result.scenario) or ()
    found: dict[str, str] = {}
    for option in (*asked, *result.options):
        for name in result.bands[option]:
            if name.startswith("needed_mw:"):
                found.setdefault(name.removeprefix("needed_mw:"), option)
    return found


def _range(one: Assumption) -> str:
    if one.values is not None and one.probabilities is not None:
        pairs = zip(one.values, one.probabilities, strict=True)
        return ", ".join(f"{x:g} ({p:.0%})" for x, p in pairs)
    if one.probability is not None:
        return f"happens with {one.probability:.0%}"
    if one.value is not None:
        return f"{one.value:g}"
    return f"{one.low:g} / {one.mid:g} / {one.high:g}"


def _title(result: Result, option: str) -> str:
    return result.scenario.options[option].title


def _day(result: Result, months: float) -> str:
    return headline.day_of(result.scenario, months).isoformat()
