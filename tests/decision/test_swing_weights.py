"""Options scored besides money and time: scores by hand, random weights, and what the page says."""

import re

import numpy as np
import pytest
from tools import builders, hand

from analysis.chapters import value
from analysis.decision import swing_weights
from analysis.model import comparison, simulation

# Three options; c is dirtiest (30), a cleanest (10), b between (15): (30 - 15) / (30 - 10) = 75.
CRITERIA = {
    "control": {"title": "Control", "swing_weight": 60, "scores": {"a": 100, "b": 40, "c": 0}},
    "air": {"title": "Air", "swing_weight": 20, "less_of": "emissions_tco2"},
}


def options(*names):
    return {name: {"title": name.upper(), "tranches": ["rental"]} for name in names}


def result(criteria=None, **changes):
    """A result of the options a, b and c with mean emissions of 10, 15 and 30 tonnes."""
    tables = builders.small() | {"options": options("a", "b", "c")}
    found = builders.parsed(tables | {"criteria": CRITERIA if criteria is None else criteria})
    months = {"target_months": [10.0, 10.0], "present_cost_usd": [1.0, 1.0]}
    tonnes = {"a": [5.0, 15.0], "b": [15.0, 15.0], "c": [20.0, 40.0]}
    each = {name: months | {"emissions_tco2": tonnes[name]} for name in ("a", "b", "c")}
    return hand.result(found, **{name: one | changes.get(name, {}) for name, one in each.items()})


def test_scores_are_those_given_or_lie_between_the_least_and_the_most_by_their_distance():
    found = swing_weights.scores(result())
    assert found["control"].to_dict() == {"a": 100, "b": 40, "c": 0}
    assert found["air"].to_dict() == {"a": 100, "b": 75, "c": 0}


def test_weights_of_60_and_20_are_three_quarters_and_one_quarter():
    assert swing_weights.shares(result()) == {"control": 0.75, "air": 0.25}


def test_the_weighted_scores_are_100_48_75_and_0():
    # b: 0.75 x 40 + 0.25 x 75 = 30 + 18.75
    frame = value.tables.weighted(result(), 1)
    assert frame.groupby("option")["total"].first().to_dict() == {"A": 100, "B": 48.75, "C": 0}
    assert frame.groupby("option")["rank"].first().to_dict() == {"A": 1, "B": 2, "C": 3}


def test_equal_totals_share_the_better_rank():
    assert swing_weights.ranked(np.array([0.1 + 0.2, 5.0, 0.3, 5.0])).tolist() == [3, 1, 3, 1]


def test_equal_amounts_score_100_all():
    same = {"emissions_tco2": [15.0, 15.0]}
    found = swing_weights.scores(result(a=same, b=same, c=same))
    assert found["air"].to_list() == [100, 100, 100]


def test_the_best_on_every_criterion_is_first_under_all_weights():
    found = swing_weights.scores(result()).to_numpy()
    assert swing_weights.first_shares(swing_weights.random_totals(found, 500, 1)).tolist() == [
        1,
        0,
        0,
    ]


def test_between_100_0_and_60_60_the_even_one_is_first_under_six_tenths_of_the_weights():
    # w of criterion one is even on 0 to 1; option one scores 100 w, option two 60: w < 0.6
    shares = swing_weights.first_shares(
        swing_weights.random_totals(np.array([[100, 0], [60, 60]]), 40_000, 1)
    )
    assert shares.sum() == pytest.approx(1)
    # the standard error is sqrt(0.6 x 0.4 / 40,000) = 0.0025
    assert shares[1] == pytest.approx(0.6, abs=0.01)


def test_of_three_criteria_each_is_the_largest_weight_in_a_third():
    shares = swing_weights.first_shares(swing_weights.random_totals(np.eye(3) * 100, 30_000, 2))
    assert shares == pytest.approx([1 / 3] * 3, abs=0.012)


def test_random_weights_are_even_over_all_that_add_up_to_1():
    # each of three weights: mean 1/3, variance (1/3)(2/3)/4 = 1/18
    drawn = swing_weights.random_totals(np.eye(3), 30_000, 3)
    assert drawn.sum(axis=1) == pytest.approx(1)
    assert drawn.mean(axis=0) == pytest.approx([1 / 3] * 3, abs=0.006)
    assert drawn.var(axis=0) == pytest.approx([1 / 18] * 3, abs=0.002)


