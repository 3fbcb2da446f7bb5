"""The walk from one answer to another as a frame."""

import pandas as pd

from analysis.changes import Step
from analysis.estimates import Estimate

MEASURES = ("cost_usd", "months")
MOST_STEPS = 12

Ends = tuple[Estimate, Estimate]


def waterfall(steps: list[Step], start: Ends, end: Ends, names: tuple[str, str]) -> pd.DataFrame:
    """What each changed input moved the pair by, (measures x (steps + 2), 8): `measure` (cost_usd
    or months), `label`, `kind` (before, step, after), `first` and `last` of the bar, `moved`, `se`
    and `changed`, the value before and after in words.

    The first and the last row of a measure are the two answers; the steps lie between, the largest
    first, and the bars join. The smallest of more than twelve are one. Of two things with the same
    label the second is numbered.
    """
    rows: list[dict[str, object]] = []
    for k, measure in enumerate(MEASURES):
        at = start[k].value or 0.0
        rows.append(_row(measure, names[0], "before", 0.0, at, start[k].se, ""))
        for label, moved, se, changed in _largest(steps, measure):
            rows.append(_row(measure, label, "step", at, at + moved, se, changed))
            at += moved
        rows.append(_row(measure, names[1], "after", 0.0, end[k].value or 0.0, end[k].se, ""))
    frame = pd.DataFrame(rows)
    again = frame.groupby(["measure", "label"]).cumcount() + 1
    numbered = frame["label"] + again.map(lambda n: f" ({n})" if n > 1 else "")
    return frame.assign(label=numbered)


def _largest(steps: list[Step], measure: str) -> list[tuple[str, float, float | None, str]]:
    """Label, amount, error and change in words of each step that moves a measure, largest first."""
    found = [(_label(one), *_amount(one, measure), _changed(one)) for one in steps]
    moving = sorted((one for one in found if one[1]), key=lambda one: -abs(one[1]))
    if len(moving) <= MOST_STEPS:
        return moving
    rest = moving[MOST_STEPS - 1 :]
    others = f"{len(rest)} smaller ones"
    return [*moving[: MOST_STEPS - 1], (others, sum(one[1] for one in rest), None, "")]


def _amount(one: Step, measure: str) -> tuple[float, float | None]:
    found: Estimate = getattr(one, measure)
    return found.value or 0.0, found.se


def _label(one: Step) -> str:
    return "; ".join(dict.fromkeys(change.label for change in one.changes))


def _changed(one: Step) -> str:
    told = [f"{c.before} to {c.after}" for c in one.changes if c.before != c.after]
    return "; ".join(told)


def _row(
    measure: str, label: str, kind: str, first: float, last: float, se: float | None, changed: str
) -> dict[str, object]:
    return {
        "measure": measure,
        "label": label,
        "kind": kind,
        "first": first,
        "last": last,
        "moved": last - first,
        "se": se,
        "changed": changed,
    }
