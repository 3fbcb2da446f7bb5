"""What costs most and who outspends the funds; unit costs, end values, prices, a deal's value."""

from typing import Any

import pandas as pd

from analysis.chapters.shared.words import agree, listed
from analysis.decision.wording import figure, percent, usd
from analysis.model.draws import HOURS_PER_MONTH


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
    if frame["option"].nunique() == 1:
        return f"At P50 {first[0]} outspends the funds in month {month}"
    are = agree(first, "is", "are")
    return f"{listed(first)} {are} the first to outspend the funds: at P50 in month {month}"


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
        return f"{second} and {first} cost the same in every part"
    return f"{second} less {first}, {unit}: {', '.join(words)}"


def years(frame: pd.DataFrame) -> str:
    """The option that pays most within one year at P50, and in which year."""
    top = frame.iloc[int(frame["p50"].argmax())]
    if top["p50"] <= 0:
        return "At P50 no option pays on balance in any year"
    ties = frame[(frame["p50"] == top["p50"]) & (frame["year"] == top["year"])]
    names = listed(list(dict.fromkeys(ties["option"])))
    return f"Most within one year at P50: {names} in year {top['year']}, {usd(top['p50'])}"


def units(frame: pd.DataFrame) -> str:
    """Which option is cheapest per unit, by the ratio of means: of GPU-hours and of compute."""
    words = []
    for measure, word in (("usd_per_gpu_hour", "GPU-hour"), ("usd_per_pflop_day", "PFLOP-day")):
        mine = frame[frame["measure"] == measure].dropna(subset=["ratio_of_means"])
        best = list(mine.loc[mine["ratio_of_means"] == mine["ratio_of_means"].min(), "option"])
        words.append((word, listed(best)))
    if not words[0][1]:
        return "No option delivers any GPU-hour"
    if frame["option"].nunique() == 1:
        return f"{words[0][1]}: present cost per GPU-hour and per useful PFLOP-day"
    if words[0][1] == words[1][1]:
        return f"Cheapest per GPU-hour and per useful PFLOP-day: {words[0][1]}"
    said = "; ".join(f"per {word}: {best or 'none'}" for word, best in words)
    return f"Cheapest {said}"


def ends(frame: pd.DataFrame, pair: tuple[str, str] | None) -> str:
    """What is left of each option of the pair at P50 at the horizon."""
    mine = frame.set_index("option")["p50"]
    words = []
    for option in pair or tuple(mine.index[:1]):
        owed = ", a liability" if mine[option] < 0 else ""
        words.append(f"{option} {usd(mine[option]) if mine[option] else 'nothing'}{owed}")
    return f"Left at the horizon at P50: {'; '.join(words)}"


def prices(frame: pd.DataFrame) -> str:
    """What the price of each chip is at the horizon at P50, over its price today."""
    last = frame[frame["month"] == frame["month"].max()]
    words = [f"{percent(row['p50'])} ({row['chip'].upper()})" for _, row in last.iterrows()]
    return f"At the horizon market prices stand at P50 at {listed(words)} of today's"


def deal(stated: dict[str, Any]) -> str:
    """How long a deal's value lasts at the prices assumed."""
    low, _, high = stated["price"]
    hours = stated["gpus"] * HOURS_PER_MONTH
    months = dict.fromkeys(f"{stated['usd'] / (hours * price):.0f}" for price in (high, low))
    gpus = figure(stated["gpus"], digits=6)
    return f"{usd(stated['usd'])} pay for {gpus} GPUs for {' to '.join(months)} months, P10 to P90"
