"""Where a claim turns: by hand on small scenarios, and the laws on the flagship."""

import numpy as np
import pytest
from tools import builders
from tools.builders import bounded
from tools.hand import result, scenario

from analysis.chapters import sensitivity
from analysis.decision import reversals, turning
from analysis.decision.claims import CHEAPER, EARLIER, MEETS, claims
from analysis.model import comparison, draws, estimates, simulation
from analysis.model.simulation import Result
from analysis.scenario import edits, references
from analysis.scenario.schema import Scenario

EVEN_USD = 1_000_000 / 876_000
"""The machine costs 1,000,000 USD; the rental 100 GPUs x 12 months x 730 hours at this price."""

PRICE = """
[tranches.rental]
usd_per_gpu_hour = "price"
[assumptions.price]
label = "Price"
unit = "USD/GPU-hour"
judgement = "for a test"
"""
WIDE = f"{PRICE}low = 1.5\nmid = 2\nhigh = 3\nmin = 0.5\nmax = 5\n"
HIGH = f"{PRICE}low = 1.5\nmid = 2\nhigh = 3\nmin = 1.2\nmax = 5\n"
LISTED = f"{PRICE}values = [1.0, 3.0]\nprobabilities = [0.6, 0.4]\n"
READY = (
    bounded("ready", "Machine ready", "months", 1, 2, 4, 0, 12)
    + """
[tranches.rental]
milestones = { ready = 6 }
[tranches.machine]
milestones = { ready = "ready" }
"""
)
COMES = """
[tranches.rental]
only_if = "comes"
usd_per_gpu_hour = 1
[tranches.machine]
milestones = { ready = 3 }
[assumptions.comes]
label = "The rental comes"
unit = "event"
probability = 0.9
judgement = "for a test"
"""


TITLES = ("Rented", "Built")


def run(found: Scenario, number: int = 64, seed: int = 1) -> Result:
    return simulation.simulate(found, number, seed)


def log(found: Scenario, kind: str):
    """The rows of one kind of claim by input, on 64 futures."""
    frame = reversals.reversals(run(found))
    return frame[frame["claim"] == kind].set_index("input")


def test_the_rental_is_as_dear_as_the_machine_at_1_14_usd(tmp_path):
    # 876,000 GPU-hours x 1.1416 = 1,000,000; the price is 2 at mid, the claim turns below.
    row = log(scenario(tmp_path, WIDE), CHEAPER).loc["price"]
    assert row["turns_at"] == pytest.approx(EVEN_USD)
    assert (row["option"], row["side"], row["at_mid"]) == ("built", "below", True)
    assert row["change_share"] == pytest.approx((EVEN_USD - 2) / 2)
    assert row["spreads"] == pytest.approx((2 - EVEN_USD) / 1.5)


def test_how_likely_the_other_side_is_comes_from_the_range_of_the_input_itself(tmp_path):
    found = scenario(tmp_path, WIDE)
    row = log(found, CHEAPER).loc["price"]
    prices = draws.block(found, 5, 0, 4000)["price"]
    assert row["beyond_share"] == pytest.approx(np.mean(prices < EVEN_USD), abs=0.01)


def test_swapping_the_two_options_turns_nothing_else(tmp_path):
    there = log(scenario(tmp_path, WIDE), CHEAPER)
    back = log(scenario(tmp_path, f'compare = ["built", "rented"]{WIDE}'), CHEAPER)
    same = ["turns_at", "side", "beyond_share", "spreads", "option"]
    assert there[same].loc["price"].to_list() == pytest.approx(back[same].loc["price"].to_list())


def test_a_price_that_cannot_be_so_low_turns_nothing(tmp_path):
    row = log(scenario(tmp_path, HIGH), CHEAPER).loc["price"]
    assert row[["side", "turns_at"]].isna().all()
    assert row["beyond_share"] == 0


def test_without_bounds_an_input_is_looked_at_from_its_p1_to_its_p99(tmp_path):
    bounded = scenario(tmp_path, WIDE).assumptions["price"]
    one = bounded.model_copy(update={"min": None, "max": None})
    ends = draws.quantile(one, np.array([0.01, 0.99]))
    assert turning.bounds(one) == pytest.approx(tuple(ends))


