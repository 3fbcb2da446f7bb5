"""What an owned tranche costs: servers, network, works or lease, upkeep; what it resells for."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.model import cost
from analysis.model.cost import Bill, evenly, paid_in
from analysis.model.draws import MONTHS_PER_YEAR
from analysis.model.fleet import Owned
from analysis.model.records import Chip


@dataclass(frozen=True)
class Purchase:
    """What an owned tranche is bought for: when it is ordered, how many GPUs (0 where none comes),
    those that come by month, and USD per GPU for the server and for the whole cluster."""

    ordered: Array
    gpus: Array
    new_gpus: Array
    server_usd: Array
    cluster_usd: Array


def owned(bill: Bill, unit: Owned) -> None:
    """Adds one owned tranche to a bill: servers, network, works or lease, upkeep, end value."""
    bought = cluster(bill, unit)
    works_usd = _pay_for_place(bill, unit, bought)
    _keep_up(bill, unit, bought, works_usd)


def cluster(bill: Bill, unit: Owned) -> Purchase:
    """Adds the servers of an owned tranche and what connects them, and what they resell for."""
    bought = purchase(unit, bill.horizon)
    _pay_for_servers(bill, unit, bought)
    bill.end_value = bill.end_value + _left_usd(unit, bought, bill.horizon)
    return bought


def purchase(unit: Owned, horizon: int) -> Purchase:
    """An owned tranche at the prices of the month in which it is ordered."""
    tranche, arrived, ordered = unit.tranche, unit.arrived, ordered_month(unit)
    comes = np.isfinite(ordered)
    gpus = np.where(comes, arrived.gpus, 0.0)
    new_gpus = gpus[:, None] * evenly(arrived.first, arrived.last, horizon)
    index = tranche.chip.node_path.index_at(np.where(comes, ordered, 0))
    server = server_usd(tranche.chip) * index
    return Purchase(ordered, gpus, new_gpus, server, cluster_usd(unit, server))


def cluster_usd(unit: Owned, server_usd: Array) -> Array:
    """USD per GPU of the cluster whose servers cost so much, with network and storage, (draws,)."""
    tranche = unit.tranche
    return np.asarray(server_usd / (1 - tranche.network_share - tranche.storage_share))


def _pay_for_servers(bill: Bill, unit: Owned, bought: Purchase) -> None:
    """A deposit at the order and the rest as GPUs come, for servers and for what connects them."""
    deposit = unit.tranche.deposit_share
    others = bought.cluster_usd - bought.server_usd
    for part, usd in (("servers", bought.server_usd), ("network_and_storage", others)):
        bill.invest(part, paid_in(usd * deposit * bought.gpus, bought.ordered, bill.horizon))
        bill.invest(part, (usd * (1 - deposit))[:, None] * bought.new_gpus)


def _pay_for_place(bill: Bill, unit: Owned, bought: Purchase) -> Array:
    """Works evenly from the order to the last GPU, and the lease from the first one on; returns
    the USD of the works, (draws,)."""
    works = cost.works_usd(unit, bought.gpus)
    spread = evenly(bought.ordered, unit.arrived.last, bill.horizon)
    cost.works(bill, unit.tranche.site, works[:, None] * spread)
    cost.lease(bill, unit, bought.gpus)
    return works


def _keep_up(bill: Bill, unit: Owned, bought: Purchase, works_usd: Array) -> None:
    """Maintenance of the cluster; insurance and property tax on it and on the works."""
    tranche = unit.tranche
    upkeep = tranche.maintenance_share_per_year * bought.cluster_usd / MONTHS_PER_YEAR
    bill.expense("maintenance", upkeep[:, None] * unit.installed)
    insured = bought.cluster_usd + works_usd / np.maximum(bought.gpus, 1e-9)
    levy = tranche.insurance_and_tax_share_per_year * insured / MONTHS_PER_YEAR
    bill.expense("insurance_and_tax", levy[:, None] * unit.installed)


def _left_usd(unit: Owned, bought: Purchase, horizon: int) -> Array:
    """What the cluster resells for at the horizon, network and storage as its servers do, and the
    deposits on GPUs still to come, (draws,)."""
    chip, there = unit.tranche.chip, bought.new_gpus.sum(axis=1)
    resale_share = chip.resale_share * chip.node_path.index_at(float(horizon))
    waiting = np.where(bought.ordered < horizon, bought.gpus - there, 0.0)
    deposits = waiting * bought.cluster_usd * unit.tranche.deposit_share
    return there * cluster_usd(unit, server_usd(chip)) * resale_share + deposits


def ordered_month(unit: Owned) -> Array:
    """When a tranche is ordered, at the latest on arrival; infinite if no GPU comes, (draws,)."""
    first = unit.arrived.first
    ordered = np.minimum(unit.tranche.ordered_month, first)
    return np.where(np.isfinite(first) & (unit.arrived.gpus > 0), ordered, np.inf)


def server_usd(chip: Chip) -> Array:
    """USD of a server today, per GPU, (draws,)."""
    return chip.node_usd / chip.gpus_per_node
