"""What a report was made of and consists of, by SHA-256: the last file that a run writes."""

import hashlib
import json
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from platform import python_version
from typing import Any

from analysis.evidence.ledger import DATA

SCHEMA = "rent-or-build/report"
VERSION = 1
NAME = "manifest.json"
CODE = Path(__file__).parents[1]

PACKAGES = (
    "altair",
    "ipykernel",
    "jupyter_client",
    "nbclient",
    "nbconvert",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
    "pydantic",
    "rent-or-build",
    "scipy",
    "vl-convert-python",
)


def inputs(scenario: str, notebooks: list[Path]) -> dict[str, str]:
    """Name -> SHA-256 of all that a report depends on: scenario, data, notebooks, code, lock."""
    project = DATA.parent
    data = sorted([*DATA.glob("*.csv"), *DATA.glob("series/*.csv")])
    lock = project / "requirements.lock"
    files = {path.relative_to(project).as_posix(): path for path in (*data, lock) if path.is_file()}
    return {
        "scenario": sha256(scenario.encode()),
        "code": _code(),
        **{f"notebooks/{path.name}": sha256(path.read_bytes()) for path in notebooks},
        **{name: sha256(path.read_bytes()) for name, path in files.items()},
    }


def outputs(folder: Path) -> dict[str, str]:
    """Name -> SHA-256 of every file of a report but the manifest itself."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / NAME)
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()) for path in files}


@cache
def packages() -> dict[str, str]:
    """Name -> version of Python and of the packages that shape a report, where installed."""
    found = {"python": python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def text(parts: dict[str, Any]) -> str:
    """The manifest as JSON with sorted keys, sealed with a hash of its own."""
    body = {"schema": SCHEMA, "version": VERSION, **parts}
    return _json(body | {"seal": sha256(_json(body).encode())})


def is_made(folder: Path, inputs: dict[str, str], parameters: dict[str, str | int]) -> bool:
    """Whether a folder holds, whole and byte by byte, what a run of these inputs and parameters
    made; it may have been made of more, as a report is beside its numbers."""
    found = _read(folder)
    if found is None or found.get("schema") != SCHEMA or found["parameters"] != parameters:
        return False
    now = outputs(folder)
    whole = all(now.get(name) == digest for name, digest in found["outputs"].items())
    return whole and inputs.items() <= found["inputs"].items()


def not_made(folder: Path, altered: bool = True) -> list[str] | None:
    """What a run did not make of a report's folder: files, folders and links that the manifest does
    not name, and the `altered` files, changed since, sorted; None if it is no report at all."""
    found = None if folder.is_symlink() else _read(folder)
    if found is None or found.get("schema") != SCHEMA:
        return None
    made, paths = found["outputs"], list(folder.rglob("*"))
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    folders = {parent.as_posix() for name in made for parent in PurePosixPath(name).parents}
    files = {*made, NAME}
    own = [n for n, path in names.items() if n not in (folders if _is_folder(path) else files)]
    plain = [n for n, path in names.items() if altered and n in made and n not in own]
    return sorted(own + [n for n in plain if sha256(names[n].read_bytes()) != made[n]])


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _read(folder: Path) -> dict[str, Any] | None:
    """The manifest of a report, or None if it is not, byte by byte, what was written."""
    try:
        raw = (folder / NAME).read_text("utf-8")
        found = json.loads(raw)
        body = {key: value for key, value in found.items() if key != "seal"}
        return body if raw == text(body) else None
    except (OSError, ValueError, AttributeError):
        return None


def _code() -> str:
    """One hash over the package: every module and every file of the templates, with its name."""
    files = [
        *CODE.rglob("*.py"),
        *(path for path in CODE.glob("*/templates/**/*") if path.is_file()),
    ]
    lines = [f"{p.relative_to(CODE).as_posix()} {sha256(p.read_bytes())}" for p in sorted(files)]
    return sha256("\n".join(lines).encode())


def _json(found: dict[str, Any]) -> str:
    return json.dumps(found, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def sha256(raw: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal digits."""
    return hashlib.sha256(raw).hexdigest()
