"""What a market price comes to over time, by hand."""

import numpy as np
import pytest
from tools.hand import scenario, yields

from analysis.model import draws, inputs, prices

SWINGS = """
[chips.h100]
node_fall_per_year = 0.1
rent_fall_per_year = 0.19
rent_fall_swing = 0.2
"""


def path(mean: float, swing: float = 0.0, since: float = 0.0, **z: float) -> prices.PricePath:
    """A path whose years have the normals that are given, `year_1` and so on, and 0 elsewhere."""
    normals = [np.array([z.get(f"year_{year}", 0.0)]) for year in range(1, prices.YEARS + 1)]
    return prices.path(np.array([mean]), np.array([swing]), normals, np.array([since]))


def index(one: prices.PricePath, *months: float) -> list[float]:
    return one.index(np.array(months))[0].tolist()


def test_a_price_that_falls_by_19_percent_a_year_stands_at_nine_tenths_after_half_a_year():
    # 0.81^(6/12) = 0.9
    assert index(path(0.19), 0, 6, 12) == pytest.approx([1, 0.9, 0.81])


def test_two_years_of_36_and_19_percent_leave_four_fifths_of_nine_tenths_in_the_middle():
    # Year 1: 0.19 + 0.17 = 0.36; year 2: 0.19. Month 6: 0.64^0.5; month 18: 0.64 x 0.81^0.5.
    one = path(0.19, swing=0.17, year_1=1)
    assert index(one, 6, 12, 18) == pytest.approx([0.8, 0.64, 0.64 * 0.9])


def test_a_fall_from_month_6_on_counts_the_second_half_of_the_first_year_alone():
    # 1 until month 6; then half a year at 36 % and half of the next at 19 %.
    one = path(0.19, swing=0.17, since=6, year_1=1)
    assert index(one, 0, 5.9, 6, 12, 18) == pytest.approx([1, 1, 1, 0.8, 0.8 * 0.9])


def test_a_fall_below_zero_is_a_rise():
    # 0.19 - 2 x 0.22 = -0.25 in year 1
    assert index(path(0.19, swing=0.22, year_1=-2), 12) == pytest.approx([1.25])


@pytest.mark.parametrize(("z", "left"), [(3.5, 0.2), (4, 0.1), (9, 0.1)])
def test_no_year_takes_more_than_nine_tenths_of_a_price(z, left):
    # 0.1 + 0.2 x 3.5 = 0.8; 0.1 + 0.2 x 4 = 0.9 and no more
    assert index(path(0.1, swing=0.2, year_1=z), 12) == pytest.approx([left])


def test_the_sixth_year_swings_and_the_seventh_falls_by_the_mean():
    # six years, of which the last falls by 0.2 + 0.3 = 0.5; from month 72 on 0.2 a year
    one = path(0.2, swing=0.3, year_6=1)
    assert index(one, 60, 72, 84, 120) == pytest.approx(
        [0.8**5, 0.8**5 * 0.5, 0.8**6 * 0.5, 0.8**9 * 0.5]
    )


def test_the_price_at_one_month_of_each_draw_is_that_of_its_path():
    one = path(0.19, swing=0.17, since=6, year_1=1)
    for month in (3.0, 12.0, 100.0):
        assert one.index_at(month)[0] == pytest.approx(index(one, month)[0])


def test_hours_and_machines_fall_each_at_its_own_rate_and_a_year_by_its_own_normal(tmp_path):
    found = scenario(tmp_path, SWINGS)
    z = {"price:h100:rent:1": np.array([0.85])}  # 0.19 + 0.2 x 0.85 = 0.36
    chip = inputs.chip(found, "h100", draws.mid(found) | z)
    assert index(chip.rent_path, 6, 12) == pytest.approx([0.8, 0.64])
    assert index(chip.node_path, 12) == pytest.approx([0.9])


def test_at_mid_values_no_price_swings(tmp_path):
    found = scenario(tmp_path, SWINGS)
    assert index(inputs.chip(found, "h100", draws.mid(found)).rent_path, 6) == pytest.approx([0.9])


def test_a_fall_of_its_own_goes_before_the_fall_of_the_chip(tmp_path):
    # the chip's 0.5 holds for machines alone: 1,000,000 x 0.5 after a year
    own = "price_fall_per_year = 0.5\nrent_fall_per_year = 0\n"
    late = "[tranches.machine]\nmilestones = { ready = 12 }\nordered_month = 12\n"
    renewed = '[tranches.rental]\nterm_months = 12\nat_end = "renew"\n'
    changes = f"[chips.h100]\n{own}{late}{renewed}"
    assert yields(tmp_path, "built", changes).usd("servers") == pytest.approx(500_000)
    assert yields(tmp_path, "rented", changes).cash()[23] == pytest.approx(146_000)
