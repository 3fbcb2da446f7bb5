"""Notebooks run by papermill, each in a kernel of its own; success is judged from their cells."""

import signal
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from analysis.report.folder import RunFailed, stoppable
from analysis.report.kernel import kernel

CELL_SECONDS = 600
KERNEL_SECONDS = 60
WORKERS = 2
Parameters = dict[str, str | int]
Job = tuple[Path, Parameters, Path, Path]


def every(
    notebooks: list[Path], parameters: Parameters, folder: Path, private: Path
) -> Iterator[NotebookNode]:
    """The notebooks with their outputs, in order, as they are done; several run in processes.

    Raises `RunFailed` for the first that does not end well; the others are then ended too.
    """
    jobs = [(path, parameters, folder, private / path.stem) for path in notebooks]
    private.mkdir()
    if len(jobs) == 1:
        yield executed(*jobs[0])
        return
    ignore_ctrl_c = (signal.SIGINT, signal.SIG_IGN)  # it reaches this process, which ends them
    with get_context("spawn").Pool(WORKERS, signal.signal, ignore_ctrl_c) as pool:
        for text in pool.imap(_text, jobs):
            yield nbformat.reads(text, as_version=4)


def _text(job: Job) -> str:
    """An executed notebook as text, which passes between processes."""
    try:
        with stoppable():
            return str(nbformat.writes(executed(*job)))
    except RunFailed as error:
        raise RunFailed(f"{job[0].stem}: {error}") from None


def executed(notebook: Path, parameters: Parameters, folder: Path, private: Path) -> NotebookNode:
    """The notebook with its outputs, run in `folder`; `RunFailed` unless every cell ran to its end.

    papermill calls a run completed after an exit too, so the cells are looked at here.
    """
    begun: list[str] = []
    try:
        with kernel(folder, private) as running:
            found = papermill.execute_notebook(
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
    _check_ran(found)
    return found


def repeatable(notebook: NotebookNode) -> list[str]:
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
