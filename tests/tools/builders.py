"""Scenarios for tests: variants of the shipped ones, and a small one of round numbers."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.model import simulation
from analysis.model.simulation import Result
from analysis.scenario import load
from analysis.scenario.schema import Scenario

FLAGSHIP = "oracle-vs-memphis"
Words = dict[str, Any]


PRICE_OR_WORKS = """
[assumptions.price]
label = "Price"
unit = "USD/GPU-hour"
low = 1.8
mid = 2
high = 2.4
min = 1
max = 4
judgement = "By hand."
[assumptions.ready_months]
label = "Machine ready"
unit = "months"
values = [2, 5]
probabilities = [0.6, 0.4]
judgement = "By hand."
[chips.h100]
node_usd = 0
[sites.field]
works_usd = 1.9e6
[tranches.rental]
usd_per_gpu_hour = "price"
milestones = { ready = 3 }
[tranches.machine]
milestones = { ready = "ready_months" }
"""
"""By hand, with a price and a date that vary: 876,000 GPU-hours rented from month 3, or works of
1.9 million USD and a machine that is there in month 2 or 5."""

STILL = """
[assumptions.still]
label = "Fixed"
unit = "months"
value = 1
judgement = "By hand."
"""
"""An assumption that does not vary and that nothing refers to."""

GRID_COMES = """
[assumptions.comes]
label = "Grid comes"
unit = "event"
probability = 0.9
judgement = "By hand."
[sites.field.stages.grid]
only_if = "comes"
"""
"""By hand, with a grid that may never come."""

SERVICE_ALONE = """
run = false
[need]
target_flop = false
by_months = false
start_gpus = false
[need.service]
h100_gpus = 100
from_months = { value = 0 }
short_hour_usd = { value = 2 }
[tranches.rental]
use = "other"
[tranches.machine]
use = "other"
"""
"""A case of a rental and a machine that serves and has no run, as differences."""


def bounded(
    name: str, label: str, unit: str, low: float, mid: float, high: float, least: float, most: float
) -> str:
    """An assumption that is a range, P10, P50 and P90 within its bounds, as TOML."""
    ends = f"low = {low}\nmid = {mid}\nhigh = {high}\nmin = {least}\nmax = {most}\n"
    about = f'[assumptions.{name}]\nlabel = "{label}"\nunit = "{unit}"\n'
    return f'\n{about}{ends}judgement = "By hand."\n'


def shipped(slug: str = FLAGSHIP) -> Scenario:
    """A shipped scenario."""
    return load.read(load.find(slug))


@lru_cache(maxsize=16)
def simulated(slug: str = FLAGSHIP, draws: int = 200, seed: int = 1) -> Result:
    """A run of a shipped scenario: made once for all tests that ask for it, to be read only."""
    return simulation.simulate(shipped(slug), draws, seed)


def words(scenario: Scenario) -> Words:
    """A scenario as plain tables, as far as its files state them: to be changed and read again."""
    return scenario.model_dump(exclude_unset=True)


def read(folder: Path, text: str, name: str = "case") -> Scenario:
    """The scenario of a TOML text, read as every file is."""
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return load.read(path)


def variant(folder: Path, text: str, extends: str = FLAGSHIP) -> Scenario:
    """A shipped scenario with the differences that a TOML text states."""
    return read(folder, f'extends = "{extends}"\n{text}')


def parsed(tables: Mapping[str, Any]) -> Scenario:
    """The scenario of plain tables, without a file and without the checks that go beyond types."""
    return Scenario.model_validate(tables)


def written(folder: Path, tables: Mapping[str, Any]) -> Scenario:
    """The scenario of plain tables, by way of a file."""
    return read(folder, toml(tables))


def toml(tables: Mapping[str, Any], key: tuple[str, ...] = ()) -> str:
    """Nested tables as TOML; what is None is left out."""
    lines = [f"[{'.'.join(key)}]"] if key else []
    inner = {name: value for name, value in tables.items() if isinstance(value, Mapping)}
    for name, value in tables.items():
        if value is not None and name not in inner:
            lines.append(f"{name} = {_cell(value)}")
    return "\n".join(lines + [toml(value, (*key, name)) for name, value in inner.items()]) + "\n"


def _cell(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_cell(one) for one in value)}]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def fixed(unit: str, value: float) -> Words:
    """An assumption of one value."""
    return {"label": unit, "unit": unit, "value": value, "judgement": "for a test"}


def ranged(unit: str, low: float, mid: float, high: float, least: float, most: float) -> Words:
    """An assumption with a range within bounds."""
    ends = {"low": low, "mid": mid, "high": high, "min": least, "max": most}
    return {"label": unit, "unit": unit, **ends, "judgement": "for a test"}


def rented(title: str, **changes: Any) -> Words:
    """A rented tranche: 1,000 GPUs at 2 USD an hour for 24 months, all there from month 2 on."""
    return {
        "title": title,
        "kind": "rent",
        "chip": "h100",
        "site": "supplier",
        "gpus": 1000,
        "use": "run",
        "milestones": {"ready": 2},
        "ramp_months": 0,
        "usd_per_gpu_hour": 2,
        "term_months": 24,
        "take_or_pay_share": 1,
        "prepayment_share": 0,
        "prepaid_months_before": 0,
        "sublet_price_share": 0.5,
        "at_end": "renew",
        **changes,
    }


def owned(title: str, **changes: Any) -> Words:
    """An owned tranche: 1,000 GPUs at the works, all there from month 6 on, ordered in month 0."""
    return {
        "title": title,
        "kind": "own",
        "chip": "h100",
        "site": "works",
        "gpus": 1000,
        "use": "run",
        "milestones": {"ready": 6},
        "ramp_months": 0,
        "deposit_share": 0.2,
        "network_share": 0.15,
        "storage_share": 0.05,
        "maintenance_share_per_year": 0.03,
        "insurance_and_tax_share_per_year": 0.01,
        **changes,
    }


def small(**changes: Any) -> Words:
    """Round numbers without uncertainty: `rental` and `build` of 1,000 GPUs over 24 months.

    With 1,000 GPUs at 1,000 TFLOP/s, MFU 0.4 and no stops the run yields 1,000 x 1e15 x 0.4 x
    2,628,000 = 1.0512e24 FLOP a month; the target takes 10 months.
    """
    choice = {"by_months": {"value": 15}, "start_gpus": {"value": 500}}
    stage = {"title": "Grid", "mw": 10, "from_months": 0, "availability_share": 1}
    tables: Words = {
        "title": "Small",
        "start": date(2024, 7, 9),
        "as_of": date(2024, 7, 9),
        "need": {"target_flop": 1.0512e25, "use_share": 1, **choice},
        "choices": {"discount_rate_per_year": {"value": 0.1}, "horizon_months": {"value": 24}},
        "run": {
            "mfu_share": 0.4,
            "failures_per_1000_node_days": 0,
            "checkpoint_write_s": 1,
            "restart_s": 1,
        },
        "assumptions": {},
        "chips": {
            "h100": {
                "peak_bf16_dense_tflops": 1000,
                "gpus_per_node": 8,
                "it_kw_per_gpu": 1.25,
                "load_share": 0.8,
                "node_usd": 240000,
                "market_rent_usd_per_gpu_hour": 2,
                "price_fall_per_year": 0.2,
                "resale_share": 0.8,
            }
        },
        "sites": {
            "supplier": {"title": "Supplier", "pue": 1.2, "tco2_per_mwh": 0.4},
            "works": {
                "title": "Works",
                "pue": 1.2,
                "works_usd_per_mw": 5e6,
                "stages": {"grid": stage | {"usd_per_mwh": 60, "tco2_per_mwh": 0.4}},
            },
        },
        "tranches": {"rental": rented("Rental"), "build": owned("Build")},
        "options": {
            "rental": {"title": "Rental", "tranches": ["rental"]},
            "build": {"title": "Build", "tranches": ["build"]},
        },
    }
    return merged(tables, changes)


def merged(base: Words, top: Mapping[str, Any]) -> Words:
    """Tables with others laid over them; what is None is taken away."""
    found = dict(base)
    for name, value in top.items():
        inner = isinstance(value, Mapping) and isinstance(base.get(name), Mapping)
        found[name] = merged(base[name], value) if inner else value
    return {name: value for name, value in found.items() if value is not None}
