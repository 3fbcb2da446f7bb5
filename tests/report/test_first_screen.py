"""The report's first screen, in a real browser: what a board sees in a minute, on a desk and on a
phone, and how long the whole of it is."""

import re

import nbformat
import pytest

from analysis.report import html, write
from analysis.report.html import Imprint, Leaf
from analysis.scenario import load

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
MOST_WORDS = 3500
SLUG = "oracle-vs-memphis"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report as it is shipped, as a page."""
    notebook = nbformat.read(write.NOTEBOOK, as_version=4)
    parameters = {"scenario": SLUG, "draws": 20000, "seed": 1}
    imprint = Imprint(load.read(load.find(SLUG)), parameters, [])
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html.page(notebook, imprint, Leaf("report", "A question?")), "utf-8")
    return path


def top(page, what):
    """Where something begins, in pixels from the top of the page."""
    return page.locator(what).first.bounding_box()["y"]


def bottom(page, what):
    box = page.locator(what).first.bounding_box()
    return box["y"] + box["height"]


def test_a_desk_sees_verdict_figures_picture_and_turns_without_scrolling(report, opened):
    page, _ = opened(report, viewport=DESK)
    assert bottom(page, ".verdict") < bottom(page, ".tiles") < top(page, "figure.chart")
    assert top(page, "figure.chart") < 420
    assert bottom(page, ".turning ol") < DESK["height"]
    # the picture stands beside what would turn it, and is seen but for its last line
    assert top(page, ".turning h3") < top(page, "figure.chart") + 60
    assert bottom(page, "figure.chart") < DESK["height"] + 80


def test_a_phone_begins_with_the_question_and_shows_the_verdict_and_two_figures(report, opened):
    page, _ = opened(report, viewport=PHONE)
    assert top(page, "h1") < 100
    assert bottom(page, ".verdict") < bottom(page, ".tile") < PHONE["height"]
    assert top(page, ".contents") > bottom(page, "main h2")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_reader_picks_the_option_beside(report, opened):
    page, _ = opened(report, viewport=DESK)
    shown = page.locator(".tiles .row:visible")
    assert shown.count() == 1
    assert "Oracle rental: " in shown.inner_text()
    page.locator(".pick label", has_text="GB200 wait").click()
    assert shown.count() == 1
    assert "GB200 wait: " in shown.inner_text()
    page.keyboard.press("ArrowLeft")
    assert "GB200 wait: " not in shown.inner_text()


def test_the_report_has_no_more_words_than_a_board_reads(report, opened):
    page, _ = opened(report, viewport=DESK)
    page.evaluate("document.querySelectorAll('svg').forEach(one => one.remove())")
    words = page.locator("main").inner_text().split()
    assert 1000 < len(words) <= MOST_WORDS


def test_a_sentence_of_the_verdict_has_at_most_25_words_and_few_figures(report):
    found = load.read(load.find(SLUG))
    shown = re.search(r'<div class="verdict">.*?<p><strong>(.*?)</p>', report.read_text("utf-8"))
    assert found.question and shown
    sentences = re.split(r"(?<=\.) ", re.sub("<[^>]*>", "", shown[1]))
    assert [one for one in sentences if len(one.split()) > 25] == []
    assert [one for one in sentences if len(re.findall(r"(?<!\w)\d[\d.,]*", one)) > 3] == []


def test_on_paper_the_report_takes_eight_pages_at_most_without_buttons(report, opened):
    page, _ = opened(report, viewport=DESK)
    page.locator("figure.chart .kept").last.wait_for()
    printed = page.pdf(prefer_css_page_size=True)
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 8
    page.emulate_media(media="print")
    assert page.locator("button:visible, input:visible, summary:visible").count() == 0
    assert page.locator(".pick label:visible").count() == 1
