"""What is not delivered is no gain: an option with failed events counts as the dearest and the
latest of what the same draw gives with any of them happening."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np

from analysis.arrays import Array, Index
from analysis.model import cost, inputs, yields
from analysis.model.fleet import Known
from analysis.model.inputs import Inputs
from analysis.model.records import Event
from analysis.model.yields import Counted, Yield


@dataclass(frozen=True)
class Compared:
    """What is compared of an option in each draw: as it counts at the stated prices; and, by the
    number of a set of failed events that happen, the present cost less surplus, and the discounted
    hours short, (draws,) each; where the set did not fail they are the option's own."""

    counted: Counted
    delivered_usd: dict[int, Array]
    delivered_short_hours: dict[int, Array]


def compared(resolved: Inputs, option: str, found: Yield) -> Compared:
    """What is compared of an option that is carried out."""
    price = yields.short_hour_usd(resolved)
    rate = resolved.scenario.choices.discount_rate_per_year.value
    largest = yields.counted(resolved, found, price)
    sets = list(failed_sets(resolved, option))
    if not sets:
        return Compared(largest, {}, {})
    own_usd = yields.counted(resolved, found, 0.0).usd(rate)
    usd = {number: own_usd.copy() for number in range(len(sets))}
    hours = {number: _short_hours(found, rate) for number in range(len(sets))}
    rows = [np.nonzero(draws)[0] for _, draws in sets]
    instead = happening(resolved, [events for events, _ in sets], rows)
    if instead is None:
        return Compared(largest, usd, hours)
    other = yields.carried_out(instead, option, Known())
    other_usd = yields.counted(instead, other, 0.0).usd(rate)
    other_hours, counts = _short_hours(other, rate), yields.counted(instead, other, price)
    begin = 0
    for number, draws in enumerate(rows):
        part = slice(begin, begin + len(draws))
        usd[number][draws], hours[number][draws] = other_usd[part], other_hours[part]
        largest, begin = _larger(largest, counts.of(part), draws, rate), part.stop
    return Compared(largest, usd, hours)


def failed_sets(resolved: Inputs, option: str) -> Iterator[tuple[tuple[str, ...], Event]]:
    """Each set of events that an option and its fallback hang on, the small ones first, and the
    draws in which all of it failed, and an event of the option's own tranches too, (draws,)."""
    fails = _failures(resolved, option)
    own = _events(resolved, resolved.scenario.options[option].tranches)
    any_own = np.any([fails[event] for event in own], axis=0) if own else np.zeros(resolved.draws)
    for events in chain.from_iterable(combinations(fails, n + 1) for n in range(len(fails))):
        yield events, np.logical_and.reduce([any_own, *(fails[event] for event in events)])


def _failures(resolved: Inputs, option: str) -> dict[str, Event]:
    """Where each event of an option's own tranches fails, and each of those that its fallback
    brings, where it acts, by name in order, (draws,)."""
    table = resolved.scenario.options[option]
    fails = {event: ~resolved.happens(event) for event in _events(resolved, table.tranches)}
    if table.instead is not None:
        brought = resolved.scenario.options[table.instead.option].tranches
        for event in set(_events(resolved, brought)) - set(fails):
            fails[event] = ~resolved.happens(event) & fails[table.instead.event]
    return dict(sorted(fails.items()))


def happening(resolved: Inputs, sets: list[tuple[str, ...]], rows: list[Index]) -> Inputs | None:
    """The draws of each set of events, one set after another, with its events happening; None
    where there are none. They are carried out together, which takes no longer than one set."""
    taken = np.concatenate(rows)
    if not len(taken):
        return None
    futures = {name: values[taken] for name, values in resolved.futures.items()}
    begin = 0
    for events, draws in zip(sets, rows, strict=True):
        for event in events:
            futures[event][begin : begin + len(draws)] = 1.0
        begin += len(draws)
    return inputs.resolved(resolved.scenario, futures, resolved.begun_at)


def _events(resolved: Inputs, tranches: list[str]) -> list[str]:
    """The events that some tranches hang on."""
    tables = (resolved.scenario.tranches[name] for name in tranches)
    return sorted({table.only_if for table in tables if table.only_if})


def _short_hours(found: Yield, rate_per_year: float) -> Array:
    """The discounted hours that an option leaves short, (draws,)."""
    short = found.served.short
    return cost.present_usd(short, cost.mid_month_factors(rate_per_year, short.shape[1]))


def _larger(one: Counted, other: Counted, draws: Index, rate_per_year: float) -> Counted:
    """The first, and in some of its draws (those of the other) whichever is dearer; the months are
    the later of the two, each for itself."""
    kept = other.usd(rate_per_year) > one.of(draws).usd(rate_per_year)
    dearer = draws[kept]
    cash, left, months = one.cash.copy(), one.left.copy(), one.months.copy()
    cash[dearer], left[dearer] = other.cash[kept], other.left[kept]
    months[draws] = np.maximum(months[draws], other.months)
    wide = max(one.beyond.shape[1], other.beyond.shape[1])
    beyond, late = (_padded(x, wide) for x in (one.beyond, other.beyond))
    beyond[dearer] = late[kept]
    return Counted(cash, beyond, left, months)


def _padded(values: Array, months: int) -> Array:
    """By month, with months in which nothing happens at the end, (draws, months)."""
    return np.pad(values, ((0, 0), (0, months - values.shape[1])))
