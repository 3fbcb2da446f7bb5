"""Random scenarios: every word of a scenario file in random company, and futures for them.

The numbers have many decimals, so that no two dates or amounts fall together by chance: a rule for
ties is met only where the scenario itself says the same thing twice.
"""

import math
import random
from datetime import date
from typing import Any

Words = dict[str, Any]

CHIPS = ("h100", "gb200")
SITES = ("valley", "hill")
SUPPLIERS = ("supplier", "colo")
YEARS = range(1, 7)  # those in which a price may swing


class Dice(random.Random):
    """Random numbers, and the assumptions that they were put into."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.ranges: dict[str, tuple[float, float]] = {}
        self.assumptions: Words = {}
        self.prices: list[str] = []  # the normals of price paths that swing

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

    def least(self, given: Any) -> float:
        """The smallest value that an input can have in any future."""
        if isinstance(given, list):
            return sum(self.least(one) for one in given)
        return self.ranges[given][0] if isinstance(given, str) else float(given)

    def greatest(self, given: Any) -> float:
        """The largest value that an input can have in any future."""
        if isinstance(given, list):
            return sum(self.greatest(one) for one in given)
        return self.ranges[given][1] if isinstance(given, str) else float(given)

    def choice_of(self, low: float, high: float) -> Words:
        """What the reader sets, between two ends."""
        return {"value": self.uniform(low, high)}

    def maybe(self, share: float) -> bool:
        """Whether something happens that does so in this share of cases."""
        return self.random() < share


def scenario(number: int) -> tuple[Words, Dice]:
    """The plain tables of the scenario of a number, and the dice that made it."""
    dice = Dice(number)
    months = dice.choice([12, dice.randint(12, 84)])
    wants = dice.choice(["run", "run", "service", "both", "both"])
    tables: Words = {
        "title": f"Random {number}",
        "start": date(2024, 7, 9),
        "as_of": date(2025, 12, 31),
        "need": need(dice, wants, months),
        "choices": choices(dice, months),
        "chips": {name: chip(dice, name) for name in CHIPS},
        "sites": {name: supplier(dice) for name in SUPPLIERS},
        "tranches": {},
        "options": {},
    }
    if wants != "service":
        tables["run"] = run(dice)
    kinds = held(dice)
    common = kin(dice, "common_fabric", kinds) if dice.maybe(0.4) else None
    for option in dice.choice([["one"], ["one", "two"], ["one", "two"], ["one", "two", "three"]]):
        mine = kinds if dice.maybe(0.7) else held(dice)
        new = tranches(dice, option, months, wants, mine, common)
        others = list(tables["tranches"]) if dice.maybe(0.3) else []
        dice.shuffle(others)
        tables["tranches"] |= new
        names = list(new)
        for other in others[: dice.randint(1, 5)]:
            names += [other] if one_kind(tables, [*names, other]) else []
        tables["options"][option] = {"title": option.title(), "tranches": names}
    fallbacks(dice, tables, months)
    for name in SITES:
        here = [one for one in tables["tranches"].values() if one["site"] == name]
        tables["sites"][name] = site(dice, months, here)
    beside(dice, tables)
    return tables | {"assumptions": dice.assumptions}, dice


def held(dice: Dice) -> dict[str, str]:
    """Whether the GPUs at a site are owned or rented."""
    return dict.fromkeys(SUPPLIERS, "rent") | {s: dice.choice(["own", "rent"]) for s in SITES}


def one_kind(tables: Words, names: list[str]) -> bool:
    """Whether these tranches are all owned or all rented at each site."""
    held_by: Words = {}
    chosen = [tables["tranches"][name] for name in names]
    return all(held_by.setdefault(one["site"], one["kind"]) == one["kind"] for one in chosen)


def beside(dice: Dice, tables: Words) -> None:
    """Further lines of cost, and limits."""
    names = list(tables["tranches"])
    lines = dice.choice([0, 1, 1, 2, 3])
    if lines:
        tables["costs"] = {f"line_{i}": cost(dice, names) for i in range(1, lines + 1)}
    ends = {"peak_mw": (-0.5, 2.5), "emissions_tco2": (2.5, 6.5), "usd_per_year": (7.5, 10.5)}
    found = {name: 10 ** dice.uniform(*ends[name]) for name in ends if dice.maybe(0.6)}
    if found:
        tables["limits"] = found


def cost(dice: Dice, names: list[str]) -> Words:
    """A further line of cost: once, perhaps again after each life, and over time."""
    words = {
        "usd_per_year": ("USD/year", 1e4, 1e7),
        "usd_per_gpu_year": ("USD/GPU-year", 1, 5000),
        "usd_per_kw_month": ("USD/kW-month", 1, 100),
    }
    found = {name: dice.input(*ends) for name, ends in words.items() if dice.maybe(0.5)}
    if not found or dice.maybe(0.6):
        found["once_usd"] = dice.input("USD", 1e4, 1e8)
        if dice.maybe(0.7):
            found["life_months"] = dice.choice([1, 12, dice.input("months", 1, 40)])
    chosen = dice.sample(names, dice.randint(1, len(names)))
    return {"title": "A line", "tranches": chosen} | found


def futures(dice: Dice, number: int) -> dict[str, list[float]]:
    """So many futures: a value of each assumption between its ends; an event happens or not; each
    price that swings has a normal for each year."""
    found = {
        name: [
            float(dice.maybe(0.5)) if "probability" in one else dice.uniform(*dice.ranges[name])
            for _ in range(number)
        ]
        for name, one in dice.assumptions.items()
    }
    for name in dice.prices:
        found[name] = [dice.choice([0.0, *[dice.gauss(0, 1)] * 5]) for _ in range(number)]
    return found


def need(dice: Dice, wants: str, months: int) -> Words:
    """What is asked: a run, a service or both."""
    found: Words = {"use_share": dice.choice([1, dice.input("share", 0.3, 1)])}
    if wants != "service":
        found |= asked_of_run(dice)
    if wants != "run":
        found["service"] = service(dice, months)
    return found


def asked_of_run(dice: Dice) -> Words:
    """What is asked of a run: from a target met at once to one that is out of reach."""
    return {
        "target_flop": dice.input(
            "FLOP", *dice.choice([(1e22, 1e24), *[(1e24, 1e26)] * 2, (1e26, 1e28)])
        ),
        "by_months": dice.choice_of(1, 60),
        "start_gpus": {"value": dice.choice([1, dice.uniform(10, 2000), dice.uniform(500, 60000)])},
    }


def service(dice: Dice, months: int) -> Words:
    """A service, of one height or in steps, and how its gaps and leftovers count."""
    found: Words = {"short_hour_usd": {"value": dice.choice([1e-6, dice.uniform(0.1, 20)])}}
    begin = dice.choice([0.0, dice.uniform(0, 0.8 * months)])
    if dice.maybe(0.5):
        found["h100_gpus"] = wanted_gpus(dice)
        if begin > 0:
            found["from_months"] = {"value": begin}
    else:
        found["steps"] = []
        for _ in range(dice.randint(1, 4)):
            begin += dice.uniform(0.01, 0.25) * (months - begin)
            gpus = dice.choice([0, *[wanted_gpus(dice)] * 5])
            found["steps"].append({"from_months": begin, "h100_gpus": gpus})
    if dice.maybe(0.5):
        found["until_months"] = dice.choice_of(max(begin + 0.01, 0.1), months)
    if dice.maybe(0.7):
        found["served_share"] = dice.choice_of(0, 1)
    if dice.maybe(0.6):
        found["surplus_usd_per_h100_hour"] = dice.input("USD/GPU-hour", 0.1, 6)
    if dice.maybe(0.6):
        found["market_gpus"] = dice.choice([0, *[wanted_gpus(dice)] * 4])
        found["market_site"] = dice.choice(SUPPLIERS)
    return found


def wanted_gpus(dice: Dice) -> Any:
    """How many H100: few or many."""
    return dice.input("GPU", 10, dice.choice([2000, 100000]))


def choices(dice: Dice, months: int) -> Words:
    """Horizon, discount rate, funds, tax and debt."""
    found = {
        "horizon_months": months,
        "discount_rate_per_year": dice.choice([0, dice.uniform(0, 0.4)]),
        "tax_rate_share": dice.choice([0, *[dice.uniform(0, 0.9)] * 2]),
        "debt_share": dice.choice([0, dice.uniform(0, 1), 1]),
        "debt_rate_per_year": dice.choice([0, dice.uniform(0, 0.5)]),
        "debt_months": dice.randint(1, 90),
    }
    if dice.maybe(0.5):
        found["funding_usd"] = 10 ** dice.uniform(6, 11)
    if dice.maybe(0.5):
        found["write_off_years"] = dice.randint(1, 10)
    if dice.maybe(0.5):
        found["works_years"] = dice.choice([1, dice.randint(1, 40)])
    if dice.maybe(0.5):
        found["bonus_share"] = dice.choice([1, dice.uniform(0, 1)])
    if dice.maybe(0.5):
        found["profit_usd_per_year"] = dice.choice([0, *[10 ** dice.uniform(5, 10)] * 5])
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


def chip(dice: Dice, name: str) -> Words:
    """A chip whose prices fall, rise or stay, year by year or all the same; some of its numbers may
    come from the table."""
    found = {
        "load_share": dice.input("share", 0.3, 1),
        "node_usd": dice.input("USD/node", 2e4, 5e5),
        "market_rent_usd_per_gpu_hour": dice.input("USD/GPU-hour", 0.2, 8),
        "falls_from_month": dice.choice([0, dice.input("months", 0, 40)]),
        "resale_share": dice.choice([0, dice.input("share", 0, 1.5)]),
    }
    if dice.maybe(0.7):
        found["peak_bf16_dense_tflops"] = dice.uniform(100, 3000)
        found["gpus_per_node"] = dice.choice([1, 4, 8, 72])
        found["it_kw_per_gpu"] = dice.input("kW/GPU", 0.3, 2.5)
    for years in (1, 3):
        if dice.maybe(0.6):
            found[f"rent_{years}_year_ratio"] = dice.input("ratio", 0.3, 1.9)
    return found | falls(dice, name)


def falls(dice: Dice, name: str) -> Words:
    """How the two prices of a chip fall: in common or each for itself, with or without swings."""
    found: Words = {}
    own = [kind for kind in ("rent", "node") if dice.maybe(0.4)]
    for kind in own:
        found[f"{kind}_fall_per_year"] = fall(dice)
    if len(own) < 2 or dice.maybe(0.3):
        found["price_fall_per_year"] = fall(dice)
    for kind in ("rent", "node"):
        if dice.maybe(0.6):
            swing = dice.choice([0, *[dice.input("share per year", 0.01, 0.4)] * 5])
            found[f"{kind}_fall_swing"] = swing
            dice.prices += [f"price:{name}:{kind}:{k}" for k in YEARS]
    return found


def fall(dice: Dice) -> Any:
    """The fall of a price in a year, on average; below 0 is a rise."""
    return dice.choice([0, dice.input("share per year", -0.3, 0.9)])


def supplier(dice: Dice) -> Words:
    """A supplier's site: no stages; some of it may be paid beside the rent."""
    pue, rate = dice.input("ratio", 1, 2), dice.input("tCO2/MWh", 0, 1)
    return {"title": "Supplier", "pue": pue, "tco2_per_mwh": rate} | paid(dice)


