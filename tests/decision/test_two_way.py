"""Two quantities at once: by hand, cell by cell against whole runs, and what a map says."""

import numpy as np
import pandas as pd
import pytest
from tools import builders
from tools.builders import bounded
from tools.hand import scenario

from analysis.chapters import evidence, sensitivity
from analysis.chapters.sensitivity.map_tables import FlipMap
from analysis.decision import levers, two_way, value_of_time
from analysis.decision.two_way import Map
from analysis.model import comparison, simulation
from analysis.model.simulation import Result
from analysis.scenario import edits
from analysis.scenario.schema import Scenario

EVEN_USD = 1_000_000 / 876_000
PAIR = ("Rented", "Built")
DRAWS = 60
MONTH_USD = 5e7


def run(found: Scenario, number: int = 8) -> Result:
    return simulation.simulate(found, number, 1)


def options(found: Scenario, **tranches: list[str]) -> Scenario:
    """The scenario with only these options, made of these tranches."""
    kept = {
        name: found.options[name].model_copy(update={"tranches": mine})
        for name, mine in tranches.items()
    }
    return found.model_copy(update={"options": kept})


# --- by hand -------------------------------------------------------------------------------------


@pytest.fixture
def cheap(tmp_path) -> Result:
    """A rental at 1.1 USD: 876,000 hours cost 963,600, the machine 1,000,000; both in month 0."""
    return run(scenario(tmp_path, "[tranches.rental]\nusd_per_gpu_hour = 1.1\n"))


def test_without_delay_the_rental_is_even_at_the_price_of_the_break_even(cheap):
    one = sensitivity.map_tables.flip_price(cheap)
    assert one.along["better"].to_list() == ["Rented", "Built"]
    assert one.along["high"].iloc[0] == pytest.approx(EVEN_USD)
    assert sensitivity.map_titles.flips(one) == (
        "With Built at its mid date Rented costs less up to 1.14 USD per GPU-hour, Built beyond"
    )


def test_a_month_of_delay_costs_its_value_and_nothing_else_by_hand(cheap):
    # At 1.1 USD the rental is 36,400 cheaper; x months late at 10,000 a month add 10,000 x for it.
    found = two_way.price_and_delay(cheap, 10_000.0)
    at = int(np.argmin(np.abs(found.x - 1.1)))
    assert found.plain[:, at] == pytest.approx(-36_400)
    assert found.worth[:, at] == pytest.approx(
        -36_400 - 10_000 * np.minimum(found.y, 24 - 7.61), abs=30
    )


# --- cells against whole runs --------------------------------------------------------------------


@pytest.fixture(scope="module")
def pair() -> Scenario:
    """The two options of the flagship's question."""
    found = builders.shipped()
    return edits.with_options(found, comparison.pair(found))


@pytest.fixture(scope="module")
def base(pair) -> Result:
    return simulation.simulate(pair, DRAWS, 4)


def means(found: Scenario) -> tuple[float, float]:
    """Mean cost and months of the first option less the second in a whole run."""
    result = simulation.simulate(found, DRAWS, 4)
    a, b = (result.scalars[name] for name in ("oracle_rental", "memphis_build"))
    names = ("compared_cost_usd", "compared_months")
    cost, months = (float(np.mean(a[name] - b[name])) for name in names)
    return cost, months


@pytest.mark.parametrize(("row", "column"), [(0, 1), (5, 4)])
def test_a_cell_of_price_and_delay_is_a_whole_run_with_both_held(pair, base, row, column):
    found = two_way.price_and_delay(base, MONTH_USD)
    price, late = float(found.x[column]), float(found.y[row])
    mid = pair.assumptions["memphis_first_gpus_months"].mid
    there = edits.with_tranche(pair, "oracle_100k", contract_usd=price)
    there = edits.with_tranche(there, "memphis_100k", milestones={"there": mid + late})
    cost, months = means(there)
    assert found.plain[row, column] == pytest.approx(cost)
    assert found.worth[row, column] == pytest.approx(cost + MONTH_USD * months)


