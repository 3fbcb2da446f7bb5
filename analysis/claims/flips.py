"""Where it turns which option is better, in words."""

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis.breakeven import CHEAPER, MEETS, Claim
from analysis.claims.words import listed
from analysis.estimates import Estimate
from analysis.tables.flips import DRAWN, FACT, MARK, OPEN, SET, USUAL, FlipMap
from analysis.wording import LARGEST_IN_FULL, figure, percent, stated, usd

LINES = {
    "price": "Line: even on the mean, a month worth nothing",
    "worth": "Line: even on the mean, months at their value",
    "mfu": "Line: equally early on the mean",
    "resale": "Line: even on the mean, a month worth nothing",
}


def flips(one: FlipMap) -> str:
    """Which option is better from where to where, at the scenario's own place of the other
    quantity."""
    if one.about == "price":
        start = f"With {one.options['delayed']} in time"
        return _turns(start, "is cheaper", one.along, _price, "price")
    if one.about == "worth":
        rate = percent(_place(one.seen, "x"))
        return _turns(f"At {rate} a year", "is better", one.along, _month_value, "value of a month")
    if one.about == "mfu":
        return _turns("At equal MFU", "is earlier", one.along, _delay, "date")
    months = figure(_place(one.seen, "y"))
    return _turns(f"Over {months} months", "is cheaper", one.along, _resale, "resale price")


def flips_note(one: FlipMap) -> str:
    """What the colours, the lines and the marks of a map mean, and how much of what was drawn lies
    on either side."""
    parts = [LINES[one.about]]
    if (one.lines["line"] == "worth").any():
        parts.append(f"Broken line: even with {_month(one)}")
    if (one.pieces["better"] == OPEN).any():
        first = "earlier" if one.about == "mfu" else "cheaper"
        worth = f"a month worth {usd(one.month_usd)}"
        parts.append(f"Grey: the {first} one is not the better one with {worth}")
    return ". ".join([*parts, *_seen(one), *_share(one)])


def _month(one: FlipMap) -> str:
    """The value of a month, and where it comes from."""
    why = "the scenario's value" if one.stated else "a month of the cheapest likely option"
    return f"a month worth {usd(one.month_usd)} ({why})"


def _seen(one: FlipMap) -> list[str]:
    """What the dots, bars, ticks and marks are."""
    kinds = one.seen["kind"].value_counts()
    facts = f"{kinds.get(FACT, 0)} prices of an H100-hour"
    words = {
        DRAWN: "Dots: both as drawn, in single futures",
        USUAL: "Bar: P10 to P90",
        SET: "Dot: P50",
        FACT: f"Ticks: {facts} known on the as-of day",
        MARK: "Labelled lines: what came, the market price of an hour and the start of the run",
    }
    if one.about == "worth":
        words[USUAL] = "Bar: from the lowest to the highest rate that the scenario names"
        words[SET] = f"Dot: the rate that is set, {_month(one)}"
    return [text for kind, text in words.items() if kind in kinds]


def _share(one: FlipMap) -> list[str]:
    """How much of what was drawn lies where each option is better; nothing if nothing is drawn."""
    if not one.share:
        return []
    verb = "earlier" if one.about == "mfu" else "cheaper"
    lie = ", ".join(f"{name} in {percent(x)}" for name, x in one.share.items())
    return [f"With both as drawn, {verb} on the mean: {lie} of futures"]


def _turns(
    start: str, verb: str, along: pd.DataFrame, shown: Callable[[float], str], axis: str
) -> str:
    """One sentence on the intervals along an axis."""
    names, ends = list(along["better"]), list(along["high"])
    if len(names) == 1:
        if not names[0]:
            return f"{start} neither option {verb} at any {axis} shown"
        return f"{start} {names[0]} {verb} at every {axis} shown"
    first, *middle, last = zip((name or "neither" for name in names), ends, strict=True)
    parts = [f"{start} {first[0]} {verb} up to {shown(first[1])}"]
    parts += [f"{name} from there to {shown(high)}" for name, high in middle]
    return ", ".join([*parts, f"{last[0]} beyond"])


