"""Random scenarios: every word of a scenario file in random company, and futures for them.

The numbers have many decimals, so that no two dates or amounts fall together by chance: a rule for
ties is met only where the scenario itself says the same thing twice.
"""

import random
from datetime import date
from typing import Any

Words = dict[str, Any]

CHIPS = ("h100", "gb200")
SITES = ("valley", "hill")


class Dice(random.Random):
    """Random numbers, and the assumptions that they were put into."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.ranges: dict[str, tuple[float, float]] = {}
        self.assumptions: Words = {}

    def input(self, unit: str, low: float, high: float) -> Any:
        """A number between two ends, or the name of an assumption, or two that add up to it."""
        kind = self.random()
        if kind < 0.6:
            return self.uniform(low, high)
        if kind < 0.9:
            return self.named(unit, low, high)
        part = self.uniform(0.2, 0.8)
        return [self.named(unit, low * part, high * part), self.uniform(low, high) * (1 - part)]

    def named(self, unit: str, low: float, high: float) -> str:
        """An assumption with a value between two ends; one of the same unit and ends may be met
        again."""
        known = [
            name
            for name, one in self.assumptions.items()
            if one.get("unit") == unit and self.ranges[name] == (low, high)
        ]
        if known and self.random() < 0.3:
            return self.choice(known)
        name = f"input_{len(self.assumptions)}"
        about = {"label": name, "unit": unit, "judgement": "random"}
        self.assumptions[name] = about | {"value": self.uniform(low, high)}
        self.ranges[name] = (low, high)
        return name

    def event(self) -> str:
        """An event that may happen; one of three."""
        name = f"event_{self.randint(1, 3)}"
        about = {"label": name, "unit": "event", "judgement": "random"}
        self.assumptions[name] = about | {"probability": 0.5}
        self.ranges[name] = (0.0, 1.0)
        return name

    def maybe(self, share: float) -> bool:
        """Whether something happens that does so in this share of cases."""
        return self.random() < share


def scenario(number: int) -> tuple[Words, Dice]:
    """The plain tables of the scenario of a number, and the dice that made it."""
    dice = Dice(number)
    months = dice.choice([12, dice.randint(12, 84)])
    tables: Words = {
        "title": f"Random {number}",
        "start": date(2024, 7, 9),
        "as_of": date(2025, 12, 31),
        "need": need(dice),
        "choices": choices(dice, months),
        "run": run(dice),
        "chips": {name: chip(dice) for name in CHIPS},
        "sites": {"supplier": supplier(dice)} | {name: site(dice, months) for name in SITES},
        "tranches": {},
        "options": {},
    }
    for option in dice.choice([["one"], ["one", "two"]]):
        mine = tranches(dice, option, months)
        others = list(tables["tranches"]) if dice.maybe(0.3) else []
        tables["tranches"] |= mine
        tables["options"][option] = {"title": option.title(), "tranches": [*mine, *others[::-1]]}
    return tables | {"assumptions": dice.assumptions}, dice


def futures(dice: Dice, number: int) -> dict[str, list[float]]:
    """So many futures: a value of each assumption between its ends; an event happens or not."""
    return {
        name: [
            float(dice.maybe(0.5)) if "probability" in one else dice.uniform(*dice.ranges[name])
            for _ in range(number)
        ]
        for name, one in dice.assumptions.items()
    }


def need(dice: Dice) -> Words:
    """What is asked: from a target met at once to one that is out of reach."""
    return {
        "target_flop": dice.input("FLOP", *dice.choice([(1e22, 1e24), (1e24, 1e26), (1e26, 1e28)])),
        "use_share": dice.choice([1, dice.input("share", 0.3, 1)]),
        "by_months": {"value": dice.uniform(1, 60)},
        "start_gpus": {"value": dice.choice([1, dice.uniform(500, 60000)])},
    }


def choices(dice: Dice, months: int) -> Words:
    """Horizon, discount rate, funds, tax and debt."""
    found = {
        "horizon_months": months,
        "discount_rate_per_year": dice.choice([0, dice.uniform(0, 0.4)]),
        "tax_rate_share": dice.choice([0, dice.uniform(0, 0.9)]),
        "debt_share": dice.choice([0, dice.uniform(0, 1), 1]),
        "debt_rate_per_year": dice.choice([0, dice.uniform(0, 0.5)]),
        "debt_months": dice.randint(1, 90),
    }
    if dice.maybe(0.5):
        found["funding_usd"] = 10 ** dice.uniform(6, 11)
    return {name: {"value": value} for name, value in found.items()}


def run(dice: Dice) -> Words:
    """How well GPUs are used: from no stops at all to more stops than work."""
    most = dice.choice([0, 5, 5, 200])
    return {
        "mfu_share": dice.input("share", 0.1, 0.6),
        "failures_per_1000_node_days": dice.input("per 1000 node-days", most / 20, most),
        "checkpoint_write_s": dice.input("s", 0.5, dice.choice([60, 3000])),
        "restart_s": dice.input("s", 0.5, dice.choice([60, 5000])),
    }


def chip(dice: Dice) -> Words:
    """A chip whose price falls, rises or stays; some of its numbers may come from the table."""
    found = {
        "load_share": dice.input("share", 0.3, 1),
        "node_usd": dice.input("USD/node", 2e4, 5e5),
        "market_rent_usd_per_gpu_hour": dice.input("USD/GPU-hour", 0.2, 8),
        "price_fall_per_year": dice.choice([0, dice.input("share per year", -0.3, 0.9)]),
        "falls_from_month": dice.choice([0, dice.input("months", 0, 40)]),
        "resale_share": dice.choice([0, dice.input("share", 0, 1.5)]),
    }
    if dice.maybe(0.7):
        found["peak_bf16_dense_tflops"] = dice.uniform(100, 3000)
        found["gpus_per_node"] = dice.choice([1, 4, 8, 72])
        found["it_kw_per_gpu"] = dice.input("kW/GPU", 0.3, 2.5)
    return found


def supplier(dice: Dice) -> Words:
    """A supplier's site: no stages."""
    pue, rate = dice.input("ratio", 1, 2), dice.input("tCO2/MWh", 0, 1)
    return {"title": "Supplier", "pue": pue, "tco2_per_mwh": rate}


