"""The facts a scenario rests on: when they became public, of what kind, and what came later."""

import pandas as pd

from analysis.chapters.shared.words import in_words
from analysis.evidence import ledger as ledgers
from analysis.evidence.ledger import Fact, Ledger
from analysis.scenario import load, references
from analysis.scenario.schema import Scenario


def ledger_timeline(scenario: Scenario) -> pd.DataFrame:
    """Facts of the ledger by topic and quarter in which they became public, apart before and after
    the as-of day: columns topic, day (their mean day), known, facts, used (how many of them the
    scenario rests on). Facts without a day are left out.
    """
    cited = references.cited(scenario)
    rows = [
        (fact.topic, fact.public_on, fact.public_on <= scenario.as_of, key in cited)
        for key, fact in ledgers.ledger().facts.items()
        if fact.public_on
    ]
    frame = pd.DataFrame(rows, columns=["topic", "day", "known", "used"])
    frame = frame.assign(day=pd.to_datetime(frame["day"]), facts=1)
    quarters = ["topic", frame["day"].dt.to_period("Q").rename("quarter"), "known"]
    sums = frame.groupby(quarters).agg({"day": "mean", "facts": "sum", "used": "sum"})
    sums = sums.droplevel("quarter").reset_index()
    return sums.assign(day=sums["day"].dt.strftime("%Y-%m-%d"))


def sources_behind(scenario: Scenario) -> pd.DataFrame:
    """The sources of the facts that the scenario rests on; a derived fact counts for the sources of
    all that goes into it. Columns source, title, publisher, kind, url, facts, inputs (assumptions
    and choices that rest on it); the source of most facts first.
    """
    ledger, cited = ledgers.ledger(), references.cited(scenario)
    facts: dict[str, list[str]] = {}
    for key in cited:
        for source in sorted(_origins(ledger, key)):
            facts.setdefault(source, []).append(key)
    rows = []
    for source, keys in facts.items():
        inputs = {name for key in keys for name in cited[key]}
        counts = {"facts": len(keys), "inputs": len(inputs)}
        rows.append({"source": source, **ledger.sources[source], **counts})
    columns = ["source", "title", "publisher", "kind", "url", "facts", "inputs"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["facts", "inputs", "source"], ascending=[False, False, True])


def _origins(ledger: Ledger, key: str) -> set[str]:
    """The sources of a fact, or of all the facts that it is derived from."""
    fact = ledger.facts[key]
    if not fact.parents:
        return {fact.source}
    return {source for parent in fact.parents for source in _origins(ledger, parent)}


def later_facts(scenario: Scenario) -> list[Fact]:
    """The facts of the ledger that became public after the as-of day, the newest first."""
    facts = ledgers.ledger().facts.values()
    later = [fact for fact in facts if fact.public_on and fact.public_on > scenario.as_of]
    return sorted(later, key=lambda fact: (fact.public_on, fact.id), reverse=True)


def looking_back(scenario: Scenario) -> Scenario | None:
    """The shipped scenario of the same day of decision that looks back from the latest day; None
    if none looks back from later than this one."""
    shipped = (load.read(load.find(slug)) for slug in load.shipped())
    later = [s for s in shipped if s.start == scenario.start and s.as_of > scenario.as_of]
    return max(later, key=lambda other: other.as_of, default=None)


def changed_by_later(scenario: Scenario) -> pd.DataFrame:
    """What a later look at the same decision rests on facts that were not public yet: one row per
    assumption of both, columns label, unit, then, later (the ranges in words), basis (the ids of
    the later facts).
    """
    other, used = looking_back(scenario), references.used_assumptions(scenario)
    new = {fact.id for fact in later_facts(scenario)}
    rows = []
    for name, theirs in other.assumptions.items() if other else ():
        basis = " ".join(key for key in theirs.basis if key in new)
        if basis and name in used:
            mine = scenario.assumptions[name]
            rows.append((mine.label, mine.unit, in_words(mine), in_words(theirs), basis))
    return pd.DataFrame(rows, columns=["label", "unit", "then", "later", "basis"])


def sources(scenario: Scenario) -> pd.DataFrame:
    """The facts that the scenario rests on: columns fact (its id), quantity, value, unit, public_on
    (the day), kind, source, url."""
    ledger, rows = ledgers.ledger(), []
    for key in sorted(references.cited(scenario)):
        fact = ledger.facts[key]
        source = ledger.sources[fact.source]
        ends = (x for x in (fact.at_least, fact.value, fact.at_most) if x)
        derived = f"derived: {fact.arithmetic}" if fact.kind == "derived" else ""
        row = {"fact": key, "quantity": fact.quantity, "value": " to ".join(dict.fromkeys(ends))}
        row |= {"unit": "" if fact.unit == "date" else fact.unit}
        row |= {"public_on": str(fact.public_on or ""), "kind": fact.kind}
        row |= {"source": derived or source["title"], "url": source["url"] or fact.read_at}
        rows.append(row)
    return pd.DataFrame(rows)
