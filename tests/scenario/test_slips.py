"""Slips of those who write a case: each is refused, or warned of, with its line and its mend.

A slip is an edit of a shipped scenario and a part of the line that must be said of it; a mistake
of typing is one that makes the file no TOML.
"""

import re

import pytest

from analysis.__main__ import main
from analysis.evidence.files import MOST_LINES, BadInput
from analysis.scenario import load, toml
from analysis.validation import unusual

OWN, SERVE, FLAG = "own-case", "serve-64", "oracle-vs-memphis"

SERVER = "low = 205000\nmid = 225000\nhigh = 260000\nmin = 180000\nmax = 350000"
MW, IT_MW = 'mw = "colocation_mw"', "it_mw = 3.78"
ENERGY = "low = 70\nmid = 80\nhigh = 95\nmin = 40\nmax = 200"
PUE = "low = 1.2\nmid = 1.35\nhigh = 1.5\nmin = 1.05\nmax = 2.0"
MARKET = "low = 2.2\nmid = 2.65\nhigh = 3.3\nmin = 1.0\nmax = 6.0"
FIRST = "low = 3\nmid = 5\nhigh = 9\nmin = 2\nmax = 18"
RATE = "value = 0.12, swept = [0.08, 0.12, 0.20]"
HORIZON = "value = 48, swept = [36, 48, 60]"
BY = "value = 18, swept = [12, 18, 24]"
START = "value = 1000, swept = [1000, 2000]"
GPUS = 'gpus = 2000\nuse = "run"\nmilestones = { first_gpus = "own'
CONTRACT = "low = 8.0e9\nmid = 10.0e9\nhigh = 12.0e9\nmin = 5e9\nmax = 20e9"

