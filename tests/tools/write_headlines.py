"""Rewrite tests/headlines/<scenario>.json, the shipped answers that the tests compare with, and the
picture that the README shows.
"""

import sys
from pathlib import Path

from analysis import charts, comparison, headline, render, scenario, tables

FOLDER = Path(__file__).resolve().parents[1] / "headlines"
PICTURE = Path(__file__).resolve().parents[2] / "reports" / "gpus-training.svg"
FLAGSHIP = "oracle-vs-memphis"
DRAWS, DRAWS_OF_OTHERS, SEED = 20_000, 4096, 1


def answer(slug: str) -> str:
    """The headline of a shipped scenario at the size that the tests use, as text."""
    draws = DRAWS if slug == FLAGSHIP else DRAWS_OF_OTHERS
    result = comparison.simulate(scenario.read(scenario.find(slug)), draws, SEED)
    return headline.text(headline.headline(result, slug))


def picture() -> str:
    """The flagship's first picture, as SVG."""
    decision = scenario.read(scenario.find(FLAGSHIP))
    frame = tables.gpus_training(comparison.simulate(decision, DRAWS, SEED))
    chart = charts.gpus_training(frame, charts.look(decision))
    return str(render.shown(chart.to_dict())["image/svg+xml"])


def main() -> None:
    """Writes one file per shipped scenario and removes those of scenarios that are gone."""
    FOLDER.mkdir(exist_ok=True)
    slugs = scenario.shipped()
    for path in FOLDER.glob("*.json"):
        if path.stem not in slugs:
            path.unlink()
    for slug in slugs:
        path, found = FOLDER / f"{slug}.json", answer(slug)
        word = "unchanged" if path.exists() and path.read_text("utf-8") == found else "rewritten"
        path.write_text(found, "utf-8")
        print(f"{slug}: {word}", file=sys.stderr)
    PICTURE.write_text(picture(), "utf-8")


if __name__ == "__main__":
    main()
