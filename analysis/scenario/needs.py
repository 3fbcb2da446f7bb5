"""Whether a need can be met and a fallback acted on: what a run, a service and a fallback state."""

from itertools import pairwise, product

from analysis.evidence.files import BadInput
from analysis.scenario.known import check_known
from analysis.scenario.schema import Instead, Need, Scenario, Service
from analysis.scenario.tables import Choice
from analysis.scenario.units import plain

RUN = ("target_flop", "by_months", "start_gpus")
"""What a run states of the need."""

MOST_MONTHS = 600

MOST_EVENTS = 6
"""Events that an option may hang on: each set of failed ones is looked at."""

REFERENCE_CHIP = "h100"


def check(scenario: Scenario) -> None:
    """Refuses a need or a fallback that does not hang together, in one line."""
    _check_run(scenario)
    if scenario.need.service is not None:
        _check_wanted(scenario.need.service, scenario)
        _check_market(scenario.need.service, scenario)
    if scenario.limits is not None and not scenario.limits.stated:
        expected = " or ".join(type(scenario.limits).model_fields)
        raise BadInput(f"limits: states none; expected {expected}")
    for key, option in scenario.options.items():
        if option.instead is not None:
            _check_instead(f"options.{key}.instead", key, option.instead, scenario)
        events = sorted(_events(scenario, all_tranches(scenario, key)))
        if len(events) > MOST_EVENTS:
            raise BadInput(
                f"options.{key}: hangs on {len(events)} events; expected {MOST_EVENTS} at most"
            )


def _check_run(scenario: Scenario) -> None:
    """A run states its target, its date and its start together, and is carried out by tranches for
    it; without one nothing is for the run, and no month has a price."""
    need = scenario.need
    stated = {name: getattr(need, name) is not None for name in RUN}
    if any(stated.values()):
        for name, there in stated.items():
            if not there:
                raise BadInput(f"need.{name} is missing; a run needs {', '.join(RUN)}")
        if scenario.run is None:
            raise BadInput("run is missing; a run needs how well it uses its GPUs")
        return
    _check_without_run(need, scenario)


def _check_without_run(need: Need, scenario: Scenario) -> None:
    if need.service is None:
        raise BadInput(
            "need: asks for nothing; expected a run (target_flop, by_months, start_gpus), a "
            "service ([need.service]), or both"
        )
    for key, tranche in scenario.tranches.items():
        if tranche.use == "run":
            raise BadInput(
                f'tranches.{key}.use: "run", but need has no target_flop; expected "other"'
            )
    for name in ("month_usd", "race_usd"):
        if getattr(scenario.value, name) is not None:
            raise BadInput(f"value.{name}: need has no run, so no month to be early; expected none")
    if scenario.gate is not None:
        raise BadInput(
            f'gate.seen: "{scenario.gate.seen}" of a run, but need has none; expected no gate'
        )


def _check_wanted(service: Service, scenario: Scenario) -> None:
    """So many GPUs from a month on, or steps that rise in time; until a month after the first."""
    where = "need.service"
    if bool(service.steps) == (service.h100_gpus is not None):
        raise BadInput(f"{where}: expected either h100_gpus or steps")
    if service.steps and service.from_months is not None:
        raise BadInput(
            f"{where}.from_months: expected it with h100_gpus only; steps have their own"
        )
    _check_steps([step.from_months for step in service.steps])
    _check_window(service, scenario)


def _check_steps(months: list[float]) -> None:
    """Steps rise in time."""
    where = "need.service.steps"
    for month in months:
        if not 0 <= month <= MOST_MONTHS:
            raise BadInput(f"{where}: from_months is {plain(month)}; expected 0 to {MOST_MONTHS}")
    for month, later in pairwise(months):
        if later <= month:
            raise BadInput(
                f"{where}: from_months is {plain(later)} after {plain(month)}; expected more"
            )


def _check_window(service: Service, scenario: Scenario) -> None:
    """A service, or its last step, begins before it ends and before the horizon; so does each that
    is swept."""
    horizon = _swept(scenario.choices.horizon_months)
    until = [] if service.until_months is None else _swept(service.until_months)
    begins = [step.from_months for step in service.steps[-1:]]
    if not begins:
        begins = [0.0] if service.from_months is None else _swept(service.from_months)
    for name, ends in (("until_months", until), ("horizon_months", horizon)):
        one_held = [*product(begins[:1], ends), *product(begins, ends[:1])]
        for begin, end in one_held:
            if begin >= end:
                raise BadInput(
                    f"need.service: begins at {plain(begin)}; expected less than {name}, "
                    f"{plain(end)}"
                )


def _swept(choice: Choice) -> list[float]:
    """The value of a choice and those it is swept over."""
    return [choice.value, *choice.swept]


def _check_market(service: Service, scenario: Scenario) -> None:
    """What is short is bought as H100, at a supplier's site."""
    where, site = "need.service.market_site", service.market_site
    if (service.market_gpus is None) != (site is None):
        raise BadInput("need.service: market_gpus and market_site belong together")
    if site is None:
        return
    check_known(where, site, scenario.sites)
    if scenario.sites[site].stages or scenario.sites[site].tco2_per_mwh is None:
        raise BadInput(f'{where}: "{site}"; expected a supplier\'s site, with tco2_per_mwh')
    chip = scenario.chips.get(REFERENCE_CHIP)
    if chip is None or chip.market_rent_usd_per_gpu_hour is None:
        raise BadInput(
            f"chips.{REFERENCE_CHIP}.market_rent_usd_per_gpu_hour is missing; market_gpus needs it"
        )


def _check_instead(where: str, key: str, instead: Instead, scenario: Scenario) -> None:
    """A fallback is another option without one, for an event of the option's own tranches that the
    other's tranches do not hang on."""
    check_known(f"{where}.option", instead.option, scenario.options)
    if instead.option == key:
        raise BadInput(f'{where}.option: "{key}" is the option itself; expected another')
    other = scenario.options[instead.option]
    if other.instead is not None:
        raise BadInput(
            f'{where}.option: "{instead.option}" has a fallback in turn; expected one without'
        )
    own = scenario.options[key].tranches
    check_known(f"{where}.event", instead.event, _events(scenario, own), "no tranche of it has")
    brought = [name for name in other.tranches if name not in own]
    for name in brought:
        if scenario.tranches[name].only_if == instead.event:
            raise BadInput(f'{where}: "{name}" hangs on "{instead.event}" too; expected it not to')


def all_tranches(scenario: Scenario, key: str) -> list[str]:
    """The tranches of an option and of its fallback."""
    option = scenario.options[key]
    brought = scenario.options[option.instead.option].tranches if option.instead else []
    return [*option.tranches, *brought]


def _events(scenario: Scenario, tranches: list[str]) -> set[str]:
    """The events that some tranches hang on."""
    return {event for name in tranches if (event := scenario.tranches[name].only_if)}
