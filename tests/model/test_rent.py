"""What a rental costs, by hand, month by month: 100 GPUs at 2 USD are 146,000 USD a month."""

import pytest
from tools.hand import Future, yields

MONTH_USD = 146_000
FREE = "[chips.h100]\nnode_usd = 0\n"
TAX = "[choices]\ntax_rate_share = { value = 0.25 }\n"


def rental(folder, *lines: str, more: str = "") -> Future:
    """The rental with some lines of its own."""
    return yields(folder, "rented", more + "[tranches.rental]\n" + "\n".join(lines) + "\n")


def event(probability: float) -> str:
    about = 'label = "It comes"\nunit = "event"\njudgement = "By hand."\n'
    return f"[assumptions.comes]\n{about}probability = {probability}\n"


FAILS, COMES = event(0.4), event(0.6)

# The price


@pytest.mark.parametrize(("use", "take", "share"), [(0.5, 0.8, 0.8), (0.9, 0.8, 0.9)])
def test_the_share_paid_is_the_larger_of_the_share_used_and_the_share_promised(
    tmp_path, use, take, share
):
    # 100 GPUs x 730 h x 12 months x 2 USD = 1,752,000 USD in full.
    used = f"[need]\nuse_share = {use}\n"
    found = rental(tmp_path, f"take_or_pay_share = {take}", more=used)
    assert found.usd("rent") == pytest.approx(share * 1_752_000)


CONTRACT = "usd_per_gpu_hour = false\ncontract_usd = 2102400\n"


def test_a_contract_of_2_102_400_usd_for_four_fifths_of_876_000_hours_is_3_usd_an_hour(tmp_path):
    # 2,102,400 / (0.8 x 100 x 730 x 12) = 3; all hours are used, so all are paid: 73,000 x 3
    found = rental(tmp_path, CONTRACT, "take_or_pay_share = 0.8")
    assert found.cash()[:12] == pytest.approx([219_000] * 12)


def test_of_a_contract_that_ramps_for_six_months_three_months_are_not_paid(tmp_path):
    # 100 x (12 - 6 / 2) months x 730 x 2.4: three quarters of the value
    found = rental(tmp_path, CONTRACT, "ramp_months = 6")
    assert found.usd("rent") == pytest.approx(0.75 * 2_102_400)


def test_the_prepayment_of_a_contract_is_a_share_of_its_value(tmp_path):
    lines = (CONTRACT, "milestones = { ready = 3 }", "prepaid_months_before = 3")
    found = rental(tmp_path, *lines, "prepayment_share = 0.2", "take_or_pay_share = 0.8")
    assert found.cash()[0] == pytest.approx(420_480)


def test_a_renewal_pays_the_market_price_of_the_middle_of_its_month(tmp_path):
    # The market stands at 4 USD and falls by 36 % a year: month 6 pays 4 x 0.64^(6.5/12).
    falls = "[chips.h100]\nmarket_rent_usd_per_gpu_hour = 4\nprice_fall_per_year = 0.36\n"
    found = rental(tmp_path, "term_months = 6", 'at_end = "renew"', more=falls).cash()
    assert found[5] == pytest.approx(MONTH_USD)
    assert found[6] == pytest.approx(73_000 * 4 * 0.64 ** (6.5 / 12))
    assert found[23] == pytest.approx(73_000 * 4 * 0.64 ** (23.5 / 12))


# The prepayment


OF_8 = "[choices]\nhorizon_months = { value = 18 }\n"
LINES_OF_8 = ("gpus = 8", "milestones = { ready = 2 }", "ramp_months = 4", "prepayment_share = 0.2")


