"""What people answer, read: numbers with their units, shares, dates, money in a currency."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from analysis.evidence import ledger as ledgers
from analysis.evidence.files import BadInput, gated, nearest, rows, text
from analysis.scenario import offers
from analysis.scenario.references import MARKET_CHIP

FILE = ledgers.DATA / "questions.toml"

DAYS_PER_MONTH = 365 / 12

PRICES = {"rent": "market_rent_usd_per_gpu_hour", "server": "node_usd"}
"""Questions of which the record of a chip may hold the answer, and under which name."""

SIZES = {"k": 1e3, "thousand": 1e3, "million": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9}
SIZES |= {"cents": 0.01, "ct": 0.01}

NUMBER = re.compile(
    r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?(e\+?[0-9]{1,2})?\s*(?:("
    + "|".join(SIZES)
    + r")\b)?\s*(.*)"
)
"""A number, a word of its size, and its unit."""

SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}

NOW = ("now", "today", "at once")

DAYS = ("%Y-%m-%d", "%d %b %Y", "%d %B %Y", "%b %Y", "%B %Y")


@dataclass(frozen=True)
class Question:
    """One question: its key, its words, an example, what Enter takes, and the forms of an answer.

    `default` is taken as an answer would be; without one `enter` says in words what stands.
    """

    key: str
    asks: str
    example: str
    default: str = ""
    enter: str = ""
    money: bool = False
    forms: tuple[dict[str, Any], ...] = ()

    @property
    def prompt(self) -> str:
        """The question as it is asked, with an example and what Enter takes."""
        return f"{self.asks} (e.g. {self.example}) [Enter: {self.default or self.enter}]"

    @property
    def help(self) -> str:
        """The question as the help of its flag."""
        return f"{self.asks}, e.g. {self.example}".replace("%", "%%")


@dataclass(frozen=True)
class Answer:
    """What one answer says: what its number is (the name of a form, a chip or a currency), the
    number in the unit of the model, money in USD; the form, the words that were said, from whom
    they are, and whether the reader gave it or it is the default."""

    name: str
    number: float
    form: dict[str, Any]
    words: str
    source: str = ""
    given: bool = True
    day: date | None = None


@cache
def questions() -> dict[str, Question]:
    """The questions by key, in the order in which they are asked."""
    tables = tomllib.loads(text(FILE))["questions"]
    return {key: Question(key, **one) for key, one in tables.items()}


def read(question: Question, said: str, before: dict[str, Answer]) -> Answer | None:
    """What an answer says, in the light of those before it; None where it is left out and no
    default is an answer. Refuses in one line what cannot be meant."""
    words = gated(question.key, said)
    given = bool(words)
    words = words or question.default
    if not words:
        _check_on_record(question, before)
        return None
    inner = re.fullmatch(r"(.*?)\s*\(([^()]+)\)", words)
    words, source = (inner[1], inner[2]) if inner else (words, "")
    try:
        found = _read(question, words, before)
        _check_after(question, found, before)
    except ValueError as error:
        expected = f"expected an answer like {question.example}"
        raise BadInput(f"{question.key}: {words!r}{error}; {expected}") from None
    return Answer(**(vars(found) | {"words": words, "source": source, "given": given}))


def _read(question: Question, words: str, before: dict[str, Answer]) -> Answer:
    if question.key == "currency":
        return _currency(words)
    if question.key == "chip":
        return _chip(words)
    if question.key == "start":
        if day := _day(words):
            return Answer("start", 0.0, {}, words, day=day)
        raise ValueError("")
    start = before["start"].day
    day = start if words.lower() in NOW else _day(words)
    if question.forms[0]["unit"] == "months" and day and start:
        number = round((day - start).days / DAYS_PER_MONTH, 2)
        return _within(question.forms[0], number, words)
    rate, bare = 1.0, words
    if question.money:
        rate, bare = before["currency"].number, _without(before["currency"].name, words)
    number, unit = _number(bare)
    for form in question.forms:
        if unit in form["words"]:
            return _within(form, number * rate * form["words"][unit], words)
    units = [word for form in question.forms for word in form["words"] if word]
    meant = " or ".join(word for word in units if word.startswith(unit))
    raise ValueError(f": {meant}?" if meant else f": unit {unit!r} is not known")


def _check_on_record(question: Question, before: dict[str, Answer]) -> None:
    """An offer may be left out where the ledger has what a chip costs."""
    chip, price = before["chip"].name if "chip" in before else "", PRICES.get(question.key)
    if not price or (chip == MARKET_CHIP and question.key == "rent"):
        return
    if f"{offers.prefix(chip)}_{price}" not in offers.of_chip(chip):
        raise BadInput(f"{question.key}: what {chip} costs is not on record; expected your offer")


def _check_after(question: Question, found: Answer, before: dict[str, Answer]) -> None:
    """The use and the horizon end after the day on which the GPUs are needed."""
    if question.key in ("until", "horizon") and found.number <= before["by"].number:
        raise ValueError(f" is not after {before['by'].words}, when they are needed")


def _number(words: str) -> tuple[float, str]:
    """A number of people's and the words of its unit, in small letters."""
    found = NUMBER.fullmatch(words.strip().lower())
    if found is None:
        raise ValueError("")
    whole, part, power, size, unit = found.groups()
    number = float(whole.replace(",", "") + (part or "") + (power or ""))
    if unit[:1] in (",", "."):
        raise ValueError(": a comma parts thousands, a point decimals")
    unit = " ".join(unit.replace("/", " per ").replace("percent", "%").split())
    unit = re.sub(r"\b(gpu|month|week|year|day)\b$", r"\1s", unit) if " " not in unit else unit
    return number * SIZES.get(size or "", 1), unit


