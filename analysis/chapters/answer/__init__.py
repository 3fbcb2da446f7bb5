"""The question and its answer: who is first, what is compared, how its figures hang together."""

from collections.abc import Callable
from math import floor, log10
from typing import Any

import pandas as pd

from analysis.arrays import Array
from analysis.chapters.answer import (
    charts,
    compared_tables,
    differences,
    first_screen,
    place_charts,
    place_tables,
    tables,
    titles,
)
from analysis.chapters.assumptions import CHOICE_WORDS
from analysis.chapters.shared.exhibit import Columns, Exhibit, Row, line, paragraph, picture, table
from analysis.chapters.shared.markup import table_of
from analysis.chapters.shared.rows import rows_of, title
from analysis.chapters.shared.style import look, money
from analysis.chapters.shared.words import BELOW, ONLY_ONE, listed, only_one
from analysis.decision import first_place, limit_words, one_way
from analysis.decision import headline as headlines
from analysis.decision import verdict as verdicts
from analysis.decision.claims import claims
from analysis.decision.wording import figure, percent, stated, usd, with_error
from analysis.model import comparison, simulation
from analysis.model.estimates import Estimate, told
from analysis.model.simulation import Result
from analysis.scenario import references

NONE = "-"  # in a cell that has no value


def verdict(headline: dict[str, Any]) -> Exhibit:
    """The question of a scenario, the verdict, and its figures beside those of another option."""
    said = verdicts.verdict(headline)
    return Exhibit(first_screen.head(headline, said), words="\n".join(said.sentences))


def turning(result: Result, tried: pd.DataFrame) -> Exhibit:
    """What would turn the verdict, what to find out next, and the scenario's note. `tried` is the
    frame of `sensitivity.reversals`."""
    turns = first_screen.turns(result, first_screen.told(claims(result)), tried)
    step = paragraph(first_screen.next_step(result))
    choices = {name: one.value for name, one in references.choices(result.scenario).items()}
    notes = [titles.runs_on(choices), result.scenario.note]
    below = "".join(paragraph(words) for words in notes if words)
    head = '<h3 aria-level="2">'  # no level is left out; drawn as small as one further down
    parts = f"{head}What would turn it</h3>{turns}{head}What to do next</h3>{step}{below}"
    return Exhibit(f'<div class="turning">{parts}</div>')


def first_places(result: Result) -> Exhibit:
    """The picture of who is first by what a month and an hour that is short are worth; or in words
    where one of the two counts for nothing."""
    price, frame = comparison.short_hour_usd(result.scenario), place_tables.first_places(result)
    month = result.scenario.value.month_usd
    drawn = place_tables.order(result), price, None if month is None else month.value / 1e6
    seen = look(result.scenario)
    return picture(frame, place_charts.first_places, seen, *drawn, nothing=_no_map(result))


def _no_map(result: Result) -> str:
    """Why first place has no map over both values."""
    ranked = [title(result, option) for option in comparison.ranked(result)]
    if len(ranked) < 2:
        who = f"{ranked[0]} alone is" if ranked else "No option is"
        return f"{who} likely to meet the need, so nothing turns first place."
    if result.scenario.need.service is None:
        return "No service is stated: no hour is short, so a month's value alone turns first place."
    if result.scenario.need.by_months is None:
        return "No run is asked for: nothing has a date, so no value of a month counts."
    return "An hour that is short counts nothing, so first place turns with a month's value alone."


def order(result: Result) -> Exhibit:
    """The first and the second of the ranked, by the value of a month where anything has a date."""
    dated = result.scenario.need.by_months is not None
    month: Columns = {"A month is worth": lambda row: usd(row["month_usd"])} if dated else {}
    columns: Columns = {
        **month,
        "First from there on" if dated else "First": "first",
        "Second": lambda row: row["second"] or "-",
        "Behind by, on the mean": _behind,
    }
    return table(place_tables.order(result), columns, nothing="No option is ranked.")


def _behind(row: Row) -> str:
    if row["second"] is None:
        return "-"
    behind = Estimate(row["behind_usd"], row["behind_se"])
    return with_error(behind) if told(behind) else "not told apart"


