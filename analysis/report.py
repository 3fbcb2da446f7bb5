"""The report of a scenario: the notebook run by papermill, the page made of it by nbconvert."""

import hashlib
import json
import os
import re
import time
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import papermill
import vl_convert
from markupsafe import Markup
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from analysis import comparison, headline, manifest, tables
from analysis import scenario as scenarios
from analysis.draws import BLOCK_DRAWS
from analysis.evidence import DATA
from analysis.folders import RunFailed, alone, keep, put, stoppable, workplace
from analysis.inputs import Scenario
from analysis.kernel import kernel
from analysis.manifest import verify
from analysis.reading import SLUG, BadInput
from analysis.render import DRAWING, SPECIFICATION, VEGA_LITE

__all__ = ["RunFailed", "verify", "write"]

PROJECT = DATA.parent
NOTEBOOK = PROJECT / "notebooks" / "report.ipynb"
TEMPLATES = Path(__file__).parent / "templates"
CELL_SECONDS = 600
KERNEL_SECONDS = 60
NOT_SHOWN = {"hide", "parameters", "injected-parameters"}
MEDIA_TYPES = [SPECIFICATION, "text/html", "text/markdown", DRAWING, "image/png", "text/plain"]
SETTINGS = Config({"NbConvertBase": {"display_data_priority": MEDIA_TYPES}})

FORBIDDEN = re.compile(
    r"<(?=[!?]|/?(?:script|meta|base|link|i?frame|frameset|object|embed|applet|form|template|noscript"
    r"|textarea|title|xmp|plaintext|noembed|noframes)\b)",
    re.IGNORECASE,
)
"""Tags that a result has no use for: what loads, runs, leads away or swallows the rest of the page.
The page's policy stops most of them on its own, but not a `meta` that leads to another page."""

Say = Callable[[str], None]
Parameters = dict[str, str | int]


def write(
    slug: str,
    scenario: Scenario,
    draws: int,
    seed: int,
    out: Path,
    say: Say,
    *,
    notebook: Path = NOTEBOOK,
) -> Path:
    """Makes the report of a scenario in the folder `out`, and returns `out`.

    The folder is replaced whole or not at all: a run that fails, or is stopped by Ctrl-C or
    SIGTERM, leaves the earlier report as it was. `say` is told in short lines what is being done.
    Raises `RunFailed` with one line that names the reason.
    """
    if SLUG.fullmatch(slug) is None:
        raise BadInput(f"{slug!r}: expected a name of small letters, digits and hyphens")
    folder = Path(os.path.abspath(out))
    parameters: Parameters = {"scenario": slug, "draws": draws, "seed": seed}
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with stoppable(), alone(folder), workplace(folder) as place:
            if os.path.lexists(folder) and not manifest.is_report(folder):
                raise RunFailed(f"{folder.name}: is there and is no report; it is not replaced")
            put(_made(place, scenario, parameters, notebook, say), folder)
    except OSError as error:
        name = Path(error.filename or folder).name
        raise RunFailed(f"{name}: {(error.strerror or str(error)).lower()}") from None
    return out


def _made(
    place: Path, scenario: Scenario, parameters: Parameters, notebook: Path, say: Say
) -> Path:
    """A finished report in a folder of the workplace; its manifest is written last."""
    began, created = time.monotonic(), datetime.now(UTC)
    text = scenarios.canonical(scenario)
    inputs = manifest.inputs(text, notebook)
    folder = place / "report"
    folder.mkdir()
    keep(folder / "scenario.json", text)
    names = _numbers(folder, scenario, parameters, say)
    say(f"{parameters['scenario']}: running the notebook")
    executed = _executed(notebook, parameters, folder, place / "kernel")
    for line in _repeatable(executed):
        say(f"{parameters['scenario']}: the notebook warned: {line}")
    keep(folder / "report.ipynb", nbformat.writes(executed) + "\n")
    keep(folder / "report.html", _page(executed, scenario, parameters, names))
    parts = {
        "parameters": parameters,
        "inputs": inputs,
        "packages": manifest.packages(),
        "outputs": manifest.outputs(folder),
        "created_utc": f"{created:%Y-%m-%dT%H:%M:%SZ}",
        "seconds": round(time.monotonic() - began, 1),
    }
    keep(folder / manifest.NAME, manifest.text(parts))
    return folder


def _numbers(folder: Path, scenario: Scenario, parameters: Parameters, say: Say) -> list[str]:
    """Writes headline.json and the tables; returns the names of the tables."""
    slug = str(parameters["scenario"])
    result = comparison.simulate(
        scenario, int(parameters["draws"]), int(parameters["seed"]), progress=_fifths(slug, say)
    )
    keep(folder / "headline.json", headline.text(headline.headline(result, slug)))
    (folder / "tables").mkdir()
    frames = tables.every(result)
    for name, frame in frames.items():
        keep(folder / "tables" / f"{name}.csv", _csv(frame))
    return list(frames)


