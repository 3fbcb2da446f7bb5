"""A case of one's own, written from answers: one short file that extends `own-case`."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from analysis.evidence import ledger as ledgers
from analysis.evidence.files import SLUG, BadInput
from analysis.scenario import answers, load, writing
from analysis.scenario.answers import Answer
from analysis.scenario.case import BASE, Case
from analysis.scenario.units import plain

LATE = {"low": 0.8, "mid": 1.0, "high": 1.6, "min": 0.5, "max": 4.0}
"""The ends around a promised date, over that date."""

SECONDS_PER_DAY = 86400

STAFF_USD_PER_GPU_YEAR, LEAST_STAFF_USD_PER_YEAR = 450, 60e3
"""What `own-case` has for 2,000 GPUs, per GPU; half a person."""


def target(name: str | None) -> Path:
    """The file that a case of some name is written to, which is not there yet."""
    if not name:
        raise BadInput("new: NAME is missing; expected a path to write to, or --example")
    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    if SLUG.fullmatch(path.stem) is None:
        raise BadInput(f"{path.name}: expected a name of small letters, digits and hyphens")
    if path.exists() or path.is_symlink():
        raise BadInput(f"{path.name} is there already and stays as it is; expected a new name")
    return path


def write(path: Path, found: Mapping[str, Answer | None]) -> None:
    """Writes the case of some answers to a new file; what cannot be run leaves none."""
    words = written(Case(found), path.stem)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(words)
    except OSError as error:
        raise BadInput(f"{path.name}: {(error.strerror or 'cannot be written').lower()}") from None
    try:
        load.read(path)
    except BadInput:
        path.unlink()
        raise


def given(found: Mapping[str, Answer | None]) -> set[str]:
    """The names of the assumptions that the reader's answers have set."""
    case = Case(found)
    named = {"node_usd": case.node_usd, "it_mw": "colocation_mw", "gpu_days": "target_flop"}
    names = {answer.name for answer in found.values() if answer and answer.given}
    return {named.get(name, name) for name in names}


def example() -> str:
    """The table of answers that `--from` reads, filled with the example of each question."""
    rows = [f'{key},"{one.example.split(", or ")[0]}"' for key, one in answers.questions().items()]
    return "\n".join(["question,answer", *rows, ""])


def written(case: Case, slug: str) -> str:
    """The text of the file of a case."""
    parts = [_head(case, slug), _need(case), _choices(case), _assumptions(case), _hardware(case)]
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _head(case: Case, slug: str) -> list[str]:
    said = sum(1 for answer in case.found.values() if answer and answer.given)
    newest = max(fact.public_on or date.min for fact in ledgers.ledger().facts.values())
    return [
        f"# {case.machine}, rented or owned: written by `workbook new` from {said} answers.",
        "# All else stands in own-case.toml and sourced-defaults.toml, whose names are kept.",
        f"# Next: workbook check {slug}.toml, then make report SCENARIO={slug}.toml",
        f'extends = "{BASE}"',
        f'title = "{case.machine}: a rental or a machine of our own"',
        f'question = "Rent {case.machine}, or own them?"',
        f"start = {case.start}",
        f"as_of = {max(case.start, newest)} # nothing that became public later is cited",
    ]


def _need(case: Case) -> list[str]:
    return _service(case) if case.steady else _run(case)


def _service(case: Case) -> list[str]:
    """A service: so many H100 by peak, over the months of use."""
    by, until, market = case["by"], case["until"], case.market
    price = market.get("mid", market.get("value", 0)) / case.in_h100
    later = [x for x in (by.number + 3, by.number + 6) if x < until.number]
    prices = [round(price * share, 2) for share in (0.5, 1, 2)]
    return [
        "[need] # no run",
        "target_flop = false",
        "by_months = false",
        "start_gpus = false",
        "[need.service]",
        f"h100_gpus = {plain(round(case.gpus * case.in_h100, 1))} # {case.machine} by peak",
        writing.choice("from_months", by.number, [by.number, *later], writing.why(by)),
        writing.choice("until_months", until.number, [], writing.why(until)),
        writing.choice(
            "short_hour_usd", prices[1], prices, "The market's price of an hour, by peak."
        ),
    ]


