"""A new option, and a new site, need a text file and no Python."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from tools import builders
from tools.builders import Words

from analysis.__main__ import main
from analysis.model import simulation

# An H100 takes 1.6 kW at PUE 1.25, so 2 kW at the meter: 25,000 take 50 MW and 100,000 take 200 MW.
PHASED = """
extends = "oracle-vs-memphis"
title = "With two options more"

[assumptions.h100_it_kw_per_gpu]
value = 1.6
judgement = "A round number."

[assumptions.pue]
value = 1.25
judgement = "A round number."

[sites.nashville]
title = "Nashville"
pue = "pue"
works_usd_per_mw = "memphis_works_usd_per_mw"

[sites.nashville.stages.first_hall]
title = "First hall"
mw = 50
from_months = 0
availability_share = 1
usd_per_mwh = "grid_usd_per_mwh"
tco2_per_mwh = "grid_tco2_per_mwh"

[sites.nashville.stages.second_hall]
title = "Second hall"
mw = 200
from_months = 8
availability_share = 1
usd_per_mwh = "grid_usd_per_mwh"
tco2_per_mwh = "grid_tco2_per_mwh"

[tranches.first_25k]
title = "25,000 H100 at once"
kind = "own"
chip = "h100"
site = "nashville"
gpus = 25000
use = "run"
fabric = "nashville"
milestones = { servers = 2, building = 1 }
ramp_months = 0
deposit_share = "deposit_share"
network_share = "network_share"
storage_share = "storage_share"
maintenance_share_per_year = "maintenance_share_per_year"
insurance_and_tax_share_per_year = "insurance_and_tax_share_per_year"

[tranches.then_100k]
title = "100,000 H100 within four months"
kind = "own"
chip = "h100"
site = "nashville"
gpus = 100000
use = "run"
fabric = "nashville"
milestones = { servers = 6 }
ramp_months = 4
ordered_month = 3
deposit_share = "deposit_share"
network_share = "network_share"
storage_share = "storage_share"
maintenance_share_per_year = "maintenance_share_per_year"
insurance_and_tax_share_per_year = "insurance_and_tax_share_per_year"

[options.phased]
title = "25,000, then 100,000"
tranches = ["first_25k", "then_100k"]

[options.second_site]
title = "Memphis, and Nashville for other work"
tranches = ["memphis_100k", "other_25k"]

[options.only_nashville]
title = "Nashville for other work"
tranches = ["other_25k"]

