"""Cash by year against the funds."""

from typing import Any

from analysis.pages.markup import Html, safe, table
from analysis.pages.options import spread, usd_size
from analysis.wording import percent, usd


def cash(headline: dict[str, Any]) -> Html:
    """Cash by year, the deepest need and how long the funds last, with one sentence."""
    rows: dict[str, list[str]] = {}
    word, size = usd_size(headline)
    for found in headline["options"].values():
        for year, amount in enumerate(found["cash_by_year_usd"], start=1):
            rows.setdefault(f"Year {year}, {word}", []).append(spread(amount, size))
        rows.setdefault(f"Deepest need, {word}", []).append(spread(found["deepest_cash_usd"], size))
        if "funds_last_months" in found:
            short = found["funds_last_months"]["within_horizon"]["value"]
            rows.setdefault("Outspends the funds", []).append(f"in {percent(short)}")
            rows.setdefault("Funds last, months", []).append(spread(found["funds_last_months"]))
    heads = ["Cash spent", *(found["title"] for found in headline["options"].values())]
    shown = table(heads, [[label, *cells] for label, cells in rows.items()])
    return Html(shown.data + f"<p>{safe(_cash_sentence(headline))}</p>")


def _cash_sentence(headline: dict[str, Any]) -> str:
    funding = headline["choices"].get("funding_usd")
    if funding is None:
        return "The scenario states no funds to compare with."
    words = []
    for found in headline["options"].values():
        share = found["funds_last_months"]["within_horizon"]["value"]
        words.append(f"{found['title']} in {percent(share)}")
    return (
        f"Funds of {usd(funding)} are outspent within the horizon by "
        f"{', '.join(words)} of futures; "
        "later money is not counted."
    )
