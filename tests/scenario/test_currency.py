"""A file in another currency: counted in USD once, at the rate it states, wherever money stands."""

import pytest

from analysis.chapters.shared.understood import understood
from analysis.decision import mid_case
from analysis.evidence.files import BadInput
from analysis.scenario import currency, load

EUR = 'currency = { name = "EUR", usd = 1.25 }\n'
HEAD = 'extends = "own-case"\ntitle = "Ours, in euro"\n'


def case(tmp_path, words: str, head: str = HEAD + EUR):
    path = tmp_path / "mine.toml"
    path.write_text(head + words, "utf-8")
    return load.read(path)


def test_every_kind_of_amount_is_counted_in_usd(tmp_path):
    # x 1.25: 2.40 -> 3, 8 million -> 10, 200 to 240 thousand -> 250 to 300, 4 -> 5
    found = case(
        tmp_path,
        """
        [choices]
        funding_eur = { value = 8e6, why = "Granted." }
        [value]
        month_eur = { value = 4e5, swept = [8e5] }
        [limits]
        eur_per_year = 8e6
        [costs.set_up]
        title = "Set-up"
        tranches = ["own_2k"]
        once_eur = 4e5
        [assumptions]
        cloud_rent_eur_per_gpu_hour = { value = 2.40, quote = "Example Cloud" }
        h100_node_eur = { low = 2e5, mid = 2.2e5, high = 2.4e5, min = 16e4, max = 4e5, quote="x" }
        """,
    )
    assert found.choices.funding_usd.value == 10e6
    assert (found.value.month_usd.value, found.value.month_usd.swept) == (5e5, [1e6])
    assert found.limits.usd_per_year == 10e6
    assert found.costs["set_up"].once_usd == 5e5
    assert found.assumptions["cloud_rent_usd_per_gpu_hour"].value == 3
    node = found.assumptions["h100_node_usd"]
    assert (node.low, node.mid, node.high, node.min, node.max) == (250e3, 275e3, 300e3, 2e5, 5e5)
    assert (node.unit, node.quote) == ("USD/node", "x")


def test_an_amount_of_ones_own_may_bear_its_currency_in_the_unit(tmp_path):
    found = case(
        tmp_path,
        """
        [tranches.cloud_2k]
        eur_per_gpu_hour = "our_price"
        [assumptions.our_price]
        label = "Our price"
        unit = "EUR/GPU-hour"
        value = 2
        judgement = "EUR 2, an offer."
        """,
    )
    one = found.assumptions["our_price"]
    assert (one.unit, one.value, one.judgement) == ("USD/GPU-hour", 2.5, "EUR 2, an offer.")


def test_amounts_in_usd_stay_beside_those_in_euro(tmp_path):
    words = '[assumptions]\ncloud_rent_usd_per_gpu_hour = { value = 2.40, quote = "x" }\n'
    assert case(tmp_path, words).assumptions["cloud_rent_usd_per_gpu_hour"].value == 2.4


def test_a_case_in_euro_costs_what_the_same_case_in_usd_does(tmp_path):
    euro, usd = (
        mid_case.evaluation(case(tmp_path, words, head), "mine")["options"]["cloud"]
        for words, head in (
            ("assumptions.cloud_rent_eur_per_gpu_hour = { value = 2, quote = 'x' }", HEAD + EUR),
            ("assumptions.cloud_rent_usd_per_gpu_hour = { value = 2.5, quote = 'x' }", HEAD),
        )
    )
    assert euro == usd


@pytest.mark.parametrize(
    ("words", "head", "said"),
    [
        ("choices.funding_eur = { value = 90 }", HEAD + EUR, "line 4: funding_usd"),
        ("choices.funding_eur = { value = 9e7 }", HEAD, 'unknown key "choices.funding_eur"'),
        ("choices.funding_gbp = { value = 9e7 }", HEAD + EUR, 'key "choices.funding_gbp"'),
        (
            "choices.funding_eur = { value = 9e7 }\nchoices.funding_usd = { value = 9e7 }",
            HEAD + EUR,
            "funding_usd: given in EUR and in USD; expected it once",
        ),
        ("", HEAD + EUR.replace("1.25", "0"), "currency.usd: 0; expected"),
        ("", HEAD + EUR.replace("EUR", "euro"), "currency.name: 'euro'"),
    ],
)
def test_what_is_wrong_with_an_amount_is_told_with_its_line(tmp_path, words, head, said):
    with pytest.raises(BadInput) as refused:
        case(tmp_path, words, head)
    assert said in str(refused.value)


def test_words_that_only_hold_the_letters_of_a_currency_stay():
    table = {"currency": {"name": "EUR", "usd": 2}, "title": "EUR 5", "europe": 1, "amateur_usd": 3}
    assert currency.in_usd(table) == table


def test_the_rate_is_said_in_the_note_of_every_report_and_where_the_case_is_told(tmp_path):
    said = "Amounts were stated in EUR at 1.25 USD each; all figures are in USD."
    euro = case(tmp_path, 'note = "Ours."\n')
    assert euro.note == f"Ours. {said}"
    assert understood(euro)[-1].endswith(said)
    assert case(tmp_path, "", HEAD).note == ""