SLIPS = [
    # the price of the rental
    (OWN, "value = 2.35", "value = 235", "expected 0 to 200; 235 cents are 2.35"),
    (OWN, "value = 2.35", "value = 20", "expected 0.883 to 7.95, as on the market; if it is for 8"),
    (OWN, "value = 2.35", "value = 0.29", "0.290 USD/GPU-hour; expected 0.883 to 7.95"),
    (OWN, "value = 2.35", 'value = "2.35"', "'2.35'; expected a valid number"),
    (SERVE, "value = 2.45", "value = 245", "245 cents are 2.45"),
    (SERVE, "value = 2.45", "value = 19.6", "expected 0.900 to 8.10, as on the market"),
    (SERVE, "value = 2.45", "value = 0.245", "expected 0.900 to 8.10, as on the market"),
    (OWN, MARKET, "value = 265", "265 cents are 2.65"),
    (OWN, MARKET, "value = 21.2", "21.2 USD; expected 0.967 to 8.70 USD a GPU"),
    (FLAG, CONTRACT, "value = 10e6", "0.00381 USD/GPU-hour; expected 0.967 to 8.70"),
    (FLAG, CONTRACT, "value = 10", "10 billion is 1e+10"),
    # its term
    (
        OWN,
        "value = 24\n",
        "value = 3\n",
        "a term of 3 months that is paid, used or not; expected 12",
    ),
    (OWN, "value = 24\n", "value = 730\n", "730 days are 24"),
    (OWN, "value = 24\n", "value = -24\n", "-24 months; expected 0 to 600"),
    (SERVE, "term_months = 12", "term_months = 1", "expected 12 or more; 1 years are 12 months"),
    # the price of a server
    (OWN, SERVER, "value = 28000", "28,000 USD for a server of 8 GPUs; expected 11,200 to 101,000"),
    (OWN, SERVER, "value = 1800000", "expected 11,200 to 101,000 USD a GPU; node_usd is for"),
    (OWN, SERVER, "value = 225", "225 thousand is 225000"),
    # power
    (OWN, "value = 4.8\n", "value = 4800\n", "expected about 3.78 MW (GPUs x kW x PUE); 4,800 kW"),
    (OWN, "value = 4.8\n", "value = 48000\n", "48000 kW is 48"),
    (
        OWN,
        "value = 4.8\n",
        "value = 3\n",
        "3 MW at P50 carry 1,590 of the 2,000 GPUs of Colocation;",
    ),
    (OWN, "value = 4.8\n", "value = 0.48\n", "and in no future all; expected 3.78 MW"),
    (OWN, "from_months = 3\n", "from_months = 60\n", "state more MW before the horizon"),
    (SERVE, "value = 0.15\n", "value = 150\n", "expected about 0.134 MW"),
    (SERVE, "value = 0.15\n", "value = 0.015\n", "0.0150 MW at P50 carry 7.14 of the 64 GPUs"),
    (FLAG, "value = 8\n", "value = 8000\n", "8,000 MW at P50 are "),
    # 2,000 x 1.4 kW = 2.8 MW for IT, by a PUE of 1.35 3.78 of the facility
    (OWN, "value = 4.8\n", "value = 2.8\n", "expected 3.78 MW; state more MW, or write it_mw"),
    (OWN, "value = 4.8\n", "value = 2.7\n", "expected 3.78 MW; state more MW, or fewer GPUs"),
    (OWN, MW, IT_MW, "3.78 MW for IT are what Colocation draws with its PUE; expected 2.80 MW"),
    # energy and PUE
    (OWN, ENERGY, "value = 0.08", "0.08 USD/kWh is 80"),
    (OWN, ENERGY, "value = 8", "8 USD/MWh; expected 10 to 500; 6 cents per kWh are 60"),
    (OWN, ENERGY, "value = 800", "800 USD/MWh; expected 10 to 500"),
    (OWN, PUE, "value = 0.35", "0.35 ratio; expected 1 to 3"),
    (OWN, PUE, "value = 1.0", "a PUE of 1; expected 1.02 to 2.5"),
    (OWN, PUE, "value = 2.9", "a PUE of 2.90; expected 1.02 to 2.5"),
    # rate, horizon, funds
    (OWN, RATE, "value = 12", "12 % is 0.12"),
    (OWN, RATE, "value = 1.2", "1.20 is 120 % a year; expected 0 to 0.5"),
    (OWN, RATE, "value = -0.12", "discount_rate_per_year is -0.12; expected 0 to 2"),
    (OWN, HORIZON, "value = 4", "horizon_months is 4; expected 12 to 240; 4 years are 48"),
    (OWN, HORIZON, "value = 1460", "1460 days are 48"),
    (OWN, HORIZON, "value = 48.5", "expected whole months"),
    (OWN, "value = 90e6", "value = 90", "90 million is 90000000"),
    (OWN, "value = 90e6", "value = 90e3", "90000 thousand is 90000000"),
    (OWN, "value = 90e6", "value = -90e6", "funding_usd is -9e+07; expected 0, or 100000"),
    # the need
    (OWN, "value = 1e25\n", "value = 1e27\n", "1e+27 FLOP by month 18; expected 6.37e+25 at most"),
    (OWN, "value = 1e25\n", "value = 1e35\n", "1e+35 FLOP; expected 1e+15 to 1e+33"),
    (OWN, "value = 1e25\n", "value = 25\n", "25 FLOP; expected 1e+15 to 1e+33"),
    (OWN, BY, "value = 1.5", "1e+25 FLOP by month 1.50; expected 3.64e+24 at most"),
    (OWN, BY, "value = 0", "by_months is 0; expected 0.1 to 600"),
    (OWN, START, "value = 20000", "waits for 20,000 GPUs; expected 2,000 at most"),
    (OWN, START, 'value = "half"', "'half'; expected a valid number"),
    (SERVE, "h100_gpus = 64", "h100_gpus = 6400", "6,400 H100 wanted, and no option ever has more"),
    (SERVE, "h100_gpus = 64", "h100_gpus = -64", "-64 GPU; expected 0 to 1e+07"),
    (SERVE, "value = 0.75, swept = [0.5, 0.75, 0.9]", "value = 75", "75 % is 0.75"),
    (SERVE, "value = 4, swept = [2, 4, 8]", "value = 400", "400 cents are 4"),
    # days
    (OWN, "start = 2026-12-01", "start = 2024-12-01", "is after start, so the case looks back"),
    (OWN, "start = 2026-12-01", "start = 2206-12-01", "expected 2000-01-01 to 2100-12-31"),
    (OWN, "as_of = 2026-11-20", "as_of = 2024-11-20", "cited facts became public later"),
    # GPUs and when they come
    (OWN, GPUS, GPUS.replace("2000", "0"), "0 GPUs; expected some"),
    (OWN, GPUS, GPUS.replace("2000", "20000"), "carry 2,540 of the 20,000 GPUs of Colocation"),
    (OWN, GPUS, GPUS.replace("2000", "-2000"), "-2000 GPU; expected 0 to 1e+07"),
    (OWN, FIRST, "value = 150", "none of them comes in any future before the horizon, month 48"),
    (OWN, FIRST, "low = 9\nmid = 5\nhigh = 3", "expected low < mid < high"),
    (OWN, FIRST, "value = 2027", "2027 months; expected 0 to 600"),
    # shares
    (OWN, "availability_share = 0.999", "availability_share = 99.9", "99.9 % is 0.999"),
    (FLAG, "probability = 0.97", "probability = 97", "probability is 97; expected 0 to 1"),
    # names
    (OWN, "usd_per_gpu_hour = ", "usd_per_gpu_hr = ", 'nearest known: "usd_per_gpu_hour"'),
    (OWN, "[need]", "[needs]", 'unknown key "needs"; nearest known: "need"'),
    (
        OWN,
        "[assumptions.network_share]",
        '[assumptions.network_shares]\nlabel = "Network"\nunit = "share"',
        'nothing uses it; nearest known: "network_share"',
    ),
]

