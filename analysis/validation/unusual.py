"""Is it meant? What a scenario may state and seldom means: a warning of one line, never a refusal.

Numbers are those at mid, but where a line says that no future has more; a price of 0 stands for one
that is left out.
"""

import math
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

SAME = 0.02
"""So near is taken for the same."""

USD_PER_MWH, PUE, RATE = (10, 500), (1.02, 2.5), (0, 0.5)


def warnings(scenario: Scenario) -> list[str]:
    """What is unusual about a scenario that was checked, a line each: key, what is unusual, what
    was expected, how to mend it."""
    looks = (_ranges, _dates, _power, prices, contracts, _tranches, _service, _run)
    case = Extremes(scenario)
    return list(dict.fromkeys(line for look in looks for line in look(case)))


def lines(path: Path, scenario: Scenario) -> list[str]:
    """The warnings with the file and their lines, and one each for what is not used (assumptions
    that nothing refers to, lines of cost of which no option has a tranche, the file's own tables
    that no option leads to) and what is not scored (options on a criterion)."""
    used = references.used_assumptions(scenario)
    there = {name for option in scenario.options.values() for name in option.tranches}
    not_used = [key for key in scenario.assumptions if key not in used]
    not_used += [
        f"costs.{key}" for key, one in scenario.costs.items() if not there & {*one.tranches}
    ]
    not_scored = [
        f"{option} on {name}"
        for name, one in scenario.criteria.items()
        for option in scenario.options
        if one.scores and option not in one.scores
    ]
    left = {"not used": not_used + load.idle(path, scenario), "not scored": not_scored}
    said = [f"{path.name}: {what}: {', '.join(names)}" for what, names in left.items() if names]
    return load.located(path, warnings(scenario)) + said


def _ranges(case: Extremes) -> Iterator[str]:
    """Rates, PUE and prices of energy that are out of the range that is usual."""
    for place, said, number, (least, most), mend in _usual(case):
        if number and not least <= number <= most:
            yield f"{place}: {said}; expected {least} to {most}; {mend}"


def _usual(case: Extremes) -> Iterator[tuple[str, str, float, tuple[float, float], str]]:
    """Where a number stands, what it is in words, the number, its usual range, and the mend."""
    rate = case.scenario.choices.discount_rate_per_year.value
    said = f"{figure(rate)} is {figure(100 * rate)} % a year"
    yield "discount_rate_per_year", said, rate, RATE, "12 % is 0.12"
    for name in dict.fromkeys(case.scenario.tranches[x].site for x in case.planned):
        table, site, key = case.scenario.sites[name], case.mid.sites[name], f"sites.{name}"
        pue, mend = float(site.pue[0]), "it is facility power over IT power"
        yield where(f"{key}.pue", table.pue), f"a PUE of {figure(pue)}", pue, PUE, mend
        for stage, one in table.stages.items():
            usd, mend = float(site.stages[stage].usd_per_mwh[0]), "6 cents per kWh are 60"
            place = where(f"{key}.stages.{stage}.usd_per_mwh", one.usd_per_mwh)
            yield place, f"{figure(usd)} USD/MWh", usd, USD_PER_MWH, mend


def _dates(case: Extremes) -> Iterator[str]:
    start, as_of = case.scenario.start, case.scenario.as_of
    if as_of > start:
        yield (
            f"as_of: {as_of} is after start, so the case looks back; expected {start} or earlier, "
            "unless that is meant"
        )


def _power(case: Extremes) -> Iterator[str]:
    """The MW of a site beside what the GPUs of an option draw there."""
    for option in case.scenario.options.values():
        for name in dict.fromkeys(case.scenario.tranches[x].site for x in option.tranches):
            here = [x for x in option.tranches if case.scenario.tranches[x].site == name]
            if case.scenario.sites[name].stages and _drawn(case.mid, here)[1]:
                yield from _power_of(case, option.title, name, here)


