"""The table of chips: peaks without sparsity, power that hangs together, and where it is from."""

import re

import pytest

from analysis.evidence import ledger

CHIPS = ledger.chips()
POWERED = [key for key, row in CHIPS.items() if row["it_kw_per_gpu"]]


def tflops_per_kw(key: str) -> float:
    return float(CHIPS[key]["peak_bf16_dense_tflops"]) / float(CHIPS[key]["it_kw_per_gpu"])


def test_the_peaks_of_the_chips_are_those_without_sparsity():
    # Data sheets print 624, 1,979, 4,500, 5,000, 733 (L40S), 2,614.9 (MI300X), 2,563 and 2,517
    # (Trainium2 and 3) TFLOP/s with sparsity: twice as much, or up to four times.
    nvidia = {"a100": 312, "h100": 989.4, "h200": 989.4, "l40s": 362.05}
    blackwell = {"b200": 2250, "b300": 2250, "gb200": 2500, "gb300": 2500}
    amd = {"mi300x": 1307.4, "mi325x": 1307.4, "mi350x": 2309.6, "mi355x": 2516.6}
    tpu = {"tpu-v5p": 459, "tpu-v6e": 918, "tpu-7x": 2307}
    others = {"trainium2": 667, "trainium3": 671, "gaudi-3": 1835}
    peaks = {key: float(row["peak_bf16_dense_tflops"]) for key, row in CHIPS.items()}
    assert peaks == nvidia | blackwell | amd | tpu | others


@pytest.mark.parametrize("key", POWERED)
def test_a_chip_computes_per_kilowatt_as_an_a100_at_least_and_as_four_gb300_at_most(key):
    # 312 / 0.89 = 351 and 4 x 2,500 / 2.20 = 4,545 TFLOP/s per kW
    assert 350 < tflops_per_kw("a100") <= tflops_per_kw(key) <= 4 * tflops_per_kw("gb300") < 4546


@pytest.mark.parametrize("key", POWERED)
def test_the_power_of_a_chip_is_that_of_the_fact_which_its_note_names(key):
    facts, row = ledger.ledger().facts, CHIPS[key]
    named = re.findall(r"it-kw-[a-z0-9-]+", row["note"])
    assert {float(facts[name].value or 0) for name in named} <= {float(row["it_kw_per_gpu"])}
    assert named or key in ("a100", "h100", "h200", "gb200", "gb300")  # their note says the sum


def test_every_chip_names_a_source_that_is_listed_and_the_page_that_was_read():
    sources = ledger.ledger().sources
    assert {row["source"] for row in CHIPS.values()} <= set(sources)
    assert [key for key, row in CHIPS.items() if not row["read_at"]] == []


def test_only_the_tpus_whose_power_nobody_published_have_none():
    assert set(CHIPS) - set(POWERED) == {"tpu-v5p", "tpu-v6e"}
