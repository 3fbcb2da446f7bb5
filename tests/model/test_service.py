"""What is wanted of a service, served, short, bought and to spare, by hand.

100 GPUs of 989.4 TFLOP/s, the peak of an H100 in the table of chips, rented at 2 USD for the first
12 of 24 months of 730 hours: 73,000 H100-hours and 146,000 USD a month. No run is asked for.
"""

import math

import numpy as np
import pytest
from tools.hand import Future, result, scenario, yields

from analysis.model import comparison
from analysis.scenario import references

SERVICE = """
run = false
[need]
target_flop = false
by_months = false
start_gpus = false
[need.service]
short_hour_usd = { value = 3 }
h100_gpus = 100
[chips.h100]
peak_bf16_dense_tflops = 989.4
[tranches.rental]
use = "other"
[tranches.machine]
use = "other"
"""
MONTH, MONTH_USD = 73_000, 146_000


def served(folder, service: str = "", *more: str, option: str = "rented") -> Future:
    """An option asked for a service that some lines of its table change."""
    return yields(folder, option, SERVICE, f"[need.service]\n{service}\n", *more)


def hours(found: Future, *names: str) -> list[float]:
    return [found.number(f"{name}_h100_hours") for name in names]


# What is wanted


def test_a_rental_of_a_year_leaves_the_second_of_two_years_short(tmp_path):
    found = served(tmp_path)
    assert hours(found, "wanted", "short") == pytest.approx([24 * MONTH, 12 * MONTH])
    assert found.number("served_share") == pytest.approx(0.5)


def test_what_is_wanted_from_month_6_until_month_9_is_three_months_of_it(tmp_path):
    within = "h100_gpus = 150\nfrom_months = { value = 6 }\nuntil_months = { value = 9 }"
    found = served(tmp_path, within)
    assert hours(found, "wanted", "short") == pytest.approx([4.5 * MONTH, 1.5 * MONTH])
    assert found.number("served_share") == pytest.approx(2 / 3)


def test_a_service_that_outlasts_the_horizon_ends_there(tmp_path):
    found = served(tmp_path, "until_months = { value = 60 }")
    assert hours(found, "wanted") == pytest.approx([24 * MONTH])


def test_each_step_holds_until_the_next_and_the_last_until_the_end(tmp_path):
    # 50 from 2 to 4.5 and 200 from 4.5 to 6; the second is short by 100
    steps = "[{ from_months = 2, h100_gpus = 50 }, { from_months = 4.5, h100_gpus = 200 }]"
    words = f"h100_gpus = false\nsteps = {steps}\nuntil_months = {{ value = 6 }}"
    found = served(tmp_path, words)
    assert hours(found, "wanted", "short") == pytest.approx([4.25 * MONTH, 1.5 * MONTH])


def test_the_hours_of_a_service_are_those_used(tmp_path):
    found = served(tmp_path, "h100_gpus = 150", "[need]\nuse_share = 0.4")
    # 50 short for a year and 150 for another
    assert hours(found, "wanted", "short") == pytest.approx([14.4 * MONTH, 9.6 * MONTH])


def test_what_is_short_is_the_gap_between_two_paths_and_not_between_their_monthly_means(tmp_path):
    # 200 GPUs come evenly over month 0: 100 until the middle of it. Short are 100 x 0.5 / 2.
    ramp = "[tranches.rental]\ngpus = 200\nramp_months = 1\n"
    found = served(tmp_path, "until_months = { value = 1 }", ramp)
    assert hours(found, "wanted", "short") == pytest.approx([MONTH, MONTH / 4])


def test_a_chip_of_twice_the_peak_serves_twice_as_much(tmp_path):
    twice = "[chips.h100]\npeak_bf16_dense_tflops = 1978.8"
    found = served(tmp_path, "h100_gpus = 150", twice)
    assert hours(found, "short") == pytest.approx([18 * MONTH])


def test_what_is_let_to_others_serves_nothing(tmp_path):
    found = served(tmp_path, "", '[tranches.rental]\nuse = "sublet"\n')
    assert found.number("served_share") == 0


def test_where_no_hour_is_wanted_all_of_it_is_served(tmp_path):
    assert served(tmp_path, "h100_gpus = 0").number("served_share") == 1


def test_the_gpus_of_a_run_serve_too(tmp_path):
    run = "[need.service]\nshort_hour_usd = { value = 3 }\nh100_gpus = 100\n"
    peak = "[chips.h100]\npeak_bf16_dense_tflops = 989.4\n"
    assert yields(tmp_path, "rented", run + peak).number("served_share") == pytest.approx(0.5)


