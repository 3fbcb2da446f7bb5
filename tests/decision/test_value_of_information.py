"""What knowing more is worth before a choice: published and hand-worked cases, and laws."""

import math

import numpy as np
import pandas as pd
import pytest
from tools.builders import ranged, read, simulated, small, toml
from tools.hand import result, scenario

from analysis.arrays import Array
from analysis.chapters import value
from analysis.decision import value_of_information, value_of_time
from analysis.model import comparison, draws, simulation
from analysis.scenario.schema import Assumption

EVENT = Assumption(label="x", unit="yes", probability=0.5, judgement="for a test")
RANGE = Assumption(label="x", unit="USD", low=-1, mid=0, high=1, judgement="for a test")


def test_the_published_example_of_stock_fund_and_certificate_is_worth_350_to_foresee():
    # "Expected value of perfect information", Wikipedia: the market goes up, sideways or down with
    # 0.5, 0.3, 0.2. Foreseen: 0.5 x 1500 + 0.3 x 600 + 0.2 x 500 = 1030; the best unforeseen one
    # is the stock: 750 + 90 - 160 = 680.
    payoffs = np.array([[1500.0, 900, 500], [300, 600, 500], [-800, -200, 500]])
    odds = np.array([0.5, 0.3, 0.2])
    assert value_of_information.perfect(payoffs, odds) == pytest.approx(350, abs=1e-12)
    assert value_of_information.best(payoffs, odds) == 0


def test_the_worth_of_knowing_all_is_the_least_expected_regret():
    stream = np.random.default_rng(1)
    for _ in range(20):
        payoffs, odds = stream.normal(size=(50, 4)), stream.dirichlet(np.ones(50))
        regrets = odds @ (payoffs.max(axis=1, keepdims=True) - payoffs)
        assert value_of_information.perfect(payoffs, odds) == pytest.approx(regrets.min())


@pytest.fixture
def coins() -> tuple[Array, Array, Array]:
    """x is -2 or 2, y is -1 or 1, each pair of them in 500 of 2,000 draws; A pays x + y, B 0."""
    order = np.random.default_rng(2).permutation(2000)
    x, y = np.tile([-2.0, -2, 2, 2], 500)[order], np.tile([-1.0, 1, -1, 1], 500)[order]
    return np.stack([x + y, np.zeros(2000)], axis=1), x, y


def test_of_two_coins_the_larger_is_worth_all_and_the_smaller_half_of_it(coins):
    # Without knowing: 0. All: (3 + 1 + 0 + 0) / 4 = 1. x alone: 2 / 2 = 1, as x rules the sign.
    # y alone: A if y is 1, which pays 1 on the mean, in half of the draws: 0.5.
    payoffs, x, y = coins
    assert value_of_information.perfect(payoffs) == 1
    assert value_of_information.partial(payoffs, value_of_information.bins(x, EVENT)).value == 1
    assert value_of_information.partial(
        payoffs, value_of_information.bins(y, EVENT)
    ).value == pytest.approx(0.5)


def test_to_learn_what_is_known_is_worth_nothing(coins):
    # A pays 1 more: best without knowing, and best on either half of the draws.
    payoffs, _, _ = coins
    learnt = value_of_information.partial(
        payoffs + np.array([1.0, 0.0]), np.zeros(2000, dtype=np.intp)
    )
    assert (learnt.value, learnt.se) == (0, 0)


@pytest.mark.parametrize("mean", [0.0, 0.3])
def test_a_normal_input_is_worth_what_the_closed_form_and_a_nested_run_say(mean):
    # A pays mean + x + 2 z, B pays 0; x and z are standard normals. Knowing x:
    # E max(mean + x, 0) - mean = mean x Phi(mean) + phi(mean) - mean.
    phi = math.exp(-mean * mean / 2) / math.sqrt(2 * math.pi)
    closed = mean * (1 + math.erf(mean / math.sqrt(2))) / 2 + phi - mean
    stream = np.random.default_rng(4)
    outer, inner = stream.normal(size=1000), stream.normal(size=(1000, 1000))
    nested = np.maximum((mean + outer[:, None] + 2 * inner).mean(axis=1), 0).mean() - mean
    errors = []
    for number in (200, 2000, 200_000):
        x, z = stream.normal(size=(2, number))
        payoffs = np.stack([mean + x + 2 * z, np.zeros(number)], axis=1)
        found = value_of_information.partial(payoffs, value_of_information.bins(x, RANGE))
        errors.append(abs(found.value - closed))
    assert nested == pytest.approx(closed, abs=0.1)  # 2 standard errors of 1,000 outer draws
    assert errors[-1] < 0.01
    assert errors[-1] < errors[0]