def site(dice: Dice, months: int) -> Words:
    """An own site of one to four stages, which may end, replace each other and cost the same."""
    prices = [dice.input("USD/MWh", 10, 300) for _ in range(2)]
    rates = [dice.input("tCO2/MWh", 0, 1) for _ in range(2)]
    names = [f"stage_{i}" for i in range(dice.randint(1, 4))]
    stages = {}
    for i, name in enumerate(names):
        late = dice.choice([0.3, 1.3]) * months
        stages[name] = {
            "title": name,
            "mw": dice.choice([0, *[dice.input("MW", 0, dice.choice([5, 60, 300]))] * 5]),
            "from_months": dice.choice([0, dice.input("months", 0, late)]),
            "until_months": dice.input("months", 1, 1.3 * months) if dice.maybe(0.4) else None,
            "availability_share": dice.choice([1, dice.input("share", 0, 1)]),
            "usd_per_mwh": dice.choice(prices),
            "tco2_per_mwh": dice.choice(rates),
            "replaces": dice.choice([None, *names[:i]]),
            "only_if": dice.event() if dice.maybe(0.3) else None,
        }
    order = names.copy()
    dice.shuffle(order)
    found = {
        "title": "Own",
        "pue": dice.input("ratio", 1, 2),
        "stages": {n: stages[n] for n in order},
    }
    paid = {
        "staff_usd_per_year": ("USD/year", 1e5, 2e7),
        "works_usd": ("USD", 1e5, 1e9),
        "works_usd_per_mw": ("USD/MW", 1e5, 1.5e7),
        "lease_usd_per_kw_month": ("USD/kW-month", 10, 300),
    }
    return found | {k: dice.input(*ends) for k, ends in paid.items() if dice.maybe(0.5)}


