"""The fabrics of the run: what stops take of it, what their limits cost."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.shared.rows import quantile_rows, three, title
from analysis.model import estimates, inputs, simulation, training
from analysis.model.draws import BLOCK_DRAWS, Draws, resolve
from analysis.model.records import Run
from analysis.model.simulation import Result
from analysis.scenario import edits, naming
from analysis.scenario.schema import Scenario, Tranche

CURVE_POINTS = 60


def fabrics(scenario: Scenario, option: str) -> dict[str, list[Tranche]]:
    """The tranches of each fabric on which the run can be, by the name of the fabric."""
    found: dict[str, list[Tranche]] = {}
    for name in scenario.options[option].tranches:
        tranche = scenario.tranches[name]
        if tranche.use == "run":
            found.setdefault(tranche.fabric or name, []).append(tranche)
    return found


def spanned_gpus(tranches: list[Tranche], futures: Draws) -> Array:
    """GPUs that a run on a fabric spans once all have come: those planned, at most what the fabric
    can hold, (draws,)."""
    planned = np.sum([resolve(tranche.gpus, futures) for tranche in tranches], axis=0)
    holds = tranches[0].fabric_gpus
    return planned if holds is None else np.minimum(planned, resolve(holds, futures))


def fabric_sizes(result: Result) -> pd.DataFrame:
    """Per option and fabric: its chip, the GPUs that a run on it spans (p10, p50, p90), the P50 of
    `goodput` with the P50 of those, and that of the number of GPUs with the most useful compute
    (`most_p50`)."""
    futures = result.first_futures
    rows = []
    for option in result.options:
        for tranches in fabrics(result.scenario, option).values():
            chip = tranches[0].chip
            spans, most = spanned_gpus(tranches, futures), _most_gpus(result, chip, futures)
            row: dict[str, Any] = {"option": title(result, option), "chip": chip}
            found = three(spans)
            good = _goodput(result, chip, np.array([[max(found["p50"] or 0.0, 1e-9)]]), futures)
            row |= {"goodput": three(good[:, 0])["p50"], "most_p50": three(most)["p50"]}
            rows.append(row | found)
    return pd.DataFrame(rows)


def goodput_by_gpus(result: Result) -> pd.DataFrame:
    """By chip (its key, and its title as `name`) and number of GPUs in one run: goodput (p10, p50,
    p90)."""
    futures, sizes = result.first_futures, fabric_sizes(result)
    frames, names = [], naming.chip_titles(result.scenario)
    for chip, mine in sizes.groupby("chip", sort=False) if len(sizes) else ():
        gpus = _sizes_to_show(mine)
        share = _goodput(result, str(chip), gpus[None, :], futures)
        low, mid, high = quantile_rows(share)
        named = {"chip": chip, "name": names[str(chip)], "gpus": gpus}
        frames.append(pd.DataFrame(named | {"p10": low, "p50": mid, "p90": high}))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _sizes_to_show(sizes: pd.DataFrame) -> Array:
    """Numbers of GPUs on a logarithmic scale: from a tenth of the smallest fabric to the number
    with the most useful compute, or to ten times the largest fabric if that is less."""
    largest = max(float(sizes["p50"].max()), 1.0)
    end = float(np.clip(1.5 * sizes["most_p50"].max(), 2 * largest, 10 * largest))
    start = max(float(sizes["p50"].min()) / 10, end / 10_000)
    return np.geomspace(start, end, CURVE_POINTS)


def the_run(result: Result, futures: Draws) -> Run:
    """The run in some futures; what is told of a run is told only where the need asks for one."""
    run = inputs.run(result.scenario, futures)
    assert run is not None
    return run


def _most_gpus(result: Result, chip: str, futures: Draws) -> Array:
    run = the_run(result, futures)
    best_s = training.best_mean_time_s(run.checkpoint_write_s, run.restart_s)
    per_node = inputs.chip(result.scenario, chip, futures).gpus_per_node
    return training.most_useful_gpus(per_node, run.failures_per_1000_node_days, best_s)


def _goodput(result: Result, chip: str, gpus: Array, futures: Draws) -> Array:
    """Goodput of a run on so many GPUs in each future, (draws, numbers of GPUs)."""
    run = the_run(result, futures).at(np.s_[:, None])
    per_node = inputs.chip(result.scenario, chip, futures).gpus_per_node
    stop = training.mean_time_to_stop_s(gpus, per_node, run.failures_per_1000_node_days)
    return training.goodput_share(stop, run.checkpoint_write_s, run.restart_s)


def fabric_limits(result: Result) -> pd.DataFrame:
    """Per option with a run: how many fabrics, whether any has a limit, the GPUs planned for the
    run, those that its largest fabric spans (p10, p50, p90), the share of futures in which the run
    moves, and what it would gain if every fabric held all of its GPUs: mean months to the target
    (capped at the horizon) and useful compute (ratio of means less 1). The first block of draws."""
    futures, whole = result.first_futures, _without_limits(result)
    rows = []
    for option in result.options:
        groups = list(fabrics(result.scenario, option).values())
        if groups:
            spans = np.max([spanned_gpus(tranches, futures) for tranches in groups], axis=0)
            planned = sum(resolve(t.gpus, futures) for tranches in groups for t in tranches)
            row = {"option": title(result, option), "fabrics": len(groups)}
            row |= {"limited": any(tranches[0].fabric_gpus is not None for tranches in groups)}
            row |= three(np.asarray(planned), "planned_") | three(spans, "spans_")
            rows.append(row | _gained(result, whole, option))
    return pd.DataFrame(rows)


def _without_limits(result: Result) -> Result:
    """The first block of a result again, every fabric holding all of its GPUs."""
    lifted = result.scenario
    for name in lifted.tranches:
        lifted = edits.with_tranche(lifted, name, fabric_gpus=None)
    return simulation.simulate(lifted, min(result.draws, BLOCK_DRAWS), result.seed)


def _gained(result: Result, whole: Result, option: str) -> dict[str, float]:
    n, scalars = whole.draws, result.scalars[option]
    months = _capped(result, option)[:n] - _capped(whole, option)
    more = estimates.ratio_of_means(
        whole.scalars[option]["pflop_days"], scalars["pflop_days"][:n]
    ).value
    return {
        "moves": float(np.isfinite(scalars["move_months"][:n]).mean()),
        "months_gained": float(months.mean()),
        "more_compute": np.nan if more is None else more - 1,
    }


def _capped(result: Result, option: str) -> Array:
    """Months to the target of the option as it is, at most the horizon, (draws,)."""
    horizon = result.scenario.choices.horizon_months.value
    return np.minimum(result.scalars[option]["target_months"], horizon)
