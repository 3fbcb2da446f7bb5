"""Limits by hand: 100 GPUs of 1 kW, rented for the first year at 2 USD an hour, or bought for
1,000,000 USD; and that none helps to meet the need."""

from itertools import pairwise

import pytest
from tools.builders import PRICE_OR_WORKS
from tools.hand import scenario, yields

from analysis.model import comparison, simulation
from analysis.scenario.beside import Limits


def broken(folder, option: str, limits: str, changes: str = "") -> list[float]:
    found = yields(folder, option, f"limits = {{ {limits} }}\n{changes}")
    names = [name for name in found.result.scalars[option] if name.startswith("breaks_")]
    assert comparison.meets(found.result, option)[0] == (not any(map(found.number, names)))
    return [found.number(name) for name in names]


@pytest.mark.parametrize(
    ("option", "name", "reached"),
    [
        ("built", "peak_mw", 0.1),  # 100 kW
        ("rented", "emissions_tco2", 438),  # 100 kW x 12 x 730 h x 0.5 tCO2/MWh
        ("rented", "usd_per_year", 1_752_000),  # 100 x 12 x 730 h x 2 USD
    ],
)
def test_a_limit_is_broken_by_what_lies_above_it_and_not_by_what_reaches_it(
    tmp_path, option, name, reached
):
    assert broken(tmp_path, option, f"{name} = {reached}") == [0]
    assert broken(tmp_path, option, f"{name} = {reached * (1 - 1e-6)}") == [1]


def test_years_are_counted_from_month_0_and_the_last_is_cut_short(tmp_path):
    # four months of 73,000 x 2 USD in the first year, six in the second, of 18 months in all
    late = "need.by_months = { value = 18 }\nchoices.horizon_months = { value = 18 }\n"
    late += "tranches.rental.milestones = { ready = 8 }"
    assert broken(tmp_path, "rented", "usd_per_year = 876000", late) == [0]
    assert broken(tmp_path, "rented", "usd_per_year = 875000", late) == [1]


def test_each_limit_that_is_stated_has_its_own_answer_and_no_other_has_one(tmp_path):
    assert broken(tmp_path, "built", "peak_mw = 1, usd_per_year = 999999") == [0, 1]
    free = yields(tmp_path, "built").result
    assert not any(name.startswith("breaks_") for name in free.scalars["built"])


def test_a_lower_limit_never_raises_the_share_that_meets_the_need(tmp_path):
    case = scenario(tmp_path, PRICE_OR_WORKS)
    shares = []
    for usd in (1e9, 1.9e6, 1.85e6, 1.7e6, 1.4e6, 1e5):
        limited = case.model_copy(update={"limits": Limits(usd_per_year=usd)})
        run = simulation.simulate(limited, 200, 1)
        shares.append([comparison.meets(run, option).mean() for option in run.options])
    free = simulation.simulate(case, 200, 1)
    assert shares[0] == [comparison.meets(free, option).mean() for option in free.options]
    for more, less in pairwise(shares):
        assert all(b <= a for a, b in zip(more, less, strict=True))
    assert shares[-1] == [0, 0]
    assert 0 < shares[3][0] < shares[0][0]