def tranches(dice: Dice, option: str, months: int) -> Words:
    """One to four tranches, all in one fabric, each in its own, or some in one; rentals may be left
    for another tranche that trains and stays."""
    shared = dice.choice([None, f"{option}_fabric"])
    kin = {"chip": dice.choice(CHIPS), "fabric": shared, "fabric_gpus": fabric_gpus(dice)}
    found: Words = {}
    for i in range(dice.randint(1, 4)):
        one = (rental if dice.maybe(0.5) else build)(dice, months)
        if shared and dice.maybe(0.7):
            one |= kin | {"use": "run"}
        else:
            use = dice.choice(["run", "run", "other", "sublet"])
            one |= {"chip": dice.choice(CHIPS), "use": use, "fabric_gpus": fabric_gpus(dice)}
        if one["use"] == "sublet":
            one["sublet_price_share"] = dice.input("share", 0, 1.5)
        found[f"{option}_{i}"] = one
    leave(dice, found)
    return found


def fabric_gpus(dice: Dice) -> Any:
    """What one fabric can hold, if there is a limit."""
    return dice.choice([None, None, dice.input("GPU", 100, 60000)])


def leave(dice: Dice, found: Words) -> None:
    """Some rentals are left as soon as a tranche that stays trains."""
    stays = [name for name, one in found.items() if one["use"] == "run"]
    if not stays:
        return
    target = dice.choice(stays)
    for name, one in found.items():
        if one["kind"] == "rent" and name != target and dice.maybe(0.8):
            one["leave_when_trains"] = target
            one["exit_fee_months"] = dice.choice([0, dice.input("months", 0, 30)])


def delivery(dice: Dice, months: int) -> Words:
    """How many GPUs come, when and how fast."""
    late = dice.choice([0.2, 0.6, 1.2]) * months
    steps = {f"step_{i}": dice.input("months", 0, late) for i in range(dice.randint(0, 2))}
    ramps = [0, 0.001, dice.input("months", 0, 1), dice.input("months", 0.2, 20), 600]
    return {
        "title": "A tranche",
        "gpus": dice.choice([0, *[dice.input("GPU", 10, dice.choice([2000, 100000]))] * 8]),
        "milestones": {"contract": dice.choice([0, dice.uniform(0, 3)])} | steps,
        "ramp_months": dice.choice(ramps),
        "only_if": dice.event() if dice.maybe(0.2) else None,
    }


def rental(dice: Dice, months: int) -> Words:
    """A rental with a random term, prepayment and end."""
    return delivery(dice, months) | {
        "kind": "rent",
        "site": "supplier",
        "usd_per_gpu_hour": dice.choice([0, *[dice.input("USD/GPU-hour", 0.2, 10)] * 5]),
        "term_months": dice.choice([0, 0.01, *[dice.input("months", 0.5, 1.3 * months)] * 5]),
        "take_or_pay_share": dice.choice([0, 1, dice.input("share", 0, 1)]),
        "prepayment_share": dice.choice([0, 1, dice.input("share", 0, 1)]),
        "signed_month": dice.choice([0, dice.input("months", 0, 1.2 * months)]),
        "at_end": dice.choice(["renew", "stop"]),
    }


def build(dice: Dice, months: int) -> Words:
    """An owned tranche with a random order and deposit."""
    return delivery(dice, months) | {
        "kind": "own",
        "site": dice.choice(SITES),
        "ordered_month": dice.choice([0, dice.input("months", 0, 1.2 * months)]),
        "deposit_share": dice.choice([0, 1, dice.input("share", 0, 1)]),
        "network_share": dice.choice([0, dice.input("share", 0, 0.4)]),
        "storage_share": dice.choice([0, dice.input("share", 0, 0.4)]),
        "maintenance_share_per_year": dice.choice([0, dice.input("share per year", 0, 0.3)]),
        "insurance_and_tax_share_per_year": dice.choice([0, dice.input("share per year", 0, 0.1)]),
    }