def test_the_mean_of_all_futures_places_a_map_of_the_first_ones(pair):
    # 1,200 futures, 64 of them run again: the even price lies near that of 600 run again.
    made = simulation.simulate(pair, 1200, 4)
    turns = []
    for number in (64, 600):
        found = two_way.price_and_delay(made, 0.0, number)
        row = sensitivity.map_tables.intervals(found.x, found.plain[0], PAIR)
        turns.append(float(row["high"].iloc[0]))
    assert turns[0] == pytest.approx(turns[1], rel=0.06)


UNSURE = """
[choices]
horizon_months = { value = 12 }
[tranches.rental]
milestones = { ready = 1 }
usd_per_gpu_hour = "price"
only_if = "comes"
[assumptions.comes]
label = "The rental comes"
unit = "event"
probability = 0.7
judgement = "for a test"
[assumptions.price]
label = "Price"
unit = "USD/GPU-hour"
low = 1
mid = 2
high = 5
min = 0.5
max = 9
judgement = "for a test"
[need.service]
h100_gpus = 50
short_hour_usd = { value = 3 }
"""


@pytest.mark.parametrize("column", [0, 3, -1])
def test_where_the_rental_may_not_come_a_price_is_a_whole_run_at_it_too(tmp_path, column):
    # In a future without the rental it counts as the dearer of its hours short and what it would
    # have cost: which of the two that is turns with the price, so the mean is bent.
    made = run(scenario(tmp_path, UNSURE), 40)
    found = two_way.price_and_delay(made, 0.0)
    there = edits.with_tranche(made.scenario, "rental", usd_per_gpu_hour=float(found.x[column]))
    again = simulation.simulate(there, 40, 1)
    cost = comparison.cost_difference_usd(again, "rented", "built").mean()
    assert found.plain[0, column] == pytest.approx(cost)
    bent = np.diff(found.plain[0] / np.diff(found.x)[0], 2)
    assert np.abs(bent).max() > 1


# --- first place of all that are ranked ----------------------------------------------------------


def test_first_place_by_month_and_short_hour_is_that_of_the_lowest_sum_at_each_point():
    made = builders.simulated(draws=400)
    found = two_way.first_places(made)
    assert found.options == comparison.ranked(made)
    for row, column in ((0, 0), (0, 64), (20, 16), (64, 0), (64, 64)):
        w, v = found.short_hour_usd[column], found.month_usd[row]
        burdens = [
            np.mean(comparison.compared_usd(made, o, w) + v * comparison.compared_months(made, o))
            for o in found.options
        ]
        assert found.first[row, column] == np.argmin(burdens)
    assert found.short_hour_usd[16] == comparison.short_hour_usd(made.scenario)
    assert len(set(found.first.ravel())) >= 3


def test_without_a_service_first_place_has_one_column_and_without_a_run_one_row(cheap, tmp_path):
    # Rented costs 963,600 and built 1,000,000; both are there at the same time.
    found = two_way.first_places(cheap)
    assert found.short_hour_usd.tolist() == [0]
    assert set(found.first.ravel()) == {found.options.index("rented")}
    service = """
[need.service]
h100_gpus = 50
served_share = { value = 0.2 }
short_hour_usd = { value = 3 }
[tranches.machine]
milestones = { ready = 16 }
"""
    # Of 24 months the rental of 12 leaves 12 short, 876,000 USD at 2; the machine of month 16
    # leaves 16 short, 4 x 36,500 = 146,000 hours more, for 1,000,000: 752,000 less. So they are
    # even at 752,000 / 146,000 = 5.15 USD an hour; the grid has steps of 12 / 64.
    other = two_way.first_places(run(scenario(tmp_path, builders.SERVICE_ALONE, service)))
    assert other.month_usd.tolist() == [0]
    names = [other.options[i] for i in other.first[0]]
    turn = other.short_hour_usd[names.index("rented")]
    assert names == sorted(names)
    assert turn - 12 / 64 < 752_000 / 146_000 <= turn


def test_where_none_is_ranked_no_place_is_first(tmp_path):
    never = run(scenario(tmp_path, "[need]\nby_months = { value = 1 }\n"))
    assert two_way.first_places(never) is None


# --- what a map shows ----------------------------------------------------------------------------


def surface(plain: list[list[float]]) -> Map:
    """A map of two or more columns and rows at 0, 1, 2 and so on."""
    net = np.array(plain, dtype=float)
    rows, columns = (np.arange(size, dtype=float) for size in net.shape)
    return Map(columns, rows, net, None, np.ones(len(rows)))


