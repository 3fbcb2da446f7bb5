"""What a scenario was understood to say, in four lines or fewer: the numbers at mid."""

from analysis.chapters.shared.need import asked
from analysis.decision.wording import figure, stated, usd
from analysis.model.inputs import Inputs
from analysis.model.records import RentedTranche, Tranche
from analysis.scenario.schema import Scenario
from analysis.validation.extremes import Extremes
from analysis.validation.unusual import peak_mw


def understood(scenario: Scenario) -> list[str]:
    """Title, question and need; each option, those of more than two in one line; the choices."""
    mid = Extremes(scenario).mid
    options = [
        f"{one.title}: {'; '.join(_held(scenario, mid, name) for name in one.tranches)}"
        for one in scenario.options.values()
    ]
    words = [scenario.title, scenario.question, *asked(scenario)]
    return [
        " ".join(one if one.endswith((".", "?")) else f"{one}." for one in words if one),
        *([" | ".join(options)] if len(options) > 2 else options),
        _choices(scenario),
    ]


def _held(scenario: Scenario, mid: Inputs, name: str) -> str:
    """What a tranche rents or owns: how many of which chip, at what price, from when, on what."""
    one, table = mid.tranches[name], scenario.tranches[name]
    does = "rents" if isinstance(one, RentedTranche) else "owns"
    mw = f", on {figure(peak_mw(mid, table.site))} MW" if one.site.stages else ""
    return (
        f"{does} {stated(float(one.gpus[0]))} {table.chip} at {_price(one)}, "
        f"from month {figure(float(one.planned[0]))}{mw}"
    )


def _price(one: Tranche) -> str:
    if not isinstance(one, RentedTranche):
        return f"{usd(float(one.chip.node_usd[0]))} per {figure(one.chip.gpus_per_node)}"
    months = float(one.term_months[0])
    term = f"for {figure(months)} months" if months else "without a term"
    return f"{figure(float(one.usd_per_gpu_hour[0]))} USD/GPU-hour {term}"


def _choices(scenario: Scenario) -> str:
    choices = scenario.choices
    funds = "no funds stated" if choices.funding_usd is None else usd(choices.funding_usd.value)
    rate = f"{100 * choices.discount_rate_per_year.value:.4g} %"
    money = f" {scenario.currency.said}" if scenario.currency else ""
    return (
        f"Over {figure(choices.horizon_months.value)} months from {scenario.start} at {rate} a "
        f"year; funds: {funds}; numbers are those at mid.{money}"
    )
