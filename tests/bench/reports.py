"""Reports of the flagship against papermill's command line, side by side in one run.

    python tests/bench/reports.py [--variants 20] [--draws 20000]

The first report is measured in CPU seconds, with all processes that it starts, against papermill on
a notebook of one cell; the batch by the clock, on as many processors as there are, against
papermill on the notebooks of the same variants, one after another. Writes the table to
reports/bench/reports.csv and reports/bench/reports.md.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pandas as pd
from nbformat.v4 import new_code_cell, new_notebook

from analysis.report import runs
from analysis.report.write import NOTEBOOK
from analysis.scenario import load

PROJECT = Path(__file__).resolve().parents[2]
OUT = PROJECT / "reports" / "bench"
FLAGSHIP = "oracle-vs-memphis"
KEY = "choices.discount_rate_per_year.value"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
PAPERMILL = [sys.executable, "-m", "papermill", "--no-progress-bar", "--log-level", "ERROR"]
WORKBOOK = [sys.executable, "-m", "analysis"]
TIMES = 2


def took(*command: str) -> tuple[float, float]:
    """CPU seconds of a command with what it started and waited for, and seconds by the clock."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, cwd=PROJECT, stdout=-3, stderr=-3)
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, ended - began


def first_report(place: Path, draws: int) -> list[dict[str, object]]:
    """CPU seconds of a trivial notebook under papermill, and of a report: the least of some."""
    trivial = place / "trivial.ipynb"
    nbformat.write(
        new_notebook(cells=[new_code_cell("1 + 1")], metadata={"kernelspec": KERNEL}), trivial
    )
    papermill = *PAPERMILL, str(trivial), str(place / "done.ipynb")
    report = *WORKBOOK, "report", FLAGSHIP, "--draws", str(draws), "--out", str(place / "report")
    took(*report)  # the environment is warm after this
    floor, ours = (min(took(*one)[0] for _ in range(TIMES)) for one in (papermill, report))
    about = {"draws": draws, "unit": "CPU s"}
    return [
        about | {"what": "papermill, a notebook of one cell", "took": floor, "ratio": 1.0},
        about | {"what": "the first report", "took": ours, "ratio": ours / floor},
    ]


def batch(place: Path, draws: int, variants: int) -> list[dict[str, object]]:
    """Seconds of papermill's command line on each variant in turn, and of one batch of them all."""
    rates = [round(0.05 + 0.005 * number, 3) for number in range(variants)]
    series = sum(_by_papermill(place / f"{rate}", rate, draws) for rate in rates)
    vary = f"{KEY}={','.join(map(str, rates))}"
    options = "--vary", vary, "--draws", str(draws), "--out", str(place / "batch")
    ours = took(*WORKBOOK, "batch", FLAGSHIP, *options)[1]
    about = {"draws": draws, "unit": f"s, {os.cpu_count()} processors"}
    return [
        about | {"what": f"papermill, {variants} variants in series", "took": series, "ratio": 1.0},
        about | {"what": f"a batch of {variants}", "took": ours, "ratio": ours / series},
    ]


def _by_papermill(folder: Path, rate: float, draws: int) -> float:
    """Seconds of papermill's command line on the report's notebook of one variant."""
    folder.mkdir()
    scenario = load.read(load.find(FLAGSHIP), changes=[(KEY, rate)])
    (folder / runs.SCENARIO).write_text(load.canonical(scenario), "utf-8")
    values = "-p", "scenario", FLAGSHIP, "-p", "draws", str(draws), "-p", "seed", "1"
    files = str(NOTEBOOK), str(folder / "done.ipynb")
    return took(*PAPERMILL, "--cwd", str(folder), *files, *values)[1]


def main() -> None:
    """Measures both and prints and stores the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=4)
    parser.add_argument("--draws", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        rows = [
            *first_report(place, asked.draws),
            *batch(place, asked.draws, asked.variants),
        ]
    table = pd.DataFrame(rows)[["what", "draws", "took", "unit", "ratio"]].round(2)
    OUT.mkdir(parents=True, exist_ok=True)
    table.to_csv(OUT / "reports.csv", index=False, lineterminator="\n")
    lines = [" | ".join(map(str, row)) for row in (table.columns, ["---"] * 5, *table.values)]
    (OUT / "reports.md").write_text("".join(f"| {line} |\n" for line in lines), "utf-8")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