def test_the_machine_is_later_than_a_rental_of_month_6_from_month_6_on(tmp_path):
    # Both need the same months of training, so the difference is that of the two dates.
    row = log(scenario(tmp_path, READY), EARLIER).loc["ready"]
    assert row["turns_at"] == pytest.approx(6)
    assert (row["option"], row["side"]) == ("built", "above")
    # what the turn costs in time: four months of the machine, none of the rental
    assert [row["a_later"], row["b_later"]] == pytest.approx([0, 4])


def test_the_machine_misses_the_need_where_it_comes_over_4_4_months_after_the_start(tmp_path):
    # 1e24 / (100 x 1e15 x 0.5 x 2,628,000 s) = 7.61 months of training; the need is month 12.
    frame = reversals.reversals(run(scenario(tmp_path, READY)))
    row = frame[(frame["claim"] == MEETS) & (frame["option"] == "built")].iloc[0]
    assert row["turns_at"] == pytest.approx(12 - 1e24 / (100e15 * 0.5 * 2_628_000), abs=0.01)
    assert row["side"] == "above"


def test_a_rental_that_does_not_come_is_no_longer_earlier_and_that_is_one_in_ten(tmp_path):
    row = log(scenario(tmp_path, COMES), EARLIER).loc["comes"]
    assert (row["option"], row["turns_at"], row["fails_at"]) == ("rented", 0.0, (0.0,))
    assert row["beyond_share"] == pytest.approx(0.1)
    # the target is 7.61 months off; without the rental it is not reached within 24
    assert row["a_later"] == pytest.approx(24 - 7.61, abs=0.01)
    assert (
        sensitivity.reversal_titles.turned(row, TITLES)
        == "The rental comes: if it does not happen, 10 % likely; Rented is 16.4 months later then"
    )


ONE_GPU = (
    bounded("used", "Used", "share", 0.6, 0.8, 0.9, 0.1, 1)
    + """
[need]
target_flop = 1e21
start_gpus = { value = 1 }
use_share = "used"
[choices]
horizon_months = { value = 36 }
[chips.h100]
node_usd = 1051200
[sites.field]
lease_usd_per_kw_month = 730
[tranches.machine]
gpus = 1
[tranches.rental]
gpus = 1
usd_per_gpu_hour = 12
take_or_pay_share = 0
term_months = 36
"""
)


def test_owning_and_paying_by_the_hour_are_equal_at_a_use_share_of_one_half(tmp_path):
    # 131,400 USD once and 1 USD an hour of 36 x 730 = 26,280, used or not: 157,680 USD. At 12 USD
    # an hour of use that is 13,140 hours, a share of 0.5. A node of 8 costs 8 x 131,400; 730 USD
    # per kW-month for a GPU of 1 kW are 1 USD an hour.
    row = log(scenario(tmp_path, ONE_GPU), CHEAPER).loc["used"]
    assert row["turns_at"] == pytest.approx(0.5)
    assert (row["option"], row["side"]) == ("built", "below")


SERVED = (
    bounded("ready", "Machine ready", "months", 1, 2, 4, 0, 12)
    + """
[need.service]
h100_gpus = 50
short_hour_usd = { value = 10 }
[tranches.machine]
milestones = { ready = "ready" }
"""
)


def test_without_a_run_time_is_no_claim_and_a_delay_is_paid_for_by_the_hours_it_leaves_short(
    tmp_path,
):
    # 50 of the table's H100 are wanted for 24 months. The rental of 12 months leaves 12 short and
    # costs 1,752,000; the machine costs 1,000,000 and leaves x months short, so each is as dear at
    # x = 12 + 752,000 / (50 x 730 x 10) = 14.06: the machine stays cheaper up to its bound of 12.
    made = run(scenario(tmp_path, builders.SERVICE_ALONE, SERVED))
    assert [one.kind for one in claims(made)] == [CHEAPER, MEETS, MEETS]
    row = log(made.scenario, CHEAPER).loc["ready"]
    assert (row["option"], row["beyond_share"]) == ("built", 0)
    assert np.isnan(row["turns_at"])
    # to serve three quarters of the time the machine may be 6 of 24 months late
    frame = reversals.reversals(made)
    met = frame[(frame["claim"] == MEETS) & (frame["option"] == "built")].set_index("input")
    assert met.loc["ready", "turns_at"] == pytest.approx(6, abs=0.01)


