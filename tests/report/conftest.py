from pathlib import Path

import making
import pytest


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
