"""The two sides that `workbook diff` lays beside each other: scenarios or headlines, as read."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from analysis.decision import headline_schema
from analysis.decision.difference import Answer, answered
from analysis.evidence.files import BadInput
from analysis.scenario import load

Run = Callable[[int, int], Answer]
"""Gives the answer on so many futures of a seed."""


def opened(name: str) -> Run:
    """A scenario (slug, or path ending in .toml) or a headline (path ending in .json), read and not
    yet run; refuses what is neither in one line."""
    if name.endswith(".json"):
        headline = headline_schema.read(Path(name))
        answer = Answer(headline["scenario"]["slug"], headline, None)
        return lambda number, seed: answer
    try:
        path = load.find(name)
    except BadInput as error:
        raise BadInput(f"{error}; or the headline.json of a report") from None
    return partial(answered, path.stem, load.read(path))


def told_apart(before: Answer, after: Answer) -> tuple[Answer, Answer]:
    """Two answers; of one name and two runs, each is called by its run too."""
    if before.name != after.name or futures(before) == futures(after):
        return before, after
    return _by_run(before), _by_run(after)


def _by_run(answer: Answer) -> Answer:
    return replace(answer, name=f"{answer.name} ({futures(answer)})")


def futures(answer: Answer) -> str:
    """The run of an answer in words: how many futures, and its seed."""
    run = answer.headline["run"]
    return f"{run['draws']:,} futures, seed {run['seed']}"
