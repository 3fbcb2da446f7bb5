"""What it costs, by hand, month by month. 8 GPUs at 2 USD for 730 hours are 11,680 USD."""

import numpy as np
import pytest
from tools.hand import OWNED, yields

from analysis.model import cost, finance
from analysis.model.cost import Bill

ONE = np.array([1.0])


def horizon(months: int) -> str:
    return f"[choices]\nhorizon_months = {{ value = {months} }}\n"


def test_half_a_year_at_21_percent_divides_by_1_1():
    # 1.21^(-1/2) = 1 / 1.1.
    assert cost.discount_factor(0.21, np.array([6.0]))[0] == pytest.approx(1 / 1.1)


def test_the_payments_of_month_5_are_discounted_by_five_and_a_half_months():
    assert cost.mid_month_factors(0.21, 12)[5] == pytest.approx(1.21 ** (-5.5 / 12))


def test_present_value_adds_each_payment_times_its_factor():
    # 100 x 1 + 200 x 0.5 + 400 x 0.25.
    factors = np.array([1, 0.5, 0.25])
    assert cost.present_usd(np.array([[100, 200, 400]]), factors).tolist() == [300]


def test_a_price_that_falls_by_19_percent_a_year_stands_at_nine_tenths_after_half_a_year():
    # 0.81^(6/12) = 0.9; a fall that begins at month 12 is there at month 18, and not before 12.
    fall, months = np.array([0.19]), np.array([6.0, 12.0, 18.0])
    assert cost.price_index(fall, np.array([0.0]), months)[0] == pytest.approx(0.9)
    assert cost.price_index(fall, np.array([12.0]), months) == pytest.approx([1, 1, 0.9])


def test_from_1_25_to_2_5_lie_three_quarters_of_month_1_and_half_of_month_2():
    found = cost.share_of_months(np.array([1.25]), np.array([2.5]), 4)
    assert found.tolist() == [[0, 0.75, 0.5, 0]]


RENTAL_OF_8 = """
[tranches.rental]
gpus = 8
milestones = { ready = 2 }
ramp_months = 4
prepayment_share = 0.2
"""


def test_8_gpus_for_12_months_with_a_ramp_and_20_percent_prepaid_cost_126_144_month_by_month(
    tmp_path,
):
    # Contract 8 x 730 x 12 x 2 = 140,160; prepaid 28,032 at month 0, credited 2,336 in each of
    # months 2 to 13. Delivered on average 1, 3, 5, 7, then 8 GPUs at 1,460 USD each a month:
    # 1,460 - 2,336; 4,380 - 2,336; 7,300 - 2,336; 10,220 - 2,336; then 11,680 - 2,336.
    found = yields(tmp_path, "rented", horizon(18) + RENTAL_OF_8)
    expected = [28_032, 0, -876, 2_044, 4_964, 7_884] + [9_344] * 8 + [0] * 4
    assert found.cash() == pytest.approx(expected)
    # 16 + 8 x 8 = 80 GPU-months at 1,460 USD.
    assert found.usd("rent") == pytest.approx(80 * 1_460)


def test_a_rental_signed_at_month_1_is_prepaid_then_and_never_after_its_first_delivery(tmp_path):
    found = yields(tmp_path, "rented", horizon(18) + RENTAL_OF_8 + "signed_month = 1")
    assert found.cash()[:3] == pytest.approx([0, 28_032, -876])
    late = yields(tmp_path, "rented", horizon(18) + RENTAL_OF_8 + "signed_month = 9")
    assert late.cash()[:3] == pytest.approx([0, 0, 28_032 - 876])


@pytest.mark.parametrize(("use", "take", "share"), [(0.5, 0.8, 0.8), (0.9, 0.8, 0.9)])
def test_the_share_paid_is_the_larger_of_the_share_used_and_the_share_promised(
    tmp_path, use, take, share
):
    changes = f"[need]\nuse_share = {use}\n[tranches.rental]\ntake_or_pay_share = {take}"
    # 100 GPUs x 730 h x 12 months x 2 USD = 1,752,000 USD in full.
    assert yields(tmp_path, "rented", changes).usd("rent") == pytest.approx(share * 1_752_000)


