"""The model against a second implementation, written from the model's text alone: every amount of
money to a cent, every date to a millionth of a month, all else to nine digits."""

import re
import sys
from functools import cache

import numpy as np
import pytest
from second import compare, cover, model, scenarios
from tools import builders, faults

from analysis.model import comparison, cost, draws, simulation
from analysis.scenario import load, schema
from analysis.scenario.metalog import metalog

SCENARIOS, CHUNK = 1000, 25
DRAWS, DRAWS_OF_OTHERS, SEED = 200, 20, 7
FLAGSHIP = builders.shipped()


@cache
def tables(number: int) -> scenarios.Words:
    """The tables of a random scenario."""
    return scenarios.scenario(number)[0]


@pytest.mark.parametrize("first", range(0, SCENARIOS, CHUNK))
def test_a_thousand_random_scenarios_agree_in_every_output(first):
    assert [one for n in range(first, first + CHUNK) for one in compare.random(n)] == []


@pytest.mark.parametrize("slug", load.shipped())
def test_a_shipped_scenario_agrees_in_every_output_and_draw(slug):
    scenario = builders.shipped(slug)
    number = DRAWS if slug == builders.FLAGSHIP else DRAWS_OF_OTHERS
    futures = draws.block(scenario, SEED, 0, number)
    assert compare.differences(scenario, futures) == []
    assert compare.differences(scenario, draws.mid(scenario)) == []


@pytest.mark.parametrize("name", [n for n, a in FLAGSHIP.assumptions.items() if a.low is not None])
def test_the_ranges_of_the_shipped_scenario_have_the_same_values_at_every_rank(name):
    one = FLAGSHIP.assumptions[name]
    ranks = np.array([1e-6, 0.001, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.999, 1 - 1e-6])
    ours = metalog((one.low, one.mid, one.high), (one.min, one.max), ranks)
    theirs = [model.metalog(one.low, one.mid, one.high, one.min, one.max, u) for u in ranks]
    assert ours == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "more", "agrees"),
    [
        ("present_cost_usd", 0.009, True),
        ("present_cost_usd", 0.011, False),
        ("target_months", 9e-7, True),
        ("target_months", 1.1e-6, False),
        ("gpu_hours", 1e-8, True),
        ("gpu_hours", 1, False),
    ],
)
def test_a_cent_a_second_and_a_gpu_hour_more_are_noticed(name, more, agrees, monkeypatch):
    honest = model.outcome

    def more_of_it(*given):
        found = honest(*given)
        return found | {name: found[name] + more}

    monkeypatch.setattr(model, "outcome", more_of_it)
    scenario = builders.parsed(builders.small())
    assert (compare.differences(scenario, draws.mid(scenario) | {"": np.ones(1)}) == []) == agrees


def test_an_output_that_only_one_of_them_has_is_noticed(monkeypatch):
    monkeypatch.setattr(model, "outcome", lambda *given: {"peak_mw": 1.0})
    scenario = builders.parsed(builders.small())
    found = compare.differences(scenario, {"": np.ones(1)})
    assert "option rental, future 0: present_cost_usd: only one has it" in found


def test_one_scenario_is_run_again_by_its_number_and_ends_in_1_where_they_differ(
    monkeypatch, capsys
):
    monkeypatch.setattr(sys, "argv", ["faults", "--only", "7"])
    assert faults.main() == 0
    monkeypatch.setattr(compare, "random", lambda number: [f"scenario {number}, peak_mw: 1 and 2"])
    assert faults.main() == 1
    said = "scenario 7, peak_mw: 1 and 2\nagain: python -m tools.faults --only 7\n"
    assert capsys.readouterr().err == said


def words(table: object, key: str = "") -> set[str]:
    """Every field of some tables that holds something, names left out."""
    if isinstance(table, list):
        return {key}.union(*(words(one, key) for one in table))
    if not isinstance(table, dict):
        return set() if table in (None, 0, "") else {key}
    fields = {re.sub(r"_\d+$", "", name): value for name, value in table.items()}
    return {w for name, one in fields.items() for w in words(one, name)} | {key}


def test_the_random_scenarios_hold_every_word_on_which_the_model_runs():
    known = {
        field
        for option in ("rental", "build")
        for field in builders.parsed(builders.small()).tranches[option].model_fields_set
    }
    known |= set(type(FLAGSHIP.choices).model_fields) | set(type(FLAGSHIP.need).model_fields)
    known |= set(type(FLAGSHIP.run).model_fields)
    for one in (*FLAGSHIP.chips.values(), *FLAGSHIP.sites.values()):
        known |= set(type(one).model_fields)
    for site in FLAGSHIP.sites.values():
        known |= {field for stage in site.stages.values() for field in type(stage).model_fields}
    rented = set(schema.RentedTranche.model_fields) - {"fabric", "fabric_gpus", "only_if"}
    known |= rented | {"fabric", "fabric_gpus", "only_if", "instead"}
    for table in (schema.Service, schema.Instead, schema.Cost, schema.Limits):
        known |= set(table.model_fields)
    known -= {"why"}
    assert known - set().union(*(words(tables(number)) for number in range(100))) == set()


