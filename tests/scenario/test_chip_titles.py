"""A chip is called by the title that its scenario states, its name in the table, or its key."""

import pytest
from tools.hand import scenario

from analysis.chapters import cost, own_case, training
from analysis.chapters.assumptions import tables as assumption_tables
from analysis.evidence.files import BadInput
from analysis.model import draws, inputs, simulation
from analysis.scenario import naming

TITLE = '[chips.h100]\ntitle = "NVIDIA H200"\n'
OTHERS = """
load_share = 1
node_usd = 80000
price_fall_per_year = 0
resale_share = 0
"""
OF_MINE = f"[chips.mine]\npeak_bf16_dense_tflops = 1\ngpus_per_node = 1\nit_kw_per_gpu = 1{OTHERS}"


def test_a_title_goes_before_the_name_in_the_table_and_that_before_the_key(tmp_path):
    found = naming.chip_titles(scenario(tmp_path, OF_MINE))
    assert found == {"h100": "NVIDIA H100 SXM", "mine": "mine"}
    assert naming.chip_titles(scenario(tmp_path, OF_MINE + TITLE))["h100"] == "NVIDIA H200"


def test_two_chips_of_one_title_are_told_apart(tmp_path):
    same = OF_MINE.replace("[chips.mine]", '[chips.mine]\ntitle = "NVIDIA H200"')
    found = naming.chip_titles(scenario(tmp_path, TITLE + same))
    assert found == {"h100": "NVIDIA H200", "mine": "NVIDIA H200 (2)"}


def test_the_title_stands_wherever_a_chip_is_named(tmp_path):
    swing = "rent_fall_per_year = 0.1\nrent_fall_swing = 0.2\nnode_fall_per_year = 0.5\n"
    one = scenario(tmp_path, TITLE + swing)
    found = simulation.simulate(one, 100, 1)
    assert "<td>100 NVIDIA H200</td>" in own_case.need(one).html
    assert set(cost.tables.price_paths(found, "rent")["chip"]) == {"NVIDIA H200"}
    assert "(NVIDIA H200)" in str(cost.machine_prices(found).spec)
    assert "GPUs in one run: NVIDIA H200" in str(training.goodput(found).spec)
    tied = assumption_tables.tied(one)["h100:rent"]
    assert tied == "NVIDIA H200: price of an hour, swing of each year"


MI355X = f"""
[chips.h100]
peak_bf16_dense_tflops = 989.4
[chips.mi355x]{OTHERS}
[tranches.machine]
chip = "mi355x"
"""


def test_an_mi355x_is_2_54_h100_by_peak(tmp_path):
    # 2,516.6 / 989.4 = 2.5436
    found = scenario(tmp_path, "as_of = 2026-12-01\n" + MI355X)
    said = " By peak FLOP/s one AMD Instinct MI355X is 2.54 NVIDIA H100 SXM."
    assert training.tables.by_peak(found) == said
    peak = inputs.chip(found, "mi355x", draws.mid(found)).peak_in_h100
    assert peak == pytest.approx(2.5436, abs=5e-5)


def test_a_chip_without_published_power_must_be_given_one(tmp_path):
    said = "chips.tpu-v5p: it_kw_per_gpu is missing and chips.csv has none for it"
    with pytest.raises(BadInput, match=said):
        scenario(tmp_path, f"as_of = 2026-12-01\n[chips.tpu-v5p]{OTHERS}")
    stated = f"as_of = 2026-12-01\n[chips.tpu-v5p]\nit_kw_per_gpu = 0.6{OTHERS}"
    assert scenario(tmp_path, stated).chips["tpu-v5p"].it_kw_per_gpu == 0.6
