"""The short form of a case: a rental and a machine of one's own, for so many GPUs of a chip.

`[offers]` stands for the tables of chips, sites, tranches and options of such a case. What the file
leaves out then has the range of `data/two-offers.toml`, by the size of the machine and its chip.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from analysis.evidence import ledger as ledgers
from analysis.evidence.files import BadInput, text
from analysis.scenario.known import check_known
from analysis.scenario.tables import Table

FILE = ledgers.DATA / "two-offers.toml"

BASE = "own-case"
"""The case whose names the short form keeps."""

HOURS_PER_MONTH = 730

SPARE = 1.1
"""Power that is booked over what all GPUs take, where nothing is said."""

STAFF_USD_PER_GPU_YEAR, LEAST_STAFF_USD_PER_YEAR = 450, 60e3
"""What `own-case` has for 2,000 GPUs, per GPU; half a person."""


class Offers(Table):
    """So many GPUs of a chip, rented or owned, for one run or for a service."""

    chip: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    gpus: float = Field(ge=1, le=1e7)
    use: Literal["run", "service"]
    gpus_per_node: int | None = Field(None, ge=1, le=1024)


@dataclass(frozen=True)
class Short:
    """A short case: its offers, the file's own tables, and the tables of `own-case`."""

    offers: Offers
    own: Mapping[str, Any]
    base: Mapping[str, Any]

    def stated(self, table: str) -> dict[str, Any]:
        """A table of the file, empty where it has none."""
        return _table(self.own.get(table))

    @property
    def chip(self) -> dict[str, Any]:
        """The chip as the table of chips has it, under what the file states of it."""
        row = ledgers.chips().get(self.offers.chip, {})
        return {**row, **_table(self.stated("chips").get(self.offers.chip))}

    @property
    def machine(self) -> str:
        """So many GPUs of a kind, in words."""
        title = self.chip.get("title", self.offers.chip.upper())
        return f"{self.offers.gpus:,.0f} {title}"

    @property
    def leases(self) -> bool:
        """Whether the hall is rented, and not built."""
        return "works_usd_per_mw" not in self.stated("assumptions")

    def named(self, of_chip: str) -> str:
        """The name of an assumption on the chip."""
        return of_chip.replace("CHIP", prefix(self.offers.chip))

    def mid(self, value: Any) -> float | None:
        """The number that a field of the chip, or the assumption that it names, has at mid."""
        if isinstance(value, str) and not value[:1].isdigit():
            inherited = _table(self.base.get("assumptions"))
            known = {**inherited, **of_chip(self.offers.chip), **self.stated("assumptions")}
            one = _table(known.get(value))
            value = one.get("mid", one.get("value"))
        return float(value) if value else None


def _table(found: Any) -> dict[str, Any]:
    """A table; an empty one in place of what is none, which is refused with the whole file."""
    return found if isinstance(found, dict) else {}


def prefix(chip: str) -> str:
    """What the names of a chip's assumptions begin with."""
    return chip.replace("-", "_")


