"""What one option yields, by hand: dates, hours, power, cash. 100 GPUs for a month are 73,000
GPU-hours; rented at 2 USD they cost 146,000 USD."""

import math

import pytest
from tools.hand import yields

BOTH = '[options.both]\ntitle = "Both"\ntranches = ["rental", "machine"]\n'
FREE = "[chips.h100]\nnode_usd = 0\n"


def both(folder, changes: str):
    return yields(folder, "both", BOTH + changes)


def test_100_rented_gpus_deliver_876_000_hours_in_their_year(tmp_path):
    found = yields(tmp_path, "rented")
    assert found.number("gpu_hours") == pytest.approx(876_000)
    assert found.number("present_cost_usd") == pytest.approx(1_752_000)


def test_hours_are_those_energised_whether_used_or_not(tmp_path):
    found = yields(tmp_path, "rented", "[need]\nuse_share = 0.5")
    assert found.number("gpu_hours") == pytest.approx(876_000)


def test_an_hour_of_a_chip_of_twice_the_peak_is_two_h100_hours(tmp_path):
    # The H100 of the table of chips has 989.4 TFLOP/s.
    found = yields(tmp_path, "rented", "[chips.h100]\npeak_bf16_dense_tflops = 1978.8")
    assert found.number("h100_hours") == pytest.approx(2 * 876_000)


def test_rented_gpus_draw_energy_and_emit_though_their_energy_is_in_the_price(tmp_path):
    # 876,000 h x 1 kW x 1.5 x 0.8 x 0.5 / 1,000 = 525.6 MWh at 0.5 t.
    changes = "[sites.supplier]\npue = 1.5\n[chips.h100]\nload_share = 0.8\n[need]\nuse_share = 0.5"
    found = yields(tmp_path, "rented", changes)
    assert found.number("energy_mwh") == pytest.approx(525.6)
    assert found.number("emissions_tco2") == pytest.approx(262.8)
    assert (found.number("peak_mw"), found.usd("energy")) == pytest.approx((0.15, 0))


def test_peak_megawatts_are_the_largest_at_one_time_and_no_sum_over_times(tmp_path):
    # The rental's 0.1 MW end at month 12; the machine's 0.3 come at 13: never 0.4 together.
    apart = "[tranches.machine]\ngpus = 300\nmilestones = { ready = 13 }\n"
    assert both(tmp_path, apart).number("peak_mw") == pytest.approx(0.3)
    together = "[tranches.machine]\ngpus = 300\nmilestones = { ready = 11 }\n"
    assert both(tmp_path, together).number("peak_mw") == pytest.approx(0.4)


HALF_THE_POWER_UNTIL_8_25 = """
[tranches.machine]
milestones = { ready = 2 }
[sites.field.stages.grid]
mw = 0.05
[sites.field.stages.upgrade]
title = "Upgrade"
mw = 0.1
from_months = 8.25
availability_share = 1
usd_per_mwh = 0
tco2_per_mwh = 0
replaces = "grid"
"""


def test_full_capacity_is_the_day_the_power_for_the_last_gpu_comes(tmp_path):
    # All 100 stand there at month 2; the grid carries half of them until 8.25.
    found = yields(tmp_path, "built", HALF_THE_POWER_UNTIL_8_25)
    assert found.number("full_capacity_months") == pytest.approx(8.25)
    assert found.number("first_training_months") == pytest.approx(8.25)


def test_full_capacity_counts_gpus_that_one_fabric_cannot_hold(tmp_path):
    # 25 a month to 100 at month 4; the run uses 60 from 2.4 on.
    held = "[tranches.machine]\nfabric_gpus = 60\nramp_months = 4\n"
    start = "[need]\nstart_gpus = { value = 50 }\n"
    found = yields(tmp_path, "built", held + start)
    assert found.number("full_capacity_months") == pytest.approx(4)
    assert found.months("training_gpus")[4] == 60


def test_full_capacity_is_that_of_the_fabric_with_the_most_peak_flop(tmp_path):
    larger = "[tranches.machine]\ngpus = 300\nmilestones = { ready = 9 }\n"
    assert both(tmp_path, larger).number("full_capacity_months") == 9


def test_a_fabric_too_small_for_a_run_never_trains(tmp_path):
    found = yields(tmp_path, "built", "[tranches.machine]\nfabric_gpus = 99")
    assert found.number("first_training_months") == math.inf
    assert found.number("pflop_days") == 0


def test_gpus_for_other_work_cost_money_and_train_nothing(tmp_path):
    found = yields(tmp_path, "rented", '[tranches.rental]\nuse = "other"')
    assert found.number("present_cost_usd") == pytest.approx(1_752_000)
    dates = [found.number(f"{n}_months") for n in ("first_training", "full_capacity", "target")]
    assert dates == [math.inf] * 3
    assert found.months("training_gpus") == [0] * 24


