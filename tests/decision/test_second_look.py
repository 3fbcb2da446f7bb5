"""A later look: trees worked by hand, the example of the books, and gates of whole scenarios."""

import re

import numpy as np
import pytest
from tools import builders, hand

from analysis.chapters import value
from analysis.decision import second_look, value_of_time, wording
from analysis.model import comparison, simulation
from analysis.scenario import edits, references
from analysis.scenario.beside import Gate
from analysis.scenario.tables import Choice

# Dixit and Pindyck, Investment under Uncertainty (1994), chapter 2: a factory for 1600 makes one
# widget a year for ever; the price is 200 now and 300 or 100 from next year on, each with
# probability 0.5; 10 % a year.
FACTORY, ODDS, UP_OR_DOWN = 1600.0, np.array([0.5, 0.5]), np.array(["up", "down"])


def widgets(price, factory=FACTORY):
    """What it brings to build now (or never), and to build in a year (or never), by state."""
    next_year = price * np.array([1.5, 0.5])
    never = np.zeros(2)
    now = np.array([never, -factory + price + next_year / 0.1])
    later = np.array([never, (-factory + next_year + next_year / 0.1) / 1.1])
    return now, later


def test_the_widget_factory_is_worth_600_now_and_773_with_a_wait_so_the_wait_is_worth_173():
    # now: -1600 + 200 + 200 / 0.1 = 600; in a year, at 300: (-1600 + 300 + 3000) / 1.1 = 1545.45,
    # at 100 it is not built: 0.5 x 1545.45 = 772.73
    now, later = widgets(200.0)
    assert now[1] @ ODDS == pytest.approx(600)
    assert second_look.after_a_look(later, ODDS, UP_OR_DOWN)[0] == pytest.approx(772.727, abs=1e-3)
    assert second_look.option_value(now, later, ODDS, UP_OR_DOWN) == pytest.approx(
        172.727, abs=1e-3
    )


def test_the_factory_is_built_where_the_price_rises_and_not_where_it_falls():
    _, later = widgets(200.0)
    assert second_look.after_a_look(later, ODDS, UP_OR_DOWN)[1].tolist() == [1, 0]


def test_a_wait_without_a_look_is_worth_nothing():
    # what cannot be told apart is decided once: 0.5 x 1545.45 + 0.5 x (-454.55) = 545.45 < 600
    now, later = widgets(200.0)
    assert second_look.after_a_look(later, ODDS, np.zeros(2))[0] == pytest.approx(545.4545)
    assert second_look.option_value(now, later, ODDS, np.zeros(2)) == 0


def test_above_a_price_of_249_it_is_better_to_build_at_once():
    # now: -1600 + P + P / 0.1 = 11 P - 1600; wait: 0.5 x (-1600 + 1.5 P x 11) / 1.1; equal where
    # 3.5 P = 1600 - 800 / 1.1, so P = 249.35
    low, high = 200.0, 300.0
    while high - low > 1e-9:
        price = (low + high) / 2
        waits = second_look.option_value(*widgets(price), ODDS, UP_OR_DOWN) > 0
        low, high = (price, high) if waits else (low, price)
    assert low == pytest.approx((1600 - 800 / 1.1) / 3.5)
    assert low == pytest.approx(249.35, abs=0.005)


def test_a_tree_of_two_stages_worked_by_hand():
    # Stage 1: launch (costs 20) or drop (0). A test reads good or bad; the market is high or low:
    # P(high, good) = 0.36, P(high, bad) = 0.04, P(low, good) = 0.18, P(low, bad) = 0.42.
    # Stage 2: expand (high +100, low -60) or stop (0), after the launch.
    # Good (0.54): expand 0.36 x 100 - 0.18 x 60 = 25.2 beats 0; bad: 0.04 x 100 - 0.42 x 60 < 0.
    # With the look: 25.2 - 20 = 5.2. At once: expand 40 - 36 - 20 = -16, stop -20, drop 0.
    weights = np.array([0.36, 0.04, 0.18, 0.42])
    seen = np.array(["good", "bad", "good", "bad"])
    expand = np.array([100.0, 100.0, -60.0, -60.0])
    launched = np.stack([np.zeros(4), expand]) - 20
    assert second_look.after_a_look(launched, weights, seen)[0] == pytest.approx(5.2)
    assert second_look.after_a_look(launched, weights, seen)[1].tolist() == [1, 0, 1, 0]
    at_once = np.stack([np.zeros(4), expand - 20])
    assert second_look.option_value(at_once, launched, weights, seen) == pytest.approx(5.2)


