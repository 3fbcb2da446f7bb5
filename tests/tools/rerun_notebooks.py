"""Execute notebooks in place and store their outputs: a rerun that changes nothing writes nothing.

Without arguments all of notebooks/*.ipynb; otherwise the notebooks that are named.
"""

import re
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbval.plugin import get_sanitize_patterns
from traitlets.config import Config

PROJECT = Path(__file__).resolve().parents[2]
NOTEBOOKS = PROJECT / "notebooks"
RULES = get_sanitize_patterns((PROJECT / "tests" / "nbval.cfg").read_text(encoding="utf-8"))
CONFIG = Config({"KernelManager": {"transport_encryption": "auto"}})  # no warning about plain TCP
WIDGET = "application/vnd.jupyter.widget-view+json"  # its model lives only as long as the kernel


def plain(text: str) -> str:
    """Return printed text without what nbval is told to overlook, such as memory addresses."""
    for pattern, replacement in RULES:
        text = re.sub(pattern, replacement, text)
    return text


def repeatable(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the executed notebook without what differs between two runs or two machines."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            data.pop(WIDGET, None)
            for part, key in ((output, "text"), (data, "text/plain")):
                if key in part:
                    part[key] = plain(part[key])
    return notebook


def rerun(path: Path) -> str:
    """Execute one notebook, store it if anything changed, and say in a word what happened."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=120,
        coalesce_streams=True,
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
        config=CONFIG,
    )
    try:
        text = nbformat.writes(repeatable(client.execute())) + "\n"
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return f"FAILED, left as it was\n{error}"
    if text == path.read_text(encoding="utf-8"):
        return "unchanged"
    path.write_text(text, encoding="utf-8", newline="\n")
    return "rewritten"


def main() -> int:
    """Rerun the notebooks two at a time; return 1 if one of them failed."""
    paths = [Path(name).resolve() for name in sys.argv[1:]] or sorted(NOTEBOOKS.glob("*.ipynb"))
    failed = False
    with ProcessPoolExecutor(max_workers=2) as pool:
        for path, outcome in zip(paths, pool.map(rerun, paths), strict=True):
            print(f"{path.name}: {outcome}", flush=True)
            failed |= outcome.startswith("FAILED")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
