"""The method's tables show what the model has paid for, and its code as it runs."""

import html

import pytest
from tools.hand import scenario

from analysis.chapters import method
from analysis.model import prices, simulation

TERMS = """
[tranches.rental]
take_or_pay_share = 0.5
prepayment_share = 0.2
ramp_months = 3
prepaid_months_before = 1
milestones = { ready = 2 }
"""
ORDERED = """
[chips.h100]
price_fall_per_year = 0.5
[sites.field]
works_usd = 7e6
works_usd_per_mw = 1e6
[tranches.machine]
network_share = 0.15
storage_share = 0.05
deposit_share = 0.3
ordered_month = 12
milestones = { ready = 12 }
"""


def test_of_a_contract_of_876_000_usd_that_ramps_up_for_3_of_12_months_an_eighth_is_not_paid(
    tmp_path,
):
    # 100 GPUs x 730 hours x 12 months x 2 USD x 0.5 = 876,000 USD; ramping up over 3 months 1.5
    # months of all GPUs are not delivered: 876,000 x 10.5 / 12 = 766,500. A fifth is prepaid, a
    # month before the first GPUs in month 2.
    [row] = method.rentals(scenario(tmp_path, TERMS)).frame.to_dict("records")
    assert row["agreed_usd"] == pytest.approx(876_000)
    assert row["paid_of_it_usd"] == pytest.approx(766_500)
    assert (row["prepaid_usd"], row["prepaid_in_month"]) == pytest.approx((175_200, 1))
    assert row["market_usd_per_gpu_hour_at_horizon"] == 2


def test_hours_short_of_a_service_stand_beside_present_cost_and_add_up(tmp_path):
    # 200 H100 wanted for 24 months, 100 x 1000 / 989.4 served in the first 12 of the rental:
    # 200 x 24 - 101.0714 x 12 = 3,587.14 GPU-months x 730 h x 3 USD = 7.85584 million USD
    wanted = "[need.service]\nh100_gpus = 200\nshort_hour_usd = { value = 3 }\n"
    result = simulation.evaluate(scenario(tmp_path, wanted))
    row = method.service(result).frame.set_index("option").loc["Rented"]
    assert row["hours short_musd"] == pytest.approx(7.85584, abs=1e-4)
    assert row["compared_cost_musd"] == pytest.approx(1.752 + 7.85584, abs=1e-4)
    assert row["served_share"] == pytest.approx(1 - 3587.14 / 4800, abs=1e-5)


def test_a_machine_ordered_a_year_later_costs_its_price_of_then(tmp_path):
    # 80,000 USD / 8 GPUs, halved within the year: 5,000, which is 80 % of the cluster; the works
    # are those per MW of 100 GPUs of 1 kW
    [row] = method.purchases(scenario(tmp_path, ORDERED)).frame.to_dict("records")
    assert row["server_usd_per_gpu"] == pytest.approx(5_000)
    assert row["cluster_usd_per_gpu"] == pytest.approx(6_250)
    assert row["cluster_usd"] == pytest.approx(625_000)
    assert row["works_usd"] == pytest.approx(100_000)


def test_the_code_under_a_rule_is_that_which_runs():
    shown = html.unescape(method.source(prices.path).html)
    assert shown.startswith("<pre>def path(")
    assert "np.minimum(mean + swing * one, MOST_FALL)" in shown
