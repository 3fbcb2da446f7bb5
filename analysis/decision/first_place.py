"""Who is first of the options that are likely to meet the need, in words of the headline."""

from typing import Any

from analysis.decision.answer import meets, title
from analysis.decision.wording import percent, usd


def words(headline: dict[str, Any]) -> str:
    """Who of the options that are likely to meet the need is first, up to which value of a month,
    and how that reads without an option that stands near the line; then who stands below it."""
    compared = headline["comparison"]
    if not compared["ranked"]:
        return "No option meets the need in half of the futures, so none is first."
    start = "Of the options that meet the need in at least half of the futures"
    said = [f"{start}, {_places(headline, compared['first_by_month'])}."]
    first = {place["option"] for place in compared["first_by_month"]}
    for option, near in compared["near_the_line"].items():
        if option in first:
            places = near["first_without"]
            without = _places(headline, places) if places else "none is first"
            said.append(f"{_near(headline, option, near['why'])}; without it {without}.")
    low = [o for o in headline["options"] if not headline["options"][o]["ranked"]]
    if low:
        shares = ", ".join(f"{title(headline, o)} ({percent(meets(headline, o))})" for o in low)
        said.append(f"Below the line: {shares}.")
    return " ".join(said)


NEARER = {
    "by_months": "the target is wanted by month {:g}",
    "from_months": "the service is wanted from month {:g}",
    "served_share": "a share of {:g} of it has to be served",
}
"""What moves an option across the line, by the choice of the need that does."""


def _near(headline: dict[str, Any], option: str, why: list[str]) -> str:
    """That an option stands near the line, and why."""
    often = f"{title(headline, option)} meets it in {percent(meets(headline, option))}"
    asked = [one.split(" ") for one in why if one != "chance"]
    moved = " or where ".join(NEARER[name].format(float(value)) for name, value in asked)
    if not moved:
        return f"{often}, too near to half to tell"
    side = "below" if headline["options"][option]["ranked"] else "above"
    return f"{often}, and stands {side} the line where {moved}"


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