def test_8_gpus_for_12_months_with_a_ramp_and_20_percent_prepaid_cost_116_800_month_by_month(
    tmp_path,
):
    # Contract 8 x 730 x 12 x 2 = 140,160; prepaid 28,032 at month 0, credited 2,336 in each of
    # months 2 to 13. Delivered on average 1, 3, 5, 7, then 8 GPUs at 1,460 USD each a month:
    # 1,460 - 2,336; 4,380 - 2,336; 7,300 - 2,336; 10,220 - 2,336; then 11,680 - 2,336.
    found = rental(tmp_path, *LINES_OF_8, "prepaid_months_before = 2", more=OF_8)
    expected = [28_032, 0, -876, 2_044, 4_964, 7_884] + [9_344] * 8 + [0] * 4
    assert found.cash() == pytest.approx(expected)
    # 16 + 8 x 8 = 80 GPU-months at 1,460 USD.
    assert found.usd("rent") == pytest.approx(80 * 1_460)


@pytest.mark.parametrize(("before", "month"), [(0, 2), (1, 1), (1.5, 0), (2, 0), (30, 0)])
def test_a_prepayment_falls_so_long_before_the_first_delivery_and_never_before_month_0(
    tmp_path, before, month
):
    # the first delivery is in month 2, whose rent less credit is -876
    found = rental(tmp_path, *LINES_OF_8, f"prepaid_months_before = {before}", more=OF_8).cash()
    expected = [0.0, 0.0, -876.0]
    expected[month] += 28_032
    assert found[:3] == pytest.approx(expected)


# What runs on after the horizon. The base lets what is left at the whole market price of 2 USD.


def falling(share: float) -> str:
    return f"[chips.h100]\nprice_fall_per_year = {share}\n"


def market(first: int, last: int, left: float = 0.8) -> float:
    """USD of 73,000 hours a month at a market of 2 USD that falls each year to a share of it."""
    return sum(MONTH_USD * left ** ((t + 0.5) / 12) for t in range(first, last))


def test_a_year_left_at_the_horizon_pays_2_usd_and_brings_the_market_of_each_month(tmp_path):
    # at the horizon the market stands at 2 x 0.8^2 = 1.28 and falls on: a liability
    found = rental(tmp_path, "term_months = 36", more=falling(0.2)).number("end_value_usd")
    assert found == pytest.approx(market(24, 36) - 12 * MONTH_USD)
    assert found < -12 * 73_000 * (2 - 1.28)


def test_hours_let_at_half_of_the_market_and_used_by_half_bring_a_quarter_of_it(tmp_path):
    # take-or-pay keeps the rent of the twelve months left at 146,000 a month
    lines = ("term_months = 36", "sublet_price_share = 0.5")
    found = rental(tmp_path, *lines, more="[need]\nuse_share = 0.5\n")
    assert found.number("end_value_usd") == pytest.approx(12 * MONTH_USD * (0.25 - 1))


def test_what_runs_on_is_discounted_to_the_horizon_from_the_middle_of_each_month(tmp_path):
    # q = 1.21^(-1/12): 146,000 x q^0.5 x (1 - q^12) / (1 - q) at T, and 1.21^2 less today
    rate = "[choices]\ndiscount_rate_per_year = { value = 0.21 }\n"
    found = rental(tmp_path, "term_months = 36", "sublet_price_share = 0", more=rate)
    q = 1.21 ** (-1 / 12)
    owed = MONTH_USD * q**0.5 * (1 - q**12) / (1 - q)
    assert found.number("end_value_usd") == pytest.approx(-owed)
    assert found.usd("end_value") == pytest.approx(owed / 1.4641)


def test_a_first_delivery_after_the_horizon_counts_with_its_ramp_and_its_whole_term(tmp_path):
    # From 30 to 42 with a ramp of four months: 12.5, 37.5, 62.5, 87.5, then 8 x 100 GPUs.
    lines = ("milestones = { ready = 30 }", "ramp_months = 4", "sublet_price_share = 0")
    found = rental(tmp_path, *lines)
    assert sum(found.cash()) == 0
    assert found.number("end_value_usd") == pytest.approx(-10 * MONTH_USD)