def test_the_line_crosses_the_edges_of_a_cell_where_the_means_are_nothing():
    # along the lower edge -1 to 3: a quarter of the way; along the upper -3 to 1: three quarters
    lines = sensitivity.map_tables._lines(surface([[-1, 3], [-3, 1]]))
    assert lines[["x", "y", "x2", "y2"]].to_numpy().tolist() == [[0.25, 0.0, 0.75, 1.0]]


def test_a_point_between_the_steps_is_read_on_straight_lines():
    found = surface([[0, 4], [8, 12]])
    read = two_way.read(found, np.array([0.25, 0.5, 9.0]), np.array([0.0, 0.5, -1.0]))
    # 1; the mean of all four; beyond the edge that of the corner
    assert read.tolist() == [1.0, 6.0, 4.0]


@pytest.mark.parametrize(
    ("net", "expected"),
    [
        ([-1, 1], [(0, 0.5, "Rented"), (0.5, 1, "Built")]),
        ([1, 3], [(0, 1, "Built")]),
        ([-1, 1, -1], [(0, 0.5, "Rented"), (0.5, 1.5, "Built"), (1.5, 2, "Rented")]),
        ([0, 0], [(0, 1, "")]),
        ([-1, 0, 1], [(0, 1, "Rented"), (1, 2, "Built")]),
        ([-1, 0, -1], [(0, 2, "Rented")]),
        ([0, 0, 2], [(0, 1, ""), (1, 2, "Built")]),
    ],
)
def test_an_axis_is_cut_where_the_better_option_changes(net, expected):
    frame = sensitivity.map_tables.intervals(
        np.arange(len(net), dtype=float), np.array(net, dtype=float), PAIR
    )
    assert list(frame.itertuples(index=False, name=None)) == expected


def flip_map(share: dict[str, float], **frames: pd.DataFrame) -> FlipMap:
    """A map by hand; what of it is not given is empty."""
    named = {"a": "Rented", "b": "Built", "rents": "Rented", "delayed": "Built"}
    none = pd.DataFrame(columns=["line"])
    seen = pd.DataFrame(columns=sensitivity.map_tables.Seen._fields)
    made = {"pieces": none, "lines": none, "seen": seen, "along": none} | frames
    met = {0.0: 1.0, 12.0: 0.5}
    return FlipMap(named, **made, share=share, month_usd=1e6, priced="Price", unit="USD", met=met)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(1, 4, "Built")], "Built costs less at every price shown"),
        ([(1, 4, "")], "neither option costs less at any price shown"),
        (
            [(1, 2, "Rented"), (2, 3, "Built"), (3, 4, "Rented")],
            "Rented costs less up to 2 USD, Built from there to 3 USD, Rented beyond",
        ),
        ([(0, 4, "Rented"), (4, 12, "")], "Rented costs less up to 4 USD, neither beyond"),
    ],
)
def test_the_title_says_which_option_is_better_from_where_to_where(rows, expected):
    along = pd.DataFrame(rows, columns=["low", "high", "better"])
    said = sensitivity.map_titles.flips(flip_map({}, along=along))
    assert said == f"With Built at its mid date {expected}"


def test_the_pieces_of_a_map_cover_it_once_and_are_open_where_the_two_measures_differ():
    plain = np.array([[-1.0, 1.0], [-1.0, 1.0]])
    found = Map(np.array([0.0, 1.0]), np.array([0.0, 2.0]), plain, plain + 0.5, np.ones(2))
    pieces = sensitivity.map_tables._pieces(found, PAIR)
    area = (pieces["x2"] - pieces["x"]) * (pieces["y2"] - pieces["y"])
    assert area.sum() == pytest.approx(2)
    # even at x = 0.5 plainly, at 0.25 with months at their value
    shares = area.groupby(pieces["better"]).sum()
    assert shares.to_dict() == pytest.approx({"Rented": 0.5, "": 0.5, "Built": 1.0}, abs=0.03)


BY_THE_HOUR = (
    bounded("hour", "Hour", "USD/GPU-hour", 2, 3, 4, 1, 9)
    + """
[tranches.oracle_100k]
contract_usd = false
usd_per_gpu_hour = "hour"
"""
)


