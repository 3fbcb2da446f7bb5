import re

import making
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from tools import builders

from analysis.chapters import answer, training
from analysis.chapters.shared import drawing, style
from analysis.model import simulation
from analysis.report import html

pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

PRICE, DELAY, MONTH = "price", "delay_months", "month_musd"
RENTED, BUILT = "Oracle rental", "Memphis build"


def a_cheaper_rental():
    """Oracle rents by the hour, at 1.6, 2.1 or 2.7 USD."""
    decision, name = builders.shipped("cost-plus-rental"), "oracle_rent_usd_per_gpu_hour"
    ends = {"low": 1.6, "mid": 2.1, "high": 2.7}
    price = decision.assumptions[name].model_copy(update=ends)
    return decision.model_copy(update={"assumptions": decision.assumptions | {name: price}})


CHEAPER = a_cheaper_rental()


def page_of(decision, path, draws=300):
    """A page with the picture of the sliders and one without any."""
    look = style.look(decision)
    result = simulation.simulate(decision, 50, 1)
    pictures = (
        answer.charts.live(answer.tables.live_grid(decision, draws, 1), look, draws),
        training.charts.target_dates(training.tables.target_dates(result), look),
    )
    shown = [new_output("display_data", drawing.shown(one.to_dict())) for one in pictures]
    cell = new_code_cell("1", outputs=shown)
    notebook = new_notebook(cells=[new_markdown_cell("## What would change it"), cell])
    parameters = {"scenario": making.SLUG, "draws": draws, "seed": 1}
    imprint = html.Imprint(decision, parameters, [])
    path.write_text(html.page(notebook, imprint, html.Leaf("report", "A question?")), "utf-8")
    return path


@pytest.fixture(scope="module")
def cheaper(tmp_path_factory):
    """The page of a rental that is cheaper than building, and later."""
    return page_of(CHEAPER, tmp_path_factory.mktemp("live") / "page.html")


@pytest.fixture
def live(opened, cheaper):
    """Opens that page and waits for its sliders."""

    def open_page(path=cheaper, **options):
        found, asked = opened(path, **options)
        found.locator(f".live input[name={MONTH}]").wait_for()
        return found, asked

    return open_page


def slide(found, name, key, times=1):
    """Moves a slider; each time the page tells it once the picture has followed."""
    found.locator(f"input[name={name}]").focus()
    for _ in range(times):
        found.locator(".live output").evaluate("one => { one.textContent = ''; }")
        found.keyboard.press(key)
        found.wait_for_function("document.querySelector('.live output').textContent")


def words(found):
    return found.locator(".live svg .words_group text").all_text_contents()


def finding(found):
    return words(found)[1]


def framed(found):
    """Where the frame stands, in pixels of the drawing."""
    frame = found.locator(".live svg path[stroke-width='2.5']")
    return frame.evaluate("e => { const b = e.getBoundingClientRect(); return [b.x, b.y]; }")


def shade(found):
    """Colour and opacity of the cell at the lower left, the lowest price without delay."""
    cells = found.locator(".live svg .mark-rect path[stroke='white']")
    boxes = cells.evaluate_all(
        "es => es.map(e => [e.getBoundingClientRect(), getComputedStyle(e)])"
        ".map(([b, s]) => [b.x, -b.y, s.fill, s.opacity])"
    )
    return min(boxes)[2:]


def test_the_arrow_keys_move_the_price_the_sentence_and_the_frame(live):
    found, asked = live()
    assert words(found)[0] == "At 2.1 USD per GPU-hour, no delay and a month worth nothing:"
    before = framed(found)
    slide(found, PRICE, "ArrowRight")
    assert words(found)[0] == "At 2.35 USD per GPU-hour, no delay and a month worth nothing:"
    after = framed(found)
    assert (after[0] > before[0], after[1]) == (True, before[1])
    slide(found, DELAY, "ArrowRight", 2)
    assert (
        words(found)[0] == "At 2.35 USD per GPU-hour, 6 months of delay and a month worth nothing:"
    )
    assert framed(found)[1] < after[1]
    assert asked == []


def test_the_choice_and_the_colour_of_its_cell_turn_where_a_month_is_worth_enough(live):
    found, _ = live()
    turn = float(re.search(r"worth ([\d.]+) million", words(found)[2])[1])  # to two digits
    step = float(found.locator(f"input[name={MONTH}]").get_attribute("step"))
    assert finding(found).startswith(f"{RENTED} costs less by ")
    slide(found, MONTH, "ArrowRight", int(0.4 * turn / step))
    assert f"{RENTED} is better by " in finding(found)
    slide(found, MONTH, "ArrowRight", int(1.3 * turn / step))
    assert f"{BUILT} is better by " in finding(found)
    colours = style.look(CHEAPER)
    blue = "rgb({}, {}, {})".format(*bytes.fromhex(colours.colour(BUILT).removeprefix("#")))
    slide(found, MONTH, "End")
    assert shade(found)[0] == blue


