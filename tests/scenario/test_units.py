"""What can be meant by a number in a unit, by hand."""

import pytest
from tools.hand import scenario

from analysis.scenario.units import Quantity, plain

FALL = Quantity("share per year", -0.5, 0.99)
PRICE = Quantity("USD/MWh", 0, 2000, floor=1)
OPEN_RANGE = """
[assumptions.delay]
label = "Delay"
unit = "months"
low = 1
mid = 2
high = 4
min = 0
judgement = "A guess."
"""


@pytest.mark.parametrize(
    ("quantity", "number", "holds"),
    [
        (FALL, -0.5, True),
        (FALL, -0.1, True),
        (FALL, 0.99, True),
        (FALL, 1, False),
        (PRICE, 0, True),
        (PRICE, 0.066, False),
        (PRICE, 1, True),
        (PRICE, 2000, True),
        (PRICE, 2001, False),
        (PRICE, float("nan"), False),
    ],
)
def test_a_number_holds_within_its_ends_and_under_the_floor_only_if_it_is_the_least(
    quantity, number, holds
):
    assert quantity.holds(number) is holds


def test_the_range_names_the_floor_where_there_is_one():
    assert (FALL.range, PRICE.range) == ("-0.5 to 0.99", "0, or 1 to 2000")


def test_a_number_is_written_with_as_many_digits_as_it_takes():
    numbers = (1e7, 50000, 24.5, 1.0000001, 1234567, float("inf"))
    assert [plain(x) for x in numbers] == ["1e+07", "50000", "24.5", "1.0000001", "1234567", "inf"]


def test_the_parts_of_a_sum_may_be_surcharges_and_deductions_that_would_not_do_alone(tmp_path):
    # 1.3 - 0.1 = 1.2, a PUE; 60 + 0.5 = 60.5 USD/MWh
    sums = "[sites.field]\npue = [1.3, -0.1]\n[sites.field.stages.grid]\nusd_per_mwh = [60, 0.5]\n"
    site = scenario(tmp_path, sums).sites["field"]
    assert (site.pue, site.stages["grid"].usd_per_mwh) == ((1.3, -0.1), (60, 0.5))


def test_a_range_of_months_needs_no_max(tmp_path):
    late = '[tranches.rental]\nramp_months = "delay"\n'
    assert scenario(tmp_path, OPEN_RANGE + late).assumptions["delay"].max is None
