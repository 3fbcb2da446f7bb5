"""What an analysis of alternatives must show, and whether a scenario shows it.

The practices are the 22 that the U.S. Government Accountability Office asks of such an analysis
(Cost Estimating and Assessment Guide, appendix XI), in other words and under its four tests; those
numbered 0 are from the AQuA Book, the British government's guidance on analysis.
"""

from collections.abc import Callable

import pandas as pd

from analysis.chapters.checks import practices
from analysis.chapters.checks.practices import JUDGE, YES, Found
from analysis.scenario.schema import Scenario

DOCUMENTED, COMPREHENSIVE = "Well documented", "Comprehensive"


ASSUMED = "What would change the answer, and what was assumed"
"""The section of the report that states the need and what was assumed."""


UNBIASED, CREDIBLE = "Unbiased", "Credible"


Practice = tuple[int, str, str, Callable[[Scenario], Found] | Found]


PRACTICES: dict[str, list[Practice]] = {
    DOCUMENTED: [
        (
            1,
            "The need is stated and names no option",
            f"report, {ASSUMED}",
            practices.need_alone,
        ),
        (
            2,
            "What it asks in particular is stated",
            f"report, {ASSUMED}",
            practices.requirements,
        ),
        (3, "The study has a time frame", "-", (JUDGE, "It is not part of the workbook.")),
        (4, "The study has a team", "-", (JUDGE, "It is not part of the workbook.")),
        (
            5,
            "Criteria stand before results",
            f"report, {ASSUMED}",
            (YES, "The report opens with them; their order is the same for every scenario."),
        ),
        (6, "Criteria are weighted", "07-value", practices.weighted_criteria),
        (
            7,
            "The steps are written down before they are taken",
            "15-method",
            (YES, "The method's text is the same for every scenario; so are the chapters."),
        ),
        (
            18,
            "One document holds it all",
            "report",
            (YES, "Question, criteria, results, assumptions and their sources stand in one file."),
        ),
        (19, "Every assumption says what it rests on", "09-assumptions", practices.grounds),
        (0, "Every choice says why", "09-assumptions", practices.reasons),
    ],
    COMPREHENSIVE: [
        (
            8,
            "There are enough alternatives",
            f"report, {ASSUMED}",
            practices.enough_options,
        ),
        (
            9,
            "Every alternative is described",
            f"report, {ASSUMED}",
            practices.described,
        ),
        (
            10,
            "Going on as before is among them",
            f"report, {ASSUMED}",
            practices.baseline,
        ),
        (
            11,
            "Feasibility comes before cost",
            "01-comparison",
            (
                YES,
                "Only options that meet the need in half of the futures are ranked; the others "
                "stand below a line.",
            ),
        ),
        (12, "Risks are named, each with an answer", "12-checks", practices.risks_answered),
        (
            13,
            "What the alternatives yield is measured",
            "03-schedule",
            (YES, "GPUs, hours served and useful compute by month; the day of the target."),
        ),
        (15, "Every phase of the life is paid for", "02-cost", practices.every_phase),
        (0, "The full life is counted, discounted", "02-cost", practices.full_life),
    ],
    UNBIASED: [
        (14, "What they yield is measured against the need", "02-cost", practices.same_service),
        (20, "Both sides are seen with the same optimism", "12-checks", practices.same_optimism),
        (
            21,
            "Somebody else has gone over it",
            "12-checks",
            (
                JUDGE,
                "The project's tests hold a second program, written from the method's text alone; "
                "who has read this scenario is not on record.",
            ),
        ),
        (0, "Nothing is used that came later", "10-evidence", practices.known_on_the_day),
    ],
    CREDIBLE: [
        (16, "Costs are given as ranges", "02-cost", practices.spread),
        (0, "Every number has a range", "09-assumptions", practices.ranges_on_every_number),
        (17, "It is shown what moves the result", "06-sensitivity", practices.sensitivity),
        (
            22,
            "Alternatives are ranked in present value",
            "01-comparison",
            (YES, "By compared cost: present cost, and the hours that are short at their price."),
        ),
        (
            0,
            "The model is held against published figures",
            "12-checks",
            (YES, "Each with its source, its date, the difference and the reason for it."),
        ),
        (
            0,
            "The effort fits what hangs on it",
            "-",
            (JUDGE, "How much an error would cost here only the reader knows."),
        ),
    ],
}
"""By test: number, practice, the notebook where it stands, and what is found: by looking at the
scenario, or for every scenario alike."""


def standards(scenario: Scenario) -> pd.DataFrame:
    """One row per practice: columns test, number (of the GAO's list; 0 for one of the AQuA Book),
    practice, where (the notebook, and for the report its section), kept (`YES`, `NO` or `JUDGE`),
    found (in words, with the count where it is counted from the scenario), counted (whether it is).
    """
    rows = []
    for test, kept_by in PRACTICES.items():
        for number, practice, where, look in kept_by:
            answer, found = look(scenario) if callable(look) else look
            rows.append((test, number, practice, where, answer, found, callable(look)))
    columns = ["test", "number", "practice", "where", "kept", "found", "counted"]
    return pd.DataFrame(rows, columns=columns)
