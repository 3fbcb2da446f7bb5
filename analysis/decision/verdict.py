"""The verdict on a decision as a person would say it: which option, why, how sure, and what speaks
against it. Every number is a value of the headline, and no sentence claims what they do not show.
"""

from dataclasses import dataclass
from typing import Any

from analysis.decision import limit_words
from analysis.decision.claims import lower
from analysis.decision.reading import (
    Headline,
    dated,
    gap,
    meets,
    neither,
    outspent,
    pair_of,
    ranked,
    serves,
    stated_month,
    title,
)
from analysis.decision.wording import figure, percent, usd, usd_range
from analysis.model.estimates import Estimate

OUTSPENT = 0.1
"""Funds that run out in fewer futures than this are no part of the verdict."""

SEEN_MONTHS = 0.05


@dataclass(frozen=True)
class Verdict:
    """The option that a verdict is about, None where no one is ahead; the sentence that decides,
    and those that say why, how sure, and what else there is."""

    option: str | None
    decides: str
    why: list[str]

    @property
    def sentences(self) -> list[str]:
        """All of it."""
        return [self.decides, *self.why]


def verdict(headline: Headline) -> Verdict:
    """The verdict on the two options of the question, or on the only one."""
    pair = headline["comparison"]["pair"]
    if pair is None:
        [option] = headline["options"]
        word = "is" if ranked(headline, option) else "is not"
        how = f"{title(headline, option)} {word} likely to meet the need"
        decides = f"{how}: it does so in {percent(meets(headline, option))} of futures."
        said = [_broken(headline, option), _funds(headline, option)]
        return Verdict(option, decides, list(filter(None, said)))
    likely = [option for option in pair if ranked(headline, option)]
    if len(likely) == 2:
        found = _of_two_likely(headline, *pair)
    elif likely:
        [low] = set(pair) - set(likely)
        found = _rather(headline, likely[0], low, [_meets(headline, *likely, low)])
    else:
        a, b = (title(headline, option) for option in pair)
        decides = f"Neither {a} nor {b} is likely to meet the need."
        found = Verdict(None, decides, [_meets(headline, *pair)])
    asked = [found.option] if found.option else list(pair)
    why = [*found.why, better_than_both(headline, found.option)]
    why += [_funds(headline, option) for option in asked]
    return Verdict(found.option, found.decides, [words for words in why if words])


def _of_two_likely(headline: Headline, a: str, b: str) -> Verdict:
    """The verdict where both of the question are likely to meet the need."""
    found = gap(headline, a, b)
    cheap = lower(found.cost_usd, (a, b))
    early = lower(found.months, (a, b)) if dated(headline) else None
    if cheap is None and early is None:
        decides = f"Too close to call between {title(headline, a)} and {title(headline, b)}."
        return Verdict(None, decides, _differ(headline, a, b))
    if cheap is None or early is None or cheap == early:
        best = cheap or early or a
        return _rather(headline, best, b if best == a else a)
    even, month = pair_of(headline, a, b)["break_even_month_usd"], stated_month(headline)
    if month is not None:
        best, other = (early, cheap) if month > (even["value"] or 0.0) else (cheap, early)
        return _rather(headline, best, other, [f"A month is taken to be worth {usd(month)}."])
    worth = usd(even["value"] or 0.0, even["se"])
    one, other = title(headline, cheap), title(headline, early)
    then = "then, of the two," if better_than_both(headline, cheap) else "then"
    decides = f"{one}, unless a month is worth more than {worth}: {then} {other}."
    return Verdict(cheap, decides, _differ(headline, cheap, early))


def _rather(headline: Headline, best: str, other: str, first: list[str] | None = None) -> Verdict:
    decides = f"{title(headline, best)}, rather than {title(headline, other)}."
    return Verdict(best, decides, [*(first or []), *_differ(headline, best, other)])


def _differ(headline: Headline, option: str, other: str) -> list[str]:
    """How an option differs from another in cost and in time."""
    return [cost_words(headline, option, other), time_words(headline, option, other)]


def cost_words(headline: Headline, option: str, other: str) -> str:
    """What an option costs more or less than another, and how sure that is; without a service,
    beside the hours that each delivers."""
    found = gap(headline, option, other)
    what = "The same service costs" if serves(headline) else "Present cost is"
    hours = "" if serves(headline) else _hours(headline, option, other)
    if found.cost_usd.value == 0 and found.cheaper == found.dearer:
        return f"{what} the same.{hours}"
    if lower(found.cost_usd, (option, other)) is None:
        return f"The two cannot be told apart in cost.{hours}"
    amount = usd(abs(found.cost_usd.value or 0.0), found.cost_usd.se)
    less = (found.cost_usd.value or 0.0) < 0
    word = ("less" if less else "more") if serves(headline) else ("lower" if less else "higher")
    share = percent(found.cheaper if less else found.dearer)
    return f"{what} {amount} {word} on average, and {word} in {share} of futures.{hours}"


