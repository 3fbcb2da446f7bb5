"""Rewrite tests/headlines/<scenario>.json: the shipped answers that the tests compare with."""

import sys
from pathlib import Path

from analysis import comparison, headline, scenario

FOLDER = Path(__file__).resolve().parents[1] / "headlines"
DRAWS, SEED = 4096, 1


def answer(slug: str) -> str:
    """The headline of a shipped scenario at the size that the tests use, as text."""
    result = comparison.simulate(scenario.read(scenario.find(slug)), DRAWS, SEED)
    return headline.text(headline.headline(result, slug))


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


if __name__ == "__main__":
    main()