def test_a_claim_on_the_mean_may_not_hold_at_the_mid_of_an_input(tmp_path):
    # 0.6 x 1 + 0.4 x 3 = 1.8 USD on the mean is dear; the likelier 1 USD alone is cheap.
    found = run(scenario(tmp_path, LISTED), 512)
    frame = reversals.reversals(found)
    row = frame[frame["claim"] == CHEAPER].set_index("input").loc["price"]
    assert (row["option"], row["at_mid"], row["fails_at"]) == ("built", False, (1.0,))
    assert row["beyond_share"] == pytest.approx(0.6)
    assert "Price: at 1 USD/GPU-hour, its likeliest value, 60 % likely." in (
        sensitivity.reversals(found).html
    )


def test_an_input_with_which_a_claim_fails_at_its_mid_is_no_way_off_and_stands_first(tmp_path):
    # As above: 1 USD is the mid of the list. The node is dear enough at 80,000 x 1.577 USD.
    node = """
[chips.h100]
node_usd = "node"
[assumptions.node]
label = "Node"
unit = "USD/node"
low = 70_000
mid = 80_000
high = 90_000
min = 1_000
max = 900_000
judgement = "for a test"
"""
    frame = reversals.reversals(run(scenario(tmp_path, LISTED + node), 512))
    rows = frame[(frame["claim"] == CHEAPER) & (frame["kind"] != "choice")]
    assert rows["input"].to_list() == ["price", "node"]
    assert rows["spreads"].iloc[0] == 0
    assert rows["spreads"].iloc[1] > 0


MFU = (
    bounded("mfu", "MFU", "share", 0.4, 0.5, 0.6, 0, 1)
    + """
[run]
mfu_share = "mfu"
[tranches.rental]
gpus = 120
term_months = 24
[tranches.machine]
milestones = { ready = 3 }
"""
)


def test_where_both_miss_the_target_they_tie_and_nothing_has_turned(tmp_path):
    # The rental is larger and begins 3 months before the machine: earlier at any MFU. At 0 both
    # are never there, a tie.
    row = log(scenario(tmp_path, MFU), EARLIER).loc["mfu"]
    assert (row["option"], row["beyond_share"]) == ("rented", 0)
    assert np.isnan(row["turns_at"])


def test_the_nearest_reversal_of_cost_is_where_the_mean_of_all_futures_is_nothing():
    # Held at the value that is printed, the difference is nothing, to a fifth of its own error.
    made = run(builders.shipped(), 4096)
    frame = reversals.reversals(made, 64)
    row = frame[(frame["claim"] == CHEAPER) & (frame["kind"] == turning.RANGE)].iloc[0]
    held = draws.block(made.scenario, made.seed, 0, 4096)
    there = simulation.at(made.scenario, held | {row["input"]: np.full(4096, row["turns_at"])})
    a, b = comparison.pair(made.scenario) or ("", "")
    gap = estimates.mean(comparison.cost_difference_usd(there, a, b))
    assert abs(gap.value or 0.0) < 0.2 * (gap.se or 0.0)


def held(**changes: object) -> dict[str, object]:
    """A row of the reversals: a share from 0 to 1 that turns a claim above 0.8."""
    row = {"label": "Used", "unit": "share", "kind": "range", "mid": 0.9, "least": 0.0}
    row |= {"most": 1.0, "turns_at": 0.8, "turns_se": None, "side": "above", "values": ()}
    row |= {"at_mid": True, "fails_at": (), "beyond_share": 0.3}
    return row | {"a_later": None, "b_later": None} | changes


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "above 80 %"),
        ({"turns_at": 0.9994, "turns_se": 0.2}, "above 99.9 %"),  # not 100, which is the bound
        ({"turns_at": 0.99996}, "above 99.996 %"),
        ({"turns_at": 1.0}, "at 100 %"),
        ({"turns_at": 0.0004, "side": "below", "turns_se": 0.2}, "below 0.040 %"),
        ({"at_mid": False, "side": "below"}, "below 80 %, its mid included"),
    ],
)
def test_a_turn_just_within_a_bound_is_not_shown_as_the_bound(changes, expected):
    assert (
        sensitivity.reversal_titles.turned(held(**changes), TITLES)
        == f"Used: {expected}, 30 % likely"
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"a_later": 4.0, "b_later": 0.01}, "; Rented is 4 months later then"),
        ({"a_later": 4.0, "b_later": -2.0}, "; Rented is 4 months later then; Built is 2 mont"),
        ({"a_later": 0.0, "b_later": float("nan")}, ""),
    ],
)
def test_a_turn_is_said_with_the_months_that_it_costs_either_of_the_two(changes, expected):
    said = sensitivity.reversal_titles.turned(held(**changes), TITLES)
    assert said.removeprefix("Used: above 80 %, 30 % likely").startswith(expected)
    assert said.endswith("then") == bool(expected)