def test_on_the_day_of_decision_a_map_shows_no_later_price_and_nothing_that_came(tmp_path):
    found = builders.variant(tmp_path, BY_THE_HOUR)
    made = simulation.simulate(found, 20, 1)
    seen = sensitivity.map_tables.flip_price(made).seen
    assert sensitivity.map_tables.MARK not in set(seen["kind"])
    history = evidence.price_tables.price_history(found)
    later = set(history.loc[~history["known"], "usd_per_gpu_hour"])
    known = set(history.loc[history["known"], "usd_per_gpu_hour"])
    shown = set(seen.loc[seen["kind"] == sensitivity.map_tables.FACT, "x"])
    assert shown
    assert shown <= known
    assert later - known
    back = simulation.simulate(builders.variant(tmp_path, BY_THE_HOUR, "hindsight"), 20, 1)
    looked = sensitivity.map_tables.flip_price(back).seen
    assert sensitivity.map_tables.MARK in set(looked["kind"])
    assert set(looked.loc[looked["kind"] == sensitivity.map_tables.FACT, "x"]) > shown


def test_the_share_where_an_option_is_better_is_that_of_its_draws(cheap, tmp_path):
    # Neither the price nor the date is drawn: no pair is.
    assert sensitivity.map_tables.flip_price(cheap).share == {}
    price = '[tranches.rental]\nusd_per_gpu_hour = "price"\n[assumptions.price]\nlabel = "Price"\n'
    price += 'unit = "USD/GPU-hour"\nvalues = [1.0, 2.0]\nprobabilities = [0.3, 0.7]\n'
    price += 'judgement = "for a test"\n'
    assert sensitivity.map_tables.flip_price(run(scenario(tmp_path, price), 50)).share == {}
    ready = '[tranches.machine]\nmilestones = { ready = "ready" }\n[assumptions.ready]\n'
    ready += 'label = "Ready"\nunit = "months"\nlow = 1\nmid = 2\nhigh = 3\nmin = 0\nmax = 9\n'
    made = run(scenario(tmp_path, price + ready + 'judgement = "for a test"\n'), 500)
    drawn = levers.drawn_price(made.scenario, "rental", made.first_futures)
    found = sensitivity.map_tables.flip_price(made).share
    assert found == {"Rented": np.mean(drawn == 1.0), "Built": np.mean(drawn == 2.0)}


def test_the_price_of_a_rental_without_one_is_the_markets_for_its_term(tmp_path):
    # 12 months at 0.8 of a market of 2 to 4 USD, 3 at the mid
    words = """
    [tranches.rental]
    usd_per_gpu_hour = false
    [chips.h100]
    market_rent_usd_per_gpu_hour = "market"
    rent_1_year_ratio = 0.8
    [assumptions.market]
    label = "Market"
    unit = "USD/GPU-hour"
    low = 2
    mid = 3
    high = 4
    min = 1
    max = 9
    judgement = "for a test"
    """
    made = scenario(tmp_path, words)
    steps, mid = levers.price_steps(made, "rental")
    assert mid == pytest.approx(2.4)
    assert steps[0] >= 0.6 * 1.6 - 1e-9 and steps[-1] <= 1.4 * 3.2 + 1e-9
    assert levers.priced_by(made, "rental") == "usd_per_gpu_hour"
    drawn = levers.drawn_price(made, "rental", {"market": np.array([2.0, 5.0])})
    assert drawn.tolist() == pytest.approx([1.6, 4.0])


