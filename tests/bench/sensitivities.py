"""CPU time of every sensitivity of the flagship at default size, on one core; prints figures."""

import time
from collections.abc import Callable
from typing import Any

from analysis.chapters import answer, sensitivity, value
from analysis.decision import one_way, reversals, sobol
from analysis.model import simulation
from analysis.scenario import load
from analysis.validation import backtest

DRAWS, SEED = 20_000, 1


def main() -> None:
    """Runs the flagship once, then times what is asked of it, each by itself and in total."""
    decision = load.read(load.find("oracle-vs-memphis"))
    result = simulation.simulate(decision, DRAWS, SEED)
    todo: dict[str, Callable[[], Any]] = {
        "one at a time": lambda: one_way.one_at_a_time(decision),
        "other choices": lambda: one_way.swept(result),
        "indices": lambda: sobol.indices(decision, sobol.SIZE, SEED),
        "reversal log": lambda: reversals.reversals(result),
        "map of price and delay": lambda: sensitivity.map_tables.flip_price(result),
        "grid behind the sliders": lambda: answer.tables.live_grid(
            decision, answer.tables.LIVE_DRAWS, SEED
        ),
        "value of time": lambda: value.tables.time_worth(result),
        "regret": lambda: value.tables.burden_regret(result),
        "knowledge": lambda: value.tables.learnt(result),
        "gate": lambda: value.tables.gate(result),
        "weights": lambda: value.tables.weighted(result, SEED),
        "hindsight": lambda: backtest.backtest(decision, DRAWS, SEED),
    }
    total = 0.0
    for name, run in todo.items():
        start = time.process_time()
        run()
        took = time.process_time() - start
        total += took
        print(f"{name}: {took:.2f} s")
    print(f"all together: {total:.1f} s")


if __name__ == "__main__":
    main()
