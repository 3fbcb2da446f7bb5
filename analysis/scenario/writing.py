"""The lines of a file that is written for a reader: a choice, an assumption, a comment."""

import json
from collections.abc import Mapping
from typing import Any

from analysis.scenario import answers
from analysis.scenario.answers import Answer
from analysis.scenario.units import plain


def why(answer: Answer) -> str:
    """The words of an answer, as the reason of a choice."""
    return f"As told: {answer.words}." if answer.given else f"Not told, so taken: {answer.words}."


def choice(name: str, value: float, swept: list[float], why: str) -> str:
    """The line of a choice, with what it is swept over."""
    table = {"value": value, "swept": sorted(set(swept)) if len(set(swept)) > 1 else [], "why": why}
    return f"{name} = {toml(table)}"


def about(form: Mapping[str, Any]) -> dict[str, Any]:
    """The label and the unit of an assumption, where `own-case` has another."""
    return {"label": form["label"], "unit": form["unit"]} if "label" in form else {}


def quote(answer: Answer) -> str:
    """From whom a number is, and when, as far as that was said."""
    return answer.source or f"As told: {answer.words}. Add from whom, and when."


def rate(key: str, answer: Answer | None, currency: Answer) -> str:
    """A comment with an amount of money as it was said and the rate, where that is not in USD."""
    if answer is None or currency.name == "USD" or not answers.questions()[key].money:
        return ""
    return f" # {answer.words}, at {plain(currency.number)} USD per {currency.name}"


def line(name: str, table: Mapping[str, Any]) -> str:
    """A table of the file in one line."""
    return f"{name} = {toml(table)}"


def toml(value: Any) -> str:
    """A value as TOML, a table in one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(line(name, one) for name, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, float):
        return f"{value:_.0f}" if value.is_integer() and value < 1e12 else plain(value)
    return json.dumps(value, ensure_ascii=False)
