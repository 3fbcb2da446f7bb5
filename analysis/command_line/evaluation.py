"""What `workbook evaluate` shows: the outputs of each option in groups, as people read them."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analysis.decision.wording import figure, scale
from analysis.model.cost import PARTS

LABEL_WIDTH = 28
GAP = 2
Outputs = dict[str, dict[str, Any]]
Pair = tuple[str, str] | None

MONTHS = {
    "first_training_months": "first training",
    "full_capacity_months": "full capacity",
    "target_months": "target",
    "compared_months": "target, as compared",
    "deepest_cash_month": "deepest cash need",
}
COSTS = {
    "compared_cost_usd": "same service, compared",
    "not_delivered_usd": "of it for what fails",
    "present_cost_usd": "present cost",
    "deepest_cash_usd": "deepest cash need",
    "end_value_usd": "value left at the horizon",
}
SERVED = {
    "short_h100_hours": "H100-hours short, {}",
    "surplus_h100_hours": "H100-hours to spare, {}",
}
DELIVERED = {
    "gpu_hours": "GPU-hours, {}",
    "h100_hours": "H100-hours, {}",
    "pflop_days": "PFLOP-days, {}",
}
POWER = {
    "peak_mw": "peak, {} MW",
    "energy_mwh": "energy, {} MWh",
    "emissions_tco2": "emissions, {} tCO2",
}
UNIT_COSTS = {
    "usd_per_gpu_hour": "per GPU-hour",
    "usd_per_h100_hour": "per H100-hour",
    "usd_per_pflop_day": "per PFLOP-day",
}
LIMITS = {"peak_mw": "power", "emissions_tco2": "emissions", "usd_per_year": "cash of a year"}


@dataclass(frozen=True)
class Row:
    """An output by option, None where there is none; how one is printed, and what None is."""

    label: str
    by_option: dict[str, float | None]
    printed: Callable[[float], str] = figure
    none: str = "never"

    def says_something(self) -> bool:
        """Whether an option has another value than 0, or none within the horizon."""
        return any(x or (x is None and self.none == "never") for x in self.by_option.values())

    def cell(self, option: str) -> str:
        """The output of an option in words."""
        value = self.by_option[option]
        return self.none if value is None else self.printed(value)

    def difference(self, a: str, b: str) -> str:
        """That of a less that of b, with its sign; empty where there is none."""
        one, other = self.by_option[a], self.by_option[b]
        if one is None or other is None or self.printed is _yes_or_no:
            return ""
        if math.isclose(one, other, rel_tol=1e-8):
            return "0"
        return f"{'+' if one > other else '-'}{self.printed(abs(one - other))}"


Section = tuple[str, list[Row]]
Column = tuple[str, list[str]]


def shown(outputs: Outputs, pair: Pair, across: int) -> list[Table]:
    """One column an option, and one for the first of the pair less the second; as many tables as it
    takes for each to fit into so many characters. Rows of which every output is 0 are left out."""
    sections = [(title, rows) for title, rows in _sections(outputs) if rows]
    rows = [row for _, inside in sections for row in inside]
    columns = [(str(one["title"]), [row.cell(o) for row in rows]) for o, one in outputs.items()]
    if pair:
        a, b = (str(outputs[option]["title"]) for option in pair)
        columns.append((f"{a} less {b}", [row.difference(*pair) for row in rows]))
    room = max(across - LABEL_WIDTH, LABEL_WIDTH)
    least = max(len(x) for head, cells in columns for x in (*head.split(), *cells))
    least = min(least, room - GAP)  # a longer word is broken
    fitting = max(1, room // (least + GAP))
    each = math.ceil(len(columns) / math.ceil(len(columns) / fitting))
    most = max(least, room // each - GAP)
    starts = range(0, len(columns), each)
    return [_table(sections, columns[start : start + each], least, most) for start in starts]


def _table(sections: list[Section], columns: list[Column], least: int, most: int) -> Table:
    """A column of labels and some more, each as wide as its head within the limits."""
    table = Table(box=None, padding=(0, 0, 0, GAP), header_style="bold", pad_edge=False)
    table.add_column("", width=LABEL_WIDTH)
    for head, _ in columns:
        width = max(least, min(len(head), most))
        table.add_column(Text(head), justify="right", width=width, overflow="fold")
    lines = zip(*(cells for _, cells in columns), strict=True)
    for title, rows in sections:
        table.add_row(Text(title, style="bold"))
        for row in rows:
            table.add_row(Padding(Text(row.label), (0, 0, 0, 2)), *map(Text, next(lines)))
    return table


def _sections(outputs: Outputs) -> Iterator[Section]:
    """The outputs in groups, money of a group in one unit, so that its rows add up to the eye."""
    names = next(iter(outputs.values()))
    broken = {f"breaks_{name}": f"over the limit of {words}" for name, words in LIMITS.items()}
    need = _rows(outputs, {"meets_need": "is met"}, _yes_or_no, keep=True)
    need += _rows(outputs, broken, _yes_or_no)
    need += _rows(outputs, {"served_share": "hours of service given, %"}, _in_units_of(0.01))
    yield "Need", need + _counts(outputs, SERVED)
    yield "Months from the start", _rows(outputs, MONTHS)
    yield _money(outputs, "Cost", COSTS)
    parts = {f"present_{part}_usd": part.replace("_", " ") for part in PARTS}
    yield _money(outputs, "Present cost", parts)
    years = [name for name in names if name.startswith("cash_year_")]
    yield _money(outputs, "Cash", {name: f"year {name.split('_')[2]}" for name in years})
    yield "Delivered", _counts(outputs, DELIVERED)
    yield "Power", _counts(outputs, POWER)
    yield "Present cost in USD", _rows(outputs, UNIT_COSTS, none="none")


def _rows(
    outputs: Outputs,
    labels: dict[str, str],
    printed: Callable[[float], str] = figure,
    none: str = "never",
    keep: bool = False,
) -> list[Row]:
    """The outputs of some names that are there and not 0 for every option."""
    rows = [
        Row(label, {option: one[name] for option, one in outputs.items()}, printed, none)
        for name, label in labels.items()
        if name in next(iter(outputs.values()))
    ]
    return [row for row in rows if keep or row.says_something()]


def _money(outputs: Outputs, title: str, labels: dict[str, str]) -> Section:
    rows = _rows(outputs, labels)
    size, word = scale(_largest(rows))
    printed = _in_units_of(size)
    scaled = [Row(row.label, row.by_option, printed) for row in rows]
    return f"{title}, {word} USD".replace("  ", " "), scaled


def _counts(outputs: Outputs, labels: dict[str, str]) -> list[Row]:
    """Counts and amounts, each row in a unit of its own."""
    found = []
    for row in _rows(outputs, labels):
        size, word = scale(_largest([row]))
        label = row.label.format(word).replace("  ", " ").removesuffix(", ")
        found.append(Row(label, row.by_option, _in_units_of(size)))
    return found


def _largest(rows: list[Row]) -> float:
    return max((abs(x or 0.0) for row in rows for x in row.by_option.values()), default=0.0)


def _in_units_of(size: float) -> Callable[[float], str]:
    return lambda value: figure(value / size)


def _yes_or_no(value: float) -> str:
    return "yes" if value else "no"
