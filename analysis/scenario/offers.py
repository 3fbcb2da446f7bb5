"""The short form of a case: a rental and a machine of one's own, for so many GPUs of a chip.

`[offers]` stands for tables of chips, sites, tranches and options. They are in
`data/two-offers.toml`, with what the file may leave out: by the size of the machine, and its chip.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping
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

PEAK, RENT = "peak_bf16_dense_tflops", "CHIP_market_rent_usd_per_gpu_hour"

Ranges = dict[str, dict[str, Any]]


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

    @property
    def stated(self) -> Ranges:
        """The assumptions of the file."""
        return _table(self.own, "assumptions")

    @property
    def chip(self) -> dict[str, Any]:
        """The chip as the table of chips has it, under what the file states of it."""
        row = ledgers.chips().get(self.offers.chip, {})
        return row | _table(_table(self.own, "chips"), self.offers.chip)

    @property
    def chip_name(self) -> str:
        """What the chip is called in titles."""
        title = self.chip.get("title")
        return title if isinstance(title, str) else self.offers.chip.upper()

    def named(self, of_chip: str) -> str:
        """The name of an assumption on the chip."""
        return of_chip.replace("CHIP", prefix(self.offers.chip))

    def mid(self, value: Any) -> float | None:
        """A number, or that of the assumption that is named, at mid; None where there is none."""
        if isinstance(value, str) and not value[:1].isdigit():
            known = {**self.base["assumptions"], **of_chip(self.offers.chip), **self.stated}
            one = _table(known, value)
            value = one.get("mid", one.get("value"))
        try:
            return float(value) or None
        except (TypeError, ValueError):  # refused with the whole file, if it is in it
            return None


def _table(tables: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A table of others; an empty one for what is none, which is refused with the whole file."""
    entries = tables.get(key)
    return entries if isinstance(entries, dict) else {}


def prefix(chip: str) -> str:
    """What the names of a chip's assumptions begin with."""
    return chip.replace("-", "_")


@cache
def records() -> dict[str, Any]:
    """The tables that offers stand for, and what stands where a short case says nothing."""
    return tomllib.loads(text(FILE))


def of_chip(chip: str) -> Ranges:
    """What is on record of a chip, by name of the assumption."""
    known = records()["chips"].get(chip, {})
    return {name.replace("CHIP", prefix(chip)): one for name, one in known.items()}


