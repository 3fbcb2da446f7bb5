"""The tables that stand beside need and cost: limits, lives, what time is worth, a later look,
criteria, risks."""

from typing import Annotated, Literal

from pydantic import Field

from analysis.scenario.tables import Basis, Choice, Name, Table, Text
from analysis.scenario.units import Share


class Limits(Table):
    """What an option may not exceed: peak power, emissions to the horizon, the cash of a year."""

    peak_mw: float | None = Field(None, gt=0)
    emissions_tco2: float | None = Field(None, gt=0)
    usd_per_year: float | None = Field(None, gt=0)

    @property
    def stated(self) -> dict[str, float]:
        """The limits that are stated, by name."""
        return self.model_dump(exclude_none=True)


Life = Annotated[int, Field(ge=1, le=600)]


class Lives(Table):
    """How long what is bought is in use, in whole months: for the view by month."""

    servers_months: Life
    network_and_storage_months: Life
    works_months: Life
    why: Text = ""
    basis: Basis = []


class TimeValue(Table):
    """What being early is worth to the reader, in present USD; kept out of present cost."""

    month_usd: Choice | None = None
    race_usd: Choice | None = None
    race_months: Choice | None = None
    second_share: Choice = Choice(value=0.5)


class Gate(Table):
    """A later look at one option: go on with it, or switch to another, as what was seen says."""

    option: Name
    switch_to: Name
    month: Choice
    seen: Literal["first_training", "move", "full_capacity"] = "first_training"
    lost_share: Share
    why: Text = ""


class Criterion(Table):
    """Something besides money and time that options are scored on: from 0 (worst) to 100 (best) by
    the reader, or by an amount of which less is better; the swing weight is that of worst to best.
    """

    title: Text
    swing_weight: float = Field(ge=0, le=100)
    scores: dict[Name, Annotated[float, Field(ge=0, le=100)]] = {}
    less_of: Literal["emissions_tco2", "energy_mwh", "peak_mw", "deepest_cash_usd"] | None = None
    judgement: Text = ""


class Risk(Table):
    """Something that may go wrong, the inputs through which it acts, and what is done about it."""

    title: Text
    inputs: list[Name] = Field(min_length=1)
    answer: Text
