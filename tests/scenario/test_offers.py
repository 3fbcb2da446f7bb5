"""The short form of a case: what `[offers]` stands for, and what it takes where nothing is said."""

import contextlib
import re

import pytest

from analysis.__main__ import main
from analysis.chapters.own_case import tables
from analysis.decision import mid_case
from analysis.evidence.files import BadInput
from analysis.scenario import load, offers
from analysis.scenario.schema import Scenario

HEAD = 'extends = "own-case"\nstart = 2026-12-01\nas_of = 2026-12-01\n'


def short(tmp_path, table: str, more: str = "") -> Scenario:
    path = tmp_path / "mine.toml"
    path.write_text(f"{HEAD}offers = {{ {table} }}\n{more}\n", "utf-8")
    return load.read(path)


def test_five_lines_are_a_case_of_two_options_in_a_service_of_all_gpus(tmp_path):
    # 2,000 H200 are 2,000 H100 by peak; an hour of one is 3.10 on the market.
    case = short(tmp_path, 'chip = "h200", gpus = 2_000, use = "service"')
    assert [one.title for one in case.options.values()] == ["Rental", "Own machine"]
    assert {one.chip for one in case.tranches.values()} == {"h200"}
    service = case.need.service
    assert (service.h100_gpus, service.short_hour_usd.value) == (2000, 3.1)
    assert (case.need.target_flop, case.choices.funding_usd) == (None, None)
    assert case.tranches["cloud_2k"].usd_per_gpu_hour == "h200_market_rent_usd_per_gpu_hour"
    assert mid_case.evaluation(case, "mine")["options"]["colocation"]["served_share"] > 0.7


def test_nothing_of_the_example_offers_is_left_in_a_case_that_says_nothing(tmp_path):
    case = short(tmp_path, 'chip = "h100", gpus = 2_000, use = "service"')
    assert not [name for name, one in case.assumptions.items() if one.quote]


def test_a_run_begins_on_half_of_the_gpus_and_states_its_target_and_its_month(tmp_path):
    table = 'chip = "h100", gpus = 101, use = "run"'
    with pytest.raises(BadInput, match=r"need.by_months is missing"):
        short(tmp_path, table, "assumptions.target_flop = { value = 1e23, judgement = 'ours' }")
    case = short(
        tmp_path,
        table,
        "need.by_months = { value = 12 }\n"
        "assumptions.target_flop = { value = 1e23, judgement = 'ours' }",
    )
    assert (case.need.start_gpus.value, case.need.service) == (50, None)
    assert {one.use for one in case.tranches.values()} == {"run"}


@pytest.mark.parametrize(
    ("gpus", "network", "pue", "hall"),
    [
        (16, 0.03, 1.5, 217),  # 0.02 of 16 GPUs
        (64, 0.03, 1.5, 217),
        (65, 0.045, 1.5, 205),  # 0.046 of 512
        (512, 0.045, 1.5, 205),
        (513, 0.10, 1.35, 195),  # 0.099 of 1,024 and of 16,384
        (8_192, 0.10, 1.35, 195),
        (8_193, 0.10, 1.2, 195),
        (32_768, 0.10, 1.2, 195),
        (32_769, 0.15, 1.2, 195),  # 0.146 of 104,858
    ],
)
def test_network_pue_and_hall_go_by_size(tmp_path, gpus, network, pue, hall):
    found = short(tmp_path, f'chip = "h100", gpus = {gpus}, use = "service"').assumptions
    assert found["network_share"].mid == network
    assert found["pue"].mid == pue
    assert found["colocation_usd_per_kw_month"].mid == hall


def test_what_the_file_states_stands_over_what_goes_by_size(tmp_path):
    own = "assumptions.network_share = { value = 0.2, quote = 'Example Network' }"
    found = short(tmp_path, 'chip = "h100", gpus = 64, use = "service"', own).assumptions
    assert found["network_share"].value == 0.2


def test_works_take_the_place_of_the_rent_of_a_hall(tmp_path):
    own = "assumptions.works_usd_per_mw = { value = 8e6, quote = 'Example Builder' }"
    case = short(tmp_path, 'chip = "h100", gpus = 64, use = "service"', own)
    hall = case.sites["hall"]
    assert (hall.works_usd_per_mw, hall.lease_usd_per_kw_month) == ("works_usd_per_mw", None)


@pytest.mark.parametrize(("name", "mw"), [("colocation_it_mw", 1.89), ("colocation_mw", 1.4)])
def test_power_booked_for_it_carries_the_gpus_at_any_pue(tmp_path, name, mw):
    # 2,000 x 1.4 kW are 2.8 MW of IT; booked are 1.4 for IT, by a PUE of 1.35, or of the facility
    own = f"assumptions.{name} = {{ value = 1.4, quote = 'Example Hall' }}"
    case = short(tmp_path, 'chip = "h100", gpus = 2_000, use = "service"', own)
    found = mid_case.evaluation(case, "mine")["options"]["colocation"]
    assert found["peak_mw"] == pytest.approx(mw)


def test_a_stage_has_its_power_of_the_facility_or_for_it(tmp_path):
    both = "sites.hall.stages.booked.mw = 2"
    with pytest.raises(BadInput, match=r"booked: expected exactly one of mw .facility. and it_mw"):
        short(tmp_path, 'chip = "h100", gpus = 64, use = "service"', both)