TITLE = 'title = "Cloud rental"'
LIST = 'tranches = ["cloud_2k"]'
DAY = "start = 2026-12-01"
FUNDS = "value = 90e6"
TYPED = [
    (OWN, "value = 2.35", "value = 2,35", "expected value = 2.35"),
    (OWN, "value = 2.35", "value = $2.35", "expected value = 2.35"),
    (OWN, "value = 2.35", "value = 2.35 USD", "expected value = 2.35"),
    (OWN, "value = 2.35", "value = 2.35 USD/GPU-hour", "expected value = 2.35"),
    (OWN, "value = 2.35", "value: 2.35", "expected value = 2.35"),
    (OWN, "value = 2.35", "value 2.35", "expected value = 2.35"),
    (OWN, "value = 2.35", "value == 2.35", "expected value = 2.35"),
    (OWN, "value = 2.35", "value = 2.35,", "expected value = 2.35"),
    (OWN, "value = 2.35", "value = .35", "expected value = 0.35"),
    (OWN, "value = 2.35", "value =", "value =; expected key = value"),
    (
        OWN,
        "value = 0.12, swept",
        "value = 12%, swept",
        "expected discount_rate_per_year = { value = 0.12",
    ),
    (
        OWN,
        "value = 0.12, swept",
        "value = 0,12, swept",
        "{ value = 0.12, swept = [0.08, 0.12, 0.20]",
    ),
    (OWN, DAY, "start = 12/01/2026", f"expected {DAY}"),
    (OWN, DAY, "start = 1 Dec 2026", f"expected {DAY}"),
    (OWN, DAY, "start = December 1st, 2026", f"expected {DAY}"),
    (OWN, DAY, "start = 01.12.2026", f"expected {DAY}"),
    (OWN, DAY, "start = 2026/12/01", f"expected {DAY}"),
    (OWN, DAY, "start = 2026-12-1", f"expected {DAY}"),
    (OWN, DAY, "start = 2026-11-31", "expected a day of the calendar, YYYY-MM-DD"),
    (OWN, TITLE, "title = “Cloud rental”", f"expected {TITLE}"),
    (OWN, TITLE, 'title = "Cloud rental', f"expected {TITLE}"),
    (OWN, TITLE, 'title = Cloud rental"', f"expected {TITLE}"),
    (OWN, TITLE, "title = Cloud rental", f"expected {TITLE}"),
    (OWN, TITLE, "title = \"Cloud rental'", f"expected {TITLE}"),
    (OWN, TITLE, 'title = "Cloud "rental""', "expected title = \"Cloud 'rental'\""),
    (OWN, LIST, 'tranches = ["cloud_2k"', f"expected {LIST}"),
    (OWN, LIST, 'tranches = "cloud_2k"]', f"expected {LIST}"),
    (OWN, LIST, "tranches = [cloud_2k]", f"expected {LIST}"),
    (OWN, "[options.cloud]", "[options.cloud", "expected [options.cloud]"),
    (OWN, "[options.cloud]", "options.cloud]", "expected [options.cloud]"),
    (OWN, '_gpus_months" }\nramp_months = 0.5', '_gpus_months"\nramp_months = 0.5', '_months" }'),
    (OWN, FUNDS, "value = 90,000,000", "{ value = 90_000_000, why"),
    (OWN, FUNDS, "value = $90M", "{ value = 90e6, why"),
    (OWN, FUNDS, "value = 90 million", "{ value = 90e6, why"),
    (SERVE, "h100_gpus = 64", "h100_gpus = 64 GPUs", "expected h100_gpus = 64"),
    (SERVE, "market_gpus = 64", "market_gpus = 6 400", "expected market_gpus = 6_400"),
    (SERVE, "value = 2.45", "value = €2,45", "expected value = 2.45"),
    (SERVE, 'kind = "own"', "kind = own", 'expected kind = "own"'),
    (
        SERVE,
        '["reserved", "colocation"]',
        '["reserved" "colocation"]',
        '["reserved", "colocation"]',
    ),
    (FLAG, "gpus = 39576", "gpus = 39,576", "expected gpus = 39_576"),
    (FLAG, "probability = 0.97", "probability = 97 %", "expected probability = 0.97"),
    (FLAG, "values = [0, 9]", "values = [0, 9)", "expected values = [0, 9]"),
    (FLAG, "value = 6.0e9", "value = 6bn", "expected value = 6e9"),
    (FLAG, 'seen = "move"', "seen = True", "expected seen = true"),
]

