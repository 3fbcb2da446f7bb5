"""GPUs of the run, its progress, the day of the target, compute per dollar."""

import numpy as np
import pandas as pd

from analysis.chapters.shared.rows import NEVER, bands, day, three, title
from analysis.chapters.shared.words import listed
from analysis.decision.wording import figure
from analysis.evidence import ledger
from analysis.model import comparison, estimates
from analysis.model.simulation import Result
from analysis.scenario import naming
from analysis.scenario.schema import Scenario

BIN_MONTHS = 3


def gpus_training(result: Result) -> pd.DataFrame:
    """GPUs that the run uses, by option and month: p10, p50, p90 over the band draws."""
    return bands(result, "training_gpus", "gpus")


def by_peak(scenario: Scenario) -> str:
    """What one GPU of each other chip of the run is in GPUs of the weakest, as a sentence; empty
    where none is stronger."""
    peaks, names = {}, naming.chip_titles(scenario)
    for tranche in scenario.tranches.values():
        stated = scenario.chips[tranche.chip].peak_bf16_dense_tflops
        if tranche.use == "run":
            known = stated or ledger.chips()[tranche.chip]["peak_bf16_dense_tflops"]
            peaks[names[tranche.chip]] = float(known)
    weakest = min(peaks, key=lambda name: peaks[name], default="")
    more = {name: x / peaks[weakest] for name, x in peaks.items() if x > peaks[weakest]}
    words = [f"one {name} is {figure(ratio)} {weakest}" for name, ratio in more.items()]
    return f" By peak FLOP/s {listed(words)}." if words else ""


def target_dates(result: Result) -> pd.DataFrame:
    """Share of draws that reach the target, by option and three months, and those that do not;
    beside these `p50_day`, by which half of all draws reach it (None if they do not)."""
    horizon = round(result.scenario.choices.horizon_months.value)
    edges = np.arange(0, horizon + BIN_MONTHS, BIN_MONTHS)
    rows = []
    for option in result.options:
        months = result.scalars[option]["target_months"]
        counts, _ = np.histogram(months[np.isfinite(months)], edges)
        for start, count in zip(edges[:-1], counts, strict=True):
            row = {"option": title(result, option), "from_month": int(start)}
            row |= {"day": day(result, start), "until": day(result, start + BIN_MONTHS)}
            rows.append(row | {"share": count / result.draws})
        never = float(np.mean(~np.isfinite(months)))
        row = {"option": title(result, option), "day": NEVER, "share": never}
        p50 = three(months)["p50"]
        rows.append(row | {"p50_day": None if p50 is None else day(result, p50)})
    return pd.DataFrame(rows)


def compute_per_usd(result: Result) -> pd.DataFrame:
    """Useful PFLOP-days per million USD, discounted over discounted: p10, p50, p90 and the ratio of
    means, by option, and whether it is `ranked`."""
    ranked, rows = comparison.ranked(result), []
    for option in result.options:
        usd = result.scalars[option]["present_cost_usd"]
        amount = result.scalars[option]["discounted_pflop_days"] * 1e6
        per_draw = np.divide(amount, usd, out=np.zeros_like(usd), where=usd > 0)
        ratio = estimates.ratio_of_means(amount, usd).value or 0.0
        row = {"option": title(result, option), "ratio_of_means": ratio}
        rows.append(row | {"ranked": option in ranked} | three(per_draw))
    return pd.DataFrame(rows)
