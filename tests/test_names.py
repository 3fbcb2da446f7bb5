"""A reader's own names and titles never stand in for a word of the program."""

import pytest

from analysis.__main__ import main
from analysis.chapters import comparison
from analysis.chapters.shared.rows import told_apart
from analysis.decision import headline, sides
from analysis.evidence.files import BadInput
from analysis.model import simulation
from analysis.scenario import load
from analysis.scenario.schema import OURS

OWN = load.FOLDER / "own-case.toml"
RESERVED = ("none", "measure", "part", "options", "need", "neither", "pair", "option", "equal", "a")


@pytest.fixture
def renamed(tmp_path):
    """The template with its cloud option under another key."""

    def read(key):
        text = OWN.read_text("utf-8")
        for old, new in (
            ("[options.cloud]", f"[options.{key}]"),
            ('compare = ["cloud"', f'compare = ["{key}"'),
        ):
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "my-case.toml").write_text(text, "utf-8")
        return load.read(tmp_path / "my-case.toml")

    return read


def shares(decision, name):
    found = headline.headline(simulation.simulate(decision, 400, 1), "case")
    measures = ("first_to_target", "lowest_compared_cost", "lowest_usd_per_pflop_day")
    won = [found["comparison"][measure] for measure in measures]
    return found, [(one["options"][name]["value"], one["none"]["value"]) for one in won]


@pytest.mark.parametrize("key", RESERVED)
def test_no_name_of_an_option_changes_who_is_best(renamed, key):
    before, plain = shares(load.read(OWN), "cloud")
    after, mine = shares(renamed(key), key)
    assert mine == plain
    assert plain[0][0] > 0.8
    assert comparison.overview(after).html == comparison.overview(before).html


@pytest.mark.parametrize("words", [*OURS, *map(str.upper, OURS), f"  {OURS[0]} "])
@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("options.cloud.title", 'title = "Cloud rental"'),
        ("sites.hall.stages.booked.title", 'title = "Booked power"'),
        ("assumptions.cloud_rent_usd_per_gpu_hour.label", 'label = "Cloud: price"'),
    ],
)
def test_a_title_that_reads_like_a_word_of_the_report_is_refused(
    tmp_path, capsys, key, line, words
):
    text = OWN.read_text("utf-8")
    assert text.count(f"\n{line}\n") == 1
    path = tmp_path / "my-case.toml"
    path.write_text(text.replace(line, f'{line.split()[0]} = "{words}"'), "utf-8")
    assert main(["check", str(path)]) == 2
    said = capsys.readouterr().err
    number = text.split("\n").index(line) + 1
    assert said.startswith(f'workbook: my-case.toml, line {number}: {key}: reads like "')
    assert said.endswith('", a word of the report; expected another\n')


def test_titles_that_are_told_apart_do_not_meet_one_that_a_reader_numbered():
    found = told_apart({"a": "Grid", "b": "Grid", "c": "Grid (2)", "d": "Gas", "e": "Grid"})
    assert list(found) == ["a", "b", "c", "d", "e"]
    assert (found["a"], found["c"], found["d"]) == ("Grid", "Grid (2)", "Gas")
    assert len(set(found.values())) == 5


def test_a_headline_of_the_earlier_shape_is_refused_by_diff(tmp_path):
    path = tmp_path / "headline.json"
    path.write_text(f'{{"schema": "{headline.SCHEMA}", "version": 2}}', "utf-8")
    with pytest.raises(BadInput, match=r"version 3"):
        sides.opened(str(path))
