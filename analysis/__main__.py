"""The command line: new, report, check, evaluate, diff, evidence, serve."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from analysis.evidence import ledger as ledgers
from analysis.evidence.files import BadInput
from analysis.scenario import answers, load, new, references

REPORTS = ledgers.DATA.parent / "reports"
FLAGSHIP = "oracle-vs-memphis"
DRAWS = 20_000
FEWEST_DRAWS, MOST_DRAWS = 100, 1_000_000
PORT = 8866
DIFF_DRAWS = 2048


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns 0, 1 (failed) or 2 (bad input), with one line on standard error."""
    try:
        _check_python()
        arguments = _parser().parse_args(argv)
        command: Callable[[argparse.Namespace], int] = arguments.command
        status = command(arguments)
        sys.stdout.flush()
        return status
    except BadInput as error:
        _refuse(error)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("workbook: interrupted; an earlier report is left as it was", file=sys.stderr)
        return 130


def _check_python() -> None:
    """Refuses a Python that drops the texts of its modules: the library that draws needs them."""
    if sys.flags.optimize > 1:
        raise BadInput("PYTHONOPTIMIZE=2 (or -OO) is set, with which no chart is drawn; unset it")


def _report(arguments: argparse.Namespace) -> int:
    from analysis.chapters.shared.understood import understood
    from analysis.report import folder as folders
    from analysis.report import write
    from analysis.validation import unusual

    path = load.find(arguments.scenario)
    scenario = load.read(path)
    out = Path(arguments.out) if arguments.out else REPORTS / path.stem
    for line in [*understood(scenario), *unusual.lines(path, scenario)]:
        _say(line)
    run = path.stem, scenario, arguments.draws, arguments.seed, out, _say
    try:
        folder = write.write(*run, beside=write.chapters() if arguments.book else None)
    except folders.RunFailed as error:
        print(f"workbook: {error}", file=sys.stderr)
        return 1
    except SystemExit:
        _say("workbook: ended from outside; an earlier report is left as it was")
        raise
    print(folder / ("index.html" if arguments.book else "report.html"))
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from analysis.chapters.shared.understood import understood
    from analysis.validation import unusual

    bad = 0
    for name in arguments.scenarios:
        try:
            path = load.find(name)
            scenario = load.read(path)
        except BadInput as error:
            _refuse(error)
            bad += 1
            continue
        used = references.used_assumptions(scenario)
        print(
            f"{path.name}: good; options: {len(scenario.options)}, assumptions: {len(used)}, "
            f"facts cited, all known by {scenario.as_of}: {len(references.cited(scenario))}"
        )
        for line in [*understood(scenario), *unusual.lines(path, scenario)]:
            print(line)
    return 2 if bad else 0


def _new(arguments: argparse.Namespace) -> int:
    from analysis.decision import unasked

    if arguments.example:
        print(new.example(), end="")
        return 0
    path = new.target(arguments.name)
    found = answers.told(arguments.csv, vars(arguments), _say)
    new.write(path, found)
    _check(argparse.Namespace(scenarios=[str(path)]))
    print("\n".join(unasked.said(path, new.given(found))))
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    from analysis.chapters.shared.understood import understood
    from analysis.decision import mid_case
    from analysis.validation import unusual

    path = load.find(arguments.scenario)
    scenario = load.read(path)
    for line in [*understood(scenario), *unusual.lines(path, scenario)]:
        _say(line)
    found = mid_case.evaluation(scenario, path.stem)
    print(json.dumps(found, indent=1) if arguments.json else mid_case.text(found))
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    from analysis.decision import diff_report, difference, sides

    run = arguments.draws, arguments.seed
    answers = sides.read_both(arguments.before, arguments.after, *run)
    found = difference.difference(*answers)
    print(
        json.dumps(diff_report.plain(found), indent=1)
        if arguments.json
        else diff_report.printed(found)
    )
    return 0


def _evidence(arguments: argparse.Namespace) -> int:
    ledger, word = ledgers.ledger(), arguments.word.lower()
    found = [
        fact
        for fact in ledger.facts.values()
        if word in " ".join((fact.id, fact.topic, fact.quantity, fact.value, fact.note)).lower()
    ]
    for fact in found:
        ends = " to ".join(dict.fromkeys(x for x in (fact.at_least, fact.value, fact.at_most) if x))
        unit = f" {fact.unit}" if fact.type == "number" else ""
        known = fact.public_on or "on an unknown day"
        source = ledger.sources[fact.source]
        where = source["url"] or fact.read_at or fact.arithmetic
        standing = "" if fact.standing == "firm" else f" [{fact.standing}]"
        print(
            f"{fact.id}: {fact.quantity}: {ends}{unit}{standing}, public {known}; "
            f"{source['title']} {where}".rstrip()
        )
    print(f"{len(found)} of {len(ledger.facts)} facts", file=sys.stderr)
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    slug, path = arguments.scenario, load.find(arguments.scenario)
    load.read(path)  # what cannot be used is refused here, and not on the page
    from analysis.explorer import server

    # the page runs in a folder of its own
    server.start(str(path.resolve()) if slug.endswith(".toml") else slug, arguments.port, _say)
    return 0