def _power_of(case: Extremes, title: str, name: str, here: list[str]) -> Iterator[str]:
    """What is unusual of the MW of a site for the GPUs of an option: too few, far too many, or as
    many as they would be in the other kind of MW, of the facility and for IT."""
    site, (gpus, drawn) = case.mid.sites[name], _drawn(case.mid, here)
    place, for_it = _booked(case, name)
    pue = float(site.pue[0])
    unit, kind = (pue, "MW for IT") if for_it else (1.0, "MW")
    mw, needed = peak_mw(case.mid, name) / unit, drawn * float(site.cap_share[0]) / unit
    share = mw / needed
    if share < 0.999:
        never = _most_mw(case, name) < _drawn(case.ends[0], here)[1]
        it_mw = "colocation_it_mw" if case.scenario.offers else "it_mw"
        other = not for_it and share * pue > 0.999
        yield (
            f"{place}: {figure(mw)} {kind} at P50 carry {figure(gpus * share)} of the "
            f"{figure(gpus)} GPUs of {title}{', and in no future all' * never}; expected "
            f"{figure(needed)} MW; state more MW{'' if mw else ' before the horizon'}, or "
            f"{f'write {it_mw} if they are for IT' if other else 'fewer GPUs'}"
        )
    elif share > SPARE:
        yield (
            f"{place}: {figure(mw)} {kind} at P50 are {figure(share)} times what {title} draws "
            f"there; expected about {figure(needed)} MW (GPUs x kW x PUE); {figure(mw)} kW are "
            f"{figure(mw / 1000)}"
        )
    elif for_it and abs(share / pue - 1) < SAME:
        yield (
            f"{place}: {figure(mw)} {kind} are what {title} draws with its PUE; expected "
            f"{figure(needed)} MW, or mw in place of it_mw"
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


def _most_mw(case: Extremes, site: str) -> float:
    """No less than what the stages of a site carry at once in any future: all of them together."""
    mw = sum(float(one.mw[0]) for one in case.ends[1].sites[site].stages.values())
    return mw / float(case.ends[0].sites[site].cap_share[0])


def _booked(case: Extremes, site: str) -> tuple[str, bool]:
    """Where the MW of a site stand: those of its largest stage at mid; whether they are for IT."""
    there = {key: one.mw[0] * one.comes[0] for key, one in case.mid.sites[site].stages.items()}
    key = max(there, key=lambda key: float(there[key]))
    stage = case.scenario.sites[site].stages[key]
    name, value = ("mw", stage.mw) if stage.it_mw is None else ("it_mw", stage.it_mw)
    return where(f"sites.{site}.stages.{key}.{name}", value), stage.it_mw is not None


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
        if min(first, default=math.inf) >= case.mid.horizon:
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
        yield (
            f"{where('need.service.h100_gpus', service.h100_gpus)}: {figure(least)} H100 wanted, "
            f"and no option ever has more than {figure(most)}; expected "
            f"{figure(most / service.served_share.value)} at most; lower it, or plan more GPUs"
        )


def _run(case: Extremes) -> Iterator[str]:
    """A run that no option can begin, or end in time."""
    need, run, least = case.scenario.need, case.ends[1].run, case.ends[0].run
    if run is None or least is None or need.by_months is None:
        return
    gpus = _most(case, lambda one, _: _for_run(one))
    if least.start_gpus[0] > gpus:
        yield (
            f"start_gpus: waits for {figure(least.start_gpus[0])} GPUs; expected "
            f"{figure(gpus)} at most, all that any option has for the run"
        )
    by, chip_month = min(need.by_months.value, case.mid.horizon), 3600 * HOURS_PER_MONTH
    flop = (
        float((run.mfu_share * run.use_share)[0])
        * chip_month
        * _most(
            case, lambda one, first: _for_run(one) * one.chip.peak_flop_per_s * max(by - first, 0.0)
        )
    )
    if least.target_flop[0] > flop:
        yield (
            f"{where('need.target_flop', need.target_flop)}: {least.target_flop[0]:.3g} FLOP by "
            f"month {figure(by)}; expected {flop:.3g} at most, all that any option can do by then; "
            "lower it, give more months (by_months) or plan more GPUs"
        )


def _for_run(one: Tranche) -> float:
    """The GPUs of a tranche that are for the run."""
    return float(one.gpus[0]) * (one.use == "run")