def test_credit_that_is_left_at_the_horizon_is_used_in_its_months(tmp_path):
    # 10 % of 146,000 x 36 = 525,600, a third of it left; the market is at the contract's price
    found = rental(tmp_path, "term_months = 36", "prepayment_share = 0.1")
    assert found.number("end_value_usd") == pytest.approx(175_200)


LATE = ("milestones = { ready = 30 }", "prepayment_share = 0.1", "sublet_price_share = 0")


def test_a_prepayment_of_month_27_is_paid_after_a_horizon_of_24_and_credited_from_30_on(tmp_path):
    # 175,200 is due three months before the first delivery in month 30; its credit and the twelve
    # months of rent fall after the horizon too: 1,752,000 in all.
    found = rental(tmp_path, *LATE, "prepaid_months_before = 3")
    assert sum(found.cash()) == 0
    assert found.number("end_value_usd") == pytest.approx(-1_752_000)


def test_a_prepayment_of_month_6_is_paid_within_the_horizon_and_credited_after_it(tmp_path):
    found = rental(tmp_path, *LATE, "prepaid_months_before = 24")
    assert found.cash()[6] == pytest.approx(175_200)
    assert found.number("end_value_usd") == pytest.approx(175_200 - 1_752_000)


# A rental that never comes


def failed(folder, *lines: str, more: str = "") -> Future:
    """A rental of month 6 that fails; a fifth of it, 350,400, is to be paid four months before."""
    first = ('only_if = "comes"', "milestones = { ready = 6 }", "prepayment_share = 0.2")
    return rental(folder, *first, "prepaid_months_before = 4", *lines, more=FAILS + more)


def test_what_is_prepaid_before_the_failure_is_known_is_lost_but_for_the_refund(tmp_path):
    # paid in month 2; three quarters come back in month 9, when the failure is known
    found = failed(tmp_path, "known_month = 9", "refund_share = 0.75")
    expected = [0, 0, 350_400] + [0] * 6 + [-262_800] + [0] * 14
    assert found.cash() == pytest.approx(expected)
    assert found.number("end_value_usd") == 0


@pytest.mark.parametrize(("known", "paid"), [(2, 0), (1, 0), (2.01, 350_400)])
def test_a_prepayment_is_not_paid_on_the_day_on_which_the_failure_is_known_or_later(
    tmp_path, known, paid
):
    found = failed(tmp_path, f"known_month = {known}", "refund_share = 0")
    assert sum(found.cash()) == pytest.approx(paid)


def test_a_refund_after_the_horizon_stands_in_the_end_value(tmp_path):
    found = failed(tmp_path, "known_month = 30", "refund_share = 0.75")
    assert sum(found.cash()) == pytest.approx(350_400)
    assert found.number("end_value_usd") == pytest.approx(262_800)


def test_a_rental_that_comes_is_prepaid_and_credited_whatever_is_known_when(tmp_path):
    lines = ('only_if = "comes"', "prepayment_share = 0.2", "known_month = 0", "refund_share = 1")
    found = rental(tmp_path, *lines, more=COMES)
    assert found.cash()[:2] == pytest.approx([350_400 + 116_800, 116_800])
    assert found.usd("rent") == pytest.approx(1_752_000)


# Tax


def test_a_tax_of_25_percent_gives_back_a_quarter_of_the_rent(tmp_path):
    assert rental(tmp_path, more=TAX).usd("income_tax") == pytest.approx(-0.25 * 1_752_000)


def test_tax_is_saved_on_rent_when_it_is_delivered_and_not_when_it_is_prepaid(tmp_path):
    # Prepaid 350,400 in month 0 and credited 29,200 a month; a month of rent is 146,000.
    found = rental(tmp_path, "prepayment_share = 0.2", more=TAX).cash()
    assert found[:2] == pytest.approx([350_400 + 116_800 - 36_500, 116_800 - 36_500])


def test_prepaid_rent_that_comes_back_at_the_horizon_is_no_gain(tmp_path):
    lines = ("term_months = 36", "prepayment_share = 0.1")
    assert rental(tmp_path, *lines, more=TAX).number("end_value_usd") == pytest.approx(175_200)


