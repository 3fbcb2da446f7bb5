"""Our output beside figures that others have printed.

`published/<case>.figures.toml` holds a source, its figures and how near ours must come; a case that
is a decision has its scenario in `published/<case>.toml`. `standing` is `published` for what was
read at its source, `worked example` for what was recalled or follows from a formula.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from analysis import cost, evidence, finance, scenario, training
from analysis.__main__ import main
from analysis.schedule import DAYS_PER_MONTH, HOURS_PER_MONTH
from analysis.training import FLOP_PER_PFLOP_DAY

PUBLISHED = Path(__file__).parent / "published"
PACKAGE = Path(scenario.__file__).parent
NUMBER = re.compile(r"(?<![\w.])\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?")
CASES = sorted(path.name.removesuffix(".figures.toml") for path in PUBLISHED.glob("*.figures.toml"))


def case(name):
    return tomllib.loads((PUBLISHED / f"{name}.figures.toml").read_text("utf-8"))


def inputs(name):
    return case(name)["inputs"]


def evaluated(name, capsys, option="cluster"):
    """What `workbook evaluate` says of one option of a case."""
    assert main(["evaluate", str(PUBLISHED / f"{name}.toml"), "--json"]) == 0
    return json.loads(capsys.readouterr().out)["options"][option]


def ends(figure):
    """The lowest and the highest number that is near enough to a figure."""
    if "printed" not in figure:
        return figure.get("at_least", -np.inf), figure.get("at_most", np.inf)
    printed = figure["printed"]
    room = figure.get("within", figure.get("within_share", 0) * abs(printed))
    return printed - room, printed + room


def difference(name, figure, ours):
    """A line on how far our number is from the printed one; empty if it is near enough."""
    least, most = ends(figure)
    if least <= ours <= most:
        return ""
    theirs = f"theirs {figure['printed']:,.12g}, " if "printed" in figure else ""
    apart = f" ({ours / figure['printed'] - 1:+.3%})" if theirs else ""
    return f"{name}: ours {ours:,.12g}{apart}, {theirs}{figure['unit']}; {least:,} to {most:,}"


def assert_near(name, **ours):
    """Every figure of a case is among ours and near enough; else says which are not."""
    source = case(name)
    assert set(ours) == set(source["figures"])
    lines = [difference(key, figure, ours[key]) for key, figure in source["figures"].items()]
    wrong = [line for line in lines if line]
    assert not wrong, "\n".join([f"{source['title']} ({source['date']})", *wrong])


def days(months):
    return months * DAYS_PER_MONTH


def test_semianalysis_power_and_bill_of_100_000_h100(capsys):
    found = evaluated("semianalysis-100k", capsys)
    site = scenario.read(PUBLISHED / "semianalysis-100k.toml").sites["own"]
    # 100,000 x 1.4025 kW = 140.25 MW; x 1.29416 x 8,760 h = 1.59 TWh; x 78 USD/MWh = 124.0 MUSD
    assert_near(
        "semianalysis-100k",
        it_mw=found["peak_mw"] / site.pue,
        capacity_mw=found["peak_mw"],
        energy_mwh=found["energy_mwh"],
        energy_usd=found["present_energy_usd"],
    )


def test_semianalysis_price_identity_holds_to_the_last_digit(capsys):
    found = evaluated("semianalysis-100k", capsys)
    # 7.8 cents per kWh = 78 USD per MWh, and nothing else is paid
    assert found["present_energy_usd"] / found["energy_mwh"] == pytest.approx(78, rel=1e-8)
    assert found["present_cost_usd"] == found["present_energy_usd"]


def test_semianalysis_compute_of_100_days_and_days_to_gpt_4(capsys):
    run = evaluated("semianalysis-fp8-run", capsys)
    peaks = {key: float(row["peak_bf16_dense_tflops"]) for key, row in evidence.chips().items()}
    # 100,000 x 1,978.9e12 x 0.35 x 86,400 s x 100 = 5.984e26; 2.15e25 after 3.59 days
    assert_near(
        "semianalysis-compute",
        days_to_6e26_flop=days(run["target_months"]),
        flop_in_100_days=run["pflop_days"] * FLOP_PER_PFLOP_DAY * 100 / 365,
        days_to_gpt_4=days(evaluated("semianalysis-gpt-4", capsys)["target_months"]),
        peak_bf16_flop_per_s=100_000 * peaks["h100"] * 1e12,
        peak_bf16_flop_per_s_of_20000_a100=20_000 * peaks["a100"] * 1e12,
    )


def test_llama_3_405b_takes_30_84_million_gpu_hours(capsys):
    found = evaluated("llama-3-405b", capsys)
    hours = found["target_months"] * HOURS_PER_MONTH * 16_384
    # 3.8e25 / (0.345 x 989.4e12 x 3,600 s) = 30.92e6 GPU-hours; / 16,384 / 24 = 78.6 days
    assert_near(
        "llama-3-405b",
        gpu_hours=hours,
        days=days(found["target_months"]),
        gpu_energy_mwh=found["energy_mwh"] / found["gpu_hours"] * hours,
    )


def test_llama_3_405b_from_its_measured_parts_comes_within_a_tenth(capsys):
    found = evaluated("llama-3-405b-from-parts", capsys)
    useful = found["pflop_days"] * FLOP_PER_PFLOP_DAY
    # a stop every 3.09 h; goodput 0.921; 3.8e25 / (400e12 x 0.921 x 3,600 s) = 28.6e6 GPU-hours
    assert_near(
        "llama-3-405b-from-parts",
        gpu_hours=found["target_months"] * HOURS_PER_MONTH * 16_384,
        effective_time_share=useful / (found["gpu_hours"] * 3600 * 400e12),
    )


def test_memphis_bill_of_150_mw_is_about_7_million_a_month(capsys):
    found = evaluated("memphis-bill", capsys)
    # min(175, 150) MW x 730 h x 62.3 USD/MWh = 6.82 MUSD
    assert_near("memphis-bill", energy_usd_per_month=found["present_energy_usd"] / 12)


def test_ten_billion_for_100_000_gpus_is_3_81_2_85_or_2_28_usd_per_gpu_hour(capsys):
    found = {o: evaluated("ten-billion", capsys, f"{o}_years") for o in ("three", "four", "five")}
    sums = {f"{o}_years_usd": one["present_cost_usd"] for o, one in found.items()}
    # 10e9 / (100,000 x 8,760 h x 3, 4, 5); the sum is rent alone, whatever is paid ahead
    prices = {f"{o}_years_usd_per_gpu_hour": 10e9 / one["gpu_hours"] for o, one in found.items()}
    assert_near("ten-billion", **sums, **prices)


def test_epoch_grok_3_costs_301_million_of_a_cluster_of_5_5_billion(capsys):
    given = inputs("epoch-grok-3")
    own, cloud = (evaluated("epoch-grok-3", capsys, option) for option in ("own", "cloud"))
    parts = epoch_parts_usd(given, own)
    total = sum(parts.values())
    assert_near(
        "epoch-grok-3",
        **parts,
        chip_value_usd=given["price_usd"] * epoch_index(given, 24 * given["days_since_release"]),
        total_usd=total,
        usd_per_chip_hour=total / given["chip_hours"],
        acquisition_usd=own["present_servers_usd"] + own["present_network_and_storage_usd"],
        cloud_usd=cloud["present_rent_usd"],
        power_kw=own["peak_mw"] * 1000,
    )


def epoch_parts_usd(given, own):
    """What the run costs: the loss of value in 240 million chip-hours, and the energy."""
    server = epoch_loss_usd_per_hour(given) * given["chip_hours"]
    chip = server / given["server_over_chip"]
    links = server * own["present_network_and_storage_usd"] / own["present_servers_usd"]
    return {
        "chip_cost_usd": chip,
        "server_cost_usd": server - chip,
        "interconnect_cost_usd": links,
        "energy_usd": own["present_energy_usd"],
    }


def epoch_index(given, hours):
    """Our price path in Epoch's time: 10^-0.14 a year is a yearly fall of 1 - 10^-0.14."""
    months = 12 * hours / 24 / given["days_per_year"]
    return float(cost.price_index(1 - 10 ** -given["orders_per_year"], 0, months))