def test_a_renewal_pays_the_market_price_of_the_middle_of_its_month(tmp_path):
    # The market stands at 4 USD and falls by 36 % a year: month 6 pays 4 x 0.64^(6.5/12).
    falls = "[chips.h100]\nmarket_rent_usd_per_gpu_hour = 4\nprice_fall_per_year = 0.36\n"
    changes = '[tranches.rental]\nterm_months = 6\nat_end = "renew"\n'
    found = yields(tmp_path, "rented", falls + changes).cash()
    assert found[5] == pytest.approx(146_000)
    assert found[6] == pytest.approx(73_000 * 4 * 0.64 ** (6.5 / 12))
    assert found[23] == pytest.approx(73_000 * 4 * 0.64 ** (23.5 / 12))


def term(months: float, fall: float, more: str = "") -> str:
    falls = f"[chips.h100]\nprice_fall_per_year = {fall}\n"
    return f"{falls}[tranches.rental]\nterm_months = {months}\n{more}\n"


def test_a_rental_above_the_market_with_a_year_to_go_is_a_liability_of_630_720_usd(tmp_path):
    # At month 24 the market stands at 2 x 0.8^2 = 1.28: 100 x 12 x 730 x (1.28 - 2).
    found = yields(tmp_path, "rented", term(36, 0.2))
    assert found.number("end_value_usd") == pytest.approx(-630_720)
    assert found.usd("end_value") == pytest.approx(630_720)


def test_a_rental_below_the_market_with_a_year_to_go_is_worth_2_190_000_usd(tmp_path):
    # The market rises by half a year, to 2 x 2.25 = 4.5: 100 x 12 x 730 x 2.5.
    found = yields(tmp_path, "rented", term(36, -0.5))
    assert found.number("end_value_usd") == pytest.approx(2_190_000)


def test_what_is_prepaid_and_not_yet_credited_is_worth_its_face_at_the_horizon(tmp_path):
    # 10 % of 100 x 730 x 36 x 2 = 5,256,000; a third of the term is left.
    found = yields(tmp_path, "rented", term(36, 0, "prepayment_share = 0.1"))
    assert found.number("end_value_usd") == pytest.approx(175_200)


def test_a_rental_signed_before_the_horizon_and_delivered_after_it_counts_for_its_term(tmp_path):
    # From 30 to 42, signed at 0: the 10 % prepaid (175,200) and 100 x 12 x 730 x (1.28 - 2).
    late = "milestones = { ready = 30 }\nprepayment_share = 0.1"
    found = yields(tmp_path, "rented", term(12, 0.2, late))
    assert sum(found.cash()) == pytest.approx(175_200)
    assert found.number("end_value_usd") == pytest.approx(175_200 - 630_720)


def test_a_rental_that_is_to_be_signed_after_the_horizon_counts_for_nothing(tmp_path):
    late = "milestones = { ready = 30 }\nprepayment_share = 0.1\nsigned_month = 26"
    found = yields(tmp_path, "rented", term(12, 0.2, late))
    assert (sum(found.cash()), found.number("end_value_usd")) == (0, 0)


LEAVES = """
[options.rented]
tranches = ["machine", "rental"]
[tranches.rental]
leave_when_trains = "machine"
exit_fee_months = 3
prepayment_share = 0.2
"""


def leaves(folder, month: float, more: str = "") -> list[float]:
    """Cash of the rental that is left in a month, the machine costing nothing."""
    free = f"[chips.h100]\nnode_usd = 0\n[tranches.machine]\nmilestones = {{ ready = {month} }}\n"
    return yields(folder, "rented", LEAVES + more + free).cash()


def test_leaving_at_month_4_5_costs_three_months_of_rent_and_brings_back_the_unused_credit(
    tmp_path,
):
    # A month costs 146,000; prepaid 20 % of twelve: 350,400, credited 29,200 a month. Month 4 pays
    # half a month and half a credit, the fee of 438,000, less 7.5 credits of 29,200 = 219,000.
    found = leaves(tmp_path, 4.5)
    assert found[:2] == pytest.approx([350_400 + 116_800, 116_800])
    assert found[4:6] == pytest.approx([58_400 + 438_000 - 219_000, 0])


