"""The script of a page with charts: Vega, Vega-Lite and our own few lines, in one text.

To put it together takes as long as importing all that this package needs, and it is the same for
every report: so it is kept in the environment that it was made in, by what it is made of, with a
hash of its own, since a file may be cut short.
"""

import os
import sys
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

import vl_convert

from analysis.chapters.shared.drawing import VEGA_LITE
from analysis.report.manifest import sha256


@cache
def of_charts(own: str) -> str:
    """The libraries and our `own` lines, in one script that needs nothing else."""
    key = sha256("\n".join([version("vl-convert-python"), VEGA_LITE, own]).encode())
    path = Path(sys.prefix) / "share" / "workbook" / f"{key[:16]}.js"
    if (kept := _kept(path)) is not None:
        return kept
    text = str(vl_convert.javascript_bundle(own, vl_version=VEGA_LITE))
    if sys.prefix != sys.base_prefix:  # an environment of its own, not the system's Python
        _keep(path, text)
    return text


def _kept(path: Path) -> str | None:
    try:
        digest, _, text = path.read_text("utf-8").partition("\n")
    except (OSError, ValueError):
        return None
    return text if digest == sha256(text.encode()) else None


def _keep(path: Path, text: str) -> None:
    """Puts a script in its place whole; where that cannot be written, none is kept."""
    new = path.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(f"{sha256(text.encode())}\n{text}", "utf-8", newline="\n")
        os.replace(new, path)
