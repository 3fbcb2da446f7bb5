"""What an analysis of alternatives must show (`data/practices.toml`), and whether a scenario keeps
it: an answer and its count."""

import tomllib
from collections.abc import Callable

import pandas as pd

from analysis.chapters.assumptions.tables import BASES, basis_of
from analysis.chapters.shared.words import listed, only_one
from analysis.decision.wording import percent, stated, usd
from analysis.evidence.files import text
from analysis.evidence.ledger import DATA
from analysis.model import comparison
from analysis.scenario import references
from analysis.scenario.schema import OwnedTranche, Scenario, Tranche

YES, NO, JUDGE = "yes", "no", "the reader must judge"
"""Whether a practice is kept."""


LEAST_OPTIONS = 5
"""Fewer options, the baseline among them, are no list of alternatives."""


Found = tuple[str, str]
"""Whether a practice is kept, and what was found, in words."""


def _found(kept: bool, words: str) -> Found:
    return (YES if kept else NO), words


def _varying(scenario: Scenario) -> int:
    """How many of the assumptions that are used vary."""
    names = references.used_assumptions(scenario)
    return sum(scenario.assumptions[name].varies for name in names)


def need_alone(scenario: Scenario) -> Found:
    """No title of an option or a tranche stands in the words of the need."""
    need, service = scenario.need, scenario.need.service
    values = [need.target_flop, need.use_share, service.h100_gpus if service else None]
    named = [t for value in values if value is not None for t in references.terms(value)]
    said = [scenario.assumptions[name].label for name in named if isinstance(name, str)]
    asked_for = set(references.choices(scenario)) - set(type(scenario.choices).model_fields)
    said += [references.choices(scenario)[name].why for name in asked_for]
    words = " ".join([*said, service.why if service else ""]).lower()
    tables = (*scenario.options.values(), *scenario.tranches.values())
    found = [table.title for table in tables if table.title.lower() in words]
    if found:
        return NO, f"The words of the need name {', '.join(found)}."
    asked = ["a target with a deadline"] * (need.target_flop is not None)
    asked += ["a service over time"] * (service is not None)
    return YES, f"It asks for {listed(asked)}; the words name no option."


def reasons(scenario: Scenario) -> Found:
    """Every choice that the file sets says why."""
    left_out = set(type(scenario.choices).model_fields) - scenario.choices.model_fields_set
    stated = {n: c for n, c in references.choices(scenario).items() if n not in left_out}
    without = [name for name, one in stated.items() if not one.why and not one.basis]
    words = f"{len(stated) - len(without)} of {len(stated)} choices that are set say why."
    return _found(not without, words)


def grounds(scenario: Scenario) -> Found:
    """Every assumption says what it rests on; the file would not be read otherwise."""
    found = [basis_of(scenario.assumptions[name]) for name in references.used_assumptions(scenario)]
    alone = found.count(BASES[-1])
    words = f"{len(found)} of {len(found)} assumptions do; {alone or 'none'} on judgement alone."
    return YES, words


def known_on_the_day(scenario: Scenario) -> Found:
    """What was used was known on the day of decision."""
    if scenario.as_of > scenario.start:
        return NO, f"Facts up to {scenario.as_of} were used for a decision of {scenario.start}."
    words = f"Nothing that became public after {scenario.as_of} was used."
    return YES, words


def weighted_criteria(scenario: Scenario) -> Found:
    """Criteria besides the need, time and cost are stated, with their weights."""
    count = len(scenario.criteria)
    if not count:
        return NO, "No criteria besides the need, time and cost are stated."
    return YES, f"Criteria with a swing weight: {count}, kept apart from money and time."


def enough_options(scenario: Scenario) -> Found:
    """There are at least `LEAST_OPTIONS`."""
    count = len(scenario.options)
    words = f"Options: {count}; at least {LEAST_OPTIONS} are asked."
    return _found(count >= LEAST_OPTIONS, words)


def baseline(scenario: Scenario) -> Found:
    """One option is named as the baseline."""
    if scenario.baseline is None:
        return NO, "No option is named as the baseline."
    return YES, f"It is {scenario.options[scenario.baseline].title}."


def described(scenario: Scenario) -> Found:
    """No description of an option is blank."""
    blank = [one.title for one in scenario.options.values() if not one.description]
    if blank:
        return NO, f"Without a description: {', '.join(blank)}."
    return YES, f"Options with a description: {len(scenario.options)} of {len(scenario.options)}."


def risks_answered(scenario: Scenario) -> Found:
    """There is a register of risks; its form asks for inputs and an answer."""
    if not scenario.risks:
        return NO, "No register of risks is stated."
    inputs = {name for one in scenario.risks.values() for name in one.inputs}
    return YES, f"Risks: {len(scenario.risks)}, through {len(inputs)} inputs, each with an answer."


