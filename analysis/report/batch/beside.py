"""The files that a batch writes beside its runs, and what says that a folder is one of a batch.

`batch.json` lists the hashes of all files that batches have written there: a file of another hash
is a reader's own, and is neither replaced nor removed.
"""

import json
import os
from pathlib import Path

from analysis.evidence.files import BadInput
from analysis.report import folder as folders
from analysis.report import manifest

NAME = "batch.json"
SCHEMA = "rent-or-build/batch"
WORKPLACE = "index.html"  # no run is called so: its name holds a dot


def prepare(out: Path) -> None:
    """Makes the folder of a batch, or takes one that a batch has made; else raises `BadInput`."""
    out.mkdir(parents=True, exist_ok=True)
    if _known(out) is None and any(out.iterdir()):
        raise BadInput(
            f"{out.name}: is there and is no folder of a batch; name another one with --out"
        )
    if own := [path.name for path in _files(out) if _hash(path) not in (_known(out) or [])]:
        raise BadInput(f"{out.name}/{own[0]}: not as a batch made it; move it away first")
    folders.put_right(out / WORKPLACE)
    if _known(out) is None:
        replace(out, {})


def replace(out: Path, files: dict[str, bytes]) -> None:
    """Writes files into the folder of a batch, each whole, and removes what earlier ones left."""
    before = {path: _hash(path) for path in _files(out)}
    hashes = {manifest.sha256(raw) for raw in files.values()} | set(before.values())
    record = {"schema": SCHEMA, "made": sorted(hashes)}
    with folders.alone(out / WORKPLACE), folders.workplace(out / WORKPLACE) as place:
        folders.keep(place / NAME, json.dumps(record, indent=1) + "\n")
        os.replace(place / NAME, out / NAME)  # first: what follows is known from here on
        for name, raw in files.items():
            (place / name).write_bytes(raw)
            os.replace(place / name, out / name)
    for path in before:
        if path.name not in files:
            path.unlink()


def _known(out: Path) -> list[str] | None:
    """The hashes of what batches have written into a folder; None if it is no batch's."""
    try:
        record = json.loads((out / NAME).read_bytes())
        return list(record["made"]) if record["schema"] == SCHEMA else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _files(out: Path) -> list[Path]:
    """The plain files of a batch's folder that are its index or tell of a failure."""
    names = ("index.html", "index.csv", "index.parquet")
    files = [*(out / name for name in names), *out.glob("*.failed.html")]
    return [path for path in files if os.path.lexists(path)]


def _hash(path: Path) -> str:
    return manifest.sha256(path.read_bytes())
