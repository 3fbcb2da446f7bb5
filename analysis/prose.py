"""Text that people wrote, made safe to stand inside Markdown."""

import re

PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def md(text: str) -> str:
    """The text on one line, safe inside `IPython.display.Markdown` and in every cell of a table.

    Every ASCII punctuation mark becomes a character reference, which Markdown shows as the mark and
    never reads as markup, as the start of a tag or as part of a link. Not for use inside backticks,
    where a reference is shown as it is written.
    """
    return PUNCTUATION.sub(lambda mark: f"&#{ord(mark[0])};", " ".join(text.split()))
