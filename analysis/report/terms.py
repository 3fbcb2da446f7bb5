"""Words of the trade, explained where they first stand on a page, without a script."""

import re
import tomllib
from html import escape
from pathlib import Path

TABLE = Path(__file__).parent / "templates" / "report" / "terms.toml"
MEANINGS: dict[str, str] = tomllib.loads(TABLE.read_text("utf-8"))
"""What to look for, one spelling or several with bars between, and what it means."""

UNTOUCHED = "a|button|code|fieldset|figure|h1|h2|h3|pre|script|style|svg|table"
PIECE = re.compile(
    rf"(?s:<({UNTOUCHED})\b.*?</\1>)|<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>|<|(?P<text>[^<]+)"
)
"""A heading, link, picture or table as a whole, a tag, or the text between two."""

WORD = re.compile(rf"(?<![\w-])(?:({')|('.join(MEANINGS)}))(?:s|'s)?(?![\w-])", re.IGNORECASE)


def explained(body: str) -> str:
    """Marked-up text in which each word of the trade tells its meaning at its first use, to a
    pointer, a key or a finger; behind it all meanings, for a page on paper."""
    told: list[str] = []

    def first_use(found: re.Match[str]) -> str:
        looked_for = list(MEANINGS)[(found.lastindex or 1) - 1]
        if looked_for in told:
            return found[0]
        told.append(looked_for)
        return _marked(found[0], f"term-{len(told)}", MEANINGS[looked_for])

    def in_text(piece: re.Match[str]) -> str:
        return WORD.sub(first_use, piece[0]) if piece["text"] else piece[0]

    return PIECE.sub(in_text, body) + _glossary(told)


def _marked(word: str, name: str, meaning: str) -> str:
    said = f"{escape(meaning[0].upper() + meaning[1:])}."
    return (
        f'<dfn tabindex="0" aria-describedby="{name}">{word}</dfn>'
        f'<span class="meaning" role="tooltip" id="{name}">{said}</span>'
    )


def _glossary(told: list[str]) -> str:
    """The words of a page with their meanings, by the alphabet; nothing where there are none."""
    items = "".join(
        f"<dt>{key.replace('|', ', ')}</dt><dd>{escape(MEANINGS[key])}.</dd>"
        for key in sorted(told, key=str.casefold)
    )
    return f'<aside class="glossary" aria-label="Words"><dl>{items}</dl></aside>' if items else ""