def test_a_need_without_a_run_reaches_no_date(tmp_path):
    found = served(tmp_path)
    dates = ("first_training", "full_capacity", "target", "move")
    assert [found.number(f"{date}_months") for date in dates] == [math.inf] * 4
    assert found.number("pflop_days") == 0


# What is to spare


SPARE = "h100_gpus = 40\nsurplus_usd_per_h100_hour = 0.5"


def test_what_other_work_does_not_want_is_to_spare_while_the_service_lasts(tmp_path):
    # 60 of 100 from 3 to 9; before, after and once the rental has ended there is none
    within = "\nfrom_months = { value = 3 }\nuntil_months = { value = 9 }"
    found = served(tmp_path, SPARE + within)
    assert hours(found, "surplus") == pytest.approx([6 * 0.6 * MONTH])
    assert found.number("surplus_usd") == pytest.approx(0.5 * 6 * 0.6 * MONTH)
    cost = found.number("present_cost_usd") - found.number("surplus_usd")
    assert found.number("compared_cost_usd") == pytest.approx(cost)


def test_a_pause_within_a_service_is_part_of_its_time(tmp_path):
    # none wanted from 2 to 4: all 100 are to spare then, and 60 from 0 to 2
    steps = "[{ from_months = 0, h100_gpus = 40 }, { from_months = 2, h100_gpus = 0 }]"
    words = f"h100_gpus = false\nsteps = {steps}\nuntil_months = {{ value = 4 }}"
    assert hours(served(tmp_path, words), "surplus") == pytest.approx([3.2 * MONTH])


BOTH = """
[need]
target_flop = 1e24
by_months = { value = 12 }
start_gpus = { value = 50 }
[run]
mfu_share = 0.5
failures_per_1000_node_days = 0
checkpoint_write_s = 1
restart_s = 1
[tranches.rental]
gpus = 50
term_months = 24
[tranches.machine]
use = "run"
[options.built]
tranches = ["machine", "rental"]
"""


def test_no_more_is_to_spare_than_other_work_has_since_the_run_is_never_let(tmp_path):
    # served are 150, wanted 40: 110 beyond it, of which 50 are of other work
    found = served(tmp_path, SPARE, BOTH, option="built")
    assert hours(found, "surplus") == pytest.approx([24 * 0.5 * MONTH])


def test_nothing_is_to_spare_of_a_machine_that_only_trains(tmp_path):
    alone = '[options.built]\ntranches = ["machine"]\n'
    assert hours(served(tmp_path, SPARE, BOTH, alone, option="built"), "surplus") == [0]


# What is bought


MARKET = 'market_gpus = 60\nmarket_site = "supplier"\n'
DRAWS = """
[chips.h100]
it_kw_per_gpu = 1.2
load_share = 0.5
[sites.supplier]
pue = 1.5
"""


def test_up_to_60_of_100_short_are_bought_at_the_market_and_40_stay_short(tmp_path):
    # 12 months x 60 x 730 hours at 2 USD: 87,600 a month after the rental's 146,000
    found = served(tmp_path, MARKET)
    assert hours(found, "short") == pytest.approx([12 * 0.4 * MONTH])
    assert found.cash() == pytest.approx([MONTH_USD] * 12 + [87_600] * 12)
    assert found.usd("market") == pytest.approx(12 * 87_600)
    # what is bought counts as delivered, and not as served by the option's own GPUs
    assert found.number("gpu_hours") == pytest.approx(12 * 1.6 * MONTH)
    assert found.number("h100_hours") == pytest.approx(12 * 1.6 * MONTH)
    assert found.number("served_share") == pytest.approx(0.5)


def test_no_more_is_bought_than_is_short(tmp_path):
    found = served(tmp_path, MARKET + "h100_gpus = 110")
    assert found.cash() == pytest.approx([MONTH_USD + 14_600] * 12 + [87_600] * 12)


def test_the_market_is_that_of_the_middle_of_the_month_and_paid_for_hours_used(tmp_path):
    # a market of 36 % less each year: month 12 pays 0.64^(12.5/12) of a half of 87,600
    falls = "[chips.h100]\nprice_fall_per_year = 0.36\n[need]\nuse_share = 0.5\n"
    found = served(tmp_path, MARKET, falls)
    assert found.cash()[12] == pytest.approx(0.5 * 87_600 * 0.64 ** (12.5 / 12))


