"""Where it turns which option is better, on a map of price and delay, in words."""

from analysis.chapters.sensitivity.map_tables import DRAWN, FACT, MARK, FlipMap
from analysis.decision.wording import figure, percent, usd


def flips(flip: FlipMap) -> str:
    """Which option costs less from where to where in the price, with the other at its mid date."""
    start = f"With {flip.options['delayed']} at its mid date"
    names = [name or "neither" for name in flip.along["better"]]
    ends = [f"{figure(value, 0.01)} {flip.unit}" for value in flip.along["high"]]
    if len(names) == 1:
        every = f"at every {flip.priced.lower()} shown"
        even = f"neither option costs less at any {flip.priced.lower()} shown"
        return f"{start} {even if names == ['neither'] else f'{names[0]} costs less {every}'}"
    middle = [f"{name} from there to {end}" for name, end in zip(names, ends, strict=True)][1:-1]
    first = f"{start} {names[0]} costs less up to {ends[0]}"
    return ", ".join([first, *middle, f"{names[-1]} beyond"])


def flips_note(flip: FlipMap) -> str:
    """What the colours, the lines and the marks of a map mean, and how much of what was drawn lies
    on either side."""
    plain = "Line: even on the mean"
    parts = [plain + ", a month worth nothing" * flip.dated]
    if (flip.lines["line"] == "worth").any():
        parts.append(
            f"Broken line: even with a month worth {usd(flip.month_usd)} (the scenario's value)"
        )
    return ". ".join([*parts, *_grey(flip), *_seen(flip), *_share(flip), *_delayed(flip)])


def nothing_turns(flip: FlipMap) -> str:
    """That one option is better all over a map; what the map is over."""
    better = flip.pieces["better"].iloc[0]
    said = f"{better} costs less at every {flip.priced.lower()} and delay looked at"
    return ". ".join([said, *_delayed(flip)]) + "."


def _delayed(flip: FlipMap) -> list[str]:
    """What a delay does, and how often the delayed option still meets the need."""
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


def _delay(months: float) -> str:
    return f"{figure(abs(months), 0.1)} months {'late' if months >= 0 else 'early'}"


def _grey(flip: FlipMap) -> list[str]:
    """Which option is better by which measure in the grey parts of a map, if there are any."""
    parts = flip.pieces[flip.pieces["plain"] != flip.pieces["worth"]]
    worth = f"with a month worth {usd(flip.month_usd)}"
    kinds = parts[["plain", "worth"]].drop_duplicates()
    if kinds.empty:
        return []
    first, then = kinds.iloc[0]
    if len(kinds) > 1 or not (first and then):
        return [f"Grey: the one of lower cost is not the better one {worth}"]
    return [f"Grey: {first} is of lower cost, {then} better {worth}"]


def _seen(flip: FlipMap) -> list[str]:
    """What the dots, ticks and marks are."""
    kinds = flip.seen["kind"].value_counts()
    facts = f"{kinds.get(FACT, 0)} prices of an H100-hour"
    words = {
        DRAWN: "Dots: both as drawn, in single futures",
        FACT: f"Ticks: {facts} known on the as-of day",
        MARK: "Labelled lines: what came later",
    }
    return [text for kind, text in words.items() if kind in kinds]


def _share(flip: FlipMap) -> list[str]:
    """How many of the pairs drawn lie where each option is better; nothing if all lie on one side
    or nothing is drawn."""
    if not flip.share or max(flip.share.values()) == 1:
        return []
    (a, here), (b, there) = flip.share.items()
    start = f"Of the pairs drawn {percent(here)} lie where {a} is of lower cost on the mean"
    return [f"{start}, {percent(there)} where {b} is"]
