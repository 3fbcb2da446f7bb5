"""Is it meant? What a scenario may state and seldom means: a warning of one line, never a refusal.

Numbers are those at mid, but where a line says that no future has more; a price of 0 stands for one
that is left out.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from analysis.decision.wording import figure
from analysis.model import power
from analysis.model.draws import HOURS_PER_MONTH
from analysis.model.inputs import Inputs
from analysis.model.records import Tranche
from analysis.scenario import load, needs, references
from analysis.scenario.schema import Scenario
from analysis.validation.extremes import Extremes, where
from analysis.validation.unusual_prices import contracts, prices

SPARE = 10.0
"""So many times the power that is needed is taken for kW."""

USD_PER_MWH, PUE, HIGHEST_RATE = (10, 500), (1.02, 2.5), 0.5


def warnings(scenario: Scenario) -> list[str]:
    """What is unusual about a scenario that was checked, a line each: key, what is unusual, what
    was expected, how to mend it."""
    looks = (_choices, _sites, _power, prices, contracts, _tranches, _service, _run)
    case = Extremes(scenario)
    return list(dict.fromkeys(line for look in looks for line in look(case)))


def lines(path: Path, scenario: Scenario) -> list[str]:
    """The warnings with the file and their lines, and one each for what is not used or scored."""
    unusual = load.located(path, warnings(scenario))
    return unusual + _unused(path, scenario) + _unscored(path, scenario)


def _unused(path: Path, scenario: Scenario) -> list[str]:
    """One line that names the assumptions that nothing refers to, the lines of cost of which no
    option has a tranche, and the file's own tables that no option leads to, if there are any."""
    used = references.used_assumptions(scenario)
    unused = [key for key in scenario.assumptions if key not in used]
    there = {name for option in scenario.options.values() for name in option.tranches}
    unused += [f"costs.{key}" for key, one in scenario.costs.items() if not there & {*one.tranches}]
    unused += load.idle(path, scenario)
    return [f"{path.name}: not used: {', '.join(unused)}"] if unused else []


def _unscored(path: Path, scenario: Scenario) -> list[str]:
    """One line that names the options without a score on a criterion, if there are any."""
    found = [
        f"{option} on {name}"
        for name, one in scenario.criteria.items()
        for option in scenario.options
        if one.scores and option not in one.scores
    ]
    return [f"{path.name}: not scored: {', '.join(found)}"] if found else []


def _choices(case: Extremes) -> Iterator[str]:
    rate = case.scenario.choices.discount_rate_per_year.value
    if rate > HIGHEST_RATE:
        yield (
            f"discount_rate_per_year: {figure(rate)} is {figure(100 * rate)} % a year; expected "
            f"{HIGHEST_RATE} at most; 12 % is 0.12"
        )
    if case.scenario.as_of > case.scenario.start:
        yield (
            f"as_of: {case.scenario.as_of} is after start, so the case looks back; expected "
            f"{case.scenario.start} or earlier, unless that is meant"
        )


def _sites(case: Extremes) -> Iterator[str]:
    """PUE and energy price of the sites in use."""
    for name in dict.fromkeys(case.scenario.tranches[x].site for x in case.planned):
        table, site = case.scenario.sites[name], case.mid.sites[name]
        if not PUE[0] <= site.pue[0] <= PUE[1]:
            yield (
                f"{where(f'sites.{name}.pue', table.pue)}: a PUE of {figure(site.pue[0])}; "
                f"expected {PUE[0]} to {PUE[1]}; it is facility power over IT power"
            )
        for key, stage in site.stages.items():
            usd = float(stage.usd_per_mwh[0])
            if usd and not USD_PER_MWH[0] <= usd <= USD_PER_MWH[1]:
                place = f"sites.{name}.stages.{key}.usd_per_mwh"
                yield (
                    f"{where(place, table.stages[key].usd_per_mwh)}: {figure(usd)} USD/MWh; "
                    f"expected {USD_PER_MWH[0]} to {USD_PER_MWH[1]}; 6 cents per kWh are 60"
                )


def _power(case: Extremes) -> Iterator[str]:
    """The MW of a site beside what the GPUs of an option draw there."""
    for option in case.scenario.options.values():
        for name in dict.fromkeys(case.scenario.tranches[x].site for x in option.tranches):
            here = [x for x in option.tranches if case.scenario.tranches[x].site == name]
            gpus, needed = _drawn(case.mid, here)
            if not case.scenario.sites[name].stages or not needed:
                continue
            mw = peak_mw(case.mid, name)
            needed *= float(case.mid.sites[name].cap_share[0])
            share = mw / needed
            if share < 0.999:
                never = _most_mw(case, name, None) < _drawn(case.ends[0], here)[1]
                yield (
                    f"{_where_mw(case, name)}: {figure(mw)} MW at P50 carry "
                    f"{figure(gpus * share)} of the {figure(gpus)} GPUs of {option.title}"
                    f"{', and in no future all' * never}; expected {figure(needed)} MW; state "
                    f"more MW{'' if mw else ' before the horizon'}, or fewer GPUs"
                )
            elif share > SPARE:
                yield (
                    f"{_where_mw(case, name)}: {figure(mw)} MW at P50 are {figure(share)} times "
                    f"what {option.title} draws there; expected about {figure(needed)} MW (GPUs x "
                    f"kW x PUE); {figure(mw)} kW are {figure(mw / 1000)}"
                )