NEIGHBOURS = [
    # 2,000 GPUs x 1.4 kW x PUE 1.35 = 3.78 MW; ten times that 37.8
    ("value = 4.8\n", "value = 3.78\n", "value = 3.77\n"),
    ("value = 4.8\n", "value = 37.8\n", "value = 37.9\n"),
    # the market of the file is 2.65 an hour: a third is 0.8833, three times 7.95
    ("value = 2.35", "value = 0.89", "value = 0.88"),
    ("value = 2.35", "value = 7.94", "value = 7.96"),
    # a server of 8 H100 is 270,000 by the defaults: a third 90,000, three times 810,000
    (SERVER, "value = 90000", "value = 89900"),
    (SERVER, "value = 810000", "value = 811000"),
    ("value = 24\n", "value = 11\n", "value = 10\n"),
    ("value = 24\n", "value = 0.5\n", "value = 1\n"),
    (ENERGY, "value = 10", "value = 9.9"),
    (ENERGY, "value = 500", "value = 501"),
    (PUE, "value = 1.02", "value = 1.019"),
    (RATE, "value = 0.5", "value = 0.51"),
    (START, "value = 2000", "value = 2001"),
    (DAY, "start = 2026-11-20", "start = 2026-11-19"),
]


def written(folder, slug, old, new):
    """The path of a shipped scenario with one edit, and the number of the line that it is in."""
    words = (load.FOLDER / f"{slug}.toml").read_text("utf-8")
    assert words.count(old), old
    path = folder / f"{slug}.toml"
    path.write_text(words.replace(old, new, 1), "utf-8")
    return path, words[: words.index(old)].count("\n") + 1