def test_a_cell_grows_pale_where_the_two_come_close(live):
    found, _ = live()
    # at the lowest price the rental is far ahead; a month of some worth takes that away
    colour, opacity = shade(found)
    slide(found, MONTH, "ArrowRight", 10)
    later = shade(found)
    assert later[0] == colour
    assert float(later[1]) < float(opacity)


def test_what_a_slider_changes_is_told_to_a_reader_who_hears_the_page(live):
    found, _ = live()
    said = found.locator(".live output")
    assert said.text_content() == ""
    slide(found, MONTH, "ArrowRight", 3)
    assert finding(found) in said.text_content()
    assert said.bounding_box()["width"] <= 1


def test_each_slider_has_its_name_with_a_unit_and_shows_its_value(live):
    found, _ = live()
    names = found.locator(".live .vega-bind-name").all_text_contents()
    assert names == [
        f"{RENTED}: USD per GPU-hour",
        f"{BUILT}: months of delay",
        "Value of a month: million USD",
    ]
    for name in names:
        assert found.get_by_role("slider", name=name).count() == 1
    slide(found, DELAY, "ArrowRight")
    assert found.locator(f"input[name={DELAY}] + span").text_content() == "3"


def test_the_policy_of_the_page_is_not_violated_and_nothing_fails(opened, cheaper):
    found, asked = opened(cheaper)
    told = []
    found.on("console", lambda message: told.append(message.text))
    found.on("pageerror", lambda error: told.append(str(error)))
    found.reload()
    found.locator(f".live input[name={MONTH}]").wait_for()
    slide(found, MONTH, "ArrowRight", 20)
    slide(found, PRICE, "End")
    slide(found, DELAY, "End")
    assert told == []
    assert asked == []


def test_without_a_script_the_drawing_is_there_at_its_first_position(opened, cheaper):
    found, _ = opened(cheaper, java_script_enabled=False)
    drawing = found.locator("figure.chart .drawing svg").first
    assert drawing.bounding_box()["width"] > 300
    assert drawing.locator("text", has_text=f"{RENTED} costs less by ").count() == 1
    assert found.locator("input").count() == 0


def test_on_a_phone_the_sliders_fit_and_the_page_does_not_scroll_sideways(live):
    found, _ = live(viewport={"width": 390, "height": 844})
    assert found.evaluate("document.documentElement.scrollWidth") <= 390
    for name in (PRICE, DELAY, MONTH):
        box = found.locator(f"input[name={name}]").bounding_box()
        assert box["x"] >= 0
        assert 150 < box["width"] <= 390 - box["x"]
        assert box["height"] >= 24
    # the finding is read without scrolling the wide picture
    text = found.locator(".live svg .words_group text").nth(1).bounding_box()
    figure = found.locator("figure.chart").first.bounding_box()
    assert text["x"] + text["width"] <= figure["x"] + figure["width"]


def test_in_print_the_sliders_are_gone_and_the_picture_stays(live):
    found, _ = live()
    slide(found, MONTH, "ArrowRight", 3)
    found.emulate_media(media="print")
    assert not found.locator(f"input[name={MONTH}]").is_visible()
    assert found.locator(".live svg").first.is_visible()


def test_a_chart_without_sliders_gets_no_room_for_them(live):
    found, _ = live()
    other = found.locator("figure.chart").nth(1)
    other.locator(".live svg").wait_for()
    assert other.locator("input, output").count() == 0
    assert not other.locator(".vega-bindings").is_visible()


def test_a_title_of_markup_is_the_name_of_a_slider_and_runs_nowhere(live, tmp_path):
    odd = '<img src=x onerror="window.hit=1">'
    decision = CHEAPER
    renamed = decision.options["oracle_rental"].model_copy(update={"title": odd})
    options = decision.options | {"oracle_rental": renamed}
    path = page_of(decision.model_copy(update={"options": options}), tmp_path / "odd.html", 50)
    found, asked = live(path)
    slide(found, PRICE, "ArrowRight")
    assert found.locator(".live .vega-bind-name").first.text_content() == f"{odd}: USD per GPU-hour"
    assert finding(found).startswith((odd, BUILT, "Too close"))
    assert found.evaluate("window.hit") is None
    assert asked == []
