"""When GPUs come and leave, by hand."""

from dataclasses import replace

import numpy as np
import pytest
from tools.hand import path_values, scenario

from analysis.model import draws, inputs, piecewise, schedule
from analysis.model.records import RentedTranche
from analysis.model.schedule import Arrival, Term

HORIZON = 12

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
    folder, changes: str, moved_off: float | None = None
) -> tuple[Arrival, Term, RentedTranche]:
    found = scenario(folder, changes)
    rental = inputs.resolved(found, draws.mid(found)).tranches["rental"]
    assert isinstance(rental, RentedTranche)
    first = schedule.arrival(rental, HORIZON)
    when = None if moved_off is None else np.array([moved_off])
    return first, schedule.term(rental, first, when), rental


def by_month(path) -> list[float]:
    return piecewise.by_month(path)[0].round(9).tolist()


def delivered(first: Arrival, term: Term) -> tuple[list[float], list[float]]:
    """GPUs by month under the contract, and renewed after it."""
    ends = (term.until, term.gone)
    found = (by_month(piecewise.window(first.installed, term.first, end)) for end in ends)
    inside, whole = (np.array(gpus) for gpus in found)
    return inside.tolist(), (whole - inside).tolist()


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
    first, term, _ = contract(tmp_path, RENTED)
    inside, after = delivered(first, term)
    assert (term.end[0], term.until[0]) == (9, 9)
    assert inside == [0] * 3 + [100] * 6 + [0] * 3
    assert after == [0] * 12


def test_a_renewed_rental_goes_on_by_the_month_to_the_horizon(tmp_path):
    first, term, _ = contract(tmp_path, RENTED + 'at_end = "renew"')
    _, after = delivered(first, term)
    assert after == [0] * 9 + [100] * 3


def test_gpus_that_still_ramp_at_the_end_of_a_term_go_on_ramping_if_renewed(tmp_path):
    # 10 a month from month 3; the term ends at 9 with 60, the renewal begins with 60.
    first, term, _ = contract(tmp_path, RENTED + 'ramp_months = 10\nat_end = "renew"')
    inside, after = delivered(first, term)
    assert inside[7:10] == [45, 55, 0]
    assert after[8:] == [0, 65, 75, 85]


MOVED = RENTED + 'at_end = "until_moved"\n'
LEFT = MOVED + "exit_fee_months = 1\n"


def test_a_rental_left_at_5_5_delivers_two_and_a_half_months_and_gives_up_three_and_a_half(
    tmp_path,
):
    first, term, _ = contract(tmp_path, LEFT, moved_off=5.5)
    inside, _ = delivered(first, term)
    assert inside == [0] * 3 + [100, 100, 50] + [0] * 6
    assert term.months_given_up[0] == 3.5


def test_a_rental_is_not_left_before_it_arrives(tmp_path):
    _, term, _ = contract(tmp_path, LEFT, moved_off=1.0)
    assert (term.left[0], term.months_given_up[0]) == (3, 6)


@pytest.mark.parametrize("words", [MOVED, LEFT], ids=["without a fee", "with one"])
def test_a_rental_that_the_run_moves_off_at_11_is_renewed_until_then_and_gives_up_nothing(
    tmp_path, words
):
    first, term, _ = contract(tmp_path, words, moved_off=11.0)
    _, after = delivered(first, term)
    assert after == [0] * 9 + [100, 100, 0]
    assert term.months_given_up[0] == 0


def test_without_a_fee_what_is_left_of_the_term_is_still_delivered_and_nothing_renewed(tmp_path):
    first, term, _ = contract(tmp_path, MOVED, moved_off=5.5)
    inside, after = delivered(first, term)
    assert inside == [0] * 3 + [100] * 6 + [0] * 3
    assert after == [0] * 12


def test_a_rental_that_the_run_never_moves_off_is_renewed_to_the_horizon(tmp_path):
    for words in (MOVED, LEFT):
        first, term, _ = contract(tmp_path, words, moved_off=np.inf)
        _, after = delivered(first, term)
        assert after == [0] * 9 + [100] * 3
        assert term.left[0] == np.inf


@pytest.mark.parametrize(("moved_off", "left"), [(11.99, 11.99), (12, np.inf), (12.01, np.inf)])
def test_a_rental_is_left_before_the_horizon_of_12_and_not_on_the_day_of_it(
    tmp_path, moved_off, left
):
    _, term, _ = contract(tmp_path, LEFT.replace("= 6", "= 18"), moved_off)
    assert term.left[0] == left
    assert schedule.months_beyond(term, HORIZON) == (9 if left == np.inf else 0)


@pytest.mark.parametrize(
    ("first", "beyond"),
    [(3.0, []), (7.5, [100, 50]), (13.5, [0, 50, 100, 100, 100, 100, 100, 50]), (np.inf, [])],
    ids=["ends within", "ends at 13.5", "all of it", "never comes"],
)
def test_beyond_a_horizon_of_12_a_term_of_6_months_delivers_what_is_left_of_it(
    tmp_path, first, beyond
):
    _, term, rental = contract(tmp_path, RENTED)
    late = replace(term, first=np.array([first]), last=np.array([first]))
    found = schedule.delivered_beyond(rental, late, 12, len(beyond))
    assert found[0].tolist() == pytest.approx(beyond)
    assert schedule.months_beyond(late, 12) == len(beyond)


def test_gpus_that_still_ramp_at_the_horizon_go_on_ramping_beyond_it(tmp_path):
    # 10 a month from month 8; the horizon of 12 sees 40, the two months left of the term 45 and 55
    _, term, rental = contract(tmp_path, RENTED.replace("= 3", "= 8") + "ramp_months = 10\n")
    assert schedule.delivered_beyond(rental, term, 12, 3)[0].tolist() == pytest.approx([45, 55, 0])
