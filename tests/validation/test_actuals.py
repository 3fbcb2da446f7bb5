"""What happened: every actual rests on facts of the ledger that came after the decision, its simple
reference on facts from before it, and nothing that computes an answer reads either."""

import ast
import csv
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tools.places import PACKAGE

from analysis.decision import headline
from analysis.evidence import ledger
from analysis.evidence.files import BadInput
from analysis.model import simulation
from analysis.scenario import load
from analysis.validation import actuals
from analysis.validation.actuals import BY_DAY, CLAIMED, SUPPORTED, UNDISPUTED

ALL = actuals.read()
FACTS = ledger.ledger().facts
FLAGSHIP = load.read(load.find("oracle-vs-memphis"))
LATER = load.read(load.find("hindsight"))
with (ledger.DATA / "actuals.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))

each = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])


def twin(one: actuals.Actual) -> tuple[str, str, str, date | None]:
    return one.label, one.measure, one.of, one.at_day


def number(cell: str) -> float:
    return float(eval(compile(ast.parse(cell, mode="eval"), "cell", "eval"), {"__builtins__": {}}))


def test_there_are_at_least_20_actuals_of_every_topic_dates_power_and_prices():
    assert len(ALL) >= 20
    assert {one.topic for one in ALL} == set(actuals.TOPICS)


def test_every_actual_became_public_after_the_decision():
    assert min(one.public_on for one in ALL) > FLAGSHIP.start


def test_every_simple_reference_rests_on_facts_known_on_the_day_of_decision():
    late = [
        one.id for one in ALL for key in one.naive_basis if FACTS[key].public_on > FLAGSHIP.start
    ]
    assert late == []


