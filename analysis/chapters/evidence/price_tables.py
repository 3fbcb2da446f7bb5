"""Published prices of an H100 and of its hours, what is assumed of them, what a deal implies."""

from datetime import date

import pandas as pd

from analysis.evidence import ledger as ledgers
from analysis.model import comparison, draws, estimates, inputs
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


def rental_assumption(scenario: Scenario) -> tuple[str, Range] | None:
    """The largest rental of H100s among the options of the question, by name, and the P10, P50 and
    P90 of its price; None if there is none.
    """
    rented = {
        name: tranche
        for option in comparison.pair(scenario) or scenario.options
        for name, tranche in _tranches(scenario, option).items()
        if isinstance(tranche, RentedTranche)
    }
    if not rented:
        return None
    largest = max(rented, key=lambda name: _mid(scenario, rented[name].gpus))
    return largest, _hour_price(scenario, rented[largest])


SEED = 1
"""Of the futures in which the price that a contract means is looked at."""


def _hour_price(scenario: Scenario, tranche: RentedTranche) -> Range:
    """P10, P50 and P90 of the price of an hour: as stated, or as the value of the contract or the
    market means it in the first futures."""
    if tranche.usd_per_gpu_hour is not None:
        return _range(scenario, tranche.usd_per_gpu_hour)
    futures = draws.block(scenario, SEED, 0, draws.BLOCK_DRAWS)
    chip = inputs.chip(scenario, tranche.chip, futures)
    found = estimates.quantiles(inputs.contract_price_usd(tranche, chip, futures))
    low, mid, high = (one.value or 0.0 for one in found.values())
    return low, mid, high


def node_assumption(scenario: Scenario) -> tuple[str, Range] | None:
    """The title of the option that owns H100 (those of the question first), and the P10, P50 and
    P90 of a node's price over its GPUs, in USD per GPU; None if no option owns any.
    """
    for option in (*(comparison.pair(scenario) or ()), *scenario.options):
        if any(isinstance(one, OwnedTranche) for one in _tranches(scenario, option).values()):
            chip = scenario.chips[CHIP]
            gpus = chip.gpus_per_node or int(ledgers.chips()[CHIP]["gpus_per_node"])
            low, mid, high = (usd / gpus for usd in _range(scenario, chip.node_usd or 0.0))
            return scenario.options[option].title, (low, mid, high)
    return None


def _tranches(scenario: Scenario, option: str) -> dict[str, Tranche]:
    """The tranches of an option, by name, that are made of the chip."""
    tranches = {name: scenario.tranches[name] for name in scenario.options[option].tranches}
    return {name: tranche for name, tranche in tranches.items() if tranche.chip == CHIP}


def _mid(scenario: Scenario, value: Input) -> float:
    return float(resolve(value, draws.mid(scenario))[0])


def _range(scenario: Scenario, value: Input) -> Range:
    """P10, P50 and P90 of an input; of a sum, or of a number, only the mid."""
    mid = _mid(scenario, value)
    assumption = scenario.assumptions.get(value) if isinstance(value, str) else None
    low, high = (mid, mid) if assumption is None else draws.ends(assumption)
    return low, mid, high


def implied_prices(scenario: Scenario, tranche_name: str) -> pd.DataFrame:
    """What the value of a rental's contract means at mid in USD per GPU-hour over each term that is
    listed, all hours paid: columns years, usd_per_gpu_hour; empty where none is stated.
    """
    tranche = scenario.tranches[tranche_name]
    assert isinstance(tranche, RentedTranche)
    term = scenario.assumptions.get(str(tranche.term_months))
    months = [] if tranche.contract_usd is None or term is None else term.values or []
    gpus = _mid(scenario, tranche.gpus) * _mid(scenario, tranche.reserved_share or 1.0)
    hours = gpus * draws.HOURS_PER_MONTH
    usd = _mid(scenario, tranche.contract_usd or 0.0)
    rows = [(n / 12, usd / (hours * n)) for n in sorted(set(months))]
    return pd.DataFrame(rows, columns=["years", "usd_per_gpu_hour"])
