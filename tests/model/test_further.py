"""Further lines of cost and works that are resold, by hand: 100 GPUs of 1 kW."""

import pytest
from tools.hand import Future, yields

BUILT = """
[choices]
horizon_months = { value = 12 }
[chips.h100]
node_usd = 0
[tranches.machine]
milestones = { ready = 3 }
ramp_months = 4
"""
LINE = '[costs.line]\ntitle = "A line"\ntranches = ["machine"]\n'


def built(folder, line: str, more: str = "") -> Future:
    """The machine, of no price, in months 3 to 7, with a line of cost."""
    return yields(folder, "built", BUILT + more + LINE + line)


def test_what_is_paid_once_is_paid_at_the_first_gpus(tmp_path):
    found = built(tmp_path, "once_usd = 5000")
    assert found.cash() == [0, 0, 0, 5000, *[0] * 8]
    assert found.usd("further") == 5000


def test_what_lasts_four_and_a_half_months_is_paid_again_in_months_7_and_after_nine(tmp_path):
    # at 3 and 7.5; at 12 the horizon is reached
    found = built(tmp_path, "once_usd = 5000\nlife_months = 4.5").cash()
    assert found == [0, 0, 0, 5000, 0, 0, 0, 5000, 0, 0, 0, 0]


def test_two_lives_of_1_4_months_after_0_2_end_in_month_3(tmp_path):
    # paid at 0.2, 1.6, 3.0, 4.4, 5.8, 7.2, ...
    ready = "[tranches.machine]\nmilestones = { ready = 0.2 }\n"
    found = yields(tmp_path, "built", BUILT + LINE + "once_usd = 1000\nlife_months = 1.4\n", ready)
    assert found.cash()[:8] == [1000, 1000, 0, 1000, 1000, 1000, 0, 1000]


@pytest.mark.parametrize(("first", "life"), [(0, 4), (0.6, 3.8), (1.2, 1.2)])
def test_nothing_is_paid_again_at_the_horizon_itself(tmp_path, first, life):
    # 0.6 + 3 x 3.8 and 1.2 + 9 x 1.2 are 12
    ready = f"[tranches.machine]\nmilestones = {{ ready = {first} }}\n"
    line = BUILT + LINE + f"once_usd = 5000\nlife_months = {life}\n"
    found = yields(tmp_path, "built", line, ready)
    assert found.usd("further") == pytest.approx(5000 * round((12 - first) / life))


def test_what_is_paid_by_the_year_is_paid_evenly_from_the_first_gpus_on(tmp_path):
    found = yields(
        tmp_path,
        "built",
        BUILT + LINE + "usd_per_year = 120000\n",
        "[tranches.machine]\nmilestones = { ready = 3.5 }\n",
    )
    assert found.cash() == pytest.approx([0, 0, 0, 5_000, *[10_000] * 8])


def test_what_is_paid_per_gpu_follows_the_ramp_and_what_is_paid_per_kw_does_not(tmp_path):
    # 12.5, 37.5, 62.5, 87.5, then 100 GPUs at 10 USD a month; 100 kW at 20 USD from month 3 on
    found = built(tmp_path, "usd_per_gpu_year = 120\nusd_per_kw_month = 20").cash()
    ramp = [125, 375, 625, 875, *[1_000] * 5]
    assert found == pytest.approx([0, 0, 0, *[2_000 + usd for usd in ramp]])


def test_gpus_without_power_are_there(tmp_path):
    # 25 kW carry a quarter of the 100 GPUs, and all of them are paid for
    dark = "[sites.field.stages.grid]\nmw = 0.025\n"
    found = built(tmp_path, "usd_per_gpu_year = 120", more=dark)
    assert found.cash()[7:] == pytest.approx([1_000] * 5)


RENTED = """
[choices]
horizon_months = { value = 12 }
[tranches.rental]
usd_per_gpu_hour = 0
milestones = { ready = 3 }
term_months = 4.5
"""
ALL = """
[costs.line]
title = "A line"
tranches = ["rental"]
once_usd = 5000
life_months = 2
usd_per_year = 12000
usd_per_gpu_year = 120
usd_per_kw_month = 10
"""
"""5,000 every second month, and 1,000 + 1,000 + 1,000 a month."""


def test_a_rental_pays_a_line_until_its_gpus_are_gone(tmp_path):
    # gone at 7.5: 5,000 at 3, 5 and 7, and half of 3,000 in month 7
    found = yields(tmp_path, "rented", RENTED + ALL).cash()
    assert found == pytest.approx([0, 0, 0, 8_000, 3_000, 8_000, 3_000, 6_500, 0, 0, 0, 0])


