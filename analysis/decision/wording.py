"""Numbers as people read them, with no more digits than their standard error supports.

They are worded here because libraries round to a number of digits, not to the error of an estimate.
"""

import math
from collections.abc import Mapping
from datetime import date

from analysis.model.estimates import Estimate

LARGEST_IN_FULL = 1e10
LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"))


def percent(share: float) -> str:
    """A probability in whole percent; never 0 or 100 where it is not exactly that."""
    if 0 < share <= 0.005:
        return "under 1 %"
    if 0.995 <= share < 1:
        return "over 99 %"
    return f"{100 * share:.0f} %"


def figure(value: float, se: float | None = None, digits: int = 3) -> str:
    """A number with at most so many significant digits, and none below its standard error."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    last = _power(value, digits) - digits + 1
    if float(value).is_integer():
        last = max(last, 0)
    if se:
        last = max(last, math.floor(math.log10(se)))
    shown = round(value, -last) + 0.0
    return f"{shown:,.{max(0, -last)}f}"


def _power(value: float, digits: int) -> int:
    """The power of ten of the first digit that is shown, 0.9996 being shown as 1.00."""
    return int(f"{value:.{digits - 1}e}".split("e")[1])


def stated(value: float) -> str:
    """A number as a scenario states it: 16,000 or 0.15 or 1.5e+26."""
    whole = value == round(value) and abs(value) < LARGEST_IN_FULL
    return f"{value:,.0f}" if whole else f"{value:.6g}"


def usd(value: float, se: float | None = None) -> str:
    """An amount of money in words, e.g. `6.41 billion USD`."""
    return f"{large(value, se)} USD"


def large(value: float, se: float | None = None) -> str:
    """A number in words, e.g. `6.41 billion`."""
    rounded = float(figure(abs(value), se).replace(",", ""))
    for size, word in LARGE:
        if max(rounded, float(f"{abs(value):.3g}")) >= size:
            return f"{figure(value / size, se / size if se else None)} {word}"
    return figure(value, se)


def scale(largest: float) -> tuple[float, str]:
    """The unit, with its word, for numbers side by side of which this is the largest, so that the
    small ones need few decimals: 8,400 million, 84 million, 8,400 thousand."""
    return next(((size, word) for size, word in LARGE[2:] if abs(largest) >= 10 * size), (1.0, ""))


def usd_range(low: Estimate, high: Estimate, mid: float) -> str:
    """Two amounts in the unit of the one that stands beside, e.g. `5.09 to 8.70 billion USD`."""
    if low.value is None or high.value is None:
        return "not known"
    size, word = next(
        ((s, f"{w} USD") for s, w in LARGE if float(f"{abs(mid):.3g}") >= s), (1, "USD")
    )
    ends = (figure(e.value / size, (e.se or 0) / size) for e in (low, high) if e.value is not None)
    return f"{' to '.join(ends)} {word}"


def spread(low: str, mid: str, high: str) -> str:
    """P50 (P10 to P90) of what is in words already; the one where all read the same."""
    return mid if low == mid == high else f"{mid} ({low} to {high})"


def with_error(mean: Estimate) -> str:
    """An amount of money and its standard error."""
    return f"{usd(mean.value or 0.0, mean.se)} (± {usd(mean.se or 0.0, mean.se)})"


def short_month(day: date) -> str:
    """A day as its month in three letters and its year."""
    return f"{day:%b %Y}"


def estimate(one: Mapping[str, float | None]) -> Estimate:
    """An estimate as the headline holds it."""
    return Estimate(one["value"], one["se"])
