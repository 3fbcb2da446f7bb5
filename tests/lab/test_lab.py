"""Notebooks in a real JupyterLab: opened, run from the menu, no error, every chart visible."""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import urllib.request
from urllib.parse import urlsplit

import pytest
from tools.places import ROOT
from tools.waiting import LIMIT_S, until

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FEW = ("15-method", "06-sensitivity", "07-value", "explore", "report")
OPENED = [path for path in NOTEBOOKS if path.stem in FEW or os.environ.get("CI")]
"""Each takes a quarter of a minute: all of them in CI, elsewhere those with most in them."""

DRAWS, FEW_DRAWS = re.compile(r"draws: int = \d+"), "draws: int = 500"
"""Numbers are compared by nbval, at all draws; here it is seen that a notebook runs and shows."""

TRACKER = "@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
ALL_CELLS = {"windowingMode": "none"}
"""All cells stay in the page, so that all can be looked at."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(address):
    try:
        with urllib.request.urlopen(address, timeout=LIMIT_S) as found:
            return found.status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab as `make lab` opens it, over copies of the notebooks, its token,
    and the folder."""
    place = tmp_path_factory.mktemp("lab")
    for path in NOTEBOOKS:
        words, count = DRAWS.subn(FEW_DRAWS, path.read_text("utf-8"))
        assert count == 1
        (place / path.name).write_text(words, "utf-8")
    settings = place / ".settings" / TRACKER
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(ALL_CELLS))
    token, port = secrets.token_hex(16), free_port()
    mine = {f"JUPYTER_{x}_DIR": str(place / f".{x}") for x in ("CONFIG", "DATA", "RUNTIME")}
    mine |= {"IPYTHONDIR": str(place / ".ipython"), "JUPYTER_PLATFORM_DIRS": "1"}
    mine |= {"JUPYTERLAB_SETTINGS_DIR": str(place / ".settings")}
    mine |= {"JUPYTERLAB_WORKSPACES_DIR": str(place / ".workspaces")}
    mine |= {"JUPYTER_CONFIG_PATH": str(ROOT / "lab")}
    jupyter = [sys.executable, "-m", "jupyter"]
    copies = sorted(map(str, place.glob("*.ipynb")))
    subprocess.run([*jupyter, "trust", *copies], env=os.environ | mine, check=True)
    command = [*jupyter, "lab", "--allow-root", "--expose-app-in-browser", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", str(place)]
    with (place / "log").open("w") as log:
        server = subprocess.Popen(command, env=os.environ | mine, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            until(lambda: server.poll() is not None or answers(f"{address}/api?token={token}"))
            assert server.poll() is None, (place / "log").read_text()
            yield address, token, place
        finally:
            server.terminate()
            server.wait(LIMIT_S)


@pytest.fixture
def page(browser):
    """A page that can reach 127.0.0.1 alone; `page.strangers` lists what else it asked for."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    found = context.new_page()
    found.strangers = []

    def local(route):
        if urlsplit(route.request.url).hostname in ("127.0.0.1", None):
            route.continue_()
        else:
            found.strangers.append(route.request.url)
            route.abort()

    context.route("**/*", local)
    yield found
    context.close()


def code(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def shows_source(cell):
    """Whether Lab opens a cell with its source; the prompt of one that it folds away is empty."""
    return not cell["metadata"].get("jupyter", {}).get("source_hidden", False)


def charts(path):
    """How many drawings the notebook stores."""
    outputs = [one for cell in code(path) for one in cell["outputs"]]
    return sum("image/svg+xml" in one.get("data", {}) for one in outputs)


def run_all(page):
    """Clears what is stored, so that only what runs now counts, then runs all from the menu."""
    for menu, entry in (("Edit", "Clear Outputs of All Cells"), ("Run", "Run All Cells")):
        page.get_by_role("menuitem", name=menu, exact=True).click()
        page.get_by_role("menuitem", name=entry, exact=True).click()
        page.get_by_role("menuitem", name=entry, exact=True).wait_for(state="hidden")
        if menu == "Edit":
            until(lambda: not any(prompts(page)))


def prompts(page):
    """The execution counts of the code cells, as the page shows them."""
    found = page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt").all_inner_texts()
    return [re.sub(r"[\[\]:\s]", "", text) for text in found]


def errors(page):
    return page.locator(".jp-RenderedText[data-mime-type*=error]").all_inner_texts()


def open_notebook(lab, page, path):
    address, token, _ = lab
    page.goto(f"{address}/lab/workspaces/{path.stem}/tree/{path.name}?token={token}&reset")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()


MODEL = "window.jupyterapp.shell.currentWidget.context.model"
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
HAS_CHANGED = f"async () => {{ await {KERNEL}.info; await {KERNEL}.spec; return {MODEL}.dirty }}"
"""Whether Lab would save the notebook, asked once the kernel has told what Lab writes into it."""

SIDES = """tables => tables.flatMap(table => {
    const rows = [...table.querySelectorAll("tbody tr")].map(row => [...row.cells])
    return (rows[0] ?? []).map((_, i) => rows.map(row => row[i])).map(column => [
        column.every(cell => /^[\\d.,]+( %)?$/.test(cell.innerText)),
        column.every(cell => !/\\d/.test(cell.innerText) && cell.innerText.length > 3),
        [...new Set(column.map(cell => getComputedStyle(cell).textAlign))].join(),
    ])
})"""
"""Of each column of some tables: whether it is of numbers, whether of words, and on which side."""


def test_a_notebook_that_is_only_opened_is_unchanged_and_shows_its_stored_pictures(lab, page):
    path = NOTEBOOKS[0]
    open_notebook(lab, page, path)
    page.locator(".jp-OutputArea .jp-RenderedSVG").first.wait_for()
    assert page.evaluate(HAS_CHANGED) is False
    assert page.locator(".jp-mod-dirty").count() == 0
    assert page.locator(".Toastify__toast").count() == 0  # no news, no question about news


def test_a_notebook_that_is_saved_is_stored_without_the_version_of_python(lab, page):
    _, _, place = lab
    path = NOTEBOOKS[1]
    before = (place / path.name).stat().st_mtime_ns
    open_notebook(lab, page, path)
    page.evaluate(f"{MODEL}.cells.get(0).sharedModel.setSource('# What else?')")
    assert page.evaluate(HAS_CHANGED) is True
    page.evaluate("window.jupyterapp.shell.currentWidget.context.save()")
    until(
        lambda: (place / path.name).stat().st_mtime_ns > before and not page.evaluate(HAS_CHANGED)
    )
    stored = json.loads((place / path.name).read_text("utf-8"))
    assert "version" not in stored["metadata"]["language_info"]
    assert "".join(stored["cells"][0]["source"]) == "# What else?"


@pytest.mark.parametrize("path", OPENED, ids=[path.stem for path in OPENED])
def test_lab_runs_every_cell_without_an_error_and_shows_every_chart(lab, page, path):
    open_notebook(lab, page, path)
    run_all(page)
    wanted = [str(n) if shows_source(cell) else "" for n, cell in enumerate(code(path), 1)]
    until(lambda: errors(page) or prompts(page) == wanted, every_s=0.25)
    assert errors(page) == []
    drawings = page.locator(".jp-OutputArea .jp-RenderedSVG")
    assert drawings.count() == charts(path)
    for number in range(charts(path)):
        box = drawings.nth(number).locator("img, svg").first.bounding_box()
        assert box["width"] > 150
        assert box["height"] > 50
    for numbers, words, side in page.locator(".jp-OutputArea table").evaluate_all(SIDES):
        assert side == ("right" if numbers else "left" if words else side)
    assert page.strangers == []
