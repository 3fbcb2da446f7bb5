"""How long a report may be, for every shipped scenario: its words, its sentences, its titles. A few
draws change figures and not the length of what is said."""

import re

import pytest
from tools import inprocess, reading

from analysis.scenario import load

MOST_WORDS, WORDS_OF_A_SENTENCE, FIGURES_OF_A_SENTENCE, WORDS_OF_A_TITLE = 3500, 25, 3, 14
DRAWS = 100


@pytest.mark.slow
@pytest.mark.parametrize("slug", load.shipped())
def test_a_report_keeps_to_the_length_that_a_board_reads(slug):
    html = inprocess.page(slug, DRAWS)
    assert 1000 < reading.words(html) <= MOST_WORDS
    said = reading.sentences(html)
    assert len(said) > 60
    assert [one for one in said if len(one.split()) > WORDS_OF_A_SENTENCE] == []
    assert [one for one in said if reading.figures(one) > FIGURES_OF_A_SENTENCE] == []
    titles = reading.titles(html)
    assert len(titles) > 5
    assert [one for one in titles if len(one.split()) > WORDS_OF_A_TITLE] == []


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("In 8 of 10 futures 2.0 to 14.1 months later.", 2),  # a share and a range
        ("Decided on 9 July 2024, by 2026-07-09 or Jun 2025.", 3),  # three days
        ("From P10 to P90 an H100 of chapter 06-sensitivity.", 0),  # names
        ("It costs 1.2 billion USD, 83 % of 6, or 4.", 4),
        ("Of 1.5e+26 / 3e+26 / 6e+26 (P10 / P50 / P90) useful FLOP.", 1),  # one range
    ],
)
def test_figures_are_counted_as_a_person_does(sentence, figures):
    assert reading.figures(sentence) == figures


def test_a_sentence_that_is_too_long_is_seen():
    html = '<main id="report"><p>One two. Three four five: six.</p><table><tr><td>a b'
    assert reading.sentences(html) == ["One two.", "Three four five:", "six."]
    assert reading.words(re.sub("</p>.*", "</p></main>", html)) == 6
