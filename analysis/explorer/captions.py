"""The words of the explorer as HTML: everything escaped, every number a value."""

from urllib.parse import quote

from analysis.chapters.shared.markup import fact_link, safe
from analysis.chapters.shared.words import in_words
from analysis.decision import headline, verdict
from analysis.decision.wording import stated, usd
from analysis.evidence import ledger as ledgers
from analysis.evidence.files import SLUG
from analysis.explorer import held as held_inputs
from analysis.model.simulation import Result
from analysis.scenario import load
from analysis.scenario.schema import Assumption, Scenario

REPORT_DRAWS = 20_000


def about(scenario: Scenario, slug: str, futures: int) -> str:
    """The question, the day, and how many futures are behind the picture."""
    return (
        f"<p><strong>{safe(scenario.question or scenario.title)}</strong> Decided on "
        f"{scenario.start}, on what was public by {scenario.as_of}. Every figure here comes from "
        f"{futures:,} futures, so that the picture follows at once. <code>make report "
        f"SCENARIO={safe(slug)}</code> computes {REPORT_DRAWS:,}; its figures differ from "
        "those here by the error of sampling.</p>"
    )


def answers(result: Result, slug: str, month_usd: float) -> str:
    """The verdict on the pair, and which option is first at the value of a month."""
    lines = verdict.verdict(headline.headline(held_inputs.asked(result), slug)).sentences
    listed = "".join(
        f"<li>{safe(one)}</li>" for one in (*lines, held_inputs.best(result, month_usd))
    )
    return f"<ol>{listed}</ol>"


def delay(scenario: Scenario) -> str:
    """What the value of a month is, and how a target that is missed counts."""
    horizon = scenario.choices.horizon_months.value
    return (
        "What a month until the target costs, beside the payments. A target that is not reached "
        f"within the horizon counts as month {horizon:g}."
    )


def behind(one: Assumption, ledger: ledgers.Ledger) -> str:
    """The range of an input and, where the reader opens it, what it rests on: facts with the day
    on which they became public, a quote, a reason."""
    lines = [
        f"{fact_link(ledger, fact)}, public on {ledger.facts[fact].public_on}" for fact in one.basis
    ]
    lines += [f"Quote: {safe(one.quote)}"] * bool(one.quote)
    lines += [f"Judgement: {safe(one.judgement)}"] * bool(one.judgement)
    # A page of sliders forgets them when it is left, so that a fact opens beside it.
    basis = "<br>".join(lines).replace("<a ", '<a target="_blank" ')
    ends = "P10 / P50 / P90: " * (one.mid is not None)
    return f"<details><summary>{safe(ends + in_words(one))}</summary>{basis}</details>"


def amount(one: Assumption, value: float) -> str:
    """A value of an input as it is stated; of a sum of money in words."""
    return usd(value) if one.unit == "USD" else stated(value)


def file(
    scenario: Scenario, slug: str, name: str, held: held_inputs.Held, pair: tuple[str, str] | None
) -> str:
    """A link that saves what is held as a scenario file, or what is missing for it."""
    if not held:
        return "<p>Move an input, and what is held can be saved as a scenario file.</p>"
    if SLUG.fullmatch(name) is None:
        return "<p>Expected a file name of small letters, digits and hyphens.</p>"
    if name == slug or (load.FOLDER / f"{name}.toml").exists():
        return f"<p>There is a scenario {name} already; give the file another name.</p>"
    text = quote(held_inputs.file(slug, name, scenario, held, pair))
    return (
        f'<p><a download="{name}.toml" href="data:text/plain;charset=utf-8,{text}">Save '
        f"{name}.toml</a>, which holds what was moved. <code>make report "
        f"SCENARIO=path/to/{name}.toml</code> makes its report: every option, {REPORT_DRAWS:,} "
        "futures.</p>"
    )