def test_cash_by_year_is_what_is_paid_in_months_0_to_11_and_12_to_23(tmp_path):
    # A term of 18 months: 12 x 146,000 and 6 x 146,000.
    found = yields(tmp_path, "rented", "[tranches.rental]\nterm_months = 18")
    assert found.year_usd(1) == pytest.approx(1_752_000)
    assert found.year_usd(2) == pytest.approx(876_000)


def test_a_horizon_of_18_months_has_a_second_year_of_six(tmp_path):
    found = yields(
        tmp_path,
        "rented",
        "[choices]\nhorizon_months = { value = 18 }\n[tranches.rental]\nterm_months = 24",
    )
    assert found.year_usd(2) == pytest.approx(876_000)


def test_the_deepest_cash_need_is_before_the_prepayment_comes_back(tmp_path):
    # 350,400 prepaid and 4 x 116,800 = 817,600 by the end of month 3. The run, which takes 7.6
    # months, moves to twice the GPUs in month 4, which brings back 8 x 29,200 = 233,600.
    left = """
    [tranches.rental]
    at_end = "until_moved"
    exit_fee_months = 0
    prepayment_share = 0.2
    [tranches.machine]
    gpus = 200
    milestones = { ready = 4 }
    """
    found = both(tmp_path, FREE + left)
    assert found.number("deepest_cash_usd") == pytest.approx(817_600)
    assert found.number("deepest_cash_month") == 3
    assert found.cash()[4] == pytest.approx(-233_600)


def test_a_million_lasts_until_month_6_of_a_rental_of_146_000_a_month(tmp_path):
    # 6 x 146,000 = 876,000 by the end of month 5; 1,022,000 by the end of month 6.
    funds = "[choices]\nfunding_usd = { value = 1e6 }"
    assert yields(tmp_path, "rented", funds).number("funds_last_months") == 6


def test_funds_that_are_never_outspent_last_beyond_the_horizon(tmp_path):
    # The whole rental costs 1,752,000, exactly the funds.
    funds = "[choices]\nfunding_usd = { value = 1752000 }"
    assert yields(tmp_path, "rented", funds).number("funds_last_months") == math.inf


RATE = "[choices]\ndiscount_rate_per_year = { value = 0.21, swept = [0.0, 0.21] }\n"


def test_rent_at_21_percent_is_discounted_from_the_middle_of_each_month(tmp_path):
    # A geometric sum: q = 1.21^(-1/12), 146,000 x q^0.5 x (1 - q^12) / (1 - q).
    q = 1.21 ** (-1 / 12)
    factor_sum = q**0.5 * (1 - q**12) / (1 - q)
    found = yields(tmp_path, "rented", RATE)
    assert found.usd("rent") == pytest.approx(146_000 * factor_sum)
    assert found.number("discounted_gpu_hours") == pytest.approx(73_000 * factor_sum)
    # A price of 2 USD an hour, paid as it is delivered, is 2 USD an hour levelised.
    levelised = found.number("present_cost_usd") / found.number("discounted_gpu_hours")
    assert levelised == pytest.approx(2)


def test_the_end_value_at_21_percent_is_discounted_by_two_whole_years(tmp_path):
    # 100 x 10,000 x 0.5 / 1.21^2; as a part of cost it is a receipt.
    found = yields(tmp_path, "built", RATE + "[chips.h100]\nresale_share = 0.5")
    assert found.number("end_value_usd") == pytest.approx(500_000)
    assert found.usd("end_value") == pytest.approx(-500_000 / 1.4641)


def test_present_cost_is_also_given_at_each_rate_that_is_swept(tmp_path):
    found = yields(tmp_path, "built", RATE + "[chips.h100]\nresale_share = 0.5")
    # 1,000,000 in the middle of month 0, less 500,000 at month 24.
    assert found.usd_at(0) == pytest.approx(500_000)
    expected = 1_000_000 * 1.21 ** (-0.5 / 12) - 500_000 / 1.4641
    assert found.usd_at(0.21) == pytest.approx(expected)
    assert found.number("present_cost_usd") == pytest.approx(expected)


def test_the_run_is_worth_whole_pflop_days(tmp_path):
    # 100 PFLOP/s x 0.5 for 24 x 730 hours: 50 x 730 days.
    assert yields(tmp_path, "built").number("pflop_days") == pytest.approx(50 * 730, rel=1e-8)


def test_energy_of_owned_gpus_follows_those_energised_and_maintenance_those_installed(tmp_path):
    # Power for 40 of 100: 40 kW x 8,760 h x 2 at 50 USD; 1 % a month of 100 x 10,000 for 24.
    changes = """
    [sites.field.stages.grid]
    mw = 0.04
    usd_per_mwh = 50
    [tranches.machine]
    maintenance_share_per_year = 0.12
    """
    found = yields(tmp_path, "built", changes)
    assert found.usd("energy") == pytest.approx(40 * 8.760 * 2 * 50)
    assert found.usd("maintenance") == pytest.approx(240_000)
