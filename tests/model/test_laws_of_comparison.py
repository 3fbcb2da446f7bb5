"""Laws of what is compared: what must hold whatever the numbers are.

The tables are those of a small scenario that is asked for a service and no run, or random ones.
"""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from second import compare, scenarios
from tools import builders
from tools.builders import Words, merged

from analysis.decision import value_of_information
from analysis.model import comparison, simulation
from analysis.model.draws import Draws
from analysis.scenario.schema import Scenario

law = settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    database=None,
    phases=(Phase.generate, Phase.shrink),
)
HORIZON = 36
PEAK = 1000 / 989.4
"""Of the small scenario's chip, in H100."""


def number(least: float, most: float) -> st.SearchStrategy[float]:
    """A number with two digits behind the point, so that examples read well."""
    return st.integers(round(100 * least), round(100 * most)).map(lambda x: x / 100)


share = number(0, 1)
rates = number(0, 0.4)
contracts = st.fixed_dictionaries(
    {
        "gpus": number(1, 3000),
        "milestones": st.fixed_dictionaries({"ready": number(0, 30)}),
        "ramp_months": number(0, 10),
        "usd_per_gpu_hour": number(0, 5),
        "term_months": number(1, 40),
        "take_or_pay_share": share,
    }
)
prepaid = st.fixed_dictionaries(
    {"prepayment_share": share, "prepaid_months_before": number(0, 30), "sublet_price_share": share}
)
services = st.fixed_dictionaries(
    {
        "h100_gpus": number(1, 3000),
        "from_months": number(0, 30).map(lambda x: {"value": x}),
        "short_hour_usd": number(0, 9).map(lambda x: {"value": x}),
        "surplus_usd_per_h100_hour": number(0, 3),
        "market_gpus": number(0, 500),
        "market_site": st.just("supplier"),
    }
)


def asked(service: Words, options: dict[str, list[Words]], **choices: float) -> Words:
    """The small scenario asked for a service; each option is rentals for other work."""
    own = {"use": "other", "prepayment_share": 0, "at_end": "stop", "sublet_price_share": 0}
    tranches = {
        f"{option}_{i}": builders.rented("One", **own | one)
        for option, rentals in options.items()
        for i, one in enumerate(rentals)
    }
    lists = {
        o: {"title": o, "tranches": [name for name in tranches if name.startswith(f"{o}_")]}
        for o in options
    }
    run = {"target_flop": None, "by_months": None, "start_gpus": None}
    tables = builders.small(need=run | {"service": service}, run=None)
    stated = {"horizon_months": HORIZON} | choices
    held = {name: {"value": value} for name, value in stated.items()}
    return merged(tables, {"choices": held}) | {"tranches": tranches, "options": lists}


def compared(tables: Words) -> dict[str, float]:
    """The compared cost of each option, in USD."""
    result = simulation.evaluate(builders.parsed(tables))
    return {o: float(comparison.compared_usd(result, o)[0]) for o in result.options}


PLAIN: Words = {"h100_gpus": 0, "short_hour_usd": {"value": 0}}


@law
@given(contracts, share, rates, st.sampled_from([12, 24, 48, 60]))
def test_a_contract_costs_the_same_whatever_the_horizon(
    contract: Words, use_share: float, rate: float, horizon: int
) -> None:
    # one rate, no prepayment, no market value, and it stops: of months 1 to 80 every hour is paid
    found = []
    for months in (horizon, 84):
        choices = {"horizon_months": months, "discount_rate_per_year": rate}
        tables = asked(PLAIN, {"one": [contract]}, **choices)
        found.append(compared(merged(tables, {"need": {"use_share": max(use_share, 0.01)}})))
    assert found[0]["one"] == pytest.approx(found[1]["one"], rel=1e-9, abs=1e-6)


@law
@given(contracts, prepaid, services, share, rates)
def test_two_options_of_the_same_hours_dates_and_cash_count_the_same(
    contract: Words, ahead: Words, service: Words, part: float, rate: float
) -> None:
    # one rental by the hour, and the same in two parts, of which one states its value
    whole = contract | ahead | {"take_or_pay_share": max(contract["take_or_pay_share"], 0.1)}
    size = 0.05 + 0.9 * part
    one, other = (whole | {"gpus": whole["gpus"] * x} for x in (size, 1 - size))
    hours = one["gpus"] * 730 * one["term_months"] * one["take_or_pay_share"]
    value = {"usd_per_gpu_hour": None, "contract_usd": one["usd_per_gpu_hour"] * hours}
    options = {"whole": [whole], "parts": [one | value, other]}
    found = compared(asked(service, options, discount_rate_per_year=rate, tax_rate_share=0.2))
    assert found["parts"] == pytest.approx(found["whole"], rel=1e-9, abs=1e-3)


