"""What fails to come: what takes its place, and what it counts as, by hand.

100 GPUs rented for a year at 2 USD cost 1,752,000 USD, a machine of 100 GPUs 1,000,000. The run
takes 100 GPUs 1e24 / (100 x 1e15 x 0.5 x 2,628,000) = 7.61 months.
"""

import math

import numpy as np
import pytest
from tools.hand import OWNED, Future, scenario

from analysis.model import comparison, draws, simulation

EVENTS = """
[assumptions.first]
label = "The first comes"
unit = "event"
probability = 0.5
judgement = "By hand."
[assumptions.second]
label = "The second comes"
unit = "event"
probability = 0.5
judgement = "By hand."
[tranches.rental]
only_if = "first"
"""
INSTEAD = 'options.rented.instead = { event = "first", known_month = 3, option = "built" }\n'
SECOND = """
[tranches.second]
title = "Second"
kind = "rent"
chip = "h100"
site = "supplier"
gpus = 100
use = "other"
milestones = { ready = 0 }
ramp_months = 0
usd_per_gpu_hour = 2
term_months = 12
take_or_pay_share = 1
prepayment_share = 0
at_end = "stop"
"""
RUN_MONTHS = 1e24 / (100 * 1e15 * 0.5 * 2_628_000)
SERVICE = "[chips.h100]\npeak_bf16_dense_tflops = 989.4\n[need.service]\nh100_gpus = 100\n"
SHORT = "short_hour_usd = { value = 3 }\n"


def where(folder, happens: tuple[int, int], *changes: str, option: str = "rented") -> Future:
    """An option in the future in which the first event, and the second, happens (1) or not (0)."""
    found = scenario(folder, EVENTS, *changes)
    events = zip(("first", "second"), happens, strict=True)
    futures = draws.mid(found) | {name: np.array([float(x)]) for name, x in events}
    return Future(simulation.at(found, futures), option)


def not_delivered(found: Future, short_hour_usd: float = 0.0) -> float:
    return float(comparison.not_delivered_usd(found.result, found.option, short_hour_usd)[0])


# A fallback


ORDERED = "[tranches.machine]\nmilestones = { ready = 2 }\nordered_month = 1\ndeposit_share = 0.2\n"


def test_a_fallback_begins_in_the_month_in_which_the_failure_is_known(tmp_path):
    # known in month 3: ordered in 1 + 3, there in 2 + 3
    found = where(tmp_path, (0, 1), INSTEAD, ORDERED)
    assert found.cash()[:6] == pytest.approx([0, 0, 0, 0, 200_000, 800_000])
    assert found.number("first_training_months") == pytest.approx(5)
    assert found.number("target_months") == pytest.approx(5 + RUN_MONTHS)


def test_where_the_event_happens_the_fallback_is_not_there(tmp_path):
    found = where(tmp_path, (1, 1), INSTEAD, ORDERED, "[sites.field]\nworks_usd = 1e6\n")
    assert found.cash() == pytest.approx([146_000] * 12 + [0] * 12)
    assert found.number("full_capacity_months") == 0
    assert not_delivered(found) == 0


def test_the_option_that_falls_back_leaves_the_other_as_it_is(tmp_path):
    found = where(tmp_path, (0, 1), INSTEAD, ORDERED, option="built")
    assert found.cash()[:3] == pytest.approx([0, 200_000, 800_000])
    assert found.number("first_training_months") == pytest.approx(2)


def test_what_both_options_have_goes_on_and_comes_only_once(tmp_path):
    shared = (
        '[options]\nrented.tranches = ["second", "rental"]\nbuilt.tranches = ["machine", "second"]'
    )
    found = where(tmp_path, (0, 1), INSTEAD, SECOND + shared)
    # 146,000 a month from month 0 for the second, and 1,000,000 in month 3 for the machine
    expected = [146_000] * 3 + [1_146_000] + [146_000] * 8 + [0] * 12
    assert found.cash() == pytest.approx(expected)


