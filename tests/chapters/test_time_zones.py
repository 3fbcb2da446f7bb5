"""A day is the same day wherever it is drawn or read: the same bytes in every time zone."""

import json
import os
import subprocess
import sys

import pandas as pd
import pytest
import vl_convert
from altair import value
from tools.pictures import PICTURES
from tools.places import ROOT

from analysis.chapters.schedule.charts import timeline
from analysis.chapters.shared import drawing
from analysis.model import simulation
from analysis.scenario import load

ZONES = ("UTC", "America/Los_Angeles", "Pacific/Kiritimati")
DRAW = """import json, sys
from analysis.chapters.shared import drawing
for spec in json.load(open(sys.argv[1])):
    sys.stdout.buffer.write(drawing.shown(spec)["image/svg+xml"].encode() + b"\\n")
"""
DATED = {"site_power", "target_dates", "rental_prices", "purchase_prices"}
DATED |= {"phases", "stage_dates", "ledger_timeline", "gpus_training", "cumulative_cash"}


@pytest.fixture(scope="module")
def specs():
    """The pictures with days on an axis, of a scenario that looks back, and a bar by hand."""
    decision = load.read(load.find("hindsight"))
    result = simulation.simulate(decision, 100, 1)
    assert set(PICTURES) >= DATED
    drawn = {name: PICTURES[name](result).to_dict() for name in sorted(DATED)}
    return drawn | {"by hand": by_hand()}


def by_hand():
    days = {"p10_day": "2027-03-01", "p50_day": "2027-03-02", "p90_day": "2027-03-03"}
    ends = {"start_day": "2026-01-01", "end_day": "2028-01-01", "within": 1.0, "words": "Mar 2027"}
    frame = pd.DataFrame([{"site": "Hall", "stage": "Grid"} | days | ends])
    return timeline(frame, "site", "stage", value("black")).to_dict()


def drawings(specs, tmp_path, zone):
    path = tmp_path / "specs.json"
    path.write_text(json.dumps(list(specs.values())), "utf-8")
    command = [sys.executable, "-c", DRAW, str(path)]
    return subprocess.check_output(command, cwd=ROOT, env=os.environ | {"TZ": zone}, timeout=120)


def test_a_picture_is_the_same_bytes_in_every_time_zone(specs, tmp_path):
    first, *others = (drawings(specs, tmp_path, zone) for zone in ZONES)
    assert [other == first for other in others] == [True, True]
    said = first.decode().split("\n")[-2]  # the bar by hand
    assert "Mar 02, 2027" in said
    assert "Grid: 2027-03-01 to 2027-03-03" in said


def marks(part):
    """Every layer of a specification that draws: its mark and its own encoding."""
    if isinstance(part, dict):
        if "mark" in part and "encoding" in part:
            yield part["mark"], part["encoding"]
        for value in part.values():
            yield from marks(value)
    if isinstance(part, list):
        for value in part:
            yield from marks(value)


def test_every_axis_of_days_is_in_utc_and_no_end_of_a_bar_is_read_out_as_a_local_day(specs):
    seen = 0
    for name, spec in specs.items():
        for mark, encoding in marks(spec):
            dated = [one for one in encoding.values() if "temporal" in str(one)]
            for one in dated:
                seen += 1
                assert one["scale"]["type"] == "utc", (name, one)
            if dated and "x2" in encoding:
                own = mark.get("aria") is False or "description" in {**mark, **encoding}
                assert own, (name, mark)
    assert seen > len(specs)


@pytest.mark.browser
@pytest.mark.parametrize("zone", ZONES)
def test_a_browser_in_another_time_zone_reads_the_same_days(browser, zone):
    draws = "window.vegaEmbed = vegaEmbed;"
    script = vl_convert.javascript_bundle(draws, vl_version=drawing.VEGA_LITE)
    page = browser.new_page(timezone_id=zone)
    page.set_content('<div id="chart"></div>')
    page.add_script_tag(content=script, type="module")
    page.wait_for_function("() => Boolean(window.vegaEmbed)")
    page.evaluate(
        "async s => { await vegaEmbed('#chart', s, {renderer: 'svg', actions: false}) }", by_hand()
    )
    labels = page.eval_on_selector_all(
        "[aria-label]", "all => all.map(one => one.getAttribute('aria-label'))"
    )
    page.close()
    assert any("Mar 02, 2027" in one for one in labels)
    assert "Grid: 2027-03-01 to 2027-03-03" in labels
