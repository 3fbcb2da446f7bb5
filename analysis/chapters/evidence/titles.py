"""What was public by the day of decision, and how prices lie to what is assumed."""

import pandas as pd

from analysis.decision.wording import percent


def ledger_timeline(frame: pd.DataFrame, as_of: str) -> str:
    """How many facts are cited, how many others were public, how many came later."""
    used, later = int(frame["used"].sum()), int(frame.loc[~frame["known"], "facts"].sum())
    others = int(frame["facts"].sum()) - later - used
    return (
        f"Public by {as_of}: {used} facts that are cited here and {others} that are not; "
        f"{later or 'none'} came later"
    )


def prices_in_range(prices: pd.Series, low: float, high: float, what: str = "prices") -> str:
    """The share of the prices public by then that lie within the range assumed."""
    if prices.empty:
        return f"There were no {what} public by then to hold the range against"
    inside = percent(float(((prices >= low) & (prices <= high)).mean()))
    return f"{inside} of the {len(prices)} {what} public by then lie within the range assumed"


def price_and_latest(usd: float, frame: pd.DataFrame, price: str, what: str = "prices") -> str:
    """How one assumed price stands to those of the latest day (columns date and `price`)."""
    if frame.empty:
        return f"There were no {what} public by then to hold the price assumed against"
    latest = frame.loc[frame["date"] == frame["date"].max(), price]
    low, high = float(latest.min()), float(latest.max())
    lies = "below" if usd < low else "above" if usd > high else "at" if low == high else "within"
    seen = f"{low:,g}" if low == high else f"{low:,g} to {high:,g}"
    day = frame["date"].max()[:7]
    return f"{usd:,g} USD is {lies} the latest of the {what} public by then, {seen} of {day}"
