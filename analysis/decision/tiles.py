"""The figures of the first screen: when, at what cost, whether it can be paid, whether the need is
met; each beside the same of another option."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from analysis.decision import reading, wording
from analysis.decision.reading import Headline, gap, title
from analysis.decision.verdict import months_words
from analysis.decision.wording import figure, percent, usd
from analysis.model.estimates import Estimate


@dataclass(frozen=True)
class Tile:
    """A question, its figure for one option, and what that is beside another one."""

    asks: str
    figure: str
    beside: str


def tiles(headline: Headline, option: str, other: str | None) -> list[Tile]:
    """The figures of an option beside those of another one, if there is another."""
    first = _when if reading.dated(headline) else _served
    return [of(headline, option, other) for of in (first, _cost, _paid, _met)]


def _when(headline: Headline, option: str, other: str | None) -> Tile:
    """The day of the target at P50, and how far apart the two are in most futures."""
    beside = f"{_told_day(headline, option)} of futures"
    if other is not None:
        found = gap(headline, option, other)
        low, high = sorted((abs(found.months_p10), abs(found.months_p90)))
        if found.months_p10 * found.months_p90 < 0:
            low, high = found.months_p10, found.months_p90
            words = f"{_tenths(low)} to {_tenths(high)} months later"
        else:
            later = found.months_p10 + found.months_p90 < 0
            words = f"{_tenths(low)} to {_tenths(high)} months {'later' if later else 'earlier'}"
        beside = f"{title(headline, other)}: {_day(headline, other)}"
        if not reading.neither(headline, option, other):
            beside += f". In 8 of 10 futures {words}"
    return Tile("When is the target reached?", _day(headline, option), f"{beside}.")


def _served(headline: Headline, option: str, other: str | None) -> Tile:
    """How much of the service is served on average."""
    shares = [
        percent(headline["options"][o]["served_share"]["mean"]["value"])
        for o in (option, other)
        if o is not None
    ]
    beside = f"{title(headline, other)}: {shares[1]}. " if other else ""
    return Tile("How much is served?", shares[0], f"{beside}Hours short are in the cost.")


def _cost(headline: Headline, option: str, other: str | None) -> Tile:
    """What it costs on average, for the same service where one is asked for."""
    months = figure(headline["choices"]["horizon_months"])
    what = "Cost of the same service" if reading.serves(headline) else "Present cost"
    low, high = (headline["options"][option]["compared_cost_usd"][q] for q in ("p10", "p90"))
    mine = _mean(headline, option)
    ends = wording.usd_range(wording.estimate(low), wording.estimate(high), mine.value or 0.0)
    beside = f"In 8 of 10 futures {ends}."
    if other is not None:
        theirs, share = _mean(headline, other), percent(gap(headline, option, other).cheaper)
        beside = f"{title(headline, other)}: {_usd(theirs)}. Lower in {share} of futures."
    return Tile(f"{what}, {months} months", _usd(mine), beside)


def _paid(headline: Headline, option: str, other: str | None) -> Tile:
    """Whether the funds last, or how much has to be there where none are stated."""
    funds = headline["choices"].get("funding_usd")
    if funds is None:
        needs = [headline["options"][o]["deepest_cash_usd"]["p50"] for o in (option, other) if o]
        said = [usd(need["value"], need["se"]) for need in needs]
        beside = f"{title(headline, other)}: {said[1]}." if other else "At the deepest, at P50."
        return Tile("How much cash must be there?", said[0], beside)
    share = reading.outspent(headline, option)
    fits = "Not from" if share >= 0.5 else "From"
    beside = f"More is needed in {percent(share)} of futures"
    if other is not None:
        beside += f"; {title(headline, other)}: {percent(reading.outspent(headline, other))}"
    return Tile("Can it be paid?", f"{fits} {usd(funds)}", f"{beside}.")


def _met(headline: Headline, option: str, other: str | None) -> Tile:
    """How often the need is met."""
    beside = "At least 50 % is likely."
    if other is not None:
        beside = f"{title(headline, other)}: {percent(reading.meets(headline, other))}."
    shown = f"In {percent(reading.meets(headline, option))}"
    return Tile("Is the need met?", f"{shown} of futures", beside)


def _day(headline: Headline, option: str) -> str:
    """The month of the target at P50; where that lies beyond the horizon, that it does."""
    day: str | None = headline["options"][option]["target_months"]["p50_day"]
    if day is None:
        return "Beyond the horizon"
    return wording.short_month(date.fromisoformat(day))


def _told_day(headline: Headline, option: str) -> str:
    within = headline["options"][option]["target_months"]["within_horizon"]["value"]
    return f"At P50; within the horizon in {percent(within)}"


def _mean(headline: Headline, option: str) -> Estimate:
    mean: dict[str, Any] = headline["options"][option]["compared_cost_usd"]["mean"]
    return wording.estimate(mean)


def _usd(mean: Estimate) -> str:
    return usd(mean.value or 0.0, mean.se)


def _tenths(months: float) -> str:
    return months_words(Estimate(months, None)).split(" month")[0]
