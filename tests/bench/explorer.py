"""Time from a key to the new picture in the explorer, in a real browser; fails from 250 ms on."""

import sys
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / name) for name in ("", "explorer")]

from conftest import CHROMIUM, FLAGS  # noqa: E402
from serving import serving  # noqa: E402

SLUG = "oracle-vs-memphis"
MOVES = 50
LEAST_STEPS = 20
LIMIT_MS = 250
QUIET_MS = 150
WATCH = """
window.pressed = window.changed = 0;
addEventListener("keydown", () => { window.pressed = performance.now(); }, true);
new MutationObserver((seen) => {
  if (seen.some((one) => one.target.closest?.(".vega-embed"))) window.changed = performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true });
"""
DRAWN = f"changed > pressed && performance.now() - changed > {QUIET_MS}"


def moves_ms(page: Page) -> list[float]:
    """Milliseconds from each key to the last change of the picture that it brought about."""
    sliders = page.locator("[role=slider]").all()
    fine = [one for one in sliders if int(one.get_attribute("max") or 0) >= LEAST_STEPS][1:]
    taken = []
    for move in range(MOVES):
        if move % 10 == 0:
            fine[move // 10 % len(fine)].focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(DRAWN, polling=20)
        taken.append(page.evaluate("changed - pressed"))
    return taken


def main() -> int:
    """Moves sliders 50 times by key and prints what it took; 1 if too slow, else 0."""
    with serving(SLUG) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.add_init_script(WATCH)
        page.goto(address)
        page.locator(".vega-embed svg").first.wait_for(timeout=60_000)
        page.wait_for_timeout(1000)
        taken = moves_ms(page)
        browser.close()
    middle, slow = np.quantile(taken, [0.5, 0.95])
    print(f"explorer, {SLUG}, {MOVES} moves: key to picture p50 {middle:.0f} ms, p95 {slow:.0f} ms")
    return int(slow >= LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
