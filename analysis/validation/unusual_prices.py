"""Is the price meant? Prices and terms that a scenario may state and seldom means, a line each."""

import math
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from analysis.decision.wording import figure
from analysis.evidence import ledger as ledgers
from analysis.model import draws
from analysis.model.draws import HOURS_PER_MONTH
from analysis.model.records import REFERENCE_CHIP, OwnedTranche, RentedTranche, Tranche
from analysis.scenario import load, schema
from analysis.scenario.units import Input
from analysis.validation.extremes import Extremes, where

NEAR, FAR = 3.0, 5.0
"""How far a price may lie from that of its chip, or from the H100's scaled by peak FLOP/s."""

SLIP_MONTHS = (1, 10)
"""A term of so many months is taken for one of years."""

OLDEST = timedelta(days=731)
"""So old may a price of the market be that comes from the defaults."""

NODE, RENT, PEAK = "node_usd", "market_rent_usd_per_gpu_hour", "peak_bf16_dense_tflops"


def prices(case: Extremes) -> Iterator[str]:
    """The price of a server, or of an hour on the market, of the chips in use."""
    for name in case.planned:
        key, one = case.scenario.tranches[name].chip, case.mid.tranches[name]
        table, nodes = case.scenario.chips[key], one.chip.gpus_per_node
        owned = isinstance(one, OwnedTranche)
        price = NODE if owned else RENT
        usd = float(getattr(one.chip, price)[0])
        if off := _off(usd / nodes if owned else usd, _expected(key, price)):
            of = f" for a server of {figure(nodes)} GPUs" if owned else ""
            mend = "node_usd is for gpus_per_node GPUs" if owned else "state USD per GPU and hour"
            place = where(f"chips.{key}.{price}", getattr(table, price))
            yield f"{place}: {figure(usd)} USD{of}; {off} USD a GPU; {mend}"
        elif not owned and (day := _old(case, getattr(table, price))):
            yield (
                f"chips.{key}.{price}: from sourced-defaults, known by {day}; expected a price of "
                f"the two years before {case.scenario.as_of}; state [assumptions.{key}_{price}]"
            )


def _off(usd: float, expected: tuple[float, float]) -> str:
    """What was expected of a price that is out of a range; nothing of one within, or of none."""
    least, most = expected
    return "" if not usd or least <= usd <= most else f"expected {figure(least)} to {figure(most)}"


@cache
def _expected(chip: str, price: str) -> tuple[float, float]:
    """The range of a price per GPU by the defaults: any, of a chip that the table does not have."""
    known, rows = load.defaults(), ledgers.chips()
    if chip not in rows:
        return 0.0, math.inf
    own = f"{chip}_{price}" in known
    like, factor = (chip, NEAR) if own else (REFERENCE_CHIP, FAR)
    usd = draws.mid_value(known[f"{like}_{price}"])
    usd /= float(rows[like]["gpus_per_node"]) if price == NODE else 1
    usd *= float(rows[chip][PEAK]) / float(rows[like][PEAK])
    return usd / factor, usd * factor


def _old(case: Extremes, price: Input | None) -> date | None:
    """The day by which a market price of the defaults was known, if that is long before."""
    known, day = load.defaults(), min(case.scenario.start, case.scenario.as_of)
    if not isinstance(price, str) or case.scenario.assumptions[price] != known.get(price):
        return None
    facts = ledgers.ledger().facts
    days = [facts[x].public_on for x in known[f"{REFERENCE_CHIP}_{RENT}"].basis]
    last = max(one for one in days if one)
    return last if day - last > OLDEST else None


def contracts(case: Extremes) -> Iterator[str]:
    """The price and the term of rentals."""
    for name in case.planned:
        one, table = case.mid.tranches[name], case.scenario.tranches[name]
        if not isinstance(one, RentedTranche) or not isinstance(table, schema.RentedTranche):
            continue
        stated = table.usd_per_gpu_hour or table.contract_usd
        usd = float(one.usd_per_gpu_hour[0])
        market = float(one.chip.market_rent_usd_per_gpu_hour[0])
        known = _expected(table.chip, RENT)
        expected = known if _off(market, known) or not market else (market / NEAR, market * NEAR)
        if stated is not None and (off := _off(usd, expected)):
            mend = f"state USD {'of the whole contract' if table.contract_usd else 'per GPU-hour'}"
            field = "usd_per_gpu_hour" if table.usd_per_gpu_hour is not None else "contract_usd"
            yield (
                f"{where(f'tranches.{name}.{field}', stated)}: {figure(usd)} USD/GPU-hour; {off}, "
                f"as on the market; {_per_hour(usd, one.chip.gpus_per_node, expected) or mend}"
            )
        yield from _term(name, table, case.ends[1].tranches[name])


def _per_hour(usd: float, nodes: float, expected: tuple[float, float]) -> str:
    """What a price is per GPU and hour, if it was written in cents, for a server or for a month."""
    units = {"in cents": 100.0, f"for {figure(nodes)} GPUs": nodes, "for a month": HOURS_PER_MONTH}
    found = [f"{x}: {figure(usd / by)}" for x, by in units.items() if not _off(usd / by, expected)]
    return f"if it is {', '.join(found)}" if found else ""


def _term(name: str, table: schema.RentedTranche, most: Tranche) -> Iterator[str]:
    assert isinstance(most, RentedTranche)
    months, bound = float(most.term_months[0]), most.prepayment_share + most.take_or_pay_share
    if SLIP_MONTHS[0] <= months <= SLIP_MONTHS[1] and bound[0] > 0:
        yield (
            f"{where(f'tranches.{name}.term_months', table.term_months)}: a term of "
            f"{figure(months)} months that is paid, used or not; expected 12 or more; "
            f"{figure(months)} years are {figure(12 * months)} months"
        )
