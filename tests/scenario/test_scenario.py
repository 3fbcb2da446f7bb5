"""A scenario file and what it extends, by hand: what is replaced, what stays, what is listed."""

import tomllib
from datetime import date

import pytest
from tools.builders import bounded
from tools.hand import BASE, scenario

from analysis.evidence.files import BadInput
from analysis.scenario import load, references

BASIS = 'basis = ["memphis-grid-at-start", "memphis-grid-upgrade-2024-08"]\n'
PRICE = bounded("price", "Price", "USD/GPU-hour", 1, 2, 3, 0, 5)
USED = PRICE + '[tranches.rental]\nusd_per_gpu_hour = "price"\n'


def chain(folder, *changes: str):
    """A scenario that extends one that extends another, the base first."""
    (folder / "by-hand.toml").write_text(BASE, encoding="utf-8")
    parent = "by-hand"
    for i, one in enumerate(changes):
        (folder / f"step-{i}.toml").write_text(f'extends = "{parent}"\n{one}', encoding="utf-8")
        parent = f"step-{i}"
    return load.read(folder / f"{parent}.toml")


def test_a_file_states_what_differs_and_keeps_the_rest(tmp_path):
    found = scenario(tmp_path, 'title = "Other"\n[tranches.rental]\ngpus = 50\n')
    assert (found.title, found.start) == ("Other", date(2025, 1, 1))
    assert (found.tranches["rental"].gpus, found.tranches["rental"].term_months) == (50, 12)
    assert found.tranches["machine"].gpus == 100


def test_a_new_range_replaces_the_old_one_with_its_bounds_and_basis_and_keeps_label_and_unit(
    tmp_path,
):
    new = '[assumptions.price]\nvalues = [2, 4]\nprobabilities = [0.5, 0.5]\nquote = "A, 1 May"\n'
    one = chain(tmp_path, USED, new).assumptions["price"]
    assert (one.label, one.unit, one.quote, one.judgement) == (
        "Price",
        "USD/GPU-hour",
        "A, 1 May",
        "",
    )
    assert (one.values, one.low, one.min, one.max) == ([2, 4], None, None, None)


def test_a_new_reason_alone_leaves_the_range_as_it_was(tmp_path):
    one = chain(tmp_path, USED, '[assumptions.price]\njudgement = "Better."\n').assumptions["price"]
    assert (one.low, one.mid, one.high, one.judgement) == (1, 2, 3, "Better.")


def test_a_list_replaces_a_list_whole(tmp_path):
    found = scenario(tmp_path, '[options.built]\ntranches = ["rental"]\n')
    assert found.options["built"].tranches == ["rental"]


def test_a_file_beside_the_scenario_is_preferred_to_a_shipped_one_of_the_same_name(tmp_path):
    (tmp_path / "sourced-defaults.toml").write_text(BASE, encoding="utf-8")
    (tmp_path / "mine.toml").write_text('extends = "sourced-defaults"\n', encoding="utf-8")
    assert load.read(tmp_path / "mine.toml").title == "By hand"


def test_a_shipped_scenario_can_be_extended_from_any_folder(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'extends = "oracle-vs-memphis"\nwhy = "To see."\n', encoding="utf-8"
    )
    found = load.read(tmp_path / "mine.toml")
    assert (found.start, found.why) == (date(2024, 7, 9), "To see.")


def test_what_canonical_writes_reads_back_as_the_same_scenario_and_the_same_text(tmp_path):
    changes = PRICE + '[tranches.rental]\nusd_per_gpu_hour = ["price", 0.5]\n'
    found = scenario(tmp_path, changes)
    again = load.from_canonical(load.canonical(found))
    assert again == found
    assert load.canonical(again) == load.canonical(found)


def test_the_canonical_text_is_that_of_the_merged_file_whatever_was_extended(tmp_path):
    whole, merged = tmp_path / "whole", tmp_path / "merged"
    whole.mkdir()
    merged.mkdir()
    (whole / "one.toml").write_text(BASE.replace("gpus = 100", "gpus = 50"), encoding="utf-8")
    changes = "[tranches.rental]\ngpus = 50\n[tranches.machine]\ngpus = 50\n"
    one = load.read(whole / "one.toml")
    assert load.canonical(one) == load.canonical(scenario(merged, changes))


EVENT = """
[assumptions.comes]
label = "Comes"
unit = "event"
probability = 0.9
judgement = "A guess."
[sites.field.stages.grid]
only_if = "comes"
[tranches.machine]
only_if = "comes"
"""


def test_an_assumption_is_listed_with_every_place_that_refers_to_it(tmp_path):
    twice = '[chips.h100]\nmarket_rent_usd_per_gpu_hour = ["price", "price"]\n'
    market = ["chips.h100.market_rent_usd_per_gpu_hour"] * 2
    assert references.used_assumptions(scenario(tmp_path, USED + twice + EVENT)) == {
        "price": [*market, "tranches.rental.usd_per_gpu_hour"],
        "comes": ["tranches.machine.only_if", "sites.field.stages.grid.only_if"],
    }


