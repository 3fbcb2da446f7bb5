import json
import re
import subprocess
import sys
from xml.etree import ElementTree

import altair as alt
import pandas as pd
import pytest

from analysis.chapters.shared import drawing

CHART = """
import altair as alt, json, pandas as pd
from analysis.chapters.shared import drawing
rows = pd.DataFrame({"x": [1 / 3, 2 / 3], "name": ["a", "b"]})
chart = alt.Chart(rows, title="Title").mark_bar(clip=True).encode(x="x", y="name")
"""


def chart(thirds=(1 / 3, 2 / 3), **words):
    rows = pd.DataFrame({"x": thirds, "name": ["a", "b"]})
    return alt.Chart(rows).mark_bar(clip=True).encode(x="x", y="name").properties(**words)


@pytest.fixture
def registered():
    before = alt.renderers.active
    drawing.register()
    yield
    alt.renderers.enable(before)


def test_a_chart_shows_itself_as_specification_drawing_and_sentence(registered):
    found = chart(title="A title")._repr_mimebundle_()
    assert list(found) == [
        "application/vnd.vegalite.v6+json",
        "image/svg+xml",
        "text/plain",
    ]
    assert found["text/plain"] == "A title"


def test_numbers_carry_nine_digits():
    rows = drawing.shown(chart().to_dict())[drawing.SPECIFICATION]["datasets"]
    assert [row["x"] for row in next(iter(rows.values()))] == [0.333333333, 0.666666667]


def test_a_difference_in_the_last_digit_changes_nothing():
    # The two thirds differ from the others in the 12th digit only.
    other = chart((1 / 3 + 1e-12, 2 / 3 - 1e-12))
    assert other.to_dict()["datasets"].keys() != chart().to_dict()["datasets"].keys()
    assert drawing.shown(other.to_dict()) == drawing.shown(chart().to_dict())


def test_a_drawing_does_not_depend_on_those_before_it():
    first = drawing.shown(chart().to_dict())
    drawing.shown(chart(title="between").to_dict())
    assert drawing.shown(chart().to_dict()) == first
    assert "clip-path=" in first[drawing.DRAWING]


def test_two_charts_on_a_page_have_no_name_in_common():
    drawings = [drawing.shown(chart(title=t).to_dict())[drawing.DRAWING] for t in ("one", "other")]
    names = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in drawings]
    assert all(names)
    assert not names[0] & names[1]


def test_two_processes_give_the_same_bytes():
    code = CHART + "print(json.dumps(drawing.shown(chart.to_dict())))"
    found = [subprocess.check_output([sys.executable, "-c", code]) for _ in range(2)]
    assert found[0] == found[1]


def test_every_view_finds_its_rows_under_their_new_name():
    both = alt.hconcat(chart(), alt.layer(chart(), chart((0.1, 0.2))))
    spec = drawing.shown(both.to_dict())[drawing.SPECIFICATION]
    used = {part["data"]["name"] for part in (spec["hconcat"][0], *spec["hconcat"][1]["layer"])}
    assert used == set(spec["datasets"])
    assert len(used) == 2


def test_the_drawing_is_an_image_with_the_description_as_its_label():
    words = 'Bars & "quotes" <b>'
    svg = drawing.shown(chart(title="T", description=words).to_dict())[drawing.DRAWING]
    root = ElementTree.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == words


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({}, "chart"),
        ({"title": ["two", "lines"]}, "two lines"),
        ({"title": alt.TitleParams("Title", subtitle="sub")}, "Title"),
        ({"title": "Title", "description": "Words"}, "Words"),
    ],
)
def test_the_sentence_is_the_description_or_else_the_title(words, sentence):
    assert drawing.shown(chart(**words).to_dict())[drawing.SENTENCE] == sentence


def test_a_specification_that_names_an_address_is_refused():
    spec = {"data": {"url": "https://example.org/x.json"}, "mark": "bar", "encoding": {}}
    with pytest.raises(ValueError, match="not allowed"):
        drawing.shown(json.loads(json.dumps(spec)))
