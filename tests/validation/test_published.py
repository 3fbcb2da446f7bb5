"""Our output beside figures that others have printed: data/published, computed by the package."""

import json
import math
import re
import subprocess
import sys

import pytest
from tools.places import PACKAGE

from analysis.__main__ import main
from analysis.chapters import as_others_count, checks
from analysis.validation import benchmarks, published

NUMBER = re.compile(r"(?<![\w.])\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?")
DECISIONS = published.decisions()
CASES = [*published.names(), *DECISIONS]


@pytest.fixture(scope="module")
def figures():
    """Every figure, theirs and ours, by case and quantity."""
    return checks.tables.published_figures().set_index(["case", "quantity"]).sort_index()


def difference(name, figure, ours):
    """A line on how far our number is from the printed one; empty if it is near enough."""
    least, most = published.ends(figure)
    if least <= ours <= most:
        return ""
    theirs = f"theirs {figure['printed']:,.12g}, " if "printed" in figure else ""
    return f"{name}: ours {ours:,.12g}, {theirs}{figure['unit']}; {least:,} to {most:,}"


@pytest.mark.parametrize("name", CASES)
def test_every_figure_of_a_case_is_among_ours_and_near_enough_or_says_why_not(name):
    source, ours = published.case(name), benchmarks.ours(name)
    assert set(ours) == set(source["figures"])
    wrong = [
        line or f"{key}: near enough, and still said to be outside: {figure['outside']}"
        for key, figure in source["figures"].items()
        if bool(line := difference(key, figure, ours[key])) != ("outside" in figure)
    ]
    assert not wrong, "\n".join([f"{source['title']} ({source['date']})", *wrong])


@pytest.mark.parametrize(
    ("case", "quantity", "by_hand"),
    [
        # 100,000 x (700 + 575) W x 1.1 = 140.25 MW
        ("SemiAnalysis: power, bill", "IT power", 140.25),
        # 140.25 MW x 1.29416 x 8,760 h = 1.59 TWh; x 78 USD/MWh
        ("SemiAnalysis: power, bill", "Bill of a year", 140.25 * 1.29416 * 8760 * 78),
        # 100,000 x 1,978.9e12 x 0.35 x 86,400 s x 100
        ("SemiAnalysis: compute", "FLOP in 100 days in FP8", 1e5 * 1978.9e12 * 0.35 * 8.64e6),
        # 3.8e25 / (0.345 x 989.4e12 x 3,600 s)
        ("Meta: Llama 3.1, hours", "GPU-hours of the run", 3.8e25 / (0.345 * 989.4e12 * 3600)),
        # min(175, 150) MW x 730 h x 62 USD/MWh
        ("MLGW: bill for Memphis", "Bill of a month", 150 * 730 * 62),
        # 10e9 / (100,000 x 8,760 h x 3)
        ("Bloomberg: ten billion USD", "Price over 3 years", 1e10 / (1e5 * 8760 * 3)),
        # 86,400,000 / (2,048 nodes x 6.5) s
        (
            "Meta: time to failure",
            "Mean time to a failure, 16,384 GPUs",
            86.4e6 / 2048 / 6.5 / 3600,
        ),
        # 86,400,000 / (64 nodes x 3.5) s
        ("SemiAnalysis: neocloud", "Mean time between stops, 512 H100", 1000 / 64 / 3.5),
        # 270,000 / (1 - 0.19)
        ("SemiAnalysis: neocloud", "Server with its network", 270_000 / 0.81),
        # 8 x 1.40 kW x 0.80
        ("Latif: power of a server", "Server of 8 H100 in training", 8 * 1.4 * 0.8),
        # 39.3e6 h x 0.7 kW x 0.387 t/MWh
        ("Meta: Llama 3.1, emissions", "Emissions of all models", 39.3e3 * 0.7 * 0.387),
        # 10,000 / 4.329477: without tax the rent repays the price at 5 % over five years
        ("Ross: lease or buy", "Rent at which both are equal, no tax", 10_000 / 4.3294767),
        # 0.5 x max(1500, 900, 500) + 0.3 x max(300, 600, 500) + 0.2 x 500 = 1,030; less 680
        ("Wikipedia: perfect information", "Worth of knowing", 750 + 180 + 100 - 680),
        # now -1,600 + 200 + 200 / 0.1 = 600; wait 0.5 x (300 + 3,000 - 1,600) / 1.1
        ("Dixit, Pindyck: waiting", "Wait a year, then decide", 0.5 * 1700 / 1.1),
        # 11 P - 1,600 = 0.5 x (16.5 P - 1,600) / 1.1, so 3.5 P = 1,600 - 800 / 1.1
        (
            "Dixit, Pindyck: waiting",
            "Price from which waiting does not pay",
            (1600 - 800 / 1.1) / 3.5,
        ),
        # (pi^4 / 50 + 1)^2 / 2 over 7^2 / 8 + pi^4 / 50 + pi^8 / 1,800 + 1 / 2, to a sample's error
        ("Saltelli: Ishigami function", "First order, input 1", pytest.approx(0.3139, abs=0.005)),
    ],
)
def test_our_side_of_a_case_is_what_its_inputs_give_by_hand(figures, case, quantity, by_hand):
    ours = figures.loc[(case, quantity), "ours"]
    assert ours == (
        by_hand if not isinstance(by_hand, float | int) else pytest.approx(by_hand, 1e-6)
    )


