"""What a chart says: its title as a finding, computed from its table so that it stays true."""

from analysis.claims.cost import funds, parts, rates
from analysis.claims.drivers import moved
from analysis.claims.power import power
from analysis.claims.training import target, training

__all__ = [
    "funds",
    "moved",
    "parts",
    "power",
    "rates",
    "target",
    "training",
]
