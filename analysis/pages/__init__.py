"""What a report shows beside its charts: tables and short texts, escaped, every number a value."""

from analysis.pages.answer import answers
from analysis.pages.changes import changes
from analysis.pages.cost import cash
from analysis.pages.inputs import CHOICE_WORDS, assumptions, unknown
from analysis.pages.markup import Html, frame
from analysis.pages.options import BEYOND, overview
from analysis.pages.pictures import power, rental_prices

__all__ = [
    "BEYOND",
    "CHOICE_WORDS",
    "Html",
    "answers",
    "assumptions",
    "cash",
    "changes",
    "frame",
    "overview",
    "power",
    "rental_prices",
    "unknown",
]
