"""The index of a batch: a page that compares all scenarios, the same as tables, and a page for each
run that failed."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.chapters.shared import style
from analysis.decision import reading, verdict
from analysis.decision.reading import Headline, title
from analysis.report import numbers, runs
from analysis.report.batch import beside, page
from analysis.report.batch.order import Order, Outcome
from analysis.report.batch.plan import Run

PAGES = {"evaluate": "headline.json", "report": "report.html", "book": "index.html"}


@dataclass(frozen=True)
class Row:
    """A run of the index: how it ended, and what its answer says of the pair (`a`, `b`) of its
    question. Money in USD; `difference` is a less b, `months_earlier` how much sooner a is."""

    scenario: str
    title: str = ""
    state: str = ""
    reason: str = ""
    page: str = ""
    verdict: str = ""
    a: str = ""
    b: str = ""
    a_usd: float | None = None
    a_p10_usd: float | None = None
    a_p90_usd: float | None = None
    b_usd: float | None = None
    b_p10_usd: float | None = None
    b_p90_usd: float | None = None
    difference_usd: float | None = None
    difference_p10_usd: float | None = None
    difference_p90_usd: float | None = None
    a_cheaper: float | None = None
    months_earlier: float | None = None
    months_earlier_p10: float | None = None
    months_earlier_p90: float | None = None
    a_earlier: float | None = None
    a_meets: float | None = None
    b_meets: float | None = None
    first: str = ""


@dataclass
class _Options:
    """The titles of all options, in the order in which they come up, and which are baselines."""

    titles: dict[str, None] = field(default_factory=dict)
    baselines: dict[str, None] = field(default_factory=dict)

    def seen(self, folder: Path, headline: Headline) -> None:
        """Takes up the options of a run."""
        baseline = json.loads((folder / runs.SCENARIO).read_bytes()).get("baseline")
        self.titles |= dict.fromkeys(title(headline, one) for one in headline["options"])
        if baseline:
            self.baselines |= {title(headline, baseline): None}


def write(order: Order, planned: Sequence[Run], outcomes: Sequence[Outcome]) -> None:
    """Writes the index of a batch into its folder, and the pages of what failed."""
    ends, options = list(zip(planned, outcomes, strict=True)), _Options()
    rows = [_row(order, run, how, options) for run, how in ends]
    frame = pd.DataFrame([asdict(row) for row in rows]).astype(_types())
    parquet = io.BytesIO()
    frame.to_parquet(parquet, index=False)
    colours = style.colours(list(options.titles), list(options.baselines))
    failed = [(run, how) for run, how in ends if how.state == "failed"]
    beside.replace(
        order.out,
        {
            "index.html": page.index(frame, colours, order).encode(),
            "index.csv": numbers.csv(frame).encode(),
            "index.parquet": parquet.getvalue(),
            **{_failure(run): page.failure(run, how).encode() for run, how in failed},
        },
    )


def _row(order: Order, run: Run, how: Outcome, options: _Options) -> Row:
    """A run as a row; one that failed has no answer."""
    if how.state == "failed":
        return Row(run.slug, state=how.state, reason=how.reason, page=_failure(run))
    folder = order.out / run.slug
    headline = json.loads((folder / "headline.json").read_bytes())
    options.seen(folder, headline)
    return Row(
        run.slug,
        title=headline["scenario"]["title"],
        state=how.state,
        page=f"{run.slug}/{PAGES[order.kind]}",
        verdict=verdict.verdict(headline).decides,
        first=_first(headline),
        **_compared(headline),
    )


def _compared(headline: Headline) -> dict[str, Any]:
    """What the columns of the pair hold; of an only option what it costs and meets."""
    a, b = headline["comparison"]["pair"] or (next(iter(headline["options"])), None)
    cells = {"a": title(headline, a), "a_meets": reading.meets(headline, a)}
    cells |= _spread("a", headline["options"][a]["compared_cost_usd"], "_usd")
    if b is None:
        return cells
    both = reading.pair_of(headline, a, b)
    cells |= {"b": title(headline, b), "b_meets": reading.meets(headline, b)}
    cells |= _spread("b", headline["options"][b]["compared_cost_usd"], "_usd")
    cells |= _spread("difference", both["cost_difference_usd"], "_usd")
    cells["a_cheaper"] = both["a_cheaper"]["value"]
    if reading.dated(headline):
        cells |= _spread("months_earlier", _earlier(both["months_difference"]))
        cells["a_earlier"] = both["a_earlier"]["value"]
    return cells


def _spread(name: str, amount: dict[str, Any], unit: str = "") -> dict[str, float]:
    """Mean, P10 and P90 of an amount, by the names of their columns."""
    columns = {"mean": f"{name}{unit}", "p10": f"{name}_p10{unit}", "p90": f"{name}_p90{unit}"}
    return {column: amount[key]["value"] for key, column in columns.items()}


def _earlier(later: dict[str, Any]) -> dict[str, Any]:
    """Months by which the first is later, as those by which it is earlier: its P10 was P90."""
    turned = {"mean": "mean", "p10": "p90", "p90": "p10"}
    return {key: {"value": -later[other]["value"] + 0.0} for key, other in turned.items()}


def _first(headline: Headline) -> str:
    """Who is first, from the lowest value of a month to the highest; at the stated one, if any."""
    places, month = headline["comparison"]["first_by_month"], reading.stated_month(headline)
    if month is not None:
        places = [place for place in places if place["from_usd"] <= month][-1:]
    return ", then ".join(title(headline, place["option"]) for place in places)


def _failure(run: Run) -> str:
    """The name of the page of a run that failed; no run's folder is called so."""
    return f"{run.slug}.failed.html"


def _types() -> dict[str, str]:
    """Column -> type: the same also where no run has a number."""
    return {one.name: "str" if one.type in (str, "str") else "float64" for one in fields(Row)}