def numbers(facts: list[ledger.Fact]) -> set[float]:
    """The numbers that stand in some facts: their values and ends, and those in their words, such
    as 100,000 in "100,000 H100 online"; in millions and billions too."""
    found = {cell for f in facts for cell in (f.value, f.at_least, f.at_most) if cell}
    found |= {cell.replace(",", "") for f in facts for cell in re.findall(r"\d[\d,.]*", f.quantity)}
    plain = {float(cell) for cell in found if re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", cell)}
    return {size * one for one in plain for size in (1.0, 1e3, 1e6, 1e9)}


def days(facts: list[ledger.Fact]) -> set[str]:
    return {cell for f in facts for cell in (f.value, f.at_least, f.at_most, f.describes)}


@each
def test_every_number_is_one_of_its_facts_or_a_sum_of_them(row):
    facts = [FACTS[key] for key in row["evidence"].split(";")]
    for cell in filter(None, (row[name] for name in ("value", "at_least", "at_most"))):
        if row["unit"] == "date":
            assert cell in days(facts)
        elif float(cell) not in numbers(facts):
            assert cell == row["value"]
            assert number(row["arithmetic"]) == pytest.approx(float(cell), rel=1e-5)


def test_every_number_of_a_sum_stands_in_its_facts():
    # 85000 / (1.40 x 1.30) is 85 MW over 1.40 kW and a PUE of 1.30. Units: 12 months a year, a
    # thousand, a million, a billion; half of 200,000 is the machine before it was doubled.
    sums = [row for row in ROWS if row["arithmetic"]]
    assert sums
    for row in sums:
        facts = [FACTS[key] for key in row["evidence"].split(";")]
        used = {float(x) for x in re.findall(r"\d+(?:\.\d+)?(?:e\d+)?", row["arithmetic"])}
        assert used - numbers(facts) - {2, 12, 1e6, 1e9} == set(), row["id"]


def test_whatever_is_disputed_stands_in_both_readings_and_nothing_else_twice():
    claimed, supported, plain = (
        sorted(str(twin(one)) for one in ALL if one.reading == reading)
        for reading in (CLAIMED, SUPPORTED, UNDISPUTED)
    )
    assert claimed == supported
    assert len(set(claimed)) == len(claimed)
    assert len(set(plain)) == len(plain)
    assert not set(claimed) & set(plain)


def test_both_readings_of_one_thing_are_scored_against_one_reference():
    naive = {}
    for one in ALL:
        naive.setdefault(twin(one), set()).add((one.naive, one.naive_rule))
    assert [key for key, found in naive.items() if len(found) > 1] == []


def test_an_announced_day_slips_by_nothing_to_its_whole_lead():
    # Announced for 1 August, 23 days after the decision: at the latest 23 days after that.
    dates = [one for one in ALL if one.is_date]
    assert dates
    start = FLAGSHIP.start.toordinal()
    for one in dates:
        low, mid, high = one.naive
        assert (low, high - start) == (mid, 2 * (low - start)), one.id


def test_a_price_or_a_size_stays_give_or_take_a_quarter():
    quarter = [one for one in ALL if "25 %" in one.naive_rule]
    assert len(quarter) > 10
    for one in quarter:
        low, mid, high = one.naive
        # A share of all hours paid cannot rise over 1.
        most = 1.0 if one.of == "take_or_pay_share" else 1.25 * mid
        assert (low, high) == pytest.approx((0.75 * mid, most)), one.id


@pytest.mark.parametrize("day", ["2024-08-11", "2024-09-02", "2024-09-27", "2025-02-17"])
def test_the_plan_for_gpus_is_a_ramp_from_31_july_to_30_september_or_twice_as_late(day):
    # On time on 2 September: 33 of 61 days, 54,098; late by the whole lead: 22 August to
    # 22 December, 11 of 122 days, 9,016.
    at = date.fromisoformat(day)
    [one, *_] = [x for x in ALL if x.measure == "energised_gpus" and x.at_day == at]
    shares = []
    for times in (1, 2):
        first, last = (
            FLAGSHIP.start + times * (x - FLAGSHIP.start)
            for x in (date(2024, 7, 31), date(2024, 9, 30))
        )
        shares.append(min(max((at - first) / (last - first), 0), 1))
    assert one.naive == pytest.approx((1e5 * shares[1], 1e5 * shares[0], 1e5 * shares[0]), abs=0.5)


def test_an_actual_is_known_from_the_day_of_the_latest_of_its_facts_on():
    # The count of 25,000 GPUs is public from the end of September 2026 on, whatever it describes.
    day = date(2026, 9, 30)
    ids = {one.id for one in actuals.known(day)} - {
        one.id for one in actuals.known(day - timedelta(days=1))
    }
    assert "gpus-2024-08-11" in ids
    assert actuals.known(FLAGSHIP.start) == ()


def test_the_actuals_of_a_decision_serve_its_variants_and_no_other_decision():
    count = {
        slug: len(actuals.of(load.read(load.find(slug))))
        for slug in ("oracle-vs-memphis", "no-gas", "hindsight", "own-case")
    }
    assert count == dict.fromkeys(("oracle-vs-memphis", "no-gas", "hindsight"), len(ALL)) | {
        "own-case": 0
    }


def test_a_decision_day_run_marks_nothing_that_came_later():
    assert actuals.marks(FLAGSHIP).empty


def test_a_scenario_that_looks_back_marks_what_was_public_by_then():
    # With every input at its mid the run moves to Memphis when more GPUs run there than the 16,384
    # of the existing fabric: 0.5 + 2.1 x 0.16384 = 0.844 months; power is there (gas from 0.7
    # months). 22 July is 13 days after the decision, 0.427 months: 0.417 earlier. Prices are those
    # of the index.
    marks = actuals.marks(LATER)
    rent = marks[marks["quantity"] == "usd_per_gpu_hour"]
    assert list(rent["value"]) == [2.00, 1.70, 2.35, 2.65, 2.80]
    late = marks[(marks["quantity"] == "delay_months") & (marks["option"] == "memphis_build")]
    mid = 0.5 + 2.1 * 0.16384
    assert late["value"].iloc[0] == pytest.approx(13 * 12 / 365 - mid, abs=1e-6)
    assert max(marks["public_on"]) <= LATER.as_of
    earlier = LATER.model_copy(update={"as_of": date(2025, 1, 1)})
    assert set(actuals.marks(earlier)["value"].round(2)) == {2.00, round(late["value"].iloc[0], 2)}


BEFORE = ("evidence", "scenario", "model", "decision")


def test_no_room_that_makes_an_answer_reads_what_happened():
    sources = {
        path: path.read_text("utf-8") for room in BEFORE for path in PACKAGE.glob(f"{room}/*.py")
    }
    assert len(sources) > 30
    reading = [path.name for path, text in sources.items() if "analysis.validation" in text]
    assert reading == []


def test_one_module_alone_names_the_file_of_what_happened():
    named = [p.name for p in PACKAGE.rglob("*.py") if "actuals.csv" in p.read_text("utf-8")]
    assert named == ["actuals.py"]


def test_the_headline_is_the_same_bytes_whatever_happened(monkeypatch):
    def answer() -> str:
        return headline.text(headline.headline(simulation.simulate(FLAGSHIP, 60, 1), "x"))

    before = answer()
    monkeypatch.setattr(actuals, "read", lambda: tuple(replace(one, value=-1.0) for one in ALL))
    assert answer() == before
    monkeypatch.setattr(actuals, "read", lambda: ())
    assert answer() == before


def test_a_folder_without_the_file_holds_no_actuals(tmp_path):
    assert actuals.read(tmp_path) == ()


GOOD = next(row for row in ROWS if row["id"] == "mw-2024-09-02-supported")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "Bad Id"}, "id 'Bad Id'; expected small letters"),
        ({"topic": "weather"}, "topic is 'weather'; expected one of dates"),
        ({"measure": "speed"}, "measure is 'speed'; expected one of input"),
        ({"reading": "as hoped"}, "reading is 'as hoped'; expected one of as claimed"),
        ({"reference_class": "maybe"}, "reference_class is 'maybe'"),
        ({"why": ""}, "why is empty"),
        ({"at_day": ""}, f"at_day belongs to {BY_DAY[0]}"),
        ({"at_day": "2024-09"}, "at_day '2024-09' is no day; expected YYYY-MM-DD"),
        ({"measure": "input"}, f"at_day belongs to {BY_DAY[0]}"),
        ({"value": ""}, "no value; expected value, or at_least and at_most"),
        ({"value": "many"}, "'many' is no plain number"),
        ({"value": "nan"}, "'nan' is no plain number"),
        ({"at_least": "90"}, "expected at_least <= value <= at_most"),
        ({"unit": "date"}, "a value '85' is no day"),
        ({"naive_low": "60"}, "expected naive_low <= naive_mid <= naive_high"),
        ({"evidence": ""}, "evidence is empty"),
        ({"evidence": "memphis-power-sum-2024-08"}, 'nearest known: "memphis-power-sum-2024-09"'),
        ({"naive_basis": "oracle-capacity-sold-gpus"}, "which is not firm or has no day"),
        ({"public_on": "2024-10"}, "the latest of its facts is of 2024-11-30"),
    ],
)
def test_a_bad_row_is_refused_by_one_line_that_names_it(tmp_path, change, said):
    assert isinstance(written(tmp_path, [GOOD]), tuple)
    with pytest.raises(BadInput) as found:
        written(tmp_path / "bad", [GOOD | change])
    assert str(found.value).startswith("actuals.csv, line 2: ")
    assert said in str(found.value)


def test_an_id_is_used_once(tmp_path):
    with pytest.raises(BadInput, match='line 3: id "mw-2024-09-02-supported" is used twice'):
        written(tmp_path, [GOOD, GOOD | {"note": "Again."}])


def written(folder: Path, rows: list[dict[str, str]]) -> tuple[actuals.Actual, ...]:
    """The actuals of a file with some rows."""
    folder.mkdir(exist_ok=True)
    with (folder / "actuals.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, actuals.COLUMNS.split(","), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return actuals.read(folder)
