import re
from functools import cache

import making
import nbformat
import payloads
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from tools.waiting import until

from analysis.chapters import answer, assumptions, comparison, cost
from analysis.chapters.shared import drawing
from analysis.decision import headline
from analysis.model import simulation
from analysis.report import html as report_html

Error = pytest.importorskip("playwright.sync_api").Error
pytestmark = pytest.mark.browser

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy".*?>')
PARAMETERS = {"scenario": making.SLUG, "draws": 100, "seed": 1}
NEVER = re.compile(r"(?!)")
A_WHILE_MS = 300  # what is to stay away has no event to wait for


@pytest.fixture
def page_of(monkeypatch, tmp_path):
    """Makes a page around outputs of one cell, its script replaced by a short one that must run."""
    monkeypatch.setattr(report_html, "_script", lambda: "window.ours = 1;")
    decision = making.scenario()

    def make(*outputs, title="A title", prose=""):
        shown = [new_output("display_data", data) for data in outputs]
        cells = [new_markdown_cell(prose), new_code_cell("1", outputs=shown)]
        changed = decision.model_copy(update={"title": title})
        return report_html.page(
            new_notebook(cells=cells),
            report_html.Imprint(changed, PARAMETERS, []),
            report_html.Leaf("report", title),
        )

    return make


@pytest.fixture
def hit(opened, tmp_path):
    """Whether text on a page ran as script, or made it ask for something or go away.

    Where it is to, that is waited for; else what the page holds is loaded, and a while later is
    looked at, as long as a page that leads away takes.
    """

    def look(html, awaited=False):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        page, asked = opened(path)
        try:
            page.evaluate("document.querySelectorAll('[href^=javascript]').forEach(a => a.click())")
            page.wait_for_load_state("load")
            if awaited:
                until(lambda: asked or page.evaluate("window.hit"))
            else:
                page.wait_for_timeout(A_WHILE_MS)
            ours, theirs = page.evaluate("[window.ours, window.hit]")
        except Error:  # the page has gone
            return True
        page.context.close()
        assert asked or theirs or ours == 1  # else no script of any kind ran, which tells nothing
        return bool(asked or theirs)

    return look


def markdown(text):
    return {"text/markdown": text}


@cache
def everywhere(text):
    """What the shipped pages show of a scenario that says a text in every place it can."""
    decision = making.saying(text)
    result = simulation.evaluate(decision)
    found = headline.headline(result, making.SLUG)
    shown = [answer.verdict(found), comparison.overview(found), cost.cash(found)]
    shown += [assumptions.ranges_and_bases(decision), assumptions.unknown(decision)]
    return {"text/html": "".join(exhibit.html for exhibit in shown)}


def test_there_are_a_hundred_different_payloads():
    assert len(set(payloads.SCRIPTS)) == 100


@pytest.mark.parametrize("policy", ["kept", "removed"])
def test_of_100_escaped_payloads_none_runs_with_the_policy_and_none_without(page_of, hit, policy):
    attacks = (*payloads.SCRIPTS, *payloads.LEADING_AWAY)
    html = page_of(*map(everywhere, attacks), title=" ".join(attacks))
    assert html.count("&lt;script&gt;") > 100
    assert not hit(POLICY.sub("", html) if policy == "removed" else html)


def raw(page_of, *texts):
    """A page with texts that nobody escaped, as Markdown and as HTML."""
    return page_of(*(data for text in texts for data in (markdown(text), {"text/html": text})))


@pytest.mark.slow
def test_of_100_payloads_that_nobody_escapes_the_policy_alone_lets_none_run(
    monkeypatch, page_of, hit
):
    monkeypatch.setattr(report_html, "FORBIDDEN", NEVER)
    alike = [[shape.format(code) for code in payloads.CODES] for shape in payloads.SHAPES]
    assert [texts for texts in alike if hit(raw(page_of, *texts))] == []


@pytest.mark.slow
def test_without_escaping_and_policy_every_payload_runs(monkeypatch, page_of, hit):
    monkeypatch.setattr(report_html, "FORBIDDEN", NEVER)
    shapes = [shape.format(payloads.FIRES) for shape in payloads.SHAPES]
    codes = [payloads.SHAPES[0].format(code) for code in payloads.CODES]
    pages = {text: POLICY.sub("", raw(page_of, text)) for text in (*shapes, *codes)}
    assert [text for text, html in pages.items() if not hit(html, awaited=True)] == []


