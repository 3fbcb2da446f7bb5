"""The command line: new, report, batch, check, evaluate, diff, evidence, serve."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from analysis.command_line import commands as does
from analysis.command_line.terminal import refuse, say
from analysis.evidence.files import BadInput
from analysis.scenario import answers

FLAGSHIP = "oracle-vs-memphis"
DRAWS = 20_000
FEWEST_DRAWS, MOST_DRAWS = 100, 1_000_000
PORT = 8866
DIFF_DRAWS = 2048
KEPT = "what was there before is as it was; the same command begins again"


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
        refuse(error)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        say(f"workbook: interrupted; {KEPT}")
        return 130


def _check_python() -> None:
    """Refuses a Python that drops the texts of its modules: the library that draws needs them."""
    if sys.flags.optimize > 1:
        raise BadInput("PYTHONOPTIMIZE=2 (or -OO) is set, with which no chart is drawn; unset it")


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
        _add_batch,
        _add_check,
        _add_evaluate,
        _add_diff,
        _add_evidence,
        _add_serve,
    ):
        add(commands)
    return parser


def _add(commands: Commands, name: str, about: str, example: str) -> argparse.ArgumentParser:
    """A new command with its help and an example."""
    shape = argparse.RawDescriptionHelpFormatter
    example = f"example:\n  workbook {name} {example}"
    return commands.add_parser(name, help=about, formatter_class=shape, epilog=example)


def _add_new(commands: Commands) -> None:
    one = _add(commands, "new", "write a case of your own from two offers", "my-case")
    one.add_argument(
        "name", nargs="?", help="path of the file to write; asks where nothing is told"
    )
    one.add_argument("--from", dest="csv", metavar="FILE.csv", help="a table of answers")
    one.add_argument("--example", action="store_true", help="print such a table")
    for key, question in answers.questions().items():
        one.add_argument(f"--{key}", dest=key, metavar="ANSWER", help=question.help)
    one.set_defaults(command=does.new_case)


def _add_report(commands: Commands) -> None:
    example = "oracle-vs-memphis --draws 20000 --seed 1"
    one = _add(commands, "report", "make the report of a scenario", example)
    one.add_argument("scenario", nargs="?", default=FLAGSHIP, help="slug, or path of a .toml file")
    one.add_argument("--draws", type=_whole(FEWEST_DRAWS, MOST_DRAWS), default=DRAWS)
    one.add_argument("--seed", type=_whole(0, 2**31), default=1)
    one.add_argument("--out", help="folder of the report (default: reports/<scenario>)")
    one.add_argument("--book", action="store_true", help="with all chapters, as one site")
    one.set_defaults(command=does.report)


def _add_batch(commands: Commands) -> None:
    example = "own-case serve-64 --vary horizon_months=36,48 --jobs 2"
    one = _add(commands, "batch", "run many scenarios, and compare them on one page", example)
    what = "slug, path of a .toml file, folder, or pattern such as 'cases/*.toml'"
    one.add_argument("scenarios", nargs="+", metavar="SCENARIO", help=what)
    grid = "another value at a place of the file; several make a grid"
    one.add_argument("--vary", action="append", default=[], metavar="KEY=a,b,c", help=grid)
    cores = os.cpu_count() or 1
    one.add_argument("--jobs", type=_whole(1, 256), default=cores, help=f"at a time ({cores})")
    kinds = one.add_mutually_exclusive_group()
    kinds.set_defaults(kind="report")
    for kind, about in (("book", "with all chapters"), ("evaluate", "numbers without a report")):
        kinds.add_argument(f"--{kind}", dest="kind", action="store_const", const=kind, help=about)
    one.add_argument("--draws", type=_whole(FEWEST_DRAWS, MOST_DRAWS), default=DRAWS)
    one.add_argument("--seed", type=_whole(0, 2**31), default=1)
    one.add_argument("--out", default=str(does.REPORTS / "batch"), help="folder (reports/batch)")
    one.set_defaults(command=does.batch)


def _add_check(commands: Commands) -> None:
    one = _add(
        commands, "check", "say what is understood, and warn", "data/scenarios/own-case.toml"
    )
    one.add_argument("scenarios", nargs="+", metavar="SCENARIO")
    one.set_defaults(command=does.check)


def _add_evaluate(commands: Commands) -> None:
    what = "every assumption at its mid value, no sampling"
    one = _add(commands, "evaluate", what, "oracle-vs-memphis --json")
    one.add_argument("scenario")
    one.add_argument("--json", action="store_true", help="as JSON")
    one.set_defaults(command=does.evaluate)


def _add_diff(commands: Commands) -> None:
    about = "what moved between two scenarios or headlines, and which input moved it"
    one = _add(commands, "diff", about, "oracle-vs-memphis no-gas")
    what = "slug, path of a .toml file, or path of a headline.json"
    one.add_argument("before", help=what)
    one.add_argument("after", help=what)
    one.add_argument("--draws", type=_whole(FEWEST_DRAWS, MOST_DRAWS), default=DIFF_DRAWS)
    one.add_argument("--seed", type=_whole(0, 2**31), default=1)
    one.add_argument("--json", action="store_true", help="as JSON")
    one.set_defaults(command=does.diff)


def _add_evidence(commands: Commands) -> None:
    one = _add(commands, "evidence", "search the ledger", "substation")
    one.add_argument("word", nargs="?", default="", metavar="WORD")
    one.set_defaults(command=does.evidence)


def _add_serve(commands: Commands) -> None:
    what = "open the notebook with sliders as a page, for this machine alone"
    one = _add(commands, "serve", what, "oracle-vs-memphis --port 8866")
    one.add_argument("scenario", nargs="?", default=FLAGSHIP, help="slug, or path of a .toml file")
    one.add_argument("--port", type=_whole(0, 65535), default=PORT, help=f"0 takes any ({PORT})")
    one.set_defaults(command=does.serve)


if __name__ == "__main__":
    sys.exit(main())
