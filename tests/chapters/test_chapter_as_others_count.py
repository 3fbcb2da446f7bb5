"""How others count: the figures of the chapter by hand, on the machine of the scenario by hand."""

import re

import pytest
from tools import builders, chapters
from tools.hand import OWNED, scenario

from analysis.chapters import as_others_count
from analysis.chapters.as_others_count import tables
from analysis.chapters.as_others_count.tables import months_usd
from analysis.model import simulation
from analysis.scenario import edits

STEM = "08-as-others-count"
TestLaws = chapters.laws(STEM, [*chapters.RUNS, ("serve-64", 1)])

LIVES = "lives = { servers_months = 50, network_and_storage_months = 40, works_months = 100 }\n"
CLUSTER = """
[tranches.machine]
network_share = 0.15
storage_share = 0.05
[sites.field]
works_usd = 3e6
staff_usd_per_year = 1.2e6
"""
ONCE = """
[costs.licence]
title = "Licence"
tranches = ["machine"]
once_usd = 6e5
life_months = 10
[costs.move]
title = "Move"
tranches = ["machine"]
once_usd = 2.4e5
[costs.watch]
title = "Watch"
tranches = ["machine"]
usd_per_year = 1.2e4
"""


def test_a_month_is_level_payments_for_what_is_bought_and_the_last_years_mean_for_the_rest(
    tmp_path,
):
    # no interest: servers 1,000,000 / 50, network and storage 250,000 / 40, works 3,000,000 / 100;
    # staff 1,200,000 / 12; rent of the second year, when there is none
    found = months_usd(case := scenario(tmp_path, LIVES + CLUSTER), case.lives)
    assert found == pytest.approx({"built": 20_000 + 6_250 + 30_000 + 100_000, "rented": 0})


def test_with_interest_a_level_payment_is_that_of_the_annuity(tmp_path):
    # 1 % a month: 1,000,000 over 50 months take 25,512.73, as the tables of annuities have it
    # (1 / 39.19612); 12 % a year is divided by twelve
    rate = "choices.discount_rate_per_year = { value = 0.12 }"
    found = months_usd(case := scenario(tmp_path, LIVES + rate), case.lives)
    assert found["built"] == pytest.approx(1_000_000 / 39.19612, rel=1e-6)


def test_what_a_line_of_cost_pays_once_is_spread_over_its_life_or_the_horizon(tmp_path):
    # 600,000 / 10 however often it is paid, 240,000 / 24, and 12,000 / 12 of the one by time
    bare = months_usd(case := scenario(tmp_path, LIVES), case.lives)["built"]
    found = months_usd(case := scenario(tmp_path, LIVES + ONCE), case.lives)["built"]
    assert found - bare == pytest.approx(60_000 + 10_000 + 1_000)


def test_what_is_bought_without_a_stated_life_has_no_month_and_the_page_says_what_to_state(
    tmp_path,
):
    case = scenario(tmp_path)
    assert months_usd(case, None) == {"rented": 0, "built": None}
    assert as_others_count.STATE_LIVES in as_others_count.views(case).html
    assert as_others_count.server_lives(case).html == f"<p>{as_others_count.STATE_LIVES}</p>"


def test_the_tax_office_takes_off_the_rent_and_a_fifth_and_a_third_of_the_machine(tmp_path):
    # rent of 12 x 146,000; 20 and 32 % of 1,000,000, so that 480,000 are left
    rented, built = tables.views(scenario(tmp_path)).to_dict("records")
    assert (rented["expenses"], rented["depreciation"]) == ([pytest.approx(1_752_000), 0], [0, 0])
    assert built["expenses"] == [0, 0]
    assert built["depreciation"] == pytest.approx([200_000, 320_000])
    assert built["undepreciated"] == pytest.approx(480_000)