@pytest.mark.parametrize(
    ("name", "measure", "by_hand"),
    [
        # 45,978 x 1,450 USD in 36 level payments at 5 / 12 % a month
        (
            "hamilton-2010",
            "own_servers_by_month_usd",
            45_978 * 1450 * 0.05 / 12 / (1 - (1 + 0.05 / 12) ** -36),
        ),
        # 8 MW x 80 % x 1.45 x 730 h x 70 USD/MWh
        ("hamilton-2010", "own_energy_by_month_usd", 8 * 0.8 * 1.45 * 730 * 70),
        # 500 servers are bought for every 300 in use
        ("berkeley-2009", "own_over_rent", 500 / 300),
        # 52,000,000 / 4 + 5,200,000 + 2,600,000 + 300,000 over 153,408 x 8,760 x 0.85 core-hours
        ("magellan-2011", "own_usd_per_used_hour", 21.1e6 / (153_408 * 8760 * 0.85)),
        # (17,557 - 1,025 - 524) x 850 servers x 30 months
        ("ahrefs-2023", "rent_less_own_usd", (17_557 - 1_025 - 524) * 850 * 30),
        # 38,000 x 12 less 5,500 x 12 less 150,000 / 5
        ("oneuptime-2023", "rent_less_own_usd_per_year", 456_000 - 66_000 - 30_000),
        # 833,806 / (77.43 - 0.87)
        ("lenovo-2025", "one_year_equal_after_hours", 833_806 / (77.43 - 0.87)),
        # 240,000 over 176 h x (800 x 3,600 tokens x 7.0833 USD a million less 6.4 kW x 0.15 USD)
        ("pan-wang-large-2025", "rent_equal_after_months", 240_000 / (176 * (20.4 - 0.96))),
    ],
)
def test_a_decision_of_others_comes_out_as_by_hand(name, measure, by_hand):
    assert benchmarks.ours(name)[measure] == pytest.approx(by_hand, 1e-6)


def test_the_parts_of_a_month_add_up_to_the_bill_by_month_of_its_chapter():
    decision = published.decision("hamilton-2010")
    bill = as_others_count.tables.months_usd(decision, decision.lives)["own"]
    assert sum(benchmarks.ours("hamilton-2010").values()) == pytest.approx(bill, 1e-9)


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_says_how_large_it_is_what_it_leaves_out_and_which_option_was_cheaper(name):
    found, decision = published.case(name), published.decision(name)
    assert found["size"] and found["left_out"]
    assert found["verdict"] in ["", *(one.title for one in decision.options.values())]
    assert decision.assumptions == {}  # nothing of the flagship


