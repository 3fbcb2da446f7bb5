"""The checklist of an analysis of alternatives, with what this scenario makes of it."""

import pandas as pd

from analysis import tables
from analysis.claims.words import listed
from analysis.inputs import Scenario
from analysis.pages.markup import Html, safe, table

GAO = "https://gaoinnovations.gov/cost-guide/appendix-xi-best-practices-for-the-analysis-of-alternatives-process.html"
AQUA = (
    "https://www.gov.uk/government/publications/"
    "the-aqua-book-guidance-on-producing-quality-analysis-for-government"
)


def standards(scenario: Scenario) -> Html:
    """Every practice of an analysis of alternatives under its test, whether this scenario keeps it,
    what was found and where it stands; above, how many it keeps and which it does not."""
    frame = tables.standards(scenario)
    rows = [
        [row["test"], row["practice"], row["kept"], row["found"], _where(row["where"])]
        for _, row in frame.iterrows()
    ]
    heads = ["Test", "Practice", "Kept", "What is found", "Where"]
    words = f"<p>{safe(_sentence(frame))}</p>"
    return Html(words + table(heads, rows).data + _sources(frame))


def _where(notebook: str) -> str:
    number, _, name = notebook.partition("-")
    return f"chapter {number}, {name}" if number.isdigit() else notebook


def _sentence(frame: pd.DataFrame) -> str:
    """How many practices are kept, by the scenario or by the workbook, and which are not."""
    kept = frame[frame["kept"] == tables.YES]
    counted, missed = int(kept["counted"].sum()), frame[frame["kept"] == tables.NO]
    words = (
        f"Of {len(frame)} practices {len(kept)} are kept, {counted} of them as counted from this "
        f"scenario and {len(kept) - counted} by how every report is made; "
        f"{int((frame['kept'] == tables.JUDGE).sum())} are left to the reader."
    )
    if missed.empty:
        return f"{words} None is broken."
    named = listed([f"\u201c{practice}\u201d" for practice in missed["practice"]])
    return f"{words} Not kept: {named}."


def _sources(frame: pd.DataFrame) -> str:
    ours = int((frame["number"] == 0).sum())
    return (
        f'<p>After the <a href="{GAO}" rel="noreferrer">{len(frame) - ours} practices</a> of the '
        "U.S. Government Accountability Office and its four tests; "
        f'{ours} more after the <a href="{AQUA}" rel="noreferrer">AQuA Book</a> of the British '
        "government.</p>"
    )
