"""Names of a file that read almost like one that it inherits, and would be passed over."""

import difflib
from collections.abc import Collection, Mapping
from typing import Any

from analysis.evidence.files import BadInput
from analysis.scenario import references
from analysis.scenario.schema import Scenario

ALMOST = 0.93
"""How alike two names are of which one is the other misspelt: a letter of a dozen."""


def check(scenario: Scenario, stated: Mapping[str, Any], defaults: Collection[str]) -> None:
    """Refuses such names of the file's own tables (`stated`): an assumption that nothing uses, a
    milestone beside the one that is meant."""
    own, used = set(stated.get("assumptions", {})), set(references.used_assumptions(scenario))
    idle = own & set(scenario.assumptions) - used - set(defaults)  # a chip may have been changed
    _check_near("assumptions", idle, used - own, "nothing uses it")
    for name, table in stated.get("tranches", {}).items():
        if name in scenario.tranches and isinstance(mine := table.get("milestones"), dict):
            inherited = set(scenario.tranches[name].milestones) - set(mine)
            _check_near(
                f"tranches.{name}.milestones", set(mine), inherited, "stands beside another"
            )


def _check_near(where: str, names: set[str], known: set[str], what: str) -> None:
    for name in sorted(names):
        if close := difflib.get_close_matches(name, sorted(known), n=1, cutoff=ALMOST):
            raise BadInput(f'{where}.{name}: {what}; nearest known: "{close[0]}"')
