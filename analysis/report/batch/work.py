"""One run of a batch, in a process of its own or one shared with others."""

import traceback
from functools import cache
from pathlib import Path

from analysis.decision import headline
from analysis.evidence.files import BadInput
from analysis.report import manifest, numbers, runs, tables
from analysis.report.batch.order import Kind, Order, Outcome, State
from analysis.report.batch.plan import Run
from analysis.report.folder import RunFailed, replaced
from analysis.report.numbers import Parameters
from analysis.report.progress import Say
from analysis.scenario import load
from analysis.scenario.schema import Scenario


def attempted(order: Order, run: Run, say: Say) -> Outcome:
    """Makes what a run asks for, or keeps what is there; whatever goes wrong is told."""
    try:
        state = _done(order, run, say)
    except BadInput as error:
        more = f" (and {len(error.lines) - 1} more lines)" if error.lines[1:] else ""
        return Outcome("failed", error.lines[0] + more, trace="\n".join(error.lines))
    except RunFailed as error:
        cause = error.__context__  # papermill's error, where a cell failed
        trace = getattr(cause, "traceback", None) or []
        return Outcome("failed", str(error), getattr(cause, "source", ""), "\n".join(trace))
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        return Outcome("failed", reason, trace="".join(traceback.format_exception(error)))
    return Outcome(state)


def _done(order: Order, run: Run, say: Say) -> State:
    if run.missing:
        raise BadInput(run.missing)
    scenario = load.read(run.path, changes=run.changes)
    text = load.canonical(scenario)
    parameters: Parameters = {"scenario": run.slug, "draws": order.draws, "seed": order.seed}
    inputs = {**_inputs(order.kind), "scenario": manifest.sha256(text.encode())}
    folder = order.out / run.slug
    if manifest.is_made(folder, inputs, parameters):
        return "kept"
    if order.kind == "evaluate":
        replaced(
            folder, lambda place: _evaluated(place, scenario, text, parameters, inputs, say), True
        )
    else:
        _report(order, run.slug, scenario, folder, say)
    return "made"


@cache
def _inputs(kind: Kind) -> dict[str, str]:
    """The hashes of all that a run is made of but its scenario: they stay while a process lives."""
    return manifest.inputs("", _notebooks(kind))


def _notebooks(kind: Kind) -> list[Path]:
    """The notebooks of a report or a book; evaluating does without, and without what they need."""
    if kind == "evaluate":
        return []
    from analysis.report import write

    return [write.NOTEBOOK, *(write.chapters() if kind == "book" else [])]


def _report(order: Order, slug: str, scenario: Scenario, folder: Path, say: Say) -> None:
    """The one place in which a batch makes a report."""
    from analysis.report import write

    notebook, *beside = _notebooks(order.kind)
    run = slug, scenario, order.draws, order.seed, folder, say
    write.write(*run, notebook=notebook, beside=beside, over_altered=True)


def _evaluated(
    place: Path,
    scenario: Scenario,
    text: str,
    parameters: Parameters,
    inputs: dict[str, str],
    say: Say,
) -> Path:
    """Headline and tables of a run without a notebook; the manifest is written last."""
    clock = numbers.Clock()
    folder = place / "report"
    folder.mkdir()
    _keep(folder / runs.SCENARIO, text)
    result = numbers.simulated(scenario, parameters, say)
    found = headline.headline(result, str(parameters["scenario"]))
    numbers.write(folder, found, tables.every(result, beside=False), _keep)
    numbers.seal(folder, parameters, inputs, clock, _keep)
    return folder


def _keep(path: Path, text: str) -> None:
    """Writes a text without waiting for the disk: what that may lose the next batch notices by its
    hash."""
    path.write_text(text, "utf-8", newline="\n")