def _run(case: Case) -> list[str]:
    """A run: done by a month, begun on half of the GPUs."""
    by, half = case["by"], max(1.0, math.floor(case.gpus / 2))
    months = [round(by.number * 0.75, 1), by.number, round(by.number * 1.5, 1)]
    return [
        "[need]",
        writing.choice("by_months", by.number, months, writing.why(by)),
        writing.choice(
            "start_gpus", half, [half, case.gpus], "Half of the machine is enough to start."
        ),
    ]


def _choices(case: Case) -> list[str]:
    asked, rate = case.found["horizon"], case["discount"]
    ends = math.ceil(case["until"].number)
    months = asked.number if asked else min(max(ends, 12), 240)
    swept = [x for x in (months - 12, months, months + 12) if max(11, case["by"].number) < x <= 240]
    rates = [round(rate.number * share, 4) for share in (0.5, 1, 1.5)]
    why = writing.why(asked) if asked else "Until the use ends."
    return [
        "[choices]",
        writing.choice("discount_rate_per_year", rate.number, rates, writing.why(rate)),
        writing.choice("horizon_months", months, swept, why),
        _funds(case),
    ]


def _funds(case: Case) -> str:
    funds = case.found["funds"]
    if funds is None:
        return "funding_usd = false"
    why = f"Set aside: {funds.words}."
    return writing.choice("funding_usd", funds.number, [], why) + writing.rate(
        "funds", funds, case["currency"]
    )


def _assumptions(case: Case) -> list[str]:
    """One line for each number of the reader, and for each that an example of `own-case` holds."""
    lines = ["[assumptions]", *_use(case), *_rent(case)]
    for key in ("term", "paid", "prepaid"):
        lines += _stated(case, key)
    lines += [*_date(case, "rent-from"), *_kw(case), *_server(case), *_date(case, "own-from")]

    lines += [_power(case), *_stated(case, "hall"), *_stated(case, "energy"), _staff(case)]
    return lines if case.leases else [*lines, "colocation_usd_per_kw_month = false"]


def _use(case: Case) -> list[str]:
    use = case["use"]
    if case.steady:
        about = {"value": use.number, "judgement": writing.why(use)}
        return ["target_flop = false", writing.line("use_share", about)]
    flop, how = use.number, "As told"
    if use.name == "gpu_days":
        mfu = case.base["mfu_share"].mid or 0.0
        flop *= SECONDS_PER_DAY * case.of_chip("peak_bf16_dense_tflops") * 1e12 * mfu
        how = f"At an MFU of {mfu:g}, the mid of the defaults"
    why = f"{how}: {use.words}."
    return [writing.line("target_flop", {"value": float(f"{flop:.4g}"), "judgement": why})]


def _rent(case: Case) -> list[str]:
    """The rental's price or value, and what an hour costs on the market today."""
    rent, old = case.found["rent"], "cloud_rent_usd_per_gpu_hour"
    lines = [] if rent and rent.name == old else [f"{old} = false"]
    lines += _stated(case, "rent")
    if case.market_usd not in case.base:
        label = f"{case.chip.upper()}-hour on the market today"
        about = {"label": label, "unit": "USD/GPU-hour"}
        lines.append(writing.line(case.market_usd, about | case.market))
    return lines


def _kw(case: Case) -> list[str]:
    """The power of a GPU as built, where that is not what the table of chips has."""
    about = {"label": f"All-in IT power of a GPU: {case.chip.upper()}", "unit": "kW/GPU"}
    kw = answers.on_record(case.chip).get("kw")
    return [writing.line(case.it_kw, about | kw)] if kw else []


def _server(case: Case) -> list[str]:
    if case.found["server"]:
        return _stated(case, "server", case.node_usd)
    record = answers.on_record(case.chip)["node"]
    label = f"Price of a server of {case.chip.upper()}"
    return [writing.line(case.node_usd, {"label": label, "unit": "USD/node"} | record)]


def _power(case: Case) -> str:
    """The power of the facility: as booked, IT power by the mid PUE, or enough for all GPUs."""
    power, pue = case.found["power"], case.base["pue"]
    about: dict[str, Any] = {"label": "Own: power booked, facility MW", "unit": "MW"}
    if power is None:
        mw = case.gpus * case.kw_per_gpu / 1000 * 1.1 * (pue.high or 1.0)
        why = "No offer: a tenth more than all GPUs take at the P90 of the PUE."
        return writing.line(
            "colocation_mw", about | {"value": float(f"{mw:.4g}"), "judgement": why}
        )
    mw = power.number * ((pue.mid or 1.0) if power.name == "it_mw" else 1)
    by = f" # IT power, by the mid PUE of {pue.mid}" if power.name == "it_mw" else ""
    about |= {"value": float(f"{mw:.6g}"), "quote": writing.quote(power)}
    return writing.line("colocation_mw", about) + by


