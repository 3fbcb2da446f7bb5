"""Income tax by hand: a machine for 1,000,000 USD that is paid in month 0, a rate of a quarter, no
discounting, 24 months; then what holds for every scenario."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_laws import decisions, found, law
from tools.builders import Words, merged
from tools.hand import Future, yields

from analysis.model import finance


def built(folder, choices: str, more: str = "") -> Future:
    taxed = f"[choices]\ntax_rate_share = {{ value = 0.25 }}\n{choices}"
    return yields(folder, "built", f"{taxed}\n{more}")


RESOLD = "[chips.h100]\nresale_share = {}"


def test_over_five_years_200_000_a_year_are_written_off_and_600_000_stay_on_the_books(tmp_path):
    # a quarter of 400,000 in two years; sold for the book value there is no gain
    found = built(tmp_path, "write_off_years = { value = 5 }", RESOLD.format(0.6))
    assert found.cash()[1] == pytest.approx(-0.25 * 200_000 / 12)
    assert found.usd("income_tax") == pytest.approx(-100_000)
    assert found.number("end_value_usd") == pytest.approx(600_000)


WORKS = "[sites.field]\nworks_usd = 3.9e6"


def test_works_of_3_900_000_over_39_years_save_a_quarter_of_100_000_a_year(tmp_path):
    # beside 20 and 32 % of the machine: a quarter of 520,000 + 200,000; the rest, 480,000 +
    # 3,700,000, is worth nothing at the horizon: a quarter of 4,180,000 comes back
    found = built(tmp_path, "works_years = { value = 39 }", WORKS)
    assert found.usd("income_tax") == pytest.approx(-180_000)
    assert found.number("end_value_usd") == pytest.approx(1_045_000)


def test_works_without_years_of_their_own_are_written_off_as_the_rest(tmp_path):
    # half of 1,000,000 + 3,900,000 in each of two years
    found = built(tmp_path, "write_off_years = { value = 2 }", WORKS)
    assert found.usd("income_tax") == pytest.approx(-0.25 * 4_900_000)


def test_a_bonus_of_60_percent_is_written_off_in_the_month_of_the_payment(tmp_path):
    # 600,000 at once and 20 % of 400,000 in the first year
    found = built(tmp_path, "bonus_share = { value = 0.6 }", RESOLD.format(0))
    assert found.cash()[0] == pytest.approx(1_000_000 - 0.25 * (600_000 + 80_000 / 12))
    assert found.cash()[1] == pytest.approx(-0.25 * 80_000 / 12)


def test_works_that_have_years_of_their_own_get_no_bonus(tmp_path):
    # all of the machine at once, 100,000 of the works in each of two years
    choices = "bonus_share = { value = 1 }\nworks_years = { value = 39 }"
    found = built(tmp_path, choices, WORKS)
    assert found.usd("income_tax") == pytest.approx(-0.25 * 1_200_000)


CARRIED = """
write_off_years = { value = 5 }
profit_usd_per_year = { value = 1e5 }
horizon_months = { value = 36 }"""


@pytest.mark.parametrize(("share", "left"), [(0.9, 850_000), (0.6, 600_000)])
def test_of_200_000_a_year_a_profit_of_100_000_uses_half_and_the_rest_is_carried_to_the_end(
    tmp_path, share, left
):
    # 100,000, 200,000 and 300,000 are carried; at the horizon 400,000 are on the books. Sold for
    # 900,000: a quarter of 900,000 - 400,000 - 300,000 is due; for 600,000 nothing is, and nothing
    # comes back.
    found = built(tmp_path, CARRIED, RESOLD.format(share))
    assert [found.year_usd(year) for year in (2, 3)] == pytest.approx([-25_000, -25_000])
    assert found.cash()[35] == pytest.approx(-25_000 / 12)
    assert found.number("end_value_usd") == pytest.approx(left)


def test_what_a_contract_brings_after_the_horizon_is_a_gain_too(tmp_path):
    # a year more at 1 USD is let at 2: 12 x 73,000 hours bring 876,000, of which a quarter is due
    rental = "[tranches.rental]\nusd_per_gpu_hour = 1\nterm_months = 36"
    taxed = "choices.tax_rate_share = { value = 0.25 }\n"
    profit = "choices.profit_usd_per_year = { value = 1e9 }\n"
    for choices in (taxed, taxed + profit):
        found = yields(tmp_path, "rented", choices + rental)
        assert found.number("end_value_usd") == pytest.approx(876_000 - 219_000)


def test_a_loss_is_carried_until_profit_or_a_gain_has_used_it_up():
    # 90 of 50 a year: 40 carried; 40 + 30: 50 used, 20 carried; 20 - 60: tax on 40; of the last
    # half year's 70 a profit of 25 is used, and 45 are left
    years = np.repeat([90, 30, -60], 12) / 12
    base = np.concatenate([years, np.full(6, 70 / 6)])[None]
    used, carried = finance.used_usd(base, 50)
    sums = [used[0, start : start + 12].sum() for start in (0, 12, 24, 36)]
    assert sums == pytest.approx([50, 50, -40, 25])
    assert carried[0] == pytest.approx(45)
    assert used[0, :12] == pytest.approx(50 / 12)


taxed = {"tax_rate_share": {"value": 0.25}}


@law
@given(decisions(), st.sampled_from(["rental", "build"]))
def test_a_profit_that_is_always_enough_saves_in_each_year_what_none_stated_does(
    tables: Words, option: str
) -> None:
    # what is left is taxed alike, but for a loss at the horizon, of which nothing comes back
    plain = merged(tables, {"choices": taxed})
    ample = found(merged(plain, {"choices": {"profit_usd_per_year": {"value": 1e13}}}), option)
    none = found(plain, option)
    for year in (name for name in none if isinstance(name, int)):
        assert ample[year] == pytest.approx(none[year], rel=1e-9, abs=1e-3)
    assert ample["end_value_usd"] <= none["end_value_usd"] + 1e-3


@law
@given(decisions(), st.floats(0, 1), st.sampled_from([None, 2, 5, 20]))
def test_of_what_is_paid_on_the_first_day_a_bonus_never_raises_present_cost(
    tables: Words, bonus: float, years: float | None
) -> None:
    # it is written off no later, and all of it by the horizon
    choices = taxed | {"write_off_years": years and {"value": years}}
    machine = {"milestones": {"ready": 0}, "ramp_months": 0, "ordered_month": 0}
    plain = merged(tables, {"choices": choices, "tranches": {"build": machine}})
    more = merged(plain, {"choices": {"bonus_share": {"value": bonus}}})
    cost, less = (found(one, "build")["present_cost_usd"] for one in (plain, more))
    assert less <= cost + 1e-9 * abs(cost) + 1e-3