def test_an_input_that_pays_nothing_itself_is_worth_what_it_tells_of_another():
    # A pays z, B 0; x is tied to z with 0.6: E max(0.6 x, 0) = 0.6 / (2 pi) ** 0.5 = 0.239.
    x, rest = np.random.default_rng(6).normal(size=(2, 100_000))
    payoffs = np.stack([0.6 * x + 0.8 * rest, np.zeros(100_000)], axis=1)
    found = value_of_information.partial(payoffs, value_of_information.bins(x, RANGE))
    assert found.value == pytest.approx(0.6 / math.sqrt(2 * math.pi), abs=0.01)


def test_an_input_that_matters_not_is_not_told_from_zero_nor_is_any_worth_over_that_of_all():
    stream = np.random.default_rng(7)
    told = 0
    for _ in range(60):
        payoffs = stream.normal(size=(400, 3))
        found = value_of_information.partial(
            payoffs, value_of_information.bins(stream.normal(size=400), RANGE)
        )
        assert found.value <= value_of_information.perfect(payoffs)
        told += found.value > 2 * found.se
    assert told <= 4  # one in 40 by chance


def test_a_range_has_bins_of_equal_size_and_an_event_one_for_each_end():
    values = np.random.default_rng(8).normal(size=1000)
    lots = value_of_information.bins(values, RANGE)
    assert np.bincount(lots).tolist() == [100] * 10  # 10 is the cube root of 1,000
    assert (np.sort(values)[:100] == np.sort(values[lots == 0])).all()
    assert value_of_information.bins(np.array([1.0, 0, 1]), EVENT).tolist() == [1, 0, 1]


def priced(tmp_path, **prices):
    """The small scenario with a price range for the rental and one for a server; both have 16
    months, the machine for 10 of them."""
    tables_ = small(
        assumptions=prices,
        need={"by_months": {"value": 16}},
        tranches={"rental": {"usd_per_gpu_hour": "price"}},
        chips={"h100": {"node_usd": "node"}},
    )
    return read(tmp_path, toml(tables_))


PRICE = ranged("USD/GPU-hour", 1.2, 1.9, 2.6, 0.5, 4.0)
NODE = ranged("USD/node", 200_000, 240_000, 300_000, 150_000, 400_000)


def test_the_worth_of_a_price_in_the_model_is_that_of_a_nested_run(tmp_path):
    decision = priced(tmp_path, price=PRICE, node=NODE)
    # Nested: 60 prices and 60 prices of a server at even ranks; cost is a sum of the two.
    even = (np.arange(60) + 0.5) / 60
    price = draws.quantile(decision.assumptions["price"], even)
    node = draws.quantile(decision.assumptions["node"], even)
    mids = {"price": np.repeat(price, 60), "node": np.tile(node, 60)}
    nested = simulation.at(decision, {draws.ALWAYS: np.ones(3600)} | mids)
    cost = np.stack([nested.scalars[o]["present_cost_usd"].reshape(60, 60) for o in nested.options])
    expected = cost.mean(axis=(1, 2)).min() - cost.mean(axis=2).min(axis=0).mean()
    run = simulation.simulate(decision, 6000, 1)
    found = value_of_information.learnt(run, 0.0).set_index("assumption")
    worth, error = found.loc["price", ["worth_usd", "se_usd"]]
    assert expected > 10 * error
    assert worth == pytest.approx(expected, abs=3 * error + 0.03 * expected)


def test_the_inputs_that_are_drawn_again_are_those_of_the_run_block_by_block(tmp_path):
    # Only one input varies, so to learn it is to learn all; other draws of it would tell nothing.
    decision = priced(tmp_path, price=PRICE, node=NODE | {"low": None, "mid": None} | FIXED)
    run = simulation.simulate(decision, draws.BLOCK_DRAWS + 900, 5)
    payoffs = value_of_information.payoffs_usd(run, 0.0)
    whole = value_of_information.perfect(payoffs)
    found = value_of_information.learnt(run, 0.0)
    assert found["assumption"].tolist() == ["price"]
    assert 0.98 * whole < found["worth_usd"].iloc[0] <= whole * (1 + 1e-12)


FIXED = {"high": None, "min": None, "max": None, "value": 240_000.0}


@pytest.fixture(scope="module")
def own_case():
    return simulated("own-case", 400, 2)


def test_knowledge_is_priced_at_0_and_where_first_place_changes(own_case):
    a, b = comparison.pair(own_case.scenario)
    even = value_of_time.break_even_usd(own_case, a, b).value
    assert value_of_information.months_asked(own_case) == pytest.approx([0.0, even])


def test_where_a_month_has_a_value_knowledge_is_priced_at_it_alone(tmp_path):
    found = regretted(tmp_path, rented=([1, 1], [10, 10]), built=([4, 4], [8, 2]))
    assert value_of_information.months_asked(found) == [2e6]


def test_to_know_everything_is_worth_the_least_mean_regret_of_the_ranked(own_case):
    for month_usd in value_of_information.months_asked(own_case):
        regrets = value_of_time.regret_usd(own_case, month_usd)
        worth = value_of_information.everything(own_case, month_usd)
        assert worth.value == pytest.approx(min(usd.mean() for usd in regrets.values()))


