"""Where things are, for tests at any depth."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "analysis"
NOTEBOOKS = ROOT / "notebooks"
