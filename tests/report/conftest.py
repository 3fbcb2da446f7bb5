import os
from pathlib import Path

import making
import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A whole report of a notebook that uses all a report can show; to be read only."""
    place = tmp_path_factory.mktemp("made")
    process = making.start(place / "whole", making.full_notebook(place / "full.ipynb"))
    process.communicate()
    assert process.returncode == 0
    return place / "whole"


@pytest.fixture
def earlier(made, tmp_path):
    """A folder with an earlier report, as bytes that no run would write again."""
    out = tmp_path / "reports" / "whole"
    for name, raw in making.files(made).items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return out


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is missing: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def opened(browser):
    """Opens a page with the network cut off; returns it with the list of what it asked for.

    What the page's own policy stopped never left the page and does not count.
    """
    contexts = []

    def open_page(path, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_offline(True)
        page, asked = context.new_page(), []
        address = Path(path).as_uri()
        page.on("request", lambda r: asked.append(r) if r.url != address else None)
        page.on("requestfailed", lambda r: asked.remove(r) if r.failure == "csp" else None)
        page.goto(address, wait_until="domcontentloaded")
        return page, asked

    yield open_page
    for context in contexts:
        context.close()
