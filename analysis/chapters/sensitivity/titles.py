"""Which input moves a headline most, and which explains most of its variance."""

import pandas as pd

from analysis.chapters.shared.rows import title
from analysis.chapters.shared.words import listed
from analysis.decision.ranking import Place
from analysis.decision.wording import percent, usd
from analysis.model.simulation import Result

OF_ONE = {"cost_usd": "compared cost", "months": "months to the target"}


def moved(frame: pd.DataFrame) -> str:
    """Which input moves the difference in cost most, and whether it is that of time too."""
    cost, time = _top(frame, "cost_usd"), _top(frame, "months")
    if cost is None:
        return "No input alone moves the cost"
    both = " and time move" if cost == time else " moves"
    return f"Cost{both} most with {cost}"


def moved_in_time(frame: pd.DataFrame) -> str:
    """Which input moves the difference in time most, where it is not that of cost."""
    time = _top(frame, "months")
    return "" if time in (None, _top(frame, "cost_usd")) else f"Time moves most with {time}. "


def _top(frame: pd.DataFrame, what: str) -> str | None:
    """The input that moves something most, in quotes; None if none moves it."""
    top = frame.iloc[int(frame[f"{what}_swing"].argmax())]
    return f"\u201c{top['label']}\u201d" if top[f"{what}_swing"] > 0 else None


def turning(frame: pd.DataFrame) -> str:
    """How many of the inputs turn the choice alone, of those that are moved one at a time."""
    cheap, early = (int(frame[f"flips_{what}"].sum()) or "none" for what in ("cheaper", "earlier"))
    dated = (frame["months_swing"] > 0).any()
    also = f" and {early} which is earlier" if dated else ""
    return (
        f"Of {len(frame)} inputs moved alone, {cheap} can turn which of the two costs less{also}."
    )


def headline_words(row: pd.Series) -> str:
    """What a row of the indices explains, in words."""
    if row["measure"] == "reaches":
        return f"whether {row['a']} reaches the target"
    if row["measure"] == "meets":
        return f"whether {row['a']} meets the need"
    if row["b"]:
        return f"the difference in {OF_ONE[row['measure']]}"
    return f"the {OF_ONE[row['measure']]} of {row['a']}"


def explained(frame: pd.DataFrame) -> str:
    """Which input explains the largest part of the variance of one headline, or which two where
    their intervals overlap; where those of more do, how many."""
    what, top = headline_words(frame.iloc[0]), frame.iloc[int(frame["total"].argmax())]
    level = frame[frame["total_high"] > top["total_low"]].sort_values("total", ascending=False)
    names = listed([short(row) for _, row in level.iterrows()])
    if len(level) > 2:
        return f"{len(level)} inputs are level in what they explain of {what}"
    if len(level) == 2:
        return f"{names} explain the largest parts of {what}"
    most = f"{share(top['total'])} of its variance in total"
    return f"{names} explains the largest part of {what}: {most}"


def by_chance(panels: list[pd.DataFrame]) -> list[str]:
    """What to think of an index in total that lies below that alone, if one does."""
    below = any((panel["total"] < panel["first"]).any() for panel in panels)
    words = "An index in total may fall below that alone by chance, within the intervals."
    return [words] * below


def short(row: pd.Series) -> str:
    """The label of a row; of several inputs, the first and how many are tied to it."""
    first = str(row["label"]).split("; ")[0]
    return f"{first} (with {row['inputs'] - 1} tied to it)" if row["inputs"] > 1 else first


def share(value: float) -> str:
    """An index as a share in percent; what lies outside 0 to 1 by chance is cut off."""
    return percent(min(max(value, 0.0), 1.0))


def unexplained(row: pd.Series) -> str:
    """Why a headline has no shares, as a sentence."""
    what = headline_words(row)
    if row["unexplained"] == "never":
        return f"There is nothing to explain in {what}: all futures agree."
    return f"Too few futures differ in {what} ({share(row['differs'])}) to tell a share of it."


def together(row: pd.Series) -> str:
    """How much the inputs explain one by one, and what is left to their acting together; or why
    nothing can be told."""
    if row["unexplained"]:
        return unexplained(row)
    what = headline_words(row)
    alone = f"One by one the inputs explain {share(row['together'])} of the variance of {what}"
    if row["together_high"] >= 1:
        return f"{alone}: what they do only in combination cannot be told from zero."
    rest = share(1 - row["together"])
    return f"{alone}; {rest} arises only where they act together."


def places(result: Result, found: list[Place]) -> str:
    """Who is first, from which value of a month on."""
    names = [title(result, place.option) for place in found]
    if not names:
        return "none"
    ends = [usd(place.from_usd) for place in found[1:]]
    parts = [f"{name} up to {end} a month" for name, end in zip(names, ends, strict=False)]
    dated = result.scenario.need.by_months is not None
    last = "beyond" if parts else "whatever a month is worth" if dated else ""
    return ", ".join([*parts, f"{names[-1]} {last}".strip()])
