"""How much of the spread each input explains: published and hand-worked indices, and the words.

By hand: a rental of 876,000 GPU-hours at a price, there at month 10.61; or works of 1.9 million USD
and a machine whose grid comes in 90 % of futures, there at 9.61 or (in 40 %) at 12.61, else never,
which counts as the horizon, 24.
"""

import re
from functools import cache, partial
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri
from tools.builders import GRID_COMES, PRICE_OR_WORKS
from tools.chapters import line
from tools.hand import scenario

from analysis.chapters import sensitivity
from analysis.decision import one_way, sobol
from analysis.model import comparison, simulation
from analysis.scenario import edits, load, references

CASE = PRICE_OR_WORKS + GRID_COMES
TIED = """
[causes.market]
title = "The <market>"
loadings = { price = 0.9, ready_months = -0.9 }
"""
PLAIN = "[tranches.rental]\nmilestones = { ready = 3 }\n"


def by_hand(changes: str = CASE):
    return scenario(Path(mkdtemp()), changes)


@cache
def found(changes: str = CASE, size: int = 4096, seed: int = 1) -> pd.DataFrame:
    return sobol.indices(by_hand(changes), size, seed)


def rows(frame: pd.DataFrame, measure: str, a: str) -> pd.DataFrame:
    """The rows of one headline, by the first input of their group."""
    one = frame[(frame["measure"] == measure) & (frame["a"] == a)]
    return one.set_index(one["members"].map(lambda group: group[0] if group else ""))


