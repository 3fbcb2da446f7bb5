"""What it costs, by hand, month by month. 8 GPUs at 2 USD for 730 hours are 11,680 USD."""

import numpy as np
import pytest
from tools.hand import OWNED, yields

from analysis.model import cost, finance
from analysis.model.cost import Bill
from analysis.scenario.schema import Choices
from analysis.scenario.tables import Choice

ONE = np.array([1.0])
CHOICES = Choices(discount_rate_per_year=Choice(value=0), horizon_months=Choice(value=84))


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


def test_from_1_25_to_2_5_lie_three_quarters_of_month_1_and_half_of_month_2():
    found = cost.share_of_months(np.array([1.25]), np.array([2.5]), 4)
    assert found.tolist() == [[0, 0.75, 0.5, 0]]


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
    # 100 x 10,000 x 0.8^2 x 0.5 of servers, and network and storage, a fifth of the whole, with
    # them: 320,000 / 0.8.
    falls = "[chips.h100]\nprice_fall_per_year = 0.2\nresale_share = 0.5\n"
    found = yields(tmp_path, "built", falls + "[tranches.machine]\n" + SHARES)
    assert found.number("end_value_usd") == pytest.approx(400_000)


@pytest.mark.parametrize("ordered", [0, 6, 12])
def test_what_a_cluster_resells_for_does_not_hang_on_the_month_of_its_order(tmp_path, ordered):
    # bought at 10,000, 8,944 or 8,000 a GPU, it is worth 100 x 12,500 x 0.8^2 x 0.5 at the horizon
    late = f"[tranches.machine]\nmilestones = {{ ready = 12 }}\nordered_month = {ordered}\n"
    falls = "[chips.h100]\nprice_fall_per_year = 0.2\nresale_share = 0.5\n"
    found = yields(tmp_path, "built", late + SHARES + falls)
    assert found.number("end_value_usd") == pytest.approx(400_000)
    assert found.usd("servers") == pytest.approx(1_000_000 * 0.8 ** (ordered / 12))


def test_half_installed_at_the_horizon_half_is_worth_its_resale_and_half_its_deposit(tmp_path):
    # 25 a month from 22: 50 x 12,500 x 0.5 and 50 x 12,500 x 0.2.
    half = "[tranches.machine]\nmilestones = { ready = 22 }\nramp_months = 4\ndeposit_share = 0.2\n"
    found = yields(tmp_path, "built", half + SHARES + "[chips.h100]\nresale_share = 0.5")
    assert found.number("end_value_usd") == pytest.approx(312_500 + 125_000)


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
    found = finance.depreciation_usd(spent, 0 * spent, CHOICES)[0]
    assert found[::12].tolist() == pytest.approx([20e3, 32e3, 19.2e3, 11.52e3, 11.52e3, 5.76e3, 0])
    assert found.sum() == pytest.approx(1_200_000)


def test_what_is_spent_in_month_13_is_written_off_from_the_start_of_the_second_year():
    spent = np.zeros((1, 36))
    spent[0, 13] = 1_200_000
    found = finance.depreciation_usd(spent, 0 * spent, CHOICES)[0]
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


def test_tax_on_a_machine_saves_a_quarter_of_each_write_off_and_takes_a_quarter_of_the_gain(
    tmp_path,
):
    # 1,000,000 spent; written off 20 and 32 % in two years, so its book value is 480,000. It is
    # sold for 600,000: a quarter of 120,000 is due.
    found = yields(tmp_path, "built", TAX + "[chips.h100]\nresale_share = 0.6")
    assert found.cash()[1] == pytest.approx(-0.25 * 200_000 / 12)
    assert found.usd("income_tax") == pytest.approx(-0.25 * 520_000)
    assert found.number("end_value_usd") == pytest.approx(570_000)


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
