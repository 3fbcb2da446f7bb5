"""A page as a person reads it: its words, its sentences, the figures in a sentence, the titles of
its pictures. What a table holds is no sentence, and what opens on a word is read by itself."""

import json
import re

from bs4 import BeautifulSoup

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
SHORT = "|".join(month[:3] for month in MONTHS.split("|"))
AS_ONE = (
    r"\d{4}-\d\d-\d\d",  # a day
    rf"(?:\d{{1,2}} )?(?:{MONTHS}|{SHORT}) \d{{4}}",
    r"8 of 10",  # a share
    r"-?[\d.,e+]*\d(?: to | / )-?[\d.,e+]*\d(?: / -?[\d.,e+]*\d)?",  # a range
)
"""What a person takes for one figure."""

NAMES = r"P10(?: to | / )(?:P50 / )?P90|P[159]0|\b\d\d-[a-z-]+|\b[A-Za-z]+\d\w*"
"""Digits that are no figures: quantiles, chapters, chips."""

NUMBER = re.compile(r"(?<![\w.])-?\d[\d.,e+]*")


def _main(html: str, *without: str) -> BeautifulSoup:
    main = BeautifulSoup(html, "html.parser").find(id="report")
    for part in main.select(", ".join(["svg", "script", "style", ".turn", *without])):
        part.decompose()
    return main


def words(html: str) -> int:
    """How many words stand on a page, those of tables too, not those in pictures."""
    return len(_main(html, ".meaning", ".glossary").get_text(" ").split())


def sentences(html: str) -> list[str]:
    """Every sentence of a page, a part before a colon by itself; those that open on a word too."""
    main = _main(html, "table", "footer")
    told = [one.extract() for one in main.select(".meaning, dd")]
    blocks = told + main.select("p, li, h1, h2, h3")
    texts = [" ".join(block.get_text("").split()) for block in blocks]
    return [one for text in texts for one in re.split(r"(?<=[.?!:]) +", text) if one]


def figures(sentence: str) -> int:
    """How many figures a sentence holds."""
    left = re.sub(NAMES, "", sentence)
    for pattern in AS_ONE:
        left = re.sub(pattern, "1", left)
    return len(NUMBER.findall(left))


def titles(html: str) -> list[str]:
    """The titles of the pictures of a page."""
    specs = BeautifulSoup(html, "html.parser").select("figure.chart script")
    found = []
    for spec in specs:
        title = json.loads(spec.string).get("title", "")
        text = title.get("text", "") if isinstance(title, dict) else title
        found.append(text if isinstance(text, str) else " ".join(text))
    return found
