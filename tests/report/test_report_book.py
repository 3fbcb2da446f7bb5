"""The book: the report and its chapters as one site that leads from page to page, offline."""

import html
import json
import re
import signal
from pathlib import Path
from urllib.parse import unquote

import making
import pytest
from tools.waiting import LIMIT_S, until

from analysis.report import folder as folders
from analysis.report import write

CHAPTERS = {"1-first": "Which comes first?", "2-second": "What is said of <b>it</b> & why?"}
PAGES = ["report", *CHAPTERS]


FINDS = "from analysis.chapters.shared.exhibit import answered\nanswered('1 < 2 & so on.')"


def chapter(path, question, *sources):
    """A small notebook that asks a question, and finds something in its first cell of code."""
    made = making.notebook(path, *sources)
    found = json.loads(made.read_text())
    found["cells"][0]["source"] = f"# {question}\n\nAnd more."
    found["cells"][2]["metadata"]["tags"] = ["finding"]
    made.write_text(json.dumps(found))
    return made


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A report with two chapters; to be read only."""
    place = tmp_path_factory.mktemp("book")
    front = making.full_notebook(place / "full.ipynb")
    beside = [chapter(place / f"{n}.ipynb", q, FINDS) for n, q in CHAPTERS.items()]
    lines = making.write(place / "whole", front, *beside)
    assert f"{making.SLUG}: running 3 notebooks ..." in lines
    return place / "whole"


def pages(folder):
    return {path.stem: path.read_text() for path in folder.glob("*.html")}


def shown(text):
    """The page without its script and its charts' data, which are no links."""
    return re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)


def hrefs(text, rel=""):
    pattern = rf'<a {rel}[^>]*?href="([^"]*)"' if not rel else rf'<a rel="{rel}" href="([^"]*)"'
    return re.findall(pattern, shown(text))


def test_every_notebook_is_a_page_and_is_kept_as_it_ran(book):
    assert set(pages(book)) == {"index", *PAGES}
    for name in PAGES:
        cells = json.loads((book / f"{name}.ipynb").read_text())["cells"]
        assert next(c["execution_count"] for c in cells if c["cell_type"] == "code") == 1


def test_the_front_page_gives_the_answer_and_each_page_with_its_question_and_finding(book):
    text = pages(book)["index"]
    assert "<h1>Rent 100,000 H100 from Oracle, or build them in Memphis?</h1>" in text
    assert "Decided on 9 July 2024, on what was public that day; 100 <dfn" in text
    listed = re.findall(r'<li><a href="(.*?)">(.*?)</a> (.*?)</li>', text)
    assert [one[0] for one in listed] == [f"{name}.html" for name in PAGES]
    assert [html.unescape(one[1]) for one in listed] == ["A title?", *CHAPTERS.values()]
    first, *found = (html.unescape(one[2]) for one in listed)
    assert first == "The report: the answer and what it rests on, on one page."
    assert found == ["1 < 2 & so on."] * len(CHAPTERS)
    for name in CHAPTERS:
        first = pages(book)[name].partition('<p class="finding">')[2]
        assert first.startswith("<strong>1 &lt; 2 &amp; so on.</strong>")


def test_the_front_page_holds_no_script_and_allows_none(book):
    text = pages(book)["index"]
    assert "<script" not in text
    assert "script-src 'none'" in text


def test_previous_and_next_lead_through_all_pages_in_order(book):
    found = pages(book)
    for before, name, after in zip(["", *PAGES], PAGES, [*PAGES[1:], ""], strict=False):
        assert set(hrefs(found[name], "prev")) == ({f"{before}.html"} if before else set())
        assert set(hrefs(found[name], "next")) == ({f"{after}.html"} if after else set())
        assert "index.html" in hrefs(found[name])


def test_every_link_to_a_file_finds_it(book):
    for name, text in pages(book).items():
        local = [h for h in hrefs(text) if not re.match(r"https?:|#", h)]
        assert len(local) >= 5
        assert [h for h in local if not (book / unquote(h)).is_file()] == [], name


def test_every_link_within_a_page_finds_its_heading(book):
    for name, text in pages(book).items():
        inside = [h[1:] for h in hrefs(text) if h.startswith("#")]
        assert [h for h in inside if f'id="{h}"' not in text] == [], name


def test_a_page_outside_a_book_names_no_other_page(made):
    assert "index.html" not in shown((made / "report.html").read_text())
    assert not (made / "index.html").exists()


def test_the_manifest_names_the_notebooks_and_the_pages_and_tells_a_changed_one(book):
    found = json.loads((book / "manifest.json").read_text())
    names = {name for name in found["inputs"] if name.startswith("notebooks/")}
    assert names == {"notebooks/full.ipynb", "notebooks/1-first.ipynb", "notebooks/2-second.ipynb"}
    assert {"index.html", "1-first.html", "2-second.ipynb"} < set(found["outputs"])
    assert making.changed(book) == []


def test_a_chapter_that_fails_fails_the_book_and_is_named(earlier):
    before = making.files(earlier)
    good, bad = (
        chapter(earlier.parent / f"{n}.ipynb", "Why?", source)
        for n, source in (("1-good", "1 + 1"), ("2-bad", "1 / 0"))
    )
    with pytest.raises(folders.RunFailed) as failed:
        making.write(earlier, making.notebook(earlier.parent / "small.ipynb", "1"), good, bad)
    assert str(failed.value) == "2-bad: the cell `1 / 0`: ZeroDivisionError: division by zero"
    assert making.files(earlier) == before


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_book_that_is_stopped_leaves_the_earlier_report_and_no_process(earlier, how):
    before = making.files(earlier)
    nap = making.nap(earlier)
    beside = [chapter(earlier.parent / f"{n}-nap.ipynb", "Why?", nap) for n in (1, 2)]
    first = making.notebook(earlier.parent / "small.ipynb", nap)
    process = making.start(earlier, first, chapters=beside, stderr=-3)
    word = f"{earlier.parent}/.making-whole-"
    until(lambda: len(making.asleep(earlier)) >= 2)
    process.send_signal(how)
    process.communicate(timeout=LIMIT_S)
    until(lambda: not making.processes(word))
    assert making.files(earlier) == before
    assert [p.name for p in earlier.parent.iterdir() if p.suffix != ".ipynb"] == ["whole"]


def test_the_chapters_of_the_project_are_in_the_order_of_their_numbers():
    stems = [path.stem for path in write.chapters()]
    numbers = [int(stem.split("-")[0]) for stem in stems]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == len(numbers)
    folder = Path(write.NOTEBOOK).parent
    assert {"report", "explore", "14-your-own", *stems} == {
        path.stem for path in folder.glob("*.ipynb")
    }


@pytest.mark.browser
def test_a_reader_walks_from_the_front_page_to_the_last_and_asks_for_nothing_else(book, opened):
    page, asked = opened(book / "index.html")
    page.click(".leaves a >> nth=0")
    for _ in PAGES[1:]:
        page.click(".turn a[rel=next] >> nth=0")
    assert page.url.endswith("/2-second.html")
    assert page.locator(".turn a[rel=next]").count() == 0
    assert page.title() == f"{CHAPTERS['2-second']} Oracle rental or Memphis build"
    assert [r.url for r in asked if not r.url.startswith(book.as_uri())] == []


@pytest.mark.browser
def test_print_drops_the_way_to_other_pages(book, opened):
    page, _ = opened(book / "1-first.html")
    assert page.locator(".turn").first.is_visible()
    page.emulate_media(media="print")
    assert not page.locator(".turn").first.is_visible()