def test_leaving_two_months_before_the_end_costs_two_months_and_not_three(tmp_path):
    # 292,000 less two credits of 29,200.
    assert leaves(tmp_path, 10)[10] == pytest.approx(292_000 - 58_400)


def test_leaving_a_renewed_rental_costs_nothing(tmp_path):
    found = leaves(tmp_path, 14, 'at_end = "renew"\n')
    assert found[12:16] == pytest.approx([146_000, 146_000, 0, 0])


MACHINE = """
[tranches.machine]
milestones = { ready = 3 }
ordered_month = 1
ramp_months = 4
"""
SHARES = "network_share = 0.15\nstorage_share = 0.05\n"


def owned(folder, changes: str) -> list[float]:
    return yields(folder, "built", horizon(12) + MACHINE + changes).cash()


def test_a_cluster_of_100_gpus_costs_250_000_at_order_and_250_000_in_each_month_of_the_ramp(
    tmp_path,
):
    # A server is 80,000 / 8 = 10,000 a GPU, the cluster 10,000 / (1 - 0.2) = 12,500; 20 % of
    # 1,250,000 at order in month 1, the rest over months 3 to 6.
    found = yields(tmp_path, "built", horizon(12) + MACHINE + SHARES + "deposit_share = 0.2")
    assert found.cash() == pytest.approx([0, 250_000, 0] + [250_000] * 4 + [0] * 5)
    assert found.usd("servers") == pytest.approx(1_000_000)
    assert found.usd("network_and_storage") == pytest.approx(250_000)


def test_a_server_ordered_a_year_from_now_costs_the_price_of_then(tmp_path):
    # 36 % less after 12 months: 100 x 10,000 x 0.64, ordered at 12 and delivered at 15.
    later = "[tranches.machine]\nmilestones = { ready = 15 }\nordered_month = 12\n"
    found = yields(tmp_path, "built", later + "[chips.h100]\nprice_fall_per_year = 0.36")
    assert found.usd("servers") == pytest.approx(640_000)


def test_an_order_is_never_placed_after_the_gpus_arrive(tmp_path):
    early = "[tranches.machine]\nordered_month = 9\ndeposit_share = 0.2\n"
    assert yields(tmp_path, "built", early).cash()[0] == pytest.approx(1_000_000)


FREE = "[chips.h100]\nnode_usd = 0\n"


def test_works_of_2_million_a_megawatt_are_paid_evenly_from_the_order_to_the_last_gpu(tmp_path):
    # 0.1 MW of IT, whatever the PUE: 200,000 over months 1 to 6.
    works = FREE + "[sites.field]\npue = 1.5\nworks_usd_per_mw = 2e6"
    assert owned(tmp_path, works) == pytest.approx([0] + [200_000 / 6] * 6 + [0] * 5)


def test_a_lease_is_paid_in_full_from_the_first_gpu_on(tmp_path):
    # 100 kW at 100 USD a month from month 3, though the GPUs are still to come.
    lease = FREE + "[sites.field]\nlease_usd_per_kw_month = 100"
    assert owned(tmp_path, lease) == pytest.approx([0] * 3 + [10_000] * 9)


def test_staff_is_paid_by_the_month_and_fixed_works_at_once_from_the_order_on(tmp_path):
    site = FREE + "[sites.field]\nstaff_usd_per_year = 1.2e6\nworks_usd = 5e5"
    assert owned(tmp_path, site) == pytest.approx([0, 600_000] + [100_000] * 10)


def test_maintenance_is_one_percent_a_month_of_the_cluster_cost_of_what_is_installed(tmp_path):
    # 125 USD a GPU; 12.5, 37.5, 62.5, 87.5 GPUs in the months of the ramp.
    changes = horizon(12) + MACHINE + SHARES + "maintenance_share_per_year = 0.12"
    found = yields(tmp_path, "built", changes)
    # 200 GPU-months of the ramp and 5 x 100 after it.
    assert found.usd("maintenance") == pytest.approx(125 * 700)
    assert found.cash()[3] == pytest.approx(25 * 12_500 + 12.5 * 125)


