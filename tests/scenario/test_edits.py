"""A scenario changed in one thing, and in nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from tools import builders
from tools.hand import scenario

from analysis.scenario import edits
from analysis.scenario.schema import Scenario


@pytest.fixture
def found(tmp_path) -> Scenario:
    return edits.with_value(scenario(tmp_path), ("choices", "horizon_months", "swept"), [6.0, 18.0])


def differing(one: Any, other: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The places at which two plain tables differ."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        yield from [place] * (one != other)
        return
    for name in {**one, **other}:
        yield from differing(one.get(name), other.get(name), (*place, name))


def moved(before: Scenario, after: Scenario) -> set[tuple[str, ...]]:
    return set(differing(before.model_dump(), after.model_dump()))


def test_a_value_is_changed_at_its_place_alone(found):
    place = ("chips", "h100", "resale_share")
    after = edits.with_value(found, place, 0.25)
    assert (after.chips["h100"].resale_share, moved(found, after)) == (0.25, {place})


def test_some_fields_of_a_tranche_are_changed(found):
    after = edits.with_tranche(found, "rental", usd_per_gpu_hour=9.0, term_months=3.0)
    fields = {"usd_per_gpu_hour", "term_months"}
    assert moved(found, after) == {("tranches", "rental", field) for field in fields}


def test_a_delay_is_added_to_each_milestone(found):
    dates = {"contract": 1.0, "servers": ("first", 2.0)}
    there = edits.with_tranche(found, "rental", milestones=dates)
    after = edits.with_delay(there, "rental", 3)
    assert after.tranches["rental"].milestones == {
        "contract": (1.0, 3.0),
        "servers": ("first", 2.0, 3.0),
    }


@pytest.mark.parametrize(("table", "name"), [("choices", "horizon_months"), ("need", "by_months")])
def test_a_choice_has_one_value_and_is_not_swept(found, table, name):
    after = edits.with_choice(found, name, 7)
    choice = getattr(getattr(after, table), name)
    assert (choice.value, choice.swept) == (7.0, [])
    assert {place[:2] for place in moved(found, after)} == {(table, name)}


def test_a_pair_and_a_baseline_are_kept_only_with_their_options():
    flagship = builders.shipped()
    pair = edits.with_pair(flagship, ("memphis_build", "oracle_rental"))
    assert set(pair.options) == {"memphis_build", "oracle_rental"}
    assert (pair.compare, pair.baseline) == (["memphis_build", "oracle_rental"], None)
    assert edits.with_options(pair, ["memphis_build"]).compare is None
    assert edits.with_options(flagship, flagship.options) == flagship


def test_an_input_is_held_at_a_value_and_an_event_at_a_probability():
    flagship = builders.shipped()
    event = next(n for n, a in flagship.assumptions.items() if a.probability is not None)
    ranged = next(n for n, a in flagship.assumptions.items() if a.low is not None)
    after = edits.held(flagship, {event: 1.0, ranged: 5}, "as held")
    one, other = after.assumptions[event], after.assumptions[ranged]
    assert (one.probability, one.value, other.value, other.low) == (1.0, None, 5.0, None)
    assert {one.judgement, other.judgement} == {"as held"}
    assert {place[:2] for place in moved(flagship, after)} == {
        ("assumptions", event),
        ("assumptions", ranged),
    }