@law
@given(contracts, rates, share, number(0, 30), number(0, 4))
def test_a_rental_that_comes_later_is_never_cheaper_where_hours_short_cost_what_hours_cost(
    contract: Words, rate: float, use_share: float, delay: float, above: float
) -> None:
    # all of its hours are wanted, and no hour that is short costs less than one that is paid; all
    # of its GPUs come before the horizon
    first = min(contract["milestones"]["ready"], HORIZON - contract["ramp_months"] - 1)
    later = min(first + delay, HORIZON - contract["ramp_months"] - 0.01)
    used = max(use_share, 0.05)
    paid = contract["usd_per_gpu_hour"] * max(used, contract["take_or_pay_share"])
    service = {
        "h100_gpus": PEAK * contract["gpus"],
        "short_hour_usd": {"value": paid / used / PEAK + above},
    }
    options = {
        name: [contract | {"milestones": {"ready": month}}]
        for name, month in (("soon", first), ("late", later))
    }
    tables = asked(service, options, discount_rate_per_year=rate)
    found = compared(merged(tables, {"need": {"use_share": used}}))
    assert found["late"] >= found["soon"] - 1e-9 * abs(found["soon"]) - 1e-3


@law
@given(contracts, prepaid, number(0, 20), rates, share)
def test_more_hours_than_are_wanted_are_never_cheaper(
    more: Words, ahead: Words, begins: float, rate: float, tax: float
) -> None:
    # the first serves all that is wanted throughout; the second ends before the horizon
    wanted = {"h100_gpus": 100, "short_hour_usd": {"value": 9}}
    enough = {"gpus": 100, "milestones": {"ready": 0}, "term_months": HORIZON}
    ends = {"milestones": {"ready": begins}, "term_months": min(more["term_months"], 15)}
    options = {"enough": [enough], "more": [enough, more | ahead | ends]}
    choices = {"discount_rate_per_year": rate, "tax_rate_share": 0.9 * tax}
    found = compared(asked(wanted, options, **choices))
    assert found["more"] >= found["enough"] - 1e-9 * abs(found["enough"])


def failures(first: int, last: int) -> Iterator[tuple[Scenario, Draws, str, str]]:
    """Random scenarios and futures, with an option and an event that its own tranches hang on."""
    for seed in range(first, last):
        tables, dice = scenarios.scenario(seed)
        futures = {k: np.array(x) for k, x in scenarios.futures(dice, 4).items()}
        scenario = compare.read(tables)
        for option, table in scenario.options.items():
            events = {scenario.tranches[name].only_if for name in table.tranches}
            for event in events - {None}:
                yield scenario, futures, option, event or ""


@pytest.mark.parametrize("first", range(0, 60, 15))
def test_an_event_that_fails_never_makes_an_option_count_as_cheaper_or_earlier(first: int) -> None:
    # in cost, at any price of an hour short, and in months, each; so at any value of a month
    raised = 0
    for scenario, futures, option, event in failures(first, first + 15):
        fails, happens = (
            simulation.at(scenario, futures | {event: np.full(4, x)}) for x in (0.0, 1.0)
        )
        for price in (0.0, 1.0, 30.0):
            one, other = (comparison.compared_usd(r, option, price) for r in (fails, happens))
            assert np.all(one >= other - 1e-9 * np.abs(other) - 1e-3), (option, event, price)
            raised += int(np.any(one > other + 1))
        one, other = (comparison.compared_months(r, option) for r in (fails, happens))
        assert np.all(one >= other - 1e-9), (option, event)
    assert raised > 0


def test_to_learn_one_input_is_worth_no_more_than_all_and_no_less_than_nothing() -> None:
    result = builders.simulated(draws=1000)
    months = value_of_information.months_asked(result)
    assert len(months) > 1
    for month_usd in months:
        everything = value_of_information.everything(result, month_usd).value
        learnt = value_of_information.learnt(result, month_usd)
        assert everything is not None
        assert (learnt["worth_usd"] <= everything * (1 + 1e-9)).all()
        assert (learnt["worth_usd"] >= -3 * learnt["se_usd"] - 1e-6).all()