def test_an_h100_site_costs_29_67_billion_usd_per_gw_before_discounting(figures):
    # 270,000 / 8 = 33,750 USD a GPU; the network is 19 % of the cluster and storage 3 %:
    # 33,750 / 0.78 = 43,269.23; works 6e6 USD/MW x 1.4 kW = 8,400, and 25e6 / 100,000 = 250;
    # 51,919.23 USD over 1.4 kW x PUE 1.25 = 1.75 kW are 29.668e9 USD/GW
    ours = figures.loc[("Epoch AI: USD per GW", "Purchase and works per GW"), "ours"]
    assert ours == pytest.approx((33_750 / 0.78 + 8_400 + 250) / 1.75e-6, 1e-6)


def test_a_ratio_of_two_negative_amounts_has_its_lower_end_below(figures):
    row = figures.loc[("Ross: lease or buy", "Advantage of leasing")]
    # one cent of 87.68 on either side of 1
    assert row["ratio_low"] == pytest.approx(1 - 0.01 / 87.68)
    assert row["ratio_high"] == pytest.approx(1 + 0.01 / 87.68)


def test_a_figure_with_one_end_or_of_nothing_has_no_ratio(figures):
    ends = figures.loc[("SemiAnalysis: power, bill", "Capacity of the data centre")]
    nothing = figures.loc[("Saltelli: Ishigami function", "First order, input 3")]
    assert (ends["low"], ends["high"], math.isnan(ends["ratio"])) == (150, math.inf, True)
    assert (nothing["theirs"], math.isnan(nothing["ratio"])) == (0, True)


def test_semianalysis_price_identity_holds_to_the_last_digit(capsys):
    found = evaluated("semianalysis-100k", capsys)["cluster"]
    # 7.8 cents per kWh = 78 USD per MWh, and nothing else is paid
    assert found["present_energy_usd"] / found["energy_mwh"] == pytest.approx(78, rel=1e-8)
    assert found["present_cost_usd"] == found["present_energy_usd"]


def test_the_command_says_the_same_in_a_process_of_its_own(capsys):
    path = published.path("semianalysis-100k")
    command = [sys.executable, "-m", "analysis", "evaluate", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["options"] == evaluated(path.stem, capsys)
    assert "100,000 H100: power and energy" in done.stderr  # what was understood stands beside


def evaluated(name, capsys):
    """What `workbook evaluate` says of the options of a case."""
    assert main(["evaluate", str(published.path(name)), "--json"]) == 0
    return json.loads(capsys.readouterr().out)["options"]


@pytest.mark.parametrize("name", CASES)
def test_every_case_names_its_source_and_its_tolerance(name):
    found = published.case(name)
    told = [found[key] for key in ("short", "title", "publisher", "date", "url", "tolerance")]
    assert all(told)
    assert found["url"].startswith("https://")
    assert found["standing"] in ("published", "worked example")


def test_every_case_has_another_short_name_and_its_figures_other_quantities(figures):
    shorts = [published.case(name)["short"] for name in CASES]
    assert len(set(shorts)) == len(shorts)
    assert figures.index.is_unique


@pytest.mark.parametrize("name", CASES)
def test_no_printed_figure_stands_in_the_package(name):
    source = "".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    there = {digits(float(one.replace("_", ""))) for one in NUMBER.findall(source)}
    printed = {
        digits(f["printed"]) for f in published.case(name)["figures"].values() if "printed" in f
    }
    telling = {one for one in printed if len(one) > 2}  # 1.8 or 0.9 stands anywhere
    assert telling & there == set()


def digits(number):
    """The digits of a number without its point, its sign and the zeros at its ends."""
    return f"{abs(number):.12e}".split("e")[0].replace(".", "").strip("0")
