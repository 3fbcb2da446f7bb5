"""A tranche that is let to others: what it brings, what it still costs, what it no longer does.

100 GPUs over 24 months of 730 hours: 73,000 GPU-hours a month.
"""

import numpy as np
import pytest
from tools import builders, hand

from analysis.chapters import cost
from analysis.chapters.cost.charts import PART_COLOURS, PART_ORDER
from analysis.chapters.shared import style
from analysis.model import simulation

LET = """
[tranches.machine]
use = "sublet"
sublet_price_share = 0.8
"""
RENTED_LET = """
[tranches.rental]
use = "sublet"
sublet_price_share = 0.8
"""


def test_100_owned_gpus_at_four_fifths_of_2_usd_bring_116_800_usd_a_month(tmp_path):
    # 0.8 x 2 USD x 73,000 hours = 116,800 USD, over 24 months 2,803,200; the machine itself costs
    # 100 x 80,000 / 8 = 1,000,000 USD in month 0
    built = hand.yields(tmp_path, "built", LET)
    assert built.cash() == [1_000_000 - 116_800] + [-116_800] * 23
    assert built.usd("sublease") == pytest.approx(-2_803_200)
    assert built.number("present_cost_usd") == pytest.approx(1_000_000 - 2_803_200)


def test_a_rental_that_is_let_on_pays_its_rent_and_brings_four_fifths_of_the_market(tmp_path):
    # 12 months: rent 2 x 73,000 = 146,000 USD a month, let on at 1.6 x 73,000 = 116,800
    rented = hand.yields(tmp_path, "rented", RENTED_LET)
    assert rented.cash() == [29_200] * 12 + [0] * 12
    assert rented.usd("rent") == pytest.approx(12 * 146_000)
    assert rented.usd("sublease") == pytest.approx(-12 * 116_800)


def test_a_renewed_rental_is_let_on_after_its_term_too(tmp_path):
    # renewed at the market's 2 USD: 29,200 USD a month for all 24 months
    rented = hand.yields(tmp_path, "rented", RENTED_LET + 'at_end = "renew"')
    assert rented.cash() == [29_200] * 24


def test_only_the_hours_that_are_used_bring_something(tmp_path):
    # take-or-pay keeps the rent at 146,000 USD; half of the hours bring 58,400
    half = "[need]\nuse_share = 0.5"
    assert hand.yields(tmp_path, "rented", RENTED_LET + half).cash()[0] == 146_000 - 58_400


def test_a_market_that_falls_by_19_percent_a_year_brings_less_by_the_middle_of_each_month(tmp_path):
    # month t brings 116,800 x 0.81 ^ ((t + 0.5) / 12); from month 12 on with `falls_from_month`
    # = 12 the first year brings the full 116,800
    fall = "[chips.h100]\nprice_fall_per_year = 0.19\n"
    brings = [-usd for usd in hand.yields(tmp_path, "built", LET + fall).cash()[1:]]
    expected = [116_800 * 0.81 ** ((t + 0.5) / 12) for t in range(1, 24)]
    assert brings == pytest.approx(expected, abs=1e-3)
    later = hand.yields(tmp_path, "built", LET + fall + "falls_from_month = 12\n").cash()
    assert later[1:12] == [-116_800] * 11
    assert later[12] == pytest.approx(-116_800 * 0.81 ** (0.5 / 12), abs=1e-3)


def test_a_tranche_without_power_or_not_there_yet_brings_nothing(tmp_path):
    # 100 GPUs of 1 kW on 0.05 MW: 50 are energised; they come, and are paid, in
    # month 6
    dark = LET + "milestones = { ready = 6 }\n[sites.field.stages.grid]\nmw = 0.05"
    cash = hand.yields(tmp_path, "built", dark).cash()
    assert cash == [0] * 6 + [1_000_000 - 58_400] + [-58_400] * 17


def test_what_it_brings_is_taxed_as_less_expense(tmp_path):
    # 12 months of rent less sublease, 29,200 USD each, save a quarter: 7,300 a month
    tax = "[choices.tax_rate_share]\nvalue = 0.25"
    rented = hand.yields(tmp_path, "rented", RENTED_LET + tax)
    assert rented.usd("income_tax") == pytest.approx(-12 * 7_300)
    assert rented.cash() == [29_200 - 7_300] * 12 + [0] * 12


def test_an_option_that_lets_everything_never_trains_and_counts_no_gpu_hour(tmp_path):
    built = hand.yields(tmp_path, "built", LET)
    for date in ("first_training_months", "full_capacity_months", "target_months"):
        assert built.number(date) == np.inf
    for quantity in ("gpu_hours", "h100_hours", "pflop_days", "discounted_gpu_hours"):
        assert built.number(quantity) == 0


def test_what_is_let_still_draws_its_power(tmp_path):
    # 100 GPUs x 1 kW x 730 hours x 24 months = 1,752 MWh, whether they train or are let
    price = "[sites.field.stages.grid]\nusd_per_mwh = 60\ntco2_per_mwh = 0.4\n"
    let, mine = hand.yields(tmp_path, "built", LET + price), hand.yields(tmp_path, "built", price)
    for found in (let, mine):
        assert found.number("energy_mwh") == pytest.approx(1752)
        assert found.number("emissions_tco2") == pytest.approx(1752 * 0.4)
        assert found.number("peak_mw") == pytest.approx(0.1)
        assert found.usd("energy") == pytest.approx(1752 * 60)
    assert mine.usd("sublease") == 0


def test_gpu_hours_are_those_of_the_tranches_that_are_not_let(tmp_path):
    # of a machine of 100 and 60 more that are let, 100 x 730 x 24 hours are the option's own
    two = f"""
[options.built]
tranches = ["machine", "surplus"]
[tranches.surplus]
title = "Surplus"
gpus = 60
use = "sublet"
sublet_price_share = 1
milestones = {{ ready = 0 }}
{hand.OWNED}
"""
    built = hand.yields(tmp_path, "built", two)
    assert built.number("gpu_hours") == pytest.approx(100 * 730 * 24)
    assert built.usd("sublease") == pytest.approx(-60 * 730 * 24 * 2)
    assert built.usd("servers") == pytest.approx(160 * 10_000)
    assert built.months("training_gpus") == [100] * 24


def test_parts_with_a_sublease_add_up_to_present_cost(tmp_path):
    tables = builders.small()
    tables["tranches"]["let"] = builders.owned("Let", use="sublet", sublet_price_share=0.9)
    tables["options"]["build"]["tranches"] = ["build", "let"]
    result = simulation.evaluate(builders.written(tmp_path, tables))
    parts = result.parts_usd["build"]
    total = result.scalars["build"]["present_cost_usd"]
    assert sum(parts.values()) == pytest.approx(total, rel=1e-12)
    assert parts["sublease"] < 0


def test_a_picture_of_the_parts_shows_a_sublease_only_where_there_is_one(tmp_path):
    for changes, shown in (("", False), (LET, True)):
        result = simulation.evaluate(hand.scenario(tmp_path, changes))
        frame = cost.tables.present_cost_parts(result)
        assert ("sublease" in set(frame["part"])) == shown
        picture = cost.charts.present_cost_parts(frame, style.look(result.scenario)).to_dict()
        domain = picture["layer"][0]["encoding"]["color"]["scale"]["domain"]
        assert ("sublease" in domain) == shown


def test_every_part_of_cost_has_a_colour_of_its_own():
    assert len(set(PART_COLOURS)) == len(PART_COLOURS) == len(PART_ORDER)
