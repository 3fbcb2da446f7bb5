"""What moves the headlines: pictures where there is something to show, tables, sentences."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis.chapters.sensitivity import (
    charts,
    map_charts,
    map_tables,
    reversal_titles,
    tables,
    titles,
)
from analysis.chapters.sensitivity.map_tables import FlipMap
from analysis.chapters.shared import style
from analysis.chapters.shared.markup import Html, safe, table
from analysis.chapters.shared.words import listed
from analysis.decision import reversals as turns
from analysis.decision import value_of_time
from analysis.decision.claims import CHEAPER, MEETS, Claim, claims
from analysis.decision.wording import LARGEST_IN_FULL, percent, stated
from analysis.model.comparison import pair
from analysis.model.estimates import Estimate
from analysis.model.simulation import Result
from analysis.scenario.schema import Scenario

MOST = 8


def tornado(scenario: Scenario, measure: str) -> Any:
    """What moves one measure of each option of the question alone; or one line where nothing does.

    `measure` is cost_usd, months or usd_per_pflop_day.
    """
    frame = tables.tornado(scenario, measure)
    if frame.empty:
        what = titles.OF_ONE[measure]
        return Html(f"<p>No input alone moves the {safe(what)} of the options asked about.</p>")
    return charts.tornado(frame)


def explained(frame: pd.DataFrame, measure: str) -> Any:
    """The share of the variance of a headline that each input explains, from `tables.explained`: a
    picture, or one line for each headline of which nothing can be told."""
    panels = tables.of_headline(frame, measure)
    if all(one["unexplained"].iloc[0] for one in panels):
        return _listed(panels)
    return charts.explained(panels)


def together(frame: pd.DataFrame) -> Html:
    """For every headline, what the inputs explain one by one and what only in combination; or why
    nothing can be told."""
    measures = dict.fromkeys(frame["measure"])
    return _listed([one for measure in measures for one in tables.of_headline(frame, measure)])


def drivers(scenario: Scenario, seed: int) -> Html:
    """The inputs that explain most of the spread of the difference of the pair, in cost and in
    months: sentences, a table of their shares, and what is left to combinations."""
    frame = tables.explained(scenario, seed)
    panels = [*tables.of_headline(frame, "cost_usd"), *tables.of_headline(frame, "months")]
    told = [one for one in panels if not one["unexplained"].iloc[0]]
    lines = "".join(f"<p>{safe(titles.explained(one))}.</p>" for one in told)
    return Html(lines + _shares(told) + together(frame).data)


def _shares(panels: list[pd.DataFrame]) -> str:
    """A table of the inputs that explain most of any of some headlines, alone and in total."""
    if not panels:
        return ""
    whole = pd.concat(panels)
    order = whole.groupby("label")["total"].max().sort_values(ascending=False, kind="stable")
    heads, rows = ["Input", "Tied by"], []
    for one in panels:
        what = titles.headline_words(one.iloc[0])
        heads += [f"Of {what}: alone", "in total"]
    for label in order.index[:MOST]:
        found = [one.set_index("label").loc[label] for one in panels]
        cells = [cell for row in found for cell in (_index(row, "first"), _index(row, "total"))]
        rows.append([str(label), str(found[0]["tied_by"]) or "-", *cells])
    chance = "".join(f"<p>{safe(line)}</p>" for line in titles.by_chance(panels))
    return table(heads, rows).data + chance


def _index(row: pd.Series, name: str) -> str:
    """An index with its interval in percent; one that may be zero is not told from it."""
    value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    if high == 0:
        return "0 %"
    if low <= 0:
        return "not told from zero"
    if high <= 0.005:
        return titles.share(value)
    return f"{titles.share(value)} ({100 * low:.0f} to {100 * min(high, 1.0):.0f} %)"


def _listed(panels: list[pd.DataFrame]) -> Html:
    """A sentence for each headline: how far it is explained, or why it is not."""
    lines = []
    for one in panels:
        row = one.iloc[0]
        lines.append(titles.unexplained(row) if row["unexplained"] else titles.together(row))
    return Html("<ul>" + "".join(f"<li>{safe(line)}</li>" for line in lines) + "</ul>")


NEAREST = 3
"""So many inputs are named under a claim."""


ALONE = "<p>There is only one option, so there is no choice to turn.</p>"


HELD = (
    "Tried are the inputs that move a claim most when moved alone, at most "
    f"{turns.MOST_INPUTS}. Each is held at one value in all futures; all others, tied ones "
    "too, stay as drawn. Likely is what the input's own range gives that side."
)


NO_MAP = {
    "price": "Neither of the two options rents GPUs for a run that the other could come later "
    "than, so there is no map of price and delay.",
    "mfu": "The two options are not one that owns GPUs for the run and one that only rents them, "
    "so there is no map of MFU and delay.",
    "resale": "Neither of the two options owns GPUs, so there is no map of resale and horizon.",
}


def reversals(result: Result, log: pd.DataFrame | None = None, kind: str | None = None) -> Html:
    """Under each claim (all, or those of one kind): the inputs nearest to turning it, and that no
    other does. `log` is `reversals.reversals` of the result, made here if it is not at hand."""
    found = claims(result)
    if not found:
        return Html(ALONE)
    log = turns.reversals(result) if log is None else log
    mine = [one for one in found if kind in (None, one.kind)]
    parts = [_claim(result, one, _rows(log, one)) for one in mine]
    told = f"<p>{safe(HELD)}</p>" if any(one.told for one in mine) else ""
    return Html("".join(parts) + told)


def reversal_table(result: Result, log: pd.DataFrame) -> Html:
    """Every claim that can be told with each input that turns it: its range, where it turns the
    claim, how likely the other side is and how far it lies; then those that were tried in vain."""
    if pair(result.scenario) is None:
        return Html(ALONE)
    rows, untold = [], []
    for claim in claims(result):
        said = reversal_titles.claimed(claim, *_titles(result.scenario, claim))
        if claim.told:
            mine = _rows(log, claim)
            turn = mine[_turning(mine)]
            found = [[str(row["label"]), *_cells(row)] for _, row in turn.iterrows()]
            others = listed(list(mine.loc[~_turning(mine), "label"]))
            found += [[others, "", "not within its range", "", ""]] * bool(others)
            rows += [[said * (i == 0), *cells] for i, cells in enumerate(found)]
        else:
            untold.append(f"<p>{safe(said)}.</p>")
    heads = ["Claim", "Input", "P10 / mid / P90", "Turns", "Likely", "Way, in ranges P10 to P90"]
    shown = table(heads, rows).data if rows else ""
    return Html(shown + "".join(untold))


def flip_price(result: Result, look: style.Look) -> Any:
    """The map of price and delay, or one line."""
    return _shown(result, look, "price", map_tables.flip_price)


def flip_worth(result: Result, look: style.Look) -> Any:
    """The map of the discount rate and the value of a month, or one line."""
    return _shown(result, look, "worth", map_tables.flip_worth)


def flip_mfu(result: Result, look: style.Look) -> Any:
    """The map of relative MFU and delay, or one line."""
    return _shown(result, look, "mfu", map_tables.flip_mfu)


def flip_resale(result: Result, look: style.Look) -> Any:
    """The map of resale and horizon, or one line."""
    return _shown(result, look, "resale", map_tables.flip_resale)


def _shown(
    result: Result, look: style.Look, about: str, find: Callable[[Result], FlipMap | None]
) -> Any:
    if look.pair is None:
        return Html(ALONE)
    found = find(result)
    return Html(f"<p>{safe(NO_MAP[about])}</p>") if found is None else map_charts.flips(found, look)


def _claim(result: Result, claim: Claim, rows: pd.DataFrame) -> str:
    """A claim, the inputs nearest to turning it, and what is said of the rest."""
    said = reversal_titles.claimed(claim, *_titles(result.scenario, claim))
    if not claim.told:
        return f"<p><strong>{safe(said)}</strong>, so nothing can be said to turn it.</p>"
    inputs = rows[rows["kind"] != "choice"]
    turn = inputs[_turning(inputs)]
    items = [reversal_titles.turned(row) for _, row in turn.head(NEAREST).iterrows()]
    rest = len(turn) - len(items)
    ends = [_further(rest)] * (rest > 0)
    ends += [reversal_titles.unturned(len(inputs) - len(turn), len(turn) > 0)]
    ends += [
        reversal_titles.discount_rate(row) for _, row in rows[rows["kind"] == "choice"].iterrows()
    ]
    if claim.kind == CHEAPER:
        ends.append(reversal_titles.month_turn(_month_turn(result)))
    shown = "".join(f"<li>{safe(item)}.</li>" for item in items)
    start = f"<p><strong>{safe(said)}.</strong> {'It turns with:' * bool(items)}</p>"
    last = " ".join(f"{safe(one)}." for one in ends if one)
    return start + f"<ul>{shown}</ul>" * bool(items) + f"<p>{last}</p>" * bool(last)


def _further(rest: int) -> str:
    if rest == 1:
        return "1 more input turns it, at a value further off"
    return f"{rest} more inputs turn it, at values further off"


def _month_turn(result: Result) -> Estimate:
    a, b = pair(result.scenario) or ("", "")
    return value_of_time.break_even_usd(result, a, b)


def _rows(log: pd.DataFrame, claim: Claim) -> pd.DataFrame:
    return log[(log["claim"] == claim.kind) & (log["option"] == claim.option)]


def _titles(scenario: Scenario, claim: Claim) -> tuple[tuple[str, str], str]:
    """The titles of the pair, and of the option that a claim is about."""
    a, b = (scenario.options[name].title for name in pair(scenario) or ())
    about = scenario.options[claim.option].title if claim.told or claim.kind == MEETS else ""
    return (a, b), about


def _turning(rows: pd.DataFrame) -> pd.Series:
    """Which inputs turn a claim somewhere, or with which it holds nowhere."""
    return rows["turns_at"].notna() | ~rows["at_mid"].astype(bool)


def _cells(row: Any) -> list[str]:
    """The range of an input, where it turns a claim, how likely that is and how far away."""
    beyond, way = row["beyond_share"], row["spreads"]
    return [
        "event" if row["kind"] == "event" else f"{_range(row)} {row['unit']}",
        _turns(row),
        reversal_titles.likely(beyond) if pd.notna(beyond) else "a choice",
        f"{way:.2g}" if pd.notna(way) else "",
    ]


def _range(row: Any) -> str:
    """P10, mid and P90 of an input; the values of a list with their probabilities."""
    if row["kind"] == "list":
        return ", ".join(f"{_stated(x)} ({percent(share)})" for x, share in row["values"])
    return " / ".join(_stated(row[key]) for key in ("low", "mid", "high"))


def _stated(number: float) -> str:
    return f"{number:.3g}" if abs(number) >= LARGEST_IN_FULL else stated(number)


def _turns(row: Any) -> str:
    """Where a claim does not hold, in a cell."""
    if pd.isna(row["turns_at"]):
        return "at every value"
    if row["kind"] == "event":
        return "if it happens" if 1.0 in row["fails_at"] else "if it does not happen"
    if row["kind"] == "list":
        return "at " + ", ".join(_stated(x) for x in row["fails_at"])
    return reversal_titles.beyond(row)