def _staff(case: Case) -> str:
    if case.found["staff"]:
        return _stated(case, "staff")[0]
    about = {"label": "Own: staff", "unit": "USD/year"}
    usd = max(STAFF_USD_PER_GPU_YEAR * case.gpus, LEAST_STAFF_USD_PER_YEAR)
    ends = {"low": 0.7 * usd, "mid": usd, "high": 1.6 * usd, "min": 0.2 * usd, "max": 5 * usd}
    why = "450 USD per GPU, what own-case has for 2,000; half a person at least."
    return writing.line("staff_usd_per_year", about | ends | {"judgement": why})


def _date(case: Case, key: str) -> list[str]:
    """A date that is promised, with ends of ours: it slips more than it comes early."""
    answer, form = case.found[key], answers.questions()[key].forms[0]
    if answer is None and key == "rent-from" and case.steady:
        answer = replace(case["by"], source="When they are needed")
    if answer is None:
        return _stated(case, key)
    if answer.number == 0:
        return [
            writing.line(
                form["name"], writing.about(form) | {"value": 0, "quote": writing.quote(answer)}
            )
        ]
    ends = {end: round(answer.number * share, 2) for end, share in LATE.items()}
    who = answer.source or "The date that is promised"
    why = f"{who}: {answer.words}. The ends are ours: a fifth sooner, three fifths later."
    return [writing.line(form["name"], writing.about(form) | ends | {"judgement": why})]


def _stated(case: Case, key: str, name: str = "") -> list[str]:
    """The line of an answer as a quote, or of what stands in its place, if anything does."""
    answer, form = case.found[key], answers.questions()[key].forms[0]
    if answer is None:
        otherwise = answers.questions()[key].otherwise
        return [writing.line(form["name"], writing.about(form) | otherwise)] if otherwise else []
    about = writing.about(answer.form) | {"value": answer.number, "quote": writing.quote(answer)}
    return [writing.line(name or answer.name, about) + writing.rate(key, answer, case["currency"])]


def _hardware(case: Case) -> list[str]:
    """The chip, the hall, the two tranches and the two options, over those of `own-case`."""
    works = {"lease_usd_per_kw_month": False, "works_usd_per_mw": "works_usd_per_mw"}
    hall = {"title": "Our hall", "stages": {"booked": {"from_months": 0}}}
    same = {"chip": case.chip, "gpus": case.gpus, "use": "other" if case.steady else "run"}
    then = f"Rent {case.machine} for the term, then by the month at the market's price."
    return [
        *_chip(case),
        "[sites] # power is there when the servers are: their date is that of both",
        writing.line("hall", hall | ({} if case.leases else works)),
        "[tranches]",
        writing.line("cloud_2k", {"title": f"{case.machine} rented"} | same | _price(case)),
        writing.line("own_2k", {"title": f"{case.machine} owned"} | same),
        "[options]",
        writing.line("cloud", {"title": "Rental", "description": then}),
        writing.line("colocation", {"title": "Own machine", "description": f"Own {case.machine}."}),
    ]


def _price(case: Case) -> dict[str, Any]:
    rent = case.found["rent"]
    if rent is None:
        return {"usd_per_gpu_hour": case.market_usd}
    if rent.name == "cloud_contract_usd":
        return {"usd_per_gpu_hour": False, "contract_usd": rent.name}
    return {}


def _chip(case: Case) -> list[str]:
    """The table of the chip; `own-case` has that of the H100."""
    nodes = case.found["server-gpus"]
    lines = [f"gpus_per_node = {plain(nodes.number)}"] if nodes else []
    if case.chip != "h100":
        names = ("load_share", "price_fall_per_year", "resale_share")
        lines += [f'{name} = "{name}"' for name in names]
        lines += [f'node_usd = "{case.node_usd}"']
        lines += [f'it_kw_per_gpu = "{case.it_kw}"'] if "kw" in answers.on_record(case.chip) else []
        lines += [f'market_rent_usd_per_gpu_hour = "{case.market_usd}"']
    return [f"[chips.{case.chip}]", *lines] if lines else []
