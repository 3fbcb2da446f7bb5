"""The shipped answers: what the scenarios give now is what is stored, and what the README says."""

import json
import math
from pathlib import Path

import pytest
from tools.write_headlines import FLAGSHIP, FOLDER, PICTURE, answer, picture

from analysis import answer as answers
from analysis import scenario

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


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


@pytest.mark.parametrize("slug", scenario.shipped())
def test_a_shipped_answer_is_what_is_stored(slug):
    stored = json.loads((FOLDER / f"{slug}.json").read_text("utf-8"))
    assert differences(stored, json.loads(answer(slug))) == []


def test_every_stored_answer_belongs_to_a_shipped_scenario():
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == scenario.shipped()


def test_one_changed_number_is_noticed():
    stored, changed = flagship(), flagship()
    changed["options"]["bridge"]["peak_mw"]["p50"]["value"] *= 1 + 1e-6
    assert differences(stored, changed) == [".options.bridge.peak_mw.p50.value"]


def test_the_readme_gives_the_three_sentences_of_the_stored_answer():
    for number, sentence in enumerate(answers.sentences(flagship()), start=1):
        assert f"\n{number}. {sentence}\n" in README


def test_the_readme_gives_the_day_the_draws_and_the_rate_that_turns_the_cost():
    found = flagship()
    rate = found["comparison"]["pairs"][0]["flip_rate_per_year"]
    start, as_of, draws = (*map(found["scenario"].get, ("start", "as_of")), found["run"]["draws"])
    assert f"Decided on {start}, on what was public by {as_of}; {draws:,} futures." in README
    assert f"turns at a discount rate of {100 * rate:.1f} % a year" in README


def test_the_changelog_gives_the_stored_shares_and_costs():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    options = flagship()["options"]
    for name in ("memphis_build", "oracle_rental"):
        unit = options[name]["usd_per_pflop_day"]["ratio_of_means"]["value"]
        met = options[name]["meets_need"]["value"]
        cost = options[name]["present_cost_usd"]["p50"]["value"]
        assert f"{unit:.0f}" in text and f"{met:.0%}".replace("%", " %") in text
        assert f"{cost / 1e9:.2f}" in text


def test_the_picture_of_the_readme_is_that_of_the_flagship():
    assert PICTURE.read_text("utf-8") == picture()
