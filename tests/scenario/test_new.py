"""A case of one's own: what people answer is understood or refused in one line, and the file that
is written says what they said."""

import io
import re
import tomllib
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.decision import unasked
from analysis.evidence.files import BadInput
from analysis.scenario import answers, load, new, offers
from analysis.scenario.schema import Scenario

OWN = Path(__file__).parent / "own"
USERS = ("startup-64", "lab-2000-h200", "centre-16000", "expansion-200000")
BEFORE = {"start": "2026-12-01"}


def understood(question: str, words: str, **before: str):
    """(what the number is, the number) that an answer to a question is read as."""
    found = answers.all_read(BEFORE | before | {question: words})[question]
    return found and (found.name, pytest.approx(found.number))


def written(path: Path, **said: str) -> Scenario:
    """The scenario of a new file with some answers; `rent_from` is the question `rent-from`."""
    new.write(path, answers.all_read({k.replace("_", "-"): v for k, v in said.items()}))
    return load.read(path)


@pytest.mark.parametrize(
    ("question", "words", "name", "number"),
    [
        ("gpus", "2,000", "gpus", 2000),
        ("gpus", "16k GPUs", "gpus", 16000),
        ("chip", "NVIDIA H200", "h200", 0),
        ("chip", "AMD Instinct MI300X", "mi300x", 0),
        ("chip", "GB200 NVL72", "gb200", 0),
        ("by", "now", "by_months", 0),
        ("energy", "8 cents per kWh", "colocation_usd_per_mwh", 80),
        ("currency", "USD 2", "USD", 1),
        ("by", "6", "by_months", 6),
        ("by", "2 years", "by_months", 24),
        ("by", "1 Dec 2027", "by_months", 12),  # 365 days
        ("by", "2027-12-01", "by_months", 12),
        ("by", "December 2027", "by_months", 12),
        ("use", "60%", "use_share", 0.6),
        ("use", "60 percent of the hours", "use_share", 0.6),
        ("use", "0.6", "use_share", 0.6),
        ("use", "1e25 FLOP", "target_flop", 1e25),
        ("use", "200,000 GPU-days", "gpu_days", 2e5),
        ("rent", "2.49", "cloud_rent_usd_per_gpu_hour", 2.49),
        ("rent", "$2.49/GPU-hour", "cloud_rent_usd_per_gpu_hour", 2.49),
        ("rent", "85 million contract", "cloud_contract_usd", 85e6),
        ("rent", "USD 0.085 bn in all", "cloud_contract_usd", 85e6),
        ("term", "2 years", "cloud_term_months", 24),
        ("paid", "100 %", "take_or_pay_share", 1),
        ("prepaid", "12%", "prepayment_share", 0.12),
        ("prepaid", "0.12", "prepayment_share", 0.12),
        ("rent-from", "1 Jun 2027", "cloud_first_gpus_months", 5.98),  # 182 days
        ("server", "300k per server", "CHIP_node_usd", 3e5),
        ("server-gpus", "4", "gpus_per_node", 4),
        ("own-from", "8 months", "own_first_gpus_months", 8),
        ("power", "20 MW facility", "colocation_mw", 20),
        ("power", "2,800 kW IT", "colocation_it_mw", 2.8),
        ("hall", "175 USD per kW-month", "colocation_usd_per_kw_month", 175),
        ("hall", "8 million per MW", "works_usd_per_mw", 8e6),
        ("energy", "0.08/kWh", "colocation_usd_per_mwh", 80),
        ("energy", "80 per MWh", "colocation_usd_per_mwh", 80),
        ("staff", "0.9 million per year", "staff_usd_per_year", 9e5),
        ("horizon", "4 years", "horizon_months", 48),
        ("discount", "12 %", "discount_rate_per_year", 0.12),
        ("funds", "90 million", "funding_usd", 9e7),
    ],
)
def test_an_answer_is_read_in_the_forms_that_people_use(question, words, name, number):
    assert understood(question, words) == (name, number)