def _refuse(error: BadInput) -> None:
    for line in error.lines:
        print(f"workbook: {line}", file=sys.stderr)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(
                f"{text!r}; expected a whole number from {least} to {most}"
            )
        return int(text)

    return parse


class _Parser(argparse.ArgumentParser):
    """Argument errors are bad input like any other: one line, exit 2."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise BadInput(f"{message}; see {self.prog} --help")


Commands = Any  # what argparse gives to add commands to; its class has no public name


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="workbook", description="Rent the compute, or build it?")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (
        _add_new,
        _add_report,
        _add_check,
        _add_evaluate,
        _add_diff,
        _add_evidence,
        _add_serve,
    ):
        add(commands)
    return parser


def _add(commands: Commands, name: str, does: str, example: str) -> argparse.ArgumentParser:
    """A new command with its help and an example."""
    shape = argparse.RawDescriptionHelpFormatter
    example = f"example:\n  workbook {name} {example}"
    return commands.add_parser(name, help=does, formatter_class=shape, epilog=example)


def _add_new(commands: Commands) -> None:
    one = _add(commands, "new", "write a case of your own from two offers", "my-case")
    one.add_argument(
        "name", nargs="?", help="path of the file to write; asks where nothing is told"
    )
    one.add_argument("--from", dest="csv", metavar="FILE.csv", help="a table of answers")
    one.add_argument("--example", action="store_true", help="print such a table")
    for key, question in answers.questions().items():
        one.add_argument(f"--{key}", dest=key, metavar="ANSWER", help=question.help)
    one.set_defaults(command=_new)


def _add_report(commands: Commands) -> None:
    example = "oracle-vs-memphis --draws 20000 --seed 1"
    one = _add(commands, "report", "make the report of a scenario", example)
    one.add_argument("scenario", nargs="?", default=FLAGSHIP, help="slug, or path of a .toml file")
    one.add_argument("--draws", type=_whole(FEWEST_DRAWS, MOST_DRAWS), default=DRAWS)
    one.add_argument("--seed", type=_whole(0, 2**31), default=1)
    one.add_argument("--out", help="folder of the report (default: reports/<scenario>)")
    one.add_argument("--book", action="store_true", help="with all chapters, as one site")
    one.set_defaults(command=_report)


def _add_check(commands: Commands) -> None:
    one = _add(
        commands, "check", "say what is understood, and warn", "data/scenarios/own-case.toml"
    )
    one.add_argument("scenarios", nargs="+", metavar="SCENARIO")
    one.set_defaults(command=_check)


def _add_evaluate(commands: Commands) -> None:
    does = "every assumption at its mid value, no sampling"
    one = _add(commands, "evaluate", does, "oracle-vs-memphis --json")
    one.add_argument("scenario")
    one.add_argument("--json", action="store_true", help="as JSON")
    one.set_defaults(command=_evaluate)


def _add_diff(commands: Commands) -> None:
    does = "what moved between two scenarios or headlines, and which input moved it"
    one = _add(commands, "diff", does, "oracle-vs-memphis no-gas")
    what = "slug, path of a .toml file, or path of a headline.json"
    one.add_argument("before", help=what)
    one.add_argument("after", help=what)
    one.add_argument("--draws", type=_whole(FEWEST_DRAWS, MOST_DRAWS), default=DIFF_DRAWS)
    one.add_argument("--seed", type=_whole(0, 2**31), default=1)
    one.add_argument("--json", action="store_true", help="as JSON")
    one.set_defaults(command=_diff)


def _add_evidence(commands: Commands) -> None:
    one = _add(commands, "evidence", "search the ledger", "substation")
    one.add_argument("word", nargs="?", default="", metavar="WORD")
    one.set_defaults(command=_evidence)


def _add_serve(commands: Commands) -> None:
    does = "open the notebook with sliders as a page, for this machine alone"
    one = _add(commands, "serve", does, "oracle-vs-memphis --port 8866")
    one.add_argument("scenario", nargs="?", default=FLAGSHIP, help="slug, or path of a .toml file")
    one.add_argument("--port", type=_whole(0, 65535), default=PORT, help=f"0 takes any ({PORT})")
    one.set_defaults(command=_serve)


if __name__ == "__main__":
    sys.exit(main())
