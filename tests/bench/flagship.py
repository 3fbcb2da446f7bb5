"""Time and memory of the flagship on one core, as ratios measured side by side in one run.

The floor is drawing as many plain normals as there are uncertain inputs. The works take turns, and
the least CPU time of all rounds counts. `--large` goes on to ten million draws. OMP_NUM_THREADS and
OPENBLAS_NUM_THREADS are to be 1, as `make bench` has them.
"""

import csv
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from analysis.decision import headline
from analysis.model import draws, simulation
from analysis.model.draws import BLOCK_DRAWS
from analysis.scenario import load
from analysis.scenario.schema import Scenario

SLUG = "oracle-vs-memphis"
OUT = Path(__file__).resolve().parents[2] / "reports" / "bench"
SIZES = (10_000, 100_000, 1_000_000)
LARGE = 10_000_000
FEW = ("compared_cost_usd", "compared_months")
"""The scalars of a run that asks for few."""
ROUNDS, SAMPLED, SUMMED = 3, 10 * BLOCK_DRAWS, 100_000

Row = dict[str, str | float]


def main() -> None:
    """Measures, then writes a CSV and a Markdown table, or does one run for its memory."""
    if sys.argv[1:2] == ["--one"]:
        print(*_one_run(int(sys.argv[2])))
        return
    rows = [*_ratios(load.read(load.find(SLUG))), *_growth("--large" in sys.argv)]
    OUT.mkdir(parents=True, exist_ok=True)
    with (OUT / "flagship.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ["measure", "value", "unit"], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    (OUT / "flagship.md").write_text(_markdown(rows), "utf-8")
    print(_markdown(rows))


def _ratios(scenario: Scenario) -> list[Row]:
    """What a draw takes in sampling, and in model and summaries by option, over the floor."""
    inputs = sum(one.varies for one in scenario.assumptions.values())
    normals, room = np.random.Generator(np.random.SFC64(1)), np.empty(BLOCK_DRAWS)

    def floor() -> None:
        for _ in range(inputs * SAMPLED // BLOCK_DRAWS):
            normals.standard_normal(out=room)

    def sampling() -> None:
        for number in range(SAMPLED // BLOCK_DRAWS):
            draws.block(scenario, 1, number, BLOCK_DRAWS)

    def run() -> None:
        headline.headline(simulation.simulate(scenario, SUMMED, 1), SLUG)

    def few() -> None:
        simulation.simulate(scenario, SUMMED, 1, keep=FEW)

    sizes = {floor: SAMPLED, sampling: SAMPLED, run: SUMMED, few: SUMMED}
    least, sampled, whole, kept = (1e6 * x for x in _least(sizes))
    options = len(scenario.options)
    return [
        _row("uncertain inputs", inputs, ""),
        _row("options", options, ""),
        _row("floor: as many plain normals", least, "us a draw"),
        _row("own sampling", sampled / least, "x the floor"),
        _row("model and summaries, per option", whole / options / least, "x the floor"),
        _row("two scalars kept, per option", kept / options / least, "x the floor"),
    ]


def _least(sizes: dict[Callable[[], None], int]) -> list[float]:
    """The least CPU seconds a draw of each work, in rounds that take turns."""
    least = dict.fromkeys(sizes, np.inf)
    for _ in range(ROUNDS):
        for work, number in sizes.items():
            begin = time.process_time()
            work()
            least[work] = min(least[work], (time.process_time() - begin) / number)
    return list(least.values())


def _growth(large: bool) -> list[Row]:
    """CPU time and peak memory from ten thousand draws on, each run in a process of its own."""
    sizes = (*SIZES, LARGE) if large else SIZES
    runs = [_apart(number) for number in sizes]
    slope = np.polyfit(np.log(sizes), np.log([seconds for seconds, _ in runs]), 1)[0]
    rows = [_row("growth exponent of CPU time", float(slope), "")]
    for number, (seconds, mib) in zip(sizes, runs, strict=True):
        rows.append(_row(f"CPU time of {number:,} draws", seconds, "s"))
        rows.append(_row(f"peak memory of {number:,} draws", mib, "MiB"))
    asked = 8 * len(FEW) * len(load.read(load.find(SLUG)).options)
    grown = (runs[-1][1] - runs[-2][1]) * 2**20 / (sizes[-1] - sizes[-2])
    rows.append(_row("memory a draw, from the last but one size to the last", grown, "bytes"))
    return [*rows, _row("8 bytes for each scalar that is kept", asked, "bytes")]


def _apart(number: int) -> tuple[float, float]:
    """CPU seconds and peak MiB of one run in a new process."""
    command = [sys.executable, __file__, "--one", str(number)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, mib = said.split()
    return float(seconds), float(mib)


def _one_run(number: int) -> tuple[float, float]:
    """CPU seconds of a run that keeps two scalars, after a small one; the peak MiB of all."""
    scenario = load.read(load.find(SLUG))
    simulation.simulate(scenario, BLOCK_DRAWS, 1, keep=FEW)
    begin = time.process_time()
    simulation.simulate(scenario, number, 1, keep=FEW)
    seconds = time.process_time() - begin
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _row(measure: str, value: float, unit: str) -> Row:
    return {"measure": measure, "value": float(f"{value:.4g}"), "unit": unit}


def _markdown(rows: list[Row]) -> str:
    """The figures as a table."""
    head = "| measure | value | unit |\n| --- | ---: | --- |\n"
    return head + "".join(f"| {r['measure']} | {r['value']:,} | {r['unit']} |\n" for r in rows)


if __name__ == "__main__":
    main()
