"""What a chapter shows: a picture, a table or one line, with the frame that it was made from."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from html import unescape
from typing import Any

import pandas as pd

from analysis.chapters.shared import drawing
from analysis.chapters.shared.markup import TAG, aligned, safe, table_of
from analysis.chapters.shared.rows import rows_of
from analysis.chapters.shared.words import WITHOUT_RUN
from analysis.decision.wording import figure
from analysis.model.simulation import Result

Row = dict[str, Any]
Columns = Mapping[str, str | Callable[[Row], str]]
"""Head -> what stands under it: a column of the frame, or what is made of a row."""

ROWS_AS_TEXT = 12


@dataclass(frozen=True)
class Exhibit:
    """One thing that a notebook shows: a chart, or marked-up text whose parts were escaped.

    `frame` holds its numbers, one row per mark or row of the table, to go on computing with. In
    print stand its `words`, else its frame, else the marked-up text without the marks.
    """

    shown: Any
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    words: str = ""

    @property
    def html(self) -> str:
        """The marked-up text; a chart has none."""
        return self.shown if isinstance(self.shown, str) else ""

    @property
    def spec(self) -> dict[str, Any]:
        """The chart as a Vega-Lite specification; marked-up text has none."""
        return {} if isinstance(self.shown, str) else dict(self.shown.to_dict())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if isinstance(self.shown, str):
            return {"text/html": aligned(self.shown), "text/plain": repr(self)}
        return drawing.shown(self.spec)

    def __repr__(self) -> str:
        if self.words:
            return self.words
        if self.frame.empty:
            return " ".join(unescape(TAG.sub(" ", self.html)).split())
        cells = self.frame.to_string(
            index=False, max_rows=ROWS_AS_TEXT, max_colwidth=40, float_format="{:.4g}".format
        )
        return "\n".join(line.rstrip() for line in cells.split("\n"))


def picture(
    frame: pd.DataFrame, draw: Callable[..., Any], *more: Any, nothing: str = ""
) -> Exhibit:
    """The picture that `draw` makes of a frame and what else it takes; where the frame is empty,
    the line that says why there is nothing to draw."""
    return line(nothing, frame) if frame.empty else Exhibit(draw(frame, *more), frame)


def table(
    frame: pd.DataFrame,
    columns: Columns,
    *sentences: Callable[[pd.DataFrame], str],
    nothing: str = "",
    marked_up: bool = False,
) -> Exhibit:
    """The rows of a frame under the heads of some columns, and below what some sentences say of it;
    where the frame is empty, the line that says why. All is escaped, but for what columns that are
    functions make of a row where the table is `marked_up`."""
    if frame.empty:
        return line(nothing, frame)
    cells = [[_cell(r, column, marked_up) for column in columns.values()] for r in rows_of(frame)]
    below = "".join(paragraph(words) for say in sentences if (words := say(frame)))
    return Exhibit(table_of(list(columns), cells, raw=True) + below, frame)


def figures(frame: pd.DataFrame) -> Exhibit:
    """A small frame as it is: numbers to four digits; what is not there, or never, is a dash."""
    cells = [[_figure(value) for value in row] for row in frame.itertuples(index=False)]
    return Exhibit(table_of([str(c).replace("_", " ") for c in frame.columns], cells), frame)


def line(words: str, frame: pd.DataFrame | None = None) -> Exhibit:
    """One line in place of a picture or a table."""
    return Exhibit(paragraph(words), pd.DataFrame() if frame is None else frame)


def answered(*sentences: str) -> Exhibit:
    """The answer of a chapter in a sentence or two: the first that it shows."""
    words = " ".join(filter(None, sentences))
    return Exhibit(f'<p class="finding"><strong>{safe(words)}</strong></p>', words=words)


def of_a_run(exhibit: Callable[[Result], Exhibit]) -> Callable[[Result], Exhibit]:
    """An exhibit about the run: one line where the need asks for none."""

    @wraps(exhibit)
    def shown(result: Result) -> Exhibit:
        asked = result.scenario.need.target_flop is not None
        return exhibit(result) if asked else line(WITHOUT_RUN)

    return shown


def paragraph(words: str) -> str:
    """A sentence as marked-up text, escaped."""
    return f"<p>{safe(words)}</p>"


def _cell(row: Row, column: str | Callable[[Row], str], marked_up: bool) -> str:
    if isinstance(column, str):
        return safe(row[column])
    return column(row) if marked_up else safe(column(row))


def _figure(value: object) -> str:
    if isinstance(value, float):
        return figure(value + 0.0, digits=4) if math.isfinite(value) else "-"  # no minus zero
    return str(value)


def stacked(*parts: Exhibit) -> Exhibit:
    """Text and tables one below the other, with the frame of the first that has one."""
    frames = [part.frame for part in parts if not part.frame.empty]
    return Exhibit("".join(part.html for part in parts), frames[0] if frames else pd.DataFrame())


def side_by_side(head: str, cells: Mapping[str, Mapping[str, str]]) -> Exhibit:
    """What is told of several options, label -> words for each title: one column for each."""
    labels = dict.fromkeys(label for words in cells.values() for label in words)
    rows = [[label, *(words[label] for words in cells.values())] for label in labels]
    heads = [head, *cells]
    return Exhibit(table_of(heads, rows), pd.DataFrame(rows, columns=heads))
