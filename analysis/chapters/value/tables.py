"""What time is worth to the choice, what a choice costs in hindsight, what knowledge is worth."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.chapters.shared.rows import three, title
from analysis.decision import second_look, swing_weights, value_of_information, value_of_time
from analysis.decision.value_of_time import FORMS
from analysis.model import comparison, estimates
from analysis.model.simulation import Result
from analysis.scenario.schema import EVERYTHING


def gate(result: Result) -> pd.DataFrame:
    """The look of a gate by month and by what is seen then (`there`: whether the date came): two
    rows a month. Empty where there is nothing to look at (`second_look.gate`).

    Columns: option and other (titles), seen, stated (whether the scenario has the gate), month, own
    (whether it is the gate's month), there, share of futures, go_on_usd and switch_usd (mean
    burdens; None where nothing is so), switches, lost_usd (the mean over all futures of what
    switching loses), gain_usd and se_usd of the look over the better one at once, best_now (its
    title), month_usd and month_stated (the value of a month).
    """
    at = second_look.gate(result)
    if at is None:
        return pd.DataFrame()
    month_usd = value_of_time.month_usd(result)
    best = min(
        (at.option, at.switch_to),
        key=lambda o: value_of_time.burden_usd(result, o, month_usd).mean(),
    )
    common: dict[str, Any] = {
        "option": title(result, at.option),
        "other": title(result, at.switch_to),
        "seen": at.seen,
        "stated": second_look.is_stated(result, at),
        "best_now": title(result, best),
        "month_usd": month_usd,
        "month_stated": result.scenario.value.month_usd is not None,
    }
    rows = []
    for look in second_look.looks(result, at):
        row = common | {"month": look.month, "own": look.month == at.month.value}
        row |= {"gain_usd": look.gain.value, "se_usd": look.gain.se}
        row |= {"lost_usd": look.lost_usd.mean()}
        rows += [row | _seen(look, there) for there in (True, False)]
    return pd.DataFrame(rows)


def _seen(look: second_look.Looked, there: bool) -> dict[str, Any]:
    here = look.came == there
    share = {"there": there, "share": float(here.mean())}
    if not here.any():
        return share | {"go_on_usd": None, "switch_usd": None, "switches": False}
    return share | {
        "go_on_usd": float(look.go_on_usd[here].mean()),
        "switch_usd": float(look.switch_usd[here].mean()),
        "switches": bool(look.chosen[here][0] == second_look.SWITCH),
    }


def weighted(result: Result, seed: int) -> pd.DataFrame:
    """The options scored on every criterion, best first: one row per option and criterion with
    columns option, criterion (titles), score (0 to 100), weight (a share), total, rank, and first
    (the share of random weights under which it is first). Empty without criteria or with fewer than
    two such options.
    """
    scores = swing_weights.scores(result)
    if len(scores) < 2:
        return pd.DataFrame()
    share = swing_weights.shares(result)
    total = scores.to_numpy() @ np.array(list(share.values()))
    random = swing_weights.random_totals(scores.to_numpy(), swing_weights.RANDOM_WEIGHTS, seed)
    rank, first = swing_weights.ranked(total), swing_weights.first_shares(random)
    rows = []
    for i, name in enumerate(scores.index):
        whole = {"total": total[i], "rank": rank[i], "first": first[i]}
        for key, weight in share.items():
            row = {"option": title(result, name), "score": scores.loc[name, key]}
            row |= {"criterion": result.scenario.criteria[key].title, "weight": weight}
            rows.append(row | whole)
    return pd.DataFrame(rows).sort_values("rank", kind="stable", ignore_index=True)


def forms(result: Result) -> list[str]:
    """How time may be worth something here: a month where there is a run, a race where one is
    stated."""
    dated = result.scenario.need.by_months is not None
    return [form for form in FORMS if dated and value_of_time.asked_usd(result, form)]


def time_worth(result: Result) -> pd.DataFrame:
    """The two options of the question, a and b, at each value of time that is asked about: so much
    a month, so much for winning the race.

    Columns form, usd, a, b, by_months (of the race), cost_usd and cost_se (mean cost of a less b),
    gain and gain_se (mean months or share of the prize that a gains), flip_usd and flip_se; how
    much better a is than b there, in USD: mean_usd, se_usd, p10, p50 and p90. Empty with one
    option or without a run.
    """
    asked, rows = comparison.pair(result.scenario), []
    for form in forms(result) if asked is not None else ():
        a, b = asked or ("", "")
        about = _worth_of(result, a, b, form)
        for usd in value_of_time.asked_usd(result, form):
            better = value_of_time.advantage_usd(result, a, b, form, usd)
            mean = estimates.mean(better)
            row = about | {"usd": usd, "mean_usd": mean.value, "se_usd": mean.se}
            rows.append(row | three(better))
    return pd.DataFrame(rows)


def _worth_of(result: Result, a: str, b: str, form: str) -> dict[str, Any]:
    cost = estimates.mean(comparison.cost_difference_usd(result, a, b))
    gain = estimates.mean(value_of_time.gained(result, a, b, form))
    flip = value_of_time.flip_usd(result, a, b, form)
    row: dict[str, Any] = {"form": form, "a": title(result, a), "b": title(result, b)}
    row |= {"by_months": value_of_time.race_months(result)}
    row |= {"cost_usd": cost.value, "cost_se": cost.se, "gain": gain.value, "gain_se": gain.se}
    return row | {"flip_usd": flip.value, "flip_se": flip.se}


def burden_regret(result: Result) -> pd.DataFrame:
    """What each ranked option costs over the best of them in the same future, months included, in
    USD, at each value of a month that is asked about.

    Columns month_usd, option, mean_usd, se_usd, p10_usd, p50_usd, p90_usd, least (whether its mean
    is the lowest: the value of knowing all).
    """
    rows = []
    for usd in value_of_time.asked_usd(result, "month"):
        found = value_of_time.regret_usd(result, usd)
        means = {option: estimates.mean(values) for option, values in found.items()}
        lowest = min((one.value or 0.0 for one in means.values()), default=0.0)
        for option, mean in means.items():
            row = {"month_usd": usd, "option": title(result, option)}
            row |= {"mean_usd": mean.value, "se_usd": mean.se}
            row |= {f"{q}_usd": x for q, x in three(found[option]).items()}
            rows.append(row | {"least": (mean.value or 0.0) <= lowest * (1 + comparison.TIE)})
    return pd.DataFrame(rows)


def learnt(result: Result) -> pd.DataFrame:
    """What it is worth to learn one input before choosing between the ranked options, in USD, at
    each value of a month that is asked about, and first what it is worth to learn everything.

    Columns month_usd, assumption ("" for everything), label, worth_usd, se_usd, told (whether it is
    told from zero); those worth most at any value first.
    """
    frames = []
    for usd in value_of_information.months_asked(result):
        worth = value_of_information.everything(result, usd)
        whole: dict[str, Any] = {"assumption": "", "label": EVERYTHING}
        whole |= {"worth_usd": worth.value, "se_usd": worth.se}
        single = value_of_information.learnt(result, usd)
        rows = [whole, *single.to_dict("records")]
        frames.append(pd.DataFrame(rows).assign(month_usd=usd))
    learnt = pd.concat(frames, ignore_index=True)
    told = learnt["worth_usd"] > estimates.TELLING * learnt["se_usd"]
    return _most_first(learnt.assign(told=told))


def _most_first(learnt: pd.DataFrame) -> pd.DataFrame:
    """The rows by the most that an input is worth; what is not told from zero counts as nothing;
    everything before all."""
    names = learnt["assumption"]
    most = learnt["worth_usd"].where(learnt["told"], 0.0).groupby(names).transform("max")
    order = learnt.assign(single=names != "", most=-most)
    return learnt.loc[order.sort_values(["single", "most"], kind="stable").index]
