"""What `workbook diff` reads and prints: two scenarios or headlines, and what moved."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.decision.attribution import Change, Step
from analysis.decision.difference import (
    SCHEMA,
    VERSION,
    Answer,
    Difference,
    Row,
    answered,
    moving,
    still,
)
from analysis.decision.headline import SCHEMA as HEADLINE
from analysis.decision.headline import VERSION as HEADLINE_VERSION
from analysis.decision.headline import rounded
from analysis.decision.wording import figure, percent, usd
from analysis.evidence.files import BadInput, cleaned, text
from analysis.model import estimates
from analysis.model.estimates import TELLING, Estimate
from analysis.scenario import load


class _Table(BaseModel):
    """What of a headline is compared; the rest of it is not looked at."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False)


class _Number(_Table):
    value: float | None
    se: float | None


class _Certain(_Table):
    value: float
    se: float


class _Date(_Table):
    within_horizon: _Certain
    p50: _Number


class _Amount(_Table):
    mean: _Certain
    p50: _Certain


class _Option(_Table):
    title: str
    meets_need: _Certain
    first_training_months: _Date
    full_capacity_months: _Date
    target_months: _Date
    present_cost_usd: _Amount


class _Pair(_Table):
    a: str
    b: str
    cost_difference_usd: _Amount
    months_difference: _Amount
    a_earlier: _Certain
    b_earlier: _Certain
    a_cheaper: _Certain
    b_cheaper: _Certain
    break_even_month_usd: _Number
    flip_rate_per_year: float | None


class _Comparison(_Table):
    pair: list[str] | None = Field(min_length=2, max_length=2)
    pairs: list[_Pair]


class _Scenario(_Table):
    slug: str
    as_of: str


class _Run(_Table):
    draws: int = Field(ge=1)
    seed: int


class _Headline(_Table):
    scenario: _Scenario
    run: _Run
    options: dict[str, _Option] = Field(min_length=1)
    comparison: _Comparison


def read(name: str, number: int, seed: int) -> Answer:
    """The answer of a scenario (slug, or path ending in .toml) or of a headline (path ending in
    .json); refuses what is neither in one line."""
    if name.endswith(".json"):
        found = _headline(Path(name))
        return Answer(found["scenario"]["slug"], found, None)
    try:
        path = load.find(name)
    except BadInput as error:
        raise BadInput(f"{error}; or the headline.json of a report") from None
    return answered(path.stem, load.read(path), number, seed)


def read_both(before: str, after: str, number: int, seed: int) -> tuple[Answer, Answer]:
    """Two answers as `read` has them; of one name and two runs, each is called by its run too."""
    one, other = read(before, number, seed), read(after, number, seed)
    if one.name != other.name or _futures(one) == _futures(other):
        return one, other
    return _by_run(one), _by_run(other)


def _by_run(one: Answer) -> Answer:
    return replace(one, name=f"{one.name} ({_futures(one)})")


def _futures(one: Answer) -> str:
    run = one.headline["run"]
    return f"{run['draws']:,} futures, seed {run['seed']}"


def _headline(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(text(path))
    except (ValueError, RecursionError):
        raise BadInput(f"{path.name}: no JSON; expected a headline.json of a report") from None
    known = found if isinstance(found, dict) else {}
    if (known.get("schema"), known.get("version")) != (HEADLINE, HEADLINE_VERSION):
        expected = (
            f'a headline.json of a report ("schema": "{HEADLINE}", version {HEADLINE_VERSION})'
        )
        raise BadInput(f"{path.name}: no headline; expected {expected}")
    try:
        checked = _Headline.model_validate(found)
        cleaned("", found)
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        raise BadInput(f"{path.name}: {key}: {first['msg'].lower()}") from None
    _check_pairs(path.name, checked)
    return checked.model_dump()


def _check_pairs(name: str, found: _Headline) -> None:
    """Every two options are compared once, the pair of the question among them."""
    told = sorted(sorted((one.a, one.b)) for one in found.comparison.pairs)
    options = sorted(found.options)
    if told != [[a, b] for i, a in enumerate(options) for b in options[i + 1 :]]:
        raise BadInput(f"{name}: comparison.pairs: expected every two options once")
    asked = found.comparison.pair
    if asked is not None and sorted(asked) not in told:
        raise BadInput(f"{name}: comparison.pair: expected two of the options")


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
        "rows": [_plain_row(row) for row in found.rows],
        "waterfall": _plain_steps(found),
        "notes": notes(found),
    }


def printed(found: Difference) -> str:
    """What moved, as a plain table for people."""
    lines = []
    for word, one in (("from", found.before), ("to", found.after)):
        as_of = one.headline["scenario"]["as_of"]
        lines.append(f"{word:4}  {one.name}, as of {as_of}; {_futures(one)}")
    rows = [["", "from", "to", "moved"]]
    for row in found.rows:
        rows.append([_name(found, row), *_cells(row)])
    lines += ["", *_columns(rows)] if found.rows else []
    if found.steps and found.start and found.end:
        lines += ["", *_waterfall(found, found.steps, found.start, found.end)]
    return "\n".join([*lines, "", *notes(found)])


def notes(found: Difference) -> list[str]:
    """What must be said beside the numbers, one line each."""
    said = []
    for one, only in ((found.before, found.only_before), (found.after, found.only_after)):
        said += [f"Only {one.name} has: {', '.join(only)}."] * bool(only)
    if any(_unseen(row) for row in found.rows):
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
    if together := [one for one in steps if len(one.changes) > 1]:
        names = "; ".join(" and ".join(c.label for c in one.changes) for one in together)
        said.append(f"Changed together, because the model does not run in between: {names}.")
    if idle := still(steps):
        said.append(f"Changed without moving either: {'; '.join(c.label for c in idle)}.")
    return said


