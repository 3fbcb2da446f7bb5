"""Whether a scenario hangs together: every name leads somewhere, nothing was known too late."""

from collections.abc import Collection
from datetime import date

from analysis.evidence import ledger as ledgers
from analysis.evidence.files import BadInput, nearest, same
from analysis.scenario import bounds
from analysis.scenario.references import FROM_THE_TABLE_OF_CHIPS, cited, events
from analysis.scenario.schema import (
    OURS,
    Chip,
    OwnedTranche,
    RentedTranche,
    Scenario,
    Site,
    Tranche,
)
from analysis.scenario.units import plain

FIRST_START, LAST_START = date(2000, 1, 1), date(2100, 12, 31)


def check(scenario: Scenario, ledger: ledgers.Ledger) -> None:
    """Refuses a scenario that cannot be run or rests on what was not known, in one line.

    The line says which key, what was wrong, what was expected; the file is the caller's to name.
    """
    _check_start(scenario.start)
    bounds.check(scenario)
    _check_events(scenario)
    _check_causes(scenario)
    for key, chip in scenario.chips.items():
        _check_chip(key, chip)
    for key, tranche in scenario.tranches.items():
        _check_tranche(f"tranches.{key}", tranche, scenario)
    for key, site in scenario.sites.items():
        _check_stages(f"sites.{key}.stages", site)
    _check_titles(scenario)
    _check_ours(scenario)
    _check_options(scenario)
    _check_race(scenario)
    _check_gate(scenario)
    _check_criteria(scenario)
    for key, risk in scenario.risks.items():
        _check_names(f"risks.{key}.inputs", risk.inputs, scenario.assumptions)
    _check_as_of(scenario, ledger)


def _check_start(start: date) -> None:
    if not FIRST_START <= start <= LAST_START:
        raise BadInput(f"start: {start}; expected {FIRST_START} to {LAST_START}")


def _check_events(scenario: Scenario) -> None:
    for key, name in events(scenario):
        _check_known(key, name, scenario.assumptions, "unknown assumption")
        if scenario.assumptions[name].probability is None:
            raise BadInput(
                f'{key}: "{name}" is no event; expected an assumption with a probability'
            )


def _check_causes(scenario: Scenario) -> None:
    squares: dict[str, float] = {}
    for key, cause in scenario.causes.items():
        where = f"causes.{key}.loadings"
        for name, loading in cause.loadings.items():
            _check_known(where, name, scenario.assumptions, "unknown assumption")
            squares[name] = squares.get(name, 0.0) + loading**2
            if squares[name] > 1 + 1e-12:
                raise BadInput(f'{where}: the squares for "{name}" add up to over 1')


def _check_chip(key: str, chip: Chip) -> None:
    table = ledgers.chips()
    for field in FROM_THE_TABLE_OF_CHIPS:
        if getattr(chip, field) is None and key not in table:
            close = nearest(key, table)
            raise BadInput(f"chips.{key}: {field} is missing and chips.csv has no such chip{close}")


def _check_tranche(where: str, tranche: Tranche, scenario: Scenario) -> None:
    _check_known(f"{where}.site", tranche.site, scenario.sites)
    _check_known(f"{where}.chip", tranche.chip, scenario.chips)
    chip, site = scenario.chips[tranche.chip], scenario.sites[tranche.site]
    _check_sublet(where, tranche, chip)
    if isinstance(tranche, OwnedTranche):
        _check_owned(where, tranche, chip, site)
    else:
        _check_rented(where, tranche, chip, site)
        if tranche.leave_when_trains is not None:
            _check_known(f"{where}.leave_when_trains", tranche.leave_when_trains, scenario.tranches)


def _check_sublet(where: str, tranche: Tranche, chip: Chip) -> None:
    """What is let to others, and nothing else, has a share of the market price that it brings."""
    if tranche.use != "sublet":
        if tranche.sublet_price_share is not None:
            raise BadInput(
                f'{where}.sublet_price_share: use is "{tranche.use}"; expected it only where use '
                'is "sublet"'
            )
        return
    if tranche.sublet_price_share is None:
        raise BadInput(f"{where}.sublet_price_share is missing; what is sublet needs it")
    if chip.market_rent_usd_per_gpu_hour is None:
        raise BadInput(f"chips.{tranche.chip}: a sublet tranche needs market_rent_usd_per_gpu_hour")


