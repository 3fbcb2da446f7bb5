"""What costs most and who outspends the funds; which rate turns the cost; unit costs, prices."""

import pandas as pd

from analysis.chapters.shared.words import agree, few, listed
from analysis.decision.wording import figure, percent


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
    """Which of the pair has the lower mean compared cost at which rate."""
    if pair is None:
        return "Compared cost at each discount rate"
    wide = frame.pivot(index="discount_rate_per_year", columns="option", values="mean")
    lower = {
        a: [f"{100 * r:g} %" for r in wide.index[wide[a] < wide[b]]] for a, b in (pair, pair[::-1])
    }
    words = [f"{option} at {listed(rates)}" for option, rates in lower.items() if rates]
    if not words:
        return "On the mean the two have the same compared cost at every rate"
    return f"Lower mean compared cost: {listed(words)}"


def funds(frame: pd.DataFrame) -> str:
    """Which option outspends the funds first at P50, and in which month."""
    over = frame[frame["p50_usd"] > frame["funding_usd"]]
    if over.empty:
        return "At P50 no option spends more than the funds within the horizon"
    month = over["month"].min()
    first = list(dict.fromkeys(over.loc[over["month"] == month, "option"]))
    if frame["option"].nunique() == 1:
        return f"At P50 {first[0]} outspends the funds in month {month}"
    outspend = agree(first, "outspends", "outspend")
    return f"{few(first)} {outspend} the funds first: at P50 in month {month}"


def steps(frame: pd.DataFrame) -> str:
    """The part that saves most and the part that adds most, second option less first."""
    first, second = frame.loc[frame["kind"] == "option", "label"]
    parts_ = frame[frame["kind"] == "part"]
    largest = parts_["usd"].abs().max() if len(parts_) else 0.0
    size, unit = (1e9, "billion USD") if largest >= 1e9 else (1e6, "million USD")
    words = []
    for mark, sign in (("−", -1), ("+", 1)):
        amounts = sign * parts_["usd"]
        if (amounts > 0).any():
            part = parts_["label"].iloc[int(amounts.argmax())]
            words.append(f"{part} {mark}{figure(amounts.max() / size)}")
    if not words:
        return f"{second} and {first} are counted the same in every part"
    return f"{second} less {first}, {unit}: {', '.join(words)}"


def units(frame: pd.DataFrame) -> str:
    """Which of the options that are ranked pays least per H100-hour and per unit of useful compute,
    by the ratio of means."""
    words = []
    for measure, word in (("usd_per_h100_hour", "H100-hour"), ("usd_per_pflop_day", "PFLOP-day")):
        mine = frame[(frame["measure"] == measure) & frame["ranked"]].dropna(
            subset=["ratio_of_means"]
        )
        best = list(mine.loc[mine["ratio_of_means"] == mine["ratio_of_means"].min(), "option"])
        words += [f"{listed(best)} per {word}"] if best else []
    if not frame["ranked"].any():
        return "No option meets the need in half of the futures; what a unit costs"
    if frame["option"].nunique() == 1 or not words:
        return "Present cost per unit of what is delivered"
    among = "" if frame["ranked"].all() else ", of those that meet the need in half of the futures"
    return f"Least per unit: {'; '.join(words)}{among}"


def prices(frame: pd.DataFrame, what: str) -> str:
    """What the price of an hour or a machine of each chip is at the horizon at P50, over its price
    today."""
    last = frame[frame["month"] == frame["month"].max()]
    words = [f"{percent(row['p50'])} ({row['chip']})" for _, row in last.iterrows()]
    return f"At the horizon the market price of {what} stands at P50 at {listed(words)} of today's"