@cache
def yields() -> dict[object, list[float]]:
    """Some outputs of the first hundred random scenarios, all options and futures."""
    found: dict[object, list[float]] = {}
    for number in range(100):
        one, dice = scenarios.scenario(number)
        futures = scenarios.futures(dice, compare.FUTURES) | {"": [1.0] * compare.FUTURES}
        arrays = {name: np.array(values) for name, values in futures.items()}
        result = simulation.at(compare.read(one), arrays)
        for option in result.options:
            for (_, name), values in result.per_draw(option).items():
                found.setdefault(name, []).extend(values.tolist())
            raised = comparison.not_delivered_usd(
                result, option, comparison.short_hour_usd(result.scenario)
            )
            found.setdefault("not_delivered_usd", []).extend(raised.tolist())
            months = len(result.means[option]["compared_usd"])
            beyond = months - one["choices"]["horizon_months"]["value"]
            found.setdefault("months_beyond", []).append(beyond)
    return found


@pytest.mark.parametrize(
    "name", ["first_training_months", "full_capacity_months", "target_months", "move_months"]
)
def test_in_the_random_scenarios_a_date_comes_in_some_cases_and_never_in_others(name):
    found = np.array(yields()[name])
    if name == "move_months":  # of the runs that start at all
        found = found[np.isfinite(yields()["first_training_months"])]
    assert 0.05 < np.isfinite(found).mean() < 0.95


def company(number: int) -> set[str]:
    """What a random scenario holds of the need, of contracts, sites, costs, tax and fallbacks."""
    one = tables(number)
    need, tranches = one["need"], one["tranches"].values()
    named = ("tranches", "chips", "sites", "costs")
    held = [table for name in named for table in one.get(name, {}).values()]
    found = {word for table in held for word, value in table.items() if value is not None}
    found |= {*one["choices"], *(f"limit: {name}" for name in one.get("limits", {}))}
    found |= {rental["at_end"] for rental in tranches if rental["kind"] == "rent"}
    if any("usd_per_gpu_hour" not in t and "contract_usd" not in t for t in tranches):
        found.add("no price")
    asked = [kind for kind in ("target_flop", "service") if kind in need]
    found |= {" and ".join(asked), *need.get("service", {})}
    return found | {word for option in one["options"].values() for word in option}


@pytest.mark.parametrize(
    ("word", "least"),
    [
        ("target_flop", 20),
        ("service", 15),
        ("target_flop and service", 20),
        ("steps", 15),
        ("market_site", 15),
        ("surplus_usd_per_h100_hour", 15),
        ("instead", 20),
        ("contract_usd", 20),
        ("prepaid_months_before", 20),
        ("refund_share", 20),
        ("exit_fee_months", 15),
        ("reserve", 30),
        ("reserved_share", 30),
        ("no price", 20),
        ("rent_1_year_ratio", 30),
        ("rent_3_year_ratio", 30),
        ("cap_share", 50),
        ("capped_speed_share", 50),
        ("works_resale_share", 30),
        ("once_usd", 30),
        ("life_months", 20),
        ("usd_per_year", 20),
        ("usd_per_gpu_year", 20),
        ("usd_per_kw_month", 20),
        ("limit: peak_mw", 30),
        ("limit: emissions_tco2", 30),
        ("limit: usd_per_year", 30),
        ("write_off_years", 30),
        ("works_years", 30),
        ("bonus_share", 30),
        ("profit_usd_per_year", 30),
    ],
)
def test_a_hundred_random_scenarios_hold_each_new_word_at_least_so_often(word, least):
    assert sum(word in company(number) for number in range(100)) >= least


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("short_h100_hours", 0.2),
        ("surplus_h100_hours", 0.05),
        ("end_value_usd", 0.2),
        ("not_delivered_usd", 0.1),
        ("months_beyond", 0.2),
        ("dark_gpu_months", 0.2),
    ],
)
def test_in_the_random_scenarios_each_new_quantity_is_there_in_a_share_of_cases(name, share):
    assert np.mean(np.abs(yields()[name]) > 1e-6) > share


@pytest.mark.parametrize("part", cost.PARTS)
def test_in_the_random_scenarios_each_part_of_cost_is_there_in_a_hundredth_of_cases(part):
    assert np.mean(np.array(yields()[part]) != 0) > 0.01


@pytest.mark.parametrize("limit", schema.Limits.model_fields)
def test_in_the_random_scenarios_a_limit_is_broken_in_some_cases_and_kept_in_others(limit):
    assert 0.2 < np.mean(yields()[f"breaks_{limit}"]) < 0.8


@cache
def met() -> list[set[str]]:
    """What each option meets at sites with stages in each future of a hundred random scenarios."""
    return [found for number in range(100) for found in cover.facts(number)]


@pytest.mark.parametrize(
    ("fact", "share"),
    [
        ("dark", 0.2),
        ("capped", 0.1),
        ("capped own", 0.05),
        ("capped rent", 0.05),
        ("capped run", 0.05),
        ("capped other", 0.03),
        ("capped sublet", 0.03),
        ("two capped at a site", 0.03),
        ("two chips at a site", 0.1),
        ("availability that jumps under the run", 0.1),
        ("rented there: renew", 0.03),
        ("rented there: stop", 0.03),
        ("rented there: reserve", 0.03),
        ("rented there: until_moved", 0.03),
        ("reserved in part there", 0.05),
        ("left there", 0.01),
        ("rented there by a fallback", 0.01),
        ("a term beyond the horizon at limited power", 0.02),
    ],
)
def test_in_the_random_scenarios_power_is_short_in_every_company(fact, share):
    assert np.mean([fact in found for found in met()]) > share
