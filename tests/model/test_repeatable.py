"""The same scenario, draws and seed give the same bytes, on any number of workers."""

from dataclasses import fields
from functools import cache

import numpy as np
import pytest
from tools import builders

from analysis.decision import headline
from analysis.model import draws, simulation
from analysis.model.draws import BLOCK_DRAWS
from analysis.model.simulation import Result
from analysis.report import tables
from analysis.scenario import load
from analysis.scenario.schema import Scenario

TWO_BLOCKS = BLOCK_DRAWS + 500


RUN = ("scenario", "draws", "seed")
"""What a result says of its run; all else are arrays by option."""


@cache
def pair() -> Scenario:
    """The two options of the question of the shipped scenario."""
    tables_of = builders.words(builders.shipped())
    kept = {name: tables_of["options"][name] for name in tables_of["compare"]}
    return builders.parsed(tables_of | {"options": kept, "baseline": None})


@cache
def run(number: int, seed: int, workers: int = 1, again: int = 0) -> Result:
    """A run, made once for each set of arguments; `again` makes it anew."""
    return simulation.simulate(pair(), number, seed, workers)


def outputs(result: Result) -> dict[str, str]:
    """What a run writes: the headline and every table, as text, by name."""
    found = {"headline": headline.text(headline.headline(result, "case"))}
    return found | {name: frame.to_csv() for name, frame in tables.every(result).items()}


def test_the_same_seed_gives_the_same_bytes_of_the_headline_and_of_every_table() -> None:
    one, other = (outputs(run(TWO_BLOCKS, 1, again=again)) for again in (0, 1))
    assert len(one) > 10
    assert one == other


def test_two_workers_give_the_bytes_of_one() -> None:
    assert outputs(run(TWO_BLOCKS, 1, workers=2)) == outputs(run(TWO_BLOCKS, 1))


def test_two_workers_give_the_same_draws_bands_and_means_as_one() -> None:
    one, two = run(TWO_BLOCKS, 1), run(TWO_BLOCKS, 1, workers=2)
    for option in one.options:
        for part in (field.name for field in fields(Result) if field.name not in RUN):
            ours, theirs = getattr(one, part)[option], getattr(two, part)[option]
            assert ours.keys() == theirs.keys()
            assert all(np.array_equal(ours[name], theirs[name]) for name in ours), part


@pytest.mark.parametrize("seed", [0, 2, 2**31])
def test_another_seed_gives_other_bytes(seed: int) -> None:
    assert outputs(run(500, seed))["headline"] != outputs(run(500, 1))["headline"]
    for option in pair().options:
        ours, theirs = (run(500, one).scalars[option]["present_cost_usd"] for one in (1, seed))
        assert not np.any(ours == theirs)


@pytest.mark.parametrize("fewer", [1, 100, BLOCK_DRAWS - 1])
def test_the_first_draws_of_a_block_are_those_of_a_shorter_block(fewer: int) -> None:
    long, short = (draws.block(pair(), 1, 1, number) for number in (BLOCK_DRAWS, fewer))
    assert all(np.array_equal(short[name], values[:fewer]) for name, values in long.items())


@pytest.mark.parametrize("fewer", [100, 500, BLOCK_DRAWS, BLOCK_DRAWS + 1])
def test_the_first_outcomes_of_a_longer_run_are_a_shorter_run_to_twelve_digits(fewer: int) -> None:
    # sums over months are taken in another order where fewer draws stand side by side
    long, short = run(TWO_BLOCKS, 1), run(fewer, 1)
    for option in pair().options:
        whole = long.per_draw(option)
        for name, values in short.per_draw(option).items():
            assert values.shape == (fewer,)
            most = 1e-12 * np.abs(short.scalars[option]["present_cost_usd"]).max()
            room = most if "usd" in f"{name}" else 0
            assert np.allclose(values, whole[name][:fewer], rtol=1e-12, atol=room), name


def test_the_second_block_is_not_the_first_again() -> None:
    for option in pair().options:
        usd = run(TWO_BLOCKS, 1).scalars[option]["present_cost_usd"]
        assert not np.any(usd[BLOCK_DRAWS:] == usd[:500])


def test_an_option_gets_the_same_draws_alone_as_beside_others() -> None:
    whole = simulation.simulate(builders.shipped(), 300, 1)
    for option in pair().options:
        for name, values in run(300, 1).per_draw(option).items():
            assert np.array_equal(values, whole.per_draw(option)[name]), (option, name)


def test_a_scenario_kept_as_json_gives_the_same_bytes_of_every_table() -> None:
    kept = load.from_canonical(load.canonical(pair()))
    one, other = outputs(simulation.simulate(kept, 500, 1)), outputs(run(500, 1))
    assert one.keys() == other.keys()
    assert all(one[name] == other[name] for name in one if name != "headline")


def test_a_scenario_kept_as_json_gives_the_same_bytes_of_the_headline() -> None:
    kept = load.from_canonical(load.canonical(pair()))
    one, other = outputs(simulation.simulate(kept, 500, 1)), outputs(run(500, 1))
    assert one["headline"] == other["headline"]


def test_the_canonical_json_of_a_scenario_is_that_of_what_is_read_from_it() -> None:
    text = load.canonical(builders.shipped())
    assert load.canonical(load.from_canonical(text)) == text


def test_who_keeps_two_scalars_gets_the_same_and_nothing_else_per_draw() -> None:
    names = ("compared_cost_usd", "compared_months")
    few = simulation.simulate(pair(), TWO_BLOCKS, 1, keep=names)
    for option, scalars in run(TWO_BLOCKS, 1).scalars.items():
        assert list(few.scalars[option]) == list(names)
        for name in names:
            assert few.scalars[option][name].tolist() == scalars[name].tolist()
        assert {kind for kind, _ in few.per_draw(option)} == {"scalars"}
        assert (few.bands[option], few.needed_mw[option]) == ({}, {})


def test_futures_that_are_given_come_out_alike_whole_and_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    futures = draws.block(pair(), 1, 0, 300)
    whole = simulation.at(pair(), futures)
    monkeypatch.setattr(simulation, "PART_DRAWS", 128)  # parts of 128, 128 and 44 draws
    parts = simulation.at(pair(), futures)
    for option in whole.options:
        for name, values in whole.scalars[option].items():
            assert parts.scalars[option][name] == pytest.approx(values, rel=1e-12, abs=1e-6)