def test_an_assumption_that_nothing_refers_to_is_not_used(tmp_path):
    assert references.used_assumptions(scenario(tmp_path, PRICE)) == {}


def test_a_fact_is_listed_with_the_assumptions_and_choices_that_rest_on_it(tmp_path):
    changes = f"{PRICE}{BASIS}[choices.discount_rate_per_year]\n{BASIS}"
    assert references.cited(scenario(tmp_path, changes)) == {
        "memphis-grid-at-start": ["price", "discount_rate_per_year"],
        "memphis-grid-upgrade-2024-08": ["price", "discount_rate_per_year"],
    }


def test_what_the_file_leaves_out_is_listed_with_the_default(tmp_path):
    found = references.defaults_used(scenario(tmp_path))
    assert found["choices.debt_months"] == 36
    assert found["tranches.machine.ordered_month"] == 0
    assert found["chips.h100.falls_from_month"] == 0
    assert "chips.h100.peak_bf16_dense_tflops" not in found
    assert "tranches.rental.prepayment_share" not in found


def test_a_chip_of_which_nothing_is_said_takes_its_row_of_the_table(tmp_path):
    chip = """
    [chips.h200]
    load_share = 1
    price_fall_per_year = 0
    """
    found = references.defaults_used(scenario(tmp_path, chip))
    given = {key: found[f"chips.h200.{key}"] for key in ("gpus_per_node", "it_kw_per_gpu")}
    assert given == {"gpus_per_node": 8, "it_kw_per_gpu": 1.4}


def test_the_choices_are_those_of_the_need_and_those_that_are_set(tmp_path):
    names = list(references.choices(scenario(tmp_path)))
    assert names[:4] == ["by_months", "start_gpus", "discount_rate_per_year", "horizon_months"]
    assert "funding_usd" not in names
    funded = scenario(tmp_path, "[choices]\nfunding_usd = { value = 1e6 }\n")
    assert references.choices(funded)["funding_usd"].value == 1e6


def test_every_place_that_holds_an_input_says_its_unit(tmp_path):
    units = {use.key: use.quantity.unit for use in references.uses(scenario(tmp_path))}
    assert units["need.target_flop"] == "FLOP"
    assert units["tranches.rental.milestones.ready"] == "months"
    assert units["sites.field.stages.grid.usd_per_mwh"] == "USD/MWh"
    assert "tranches.machine.title" not in units


def test_a_slug_finds_a_shipped_scenario_and_a_path_itself(tmp_path):
    assert load.find("oracle-vs-memphis").name == "oracle-vs-memphis.toml"
    assert load.find(str(tmp_path / "mine.toml")) == tmp_path / "mine.toml"


def test_a_slug_that_is_almost_right_is_told_the_nearest():
    with pytest.raises(BadInput, match='nearest known: "oracle-vs-memphis"'):
        load.find("oracle-vs-menphis")


def test_the_shipped_scenarios_that_can_be_run_leave_out_the_defaults():
    assert "oracle-vs-memphis" in load.shipped()
    assert "sourced-defaults" not in load.shipped()


def is_toml(line: str) -> bool:
    """Whether a line is a table or a key with its value, and no sentence."""
    try:
        return bool(tomllib.loads(line))
    except tomllib.TOMLDecodeError:
        return False


def test_the_tables_behind_a_hash_in_the_template_are_read_once_the_hash_is_gone(tmp_path):
    words = load.find("own-case").read_text("utf-8")
    above, _, below = words.partition("# --- if you like")
    lines = [line.removeprefix("#").strip() for line in below.split("\n")[1:]]
    contract = """
    [tranches.cloud_2k]
    usd_per_gpu_hour = false
    contract_usd = 82e6
    only_if = "cloud_delivers"
    known_month = 6
    refund_share = 0.9
    """
    (tmp_path / "base.toml").write_text(above, "utf-8")
    path = tmp_path / "my-case.toml"
    tables = [line for line in lines if is_toml(line)]
    path.write_text("\n".join(['extends = "base"', *tables, contract]), "utf-8")
    found = load.read(path)
    assert found.value.month_usd is not None and found.value.month_usd.value == 2e6
    assert found.gate is not None and (found.gate.option, found.gate.month.value) == (
        "colocation",
        4,
    )
    assert found.options["cloud"].instead is not None and found.need.service is not None
    assert found.costs["set_up"].tranches == ["cloud_2k", "own_2k"]
    assert [list(found.criteria), list(found.risks)] == [["control", "emissions"], ["servers_late"]]


def test_a_site_may_name_another_whose_stages_it_has_as_they_are_in_the_end(tmp_path):
    named = '[sites.other]\ntitle = "Other"\npue = 1.2\nstages = "field"\n'
    found = chain(tmp_path, named, "[sites.field.stages.grid]\nmw = 7\n")
    assert found.sites["other"].stages == found.sites["field"].stages
    assert found.sites["other"].stages["grid"].mw == 7
    own = chain(tmp_path, named, "[sites.other]\nstages = false\n")
    assert own.sites["other"].stages == {}
