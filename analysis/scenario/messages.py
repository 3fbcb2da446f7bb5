"""What the types of a scenario refuse, said in the words of the file."""

import typing
from collections.abc import Iterable
from datetime import date, time
from typing import Any

from pydantic import BaseModel, ValidationError

from analysis.evidence.files import nearest
from analysis.scenario.schema import OwnedTranche, RentedTranche, Scenario
from analysis.scenario.tables import Table

Found = typing.Mapping[str, Any]

TABLE, DAY = "expected a table", "expected a date, YYYY-MM-DD without quotes"

WORDS = {
    "dict_type": TABLE,
    "model_type": TABLE,
    "model_attributes_type": TABLE,
    "date_type": DAY,
    "date_from_datetime_inexact": DAY,
    "string_too_long": "expected at most {max_length} characters",
    "too_short": "expected at least {min_length} item{s}, not {actual_length}",
    "too_long": "expected at most {max_length} item{s}, not {actual_length}",
}

KINDS: dict[str, tuple[type[Table], str]] = {
    "rent": (RentedTranche, "a rented"),
    "own": (OwnedTranche, "an owned"),
}

IN_A_KEY = "[key]"

UNKNOWN, MISSING = "extra_forbidden", "missing"

LONGEST_SHOWN = 60


def lines(error: ValidationError, raw: Found) -> list[str]:
    """Every refusal as `key: what was wrong; what was expected`, what a table misses in one line;
    the names that a file (`raw`) has tell what one that is not quite one of them may have meant."""
    found: list[Any] = list(error.errors(include_url=False))
    meant = [_table(one) + _remark(one["loc"]) for one in found if one["type"] == UNKNOWN]
    missed: dict[str, list[str]] = {}
    for one in found:
        key = str(one["loc"][-1])
        if one["type"] == MISSING and _table(one) + nearest(key, [key]) not in meant:
            missed.setdefault(_table(one), []).append(key)
    told = {table: _missing(table, keys, raw) for table, keys in missed.items()}
    return [*(_said(one) for one in found if one["type"] != MISSING), *told.values()]


def _table(one: Found) -> str:
    return _key(one).rpartition(".")[0]


def _missing(table: str, keys: list[str], raw: Found) -> str:
    """The keys that a table misses; where it is new, what may have been meant by its name."""
    first, *rest = keys
    too = f" (and {', '.join(rest)})" if rest else ""
    kind, _, name = table.partition(".")
    new = kind == "assumptions" and "; a new assumption needs it"
    known = raw.get(kind) if new or rest else None
    others = [str(one) for one in known if one != name] if isinstance(known, dict) else []
    return f"{table}.{first} is missing{too}{new or ''}".lstrip(".") + nearest(name, others)


def _said(one: Found) -> str:
    """What is refused, but a key that is missing."""
    key = _key(one)
    match one["type"]:
        case "extra_forbidden":
            return f'unknown key "{key}"{_remark(one["loc"])}'
        case "union_tag_not_found":
            return f'{key}.kind is missing; expected "rent" or "own"'
        case "union_tag_invalid":
            return f"{key}.kind: {_shown(one['input']['kind'])}; expected 'rent' or 'own'"
    plain = not isinstance(one["input"], dict | list) and not _names_a_key(one)
    given = f"{_shown(one['input'])}; " if plain else ""
    return f"{key}: {given}{_expected(one)}"


def _key(one: Found) -> str:
    """The dotted key of a refusal, places in a list from 1 on: without the kind of a tranche, which
    is no table of the file."""
    parts = [str(part + 1 if isinstance(part, int) else part) for part in one["loc"]]
    if _names_a_key(one):
        parts.pop()
    if parts[0] == "tranches" and len(parts) > 3:
        del parts[2]
    return ".".join(parts)


def _names_a_key(one: Found) -> bool:
    """Whether a key is refused, not what stands under it."""
    return one["type"] == "string_pattern_mismatch" and one["loc"][-1] == IN_A_KEY


def _remark(location: tuple[str | int, ...]) -> str:
    """What may have been meant by an unknown key."""
    *table, key = (str(part) for part in location)
    if table[:1] == ["tranches"]:
        for kind, (model, words) in KINDS.items():
            if kind != table[2] and key in model.model_fields:
                return f"; only {words} tranche has it"
    return nearest(key, _known_keys(table))


def _known_keys(table: Iterable[str]) -> list[str]:
    """The keys that the table at a place may hold."""
    found: Any = Scenario
    for part in table:
        if part.isdigit():  # the place in a list of tables
            continue
        if isinstance(found, type) and issubclass(found, BaseModel):
            found = _bare(found.model_fields[part].annotation)
        elif typing.get_origin(found) is dict:
            found = _bare(typing.get_args(found)[1])
        else:
            found = KINDS[part][0]
    return list(found.model_fields)


def _bare(annotation: Any) -> Any:
    """The type without the None of an optional one."""
    kinds = [kind for kind in typing.get_args(annotation) if kind is not type(None)]
    return kinds[0] if len(kinds) == 1 else annotation


def _expected(one: Found) -> str:
    context = one.get("ctx", {})
    if one["type"] == "string_pattern_mismatch":
        joined = "hyphens" if "-]" in context["pattern"] else "underscores, a letter first"
        return f"expected a name of at most 64 small letters, digits and {joined}"
    if one["type"] in WORDS:
        number = context.get("min_length", context.get("max_length"))
        return WORDS[one["type"]].format(s="" if number == 1 else "s", **context)
    said = one["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    return f"{said[0].lower()}{said[1:]}"


def _shown(value: Any) -> str:
    """A value about as the file has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | time):
        return str(value)
    try:
        whole = repr(value)
    except ValueError:  # too many digits to be written out
        return "a very long whole number"
    return whole if len(whole) <= LONGEST_SHOWN else f"{whole[:LONGEST_SHOWN]}..."
