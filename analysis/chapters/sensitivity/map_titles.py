"""Where it turns which option is better, on a map of two quantities, in words."""

from collections.abc import Callable

import pandas as pd

from analysis.chapters.sensitivity.map_tables import DRAWN, FACT, MARK, SET, USUAL, FlipMap
from analysis.decision.wording import figure, percent, usd

LINES = {
    "price": "Line: even on the mean, a month worth nothing",
    "worth": "Line: even on the mean, months at their value",
    "mfu": "Line: equally early on the mean",
    "resale": "Line: even on the mean, a month worth nothing",
}


def flips(flip: FlipMap) -> str:
    """Which option is better from where to where, at the scenario's own place of the other
    quantity."""
    at = flip.seen[flip.seen["kind"] == SET]
    start = "At equal MFU"
    if flip.about == "price":
        start = f"With {flip.options['delayed']} at its mid date"
    if flip.about == "worth":
        start = f"At {percent(at['x'].iloc[0])} a year"
    if flip.about == "resale":
        start = f"Over {figure(at['y'].iloc[0])} months"
    verb, axis, shown = ALONG[flip.about]
    if flip.about == "price":
        axis, shown = flip.priced.lower(), lambda value: f"{figure(value, 0.01)} {flip.unit}"
    return _turns(start, flip.along, verb, axis, shown)


def flips_note(flip: FlipMap) -> str:
    """What the colours, the lines and the marks of a map mean, and how much of what was drawn lies
    on either side."""
    parts = [LINES[flip.about] if flip.dated else "Line: even on the mean"]
    if (flip.lines["line"] == "worth").any():
        parts.append(f"Broken line: even with {_month(flip)}")
    return ". ".join([*parts, *_grey(flip), *_seen(flip), *_share(flip), *_delayed(flip)])


def one_colour(flip: FlipMap) -> bool:
    """Whether one option is better all over a map."""
    return set(flip.pieces["better"]) in ({flip.options["a"]}, {flip.options["b"]})


def nothing_turns(flip: FlipMap) -> str:
    """That one option is better all over a map; what the map is over."""
    low, high = figure(flip.pieces["y"].min()), figure(flip.pieces["y2"].max())
    better, most = flip.pieces["better"].iloc[0], percent(flip.pieces["x2"].max())
    if flip.about == "price":
        said = f"{better} costs less at every {flip.priced.lower()} and delay looked at"
        return ". ".join([said, *_delayed(flip)]) + "."
    if flip.about == "worth":
        return f"{better} is better at every discount rate up to {most}, whatever a month is worth."
    end = f"at a resale price of up to {most} of the market price path"
    return f"{better} costs less over every horizon from {low} to {high} months, {end}."


def _delayed(flip: FlipMap) -> list[str]:
    """What a delay does, and how often the delayed option still meets the need."""
    if not flip.met:
        return []
    name = flip.options["delayed"]
    first, *late = (
        f"in {percent(share)} of the futures {_delay(at) if at else 'at its mid date'}"
        for at, share in flip.met.items()
    )
    short = ""
    if flip.wanted_from is not None:
        short = f"; no hour counts as short before month {figure(flip.wanted_from)}"
    return [
        f"Later: what {name} pays from its arrival on comes later; servers, where it orders any, "
        f"keep the price of the day of their order{short}",
        f"{name} meets the need {', '.join([first, *late])}",
    ]


def grey(flip: FlipMap, plain: str, worth: str) -> list[str]:
    """What is true of a grey part of a map, where the first option is better with a month worth
    nothing and the second at its value: two short lines."""
    return [f"{_verb(flip)}: {plain}", f"better with the month: {worth}"]


def _grey(flip: FlipMap) -> list[str]:
    """Which option is better by which measure in the grey parts of a map, if there are any."""
    parts = flip.pieces[flip.pieces["plain"] != flip.pieces["worth"]]
    worth = f"with a month worth {usd(flip.month_usd)}"
    kinds = parts[["plain", "worth"]].drop_duplicates()
    if kinds.empty:
        return []
    first, then = kinds.iloc[0]
    if len(kinds) > 1 or not (first and then):
        which = "earlier one" if flip.about == "mfu" else "one of lower cost"
        return [f"Grey: the {which} is not the better one {worth}"]
    return [f"Grey: {first} is {_verb(flip)}, {then} better {worth}"]


def _verb(flip: FlipMap) -> str:
    return "earlier" if flip.about == "mfu" else "of lower cost"


def _month(flip: FlipMap) -> str:
    """The value of a month, if the scenario states one."""
    worth = f"{usd(flip.month_usd)} (the scenario's value)" if flip.month_usd else "nothing"
    return f"a month worth {worth}"


def _seen(flip: FlipMap) -> list[str]:
    """What the dots, bars, ticks and marks are."""
    kinds = flip.seen["kind"].value_counts()
    facts = f"{kinds.get(FACT, 0)} prices of an H100-hour"
    words = {
        DRAWN: "Dots: both as drawn, in single futures",
        USUAL: "Bar: P10 to P90",
        SET: "Dot: P50",
        FACT: f"Ticks: {facts} known on the as-of day",
        MARK: "Labelled lines: what came later",
    }
    if flip.about == "worth":
        words[USUAL] = "Bar: from the lowest to the highest rate that the scenario names"
        words[SET] = f"Dot: the rate that is set, {_month(flip)}"
    return [text for kind, text in words.items() if kind in kinds]


def _share(flip: FlipMap) -> list[str]:
    """How many of the pairs drawn lie where each option is better; nothing if all lie on one side
    or nothing is drawn."""
    if not flip.share or max(flip.share.values()) == 1:
        return []
    (a, here), (b, there) = flip.share.items()
    start = f"Of the pairs drawn {percent(here)} lie where {a} is {_verb(flip)} on the mean"
    return [f"{start}, {percent(there)} where {b} is"]


def _turns(
    start: str, along: pd.DataFrame, verb: str, axis: str, shown: Callable[[float], str]
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


def _delay(months: float) -> str:
    return f"{figure(abs(months), 0.1)} months {'late' if months >= 0 else 'early'}"


ALONG: dict[str, tuple[str, str, Callable[[float], str]]] = {
    "price": ("costs less", "", str),
    "worth": ("is better", "value of a month", lambda value: f"{usd(value)} a month"),
    "mfu": ("is earlier", "date", _delay),
    "resale": ("costs less", "resale price", lambda x: f"a resale share of {figure(x, 0.01)}"),
}
"""What an option is along the axis of a map, what the axis is, and how a value on it is said (of a
price, as the rental states it)."""
