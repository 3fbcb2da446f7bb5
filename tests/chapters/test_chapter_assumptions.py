"""The chapter on what is assumed and on what: its tables worked by hand, its claims at their edges,
its sentences against numbers counted afresh."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_chapter_evidence import FACT, LEDGER, RESTS_ON_FACTS
from tools import chapters
from tools.builders import shipped
from tools.hand import scenario

from analysis.chapters import assumptions
from analysis.chapters.assumptions.tables import in_unit
from analysis.chapters.shared.words import in_words
from analysis.decision import one_way
from analysis.evidence import ledger as ledgers
from analysis.report import runs

MORE = (
    RESTS_ON_FACTS
    + """
[run]
mfu_share = "mfu"
[chips.h100]
node_usd = "node_usd"
resale_share = "resale"
[tranches.rental]
only_if = "comes"
[assumptions.mfu]
label = "MFU"
unit = "share"
low = 0.3
mid = 0.4
high = 0.5
min = 0
max = 1
basis = ["grid-a"]
judgement = "For a test."
[assumptions.node_usd]
label = "Node"
unit = "USD/node"
values = [80000, 90000]
probabilities = [0.4, 0.6]
quote = "A shop, 1 December 2024"
[assumptions.resale]
label = "Resale"
unit = "share"
value = 0.5
judgement = "For a test."
[assumptions.comes]
label = "The rental comes"
unit = "event"
probability = 0.9
judgement = "For a test."
[causes.market]
title = "Market"
loadings = { power_mw = 0.6, ready_months = 0.8 }
[causes.weather]
title = "Weather"
loadings = { power_mw = 0.5, mfu = -0.4, ready_months = 0.5 }
"""
)


@pytest.fixture
def decided(tmp_path, monkeypatch):
    """The scenario by hand with six assumptions over a ledger of six facts."""
    monkeypatch.setattr(ledgers, "ledger", lambda: LEDGER)
    return scenario(tmp_path, MORE)


def test_2_weeks_are_0_4603_months_and_a_number_in_another_unit_is_left_out(decided):
    # 2 weeks x 7 days x 12 / 365 = 0.4603 months; 8 weeks 1.8411.
    frame = assumptions.tables.evidence_numbers(decided).set_index("assumption")
    assert frame.loc["ready_months", "number"].round(4).tolist() == [0.4603, 1.8411]
    assert frame.loc["ready_months", "inside"].tolist() == [False, False]
    # 10, 20 and 15 MW against 12 to 30 MW; MW behind an MFU say nothing about its range.
    assert frame.loc["power_mw", "inside"].tolist() == [False, True, True]
    assert "mfu" not in frame.index


@pytest.mark.parametrize(
    ("value", "unit", "wanted", "found"),
    [
        ("270000", "USD/server", "USD/node", [270_000]),
        ("2.7", "USD million/MW", "USD/MW", [2_700_000]),
        ("10", "minutes", "s", [600]),
        ("3", "USD billion", "USD/node", []),
    ],
)
def test_a_fact_is_read_in_the_unit_of_the_range_if_only_a_factor_differs(
    value, unit, wanted, found
):
    numbers = in_unit(replace(FACT, value=value, unit=unit), wanted)
    assert numbers == pytest.approx(found)


def test_a_day_and_a_text_state_no_number():
    assert in_unit(replace(FACT, type="date", value="2024-12-01", unit="months"), "months") == []
    assert in_unit(replace(FACT, type="text", value="soon", unit=""), "") == []


def test_ranges_over_their_evidence_count_2_of_3_and_0_of_2_inside(decided):
    frame = assumptions.tables.evidence_ranges(decided).set_index("label")
    assert frame.loc["Power of the field", ["numbers", "inside"]].tolist() == [3, 2]
    assert frame.loc["Machine ready", ["numbers", "inside"]].tolist() == [2, 0]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ([3, 2, 0, 3], "In 2 of 4 ranges all cited numbers lie within P10 to P90, in 1 some, in 1"),
        ([0, 0, 0, 0], "In 0 of 4 ranges all cited numbers lie within P10 to P90, in 0 some, in 4"),
        ([3, 3, 3, 3], "In 4 of 4 ranges all cited numbers lie within P10 to P90, in 0 some, in 0"),
    ],
)
def test_the_picture_of_the_ranges_says_in_how_many_the_evidence_lies_inside(inside, expected):
    found = assumptions.titles.evidence_ranges(pd.DataFrame({"numbers": [3] * 4, "inside": inside}))
    assert found == f"{expected} none"


def test_a_row_of_2_to_4_with_a_fact_at_12_runs_from_1_to_13(decided):
    # 2 to 12 is 10 wide; a tenth more on either side gives 1 to 13, 12 wide. P10 stands at 1/12,
    # P90 at 3/12, the fact at 11/12; the bounds 1.5 and 100 at 0.5/12 and, cut off, at 1.
    row = {"label": "L", "about": "A", "unit": "u", "low": 2, "mid": 3, "high": 4}
    frame = pd.DataFrame([row | {"min": 1.5, "max": 100, "numbers": 1, "inside": 0}])
    point = {"assumption": "l", "label": "L", "fact": "f", "quantity": "q", "number": 12.0}
    points = pd.DataFrame([point | {"inside": False}])
    rows = [
        r
        for d in assumptions.charts.evidence_ranges(frame, points).to_dict()["datasets"].values()
        for r in d
    ]
    drawn = next(r for r in rows if "start" in r)
    wanted = {"start": 1, "middle": 2, "end": 3, "from": 0.5, "until": 12}
    assert {key: 12 * drawn[key] for key in wanted} == pytest.approx(wanted)
    assert 12 * next(r["at"] for r in rows if "at" in r) == pytest.approx(11)


def test_ranges_come_in_the_order_of_how_far_they_move_cost_or_months():
    decision = shipped()
    moved = one_way.one_at_a_time(decision).set_index("assumption")
    share = np.maximum(*(moved[c] / moved[c].max() for c in ("cost_usd_swing", "months_swing")))
    found = assumptions.tables.ranges(decision)
    assert share[found].is_monotonic_decreasing
    assert {decision.assumptions[name].mid is not None for name in found} == {True}


TestLaws = chapters.laws("09-assumptions")


@pytest.mark.parametrize(("slug", "seed"), chapters.RUNS)
def test_the_chapter_says_what_its_run_holds(slug, seed):
    names = chapters.of("09-assumptions", slug, seed)
    text, decision = names["words"], names["result"].scenario
    every = assumptions.tables.assumptions(decision)
    alone = int(((every["quote"] == "") & (every["basis"] == "")).sum())
    assert f"{alone} of {len(every)} assumptions rest on judgement alone" in text


@pytest.mark.parametrize("slug", ["oracle-vs-memphis", "own-case", "hindsight"])
def test_the_picture_counts_the_cited_numbers_within_each_range(slug):
    factors = {
        ("days", "months"): 12 / 365,
        ("weeks", "months"): 84 / 365,
        ("minutes", "s"): 60,
        ("USD/server", "USD/node"): 1,
        ("USD million/MW", "USD/MW"): 1e6,
        ("USD million", "USD"): 1e6,
        ("USD billion", "USD"): 1e9,
    }
    decision, ledger = shipped(slug), ledgers.ledger()
    shares = []
    for one in decision.assumptions.values():
        facts = [ledger.facts[key] for key in one.basis if one.mid is not None]
        same = [f for f in facts if f.type == "number"]
        same = [f for f in same if f.unit == one.unit or (f.unit, one.unit) in factors]
        cells = [(x, f.unit) for f in same for x in (f.at_least, f.value, f.at_most) if x]
        numbers = [float(x) * factors.get((unit, one.unit), 1) for x, unit in cells]
        if numbers:
            shares.append(sum(one.low <= x <= one.high for x in numbers) / len(numbers))
    every, none = shares.count(1.0), shares.count(0.0)
    text = chapters.line(assumptions.evidence_ranges(decision).spec["title"]["text"])
    assert f"In {every} of {len(shares)} ranges all cited numbers" in text
    assert f"in {len(shares) - every - none} some, in {none} none" in text


@pytest.mark.parametrize("options", [["rented", "built"], ["rented"], ["built"]])
@pytest.mark.parametrize("changes", ["", MORE])
def test_the_chapter_runs_with_one_option_and_without_any_assumption(
    tmp_path, monkeypatch, options, changes
):
    monkeypatch.setattr(ledgers, "ledger", lambda: LEDGER)
    found = scenario(tmp_path, changes)
    kept = {"options": {name: found.options[name] for name in options}}
    monkeypatch.setattr(runs, "decision", lambda slug: found.model_copy(update=kept))
    names = chapters.run("09-assumptions", "by-hand", 7, 1)
    text = chapters.text(names)
    assert json.dumps([exhibit.spec for exhibit in names["shown"]], allow_nan=False)
    assert ("Nothing is assumed" in text) is (changes == "")
    assert ("No cause ties two inputs" in text) is (changes == "")
    assert not re.search(r"\bnan\b", text)


def test_the_choices_hold_those_of_the_service_and_why_it_is_asked(tmp_path):
    wanted = "[need.service]\nh100_gpus = 8\nshort_hour_usd = { value = 3, swept = [2] }\n"
    shown = assumptions.choices(scenario(tmp_path, f'{wanted}why = "Because."\n')).html
    assert "<td>What an hour that is short is counted at, USD</td><td>3</td><td>2</td>" in shown
    assert "The service: Because. Defaults" in shown


def test_what_a_scenario_states_and_nothing_refers_to_is_named(tmp_path):
    spare = '[assumptions.spare]\nlabel = "Spare"\nunit = "USD"\nvalue = 1\nquote = "Mine"\n'
    shown = assumptions.unknown(scenario(tmp_path, spare)).html
    assert "nothing here refers to it: Spare." in shown
    assert "refers to it" not in assumptions.unknown(shipped("own-case")).html


def test_an_amount_of_money_is_told_in_billions_and_a_price_in_full():
    found = shipped().assumptions
    assert in_words(found["oracle_contract_usd"]) == "8 / 10 / 12 billion"
    assert in_words(found["h100_node_usd"]).count("/") == 2
    assert "thousand" not in in_words(found["h100_node_usd"])
