"""What costs most, at which rate which option is cheaper, who outspends the funds."""

import pandas as pd

from analysis.claims.words import listed
from analysis.wording import percent


def parts(frame: pd.DataFrame, pair: tuple[str, str] | None) -> str:
    """The largest part of each option of the pair, as a share of what is paid."""
    paid = frame[frame["usd"] > 0]
    words = []
    for option in pair or tuple(dict.fromkeys(frame["option"]))[:1]:
        mine = paid[paid["option"] == option].set_index("part")["usd"]
        if len(mine):
            share = percent(mine.max() / mine.sum())
            words.append(f"{option}, {mine.idxmax()} ({share} of what is paid)")
    return f"Largest part: {'; '.join(words)}" if words else "No option pays anything"


def rates(frame: pd.DataFrame, pair: tuple[str, str] | None) -> str:
    """Which of the pair has the lower median present cost at which rate."""
    if pair is None:
        return "Present cost at each discount rate"
    wide = frame.pivot(index="discount_rate_per_year", columns="option", values="p50")
    cheaper = {
        a: [f"{100 * r:g} %" for r in wide.index[wide[a] < wide[b]]] for a, b in (pair, pair[::-1])
    }
    words = [
        f"{option} is cheaper at {listed(rates)}" for option, rates in cheaper.items() if rates
    ]
    return "At P50 " + (listed(words) if words else "the two cost the same at every rate")


def funds(frame: pd.DataFrame) -> str:
    """Which option outspends the funds first at P50, and in which month."""
    over = frame[frame["p50_usd"] > frame["funding_usd"]]
    if over.empty:
        return "At P50 no option spends more than the funds within the horizon"
    month = over["month"].min()
    first = list(dict.fromkeys(over.loc[over["month"] == month, "option"]))
    are = "is" if len(first) == 1 else "are"
    return f"{listed(first)} {are} the first to outspend the funds: at P50 in month {month}"
