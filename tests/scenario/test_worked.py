"""The sums of `tests/worked`, made by hand, against what the workbook gives: to 1 %."""

import re
import tomllib
from pathlib import Path

import pytest

from analysis.decision import mid_case
from analysis.scenario import answers, load, new

SHEETS = Path(__file__).parents[1] / "worked"
OWN = Path(__file__).parent / "own"


def by_hand(slug: str) -> dict[str, dict[str, float]]:
    """Option -> name of an output -> what a sheet has for it."""
    words = (SHEETS / f"{slug}.md").read_text("utf-8")
    return tomllib.loads(re.search(r"```toml\n(.*?)```", words, re.DOTALL)[1])


def check(slug, scenario):
    options = mid_case.evaluation(scenario, slug)["options"]
    for option, outputs in by_hand(slug).items():
        for name, number in outputs.items():
            assert options[option][name] == pytest.approx(number, rel=0.01), (option, name)


@pytest.mark.parametrize("slug", ["lab-2000-h200", "centre-16000", "expansion-200000"])
def test_a_shipped_case_costs_what_its_sheet_says(slug):
    check(slug, load.read(load.find(slug)))


def test_the_answers_of_a_startup_cost_what_its_sheet_says(tmp_path):
    path = tmp_path / "startup-64.toml"
    new.write(path, answers.all_read(answers.from_csv(OWN / "startup-64.csv")))
    check("startup-64", load.read(path))


@pytest.mark.parametrize("sheet", sorted(SHEETS.glob("*.md")))
def test_the_parts_of_a_sheet_add_up_to_what_it_has_together(sheet):
    for option, outputs in by_hand(sheet.stem).items():
        whole = outputs["present_cost_usd"]
        parts = [usd for name, usd in outputs.items() if name.startswith("present_")]
        assert sum(parts) - whole == pytest.approx(whole, rel=1e-3), option