@pytest.mark.parametrize(
    ("question", "words", "why"),
    [
        ("currency", "EUR", ""),  # no rate
        ("currency", "EUR 0", ""),
        ("start", "soon", ""),
        ("start", "31 Feb 2027", ""),
        ("chip", "h201", ' is not in the table of chips; nearest known: "h200"'),
        ("gpus", "many", ""),
        ("gpus", "0", " is 0 GPUs, not within 1 to 10,000,000 GPUs"),
        ("gpus", "-5", ""),
        ("gpus", "2.5", " is 2.5 GPUs, no whole number"),
        ("gpus", "2,00", ": a comma parts thousands, a point decimals"),
        ("by", "1 Dec 2025", " is -12 months, not within 0 to 240 months"),
        ("until", "5 fortnights", ": unit 'fortnights' is not known"),
        ("until", "6 months", " is not after 6 months, when they are needed"),
        ("use", "12", " is 1,200 %, not within 1 to 100 %"),
        ("rent", "2,49", ": a comma parts thousands, a point decimals"),
        ("rent", "85 million", " is 85,000,000 USD/GPU-hour, not within 0.05 to 200 USD/GPU-hour"),
        ("rent", "€2.49", ": EUR, but the currency of the case is USD"),
        ("term", "24 GPUs", ": unit 'gpus' is not known"),
        ("paid", "120 %", " is 120 %, not within 0 to 100 %"),
        ("prepaid", "25", " is 2,500 %, not within 0 to 100 %"),
        ("rent-from", "when ready", ""),
        ("server", "300", " is 300 USD/node, not within 1,000 to 100,000,000 USD/node"),
        ("server-gpus", "eight", ""),
        ("own-from", "1 Dec 2099", " is 876.59 months, not within 0 to 240 months"),
        ("power", "20 MW", ": mw facility or mw it?"),
        ("power", "20", ": mw facility or kw facility or mw it or kw it?"),
        ("hall", "175", ": per kw-month or per kw per month or per mw?"),
        ("energy", "0.08", ": per mwh or per kwh?"),
        ("energy", "80 per kWh", " is 80,000 USD/MWh, not within 1 to 2,000 USD/MWh"),
        ("staff", "five people", ""),
        ("horizon", "48.5", " is 48.5 months, no whole number"),
        ("horizon", "6", " is 6 months, not within 12 to 240 months"),
        ("discount", "12", " is 1,200 %, not within 0 to 100 %"),
        ("funds", "90", " is 90 USD, not within 100,000 to 10,000,000,000,000 USD"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line_with_an_example(question, words, why):
    with pytest.raises(BadInput) as refused:
        understood(question, words)
    example = answers.questions()[question].example
    expected = f"{question}: {words!r}{why}; expected an answer like {example}"
    assert str(refused.value) == expected


def test_every_question_is_refused_once_above_or_takes_any_words():
    marks = test_what_cannot_be_meant_is_refused_in_one_line_with_an_example.pytestmark
    assert {case[0] for case in marks[0].args[1]} == set(answers.questions())


def test_every_example_of_a_question_is_an_answer_to_it():
    for key, question in answers.questions().items():
        for words in question.example.split(", or "):
            money = {"currency": words} if key == "currency" else {}
            assert understood(key, words, **money) is not None


def test_an_amount_in_euro_stands_in_the_file_as_it_was_said_and_is_counted_in_usd(tmp_path):
    # 2.50 x 1.08 = 2.70; 0.11 x 1000 x 1.08 = 118.8; 90 million x 1.08 = 97.2
    said = {"currency": "EUR 1.08", "rent": "€2.50", "energy": "0.11 per kWh", "funds": "90m"}
    case = written(tmp_path / "euro.toml", **said | {"funds": "90 million"})
    found = case.assumptions
    assert found["cloud_rent_usd_per_gpu_hour"].value == pytest.approx(2.7)
    assert found["colocation_usd_per_mwh"].value == pytest.approx(118.8)
    assert case.choices.funding_usd.value == pytest.approx(97.2e6)
    file = tomllib.loads((tmp_path / "euro.toml").read_text("utf-8"))
    assert file["currency"] == {"name": "EUR", "usd": 1.08}
    assert file["assumptions"]["cloud_rent_eur_per_gpu_hour"]["value"] == 2.5
    assert file["assumptions"]["colocation_eur_per_mwh"]["value"] == 110
    assert file["choices"]["funding_eur"]["value"] == 90e6


def test_a_source_in_brackets_is_the_quote_and_without_one_the_reader_is_asked_for_it(tmp_path):
    found = written(tmp_path / "a.toml", rent="2.49 (Some Cloud, 3 Nov 2026)", term="24")
    assert found.assumptions["cloud_rent_usd_per_gpu_hour"].quote == "Some Cloud, 3 Nov 2026"
    assert found.assumptions["cloud_term_months"].quote == "As told: 24. Add from whom, and when."


def test_a_promised_date_has_a_range_that_is_called_a_judgement(tmp_path):
    # Ten months: 0.8, 1, 1.6 of it within 0.5 and 4 of it.
    one = written(tmp_path / "a.toml", own_from="10 months").assumptions["own_first_gpus_months"]
    assert (one.min, one.low, one.mid, one.high, one.max) == (5, 8, 10, 16, 40)
    assert one.judgement.startswith("The date that is promised: 10 months.")
    assert not one.quote


def test_gpu_days_become_flop_at_the_peak_of_the_chip_and_the_mid_mfu(tmp_path):
    # 200,000 x 86,400 s x 989.4e12 FLOP/s x 0.38 = 6.4967e24
    found = written(tmp_path / "a.toml", use="200,000 GPU-days")
    assert found.assumptions["target_flop"].value == pytest.approx(6.497e24)
    assert (found.need.service, found.tranches["own_2k"].use) == (None, "run")


def test_power_is_booked_as_it_was_said_for_it_or_of_the_facility(tmp_path):
    for words, key in (("2.8 MW IT", "it_mw"), ("2.8 MW facility", "mw")):
        found = written(tmp_path / f"a-{key.replace('_', '-')}.toml", power=words)
        booked = found.sites["hall"].stages["booked"]
        assert {"it_mw": booked.it_mw, "mw": booked.mw} == {
            "it_mw": None,
            "mw": None,
            key: f"colocation_{key}",
        }
        assert found.assumptions[f"colocation_{key}"].value == pytest.approx(2.8)


def test_works_take_the_place_of_the_lease_and_a_contract_that_of_the_price(tmp_path):
    found = written(tmp_path / "a.toml", hall="8 million per MW", rent="85 million contract")
    hall, rental = found.sites["hall"], found.tranches["cloud_2k"]
    assert (hall.works_usd_per_mw, hall.lease_usd_per_kw_month) == ("works_usd_per_mw", None)
    assert (rental.contract_usd, rental.usd_per_gpu_hour) == ("cloud_contract_usd", None)


def test_a_chip_without_a_price_on_record_needs_both_offers_and_is_said_to_be_outside(tmp_path):
    with pytest.raises(
        BadInput, match="rent: what l40s costs is not on record; expected your offer"
    ):
        written(tmp_path / "a.toml", chip="l40s")
    with pytest.raises(
        BadInput, match="server: what l40s costs is not on record; expected your offer"
    ):
        written(tmp_path / "a.toml", chip="l40s", rent="0.80")
    found = written(tmp_path / "a.toml", chip="l40s", rent="0.80", server="70,000", gpus="8")
    assert found.assumptions["l40s_market_rent_usd_per_gpu_hour"].value == 0.8
    assert unasked.outside(found) == [
        "outside the evidence: 8 GPUs; it covers 16 to 131,072",
        "outside the evidence: no market price of l40s is on record",
    ]


def test_a_start_far_from_the_newest_fact_is_said_to_be_outside(tmp_path):
    # A centre's newest fact is of 2026; five years later is over 12 months away.
    found = written(tmp_path / "a.toml", start="1 Dec 2031")
    assert re.fullmatch(
        r"outside the evidence: the start lies 6[01] months after its newest fact",
        *unasked.outside(found),
    )
    assert unasked.outside(written(tmp_path / "b.toml")) == []


@pytest.mark.parametrize("user", USERS)
def test_the_answers_of_each_user_give_a_short_file_that_checks(user, tmp_path, capsys):
    path = tmp_path / f"{user}.toml"
    assert main(["new", str(path), "--from", str(OWN / f"{user}.csv")]) == 0
    assert capsys.readouterr().out.startswith(f"{user}.toml: good; options: 2, ")
    assert path.read_text("utf-8").count("\n") <= 40


@pytest.mark.parametrize("user", USERS[1:])
def test_a_shipped_case_holds_the_numbers_of_its_answers(user, tmp_path):
    """By hand it has grounds, and what no question asks: phases, limits, fewer GPUs owned."""
    power = {"colocation_mw", "colocation_it_mw"}
    found = written(tmp_path / f"{user}.toml", **answers.from_csv(OWN / f"{user}.csv"))
    shipped = load.read(load.FOLDER / f"{user}.toml")
    assert set(found.assumptions) - power == set(shipped.assumptions) - power
    for name in set(found.assumptions) - power:
        one, other = found.assumptions[name], shipped.assumptions[name]
        assert (one.value, one.low, one.mid, one.high) == (
            other.value,
            other.low,
            other.mid,
            other.high,
        )
    assert (load.FOLDER / f"{user}.toml").read_text("utf-8").count("\n") <= 75


def test_what_was_left_out_is_ordered_by_what_it_moves_and_what_was_given_is_left_out(tmp_path):
    found = written(tmp_path / "a.toml", gpus="64", chip="h200", own_from="9 months")
    head, *lines = unasked.left_out(found)
    assert head.endswith("what each moves the difference by:")
    size = {"million": 1e6, "thousand": 1e3, "USD": 1}
    money = [re.search(r"[)]: ([\d.]+) (\w+)", line) for line in lines]
    swings = [float(one[1]) * size[one[2]] if one else 0 for one in money]
    assert swings == sorted(swings, reverse=True)
    assert swings[0] > 0
    labels = [line.split(",")[0].strip() for line in lines]
    assert "PUE" in labels
    assert "Own: first GPUs" not in labels


def test_the_reader_is_told_who_is_cheaper_at_mid_and_what_comes_next(tmp_path, capsys):
    # By the sheet and its hours short the machine is cheaper, 2.53 against 2.85 million.
    path = tmp_path / "a.toml"
    assert main(["new", str(path), "--from", str(OWN / "startup-64.csv")]) == 0
    *_, cheaper, following, evaluate, report = capsys.readouterr().out.splitlines()
    assert cheaper == (
        "with every input at its mid, Own machine costs 319 thousand USD less than Rental, "
        "for the same service"
    )
    assert (following, evaluate) == ("next:", f"  workbook evaluate {path}")
    assert report == f"  workbook report {path}"


def test_the_years_of_the_evidence_of_a_default_are_said(tmp_path):
    said = answers.from_csv(OWN / "startup-64.csv")
    lines = unasked.left_out(written(tmp_path / "a.toml", **said))
    label = {"Network over": "(evidence of 2024)", "PUE,": "(evidence of 2024 to 2026)"}
    for begin, age in label.items():
        assert age in next(line for line in lines if line.startswith(f"  {begin}"))


@pytest.mark.parametrize("chip", offers.records()["chips"])
def test_what_is_on_record_of_a_chip_rests_on_facts_that_back_it(chip, tmp_path):
    server = {} if f"{chip}_node_usd" in offers.of_chip(chip) else {"server": "400,000"}
    found = written(tmp_path / "a.toml", chip=chip, **server)
    table = found.chips[chip]
    assert found.assumptions[table.market_rent_usd_per_gpu_hour].basis
    assert found.assumptions[table.node_usd].basis or server


def test_another_chip_is_wanted_in_h100_by_peak(tmp_path):
    # 16,000 x 1,307.4 / 989.4 = 21,142.5
    found = written(tmp_path / "a.toml", chip="MI300X", gpus="16,000")
    assert found.need.service.h100_gpus == pytest.approx(21_142.5)


def test_without_an_offer_staff_goes_by_the_gpu_and_power_is_enough(tmp_path):
    # 2,000 x 450 = 900,000, but 64 x 450 is under 60,000; 64 x 1.4 kW x 1.1 = 0.09856 MW
    for gpus, usd in (("2,000", 900_000), ("64", 60_000)):
        found = written(tmp_path / f"a{usd}.toml", gpus=gpus)
        assert found.assumptions["staff_usd_per_year"].mid == usd
    assert found.assumptions["colocation_it_mw"].value == pytest.approx(0.09856, rel=1e-3)


def test_at_the_terminal_enter_takes_what_stands_and_a_bad_answer_is_asked_again(
    tmp_path, capsys, monkeypatch
):
    lines = ["", "", "h200", "two thousand", "64", *[""] * 18]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    assert main(["new", str(tmp_path / "a.toml")]) == 0
    err = capsys.readouterr().err.splitlines()
    again = [line for line in err if line.startswith("How many GPUs (")]
    assert len(again) == 2
    assert "gpus: 'two thousand'; expected an answer like 2,000" in err
    assert load.read(tmp_path / "a.toml").tranches["own_2k"].gpus == 64


def test_answers_that_end_early_write_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("\n\n"))
    assert main(["new", str(tmp_path / "a.toml")]) == 2
    assert capsys.readouterr().err.endswith(
        "workbook: chip: the answers end here; nothing is written\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_flags_answer_and_stand_over_a_table_of_answers(tmp_path):
    words = ["--from", str(OWN / "startup-64.csv"), "--gpus", "128", "--rent", "2.10"]
    assert main(["new", str(tmp_path / "a.toml"), *words]) == 0
    found = load.read(tmp_path / "a.toml")
    assert found.need.service.h100_gpus == 128
    assert found.assumptions["cloud_rent_usd_per_gpu_hour"].value == 2.1
    assert found.assumptions["h100_node_usd"].value == 240_000


def test_the_printed_example_is_a_table_of_answers_that_can_be_read(tmp_path, capsys):
    assert main(["new", "--example"]) == 0
    (tmp_path / "a.csv").write_text(capsys.readouterr().out, "utf-8")
    assert main(["new", str(tmp_path / "a.toml"), "--from", str(tmp_path / "a.csv")]) == 0
    assert set(answers.from_csv(tmp_path / "a.csv")) == set(answers.questions())


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("gpu,5", 'line 2: unknown question "gpu"; nearest known: "gpus"'),
        ("gpus,5\ngpus,6", 'line 3: question "gpus" is answered twice'),
        ("gpus,2,000", "line 2: 3 cells; expected 2"),
    ],
)
def test_a_table_of_answers_is_refused_by_line(tmp_path, rows, said):
    (tmp_path / "a.csv").write_text(f"question,answer\n{rows}\n", "utf-8")
    with pytest.raises(BadInput, match=re.escape(f"a.csv, {said}")):
        answers.from_csv(tmp_path / "a.csv")


def test_all_answers_that_cannot_be_meant_are_told_together(tmp_path, capsys):
    words = ["--chip", "h201", "--gpus", "many", "--rent", "2,49", "--power", "20 MW"]
    assert main(["new", str(tmp_path / "a"), *words]) == 2
    told = capsys.readouterr().err.splitlines()
    assert [line.split(":")[1].strip() for line in told] == ["chip", "gpus", "rent", "power"]
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_never_touched(tmp_path, capsys):
    (tmp_path / "a.toml").write_text("mine", "utf-8")
    assert main(["new", str(tmp_path / "a"), "--gpus", "64"]) == 2
    said = "workbook: a.toml is there already and stays as it is; expected a new name\n"
    assert capsys.readouterr().err == said
    assert (tmp_path / "a.toml").read_text("utf-8") == "mine"


@pytest.mark.parametrize("name", ["My Case", "a/b_c", "no-such-folder/a"])
def test_a_name_that_cannot_be_written_is_refused_and_leaves_nothing(
    name, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main(["new", name, "--gpus", "64"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_answers_that_cannot_be_run_together_leave_no_file(tmp_path, capsys):
    # A contract of which no hour need be paid has no price of an hour.
    words = ["--rent", "85 million contract", "--paid", "0 %"]
    assert main(["new", str(tmp_path / "a"), *words]) == 2
    assert "tranches.cloud_2k.take_or_pay_share can be 0" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
