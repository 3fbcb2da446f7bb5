"""The shipped answers: what the scenarios give now is what is stored, and what the README says."""

import json
import math

import pytest
from tools.places import ROOT
from tools.write_headlines import (
    FLAGSHIP,
    FOLDER,
    PICTURE,
    SCHEMA,
    answer,
    picture,
    stored,
    table,
)

from analysis.decision import headline, headline_schema, tiles, verdict
from analysis.scenario import load

README = (ROOT / "README.md").read_text("utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")


def differences(stored, found, key=""):
    """The keys at which two headlines differ by more than 1e-7, relative."""
    if isinstance(stored, dict) and isinstance(found, dict) and stored.keys() == found.keys():
        return [d for k in stored for d in differences(stored[k], found[k], f"{key}.{k}")]
    if isinstance(stored, list) and isinstance(found, list) and len(stored) == len(found):
        pairs = enumerate(zip(stored, found, strict=True))
        return [d for i, (a, b) in pairs for d in differences(a, b, f"{key}.{i}")]
    if isinstance(stored, float) and isinstance(found, float):
        return [] if math.isclose(stored, found, rel_tol=1e-7, abs_tol=1e-7) else [key]
    return [] if stored == found else [key]


def flagship():
    return json.loads((FOLDER / f"{FLAGSHIP}.json").read_text("utf-8"))


@pytest.mark.parametrize("slug", load.shipped())
def test_a_shipped_answer_is_what_is_stored(slug):
    stored = json.loads((FOLDER / f"{slug}.json").read_text("utf-8"))
    assert differences(stored, json.loads(answer(slug))) == []


def test_every_stored_answer_belongs_to_a_shipped_scenario():
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == load.shipped()


def test_the_shipped_json_schema_is_that_of_the_classes():
    assert SCHEMA.read_text("utf-8") == headline_schema.json_schema()


@pytest.mark.parametrize("slug", load.shipped())
def test_a_stored_answer_is_read_through_the_classes_and_written_again_as_it_was(slug):
    path = FOLDER / f"{slug}.json"
    assert headline.text(headline_schema.read(path)) == path.read_text("utf-8")


def test_one_changed_number_is_noticed():
    stored, changed = flagship(), flagship()
    changed["options"]["memphis_later"]["peak_mw"]["p50"]["value"] *= 1 + 1e-6
    assert differences(stored, changed) == [".options.memphis_later.peak_mw.p50.value"]


def test_the_readme_gives_the_verdict_of_the_stored_answer_and_its_figures():
    found = flagship()
    shown = verdict.verdict(found)
    assert f"\n**{shown.decides}** {' '.join(shown.why)}\n" in README
    for tile in tiles.tiles(found, shown.option, "oracle_rental"):
        assert f"\n| {tile.asks} | **{tile.figure}** | {tile.beside} |\n" in README


def test_the_readme_gives_the_day_the_draws_and_the_rate_that_turns_the_cost():
    found = flagship()
    rate = found["comparison"]["pairs"][0]["flip_rate_per_year"]
    start, as_of, draws = (*map(found["scenario"].get, ("start", "as_of")), found["run"]["draws"])
    assert f"Decided on {start}, on what was public by {as_of}; {draws:,} futures." in README
    assert f"turns at a discount rate of {100 * rate:.1f} % a year" in README


def test_the_readme_says_what_the_run_alone_would_cost_and_how_often_status_quo_does_it():
    options = json.loads((FOLDER / "run-alone.json").read_text("utf-8"))["options"]
    share = options["status_quo"]["meets_need"]["value"]
    usd, build = (
        options[o]["present_cost_usd"]["mean"]["value"] for o in ("status_quo", "memphis_build")
    )
    assert f"in time in {100 * share:.0f} % of futures, for {100 * usd / build:.0f} %" in README


def newest() -> str:
    """The top section of CHANGELOG.md."""
    return CHANGELOG.split("\n## ")[1]


def test_the_newest_section_of_the_changelog_holds_the_headlines_as_stored():
    assert [line for line in table(stored()).split("\n") if line not in newest()] == []


@pytest.mark.parametrize(
    ("place", "factor"),
    [
        (("cost_difference_usd", "mean"), 1.1),
        (("months_difference", "mean"), 0.9),
        (("b_earlier",), 0.95),
        (("b_cheaper",), 0.95),
    ],
)
def test_a_headline_that_moves_moves_its_row_and_no_other(place, factor):
    answers = stored()
    at = [one["scenario"]["slug"] for one in answers].index(FLAGSHIP)
    moved = json.loads(json.dumps(answers))
    found = moved[at]["comparison"]["pairs"][0]
    for name in place:
        found = found[name]
    found["value"] *= factor
    rows = zip(table(answers).split("\n"), table(moved).split("\n"), strict=True)
    assert [one.split(" | ")[0] for one, new in rows if one != new] == [f"| {FLAGSHIP}"]


def test_what_cannot_be_told_from_zero_is_said_so_in_the_table():
    found = flagship()
    pair = found["comparison"]["pairs"][0]
    pair["cost_difference_usd"]["mean"] = {"value": 1e6, "se": 1e6}
    assert table([found]).split("\n")[-1].split(" | ")[5] == "not told apart"


def test_a_scenario_without_a_pair_has_no_row():
    found = flagship()
    found["comparison"] |= {"pair": None, "pairs": []}
    assert table([found]).count("\n") == 1


def test_the_picture_of_the_readme_is_that_of_the_flagship():
    assert PICTURE.read_text("utf-8") == picture()