def test_of_equally_good_actions_the_first_is_taken():
    same = np.array([[0.1 + 0.2, 1.0], [0.3, 1.0]])
    chosen = second_look.after_a_look(same, ODDS, UP_OR_DOWN)[1]
    assert chosen.tolist() == [0, 0]


# A machine that comes at once or in month 20, seven to three, paid in month 0; a rental of 12
# months at 4 USD. The run takes 6 months of 100 GPUs; a month is worth 1,000,000 USD.
GATED = """
[need]
target_flop = 7.884e23
[assumptions.comes]
label = "Machine comes"
unit = "months"
values = [0, 20]
probabilities = [0.7, 0.3]
judgement = "for a test"
[tranches.machine]
milestones = { ready = "comes" }
deposit_share = 1
[tranches.rental]
usd_per_gpu_hour = 4
[value]
month_usd = { value = 1000000 }
"""
GATE = """
[gate]
option = "built"
switch_to = "rented"
month = { value = 2, swept = [4] }
lost_share = 0.25
"""


@pytest.fixture
def gated(tmp_path):
    return simulation.simulate(hand.scenario(tmp_path, GATED + GATE), 300, 1)


def test_a_look_in_month_2_is_worth_what_the_tree_by_hand_says(gated):
    # go on: there 1,000,000 + 6 x 1,000,000 = 7,000,000; not there 1,000,000 + 24,000,000
    # rented at once: 12 x 100 x 730 x 4 = 3,504,000, + 6,000,000 = 9,504,000
    # switched: 3,504,000 + 8 months + a quarter of the 1,000,000 that was paid = 11,754,000
    look = second_look.looks(gated, second_look.gate(gated))[0]
    assert look.month == 2
    there = look.came
    assert set(look.go_on_usd[there].round(2)) == {7e6}
    assert set(look.go_on_usd[~there].round(2)) == {25e6}
    assert set(look.switch_usd.round(2)) == {11_754_000}
    assert set(look.lost_usd.round(2)) == {250_000}
    assert (look.chosen == np.where(there, second_look.GO_ON, second_look.SWITCH)).all()
    share = there.mean()
    assert 0.6 < share < 0.8
    plan = share * 7e6 + (1 - share) * 11_754_000
    assert look.gain.value == pytest.approx(9_504_000 - plan)


def test_a_look_two_months_later_is_worth_two_months_less_where_it_switches(gated):
    # in month 4 the switched run is there in month 10: 2,000,000 more
    early, late = second_look.looks(gated, second_look.gate(gated))
    assert set((late.switch_usd - early.switch_usd).round(2)) == {2e6}
    lost = 2e6 * (1 - early.came.mean())
    assert late.gain.value == pytest.approx(early.gain.value - lost)


def test_the_error_of_the_value_is_that_of_the_mean_over_futures(gated):
    look = second_look.looks(gated, second_look.gate(gated))[0]
    plan = np.where(look.came, 7e6, 11_754_000)
    error = np.std(9_504_000 - plan, ddof=1) / np.sqrt(len(plan))
    assert look.gain.se == pytest.approx(error, rel=1e-6)


def test_who_switches_loses_the_discounted_cash_of_the_months_before_the_look(tmp_path):
    # maintenance of 10 % a year on 1,000,000 from month 0: 8,333.33 a month, 0.1 a year of discount
    changes = GATED + GATE.replace("0.25", "1") + "[choices]\ndiscount_rate_per_year.value = 0.1\n"
    changes += "[tranches.machine.milestones]\nready = 0\n"
    changes = changes.replace(
        'milestones = { ready = "comes" }\n', "maintenance_share_per_year = 0.1\n"
    )
    result = simulation.simulate(hand.scenario(tmp_path, changes), 20, 1)
    found = second_look.looks(result, second_look.gate(result))[0].lost_usd
    factors = 1.1 ** (-np.array([0.5, 1.5]) / 12)
    assert found == pytest.approx(1e6 * factors[0] + 1e5 / 12 * factors.sum())


def test_what_both_options_have_goes_on_and_is_not_lost(tmp_path):
    # both keep an old machine that costs 500,000 in month 0; it moves neither the loss nor itself
    shared = f"""
[options.built]
tranches = ["machine", "old"]
[options.rented]
tranches = ["rental", "old"]
[tranches.old]
title = "Old"
gpus = 50
use = "other"
milestones = {{ ready = 0 }}
{hand.OWNED}
"""
    fall = "[chips.h100]\nprice_fall_per_year = 0.5\n"
    result = simulation.simulate(hand.scenario(tmp_path, GATED + GATE + shared + fall), 50, 1)
    look = second_look.looks(result, second_look.gate(result))[0]
    assert set(look.lost_usd.round(2)) == {250_000}
    # begun anew in month 2 the old machine would cost less, at half the price a year
    assert set(look.switch_usd.round(2)) == {11_754_000 + 500_000}


