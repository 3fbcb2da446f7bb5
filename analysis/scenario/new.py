"""A case of one's own, written from answers: one short file that extends `own-case`."""

import csv
import io
import json
import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from analysis.evidence import ledger as ledgers
from analysis.evidence.files import SLUG, BadInput
from analysis.scenario import answers, load, offers
from analysis.scenario.answers import Answer
from analysis.scenario.units import plain

LATE = {"low": 0.8, "mid": 1.0, "high": 1.6, "min": 0.5, "max": 4.0}
"""The ends around a promised date, over that date."""

SECONDS_PER_DAY = 86400

NUMBERS = (
    *("rent", "term", "paid", "prepaid", "rent-from"),
    *("server", "own-from", "power", "hall", "energy", "staff"),
)
"""The questions whose answer is an assumption of the file, in its order."""

DATES = ("rent-from", "own-from")

Answers = Mapping[str, Answer | None]


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


def write(path: Path, found: Answers) -> None:
    """Writes the case of some answers to a new file; what cannot be run leaves none."""
    words = _written(found, path.stem)
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


def example() -> str:
    """The table of answers that `--from` reads, filled with the example of each question."""
    file = io.StringIO()
    table = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
    file.write("question,answer,asks\n")
    for key, one in answers.questions().items():
        asks = f"{one.asks}; empty: {one.default or one.enter}"
        table.writerow([key, one.example.split(", or ")[0], asks])
    return file.getvalue()


def _written(found: Answers, slug: str) -> str:
    """The text of the file of a case."""
    parts = [_head(found, slug), _need(found), _choices(found), _assumptions(found)]
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _answer(found: Answers, key: str) -> Answer:
    answer = found[key]
    if answer is None:
        raise BadInput(f"{key}: no answer; expected one")
    return answer


def _name(found: Answers, answer: Answer) -> str:
    """The name of the assumption that an answer sets."""
    name = answer.name.replace("CHIP", offers.prefix(_answer(found, "chip").name))
    return "target_flop" if name == "gpu_days" else name


def _steady(found: Answers) -> bool:
    return _answer(found, "use").name == "use_share"


def _head(found: Answers, slug: str) -> list[str]:
    chip, gpus, start, money, nodes = (
        found[key] for key in ("chip", "gpus", "start", "currency", "server-gpus")
    )
    assert chip and gpus and start and start.day and money
    machine = f"{gpus.number:,.0f} {chip.name.upper()}"
    newest = max(fact.public_on or date.min for fact in ledgers.ledger().facts.values())
    said = sum(1 for answer in found.values() if answer and answer.given)
    table = {"chip": chip.name, "gpus": gpus.number, "use": "service" if _steady(found) else "run"}
    table |= {"gpus_per_node": nodes.number} if nodes else {}
    rate = {"name": money.name, "usd": money.number}
    return [
        f"# {machine}, rented or owned: written by `workbook new` from {said} answers. What it",
        "# leaves out stands in two-offers.toml, own-case.toml and sourced-defaults.toml.",
        f"# Next: workbook check {slug}.toml, then make report SCENARIO={slug}.toml",
        f'extends = "{offers.BASE}"',
        f'title = "{machine}: a rental or a machine of our own"',
        f'question = "Rent {machine}, or own them?"',
        f"start = {start.day}",
        f"as_of = {max(start.day, newest)} # nothing that became public later is cited",
        *([] if money.name == "USD" else [_line("currency", rate)]),
        _line("offers", table),
    ]


def _need(found: Answers) -> list[str]:
    """A run that is done by a month, or a service over the months of use."""
    by, until = _answer(found, "by"), _answer(found, "until")
    if not _steady(found):
        swept = [round(by.number * share, 1) for share in (0.75, 1, 1.5)]
        return ["[need]", _choice("by_months", by.number, swept, _why(by))]
    later = [by.number + months for months in (3, 6) if by.number + months < until.number]
    return [
        "[need.service]",
        _choice("from_months", by.number, [by.number, *later], _why(by)),
        _choice("until_months", until.number, [], _why(until)),
    ]


