"""Pages for people who hear them, who use a keyboard, who see little contrast: what axe-core finds
in a real browser, in the light and in the dark, and where the Tab key leads."""

import nbformat
import pytest
from tools.places import ROOT

from analysis.chapters import answer
from analysis.decision import headline
from analysis.model import simulation
from analysis.report import html
from analysis.report.html import Imprint
from analysis.scenario import load

Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe
pytestmark = pytest.mark.browser

SLUG = "oracle-vs-memphis"
CHAPTERS = ("06-sensitivity", "07-value")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The report, two chapters and the front page, of the notebooks as they are stored."""
    folder, decision = tmp_path_factory.mktemp("book"), load.read(load.find(SLUG))
    imprint = Imprint(decision, {"scenario": SLUG, "draws": 20000, "seed": 1}, ["options"])
    names = ("report", *CHAPTERS)
    read = {n: nbformat.read(ROOT / "notebooks" / f"{n}.ipynb", as_version=4) for n in names}
    leaves = [html.leaf(name, notebook) for name, notebook in read.items()]
    for leaf in leaves:
        page = html.page(read[leaf.name], imprint, leaf, leaves)
        (folder / f"{leaf.name}.html").write_text(page, "utf-8")
    found = headline.headline(simulation.simulate(decision, 100, 1), SLUG)
    findings = ["What the page has found." for _ in leaves]
    front = html.front(imprint, answer.verdict(found).html, leaves, findings)
    (folder / "index.html").write_text(front, "utf-8")
    return folder


def findings(page):
    """What axe finds, each with the elements; nothing is left out."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["impact"], [n["target"] for n in one["nodes"]]) for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["report", *CHAPTERS, "index"])
def test_axe_finds_nothing(book, opened, name, scheme):
    # the page's own policy would stop the script that looks; it is tested elsewhere
    page, _ = opened(book / f"{name}.html", color_scheme=scheme, bypass_csp=True)
    for figure in page.locator("figure.chart").all():
        figure.locator(".kept").wait_for()
    assert findings(page) == []


def test_axe_sees_what_is_wrong(book, opened, tmp_path):
    text = (book / "report.html").read_text("utf-8").replace("--quiet: #566173", "--quiet: #c0c0c0")
    path = tmp_path / "pale.html"
    path.write_text(text.replace('aria-label="Pages"', ""), "utf-8")
    page, _ = opened(path, bypass_csp=True)
    assert "color-contrast" in [name for name, _, _ in findings(page)]


def reached(page, most=400):
    """What the Tab key reaches in turn, and whether each shows that it is there."""
    stops = []
    page.evaluate("document.activeElement.blur()")
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.tagName, e.name || e.className || '', s.outlineStyle !== 'none']; }"
        )
        if stop[0] == "BODY":
            break
        stops.append(tuple(stop))
    return stops


def test_the_tab_key_reaches_every_control_and_each_shows_it(book, opened):
    page, _ = opened(book / "report.html")
    page.locator("figure.chart .kept").last.wait_for()
    stops = reached(page)
    tags = [tag for tag, _, _ in stops]
    pictures = page.locator("figure.chart").count()
    assert tags.count("BUTTON") == 2 * pictures  # SVG and PNG
    assert tags.count("SUMMARY") == pictures  # its table
    assert [name for tag, name, _ in stops if tag == "INPUT" and name != "beside"] == [
        one.get_attribute("name") for one in page.locator(".vega-bind input").all()
    ]
    assert tags.count("DFN") == page.locator("dfn").count() > 5
    assert ("INPUT", "beside", True) in stops
    assert [stop for stop in stops if not stop[2]] == []


def test_a_word_of_the_trade_tells_its_meaning_to_a_key_a_pointer_and_a_finger(book, opened):
    page, asked = opened(book / "report.html", has_touch=True, java_script_enabled=False)
    word = page.locator("dfn", has_text="horizon").first
    meaning = page.locator(f"#{word.get_attribute('aria-describedby')}")
    assert not meaning.is_visible()
    for show, leave in ((word.focus, word.blur), (word.hover, lambda: page.mouse.move(0, 0))):
        show()
        assert meaning.is_visible()
        leave()
        assert not meaning.is_visible()
    word.tap()
    assert meaning.is_visible()
    assert asked == []


def test_each_word_is_explained_once_and_on_paper_at_the_end(book, opened):
    page, _ = opened(book / "report.html")
    told = [one.inner_text() for one in page.locator("dfn").all()]
    assert len(told) == len(set(told)) == page.locator(".glossary dt").count()
    assert not page.locator(".glossary").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".glossary").is_visible()
    assert not page.locator(".meaning:visible").count()


def test_on_a_phone_a_meaning_stays_on_the_screen(book, opened):
    page, _ = opened(book / "report.html", viewport={"width": 390, "height": 844})
    for word in page.locator("dfn").all():
        word.focus()
        box = page.locator(f"#{word.get_attribute('aria-describedby')}").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
