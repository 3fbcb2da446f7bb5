"""What is not delivered is no gain: an option with failed events counts as the dearest and the
latest of what the same draw gives with any of them happening."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, combinations

import numpy as np

from analysis.arrays import Array
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
    usd: dict[int, Array] = {}
    hours: dict[int, Array] = {}
    largest = yields.counted(resolved, found, price)
    for number, (events, draws) in enumerate(failed_sets(resolved, option)):
        usd[number] = yields.counted(resolved, found, 0.0).usd(rate)
        hours[number] = _short_hours(found, rate)
        if draws.any():
            instead = happening(resolved, events, draws)
            other = yields.carried_out(instead, option, Known())
            usd[number][draws] = yields.counted(instead, other, 0.0).usd(rate)
            hours[number][draws] = _short_hours(other, rate)
            counts = yields.counted(instead, other, price)
            largest = _larger(largest, counts, draws, rate)
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


def happening(resolved: Inputs, events: tuple[str, ...], draws: Event) -> Inputs:
    """Some of the draws, with some events happening in each of them."""
    futures = {name: values[draws] for name, values in resolved.futures.items()}
    futures |= {event: np.ones(int(draws.sum())) for event in events}
    return inputs.resolved(resolved.scenario, futures, resolved.begun_at)


def _events(resolved: Inputs, tranches: list[str]) -> list[str]:
    """The events that some tranches hang on."""
    tables = (resolved.scenario.tranches[name] for name in tranches)
    return sorted({table.only_if for table in tables if table.only_if})


def _short_hours(found: Yield, rate_per_year: float) -> Array:
    """The discounted hours that an option leaves short, (draws,)."""
    short = found.served.short
    return cost.present_usd(short, cost.mid_month_factors(rate_per_year, short.shape[1]))


def _larger(one: Counted, other: Counted, draws: Event, rate_per_year: float) -> Counted:
    """The first, and in some of its draws (those of the other) whichever is dearer; the months are
    the later of the two, each for itself."""
    dearer = draws.copy()
    part = Counted(*(getattr(one, name)[draws] for name in ("cash", "beyond", "left", "months")))
    dearer[draws] = other.usd(rate_per_year) > part.usd(rate_per_year)
    kept = dearer[draws]
    cash, left, months = one.cash.copy(), one.left.copy(), one.months.copy()
    cash[dearer], left[dearer] = other.cash[kept], other.left[kept]
    months[draws] = np.maximum(months[draws], other.months)
    wide = max(one.beyond.shape[1], other.beyond.shape[1])
    beyond, late = (_padded(x, wide) for x in (one.beyond, other.beyond))
    beyond[dearer] = late[kept]
    return replace(one, cash=cash, beyond=beyond, left=left, months=months)


def _padded(values: Array, months: int) -> Array:
    """By month, with months in which nothing happens at the end, (draws, months)."""
    return np.pad(values, ((0, 0), (0, months - values.shape[1])))
