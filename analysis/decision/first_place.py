"""Who is first of the options that are likely to meet the need, in words of the headline."""

from typing import Any

from analysis.decision import limit_words
from analysis.decision.reading import meets, title
from analysis.decision.wording import percent, usd


def words(headline: dict[str, Any]) -> str:
    """Who of the options that are likely to meet the need is first, up to which value of a month,
    and how that reads without an option that stands near the line; then who stands below it."""
    compared = headline["comparison"]
    if not compared["ranked"]:
        return "No option meets the need in half of the futures, so none is first."
    start = "Of the options that meet the need in at least half of the futures"
    said = [f"{start}, {_places(headline, compared['first_by_month'])}."]
    for option, places in compared["near_by_chance"].items():
        often = f"{title(headline, option)} meets it in {percent(meets(headline, option))}"
        without = _places(headline, places) if places else "none is first"
        said.append(f"{often}, too near to half to tell; without it {without}.")
    low = [o for o in headline["options"] if not headline["options"][o]["ranked"]]
    if low:
        said.append(f"Below the line: {', '.join(_low(headline, o) for o in low)}.")
    return " ".join([*said, *_other_needs(headline)])


def _low(headline: dict[str, Any], option: str) -> str:
    """An option below the line, how often it meets the need, and the limits that it breaks."""
    said = [percent(meets(headline, option)), limit_words.broken(headline, option)]
    return f"{title(headline, option)} ({'; '.join(filter(None, said))})"


ASKED = {
    "by_months": "Were the target wanted by month {:g}",
    "from_months": "Were the service wanted from month {:g}",
    "served_share": "Were a share of {:g} of the service asked for",
}
"""Another need in words, by the choice that is another."""


def _other_needs(headline: dict[str, Any]) -> list[str]:
    """Who is first at other needs at which an option crosses the line."""
    found = []
    for other in headline["comparison"]["other_needs"]:
        places = other["first_by_month"]
        who = _places(headline, places) if places else "none would be ranked"
        found.append(f"{ASKED[other['choice']].format(other['value'])}: {who}.")
    return found


def _places(headline: dict[str, Any], places: list[dict[str, Any]]) -> str:
    """Who is first, and from which value of a month on who else."""
    first, *later = places
    words = f"{title(headline, first['option'])} is first"
    if not later:
        return words + (" whatever a month is worth" if "by_months" in headline["choices"] else "")
    words += f" while a month is worth under {usd(later[0]['from_usd'])}"
    for place, after in zip(later, [*later[1:], None], strict=True):
        until = f" to {usd(after['from_usd'])}" if after else " on"
        words += f", {title(headline, place['option'])} from there{until}"
    return words
