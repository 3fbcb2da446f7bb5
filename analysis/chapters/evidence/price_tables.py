"""Published prices of an H100 and of its hours, what is assumed of them, what a deal implies."""

from datetime import date

import pandas as pd

from analysis.evidence import ledger as ledgers
from analysis.model import comparison, draws
from analysis.model.draws import resolve
from analysis.scenario.schema import OwnedTranche, RentedTranche, Scenario, Tranche
from analysis.scenario.units import Input

CHIP = "h100"
"""The chip whose dated prices are on record."""


Range = tuple[float, float, float]
"""P10, P50 and P90 of an input; three times the same number if it is fixed."""


def rental_prices(scenario: Scenario) -> pd.DataFrame:
    """Dated prices of an H100-hour (SXM, or not said) that were public on the as-of day."""
    frame = price_history(scenario)
    return frame[frame["known"]].drop(columns="known").reset_index(drop=True)


def price_history(scenario: Scenario) -> pd.DataFrame:
    """Dated prices of an H100-hour (SXM, or not said), the later ones too; `known` says which were
    public on the as-of day.
    """
    columns = ["date", "chip", "vendor", "contract", "usd_per_gpu_hour", "source", "known"]
    frame = _dated("h100_prices", scenario)[columns].dropna(subset=["usd_per_gpu_hour"])
    frame = frame.sort_values(["date", "vendor"])
    frame = frame.drop_duplicates(["date", "vendor", "contract", "usd_per_gpu_hour"])
    return frame.assign(date=frame["date"].dt.strftime("%Y-%m-%d")).reset_index(drop=True)


def purchase_prices(scenario: Scenario) -> pd.DataFrame:
    """Dated purchase prices of an H100 (SXM) in USD per GPU; `known`: public on the as-of day."""
    frame = _dated("h100_purchases", scenario).sort_values("date", kind="stable")
    frame = frame[["date", "usd_per_gpu", "source", "note", "known"]]
    return frame.assign(date=frame["date"].dt.strftime("%Y-%m-%d")).reset_index(drop=True)


def _dated(series: str, scenario: Scenario) -> pd.DataFrame:
    """A series without the cards that are no SXM, each row with whether it was public."""
    frame = ledgers.series(series)
    frame = frame[~frame["chip"].isin(["h100-pcie", "h100-nvl"])]
    days = frame["public_on"].map(lambda day: ledgers.last_day(str(day)) or date.max)
    return frame.assign(known=days.map(lambda day: day <= scenario.as_of).astype(bool))


def uses_chip(scenario: Scenario) -> bool:
    """Whether any option has GPUs of the chip whose prices are on record."""
    tranches = (scenario.tranches[n] for one in scenario.options.values() for n in one.tranches)
    return any(tranche.chip == CHIP for tranche in tranches)


def rental_assumption(scenario: Scenario) -> tuple[str, Range] | None:
    """The largest rental of H100s among the options of the question, by name, and the P10, P50 and
    P90 of its price; None if there is none.
    """
    asked = comparison.pair(scenario) or tuple(scenario.options)
    names = [name for option in asked for name in scenario.options[option].tranches]
    futures = draws.mid(scenario)
    rented = {}
    for name in names:
        tranche = scenario.tranches[name]
        if isinstance(tranche, RentedTranche) and tranche.chip == CHIP:
            rented[name] = float(resolve(tranche.gpus, futures)[0])
    if not rented:
        return None
    largest = max(rented, key=lambda name: rented[name])
    price = scenario.tranches[largest].usd_per_gpu_hour  # type: ignore[union-attr]
    return largest, _range(scenario, price)


def node_assumption(scenario: Scenario) -> tuple[str, Range] | None:
    """The title of the option that owns H100 (those of the question first), and the P10, P50 and
    P90 of a node's price over its GPUs, in USD per GPU; None if no option owns any.
    """
    order = (*(comparison.pair(scenario) or ()), *scenario.options)
    owners = [name for name in order if any(map(_is_owned, _tranches(scenario, name)))]
    if not owners:
        return None
    chip = scenario.chips[CHIP]
    gpus = chip.gpus_per_node or int(ledgers.chips()[CHIP]["gpus_per_node"])
    low, mid, high = (usd / gpus for usd in _range(scenario, chip.node_usd or 0.0))
    return scenario.options[owners[0]].title, (low, mid, high)


def _tranches(scenario: Scenario, option: str) -> list[Tranche]:
    return [scenario.tranches[name] for name in scenario.options[option].tranches]


def _is_owned(tranche: Tranche) -> bool:
    return isinstance(tranche, OwnedTranche) and tranche.chip == CHIP


def _range(scenario: Scenario, value: Input) -> Range:
    """P10, P50 and P90 of an input; of a sum, or of a number, only the mid."""
    mid = float(resolve(value, draws.mid(scenario))[0])
    one = scenario.assumptions.get(value) if isinstance(value, str) else None
    low, high = (mid, mid) if one is None else draws.ends(one)
    return low, mid, high


def implied_prices(scenario: Scenario, tranche_name: str) -> pd.DataFrame:
    """What a deal value among the facts behind a rental's price (in USD billion) would mean in USD
    per GPU-hour over each possible term, all hours paid, 8,760 a year: columns years,
    usd_per_gpu_hour.
    """
    tranche, ledger = scenario.tranches[tranche_name], ledgers.ledger()
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
