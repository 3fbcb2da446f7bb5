"""What is asked of every option, in words that name none."""

from analysis.chapters.shared.words import in_words
from analysis.decision import headline
from analysis.decision.wording import figure, percent, stated, usd
from analysis.model import draws
from analysis.model.training import FLOP_PER_PFLOP_DAY
from analysis.scenario.references import terms
from analysis.scenario.schema import Scenario, Service
from analysis.scenario.units import Input


def asked(scenario: Scenario) -> list[str]:
    """What every option must deliver, a sentence each: the run, the service, what is used."""
    found = [] if scenario.need.target_flop is None else [_run(scenario)]
    service = scenario.need.service
    if service is not None:
        found += [_service(scenario, service), _short(scenario, service)]
    share = words(scenario, scenario.need.use_share)
    return [*found, f"Of the GPU-hours that are delivered a share of {share} is used."]


def _run(scenario: Scenario) -> str:
    need = scenario.need
    assert need.target_flop is not None and need.by_months is not None and need.start_gpus
    by = headline.day_of(scenario, need.by_months.value).isoformat()
    days = draws.resolve(need.target_flop, draws.mid(scenario))[0] / FLOP_PER_PFLOP_DAY
    return (
        f"A training run of {words(scenario, need.target_flop)} useful FLOP "
        f"({figure(float(days))} PFLOP-days at mid). It is done by {by}, within "
        f"{figure(need.by_months.value)} months of {scenario.start.isoformat()}. "
        f"It waits for {stated(need.start_gpus.value)} GPUs."
    )


def _service(scenario: Scenario, service: Service) -> str:
    """The GPUs wanted over time and the share that must be served."""
    until = service.until_months
    end = "the horizon" if until is None else f"month {stated(until.value)}"
    share = percent(service.served_share.value)
    if service.h100_gpus is not None:
        since = service.from_months.value if service.from_months else 0.0
        wanted = f"of {words(scenario, service.h100_gpus)} H100 from month {stated(since)} to {end}"
        steps = []
    else:
        wanted = f"to {end}"
        steps = [
            f"From month {stated(at.from_months)} it wants {words(scenario, at.h100_gpus)} H100."
            for at in service.steps
        ]
    start = f"A service {wanted}, by peak FLOP/s, whatever work is done."
    return " ".join([start, *steps, f"At least {share} of its hours must be served."])


def _short(scenario: Scenario, service: Service) -> str:
    """What an hour that is short is counted at, and how many can be bought."""
    counted = f"An hour that is short is counted at {usd(service.short_hour_usd.value)}"
    if service.market_gpus is None:
        return f"{counted}; none can be bought by the hour."
    gpus = words(scenario, service.market_gpus)
    return f"{counted}; up to {gpus} H100 that are short are bought by the hour instead."


def words(scenario: Scenario, value: Input) -> str:
    """An input as text: a number, or the range of what it refers to; sums with plus signs."""
    found = []
    for term in terms(value):
        if isinstance(term, str):
            assumption = scenario.assumptions[term]
            three = " (P10 / P50 / P90)" if assumption.mid is not None else ""
            found.append(f"{in_words(assumption)}{three}")
        else:
            found.append(stated(term))
    return " + ".join(found)
