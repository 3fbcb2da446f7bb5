"""An executed notebook as one HTML page that fetches nothing, and the front page of a book."""

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import dataclass
from html import escape as html_escape
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from analysis.chapters.shared.drawing import DRAWING, SPECIFICATION
from analysis.report import script, terms
from analysis.scenario.schema import Scenario

TEMPLATES = Path(__file__).parent / "templates"
NOT_SHOWN = {"hide", "parameters", "injected-parameters"}
FINDING = "finding"
MEDIA_TYPES = [SPECIFICATION, "text/html", "text/markdown", DRAWING, "image/png", "text/plain"]
SETTINGS = Config({"NbConvertBase": {"display_data_priority": MEDIA_TYPES}})

FORBIDDEN = re.compile(
    r"<(?=[!?]|/?(?:script|meta|base|link|i?frame|frameset|object|embed|applet|form|template|noscript"
    r"|textarea|title|xmp|plaintext|noembed|noframes)\b)",
    re.IGNORECASE,
)
"""Tags that a result has no use for: what loads, runs, leads away or swallows the rest of the page.
The page's policy stops most of them on its own, but not a `meta` that leads to another page."""


@dataclass(frozen=True)
class Leaf:
    """A page of a book: the name of its file without ending, and its question."""

    name: str
    question: str


@dataclass(frozen=True)
class Imprint:
    """What stands at the foot of every page: of which run it is, and which tables lie beside it."""

    scenario: Scenario
    parameters: dict[str, str | int]
    tables: list[str]


def leaf(name: str, notebook: NotebookNode) -> Leaf:
    """The page that a notebook becomes, by the question in its first line."""
    heading, *_ = notebook.cells[0].source.strip().splitlines()
    return Leaf(name, heading.lstrip("# ").strip())


def finding(executed: NotebookNode) -> str:
    """What an executed notebook has found, in the words of the cell so tagged; else nothing."""
    for cell in executed.cells:
        if FINDING in cell.metadata.get("tags", []):
            return "".join(output.data["text/plain"] for output in cell.outputs)
    return ""


def page(
    notebook: NotebookNode, imprint: Imprint, here: Leaf, book: list[Leaf] | None = None
) -> str:
    """A notebook without its code, as one page; in a book with the way to its neighbours."""
    exporter = _exporter()
    cells = [cell for cell in notebook.cells if not NOT_SHOWN & set(cell.metadata.get("tags", []))]
    shown = nbformat.from_dict({**notebook, "cells": cells})
    body, sections = _sectioned(_linked(exporter.from_notebook_node(shown)[0], book or []))
    own = _script()
    digest = b64encode(hashlib.sha256(own.encode()).digest()).decode()
    title = imprint.scenario.title
    before, after = _neighbours(here, book or [])
    return exporter.environment.get_template("page.html.j2").render(
        title=f"{here.question} {title}" if book else title,
        script=own,
        script_source=f"'sha256-{digest}'",
        body=body,
        sections=sections,
        here=here,
        before=before,
        after=after,
        **_shared(imprint, book),
    )


def _linked(body: str, book: list[Leaf]) -> str:
    """The body with the name of each other page of a book leading to it."""
    for leaf in book:
        name = f"<code>{leaf.name}</code>"
        body = body.replace(name, f'<a href="{leaf.name}.html">{name}</a>')
    return body


def front(imprint: Imprint, answer: str, book: list[Leaf], findings: list[str]) -> str:
    """The front page of a book: the answer (marked up and escaped), then every page with its
    question and what it has found."""
    template = _exporter().environment.get_template("front.html.j2")
    return template.render(
        title=imprint.scenario.title,
        script_source="'none'",
        answer=answer,
        found=list(zip(book, findings, strict=True)),
        **_shared(imprint, book),
    )


def framed(
    template: str, script: str = "", style: str = "", charts: bool = False, **values: Any
) -> str:
    """Another page in the same frame, with a script and a style of its own and, where it shows
    charts, the script that draws them; `values` are what its template needs, its title among them.
    """
    scripts = [one for one in (_script() if charts else "", script) if one]
    digests = [b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    styles = part("report.css") + style
    page = _exporter().environment.get_template(template)
    return page.render(style=styles, scripts=scripts, script_source=allowed, **values)


def _shared(imprint: Imprint, book: list[Leaf] | None) -> dict[str, Any]:
    return {
        "style": part("report.css"),
        "tables": imprint.tables,
        "start": imprint.scenario.start,
        "as_of": imprint.scenario.as_of,
        "parameters": imprint.parameters,
        "book": book,
    }


def _neighbours(here: Leaf, book: list[Leaf]) -> tuple[Leaf | None, Leaf | None]:
    """The pages before and after one, None at the ends and outside a book."""
    if here not in book:
        return None, None
    around = [None, *book, None]
    at = around.index(here)
    return around[at - 1], around[at + 1]


def _script() -> str:
    return script.of_charts("\n".join(map(part, ("narrow.js", "keep.js", "charts.js"))))


def part(name: str) -> str:
    """The text of a part of the pages: a script or a style."""
    return (TEMPLATES / "report" / name).read_text("utf-8")


def _exporter() -> HTMLExporter:
    exporter = HTMLExporter(
        template_name="report",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input=True,
        exclude_anchor_links=True,
        config=SETTINGS,
    )
    exporter.register_filter("figure", _figure)
    exporter.register_filter("explained", terms.explained)
    exporter.register_filter("tame", lambda text: FORBIDDEN.sub("&lt;", text))
    return exporter


def _figure(data: dict[str, Any]) -> str:
    """The drawing, and the specification from which a script makes the live chart."""
    spec = json.dumps(data[SPECIFICATION], ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<figure class="chart"><div class="drawing">{data[DRAWING]}</div>'
        f'<script type="application/json">{spec}</script></figure>'
    )


def _labelled(found: re.Match[str]) -> str:
    """A table whose cells bear the heads of their columns, for a page too narrow for columns."""
    head, end, rows = found[0].partition("</thead>")
    if not end:
        return head
    heads = re.findall(r"<th\b[^>]*>(.*?)</th>", head, flags=re.DOTALL)
    labels = [html_escape(Markup(one).striptags()) for one in heads]

    def row(found: re.Match[str]) -> str:
        left = iter(labels)
        return re.sub("<td", lambda _: f'<td data-label="{next(left, "")}"', found[0])

    head = re.sub(r"<th\b[^>]*></th>", "<td></td>", head)
    head = re.sub(r"<th\b", '<th scope="col"', head)
    return f"{head}{end}{re.sub('<tr>.*?</tr>', row, rows, flags=re.DOTALL)}"


def _sectioned(body: str) -> tuple[str, dict[str, str]]:
    """The body with an id in every h2 and tables that scroll, and the text of each h2 by its id."""
    sections: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        text = str(Markup(found[1]).striptags())
        name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
        if name in sections or name in ("", "report"):
            name = f"{name}-{len(sections) + 1}"
        sections[name] = text
        return f'<h2 id="{name}">{found[1]}</h2>'

    body = re.sub(r"<h2[^>]*>(.*?)</h2>", named, body, flags=re.DOTALL)
    body = re.sub(r"<table>.*?</table>", _labelled, body, flags=re.DOTALL)
    body = re.sub(r"<table\b", '<div class="scroll" tabindex="0"><table', body)
    return body.replace("</table>", "</table></div>"), sections
