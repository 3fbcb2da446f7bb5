"""Which runs a batch consists of, each with a name of its own."""

import glob
import os
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from analysis.evidence.files import SLUG, BadInput
from analysis.report import manifest
from analysis.scenario import load
from analysis.scenario.varied import DISTRIBUTION, Change

LONGEST_SLUG = 64
DIGITS = 8


@dataclass(frozen=True)
class Run:
    """A scenario to be run: the name of its folder, its file, and what is changed of it; or why
    there is no such file."""

    slug: str
    path: Path
    changes: tuple[Change, ...] = ()
    missing: str = ""


def runs(names: Sequence[str], varied: Sequence[tuple[str, list[Any]]]) -> list[Run]:
    """The runs of scenarios given by slug, file, glob or folder, each in every combination of the
    values that are varied. Raises `BadInput` for a glob or folder without a scenario.
    """
    found = list(dict.fromkeys(one for name in names for one in _files(name)))
    keys = [key for key, _ in varied]
    if again := [key for key in keys if keys.count(key) > 1]:
        raise BadInput(f"--vary {again[0]}: given twice; expected all its values in one list")
    grid = [tuple(zip(keys, values, strict=True)) for values in product(*(v for _, v in varied))]
    taken: set[str] = set()
    planned = []
    for path, missing in found:
        for changes in [()] if missing else grid:
            slug = _slug(path, changes, taken)
            taken.add(slug)
            planned.append(Run(slug, path, changes, missing))
    return planned


def _files(name: str) -> Iterable[tuple[Path, str]]:
    """The files that a name stands for, each with why there is none, or with nothing."""
    path = Path(name)
    if path.is_dir():
        yield from _several(name, sorted(path.glob("*.toml")))
    elif glob.has_magic(name) and not path.exists():
        yield from _several(name, [Path(one) for one in sorted(glob.glob(name, recursive=True))])
    else:
        try:
            yield _absolute(load.find(name)), ""
        except BadInput as error:
            yield path, error.lines[0]


def _several(name: str, paths: list[Path]) -> Iterable[tuple[Path, str]]:
    scenarios = [path for path in paths if path.suffix == ".toml" and not _is_base(path)]
    if not scenarios:
        raise BadInput(f"{name}: no scenario is there; expected .toml files")
    return [(_absolute(path), "") for path in scenarios]


def _absolute(path: Path) -> Path:
    """The path by which a file is known, however it was named."""
    return Path(os.path.abspath(path))


def _is_base(path: Path) -> bool:
    """Whether a file only serves others to extend: it has no options, and extends nothing."""
    try:
        return not {"extends", "offers", "options"} & set(tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError, RecursionError):
        return False  # it is refused in its turn


def _slug(path: Path, changes: tuple[Change, ...], taken: set[str]) -> str:
    """A name made of the file's and of what is changed; where it would not tell all, or is taken,
    with some digits of a hash behind."""
    said = "-".join([path.stem, *(f"{_last(key)}-{_worded(value)}" for key, value in changes)])
    slug = re.sub("[^a-z0-9]+", "-", said.lower().replace("_", "-")).strip("-") or "scenario"
    faithful = slug == said.replace("_", "-") and len(slug) <= LONGEST_SLUG
    if faithful and slug not in taken and SLUG.fullmatch(slug):
        return slug
    digest = manifest.sha256(repr((str(path), changes)).encode())[:DIGITS]
    return f"{slug[: LONGEST_SLUG - DIGITS - 1].rstrip('-')}-{digest}"


def _last(key: str) -> str:
    """The end of a key, which tells most."""
    parts = key.split(".")
    return "-".join(parts[-2:] if parts[-1] in DISTRIBUTION else parts[-1:])


def _worded(value: Any) -> str:
    """A value as part of a name: 0.5 as 0p5, -3 as minus3."""
    return re.sub(r"^-", "minus", re.sub(r"(?<=\d)\.(?=\d)", "p", str(value)))
