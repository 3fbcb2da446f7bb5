"""Notebooks run by papermill, each in a kernel of its own; success is judged from their cells."""

import signal
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, TypeVar

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from analysis.report.folder import RunFailed, stoppable
from analysis.report.forked import Forked, end_with_parent
from analysis.report.kernel import kernel

CELL_SECONDS = 600
KERNEL_SECONDS = 60
WORKERS = 2
Parameters = dict[str, str | int]
Job = tuple[Path, Parameters, Path, Path]

Made = TypeVar("Made")
Make = Callable[[int, NotebookNode], Made]
"""What is made of the notebook of a number, with its outputs."""


def every(
    notebooks: list[Path],
    parameters: Parameters,
    folder: Path,
    private: Path,
    make: Make[Made],
    warm: bool,
) -> Iterator[Made]:
    """What is made of the notebooks with their outputs, in order; several run in processes.

    With `warm` their kernels are forks of this process. What is needed for that is forked here and
    now, since what comes may start threads: the iterator, while it is waited for, a bar.
    Raises `RunFailed` for one that does not end well; the others are then ended too.
    """
    jobs = [(path, parameters, folder, private / path.stem) for path in notebooks]
    private.mkdir()
    if len(jobs) == 1:
        forked = Forked() if warm else None
        return (make(0, executed(*job, forked)) for job in jobs)
    context: Any = get_context("fork" if warm else "spawn")
    runners = [_Runner(context, make, warm) for _ in (jobs if warm else range(WORKERS))]
    return _made(jobs, runners)


class _Runner:
    """A process that runs notebooks; a `warm` one a single time, since its kernel is its fork, and
    it has threads by then."""

    def __init__(self, context: Any, make: Make[Any], warm: bool) -> None:
        self.warm = warm
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_run, args=(theirs, make, warm), daemon=True)
        self.process.start()
        theirs.close()

    def result(self) -> Any:
        """What it has made; raises why it has not."""
        try:
            what = self.pipe.recv()
        except EOFError:
            raise RunFailed("the process of a notebook was killed") from None
        if isinstance(what, RunFailed):
            raise what
        return what

    def end(self) -> None:
        """Ends it, and with it its kernel."""
        self.process.terminate()
        self.process.join()
        self.pipe.close()


def _made(jobs: list[Job], runners: list[_Runner]) -> Iterator[Any]:
    idle, busy, made, left = list(runners), dict[Any, _Runner](), {}, deque(enumerate(jobs))
    try:
        for number in range(len(jobs)):
            while number not in made:
                while left and len(busy) < WORKERS:
                    runner = idle.pop()
                    busy[runner.pipe] = runner
                    runner.pipe.send(left.popleft())
                for pipe in wait(list(busy)):
                    runner = busy.pop(pipe)
                    place, what = runner.result()
                    made[place] = what
                    idle += [] if runner.warm else [runner]
            yield made[number]
    finally:
        for runner in runners:
            runner.end()


def _run(pipe: Any, make: Make[Any], warm: bool) -> None:
    """The life of a runner: a job, what is made of it, the next one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it reaches the first process, which ends this
    end_with_parent()
    with suppress(EOFError), stoppable():
        while True:
            todo: tuple[int, Job] = pipe.recv()
            number, job = todo
            try:
                pipe.send((number, make(number, executed(*job, Forked() if warm else None))))
            except RunFailed as error:
                pipe.send(RunFailed(f"{job[0].stem}: {error}"))
            if warm:
                return


def executed(
    notebook: Path, parameters: Parameters, folder: Path, private: Path, forked: Forked | None
) -> NotebookNode:
    """The notebook with its outputs, run in `folder`; `RunFailed` unless every cell ran to its end.

    papermill calls a run completed after an exit too, so the cells are looked at here.
    """
    begun: list[str] = []
    try:
        with kernel(folder, private, forked) as running:
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