def test_insurance_and_tax_fall_on_the_cluster_and_on_the_works_per_megawatt(tmp_path):
    # 0.5 % a month of 12,500 + 2,000 a GPU; fixed works are left out.
    levy = "insurance_and_tax_share_per_year = 0.06\n"
    site = "[sites.field]\nworks_usd_per_mw = 2e6\nworks_usd = 9e9"
    found = yields(tmp_path, "built", horizon(12) + MACHINE + SHARES + levy + site)
    assert found.usd("insurance_and_tax") == pytest.approx(0.005 * 14_500 * 700)


def test_owned_gpus_are_worth_the_market_price_of_then_times_their_resale_share(tmp_path):
    # 100 x 10,000 x 0.8^2 x 0.5; the network and the storage are worth nothing.
    falls = "[chips.h100]\nprice_fall_per_year = 0.2\nresale_share = 0.5\n"
    found = yields(tmp_path, "built", falls + "[tranches.machine]\n" + SHARES)
    assert found.number("end_value_usd") == pytest.approx(320_000)


def test_half_installed_at_the_horizon_half_is_worth_its_resale_and_half_its_deposit(tmp_path):
    # 25 a month from 22: 50 x 10,000 x 0.5 and 50 x 12,500 x 0.2.
    half = "[tranches.machine]\nmilestones = { ready = 22 }\nramp_months = 4\ndeposit_share = 0.2\n"
    found = yields(tmp_path, "built", half + SHARES + "[chips.h100]\nresale_share = 0.5")
    assert found.number("end_value_usd") == pytest.approx(250_000 + 125_000)


def test_an_owned_tranche_that_never_comes_costs_nothing_and_leaves_nothing(tmp_path):
    event = """
    [assumptions.comes]
    label = "It comes"
    unit = "event"
    probability = 0.4
    judgement = "By hand."
    [sites.field]
    staff_usd_per_year = 1e6
    works_usd = 1e6
    """
    changes = '[tranches.machine]\nonly_if = "comes"\ndeposit_share = 0.2\n'
    found = yields(tmp_path, "built", event + changes)
    assert (found.number("present_cost_usd"), found.number("end_value_usd")) == (0, 0)


TWO_AT_ONE_SITE = f"""
[sites.field]
staff_usd_per_year = 1.2e6
works_usd = 7e5
[tranches.second]
title = "Second"
gpus = 8
use = "other"
milestones = {{ ready = 9 }}
ordered_month = 6{OWNED}
[options.built]
tranches = ["second", "machine"]
"""


def test_a_site_is_paid_for_once_though_two_tranches_stand_there(tmp_path):
    # From month 0, when the first of the two is ordered, for two years.
    found = yields(tmp_path, "built", TWO_AT_ONE_SITE)
    assert (found.usd("staff"), found.usd("works")) == pytest.approx((2_400_000, 700_000))


def test_1_200_000_usd_spent_in_month_0_are_written_off_by_macrs_in_six_years():
    # 20, 32, 19.2, 11.52, 11.52 and 5.76 % a year: 20,000, 32,000, ... 5,760 a month.
    spent = np.zeros((1, 84))
    spent[0, 0] = 1_200_000
    found = finance.depreciation_usd(spent)[0]
    assert found[::12].tolist() == pytest.approx([20e3, 32e3, 19.2e3, 11.52e3, 11.52e3, 5.76e3, 0])
    assert found.sum() == pytest.approx(1_200_000)


def test_what_is_spent_in_month_13_is_written_off_from_the_start_of_the_second_year():
    spent = np.zeros((1, 36))
    spent[0, 13] = 1_200_000
    found = finance.depreciation_usd(spent)[0]
    assert found[[11, 12, 23, 24]].tolist() == pytest.approx([0, 20e3, 20e3, 32e3])


def test_12_000_usd_over_12_months_at_1_percent_a_month_take_1_066_19_a_month():
    # 12,000 x 0.01 / (1 - 1.01^-12) = 120 / 0.1125508; without interest 1,000.
    assert finance.annuity_usd(np.array([12_000.0]), 0.01, 12)[0] == pytest.approx(
        1066.1855, abs=1e-3
    )
    assert finance.annuity_usd(np.array([12_000.0]), 0, 12)[0] == 1_000


def bill(capital_usd: float, months: int) -> Bill:
    found = Bill(1, months)
    spent = np.zeros((1, months))
    spent[0, 0] = capital_usd
    found.invest("servers", spent)
    return found


