"""Titles and labels that read the same, told apart: no table and no picture takes two for one."""

from collections.abc import Iterator, Mapping

from analysis.evidence import ledger
from analysis.scenario import edits
from analysis.scenario.edits import Place
from analysis.scenario.schema import Scenario

LONGEST = 1990
"""A title is cut to so many characters before its number, so that it stays one that is read."""


def told_apart(titles: Mapping[str, str]) -> dict[str, str]:
    """Key -> title, numbered where one before it reads the same."""
    found: dict[str, str] = {}
    for key, words in titles.items():
        numbered = (f"{words[:LONGEST]} ({number})" for number in range(2, len(titles) + 2))
        taken = {*found.values(), *(other for other in titles.values() if other != words)}
        found[key] = next(name for name in (words, *numbered) if name not in taken)
    return found


def chip_titles(scenario: Scenario) -> dict[str, str]:
    """What each chip of a scenario is called: by the title that it states, else by its name in the
    table of chips, else by its key."""
    known = ledger.chips()
    return told_apart(
        {
            key: chip.title or known.get(key, {}).get("name", key)
            for key, chip in scenario.chips.items()
        }
    )


def numbered(scenario: Scenario) -> Scenario:
    """The scenario in which every two inputs, criteria, risks, sites, or stages of one site, are
    called differently: the later ones of one title by a number."""
    for place, field in _tables(scenario):
        table = edits.value_at(scenario, place)
        titles = {key: getattr(entry, field) for key, entry in table.items()}
        for key, name in told_apart(titles).items():
            if name != titles[key]:
                scenario = edits.with_value(scenario, (*place, key, field), name)
    return scenario


def _tables(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    yield ("assumptions",), "label"
    for table in ("criteria", "risks", "sites", "costs"):
        yield (table,), "title"
    for site in scenario.sites:
        yield ("sites", site, "stages"), "title"
