"""What is asked and by what the options are judged, before any result."""

from analysis import headline
from analysis.claims.words import listed
from analysis.inputs import Criterion, Scenario
from analysis.pages.markup import Html, safe, table
from analysis.quantities import Input
from analysis.tables.inputs import in_words
from analysis.uses import terms
from analysis.wording import stated, usd


def criteria(scenario: Scenario) -> Html:
    """The need, in words that name no option; what is compared, in its order; each option described
    in a table; the day and the horizon."""
    order = "".join(f"<li>{safe(one)}</li>" for one in _order(scenario))
    rows = [[one.title, _described(scenario, name)] for name, one in scenario.options.items()]
    return Html(
        f"<p>{safe(_need(scenario))}</p><p>Compared, in this order:</p><ol>{order}</ol>"
        f"{table(['Option', 'What it is'], rows).data}<p>{safe(_frame(scenario))}</p>"
    )


def _need(scenario: Scenario) -> str:
    need = scenario.need
    by = headline.day_of(scenario, need.by_months.value).isoformat()
    months, gpus = stated(need.by_months.value), stated(need.start_gpus.value)
    return (
        f"The need: a training run of {_words(scenario, need.target_flop)} useful FLOP, done "
        f"within {months} months of {scenario.start.isoformat()}, that is by {by}. The run waits "
        f"for {gpus} GPUs; of the GPU-hours that are delivered a share of "
        f"{_words(scenario, need.use_share)} is used."
    )


def _words(scenario: Scenario, value: Input) -> str:
    """An input as text: a number, or the range of what it refers to; sums with plus signs."""
    found = []
    for term in terms(value):
        if isinstance(term, str):
            one = scenario.assumptions[term]
            three = " (P10 / P50 / P90)" if one.mid is not None else ""
            found.append(f"{in_words(one)}{three}")
        else:
            found.append(stated(term))
    return " + ".join(found)


def _order(scenario: Scenario) -> list[str]:
    horizon = stated(scenario.choices.horizon_months.value)
    rate = f"{100 * scenario.choices.discount_rate_per_year.value:g} % a year"
    funds = scenario.choices.funding_usd
    paid = f"; whether {usd(funds.value)} of funds last" if funds is not None else ""
    lines = [
        "Does it meet the need? In how many futures the target is reached in time; an option "
        "counts as the best of a future only if it meets the need there.",
        "When? The month in which the target is reached.",
        f"At what cost? All payments of {horizon} months less the end value, discounted at {rate}"
        f"{paid}.",
        _time(scenario),
    ]
    return [*lines, _others(list(scenario.criteria.values()))]


def _time(scenario: Scenario) -> str:
    month = scenario.value.month_usd
    start = "Where one option is cheaper and another earlier:"
    if month is None:
        return f"{start} what a month would have to be worth, as no value of a month is stated."
    return f"{start} the value of a month, stated as {usd(month.value)}."


def _others(found: list[Criterion]) -> str:
    if not found:
        return "No other criteria are stated."
    whole = sum(one.swing_weight for one in found)
    named = listed([f"{one.title} ({100 * one.swing_weight / whole:.0f} %)" for one in found])
    return f"Other criteria, kept apart from money and time, with their swing weights: {named}."


def _described(scenario: Scenario, name: str) -> str:
    """What an option is: its description, else the titles of its tranches; marked if it is the one
    that goes on as before."""
    option = scenario.options[name]
    titles = [scenario.tranches[one].title for one in option.tranches]
    words = option.description or f"{'; '.join(titles)}."
    return f"{words} (Baseline.)" if name == scenario.baseline else words


def _frame(scenario: Scenario) -> str:
    """The day of decision and the day up to which facts were used, and the horizon."""
    later = scenario.as_of > scenario.start
    back = ", later than the decision, so that this looks back" if later else ""
    return (
        f"Decided on {scenario.start.isoformat()}; what was public by "
        f"{scenario.as_of.isoformat()} was used{back}. Costs and compute are counted over "
        f"{stated(scenario.choices.horizon_months.value)} months, to "
        f"{headline.day_of(scenario, scenario.choices.horizon_months.value).isoformat()}."
    )