def _check_owned(where: str, tranche: OwnedTranche, chip: Chip, site: Site) -> None:
    if not site.stages:
        raise BadInput(
            f'{where}.site: "{tranche.site}" has no power stages; an owned tranche needs them'
        )
    if chip.node_usd is None or chip.resale_share is None:
        raise BadInput(f"chips.{tranche.chip}: an owned tranche needs node_usd and resale_share")


def _check_rented(where: str, tranche: RentedTranche, chip: Chip, site: Site) -> None:
    if site.stages:
        raise BadInput(
            f'{where}.site: "{tranche.site}" has power stages; a rented tranche needs a '
            "supplier's site, without them"
        )
    if site.tco2_per_mwh is None:
        raise BadInput(f"sites.{tranche.site}.tco2_per_mwh is missing; a rented tranche needs it")
    if chip.market_rent_usd_per_gpu_hour is None:
        raise BadInput(f"chips.{tranche.chip}: a rented tranche needs market_rent_usd_per_gpu_hour")
    if (tranche.leave_when_trains is None) != (tranche.exit_fee_months is None):
        raise BadInput(f"{where}: leave_when_trains and exit_fee_months belong together")


def _check_stages(where: str, site: Site) -> None:
    """A stage replaces another of its site, and none replaces itself by way of others."""
    for key, stage in site.stages.items():
        if stage.replaces is not None:
            others = [one for one in site.stages if one != key]
            _check_known(f"{where}.{key}.replaces", stage.replaces, others)
    for key, stage in site.stages.items():
        passed, last = {key}, stage.replaces
        while last is not None and last not in passed:
            passed.add(last)
            last = site.stages[last].replaces
        if last == key:
            raise BadInput(f'{where}.{key}.replaces: "{stage.replaces}" replaces it in turn')


def _check_titles(scenario: Scenario) -> None:
    """Every title, label and unit is there and is one line."""
    units = {f"assumptions.{name}.unit": one.unit for name, one in scenario.assumptions.items()}
    for key, words in (titles(scenario) | units).items():
        if not words:
            raise BadInput(f"{key} is empty; expected words")
        if "\n" in words or "\t" in words:
            raise BadInput(f"{key}: holds a line break or a tab; expected one line of words")


def _check_ours(scenario: Scenario) -> None:
    """No title and no label reads like one of ours that stands in the same table or picture."""
    ours = {same(words).casefold(): words for words in OURS}
    for key, title in titles(scenario).items():
        if found := ours.get(same(title).casefold()):
            raise BadInput(f'{key}: reads like "{found}", a word of the report; expected another')


def titles(scenario: Scenario) -> dict[str, str]:
    """Every title and label of a scenario by its dotted key: the names that a reader sees."""
    found = {"title": scenario.title}
    for name, one in scenario.assumptions.items():
        found[f"assumptions.{name}.label"] = one.label
    for table in ("causes", "sites", "tranches", "options", "criteria", "risks"):
        for name, one in getattr(scenario, table).items():
            found[f"{table}.{name}.title"] = one.title
    for name, site in scenario.sites.items():
        for key, stage in site.stages.items():
            found[f"sites.{name}.stages.{key}.title"] = stage.title
    return found


def _check_options(scenario: Scenario) -> None:
    seen: dict[str, str] = {}
    for key, option in scenario.options.items():
        _check_option(scenario, key, option.tranches)
        other = seen.setdefault(same(option.title), key)
        if other != key:
            raise BadInput(f'options.{key}.title: the same as that of "{other}"; expected its own')
    _check_names("compare", scenario.compare or [], scenario.options)
    _check_names("baseline", [scenario.baseline] if scenario.baseline else [], scenario.options)


def _check_option(scenario: Scenario, key: str, names: list[str]) -> None:
    where = f"options.{key}.tranches"
    _check_names(where, names, scenario.tranches)
    tranches = {name: scenario.tranches[name] for name in names}
    fabrics: dict[str, object] = {}
    for name, tranche in tranches.items():
        made_of = (tranche.chip, tranche.fabric_gpus, tranche.use)
        if fabrics.setdefault(tranche.fabric or name, made_of) != made_of:
            raise BadInput(
                f'{where}: "{name}" shares a fabric; expected the same chip, use and fabric_gpus'
            )
        if isinstance(tranche, RentedTranche) and tranche.leave_when_trains is not None:
            _check_leaving(f"tranches.{name}.leave_when_trains", key, tranche, tranches)