[options.only_memphis]
title = "Memphis alone"
tranches = ["memphis_100k"]
"""
OTHER = (
    PHASED[PHASED.index("[tranches.first_25k]") : PHASED.index("[tranches.then_100k]")]
    .replace("first_25k", "other_25k")
    .replace('use = "run"\nfabric = "nashville"', 'use = "other"')
)
TEXT = PHASED + OTHER


def evaluated(folder: Path, capsys: pytest.CaptureFixture[str], text: str = TEXT) -> Words:
    """The options that `workbook evaluate` prints for a file, by name."""
    path = folder / "two-more.toml"
    path.write_text(text, encoding="utf-8")
    assert main(["evaluate", str(path), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return dict(found["options"])


def test_a_text_file_alone_adds_four_options_and_a_site_and_passes_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "two-more.toml"
    path.write_text(TEXT, encoding="utf-8")
    assert main(["check", str(path)]) == 0
    capsys.readouterr()
    new = ["phased", "second_site", "only_nashville", "only_memphis"]
    assert list(evaluated(tmp_path, capsys)) == [*builders.shipped().options, *new]


def test_25_000_then_100_000_trains_in_month_2_and_is_whole_in_month_10(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # 25,000 in month 2, on 50 MW; then 100,000 from 6 to 10, on 250 MW from 8 on:
    # in month 7 25,000 more are installed, and none of them has power;
    # in month 8 the ramp is at half, 50,000, and from then on power is no limit
    phased = evaluated(tmp_path, capsys)["phased"]
    assert phased["first_training_months"] == pytest.approx(2)
    assert phased["full_capacity_months"] == pytest.approx(10)
    # GPU-months to 60: 25,000 x 58, 100,000 x 50 after the ramp, 75,000 x 2 on the way to it
    gpu_months = 25_000 * 58 + 100_000 * 50 + 75_000 * 2
    assert phased["gpu_hours"] == pytest.approx(gpu_months * 730)
    assert phased["peak_mw"] == pytest.approx(125_000 * 2 / 1000)


def test_a_second_hall_in_month_12_makes_it_whole_in_month_12(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = TEXT.replace("from_months = 8", "from_months = 12")
    phased = evaluated(tmp_path, capsys, later)["phased"]
    assert phased["full_capacity_months"] == pytest.approx(12)
    assert phased["gpu_hours"] == pytest.approx((25_000 * 58 + 100_000 * 48) * 730)


def test_the_two_tranches_are_one_fabric_so_the_run_grows_in_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # in fabrics of their own, the run would leave 25,000 behind when it moves to the 100,000
    together = evaluated(tmp_path, capsys)["phased"]
    apart = evaluated(tmp_path, capsys, TEXT.replace('fabric = "nashville"\n', ""))["phased"]
    assert together["first_training_months"] == apart["first_training_months"]
    assert together["target_months"] < apart["target_months"]
    assert together["pflop_days"] > apart["pflop_days"]


def test_two_sites_limit_each_other_in_nothing_so_the_two_add_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = evaluated(tmp_path, capsys)
    both, one, other = (options[x] for x in ("second_site", "only_memphis", "only_nashville"))
    for name in ("gpu_hours", "energy_mwh", "emissions_tco2", "present_energy_usd"):
        assert both[name] == pytest.approx(one[name] + other[name], rel=1e-8)
    assert both["present_cost_usd"] == pytest.approx(
        one["present_cost_usd"] + other["present_cost_usd"], rel=1e-8
    )
    for name in ("first_training_months", "full_capacity_months", "target_months"):
        assert both[name] == one[name]


def test_a_site_with_more_power_makes_memphis_no_earlier(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dark = evaluated(tmp_path, capsys, TEXT.replace("mw = 50\n", "mw = 0\n"))
    lit = evaluated(tmp_path, capsys, TEXT.replace("mw = 50\n", "mw = 5000\n"))
    assert dark["second_site"]["gpu_hours"] < lit["second_site"]["gpu_hours"]
    for name in ("first_training_months", "full_capacity_months", "target_months"):
        assert dark["second_site"][name] == lit["second_site"][name]


def shared(order: str) -> str:
    """25,000 for the run and 25,000 for other work at one site with 50 MW, in this order."""
    text = TEXT.replace("from_months = 8", "from_months = 600")
    return f'{text}\n[options.shared]\ntitle = "Shared"\ntranches = [{order}]\n'


def test_one_sites_power_goes_first_to_the_tranche_that_the_option_lists_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # each takes all 50 MW; both arrive in month 2
    run_first = evaluated(tmp_path, capsys, shared('"first_25k", "other_25k"'))["shared"]
    run_last = evaluated(tmp_path, capsys, shared('"other_25k", "first_25k"'))["shared"]
    assert run_first["first_training_months"] == 2
    assert run_last["first_training_months"] is None
    assert run_first["gpu_hours"] == run_last["gpu_hours"] == 25_000 * 58 * 730
    assert run_first["pflop_days"] > 0 == run_last["pflop_days"]


def test_what_the_first_tranche_leaves_of_60_mw_feeds_5_000_gpus_of_the_second(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # 60 MW less 25,000 x 2 kW = 10 MW, over 2 kW = 5,000
    text = shared('"first_25k", "other_25k"').replace("mw = 50\n", "mw = 60\n")
    found = evaluated(tmp_path, capsys, text)["shared"]
    assert found["gpu_hours"] == pytest.approx(30_000 * 58 * 730)
    assert found["peak_mw"] == pytest.approx(60)


def test_new_options_leave_the_numbers_of_the_shipped_ones_as_they_are(tmp_path: Path) -> None:
    # the same draws, so the same numbers in every draw
    path = tmp_path / "without.toml"
    path.write_text(TEXT[: TEXT.index("[sites.nashville]")], encoding="utf-8")
    without = builders.read(tmp_path, path.read_text("utf-8"), "without")
    before = simulation.simulate(without, 200, 1).scalars
    after = simulation.simulate(builders.read(tmp_path, TEXT), 200, 1).scalars
    for option, numbers in before.items():
        assert all((after[option][name] == values).all() for name, values in numbers.items())
    assert math.isfinite(after["phased"]["present_cost_usd"].sum())