def _waterfall(
    found: Difference,
    steps: list[Step],
    start: tuple[Estimate, Estimate],
    end: tuple[Estimate, Estimate],
) -> list[str]:
    """The walk from one answer to the other as a table, the largest steps in cost first. Amounts of
    a column have one unit and as many decimals, so that the lines add up to the eye too."""
    largest = max(abs(one.cost_usd.value or 0.0) for one in steps)
    size, unit = (1e6, "million USD") if largest >= 1e6 else (1.0, "USD")
    rows = [[f"{_less(found)}, on the mean", "", f"present cost, {unit}", "months"]]
    rows.append([found.before.name, "", *_end(start, size)])
    for one in sorted(moving(steps), key=lambda step: -abs(step.cost_usd.value or 0.0)):
        moved = (_step(one.cost_usd, size, 1), _step(one.months, 1, 2))
        rows.append([f"  {_labels(one.changes)}", _values(one.changes), *moved])
    rows.append([found.after.name, "", *_end(end, size)])
    return _columns(rows, left=2)


def _end(values: tuple[Estimate, Estimate], size: float) -> list[str]:
    cost, months = (one.value or 0.0 for one in values)
    return [f"{cost / size:,.1f}", f"{months:,.2f}"]


def _step(one: Estimate, size: float, decimals: int) -> str:
    value = one.value or 0.0
    return f"{value / size:+,.{decimals}f}{_mark(one)}" if value else "0"


def _labels(changed: list[Change]) -> str:
    return "; ".join(f"{one.kind}: {one.label}" for one in changed)


def _values(changed: list[Change]) -> str:
    told = [f"{one.before} -> {one.after}" for one in changed if one.before != one.after]
    return "; ".join(told)


def _less(found: Difference) -> str:
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
    "present_cost_mean": "present cost, mean",
    "present_cost_p50": "present cost, P50",
    "cost_difference_mean": "present cost, mean",
    "months_difference_mean": "months to the target, mean",
    "a_earlier": "{a} is earlier",
    "b_earlier": "{b} is earlier",
    "a_cheaper": "{a} is cheaper",
    "b_cheaper": "{b} is cheaper",
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
    return f"{_less(found)}: {words}"


def _cells(row: Row) -> list[str]:
    """Before, after, and what it moved by, marked where it cannot be told from zero."""
    none = "never" if row.unit == "months" else "none"
    ends = [none if x is None else _shown(x, row.unit) for x in (row.before, row.after)]
    return [*ends, "" if row.moved.value is None else _moved(row.moved, row.unit)]


def _moved(one: Estimate, unit: str) -> str:
    value = one.value or 0.0
    if value == 0:
        return "0"
    if unit.startswith("share"):
        shown = f"{figure(100 * abs(value), 100 * (one.se or 0.0) or None, 2)} points"
    else:
        shown = _shown(abs(value), unit, one.se)
    if not any(digit in shown for digit in "123456789"):
        return f"0{_mark(one)}"
    return f"{'+' if value > 0 else '-'}{shown}{_mark(one)}"


def _mark(one: Estimate) -> str:
    return " ~" if _small(one) else ""


def _unseen(row: Row) -> bool:
    return _small(row.moved)


def _small(one: Estimate) -> bool:
    """Whether a difference is there and cannot be told from zero."""
    return bool(one.value) and not estimates.told(one)


def _shown(value: float | None, unit: str, se: float | None = None) -> str:
    if value is None:
        return "none"
    if unit == "USD":
        return usd(value, se)
    if unit == "share":
        return percent(value)
    return f"{figure(100 * value)} %" if unit == "share per year" else figure(value, se)


def _columns(rows: list[list[str]], left: int = 1) -> list[str]:
    """Rows as lines of aligned columns, so many of them to the left."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if i < left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def _run(one: Answer) -> dict[str, Any]:
    about, run = one.headline["scenario"], one.headline["run"]
    return {
        "name": one.name,
        "scenario": about["slug"],
        "as_of": about["as_of"],
        "draws": run["draws"],
        "seed": run["seed"],
    }


def _plain_row(row: Row) -> dict[str, Any]:
    return {
        "option": row.subject or None,
        "quantity": row.quantity,
        "unit": row.unit,
        "before": _digits(row.before),
        "after": _digits(row.after),
        "moved": _estimate(row.moved),
        "told_from_zero": None
        if row.moved.value is None
        else bool(row.moved.value) and not _unseen(row),
    }


def _plain_steps(found: Difference) -> dict[str, Any] | None:
    if found.steps is None or found.start is None or found.end is None:
        return None
    return {
        "start": _two(*found.start),
        "steps": [
            {
                "changes": [
                    {
                        "kind": c.kind,
                        "key": ".".join(c.place),
                        "label": c.label,
                        "before": c.before,
                        "after": c.after,
                    }
                    for c in one.changes
                ],
                **_two(one.cost_usd, one.months),
            }
            for one in found.steps
        ],
        "end": _two(*found.end),
    }


def _two(cost: Estimate, months: Estimate) -> dict[str, Any]:
    return {"cost_usd": _estimate(cost), "months": _estimate(months)}


def _estimate(one: Estimate) -> dict[str, float | None]:
    return {"value": _digits(one.value), "se": _digits(one.se)}


def _digits(value: float | None) -> float | None:
    return None if value is None else rounded(value)
