"""One function a command: it reads what it needs, does it, says it, and returns the exit status.

What is heavy is imported where it is used, so that a command loads only what is its own.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from analysis.command_line.terminal import refuse, say, show, tell, width
from analysis.evidence import ledger as ledgers
from analysis.evidence.files import BadInput
from analysis.scenario import answers, load, new, references
from analysis.scenario.schema import Scenario

REPORTS = ledgers.DATA.parent / "reports"


def report(arguments: argparse.Namespace) -> int:
    """Makes the report of a scenario, with `--book` all chapters too."""
    from analysis.report import folder as folders
    from analysis.report import write

    path, scenario = _read(arguments.scenario)
    out = Path(arguments.out) if arguments.out else REPORTS / path.stem
    run = path.stem, scenario, arguments.draws, arguments.seed, out, say
    try:
        folder = write.write(*run, beside=write.chapters() if arguments.book else None)
    except folders.RunFailed as error:
        say(f"workbook: {error}")
        return 1
    except SystemExit:
        say("workbook: ended from outside; an earlier report is left as it was")
        raise
    print(folder / ("index.html" if arguments.book else "report.html"))
    return 0


def batch(arguments: argparse.Namespace) -> int:
    """Runs many scenarios, and writes an index that compares them."""
    from analysis.report import folder as folders
    from analysis.report.batch import batch as batches
    from analysis.report.batch import plan
    from analysis.report.batch.order import Order
    from analysis.scenario.varied import variation

    runs = plan.runs(arguments.scenarios, [variation(words) for words in arguments.vary])
    order = Order(
        arguments.kind, arguments.draws, arguments.seed, Path(os.path.abspath(arguments.out))
    )
    try:
        status = batches.run(order, runs, arguments.jobs, batches.limits(arguments.jobs))
    except folders.RunFailed as error:
        say(f"workbook: {error}")
        return 1
    except KeyboardInterrupt:
        return 130  # what is done was said
    print(Path(arguments.out) / "index.html")
    return status


def check(arguments: argparse.Namespace) -> int:
    """Says what is understood of each scenario and warns; goes on after one that is refused."""
    from analysis.decision import unasked

    bad = 0
    for name in arguments.scenarios:
        try:
            path = load.find(name)
            scenario = load.read(path)
        except BadInput as error:
            refuse(error)
            bad += 1
            continue
        used = references.used_assumptions(scenario)
        tell(
            f"{path.name}: good; options: {len(scenario.options)}, assumptions: {len(used)}, "
            f"facts cited, all known by {scenario.as_of}: {len(references.cited(scenario))}"
        )
        beside = [*unasked.left_out(scenario), *unasked.outside(scenario)]
        for line in [*_understood(path, scenario), *beside]:
            tell(line)
    return 2 if bad else 0


def new_case(arguments: argparse.Namespace) -> int:
    """Writes a case from answers and says what of it was understood."""
    from analysis.decision import unasked

    if arguments.example:
        print(new.example(), end="")
        return 0
    path = new.target(arguments.name)
    told = answers.told(arguments.csv, vars(arguments), say)
    new.write(path, told)
    check(argparse.Namespace(scenarios=[str(path)]))
    following = ["next:", f"  workbook evaluate {path}", f"  workbook report {path}"]
    for line in [*unasked.at_mid(load.read(path)), *following]:
        tell(line)
    return 0


def evaluate(arguments: argparse.Namespace) -> int:
    """All outputs of a scenario with every assumption at its mid."""
    from analysis.decision import mid_case
    from analysis.model import comparison

    path, scenario = _read(arguments.scenario)
    outputs = mid_case.evaluation(scenario, path.stem)
    if arguments.json:
        print(json.dumps(outputs, indent=1))
        return 0
    from analysis.command_line import evaluation

    pair = comparison.pair(scenario)
    show(*evaluation.shown(outputs["options"], pair, width(sys.stdout)))
    return 0


def diff(arguments: argparse.Namespace) -> int:
    """What moved between two answers."""
    from analysis.decision import diff_report, difference, sides
    from analysis.report.progress import step

    ends = [sides.opened(name) for name in (arguments.before, arguments.after)]
    with step(f"simulating both, {arguments.draws:,} futures", say):
        both = sides.told_apart(*(run(arguments.draws, arguments.seed) for run in ends))
    with step("finding the inputs that moved it", say) as done:
        moved = difference.difference(*both, done)
    if arguments.json:
        print(json.dumps(diff_report.plain(moved), indent=1))
        return 0
    from analysis.command_line import difference as setting

    for line in setting.sides(moved):
        tell(line)
    tell("")
    show(*setting.shown(moved))
    tell("")
    for line in [*setting.unmoved(moved), *diff_report.notes(moved)]:
        tell(line)
    return 0


def evidence(arguments: argparse.Namespace) -> int:
    """The facts of the ledger that hold a word."""
    ledger, word = ledgers.ledger(), arguments.word.lower()
    facts = [
        fact
        for fact in ledger.facts.values()
        if word in " ".join((fact.id, fact.topic, fact.quantity, fact.value, fact.note)).lower()
    ]
    from analysis.command_line.facts import shown

    show(*shown(ledger, facts))
    say(f"{len(facts)} of {len(ledger.facts)} facts")
    return 0


def serve(arguments: argparse.Namespace) -> int:
    """Serves the explorer until it is ended."""
    slug, path = arguments.scenario, load.find(arguments.scenario)
    load.read(path)  # what cannot be used is refused here, and not on the page
    from analysis.explorer import server

    # the page runs in a folder of its own
    server.start(str(path.resolve()) if slug.endswith(".toml") else slug, arguments.port, say)
    return 0


def _read(name: str) -> tuple[Path, Scenario]:
    """A scenario and its path; what is understood of it is said on standard error."""
    path = load.find(name)
    scenario = load.read(path)
    for line in _understood(path, scenario):
        say(line)
    return path, scenario


def _understood(path: Path, scenario: Scenario) -> list[str]:
    from analysis.chapters.shared.understood import understood
    from analysis.validation import unusual

    return [*understood(scenario), *unusual.lines(path, scenario)]
