"""The first screen of every page that answers: the question, the verdict, four figures beside those
of another option, what would turn it, and what to find out next."""

from datetime import date
from pathlib import Path

import pandas as pd

from analysis.chapters.sensitivity import reversal_titles
from analysis.chapters.shared.markup import safe
from analysis.chapters.shared.rows import rows_of
from analysis.chapters.shared.words import only_one
from analysis.decision import tiles, value_of_information
from analysis.decision.claims import CHEAPER, MEETS, Claim
from analysis.decision.reading import Headline, title
from analysis.decision.tiles import Tile
from analysis.decision.verdict import Verdict
from analysis.decision.wording import usd
from analysis.model.comparison import pair
from analysis.model.estimates import TELLING
from analysis.model.simulation import Result

STYLE = f"<style>{Path(__file__).with_name('first_screen.css').read_text('utf-8')}</style>"
"""Stands with the text, so that JupyterLab and a page show it alike."""

NEAREST = 3
"""So many turns are named."""


def head(headline: Headline, said: Verdict) -> str:
    """The question, the verdict and the figures, as marked-up text."""
    scenario, run = headline["scenario"], headline["run"]
    asked = scenario["question"] or scenario["title"]
    start, known = (date.fromisoformat(scenario[day]) for day in ("start", "as_of"))
    by = "that day" if known == start else f"by {_day(known)}"
    since = f"Decided on {_day(start)}, on what was public {by}"
    why = " ".join(said.why)
    return (
        f'{STYLE}<div class="verdict"><p class="asked">{safe(since)}; {run["draws"]:,} futures.</p>'
        f"<h1>{safe(asked)}</h1>"
        f"<p><strong>{safe(said.decides)}</strong> {safe(why)}</p></div>"
        f"{_figures(headline, said)}"
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _figures(headline: Headline, said: Verdict) -> str:
    """The figures of the option that the verdict is about, beside those of another one: a reader
    picks which."""
    options = list(headline["options"])
    about = said.option or (headline["comparison"]["pair"] or options)[0]
    others = [o for o in options if o != about]
    asked = headline["comparison"]["pair"] or []
    others.sort(key=lambda option: option not in asked)
    if not others:
        return f'<div class="tiles">{_row(tiles.tiles(headline, about, None))}</div>'
    picks = rows = ""
    for i, other in enumerate(others):
        checked = " checked" * (i == 0)
        picks += (
            f'<label><input type="radio" name="beside"{checked}> '
            f"{safe(title(headline, other))}</label>"
        )
        rows += f'<div class="row">{_row(tiles.tiles(headline, about, other))}</div>'
    start = f"{safe(title(headline, about))} beside"
    if len(others) == 1:
        return f'<div class="tiles"><p>{start} {safe(title(headline, others[0]))}</p>{rows}</div>'
    pick = f'<fieldset class="pick"><legend>{start}</legend>{picks}</fieldset>'
    return f'<div class="tiles">{pick}{rows}</div>'


def _row(shown: list[Tile]) -> str:
    return "".join(
        f'<div class="tile"><p class="asks">{safe(tile.asks)}</p>'
        f'<p class="figure">{safe(tile.figure)}</p><p>{safe(tile.beside)}</p></div>'
        for tile in shown
    )


def turns(result: Result, claimed: dict[str, Claim], tried: pd.DataFrame) -> str:
    """The inputs nearest to turning which of the two costs less or is earlier. `tried` is the frame
    of `reversals`."""
    asked = pair(result.scenario)
    if asked is None:
        return f"<p>{safe(only_one('there is no choice to turn'))}</p>"
    titled = {option: result.scenario.options[option].title for option in asked}
    mine = tried[tried["claim"].isin(claimed) & (tried["kind"] != "choice")]
    near = mine[mine["turns_at"].notna() | ~mine["at_mid"].astype(bool)]
    said = []
    for row in rows_of(near.sort_values("spreads", kind="stable").head(NEAREST)):
        claim = claimed[row["claim"]]
        [other] = set(asked) - {claim.option}
        then = "costs less" if claim.kind == CHEAPER else "is earlier"
        both = titled[asked[0]], titled[asked[1]]
        said.append(reversal_titles.turn(row, both, f"{titled[other]} {then}"))
    if not said:
        dated = " or is earlier" * (result.scenario.need.by_months is not None)
        return f"<p>No input alone turns which of the two costs less{dated}.</p>"
    return "<ol>" + "".join(f"<li>{safe(words)}</li>" for words in said) + "</ol>"


def next_step(result: Result) -> str:
    """The input that is most worth finding out before choosing, and how the risk register says to
    go about it."""
    worth = pd.concat(
        [
            value_of_information.learnt(result, month).assign(month_usd=month)
            for month in value_of_information.months_asked(result)
        ]
        or [pd.DataFrame(columns=["worth_usd", "se_usd"])]
    )
    told = worth[worth["worth_usd"] > TELLING * worth["se_usd"]]
    if told.empty:
        return "No single input is worth finding out first: none alone would change the choice."
    best = told.sort_values("worth_usd", kind="stable").iloc[-1]
    month = f" where a month is worth {usd(best['month_usd'])}" * bool(best["month_usd"])
    words = (
        f"Find out first: {best['label']}. Knowing it before choosing is worth at most "
        f"{usd(best['worth_usd'], best['se_usd'])}{month}."
    )
    risks = result.scenario.risks.values()
    answers = [risk.answer for risk in risks if best["assumption"] in risk.inputs]
    return " ".join([words, *answers[:1]])


def told(claims: list[Claim]) -> dict[str, Claim]:
    """The claims on cost and time that can be told, by kind."""
    return {claim.kind: claim for claim in claims if claim.told and claim.kind != MEETS}