def epoch_loss_usd_per_hour(given):
    """What a chip loses in the hour around the first of the run: the slope of our price path."""
    start = 24 * given["days_since_release"]
    year = 24 * given["days_per_year"] / given["hours_per_year"]  # 365.25 days are 8,766 hours
    lost = epoch_index(given, start - year / 2) - epoch_index(given, start + year / 2)
    return given["price_usd"] * lost


def test_llama_3_stops_every_3_09_hours_at_3_789_per_1000_node_days():
    given = inputs("llama-3-interruptions")
    seconds = given["days"] * 86_400 / given["unexpected_interruptions"]
    at_one = training.mean_time_to_stop_s(given["gpus"], given["gpus_per_node"], 1.0)
    # 419 stops / (2,048 nodes x 54 days) = 3.789 per 1,000 node-days, a stop every 11,134 s
    rate = at_one / seconds
    found = training.mean_time_to_stop_s(given["gpus"], given["gpus_per_node"], rate)
    assert_near(
        "llama-3-interruptions", mean_time_hours=found / 3600, failures_per_1000_node_days=rate
    )


def test_llama_3_mfu_is_43_41_and_38_percent_of_our_peak():
    peak = float(evidence.chips()["h100"]["peak_bf16_dense_tflops"])
    # 430 / 989.4 = 0.435, 400 / 989.4 = 0.404, 380 / 989.4 = 0.384
    assert_near("llama-3-mfu", **{k: tflops / peak for k, tflops in inputs("llama-3-mfu").items()})


