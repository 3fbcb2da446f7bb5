"""Whether a scenario hangs together: every name leads somewhere, nothing was known too late."""

from datetime import date
from functools import partial

from analysis.evidence import ledger as ledgers
from analysis.evidence.files import BadInput, every, same
from analysis.scenario import bounds, hardware, needs
from analysis.scenario.known import check_known, check_names
from analysis.scenario.references import cited, events, swinging
from analysis.scenario.schema import (
    OURS,
    Scenario,
)
from analysis.scenario.units import plain

FIRST_START, LAST_START = date(2000, 1, 1), date(2100, 12, 31)


def check(scenario: Scenario, ledger: ledgers.Ledger) -> None:
    """Refuses a scenario that cannot be run or rests on what was not known, a line for each
    mistake: which key, what was wrong, what was expected. The file is the caller's to name.

    What rests on names is looked at once they lead somewhere.
    """
    alone = (bounds.check, _check_events, _check_causes, _check_titles, _check_ours, _check_options)
    every([partial(_check_start, scenario.start), *(partial(check, scenario) for check in alone)])
    every([partial(hardware.check, scenario), partial(needs.check, scenario)])
    for key in scenario.options:
        tranches = needs.all_tranches(scenario, key)
        _check_fabrics(f"options.{key}", tranches, scenario)
        _check_sites(f"options.{key}", tranches, scenario)
    every([partial(check, scenario) for check in (_check_race, _check_gate, _check_criteria)])
    for key, risk in scenario.risks.items():
        check_names(f"risks.{key}.inputs", risk.inputs, scenario.assumptions)
    _check_as_of(scenario, ledger)


def _check_start(start: date) -> None:
    if not FIRST_START <= start <= LAST_START:
        raise BadInput(f"start: {start}; expected {FIRST_START} to {LAST_START}")


def _check_events(scenario: Scenario) -> None:
    for key, name in events(scenario):
        check_known(key, name, scenario.assumptions, "unknown assumption")
        if scenario.assumptions[name].probability is None:
            raise BadInput(
                f'{key}: "{name}" is no event; expected an assumption with a probability'
            )


def _check_causes(scenario: Scenario) -> None:
    squares: dict[str, float] = {}
    known = [*scenario.assumptions, *swinging(scenario)]
    for key, cause in scenario.causes.items():
        where = f"causes.{key}.loadings"
        for name, loading in cause.loadings.items():
            check_known(where, name, known, "unknown assumption or price")
            squares[name] = squares.get(name, 0.0) + loading**2
            if squares[name] > 1 + 1e-12:
                raise BadInput(f'{where}: the squares for "{name}" add up to over 1')


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
    for table in ("causes", "sites", "tranches", "costs", "options", "criteria", "risks"):
        for name, one in getattr(scenario, table).items():
            found[f"{table}.{name}.title"] = one.title
    for name, site in scenario.sites.items():
        for key, stage in site.stages.items():
            found[f"sites.{name}.stages.{key}.title"] = stage.title
    return found


def _check_options(scenario: Scenario) -> None:
    seen: dict[str, str] = {}
    for key, option in scenario.options.items():
        check_names(f"options.{key}.tranches", option.tranches, scenario.tranches)
        other = seen.setdefault(same(option.title), key)
        if other != key:
            raise BadInput(f'options.{key}.title: the same as that of "{other}"; expected its own')
    check_names("compare", scenario.compare or [], scenario.options)
    check_names("baseline", [scenario.baseline] if scenario.baseline else [], scenario.options)


def _check_fabrics(where: str, names: list[str], scenario: Scenario) -> None:
    """What shares a fabric is of one kind, a fallback's tranches among them."""
    fabrics: dict[str, object] = {}
    for name in names:
        tranche = scenario.tranches[name]
        made_of = (tranche.chip, tranche.site, tranche.fabric_gpus, tranche.use)
        if fabrics.setdefault(tranche.fabric or name, made_of) != made_of:
            raise BadInput(
                f'{where}: "{name}" shares a fabric; expected the same chip, site, use and '
                "fabric_gpus"
            )


def _check_sites(where: str, names: list[str], scenario: Scenario) -> None:
    """What stands at one site is all owned or all rented, a fallback's tranches among them."""
    kinds: dict[str, str] = {}
    for name in names:
        tranche = scenario.tranches[name]
        if kinds.setdefault(tranche.site, tranche.kind) != tranche.kind:
            raise BadInput(
                f'{where}: "{name}" is at "{tranche.site}"; expected all tranches there to be '
                "owned, or all rented"
            )


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
        check_known(key, name, scenario.options)
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
            check_known(f"criteria.{key}.scores", name, scenario.options)
    if scenario.criteria and not any(one.swing_weight for one in scenario.criteria.values()):
        raise BadInput("criteria: every swing_weight is 0; expected at least one above 0")


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
    check_known(user, name, ledger.facts, "unknown evidence")
    fact = ledger.facts[name]
    if not fact.backs or fact.public_on is None:
        why = fact.standing if fact.standing != "firm" else "undated or a judgement"
        raise BadInput(f'{user}: evidence "{name}" is {why} and backs nothing')
    return fact.public_on
