"""Months and lists in words."""

from datetime import date


def month(day: str) -> str:
    """A day as its month and year."""
    return f"{date.fromisoformat(day):%B %Y}"


def listed(words: list[str]) -> str:
    """Words with commas and a last `and`."""
    return (
        words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
    )