def _fifths(slug: str, say: Say) -> comparison.Progress:
    """Tells each time that another fifth of the draws is done."""

    def tell(done: int, number: int) -> None:
        before = max(done - BLOCK_DRAWS, 0)
        if 5 * done // number > 5 * before // number:
            say(f"{slug}: {done:,} of {number:,} draws")

    return tell


def _csv(frame: pd.DataFrame) -> str:
    return frame.map(_cell).rename(columns=_cell).to_csv(index=False, lineterminator="\n")


def _cell(value: Any) -> str:
    """A cell of a CSV file: numbers with 9 significant digits, no text that opens as a formula."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
    if value is None or pd.isna(value):
        return ""
    return f"{value:.{headline.DIGITS}g}" if isinstance(value, float) else str(value)


def _executed(notebook: Path, parameters: Parameters, folder: Path, private: Path) -> NotebookNode:
    """The notebook with its outputs, run in `folder`; `RunFailed` unless every cell ran to its end.

    papermill calls a run completed after an exit too, so the cells are looked at here.
    """
    begun: list[str] = []
    try:
        with kernel(folder, private) as running:
            executed = papermill.execute_notebook(
                notebook,
                None,
                parameters,
                kernel_name="python3",
                km=running,
                progress_bar=False,
                start_timeout=KERNEL_SECONDS,
                execution_timeout=CELL_SECONDS,
                iopub_timeout=KERNEL_SECONDS,  # a busy machine is slow, not broken
                record_timing=False,
                coalesce_streams=True,
                on_cell_execute=lambda cell, cell_index: begun.append(cell.source),
            )
    except PapermillExecutionError as error:
        reason = _line(f"{error.ename}: {error.evalue}")
        raise RunFailed(f"{_named(error.source)}: {reason}") from None
    except CellTimeoutError:
        raise RunFailed(f"{_named(*begun)}: no end within {CELL_SECONDS} s") from None
    except DeadKernelError:
        raise RunFailed(f"{_named(*begun)}: the kernel died") from None
    except RuntimeError as error:
        raise RunFailed(f"the kernel did not start: {_line(str(error))}") from None
    _check_ran(executed)
    return executed


def _check_ran(notebook: NotebookNode) -> None:
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for count, cell in enumerate(code, start=1):
        if any(output.output_type == "error" for output in cell.outputs):
            raise RunFailed(f"{_named(cell.source)}: ended the notebook before its last cell")
        if cell.execution_count != count:
            raise RunFailed(f"{_named(cell.source)}: did not run")


def _named(*sources: str) -> str:
    """The last of some cells, by its first line."""
    if not sources:
        return "before the first cell"
    first = sources[-1].strip().split("\n")[0]
    return f"the cell `{_line(first)}`"


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


def _repeatable(notebook: NotebookNode) -> list[str]:
    """Takes out of a notebook what differs between two runs; returns what it warned of."""
    warnings = []
    for name in ("papermill", "widgets"):
        notebook.metadata.pop(name, None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
        printed = [one for one in cell.get("outputs", []) if one.get("name") == "stderr"]
        warnings += [_line(one.text) for one in printed]
        if printed:
            cell.outputs = [one for one in cell.outputs if one not in printed]
    return warnings


def _page(
    notebook: NotebookNode, scenario: Scenario, parameters: Parameters, names: list[str]
) -> str:
    """The report as one HTML page that fetches nothing."""
    exporter = _exporter()
    cells = [cell for cell in notebook.cells if not NOT_SHOWN & set(cell.metadata.get("tags", []))]
    shown = nbformat.from_dict({**notebook, "cells": cells})
    body, sections = _sectioned(exporter.from_notebook_node(shown)[0])
    template = exporter.environment.get_template
    script = _script()
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return template("page.html.j2").render(
        title=scenario.title,
        style=_part("report.css"),
        script=script,
        script_hash=f"sha256-{digest}",
        body=body,
        sections=sections,
        tables=names,
        start=scenario.start,
        as_of=scenario.as_of,
        parameters=parameters,
    )


@cache
def _script() -> str:
    """Vega, Vega-Lite and our own few lines, in one script that needs nothing else."""
    return str(vl_convert.javascript_bundle(_part("charts.js"), vl_version=VEGA_LITE))


def _part(name: str) -> str:
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
    exporter.register_filter("tame", lambda text: FORBIDDEN.sub("&lt;", text))
    return exporter


def _figure(data: dict[str, Any]) -> str:
    """The drawing, and the specification from which a script makes the live chart."""
    spec = json.dumps(data[SPECIFICATION], ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<figure class="chart"><div class="drawing">{data[DRAWING]}</div>'
        f'<script type="application/json">{spec}</script></figure>'
    )


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
    body = re.sub(r"<table\b", '<div class="scroll" tabindex="0"><table', body)
    return body.replace("</table>", "</table></div>"), sections