def test_an_owned_tranche_that_is_switched_to_is_ordered_then_and_comes_so_much_later(tmp_path):
    # ordered in month 3 at half the price a year: 1,000,000 x 0.5 ^ (3 / 12) = 840,896; there in
    # month 3, or 23, with 6 months of training: 9,000,000, or 24,000,000 at the horizon. Three
    # months of rent are 876,000, a quarter of it is lost.
    gate = GATE.replace("built", "other").replace("rented", "built").replace("other", "rented")
    gate = gate.replace("value = 2, swept = [4]", "value = 3")
    fall = "[chips.h100]\nprice_fall_per_year = 0.5\n"
    result = simulation.simulate(hand.scenario(tmp_path, GATED + gate + fall), 50, 1)
    look = second_look.looks(result, second_look.gate(result))[0]
    paid = 1e6 * 0.5**0.25 + 876_000 / 4
    assert set(look.switch_usd.round(2)) == {round(paid + 9e6, 2), round(paid + 24e6, 2)}


# The machine comes in 8 of 10 futures, else the rental does, known in month 3; the run is there
# after 6 months of training. What is built is paid in any case only where it comes.
FALLBACK = """
[assumptions.powered]
label = "Machine comes at all"
unit = "event"
probability = 0.8
judgement = "for a test"
[tranches.machine]
milestones = { ready = 4 }
only_if = "powered"
[options.built.instead]
event = "powered"
known_month = 3
option = "rented"
[tranches.rental]
usd_per_gpu_hour = 4
[need]
target_flop = 7.884e23
[value]
month_usd = { value = 1000000 }
"""


def test_a_look_before_the_fallback_takes_its_place_and_after_it_there_is_none(tmp_path):
    # Fallback: 3,504,000 for the rental from month 3, there in month 9. Month 5 is a look where the
    # machine came in month 4, and none where the rental is on its way: going on is all there is.
    # Month 2, before it is known: without the fallback the option is never there, but whether the
    # machine comes is not seen yet.
    gate = GATE.replace("value = 2, swept = [4]", "value = 2, swept = [5]")
    result = simulation.simulate(hand.scenario(tmp_path, FALLBACK + gate), 200, 1)
    fails = ~np.isfinite(result.scalars["built"]["full_capacity_months"])
    early, late = second_look.looks(result, second_look.gate(result))
    committed = value_of_time.burden_usd(result, "built", 1e6)
    assert (late.go_on_usd == committed).all()
    assert (late.switch_usd[fails] == late.go_on_usd[fails]).all()
    assert (late.switch_usd[~fails] > late.go_on_usd[~fails]).all()
    assert not early.came.any()
    # alone: nothing is paid where it fails, nothing is trained by the horizon, and what would have
    # been built (1,000,000, there in month 10) is the dearer of the two: 1,000,000 + 24,000,000
    assert set(early.go_on_usd[fails].round(2)) == {25e6}
    assert set(early.go_on_usd[~fails].round(2)) == {11e6}


def test_a_gate_may_look_for_full_capacity(tmp_path):
    # the second half comes in month 3: it trains in month 0 on 50 and is whole after the look
    halves = f"""
[need.start_gpus]
value = 50
[options.built]
tranches = ["machine", "half"]
[tranches.machine]
gpus = 50
fabric = "one"
[tranches.half]
title = "Half"
gpus = 50
use = "run"
fabric = "one"
milestones = {{ ready = 3 }}
{hand.OWNED}
[gate]
option = "built"
switch_to = "rented"
month = {{ value = 2 }}
lost_share = 0
"""
    for seen, came in (("first_training", 1), ("full_capacity", 0)):
        found = hand.scenario(tmp_path, f'{halves}seen = "{seen}"\n')
        result = simulation.simulate(found, 10, 1)
        assert second_look.looks(result, second_look.gate(result))[0].came.mean() == came


def test_what_comes_on_the_day_of_the_look_has_come(tmp_path):
    late = GATED.replace("values = [0, 20]", "values = [2, 20]")
    result = simulation.simulate(hand.scenario(tmp_path, late + GATE), 100, 1)
    look = second_look.looks(result, second_look.gate(result))[0]
    assert (look.came == (result.scalars["built"]["first_training_months"] == 2)).all()
    assert 0 < look.came.mean() < 1