def peak_mw(at: Inputs, site: str) -> float:
    """The most MW that the stages of a site have at once by the horizon, in one future."""
    path = power.stages(at.sites[site], at.horizon).total_mw
    return float(path.left[path.lengths > 0].max())


def _drawn(at: Inputs, tranches: list[str]) -> tuple[float, float]:
    """GPUs of some tranches, and the MW that they draw at their peak."""
    found = [at.tranches[name] for name in tranches]
    kw = sum(float(one.gpus[0] * one.facility_kw[0]) for one in found)
    return sum(float(one.gpus[0]) for one in found), kw / 1000


def _most_mw(case: Extremes, site: str, replaced: str | None) -> float:
    """No less than what stages that replace one (or none) carry at once in any future."""
    there, least = case.ends[1].sites[site], case.ends[0].sites[site]
    stages = [key for key, one in there.stages.items() if one.replaces == replaced]
    most = {key: float(there.stages[key].mw[0] / least.cap_share[0]) for key in stages}
    return sum(max(most[key], _most_mw(case, site, key)) for key in stages)


def _where_mw(case: Extremes, site: str) -> str:
    """Where the MW of a site stand: those of its largest stage at mid."""
    there = {key: one.mw[0] * one.comes[0] for key, one in case.mid.sites[site].stages.items()}
    key = max(there, key=lambda key: float(there[key]))
    return where(f"sites.{site}.stages.{key}.mw", case.scenario.sites[site].stages[key].mw)


def _tranches(case: Extremes) -> Iterator[str]:
    """Tranches without a GPU, and options of which nothing ever comes."""
    least, most = case.ends
    for name in case.planned:
        if most.tranches[name].gpus[0] == 0:
            place = where(f"tranches.{name}.gpus", case.scenario.tranches[name].gpus)
            yield f"{place}: 0 GPUs; expected some; a tranche that is not wanted is left out"
    for key in case.scenario.options:
        names = needs.all_tranches(case.scenario, key)
        first = [least.tranches[x].planned[0] for x in names if most.tranches[x].comes[0]]
        if min(first, default=float("inf")) >= case.mid.horizon:
            yield (
                f"options.{key}.tranches: none of them comes in any future before the horizon, "
                f"month {case.mid.horizon}; expected one; look at milestones (months from start)"
            )


def _most(case: Extremes, of: Callable[[Tranche, float], float]) -> float:
    """The most that any option has of something, its fallback included, if all goes well; of its
    tranches and their first months."""
    least, most = case.ends
    return max(
        sum(of(most.tranches[x], float(least.tranches[x].planned[0])) for x in names)
        for names in (needs.all_tranches(case.scenario, key) for key in case.scenario.options)
    )


def _service(case: Extremes) -> Iterator[str]:
    """A service that no option can serve."""
    service, wanted = case.scenario.need.service, case.ends[0].service
    if service is None or wanted is None:
        return
    least = min(float(gpus[0]) for _, _, gpus in wanted.steps)
    most = _most(case, lambda one, _: float(one.gpus[0]) * one.chip.peak_in_h100)
    if most < service.served_share.value * least:
        place = where("need.service.h100_gpus", service.h100_gpus)
        yield (
            f"{place}: {figure(least)} H100 wanted, and no option ever has more than "
            f"{figure(most)}; expected {figure(most / service.served_share.value)} at most; lower "
            "it, or plan more GPUs"
        )


def _run(case: Extremes) -> Iterator[str]:
    """A run that no option can begin, or end in time."""
    need, run, least = case.scenario.need, case.ends[1].run, case.ends[0].run
    if run is None or least is None or need.by_months is None:
        return
    gpus = _most(case, lambda one, _: float(one.gpus[0]) * (one.use == "run"))
    if least.start_gpus[0] > gpus:
        yield (
            f"start_gpus: waits for {figure(least.start_gpus[0])} GPUs; expected "
            f"{figure(gpus)} at most, all that any option has for the run"
        )
    by = min(need.by_months.value, case.mid.horizon)
    rate = float((run.mfu_share * run.use_share)[0]) * 3600 * HOURS_PER_MONTH
    flop = rate * _most(case, lambda one, first: _peak_months(one, by - first))
    if least.target_flop[0] > flop:
        yield (
            f"{where('need.target_flop', need.target_flop)}: {least.target_flop[0]:.3g} FLOP by "
            f"month {figure(by)}; expected {flop:.3g} at most, all that any option can do by then; "
            "lower it, give more months (by_months) or plan more GPUs"
        )


def _peak_months(one: Tranche, months: float) -> float:
    """FLOP/s of the GPUs of a tranche for the run, times months."""
    return float(one.gpus[0]) * (one.use == "run") * one.chip.peak_flop_per_s * max(months, 0.0)
