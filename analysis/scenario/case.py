"""The answers of one reader, and what follows from them alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from analysis.evidence import ledger as ledgers
from analysis.evidence.files import BadInput
from analysis.scenario import answers, load
from analysis.scenario.answers import Answer
from analysis.scenario.schema import Assumption

BASE = "own-case"

HOURS_PER_MONTH = 730


@dataclass(frozen=True)
class Case:
    """The answers of one reader, by question, and what follows from them."""

    found: Mapping[str, Answer | None]

    def __getitem__(self, key: str) -> Answer:
        answer = self.found[key]
        if answer is None:
            raise BadInput(f"{key}: no answer; expected one")
        return answer

    @property
    def chip(self) -> str:
        """The id of the chip."""
        return self["chip"].name

    @property
    def gpus(self) -> float:
        """How many GPUs."""
        return self["gpus"].number

    @property
    def start(self) -> date:
        """Month 0."""
        return self["start"].day or date.min

    @property
    def steady(self) -> bool:
        """Whether the GPUs are used steadily, and not for one run."""
        return self["use"].name == "use_share"

    @property
    def leases(self) -> bool:
        """Whether the hall is rented, and not built."""
        hall = self.found["hall"]
        return hall is None or hall.name == "colocation_usd_per_kw_month"

    @property
    def machine(self) -> str:
        """So many GPUs of a kind, in words."""
        return f"{self.gpus:,.0f} {self.chip.upper()}"

    @property
    def node_usd(self) -> str:
        """The name of the price of a server."""
        return f"{self.chip.replace('-', '_')}_node_usd"

    @property
    def it_kw(self) -> str:
        """The name of the power of a GPU."""
        return f"{self.chip.replace('-', '_')}_it_kw_per_gpu"

    @property
    def kw_per_gpu(self) -> float:
        """The mid power of a GPU, in kW of IT."""
        kw = answers.on_record(self.chip).get("kw")
        return float(kw["mid"]) if kw else self.of_chip("it_kw_per_gpu")

    @property
    def market_usd(self) -> str:
        """The name of the market price of an hour."""
        return f"{self.chip.replace('-', '_')}_market_rent_usd_per_gpu_hour"

    @cached_property
    def base(self) -> dict[str, Assumption]:
        """What the case inherits, by name."""
        return load.read(load.FOLDER / f"{BASE}.toml").assumptions

    def of_chip(self, column: str, chip: str | None = None) -> float:
        """A number of the table of chips."""
        return float(ledgers.chips()[chip or self.chip][column])

    def otherwise(self, key: str) -> dict[str, Any]:
        """The range that stands where a question has no answer."""
        return answers.questions()[key].otherwise or {}

    @property
    def in_h100(self) -> float:
        """A GPU in H100, by peak."""
        peak = "peak_bf16_dense_tflops"
        return self.of_chip(peak) / self.of_chip(peak, "h100")

    @property
    def market(self) -> dict[str, Any]:
        """The market price of an hour, as it is on record; else the offer stands for it."""
        if self.market_usd in self.base:
            return self.base[self.market_usd].model_dump(exclude_unset=True)
        if "rent" in (record := answers.on_record(self.chip)):
            return record["rent"]
        why = "No market price of this GPU is on record: the offer stands for it."
        return {"value": round(self.offered_usd_per_gpu_hour, 4), "judgement": why}

    @property
    def offered_usd_per_gpu_hour(self) -> float:
        """The price of an hour that the rental's offer comes to."""
        rent, term = self["rent"], self.found["term"]
        months = term.number if term else self.otherwise("term")["value"]
        hours = self.gpus * HOURS_PER_MONTH * max(months, 1)
        return rent.number / (hours if rent.name == "cloud_contract_usd" else 1)
