"""The figures of two runs of one scenario beside each other, by their headlines."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis.decision.wording import figure, usd


def figures(headline: dict[str, Any], again: dict[str, Any]) -> pd.DataFrame:
    """Each figure that both runs have, first the options' costs, then those of the pair: its words
    in the first and the second, the standard error of the first, that of `both` together, and how
    many of these the two lie `apart`."""
    rows = []
    for name, option in headline["options"].items():
        other, title = again["options"][name], option["title"]
        rows.append((f"{title} meets the need", option["meets_need"], other["meets_need"], _share))
        costs = (run["compared_cost_usd"]["mean"] for run in (option, other))
        rows.append((f"{title}: mean compared cost", *costs, usd))
    runs = (headline["comparison"]["pairs"][:1], again["comparison"]["pairs"][:1])
    for pair, other in zip(*runs, strict=True):
        a, b = option_title(headline, pair["a"]), option_title(headline, pair["b"])
        means: list[tuple[str, str, Callable[..., str]]]
        means = [(f"Mean compared cost, {a} less {b}", "cost_difference_usd", usd)]
        alone = [(f"{a} costs less", "a_cheaper", _share)]
        if "by_months" in headline["choices"]:
            means.append((f"Mean months, {a} less {b}", "months_difference", figure))
            alone.append((f"{a} is earlier", "a_earlier", _share))
            alone.append(("Break-even value of a month", "break_even_month_usd", usd))
        rows += [(label, pair[key]["mean"], other[key]["mean"], say) for label, key, say in means]
        rows += [(label, pair[key], other[key], say) for label, key, say in alone]
    known = [row for row in rows if None not in (row[1]["value"], row[2]["value"])]
    return pd.DataFrame([_apart(*row) for row in known])


def _apart(
    label: str, first: dict[str, float], second: dict[str, float], say: Callable[..., str]
) -> dict[str, Any]:
    both = (first["se"] ** 2 + second["se"] ** 2) ** 0.5
    apart = abs(first["value"] - second["value"]) / both if both else 0.0
    words = {
        "first": say(first["value"], first["se"]),
        "second": say(second["value"], second["se"]),
    }
    error = say(first["se"], first["se"]) if first["se"] else "0"
    return {"figure": label} | words | {"error": error, "both": both, "apart": apart}


def _share(value: float, se: float | None = None) -> str:
    """A share in percent, with no more digits than its standard error supports."""
    return f"{figure(100 * value, 100 * se if se else None)} %"


def option_title(headline: dict[str, Any], option: str) -> str:
    """The title of an option as a headline holds it."""
    return str(headline["options"][option]["title"])
