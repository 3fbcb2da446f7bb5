"""A later look at one option, and the options scored by the weights of the reader."""

from typing import Any

import numpy as np
import pandas as pd

from analysis import estimates, switching, value, weights
from analysis.comparison import Result
from analysis.tables.common import three, title

QUANTILES = ("p10_usd", "p50_usd", "p90_usd")


def gate(result: Result) -> pd.DataFrame:
    """The look of a gate by month and by what is seen then (`there`: whether the date came): two
    rows a month. Empty if there is no pair and no gate.

    Columns: option and other (titles), seen, stated (whether the scenario has the gate), month, own
    (whether it is the gate's month), there, share of futures, go_on_usd and switch_usd (mean
    burdens; None where nothing is so), the gap of switching less going on (mean_usd, p10_usd,
    p50_usd, p90_usd; gap_se_usd of the mean), switches, lost_usd (the mean over all futures of what
    switching loses), gain_usd and se_usd of the look over the better one at once, best_now (its
    title), month_usd and month_stated (the value of a month).
    """
    at = switching.gate(result)
    if at is None:
        return pd.DataFrame()
    month_usd, month_stated = value.month_usd(result)
    best = min(
        (at.option, at.switch_to), key=lambda o: value.burden_usd(result, o, month_usd).mean()
    )
    common = {
        "option": title(result, at.option),
        "other": title(result, at.switch_to),
        "seen": at.seen,
        "stated": switching.is_stated(result, at),
        "best_now": title(result, best),
        "month_usd": month_usd,
        "month_stated": month_stated,
    }
    rows = []
    for look in switching.looks(result, at):
        one: dict[str, Any] = {"month": look.month, "own": look.month == at.month.value}
        one |= {"gain_usd": look.gain.value, "se_usd": look.gain.se}
        one |= {"lost_usd": look.lost_usd.mean()}
        rows += [common | one | _seen(look, there) for there in (True, False)]
    return pd.DataFrame(rows)


def _seen(look: switching.Looked, there: bool) -> dict[str, Any]:
    here = look.came == there
    share = {"there": there, "share": float(here.mean())}
    if not here.any():
        names = ("go_on_usd", "switch_usd", "mean_usd", "gap_se_usd", *QUANTILES)
        return share | dict.fromkeys(names, None) | {"switches": False}
    go_on, switch = look.go_on_usd[here], look.switch_usd[here]
    mean, quantiles = estimates.mean(switch - go_on), three(switch - go_on).values()
    gap = {"mean_usd": mean.value, "gap_se_usd": mean.se}
    gap |= dict(zip(QUANTILES, quantiles, strict=True))
    return (
        share
        | {"go_on_usd": float(go_on.mean()), "switch_usd": float(switch.mean())}
        | gap
        | {"switches": bool(look.chosen[here][0] == switching.SWITCH)}
    )


def weighted(result: Result, seed: int) -> pd.DataFrame:
    """The options scored on every criterion, best first: one row per option and criterion with
    columns option, criterion (titles), score (0 to 100), weight (a share), points (their product),
    total, rank, and over random weights first (the share in which it is first), low and high (P10
    and P90 of its weighted score). Empty without criteria or without such options.
    """
    scores = weights.scores(result)
    if scores.empty:
        return pd.DataFrame()
    share = weights.shares(result)
    each = scores.to_numpy() * np.array(list(share.values()))
    total = each.sum(axis=1)
    random = weights.random_totals(scores.to_numpy(), weights.RANDOM_WEIGHTS, seed)
    low, high = np.quantile(random, (0.1, 0.9), axis=0)
    about = zip(total, weights.ranked(total), weights.first_shares(random), low, high, strict=True)
    rows = []
    for name, points, numbers in zip(scores.index, each, about, strict=True):
        whole = dict(zip(("total", "rank", "first", "low", "high"), numbers, strict=True))
        for key, part in zip(share, points, strict=True):
            row = {"option": title(result, name), "score": scores.loc[name, key]}
            row |= {"criterion": result.scenario.criteria[key].title, "weight": share[key]}
            rows.append(row | {"points": part} | whole)
    return pd.DataFrame(rows).sort_values("rank", kind="stable", ignore_index=True)
