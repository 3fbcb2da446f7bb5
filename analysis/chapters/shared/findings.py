"""What findings say of the two options of the question: in the words and figures of the verdict,
the option that it is about first."""

from collections.abc import Callable
from datetime import date

from analysis.decision.reading import Headline, outspent, title
from analysis.decision.verdict import verdict
from analysis.decision.wording import percent, short_month, usd


def differ(headline: Headline, say: Callable[[Headline, str, str], str]) -> str:
    """How the two differ, in a sentence of the verdict; nothing of an option alone."""
    options = _asked(headline)
    words = say(headline, *options) if len(options) == 2 else ""
    both = " beside ".join(title(headline, option) for option in options)
    return f"{both}: {words[0].lower()}{words[1:]}" if words else ""


def target(headline: Headline) -> str:
    """When each reaches the target."""
    return _each(headline, "The target is reached at P50", lambda option: _day(headline, option))


def served(headline: Headline) -> str:
    """How much of the service each serves."""
    shares = {o: one["served_share"]["mean"]["value"] for o, one in headline["options"].items()}
    return _each(headline, "Served of the hours wanted", lambda option: percent(shares[option]))


def paid(headline: Headline) -> str:
    """How often the funds run out; where none are stated, how much cash has to be there."""
    funds = headline["choices"].get("funding_usd")
    if funds is not None:
        what = f"Funds of {usd(funds)} are outspent"
        return _each(headline, what, lambda option: f"in {percent(outspent(headline, option))}")
    needs = {o: one["deepest_cash_usd"]["p50"] for o, one in headline["options"].items()}
    what = "Cash that must be there at P50"
    return _each(headline, what, lambda o: usd(needs[o]["value"], needs[o]["se"]))


def _asked(headline: Headline) -> list[str]:
    """The option that the verdict is about and the other one of the question, if there is one."""
    pair = headline["comparison"]["pair"] or list(headline["options"])
    about = verdict(headline).option or pair[0]
    return [about, *(option for option in pair if option != about)]


def _each(headline: Headline, what: str, say: Callable[[str], str]) -> str:
    said = (f"{title(headline, option)} {say(option)}" for option in _asked(headline))
    return f"{what}: {', '.join(said)}."


def _day(headline: Headline, option: str) -> str:
    day: str | None = headline["options"][option]["target_months"]["p50_day"]
    return f"in {short_month(date.fromisoformat(day))}" if day else "beyond the horizon"
