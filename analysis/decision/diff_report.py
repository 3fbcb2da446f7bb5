"""What moved between two answers, as `workbook diff` tells it: in words, and as plain data."""

from dataclasses import asdict
from typing import Any

from analysis.decision.attribution import Change, Step
from analysis.decision.difference import (
    SCHEMA,
    VERSION,
    Answer,
    Difference,
    Row,
    still,
)
from analysis.decision.headline import rounded
from analysis.decision.wording import figure, large, percent, usd
from analysis.model import estimates
from analysis.model.estimates import TELLING, Estimate


def plain(found: Difference) -> dict[str, Any]:
    """What moved, as plain data."""
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "before": _run(found.before),
        "after": _run(found.after),
        "pair": list(found.pair) if found.pair else None,
        "only_before": found.only_before,
        "only_after": found.only_after,
        "rows": plain_rows(found),
        "waterfall": _plain_steps(found),
        "notes": notes(found),
    }


def cells(found: Difference) -> list[list[str]]:
    """Each row in words: what it is, before, after, and what it moved by."""
    return [[_name(found, row), *in_words(row)] for row in found.rows]


def notes(found: Difference) -> list[str]:
    """What must be said beside the numbers, one line each."""
    said = []
    for answer, only in ((found.before, found.only_before), (found.after, found.only_after)):
        said += [f"Only {answer.name} has: {', '.join(only)}."] * bool(only)
    if any(_unseen(row.moved) for row in found.rows):
        said.append(f"~: not told from zero; the difference is under {TELLING:g} standard errors.")
    if found.pair is None:
        said.append("No pair of options is in both, so nothing is said of their difference.")
    elif found.before.result is None or found.after.result is None:
        said.append("A headline holds no inputs, so which of them moved the pair cannot be shown.")
    elif not found.steps:
        said.append("No input on which the pair rests has changed.")
    else:
        said += _of_the_steps(found.steps)
    return said


def _of_the_steps(steps: list[Step]) -> list[str]:
    said = [
        "Each input is changed alone on the same futures, in the order of the file and in the "
        "opposite one; a line is the mean of the two, so that the lines add up."
    ]
    if together := [step.changes for step in steps if len(step.changes) > 1]:
        names = "; ".join(" and ".join(change.label for change in group) for group in together)
        said.append(f"Changed together, because the model does not run in between: {names}.")
    if idle := still(steps):
        said.append(f"Changed without moving either: {'; '.join(change.label for change in idle)}.")
    return said


def less(found: Difference) -> str:
    """The pair in words."""
    a, b = found.pair or ("", "")
    options = found.after.headline["options"]
    return f"{options[a]['title']} less {options[b]['title']}"


NAMES = {
    "meets_need": "meets the need",
    "reaches_target": "reaches the target",
    "first_training_p50": "first training, P50",
    "full_capacity_p50": "full capacity, P50",
    "target_p50": "target, P50",
    "compared_cost_mean": "compared cost, mean",
    "served_share_mean": "served of the service, mean",
    "h100_hours_mean": "H100-hours delivered, mean",
    "present_cost_mean": "present cost, mean",
    "present_cost_p50": "present cost, P50",
    "cost_difference_mean": "compared cost, mean",
    "present_cost_difference_mean": "present cost, mean",
    "h100_hours_difference_mean": "H100-hours delivered, mean",
    "months_difference_mean": "months to the target, mean",
    "a_earlier": "{a} is earlier",
    "b_earlier": "{b} is earlier",
    "a_cheaper": "{a} has the lower compared cost",
    "b_cheaper": "{b} has the lower compared cost",
    "break_even_month": "break-even value of a month",
    "flip_rate": "discount rate that turns the cost",
}


def _name(found: Difference, row: Row) -> str:
    options = found.after.headline["options"]
    words = NAMES[row.quantity]
    if row.subject:
        return f"{options[row.subject]['title']}: {words}"
    a, b = found.pair or ("", "")
    if "{" in words:
        return words.format(a=options[a]["title"], b=options[b]["title"])
    return f"{less(found)}: {words}"


def in_words(row: Row) -> list[str]:
    """Before, after, and what it moved by, marked where it cannot be told from zero."""
    none = "never" if row.unit == "months" else "none"
    ends = [none if x is None else _shown(x, row.unit) for x in (row.before, row.after)]
    return [*ends, "" if row.moved.value is None else _moved(row.moved, row.unit)]


def _moved(moved: Estimate, unit: str) -> str:
    value = moved.value or 0.0
    if value == 0:
        return "0"
    if unit.startswith("share"):
        shown = f"{figure(100 * abs(value), 100 * (moved.se or 0.0) or None, 2)} points"
    else:
        shown = _shown(abs(value), unit, moved.se)
    if not any(digit in shown for digit in "123456789"):
        return f"0{mark(moved)}"
    return f"{'+' if value > 0 else '-'}{shown}{mark(moved)}"


def mark(moved: Estimate) -> str:
    """What stands behind a difference that cannot be told from zero."""
    return " ~" if _unseen(moved) else ""


def _unseen(moved: Estimate) -> bool:
    """Whether a difference is there and cannot be told from zero."""
    return bool(moved.value) and not estimates.told(moved)


def _shown(value: float | None, unit: str, se: float | None = None) -> str:
    if value is None:
        return "none"
    if unit == "USD":
        return usd(value, se)
    if unit == "hours":
        return large(value, se)
    if unit == "share":
        return percent(value)
    return f"{figure(100 * value)} %" if unit == "share per year" else figure(value, se)


def _run(answer: Answer) -> dict[str, Any]:
    about, run = answer.headline["scenario"], answer.headline["run"]
    return {"name": answer.name, "scenario": about["slug"], "as_of": about["as_of"], **run}


def plain_rows(found: Difference) -> list[dict[str, Any]]:
    """Each row as plain data."""
    return [
        {
            "option": row.subject or None,
            "quantity": row.quantity,
            "unit": row.unit,
            "before": _digits(row.before),
            "after": _digits(row.after),
            "moved": _estimate(row.moved),
            "told_from_zero": None if row.moved.value is None else estimates.told(row.moved),
        }
        for row in found.rows
    ]


def _plain_steps(found: Difference) -> dict[str, Any] | None:
    if found.steps is None or found.start is None or found.end is None:
        return None
    steps = [
        {"changes": [_plain_change(change) for change in step.changes]}
        | _two(step.cost_usd, step.months)
        for step in found.steps
    ]
    return {"start": _two(*found.start), "steps": steps, "end": _two(*found.end)}


def _plain_change(change: Change) -> dict[str, str]:
    about = asdict(change) | {"key": ".".join(change.place)}
    return {name: about[name] for name in ("kind", "key", "label", "before", "after")}


def _two(cost: Estimate, months: Estimate) -> dict[str, Any]:
    return {"cost_usd": _estimate(cost), "months": _estimate(months)}


def _estimate(estimate: Estimate) -> dict[str, float | None]:
    return {name: _digits(x) for name, x in asdict(estimate).items()}


def _digits(value: float | None) -> float | None:
    return None if value is None else rounded(value)
