"""The verdict on random scenarios: it names no option that its own figures deny."""

import re

import numpy as np
import pytest
from second import compare, scenarios

from analysis.decision import headline, reading, tiles, verdict
from analysis.model import comparison, estimates, simulation

FUTURES = 12
NUMBERS = range(200)


def told(estimate):
    """Whether a mean lies beyond two of its standard errors, by hand."""
    return estimate["value"] != 0 and abs(estimate["value"]) > 2 * (estimate["se"] or 0.0)


def judged(number):
    """The headline of a random scenario of two options or more and its verdict; titles that no
    other one holds."""
    tables, dice = scenarios.scenario(number)
    for name, option in tables["options"].items():
        option["title"] = f"Option {name}"
    if number % 4:  # else hardly one would be likely to meet the need
        tables["need"] |= {"target_flop": 1e15} if "target_flop" in tables["need"] else {}
        tables["need"].get("service", {})["served_share"] = {"value": 0.0}
        tables.pop("limits", None)
    futures = scenarios.futures(dice, FUTURES)
    futures[""] = [1.0] * FUTURES
    result = simulation.at(compare.read(tables), {k: np.array(x) for k, x in futures.items()})
    found = headline.headline(result, "case")
    return result, found, verdict.verdict(found)


@pytest.mark.parametrize("first", [NUMBERS[i : i + 50] for i in range(0, 200, 50)], ids=str)
def test_no_sentence_names_a_winner_that_the_figures_deny(first):
    called = 0
    for number in first:
        result, found, said = judged(number)
        pair = found["comparison"]["pair"]
        if pair is None:
            continue
        a, b = pair
        ranked = [o for o in pair if comparison.meets(result, o).mean() >= 0.5]
        told_apart = [told(reading.pair_of(found, a, b)["cost_difference_usd"]["mean"])]
        if reading.dated(found):
            told_apart.append(told(reading.pair_of(found, a, b)["months_difference"]["mean"]))
        close = len(ranked) == 2 and not any(told_apart)
        assert said.decides.startswith("Too close to call") == close, number
        assert (said.option is None) == (close or not ranked), number
        if said.option is None:
            continue
        called += 1
        assert said.option in ranked, number
        [other] = set(pair) - {said.option}
        gap = comparison.compared_usd(result, said.option) - comparison.compared_usd(result, other)
        mean = estimates.mean(gap)
        words = verdict.cost_words(found, said.option, other)
        assert words in said.why, number
        if " on average" in words:
            assert bool(re.search(" (less|lower) on", words)) == (mean.value < 0), number
        shown = tiles.tiles(found, said.option, other)[1].beside
        assert f"Option {other}: " in shown, number
    assert called >= 8
