"""Where it turns which option is better, in words."""

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis.chapters.sensitivity.map_tables import DRAWN, FACT, MARK, SET, USUAL, FlipMap
from analysis.chapters.shared.words import listed
from analysis.decision.claims import CHEAPER, MEETS, Claim
from analysis.decision.reversals import ABOVE
from analysis.decision.wording import LARGEST_IN_FULL, figure, percent, stated, usd
from analysis.model.estimates import Estimate

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
        start = f"With {one.options['delayed']} at its mid date"
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
    return ". ".join([*parts, *_grey(one), *_seen(one), *_share(one)])


def grey(one: FlipMap, plain: str, worth: str) -> list[str]:
    """What is true of a grey part of a map, where the first option is better with a month worth
    nothing and the second at its value: two short lines."""
    return [f"{_verb(one)}: {plain}", f"better with the month: {worth}"]


def _grey(one: FlipMap) -> list[str]:
    """Which option is better by which measure in the grey parts of a map, if there are any."""
    parts = one.pieces[one.pieces["plain"] != one.pieces["worth"]]
    worth = f"with a month worth {usd(one.month_usd)}"
    kinds = parts[["plain", "worth"]].drop_duplicates()
    if kinds.empty:
        return []
    first, then = kinds.iloc[0]
    if len(kinds) > 1 or not (first and then):
        return [f"Grey: the {_verb(one)} one is not the better one {worth}"]
    return [f"Grey: {first} is {_verb(one)}, {then} better {worth}"]


def _verb(one: FlipMap) -> str:
    return "earlier" if one.about == "mfu" else "cheaper"


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
    """How many of the pairs drawn lie where each option is better; nothing if all lie on one side
    or nothing is drawn."""
    if not one.share or max(one.share.values()) == 1:
        return []
    (a, here), (b, there) = one.share.items()
    start = f"Of the pairs drawn {percent(here)} lie where {a} is {_verb(one)} on the mean"
    return [f"{start}, {percent(there)} where {b} is"]


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
            often = f"Whether {option} meets the need more often than not"
            return f"{often} is too close to half to tell"
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
        where += ", as at its mid" * (not both and not row["at_mid"])
    elif row["kind"] == "list":
        where = f"at {listed([stated(x) for x in row['fails_at']])} {row['unit']}{_likeliest(row)}"
    elif row["side"] is None:
        where = "at every value"
    else:
        where = beyond(row, row["unit"]) + ", its mid included" * (not row["at_mid"])
    return f"{row['label']}: {where}, {likely(row['beyond_share'])} likely"


def beyond(row: Any, unit: str = "share") -> str:
    """Beyond which value of a range a claim does not hold, told from the ends of the range even
    where its error would not support so many digits."""
    value, se = row["turns_at"], row["turns_se"]
    ends = (row["least"], row["most"])
    if value == ends[row["side"] == ABOVE]:
        return f"at {amount(value, unit, se)}"
    tried = [_number(value, se), *(_number(value, digits=digits) for digits in range(2, 7))]
    told = (one for one in tried if float(one.replace(",", "")) not in ends)
    return f"{row['side']} {_with_unit(next(told, tried[-1]), unit)}"


def likely(share: float) -> str:
    """A probability that is more than nothing, however little was seen of it."""
    return percent(share or 0.001)


def amount(value: float, unit: str, se: float | None = None) -> str:
    """A value of an input with its unit, and no more digits than its error supports."""
    return _with_unit(_number(value, se), unit)


def _number(value: float, se: float | None = None, digits: int = 3) -> str:
    error = se if se is not None and math.isfinite(se) else None
    if abs(value) >= LARGEST_IN_FULL:
        return f"{value:.{max(2, digits - 1)}g}"
    return figure(value, error, digits)


def _with_unit(number: str, unit: str) -> str:
    return number if unit == "share" else f"{number} {unit}"


def _likeliest(row: Any) -> str:
    """That the claim does not hold at the mid of a list, if so and if it holds elsewhere."""
    if row["at_mid"] or len(row["fails_at"]) == len(row["values"]):
        return ""
    most = max(share for _, share in row["values"])
    tied = sum(share == most for _, share in row["values"]) > 1
    words = "one of its likeliest values" if tied else "its likeliest value"
    return f", {words}" if len(row["fails_at"]) == 1 else f", {stated(row['mid'])} being {words}"


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
