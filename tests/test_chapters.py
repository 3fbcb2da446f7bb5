"""Every notebook on other scenarios and seeds: its answer is that of the model, and what it shows
is made of numbers and words."""

import re

import pytest
from tools import chapters

from analysis import answer, comparison, headline
from analysis import scenario as scenarios

STEMS = sorted(path.stem for path in chapters.FOLDER.glob("*.ipynb"))
RUNS = [("oracle-vs-memphis", 2), ("own-case", 1)]
DRAWS = 300
NO_NUMBER = re.compile(r">\s*(?:None|-0)\s*<|\b(?:nan|NaN|inf|NaT)\b|<NA>|\d\.\d{9}")


@pytest.fixture(scope="module", params=STEMS)
def ran(request):
    """What a notebook leaves behind on each scenario and seed."""
    return {run: chapters.run(request.param, run[0], DRAWS, run[1]) for run in RUNS}


def test_what_is_shown_holds_no_missing_number_and_no_unrounded_one(ran):
    for run, names in ran.items():
        assert NO_NUMBER.findall(chapters.text(names)) == [], run


def test_a_result_is_that_of_the_scenario_the_draws_and_the_seed(ran):
    for (slug, seed), names in ran.items():
        if "result" in names:
            again = comparison.simulate(scenarios.read(scenarios.find(slug)), DRAWS, seed)
            for option in again.options:
                mine = names["result"].scalars[option]["present_cost_usd"]
                assert (mine == again.scalars[option]["present_cost_usd"]).all()


def test_an_answer_that_is_shown_is_that_of_the_headline(ran):
    for (slug, _), names in ran.items():
        text = chapters.text(names)
        if "found" in names and "Decided on" in text:
            found = headline.headline(names["result"], slug)
            assert found == names["found"]
            shown = re.findall(r"<li>(.*?)</li>", text)
            assert [one for one in answer.sentences(found) if one not in shown] == []
