"""What a report shows beside its charts: tables and short texts, escaped, every number a value."""

from analysis.pages.answer import answers
from analysis.pages.changes import changes
from analysis.pages.comparison import (
    break_even,
    differences,
    month_values,
    quadrants,
    regret,
    seeds,
)
from analysis.pages.cost import budget, cash, cost_steps, deal, flip_rate
from analysis.pages.evidence import (
    came_later,
    cited_kinds,
    price_history,
    purchase_prices,
    sources_behind,
    spreads,
)
from analysis.pages.inputs import (
    CHOICE_WORDS,
    assumptions,
    bases,
    choices,
    evidence_ranges,
    first_to_check,
    lists,
    ranges_and_bases,
    shapes,
    ties,
    unknown,
)
from analysis.pages.markup import Html, frame
from analysis.pages.options import BEYOND, overview
from analysis.pages.own_case import need, own_inputs, phone_calls, taken_over
from analysis.pages.pictures import live, rental_prices
from analysis.pages.power import (
    energy,
    firm_power,
    idle_gpus,
    power,
    power_wanted,
    published_power,
    stage_dates,
    stages,
)
from analysis.pages.schedule import milestones, rental_terms, starts, starts_by_size
from analysis.pages.training import (
    fabrics,
    goodput,
    target_asks,
    target_days,
    useful_gpus,
    useful_shares,
)

__all__ = [
    "BEYOND",
    "CHOICE_WORDS",
    "Html",
    "answers",
    "assumptions",
    "bases",
    "break_even",
    "budget",
    "came_later",
    "cash",
    "changes",
    "choices",
    "cited_kinds",
    "cost_steps",
    "deal",
    "differences",
    "energy",
    "evidence_ranges",
    "fabrics",
    "firm_power",
    "first_to_check",
    "flip_rate",
    "frame",
    "goodput",
    "idle_gpus",
    "lists",
    "live",
    "milestones",
    "month_values",
    "need",
    "overview",
    "own_inputs",
    "phone_calls",
    "power",
    "power_wanted",
    "price_history",
    "published_power",
    "purchase_prices",
    "quadrants",
    "ranges_and_bases",
    "regret",
    "rental_prices",
    "rental_terms",
    "seeds",
    "shapes",
    "sources_behind",
    "spreads",
    "stage_dates",
    "stages",
    "starts",
    "starts_by_size",
    "taken_over",
    "target_asks",
    "target_days",
    "ties",
    "unknown",
    "useful_gpus",
    "useful_shares",
]