def test_meta_expects_a_failure_every_1_8_hours_on_16_384_gpus():
    given = inputs("meta-mean-time-to-failure")
    # 86,400,000 / (2,048 nodes x 6.5) = 6,490 s
    found = training.mean_time_to_stop_s(**given)
    assert_near("meta-mean-time-to-failure", mean_time_hours=found / 3600)


def test_goodput_agrees_with_youngs_interval_in_metas_formula():
    given = inputs("young-and-meta-checkpoints")
    names = ("gpus", "gpus_per_node", "failures_per_1000_node_days")
    stop = training.mean_time_to_stop_s(**{name: given[name] for name in names})
    found = {
        f"write_{write}_s": float(training.goodput_share(stop, write, given["restart_s"]))
        for write in (10, 30, 60, 120)
    }
    rare = given["overhead_mean_time_hours"] * 3600
    # no restart: what is lost is the writing and the work done again, about sqrt(2 w / M)
    found["overhead"] = 1 - float(training.goodput_share(rare, given["overhead_write_s"], 0))
    assert_near("young-and-meta-checkpoints", **found)


def test_omb_sample_project_is_worth_36_01():
    given = inputs("omb-a-94")
    factors = cost.discount_factor(given["rate"], 12 * np.arange(1, 11))
    costs, benefits = (
        float(cost.present_usd(given[name], factors)) for name in ("costs_usd", "benefits_usd")
    )
    assert_near(
        "omb-a-94",
        present_costs_usd=costs,
        present_benefits_usd=benefits,
        net_present_usd=benefits - costs,
    )


def test_leasing_the_machine_of_10_000_loses_87_68_and_breaks_even_at_2_469_32():
    given = inputs("lease-or-buy")
    untaxed = given | {"tax_rate_share": 0}
    assert_near(
        "lease-or-buy",
        advantage_usd=finance.lease_advantage_usd(**given),
        break_even_rent_usd_per_year=break_even_rent(given),
        advantage_without_tax_usd=finance.lease_advantage_usd(**untaxed),
        break_even_without_tax_usd_per_year=break_even_rent(untaxed),
    )


def break_even_rent(given):
    """The rent at which the advantage, linear in the rent, is nil."""
    at = [finance.lease_advantage_usd(**given | {"rent_usd_per_year": rent}) for rent in (0, 1)]
    return at[0] / (at[0] - at[1])


def test_emission_factors_of_the_ledger_are_those_of_the_agencies():
    names = [name for name in case("emission-factors")["figures"] if "-" in name]
    found = {name: float(evidence.ledger().facts[name].value) for name in names}
    flagship = scenario.read(scenario.find("oracle-vs-memphis"))
    # small gas plant burns 9,447 to 11,000 Btu per kWh
    gas = flagship.assumptions["gas_tco2_per_mwh"].value
    assert_near("emission-factors", **found, gas_tco2_per_mwh=gas)


def test_the_command_says_the_same_in_a_process_of_its_own(capsys):
    path = PUBLISHED / "semianalysis-100k.toml"
    command = [sys.executable, "-m", "analysis", "evaluate", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["options"]["cluster"] == evaluated(path.stem, capsys)
    assert done.stderr == ""


@pytest.mark.parametrize("name", CASES)
def test_every_case_names_its_source_and_its_tolerance(name):
    found = case(name)
    told = [found[key] for key in ("title", "publisher", "date", "url", "tolerance")]
    assert all(told)
    assert found["standing"] in ("published", "worked example")


@pytest.mark.parametrize("name", CASES)
def test_no_printed_figure_stands_in_the_package(name):
    source = "".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    there = {digits(float(one.replace("_", ""))) for one in NUMBER.findall(source)}
    printed = {digits(f["printed"]) for f in case(name)["figures"].values() if "printed" in f}
    telling = {one for one in printed if len(one) > 2}  # 1.8 or 0.9 stands anywhere
    assert telling & there == set()


def digits(number):
    """The digits of a number without its point, its sign and the zeros at its ends."""
    return f"{abs(number):.12e}".split("e")[0].replace(".", "").strip("0")
