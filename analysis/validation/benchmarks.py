"""Our figures for the cases that others have printed: by way of a scenario where the case is a
decision, else by the function of the model that the case is about.
"""

from collections.abc import Callable
from functools import cache

import numpy as np

from analysis.decision import mid_case
from analysis.evidence import ledger
from analysis.model import draws, prices, training
from analysis.model.draws import DAYS_PER_MONTH, HOURS_PER_MONTH, resolve
from analysis.model.training import FLOP_PER_PFLOP_DAY
from analysis.scenario import edits, load
from analysis.scenario.schema import Scenario
from analysis.validation import decisions, published, worked_examples
from analysis.validation.worked_examples import Figures, Given

FLAGSHIP = "oracle-vs-memphis"


def ours(name: str) -> Figures:
    """Our number for each figure of a case, by the figure's name."""
    if name not in CASES:
        return decisions.ours(name)
    return CASES[name](published.case(name).get("inputs", {}))


@cache
def _evaluated(name: str, option: str = "cluster") -> Figures:
    """All outputs of one option of a case that is a decision."""
    found: Figures = mid_case.evaluation(published.decision(name), name)["options"][option]
    return found


@cache
def _flagship() -> Scenario:
    return load.read(load.find(FLAGSHIP))


def _default(name: str) -> float:
    """An assumption of the flagship at its mid value."""
    return draws.mid_value(_flagship().assumptions[name])


def _peak_flop_per_s(chip: str) -> float:
    return float(ledger.chips()[chip]["peak_bf16_dense_tflops"]) * 1e12


def _days(months: float) -> float:
    return months * DAYS_PER_MONTH


def _power_and_bill(_: Given) -> Figures:
    found = _evaluated("semianalysis-100k")
    pue = resolve(published.decision("semianalysis-100k").sites["own"].pue, draws.mid(_flagship()))
    return {
        "it_mw": found["peak_mw"] / float(pue[0]),
        "capacity_mw": found["peak_mw"],
        "energy_mwh": found["energy_mwh"],
        "energy_usd": found["present_energy_usd"],
    }


def _compute(given: Given) -> Figures:
    run = _evaluated("semianalysis-fp8-run")
    machine = given["gpus"] * _peak_flop_per_s("h100")
    in_fp8 = published.decision("semianalysis-fp8-run").chips["h100"].peak_bf16_dense_tflops or 0.0
    older = given["older_gpus"] * _peak_flop_per_s("a100")
    return {
        "days_to_6e26_flop": _days(run["target_months"]),
        "flop_in_100_days": run["pflop_days"] * FLOP_PER_PFLOP_DAY * given["days"] / 365,
        "days_to_gpt_4": _days(_evaluated("semianalysis-gpt-4")["target_months"]),
        "peak_bf16_flop_per_s": machine,
        "peak_bf16_flop_per_s_of_20000_a100": older,
        "times_the_older_cluster": given["gpus"] * in_fp8 * 1e12 / older,
    }


def _booked_hours(given: Given) -> Figures:
    found = _evaluated("llama-3-405b")
    hours = found["target_months"] * HOURS_PER_MONTH * given["gpus"]
    return {
        "gpu_hours": hours,
        "days": _days(found["target_months"]),
        "gpu_energy_mwh": found["energy_mwh"] / found["gpu_hours"] * hours,
    }


def _hours_from_parts(given: Given) -> Figures:
    found = _evaluated("llama-3-405b-from-parts")
    useful = found["pflop_days"] * FLOP_PER_PFLOP_DAY
    at_best = found["gpu_hours"] * 3600 * given["tflops_while_going"] * 1e12
    return {
        "gpu_hours": found["target_months"] * HOURS_PER_MONTH * given["gpus"],
        "effective_time_share": useful / at_best,
    }


def _emissions(given: Given) -> Figures:
    found = _evaluated("llama-3-405b")
    mwh = found["energy_mwh"] / found["gpu_hours"] * given["gpu_hours"]
    rate = float(ledger.ledger().facts[given["fact"]].value)
    return {"emissions_tco2": mwh * rate}


def _utility_bill(_: Given) -> Figures:
    return {"energy_usd_per_month": _evaluated("memphis-bill")["present_energy_usd"] / 12}


def _ten_billion(given: Given) -> Figures:
    """The sum is rent alone, whatever is paid ahead; the price is that sum over the GPU-hours."""
    found: Figures = {}
    for years in ("three", "four", "five"):
        one = _evaluated("ten-billion", f"{years}_years")
        found[f"{years}_years_usd"] = one["present_cost_usd"]
        found[f"{years}_years_usd_per_gpu_hour"] = given["usd"] / one["gpu_hours"]
    return found


