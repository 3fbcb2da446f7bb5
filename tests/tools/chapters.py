"""Runs a notebook's code in this process with other parameters; hands back what it left, and what
holds of every notebook."""

import ast
import html
import json
import math
import re
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from tools import builders

from analysis.chapters import sensitivity
from analysis.chapters.shared.exhibit import Exhibit
from analysis.chapters.shared.markup import TAG
from analysis.decision import headline, verdict

FEW_FUTURES = 128
FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
SHOWN = "shown"
DRAWS = 300
RUNS = [("oracle-vs-memphis", 2), ("own-case", 1), ("own-case", 2)]
"""Scenario and seed: enough for a notebook that shows the same parts of every scenario."""

NO_NUMBER = re.compile(r">\s*(?:None|-0)\s*<|\b(?:nan|NaN|inf|NaT)\b|<NA>|\d\.\d{9}")
PYTHON = re.compile(r"\barray\(|\bdtype\b|\bTimestamp\(|[\[({]['\"]|['\"][\])}]|[:,=] ?None\b")
"""What Python prints and people do not: brackets around quotes, types, a bare None."""
SOURCE = re.compile("<pre>.*?</pre>", re.DOTALL)
"""Code that a notebook shows: it may name what is no number."""


def run(stem: str, slug: str, draws: int, seed: int) -> dict[str, Any]:
    """The variables of a notebook after all its cells, and the `result` of its case; `shown` lists
    what its cells displayed. The indices are found from few futures."""
    with patch.object(
        sensitivity.tables, "explained", partial(sensitivity.tables.explained, size=FEW_FUTURES)
    ):
        return _ran(stem, {"scenario": slug, "draws": draws, "seed": seed})


@lru_cache(maxsize=8)
def of(stem: str, slug: str, seed: int, draws: int = DRAWS) -> dict[str, Any]:
    """What a notebook leaves of a shipped scenario, and its `words`: run once, to be read only."""
    names = run(stem, slug, draws, seed)
    return names | {"words": text(names)}


def laws(stem: str, runs: list[tuple[str, int]] = RUNS, of: Callable = of) -> type:
    """The tests that every notebook passes, on these runs of it."""

    @pytest.mark.parametrize(("slug", "seed"), runs)
    class Laws:
        def test_what_is_shown_holds_no_missing_number_and_no_unrounded_one(self, slug, seed):
            numbers = SOURCE.sub("", of(stem, slug, seed)["words"])
            assert NO_NUMBER.findall(numbers) == []

        def test_what_is_shown_reads_as_no_python(self, slug, seed):
            shown = SOURCE.sub("", of(stem, slug, seed)["words"])
            assert PYTHON.findall(html.unescape(TAG.sub(" ", shown))) == []

        def test_a_result_is_that_of_the_scenario_the_draws_and_the_seed(self, slug, seed):
            names = of(stem, slug, seed)
            again = builders.simulated(slug, names["draws"], seed)
            for option in again.options:
                mine = names["result"].scalars[option]["present_cost_usd"]
                assert (mine == again.scalars[option]["present_cost_usd"]).all()

        def test_an_answer_that_is_shown_is_that_of_the_headline(self, slug, seed):
            names = of(stem, slug, seed)
            if '<div class="verdict">' in names["words"]:
                found = headline.headline(names["result"], slug)
                assert found == names["case"].headline
                shown = verdict.verdict(found)
                said = f"<strong>{shown.decides}</strong> {' '.join(shown.why)}</p>"
                assert said in html.unescape(names["words"])

    return Laws


def _ran(stem: str, parameters: dict[str, Any]) -> dict[str, Any]:
    names: dict[str, Any] = {}
    displayed: list[Any] = []

    def display(*several: Any) -> None:
        displayed.extend(several)

    cells = json.loads((FOLDER / f"{stem}.ipynb").read_text("utf-8"))["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            displayed += _executed("".join(cell["source"]), names)
            names |= {"display": display}
            if "parameters" in cell["metadata"].get("tags", []):
                names |= parameters
    return names | {SHOWN: displayed, "result": names["case"].result}


def text(names: dict[str, Any]) -> str:
    """All words that a notebook displayed: marked-up text as it is, charts by title and note."""
    return "\n".join(_words(one) for one in names[SHOWN])


def _executed(source: str, names: dict[str, Any]) -> list[Any]:
    """Runs a cell; returns the value of its last expression, which Jupyter would display."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    if last is None:
        return []
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    return [] if value is None else [value]


def _words(one: Any) -> str:
    if (hasattr(one, "to_dict") and hasattr(one, "mark")) or hasattr(one, "configure_view"):
        title = one.to_dict()["title"]
        title = {"text": title} if isinstance(title, str) else title
        return f"{line(title['text'])} {line(title.get('subtitle', ''))}"
    if isinstance(one, Exhibit):
        return one.html or _words(one.shown)
    return one.data if hasattr(one, "data") and isinstance(one.data, str) else repr(one)


def line(text: str | list[str]) -> str:
    """A title of a chart, which may stand on several lines."""
    return text if isinstance(text, str) else " ".join(text)


def shown(names: dict[str, Any], words: str) -> str:
    """The one thing displayed that holds some words."""
    [found] = [one for one in map(_words, names[SHOWN]) if words in one]
    return found


def titles(names: dict[str, Any]) -> dict[str, str]:
    """The titles of the options, by name."""
    return {name: one.title for name, one in names["result"].scenario.options.items()}


def middle(values: np.ndarray) -> float:
    """P50 as the method defines it: the value at position n / 2, rounded up."""
    return float(np.sort(values)[math.ceil(len(values) / 2) - 1])
