"""The two sides that `workbook diff` lays beside each other: scenarios or headlines, as read."""

from dataclasses import replace
from pathlib import Path

from analysis.decision import headline_schema
from analysis.decision.difference import Answer, answered
from analysis.evidence.files import BadInput
from analysis.scenario import load


def read(name: str, number: int, seed: int) -> Answer:
    """The answer of a scenario (slug, or path ending in .toml) or of a headline (path ending in
    .json); refuses what is neither in one line."""
    if name.endswith(".json"):
        headline = headline_schema.read(Path(name))
        return Answer(headline["scenario"]["slug"], headline, None)
    try:
        path = load.find(name)
    except BadInput as error:
        raise BadInput(f"{error}; or the headline.json of a report") from None
    return answered(path.stem, load.read(path), number, seed)


def read_both(before: str, after: str, number: int, seed: int) -> tuple[Answer, Answer]:
    """Two answers as `read` has them; of one name and two runs, each is called by its run too."""
    first, last = read(before, number, seed), read(after, number, seed)
    if first.name != last.name or futures(first) == futures(last):
        return first, last
    return _by_run(first), _by_run(last)


def _by_run(answer: Answer) -> Answer:
    return replace(answer, name=f"{answer.name} ({futures(answer)})")


def futures(answer: Answer) -> str:
    """The run of an answer in words: how many futures, and its seed."""
    run = answer.headline["run"]
    return f"{run['draws']:,} futures, seed {run['seed']}"
