"""When GPUs come and leave, by hand."""

import numpy as np
import pytest
from tools.hand import path_values, scenario

from analysis.model import draws, inputs, piecewise, schedule
from analysis.model.records import RentedTranche
from analysis.model.schedule import Arrival, Term

HORIZON = 12.0

RENTED = """
[tranches.rental]
milestones = { ready = 3 }
term_months = 6
"""
SLIP = """
[assumptions.slip_months]
label = "Slip"
unit = "months"
value = 1.5
judgement = "By hand."
[assumptions.comes]
label = "It comes at all"
unit = "event"
probability = 0.9
judgement = "By hand."
"""


def arrived(folder, tranche: str, changes: str, **futures: float) -> Arrival:
    found = scenario(folder, changes)
    values = draws.mid(found) | {name: np.array([x]) for name, x in futures.items()}
    return schedule.arrival(inputs.resolved(found, values).tranches[tranche], HORIZON)


def contract(
    folder, changes: str, trains: float | None = None
) -> tuple[Arrival, Term, RentedTranche]:
    found = scenario(folder, changes)
    rental = inputs.resolved(found, draws.mid(found)).tranches["rental"]
    assert isinstance(rental, RentedTranche)
    first = schedule.arrival(rental, HORIZON)
    when = None if trains is None else np.array([trains])
    return first, schedule.term(rental, first, when), rental


def by_month(path) -> list[float]:
    return piecewise.by_month(path)[0].round(9).tolist()


def test_an_input_of_two_terms_is_their_sum_in_each_future():
    found = draws.resolve(("months", 2.0), {"months": np.array([1.0, 5.0])})
    assert found.tolist() == [3, 7]


def test_the_first_gpus_come_when_the_last_milestone_is_done(tmp_path):
    changes = "[tranches.machine]\nmilestones = { contract = 1, servers = 3.5, building = 2 }"
    found = arrived(tmp_path, "machine", changes + "\nramp_months = 4")
    assert (found.first[0], found.last[0], found.gpus[0]) == (3.5, 7.5, 100)
    # 25 a month from 3.5 on.
    assert path_values(found.installed, [3.4, 4.5, 5.5, 7.5]) == [0, 25, 50, 100]


def test_a_milestone_may_add_a_slip_to_a_month(tmp_path):
    changes = SLIP + '[tranches.machine]\nmilestones = { servers = [2, "slip_months"] }'
    assert arrived(tmp_path, "machine", changes).first[0] == 3.5


@pytest.mark.parametrize(("comes", "first"), [(1.0, 0.0), (0.0, np.inf)])
def test_a_tranche_whose_event_fails_never_arrives(tmp_path, comes, first):
    found = arrived(tmp_path, "rental", SLIP + '[tranches.rental]\nonly_if = "comes"', comes=comes)
    assert found.first[0] == first
    assert piecewise.largest(found.installed)[0] == (100 if comes else 0)


def test_a_term_of_6_months_from_month_3_delivers_months_3_to_8_and_then_stops(tmp_path):
    first, term, rental = contract(tmp_path, RENTED)
    inside, after = schedule.delivered(rental, first, term)
    assert (term.end[0], term.until[0]) == (9, 9)
    assert by_month(inside) == [0] * 3 + [100] * 6 + [0] * 3
    assert by_month(after) == [0] * 12


def test_a_renewed_rental_goes_on_by_the_month_to_the_horizon(tmp_path):
    first, term, rental = contract(tmp_path, RENTED + 'at_end = "renew"')
    _, after = schedule.delivered(rental, first, term)
    assert by_month(after) == [0] * 9 + [100] * 3


def test_gpus_that_still_ramp_at_the_end_of_a_term_go_on_ramping_if_renewed(tmp_path):
    # 10 a month from month 3; the term ends at 9 with 60, the renewal begins with 60.
    first, term, rental = contract(tmp_path, RENTED + 'ramp_months = 10\nat_end = "renew"')
    inside, after = schedule.delivered(rental, first, term)
    assert by_month(inside)[7:10] == [45, 55, 0]
    assert by_month(after)[8:] == [0, 65, 75, 85]


LEFT = RENTED + 'leave_when_trains = "machine"\nexit_fee_months = 1\n'
BOTH = '[options.rented]\ntranches = ["rental", "machine"]'


def test_a_rental_left_at_5_5_delivers_two_and_a_half_months_and_gives_up_three_and_a_half(
    tmp_path,
):
    first, term, rental = contract(tmp_path, LEFT + BOTH, trains=5.5)
    inside, _ = schedule.delivered(rental, first, term)
    assert by_month(inside) == [0] * 3 + [100, 100, 50] + [0] * 6
    assert term.months_given_up[0] == 3.5


def test_a_rental_is_not_left_before_it_arrives(tmp_path):
    _, term, _ = contract(tmp_path, LEFT + BOTH, trains=1.0)
    assert (term.left[0], term.months_given_up[0]) == (3, 6)


def test_a_renewed_rental_that_is_left_at_11_is_renewed_until_then_and_gives_up_nothing(tmp_path):
    first, term, rental = contract(tmp_path, LEFT + 'at_end = "renew"\n' + BOTH, trains=11.0)
    _, after = schedule.delivered(rental, first, term)
    assert by_month(after) == [0] * 9 + [100, 100, 0]
    assert term.months_given_up[0] == 0


@pytest.mark.parametrize(("trains", "left"), [(11.99, 11.99), (12.0, np.inf), (12.01, np.inf)])
def test_a_rental_is_left_before_the_horizon_of_12_and_not_on_the_day_of_it(tmp_path, trains, left):
    _, term, _ = contract(tmp_path, LEFT.replace("= 6", "= 18") + BOTH, trains)
    assert term.left[0] == left
    assert term.months_beyond(HORIZON)[0] == (9 if left == np.inf else 0)


@pytest.mark.parametrize(
    ("first", "beyond"),
    [(3.0, 0), (8.0, 2), (13.0, 6), (np.inf, 0)],
    ids=["ends within", "ends at 14", "all of it", "never comes"],
)
def test_months_beyond_a_horizon_of_12_are_what_is_left_of_the_term_and_never_more_than_it(
    first, beyond
):
    term = Term(np.array([6.0]), np.array([first]), np.array([np.inf]))
    assert term.months_beyond(12)[0] == beyond


def test_a_rental_that_was_left_has_no_months_beyond_the_horizon():
    term = Term(np.array([60.0]), np.array([0.0]), np.array([4.0]))
    assert term.months_beyond(12)[0] == 0
