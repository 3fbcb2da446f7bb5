"""The page in a browser: it works, asks nobody else, and knows when its kernel has ended."""

import json

import pytest
from asking import close, running
from tools.waiting import until

pytestmark = pytest.mark.browser
LATER_MS = 15_000


@pytest.fixture
def tab(browser):
    """Opens the address that a server printed; what the page asks and complains of is kept."""
    contexts = []

    def open_tab(server):
        contexts.append(browser.new_context())
        page = contexts[-1].new_page()
        page.clock.install()
        page.asked, page.complaints = [], []
        page.on("request", lambda one: page.asked.append(one.url))
        page.on("console", lambda said: page.complaints.append(said) if said.type == "error" else 0)
        page.on("pageerror", lambda error: page.complaints.append(error))
        page.goto(server.url)
        page.get_by_role("slider").wait_for()
        return page

    yield open_tab
    for context in contexts:
        context.close()


def test_a_slider_moves_what_the_kernel_computes_and_closing_the_tab_ends_the_kernel(tab, server):
    before = set(server.kernels())
    page = tab(server)
    begun = set(server.kernels()) - before
    assert (page.url, len(begun)) == (f"{server.origin}/", 1)
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.get_by_text("moved to 5").wait_for()
    assert [x for x in page.asked if not x.startswith((server.origin, "blob:", "data:"))] == []
    assert page.complaints == []
    assert page.evaluate("document.cookie") == ""
    page.close(run_before_unload=True)
    until(lambda: not begun & set(server.kernels()))


def test_a_script_in_what_is_shown_does_not_run(tab, server):
    page = tab(server)
    page.evaluate(
        """() => {
            document.body.insertAdjacentHTML("beforeend", "<img src='data:,' onerror='ran = 1'>");
            const script = document.createElement("script");
            script.text = "ran = 1";
            document.body.append(script);
        }"""
    )
    until(lambda: len(page.evaluate("[]") or page.complaints) >= 2)
    assert page.evaluate("window.ran") is None


def test_a_page_that_is_loaded_again_gets_the_place_of_its_own_kernel(tab, tmp_path):
    with running(tmp_path, most_kernels=1) as server:
        page = tab(server)
        assert len(server.kernels()) == 1
        page.reload()
        page.get_by_role("slider").wait_for()
        assert len(server.kernels()) == 1


def test_a_page_whose_kernel_has_ended_says_so(tab, server):
    page = tab(server)
    told = page.get_by_role("alert")
    page.clock.fast_forward(LATER_MS)
    assert not told.is_visible()
    config = json.loads(page.locator("#jupyter-config-data").text_content())
    assert close(server, config["kernelId"]).status == 204
    page.clock.fast_forward(LATER_MS)
    told.wait_for()
    assert "no longer computes" in told.inner_text()
    assert told.get_by_role("link").get_attribute("href") == "/"
