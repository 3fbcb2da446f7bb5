"""A file in another currency: the amounts whose names bear it, in USD at the rate stated."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from analysis.evidence.files import BadInput
from analysis.scenario.tables import Table
from analysis.scenario.units import plain

STATED = re.compile(
    r"^\s*(?:currency\s*=\s*\{|\[currency\])[^\]}]*?name\s*=\s*\"([A-Z]{3})\"", re.M
)

NO_MONEY = ("probability", "probabilities", "basis", "label", "title", "quote", "judgement", "why")
"""Keys of a table of money that hold none."""


class Currency(Table):
    """The currency of a file, and what one of it is worth in USD."""

    name: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    usd: float = Field(ge=1e-6, le=1e3)

    @property
    def said(self) -> str:
        """The rate in words."""
        rate = f"{self.name} at {plain(self.usd)} USD each"
        return f"Amounts were stated in {rate}; all figures are in USD."


@dataclass(frozen=True)
class _Rate:
    """A currency, as names bear it: `eur` of `funding_eur`."""

    name: str
    usd: float

    def bears(self, words: str) -> bool:
        """Whether a name or a unit is in this currency."""
        return words != _usd(words, self.name)


def in_usd(file: dict[str, Any]) -> dict[str, Any]:
    """The tables of a file with its amounts in USD: those under a key that bears the currency
    (`funding_eur`), which then bears USD, and those with a unit in it."""
    match file.get("currency"):
        case {"name": str(name), "usd": int(usd) | float(usd)} if name != "USD" and usd is not True:
            rest = {key: value for key, value in file.items() if key != "currency"}
            return _table(rest, _Rate(name, usd), money=False) | {"currency": file["currency"]}
    return file


def words_in_usd(words: str) -> str:
    """The text of a file with the names of its keys as they are read."""
    stated = STATED.search(words)
    return _usd(words, stated[1]) if stated else words


def _usd(words: str, name: str) -> str:
    small = re.sub(rf"(?<![a-z]){name.lower()}(?![a-z])", "usd", words)
    return re.sub(rf"^{name}(?=$|/)", "USD", small)


def _table(table: dict[str, Any], rate: _Rate, money: bool) -> dict[str, Any]:
    unit = table.get("unit")
    money = money or (isinstance(unit, str) and rate.bears(unit))
    found: dict[str, Any] = {}
    for key, value in table.items():
        name = _usd(key, rate.name)
        if name in found or (name != key and name in table):
            raise BadInput(f"{name}: given in {rate.name} and in USD; expected it once")
        here = (money or rate.bears(key)) and key not in NO_MONEY
        found[name] = _value(value, rate, here or key == "unit")
    return found


def _value(value: Any, rate: _Rate, money: bool) -> Any:
    if isinstance(value, dict):
        return _table(value, rate, money)
    if isinstance(value, list):
        return [_value(one, rate, money) for one in value]
    if isinstance(value, str):  # the name of an amount, or its unit
        return value if " " in value or not money else _usd(value, rate.name)
    if money and isinstance(value, int | float) and not isinstance(value, bool):
        return float(f"{value * rate.usd:.12g}")
    return value
