"""What a reader calls the same is told apart, once, where a scenario is read."""

import pytest
from tools.hand import scenario

from analysis.chapters import own_case
from analysis.chapters.assumptions import tables as assumption_tables
from analysis.chapters.sensitivity import tables as sensitivity_tables
from analysis.decision import one_way, reversals, value_of_information
from analysis.model import simulation
from analysis.scenario import load, naming
from analysis.scenario.schema import Scenario

INPUT = """
[assumptions.{name}]
label = "{label}"
unit = "{unit}"
low = {low}
mid = {mid}
high = {high}
min = 0.5
max = 6
judgement = "By hand."
"""
USED = """
[tranches.rental]
usd_per_gpu_hour = "hire"
[tranches.machine]
milestones = {{ ready = "late" }}
[sites.field]
title = "Field"
[sites.meadow]
title = "Field"
pue = 1
[criteria.one]
title = "Ease"
swing_weight = 50
scores = {{ rented = 90, built = 20 }}
judgement = "By hand."
[criteria.other]
title = "Ease"
swing_weight = 50
scores = {{ rented = 10, built = 80 }}
judgement = "By hand."
"""


def twice(folder, label: str = "Dear") -> Scenario:
    hire = INPUT.format(name="hire", label=label, unit="USD/GPU-hour", low=1, mid=2, high=4)
    late = INPUT.format(name="late", label=label, unit="months", low=1, mid=2, high=4)
    return scenario(folder, USED.format() + hire + late)


def test_two_of_one_title_are_numbered_where_a_scenario_is_read(tmp_path):
    found = twice(tmp_path)
    labels = {name: found.assumptions[name].label for name in ("hire", "late")}
    assert labels == {"hire": "Dear", "late": "Dear (2)"}
    assert [one.title for one in found.criteria.values()] == ["Ease", "Ease (2)"]
    assert (found.sites["field"].title, found.sites["meadow"].title) == ("Field", "Field (2)")
    assert naming.numbered(found) == found


@pytest.mark.parametrize("label", ["Dear", "D" * 2000], ids=["short", "longest"])
def test_a_kept_scenario_is_read_again_as_it_was(tmp_path, label):
    found = twice(tmp_path, label)
    assert load.from_canonical(load.canonical(found)) == found


def test_no_table_that_is_drawn_takes_two_inputs_of_one_label_for_one(tmp_path):
    found = twice(tmp_path)
    result = simulation.simulate(found, 200, 1)
    frames = [
        one_way.one_at_a_time(found),
        reversals.reversals(result, 100).query("kind == 'range'"),
        value_of_information.learnt(result, 1e5),
        assumption_tables.assumptions(found).query("label.str.startswith('Dear')"),
        own_case.phone_calls(found).frame,
    ]
    for frame in frames:
        assert sorted(set(frame["label"])) == ["Dear", "Dear (2)"]
    explained = sensitivity_tables.explained(found, 1, 64)
    assert set(explained.query("measure == 'cost_usd'")["label"]) == {"Dear", "Dear (2)"}