@pytest.mark.parametrize(("own", "brought", "starts"), [("run", "other", 0), ("other", "run", 3)])
def test_what_a_fallback_brings_is_last_to_get_the_power_of_a_site(tmp_path, own, brought, starts):
    # 100 GPUs of the option's own take all of the 0.1 MW; of those that come in month 3 none runs
    late = '[tranches.late]\ntitle = "Late"\ngpus = 100\nmilestones = { ready = 0 }\n'
    words = f'use = "{brought}"\n{OWNED}[tranches.machine]\nuse = "{own}"\n'
    field = "[sites.field.stages.grid]\nmw = 0.1\n"
    lists = '[options]\nrented.tranches = ["rental", "machine"]\nbuilt.tranches = ["late"]\n'
    found = where(tmp_path, (0, 1), INSTEAD, late + words + field + lists)
    expected = math.inf if starts else 0
    assert found.number("first_training_months") == expected
    assert found.number("gpu_hours") == pytest.approx(100 * 24 * 730)


def test_of_two_fabrics_that_are_ready_at_once_the_run_starts_on_the_options_own(tmp_path):
    # Both have 100 GPUs from month 3 to the horizon, so the run stays where it starts: what is
    # brought, rented until the run has moved off it, is left on arrival, and only 21 months paid.
    own = SECOND.replace('"other"', '"run"').replace("ready = 0", "ready = 3")
    own = own.replace("= 12", "= 21")
    late = own.replace("second", "late").replace('"Second"', '"Late"').replace("ready = 3", "r = 0")
    late = late.replace('"stop"', '"until_moved"') + "exit_fee_months = 0\nsublet_price_share = 0\n"
    lists = '[options]\nrented.tranches = ["rental", "second"]\nbuilt.tranches = ["late"]\n'
    found = where(tmp_path, (0, 1), INSTEAD, own + late + lists)
    assert found.number("first_training_months") == 3
    assert found.usd("rent") == pytest.approx(21 * 146_000)


PREPAID = SECOND.replace("prepayment_share = 0", "prepayment_share = 0.2")
TAKES_PLACE = '[options.built]\ntranches = ["second"]\n'


def test_a_fallback_is_not_prepaid_before_the_failure_is_known(tmp_path):
    # in month 2 + 3 it comes; 30 months before would be long ago, so it is paid in month 3
    late = PREPAID.replace("ready = 0", "ready = 2") + "prepaid_months_before = 30\n"
    found = where(tmp_path, (0, 1), INSTEAD, late + TAKES_PLACE).cash()
    assert found[:6] == pytest.approx([0, 0, 0, 350_400, 0, 116_800])


def test_a_failure_of_the_fallback_is_known_so_much_later_too(tmp_path):
    # begun in month 3: prepaid then, known to fail in month 4 + 3, when all of it comes back
    fails = 'prepaid_months_before = 0\nonly_if = "second"\nknown_month = 4\nrefund_share = 1\n'
    found = where(tmp_path, (0, 0), INSTEAD, PREPAID + fails + TAKES_PLACE).cash()
    assert found[3:8] == pytest.approx([350_400, 0, 0, 0, -350_400])


def test_the_power_of_a_fallbacks_site_keeps_its_date(tmp_path):
    # the machine stands there in month 3, its power in month 6 and not in 9
    late = "[sites.field.stages.grid]\nfrom_months = 6\n"
    assert where(tmp_path, (0, 1), INSTEAD, late).number("first_training_months") == 6


def test_what_a_fallback_serves_and_trains_meets_the_need(tmp_path):
    # 21 of 24 months are served, and the target is reached in month 10.6 of 12
    found = where(tmp_path, (0, 1), INSTEAD, SERVICE + SHORT)
    assert found.number("served_share") == pytest.approx(21 / 24)
    assert comparison.meets(found.result, "rented").all()
    alone = where(tmp_path, (0, 1), SERVICE + SHORT)
    assert not comparison.meets(alone.result, "rented").any()


# What is not delivered


def test_a_rental_that_fails_costs_what_it_would_have_cost(tmp_path):
    found = where(tmp_path, (0, 1))
    assert found.number("present_cost_usd") == 0
    assert sum(found.cash()) == 0
    assert found.number("compared_cost_usd") == pytest.approx(1_752_000)
    assert not_delivered(found) == pytest.approx(1_752_000)


def test_a_rental_that_fails_counts_as_late_as_the_horizon_and_one_that_comes_as_its_target(
    tmp_path,
):
    failed, came = (where(tmp_path, (happens, 1)) for happens in (0, 1))
    assert failed.number("compared_months") == 24
    assert came.number("compared_months") == pytest.approx(RUN_MONTHS)
    assert failed.number("target_months") == math.inf


