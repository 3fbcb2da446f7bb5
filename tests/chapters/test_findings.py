"""Every chapter begins with its answer, and no answer is another one than the verdict's."""

import importlib
import inspect
import re
from functools import lru_cache

import pytest

import analysis
from analysis.chapters.checks import tables as checks
from analysis.chapters.shared.words import ONLY_ONE
from analysis.decision import claims, reading
from analysis.decision.verdict import cost_words, time_words, verdict
from analysis.report import runs, write
from analysis.scenario import edits, load
from analysis.validation import backtest

DRAWS = 512
CHAPTERS = [path.stem for path in write.chapters()]
LONGEST_WORDS = 25
EARLIER = re.compile(r"\b(sooner|earlier|later)\b")


@lru_cache
def case(slug):
    return analysis.open(slug, DRAWS, 1)


@lru_cache
def findings(slug):
    return found_in(case(slug))


def found_in(mine):
    """Chapter -> its finding in words, made of what its notebook gives it."""
    made = {"past": lambda: backtest.backtest(mine.scenario, DRAWS, 1)}
    made["printed"] = checks.published_figures

    def words(stem):
        module = importlib.import_module(f"analysis.chapters.{stem[3:].replace('-', '_')}")
        names = inspect.signature(module.finding).parameters
        given = [made[name]() if name in made else getattr(mine, name) for name in names]
        return str(module.finding(*given))

    return {stem: words(stem) for stem in CHAPTERS}


every_scenario = pytest.mark.parametrize("slug", load.shipped())


@every_scenario
def test_a_finding_is_one_to_three_short_sentences(slug):
    for stem, words in findings(slug).items():
        assert words[-1] in ".?", stem
        bare = re.sub(r"“[^”]*”", "X", words)
        sentences = re.split(r"(?<=[.?]) (?=[A-Z0-9])", bare)
        assert 1 <= len(sentences) <= 3, (stem, words)
        lengths = [len(re.sub(r"[^\w ]", "", one).split()) for one in sentences]
        assert max(lengths) <= LONGEST_WORDS + 15, (stem, words)


@every_scenario
def test_what_a_finding_says_of_cost_and_time_is_what_the_verdict_says(slug):
    headline = case(slug).headline
    said, pair = verdict(headline), headline["comparison"]["pair"]
    about = said.option or pair[0]
    [other] = set(pair) - {about}
    found = findings(slug)
    cost, time = (say(headline, about, other) for say in (cost_words, time_words))
    assert found["01-comparison"].startswith(said.decides)
    assert said.decides in found["13-own-case"]
    beside = f"{reading.title(headline, about)} beside {reading.title(headline, other)}: "
    assert found["02-cost"].startswith(f"{beside}{cost[0].lower()}{cost[1:]}")
    if time:
        assert found["05-training"].startswith(f"{beside}{time[0].lower()}{time[1:]}")


@every_scenario
def test_no_finding_names_another_as_the_cheaper_or_the_earlier_one(slug):
    headline = case(slug).headline
    a, b = headline["comparison"]["pair"]
    gap = reading.gap(headline, a, b)
    cheap, early = (claims.lower(one, (a, b)) for one in (gap.cost_usd, gap.months))
    titles = {o: reading.title(headline, o) for o in (a, b)}
    for stem, words in findings(slug).items():
        for option, title in titles.items():
            if re.search(rf"On the mean {re.escape(title)} (costs less|is better whatever)", words):
                assert option == cheap, (stem, words)
            if re.search(rf"On the mean {re.escape(title)} is (earlier|better where)", words):
                assert option == early, (stem, words)


@pytest.mark.parametrize("only", ["oracle_rental", "memphis_build"])
def test_a_case_of_one_option_has_findings_too(only):
    alone = edits.with_options(case("oracle-vs-memphis").scenario, [only])
    found, title = found_in(runs.Case("alone", alone, 100, 1)), alone.options[only].title
    assert found["06-sensitivity"] == found["08-as-others-count"] == ONLY_ONE
    assert found["02-cost"].startswith(f"Funds of 6 billion USD are outspent: {title} in ")
    assert found["05-training"].startswith(f"The target is reached at P50: {title} in ")