def expanded(own: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """The tables that the offers of a file stand for, to be laid between `own-case` (`base`) and
    the file's own; none where the offers are to be refused."""
    try:
        offers = Offers.model_validate(own["offers"])
    except ValidationError:
        return {}
    short = Short(offers, own, base)
    check_known("offers.chip", offers.chip, [*ledgers.chips(), *short.stated("chips")])
    return {
        "title": f"{short.machine}: a rental or a machine of our own",
        "question": f"Rent {short.machine}, or own them?",
        "need": _need(short),
        "choices": {"funding_usd": False},
        "chips": _chip(short),
        "assumptions": _assumptions(short),
        **_hardware(short),
    }


@cache
def records() -> dict[str, Any]:
    """What stands where a short case says nothing, as the file has it."""
    return tomllib.loads(text(FILE))


def of_chip(chip: str) -> dict[str, dict[str, Any]]:
    """What is on record of a chip, by name of the assumption."""
    known = records()["chips"].get(chip, {})
    return {name.replace("CHIP", prefix(chip)): one for name, one in known.items()}


def ranges(short: Short) -> dict[str, dict[str, Any]]:
    """Everything that may stand where a file says nothing, by name of the assumption."""
    gpus, chip = short.offers.gpus, short.offers.chip
    found = records()["assumptions"] | _by_size(gpus) | of_chip(chip)
    return found | {"staff_usd_per_year": _staff(gpus)} | _power(short)


def taken(short: Short) -> dict[str, dict[str, Any]]:
    """What of it stands in the case, since the file says nothing."""
    found, stated = ranges(short), short.stated("assumptions")
    if not short.leases:
        del found["colocation_usd_per_kw_month"]
    if "colocation_mw" in stated:
        found.pop("colocation_it_mw", None)
    elif not {"colocation_it_mw"} & {*found, *stated}:
        chip, built = short.offers.chip, short.named("CHIP_it_kw_per_gpu")
        raise BadInput(
            f"offers.chip: the power of {chip} is not published; expected [assumptions] {built}"
        )
    market = short.named("CHIP_market_rent_usd_per_gpu_hour")
    if market not in {*found, *short.base["assumptions"]}:
        found |= {market: _offered(short)}
    return {name: one for name, one in found.items() if name not in stated}


def _by_size(gpus: float) -> dict[str, dict[str, Any]]:
    return {
        name: {key: value for key, value in one.items() if key != "gpus"}
        for name, ranges in records()["by_size"].items()
        for one in ranges
        if one["gpus"][0] <= math.ceil(gpus) <= one["gpus"][1]
    }


def _staff(gpus: float) -> dict[str, Any]:
    usd = max(STAFF_USD_PER_GPU_YEAR * gpus, LEAST_STAFF_USD_PER_YEAR)
    ends = {"low": 0.7 * usd, "mid": usd, "high": 1.6 * usd, "min": 0.2 * usd, "max": 5 * usd}
    return ends | {
        "judgement": "450 USD per GPU, as for 2,000 with five people; half a one at least."
    }


def _power(short: Short) -> dict[str, Any]:
    """Enough for all GPUs, in MW of IT, where it is known what one takes."""
    built = short.mid(short.named("CHIP_it_kw_per_gpu"))
    if (kw := built or short.mid(short.chip.get("it_kw_per_gpu"))) is None:
        return {}
    mw = float(f"{short.offers.gpus * kw / 1000 * SPARE:.4g}")
    why = "No offer: a tenth more than all GPUs take."
    return {"colocation_it_mw": {"value": mw, "judgement": why}}


def _offered(short: Short) -> dict[str, Any]:
    """The price of an hour that the rental's offer comes to, where the market's is not known."""
    usd = short.mid("cloud_rent_usd_per_gpu_hour") if _priced(short) else None
    if contract := short.mid("cloud_contract_usd"):
        months = (
            short.mid("cloud_term_months") or records()["assumptions"]["cloud_term_months"]["value"]
        )
        usd = contract / (short.offers.gpus * HOURS_PER_MONTH * max(months, 1))
    if usd is None:
        raise BadInput(
            f"offers.chip: what an hour of {short.offers.chip} costs is not on record; expected "
            "[assumptions] cloud_rent_usd_per_gpu_hour"
        )
    why = "No market price of this GPU is on record: the offer stands for it."
    return {"value": round(usd, 4), "judgement": why}


def _priced(short: Short) -> bool:
    return "cloud_rent_usd_per_gpu_hour" in short.stated("assumptions")


def _assumptions(short: Short) -> dict[str, Any]:
    """What is taken, and how it and what the file states are called; without the examples of
    `own-case` that have no place in the case."""
    found, stated = taken(short), short.stated("assumptions")
    chip = short.chip.get("title", short.offers.chip.upper())
    for key, (label, unit) in records()["labels"].items():
        if (name := short.named(key)) in {**found, **stated}:
            words = {"label": label.replace("CHIP", chip), "unit": unit}
            found[name] = words | found.get(name, {})
    examples = {
        "target_flop": short.offers.use == "service",
        "cloud_rent_usd_per_gpu_hour": not _priced(short),
        "colocation_usd_per_kw_month": not short.leases,
        "colocation_mw": "colocation_it_mw" in {**found, **stated},
    }
    return found | {name: False for name, gone in examples.items() if gone}


def _need(short: Short) -> dict[str, Any]:
    """A run that begins on half of the GPUs, or a service of all of them, in H100 by peak, with an
    hour that is short at the market's price."""
    gpus, service = short.offers.gpus, _table(short.stated("need").get("service"))
    if short.offers.use == "run":
        half, why = max(1.0, math.floor(gpus / 2)), "Half of the machine is enough to start."
        swept = [half, gpus] if half < gpus else []
        return {"by_months": False, "start_gpus": {"value": half, "swept": swept, "why": why}}
    peak = "peak_bf16_dense_tflops"
    in_h100 = (short.mid(short.chip.get(peak)) or 0.0) / float(ledgers.chips()["h100"][peak])
    wanted = {} if "steps" in service else {"h100_gpus": round(gpus * in_h100, 1)}
    market = short.named("CHIP_market_rent_usd_per_gpu_hour")
    usd = (short.mid(market) or _offered(short)["value"]) / in_h100
    prices, why = (
        [round(usd * x, 2) for x in (0.5, 1, 2)],
        "The market's price of an hour, by peak.",
    )
    hour = {"value": prices[1], "swept": prices, "why": why}
    return {
        "target_flop": False,
        "by_months": False,
        "start_gpus": False,
        "service": wanted | {"short_hour_usd": hour},
    }


def _chip(short: Short) -> dict[str, Any]:
    """The table of the chip; `own-case` has that of the H100."""
    chip, nodes = short.offers.chip, short.offers.gpus_per_node
    names = ("load_share", "price_fall_per_year", "resale_share")
    fields: dict[str, Any] = {name: name for name in names}
    for field in ("node_usd", "market_rent_usd_per_gpu_hour", "it_kw_per_gpu"):
        name = short.named(f"CHIP_{field}")
        if field != "it_kw_per_gpu" or name in {**of_chip(chip), **short.stated("assumptions")}:
            fields[field] = name
    return {chip: fields | ({"gpus_per_node": nodes} if nodes else {})}


def _hardware(short: Short) -> dict[str, Any]:
    """The hall, the two tranches and the two options, over those of `own-case`."""
    it_power = "colocation_mw" not in short.stated("assumptions")
    booked = {"mw": False, "it_mw": "colocation_it_mw"} if it_power else {}
    works = {"lease_usd_per_kw_month": False, "works_usd_per_mw": "works_usd_per_mw"}
    hall = {"title": "Our hall", "stages": {"booked": {"from_months": 0} | booked}}
    use = "run" if short.offers.use == "run" else "other"
    same = {"chip": short.offers.chip, "gpus": short.offers.gpus, "use": use}
    then = f"Rent {short.machine} for the term, then by the month at the market's price."
    return {
        "sites": {"hall": hall | ({} if short.leases else works)},
        "tranches": {
            "cloud_2k": {"title": f"{short.machine} rented"} | same | _price(short),
            "own_2k": {"title": f"{short.machine} owned"} | same,
        },
        "options": {
            "cloud": {"title": "Rental", "description": then},
            "colocation": {"title": "Own machine", "description": f"Own {short.machine}."},
        },
    }


def _price(short: Short) -> dict[str, Any]:
    """What the rental costs: its price, the value of its contract, else the market's price."""
    if _priced(short):
        return {}
    if "cloud_contract_usd" in short.stated("assumptions"):
        return {"usd_per_gpu_hour": False, "contract_usd": "cloud_contract_usd"}
    return {"usd_per_gpu_hour": short.named("CHIP_market_rent_usd_per_gpu_hour")}
