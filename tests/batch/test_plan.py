import re

import pytest

from analysis.evidence.files import BadInput
from analysis.report.batch import plan
from analysis.scenario import load
from analysis.scenario.varied import variation

SAFE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def slugs(names, *varied):
    return [run.slug for run in plan.runs(names, [variation(words) for words in varied])]


def written(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('extends = "own-case"\n')


def test_two_values_of_one_key_and_three_of_another_make_six_runs_with_names_that_tell_them():
    assert slugs(["own-case"], "horizon_months=36,48", "tranches.own_2k.gpus=1,2,3") == [
        "own-case-horizon-months-36-gpus-1",
        "own-case-horizon-months-36-gpus-2",
        "own-case-horizon-months-36-gpus-3",
        "own-case-horizon-months-48-gpus-1",
        "own-case-horizon-months-48-gpus-2",
        "own-case-horizon-months-48-gpus-3",
    ]


def test_names_are_safe_and_differ_whatever_the_values_are():
    values = 'x="A/../b","a","A","ä",-1.5,1.5,"1p5","é","", "a b"'
    found = slugs(["own-case"], values, f"y={'9' * 90},{'9' * 91}")
    assert len(found) == len(set(found)) == 20
    assert all(SAFE.fullmatch(slug) for slug in found)


def test_a_folder_a_pattern_a_path_and_a_slug_name_each_scenario_once(tmp_path):
    written(tmp_path, "a.toml", "b.toml")
    (tmp_path / "base.toml").write_text('title = "without options"\n')
    (tmp_path / "notes.txt").write_text("")
    names = [str(tmp_path), str(tmp_path / "*.toml"), str(tmp_path / "b.toml"), "own-case"]
    assert slugs(names) == ["a", "b", "own-case"]


def test_two_files_of_one_name_get_names_that_differ(tmp_path):
    written(tmp_path, "x/a.toml", "y/a.toml")
    first, second = slugs([str(tmp_path / "x"), str(tmp_path / "y")])
    assert first == "a"
    assert re.fullmatch("a-[0-9a-f]{8}", second)


def test_a_name_that_is_no_scenario_is_a_run_that_will_fail():
    [run] = plan.runs(["own-cas"], [])
    assert (run.slug, run.missing.split(";")[0:2]) == (
        "own-cas",
        ['no scenario "own-cas"', ' nearest known: "own-case"'],
    )


@pytest.mark.parametrize("name", ["empty", "empty/*.toml"])
def test_a_folder_or_a_pattern_without_a_scenario_is_refused(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match=r"no scenario is there; expected \.toml files$"):
        slugs([str(tmp_path / name)])


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("horizon_months", "--vary horizon_months: expected KEY=a,b,c"),
        ("=1", "--vary =1: expected KEY=a,b,c"),
        ("x=", "--vary x=: expected KEY=a,b,c"),
        ("x=1,1", "--vary x=1,1: a value is given twice"),
    ],
)
def test_what_is_no_variation_is_refused(words, line):
    with pytest.raises(BadInput, match=f"^{re.escape(line)}"):
        variation(words)


def test_a_key_that_is_varied_twice_is_refused():
    with pytest.raises(BadInput, match=r"^--vary x: given twice"):
        slugs(["own-case"], "x=1", "x=2")


def test_values_are_read_as_a_scenario_file_has_them_and_else_as_texts():
    assert variation('k=1,2.5,true,"a,b",[1, 2]') == ("k", [1, 2.5, True, "a,b", [1, 2]])
    assert variation("k=h100,h200,3") == ("k", ["h100", "h200", 3])


def read(*changes, name="own-case"):
    return load.read(load.find(name), changes=changes)


def test_a_choice_that_is_varied_has_that_value_alone_and_the_title_says_so():
    found = read(("horizon_months", 36))
    assert (found.choices.horizon_months.value, found.choices.horizon_months.swept) == (36, [])
    assert found.title == "2,000 H100: colocation or a cloud (horizon_months = 36)"


def test_a_mid_that_is_varied_stands_on_a_judgement_and_no_longer_on_an_offer():
    # the file has low 1, mid 2, high 5 and a quote
    found = read(("assumptions.cloud_first_gpus_months.mid", 3)).assumptions
    one = found["cloud_first_gpus_months"]
    assert (one.low, one.mid, one.high) == (1, 3, 5)
    assert (one.quote, one.basis, one.judgement) == ("", [], "Varied: mid = 3.")


def test_an_assumption_that_is_given_one_value_does_not_vary():
    one = read(("cloud_first_gpus_months", 4)).assumptions["cloud_first_gpus_months"]
    assert (one.value, one.low, one.judgement) == (
        4,
        None,
        "Varied: cloud_first_gpus_months = 4.",
    )


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("tranches.own.gpus", 1, 'there is no table "own"; nearest known: "own_2k"'),
        ("choices.horizn", 1, 'unknown key "choices.horizn"'),
        ("horizon_months", -1, "horizon_months is -1; expected 12 to 240"),
        ("horizn_months", 1, 'unknown key "horizn_months"'),
        ("tranches.own_2k.gpus", "many", 'tranches.own_2k.gpus: unknown assumption "many"'),
    ],
)
def test_a_variation_that_the_scenario_cannot_take_is_refused_in_a_line(key, value, line):
    with pytest.raises(BadInput) as refused:
        read((key, value))
    start = ("--vary tranches.own.gpus: ", f"own-case.toml with {key} = {value}: ")
    assert refused.value.lines[0].startswith(tuple(f"{one}{line}" for one in start))
