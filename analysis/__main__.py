"""The command line: report, check, evaluate, evidence."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis import evidence, uses
from analysis import scenario as scenarios
from analysis.reading import BadInput

REPORTS = evidence.DATA.parent / "reports"
FLAGSHIP = "oracle-vs-memphis"
DRAWS = 20_000
FEWEST_DRAWS, MOST_DRAWS = 100, 1_000_000


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns 0, 1 (failed) or 2 (bad input), with one line on standard error."""
    try:
        arguments = _parser().parse_args(argv)
        command: Callable[[argparse.Namespace], int] = arguments.command
        status = command(arguments)
        sys.stdout.flush()
        return status
    except BadInput as error:
        print(f"workbook: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("workbook: interrupted; an earlier report is left as it was", file=sys.stderr)
        return 130


def _report(arguments: argparse.Namespace) -> int:
    from analysis import report

    path = scenarios.find(arguments.scenario)
    scenario = scenarios.read(path)
    out = Path(arguments.out) if arguments.out else REPORTS / path.stem
    try:
        folder = report.write(path.stem, scenario, arguments.draws, arguments.seed, out, _say)
    except report.RunFailed as error:
        print(f"workbook: {error}", file=sys.stderr)
        return 1
    except SystemExit:
        _say("workbook: ended from outside; an earlier report is left as it was")
        raise
    print(folder / "report.html")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    bad = 0
    for name in arguments.scenarios:
        try:
            path = scenarios.find(name)
            scenario = scenarios.read(path)
        except BadInput as error:
            print(f"workbook: {error}", file=sys.stderr)
            bad += 1
            continue
        used = uses.used_assumptions(scenario)
        print(
            f"{path.name}: good; options: {len(scenario.options)}, assumptions: {len(used)}, "
            f"facts cited, all known by {scenario.as_of}: {len(uses.cited(scenario))}"
        )
        unused = [key for key in scenario.assumptions if key not in used]
        if unused:
            print(f"{path.name}: not used: {', '.join(unused)}")
    return 2 if bad else 0


def _evaluate(arguments: argparse.Namespace) -> int:
    from analysis import evaluation

    path = scenarios.find(arguments.scenario)
    found = evaluation.evaluation(scenarios.read(path), path.stem)
    print(json.dumps(found, indent=1) if arguments.json else evaluation.text(found))
    return 0


def _evidence(arguments: argparse.Namespace) -> int:
    ledger, word = evidence.ledger(), arguments.word.lower()
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


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="workbook", description="Rent the compute, or build it?")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    shape = argparse.RawDescriptionHelpFormatter

    one = commands.add_parser(
        "report",
        help="make the report of a scenario",
        formatter_class=shape,
        epilog="example:\n  workbook report oracle-vs-memphis --draws 20000 --seed 1",
    )
    one.add_argument("scenario", nargs="?", default=FLAGSHIP, help="slug, or path of a .toml file")
    one.add_argument("--draws", type=_whole(FEWEST_DRAWS, MOST_DRAWS), default=DRAWS)
    one.add_argument("--seed", type=_whole(0, 2**31), default=1)
    one.add_argument("--out", help="folder of the report (default: reports/<scenario>)")
    one.set_defaults(command=_report)

    one = commands.add_parser(
        "check",
        help="validate scenarios only",
        formatter_class=shape,
        epilog="example:\n  workbook check data/scenarios/own-case.toml",
    )
    one.add_argument("scenarios", nargs="+", metavar="SCENARIO")
    one.set_defaults(command=_check)

    one = commands.add_parser(
        "evaluate",
        help="every assumption at its mid value, no sampling",
        formatter_class=shape,
        epilog="example:\n  workbook evaluate oracle-vs-memphis --json",
    )
    one.add_argument("scenario")
    one.add_argument("--json", action="store_true", help="as JSON")
    one.set_defaults(command=_evaluate)

    one = commands.add_parser(
        "evidence",
        help="search the ledger",
        formatter_class=shape,
        epilog="example:\n  workbook evidence substation",
    )
    one.add_argument("word", nargs="?", default="", metavar="WORD")
    one.set_defaults(command=_evidence)
    return parser


if __name__ == "__main__":
    sys.exit(main())