@pytest.mark.parametrize(
    ("values", "fails", "expected"),
    [
        (((36, 0.4), (48, 0.3), (60, 0.3)), (36.0,), "at 36 months, its likeliest value"),
        (((36, 0.5), (60, 0.5)), (36.0,), "at 36 months, one of its likeliest values"),
        (
            ((36, 0.4), (48, 0.3), (60, 0.3)),
            (36.0, 48.0),
            "at 36 and 48 months, 36 being its likeliest value",
        ),
        (((36, 0.6), (60, 0.4)), (36.0, 60.0), "at 36 and 60 months"),
    ],
)
def test_of_a_list_the_likeliest_value_is_named_as_such(values, fails, expected):
    changes = {"kind": "list", "unit": "months", "mid": 36.0, "values": values, "fails_at": fails}
    row = held(**changes, side="at", at_mid=False)
    assert sensitivity.reversal_titles.turned(row, TITLES) == f"Used: {expected}, 30 % likely"


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        (1, "1 more input turns it, at a value further off"),
        (8, "8 more inputs turn it, at values further off"),
    ],
)
def test_inputs_not_named_turn_a_claim_at_values_further_off(rest, expected):
    assert sensitivity.reversal_titles.further(rest) == expected


CLAIMED = "Rented has the lower compared cost on the mean"


@pytest.mark.parametrize(
    ("rented", "built", "expected"),
    [
        # the mean difference is 0, in cost; both at month 3
        ([1, 2, 3, 4], [1, 2, 3, 4], "Rented and Built cost the same on the mean"),
        # +1 and -1 twice: 0 on the mean, though no future is even
        ([1, 3, 1, 3], [2, 2, 2, 2], "Rented and Built cost the same on the mean"),
        # differences 3, -1, 3, -1: mean 1, standard error 1.15
        ([5, 1, 5, 1], [2, 2, 2, 2], "Which of Rented and Built has the lower compared cost on"),
        ([1, 1, 1, 1], [2, 2, 2, 2], CLAIMED),
    ],
)
def test_a_claim_that_cannot_be_told_is_not_made_and_not_turned(tmp_path, rented, built, expected):
    numbers = {
        name: {"present_cost_usd": cost, "target_months": [3, 3, 3, 3]}
        for name, cost in (("rented", rented), ("built", built))
    }
    made = result(scenario(tmp_path), **numbers)
    one = claims(made)[0]
    titles = {"": "", "rented": "Rented", "built": "Built"}
    said = sensitivity.reversal_titles.claimed(one, ("Rented", "Built"), titles[one.option])
    assert said.startswith(expected)
    assert one.told is (expected == CLAIMED)


def test_an_option_that_meets_the_need_in_exactly_half_of_the_futures_is_not_told(tmp_path):
    numbers = {
        name: {"present_cost_usd": [1, 1, 1, 1], "target_months": months}
        for name, months in (("rented", [3, 3, 20, 20]), ("built", [20, 20, 20, 20]))
    }
    _, _, rented, built = claims(result(scenario(tmp_path), **numbers))
    assert not rented.told
    assert built.told
    pair = ("Rented", "Built")
    assert sensitivity.reversal_titles.claimed(rented, pair, "Rented") == (
        "Whether Rented meets the need more often than not is too close to half to tell"
    )
    assert sensitivity.reversal_titles.claimed(built, pair, "Built") == (
        "Built meets the need in less than half of the futures"
    )


def test_with_one_option_there_is_no_claim_and_one_line_says_so(tmp_path):
    found = scenario(tmp_path)
    alone = edits.with_options(found, ["rented"])
    made = run(alone, 4)
    shown = sensitivity.reversals(made)
    assert shown.frame.empty
    assert "only one option" in shown.html


