"""Numbers as people read them, by hand."""

import math

import pytest

from analysis.decision import wording
from analysis.model.estimates import Estimate


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0 %"),
        (0.0001, "under 1 %"),
        (0.006, "1 %"),
        (0.5, "50 %"),
        (0.994, "99 %"),
        (0.9999, "over 99 %"),
        (1.0, "100 %"),
    ],
)
def test_a_share_is_told_in_whole_percent_and_as_0_or_100_only_where_it_is_exactly_that(
    share, words
):
    assert wording.percent(share) == words


@pytest.mark.parametrize(("share", "words"), [(0.005, "under 1 %"), (0.995, "over 99 %")])
def test_half_a_percent_is_not_none_and_99_and_a_half_are_not_all(share, words):
    # 100 of 20,000 draws.
    assert wording.percent(share) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (6.4149, "6.41"),
        (64.149, "64.1"),
        (641.49, "641"),
        (6414.9, "6,410"),
        (-6414.9, "-6,410"),
        (0.064149, "0.0641"),
        (60.0, "60"),
        (25000.0, "25,000"),
    ],
)
def test_a_number_has_three_significant_digits_and_a_whole_one_no_decimals(value, words):
    assert wording.figure(value) == words


@pytest.mark.parametrize(
    ("se", "words"),
    [
        (0.0001, "12.3"),  # three digits at most, however sure
        (0.06, "12.35"),  # the error's first digit is the second decimal; five digits allowed
        (0.6, "12.3"),
        (6, "12"),
        (60, "10"),
    ],
)
def test_no_digit_is_printed_below_the_first_digit_of_the_error(se, words):
    digits = 5 if se == 0.06 else 3
    assert wording.figure(12.345, se, digits) == words


def test_an_infinite_number_is_told_as_such():
    assert wording.figure(math.inf) == "inf"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (6.414e9, "6.41 billion USD"),
        (-6.414e9, "-6.41 billion USD"),
        (641.4e6, "641 million USD"),
        (1e3, "1 thousand USD"),
        (2.5e12, "2.50 trillion USD"),
        (2.85, "2.85 USD"),
        (0.0, "0 USD"),
    ],
)
def test_money_is_told_in_the_largest_word_that_fits(value, words):
    assert wording.usd(value) == words


def test_money_has_no_digit_below_its_error():
    # An error of 30 million on 6.414 billion: hundredths of a billion.
    assert wording.usd(6.4149e9, 30e6) == "6.41 billion USD"
    assert wording.usd(6.4149e9, 300e6) == "6.4 billion USD"


def test_a_billion_less_a_dollar_is_told_as_a_billion():
    assert wording.usd(999_999_999) == "1.00 billion USD"


def between(low, high, se=0.0, mid=1e9):
    return wording.usd_range(Estimate(low, se), Estimate(high, se), mid)


def test_two_amounts_are_told_in_the_unit_of_the_one_between():
    assert between(0.721e9, 1.08e9, mid=888e6) == "721 to 1,080 million USD"
    assert between(0.721e9, 1.08e9, mid=1.01e9) == "0.721 to 1.08 billion USD"
    assert between(5.24e9, 7.77e9) == "5.24 to 7.77 billion USD"
    assert between(-0.3e9, 1.2e9) == "-0.300 to 1.20 billion USD"
    assert between(2.2, 3.8, mid=3) == "2.20 to 3.80 USD"


def test_two_amounts_have_no_digit_below_their_errors():
    # an error of 0.1 billion: tenths of a billion
    assert between(5.24e9, 7.77e9, 0.1e9) == "5.2 to 7.8 billion USD"


def test_a_range_with_an_end_that_is_not_there_is_not_known():
    assert between(None, 5e9) == "not known"


def test_an_estimate_of_the_headline_is_read_with_its_error():
    assert wording.estimate({"value": 0.5, "se": 0.01}) == Estimate(0.5, 0.01)


@pytest.mark.parametrize(
    ("three", "expected"),
    [(("4", "9", "23"), "9 (4 to 23)"), (("9", "9", "10"), "9 (9 to 10)"), (("9", "9", "9"), "9")],
)
def test_a_spread_is_the_middle_with_its_ends_or_one_word_where_all_read_the_same(three, expected):
    assert wording.spread(*three) == expected


def test_an_amount_stands_with_its_error_in_as_few_digits():
    assert wording.with_error(Estimate(1.2345e9, 2e7)) == "1.23 billion USD (± 20 million USD)"