def test_raw_markup_in_an_output_asks_for_nothing_and_leads_nowhere(page_of, hit):
    for text in payloads.LEADING_AWAY:
        assert not hit(page_of(markdown(text), {"text/html": text}, prose=text)), text


def test_a_page_that_leads_away_is_stopped_by_the_taming_and_not_by_the_policy(
    monkeypatch, page_of, hit
):
    refresh = payloads.LEADING_AWAY[0]
    assert not hit(page_of({"text/html": refresh}))
    monkeypatch.setattr(report_html, "FORBIDDEN", NEVER)
    assert hit(page_of({"text/html": refresh}), awaited=True)


def test_a_hostile_specification_stays_data(monkeypatch, page_of, hit):
    text = "</script><script>window.hit=1</script><!--<script>"
    spec = {"title": text, "data": {"values": [{text: text}]}, "mark": "bar"}
    chart = {drawing.SPECIFICATION: spec, drawing.DRAWING: "<svg></svg>"}
    html = page_of(chart)
    assert not hit(POLICY.sub("", html))
    found = re.search(r'<script type="application/json">(.*?)</script>', html)[1]
    assert nbformat.reader.json.loads(found) == spec


@pytest.mark.parametrize("script", [True, False])
def test_every_chart_is_visible_and_nothing_is_asked_for(made, opened, script):
    page, asked = opened(made / "report.html", java_script_enabled=script)
    figures = page.locator("figure.chart")
    inside = ".live svg" if script else ".drawing svg"
    page.locator(f"figure.chart {inside}").nth(1).wait_for()
    page.wait_for_load_state("load")
    assert figures.count() == 2
    for n in range(2):
        assert figures.nth(n).locator("svg").count() == 1
        box = figures.nth(n).locator(inside).bounding_box()
        assert box["width"] > 100
        assert box["height"] > 50
        assert figures.nth(n).locator(f"{inside} path").count() > 3
    assert asked == []


def test_the_live_charts_have_tooltips_and_the_words_of_their_drawings(made, opened):
    page, asked = opened(made / "report.html")
    bars = page.locator("figure.chart .live svg").nth(1)
    bars.wait_for()
    assert bars.get_attribute("role") == "img"
    assert bars.get_attribute("aria-label") == "Bars: one per option"
    bars.locator("path[aria-roledescription=bar]").nth(1).hover(force=True)
    tip = page.locator("#vg-tooltip-element.visible")
    tip.wait_for()
    assert tip.inner_text() == "Oracle rental"
    assert asked == []


def test_a_drawing_stays_where_its_chart_cannot_be_made(made, opened, tmp_path):
    html = (made / "report.html").read_text()
    path = tmp_path / "broken.html"
    path.write_text(re.sub(r'"type": "line"', '"type": "no such mark"', html, count=1))
    page, _ = opened(path)
    figures = page.locator("figure.chart")
    figures.nth(1).locator(".live svg").wait_for()
    assert figures.nth(0).locator(".drawing svg").is_visible()
    assert figures.nth(0).locator(".live").count() == 0


def test_a_phone_scrolls_down_but_not_sideways(made, opened):
    page, _ = opened(made / "report.html", viewport={"width": 390, "height": 844})
    page.locator("figure.chart .live svg").nth(1).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for n in range(2):
        # a wide chart is drawn anew for the width; nothing of it is cut
        assert page.locator("figure.chart").nth(n).bounding_box()["width"] <= 390
        assert page.locator("figure.chart .live svg").nth(n).bounding_box()["width"] <= 360


def test_charts_keep_a_white_ground_in_the_dark(made, opened):
    page, _ = opened(made / "report.html", color_scheme="dark")
    ground = "e => getComputedStyle(e).backgroundColor"
    assert page.locator("figure.chart").first.evaluate(ground) == "rgb(255, 255, 255)"
    assert page.locator("body").evaluate(ground) != "rgb(255, 255, 255)"


def test_every_entry_of_the_contents_leads_to_its_heading(made, opened):
    page, _ = opened(made / "report.html")
    links = page.locator(".contents a")
    assert links.count() == 3
    for n in range(3):
        name = links.nth(n).get_attribute("href")
        assert page.locator(f"h2{name}").inner_text() == links.nth(n).inner_text()


def test_print_drops_the_contents_and_keeps_the_charts(made, opened):
    page, _ = opened(made / "report.html")
    page.locator("figure.chart .live svg").nth(1).wait_for()
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator(".contents").is_visible()
    assert page.locator("figure.chart svg").nth(1).is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.pdf(prefer_css_page_size=True, outline=True, tagged=True)[:5] == b"%PDF-"
