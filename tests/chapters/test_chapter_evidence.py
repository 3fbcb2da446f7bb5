"""The chapter on what was known on the day: its tables worked by hand, its claims at their edges,
its sentences against numbers counted afresh."""

import html
import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from tools import chapters
from tools.builders import shipped
from tools.hand import scenario

from analysis.chapters import evidence
from analysis.evidence import ledger as ledgers
from analysis.evidence.ledger import Fact, Ledger
from analysis.report import runs

FACT = Fact(
    id="grid-a",
    topic="power",
    quantity="Grid power",
    type="number",
    kind="reported",
    value="10",
    at_least="",
    at_most="",
    unit="MW",
    describes="",
    public_on=date(2024, 12, 1),
    source="a",
    read_at="",
    parents=(),
    arithmetic="",
    standing="firm",
    note="",
)
LATER = date(2025, 2, 1)
FACTS = [
    FACT,
    replace(FACT, id="grid-b", value="20", public_on=date(2024, 12, 20), source="b"),
    replace(
        FACT,
        id="grid-mean",
        kind="derived",
        value="15",
        public_on=date(2024, 12, 20),
        source="own",
        parents=("grid-a", "grid-b"),
        arithmetic="(10 + 20) / 2",
    ),
    replace(
        FACT,
        id="lead",
        topic="facility",
        quantity="Lead time",
        kind="measured",
        value="",
        at_least="2",
        at_most="8",
        unit="weeks",
        source="c",
    ),
    replace(FACT, id="grid-later", public_on=LATER, value="30"),
    replace(FACT, id="no-day", public_on=None),
]
SOURCE = {"title": "Title", "publisher": "House", "kind": "press", "published": "", "url": ""}
LEDGER = Ledger({f.id: f for f in FACTS}, dict.fromkeys(("a", "b", "c", "own"), SOURCE))
RESTS_ON_FACTS = """
[sites.field.stages.grid]
mw = "power_mw"
[tranches.machine]
milestones = { ready = "ready_months" }
[assumptions.power_mw]
label = "Power of the field"
unit = "MW"
low = 12
mid = 16
high = 30
min = 1
max = 100
basis = ["grid-a", "grid-b", "grid-mean"]
[assumptions.ready_months]
label = "Machine ready"
unit = "months"
low = 0.5
mid = 1
high = 1.5
min = 0.1
max = 12
basis = ["lead"]
"""
"""What the scenario by hand looks like if two of its inputs rest on the facts above."""


@pytest.fixture
def decided(tmp_path, monkeypatch):
    """The scenario by hand, decided on 1 January 2025, over a ledger of six facts."""
    monkeypatch.setattr(ledgers, "ledger", lambda: LEDGER)
    return scenario(tmp_path, RESTS_ON_FACTS)


def test_facts_are_counted_by_topic_and_quarter_and_a_later_one_stands_apart(decided):
    # Of the power facts in late 2024 all three are cited; their days 1, 20 and 20 December have
    # the mean 13.67. The one of February 2025 came later; the one without a day is nowhere.
    found = evidence.tables.ledger_timeline(decided).set_index(["topic", "known"])
    assert found.loc[("power", True)].tolist() == ["2024-12-13", 3, 3]
    assert found.loc[("power", False)].tolist() == ["2025-02-01", 1, 0]
    assert found.loc[("facility", True)].tolist() == ["2024-12-01", 1, 1]
    assert found["facts"].sum() == 5


def test_the_picture_of_the_ledger_says_4_are_cited_0_are_not_and_1_came_later(decided):
    found = evidence.titles.ledger_timeline(evidence.tables.ledger_timeline(decided), "2025-01-01")
    assert found == (
        "Public by 2025-01-01: 4 facts that are cited here and 0 that are not; 1 came later"
    )


def test_a_derived_fact_counts_for_the_sources_of_both_its_parents(decided):
    # grid-a and grid-mean rest on a, grid-b and grid-mean on b, lead on c; none on our own sum.
    frame = evidence.tables.sources_behind(decided)
    assert frame["source"].tolist() == ["a", "b", "c"]
    assert frame["facts"].tolist() == [2, 2, 1]
    assert frame["inputs"].tolist() == [1, 1, 1]


def test_a_later_look_gives_9_7_months_for_the_substation_where_6_to_24_were_assumed():
    frame = evidence.tables.changed_by_later(shipped()).set_index("label")
    row = frame.loc["New substation ready"]
    assert row[["then", "later"]].tolist() == ["6 / 10 / 24", "9.7"]
    assert row["basis"] == "memphis-grid-lead-decision"