def said(path):
    """What is said of a scenario: why it is refused, or what is unusual about it."""
    try:
        return load.located(path, unusual.warnings(load.read(path)))
    except BadInput as error:
        return error.lines


@pytest.mark.parametrize(("slug", "old", "new", "part"), SLIPS)
def test_a_slip_is_told_with_the_line_of_its_key_and_its_mend(tmp_path, slug, old, new, part):
    path, _ = written(tmp_path, slug, old, new)
    lines = said(path)
    told = re.match(rf"{path.name}, line (\d+): (?:unknown key \")?([\w.-]+)", lines[0])
    assert part in "\n".join(lines)
    assert told[2].split(".")[-1] in path.read_text("utf-8").split("\n")[int(told[1]) - 1]


@pytest.mark.parametrize(("slug", "old", "new", "part"), TYPED)
def test_what_is_no_toml_is_refused_with_its_line_and_its_mend(tmp_path, slug, old, new, part):
    path, line = written(tmp_path, slug, old, new)
    [told] = said(path)
    assert told.startswith(f"{path.name}, line {line}: ")
    assert new.split("\n")[0] in told
    assert part in told


@pytest.mark.parametrize(("old", "good", "slip"), NEIGHBOURS)
def test_a_warning_begins_at_its_threshold(tmp_path, old, good, slip):
    assert said(written(tmp_path, OWN, old, good)[0]) == []
    assert len(said(written(tmp_path, OWN, old, slip)[0])) == 1


@pytest.mark.parametrize("slug", [OWN, SERVE, FLAG, "mixed-contract", "run-alone"])
def test_a_shipped_case_is_told_nothing(slug):
    assert unusual.warnings(load.read(load.find(slug))) == []


def test_memphis_without_gas_carries_150_of_the_mw_that_it_needs():
    # 100,000 x 1.4 kW x PUE 1.25 x the share at which GPUs may run, 0.88: 154 MW; 150 / 154 = 0.974
    lines = unusual.warnings(load.read(load.find("no-gas")))
    assert "150 MW at P50 carry 97,400 of the 100,000 GPUs of Memphis build; " in lines[0]
    assert "in no future" not in lines[0]


def test_a_market_price_of_mid_2024_is_old_at_the_end_of_2026_and_was_not_in_2025(tmp_path):
    words = (load.FOLDER / f"{OWN}.toml").read_text("utf-8")
    begin = words.index("[assumptions.h100_market_rent")
    words = words[:begin] + words[words.index("# Above all this one often decides") :]
    path = tmp_path / "mine.toml"
    path.write_text(words, "utf-8")
    [line] = said(path)
    assert line.startswith("mine.toml: chips.h100.market_rent_usd_per_gpu_hour: from sourced-def")
    path.write_text(words.replace("start = 2026-12-01", "start = 2025-12-01"), "utf-8")
    assert not any("sourced-defaults" in one for one in said(path))


def test_all_mistakes_of_a_file_are_listed_in_the_order_of_its_lines(tmp_path):
    path, _ = written(tmp_path, OWN, "value = 2.35", "value = 235")
    words = path.read_text("utf-8").replace("gpus = 2000\n", "gpus = -1\n")
    path.write_text(words.replace(RATE, "value = 12"), "utf-8")
    numbers = [int(re.search(r"line (\d+)", line)[1]) for line in said(path)]
    assert len(numbers) == 4
    assert numbers == sorted(numbers)


def test_mistakes_of_typing_are_listed_together_and_twenty_at_most():
    lines = "\n".join(f"key_{number} = 1,{number}5" for number in range(30))
    with pytest.raises(BadInput) as refused:
        toml.tables(lines)
    found = refused.value.lines
    assert found[1] == "line 2: key_1 = 1,15; expected key_1 = 1.15"
    assert (len(found), found[-1]) == (MOST_LINES + 1, "and 10 more lines to mend")