def test_tax_is_saved_at_the_horizon_on_what_the_contract_still_costs(tmp_path):
    # twelve months at 146,000 less a quarter
    lines = ("term_months = 36", "sublet_price_share = 0")
    found = rental(tmp_path, *lines, more=TAX).number("end_value_usd")
    assert found == pytest.approx(-0.75 * 12 * MONTH_USD)


def test_tax_is_saved_on_what_a_failed_rental_keeps_in_the_month_in_which_that_is_known(tmp_path):
    # of 350,400 a quarter, 87,600, is kept: in month 9 262,800 come back and 21,900 of tax
    found = failed(tmp_path, "known_month = 9", "refund_share = 0.75", more=TAX)
    assert found.cash()[9] == pytest.approx(-262_800 - 21_900)
    assert found.number("end_value_usd") == 0


def test_a_refund_after_the_horizon_is_no_gain_and_what_is_lost_by_then_a_loss(tmp_path):
    # book 350,400, worth 262,800: a quarter of the 87,600 lost is saved at the horizon
    found = failed(tmp_path, "known_month = 30", "refund_share = 0.75", more=TAX)
    assert found.number("end_value_usd") == pytest.approx(262_800 + 21_900)


# What is left when the run moves. Alone 100 GPUs take 7.6 months; the machine of 200 is faster.


def moves(folder, month: float, *lines: str) -> Future:
    """A rental for the run, which moves to a machine of twice its size in a month, at no cost."""
    last = 'at_end = "until_moved"'
    machine = f"[tranches.machine]\ngpus = 200\nmilestones = {{ ready = {month} }}\n"
    both = '[options.rented]\ntranches = ["machine", "rental"]\n'
    return rental(folder, last, *lines, more=FREE + machine + both)


LEAVES = ("exit_fee_months = 3", "prepayment_share = 0.2")


def test_moving_at_month_4_5_costs_three_months_of_rent_and_brings_back_the_unused_credit(
    tmp_path,
):
    # Prepaid 20 % of twelve: 350,400, credited 29,200 a month. Month 4 pays half a month and half
    # a credit, the fee of 438,000, less 7.5 credits of 29,200 = 219,000.
    found = moves(tmp_path, 4.5, *LEAVES)
    assert found.cash()[:2] == pytest.approx([350_400 + 116_800, 116_800])
    assert found.cash()[4:6] == pytest.approx([58_400 + 438_000 - 219_000, 0])
    assert found.usd("exit_fee") == pytest.approx(438_000)


def test_moving_two_months_before_the_end_costs_two_months_and_not_three(tmp_path):
    # 292,000 less two credits of 29,200.
    assert moves(tmp_path, 10, *LEAVES).cash()[10] == pytest.approx(292_000 - 58_400)


def test_moving_off_a_renewed_rental_costs_nothing(tmp_path):
    assert moves(tmp_path, 14, *LEAVES).cash()[14:] == pytest.approx([0] * 10)
    assert moves(tmp_path, 14, *LEAVES).cash()[13] == pytest.approx(MONTH_USD)


def test_without_a_fee_the_term_is_paid_to_its_end_and_nothing_is_renewed(tmp_path):
    assert moves(tmp_path, 4.5).cash() == pytest.approx([MONTH_USD] * 12 + [0] * 12)
    assert moves(tmp_path, 14.5).cash() == pytest.approx(
        [MONTH_USD] * 14 + [MONTH_USD / 2] + [0] * 9
    )


def test_a_run_that_never_moves_keeps_the_rental_to_the_horizon(tmp_path):
    for lines in ((), LEAVES[:1]):
        assert moves(tmp_path, 25, *lines).cash() == pytest.approx([MONTH_USD] * 24)


