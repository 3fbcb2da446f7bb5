"""The words of a scenario file: what each table may hold, and what each field is measured in."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from analysis.scenario.beside import Criterion, Gate, Limits, Lives, Risk, TimeValue
from analysis.scenario.currency import Currency
from analysis.scenario.offers import Offers
from analysis.scenario.tables import Basis, Choice, Name, Table, Text
from analysis.scenario.units import (
    CapShare,
    FailureRate,
    FallPerYear,
    Flop,
    Gpus,
    Kw,
    Months,
    Mw,
    Ratio,
    RatioUpToTwo,
    Seconds,
    Share,
    SharePerYear,
    ShareUpToTwo,
    TonnesPerMwh,
    Usd,
    UsdPerGpuHour,
    UsdPerGpuYear,
    UsdPerKwMonth,
    UsdPerMw,
    UsdPerMwh,
    UsdPerNode,
    UsdPerYear,
)

NO_OPTION = "None meets the need"
SUPPLIER = "the supplier's, in the rent"
MARKET = "hours bought on the market"
EVERYTHING = "Everything at once"

OURS = (NO_OPTION, SUPPLIER, MARKET, EVERYTHING)
"""What stands beside a reader's titles and labels in one table or picture: none may read like it.
"""


class Step(Table):
    """So many H100 wanted from a month on, until the next step."""

    from_months: float
    h100_gpus: Gpus


class Service(Table):
    """GPUs wanted over time, in H100 by peak, and what an hour that is short is counted at: all
    work wanted, the run included."""

    h100_gpus: Gpus | None = None
    from_months: Choice | None = None
    until_months: Choice | None = None
    steps: list[Step] = []
    served_share: Choice = Choice(value=0.75)
    short_hour_usd: Choice
    surplus_usd_per_h100_hour: UsdPerGpuHour | None = None
    market_gpus: Gpus | None = None
    market_site: Name | None = None
    why: Text = ""


class Need(Table):
    """What every option must deliver, stated without naming one: a run (`target_flop`), a service,
    or both."""

    use_share: Share
    target_flop: Flop | None = None
    by_months: Choice | None = None
    start_gpus: Choice | None = None
    service: Service | None = None


class Choices(Table):
    """What the reader sets: the discount rate, the horizon, the funds, tax and debt."""

    discount_rate_per_year: Choice
    horizon_months: Choice
    funding_usd: Choice | None = None
    tax_rate_share: Choice = Choice(value=0)
    write_off_years: Choice | None = None
    works_years: Choice | None = None
    bonus_share: Choice = Choice(value=0)
    profit_usd_per_year: Choice | None = None
    debt_share: Choice = Choice(value=0)
    debt_rate_per_year: Choice = Choice(value=0)
    debt_months: Choice = Choice(value=36)


class Assumption(Table):
    """One uncertain input: P10/P50/P90 with bounds, a fixed value, a list, or an event."""

    label: Text
    unit: Text
    low: float | None = None
    mid: float | None = None
    high: float | None = None
    min: float | None = None
    max: float | None = None
    value: float | None = None
    values: list[float] | None = None
    probabilities: list[float] | None = None
    probability: float | None = None
    basis: Basis = []
    quote: Text = ""
    judgement: Text = ""

    @property
    def varies(self) -> bool:
        """Whether it has more than one possible value."""
        return self.value is None


class Cause(Table):
    """A named cause that ties inputs together: a latent normal with loadings on them."""

    title: Text
    loadings: dict[str, float]


class Run(Table):
    """How well a training run uses its GPUs."""

    mfu_share: Share
    failures_per_1000_node_days: FailureRate
    checkpoint_write_s: Seconds
    restart_s: Seconds


class Chip(Table):
    """A chip as this scenario uses it; what is left out comes from the table of chips."""

    title: Text | None = None
    peak_bf16_dense_tflops: float | None = Field(None, gt=0, le=1e6)
    gpus_per_node: int | None = Field(None, ge=1, le=1024)
    it_kw_per_gpu: Kw | None = None
    load_share: Share
    node_usd: UsdPerNode | None = None
    market_rent_usd_per_gpu_hour: UsdPerGpuHour | None = None
    rent_1_year_ratio: RatioUpToTwo | None = None
    rent_3_year_ratio: RatioUpToTwo | None = None
    price_fall_per_year: FallPerYear | None = None
    rent_fall_per_year: FallPerYear | None = None
    rent_fall_swing: SharePerYear | None = None
    node_fall_per_year: FallPerYear | None = None
    node_fall_swing: SharePerYear | None = None
    falls_from_month: Months = 0.0
    resale_share: ShareUpToTwo | None = None


class Stage(Table):
    """Power that a site has from a date on: of the facility (`mw`), or for IT (`it_mw`)."""

    title: Text
    mw: Mw | None = None
    it_mw: Mw | None = None
    from_months: Months
    until_months: Months | None = None
    availability_share: Share
    usd_per_mwh: UsdPerMwh
    tco2_per_mwh: TonnesPerMwh
    replaces: Name | None = None
    only_if: Name | None = None


class Site(Table):
    """Where power comes from: its own stages, which limit the GPUs there, or (without stages) the
    supplier's, in the rent."""

    title: Text
    pue: Ratio
    stages: dict[Name, Stage] = {}
    cap_share: CapShare | None = None
    capped_speed_share: Share | None = None
    tco2_per_mwh: TonnesPerMwh | None = None
    staff_usd_per_year: UsdPerYear | None = None
    works_usd: Usd | None = None
    works_usd_per_mw: UsdPerMw | None = None
    works_resale_share: Share | None = None
    lease_usd_per_kw_month: UsdPerKwMonth | None = None


