"""Published prices, the facts that a scenario rests on, what a deal's value implies."""

from datetime import date

import pandas as pd

from analysis import comparison, draws, evidence, uses
from analysis.inputs import RentedTranche, Scenario
from analysis.schedule import resolve


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
