"""What moves the answer and where it turns: the chapter's numbers against its own draws."""

import html
import re
from functools import cache, partial
from typing import Any

import numpy as np
import pytest
from tools import builders, chapters
from tools.builders import bounded
from tools.hand import scenario

from analysis.chapters import answer, sensitivity
from analysis.decision import levers, machine_falls, reversals, wording
from analysis.model import draws, simulation
from analysis.report import runs
from analysis.scenario import edits

STEM = "06-sensitivity"
DRAWS = 200
INPUTS = 3
RUNS = [("oracle-vs-memphis", 1), ("own-case", 2), ("cost-plus-rental", 2)]


def coarse(patch: pytest.MonkeyPatch) -> None:
    """Maps of few steps."""
    patch.setattr(sensitivity.map_tables, "COLUMNS_DRAWN", 12)
    patch.setattr(levers, "STEPS", 3)


@cache
def ran(stem: str, slug: str, seed: int) -> dict[str, Any]:
    """The variables of the chapter: few inputs tried, maps of few steps, and few futures for the
    part on variance, which is tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reversals, "MOST_INPUTS", INPUTS)
        coarse(patch)
        patch.setattr(
            sensitivity.tables, "explained", partial(sensitivity.tables.explained, size=32)
        )
        found = chapters.run(stem, slug, DRAWS, seed)
    said = [plain(one) for one in map(chapters._words, found[chapters.SHOWN])]
    return found | {"words": chapters.text(found), "said": said}


TestLaws = chapters.laws(STEM, RUNS, ran)


@pytest.fixture(scope="module", params=RUNS, ids=str)
def names(request) -> dict[str, Any]:
    return ran(STEM, *request.param)


def said(names: dict[str, Any], words: str) -> str:
    """The one thing displayed that holds some words."""
    [found] = [one for one in names["said"] if words in one]
    return found


def pair(names: dict[str, Any]) -> list[str]:
    """The options of the question, as the scenario names them."""
    return list(names["result"].scenario.compare)


def cost_usd(names: dict[str, Any]) -> np.ndarray:
    a, b = (names["result"].scalars[o]["compared_cost_usd"] for o in pair(names))
    return a - b


def told(values: np.ndarray) -> bool:
    """Whether a mean lies beyond two standard errors of zero."""
    error = values.std(ddof=1) / np.sqrt(len(values))
    return bool(values.mean() != 0 and abs(values.mean()) > 2 * error)


def plain(marked_up: str) -> str:
    """The words of marked-up text."""
    return html.unescape(re.sub(r"<[^>]+>", " ", marked_up))


def test_the_claims_are_those_of_the_draws_and_none_is_made_that_they_do_not_tell(names):
    shown = said(names, "stay as drawn")
    titles, options = chapters.titles(names), pair(names)
    months = [names["result"].scalars[o]["compared_months"] for o in options]
    words = "has the lower compared cost", "is earlier"
    for word, gap in zip(words, (cost_usd(names), months[0] - months[1]), strict=True):
        claim = f"{titles[options[0] if gap.mean() < 0 else options[1]]} {word} on the mean."
        other = f"{titles[options[1] if gap.mean() < 0 else options[0]]} {word} on the mean."
        assert (claim in shown) is told(gap)
        assert other not in shown
    for option in options:
        by = names["result"].scenario.need.by_months.value
        met = names["result"].scalars[option]["target_months"] <= by
        if (service := names["result"].scenario.need.service) is not None:
            met &= names["result"].scalars[option]["served_share"] >= service.served_share.value
        share = np.where(met, 0.5, -0.5)
        how = "at least half" if share.mean() > 0 else "less than half"
        claim = f"{titles[option]} meets the need in {how} of the futures."
        assert (claim in shown) is told(share)


def test_the_values_named_turn_the_claim_on_cost_in_a_run_of_their_own(names):
    # Where an input is held at the value named, the mean difference is nothing within its error.
    log = names["claims"].frame
    rows = log[(log["claim"] == "cheaper") & (log["kind"] == "range")].dropna(subset=["turns_at"])
    futures = draws.block(names["result"].scenario, names["result"].seed, 0, DRAWS)
    shown = said(names, "stay as drawn")
    for _, row in rows.head(3).iterrows():
        held = futures | {row["input"]: np.full(DRAWS, row["turns_at"])}
        model = simulation.at(names["result"].scenario, held)
        a, b = (model.scalars[o]["compared_cost_usd"] for o in pair(names))
        assert not told(a - b)
        number = told_at(row["turns_at"], row["turns_se"] or 0.0, row["unit"])
        assert f"{row['label']}: {row['side']} {number}, " in shown
        drawn = draws.block(names["result"].scenario, 7, 0, 4000)[row["input"]]
        beyond = drawn < row["turns_at"] if row["side"] == "below" else drawn > row["turns_at"]
        assert row["beyond_share"] == pytest.approx(beyond.mean(), abs=0.03)


def told_at(value, se, unit):
    """A value in words: shares in percent, amounts of money in thousands or millions."""
    if unit.startswith("share"):
        years = " a year" if unit == "share per year" else ""
        return f"{wording.figure(100 * value, 100 * se)} %{years}"
    words = wording.large if unit.startswith("USD") else wording.figure
    return f"{words(value, se)} {unit}"


def test_the_map_of_prices_says_how_many_pairs_of_price_and_date_lie_on_either_side(
    names, monkeypatch
):
    coarse(monkeypatch)
    title = said(names, "Dots: both as drawn")
    one = sensitivity.map_tables.flip_price(names["result"])
    for option, share in one.share.items():
        words = f"{wording.percent(share)} lie where {option} is of lower cost on the mean"
        other = f"{wording.percent(share)} where {option} is"
        assert (words in title or other in title) is (0 < share < 1)
    turn = one.along["high"].iloc[0]
    if len(one.along) == 2:
        assert f"up to {wording.figure(turn, 0.01)} {one.unit}" in title


def test_no_sentence_names_an_option_that_is_not_of_the_question(names):
    titles, options = chapters.titles(names), pair(names)
    shown = said(names, "stay as drawn")
    for name, title in titles.items():
        assert name in options or title not in shown


@pytest.mark.parametrize("option", ["rented", "built"])
def test_with_one_option_every_section_says_that_there_is_no_choice_to_turn(
    tmp_path, monkeypatch, option
):
    alone = edits.with_options(scenario(tmp_path), [option])
    monkeypatch.setattr(runs, "decision", lambda _: alone)
    text = chapters.text(chapters.run(STEM, "by-hand", 10, 1))
    assert text.count("so there is no choice to turn") == 2


def test_without_anything_assumed_the_chapter_says_that_nothing_moves(tmp_path, monkeypatch):
    found = scenario(tmp_path)
    monkeypatch.setattr(runs, "decision", lambda _: found)
    text = chapters.text(chapters.run(STEM, "by-hand", 10, 1))
    assert "No input moves it when moved alone." in text


WORKS = (
    bounded("works", "Works", "USD", 0.2e6, 0.5e6, 0.9e6, 1e4, 3e6)
    + """