def _place(seen: pd.DataFrame, axis: str) -> float:
    """Where the scenario itself stands on an axis."""
    return float(seen.loc[seen["kind"] == SET, axis].iloc[0])


def _price(value: float) -> str:
    return f"{figure(value, 0.01)} USD per GPU-hour"


def _month_value(value: float) -> str:
    return f"{usd(value)} a month"


def _delay(months: float) -> str:
    late = "late" if months >= 0 else "early"
    return f"{figure(abs(months), 0.1)} months {late}"


def _resale(share: float) -> str:
    return f"a resale share of {figure(share, 0.01)}"


def claimed(claim: Claim, pair: tuple[str, str], option: str) -> str:
    """What a claim on the pair says, by title; or that it cannot be told. `option` is the one that
    it is about."""
    a, b = pair
    if claim.kind == MEETS:
        if not claim.told:
            return f"Whether {option} meets the need in half of the futures cannot be told"
        how = "at least half" if (claim.margin.value or 0.0) > 0 else "less than half"
        return f"{option} meets the need in {how} of the futures"
    word = "cheaper" if claim.kind == CHEAPER else "earlier"
    if claim.told:
        return f"{option} is {word} on the mean"
    if claim.margin.value == 0:
        same = "cost the same" if claim.kind == CHEAPER else "are equally early"
        return f"{a} and {b} {same} on the mean"
    return f"Which of {a} and {b} is {word} on the mean cannot be told"


def turned(row: Any) -> str:
    """At which value of one input a claim turns, and how likely the other side is: one row of the
    reversals that turns."""
    if row["kind"] == "event":
        when = "happens" if 1.0 in row["fails_at"] else "does not happen"
        both = len(row["fails_at"]) == 2
        where = "whether it happens or not" if both else f"if it {when}"
    elif row["kind"] == "list":
        where = f"at {listed([stated(x) for x in row['fails_at']])} {row['unit']}"
    elif row["side"] is None:
        where = "at every value"
    else:
        where = f"{row['side']} {amount(row['turns_at'], row['unit'], row['turns_se'])}"
    return f"{row['label']}: {where}, {likely(row['beyond_share'])} likely{_at_mid(row)}"


def likely(share: float) -> str:
    """A probability that is more than nothing, however little was seen of it."""
    return percent(share or 0.001)


def amount(value: float, unit: str, se: float | None = None) -> str:
    """A value of an input with its unit, and no more digits than its error supports."""
    error = se if se is not None and math.isfinite(se) else None
    number = f"{value:.2g}" if abs(value) >= LARGEST_IN_FULL else figure(value, error)
    return number if unit == "share" else f"{number} {unit}"


def _at_mid(row: Any) -> str:
    """That the claim does not hold with an input at its mid, if so."""
    if row["at_mid"]:
        return ""
    return "; so already where it is held at its mid"


def discount_rate(row: Any) -> str:
    """At which discount rate it turns which of the two is cheaper."""
    if row["turns_at"] is None or pd.isna(row["turns_at"]):
        return "No discount rate between 0 and 100 % a year turns it"
    turns, here = (figure(100 * row[key]) for key in ("turns_at", "mid"))
    return f"The discount rate turns it at {turns} % a year; {here} % is set"


def month_turn(even: Estimate) -> str:
    """At which value of a month the dearer of the two becomes the better one, if at any."""
    if even.value is None:
        return "No value of a month turns which is the better one"
    return f"A month worth over {usd(even.value, even.se)} turns which is the better one"


def unturned(others: int, some: bool) -> str:
    """That no other input that was tried turns a claim."""
    if others == 0:
        return "" if some else "No input moves it when moved alone"
    which = "other input" if some else "input"
    if others == 1:
        return f"The one {which} tried does not turn it, held anywhere within its range"
    return f"None of the {others} {which}s tried turns it, held anywhere within its range"
