import sys
from pathlib import Path

import batching
import pytest
from tools.places import ROOT
from tools.waiting import until

sys.path.insert(0, str(ROOT / "tests" / "report"))
import payloads

pytestmark = pytest.mark.browser
HOSTILE = [*payloads.SCRIPTS[::8], *payloads.LEADING_AWAY[:4]]
ROWS = 6 + 1 + len(HOSTILE)
A_WHILE_MS = 300  # what is to stay away has no event to wait for


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """The index of a batch with a failure, of scenarios in whose titles stands script."""
    place = tmp_path_factory.mktemp("page")
    files = batching.scenarios(place / "cases", 6, ["broken-value"])
    for number, words in enumerate(HOSTILE):
        text = (
            f'extends = "own-case"\ntitle = {toml(words)}\n[options.cloud]\ntitle = {toml(words)}\n'
        )
        (files / f"hostile-{number:02}.toml").write_text(text)
    code, _ = batching.run(place / "out", files)
    assert code == 1
    return place / "out" / "index.html"


def toml(words):
    return "'''" + words + "'''"


@pytest.fixture
def page(browser, index):
    """The page, opened with the network cut off; `page.asked` is what it asked for."""
    context = browser.new_context()
    context.set_offline(True)
    page = context.new_page()
    page.asked = []
    page.on("request", lambda r: page.asked.append(r.url) if r.url != index.as_uri() else None)
    page.goto(index.as_uri(), wait_until="load")
    yield page
    context.close()


def column(page, number):
    """The texts of a column, in the order of the rows that are shown."""
    cells = page.locator(f"#runs tbody tr:visible > :nth-child({number})")
    return cells.all_inner_texts()


def numbers(texts):
    return [float(text.split(" (")[0].replace(",", "")) for text in texts if text != "–"]


def test_the_page_asks_for_nothing_and_no_script_in_a_title_runs(page):
    until(lambda: page.locator("figure.chart svg").count())
    page.evaluate("document.querySelectorAll('[href^=javascript]').forEach(a => a.click())")
    page.wait_for_timeout(A_WHILE_MS)
    assert page.evaluate("window.hit") is None
    assert page.asked == []
    assert page.locator("#runs tbody tr").count() == ROWS
    assert "<script>" in page.locator("#runs").inner_text()


def test_the_policy_allows_the_pages_own_scripts_alone(page):
    policy = page.locator("meta[http-equiv]").get_attribute("content")
    [scripts] = [part for part in policy.split(";") if "script-src" in part]
    assert "unsafe" not in scripts
    assert scripts.count("'sha256-") == 2


def test_a_head_sorts_by_number_up_and_down_and_says_so(page):
    head = page.locator("#runs thead th").nth(7)
    assert "First less second" in head.inner_text()
    before = numbers(column(page, 8))
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert numbers(column(page, 8)) == sorted(before)
    assert column(page, 8)[-1] == "–"  # the one that failed stays at the end
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert numbers(column(page, 8)) == sorted(before, reverse=True)
    assert column(page, 8)[-1] == "–"
    assert page.locator("#runs thead th[aria-sort=none]").count() == 12


def test_the_keyboard_reaches_heads_and_filter(page):
    page.locator("#sift").focus()
    page.keyboard.press("Tab")  # the table scrolls by the arrow keys
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#runs thead th").first.get_attribute("aria-sort") == "ascending"
    first = column(page, 1)
    page.keyboard.press("Enter")
    assert column(page, 1) == first[::-1]


def test_the_filter_shows_the_rows_that_hold_all_words_and_counts_them(page):
    page.locator("#sift").fill("CASE case-003")
    assert [text.split("\n")[0] for text in column(page, 1)] == ["case-003"]
    assert page.locator("#shown").inner_text() == f"1 of {ROWS} shown"
    page.locator("#sift").fill("failed")
    assert [text.split("\n")[0] for text in column(page, 1)] == ["broken-value"]
    page.locator("#sift").fill("")
    assert page.locator("#shown").inner_text() == f"{ROWS} of {ROWS} shown"


def test_a_failed_run_leads_to_its_page_and_a_made_one_to_its_numbers(page, index):
    links = page.locator("#runs tbody th a")
    targets = [link.get_attribute("href") for link in links.all()]
    assert "broken-value.failed.html" in targets
    assert "case-000/headline.json" in targets
    assert all((Path(index).parent / target).exists() for target in targets)


def test_an_option_has_one_colour_in_all_panels(page):
    until(lambda: page.locator("figure.chart svg").count())
    spec = page.evaluate("JSON.parse(document.querySelector('figure.chart script').textContent)")
    scales = [
        layer["encoding"]["color"]["scale"] for panel in spec["hconcat"] for layer in panel["layer"]
    ]
    assert len(spec["hconcat"]) == 4
    assert all(scale == scales[0] for scale in scales)
    assert len(set(scales[0]["domain"])) == len(scales[0]["range"])
