"""A scenario file read with other values at some places: one variant of a grid."""

import tomllib
from collections.abc import Sequence
from typing import Any

from analysis.evidence.files import BadInput, nearest

Change = tuple[str, Any]
"""A dotted place in a scenario file, and the value that stands there instead."""

BY_NAME = ("choices", "need", "assumptions")
"""The tables whose entries may be named without the table."""

DISTRIBUTION = (
    "low",
    "mid",
    "high",
    "min",
    "max",
    "value",
    "values",
    "probabilities",
    "probability",
)
"""What states the range of an assumption."""

GROUNDS = ("basis", "quote", "judgement")
LONGEST_TITLE, LONGEST = 1900, 2000
"""Characters of a title before what is changed, and with it."""


def variation(words: str) -> tuple[str, list[Any]]:
    """The place and the values of `KEY=a,b,c`, each read as in a scenario file; what is none of
    its values is a text."""
    key, equals, listed = (part.strip() for part in words.partition("="))
    if not (key and equals and listed):
        raise BadInput(f"--vary {words}: expected KEY=a,b,c, e.g. horizon_months=36,48,60")
    values = _values(listed)
    if len({str(value) for value in values}) < len(values):
        raise BadInput(f"--vary {words}: a value is given twice; expected each once")
    return key, values


def changed(raw: dict[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
    """The tables of a scenario with other values at some places, and a title that says so.

    Raises `BadInput` for a place that is not there; what a place may hold is checked by `load`.
    """
    if not changes:
        return raw
    for key, value in changes:
        place = _place(raw, key)
        raw = _with(raw, place, value, key)
        if place[0] == "assumptions" and len(place) > 1:
            raw = _with(raw, place[:2], _judged(raw["assumptions"][place[1]], key, value), key)
    title = str(raw.get("title", ""))[:LONGEST_TITLE]
    return raw | {"title": f"{title} ({in_words(changes)})"[:LONGEST]}


def in_words(changes: Sequence[Change]) -> str:
    """What is changed of a scenario, as a title has it."""
    return ", ".join(f"{key} = {value}" for key, value in changes)


def _values(listed: str) -> list[Any]:
    try:
        return list(tomllib.loads(f"x = [{listed}]")["x"])
    except (tomllib.TOMLDecodeError, RecursionError):
        return [_value(part.strip()) for part in listed.split(",")]


def _value(word: str) -> Any:
    try:
        return tomllib.loads(f"x = {word}")["x"]
    except tomllib.TOMLDecodeError:
        return word


def _place(raw: dict[str, Any], key: str) -> list[str]:
    """The place of a key; one without a table is looked for in those that hold most inputs."""
    tables = [table for table in BY_NAME if key in raw.get(table, {})]
    return [tables[0], key] if tables and key not in raw else key.split(".")


def _with(table: dict[str, Any], place: list[str], value: Any, key: str) -> dict[str, Any]:
    """The table with a value at a place; the tables on the way there must be there."""
    name, *rest = place
    if not rest:
        return table | {name: _instead(table.get(name), value)}
    if not isinstance(below := table.get(name), dict):
        raise BadInput(f'--vary {key}: there is no table "{name}"{nearest(name, table)}')
    return table | {name: _with(below, rest, value, key)}


def _instead(before: Any, value: Any) -> Any:
    """What stands in place of what was there: a choice or a range that is given one value keeps
    its words alone."""
    if not isinstance(before, dict) or isinstance(value, dict):
        return value
    kind = "probability" if "probability" in before else "value"
    left = {name: one for name, one in before.items() if name not in (*DISTRIBUTION, "swept")}
    return left | {kind: value}


def _judged(assumption: Any, key: str, value: Any) -> Any:
    """An assumption that was varied stands no longer on what it stood on."""
    if not isinstance(assumption, dict):
        return assumption
    left = {name: one for name, one in assumption.items() if name not in GROUNDS}
    return left | {"judgement": f"Varied: {key.rpartition('.')[2]} = {value}."}
