"""What `workbook diff` shows: what moved of each option and of the pair, and by which input."""

from collections.abc import Iterator
from itertools import groupby

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analysis.decision.attribution import Change, Step
from analysis.decision.diff_report import NAMES, in_words, less, mark
from analysis.decision.difference import Difference, Row, moving
from analysis.decision.sides import futures
from analysis.decision.wording import scale
from analysis.model.estimates import Estimate

INDENT = (0, 0, 0, 2)


def sides(difference: Difference) -> Iterator[str]:
    """The two answers, one line each."""
    for word, answer in (("from", difference.before), ("to", difference.after)):
        as_of = answer.headline["scenario"]["as_of"]
        yield f"{word:4}  {answer.name}, as of {as_of}; {futures(answer)}"


def shown(difference: Difference) -> list[Table]:
    """What moved of each option and of the pair, and the walk of the pair, where there is any."""
    rows = [row for row in difference.rows if _moved(row)]
    tables = [_rows(difference, rows)] if rows else []
    return [*tables, _walk(difference, difference.steps)] if difference.steps else tables


def unmoved(difference: Difference) -> list[str]:
    """One line that names what nothing moved of."""
    still = [
        _subject(difference, subject)
        for subject, rows in groupby(difference.rows, lambda row: row.subject)
        if not any(map(_moved, rows))
    ]
    return [f"Nothing moved of: {'; '.join(still)}."] if still else []


def _moved(row: Row) -> bool:
    return row.moved.value != 0 and row.before != row.after


def _subject(difference: Difference, option: str) -> str:
    """The option of a row by its title, or the pair."""
    return (
        str(difference.after.headline["options"][option]["title"]) if option else less(difference)
    )


def _rows(difference: Difference, rows: list[Row]) -> Table:
    table = _table("", "from", "to", "moved")
    for subject, its_rows in groupby(rows, lambda row: row.subject):
        table.add_row(Text(_subject(difference, subject), style="bold"))
        for row in its_rows:
            label, cells = _line(difference, row)
            table.add_row(Padding(Text(label), INDENT), *map(Text, cells))
    return table


def _line(difference: Difference, row: Row) -> tuple[str, list[str]]:
    """What a row is of, with its unit, and its three numbers in that unit."""
    options, (a, b) = difference.after.headline["options"], difference.pair or ("", "")
    titles = {name: options[key]["title"] for name, key in (("a", a), ("b", b)) if key}
    label = NAMES[row.quantity].format(**titles)
    if row.unit == "months" and "months" not in label:
        label += ", months"
    if row.unit not in ("USD", "hours"):
        return label, in_words(row)
    size, word = scale(max(abs(x or 0.0) for x in (row.before, row.after)))
    unit = f"{word} {row.unit}".removesuffix("hours").strip()
    before, after, by, error = (
        None if x is None else x / size
        for x in (row.before, row.after, row.moved.value, row.moved.se)
    )
    scaled = Row(row.subject, row.quantity, "", before, after, Estimate(by, error))
    return f"{label}, {unit}".removesuffix(", "), in_words(scaled)


def _walk(difference: Difference, steps: list[Step]) -> Table:
    """The walk from one answer to the other, the largest steps in cost first. Amounts of a column
    have one unit and as many decimals, so that the lines add up to the eye too."""
    size, unit = scale(max(abs(step.cost_usd.value or 0.0) for step in steps))
    table = _table(
        f"{less(difference)}: compared cost and time, mean", f"{unit} USD".strip(), "months"
    )
    table.add_row(Text(difference.before.name), *_end(difference.start, size))
    for step in sorted(moving(steps), key=lambda step: -abs(step.cost_usd.value or 0.0)):
        words = Text("; ".join(map(_change, step.changes)))
        moved = (_by(step.cost_usd, size, 1), _by(step.months, 1, 2))
        table.add_row(Padding(words, INDENT), *moved)
    table.add_row(Text(difference.after.name), *_end(difference.end, size))
    return table


def _end(means: tuple[Estimate, Estimate] | None, size: float) -> list[str]:
    if means is None:
        return []
    cost, months = (mean.value or 0.0 for mean in means)
    return [f"{cost / size:,.1f}", f"{months:,.2f}"]


def _change(change: Change) -> str:
    values = f", {change.before} -> {change.after}" if change.before != change.after else ""
    return f"{change.kind}: {change.label}{values}"


def _by(moved: Estimate, size: float, decimals: int) -> str:
    value = moved.value or 0.0
    return f"{value / size:+,.{decimals}f}{mark(moved)}" if value else "0"


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, padding=INDENT, header_style="bold", pad_edge=False)
    table.add_column(Text(first), overflow="fold")
    for head in others:
        table.add_column(Text(head), justify="right", no_wrap=True)
    return table
