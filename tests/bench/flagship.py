"""Time and memory of the flagship at 100,000 draws, inside Python; prints figures."""

import os
import resource
import time

from analysis.decision import headline
from analysis.model import simulation
from analysis.scenario import load

DRAWS = 100_000


def main() -> None:
    """Runs the flagship with as many workers as there are processors and prints what it took."""
    decision = load.read(load.find("oracle-vs-memphis"))
    workers = os.cpu_count() or 1
    start = time.perf_counter()
    result = simulation.simulate(decision, DRAWS, 1, workers=workers)
    run = time.perf_counter() - start
    headline.headline(result, "oracle-vs-memphis")
    total = time.perf_counter() - start
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{DRAWS:,} draws, {len(result.options)} options, {workers} workers")
    print(f"simulate {run:.1f} s, with the headline {total:.1f} s")
    print(f"peak memory: this process {own:.0f} MiB, largest worker {child:.0f} MiB")


if __name__ == "__main__":
    main()