def layers(own: Mapping[str, Any], base: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The tables that the offers of a file stand for, to be laid over those of `own-case` (`base`)
    one after the other, and under the file's own; none where the offers are to be refused."""
    try:
        offers = Offers.model_validate(own["offers"])
    except ValidationError:
        return
    short = Short(offers, own, base)
    check_known("offers.chip", offers.chip, [*ledgers.chips(), *_table(own, "chips")])
    entries, words = taken(short), _words(short)
    for name in _parts(short, entries):
        yield _filled(records()["tables"][name], words)
    yield {"assumptions": _labelled(short, entries)}


def _parts(short: Short, entries: Ranges) -> Iterator[str]:
    """The names of the tables that the case is made of."""
    stated, offers = short.stated, short.offers
    yield "always"
    yield offers.use
    if offers.use == "service" and "steps" not in _table(_table(short.own, "need"), "service"):
        yield "one-step"
    if "cloud_rent_usd_per_gpu_hour" not in stated:
        yield "contract" if "cloud_contract_usd" in stated else "market"
    if "works_usd_per_mw" in stated:
        yield "built"
    if "colocation_it_mw" in {**entries, **stated}:
        yield "it-power"
    if short.named("CHIP_it_kw_per_gpu") in {**entries, **stated}:
        yield "own-kw"
    if offers.gpus_per_node:
        yield "own-nodes"


def _words(short: Short) -> dict[str, Any]:
    """What the words in capitals of the tables stand for."""
    gpus = short.offers.gpus
    in_h100 = (short.mid(short.chip.get(PEAK)) or math.inf) / float(ledgers.chips()["h100"][PEAK])
    hour = (short.mid(short.named(RENT)) or _offered_usd_per_hour(short)) / in_h100
    return {
        "MACHINE": f"{gpus:,.0f} {short.chip_name}",
        "CHIP-ID": short.offers.chip,
        "CHIP": prefix(short.offers.chip),
        "GPUS": gpus,
        "HALF": max(1.0, math.floor(gpus / 2)),
        "NODES": short.offers.gpus_per_node,
        "H100": round(gpus * in_h100, 1),
        **{
            "HALF-HOUR": round(hour / 2, 2),
            "HOUR": round(hour, 2),
            "TWO-HOURS": round(2 * hour, 2),
        },
    }


def _filled(value: Any, words: Mapping[str, Any]) -> Any:
    """A table of the record with its words in capitals put in."""
    if isinstance(value, dict):
        return {_filled(key, words): _filled(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, words) for one in value]
    if not isinstance(value, str) or value in words:
        return words.get(value, value) if isinstance(value, str) else value
    for word in ("MACHINE", "CHIP"):
        value = value.replace(word, words[word])
    return value


def ranges(short: Short) -> Ranges:
    """Everything that may stand where a file says nothing, by name of the assumption."""
    gpus, chip = short.offers.gpus, short.offers.chip
    entries = records()["assumptions"] | _by_size(gpus) | of_chip(chip)
    return entries | {"staff_usd_per_year": _staff(gpus)} | _power(short)


def taken(short: Short) -> Ranges:
    """What of it stands in the case, since the file says nothing."""
    entries, stated, chip = ranges(short), short.stated, short.offers.chip
    if "works_usd_per_mw" in stated:
        del entries["colocation_usd_per_kw_month"]
    if "colocation_mw" in stated:
        entries.pop("colocation_it_mw", None)
    elif "colocation_it_mw" not in {**entries, **stated}:
        kw = short.named("CHIP_it_kw_per_gpu")
        raise BadInput(f"offers.chip: the power of {chip} is not published; expected {kw}")
    if short.named(RENT) not in {**entries, **short.base["assumptions"]}:
        why = "No market price of this GPU is on record: the offer stands for it."
        usd = round(_offered_usd_per_hour(short), 4)
        entries |= {short.named(RENT): {"value": usd, "judgement": why}}
    return {name: one for name, one in entries.items() if name not in stated}


def _labelled(short: Short, entries: Ranges) -> Ranges:
    """What is taken, with how it and what the file states are called and measured."""
    called = {
        short.named(key): {"label": label.replace("CHIP", short.chip_name), "unit": unit}
        for key, (label, unit) in records()["labels"].items()
    }
    there = [*entries, *(key for key in called if key in short.stated)]
    return {key: called.get(key, {}) | entries.get(key, {}) for key in there}


def _by_size(gpus: float) -> Ranges:
    return {
        name: {key: value for key, value in one.items() if key != "gpus"}
        for name, sizes in records()["by_size"].items()
        for one in sizes
        if one["gpus"][0] <= math.ceil(gpus) <= one["gpus"][1]
    }


def _staff(gpus: float) -> dict[str, Any]:
    usd = max(STAFF_USD_PER_GPU_YEAR * gpus, LEAST_STAFF_USD_PER_YEAR)
    ends = {"low": 0.7 * usd, "mid": usd, "high": 1.6 * usd, "min": 0.2 * usd, "max": 5 * usd}
    why = "450 USD per GPU, what own-case has for 2,000; half a person at least."
    return ends | {"judgement": why}


def _power(short: Short) -> Ranges:
    """Enough for all GPUs, in MW of IT, where it is known what one takes."""
    built = short.mid(short.named("CHIP_it_kw_per_gpu"))
    if (kw := built or short.mid(short.chip.get("it_kw_per_gpu"))) is None:
        return {}
    mw = float(f"{short.offers.gpus * kw / 1000 * SPARE:.4g}")
    why = "No offer: a tenth more than all GPUs take."
    return {"colocation_it_mw": {"value": mw, "judgement": why}}


def _offered_usd_per_hour(short: Short) -> float:
    """The price of an hour that the rental's offer comes to."""
    usd, months = short.mid("cloud_rent_usd_per_gpu_hour"), short.mid("cloud_term_months")
    if contract := short.mid("cloud_contract_usd"):
        return contract / (short.offers.gpus * HOURS_PER_MONTH * max(months or 24, 1))
    if "cloud_rent_usd_per_gpu_hour" not in short.stated or usd is None:
        raise BadInput(
            f"offers.chip: what an hour of {short.offers.chip} costs is not on record; expected "
            "[assumptions] cloud_rent_usd_per_gpu_hour"
        )
    return usd
