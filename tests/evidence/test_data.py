"""Rules that the shipped data keep: what is stated has a source, a day and a unit that can be
checked, and the descriptions for machines and people describe what is there."""

import ast
import csv
import json
import operator
import re
import tomllib
from datetime import date
from decimal import Decimal

import pytest

from analysis.evidence import ledger
from analysis.evidence.ledger import last_day
from analysis.model import simulation
from analysis.scenario import edits, load, references

DATA = ledger.DATA
TABLES = sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*.csv"))
PACKAGE = json.loads((DATA / "datapackage.json").read_text("utf-8"))
RESOURCES = {one["path"]: one for one in PACKAGE["resources"]}
OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def rows(path: str) -> list[dict[str, str]]:
    with (DATA / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def calculated(node: ast.expr) -> float:
    """The value of arithmetic on plain numbers; anything else has no place in the ledger."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -calculated(node.operand)
    assert isinstance(node, ast.BinOp), ast.unparse(node)
    return OPERATIONS[type(node.op)](calculated(node.left), calculated(node.right))


def half_of_the_last_digit(number: str) -> float:
    exponent = Decimal(number).as_tuple().exponent
    assert isinstance(exponent, int)
    return 0.5 * 10.0**exponent


FACTS = rows("evidence.csv")
DERIVED = [one for one in FACTS if one["kind"] == "derived"]
FLAGSHIP = load.read(load.find("oracle-vs-memphis"))


def test_the_arithmetic_of_the_tests_itself_gives_2_85_for_ten_billion_over_four_years():
    found = calculated(ast.parse("10e9 / (100000 * 8760 * 4)", mode="eval").body)
    assert found == pytest.approx(2.853881, abs=1e-6)
    assert half_of_the_last_digit("2.85") == pytest.approx(0.005)
    assert half_of_the_last_digit("1.5e26") == pytest.approx(0.5e25)


def test_at_least_150_facts_are_numbers_or_dates():
    assert sum(one["type"] in ("number", "date") for one in FACTS) >= 150


def test_every_fact_names_a_source_that_is_listed_and_a_page_that_was_read():
    sources = {one["id"] for one in rows("sources.csv")}
    assert [one["id"] for one in FACTS if one["source"] not in sources] == []
    stated = [one for one in FACTS if one["kind"] != "derived"]
    address = re.compile(r"(https?://|github:)\S+.*")
    assert [one["id"] for one in stated if not address.fullmatch(one["read_at"])] == []


def test_every_source_is_used_by_a_fact_a_chip_or_a_series():
    used = {one.get("source") for path in TABLES if path != "sources.csv" for one in rows(path)}
    assert {one["id"] for one in rows("sources.csv")} - used == set()


def cited(found: object) -> set[str]:
    """The facts that a scenario file names, at whatever depth."""
    if isinstance(found, dict):
        here = set(found.get("basis", ()))
        return here.union(*(cited(one) for one in found.values()))
    return set()


def without_use(facts: list[dict[str, str]], named: set[str]) -> list[str]:
    """The facts that are neither named nor parents of one that is used."""
    parents = {one["id"]: one["parents"].split() for one in facts}
    used, left = set(), [name for name in named if name in parents]
    while left:
        name = left.pop()
        if name not in used:
            used.add(name)
            left += parents[name]
    return [name for name in parents if name not in used]


def test_a_fact_is_of_use_where_it_is_named_or_a_parent_of_such():
    # mw / 2 is named, so mw is used; nothing names gpus or what is derived from it.
    parents = {"mw": "", "half-mw": "mw", "gpus": "", "half-gpus": "gpus"}
    facts = [{"id": name, "parents": words} for name, words in parents.items()]
    assert without_use(facts, {"half-mw", "not-a-fact"}) == ["gpus", "half-gpus"]


BOOK = set(re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", (DATA / "README.md").read_text("utf-8")))


def test_every_fact_is_cited_or_stands_in_the_codebook_with_what_it_tells():
    scenarios = [tomllib.loads(p.read_text("utf-8")) for p in load.FOLDER.glob("*.toml")]
    texts = [path.read_text("utf-8") for path in (DATA / "published").glob("*.toml")]
    texts += [one[column] for one in rows("actuals.csv") for column in ("evidence", "naive_basis")]
    texts += [one["note"] for one in rows("chips.csv")]
    named = BOOK.union(*(cited(one) for one in scenarios))
    named |= {word for text in texts for word in re.findall(r"[a-z0-9-]+", text)}
    assert without_use(FACTS, named) == []


def test_every_fact_that_the_codebook_names_is_in_the_ledger():
    assert BOOK - {one["id"] for one in FACTS} == {"on-demand", "1-year", "3-year"}


def test_every_parent_of_a_derived_fact_is_a_fact():
    names = {one["id"] for one in FACTS}
    assert [one["id"] for one in DERIVED if not set(one["parents"].split()) <= names] == []


@pytest.mark.parametrize("fact", DERIVED, ids=lambda one: one["id"])
def test_the_arithmetic_of_a_derived_fact_gives_its_value_to_the_last_digit(fact):
    found = calculated(ast.parse(fact["arithmetic"], mode="eval").body)
    # A value that lies exactly between two printed ones may be rounded either way.
    allowed = half_of_the_last_digit(fact["value"]) * (1 + 1e-9)
    assert abs(found - float(fact["value"])) <= allowed, found


def test_every_number_and_date_has_a_unit_and_no_text_has_one():
    assert [one["id"] for one in FACTS if one["type"] == "number" and not one["unit"]] == []
    assert [one["id"] for one in FACTS if (one["type"] == "date") != (one["unit"] == "date")] == []
    assert [one["id"] for one in FACTS if one["type"] == "text" and one["unit"]] == []


def test_a_unit_is_spelled_one_way():
    spelled: dict[str, set[str]] = {}
    for one in FACTS:
        plain = re.sub(r"[^a-z0-9]", "", one["unit"].lower())
        spelled.setdefault(plain, set()).add(one["unit"])
    assert [words for words in spelled.values() if len(words) > 1] == []


def test_no_fact_is_firmer_than_one_of_its_parents():
    order = {"firm": 0, "weak": 1, "recalled": 2}
    standing = {one["id"]: order[one["standing"]] for one in FACTS}
    firmer = [
        one["id"]
        for one in DERIVED
        if standing[one["id"]] < max(standing[parent] for parent in one["parents"].split())
    ]
    assert firmer == []


@pytest.mark.parametrize("path", TABLES)
def test_no_cell_holds_a_line_break_or_blanks_at_its_ends(path):
    text = (DATA / path).read_text("utf-8")
    assert len(text.splitlines()) == len(rows(path)) + 1
    cells = [cell for one in rows(path) for cell in one.values()]
    assert [cell for cell in cells if cell is None or cell != cell.strip()] == []


def test_the_data_package_lists_exactly_the_tables_that_are_there():
    assert sorted(RESOURCES) == TABLES


@pytest.mark.parametrize("path", TABLES)
def test_the_data_package_lists_exactly_the_columns_of_a_table_in_order(path):
    header = (DATA / path).read_text("utf-8").split("\n", 1)[0]
    assert [field["name"] for field in RESOURCES[path]["schema"]["fields"]] == header.split(",")


def fits(cell: str, field: dict) -> bool:
    """Whether a cell is of the type and within the constraints that the data package gives."""
    rules = field.get("constraints", {})
    if cell == "":
        return not rules.get("required", False)
    types = {"number": float, "integer": int, "date": date.fromisoformat, "string": str}
    try:
        value = types[field["type"]](cell)
    except ValueError:
        return False
    return (
        re.fullmatch(rules.get("pattern", ".*"), cell) is not None
        and cell in rules.get("enum", [cell])
        and ("minimum" not in rules or value >= rules["minimum"])
    )


@pytest.mark.parametrize("path", TABLES)
def test_every_cell_is_of_the_type_and_within_the_limits_of_the_data_package(path):
    fields = {field["name"]: field for field in RESOURCES[path]["schema"]["fields"]}
    wrong = [
        (name, cell)
        for one in rows(path)
        for name, cell in one.items()
        if not fits(cell, fields[name])
    ]
    assert wrong == []


@pytest.mark.parametrize("path", TABLES)
def test_the_primary_key_of_a_table_is_unique(path):
    schema = RESOURCES[path]["schema"]
    key = schema.get("primaryKey", [])
    names = [key] if isinstance(key, str) else key
    names += [f["name"] for f in schema["fields"] if f.get("constraints", {}).get("unique")]
    found = [tuple(one[name] for name in names) for one in rows(path)]
    assert not names or len(found) == len(set(found))


@pytest.mark.parametrize("path", TABLES)
def test_every_foreign_key_of_a_table_is_found_where_it_points(path):
    by_name = {one["name"]: one["path"] for one in PACKAGE["resources"]}
    for key in RESOURCES[path]["schema"].get("foreignKeys", []):
        there = {
            one[key["reference"]["fields"]] for one in rows(by_name[key["reference"]["resource"]])
        }
        assert {one[key["fields"]] for one in rows(path)} <= there


def test_every_table_with_a_source_has_a_foreign_key_for_it():
    with_source = [path for path in TABLES if "source" in rows(path)[0]]
    keys = {p: [k["fields"] for k in RESOURCES[p]["schema"]["foreignKeys"]] for p in with_source}
    assert keys == {path: ["source"] for path in with_source}


def test_the_codebook_names_every_table_and_every_column_of_the_ledger():
    book = (DATA / "README.md").read_text("utf-8")
    assert [path for path in TABLES if f"`{path}`" not in book] == []
    assert [name for name in FACTS[0] if f"`{name}`" not in book] == []


@pytest.mark.parametrize("name", ["h100_prices", "h100_purchases"])
def test_no_price_is_public_before_its_day(name):
    early = [
        one["date"]
        for one in rows(f"series/{name}.csv")
        if (last_day(one["public_on"]) or date.max) < date.fromisoformat(one["date"])
    ]
    assert early == []


@pytest.mark.parametrize("slug", load.shipped())
def test_every_scenario_that_can_be_run_reads_and_rests_on_facts_known_by_its_day(slug):
    found = load.read(load.find(slug))
    facts = ledger.ledger().facts
    days = {name: facts[name].public_on for name in references.cited(found)}
    assert days
    assert [name for name, day in days.items() if day is None or day > found.as_of] == []


def test_only_the_shared_defaults_cannot_be_run_alone():
    every = {path.stem for path in load.FOLDER.glob("*.toml")}
    assert every - set(load.shipped()) == {"sourced-defaults"}


@pytest.mark.parametrize("slug", load.shipped())
def test_every_assumption_has_a_unit_a_label_and_a_basis(slug):
    found = load.read(load.find(slug)).assumptions
    bare = [name for name, one in found.items() if not (one.unit.strip() and one.label.strip())]
    assert bare == []
    assert [
        name for name, one in found.items() if not (one.basis or one.quote or one.judgement)
    ] == []


@pytest.mark.parametrize("slug", load.shipped())
def test_no_shipped_scenario_declares_an_assumption_that_it_does_not_use(slug):
    found = load.read(load.find(slug))
    assert set(found.assumptions) - set(references.used_assumptions(found)) == set()


def test_the_flagship_rests_on_firm_facts_that_were_public_by_9_july_2024():
    facts = ledger.ledger().facts
    cited = [facts[name] for name in references.cited(FLAGSHIP)]
    assert FLAGSHIP.as_of == FLAGSHIP.start == date(2024, 7, 9)
    assert [fact.id for fact in cited if not fact.backs] == []
    assert max(fact.public_on for fact in cited if fact.public_on) <= date(2024, 7, 9)


def test_the_flagship_has_its_six_options_and_asks_about_two_of_them():
    assert list(FLAGSHIP.options) == [
        "status_quo",
        "oracle_rental",
        "memphis_build",
        "memphis_later",
        "gb200_wait",
        "oracle_at_memphis",
    ]
    assert FLAGSHIP.compare == ["oracle_rental", "memphis_build"]
    assert FLAGSHIP.baseline == "status_quo"


def test_the_gb200_of_the_flagship_have_the_peak_of_100_000_h100():
    # 39,576 x 2,500 TFLOP/s against 100,000 x 989.4: the same to a hundred-thousandth.
    tranche = FLAGSHIP.tranches["gb200_40k"]
    assert tranche.gpus * 2500 == pytest.approx(100_000 * 989.4, rel=1e-5)


@pytest.mark.parametrize(("rate", "usd"), [(0.08, 1.8), (0.10, 1.9)])
def test_an_hour_costs_a_supplier_what_the_cost_plus_scenario_rests_on(rate, usd):
    # the machine of the flagship alone, with all its power there on the first day
    site = FLAGSHIP.sites["memphis"]
    grid = site.stages["grid_now"].model_copy(update={"mw": 400.0, "from_months": 0.0})
    alone = edits.with_options(FLAGSHIP, ["memphis_build"])
    alone = edits.with_value(alone, ("options", "memphis_build", "tranches"), ["memphis_100k"])
    alone = edits.with_value(alone, ("sites", "memphis", "stages"), {"grid": grid})
    alone = edits.with_choice(alone, "discount_rate_per_year", rate)
    found = simulation.simulate(alone, 4096, 1).scalars["memphis_build"]
    per_hour = found["present_cost_usd"].mean() / found["discounted_gpu_hours"].mean()
    assert round(per_hour, 1) == usd