def test_without_a_gate_the_earlier_of_the_pair_is_looked_at_and_nothing_comes_back(tmp_path):
    # the machine trains in month 2.5 or 7, the rental in month 15: the machine is earlier
    late = GATED.replace("values = [0, 20]", "values = [2.5, 7]")
    late = late.replace("usd_per_gpu_hour = 4\n", "milestones = { ready = 15 }\n")
    result = simulation.simulate(hand.scenario(tmp_path, late), 100, 1)
    found = second_look.gate(result)
    assert (found.option, found.switch_to, found.lost_share) == ("built", "rented", 1.0)
    assert not second_look.is_stated(result, found)
    # whole months after the quantiles of the first training
    assert (found.seen, found.month.swept) == ("first_training", [3, 7])


def test_an_option_of_which_nothing_can_be_seen_leaves_the_look_to_the_other(tmp_path):
    # the rental trains from month 0 on in every future; the machine comes in month 0 or 20
    result = simulation.simulate(hand.scenario(tmp_path, GATED), 100, 1)
    found = second_look.gate(result)
    assert (found.option, found.switch_to) == ("built", "rented")
    assert found.month.swept == [1, 20]


def test_where_training_begins_on_what_is_there_the_move_is_looked_for(tmp_path):
    # both train from month 0 on an old machine of 50, and move when their own comes
    old = f"""
[need.start_gpus]
value = 50
[options.built]
tranches = ["machine", "old"]
[options.rented]
tranches = ["rental", "old"]
[tranches.old]
title = "Old"
gpus = 50
use = "run"
milestones = {{ ready = 0 }}
{hand.OWNED}
"""
    late = GATED.replace("values = [0, 20]", "values = [3, 5]")
    result = simulation.simulate(hand.scenario(tmp_path, late + old), 100, 1)
    found = second_look.gate(result)
    assert (found.option, found.seen, found.month.swept) == ("built", "move", [3, 5])
    looks = second_look.looks(result, found)
    assert (looks[0].came == (result.scalars["built"]["move_months"] == 3)).all()


def test_a_date_that_seldom_comes_is_looked_for_in_the_middle_of_the_horizon(tmp_path):
    seldom = GATED.replace("[0.7, 0.3]", "[0.05, 0.95]").replace("[0, 20]", "[2, 30]")
    result = simulation.simulate(hand.scenario(tmp_path, seldom), 100, 1)
    assert second_look.gate(result).month.swept == [12]


def test_where_no_date_differs_between_the_futures_there_is_no_look(tmp_path):
    never = GATED.replace("values = [0, 20]", "values = [25, 30]")
    result = simulation.simulate(hand.scenario(tmp_path, never), 20, 1)
    assert second_look.gate(result) is None


def test_one_option_has_no_gate_and_one_line_says_so(tmp_path):
    found = edits.with_options(hand.scenario(tmp_path, GATED), ["built"])
    result = simulation.simulate(found, 10, 1)
    assert second_look.gate(result) is None
    assert value.tables.gate(result).empty
    assert "only one option" in value.gate(result).html


SLUGS = ("oracle-vs-memphis", "own-case", "no-gas")


@pytest.fixture(scope="module", params=[(s, n) for s in SLUGS for n in (1, 2)], ids=str)
def run(request):
    slug, seed = request.param
    found = builders.shipped(slug)
    pair = edits.with_options(found, comparison.pair(found))
    result = simulation.simulate(pair, 200, seed)
    return result, value.tables.gate(result)


def test_no_plan_with_a_look_is_worth_less_than_nothing_and_none_costs_more_than_at_once(run):
    result, frame = run
    usd = value_of_time.month_usd(result)
    at = second_look.gate(result)
    means = [value_of_time.burden_usd(result, o, usd).mean() for o in (at.option, at.switch_to)]
    assert set(frame["best_now"]) == {
        result.scenario.options[(at.option, at.switch_to)[int(np.argmin(means))]].title
    }
    for _, two in frame.groupby("month"):
        # the better action of each observation, weighed by how often it is seen
        seen = two[two["share"] > 0]
        plan = (seen["share"] * seen[["go_on_usd", "switch_usd"]].min(axis=1)).sum()
        assert two["gain_usd"].iloc[0] == pytest.approx(min(means) - plan, abs=1e-9 * min(means))
        assert seen["share"].sum() == pytest.approx(1)
        assert list(seen["switches"]) == list(seen["switch_usd"] < seen["go_on_usd"])


