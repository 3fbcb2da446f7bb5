"""Whoever stands below the line by a limit is told so wherever it is said that it stands there.

A year of 12 x 1.46 million USD of rent is under 20 million, the 43.75 million of the build are over
it; either needs 1,000 GPUs x 1.25 kW x 1.2 = 1.5 MW.
"""

import re
from typing import Any

import pytest
from tools import builders
from tools.builders import merged

from analysis.chapters.answer import compared
from analysis.chapters.assumptions import choices
from analysis.chapters.comparison import overview
from analysis.chapters.hindsight import both_answers
from analysis.decision import attribution, first_place, headline, limit_words, mid_case, ranking
from analysis.decision.verdict import verdict
from analysis.explorer import held
from analysis.model import simulation
from analysis.model.simulation import Result
from analysis.scenario import edits
from analysis.scenario.beside import Limits

OVER = "over 20 million USD in a year in 100 % of futures"
IN_TIME = {"need": {"by_months": {"value": 20}}}


def run(**limits: float) -> tuple[Result, dict[str, Any]]:
    tables = merged(builders.small(), IN_TIME | {"limits": limits or None})
    result = simulation.simulate(builders.parsed(tables), 4, 1)
    return result, headline.headline(result, "case")


def test_the_verdict_names_the_limit_that_keeps_an_option_below_the_line():
    found = run(usd_per_year=2e7)[1]
    assert verdict(found).decides == "Rental, rather than Build."
    assert f"of futures. Build is {OVER}." in verdict(found).why[0]
    assert first_place.words(found).endswith(f"Below the line: Build (0 %; {OVER}).")


def test_the_verdict_on_one_option_alone_names_it_too():
    tables = merged(builders.small(), IN_TIME | {"limits": {"usd_per_year": 2e7}})
    alone = edits.with_options(builders.parsed(tables), ["build"])
    found = verdict(headline.headline(simulation.simulate(alone, 4, 1), "case"))
    assert found.sentences[1] == f"Build is {OVER}."


def test_where_no_limit_is_stated_none_is_spoken_of():
    result, found = run()
    assert "limits" not in found
    assert "breaks" not in found["options"]["build"]
    assert limit_words.broken(found, "build") == limit_words.broken_in(result, "build") == ""


def test_a_headline_says_how_often_each_limit_is_broken():
    found = run(usd_per_year=2e7, peak_mw=1.5)[1]
    assert found["limits"] == {"peak_mw": 1.5, "usd_per_year": 2e7}
    breaks = {name: one["breaks"] for name, one in found["options"].items()}
    never, always = {"value": 0, "se": 0}, {"value": 1, "se": 0}
    assert breaks["rental"] == {"peak_mw": never, "usd_per_year": never}
    assert breaks["build"] == {"peak_mw": never, "usd_per_year": always}
    assert limit_words.broken(found, "build") == OVER


@pytest.mark.parametrize(
    ("name", "most", "words"),
    [
        ("peak_mw", 150.0, "150 MW"),
        ("emissions_tco2", 1.2e6, "1,200,000 tCO2"),
        ("usd_per_year", 2.5e9, "2.50 billion USD in a year"),
    ],
)
def test_a_limit_is_said_with_its_unit(name, most, words):
    assert limit_words.limit(name, most) == words


def test_two_limits_are_named_each_with_its_share():
    result, found = run(usd_per_year=2e7, peak_mw=1.2)
    words = f"over 1.2 MW in 100 % and {OVER}"
    assert limit_words.broken(found, "build") == limit_words.broken_in(result, "build") == words


def test_the_pages_and_the_sliders_name_the_limit_too():
    result, found = run(usd_per_year=2e7)
    assert f"Build: {OVER}." in compared(result).html
    assert "No option may exceed 20 million USD in a year." in choices(result.scenario).html
    assert "<td>Over 20 million USD in a year</td><td>0 %</td><td>100 %</td>" in (
        overview(found).html.replace("<th>", "<td>").replace("</th>", "</td>")
    )
    assert f"Build (0 %; {OVER})" in held.best(result, 0.0)


def test_the_page_that_looks_back_names_the_limit_too():
    limited = builders.shipped().model_copy(update={"limits": Limits(usd_per_year=1e9)})
    shown = both_answers(simulation.simulate(limited, 64, 1)).html
    assert re.search(
        r"Then: .* Memphis build in 0 % of futures\. .*Memphis build is over 1 billion USD in a "
        r"year in \d+ % of futures\. Looking back: ",
        shown.replace("1.00 billion", "1 billion"),
    )


def test_a_limit_holds_at_another_need_too():
    # the rental is there from month 2 on, 22 of 24 months: enough of a service from month 6 on
    service = {"h100_gpus": 100, "short_hour_usd": {"value": 2}, "served_share": {"value": 0.95}}
    asked = IN_TIME["need"] | {"service": service | {"from_months": {"value": 0, "swept": [6]}}}
    tables = merged(builders.small(), {"need": asked, "limits": {"usd_per_year": 2e7}})
    [other] = ranking.other_needs(simulation.simulate(builders.parsed(tables), 4, 1))
    assert (other.value, other.ranked) == (6, ["rental"])


def test_a_limit_that_moved_is_a_change_between_two_scenarios():
    one, other = (
        builders.parsed(merged(builders.small(), {"limits": {"peak_mw": mw}})) for mw in (1.5, 2.0)
    )
    [change] = attribution.changes(one, other)
    assert (change.kind, change.label) == ("limit", "peak mw")
    assert (change.before, change.after) == ("1.5", "2")


def test_one_future_says_whether_a_limit_is_broken():
    tables = merged(builders.small(), IN_TIME | {"limits": {"usd_per_year": 2e7}})
    found = mid_case.evaluation(builders.parsed(tables), "case")["options"]
    assert (found["rental"]["breaks_usd_per_year"], found["rental"]["meets_need"]) == (False, True)
    assert (found["build"]["breaks_usd_per_year"], found["build"]["meets_need"]) == (True, False)
