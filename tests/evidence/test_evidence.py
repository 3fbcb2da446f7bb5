"""The ledger, by hand: days, standings, what was known on a day."""

from datetime import date

import pytest

from analysis.evidence import ledger
from analysis.evidence.ledger import Fact

HEADER = ledger.COLUMNS + "\n"
SOURCES = ledger.SOURCE_COLUMNS + "\npaper,A paper,A house,press,2024-05,https://example.org\n"


def row(name: str, **cells: str) -> str:
    """One line of evidence.csv: a number of 1 MW, public on 5 May 2024, unless said otherwise."""
    words = {
        "id": name,
        "topic": "power",
        "quantity": name,
        "type": "number",
        "kind": "reported",
        "value": "1",
        "unit": "MW",
        "public_on": "2024-05-05",
        "source": "paper",
        "standing": "firm",
    }
    if "parents" in cells:
        words |= {"kind": "derived", "public_on": ""}
    return ",".join((words | cells).get(key, "") for key in ledger.COLUMNS.split(","))


def facts(folder, *rows: str) -> dict[str, Fact]:
    (folder / "sources.csv").write_text(SOURCES, encoding="utf-8")
    (folder / "evidence.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return ledger.read(folder).facts


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-07-09", date(2024, 7, 9)),
        ("2024-06", date(2024, 6, 30)),
        ("2024-02", date(2024, 2, 29)),
        ("2023-12", date(2023, 12, 31)),
        ("2023-02-29", None),
        ("2024-13", None),
        ("2024", None),
        ("unknown", None),
        ("", None),
    ],
)
def test_a_month_counts_as_its_last_day_and_what_is_no_day_as_none(text, day):
    assert ledger.last_day(text) == day


def test_a_derived_fact_becomes_public_with_the_last_of_its_parents(tmp_path):
    early = row("early", public_on="2024-05-05")
    late = row("late", public_on="2024-06")
    both = row("both", value="2", parents="early late", arithmetic="1 + 1")
    assert facts(tmp_path, early, late, both)["both"].public_on == date(2024, 6, 30)


def test_a_fact_derived_from_a_derived_one_takes_the_day_through_it_in_any_order(tmp_path):
    last = row("last", value="4", parents="middle", arithmetic="2 * 2")
    middle = row("middle", value="2", parents="first", arithmetic="1 + 1")
    found = facts(tmp_path, last, middle, row("first"))
    assert found["last"].public_on == date(2024, 5, 5)
    assert list(found) == ["last", "middle", "first"]


def test_a_derived_fact_with_a_parent_of_unknown_date_has_no_date(tmp_path):
    both = row("both", value="2", parents="known not-known", arithmetic="1 + 1")
    found = facts(tmp_path, row("known"), row("not-known", public_on="unknown"), both)
    assert found["both"].public_on is None
    assert not found["both"].backs


@pytest.mark.parametrize(
    ("cells", "backs"),
    [
        ({}, True),
        ({"kind": "measured"}, True),
        ({"standing": "weak"}, False),
        ({"standing": "recalled"}, False),
        ({"kind": "judgement"}, False),
        ({"public_on": "unknown"}, False),
    ],
    ids=["firm", "measured", "weak", "recalled", "judgement", "undated"],
)
def test_only_a_firm_dated_fact_that_is_no_judgement_backs_a_number(tmp_path, cells, backs):
    assert facts(tmp_path, row("one", **cells))["one"].backs is backs


def test_a_fact_may_have_two_ends_and_no_value(tmp_path):
    found = facts(tmp_path, row("range", value="", at_least="2", at_most="3"))["range"]
    assert (found.at_least, found.value, found.at_most) == ("2", "", "3")


def test_the_same_quantity_in_two_periods_is_no_conflict(tmp_path):
    one = row("in-may", quantity="Power", describes="2024-05")
    other = row("in-june", quantity="Power", describes="2024-06", value="2")
    assert len(facts(tmp_path, one, other)) == 2


def test_a_frame_of_facts_keeps_numbers_as_they_were_written(tmp_path):
    found = ledger.frame(list(facts(tmp_path, row("one", value="1.50")).values()))
    assert found.loc["one", "value"] == "1.50"
    assert found.index.name == "id"


def test_a_dated_series_has_its_days_as_days_and_its_prices_as_numbers():
    found = ledger.series("h100_prices")
    assert found["date"].is_monotonic_increasing
    assert found["date"].dt.year.min() == 2023
    assert found["usd_per_gpu_hour"].dropna().between(0.5, 15).all()


def test_the_table_of_chips_gives_an_h100_989_4_tflops_and_8_to_a_node():
    row = ledger.chips()["h100"]
    assert (row["peak_bf16_dense_tflops"], row["gpus_per_node"]) == ("989.4", "8")