def compared(result: Result) -> Exhibit:
    """What is compared by part, beside what each delivers; in how many futures each is lower."""
    frame = compared_tables.compared(result)
    heads = ["", *(row["option"] + BELOW * (not row["ranked"]) for row in rows_of(frame))]
    size, unit = money(frame["compared_usd"])
    decimals = max(0, min(3, -floor(log10(max(frame["compared_se"].max() / size, 1e-9)))))
    rows = [
        [label.format(unit), *map(say, rows_of(frame))] for label, say in _lines(size, decimals)
    ]
    kept = [row for row in rows if set(row[1:]) - {_cents(0.0, decimals), NONE}]
    below = _lower(result).html + paragraph(_parts(result))
    return Exhibit(table_of(heads, kept) + below, frame)


def _lines(size: float, decimals: int) -> list[tuple[str, Callable[[Row], str]]]:
    """The rows of what is compared: label, and how each option's cell reads."""

    def amount(part: str) -> Callable[[Row], str]:
        return lambda row: _cents(row[part] / size, decimals)

    return [
        ("Meets the need", lambda row: f"{percent(row['meets'])} (± {_points(row['meets_se'])})"),
        ("All GPUs powered within the horizon", lambda row: _share(row["powered"])),
        ("Funds end before all are powered", lambda row: _share(row["funds_end_first"])),
        ("Present cost, {}", amount("present cost")),
        ("+ hours that are short, {}", amount("hours short")),
        ("- surplus let, {}", amount("surplus")),
        ("+ not delivered, {}", amount("not delivered")),
        ("= compared cost, {}", amount("compared_usd")),
        (
            "H100-hours delivered, million",
            lambda row: figure(row["h100_hours"] / 1e6, row["h100_hours_se"] / 1e6),
        ),
        (
            "the same, discounted, million",
            lambda row: figure(row["discounted_hours"] / 1e6, row["discounted_hours_se"] / 1e6),
        ),
        ("USD per H100-hour, both discounted", lambda row: _figure(row, "usd_per_h100_hour")),
    ]


def _cents(amount: float, decimals: int) -> str:
    return f"{round(amount, decimals) + 0.0:,.{decimals}f}"


def _share(share: float | None) -> str:
    return NONE if share is None or pd.isna(share) else percent(share)


def _points(se: float) -> str:
    return f"{figure(100 * se, digits=1)} %"


def _figure(row: Row, name: str) -> str:
    return NONE if pd.isna(row[name]) else figure(row[name], row[f"{name}_se"])


def _parts(result: Result) -> str:
    """What the parts are, as far as there are any."""
    service = result.scenario.need.service
    said = ["Means of all futures, discounted; the parts add up, but for rounding."]
    if service is None:
        said.append(
            "No service is stated, so no hour counts as short: read each cost beside the hours "
            "that it buys."
        )
    else:
        said.append(f"An H100-hour that is short counts {usd(service.short_hour_usd.value)}.")
    if set(result.options) - set(comparison.ranked(result)):
        said.append("Below the line: does not meet the need in half of the futures, so not ranked.")
    over = {title(result, o): limit_words.broken_in(result, o) for o in result.options}
    for name, words in over.items():
        first, *others = words.removesuffix(" of futures").split(" and over ")
        limits = [first, *(f"over {one}" for one in others)]
        said += [f"{name}: {limit} of futures." for limit in limits if limit]
    return " ".join(said)


LOWER: dict[str, Callable[[Result, str, str], Array]] = {
    "Lower compared cost": comparison.cost_difference_usd,
    "Lower present cost": lambda r, a, b: comparison.scalar_difference(r, a, b, "present_cost_usd"),
    "Fewer H100-hours delivered": lambda r, a, b: comparison.scalar_difference(
        r, a, b, "h100_hours"
    ),
    "Lower USD per H100-hour": comparison.h100_hour_difference_usd,
}


def _lower(result: Result) -> Exhibit:
    """In how many futures each of the two of the question is below the other."""
    asked = comparison.pair(result.scenario)
    if asked is None:
        return Exhibit("")
    gaps = {label: find(result, *asked) for label, find in LOWER.items()}
    rows = [
        [label, percent(float((gap < 0).mean())), percent(float((gap > 0).mean()))]
        for label, gap in gaps.items()
    ]
    heads = ["In how many futures", *(title(result, option) for option in asked)]
    return Exhibit(table_of(heads, rows))