def test_a_rental_on_which_the_run_does_not_start_is_left_when_it_starts_elsewhere(tmp_path):
    # 99 GPUs hold no run of 100; it starts on the machine in month 5, and stays there
    found = moves(tmp_path, 5, "gpus = 99", "exit_fee_months = 0")
    assert found.number("first_training_months") == 5
    assert found.cash() == pytest.approx([0.99 * MONTH_USD] * 5 + [0] * 19)


def test_where_no_run_ever_starts_the_rental_is_kept(tmp_path):
    found = moves(tmp_path, 25, "gpus = 99", "exit_fee_months = 0")
    assert found.cash() == pytest.approx([0.99 * MONTH_USD] * 24)


def test_a_rental_to_which_the_run_moves_is_kept(tmp_path):
    # the run starts on the machine of 200 in month 0 and moves to 300 rented ones in month 3
    found = moves(tmp_path, 0, "gpus = 300", "milestones = { ready = 3 }", "exit_fee_months = 0")
    assert found.number("move_months") == 3
    assert found.cash() == pytest.approx([0] * 3 + [3 * MONTH_USD] * 21)


def test_a_rental_that_comes_after_the_run_has_settled_elsewhere_is_left_on_arrival(tmp_path):
    # a fee of three months of the twelve, paid in month 8, and not an hour
    found = moves(tmp_path, 0, "milestones = { ready = 8 }", "exit_fee_months = 3")
    assert found.cash() == pytest.approx([0] * 8 + [3 * MONTH_USD] + [0] * 15)


# The supplier's site


SITE = """
[sites.supplier]
works_usd = 5e5
works_usd_per_mw = 2e6
staff_usd_per_year = 1.2e6
lease_usd_per_kw_month = 100
"""
AT = ("milestones = { ready = 3 }", "usd_per_gpu_hour = 0")


def test_a_suppliers_site_is_paid_from_the_first_delivery_on_whatever_the_term(tmp_path):
    # Month 3: works of 500,000 and 0.1 MW x 2,000,000. From then on 100,000 of staff a month and
    # 100 kW x 100 USD, also after the term of 12 months, to the horizon.
    found = rental(tmp_path, *AT, more=SITE)
    assert found.cash() == pytest.approx([0] * 3 + [810_000] + [110_000] * 20)
    parts = [found.usd(part) for part in ("works", "staff", "site_lease")]
    assert parts == pytest.approx([700_000, 2_100_000, 210_000])


def test_two_rentals_at_a_suppliers_site_pay_its_works_and_staff_once(tmp_path):
    second = """
    [options.rented]
    tranches = ["second", "rental"]
    [tranches.second]
    title = "Second"
    kind = "rent"
    chip = "h100"
    site = "supplier"
    gpus = 300
    use = "other"
    milestones = { ready = 9 }
    ramp_months = 0
    usd_per_gpu_hour = 0
    term_months = 3
    take_or_pay_share = 0
    prepayment_share = 0
    at_end = "stop"
    """
    found = rental(tmp_path, *AT, more=SITE + second)
    assert found.usd("staff") == pytest.approx(2_100_000)
    # 500,000 once, 200,000 in month 3 and 600,000 in month 9; leases of 10,000 and 30,000
    assert found.usd("works") == pytest.approx(1_300_000)
    assert found.usd("site_lease") == pytest.approx(21 * 10_000 + 15 * 30_000)


def test_a_suppliers_site_where_nothing_comes_costs_nothing(tmp_path):
    found = rental(tmp_path, *AT, 'only_if = "comes"', more=FAILS + SITE)
    assert found.number("present_cost_usd") == 0
    assert rental(tmp_path, *AT, "gpus = 0", more=SITE).number("present_cost_usd") == 0


def test_tax_writes_a_suppliers_works_off_and_deducts_its_staff_and_lease(tmp_path):
    # month 3, in the first year: 700,000 x 20 % / 12 written off, and 110,000 of expense
    found = rental(tmp_path, *AT, more=TAX + SITE).cash()
    assert found[3] == pytest.approx(810_000 - 0.25 * (110_000 + 700_000 * 0.2 / 12))