class _Tranche(Table):
    title: Text
    chip: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    site: Name
    gpus: Gpus
    use: Literal["run", "other", "sublet"]
    sublet_price_share: ShareUpToTwo | None = None
    fabric: Name | None = None
    fabric_gpus: Gpus | None = None
    milestones: dict[Name, Months] = Field(min_length=1)
    ramp_months: Months
    only_if: Name | None = None


class RentedTranche(_Tranche):
    """Identical GPUs that arrive together and are rented: `reserved_share` of them (all, unless
    stated) under contract, the rest by the hour. Without a price or a value the contract costs what
    one of its term does on the market of the day."""

    kind: Literal["rent"]
    usd_per_gpu_hour: UsdPerGpuHour | None = None
    contract_usd: Usd | None = None
    reserved_share: Share | None = None
    term_months: Months
    take_or_pay_share: Share
    prepayment_share: Share
    prepaid_months_before: Months | None = None
    known_month: Months | None = None
    refund_share: Share | None = None
    at_end: Literal["renew", "stop", "until_moved", "reserve"]
    exit_fee_months: Months | None = None


class OwnedTranche(_Tranche):
    """Identical GPUs that arrive together and are owned."""

    kind: Literal["own"]
    ordered_month: Months = 0.0
    deposit_share: Share
    network_share: Share
    storage_share: Share
    maintenance_share_per_year: SharePerYear
    insurance_and_tax_share_per_year: SharePerYear


Tranche = Annotated[RentedTranche | OwnedTranche, Field(discriminator="kind")]


class Cost(Table):
    """A further line of cost, paid for each of its tranches: once, at the first GPUs (and again
    after each life), or for as long as the GPUs are there."""

    title: Text
    tranches: list[Name] = Field(min_length=1)
    once_usd: Usd | None = None
    life_months: Months | None = None
    usd_per_year: UsdPerYear | None = None
    usd_per_gpu_year: UsdPerGpuYear | None = None
    usd_per_kw_month: UsdPerKwMonth | None = None


class Instead(Table):
    """Where an event of an option fails, what takes its place: another option, begun in the month
    in which the failure is known."""

    event: Name
    known_month: Months
    option: Name


class Option(Table):
    """One way to meet the need: a list of tranches."""

    title: Text
    description: Text = ""
    tranches: list[Name] = Field(min_length=1)
    instead: Instead | None = None


class Scenario(Table):
    """One decision, whole: what `extends` left out is filled in."""

    title: Text
    question: Text = ""
    why: Text = ""
    note: Text = ""
    start: date
    as_of: date
    currency: Currency | None = None
    offers: Offers | None = None
    baseline: Name | None = None
    compare: list[Name] | None = Field(None, min_length=2, max_length=2)
    need: Need
    choices: Choices
    run: Run | None = None
    assumptions: dict[Name, Assumption]
    causes: dict[Name, Cause] = {}
    chips: dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")], Chip]
    sites: dict[Name, Site]
    tranches: dict[Name, Tranche]
    costs: dict[Name, Cost] = {}
    options: dict[Name, Option] = Field(min_length=1)
    limits: Limits | None = None
    lives: Lives | None = None
    value: TimeValue = TimeValue()
    gate: Gate | None = None
    criteria: dict[Name, Criterion] = {}
    risks: dict[Name, Risk] = {}
