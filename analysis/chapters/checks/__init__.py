"""The figures that others have printed beside ours, the model's identities, and the decision held
to the practices of an analysis of alternatives."""

import pandas as pd

from analysis.chapters.checks import (
    by_the_book,
    practices,
    risk_tables,
    tables,
    titles,
)
from analysis.chapters.shared.exhibit import Columns, Exhibit, Row, answered, line, paragraph, table
from analysis.chapters.shared.markup import safe
from analysis.decision import attribution
from analysis.model import comparison
from analysis.model.simulation import Result
from analysis.scenario.schema import Scenario

DRAWS = 1024
"""So few futures tell what an input moved, because it is changed on the same ones."""


ALONE_MOVES = "Alone, P10 to P90, moves the difference by"


def finding(printed: pd.DataFrame, scenario: Scenario) -> Exhibit:
    """How near the model comes to printed figures, and how many practices the scenario keeps."""
    kept = practices.standards(scenario)["kept"]
    yes, no = (int((kept == answer).sum()) for answer in (practices.YES, practices.NO))
    return answered(
        f"{titles.published_figures(printed)}.",
        f"Of {len(kept)} practices of such an analysis {yes} are kept; not kept: {no or 'none'}; "
        "the rest is left to the reader.",
    )


def published_figures(printed: pd.DataFrame, standing: str) -> Exhibit:
    """The figures of one standing, theirs and ours, with the source of each case, its tolerance and
    why they differ; below, which of them lies furthest apart."""
    columns: Columns = {
        "Source": lambda row: _source(row) if row["first"] else "",
        "Quantity": lambda row: safe(row["quantity"]),
        "Theirs": lambda row: safe(titles.theirs(row)),
        "Ours": lambda row: safe(titles.number(row["ours"], row["unit"])),
        "Apart": lambda row: safe(
            titles.apart(row) + ("" if row["near"] else " (not near enough)")
        ),
        "Allowed": lambda row: safe(titles.room(row)),
        "Why, and how near": lambda row: safe(row["tolerance"]) if row["first"] else "",
    }
    frame = printed[printed["standing"] == standing]
    frame = frame.assign(first=~frame["case"].duplicated())
    return table(frame, columns, titles.furthest, marked_up=True)


def published_decisions() -> Exhibit:
    """The decisions on rent or own that others published: their figures and ours, who is cheaper by
    either, and what could not be expressed; below, in how many both agree."""
    columns: Columns = {
        "Decision": lambda row: f"{_source(row)}; {safe(row['size'])}" if row["first"] else "",
        "Quantity": lambda row: safe(row["quantity"]),
        "Theirs": lambda row: safe(titles.theirs(row)),
        "Ours": lambda row: safe(titles.number(row["ours"], row["unit"])),
        "Apart": lambda row: safe(titles.apart(row)),
        "Why not near enough": lambda row: safe(row["outside"]),
        "Cheaper by them": lambda row: safe(row["verdict"]) if row["first"] else "",
        "Cheaper by us": lambda row: safe(row["ours_cheaper"]) if row["first"] else "",
        "Near enough": lambda row: safe(row["tolerance"]) if row["first"] else "",
        "Left out": lambda row: safe(row["left_out"]) if row["first"] else "",
        "Read in": lambda row: safe(row["read_in"]) if row["first"] else "",
    }
    frame = tables.published_decisions()
    frame = frame.assign(first=~frame["case"].duplicated())
    return table(frame, columns, titles.decisions, marked_up=True)


def _source(row: Row) -> str:
    link = f'<a href="{safe(row["url"])}" rel="noreferrer">{safe(row["title"])}</a>'
    return f"{link}; {safe(row['publisher'])}, {safe(row['date'])}"


def identities(result: Result) -> Exhibit:
    """What must hold whatever the inputs, with how many numbers were compared and the largest
    deviation; below, whether all hold."""
    columns: Columns = {
        "Identity": "identity",
        "Numbers compared": lambda row: f"{row['compared']:,}",
        "Largest deviation": lambda row: titles.deviation(row["deviation"]),
    }
    frame = tables.identities(result.scenario, result.draws, result.seed)
    return table(frame, columns, titles.identities)


def waterfall(before: Scenario, after: Scenario, seed: int) -> Exhibit:
    """How far each changed input moved the pair of the question from one scenario to another, and
    the whole; or one line where they have no pair in common or nothing that moved it."""
    pair = _pair(before, after)
    if pair is None:
        return line("No pair of options is in both, so there is no difference to follow.")
    steps, start, end = attribution.waterfall(before, after, pair, DRAWS, seed)
    a, b = (after.options[option].title for option in pair)
    columns: Columns = {
        "Changed": "label",
        "From, to": "changed",
        f"{a} less {b}: cost moved by": lambda row: titles.moved_usd(row["cost_usd"]),
        "months moved by": lambda row: titles.moved_months(row["months"]),
    }
    days = f"From what was known on {before.as_of} to what was known on {after.as_of}"
    whole = f"{days}: {titles.walk(start, end)}, means of {DRAWS:,} futures."
    nothing = "No changed input moves the two options of the question."
    return table(tables.steps(steps), columns, lambda _: whole, nothing=nothing)


def _pair(before: Scenario, after: Scenario) -> tuple[str, str] | None:
    """The pair of the one if the other has both options, else that of the other."""
    for scenario, other in ((before, after), (after, before)):
        asked = comparison.pair(scenario)
        if asked and set(asked) <= set(other.options):
            return asked
    return None


def criteria(scenario: Scenario) -> Exhibit:
    """The need, in words that name no option; what is compared, in its order; each option described
    in a table; the day and the horizon."""
    order = "".join(f"<li>{safe(words)}</li>" for words in by_the_book.order(scenario))
    frame = by_the_book.options(scenario)
    options = table(frame, {"Option": "option", "What it is": "what"})
    need, days = paragraph(by_the_book.need(scenario)), paragraph(by_the_book.days(scenario))
    compared = f"<p>Compared, in this order:</p><ol>{order}</ol>"
    return Exhibit(f"{need}{compared}{options.html}{days}", frame)


def risks(scenario: Scenario) -> Exhibit:
    """Every risk with the inputs through which it acts, how far each of these alone moves the
    difference of the pair, and what is done about it; below, the inputs that no risk names."""
    alone = comparison.pair(scenario) is None
    columns: Columns = {
        "Risk": lambda row: row["title"] if row["first"] else "",
        "Acts through": "label",
        "P10 / P50 / P90": by_the_book.range_of,
        ALONE_MOVES: lambda row: "-" if alone else by_the_book.moved(row),
        "What is done": lambda row: row["answer"] if row["first"] else "",
    }
    frame = risk_tables.risks(scenario)
    return table(
        frame.assign(first=~frame["risk"].duplicated()),
        columns,
        lambda frame: by_the_book.ALONE if alone else by_the_book.moved_most(frame),
        lambda _: "" if alone else by_the_book.left_out(risk_tables.without_a_risk(scenario)),
        nothing="The scenario states no register of risks.",
    )


def standards(scenario: Scenario) -> Exhibit:
    """Every practice of an analysis of alternatives under its test, whether this scenario keeps it,
    what was found and where it stands; above, how many it keeps and which it does not."""
    columns: Columns = {
        "Test": "test",
        "Practice": "practice",
        "Kept": "kept",
        "What is found": "found",
        "Where": lambda row: by_the_book.place(row["where"]),
    }
    frame = practices.standards(scenario)
    words = paragraph(by_the_book.how_many_kept(frame))
    shown = table(frame, columns).html
    return Exhibit(f"{words}{shown}{by_the_book.sources(frame)}", frame)
