"""A page on a phone and on paper, in a real browser: each picture drawn for the width and whole,
each table a list; and what a reader can keep of a picture."""

import re
from xml.etree import ElementTree

import making
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from tools import builders, pictures
from tools.waiting import until

from analysis.chapters.shared import drawing
from analysis.chapters.shared.exhibit import table
from analysis.model import simulation
from analysis.report import html

pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
SHOWN = (
    "cost_and_date",  # words at points
    "first_places",  # a legend, and words above the plot
    "target_dates",  # panels in rows, and bars below
    "site_power",  # two plots, and a title of many lines
    "cumulative_cash",  # panels in three columns
    "cost_by_rate",  # panels beside each other that share their rows
    "one_at_a_time",  # long labels of rows
    "stage_dates",  # words at the right of the plot, placed in pixels
    "live",  # sliders
)
ODD = "</td><img src=x onerror=window.hit=1> & \"odd\" '%'"


def page_of(path, shown):
    outputs = [new_output("display_data", one) for one in shown]
    cells = [new_markdown_cell("# A?\n\n## B"), new_code_cell("1", outputs=outputs)]
    parameters = {"scenario": making.SLUG, "draws": 60, "seed": 1}
    imprint = html.Imprint(making.scenario(), parameters, [])
    found = html.page(new_notebook(cells=cells), imprint, html.Leaf("report", "A question?"))
    path.write_text(found, "utf-8")
    return path


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    result = simulation.simulate(builders.shipped(making.SLUG), 60, 1)
    shown = [drawing.shown(pictures.PICTURES[name](result).to_dict()) for name in SHOWN]
    return page_of(tmp_path_factory.mktemp("narrow") / "page.html", shown)


@pytest.fixture
def narrow(opened, report):
    """That page at a size, all its pictures drawn."""

    def open_page(path=report, **options):
        page, asked = opened(path, **options)
        for figure in page.locator("figure.chart").all():
            figure.locator(".kept").wait_for()
        return page, asked

    return open_page


def boxes(page, what):
    """Left, top, right and bottom of each of some elements that are seen, in pixels."""
    return page.locator(what).evaluate_all(
        "es => es.map(e => e.getBoundingClientRect()).filter(b => b.width)"
        ".map(b => [b.left, b.top, b.right, b.bottom])"
    )


