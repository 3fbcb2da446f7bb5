"""Waits for what happens sooner or later; how long it takes is no test's business.

The limit only ends a test that would hang.
"""

import time
from collections.abc import Callable

LIMIT_S = 600
LIMIT_MS = 1000 * LIMIT_S


def until(found: Callable[[], object], every_s: float = 0.05) -> None:
    """Waits until something is true; a failure shows what was asked for."""
    end = time.monotonic() + LIMIT_S
    while not found():
        assert time.monotonic() < end, f"still not so after {LIMIT_S} s: {found}"
        time.sleep(every_s)
