"""A stored run is opened if it is the very one that is asked for, and never otherwise."""

import json

import making
import nbformat
import numpy as np
import pytest
from tools import builders

import analysis
from analysis.decision import headline, verdict
from analysis.model import comparison, simulation
from analysis.report import manifest, runs
from analysis.scenario import load

DRAWS, SEED = 60, 3


@pytest.fixture
def result():
    return simulation.simulate(builders.shipped("own-case"), DRAWS, SEED)


@pytest.fixture
def folder(tmp_path, result):
    runs.store(tmp_path, result)
    return tmp_path


def test_a_stored_run_is_the_run_to_the_last_bit(folder, result):
    again = runs.stored(folder, result.scenario, DRAWS, SEED)
    assert again is not None
    places, numbers = zip(*runs._arrays(result), strict=True)
    again_places, again_numbers = zip(*runs._arrays(again), strict=True)
    assert again_places == places
    for one, other in zip(numbers, again_numbers, strict=True):
        assert one.tobytes() == other.tobytes()


def test_what_an_event_that_fails_leaves_behind_is_stored_with_the_run(tmp_path):
    # The flagship's supplier may not deliver: its rental has one set of failed events, number 0.
    decision = builders.shipped()
    whole = simulation.simulate(decision, 500, SEED)
    runs.store(tmp_path, whole)
    again = runs.stored(tmp_path, decision, 500, SEED)
    assert set(again.delivered_usd["oracle_rental"]) == {0}
    assert again.delivered_usd["memphis_build"] == {}
    raised = comparison.not_delivered_usd(again, "oracle_rental", 1.5)
    assert raised.max() > 0
    assert np.array_equal(raised, comparison.not_delivered_usd(whole, "oracle_rental", 1.5))
    assert headline.headline(again, "case") == headline.headline(whole, "case")


def test_its_arrays_cannot_be_changed_by_a_notebook(folder, result):
    again = runs.stored(folder, result.scenario, DRAWS, SEED)
    with pytest.raises(ValueError, match="read-only"):
        again.scalars["cloud"]["present_cost_usd"][0] = 0.0


@pytest.mark.parametrize(("draws", "seed"), [(DRAWS, 4), (61, SEED)])
def test_a_run_of_other_draws_or_another_seed_is_not_used(folder, result, draws, seed):
    assert runs.stored(folder, result.scenario, draws, seed) is None


def test_a_run_of_another_scenario_is_not_used(folder, result):
    other = result.scenario.model_copy(update={"title": "Another"})
    assert runs.stored(folder, other, DRAWS, SEED) is None


def test_a_run_of_other_code_is_not_used(folder, result, monkeypatch):
    monkeypatch.setattr(manifest, "_code", lambda: "other")
    assert runs.stored(folder, result.scenario, DRAWS, SEED) is None


def test_a_run_of_another_numpy_is_not_used(folder, result, monkeypatch):
    monkeypatch.setattr(np, "__version__", "0.0")
    assert runs.stored(folder, result.scenario, DRAWS, SEED) is None


@pytest.mark.parametrize("cut", [0, 10, -8])
def test_numbers_that_are_cut_short_are_not_used(folder, result, cut):
    path = folder / runs.NUMBERS
    path.write_bytes(path.read_bytes()[:cut])
    assert runs.stored(folder, result.scenario, DRAWS, SEED) is None


def test_numbers_that_would_have_to_be_unpickled_are_not_used(folder, result):
    np.save(folder / runs.NUMBERS, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert runs.stored(folder, result.scenario, DRAWS, SEED) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", '{"of": {}}', "\udcff"])
def test_a_header_that_is_none_is_not_used(folder, result, text):
    (folder / runs.HEADER).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert runs.stored(folder, result.scenario, DRAWS, SEED) is None


def test_a_header_of_other_shapes_is_not_used(folder, result):
    header = json.loads((folder / runs.HEADER).read_text("utf-8"))
    header["arrays"].pop()
    (folder / runs.HEADER).write_text(json.dumps(header), "utf-8")
    assert runs.stored(folder, result.scenario, DRAWS, SEED) is None


def test_a_notebook_of_a_report_opens_the_run_of_the_report_and_leaves_no_numbers(tmp_path):
    # A notebook that could not run the scenario itself still has its result.
    asked = "from analysis.report import runs\nruns.simulate = None"
    path = making.notebook(
        tmp_path / "small.ipynb", asked, "runs.opened(scenario, draws, seed).result.draws"
    )
    making.write(tmp_path / "out", path)
    shown = nbformat.read(tmp_path / "out" / "report.ipynb", as_version=4).cells[-1]
    assert shown.outputs[0]["data"]["text/plain"] == str(making.DRAWS)
    kept = {file.name for file in (tmp_path / "out").iterdir()}
    assert kept & {runs.HEADER, runs.NUMBERS} == set()


def test_a_case_prints_as_its_verdict_and_shows_it_as_html():
    case = analysis.open("own-case", DRAWS, SEED)
    assert case.result is case.result
    assert case.headline["scenario"]["slug"] == "own-case"
    assert str(case.answer).splitlines() == verdict.verdict(case.headline).sentences
    assert "<strong>" in case.answer._repr_mimebundle_()["text/html"]


def test_a_case_is_opened_by_path_and_named_by_its_file(tmp_path):
    path = tmp_path / "my-case.toml"
    path.write_text('extends = "own-case"\ntitle = "Mine"\nwhy = "A test."\n', "utf-8")
    case = analysis.open(str(path), DRAWS, SEED)
    assert (case.name, case.scenario.title, case.result.draws) == ("my-case", "Mine", DRAWS)


def test_a_folder_of_a_report_gives_its_own_scenario_for_its_own_slug_alone(tmp_path, monkeypatch):
    mine = builders.shipped("own-case").model_copy(update={"title": "Changed"})
    (tmp_path / runs.SCENARIO).write_text(load.canonical(mine), "utf-8")
    (tmp_path / runs.HEADLINE).write_text('{"scenario": {"slug": "own-case"}}', "utf-8")
    monkeypatch.chdir(tmp_path)
    assert analysis.open("own-case", DRAWS, SEED).scenario.title == "Changed"
    assert analysis.open("serve-64", DRAWS, SEED).scenario == builders.shipped("serve-64")