def test_at_the_end_of_the_year_a_years_rent_is_discounted_by_a_year(tmp_path):
    # 1,752,000 at 21 % a year, and 1,000,000 less 600,000 of resale, which stays at month 18: the
    # second year of the rental, six months long, is paid at its end too
    changes = """
choices.discount_rate_per_year = { value = 0.21 }
choices.horizon_months = { value = 18 }
chips.h100.resale_share = 0.6
tranches.rental.term_months = 18"""
    rented, built = tables.views(scenario(tmp_path, changes)).to_dict("records")
    assert rented["year_end"] == pytest.approx(1_752_000 / 1.21 + 876_000 / 1.331)
    assert built["year_end"] == pytest.approx(1_000_000 / 1.21 - 600_000 / 1.331)
    found = simulation.evaluate(scenario(tmp_path, changes)).scalars["built"]
    assert built["present"] == pytest.approx(found["present_cost_usd"][0])


def test_a_shorter_life_makes_a_month_dearer_by_what_is_paid_back_more(tmp_path):
    # 1,000,000 over 36, 48 and 60 months: 27,778, 20,833 and 16,667
    frame = tables.server_lives(case := scenario(tmp_path, LIVES))
    assert frame["built"].tolist() == pytest.approx([1e6 / 36, 1e6 / 48, 1e6 / 60])
    assert "costs more: of Built by 11.1 thousand USD." in as_others_count.server_lives(case).html


def test_where_only_rentals_are_there_no_life_has_to_be_stated(tmp_path):
    alone = edits.with_options(scenario(tmp_path), ["rented"])
    assert months_usd(alone, None) == {"rented": 0}
    assert "No servers are bought" in as_others_count.server_lives(alone).html
    assert as_others_count.STATE_LIVES not in as_others_count.views(alone).html


def test_one_option_has_nothing_to_return_against(tmp_path):
    alone = edits.with_options(scenario(tmp_path), ["built"])
    shown = as_others_count.returns(simulation.evaluate(alone)).html
    assert shown == "<p>There is only one option, so there is nothing to compare it with.</p>"


LATER = f"""
[options.built]
tranches = ["machine", "later"]
[tranches.later]
title = "Later"
gpus = 300
use = "other"
ordered_month = 18
milestones = {{ ready = 18 }}{OWNED}
"""
SECOND = f"""
[tranches.late]
title = "Late"
gpus = 100
use = "run"
milestones = {{ ready = 0 }}{OWNED}
"""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        # 1,000,000 against 12 x 146,000: 854,000 are out after a month, 124,000 after six
        (
            "",
            [
                "Built has at most paid 854 thousand USD more so far than Rented until all of it "
                "has come back, by the end of month 7.",
            ],
        ),
        # 2,920 a month against nothing: never more
        (
            "chips.h100.node_usd = 0",
            [
                "At no time has Built paid more so far than Rented",
                "No rate between -50 and 1,000 % a year turns it: Built costs less at every one.",
            ],
        ),
        # three times as many machines in month 18 come after it
        (
            LATER,
            ["Built has at most paid 854 thousand USD more so far than Rented until all of it"],
        ),
        ("chips.h100.node_usd = 240000", ["not all of it comes back before the horizon"]),
        (
            SECOND + "[options.rented]\ntranches = ['late']",
            ["The two pay the same in every month on the mean"],
        ),
    ],
)
def test_the_page_says_what_comes_back_and_why_there_is_no_rate(tmp_path, changes, words):
    shown = as_others_count.returns(simulation.evaluate(scenario(tmp_path, changes))).html
    assert [one for one in words if one not in shown] == []


def test_the_return_of_the_flagship_is_the_rate_at_which_the_present_costs_are_equal():
    names = chapters.of(STEM, "oracle-vs-memphis", 2)
    shown = chapters.shown(names, "Internal rate of return")
    [rate] = re.findall(r"Internal rate of return</th?d?><td>([0-9.]+) % a year", shown)
    case = edits.with_choice(builders.shipped(), "discount_rate_per_year", float(rate) / 100)
    run = simulation.simulate(case, chapters.DRAWS, 2).scalars
    costs = [run[o]["present_cost_usd"].mean() for o in ("oracle_rental", "memphis_build")]
    # what contracts come to after the horizon is discounted to it at the rate that is stated
    assert costs[0] == pytest.approx(costs[1], rel=0.01)