def test_only_facts_that_were_not_public_stand_beside_what_a_later_look_assumes():
    decision, ledger = shipped(), ledgers.ledger()
    keys = " ".join(evidence.tables.changed_by_later(decision)["basis"]).split()
    assert keys
    assert min(ledger.facts[key].public_on for key in keys) > decision.as_of


def test_no_scenario_looks_back_from_later_than_the_one_that_looks_back():
    assert evidence.tables.looking_back(shipped()).as_of == date(2026, 11, 9)
    assert evidence.tables.looking_back(shipped("hindsight")) is None


def test_without_a_later_look_it_is_told_how_many_facts_came_later(decided, monkeypatch):
    monkeypatch.setattr(evidence.tables, "looking_back", lambda one: None)
    monkeypatch.setattr(evidence.tables, "changed_by_later", lambda one: pd.DataFrame())
    found = evidence.came_later(decided).html
    assert "1 facts of the ledger became public after 2025-01-01" in found


def test_on_the_newest_day_of_the_ledger_nothing_came_later(decided):
    newest = decided.model_copy(update={"as_of": LATER})
    found = evidence.came_later(newest).html
    assert found == "<p>No fact of the ledger became public after 2025-02-01.</p>"
    line = evidence.titles.ledger_timeline(evidence.tables.ledger_timeline(newest), "2025-02-01")
    assert line.endswith("1 that are not; none came later")


def test_a_node_of_270_000_usd_and_8_gpus_costs_33_750_usd_a_gpu():
    # 240,000, 270,000 and 330,000 USD over 8.
    assert evidence.price_tables.node_assumption(shipped()) == (
        "Memphis build",
        (30_000, 33_750, 41_250),
    )


def test_where_nobody_owns_the_chip_one_line_says_so(tmp_path):
    found = scenario(tmp_path)
    alone = found.model_copy(update={"options": {"rented": found.options["rented"]}})
    assert evidence.purchase_prices(alone).html.startswith("<p>No option owns a chip")


def test_a_price_of_the_day_is_known_and_one_of_two_days_later_is_not():
    frame = evidence.price_tables.price_history(shipped())
    assert set(frame.loc[frame["date"] == "2024-06-25", "known"]) == {True}
    assert set(frame.loc[frame["date"] == "2024-07-11", "known"]) == {False}
    assert set(frame.loc[frame["known"], "date"]) == set(
        evidence.price_tables.rental_prices(shipped())["date"]
    )


@pytest.mark.parametrize(
    ("usd", "expected"),
    [
        ([2.0, 3.0], "100 % of the 2 prices public by then lie within the range assumed"),
        ([1.9, 3.1], "0 % of the 2 prices public by then lie within the range assumed"),
        ([], "There were no prices public by then to hold the range against"),
    ],
)
def test_a_price_at_the_end_of_a_range_of_2_to_3_lies_within_it(usd, expected):
    assert evidence.titles.prices_in_range(pd.Series(usd, dtype=float), 2.0, 3.0) == expected


@pytest.mark.parametrize(
    ("latest", "expected"),
    [
        ([2.65], "1.95 USD is below the latest of the prices public by then, 2.65 of 2026-06"),
        ([1.5], "1.95 USD is above the latest of the prices public by then, 1.5 of 2026-06"),
        ([1.95], "1.95 USD is at the latest of the prices public by then, 1.95 of 2026-06"),
        ([1, 2], "1.95 USD is within the latest of the prices public by then, 1 to 2 of 2026-06"),
    ],
)
def test_a_price_that_does_not_vary_is_held_against_the_latest_day(latest, expected):
    frame = pd.DataFrame({"date": ["2024-01-01", *["2026-06-02"] * len(latest)]})
    frame["usd_per_gpu_hour"] = [9.0, *latest]
    assert evidence.titles.price_and_latest(1.95, frame, "usd_per_gpu_hour") == expected
    none = evidence.titles.price_and_latest(1.95, frame.head(0), "usd_per_gpu_hour")
    assert none == "There were no prices public by then to hold the price assumed against"


def drawn(frame: pd.DataFrame, *band: float) -> dict[str, Any]:
    """The picture of some rental prices over the range assumed, where no deal is known."""
    none = pd.DataFrame(columns=["years", "usd_per_gpu_hour"])
    picture = evidence.price_charts.rental_prices(frame, band, none, "2024-07-09", "#000000")
    return picture.to_dict()