def test_at_390_pixels_every_picture_is_as_wide_as_the_page_and_whole(narrow):
    page, asked = narrow(viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for number, name in enumerate(SHOWN):
        figure = page.locator("figure.chart").nth(number)
        [[left, top, right, bottom]] = boxes(figure, "svg")
        assert 300 <= right - left <= 360, name
        texts = boxes(figure, "svg text")
        assert len(texts) > 5, name
        assert min(low - high for _, high, _, low in texts) >= 9, name
        out = [t for t in texts if t[0] < left - 1 or t[2] > right + 1]
        out += [t for t in texts if t[1] < top - 1 or t[3] > bottom + 1]
        assert out == [], name
        assert figure.evaluate("e => e.scrollWidth <= e.clientWidth"), name
        cut = [t for t in figure.locator("svg text").all_text_contents() if "…" in t]
        assert cut == [], name
    assert asked == []


def test_a_narrow_picture_is_drawn_anew_and_keeps_the_size_of_its_letters(narrow):
    """Of 700 pixels and more, a picture that is only made smaller has letters of half the size."""
    page, _ = narrow(viewport=PHONE)
    for number, name in enumerate(SHOWN):
        svg = page.locator("figure.chart svg").nth(number)
        shown, drawn = svg.bounding_box()["width"], float(svg.get_attribute("width"))
        assert shown / drawn > 0.85, name


def test_words_at_points_do_not_lie_on_each_other(narrow):
    page, _ = narrow(viewport=PHONE)
    words = boxes(page.locator("figure.chart").first, "svg .role-mark.mark-text text")
    assert len(words) >= len(making.scenario().options)
    for n, (left, top, right, bottom) in enumerate(words):
        for other in words[:n]:
            beside = right <= other[0] or other[2] <= left
            assert beside or bottom <= other[1] + 1 or other[3] <= top + 1


def test_a_page_that_is_turned_is_drawn_anew_and_keeps_its_sliders(narrow):
    page, _ = narrow(viewport=PHONE)
    price = "input[name=price]"
    page.locator(price).focus()
    page.keyboard.press("ArrowRight")
    moved = page.locator(price).input_value()
    wide = "Number(document.querySelector('figure.chart svg').getAttribute('width'))"
    assert page.evaluate(wide) < 360
    page.set_viewport_size(DESK)
    until(lambda: page.evaluate(f"{wide} > 500 && !document.querySelector('.unseen')"))
    assert page.locator(price).input_value() == moved
    page.set_viewport_size(PHONE)
    until(lambda: page.evaluate(f"{wide} < 360 && !document.querySelector('.unseen')"))
    assert page.locator(price).input_value() == moved


def saved(page, kind):
    with page.expect_download() as waited:
        page.locator("figure.chart").first.get_by_role("button", name=kind).click()
    return waited.value


def test_a_picture_is_kept_as_svg_and_as_png_with_the_network_cut_off(narrow):
    page, asked = narrow(viewport=DESK)
    svg, png = (saved(page, kind) for kind in ("SVG", "PNG"))
    assert re.fullmatch(r"[a-z0-9-]+\.svg", svg.suggested_filename)
    assert re.fullmatch(r"[a-z0-9-]+\.png", png.suggested_filename)
    root = ElementTree.fromstring(svg.path().read_bytes())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    raw = png.path().read_bytes()
    assert raw[:8] == b"\x89PNG\r\n\x1a\n"
    width = int.from_bytes(raw[16:20], "big")  # twice that of the drawing, for a sharp print
    assert width == 2 * round(float(root.attrib["width"]))
    assert asked == []


def test_the_table_of_a_picture_holds_its_numbers_by_the_keyboard_too(narrow):
    page, _ = narrow(viewport=DESK)
    figure = page.locator("figure.chart").first
    spec = figure.locator("script").evaluate("one => JSON.parse(one.textContent)")
    rows = [row for rows in spec["datasets"].values() for row in rows]
    assert not figure.locator(".numbers table").count()
    figure.locator("summary").focus()
    page.keyboard.press("Enter")
    figure.locator(".numbers tbody tr").nth(len(rows) - 1).wait_for()
    cells = figure.locator(".numbers td").all_text_contents()
    for row in rows:
        assert f"{row['mean_cost']}" in cells
        assert row["option"] in cells


def test_what_is_below_a_picture_names_it_and_is_not_printed(narrow):
    page, _ = narrow(viewport=DESK)
    figure = page.locator("figure.chart").first
    words = figure.locator("svg").get_attribute("aria-label")
    for one in figure.locator(".kept button, .kept summary").all():
        assert words in one.get_attribute("aria-label")
    page.emulate_media(media="print")
    assert not page.locator(".kept:visible").count()


def test_names_of_markup_are_text_in_a_picture_its_table_and_its_files(narrow, tmp_path):
    bars = {
        "title": ODD,
        "description": ODD,
        "data": {"values": [{"name": ODD, ODD: 1}, {"name": f"{ODD} too", ODD: 2}]},
        "mark": "bar",
        "width": 640,
        "encoding": {
            "y": {"field": "name", "type": "nominal", "title": ODD},
            "x": {"aggregate": "count", "title": ODD},
        },
    }
    path = page_of(tmp_path / "odd.html", [drawing.shown(bars)])
    page, asked = narrow(path, viewport=PHONE)
    assert page.locator("figure.chart .live svg").count() == 1
    page.locator("summary").click()
    assert page.locator(".numbers td").first.text_content() == ODD
    assert page.locator(".numbers th").nth(1).text_content() == ODD
    saved(page, "SVG")
    saved(page, "PNG")
    assert (page.evaluate("window.hit"), asked) == (None, [])
    assert page.locator("img").count() == 0


def tabled(path):
    frame = pd.DataFrame({"option": ["Rent", "Build"], "cost": ["7.9", "6.7"]})
    exhibit = table(frame, {"Option": "option", f"Cost {ODD}": "cost"})
    return page_of(path, [{"text/html": exhibit.html}])


def test_on_a_phone_a_table_is_a_list_with_the_heads_and_on_a_desk_a_table(opened, tmp_path):
    path = tabled(tmp_path / "table.html")
    page, _ = opened(path, viewport=PHONE)
    told = "(e) => getComputedStyle(e, '::before').content"
    rows = page.locator("tbody tr")
    for n, (option, cost) in enumerate([("Rent", "7.9"), ("Build", "6.7")]):
        name, figure = rows.nth(n).locator("td").all()
        assert (name.inner_text(), figure.inner_text()) == (option, cost)
        assert figure.bounding_box()["y"] > name.bounding_box()["y"]
        assert "Cost" in figure.evaluate(told)
        assert figure.get_attribute("data-label") == f"Cost {ODD}"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("window.hit") is None
    page.set_viewport_size(DESK)
    name, figure = rows.first.locator("td").all()
    assert figure.bounding_box()["y"] == name.bounding_box()["y"]
    assert figure.evaluate(told) == "none"