def normals(inputs: int, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two sets of standard normals, each (inputs, futures)."""
    streams = [ndtri(sobol.ranks(size, seed, f"x{i}")) for i in range(inputs)]
    return np.stack([one[0] for one in streams]), np.stack([one[1] for one in streams])


def estimated(function, a, b, groups: list[list[int]], seed: int):
    """First-order and total indices of a function of (inputs, futures), each (weights, groups)."""
    mixed = []
    for group in groups:
        one = a.copy()
        one[group] = b[group]
        mixed.append(function(one))
    return sobol.shares(function(a), function(b), np.stack(mixed), sobol.resampled(seed))


# --- the estimator -----------------------------------------------------------------------------


def ishigami(ranks: np.ndarray) -> np.ndarray:
    x, y, z = np.pi * (2 * ranks - 1)
    return np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_ishigami_function_has_its_published_indices(seed):
    # a = 7, b = 0.1: Saltelli et al., Global Sensitivity Analysis (2008), section 4.6.
    streams = [sobol.ranks(1 << 19, seed, name) for name in "xyz"]
    a, b = (np.stack([one[which] for one in streams]) for which in (0, 1))
    first, total = estimated(ishigami, a, b, [[0], [1], [2]], seed)
    assert first[0] == pytest.approx([0.3139, 0.4424, 0], abs=0.01)
    assert total[0] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)


def test_in_2x_plus_y_plus_2z_the_group_of_y_and_z_explains_five_ninths():
    # Variances 4, 1 and 4 of 9 in all; nothing interacts.
    a, b = normals(3, 1 << 16, 1)
    first, total = estimated(lambda v: 2 * v[0] + v[1] + 2 * v[2], a, b, [[0], [1, 2]], 1)
    assert first[0] == pytest.approx([4 / 9, 5 / 9], abs=0.01)
    assert total[0] == pytest.approx([4 / 9, 5 / 9], abs=0.01)


def test_in_a_product_of_two_neither_explains_anything_alone_and_both_everything():
    a, b = normals(2, 1 << 16, 1)
    first, total = estimated(lambda v: v[0] * v[1], a, b, [[0], [1]], 1)
    assert first[0] == pytest.approx([0, 0], abs=0.03)
    assert total[0] == pytest.approx([1, 1], abs=0.05)


def test_a_constant_added_to_everything_changes_no_index():
    a, b = normals(2, 1024, 1)
    one, other = (
        estimated(lambda v, far=far: v[0] + v[1] ** 2 + far, a, b, [[0], [1]], 1)
        for far in (0, 1e6)
    )
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_about_95_percent_of_the_intervals_hold_the_share_of_a_linear_case():
    # Var 1, 1/4 and 1/16 of 21/16: 16/21, 4/21, 1/21.
    truth, held = np.array([16, 4, 1]) / 21, []
    for seed in range(60):
        a, b = normals(3, 256, seed)
        both = estimated(lambda v: v[0] + v[1] / 2 + v[2] / 4, a, b, [[0], [1], [2]], seed)
        for estimates in both:
            ends = [sobol.interval(estimates[:, i]) for i in range(3)]
            held += [low <= t <= high for (_, low, high), t in zip(ends, truth, strict=True)]
    assert 0.88 <= np.mean(held) <= 0.995


def test_each_net_puts_one_point_in_each_cell_of_either_set_and_of_the_square():
    # 16 nets of 64 points: one in each 64th of either axis, and one in each cell of 8 by 8.
    one, other = sobol.ranks(1024, 3, "assumption:x").reshape(2, sobol.NETS, -1)
    for a, b in zip(one, other, strict=True):
        assert sorted((64 * a).astype(int)) == list(range(64))
        assert sorted((64 * b).astype(int)) == list(range(64))
        assert len({(int(8 * x), int(8 * y)) for x, y in zip(a, b, strict=True)}) == 64


@pytest.mark.parametrize(
    ("size", "number"), [(1024, 1024), (1500, 1024), (300, 256), (200, 128), (5, 64)]
)
def test_futures_are_16_nets_of_a_power_of_two(size, number):
    assert sobol.futures_of(size) == number


# --- a scenario by hand ------------------------------------------------------------------------


def test_by_hand_the_price_explains_all_of_the_cost_and_the_machine_none():
    # Works are paid whether or not power comes.
    shares = rows(found(), "cost_usd", "rented")
    assert shares.loc["price", ["first", "total"]].tolist() == pytest.approx([1, 1], abs=0.03)
    assert shares.loc[["comes", "ready_months"], "total"].tolist() == [0, 0]


def test_by_hand_the_grid_explains_89_percent_of_the_months_alone_and_90_in_total():
    # V = 0.09 x 13.19^2 + 0.9 x 9 x 0.24 = 15.66 + 1.94 = 17.60; of the date alone 0.81 x 9 x 0.24
    # = 1.75. Grid: 15.66 / V = 0.890 and 1 - 1.75 / V = 0.901; date: 0.099 and 1.94 / V = 0.110.
    shares = rows(found(), "months", "rented")
    assert shares.loc["comes", ["first", "total"]].tolist() == pytest.approx(
        [0.890, 0.901], abs=0.04
    )
    assert shares.loc["ready_months", ["first", "total"]].tolist() == pytest.approx(
        [0.099, 0.110], abs=0.02
    )
    assert shares["together"].iloc[0] == pytest.approx(0.989, abs=0.05)


def test_by_hand_a_date_and_the_grid_explain_whether_the_machine_meets_the_need():
    # Met if the grid comes (0.9) and the machine is early (0.6): V = 0.54 x 0.46 = 0.2484. Alone:
    # 0.36 x 0.09 / V = 0.130 and 0.81 x 0.24 / V = 0.783; in total 1 less that of the other.
    shares = rows(found(), "meets", "built")
    assert shares.loc["comes", ["first", "total"]].tolist() == pytest.approx(
        [0.130, 0.217], abs=0.03
    )
    assert shares.loc["ready_months", ["first", "total"]].tolist() == pytest.approx(
        [0.783, 0.870], abs=0.03
    )
    assert shares["differs"].iloc[0] == pytest.approx(0.46, abs=0.01)


def test_by_hand_the_rental_always_meets_the_need_so_there_is_nothing_to_explain():
    one = rows(found(), "meets", "rented")
    assert one["unexplained"].tolist() == ["never"]
    assert one["differs"].tolist() == [0]
    assert rows(found(), "reaches", "rented")["unexplained"].tolist() == ["never"]
    assert rows(found(), "reaches", "built").loc["comes", "total"] == pytest.approx(1, abs=0.05)


def test_an_event_that_differs_in_under_1_percent_of_futures_is_rare():
    rare = CASE.replace("probability = 0.9", "probability = 0.995")
    one = rows(found(rare), "reaches", "built")
    assert one["unexplained"].tolist() == ["rare"]
    assert 0 < one["differs"].iloc[0] < 0.01


def test_inputs_that_share_a_cause_are_one_group_and_explain_together():
    groups = sobol.groups(by_hand(CASE + TIED), {"price", "comes"})
    assert groups == [["price", "ready_months"], ["comes"]]
    shares = rows(found(CASE + TIED), "cost_usd", "rented")
    assert shares.loc["price", "total"] == pytest.approx(1, abs=0.03)
    assert shares["members"].map(len).tolist() == [2, 1]
    # The date is known with the price, its cause-mate: 11 % of the months, as where it is alone.
    months = rows(found(CASE + TIED), "months", "rented")
    assert months.loc["price", "total"] == pytest.approx(0.110, abs=0.02)


def test_causes_that_share_an_input_tie_all_of_theirs():
    second = "[causes.weather]\ntitle = 'W'\nloadings = { ready_months = 0.3, delay = 0.3 }\n"
    delay = "[assumptions.delay]\nlabel = 'D'\nunit = 'months'\nlow = 1\nmid = 2\nhigh = 3\n"
    delay += "min = 0\nmax = 9\njudgement = 'By hand.'\n[tranches.machine]\n"
    delay += "milestones = { ready = 'ready_months', then = 'delay' }\n"
    machine = PRICE_OR_WORKS.split("[tranches.machine]")[0] + delay
    case = by_hand(machine + GRID_COMES + TIED + second)
    used = references.used_by(case, "built")
    assert sobol.groups(case, used) == [["price", "ready_months", "delay"], ["comes"]]
    assert sobol.groups(case, set()) == []


def test_an_input_that_is_added_moves_no_index_of_the_others():
    more = "[assumptions.extra]\nlabel = 'E'\nunit = 'tCO2/MWh'\nlow = 0.1\nmid = 0.2\nhigh = 0.3\n"
    more += "min = 0\nmax = 1\njudgement = 'By hand.'\n[sites.supplier]\ntco2_per_mwh = 'extra'\n"
    one, other = found(CASE, 128), found(CASE + more, 128)
    kept = other[other["members"].map(lambda group: group != ["extra"])]
    for name in ("first", "total", "differs"):
        assert kept[name].fillna(-1).tolist() == one[name].fillna(-1).tolist()


def test_swapping_the_two_of_the_question_changes_no_share():
    one, other = (
        rows(sobol.indices(by_hand(f'compare = ["{a}", "{b}"]\n' + CASE), 128, 5), "months", a)
        for a, b in (("rented", "built"), ("built", "rented"))
    )
    np.testing.assert_allclose(one[["first", "total"]], other[["first", "total"]], atol=1e-12)


def test_the_share_of_an_event_is_that_of_its_two_conditional_means_in_a_plain_run():
    # First order of an event: p (1 - p) (difference of the conditional means)^2 / variance.
    flagship = load.read(load.find("oracle-vs-memphis"))
    both = edits.with_options(flagship, ["oracle_rental", "memphis_build"])
    run = simulation.simulate(both, 2048, 3)
    met = comparison.meets(run, "oracle_rental").astype(float)
    comes = run.first_futures["oracle_delivers"] > 0.5
    p = comes.mean()
    expected = p * (1 - p) * (met[comes].mean() - met[~comes].mean()) ** 2 / met.var()
    first = rows(flagship_indices(), "meets", "oracle_rental").loc["oracle_delivers"]
    assert first["first_low"] - 0.03 <= expected <= first["first_high"] + 0.03
    assert first["first"] == pytest.approx(expected, abs=0.08)


@cache
def flagship_indices() -> pd.DataFrame:
    return sobol.indices(load.read(load.find("oracle-vs-memphis")), 256, 1)


def test_what_only_the_other_option_uses_explains_exactly_nothing_of_an_event():
    flagship = load.read(load.find("oracle-vs-memphis"))
    shares = rows(flagship_indices(), "meets", "oracle_rental")
    used = references.used_by(flagship, "oracle_rental")
    others = [not used & set(group) for group in shares["members"]]
    assert sum(others) > 10
    assert (shares.loc[others, "total"] == 0).all()
    assert (shares.loc[["target_flop", "oracle_fabric_gpus"], "total"] > 0.1).all()


def test_all_years_of_the_prices_are_one_group_that_explains_a_rental_by_the_month():
    rent = "[chips.h100]\nrent_fall_per_year = 0\nrent_fall_swing = 0.2\n[tranches.rental]\n"
    rent += "term_months = 0\nat_end = 'renew'\nusd_per_gpu_hour = 'price'\n"
    price = PRICE_OR_WORKS.split("[chips.h100]")[0].split("[assumptions.ready_months]")[0]
    swings = by_hand(price + rent)
    # The rental is renewed from the start: the price of its contract moves nothing.
    frame = rows(sobol.indices(swings, 4096, 1), "cost_usd", "rented")
    assert frame["members"].tolist() == [["price"], [one_way.PRICES]]
    assert frame["total"].tolist() == pytest.approx([0, 1], abs=0.05)


def test_an_option_uses_what_is_bought_on_the_market_whatever_it_is_made_of():
    # Hours that are short are bought at the price of the H100, which no tranche here rents.
    market = """
[need.service]
h100_gpus = 300
short_hour_usd = { value = 3 }
market_gpus = 1000
market_site = "supplier"
[chips.h100]
market_rent_usd_per_gpu_hour = "hour"
[chips.b200]
load_share = 1
node_usd = 100000
price_fall_per_year = 0
resale_share = 0
[tranches.machine]
chip = "b200"
[assumptions.hour]
label = "Hour"
unit = "USD/GPU-hour"
low = 1
mid = 2
high = 4
min = 0
max = 9
judgement = "By hand."
"""
    case = by_hand(market)
    assert references.used_by(case, "built") == {"hour"}
    frame = rows(sobol.indices(edits.with_options(case, ["built"]), 64, 1), "cost_usd", "built")
    assert frame.loc["hour", "total"] == pytest.approx(1, abs=0.15)


def test_with_one_option_its_own_cost_and_months_are_explained():
    case = by_hand()
    alone = edits.with_options(case, ["built"])
    frame = sobol.indices(alone, 128, 1)
    assert list(dict.fromkeys(zip(frame["measure"], frame["a"], frame["b"], strict=True))) == [
        ("cost_usd", "built", ""),
        ("months", "built", ""),
        ("reaches", "built", ""),
        ("meets", "built", ""),
    ]
    assert rows(frame, "cost_usd", "built")["unexplained"].tolist() == ["never"]
    assert "price" not in rows(frame, "months", "built").index


# --- the ranking of the explorer ---------------------------------------------------------------


def test_a_group_is_ranked_as_one_and_its_members_by_how_far_each_moves_the_pair():
    # Tied, price and date explain all of cost; the price moves 525,600 USD, the largest move of
    # cost, the date 3 months of at most 14.39, the move of the grid.
    frame = sobol.ranked(by_hand(CASE + TIED))
    assert list(frame["assumption"]) == ["price", "ready_months", "comes"]
    assert frame["share"].iloc[0] == frame["share"].iloc[1] == pytest.approx(1, abs=0.15)
    assert list(sobol.ranked(by_hand(CASE + TIED), 1)["assumption"]) == ["price"]


def test_what_explains_nothing_is_not_ranked_and_with_one_option_nothing_is():
    fixed = CASE.replace('usd_per_gpu_hour = "price"', "usd_per_gpu_hour = 2")
    fixed = fixed.replace("[assumptions.price]", "[assumptions.unused]").replace("comes", "grid")
    spread = scenarios_of(fixed)
    assert list(sobol.ranked(spread)["assumption"]) == ["grid", "ready_months"]
    alone = edits.with_options(spread, ["rented"])
    assert sobol.ranked(alone).empty


def scenarios_of(changes: str):
    """By hand, the price held where a file would refuse an assumption that nothing uses."""
    kept = re.sub(r"\[assumptions\.unused\].*?(?=\[assumptions)", "", changes, flags=re.DOTALL)
    return by_hand(kept)


# --- what is said ------------------------------------------------------------------------------


def told(**changes) -> pd.DataFrame:
    """Two inputs that explain 60 % and 20 % of the difference in cost, well apart."""
    frame = pd.DataFrame(
        {
            "measure": "cost_usd",
            "a": "Rented",
            "b": "Built",
            "label": ["Price; Term", "Date"],
            "inputs": [2, 1],
            "first": [0.55, 0.1],
            "first_low": [0.5, -0.1],
            "first_high": [0.6, 0.3],
            "total": [0.6, 0.2],
            "total_low": [0.5, 0.1],
            "total_high": [0.7, 0.3],
            "together": 0.65,
            "together_low": 0.6,
            "together_high": 0.7,
            "differs": 1.0,
            "unexplained": "",
        }
    )
    return frame.assign(**changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {},
            "Price (with 1 tied to it) explains the largest part of the difference in compared "
            "cost: 60 % of its variance in total",
        ),
        (
            {"total_high": [0.7, 0.55]},
            "Price (with 1 tied to it) and Date explain the largest parts of the difference in "
            "compared cost",
        ),
        (
            {"measure": "meets", "b": ""},
            "Price (with 1 tied to it) explains the largest part of whether Rented meets the need: "
            "60 % of its variance in total",
        ),
        (
            {"measure": "months", "b": "", "total": [1.04, 0.2], "total_high": [1.2, 0.3]},
            "Price (with 1 tied to it) explains the largest part of the months to the target of "
            "Rented: 100 % of its variance in total",
        ),
    ],
)
def test_the_picture_of_the_shares_names_what_explains_most(changes, expected):
    title = sensitivity.charts.explained(told(**changes)).to_dict()["title"]["text"]
    assert line(title) == expected


@pytest.mark.parametrize(("total", "said"), [([0.6, 0.2], False), ([0.6, 0.08], True)])
def test_an_index_in_total_below_that_alone_is_put_down_to_chance(total, said):
    # alone 0.55 and 0.10
    words = "An index in total may fall below that alone by chance, within the intervals."
    panel = told(total=total)
    assert sensitivity.titles.by_chance([panel]) == [words] * said
    assert (
        words in line(sensitivity.charts.explained(panel).to_dict()["title"]["subtitle"])
    ) is said


def test_a_long_label_takes_two_lines_and_each_row_has_room_for_them():
    long = "; ".join(["Price of a server with 8 H100 and what belongs to it"] * 4)
    chart = sensitivity.charts.explained(told(label=[long, "Date"])).to_dict()["vconcat"][0]
    drawn = chart["layer"][0]["encoding"]["y"]["sort"][0]
    assert drawn.count("\n") == 1
    assert drawn.endswith(" ...")
    # two rows with two lines of 12 pixels each, and space between
    assert chart["height"] == 2 * (2 * 12 + 14)


def test_where_three_are_level_none_is_called_the_first():
    three = pd.concat([told(), told().iloc[[0]], told().iloc[[0]]])
    assert sensitivity.titles.explained(three) == (
        "3 inputs are level in what they explain of the difference in compared cost"
    )


@pytest.mark.parametrize(
    ("high", "together", "expected"),
    [
        (0.7, 0.65, "65 % of the variance of the difference in compared cost; 35 % arises only"),
        (
            1.01,
            0.95,
            "95 % of the variance of the difference in compared cost: what they do only in",
        ),
        (
            1.2,
            1.1,
            "100 % of the variance of the difference in compared cost: what they do only in",
        ),
    ],
)
def test_interactions_that_cannot_be_told_from_zero_are_given_no_number(high, together, expected):
    row = told(together=together, together_high=high).iloc[0]
    assert sensitivity.titles.together(row).startswith(f"One by one the inputs explain {expected}")


def test_why_nothing_is_explained_is_said_in_words():
    never = told(measure="reaches", b="", unexplained="never", differs=0.0).iloc[0]
    rare = told(measure="months", b="", unexplained="rare", differs=0.004).iloc[0]
    assert sensitivity.titles.unexplained(never) == (
        "There is nothing to explain in whether Rented reaches the target: all futures agree."
    )
    assert sensitivity.titles.unexplained(rare) == (
        "Too few futures differ in the months to the target of Rented (under 1 %) to tell a share "
        "of it."
    )


def test_a_headline_that_is_left_out_of_the_picture_is_named_in_its_note():
    rare = told(measure="meets", a="Built", b="", unexplained="rare", differs=0.004).iloc[[0]]
    chart = sensitivity.charts.explained(pd.concat([told(measure="meets", b=""), rare])).to_dict()
    assert "Too few futures differ in whether Built meets the need" in line(
        chart["title"]["subtitle"]
    )
    assert len(chart["vconcat"]) == 1


@pytest.fixture
def few(monkeypatch):
    """Pages from 64 futures."""
    monkeypatch.setattr(
        sensitivity.tables, "explained", partial(sensitivity.tables.explained, size=64)
    )


def test_without_an_input_that_varies_each_headline_says_that_it_is_always_the_same(few):
    case = by_hand(PLAIN)
    frame = sensitivity.tables.explained(case, 1)
    assert sensitivity.together(frame).html.count("There is nothing to explain in ") == 6
    alone = sensitivity.one_at_a_time(case).html
    assert alone == "<p>No input varies, so nothing moves the two options apart.</p>"
    shown = sensitivity.explained(frame, "cost_usd").html
    assert "There is nothing to explain in the difference in compared cost" in shown