def test_a_chip_of_the_readers_own_is_called_by_its_title(tmp_path):
    # 660 / 989.4 of an H100; 8 x 0.5 kW and a tenth: 0.0044 MW
    own = """
    [chips.our-chip]
    title = "Our chip"
    peak_bf16_dense_tflops = 660
    gpus_per_node = 4
    it_kw_per_gpu = 0.5
    [assumptions]
    cloud_rent_usd_per_gpu_hour = { value = 1, quote = "Example Cloud" }
    our_chip_node_usd = { value = 40_000, quote = "Example Servers" }
    """
    case = short(tmp_path, 'chip = "our-chip", gpus = 8, use = "service"', own)
    assert case.title == "8 Our chip: a rental or a machine of our own"
    assert case.need.service.h100_gpus == pytest.approx(8 * 660 / 989.4, abs=0.1)
    assert case.assumptions["colocation_it_mw"].value == pytest.approx(0.0044)
    assert case.assumptions["our_chip_market_rent_usd_per_gpu_hour"].value == 1


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('chip = "h201", gpus = 8, use = "run"', 'offers.chip: unknown "h201"; nearest known'),
        ('chip = "h100", gpus = 0, use = "run"', "offers.gpus: 0; expected"),
        ('chip = "h100", gpus = 8, use = "train"', "offers.use: 'train'; expected 'run' or"),
        ('chip = "h100", gpu = 8, use = "run"', 'unknown key "offers.gpu"; nearest known: "gpus"'),
        ('chip = "l40s", gpus = 8, use = "service"', "what an hour of l40s costs is not on record"),
    ],
)
def test_offers_that_cannot_be_used_are_refused_with_their_line(tmp_path, table, said):
    with pytest.raises(BadInput) as refused:
        short(tmp_path, table)
    assert refused.value.lines[0].startswith("mine.toml, line 4: ")
    assert said in str(refused.value)


def test_a_chip_without_published_power_needs_it(tmp_path):
    rent = "assumptions.cloud_rent_usd_per_gpu_hour = { value = 1, quote = 'x' }"
    with pytest.raises(BadInput, match="the power of tpu-v5p is not published; expected"):
        short(tmp_path, 'chip = "tpu-v5p", gpus = 8, use = "service"', rent)


ODD = ("5", '"x"', "[1]", "true", "{ a = 1 }", "2026-01-01", "nan", "-1", "0", "false")
PLACES = (
    *("assumptions", "chips", "need", "chips.h100", "chips.h100.title", "need.service"),
    *("chips.h100.it_kw_per_gpu", "chips.h100.peak_bf16_dense_tflops", "need.service.steps"),
    *("assumptions.cloud_contract_usd", "assumptions.h100_market_rent_usd_per_gpu_hour"),
    *("assumptions.colocation_it_mw", "assumptions.works_usd_per_mw", "currency"),
)


@pytest.mark.parametrize("place", PLACES)
def test_what_is_of_another_kind_is_refused_or_used_and_never_ends_in_an_error(tmp_path, place):
    for odd in ODD:
        with contextlib.suppress(BadInput):
            short(tmp_path, 'chip = "h100", gpus = 64, use = "service"', f"{place} = {odd}")


def test_offers_stand_on_own_case_alone(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(f'{HEAD}offers = {{ chip = "h100" }}'.replace("own-case", "serve-64"), "utf-8")
    with pytest.raises(BadInput, match=re.escape('expected "own-case"')):
        load.read(path)


@pytest.mark.parametrize("chip", offers.records()["chips"])
def test_what_is_on_record_of_a_chip_is_a_range_that_can_be_drawn(tmp_path, chip):
    own = f"assumptions.{chip}_node_usd = {{ value = 4e5, quote = 'Example Servers' }}"
    more = "" if f"{chip}_node_usd" in offers.of_chip(chip) else own
    case = short(tmp_path, f'chip = "{chip}", gpus = 64, use = "service"', more)
    assert case.assumptions[f"{chip}_market_rent_usd_per_gpu_hour"].basis


def test_check_lists_what_was_left_out_with_the_age_of_its_evidence(tmp_path, capsys):
    own = "assumptions.network_share = { value = 0.2, quote = 'Example Network' }"
    short(tmp_path, 'chip = "h100", gpus = 64, use = "service"', own)
    assert main(["check", str(tmp_path / "mine.toml")]) == 0
    said = capsys.readouterr().out.split("left out, so taken from the defaults")[1]
    assert "\n  PUE, 1.3 / 1.5 / 1.65 ratio (evidence of 2024 to 2026): " in said
    assert "\n  Rental: term, 24 months (a judgement)\n" in said
    assert "\n  Network" not in said


def test_the_chapter_of_an_own_case_knows_what_goes_by_size_as_a_default(tmp_path):
    own = "assumptions.network_share = { value = 0.2, quote = 'Example Network' }"
    frame = tables.origins(short(tmp_path, 'chip = "h200", gpus = 64, use = "service"', own))
    origin = dict(zip(frame["assumption"], frame["origin"], strict=True))
    assert origin["network_share"] == tables.CHANGED
    for name in ("pue", "h200_node_usd", "staff_usd_per_year", "colocation_it_mw"):
        assert origin[name] == tables.TAKEN_OVER