def test_a_rental_that_is_kept_pays_a_line_to_the_horizon(tmp_path):
    for end in ('"renew"', '"reserve"'):
        kept = (
            f"[tranches.rental]\nat_end = {end}\n[chips.h100]\nmarket_rent_usd_per_gpu_hour = 0\n"
        )
        found = yields(tmp_path, "rented", RENTED + ALL, kept).cash()
        assert found == pytest.approx([0, 0, 0, *[8_000, 3_000] * 4, 8_000])


LEFT = """
[tranches.rental]
at_end = "until_moved"
exit_fee_months = 0
[tranches.machine]
gpus = 200
milestones = { ready = 6 }
ramp_months = 0
[chips.h100]
node_usd = 0
[options.rented]
tranches = ["machine", "rental"]
"""


def test_a_rental_that_is_left_pays_a_line_until_that_day(tmp_path):
    # the run moves to the machine of twice the size in month 6
    found = yields(tmp_path, "rented", RENTED + ALL, LEFT).cash()
    assert found == pytest.approx([0, 0, 0, 8_000, 3_000, 8_000, *[0] * 6])


def test_gpus_that_are_left_on_the_day_they_come_cost_no_line(tmp_path):
    # the run has started on the machine in month 2, and stays there
    there = LEFT.replace("ready = 6", "ready = 2")
    assert yields(tmp_path, "rented", RENTED + ALL, there).usd("further") == 0


def test_a_line_is_paid_for_each_of_its_tranches_that_comes_and_has_a_gpu(tmp_path):
    both = 'tranches = ["machine", "rental"]\n'
    line = BUILT + LINE.replace('tranches = ["machine"]\n', both) + "once_usd = 5000\n"
    line += f"[options.built]\n{both}[tranches.rental]\nusd_per_gpu_hour = 0\n"
    about = '[assumptions.comes]\nlabel = "Comes"\nunit = "event"\njudgement = "By hand."\n'
    never = about + 'probability = 0.4\n[tranches.machine]\nonly_if = "comes"\n'
    assert yields(tmp_path, "built", line).usd("further") == 10_000
    assert yields(tmp_path, "built", line, "[tranches.rental]\ngpus = 0").usd("further") == 5_000
    assert yields(tmp_path, "built", line, never).usd("further") == 5_000
    assert yields(tmp_path, "rented", line).usd("further") == 5_000


TAKES_OVER = """
[assumptions.comes]
label = "Comes"
unit = "event"
judgement = "By hand."
probability = 0.4
[tranches.rental]
only_if = "comes"
usd_per_gpu_hour = 0
[options.rented]
instead = { event = "comes", known_month = 2, option = "built" }
"""


def test_what_takes_the_place_of_a_tranche_pays_its_lines(tmp_path):
    # the machine of month 3, begun in month 2
    found = yields(tmp_path, "rented", BUILT + LINE + "once_usd = 5000\n" + TAKES_OVER)
    assert found.cash() == [0, 0, 0, 0, 0, 5000, *[0] * 6]


def test_tax_is_saved_on_a_line_when_it_is_paid(tmp_path):
    tax = "tax_rate_share = { value = 0.25 }\n"
    line = BUILT.replace("[choices]\n", "[choices]\n" + tax) + LINE + "once_usd = 5000\n"
    found = yields(tmp_path, "built", line)
    assert found.cash()[3] == pytest.approx(3_750)
    assert found.number("end_value_usd") == 0


# Works that are resold

WORKS = "[sites.field]\nworks_usd = 300000\nworks_usd_per_mw = 2e6\nworks_resale_share = 0.4\n"


def test_of_works_of_500_000_two_fifths_are_left_at_the_horizon(tmp_path):
    # 300,000 at the order and 0.1 MW x 2,000,000
    assert built(tmp_path, "once_usd = 0", WORKS).number("end_value_usd") == pytest.approx(200_000)


def test_works_that_are_still_to_be_paid_at_the_horizon_are_not_resold(tmp_path):
    # ordered in month 0, the last GPU in month 24: half of the 200,000 is paid in twelve months
    late = "[tranches.machine]\nmilestones = { ready = 20 }\n"
    found = yields(tmp_path, "built", BUILT + WORKS, late).number("end_value_usd")
    assert found == pytest.approx(0.4 * 400_000)


def test_works_at_a_suppliers_site_are_resold_too(tmp_path):
    works = WORKS.replace("field", "supplier")
    found = yields(tmp_path, "rented", RENTED + works).number("end_value_usd")
    assert found == pytest.approx(200_000)


def test_what_works_fetch_is_taxed_less_what_is_not_yet_written_off(tmp_path):
    # of 500,000 a fifth is written off in the one year; book 400,000, worth 200,000: a quarter of
    # the loss of 200,000 is saved
    tax = "tax_rate_share = { value = 0.25 }\n"
    change = BUILT.replace("[choices]\n", "[choices]\n" + tax) + WORKS
    found = yields(tmp_path, "built", change).number("end_value_usd")
    assert found == pytest.approx(250_000)
