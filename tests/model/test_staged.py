"""Options in stages: each does what its words say, by data alone."""

import numpy as np
import pytest
from tools import builders

from analysis.model import draws, simulation
from analysis.model.run import fleets
from analysis.scenario import edits, load

STAGED = load.read(load.find("staged-options"))
HORIZON = 60


def mid(**changes):
    """The outcome of every option with every assumption at its mid value, but those changed."""
    futures = draws.mid(STAGED) | {name: np.array([value]) for name, value in changes.items()}
    return simulation.at(STAGED, futures)


def months(result, option, name):
    """A band by month of the one future."""
    return result.bands[option][name][0]


def test_the_options_of_the_question_are_what_they_are_without_the_others():
    futures = draws.block(STAGED, 1, 0, 40)
    found, plain = simulation.at(STAGED, futures), simulation.at(builders.shipped(), futures)
    assert found.options[: len(plain.options)] == plain.options
    for option in plain.options:
        for name, values in plain.per_draw(option).items():
            assert (found.per_draw(option)[name] == values).all(), (option, name)


def test_the_phases_arrive_six_months_apart_and_the_third_not_before_its_power():
    # at mid values: 1.2 months; 1.2 + 6; the later of 1.2 + 24 and the substation's 30 + 0
    found = fleets(STAGED, draws.mid(STAGED))["phased_build"]
    first = {unit.name: float(unit.arrived.first[0]) for unit in found.units}
    assert first["phase_1"] == pytest.approx(1.2)
    assert first["phase_2"] == pytest.approx(7.2)
    assert first["phase_3"] == pytest.approx(30)


def test_the_phases_are_one_fabric_so_that_the_run_grows_from_25_000_to_what_power_carries():
    # without gas: 150 MW of the mid substation and 150 of the second carry capped GPUs, whose hours
    # they deliver at their availability
    futures = draws.mid(STAGED) | {"memphis_gas_comes": np.array([0.0])}
    kw = float(futures["h100_it_kw_per_gpu"][0] * futures["pue"][0])
    carried = 300_000 / float(futures["memphis_cap_share"][0]) / kw
    assert 100_000 < carried < 200_000
    result = mid(memphis_gas_comes=0.0)
    assert months(result, "phased_build", "training_gpus")[6] == pytest.approx(25_000)
    units = fleets(STAGED, futures)["phased_build"].owned
    hours = carried * float(futures["grid_availability_share"][0])
    assert sum(unit.gpus[0, -1] for unit in units) == pytest.approx(hours)
    assert sum(unit.installed[0, -1] for unit in units) == pytest.approx(200_000)
    assert result.scalars["phased_build"]["full_capacity_months"][0] == np.inf


def test_without_a_second_substation_there_is_no_third_phase_and_it_costs_nothing():
    never = mid(memphis_second_substation_months=500.0)
    found = fleets(
        STAGED, draws.mid(STAGED) | {"memphis_second_substation_months": np.array([500.0])}
    )
    third = next(unit for unit in found["phased_build"].units if unit.name == "phase_3")
    assert third.gpus.sum() == 0
    servers = {
        name: never.parts_usd[name]["servers"][0] for name in ("phased_build", "memphis_build")
    }
    # 100,000 GPUs either way, three quarters of them bought later and cheaper
    assert servers["phased_build"] < servers["memphis_build"]
    assert mid().parts_usd["phased_build"]["servers"][0] > servers["memphis_build"]


def test_gas_ends_on_the_day_on_which_the_substation_comes():
    # at mid values the substation comes in month 10 with no delay by the vote; with one, in 19
    for delay in (0.0, 9.0):
        result = mid(memphis_vote_delay_months=delay)
        site = "memphis_gas_until_grid"
        gas, grid = (
            result.stage_mw["gas_until_grid"][site, stage] for stage in ("mobile_gas", "substation")
        )
        comes = int(10 + delay)
        assert (gas[3:comes] > 0).all()
        assert (gas[comes:] == 0).all()
        assert (grid[:comes] == 0).all()
        assert (grid[comes:] > 0).all()


def test_gas_that_leaves_emits_less_and_trains_on_fewer_gpus_afterwards():
    result = mid()
    short, long = (result.scalars[o] for o in ("gas_until_grid", "memphis_build"))
    assert short["emissions_tco2"][0] < long["emissions_tco2"][0]
    assert short["first_training_months"] == long["first_training_months"]
    gpus = [months(result, o, "training_gpus") for o in ("gas_until_grid", "memphis_build")]
    assert (gpus[0][:10] == gpus[1][:10]).all()
    assert (gpus[0][12:] < gpus[1][12:]).all()


def test_what_is_let_brings_money_until_the_term_ends_and_nothing_else_changes():
    futures = draws.block(STAGED, 1, 0, 50)
    kept = edits.with_tranche(STAGED, "oracle_24k_let", use="other")
    results = [simulation.at(one, futures) for one in (STAGED, kept)]
    let, other = (one.scalars["build_and_let"] for one in results)
    parts, rent = (one.parts_usd["build_and_let"] for one in results)
    assert (parts["sublease"] < 0).any()
    assert (parts["sublease"] <= 0).all()
    assert (parts["rent"] == rent["rent"]).all()
    for name in ("target_months", "peak_mw", "energy_mwh", "end_value_usd", "pflop_days"):
        assert (let[name] == other[name]).all()
    for name in ("gpu_hours", "served_share"):
        assert (let[name] <= other[name]).all()
        assert let[name].mean() < other[name].mean()
    saved = other["present_cost_usd"] - let["present_cost_usd"]
    assert saved == pytest.approx(-parts["sublease"], rel=1e-6, abs=1)
    # at mid values: the hours used in the months that are left, at a share of the market, which
    # falls a little meanwhile
    names = ("use_share", "existing_gpus", "existing_months_left", "sublet_price_share")
    at_mid = {name: float(values[0]) for name, values in draws.mid(STAGED).items()}
    most = 730 * np.prod([at_mid[name] for name in names])
    most *= at_mid["h100_market_rent_usd_per_gpu_hour"]
    assert 0.8 * most < -mid().parts_usd["build_and_let"]["sublease"][0] < most