def every_phase(scenario: Scenario) -> Found:
    """Owned sites have staff and a building or a hall; all else of a machine must be stated."""
    owned = [t for t in _tranches(scenario) if isinstance(t, OwnedTranche)]
    if not owned:
        return YES, "Nothing is owned; rent, renewal and what is left of a term are counted."
    blank = []
    for name in dict.fromkeys(one.site for one in owned):
        site = scenario.sites[name]
        blank += [f"staff of {site.title}"] if site.staff_usd_per_year is None else []
        places = (site.works_usd, site.works_usd_per_mw, site.lease_usd_per_kw_month)
        blank += [f"works or hall of {site.title}"] if places == (None, None, None) else []
    if blank:
        return NO, f"Left out, so counted as nothing: {', '.join(blank)}."
    words = "Purchase, works or hall, energy, staff, upkeep, insurance and end value are stated."
    return YES, words


def full_life(scenario: Scenario) -> Found:
    """The horizon is no shorter than the deadline, and the service lasts to it."""
    horizon, need = scenario.choices.horizon_months.value, scenario.need
    words = f"Counted and discounted over {horizon:g} months; contracts that run on are counted too"
    if need.by_months is None:
        return YES, f"{words}."
    by = need.by_months.value
    return _found(horizon >= by, f"{words}; the deadline is month {by:g}.")


def ranges_on_every_number(scenario: Scenario) -> Found:
    """No number that is used stands alone: neither as a fixed assumption nor in a table."""
    names = references.used_assumptions(scenario)
    fixed = len(names) - _varying(scenario)
    numbers = [t for use in references.uses(scenario) for t in references.terms(use.value)]
    alone = sum(isinstance(term, float) for term in numbers)
    words = (
        f"{len(names) - fixed} of {len(names)} assumptions vary; {fixed or 'none'} "
        f"{'is' if fixed == 1 else 'are'} fixed, and {alone or 'no'} numbers stand in the tables "
        "of the scenario without a range."
    )
    return _found(not fixed and not alone, words)


def sensitivity(scenario: Scenario) -> Found:
    """Something varies, and at least one choice is shown at other values."""
    varies = _varying(scenario)
    choices = [one for one in references.choices(scenario).values() if set(one.swept) - {one.value}]
    words = f"Inputs that are varied: {varies}; choices shown at other values: {len(choices)}."
    return _found(bool(varies and choices), words)


def same_optimism(scenario: Scenario) -> Found:
    """How many inputs the pair shares, and what the inputs of one side alone rest on."""
    asked = comparison.pair(scenario)
    if asked is None:
        return NO, only_one("there is no other side")
    one, other = (references.used_by(scenario, name) for name in asked)
    sides = []
    for name, mine in zip(asked, (one - other, other - one), strict=True):
        alone = sum(basis_of(scenario.assumptions[key]) == BASES[-1] for key in mine)
        title = scenario.options[name].title
        sides.append(f"{title} alone has {len(mine)}, {alone or 'none'} on judgement alone")
    words = f"Inputs of both: {len(one & other)}; {'; '.join(sides)}. All run on the same draws."
    return JUDGE, words


def _tranches(scenario: Scenario) -> list[Tranche]:
    names = {name for one in scenario.options.values() for name in one.tranches}
    return [scenario.tranches[name] for name in scenario.tranches if name in names]


def requirements(scenario: Scenario) -> Found:
    """What a run waits for, what must be served and how much is used; the file must say it."""
    start, service = scenario.need.start_gpus, scenario.need.service
    words = [f"A run waits for {stated(start.value)} GPUs"] if start is not None else []
    if service is not None:
        words.append(f"{percent(service.served_share.value)} of the hours wanted must be served")
    words.append("every option uses the same share of its hours")
    return YES, f"{'; '.join(words)}."


def same_service(scenario: Scenario) -> Found:
    """One need for all options, and hours that fall short of it have a price."""
    service = scenario.need.service
    if service is None:
        return JUDGE, "One target for all; hours that are not delivered cost nothing."
    swept = len({*service.short_hour_usd.swept} - {service.short_hour_usd.value})
    words = f"One need for all; an hour that is short costs {usd(service.short_hour_usd.value)}"
    return YES, f"{words} (other values tried: {swept or 'none'})."


def spread(scenario: Scenario) -> Found:
    """Costs have a range where an input varies."""
    varies = _varying(scenario)
    if not varies:
        return NO, "No input varies, so every range is a single value."
    return YES, f"P10 to P90 of every cost, from {varies} inputs that vary."


RULES: dict[str, Callable[[Scenario], Found]] = {
    rule.__name__: rule
    for rule in (
        need_alone,
        reasons,
        grounds,
        known_on_the_day,
        weighted_criteria,
        enough_options,
        baseline,
        described,
        risks_answered,
        every_phase,
        full_life,
        ranges_on_every_number,
        sensitivity,
        same_optimism,
        requirements,
        same_service,
        spread,
    )
}
"""What is looked up in the scenario, by the name that the file calls it."""


def standards(scenario: Scenario) -> pd.DataFrame:
    """One row per practice: columns test, number (of the GAO's list; 0 for one of the AQuA Book),
    practice, where (the notebook, and for the report its section), kept (`YES`, `NO` or `JUDGE`),
    found (in words, with the count where it is counted from the scenario), counted (whether it is).
    """
    rows = []
    for row in tomllib.loads(text(DATA / "practices.toml"))["practices"]:
        rule = row.pop("rule", None)
        kept, found = RULES[rule](scenario) if rule else (row["kept"], row["found"])
        rows.append(row | {"kept": kept, "found": found, "counted": rule is not None})
    return pd.DataFrame(rows)