[sites.field]
works_usd = "works"
"""
)


def test_the_nearest_reversal_stands_beside_the_answer_with_its_value(tmp_path):
    # The rental costs 1,752,000 USD and the machine 1,000,000 and the works: equal at 752,000.
    one = simulation.simulate(scenario(tmp_path, WORKS), 200, 1)
    tried = sensitivity.reversals(one).frame
    shown = plain(answer.turning(one, tried).html)
    assert re.search(
        r"Works above 752 thousand USD \(\d+ % likely\): then Rented costs less\.", shown
    )


def test_where_the_two_are_level_nothing_is_near_to_turning_them(tmp_path):
    found = scenario(tmp_path, '[options.built]\ntranches = ["rental"]\n')
    one = simulation.simulate(found, 20, 1)
    shown = answer.turning(one, sensitivity.reversals(one).frame).html
    assert "No input alone turns which of the two costs less or is earlier." in shown


FALL = (
    bounded("fall", "Fall of servers", "share per year", 0.1, 0.2, 0.3, 0, 0.9)
    + """
[chips.h100]
price_fall_per_year = false
rent_fall_per_year = 0
node_fall_per_year = "fall"
resale_share = 0.1
"""
)


def test_the_answer_stands_beside_the_mean_fall_of_machines_held_at_some_values(tmp_path):
    # Rented 1,752,000 USD. Built 1,000,000 less a tenth of what is left of it after two years at
    # the rate: at 0 that is 100,000, at 10 % 81,000, at 20 % 64,000, at 30 % 49,000.
    one = simulation.simulate(scenario(tmp_path, FALL), 200, 1)
    found = {held.value: held for held in machine_falls.held(one)}
    assert {value: held.difference.value for value, held in found.items()} == pytest.approx(
        {0.0: 852_000, 0.1: 833_000, 0.2: 816_000, 0.3: 801_000}
    )
    shown = plain(sensitivity.by_fall(one).html)
    for cell in ("Fall of servers: 10 % a year (P10)", "852 thousand", "Built whatever a month"):
        assert cell in shown


@pytest.mark.parametrize(
    ("later", "expected"),
    [((0.0, 3.3), "; Built is 3.3 months later then"), ((0.0, 0.0), ""), ((None, None), "")],
)
def test_a_turn_that_makes_an_option_later_says_by_how_many_months(later, expected):
    row = {"kind": "range", "label": "Date", "unit": "months", "turns_at": 8.0, "turns_se": None}
    row |= {"side": "above", "least": 0.0, "most": 24.0, "at_mid": True, "beyond_share": 0.1}
    row |= dict(zip(("a_later", "b_later"), later, strict=True))
    words = sensitivity.reversal_titles.turned(row, ("Rented", "Built"))
    assert words == f"Date: above 8 months, 10 % likely{expected}"


def test_without_a_run_the_chapter_tells_of_cost_and_says_that_nothing_has_a_date(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(
        runs, "decision", lambda _: scenario(tmp_path, builders.SERVICE_ALONE + WORKS)
    )
    text = chapters.text(chapters.run(STEM, "by-hand", 20, 1))
    assert "Cost moves most with “Works”" in text
    assert text.count("No run is asked for: the need is a service.") == 1
    assert chapters.NO_NUMBER.findall(text) == []
