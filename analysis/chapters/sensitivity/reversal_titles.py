"""Where a claim turns, in words."""

import math
from typing import Any

import pandas as pd

from analysis.chapters.shared.words import listed
from analysis.decision.claims import CHEAPER, MEETS, Claim
from analysis.decision.reversals import ABOVE
from analysis.decision.wording import LARGEST_IN_FULL, figure, large, percent, stated, usd
from analysis.model.estimates import Estimate


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
    word = "has the lower compared cost" if claim.kind == CHEAPER else "is earlier"
    if claim.told:
        return f"{option} {word} on the mean"
    if claim.margin.value == 0:
        same = "cost the same" if claim.kind == CHEAPER else "are equally early"
        return f"{a} and {b} {same} on the mean"
    return f"Which of {a} and {b} {word} on the mean cannot be told"


def turned(row: Any, pair: tuple[str, str]) -> str:
    """At which value of one input a claim turns, how likely the other side is, and what it costs in
    months if it makes one of the pair (titles) later: one row of the reversals that turns."""
    words = f"{row['label']}: {_at(row)}, {likely(row['beyond_share'])} likely"
    return "; ".join([words, *_lateness(row, pair)])


def turn(row: Any, pair: tuple[str, str], then: str) -> str:
    """The same as a sentence that says what is so then."""
    where = _at(row).removeprefix("if it ").removeprefix("whether it ")
    odds = f" ({likely(row['beyond_share'])} likely)"
    return f"{row['label']} {where}{odds}: then {'; '.join([then, *_lateness(row, pair)])}."


def _at(row: Any) -> str:
    """Where a claim does not hold."""
    if row["kind"] == "event":
        when = "happens" if 1.0 in row["fails_at"] else "does not happen"
        both = len(row["fails_at"]) == 2
        where = "whether it happens or not" if both else f"if it {when}"
        return where + ", as at its mid" * (not both and not row["at_mid"])
    if row["kind"] == "list":
        return f"at {listed([stated(x) for x in row['fails_at']])} {row['unit']}{_likeliest(row)}"
    if row["side"] is None:
        return "at every value"
    return beyond(row) + ", its mid included" * (not row["at_mid"])


def _lateness(row: Any, pair: tuple[str, str]) -> list[str]:
    """Which of the pair is later or earlier where a claim turns."""
    return [
        f"{name} is {_later(row[key])} then"
        for name, key in zip(pair, LATER, strict=True)
        if pd.notna(row[key]) and abs(row[key]) >= SEEN_MONTHS
    ]


LATER = ("a_later", "b_later")
SEEN_MONTHS = 0.05


def _later(months: float) -> str:
    """How much later, or earlier, an option is."""
    return f"{figure(abs(months), 0.1)} months {'later' if months > 0 else 'earlier'}"


def beyond(row: Any) -> str:
    """Beyond which value of a range a claim does not hold, told from the ends of the range even
    where its error would not support so many digits; shares in percent."""
    times, unit = _in_words(row["unit"])
    value, se = times * row["turns_at"], times * (row["turns_se"] or 0.0)
    ends = (times * row["least"], times * row["most"])
    if unit.startswith("USD") and large(value, se) not in map(large, ends):
        return f"{row['side']} {large(value, se)} {unit}"
    if value == ends[row["side"] == ABOVE]:
        return f"at {_number(value, se)} {unit}"
    tried = [_number(value, se), *(_number(value, digits=digits) for digits in range(2, 7))]
    told = (number for number in tried if float(number.replace(",", "")) not in ends)
    return f"{row['side']} {next(told, tried[-1])} {unit}"


def _in_words(unit: str) -> tuple[float, str]:
    """What a number is multiplied by to be told, and the unit that it has then."""
    if unit.startswith("share"):
        return 100.0, unit.replace("share", "%").replace("per", "a")
    return 1.0, unit


def likely(share: float) -> str:
    """A probability that is more than nothing, however little was seen of it."""
    return percent(share or 0.001)


def _number(value: float, se: float = 0.0, digits: int = 3) -> str:
    error = se if math.isfinite(se) else None
    if abs(value) >= LARGEST_IN_FULL:
        return f"{value:.{max(2, digits - 1)}g}"
    return figure(value, error, digits)


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
        return "No value of a month turns which of the two is better"
    return f"A month worth over {usd(even.value, even.se)} turns which of the two is better"


def unturned(others: int, some: bool) -> str:
    """That no other input that was tried turns a claim."""
    if others == 0:
        return "" if some else "No input moves it when moved alone"
    which = "other input" if some else "input"
    if others == 1:
        return f"The one {which} tried does not turn it, held anywhere within its range"
    return f"None of the {others} {which}s tried turns it, held anywhere within its range"


def further(rest: int) -> str:
    """That so many more inputs turn a claim than are named."""
    if rest < 2:
        return "1 more input turns it, at a value further off" * rest
    return f"{rest} more inputs turn it, at values further off"