def test_options_with_the_same_scores_share_the_first_place():
    totals = swing_weights.random_totals(np.array([[70, 20], [70, 20]]), 100, 1)
    assert swing_weights.first_shares(totals).tolist() == [0.5, 0.5]


def test_a_seed_gives_the_same_weights_again_and_another_gives_others():
    score = np.array([[100, 0], [0, 100]])
    one, again, other = (swing_weights.random_totals(score, 50, seed) for seed in (1, 1, 2))
    assert (one == again).all()
    assert not (one == other).any()


def test_an_option_without_a_score_is_left_out_and_named():
    criteria = {"control": CRITERIA["control"] | {"scores": {"a": 100, "c": 0}}}
    found = result(criteria)
    assert list(swing_weights.scores(found).index) == ["a", "c"]
    assert "because not scored on every criterion: B." in value.weights(found, 1).html


def test_an_option_that_misses_the_target_in_most_futures_is_left_out_and_named():
    # without c the most emissions are b's
    found = result(c={"target_months": [np.inf, np.inf]})
    assert swing_weights.scores(found)["air"].to_dict() == {"a": 100, "b": 0}
    assert "Left out, because below the line: C." in value.weights(found, 1).html


def test_given_scores_run_from_the_worst_to_the_best_of_the_options_shown():
    # without c, control runs from b's 40 (0) to a's 100 (100), as the air does: 3/4 + 1/4 of 100
    found = result(c={"target_months": [np.inf, np.inf]})
    assert swing_weights.scores(found)["control"].to_dict() == {"a": 100, "b": 0}
    assert value.tables.weighted(found, 1).groupby("option")["total"].first().to_dict() == {
        "A": 100,
        "B": 0,
    }
    assert "Scores are rescaled to the options shown" in value.weights(found, 1).html


def test_the_share_of_random_weights_is_named_for_every_option():
    text = value.weights(result(), 1).html
    assert "each as likely as any other): A 100 %, B 0 %, C 0 %." in text


def test_one_option_alone_is_not_ranked():
    missed = {"target_months": [np.inf, np.inf]}
    found = result(b=missed, c=missed)
    shown = value.weights(found, 1).html
    assert "Only A is ranked and scored on every criterion" in shown
    assert "%" not in shown


def test_without_criteria_or_scored_options_one_line_says_so():
    shown = value.weights(result({}), 1).html
    assert shown == "<p>The scenario states no criteria besides money and time.</p>"
    late = result(
        {"control": CRITERIA["control"] | {"scores": {"c": 50}}},
        c={"target_months": [np.inf, np.inf]},
    )
    assert "none can be weighed" in value.weights(late, 1).html


@pytest.mark.parametrize("slug", ["oracle-vs-memphis", "staged-options"])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_page_of_a_shipped_scenario_is_the_sum_worked_out_again(slug, seed):
    found = builders.simulated(slug, 100, seed)
    names = [o for o in found.options if comparison.meets(found, o).mean() >= 0.5]
    tonnes = {o: found.scalars[o]["emissions_tco2"].mean() for o in names}
    criteria = found.scenario.criteria
    whole = sum(one.swing_weight for one in criteria.values())
    expected = {}
    for o in names:
        span = max(tonnes.values()) - min(tonnes.values())
        clean = 100 * (max(tonnes.values()) - tonnes[o]) / span
        score = []
        for one in criteria.values():
            shown = [one.scores[name] for name in names] if not one.less_of else []
            low, high = (min(shown), max(shown)) if shown else (0, 0)
            score.append(clean if one.less_of else 100 * (one.scores[o] - low) / (high - low))
        parts = [x * one.swing_weight for x, one in zip(score, criteria.values(), strict=True)]
        expected[found.scenario.options[o].title] = sum(parts) / whole
    cells = re.findall(r"<td>([^<]*)</td>", value.weights(found, seed).html)
    rows = [cells[i : i + 8] for i in range(0, len(cells), 8)]
    assert {row[0]: float(row[5]) for row in rows} == {
        title: pytest.approx(total, abs=0.51) for title, total in expected.items()
    }
    assert [row[0] for row in rows] == sorted(expected, key=lambda o: -expected[o])


def test_scores_move_no_cost(tmp_path):
    criteria = '[criteria.x]\ntitle = "X"\nswing_weight = 1\nscores = { rented = 100, built = 0 }\n'
    plain, scored = (simulation.evaluate(hand.scenario(tmp_path, text)) for text in ("", criteria))
    for option in plain.options:
        assert plain.scalars[option] == scored.scalars[option]
