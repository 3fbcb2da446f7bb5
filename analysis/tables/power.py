"""The power of each site by stage, and what its GPUs need."""

from typing import Any

import pandas as pd

from analysis import comparison
from analysis.comparison import Result
from analysis.tables.common import day, quantile_rows, title


def site_power(result: Result) -> pd.DataFrame:
    """Per owned site and month: mean MW that each stage carries (kind `stage`), and the MW that the
    installed GPUs need (kind `need`: p10, p50, p90). `option` is the first that owns GPUs there."""
    rows = []
    for site, option in _owned_sites(result).items():
        bands, table = result.bands[option], result.scenario.sites[site]
        there = {"site": table.title, "option": title(result, option)}
        for key, stage in table.stages.items():
            mean = result.means[option][f"stage_mw:{site}:{key}"].tolist()
            rows += _monthly(result, mean, **there, kind="stage", stage=stage.title)
        low, mid, high = quantile_rows(bands[f"needed_mw:{site}"])
        for row, a, b in zip(
            _monthly(result, mid, **there, kind="need", stage="need"),
            low,
            high,
            strict=True,
        ):
            rows.append(row | {"p10": a, "p50": row["mw"], "p90": b})
    return pd.DataFrame(rows)


def _monthly(result: Result, mw: list[float], **labels: str) -> list[dict[str, Any]]:
    return [
        labels | {"month": month, "day": day(result, month + 0.5), "mw": value}
        for month, value in enumerate(mw)
    ]


def _owned_sites(result: Result) -> dict[str, str]:
    """Site -> the option of the question that owns GPUs there, else the first that does."""
    asked = comparison.pair(result.scenario) or ()
    found: dict[str, str] = {}
    for option in (*asked, *result.options):
        for name in result.bands[option]:
            if name.startswith("needed_mw:"):
                found.setdefault(name.removeprefix("needed_mw:"), option)
    return found