def test_the_picture_of_a_price_that_does_not_vary_speaks_of_no_range():
    frame = evidence.price_tables.rental_prices(shipped())
    spec = drawn(frame, 1.95, 1.95, 1.95)
    words = json.dumps(spec["title"])
    assert "1.95 USD is " in words and "Line: the price assumed, 1.95 USD." in words
    assert "range" not in words and "P10" not in words
    index = frame.assign(contract="index", usd_per_gpu_hour=1.5).iloc[:1]
    both = pd.concat([index, frame])
    spec = drawn(both, 1.95, 1.95, 1.95)
    assert "is above the latest of the index prices public by then, 1.5 of" in str(spec["title"])


def names_drawn(frame: pd.DataFrame) -> list[str]:
    """The labels that the picture of rental prices finds room for."""
    datasets = drawn(frame, 1.0, 2.0, 3.0)["datasets"]
    return [row["words"] for rows in datasets.values() for row in rows if "words" in row]


def test_of_two_dots_in_one_place_one_is_named_and_a_dot_of_its_own_is():
    # Both at 9 USD on one day: the second name would cover the first, on either side of the dot.
    frame = pd.DataFrame({"usd_per_gpu_hour": [9.0, 9.0, 2.5], "vendor": ["Aa", "Bb", "Cc"]})
    frame = frame.assign(date="2024-05-01", chip="h100", contract="on-demand")
    assert names_drawn(frame.iloc[[0, 2]]) == ["Aa on-demand", "Cc on-demand"]
    assert names_drawn(frame) == ["Aa on-demand", "Cc on-demand"]


def test_a_dot_at_the_right_edge_is_named_on_its_left():
    frame = pd.DataFrame({"date": ["2024-01-01", "2024-07-09"], "usd_per_gpu_hour": [4.0, 9.0]})
    frame = frame.assign(chip="h100", vendor="Vendor", contract="on-demand")
    spec = drawn(frame, 1, 2, 3)
    sides = {
        spec["datasets"][layer["data"]["name"]][0]["date"]: layer["mark"]["align"]
        for layer in spec["layer"]
        if layer["mark"].get("align") and spec["datasets"][layer["data"]["name"]]
    }
    assert sides == {"2024-01-01": "left", "2024-07-09": "right"}


def counted(decision) -> tuple[int, int, int]:
    """Facts cited, those known and not cited, those that came later: counted from the files."""
    every = json.loads(decision.model_dump_json())
    bases = [one["basis"] for one in every["assumptions"].values()]
    service = every["need"].pop("service") or {}
    chosen = [*every["choices"].values(), *every["need"].values(), *service.values()]
    bases += [one["basis"] for one in [*chosen, every["lives"]] if isinstance(one, dict)]
    cited = {key for basis in bases for key in basis}
    days = [f.public_on for f in ledgers.ledger().facts.values() if f.public_on]
    later = sum(day > decision.as_of for day in days)
    return len(cited), len(days) - later - len(cited), later


TestLaws = chapters.laws("10-evidence")


@pytest.mark.parametrize(("slug", "seed"), [*chapters.RUNS, ("hindsight", 1)])
def test_the_chapter_says_what_the_files_say(slug, seed):
    names = chapters.of("10-evidence", slug, seed)
    text, decision = html.unescape(names["words"]), names["case"].scenario
    cited, others, later = counted(decision)
    assert f"{cited} facts that are cited here and {others} that are not; {later} came" in text
    assert re.search(rf"Cited facts: {cited}, from \d+ sources", text)
    assert f"{later} facts of the ledger became public after {decision.as_of}" in text


@pytest.mark.parametrize("options", [["rented", "built"], ["rented"], ["built"]])
@pytest.mark.parametrize("as_of", ["2001-01-01", "2025-01-01", "2030-01-01"])
def test_the_chapter_runs_with_one_option_and_on_any_day(tmp_path, monkeypatch, options, as_of):
    found = scenario(tmp_path)
    kept = {"options": {name: found.options[name] for name in options}}
    changed = found.model_copy(update=kept | {"as_of": date.fromisoformat(as_of)})
    monkeypatch.setattr(runs, "decision", lambda slug: changed)
    names = chapters.run("10-evidence", "by-hand", 5, 1)
    text = chapters.text(names)
    # A chart with a number that is none would be no JSON.
    specs = [exhibit.spec for exhibit in names["shown"]]
    assert any(specs) and json.dumps(specs, allow_nan=False)
    assert ("none came later" in text) is (as_of == "2030-01-01")
    assert ("No option owns a chip" in text) is ("built" not in options)
    assert not re.search(r"\bnan\b", text)
