"""The explorer in a real browser, as a reader gets it: by keyboard, on a phone, offline."""

from urllib.parse import urlsplit

import pytest
from serving import serving

from analysis.model import comparison
from analysis.scenario import load

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def address():
    with serving("oracle-vs-memphis") as found:
        yield found


@pytest.fixture(scope="module")
def page(browser, address):
    """The page, open and at rest; `asked` lists what it asked of other hosts, `said` its errors."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    found = context.new_page()
    found.asked, found.said = [], []
    found.on("request", lambda one: found.asked.append(one.url) if _elsewhere(one.url) else None)
    found.on("pageerror", lambda one: found.said.append(str(one)))
    found.goto(address)
    found.locator(".vega-embed svg").first.wait_for()
    yield found
    context.close()


def _elsewhere(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1"


def answer(page) -> str:
    return page.locator(".explorer ol").first.inner_text()


def picture(page) -> str:
    return page.locator(".vega-embed svg").first.inner_html()


def slider(page, name: str):
    return page.get_by_role("slider", name=name)


def until_changed(page, before: str) -> None:
    page.wait_for_function(
        "before => document.querySelector('.explorer ol')?.innerText !== before", arg=before
    )


def test_eleven_sliders_each_with_a_name_that_says_what_it_moves(page):
    names = page.locator("[role=slider]").evaluate_all(
        "all => all.map(one => one.labels[0].innerText)"
    )
    assert len(names) == len(set(names)) == 11
    assert names[0] == "Value of a month of delay, million USD"
    assert slider(page, "Oracle rental: value of the contract").count() == 1


def test_the_arrow_keys_move_a_slider_and_the_answer_and_the_picture_follow(page):
    price = slider(page, "Oracle rental: value of the contract")
    before, drawn = answer(page), picture(page)
    assert price.get_attribute("aria-valuetext") == "as assumed"
    price.focus()
    page.keyboard.press("ArrowRight")
    until_changed(page, before)
    assert price.get_attribute("aria-valuetext") == "10 billion USD"
    page.wait_for_function(
        "before => document.querySelector('.vega-embed svg')?.innerHTML !== before", arg=drawn
    )
    assert price.evaluate("one => document.activeElement === one")


def test_the_tab_key_goes_from_one_slider_past_its_range_to_the_next(page):
    slider(page, "Oracle rental: value of the contract").focus()
    for _ in range(2):
        page.keyboard.press("Tab")
    name = page.evaluate("document.activeElement.labels?.[0].innerText")
    assert name == "Price of a server with 8 H100, USD/node"


def test_what_is_held_is_saved_as_a_file_that_reads_back(page, tmp_path):
    slider(page, "Oracle rental: value of the contract").press("End")
    page.get_by_label("File name").fill("what-i-know")
    page.keyboard.press("Enter")
    # the kernel hears of both by messages, and a busy machine is slow to bring them
    held = "a => a.download === 'what-i-know.toml' && a.href.includes('14000000000.0')"
    page.wait_for_function(f"[...document.querySelectorAll('a')].some({held})")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save what-i-know.toml").click()
    assert saved.value.suggested_filename == "what-i-know.toml"
    saved.value.save_as(tmp_path / "what-i-know.toml")
    read = load.read(tmp_path / "what-i-know.toml")
    assert read.assumptions["oracle_contract_usd"].value == pytest.approx(14e9)


def test_an_option_that_is_not_ticked_leaves_the_answer_and_reset_brings_it_back(page):
    page.get_by_role("checkbox", name="Memphis build").uncheck()
    page.wait_for_function(
        "!document.querySelector('.explorer ol').innerText.includes('Memphis build')"
    )
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function(
        "document.querySelector('.explorer ol').innerText.includes('Memphis build')"
    )
    assert page.get_by_role("checkbox", name="Memphis build").is_checked()
    price = slider(page, "Oracle rental: value of the contract")
    assert price.get_attribute("aria-valuetext") == "as assumed"


def test_another_scenario_brings_its_own_sliders(page):
    page.get_by_label("Scenario").select_option("own-case")
    slider(page, "Colocation: rent, USD/kW-month").wait_for()
    options = [load.read(load.find("own-case")).options[name].title for name in _pair()]
    page.wait_for_function(
        "titles => titles.every(t => document.querySelector('.explorer ol').innerText.includes(t))",
        arg=options,
    )
    page.get_by_label("Scenario").select_option("oracle-vs-memphis")
    slider(page, "Oracle rental: value of the contract").wait_for()


def _pair() -> tuple[str, str]:
    return comparison.pair(load.read(load.find("own-case")))


def test_the_picture_stays_in_sight_beside_the_last_slider(page):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("slider").last.scroll_into_view_if_needed()
    box = page.locator(".explorer .vega-embed").bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= 800


def test_on_a_phone_nothing_but_the_picture_is_wider_than_the_page(page):
    page.set_viewport_size({"width": 390, "height": 900})
    widths = page.locator("[role=slider]").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(box => [box.left, box.right])"
    )
    assert all(0 <= left < right <= 390 and right - left > 150 for left, right in widths)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 1000})


def test_axe_finds_nothing_and_every_picture_has_its_finding_in_words(browser, address):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    # the page's own policy would stop the script that looks; it is tested elsewhere
    found = browser.new_context(bypass_csp=True).new_page()
    found.goto(address)
    found.locator(".vega-embed svg").first.wait_for()
    violations = axe.run(found).response["violations"]
    assert [(one["id"], one["impact"]) for one in violations] == []
    words = found.locator("img").evaluate_all("all => all.map(one => one.alt)")
    assert words and all(len(alt) > 20 for alt in words)
    found.context.close()


def test_the_tab_key_reaches_every_control_and_each_shows_it(page):
    page.get_by_label("Scenario").focus()
    names, hidden = [], []
    for _ in range(80):
        tag, name, seen = page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.tagName, e.type || '', s.outlineStyle !== 'none']; }"
        )
        if tag == "BODY":
            break
        names.append(name or tag)
        hidden += [] if seen else [name or tag]
        page.keyboard.press("Tab")
    assert hidden == []
    assert names.count("range") == page.get_by_role("slider").count()
    assert names.count("checkbox") == page.get_by_role("checkbox").count()
    assert {"select-one", "submit", "text", "SUMMARY"} <= set(names)


def test_nothing_was_asked_of_another_host_and_nothing_failed(page):
    assert page.asked == []
    assert page.said == []
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert "Traceback" not in page.locator("body").inner_text()
