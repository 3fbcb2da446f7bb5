"""Which limits an option breaks, and in how many futures, in words."""

from typing import Any

from analysis.decision.wording import percent, stated, usd
from analysis.model import comparison
from analysis.model.simulation import Result


def limit(name: str, most: float) -> str:
    """A limit in words, e.g. `150 MW`."""
    if name == "usd_per_year":
        return f"{usd(most)} in a year"
    return f"{stated(most)} {'MW' if name == 'peak_mw' else 'tCO2'}"


def broken(headline: dict[str, Any], option: str) -> str:
    """The limits that an option of a headline breaks in some futures, e.g. `over 150 MW in 88 % of
    futures`; empty if it breaks none."""
    shares = headline["options"][option].get("breaks", {})
    return _over(headline.get("limits", {}), {o: one["value"] for o, one in shares.items()})


def broken_in(result: Result, option: str) -> str:
    """The same of an option of a run."""
    limits = result.scenario.limits
    shares = comparison.breaks(result, option)
    return _over(
        {} if limits is None else limits.stated, {o: float(x.mean()) for o, x in shares.items()}
    )


def _over(limits: dict[str, float], shares: dict[str, float]) -> str:
    often = [
        f"over {limit(name, limits[name])} in {percent(share)}"
        for name, share in shares.items()
        if share
    ]
    return f"{' and '.join(often)} of futures" if often else ""
