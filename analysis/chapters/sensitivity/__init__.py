"""What moves the headlines: pictures where there is something to show, tables, sentences."""

import pandas as pd

from analysis.chapters.sensitivity import (
    charts,
    map_charts,
    map_tables,
    map_titles,
    reversal_titles,
    tables,
    titles,
)
from analysis.chapters.shared.exhibit import Exhibit, answered, line, paragraph, picture
from analysis.chapters.shared.markup import bullets, safe, table_of
from analysis.chapters.shared.rows import rows_of
from analysis.chapters.shared.style import look
from analysis.chapters.shared.words import ONLY_ONE, WITHOUT_RUN, only_one
from analysis.decision import levers, one_way, value_of_time
from analysis.decision import machine_falls as falls
from analysis.decision import reversals as turns
from analysis.decision.claims import CHEAPER, MEETS, Claim, claims
from analysis.decision.wording import percent, with_error
from analysis.model.comparison import pair
from analysis.model.simulation import Result
from analysis.scenario.schema import Scenario

NEAREST = 3
"""So many inputs are named under a claim."""

ALONE = only_one("there is no choice to turn")

FALLS = "The mean fall of the price of machines, held in all futures, the others as drawn:"

NOTHING_VARIES = "No input varies, so nothing moves the two options apart."

NOTHING_LATE = (
    "Neither of the two options rents GPUs that the other could come later than, so there is no "
    "map of price and delay."
)

DELAY_SAVES = (
    "There is no map of price and delay: a month of delay saves more than the hours it leaves "
    "short are counted at, so it would only say that no machine is cheaper."
)

HELD = (
    "Tried are the inputs that move a claim most when moved alone, at most "
    f"{turns.MOST_INPUTS}. Each is held at one value in all futures; all others, tied ones "
    "too, stay as drawn. Likely is what the input's own range gives that side."
)


def finding(scenario: Scenario) -> Exhibit:
    """Which inputs move the two of the question apart most, and how many turn a claim alone."""
    frame, titled = one_way.one_at_a_time(scenario), look(scenario).pair
    if titled is None:
        return answered(ONLY_ONE)
    if frame.empty:
        return answered(NOTHING_VARIES)
    return answered(f"{titles.moved(frame)}.", titles.turning(frame))


def one_at_a_time(scenario: Scenario) -> Exhibit:
    """The picture of how far each input alone moves the difference of the pair, in compared cost
    and in months to the target."""
    frame, titled = one_way.one_at_a_time(scenario), look(scenario).pair
    if titled is None:
        return line(ONLY_ONE)
    return picture(frame, charts.one_at_a_time, titled, nothing=NOTHING_VARIES)


def explained(shares: pd.DataFrame, measure: str) -> Exhibit:
    """The picture of the share of the variance of a measure that each input explains, from
    `tables.explained`; or one line for each headline of which nothing can be told."""
    of_measure = shares[shares["measure"] == measure]
    if of_measure.empty:
        return line(WITHOUT_RUN)
    if (of_measure["unexplained"] != "").all():
        return together(of_measure)
    return picture(of_measure, charts.explained)


def together(shares: pd.DataFrame) -> Exhibit:
    """For every headline, what the inputs explain one by one and what only in combination; or why
    nothing can be told."""
    headlines = [panel.iloc[0] for panel in tables.headlines(shares)]
    return Exhibit(bullets(map(titles.together, headlines)), shares)


def by_fall(result: Result) -> Exhibit:
    """A table of the difference of the pair and of who is first of all, with the mean fall of the
    price of machines held at some values in all futures; nothing without such an input."""
    titled, made = look(result.scenario).pair, falls.held(result)
    if titled is None or not made:
        return line("No fall of the price of machines is an input of the two.")
    a, b = titled
    labels = {
        name: result.scenario.assumptions[name].label for name in falls.names(result.scenario)
    }
    rows = [
        [
            f"{labels[one.name]}: {percent(one.value)} a year{one.called}",
            with_error(one.difference),
            titles.places(result, one.places),
        ]
        for one in made
    ]
    heads = ["Held at", f"{a} less {b}, compared cost, mean", "First of all that are ranked"]
    size = min(falls.FUTURES, result.draws)
    note = f"Run again in the first {size:,} futures, and carried over to all {result.draws:,}."
    return Exhibit(paragraph(FALLS) + table_of(heads, rows) + paragraph(note))


def reversals(result: Result) -> Exhibit:
    """Under each claim the inputs nearest to turning it, and that no other does. The frame has a
    row for each claim and input that was tried."""
    made = claims(result)
    if not made:
        return line(ALONE)
    tried = turns.reversals(result)
    said = "".join(_claim(result, claim, _rows(tried, claim)) for claim in made)
    return Exhibit(said + paragraph(HELD) * any(claim.told for claim in made), tried)


def flip_price(result: Result) -> Exhibit:
    """The map of price and delay, with its parts as the frame; or why there is none."""
    if pair(result.scenario) is None:
        return line(ALONE)
    flip = map_tables.flip_price(result)
    if flip is None:
        late = levers.moves(result.scenario) is not None
        return line(DELAY_SAVES if late else NOTHING_LATE)
    if not flip.dated and len(set(flip.pieces["better"])) == 1:
        return line(map_titles.nothing_turns(flip), flip.pieces)
    return Exhibit(map_charts.flips(flip, look(result.scenario)), flip.pieces)


def _claim(result: Result, claim: Claim, tried: pd.DataFrame) -> str:
    """A claim, the inputs nearest to turning it, and what is said of the rest."""
    said = safe(_said(result, claim))
    if not claim.told:
        return f"<p><strong>{said}</strong>, so nothing can be said to turn it.</p>"
    inputs, rates = tried[tried["kind"] != "choice"], tried[tried["kind"] == "choice"]
    turn = inputs[_turning(inputs)]
    titled = look(result.scenario).pair or ("", "")
    nearest = [f"{reversal_titles.turned(row, titled)}." for row in rows_of(turn.head(NEAREST))]
    rest = [reversal_titles.further(len(turn) - len(nearest))]
    rest += [reversal_titles.unturned(len(inputs) - len(turn), len(turn) > 0)]
    rest += [reversal_titles.discount_rate(row) for row in rows_of(rates)]
    if claim.kind == CHEAPER and result.scenario.need.by_months is not None:
        even = value_of_time.break_even_usd(result, *(pair(result.scenario) or ("", "")))
        rest.append(reversal_titles.month_turn(even))
    last = " ".join(f"{words}." for words in rest if words)
    start = f"<p><strong>{said}.</strong> {'It turns with:' * bool(nearest)}</p>"
    return start + bullets(nearest) * bool(nearest) + paragraph(last) * bool(last)


def _rows(tried: pd.DataFrame, claim: Claim) -> pd.DataFrame:
    return tried[(tried["claim"] == claim.kind) & (tried["option"] == claim.option)]


def _said(result: Result, claim: Claim) -> str:
    """What a claim says, with the titles of the pair and of the option that it is about."""
    options = result.scenario.options
    a, b = (options[name].title for name in pair(result.scenario) or ())
    about = options[claim.option].title if claim.told or claim.kind == MEETS else ""
    return reversal_titles.claimed(claim, (a, b), about)


def _turning(tried: pd.DataFrame) -> pd.Series:
    """Which inputs turn a claim somewhere, or with which it holds nowhere."""
    return tried["turns_at"].notna() | ~tried["at_mid"].astype(bool)