def test_without_anything_assumed_no_input_moves_a_claim(tmp_path):
    made = run(scenario(tmp_path), 4)
    shown = sensitivity.reversals(made).html
    assert "Built has the lower compared cost on the mean." in shown
    assert "No input moves it when moved alone." in shown
    # 1,752,000 USD of rent in the first year, 1,000,000 at once: no rate turns that
    assert "No discount rate between 0 and 100 % a year turns it." in shown
    assert "No value of a month turns which of the two is better." in shown


# --- laws ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def flagship() -> tuple[Result, object]:
    """256 futures of the pair, all of them run again, and where its claims turn."""
    found = builders.shipped()
    pair = edits.with_options(found, comparison.pair(found) or ())
    made = simulation.simulate(pair, 256, 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reversals, "MOST_INPUTS", 6)
        return made, reversals.reversals(made)


def test_where_a_claim_turns_the_mean_difference_is_nothing_within_its_error(flagship):
    made, frame = flagship
    futures = draws.block(made.scenario, 3, 0, 256)
    turning = frame[(frame["claim"] == CHEAPER) & (frame["kind"] == "range")].dropna(
        subset=["turns_at"]
    )
    assert len(turning) >= 3
    for _, row in turning.head(4).iterrows():
        held = futures | {row["input"]: np.full(256, row["turns_at"])}
        again = simulation.at(made.scenario, held)
        gap = comparison.cost_difference_usd(again, *comparison.pair(made.scenario))
        assert abs(gap.mean()) <= gap.std(ddof=1) / 16


def test_beyond_the_turn_the_claim_no_longer_holds_and_before_it_does(flagship):
    made, frame = flagship
    futures = draws.block(made.scenario, 3, 0, 256)
    row = frame[(frame["claim"] == CHEAPER) & (frame["kind"] == "range")].iloc[0]
    far = 0.3 * abs(row["turns_at"]) * (1 if row["side"] == "above" else -1)
    for way, holds in ((far, False), (-far, True)):
        held = futures | {row["input"]: np.full(256, row["turns_at"] + way)}
        again = simulation.at(made.scenario, held)
        a, b = comparison.pair(made.scenario)
        cheap = a if comparison.cost_difference_usd(again, a, b).mean() < 0 else b
        assert (cheap == row["option"]) is holds


def test_the_years_of_the_prices_are_no_input_of_a_reversal(flagship):
    made, frame = flagship
    assert references.swinging(made.scenario)
    assert set(frame.loc[frame["kind"] != "choice", "input"]) <= set(made.scenario.assumptions)


def test_the_nearest_turns_come_first_and_those_without_any_last(flagship):
    _, frame = flagship
    for _, rows in frame[frame["kind"] != "choice"].groupby(["claim", "option"]):
        far = rows["spreads"].to_numpy(dtype=float)
        known = far[~np.isnan(far)]
        assert (np.diff(known) >= 0).all()
        assert np.isnan(far[len(known) :]).all()


def test_the_futures_beyond_those_run_again_shift_the_mean_and_not_what_a_value_changes(tmp_path):
    # With 8 of 2,000 futures run again the even price is the same: cost is straight in the price.
    made = run(scenario(tmp_path, WIDE), 2000)
    frame = reversals.reversals(made, 8).set_index("input")
    assert frame.loc["price", "turns_at"] == pytest.approx(EVEN_USD)


def test_what_goes_along_with_a_mean_is_placed_by_it_and_what_does_not_is_left_alone():
    # The first 3 of 6 draws have mean 2, all have 4: twice that plus 1 is 9, not 2 x 2 + 1 = 5.
    whole = np.array([1.0, 2.0, 3.0, 4.0, 6.0, 8.0])
    along = estimates.regressed(2 * whole[:3] + 1, whole[:3], whole)
    assert along.value == pytest.approx(9)
    # its error is that of the mean of all six, whose halves are added: 2 x (1/2) of each
    halves = [np.std(half, ddof=1) / 3**0.5 for half in (whole[:3], whole[3:])]
    assert along.se == pytest.approx(np.hypot(*halves))
    alone = estimates.regressed(np.array([7.0, 7.0, 7.0]), whole[:3], whole)
    assert (alone.value, alone.se) == (7, 0)
