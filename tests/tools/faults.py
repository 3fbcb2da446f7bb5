"""Looks for a random scenario in which the package and the second implementation differ.

Run in the folder tests: `python -m tools.faults --scenarios 100000`, or `--only 697` for one.
"""

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator

from second import compare

from analysis.report.folder import stoppable

CHUNK = 50
EVERY_S = 10


def main() -> int:
    """Returns 0 if all agree, 1 at the first that does not; says which and what differed."""
    arguments = _arguments()
    if arguments.only is not None:
        return _told(compare.random(arguments.only), 1)
    first, number = arguments.first, arguments.scenarios
    begun = told = time.monotonic()
    for done, apart in enumerate(_compared(first, number, arguments.workers), start=1):
        if apart:
            return _told(apart, done)
        if time.monotonic() - told > EVERY_S:
            told = time.monotonic()
            left = (told - begun) / done * (number - done)
            print(f"{done:,} of {number:,} agree; {left:,.0f} s to go", flush=True)
    return _told([], number)


def _compared(first: int, number: int, workers: int) -> Iterator[list[str]]:
    """What differs in each scenario, in the order of their numbers."""
    numbers = range(first, first + number)
    with stoppable(), multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(_differences, numbers, CHUNK)


def _differences(number: int) -> list[str]:
    """What differs; a scenario that cannot be run is named like one that differs."""
    try:
        return compare.random(number)
    except Exception as error:
        return [f"scenario {number}: {type(error).__name__}: {error}"]


def _told(apart: list[str], done: int) -> int:
    """Says how it ended; the exit code."""
    if not apart:
        print(f"{done:,} random scenarios, {compare.FUTURES} futures each: every output agrees")
        return 0
    print("\n".join(apart), file=sys.stderr)
    number = apart[0].removeprefix("scenario ").split(",")[0].split(":")[0]
    print(f"again: python -m tools.faults --only {number}", file=sys.stderr)
    return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("--scenarios", type=int, default=100_000, help="how many")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    parser.add_argument("--only", type=int, help="number of one to run alone")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
