import re
from html import unescape

import pytest
from nbconvert.filters import markdown2html

from analysis.prose import md

MARKUP = [
    "<b>bold</b>",
    "**bold** _it_ ~~x~~ `code`",
    "[text](javascript:alert(1))",
    "![image](https://example.org/x.png)",
    "https://example.org/ and www.example.org and <https://example.org>",
    "    four spaces",
    "# heading",
    "1. list",
    "- list",
    "> quote",
    "$a$ $$b$$ \\begin{x}y\\end{x}",
    "&lt;b&gt; &amp; &#60;",
    "one\n\ntwo\r\nthree\u2028four",
    "~~~\ncode\n~~~",
    "---",
    "a | b",
]


def shown(html):
    return unescape(re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_shown_as_it_was_written(text):
    html = markdown2html(md(text))
    assert set(re.findall(r"</?\w+", html)) == {"<p", "</p"}
    assert shown(html).strip() == " ".join(text.split())


@pytest.mark.parametrize("text", MARKUP)
def test_markup_stays_inside_its_cell_of_a_table(text):
    html = markdown2html(f"| a | b |\n| - | - |\n| {md(text)} | last |")
    assert html.count("<td") == 2
    assert "<td>last</td>" in html


def test_letters_of_any_script_stay_as_they_are():
    assert md("Zürich 東京 №5") == "Zürich 東京 №5"