def reconciled(result: Result) -> Exhibit:
    """Every figure of the difference between the two options that is shown somewhere, and why each
    is not that of the answer."""
    asked = comparison.pair(result.scenario)
    if asked is None:
        return line(ONLY_ONE)
    a, b = (title(result, option) for option in asked)
    rows = [
        [one.name, with_error(one.usd) if one.usd.se else usd(one.usd.value or 0.0), one.why]
        for one in compared_tables.reconciled(result, *asked)
    ]
    return Exhibit(table_of([f"Figure of {a} less {b}", "USD", "Why it is another one"], rows))


def differing(result: Result) -> Exhibit:
    """What differs between the two options of the question, and that nothing else does."""
    asked = comparison.pair(result.scenario)
    if asked is None:
        return line(ONLY_ONE)
    a, b = (title(result, option) for option in asked)
    frame = differences.differing(result.scenario, *asked)
    columns: Columns = {"Of the": "of", "Field": "field", a: "a", b: "b"}
    both = differences.shared(result.scenario, *asked)
    same = f"Both have {listed(both)}. " if both else ""
    end = f"{same}All else is the same for both: the need, the futures, the rules of cost."
    return table(frame, columns, lambda _: end, nothing=f"{a} and {b} differ in nothing.")


def without_service(result: Result) -> Exhibit:
    """What the answer is where the service is left out of the need and only the run counts."""
    need = result.scenario.need
    if need.service is None or need.target_flop is None:
        return Exhibit("")
    alone = result.scenario.model_copy(update={"need": need.model_copy(update={"service": None})})
    bare = simulation.simulate(alone, result.draws, result.seed)
    meets = ", ".join(
        f"{title(bare, o)} {percent(float(comparison.meets(bare, o).mean()))}" for o in bare.options
    )
    found = headlines.headline(bare, "")
    words = f"Without the service, for the run alone: the need is met by {meets}. "
    return line(words + first_place.words(found))


def changes(result: Result) -> Exhibit:
    """All options under each other value of a choice: what each costs, how often it meets the need,
    who is first, and the difference of the two of the question."""
    frame = one_way.swept(result)
    if frame.empty:
        return line("No other value of a choice is stated.")
    titles = {option: title(result, option) for option in result.options}
    asked = comparison.pair(result.scenario)
    dated = result.scenario.run is not None
    heads = ["Choice", "Value", *titles.values(), "First" + ", a month worth nothing" * dated]
    heads += [f"{titles[asked[0]]} less {titles[asked[1]]}"] if asked else []
    heads += ["Equal at a month worth"] if asked and dated else []
    rows = [
        _changed(part, titles)[: len(heads)]
        for _, part in frame.groupby(["choice", "value"], sort=False)
    ]
    return Exhibit(table_of(heads, rows) + paragraph(SWEPT), frame)


SWEPT = (
    "Cells: mean compared cost, and in how many futures the need is met; in brackets: below the "
    "line. What is as set is the run itself. Options are run on another value in "
    f"{one_way.SWEEP_DRAWS:,} futures at most, and all futures help to place their means; what is "
    "left is an error of sampling."
)


def _changed(part: pd.DataFrame, titles: dict[str, str]) -> list[str]:
    """The row of one value of one choice, with what is of two options and of a month last."""
    options = rows_of(part)
    row, ranked = options[0], [one for one in options if one["ranked"]]
    cells = [CHOICE_WORDS[row["choice"]], stated(row["value"]) + " (as set)" * row["as_set"]]
    for one in options:
        words = f"{usd(one['option_cost_usd'])}, {percent(one['meets'])}"
        cells.append(words if one["ranked"] else f"({words})")
    first = min(ranked, key=lambda one: one["option_cost_usd"], default=None)
    cells.append("none is ranked" if first is None else titles[first["option"]])
    even = row["break_even_month_usd"]
    gap = [] if pd.isna(row["cost_usd"]) else [usd(row["cost_usd"])]
    return cells + gap + [NONE if pd.isna(even) else usd(even)]


def live(result: Result) -> Exhibit:
    """The choice under sliders, on the first futures of a run; or one line where the two options of
    the question have nothing that the sliders could move.
    """
    number = min(result.draws, tables.LIVE_DRAWS)
    words = (
        "Neither of the two options rents GPUs for a run that the other could come later than, "
        "so there is no price and no delay to move."
    )
    if comparison.pair(result.scenario) is None:
        words = only_one("there is no choice to move")
    grid = tables.live_of(result)
    return picture(grid, charts.live, look(result.scenario), number, nothing=words)
