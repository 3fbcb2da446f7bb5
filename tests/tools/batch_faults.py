"""Kills batches and their processes at random moments, and looks at what they leave.

Run in the folder tests: `python -m tools.batch_faults --kills 200`. Each trial is a batch of 20
scenarios: every other one is killed whole, the others lose one of their processes. Then the same
batch is given again. What must not be: a file that is not whole under its final name, a run that
was done and is redone, a result of other bytes, a process or a temporary file left behind.

`--growth 1000` runs one batch of so many instead, and says by how much its first process grew.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tools.places import ROOT

sys.path.insert(0, str(ROOT / "tests" / "batch"))
import batching
import psutil

from analysis.report import manifest

SCENARIOS = 20
LONGEST_S = 12.0
"""A batch of 20 takes about so long: a kill comes at a random moment of that."""


def main() -> int:
    """Returns 0 if every trial left what it should, else 1; says which did not, and what."""
    arguments = _arguments()
    if arguments.growth:
        return _growth(arguments.growth)
    with tempfile.TemporaryDirectory() as place:
        files = batching.scenarios(Path(place) / "cases", SCENARIOS)
        batching.run(Path(place) / "whole", files)
        whole = batching.results(Path(place) / "whole")
        bad = 0
        for trial in range(arguments.first, arguments.first + arguments.kills):
            faults = _trial(Path(place) / f"{trial}" / "out", files, whole, trial)
            bad += bool(faults)
            print(f"trial {trial}: {'; '.join(faults) or 'good'}", flush=True)
    print(f"{arguments.kills} kills, {bad} with a fault")
    return int(bad > 0)


def _trial(out: Path, files: Path, whole: dict[str, bytes], trial: int) -> list[str]:
    """What is wrong after one kill and the same command again."""
    out.parent.mkdir()
    chosen = random.Random(trial)
    process = batching.start(out, files, "--jobs", 2)
    time.sleep(chosen.uniform(0, LONGEST_S))
    started = batching.family(process) if process.poll() is None else []
    _kill(process, chosen, all_of_it=trial % 2 == 0)
    _, said = process.communicate()
    batching.gone(started)
    faults = [f"{path.parent.name} is not whole" for path in _torn(out)]
    code, lines = batching.run(out, files)
    again, done = batching.states(lines), batching.states(said.splitlines())
    redone = [slug for slug, state in done.items() if state == "made" and again[slug] != "kept"]
    faults += [f"{slug} was done and is redone" for slug in redone]
    if code or batching.results(out) != whole:
        faults.append(f"exit code {code}, or other results")
    return faults + [f"{name} is left" for name in batching.left_behind(out)]


def _kill(process, chosen: random.Random, all_of_it: bool) -> None:
    """Ends the first process, or one of those that do the runs, if there is one yet."""
    try:
        workers = [] if all_of_it else batching.workers(process)
        (chosen.choice(workers) if workers else process).kill()
    except psutil.Error:
        process.kill()


def _torn(out: Path) -> list[Path]:
    """The manifests of run folders that do not hold, byte by byte, what the manifest says."""
    folders = [path for path in out.glob("[!.]*/") if path.is_dir()]
    return [one / manifest.NAME for one in folders if not _is_whole(one)]


def _is_whole(folder: Path) -> bool:
    found = manifest._read(folder)
    return found is not None and manifest.outputs(folder) == found["outputs"]


def _growth(number: int) -> int:
    """Returns 0 if the first process of a batch of so many grows by less than 20 MB; says what all
    its processes took."""
    with tempfile.TemporaryDirectory() as place:
        files = batching.scenarios(Path(place) / "cases", number)
        begun, sizes, seconds = time.monotonic(), [], 0.0
        process = batching.start(Path(place) / "out", files, "--jobs", 2)
        for done, line in enumerate(process.stderr):
            if line.startswith("[") and done % 20 == 0:
                first = psutil.Process(process.pid)
                sizes.append(first.memory_info().rss / 1e6)
                spent = [one.cpu_times() for one in (first, *batching.family(process))]
                seconds = sum(one.user + one.system for one in spent)
        code = process.wait()
    grown = max(sizes) - sizes[0]
    print(
        f"{number} scenarios, exit code {code}: {time.monotonic() - begun:.0f} s, "
        f"{seconds:.0f} CPU seconds; the first process grew from {sizes[0]:.0f} by {grown:.1f} MB"
    )
    return int(code or grown > 20)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="batch_faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how many trials")
    parser.add_argument("--growth", type=int, default=0, help="scenarios of one long batch")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