def paid(dice: Dice) -> Words:
    """What is paid for a site itself."""
    words = {
        "staff_usd_per_year": ("USD/year", 1e5, 2e7),
        "works_usd": ("USD", 1e5, 1e9),
        "works_usd_per_mw": ("USD/MW", 1e5, 1.5e7),
        "lease_usd_per_kw_month": ("USD/kW-month", 10, 300),
    }
    found = {name: dice.input(*ends) for name, ends in words.items() if dice.maybe(0.5)}
    if dice.maybe(0.6):
        found["works_resale_share"] = dice.input("share", 0, 1)
    return found


def capped(dice: Dice) -> Words:
    """How far a site may cap its GPUs, and how fast they are then: as slow as the power that they
    get, not slowed down, or in between."""
    cap = dice.choice([1, *[dice.input("share", 0.2, 0.8)] * 6])
    least = min(dice.greatest(cap), 1)
    speed = dice.choice([1, cap, *[dice.input("share", least, 1) if least < 1 else 1] * 5])
    return {"cap_share": cap} | ({} if dice.maybe(0.1) else {"capped_speed_share": speed})


def site(dice: Dice, months: int, here: list[Words]) -> Words:
    """A site of one to four stages, which may end, replace each other and cost the same, and carry
    from nothing to more than the tranches there need."""
    need = max([5.0, *(1.5e-3 * dice.greatest(one["gpus"]) for one in here)])  # at 1.5 kW each
    prices = [dice.input("USD/MWh", 10, 300) for _ in range(2)]
    rates = [dice.input("tCO2/MWh", 0, 1) for _ in range(2)]
    names = [f"stage_{i}" for i in range(dice.randint(1, 4))]
    stages = {}
    for i, name in enumerate(names):
        late = dice.choice([0.3, 1.3]) * months
        low, high = dice.choice([(0, 0.5), (0.05, 0.2), (0.1, 0.4), (0.3, 0.8), (0.5, 3)])
        stages[name] = {
            "title": name,
            "it_mw" if i == 2 else "mw": dice.choice(
                [0, *[dice.input("MW", low * need, high * need)] * 7]
            ),
            "from_months": dice.choice([0, months, *[dice.input("months", 0, late)] * 6]),
            "until_months": dice.choice([None, months, dice.input("months", 1, 1.3 * months)]),
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
    if any(one["kind"] == "rent" for one in here):
        found["tco2_per_mwh"] = dice.input("tCO2/MWh", 0, 1)
    return found | paid(dice) | (capped(dice) if dice.maybe(0.9) else {})


def kin(dice: Dice, fabric: str, kinds: dict[str, str]) -> Words:
    """What all tranches of a fabric have in common."""
    site = dice.choice([*SUPPLIERS[:1], *SITES])
    one = {"chip": dice.choice(CHIPS), "site": site, "kind": kinds[site], "use": "run"}
    return one | {"fabric": fabric, "fabric_gpus": fabric_gpus(dice)}


def tranches(
    dice: Dice, option: str, months: int, wants: str, kinds: dict[str, str], common: Words | None
) -> Words:
    """One to five tranches, all in one fabric, each in its own, or some in one, which may be
    that of other options too; without a run there is none."""
    shared = dice.choice([None, common or kin(dice, f"{option}_fabric", kinds)])
    if shared:
        kinds = kinds | {shared["site"]: shared["kind"]}
    home = dice.choice([None, *SITES])  # where most of them stand
    found: Words = {}
    for i in range(dice.randint(1, 5)):
        if shared and wants != "service" and dice.maybe(0.6):
            one = shared
        else:
            use = dice.choice(["run", "run", "other", "sublet"])
            if wants == "service" and use == "run":
                use = "other"
            site = home if home and dice.maybe(0.6) else dice.choice([*SUPPLIERS, *SITES])
            one = {"chip": dice.choice(CHIPS), "use": use, "fabric_gpus": fabric_gpus(dice)}
            one |= {"site": site, "kind": kinds[site]}
        one = (rental if one["kind"] == "rent" else build)(dice, months) | one
        if one["use"] == "sublet" or one["kind"] == "rent":
            one["sublet_price_share"] = dice.choice([0, *[dice.input("share", 0, 1.5)] * 4])
        until_moved(dice, one)
        found[f"{option}_{i}"] = one
    return found


def fabric_gpus(dice: Dice) -> Any:
    """What one fabric can hold, if there is a limit."""
    return dice.choice([None, None, dice.input("GPU", 100, 60000)])


def until_moved(dice: Dice, one: Words) -> None:
    """Some rentals of the run end when the run has moved off them; some are left then."""
    if one["kind"] == "rent" and one["use"] == "run" and dice.maybe(0.6):
        one["at_end"] = "until_moved"
        if dice.maybe(0.7):
            one["exit_fee_months"] = dice.choice([0, dice.input("months", 0, 30)])


def delivery(dice: Dice, months: int) -> Words:
    """How many GPUs come, when and how fast."""
    late = dice.choice([0.2, 0.6, 1.4]) * months
    steps = {f"step_{i}": dice.input("months", 0, late) for i in range(dice.randint(0, 2))}
    ramps = [0, 0.001, dice.input("months", 0, 1), dice.input("months", 0.2, 20), 600]
    return {
        "title": "A tranche",
        "gpus": dice.choice([0, *[dice.input("GPU", 10, dice.choice([2000, 100000]))] * 8]),
        "milestones": {"contract": dice.choice([0, dice.uniform(0, 3)])} | steps,
        "ramp_months": dice.choice(ramps),
        "only_if": dice.event() if dice.maybe(0.4) else None,
    }


def rental(dice: Dice, months: int) -> Words:
    """A rental with a random term, prepayment, share under contract and end."""
    found = delivery(dice, months) | {
        "usd_per_gpu_hour": dice.choice([0, *[dice.input("USD/GPU-hour", 0.2, 10)] * 5]),
        "term_months": dice.choice([0, 0.01, *[dice.input("months", 0.5, 1.3 * months)] * 5]),
        "take_or_pay_share": dice.choice([0, 1, dice.input("share", 0, 1)]),
        "prepayment_share": dice.choice([0, 1, dice.input("share", 0, 1)]),
        "at_end": dice.choice(["renew", "stop", "reserve"]),
    }
    if found["at_end"] == "reserve":
        found["term_months"] = dice.input("months", 1, dice.choice([6, 1.3 * months]))
    if dice.maybe(0.5):
        found["reserved_share"] = dice.choice([0, 1, *[dice.input("share", 0, 1)] * 4])
    if dice.maybe(0.3):
        by_contract(dice, found, months)
    elif dice.maybe(0.4):
        del found["usd_per_gpu_hour"]
    if found["prepayment_share"] != 0:
        prepaid(dice, found, months)
    return found


def by_contract(dice: Dice, one: Words, months: int) -> None:
    """The price of a rental as the value of its contract: of at least some hours in any future."""
    del one["usd_per_gpu_hour"]
    one["gpus"] = wanted_gpus(dice)
    if one["at_end"] != "reserve":
        one["term_months"] = dice.input("months", 0.5, 1.3 * months)
    one["take_or_pay_share"] = dice.choice([1, dice.input("share", 0.2, 1)])
    if "reserved_share" in one:
        one["reserved_share"] = dice.choice([1, *[dice.input("share", 0.2, 1)] * 4])
    factors = ("gpus", "term_months", "take_or_pay_share", "reserved_share")
    hours = 730 * math.prod(dice.least(one.get(name, 1)) for name in factors)
    usd = hours * dice.uniform(1, 10)
    one["contract_usd"] = dice.input("USD", max(usd / 2, 1e4), max(usd, 2e4))


def prepaid(dice: Dice, one: Words, months: int) -> None:
    """When a prepayment is paid, and what comes back of it where the rental fails."""
    one["prepaid_months_before"] = dice.choice([0, dice.input("months", 0, 30)])
    if one["only_if"] is not None:
        one["known_month"] = dice.choice([0, dice.input("months", 0, 1.4 * months)])
        one["refund_share"] = dice.choice([0, 1, dice.input("share", 0, 1)])


def build(dice: Dice, months: int) -> Words:
    """An owned tranche with a random order and deposit."""
    return delivery(dice, months) | {
        "ordered_month": dice.choice([0, dice.input("months", 0, 1.2 * months)]),
        "deposit_share": dice.choice([0, 1, dice.input("share", 0, 1)]),
        "network_share": dice.choice([0, dice.input("share", 0, 0.4)]),
        "storage_share": dice.choice([0, dice.input("share", 0, 0.4)]),
        "maintenance_share_per_year": dice.choice([0, dice.input("share per year", 0, 0.3)]),
        "insurance_and_tax_share_per_year": dice.choice([0, dice.input("share per year", 0, 0.1)]),
    }


def fallbacks(dice: Dice, tables: Words, months: int) -> None:
    """Some options have another one take their place where an event of theirs fails."""
    options: Words = tables["options"]
    taken: set[str] = set()  # by options that have a fallback
    for name, option in options.items():
        others = [other for other in options if other != name and "instead" not in options[other]]
        if name in taken or not others or dice.maybe(0.3):
            continue
        other = dice.choice(others)
        events = {tables["tranches"][one]["only_if"] for one in option["tranches"]} - {None}
        new = set(options[other]["tranches"]) - set(option["tranches"])
        events -= {tables["tranches"][one]["only_if"] for one in new}
        if events and one_kind(tables, [*option["tranches"], *options[other]["tranches"]]):
            known = dice.choice([0, dice.input("months", 0, 1.2 * months)])
            event = dice.choice(sorted(events))
            option["instead"] = {"event": event, "known_month": known, "option": other}
            taken.add(other)
