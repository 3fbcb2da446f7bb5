"""Rewrite tests/decision/headlines/<scenario>.json, the shipped answers that the tests compare
with, their JSON Schema, data/headline.schema.json, and the picture that the README shows; print the
table of headlines that CHANGELOG.md holds.
"""

import json
import sys
from pathlib import Path
from typing import Any

from analysis.chapters import comparison
from analysis.chapters.shared import drawing
from analysis.decision import headline, headline_schema, wording
from analysis.decision.wording import figure, percent, usd
from analysis.model import estimates, simulation
from analysis.scenario import load

FOLDER = Path(__file__).resolve().parents[1] / "decision" / "headlines"
SCHEMA = Path(__file__).resolve().parents[2] / "data" / "headline.schema.json"
PICTURE = Path(__file__).resolve().parents[2] / "reports" / "cost-and-date.svg"
FLAGSHIP = "oracle-vs-memphis"
DRAWS, DRAWS_OF_OTHERS, SEED = 20_000, 4096, 1


def answer(slug: str) -> str:
    """The headline of a shipped scenario at the size that the tests use, as text."""
    draws = DRAWS if slug == FLAGSHIP else DRAWS_OF_OTHERS
    result = simulation.simulate(load.read(load.find(slug)), draws, SEED)
    return headline.text(headline.headline(result, slug))


def picture() -> str:
    """The picture of the flagship's first screen, as SVG."""
    decision = load.read(load.find(FLAGSHIP))
    shown = comparison.cost_and_date(simulation.simulate(decision, DRAWS, SEED))
    return str(drawing.shown(shown.spec)[drawing.DRAWING])


def stored() -> list[dict[str, Any]]:
    """The stored answers, in the order of their names."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))]


HEADS = (
    "scenario",
    "a / b",
    "earlier on the mean",
    "need met, a / b",
    "compared cost on the mean, a / b",
    "cheaper on the mean",
    "break-even of a month",
    "first of the ranked",
)


def table(answers: list[dict[str, Any]]) -> str:
    """The headlines of some answers as a Markdown table, one row each: of the pair (a, b) of the
    question, which is earlier and cheaper on the mean, by how much and in how many futures; and who
    of all options that are ranked is first."""
    rows = [_row(one) for one in answers if one["comparison"]["pair"] is not None]
    return "\n".join(f"| {' | '.join(row)} |" for row in (HEADS, ["---"] * len(HEADS), *rows))


def _row(found: dict[str, Any]) -> list[str]:
    pair, options = found["comparison"]["pairs"][0], found["options"]
    one, other = options[pair["a"]], options[pair["b"]]
    met = f"{percent(one['meets_need']['value'])} / {percent(other['meets_need']['value'])}"
    early, cheap = _lower(found, "months_difference"), _lower(found, "cost_difference_usd")
    months, cost = (pair[x]["mean"] for x in ("months_difference", "cost_difference_usd"))
    return [
        found["scenario"]["slug"],
        f"{one['title']} / {other['title']}",
        _told(found, early, "earlier", f"{figure(abs(months['value']), months['se'])} months"),
        met,
        " / ".join(usd(o["compared_cost_usd"]["mean"]["value"]) for o in (one, other)),
        _told(found, cheap, "cheaper", usd(abs(cost["value"]), cost["se"])),
        _break_even(found),
        _first(found),
    ]


def _lower(found: dict[str, Any], what: str) -> str | None:
    """Which of the pair has the lower mean; None where that cannot be told."""
    pair = found["comparison"]["pairs"][0]
    mean = wording.estimate(pair[what]["mean"])
    if mean.value is None or not estimates.told(mean):
        return None
    return "a" if mean.value < 0 else "b"


def _told(found: dict[str, Any], which: str | None, what: str, by: str) -> str:
    if what == "earlier" and "by_months" not in found["choices"]:
        return "no run"
    if which is None:
        return "not told apart"
    pair = found["comparison"]["pairs"][0]
    share = percent(pair[f"{which}_{what}"]["value"])
    return f"{found['options'][pair[which]]['title']}, by {by}, in {share}"


def _break_even(found: dict[str, Any]) -> str:
    if "by_months" not in found["choices"]:
        return "no run"
    pair = found["comparison"]["pairs"][0]
    worth, better = wording.estimate(pair["break_even_month_usd"]), pair["better_at_every_value"]
    if worth.value is not None:
        return usd(worth.value, worth.se)
    if better is None:
        return "none"
    return f"none: {found['options'][better]['title']} at every value"


def _first(found: dict[str, Any]) -> str:
    """Who is first, and from which value of a month on who else."""
    places = found["comparison"]["first_by_month"]
    words = [found["options"][place["option"]]["title"] for place in places]
    turns = [f" to {usd(place['from_usd'])}, then " for place in places[1:]]
    return "".join(a + b for a, b in zip(words, [*turns, ""], strict=True)) or "none"


def main() -> None:
    """Writes one file per shipped scenario and removes those of scenarios that are gone."""
    FOLDER.mkdir(exist_ok=True)
    slugs = load.shipped()
    for path in FOLDER.glob("*.json"):
        if path.stem not in slugs:
            path.unlink()
    for slug in slugs:
        path, found = FOLDER / f"{slug}.json", answer(slug)
        word = "unchanged" if path.exists() and path.read_text("utf-8") == found else "rewritten"
        path.write_text(found, "utf-8")
        print(f"{slug}: {word}", file=sys.stderr)
    SCHEMA.write_text(headline_schema.json_schema(), "utf-8")
    PICTURE.write_text(picture(), "utf-8")
    print(table(stored()))


if __name__ == "__main__":
    main()