def _choices(found: Answers) -> list[str]:
    asked, funds, rate = found["horizon"], found["funds"], _answer(found, "discount")
    ends = math.ceil(_answer(found, "until").number)
    months = asked.number if asked else float(min(max(ends, 12), 240))
    least = max(11.0, _answer(found, "by").number)
    swept = [x for x in (months - 12, months, months + 12) if least < x <= 240]
    rates = [round(rate.number * share, 4) for share in (0.5, 1, 1.5)]
    lines = [
        "[choices]",
        _choice("discount_rate_per_year", rate.number, rates, _why(rate)),
        _choice("horizon_months", months, swept, _why(asked) if asked else "Until the use ends."),
    ]
    if funds is None:
        return lines
    name, usd = _in_currency(found, "funding_usd", funds.number)
    return [*lines, _choice(name, usd, [], f"Set aside: {funds.words}.")]


def _assumptions(found: Answers) -> list[str]:
    """One line for each number of the reader."""
    lines = ["[assumptions]", _use(found)]
    for key in NUMBERS:
        answer = found[key]
        if key in DATES and (answer or (key == "rent-from" and _steady(found))):
            name = answers.questions()[key].forms[0]["name"]
            lines.append(_line(name, _date(answer, _answer(found, "by"))))
        elif answer:
            name, number = _in_currency(found, _name(found, answer), answer.number)
            lines.append(_line(name, {"value": number, "quote": _quote(answer)}))
    return lines


def _use(found: Answers) -> str:
    use = _answer(found, "use")
    if _steady(found):
        return _line("use_share", {"value": use.number, "judgement": _why(use)})
    flop, how = use.number, "As told"
    if use.name == "gpu_days":
        mfu = load.defaults()["mfu_share"].mid or 0.0
        peak = float(ledgers.chips()[_answer(found, "chip").name]["peak_bf16_dense_tflops"])
        flop *= SECONDS_PER_DAY * peak * 1e12 * mfu
        how = f"At an MFU of {mfu:g}, the mid of the defaults"
    about = {"value": float(f"{flop:.4g}"), "judgement": f"{how}: {use.words}."}
    return _line("target_flop", about)


def _date(promised: Answer | None, needed: Answer) -> dict[str, Any]:
    """A date that is promised, with ends of ours: it slips more than it comes early. Without one a
    rental's is the day on which the GPUs are needed."""
    answer = promised or needed
    if answer.number == 0:
        return {"value": 0, "quote": _quote(answer)}
    ends = {end: round(answer.number * share, 2) for end, share in LATE.items()}
    who = answer.source or ("The date that is promised" if promised else "When they are needed")
    why = f"{who}: {answer.words}. The ends are ours: a fifth sooner, three fifths later."
    return ends | {"judgement": why}


def _in_currency(found: Answers, name: str, usd: float) -> tuple[str, float]:
    """The name of an amount, and the amount, in the currency of the case; else as they are."""
    money = _answer(found, "currency")
    if money.name == "USD" or "usd" not in name:
        return name, usd
    return name.replace("usd", money.name.lower()), float(f"{usd / money.number:.10g}")


def _why(answer: Answer) -> str:
    """The words of an answer, as the reason of a choice."""
    return f"As told: {answer.words}." if answer.given else f"Not told, so taken: {answer.words}."


def _quote(answer: Answer) -> str:
    """From whom a number is, and when, as far as that was said."""
    return answer.source or f"As told: {answer.words}. Add from whom, and when."


def _choice(name: str, value: float, swept: list[float], why: str) -> str:
    """The line of a choice, with what it is swept over."""
    others = sorted(set(swept)) if len(set(swept)) > 1 else []
    return _line(name, {"value": value, "swept": others, "why": why})


def _line(name: str, table: Mapping[str, Any]) -> str:
    """A table of the file in one line."""
    return f"{name} = {_toml(table)}"


def _toml(value: Any) -> str:
    """A value as TOML, a table in one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_line(name, one) for name, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, float):
        return f"{value:_.0f}" if value.is_integer() and value < 1e12 else plain(value)
    return json.dumps(value, ensure_ascii=False)