@pytest.mark.parametrize(("price", "raised"), [(0, 1_752_000), (1, 876_000), (2, 0), (3, 0)])
def test_what_is_not_delivered_is_found_anew_at_each_price_of_an_hour_that_is_short(
    tmp_path, price, raised
):
    # It fails: 1,752,000 hours short. It comes: 1,752,000 USD, and 876,000 hours short. They are
    # equal at 2 USD an hour.
    found = where(tmp_path, (0, 1), SERVICE + SHORT)
    assert not_delivered(found, price) == pytest.approx(raised)
    own = 1_752_000 * price
    assert comparison.compared_usd(found.result, "rented", price)[0] == pytest.approx(own + raised)


LET = SECOND.replace('"other"', '"sublet"').replace("hour = 2", "hour = 1") + (
    'only_if = "second"\nsublet_price_share = 1\n'
    '[options.rented]\ntranches = ["rental", "second"]\n'
)


@pytest.mark.parametrize(
    ("happens", "own", "largest"),
    [
        ((1, 1), 876_000, 876_000),
        ((1, 0), 1_752_000, 1_752_000),
        ((0, 1), -876_000, 876_000),
        ((0, 0), 0, 1_752_000),
    ],
)
def test_of_two_events_the_set_that_makes_the_option_dearest_counts(
    tmp_path, happens, own, largest
):
    # the rental costs 1,752,000; the second, let at twice its price, brings 876,000. Where both
    # fail neither costs 0, the first alone 1,752,000, the second -876,000, both 876,000.
    found = where(tmp_path, happens, LET)
    assert found.number("present_cost_usd") == pytest.approx(own)
    assert found.number("compared_cost_usd") == pytest.approx(largest)
    assert not_delivered(found) == pytest.approx(largest - own)


def test_two_rentals_that_both_fail_cost_what_both_would_have_cost(tmp_path):
    # 1,752,000 each; neither alone is the dearest
    lists = 'only_if = "second"\n[options.rented]\ntranches = ["rental", "second"]\n'
    assert not_delivered(where(tmp_path, (0, 0), SECOND + lists)) == pytest.approx(3_504_000)


def test_cost_and_months_are_each_the_largest_for_itself(tmp_path):
    # Failed, the rental is replaced by a machine in month 3: 1,000,000 USD and 3 + 7.6 months.
    # Had it come: 1,752,000 USD and 7.6 months.
    found = where(tmp_path, (0, 1), INSTEAD)
    assert found.number("present_cost_usd") == pytest.approx(1_000_000)
    assert not_delivered(found) == pytest.approx(752_000)
    assert found.number("compared_months") == pytest.approx(3 + RUN_MONTHS)


def test_a_fallback_dearer_than_what_failed_raises_nothing(tmp_path):
    found = where(tmp_path, (0, 1), INSTEAD, "[chips.h100]\nnode_usd = 160000\n")
    assert found.number("compared_cost_usd") == pytest.approx(2_000_000)
    assert not_delivered(found) == 0


FALLS_ON = SECOND.replace("hour = 2", "hour = 4") + 'only_if = "second"\n' + TAKES_PLACE


@pytest.mark.parametrize(
    ("happens", "own", "largest"),
    [((0, 0), 0, 3_504_000), ((0, 1), 3_504_000, 3_504_000), ((1, 0), 1_752_000, 1_752_000)],
    ids=["both fail", "the fallback comes", "no fallback is needed"],
)
def test_a_failure_of_the_fallback_counts_where_the_fallback_acts(tmp_path, happens, own, largest):
    # the rental costs 1,752,000, what takes its place at 4 USD an hour 3,504,000
    found = where(tmp_path, happens, INSTEAD, FALLS_ON)
    assert found.number("present_cost_usd") == pytest.approx(own)
    assert found.number("compared_cost_usd") == pytest.approx(largest)


def test_an_event_of_a_stage_alone_raises_nothing(tmp_path):
    dark = 'tranches.rental.only_if = false\nsites.field.stages.grid.only_if = "second"\n'
    found = where(tmp_path, (1, 0), dark, option="built")
    assert found.number("gpu_hours") == 0
    assert not_delivered(found) == 0