def test_going_on_is_the_burden_of_the_committed_option_where_its_date_came(run):
    result, frame = run
    at, usd = second_look.gate(result), value_of_time.month_usd(result)
    burden = value_of_time.burden_usd(result, at.option, usd)
    dates = result.scalars[at.option][second_look.SEEN[at.seen]]
    for _, row in frame.iterrows():
        here = (dates <= row["month"]) == row["there"]
        assert row["share"] == pytest.approx(here.mean())
        if here.any():
            assert row["go_on_usd"] == pytest.approx(burden[here].mean())


def test_the_page_says_the_plan_of_each_row_and_what_the_gates_own_month_is_worth(run):
    result, frame = run
    shown = value.gate(result).html
    cells = re.findall(r"<td>([^<]*)</td>", shown)
    rows = [cells[i : i + 7] for i in range(0, len(cells), 7)]
    plans = np.where(frame["share"] == 0, "-", np.where(frame["switches"], "switch", "go on"))
    assert [row[5] for row in rows] == list(plans)
    # a plan that is the better option at once in every future gains exactly 0: that is nothing
    own = frame[frame["own"]]
    gain, error = own["gain_usd"].iloc[0], own["se_usd"].iloc[0]
    nothing = gain < -2 * error or gain == error == 0
    assert gain <= 2 * error
    assert ("is worth nothing over" in shown) == nothing
    assert ("cannot be told from zero" in shown) == (not nothing)
    seen = frame[frame["share"] > 0]
    assert ("Nothing that is seen makes one switch" in shown) == (not seen["switches"].any())
    if not seen["switches"].any():
        least = (seen["switch_usd"] - seen["go_on_usd"]).min()
        assert f"to switch is {wording.usd(least)} dearer there on the mean" in shown
    assert ("states no gate" in shown) == (result.scenario.gate is None)


@pytest.mark.parametrize(
    ("gain", "error", "worth"),
    [
        (2.1e6, 1e6, "2 million USD"),
        (1.9e6, 1e6, "not told from zero"),
        (-1.9e6, 1e6, "not told from zero"),
        (-2.1e6, 1e6, "nothing"),
        (0.0, 0.0, "nothing"),  # the plan is the better option at once in every future
        (-5.0, 0.0, "nothing"),
    ],
)
def test_a_claim_of_worth_is_made_only_beyond_two_standard_errors(gain, error, worth):
    assert value.titles.look_worth({"gain_usd": gain, "se_usd": error}) == worth


def test_the_flagships_gate_is_the_scenarios_own():
    result = builders.simulated(draws=50)
    at = second_look.gate(result)
    assert at is result.scenario.gate
    assert [look.month for look in second_look.looks(result, at)] == [3, 6, 9, 12]


def test_a_gate_on_options_that_are_not_there_is_not_used():
    found = edits.with_options(builders.shipped(), ["memphis_later", "gb200_wait"])
    result = simulation.simulate(found, 50, 1)
    assert second_look.gate(result).option == "memphis_later"


def test_the_lost_share_may_be_an_uncertain_input(gated):
    at = Gate(option="built", switch_to="rented", month=Choice(value=2), lost_share="comes")
    lost = second_look.looks(gated, at)[0].lost_usd
    # 0 or 20 times the 1,000,000 that was paid
    assert set(lost.round(2)) == {0, 20e6}


def test_the_gate_and_the_value_of_time_are_cited_but_not_swept_by_the_model(tmp_path):
    words = """
[value]
month_usd = { value = 5e7, swept = [1e8], basis = ["xai-valuation-2024-05"] }
[gate.month]
basis = ["memphis-substation-date"]
"""
    found = builders.variant(tmp_path, words)
    assert set(references.side_choices(found)) == {
        "value.month_usd",
        "value.second_share",
        "gate.month",
    }
    assert references.cited(found)["xai-valuation-2024-05"] == ["value.month_usd"]
    assert "gate.month" in references.cited(found)["memphis-substation-date"]
    assert [name for name in references.choices(found) if "." in name] == []


def test_an_option_taken_alone_keeps_its_fallback(tmp_path):
    found = hand.scenario(tmp_path, FALLBACK)
    whole = simulation.simulate(found, 50, 1).scalars["built"]
    alone = simulation.simulate(edits.with_options(found, ["built"]), 50, 1).scalars["built"]
    assert (alone["compared_months"] == whole["compared_months"]).all()
    assert np.isfinite(alone["target_months"]).all()