def _within(form: dict[str, Any], number: float, words: str) -> Answer:
    least, most = form["within"]
    if not least <= number <= most:
        share = form["unit"].startswith("share")
        unit = "%" if share else form["unit"]
        said, low, high = (
            _shown(100 * x if share else x) for x in (number, float(least), float(most))
        )
        raise ValueError(f" is {said} {unit}, not within {low} to {high} {unit}")
    if form.get("whole") and not number.is_integer():
        raise ValueError(f" is {number:g} {form['unit']}, no whole number")
    return Answer(form["name"], float(f"{number:.12g}"), form, words)


def _shown(number: float) -> str:
    return f"{number:,.0f}" if number.is_integer() and number < 1e15 else f"{number:,.6g}"


def _currency(words: str) -> Answer:
    found = re.fullmatch(r"([A-Za-z]{3})(?:\s+([0-9]+(?:\.[0-9]+)?))?", words)
    if found is None or (found[1].upper() != "USD" and not float(found[2] or 0)):
        raise ValueError("")
    name = found[1].upper()
    return Answer(name, 1.0 if name == "USD" else float(found[2]), {}, words)


def _without(currency: str, words: str) -> str:
    """The words without the currency of the case; another one is refused."""
    for sign, name in SIGNS.items():
        words = words.replace(sign, f"{name} ")
    for named in re.findall(r"\b(?!GPU)[A-Z]{3}\b", words):
        if named != currency:
            raise ValueError(f": {named}, but the currency of the case is {currency}")
    return words.replace(currency, "", 1)


def _chip(words: str) -> Answer:
    """A chip by its id in the table of chips, however it is written and whatever is said beside:
    `TPU v5p`, `NVIDIA H100 SXM`."""
    whole, known = re.sub(r"[\s_]+", "-", words.lower()), ledgers.chips()
    named = [name for name in (whole, *whole.split("-")) if name in known]
    if not named:
        raise ValueError(f" is not in the table of chips{nearest(whole, known)}")
    return Answer(named[0], 0.0, {}, words)


def _day(words: str) -> date | None:
    """The day that some words name, the first of a month that stands alone, or None."""
    for shape in DAYS:
        try:
            return datetime.strptime(words, shape).date()
        except ValueError:
            continue
    return None


def from_csv(path: Path) -> dict[str, str]:
    """The answers in a table with the columns question and answer, by question."""
    found: dict[str, str] = {}
    three = ("question", "answer", "asks")
    columns = three if text(path).split("\n")[0].endswith(",asks") else three[:2]
    for line, row in rows(path, columns):
        key = row["question"]
        where = f"{path.name}, line {line}"
        if key not in questions():
            raise BadInput(f'{where}: unknown question "{key}"{nearest(key, questions())}')
        if key in found:
            raise BadInput(f'{where}: question "{key}" is answered twice')
        found[key] = row["answer"]
    return found


def told(
    table: str | None, flags: dict[str, Any], say: Callable[[str], None]
) -> dict[str, Answer | None]:
    """Every question with what its answer says: from a table and from flags, which go before it,
    or asked at the terminal where there are neither."""
    said = from_csv(Path(table)) if table else {}
    said |= {key: flags[key] for key in questions() if flags.get(key)}
    return all_read(said) if said else asked(say)


def all_read(said: dict[str, str]) -> dict[str, Answer | None]:
    """Every question with what its answer says, where there is one. Refuses with a line for each
    answer that cannot be meant; in its place the next ones are read beside the default."""
    refused: dict[str, str] = {}

    def words(question: Question) -> str:
        return question.default if question.key in refused else said.get(question.key, "")

    def again(question: Question, line: str) -> None:
        if question.key in refused:  # nothing can stand in its place
            raise BadInput(*refused.values())
        refused[question.key] = line

    found = _through(words, again)
    if refused:
        raise BadInput(*refused.values())
    return found


def asked(say: Callable[[str], None]) -> dict[str, Answer | None]:
    """Every question asked at the terminal, again after an answer that cannot be meant, with what
    its answer says."""

    def words(question: Question) -> str:
        say(question.prompt)
        return _line(question)

    return _through(words, lambda _, line: say(line))


def _through(
    words: Callable[[Question], str], again: Callable[[Question, str], None]
) -> dict[str, Answer | None]:
    """Every question in its order; one whose answer is refused is put again."""
    found: dict[str, Answer | None] = {}
    for key, question in questions().items():
        while key not in found:
            said = words(question)
            try:
                found[key] = read(question, said, {k: x for k, x in found.items() if x})
            except BadInput as error:
                again(question, str(error))
    return found


def _line(question: Question) -> str:
    try:
        return input()
    except EOFError:
        raise BadInput(f"{question.key}: the answers end here; nothing is written") from None