def noted(share: dict[str, float], pairs: list[tuple[str, str]]) -> str:
    """The note of a map whose parts are better plainly and at the value of a month as given."""
    parts = [(p if p == w else sensitivity.map_tables.OPEN, p, w) for p, w in pairs]
    pieces = pd.DataFrame(parts, columns=["better", "plain", "worth"])
    return sensitivity.map_titles.flips_note(flip_map(share, pieces=pieces))


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        ({}, ""),
        ({"Rented": 1.0, "Built": 0.0}, ""),
        ({"Rented": 0.0, "Built": 1.0}, ""),
        (
            {"Rented": 0.43, "Built": 0.57},
            ". Of the pairs drawn 43 % lie where Rented is of lower cost on the mean, 57 % where "
            "Built is",
        ),
    ],
)
def test_how_many_pairs_lie_on_either_side_is_said_only_where_some_lie_on_both(share, expected):
    note = noted(share, [("Rented", "Rented")])
    assert note.startswith(f"Line: even on the mean, a month worth nothing{expected}. Later: ")


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("Built", "Rented")], "Grey: Built is of lower cost, Rented better with a month"),
        (
            [("Built", "Rented"), ("Rented", "Built")],
            "Grey: the one of lower cost is not the better one with a month",
        ),
        ([("", "Rented")], "Grey: the one of lower cost is not the better one with a month"),
    ],
)
def test_the_note_says_which_option_is_which_in_a_grey_part(pairs, expected):
    note = noted({}, [*pairs, ("Built", "Built")])
    assert f". {expected} worth 1 million USD" in note.replace("1.00 million", "1 million")


def test_a_part_is_grey_where_a_month_at_its_value_turns_which_is_better(tmp_path):
    # The rental of month 9 is even with the machine of 1,000,000 at 1.14 USD an hour; at 100,000 a
    # month, below that where the machine is the earlier one, above it where it is over 9 late.
    late = "[tranches.rental]\nusd_per_gpu_hour = 0.9\nmilestones = { ready = 9 }\n"
    made = run(scenario(tmp_path, f"{late}[value]\nmonth_usd = {{ value = 100000 }}\n"))
    shown = sensitivity.flip_price(made)
    grey = shown.frame[shown.frame["better"] == ""]
    assert set(grey[["plain", "worth"]].agg("/".join, axis=1)) == {"Rented/Built", "Built/Rented"}
    assert "'title': 'Better on the mean', 'values': ['Rented', 'Built']" in str(shown.spec)


@pytest.mark.parametrize(
    ("tranches", "why"),
    [
        ({"rented": ["rental"]}, "only one option"),
        ({"rented": ["machine"], "built": ["machine"]}, "there is no map"),
        ({"rented": ["rental"], "built": ["rental"]}, "there is no map"),
    ],
)
def test_a_map_that_cannot_be_drawn_is_one_line_that_says_why(tmp_path, tranches, why):
    made = run(options(scenario(tmp_path), **tranches), 3)
    assert why in sensitivity.flip_price(made).html


def test_a_month_that_the_scenario_values_at_nothing_draws_one_line_only(tmp_path):
    made = run(scenario(tmp_path, "[value]\nmonth_usd = { value = 0 }\n"))
    assert value_of_time.month_usd(made) == 0
    one = sensitivity.map_tables.flip_price(made)
    assert set(one.lines["line"]) <= {"plain"}
    assert "Broken line" not in sensitivity.map_titles.flips_note(one)


def test_a_map_of_delay_says_how_often_the_late_option_still_meets_the_need(tmp_path):
    # 7.61 months of training from month 3 on are in time for month 12; half of 21 months later not.
    late = "[tranches.machine]\nmilestones = { ready = 3 }\n"
    flip = sensitivity.map_tables.flip_price(run(scenario(tmp_path, late), 2))
    assert flip is not None
    assert list(flip.met.values()) == pytest.approx([1, 0, 0])
    note = sensitivity.map_titles.flips_note(flip)
    assert "Built meets the need in 100 % of the futures at its mid date, in 0 % of" in note


SERVED = """
[need.service]
short_hour_usd = { value = %s }
[choices]
discount_rate_per_year = { value = 0.15 }
[tranches.rental]
term_months = 24
"""


@pytest.mark.parametrize(("short_hour_usd", "drawn"), [(0.01, False), (5, True)])
def test_where_a_late_machine_only_saves_there_is_no_map_of_delay(tmp_path, short_hour_usd, drawn):
    # A month later saves some 1.2 % of a million; 73,000 hours short are 730 USD, or 365,000.
    made = run(scenario(tmp_path, builders.SERVICE_ALONE, SERVED % short_hour_usd), 2)
    assert (two_way.price_and_delay(made, 0.0) is not None) == drawn
    said = sensitivity.flip_price(made).html
    assert ("no machine is cheaper" in said) == (not drawn)