def _check_leaving(
    where: str, option: str, tranche: RentedTranche, tranches: dict[str, Tranche]
) -> None:
    """What a tranche is left for is in the same option, trains, and is not itself left."""
    other = tranche.leave_when_trains or ""
    found = tranches.get(other)
    if found is None or found is tranche:
        wrong = f'is not in "{option}"' if found is None else "is the tranche itself"
        raise BadInput(f'{where}: "{other}" {wrong}; expected another tranche of that option')
    if found.use != "run":
        does = "does other work" if found.use == "other" else "is let to others"
        raise BadInput(f'{where}: "{other}" {does}; expected a tranche for the run')
    if isinstance(found, RentedTranche) and found.leave_when_trains is not None:
        raise BadInput(f'{where}: "{other}" is left in turn; expected a tranche that stays')


def _check_race(scenario: Scenario) -> None:
    """A race ends within the horizon: what is later counts as never."""
    race, horizon = scenario.value.race_months, scenario.choices.horizon_months.value
    for month in () if race is None else (race.value, *race.swept):
        if month > horizon:
            raise BadInput(
                f"value.race_months is {plain(month)}; expected at most horizon_months, "
                f"{plain(horizon)}"
            )


def _check_gate(scenario: Scenario) -> None:
    """A gate leads from one option to another, at a month before the horizon."""
    gate = scenario.gate
    if gate is None:
        return
    for key, name in (("gate.option", gate.option), ("gate.switch_to", gate.switch_to)):
        _check_known(key, name, scenario.options)
    if gate.option == gate.switch_to:
        raise BadInput(f'gate.switch_to: "{gate.switch_to}" is gate.option; expected another')
    horizon = scenario.choices.horizon_months.value
    for month in (gate.month.value, *gate.month.swept):
        if month >= horizon:
            raise BadInput(
                f"gate.month is {plain(month)}; expected less than horizon_months, {plain(horizon)}"
            )


def _check_criteria(scenario: Scenario) -> None:
    """A criterion is scored by the reader or by an amount, and not all of them weigh nothing."""
    for key, one in scenario.criteria.items():
        if bool(one.scores) == (one.less_of is not None):
            raise BadInput(f"criteria.{key}: expected exactly one of scores and less_of")
        for name in one.scores:
            _check_known(f"criteria.{key}.scores", name, scenario.options)
    if scenario.criteria and not any(one.swing_weight for one in scenario.criteria.values()):
        raise BadInput("criteria: every swing_weight is 0; expected at least one above 0")


def _check_names(key: str, names: list[str], known: Collection[str]) -> None:
    for name in names:
        _check_known(key, name, known)
        if names.count(name) > 1:
            raise BadInput(f'{key}: "{name}" stands twice')


def _check_known(key: str, name: str, known: Collection[str], what: str = "unknown") -> None:
    if name not in known:
        raise BadInput(f'{key}: {what} "{name}"{nearest(name, known)}')


def _check_as_of(scenario: Scenario, ledger: ledgers.Ledger) -> None:
    """Nothing that became public after `as_of` may be used, and only what can back a number."""
    facts = cited(scenario)
    days = {name: _public_on(ledger, name, users[0]) for name, users in facts.items()}
    for chip in scenario.chips:
        row = ledgers.chips().get(chip)
        day = ledgers.last_day(row["public_on"]) if row else None
        if day is not None:
            days[f"chips.csv {chip}"] = day
    late = [(day, name) for name, day in days.items() if day > scenario.as_of]
    if late:
        day, name = min(late)
        raise BadInput(
            f"as_of is {scenario.as_of}: {len(late)} of {len(facts) + len(scenario.chips)} cited "
            f'facts became public later, the first of them "{name}" on {day}'
        )


def _public_on(ledger: ledgers.Ledger, name: str, user: str) -> date:
    """The day on which a cited fact became public; refuses one that backs nothing."""
    _check_known(user, name, ledger.facts, "unknown evidence")
    fact = ledger.facts[name]
    if not fact.backs or fact.public_on is None:
        why = fact.standing if fact.standing != "firm" else "undated or a judgement"
        raise BadInput(f'{user}: evidence "{name}" is {why} and backs nothing')
    return fact.public_on