def _grok_3(given: Given) -> Figures:
    """What the run costs by Epoch: the loss of value in its chip-hours, and the energy."""
    own, cloud = (_evaluated("epoch-grok-3", option) for option in ("own", "cloud"))
    start = 24 * given["days_since_release"]
    year = 24 * given["days_per_year"] / given["hours_per_year"]  # 365.25 days are 8,766 hours
    lost = _epoch_index(given, start - year / 2) - _epoch_index(given, start + year / 2)
    server = given["price_usd"] * lost * given["chip_hours"]
    network = own["present_network_and_storage_usd"]
    parts = {
        "chip_cost_usd": server / given["server_over_chip"],
        "server_cost_usd": server - server / given["server_over_chip"],
        "interconnect_cost_usd": server * network / own["present_servers_usd"],
        "energy_usd": own["present_energy_usd"],
    }
    total = sum(parts.values())
    return parts | {
        "chip_value_usd": given["price_usd"] * _epoch_index(given, start),
        "total_usd": total,
        "usd_per_chip_hour": total / given["chip_hours"],
        "acquisition_usd": own["present_servers_usd"] + network,
        "cloud_usd": cloud["present_rent_usd"],
        "power_kw": own["peak_mw"] * 1000,
    }


def _epoch_index(given: Given, hours: float) -> float:
    """Our price path in Epoch's time: 10^-x a year is a yearly fall of 1 - 10^-x."""
    months = 12 * hours / 24 / given["days_per_year"]
    fall, none = np.array([1 - 10 ** -given["orders_per_year"]]), np.zeros(1)
    return float(prices.path(fall, none, [none] * prices.YEARS, none).index_at(months)[0])


def _mfu(given: Given) -> Figures:
    return {name: tflops * 1e12 / _peak_flop_per_s("h100") for name, tflops in given.items()}


def _emission_factors(given: Given) -> Figures:
    facts = ledger.ledger().facts
    found = {name: float(facts[name].value) for name in given["facts"]}
    return found | {"gas_tco2_per_mwh": _default("gas_tco2_per_mwh")}


def _neocloud(given: Given) -> Figures:
    """A server with its share of the network at our share of it, storage apart; and the mean time
    between stops of a small cluster at our rate."""
    all_in = given["server_usd"] / (1 - _default("network_share"))
    seconds = worked_examples.stop_s(given, _default("failures_per_1000_node_days"))
    return {
        "all_in_usd_per_server": all_in,
        "mean_time_days": seconds / training.SECONDS_PER_DAY,
    }


def _node_power(given: Given) -> Figures:
    """What a server draws while it trains, its share of network and storage included."""
    kw = _default("h100_it_kw_per_gpu") * _default("load_share") * given["gpus_per_node"]
    return {"training_kw": kw}


def _usd_per_gw(given: Given) -> Figures:
    """Undiscounted purchases and works of an owned option at mid, over its peak power."""
    free = edits.with_choice(_flagship(), "discount_rate_per_year", 0.0)
    alone = edits.with_options(free, [given["option"]])
    found = mid_case.evaluation(alone, FLAGSHIP)["options"][given["option"]]
    parts = ("servers", "network_and_storage", "works")
    usd = sum(found[f"present_{part}_usd"] for part in parts)
    return {"usd_per_gw": usd / found["peak_mw"] * 1000}


CASES: dict[str, Callable[[Given], Figures]] = {
    "emission-factors": _emission_factors,
    "epoch-grok-3": _grok_3,
    "epoch-usd-per-gw": _usd_per_gw,
    "h100-node-power": _node_power,
    "ishigami": worked_examples.ishigami,
    "lease-or-buy": worked_examples.lease,
    "llama-3-405b": _booked_hours,
    "llama-3-405b-from-parts": _hours_from_parts,
    "llama-3-emissions": _emissions,
    "llama-3-interruptions": worked_examples.interruptions,
    "llama-3-mfu": _mfu,
    "memphis-bill": _utility_bill,
    "meta-mean-time-to-failure": worked_examples.time_to_failure,
    "neocloud": _neocloud,
    "omb-a-94": worked_examples.sample_project,
    "perfect-information": worked_examples.perfect_information,
    "semianalysis-100k": _power_and_bill,
    "semianalysis-compute": _compute,
    "ten-billion": _ten_billion,
    "wait-to-invest": worked_examples.wait_to_invest,
    "young-and-meta-checkpoints": worked_examples.checkpoints,
}
"""How we find the figures of each case."""