def time_words(headline: Headline, option: str, other: str) -> str:
    """How much earlier or later an option reaches the target than another, and how sure that is;
    nothing where nothing has a date."""
    if not dated(headline):
        return ""
    found = gap(headline, option, other)
    if neither(headline, option, other):
        months = figure(headline["choices"]["horizon_months"])
        return f"Neither reaches the training target within {months} months in any future."
    if found.months.value == 0 and found.earlier == found.later:
        return "Both reach the training target equally early."
    if lower(found.months, (option, other)) is None:
        return "Which of the two reaches the training target first cannot be told on average."
    early = (found.months.value or 0.0) < 0
    word, share = ("sooner", found.earlier) if early else ("later", found.later)
    return (
        f"It reaches the training target {months_words(found.months)} {word} on average, and "
        f"{word} in {percent(share)} of futures."
    )


def months_words(months: Estimate) -> str:
    """A number of months, no finer than a tenth and than its error."""
    size = abs(months.value or 0.0)
    shown = "under 0.1" if 0 < size < SEEN_MONTHS else figure(size, max(months.se or 0.0, 0.1))
    return f"{shown} month{'s' * (shown != '1')}"


def better_than_both(headline: Headline, about: str | None) -> str:
    """Which other options are first of all that are likely to meet the need, and at what value of
    a month; nothing where none is."""
    pair = headline["comparison"]["pair"]
    places = _at_stated_month(headline)
    others = [place for place in _spans(places) if place[0] not in pair]
    if not others:
        return ""
    valued = stated_month(headline) is None and dated(headline)
    names = [
        title(headline, option) + valued * f" ({_span(start, end)})"
        for option, start, end in others
    ]
    unlikely = about is None or not ranked(headline, about)
    opening = "Likely to meet the need, and first," if unlikely else "Better than both"
    words = ["is" if len(names) == 1 else "are", "is" if len(names) == 3 else "are"]
    first = f"{opening} {words[0]} {' and '.join(names[:2])}."
    return first + (f" So {words[1]} {' and '.join(names[2:])}." if names[2:] else "")


def _at_stated_month(headline: Headline) -> list[dict[str, Any]]:
    """Who is first from which value of a month on; where one is stated, there alone."""
    places: list[dict[str, Any]] = headline["comparison"]["first_by_month"]
    month = stated_month(headline)
    if month is None:
        return places
    return [place for place in places if place["from_usd"] <= month][-1:]


def _spans(places: list[dict[str, Any]]) -> list[tuple[str, float, float | None]]:
    """Each place with the values between which it holds, None being for ever."""
    ends = [place["from_usd"] for place in places[1:]]
    return [
        (place["option"], place["from_usd"], end)
        for place, end in zip(places, [*ends, None][: len(places)], strict=True)
    ]


def _span(start: float, end: float | None) -> str:
    if end is None:
        return f"a month worth {usd(start)} or more" if start else "whatever a month is worth"
    if not start:
        return f"a month worth under {usd(end)}"
    return usd_range(Estimate(start, None), Estimate(end, None), end)


def _funds(headline: Headline, option: str) -> str:
    """Whether the funds pay for an option, where that is in doubt."""
    funds = headline["choices"].get("funding_usd")
    share = outspent(headline, option)
    if funds is None or share < OUTSPENT:
        return ""
    need = f"{title(headline, option)} needs more than the {usd(funds)} at hand"
    return f"{need} in {percent(share)} of futures."


def _meets(headline: Headline, *options: str) -> str:
    shares = " and ".join(f"{title(headline, o)} in {percent(meets(headline, o))}" for o in options)
    broken = [_broken(headline, option) for option in options]
    return " ".join(filter(None, [f"The need is met by {shares} of futures.", *broken]))


def _broken(headline: Headline, option: str) -> str:
    """The limits that an option breaks; nothing if it breaks none."""
    over = limit_words.broken(headline, option)
    return f"{title(headline, option)} is {over}." if over else ""


def _hours(headline: Headline, option: str, other: str) -> str:
    """How many hours each delivers, a sentence of its own."""
    hours = [headline["options"][o]["h100_hours"]["mean"] for o in (option, other)]
    one, two = (figure(h["value"] / 1e6, h["se"] / 1e6) for h in hours)
    return (
        f" {title(headline, option)} delivers {one} million H100-hours, {title(headline, other)} "
        f"{two} million."
    )
