"""The tables of a scenario in each draw, as records of values, (draws,) each: the same fields under
the same names, so that a formula reads `price * share`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Array
from analysis.evidence import ledger
from analysis.model.prices import PricePath

Event = NDArray[np.bool_]

REFERENCE_CHIP = "h100"
"""The chip that others are counted in."""


@dataclass(frozen=True)
class Record:
    """A table of a scenario in each draw; the unit of a field is in its name."""


@dataclass(frozen=True)
class Run(Record):
    """What the run needs, and how well it uses its GPUs."""

    target_flop: Array
    start_gpus: Array
    use_share: Array
    mfu_share: Array
    failures_per_1000_node_days: Array
    checkpoint_write_s: Array
    restart_s: Array

    def at(self, index: Any) -> Self:
        """The run with the same NumPy index into each of its values."""
        return type(self)(*(getattr(self, field.name)[index] for field in fields(self)))


@dataclass(frozen=True)
class Chip(Record):
    """A chip; what its scenario leaves out comes from the table of chips."""

    peak_flop_per_s: float
    gpus_per_node: float
    it_kw_per_gpu: Array
    load_share: Array
    node_usd: Array
    market_rent_usd_per_gpu_hour: Array
    rent_1_year_ratio: Array
    rent_3_year_ratio: Array
    resale_share: Array
    rent_path: PricePath
    node_path: PricePath

    @property
    def peak_in_h100(self) -> float:
        """Its peak FLOP/s over that which the table of chips gives for an H100."""
        reference = float(ledger.chips()[REFERENCE_CHIP]["peak_bf16_dense_tflops"]) * 1e12
        return self.peak_flop_per_s / reference

    def contract_ratio(self, months: Array) -> Array:
        """What an hour of a contract of so many months costs over one on the market: through 1 at
        no month and the stated ratios of one year and three, in a straight line, then level."""
        first, third = self.rent_1_year_ratio, self.rent_3_year_ratio
        to_a_year, beyond = np.clip(months / 12, 0, 1), np.clip((months - 12) / 24, 0, 1)
        return np.asarray(1 + (first - 1) * to_a_year + (third - first) * beyond)


@dataclass(frozen=True)
class Stage(Record):
    """Power that a site has from a date on, where its event happens; `source` is equal for stages
    whose price and emission rate are the same inputs."""

    comes: Event
    source: object
    mw: Array
    from_months: Array
    until_months: Array | None
    availability_share: Array
    usd_per_mwh: Array
    tco2_per_mwh: Array
    replaces: str | None


@dataclass(frozen=True)
class Site(Record):
    """Where power comes from, and what it costs to be there."""

    name: str
    pue: Array
    stages: Mapping[str, Stage]
    cap_share: Array
    capped_speed_share: Array
    tco2_per_mwh: Array
    staff_usd_per_year: Array
    works_usd: Array
    works_usd_per_mw: Array
    works_resale_share: Array
    lease_usd_per_kw_month: Array


@dataclass(frozen=True)
class Cost(Record):
    """A further line of cost of a tranche; `life_months` is None where what is paid once lasts."""

    once_usd: Array
    life_months: Array | None
    usd_per_year: Array
    usd_per_gpu_year: Array
    usd_per_kw_month: Array


@dataclass(frozen=True)
class Tranche(Record):
    """Identical GPUs that arrive together, where their event happens; `fabric` is that of the
    tranche alone where it shares none, `fabric_gpus` None where it holds any number; `planned` is
    the month of the first GPUs, `begins` that in which the tranche is decided on."""

    name: str
    title: str
    chip: Chip
    site: Site
    use: str
    gpus: Array
    sublet_price_share: Array
    fabric: str
    fabric_gpus: Array | None
    planned: Array
    ramp_months: Array
    comes: Event
    begins: Array
    costs: Sequence[Cost]

    @property
    def facility_kw(self) -> Array:
        """Facility kW (IT x PUE) per GPU at peak, (draws,)."""
        return self.chip.it_kw_per_gpu * self.site.pue


@dataclass(frozen=True)
class RentedTranche(Tranche):
    """GPUs that are rented."""

    usd_per_gpu_hour: Array
    reserved_share: Array
    term_months: Array
    take_or_pay_share: Array
    prepayment_share: Array
    prepaid_months_before: Array
    known_month: Array
    refund_share: Array
    at_end: str
    exit_fee_months: Array | None


@dataclass(frozen=True)
class OwnedTranche(Tranche):
    """GPUs that are owned."""

    ordered_month: Array
    deposit_share: Array
    network_share: Array
    storage_share: Array
    maintenance_share_per_year: Array
    insurance_and_tax_share_per_year: Array


@dataclass(frozen=True)
class Service(Record):
    """GPUs wanted over time, in H100: steps of (from, until, GPUs), (draws,) each; the month of the
    first and that in which all end. Up to `market_gpus` short are bought by the hour (None: none)
    as H100 at a site."""

    steps: list[tuple[Array, Array, Array]]
    from_months: Array
    until_months: Array
    surplus_usd_per_h100_hour: Array
    market_gpus: Array | None
    market: tuple[Chip, Site] | None
