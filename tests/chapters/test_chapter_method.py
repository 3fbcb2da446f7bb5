"""The method's tables show what the model has paid for, and its code as it runs."""

import html

import pytest
from tools.hand import scenario

from analysis.chapters import method
from analysis.model import cost

TERMS = """
[tranches.rental]
take_or_pay_share = 0.5
prepayment_share = 0.2
ramp_months = 3
signed_month = 1
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


def test_a_contract_is_worth_the_hours_that_are_paid_unused_and_a_fifth_of_it_is_prepaid(tmp_path):
    # 100 GPUs x 730 hours x 12 months x 2 USD x 0.5 = 876,000 USD, whatever the ramp
    [row] = method.rentals(scenario(tmp_path, TERMS)).frame.to_dict("records")
    assert row["contract_value_usd"] == pytest.approx(876_000)
    assert row["prepaid_usd"] == pytest.approx(175_200)
    assert row["market_usd_per_gpu_hour_at_horizon"] == 2


def test_a_machine_ordered_a_year_later_costs_its_price_of_then(tmp_path):
    # 80,000 USD / 8 GPUs, halved within the year: 5,000, which is 80 % of the cluster; the works
    # are those per MW of 100 GPUs of 1 kW
    [row] = method.purchases(scenario(tmp_path, ORDERED)).frame.to_dict("records")
    assert row["server_usd_per_gpu"] == pytest.approx(5_000)
    assert row["cluster_usd_per_gpu"] == pytest.approx(6_250)
    assert row["cluster_usd"] == pytest.approx(625_000)
    assert row["works_usd"] == pytest.approx(100_000)


def test_the_code_under_a_rule_is_that_which_runs():
    shown = html.unescape(method.source(cost.price_index).html)
    assert shown.startswith("<pre>def price_index(")
    assert "return (1 - fall_per_year) ** (since / MONTHS_PER_YEAR)" in shown
