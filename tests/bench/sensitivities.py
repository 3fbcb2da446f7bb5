"""CPU time of every sensitivity of the flagship at default size, on one core; prints figures."""

import time
from collections.abc import Callable
from typing import Any

from analysis import breakeven, comparison, hindsight, indices, scenario, sensitivity, tables

DRAWS, SEED = 20_000, 1


def main() -> None:
    """Runs the flagship once, then times what is asked of it, each by itself and in total."""
    decision = scenario.read(scenario.find("oracle-vs-memphis"))
    result = comparison.simulate(decision, DRAWS, SEED)
    likely, pair = comparison.likely(result), list(comparison.pair(decision) or ())
    todo: dict[str, Callable[[], Any]] = {
        "one at a time, every headline": lambda: sensitivity.tornado(decision),
        "other choices": lambda: sensitivity.swept(decision, SEED),
        "indices": lambda: indices.indices(decision, indices.SIZE, SEED),
        "reversal log": lambda: breakeven.reversals(result),
        "map of price and delay": lambda: tables.flip_price(result),
        "map of value of a month and discount rate": lambda: tables.flip_worth(result),
        "map of MFU and delay": lambda: tables.flip_mfu(result),
        "map of resale and horizon": lambda: tables.flip_resale(result),
        "grid behind the sliders": lambda: tables.live_grid(decision, tables.LIVE_DRAWS, SEED),
        "value of time": lambda: (tables.time_value(result), tables.time_worth(result)),
        "regret": lambda: tables.burden_regret(result),
        "knowledge, all likely options": lambda: tables.learnt(result, likely),
        "knowledge, the pair": lambda: tables.learnt(result, pair),
        "gate": lambda: tables.gate(result),
        "weights": lambda: tables.weighted(result, SEED),
        "hindsight": lambda: hindsight.backtest(decision, DRAWS, SEED),
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