def test_hours_bought_draw_energy_and_emit_at_the_place_that_is_named(tmp_path):
    # Rented and bought: 100 and 60 GPUs for a year, 1.2 kW x 1.5 x 0.5 = 0.9 kW each at 0.5 t.
    found = served(tmp_path, MARKET, DRAWS)
    assert found.number("energy_mwh") == pytest.approx(12 * 1.6 * MONTH * 0.9 / 1000)
    assert found.number("emissions_tco2") == pytest.approx(12 * 1.6 * MONTH * 0.9 / 1000 * 0.5)


def test_a_quarter_of_what_is_bought_is_saved_in_tax(tmp_path):
    tax = "[choices]\ntax_rate_share = { value = 0.25 }\n"
    assert served(tmp_path, MARKET, tax).cash()[12] == pytest.approx(0.75 * 87_600)


# What is compared


def test_an_hour_that_is_short_counts_3_usd_and_is_no_cash(tmp_path):
    # 1,752,000 of rent and 12 x 73,000 hours short at 3 USD
    found = served(tmp_path)
    assert found.number("present_cost_usd") == pytest.approx(1_752_000)
    assert found.number("compared_cost_usd") == pytest.approx(1_752_000 + 36 * MONTH)
    assert found.cash()[12:] == [0] * 12
    assert found.number("deepest_cash_usd") == pytest.approx(1_752_000)


def test_compared_cost_is_known_at_every_price_of_an_hour_that_is_short(tmp_path):
    found = served(tmp_path)
    for price in (0, 1, 3, 12):
        usd = comparison.compared_usd(found.result, "rented", price)[0]
        assert usd == pytest.approx(1_752_000 + price * 12 * MONTH)


def test_an_hour_that_is_short_is_discounted_with_the_month_in_which_it_is(tmp_path):
    # at 21 %: 12 months from 12 on; q = 1.21^(-1/12)
    q = 1.21 ** (-1 / 12)
    factors = q**12.5 * (1 - q**12) / (1 - q)
    found = served(tmp_path, "", "[choices]\ndiscount_rate_per_year = { value = 0.21 }")
    assert found.number("discounted_short_h100_hours") == pytest.approx(MONTH * factors)
    short = found.number("compared_cost_usd") - found.number("present_cost_usd")
    assert short == pytest.approx(3 * MONTH * factors)


def test_without_a_service_what_is_compared_is_the_present_cost(tmp_path):
    found = yields(tmp_path, "rented")
    assert found.number("compared_cost_usd") == found.number("present_cost_usd")
    assert hours(found, "wanted", "short", "surplus") == [0, 0, 0]


def test_a_service_set_to_false_takes_an_inherited_one_away(tmp_path):
    run = "[need]\ntarget_flop = 1e24\nby_months = { value = 12 }\nstart_gpus = { value = 100 }\n"
    found = scenario(
        tmp_path, "[need.service]\nshort_hour_usd = { value = 3 }\nh100_gpus = 9\n", run
    )
    assert found.need.service is not None
    gone = scenario(
        tmp_path, "[need.service]\nshort_hour_usd = { value = 3 }\n", "need.service = false"
    )
    assert gone == scenario(tmp_path)


def test_the_choices_of_a_service_are_choices(tmp_path):
    within = "[need.service]\nfrom_months = { value = 2 }\nserved_share = { value = 0.6 }\n"
    found = references.choices(scenario(tmp_path, SERVICE, within))
    names = ("from_months", "served_share", "short_hour_usd")
    assert [found[name].value for name in names] == [2, 0.6, 3]
    assert "by_months" not in found


# Who meets the need


@pytest.mark.parametrize(
    ("months", "share", "meets"),
    [(12, 0.75, True), (12.1, 0.75, False), (12, 0.749, False), (math.inf, 1, False)],
)
def test_the_need_is_met_by_a_target_in_month_12_and_three_quarters_served(
    tmp_path, months, share, meets
):
    both = "[need.service]\nshort_hour_usd = { value = 3 }\nh100_gpus = 9\n"
    one = {"target_months": [months], "served_share": [share], "present_cost_usd": [1]}
    found = result(scenario(tmp_path, both), rented=one)
    assert comparison.meets(found, "rented").tolist() == [meets]


def test_without_a_run_the_share_served_alone_decides(tmp_path):
    one = {"target_months": [math.inf] * 2, "served_share": [0.74, 0.75]}
    found = result(scenario(tmp_path, SERVICE), rented=one | {"present_cost_usd": [1, 1]})
    assert comparison.meets(found, "rented").tolist() == [False, True]
    assert np.all(comparison.compared_months(found, "rented") == 24)
