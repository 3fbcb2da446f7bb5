"""Terms signed again, a share by the hour, and prices of the market, by hand: 100 GPUs are 73,000
GPU-hours a month."""

import pytest
from tools.hand import Future, yields

HOURS = 73_000
MARKET = "[chips.h100]\nmarket_rent_usd_per_gpu_hour = 4\nprice_fall_per_year = 0.36\n"
AGAIN = 'at_end = "reserve"'


def market(month: float) -> float:
    """USD an hour on a market of 4 that falls by 36 % a year."""
    return 4 * 0.64 ** (month / 12)


def rental(folder, *lines: str, months: int = 12, more: str = MARKET) -> Future:
    """The rental with some lines of its own over so many months."""
    horizon = f"[choices]\nhorizon_months = {{ value = {months} }}\n"
    return yields(folder, "rented", horizon + more + "[tranches.rental]\n" + "\n".join(lines))


# Signed again


def test_a_term_of_five_and_a_half_months_is_signed_again_in_the_middle_of_month_5(tmp_path):
    # 2 USD until 5.5, then the market of month 5.5 until 11, then that of month 11
    found = rental(tmp_path, "term_months = 5.5", AGAIN).cash()
    second, third = (HOURS * market(month) for month in (5.5, 11))
    assert found[:5] == pytest.approx([2 * HOURS] * 5)
    assert found[5] == pytest.approx(HOURS + second / 2)
    assert found[6:] == pytest.approx([second] * 5 + [third])


def test_a_term_signed_again_costs_what_one_of_its_length_does(tmp_path):
    # half of the way to a year at 0.8 is 0.9
    ratio = MARKET + "rent_1_year_ratio = 0.8\n"
    found = rental(tmp_path, "term_months = 6", AGAIN, more=ratio).cash()
    assert found == pytest.approx([2 * HOURS] * 6 + [0.9 * HOURS * market(6)] * 6)


def test_a_ramp_goes_on_over_the_end_of_a_term(tmp_path):
    # 12.5, 37.5, 62.5 and 87.5 GPUs; the term ends in the middle of month 1, when 37.5 are there:
    # 15.625 GPU-months of month 1 before it and 21.875 after it
    lines = ("term_months = 1.5", "ramp_months = 4", AGAIN)
    found = rental(tmp_path, *lines, more="[chips.h100]\nmarket_rent_usd_per_gpu_hour = 4\n").cash()
    assert found[:2] == pytest.approx([730 * 2 * 12.5, 730 * (2 * 15.625 + 4 * 21.875)])
    assert found[2:5] == pytest.approx([730 * 4 * gpus for gpus in (62.5, 87.5, 100)])


def test_the_last_term_begun_before_the_horizon_runs_on_at_its_price(tmp_path):
    # signed in month 11 for 5.5 months: 4.5 are left, and let at half of the market
    lines = ("term_months = 5.5", AGAIN, "sublet_price_share = 0.5")
    left = [1, 1, 1, 1, 0.5]
    let = sum(0.5 * market(12.5 + i) * share for i, share in enumerate(left))
    found = rental(tmp_path, *lines).number("end_value_usd")
    assert found == pytest.approx(HOURS * (let - 4.5 * market(11)))


@pytest.mark.parametrize(("first", "term"), [(0, 6), (0.6, 3.8), (1.2, 1.2)])
def test_nothing_is_signed_at_the_horizon_itself(tmp_path, first, term):
    # 0.6 + 3 x 3.8 and 1.2 + 9 x 1.2 are 12
    lines = (f"milestones = {{ ready = {first} }}", f"term_months = {term}", AGAIN)
    found = rental(tmp_path, *lines, "sublet_price_share = 0").number("end_value_usd")
    assert found == pytest.approx(0, abs=1e-3)


def test_a_first_delivery_after_the_horizon_counts_one_term_at_the_price_agreed(tmp_path):
    lines = ("milestones = { ready = 15.5 }", "term_months = 7", "sublet_price_share = 0")
    found = rental(tmp_path, *lines, AGAIN)
    assert found.number("end_value_usd") == pytest.approx(-7 * 2 * HOURS)
    assert sum(found.cash()) == 0


def test_only_the_first_of_several_terms_is_prepaid(tmp_path):
    # a fifth of 2 x 73,000 x 3 = 87,600 in month 0, credited over months 0 to 2
    lines = ("term_months = 3", "prepayment_share = 0.2", AGAIN)
    level = "[chips.h100]\nmarket_rent_usd_per_gpu_hour = 2\n"
    found = rental(tmp_path, *lines, more=level).cash()
    assert found == pytest.approx([116_800 + 87_600, 116_800, 116_800] + [146_000] * 9)


# The price of the market

RATIOS = MARKET + "rent_1_year_ratio = 0.8\nrent_3_year_ratio = 0.5\n"


