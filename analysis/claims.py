"""What a chart says: its title as a finding, computed from its table so that it stays true."""

from datetime import date

import pandas as pd

from analysis.wording import percent


def training(frame: pd.DataFrame) -> str:
    """Who trains first at P50, and who never does."""
    running = frame[frame["p50_gpus"] > 0]
    since = running.groupby("option", sort=False)["month"].min()
    if since.empty:
        return "At P50 no option ever has the GPUs to start the run"
    first = since[since == since.min()].index
    claim = f"{_listed(list(first))} trains first: at P50 from month {since.min()}"
    if len(first) > 1:
        claim = f"{_listed(list(first))} train first: at P50 from month {since.min()}"
    never = [option for option in dict.fromkeys(frame["option"]) if option not in since.index]
    return f"{claim}; {_listed(never)} never" if never else claim


def target(reached: pd.DataFrame, never: pd.DataFrame) -> str:
    """By when half of the futures of the fastest option have reached the target."""
    sums = reached.assign(total=reached.groupby("option", sort=False)["share"].cumsum())
    half = sums[sums["total"] >= 0.5].groupby("option", sort=False)["until"].min()
    if half.empty:
        best = never.iloc[int(never["share"].argmin())]
        missed = f"{best['option']} misses it in {percent(best['share'])}"
        return f"No option reaches the target in half of the futures; {missed}"
    first = [option for option in half.index if half[option] == half.min()]
    return f"Half of the futures of {_listed(first)} reach the target by {_month(half.min())}"


def power(here: pd.DataFrame, site: str) -> str:
    """In how many months mean power is below what the installed GPUs need at P50."""
    supply = here[here["kind"] == "stage"].groupby("month")["mw"].sum()
    need = here[here["kind"] == "need"]
    short = supply < need.set_index("month")["p50"]
    if not short.any():
        return f"{site}: mean power covers what the GPUs need in every month"
    last = short[short].index.max()
    months = f"{int(short.sum())} of {len(short)} months"
    return f"{site}: mean power is below the median need in {months}, the last of them month {last}"


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
        f"{option} is cheaper at {_listed(rates)}" for option, rates in cheaper.items() if rates
    ]
    return "At P50 " + (_listed(words) if words else "the two cost the same at every rate")


def funds(frame: pd.DataFrame) -> str:
    """Which option outspends the funds first at P50, and in which month."""
    over = frame[frame["p50_usd"] > frame["funding_usd"]]
    if over.empty:
        return "At P50 no option spends more than the funds within the horizon"
    month = over["month"].min()
    first = list(dict.fromkeys(over.loc[over["month"] == month, "option"]))
    are = "is" if len(first) == 1 else "are"
    return f"{_listed(first)} {are} the first to outspend the funds: at P50 in month {month}"


def moved(frame: pd.DataFrame) -> str:
    """Which input moves the difference in cost most, and which that in time."""
    tops = []
    for what in ("cost_usd", "months"):
        top = frame.iloc[int(frame[f"{what}_swing"].argmax())]
        tops.append(top["label"] if top[f"{what}_swing"] > 0 else "no input")
    if tops[0] == tops[1]:
        return f"{tops[0]}: moves the difference most, in cost and in time"
    return f"{tops[0]}: moves the cost most; {tops[1]}: the time"


def _month(day: str) -> str:
    return f"{date.fromisoformat(day):%B %Y}"


def _listed(words: list[str]) -> str:
    return (
        words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
    )