def test_a_loan_comes_with_the_purchase_and_is_repaid_from_the_month_after():
    # All of 12,000 borrowed for a year without interest; at month 6 five payments are made.
    found = bill(12_000, 6)
    finance.borrow(found, 1.0, 0.0, 12)
    assert found.part_usd("debt")[0].tolist() == pytest.approx([-12_000] + [1_000] * 5)
    assert found.end_value[0] == pytest.approx(-7_000)


def test_a_loan_at_12_percent_a_year_costs_120_in_its_first_month_and_is_gone_after_12():
    found = bill(12_000, 24)
    interest = finance.borrow(found, 1.0, 0.12, 12)
    # Month 2: 1 % of 12,000 + 120 - 1,066.1855.
    assert interest[0, :3] == pytest.approx([0, 120, 110.538145], abs=1e-5)
    assert found.part_usd("debt")[0, 13:] == pytest.approx(0, abs=1e-9)
    assert found.end_value[0] == pytest.approx(0, abs=1e-6)


def test_half_of_the_purchase_may_be_borrowed(tmp_path):
    debt = "debt_share = { value = 0.5 }\ndebt_months = { value = 10 }\n"
    found = yields(tmp_path, "built", horizon(12) + debt).cash()
    assert found == pytest.approx([500_000] + [50_000] * 10 + [0])


TAX = "[choices]\ntax_rate_share = { value = 0.25 }\n"


def test_a_tax_of_25_percent_gives_back_a_quarter_of_the_rent(tmp_path):
    found = yields(tmp_path, "rented", TAX)
    assert found.usd("income_tax") == pytest.approx(-0.25 * 1_752_000)


def test_tax_is_saved_on_rent_when_it_is_delivered_and_not_when_it_is_prepaid(tmp_path):
    # Prepaid 350,400 in month 0 and credited 29,200 a month; a month of rent is 146,000.
    found = yields(tmp_path, "rented", TAX + "[tranches.rental]\nprepayment_share = 0.2").cash()
    assert found[:2] == pytest.approx([350_400 + 116_800 - 36_500, 116_800 - 36_500])


def test_tax_on_a_machine_saves_a_quarter_of_each_write_off_and_takes_a_quarter_of_the_gain(
    tmp_path,
):
    # 1,000,000 spent; written off 20 and 32 % in two years, so its book value is 480,000. It is
    # sold for 600,000: a quarter of 120,000 is due.
    found = yields(tmp_path, "built", TAX + "[chips.h100]\nresale_share = 0.6")
    assert found.cash()[1] == pytest.approx(-0.25 * 200_000 / 12)
    assert found.usd("income_tax") == pytest.approx(-0.25 * 520_000)
    assert found.number("end_value_usd") == pytest.approx(570_000)


def test_prepaid_rent_that_comes_back_at_the_horizon_is_no_gain(tmp_path):
    found = yields(tmp_path, "rented", TAX + term(36, 0, "prepayment_share = 0.1"))
    assert found.number("end_value_usd") == pytest.approx(175_200)


def test_interest_saves_tax_too(tmp_path):
    # 1,000,000 borrowed at 12 %: 10,000 of interest in month 1, besides 200,000 / 12 written off.
    debt = "debt_share = { value = 1 }\ndebt_rate_per_year = { value = 0.12 }\n"
    found = yields(tmp_path, "built", TAX + debt + "debt_months = { value = 12 }")
    payment = 1_000_000 * 0.01 / (1 - 1.01**-12)
    assert found.cash()[1] == pytest.approx(payment - 0.25 * (10_000 + 200_000 / 12))


def test_five_years_at_2_500_are_2_500_worse_than_buying_at_10_000_and_1_975_worse_after_tax():
    # No interest: 10,000 - 5 x 2,500 = -2,500; at a tax of 21 %, each year 2,500 x 0.79 of rent
    # and 0.21 x 2,000 of write-off forgone: 10,000 - 5 x 2,395 = -1,975.
    assert finance.lease_advantage_usd(10_000, 2_500, 5, 0, 0) == pytest.approx(-2_500)
    assert finance.lease_advantage_usd(10_000, 2_500, 5, 0, 0.21) == pytest.approx(-1_975)
