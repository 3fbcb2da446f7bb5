"""A scenario small enough to work out by hand, and what one option of it yields.

100 GPUs of 1 PFLOP/s and 1 kW each, 8 to a node: rented for a year at 2 USD an hour, or owned on
1,000 MW that cost nothing. Every other cost, failure and discount is zero until a test sets it.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from analysis.arrays import Array
from analysis.model import simulation
from analysis.model.simulation import Result
from analysis.scenario import load
from analysis.scenario.schema import Scenario

OWNED = """
kind = "own"
chip = "h100"
site = "field"
ramp_months = 0
deposit_share = 0
network_share = 0
storage_share = 0
maintenance_share_per_year = 0
insurance_and_tax_share_per_year = 0
"""
"""A tranche of the kind of the machine, without its name, size, use and date."""

BASE = (
    """
title = "By hand"
start = 2025-01-01
as_of = 2025-01-01
[need]
target_flop = 1e24
use_share = 1
by_months = { value = 12 }
start_gpus = { value = 100 }
[choices]
discount_rate_per_year = { value = 0 }
horizon_months = { value = 24 }
[run]
mfu_share = 0.5
failures_per_1000_node_days = 0
checkpoint_write_s = 1
restart_s = 1
[assumptions]
[chips.h100]
peak_bf16_dense_tflops = 1000
gpus_per_node = 8
it_kw_per_gpu = 1
load_share = 1
node_usd = 80000
market_rent_usd_per_gpu_hour = 2
price_fall_per_year = 0
resale_share = 0
[sites.supplier]
title = "Supplier"
pue = 1
tco2_per_mwh = 0.5
[sites.field]
title = "Field"
pue = 1
[sites.field.stages.grid]
title = "Grid"
mw = 1000
from_months = 0
availability_share = 1
usd_per_mwh = 0
tco2_per_mwh = 0
[tranches.rental]
title = "Rental"
kind = "rent"
chip = "h100"
site = "supplier"
gpus = 100
use = "run"
milestones = { ready = 0 }
ramp_months = 0
usd_per_gpu_hour = 2
term_months = 12
take_or_pay_share = 1
prepayment_share = 0
prepaid_months_before = 0
sublet_price_share = 1
at_end = "stop"
[options.rented]
title = "Rented"
tranches = ["rental"]
[options.built]
title = "Built"
tranches = ["machine"]
[tranches.machine]
title = "Machine"
gpus = 100
use = "run"
milestones = { ready = 0 }
"""
    + OWNED
)

USEFUL_FLOP_PER_GPU_MONTH = 1e15 * 0.5 * 2_628_000
"""1 PFLOP/s at an MFU of one half for a month of 730 hours; nothing ever stops."""


def scenario(folder: Path, *changes: str) -> Scenario:
    """The scenario by hand with some of its TOML replaced, change by change, read and checked like
    any other."""
    base = folder / "by-hand.toml"
    base.write_text(BASE, encoding="utf-8")
    for number, words in enumerate(changes or ("",), start=1):
        path = folder / ("case.toml" if number >= len(changes) else f"case-{number}.toml")
        path.write_text(f'extends = "{base.stem}"\n{words}', encoding="utf-8")
        base = path
    return load.read(base)


@dataclass(frozen=True)
class Future:
    """What one option yields in the one future in which every assumption is at its mid value."""

    result: Result
    option: str

    def number(self, name: str) -> float:
        """One output, e.g. `target_months`."""
        return float(self.result.scalars[self.option][name][0])

    def usd(self, part: str) -> float:
        """The present value of one part of cost; without a discount rate, the plain sum."""
        return float(self.result.parts_usd[self.option][part][0])

    def months(self, name: str) -> list[float]:
        """A band by month, e.g. `training_gpus`."""
        return self.result.bands[self.option][name][0].round(6).tolist()

    def cash(self) -> list[float]:
        """What is paid in each month, in USD."""
        return np.diff(self.months("spent_usd"), prepend=0.0).round(4).tolist()

    def year_usd(self, year: int) -> float:
        """The cash of a year, from 1 on."""
        return float(self.result.cash_by_year_usd[self.option][year][0])

    def usd_at(self, rate: float) -> float:
        """Present cost at a discount rate that is swept."""
        return float(self.result.present_cost_at_usd[self.option][rate][0])


def yields(folder: Path, option: str, *changes: str) -> Future:
    """What an option of the changed scenario yields with every assumption at its mid value."""
    return Future(simulation.evaluate(scenario(folder, *changes)), option)


def result(found: Scenario, **options: dict[str, list[float]]) -> Result:
    """A result whose numbers are given: per option `target_months`, `present_cost_usd` and others,
    one per draw; `cash_usd` and `compared_usd` are means by month. What is compared is the cost and
    the months, unless it is given; nothing is wanted of a service, and nothing fails to come."""
    scalars = {
        name: {key: np.array(values, dtype=float) for key, values in one.items()}
        for name, one in options.items()
    }
    by_month = ("cash_usd", "compared_usd")
    means = {o: {key: one.pop(key, np.zeros(12)) for key in by_month} for o, one in scalars.items()}
    size = len(next(iter(next(iter(scalars.values())).values())))
    for one in scalars.values():
        _compare_as_given(one, found.choices.horizon_months.value, size)
    none: dict[str, dict[Any, Any]] = {name: {} for name in scalars}
    given = {"scenario": found, "draws": size, "seed": 1, "scalars": scalars, "means": means}
    return Result(**{field.name: none for field in fields(Result)} | given)


def _compare_as_given(one: dict[str, Array], horizon_months: float, size: int) -> None:
    """Adds what is compared where it is not given: the present cost, and the months to the target,
    at most the horizon."""
    if "present_cost_usd" in one:
        one.setdefault("compared_cost_usd", one["present_cost_usd"])
    if "target_months" in one:
        one.setdefault("compared_months", np.minimum(one["target_months"], horizon_months))
    for name in ("surplus_usd", "discounted_short_h100_hours"):
        one.setdefault(name, np.zeros(size))
    one.setdefault("served_share", np.ones(size))


def path_values(path: object, months: list[float]) -> list[float]:
    """The values of the first draw of a path just after the given months."""
    times, left, right = (np.asarray(getattr(path, n))[:, 0] for n in ("times", "left", "right"))
    found = []
    for month in months:
        piece = int(np.flatnonzero((times[:-1] <= month) & (times[1:] > month))[-1])
        share = (month - times[piece]) / (times[piece + 1] - times[piece])
        found.append(round(float(left[piece] + share * (right[piece] - left[piece])), 6))
    return found