def test_a_comma_within_a_text_is_none_of_a_number(tmp_path):
    words = 'funds = { value = 2,5, why = "1,5 of it" }'
    with pytest.raises(BadInput, match=r'expected funds = \{ value = 2[.]5, why = "1,5 of it" \}'):
        toml.tables(words)


def test_tranches_that_no_option_has_are_not_used(tmp_path, capsys):
    path, _ = written(tmp_path, OWN, 'tranches = ["own_2k"]', 'tranches = ["cloud_2k"]')
    assert main(["check", str(path)]) == 0
    [line] = [one for one in capsys.readouterr().out.split("\n") if "not used" in one]
    assert line.endswith("tranches.own_2k, sites.hall")


@pytest.mark.parametrize("words", [["check"], ["evaluate", "--json"]])
def test_a_warning_is_no_error(tmp_path, capsys, words):
    path, _ = written(tmp_path, OWN, "value = 4.8\n", "value = 3\n")
    assert main([words[0], str(path), *words[1:]]) == 0
    assert "3 MW at P50 carry 1,590" in "".join(capsys.readouterr())


MISSPELT = [
    ("start = 2026-12-01", "stat = 2026-12-01", 'unknown key "stat"; nearest known: "start"'),
    ("horizon_months", "horizon_month", 'unknown key "choices.horizon_month"'),
    (RATE, RATE.replace("swept", "sweept"), 'per_year.sweept"; nearest known: "swept"'),
    ("mid = 225000", "middle = 225000", 'nearest known: "mid"'),
    ("tco2_per_mwh = ", "tco2_per_mhw = ", 'nearest known: "tco2_per_mwh"'),
    ("availability_share", "availabilty_share", 'nearest known: "availability_share"'),
    ("[sites.hall.stages.booked]", "[sites.hall.stage.booked]", 'nearest known: "stages"'),
    ("ramp_months = 0.5", "rampmonths = 0.5", 'nearest known: "ramp_months"'),
    ('tranches = ["own_2k"]', 'tranche = ["own_2k"]', 'nearest known: "tranches"'),
    ("[tranches.own_2k]", "[tranches.own_2kk]", 'unknown "own_2k"; nearest known: "own_2kk"'),
    ('site = "hall"', 'site = "halls"', 'unknown "halls"; nearest known: "hall"'),
    ('"deposit_share"', '"deposit_shares"', 'nearest known: "deposit_share"'),
]


@pytest.mark.parametrize(("old", "new", "part"), MISSPELT)
def test_a_misspelt_key_is_refused_at_every_level(tmp_path, old, new, part):
    path, _ = written(tmp_path, OWN, old, new)
    assert part in "\n".join(said(path))
    assert main(["evaluate", str(path)]) == 2


def test_a_misspelt_milestone_does_not_stand_beside_the_one_that_is_meant(tmp_path):
    path = tmp_path / "mine.toml"
    edit = "tranches.own_2k.milestones.first_gpuss = 1"
    path.write_text(f'extends = "{OWN}"\n{edit}\n', "utf-8")
    [line] = said(path)
    assert line.startswith("mine.toml, line 2: tranches.own_2k.milestones.first_gpuss: stands besi")
    assert line.endswith('nearest known: "first_gpus"')


def test_what_was_understood_is_said_in_five_lines(capsys):
    for slug in (OWN, SERVE, FLAG):
        assert main(["check", slug]) == 0
        said = capsys.readouterr().out.split("\nleft out, so taken")[0]
        assert said.count("\n") < 5
    assert main(["check", OWN]) == 0
    _, asked, cloud, hall, choices, *_ = capsys.readouterr().out.split("\n")
    assert "A training run of 1e+25 useful FLOP" in asked
    assert cloud.endswith("rents 2,000 h100 at 2.35 USD/GPU-hour for 24 months, from month 2")
    assert hall.endswith("owns 2,000 h100 at 225 thousand USD per 8, from month 5, on 4.80 MW")
    assert choices.startswith(
        "Over 48 months from 2026-12-01 at 12 % a year; funds: 90 million USD"
    )
