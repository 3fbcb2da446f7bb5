"""What a chart says: its title as a finding, computed from its table so that it stays true."""

from analysis.claims.comparison import cost_and_date, differences, month_values, quadrants, winners
from analysis.claims.cost import deal, ends, funds, parts, prices, rates, steps, units, years
from analysis.claims.drivers import moved
from analysis.claims.evidence import (
    cited_kinds,
    ledger_timeline,
    price_history,
    prices_in_range,
    spreads,
)
from analysis.claims.inputs import bases, evidence_ranges, shapes
from analysis.claims.live import STANDARD_ERRORS, live
from analysis.claims.power import (
    emissions,
    energy,
    energy_unit,
    firm_power,
    idle,
    power,
    published,
    stages,
    tonnes_unit,
)
from analysis.claims.schedule import met, starts, waiting
from analysis.claims.training import goodput, progress, target, training, useful_gpus, useful_shares

__all__ = [
    "STANDARD_ERRORS",
    "bases",
    "cited_kinds",
    "cost_and_date",
    "deal",
    "differences",
    "emissions",
    "ends",
    "energy",
    "energy_unit",
    "evidence_ranges",
    "firm_power",
    "funds",
    "goodput",
    "idle",
    "ledger_timeline",
    "live",
    "met",
    "month_values",
    "moved",
    "parts",
    "power",
    "price_history",
    "prices",
    "prices_in_range",
    "progress",
    "published",
    "quadrants",
    "rates",
    "shapes",
    "spreads",
    "stages",
    "starts",
    "steps",
    "target",
    "tonnes_unit",
    "training",
    "units",
    "useful_gpus",
    "useful_shares",
    "waiting",
    "winners",
    "years",
]