NEVER = [float("inf")] * 2


def test_with_one_option_ranked_there_is_nothing_worth_knowing(tmp_path):
    # Built costs less and never meets the need: no choice, so no regret and no worth.
    found = regretted(tmp_path, rented=([1, 1], [10, 10]), built=(NEVER, [1, 1]))
    worth = value_of_information.everything(found, 2e6)
    assert (worth.value, worth.se) == (0, 0)


def test_with_none_ranked_nothing_is_asked_and_nothing_has_a_worth(tmp_path):
    found = regretted(tmp_path, rented=(NEVER, [10, 10]), built=(NEVER, [1, 1]))
    assert value_of_information.months_asked(found) == []
    assert value_of_information.everything(found, 2e6).value is None
    assert value_of_information.learnt(found, 2e6).empty


def test_the_least_regret_of_the_table_is_the_worth_of_everything(own_case):
    regrets = value.tables.burden_regret(own_case)
    learnt = value.tables.learnt(own_case)
    whole = learnt[learnt["assumption"] == ""].set_index("month_usd")["worth_usd"]
    least = regrets.groupby("month_usd")["mean_usd"].min()
    assert whole.to_dict() == pytest.approx(least.to_dict())
    single = learnt[learnt["assumption"] != ""]
    assert (single["worth_usd"] <= single["month_usd"].map(whole) * (1 + 1e-12)).all()
    assert learnt["assumption"].iloc[0] == ""


def regretted(folder, **options):
    """A result of options, each given as (months to the target, present cost in million USD) per
    draw, where a month is worth 2 million USD."""
    numbers = {
        name: {"target_months": months, "present_cost_usd": [1e6 * x for x in cost]}
        for name, (months, cost) in options.items()
    }
    month = "[value.month_usd]\nvalue = 2e6\n"
    return result(scenario(folder, month), **numbers)


def test_regret_counts_months_at_their_value(tmp_path):
    # In millions, at 2 a month: rented 10 + 2 x 1 = 12 and 12, built 8 + 2 x 4 = 16 and 2 + 8 = 10.
    # Regret of rented 0 and 2, mean 1; of built 4 and 0, mean 2.
    found = regretted(tmp_path, rented=([1, 1], [10, 10]), built=([4, 4], [8, 2]))
    frame = value.tables.burden_regret(found)
    here = frame.set_index("option")
    assert here["mean_usd"].to_dict() == {"Rented": 1e6, "Built": 2e6}
    assert here["least"].to_dict() == {"Rented": True, "Built": False}
    assert here["p90_usd"].to_dict() == {"Rented": 2e6, "Built": 4e6}
    said = "Least regret: Rented at 2 million USD a month"
    assert value.titles.burden_regret(frame) == said


def test_two_options_that_come_out_the_same_are_both_named(tmp_path):
    found = regretted(tmp_path, rented=([1, 1], [10, 10]), built=([1, 1], [10, 10]))
    said = "Least regret: Rented and Built at 2 million USD a month"
    assert value.titles.burden_regret(value.tables.burden_regret(found)) == said


def test_without_an_input_that_is_told_no_worth_is_claimed(tmp_path):
    found = regretted(tmp_path, rented=([1, 1], [10, 10]), built=([1, 1], [10, 10]))
    frame = value.tables.learnt(found)
    assert frame["assumption"].tolist() == [""]  # at 2 million a month
    said = "No single input is told to be worth learning before signing"
    assert value.titles.learnt(frame) == said
    assert value.titles.most_worth(frame) == ""


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            (True, True),
            "To learn one input before signing is worth at most 9 million USD Most worth is X, "
            "at 2 million USD a month.",
        ),
        (
            (False, True),
            "To learn one input before signing is worth at most 4 million USD Most worth is Y, "
            "at 2 million USD a month.",
        ),
        (
            (False, False),
            "No single input is told to be worth learning before signing",
        ),
    ],
)
def test_only_an_input_that_is_told_from_zero_is_called_worth_learning(told, expected):
    rows = [
        ("", "Everything at once", 2e7, True),
        ("x", "X", 9e6, told[0]),
        ("y", "Y", 4e6, told[1]),
    ]
    frame = pd.DataFrame(rows, columns=["assumption", "label", "worth_usd", "told"])
    frame = frame.assign(month_usd=2e6, se_usd=0.0)
    assert value.titles.learnt(frame) + value.titles.most_worth(frame) == expected


@pytest.mark.parametrize("page", [value.burden_regret, value.information])
def test_where_one_option_is_ranked_there_is_nothing_to_regret_or_to_learn(tmp_path, page):
    found = regretted(tmp_path, rented=([1, 1], [10, 10]), built=(NEVER, [1, 1]))
    assert page(found).html.startswith("<p>Rented is the only option that is ranked")
    none = regretted(tmp_path, rented=(NEVER, [10, 10]), built=(NEVER, [1, 1]))
    assert "none is ranked" in page(none).html