@pytest.mark.parametrize(
    ("term", "ratio"), [(1.2, 0.98), (6, 0.9), (12, 0.8), (24, 0.65), (36, 0.5), (60, 0.5)]
)
def test_a_term_without_a_price_costs_the_market_times_the_ratio_of_its_length(
    tmp_path, term, ratio
):
    # 1 at no month, 0.8 at 12 and 0.5 from 36 on, in straight lines
    lines = ("usd_per_gpu_hour = false", f"term_months = {term}")
    assert rental(tmp_path, *lines, more=RATIOS).cash()[0] == pytest.approx(HOURS * 4 * ratio)


@pytest.mark.parametrize(
    ("ratio", "term", "usd"),
    [
        ("rent_1_year_ratio = 0.8", 24, 3.6),  # half of the way from 0.8 back to 1
        ("rent_3_year_ratio = 0.5", 12, 4.0),
        ("rent_3_year_ratio = 0.5", 24, 3.0),  # half of the way from 1 to 0.5
    ],
)
def test_a_ratio_that_is_left_out_is_1(tmp_path, ratio, term, usd):
    lines = ("usd_per_gpu_hour = false", f"term_months = {term}")
    found = rental(tmp_path, *lines, more=MARKET + ratio + "\n").cash()
    assert found[0] == pytest.approx(HOURS * usd)


# A share under contract


def test_a_quarter_is_paid_as_agreed_and_the_rest_by_the_hours_that_are_used(tmp_path):
    # 18,250 h at 2 USD, used or not; 54,750 x 0.8 at the market of the middle of each month
    used = MARKET + "[need]\nuse_share = 0.8\n"
    found = rental(tmp_path, "reserved_share = 0.25", more=used).cash()
    hourly = [54_750 * 0.8 * market(month + 0.5) for month in range(12)]
    assert found == pytest.approx([36_500 + usd for usd in hourly])


def test_what_is_by_the_hour_goes_when_the_tranche_does(tmp_path):
    lines = ("reserved_share = 0", "milestones = { ready = 3 }", "term_months = 4.5")
    found = rental(tmp_path, *lines).cash()
    usd = [HOURS * market(month + 0.5) for month in range(3, 8)]
    assert found == pytest.approx([0, 0, 0, *usd[:4], usd[4] / 2, 0, 0, 0, 0])


def test_a_renewal_pays_the_market_for_what_was_reserved_at_the_share_promised(tmp_path):
    # after month 6 a quarter pays for every hour and three quarters for the half that is used
    lines = ("reserved_share = 0.25", "term_months = 6", 'at_end = "renew"')
    found = rental(tmp_path, *lines, more=MARKET + "[need]\nuse_share = 0.5\n").cash()
    assert found[6] == pytest.approx(HOURS * (0.25 + 0.75 * 0.5) * market(6.5))


def test_a_contract_of_438_000_usd_for_a_quarter_of_876_000_hours_is_2_usd_an_hour(tmp_path):
    lines = ("usd_per_gpu_hour = false", "contract_usd = 438000", "reserved_share = 0.25")
    free = "[chips.h100]\nmarket_rent_usd_per_gpu_hour = 0\n"
    assert rental(tmp_path, *lines, more=free).cash() == pytest.approx([36_500] * 12)


def test_a_quarter_is_prepaid_and_a_quarter_runs_on_and_is_let(tmp_path):
    # a tenth of 0.25 x 146,000 x 24 = 87,600 ahead; at a market of 1 USD the rest pays 54,750 by
    # the hour. At the horizon half of the credit is left, and twelve months that cost 36,500 and
    # bring 18,250 each
    lines = ("reserved_share = 0.25", "term_months = 24", "prepayment_share = 0.1")
    level = "[chips.h100]\nmarket_rent_usd_per_gpu_hour = 1\n"
    found = rental(tmp_path, *lines, more=level)
    assert found.cash()[0] == pytest.approx(36_500 + 87_600 - 3_650 + 54_750)
    assert found.number("end_value_usd") == pytest.approx(43_800 - 12 * (36_500 - 18_250))


def test_leaving_costs_a_fee_on_what_is_reserved_alone(tmp_path):
    # the run moves to a machine of twice the size in month 4: three months of 0.25 x 146,000
    lines = ("reserved_share = 0.25", 'at_end = "until_moved"', "exit_fee_months = 3")
    more = (
        "[chips.h100]\nnode_usd = 0\n"
        "[tranches.machine]\ngpus = 200\nmilestones = { ready = 4 }\n"
        '[options.rented]\ntranches = ["machine", "rental"]\n'
    )
    found = rental(tmp_path, *lines, more=more)
    assert found.usd("exit_fee") == pytest.approx(109_500)
    assert found.usd("rent") == pytest.approx(4 * 146_000)
