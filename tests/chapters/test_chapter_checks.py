"""Can the numbers be trusted: the checklist, the register of risks and the identities by hand, the
sentences at their edges, and the chapter's numbers against those of its own scenario.
"""

import json
import re

import numpy as np
import pandas as pd
import pytest
from tools import builders, chapters
from tools.hand import scenario

from analysis.chapters import checks
from analysis.decision import headline
from analysis.decision.wording import figure, usd
from analysis.model import comparison, draws, simulation
from analysis.report import runs
from analysis.scenario import edits, load, references
from analysis.validation import published

GAO = set(range(1, 23))
ALONE = """
[options.rented]
title = "Rented"
tranches = ["rental"]
"""
PRICED = """
[assumptions.price]
label = "Price of the rental"
unit = "USD/GPU-hour"
low = 1
mid = 2
high = 3
min = 0
max = 9
judgement = "for a test"
[assumptions.target]
label = "Target"
unit = "FLOP"
low = 0.5e24
mid = 1e24
high = 1.5e24
min = 1e23
max = 9e24
judgement = "for a test"
[assumptions.load]
label = "Load"
unit = "share"
low = 0.5
mid = 0.6
high = 0.7
min = 0
max = 1
judgement = "for a test"
[chips.h100]
load_share = "load"
[need]
target_flop = "target"
[tranches.rental]
usd_per_gpu_hour = "price"
[tranches.machine]
gpus = 200
"""
REGISTER = """
[risks.dear]
title = "The rental is <dearer>"
inputs = ["load", "price"]
answer = "Ask two."
"""


@pytest.fixture
def only_one(monkeypatch):
    """A notebook run on the flagship with one option alone."""
    alone = edits.with_options(builders.shipped(), ["memphis_build"])
    monkeypatch.setattr(runs, "decision", lambda slug: alone)
    return chapters.run("12-checks", "oracle-vs-memphis", 100, 1)


TestLaws = chapters.laws("12-checks")


@pytest.fixture(scope="module", params=chapters.RUNS, ids=str)
def ran(request):
    """What the chapter leaves behind on a scenario and a seed."""
    return chapters.of("12-checks", *request.param)


def kept(found):
    """What is kept, by practice."""
    return checks.practices.standards(found).set_index("practice")["kept"]


def said(found, practice):
    """What is found for a practice."""
    return checks.practices.standards(found).set_index("practice").loc[practice, "found"]


def cells(html, heads):
    """The cells of the table that has these heads, row by row."""
    [body] = re.findall(f"<tr><th>{heads[0]}</th><th>{heads[1]}</th>.*?<tbody>(.*?)</tbody>", html)
    return [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", body)]


def test_all_22_practices_of_the_gao_stand_in_the_list_once():
    numbers = [n for n in checks.practices.standards(builders.shipped())["number"] if n]
    assert sorted(numbers) == sorted(GAO)


def test_every_practice_stands_in_a_section_of_the_report_or_in_a_chapter_that_is_there():
    stems = {path.stem for path in chapters.FOLDER.glob("*.ipynb")}
    report = json.loads((chapters.FOLDER / "report.ipynb").read_text("utf-8"))["cells"]
    heads = {cell["source"][0].strip() for cell in report if cell["cell_type"] == "markdown"}
    for where in checks.practices.standards(builders.shipped())["where"]:
        notebook, _, section = where.partition(", ")
        assert notebook in stems | {"-"}
        assert not section or f"## {section}" in heads


def test_the_checklist_names_no_cheapest_option(tmp_path):
    """The pictures of a run name it on the mean; a single sum at mid may find another."""
    words = said(builders.shipped(), "Alternatives are ranked in present value")
    assert words == "By compared cost: present cost, and the hours that are short at their price."
    assert words == said(scenario(tmp_path), "Alternatives are ranked in present value")


def test_a_tolerance_that_is_only_rounding_is_called_exact():
    frame = (
        checks.tables.published_figures()
        .iloc[:1]
        .assign(standing="published", theirs=2.0, ratio=1.0)
    )
    for high, told in ((2 + 3e-9, "<td>exact</td>"), (2.001, "<td>± 0.05 %</td>")):
        assert told in checks.published_figures(frame.assign(high=high), "published").html


def test_two_bare_options_and_fixed_numbers_fall_short_of_ten_practices(tmp_path):
    found = kept(scenario(tmp_path))
    missed = set(found.index[found == checks.practices.NO])
    assert missed == {
        "Criteria are weighted",
        "Every choice says why",
        "There are enough alternatives",
        "Every alternative is described",
        "Going on as before is among them",
        "Risks are named, each with an answer",
        "Every phase of the life is paid for",  # no staff, no works and no hall at the field
        "Costs are given as ranges",
        "Every number has a range",
        "It is shown what moves the result",
    }


@pytest.mark.parametrize(("options", "answer"), [(4, "no"), (5, "yes"), (6, "yes")])
def test_five_options_are_enough_and_four_are_not(tmp_path, options, answer):
    more = "".join(
        f'[options.o{i}]\ntitle = "O{i}"\ntranches = ["rental"]\n' for i in range(options - 2)
    )
    assert kept(scenario(tmp_path, more))["There are enough alternatives"] == answer


@pytest.mark.parametrize(
    ("changes", "practice", "answer"),
    [
        (
            '[need]\nby_months = { value = 12, why = "So that BUILT is ready." }\n',
            "The need is stated and names no option",
            "no",
        ),
        ("as_of = 2025-01-02\n", "Nothing is used that came later", "no"),
        ("as_of = 2024-12-31\n", "Nothing is used that came later", "yes"),
        ('baseline = "rented"\n', "Going on as before is among them", "yes"),
        (
            "[sites.field]\nstaff_usd_per_year = 0\nworks_usd_per_mw = 0\n",
            "Every phase of the life is paid for",
            "yes",
        ),
        (
            "[sites.field]\nstaff_usd_per_year = 0\n",
            "Every phase of the life is paid for",
            "no",
        ),
        (
            "[need]\nby_months = { value = 25 }\n",
            "The full life is counted, discounted",
            "no",
        ),
        (
            "[need]\nby_months = { value = 24 }\n",
            "The full life is counted, discounted",
            "yes",
        ),
        (PRICED, "Costs are given as ranges", "yes"),
        (PRICED, "It is shown what moves the result", "no"),  # no choice is shown at other values
        (
            PRICED + "[choices]\nhorizon_months = { value = 24, swept = [12] }\n",
            "It is shown what moves the result",
            "yes",
        ),
    ],
)
def test_a_practice_is_kept_where_the_scenario_shows_it(tmp_path, changes, practice, answer):
    assert kept(scenario(tmp_path, changes))[practice] == answer


def test_the_inputs_of_each_side_are_counted_with_what_they_rest_on(tmp_path):
    # the price belongs to the rental alone, the target and the load of the one chip to both
    found = said(scenario(tmp_path, PRICED), "Both sides are seen with the same optimism")
    assert found.startswith("Inputs of both: 2; Rented alone has 1, 1 on judgement alone; ")
    assert "Built alone has 0, none on judgement alone" in found


@pytest.mark.parametrize("slug", ["oracle-vs-memphis", "own-case", "hindsight"])
def test_the_counted_inputs_are_those_that_the_tables_name(slug):
    found = builders.shipped(slug)
    tables_of = ("need", "run", "chips", "sites", "tranches")
    dumped = str([found.model_dump()[name] for name in tables_of])
    named = {name for name in found.assumptions if re.search(f"'{name}'", dumped)}
    varying = sum(found.assumptions[name].value is None for name in named)
    words = said(found, "Every number has a range")
    assert words.startswith(f"{varying} of {len(named)} assumptions vary; ")
    alone = [n for n in named if not (found.assumptions[n].basis or found.assumptions[n].quote)]
    shown = said(found, "Every assumption says what it rests on")
    assert shown == f"{len(named)} of {len(named)} assumptions do; {len(alone)} on judgement alone."


def test_the_sentence_of_the_checklist_counts_its_rows_and_names_the_noes():
    html = checks.standards(builders.shipped("own-case")).html
    answers = [row[2] for row in cells(html, ("Test", "Practice"))]
    missed = [row[1] for row in cells(html, ("Test", "Practice")) if row[2] == "no"]
    start = f"Of {len(answers)} practices {answers.count('yes')} are kept, "
    assert start in html
    assert f"; {answers.count('the reader must judge')} are left to the reader. Not kept: " in html
    sentence = html.split("Not kept: ")[1].split("</p>")[0]
    assert re.findall("\u201c(.*?)\u201d", sentence) == missed


@pytest.mark.parametrize("slug", load.shipped())
def test_the_need_is_told_before_and_without_the_options(slug):
    found = builders.shipped(slug)
    html = checks.criteria(found).html
    need = html.split("</p>")[0]
    titles = [one.title for one in (*found.options.values(), *found.tranches.values())]
    assert [title for title in titles if title in need] == []
    if found.need.by_months is not None:
        by = headline.day_of(found, found.need.by_months.value).isoformat()
        assert f"within {figure(found.need.by_months.value)} months" in need
        assert f"It is done by {by}" in need
    assert ("A service " in need) is (found.need.service is not None)
    assert [row[0] for row in cells(html, ("Option", "What it is"))] == [
        one.title for one in found.options.values()
    ]


def test_the_need_stands_before_the_sum_of_cost_and_months_and_that_before_funds():
    lines = re.findall("<li>(.*?)</li>", checks.criteria(builders.shipped()).html)
    starts = ["Does it meet the need?", "At what cost?", "Does the money last?", "Where of two"]
    assert [line[: len(start)] for line, start in zip(lines, starts, strict=False)] == starts


def test_swing_weights_of_30_and_10_are_three_quarters_and_a_quarter(tmp_path):
    criteria = "".join(
        f'[criteria.{name}]\ntitle = "{name.title()}"\nswing_weight = {weight}\n'
        "scores = { rented = 10, built = 20 }\n"
        for name, weight in (("control", 30), ("noise", 10))
    )
    html = checks.criteria(scenario(tmp_path, criteria)).html
    assert "largest swing weight first: Control and Noise." in html


def test_a_stated_value_of_a_month_is_told_and_a_missing_one_too(tmp_path):
    stated = checks.criteria(scenario(tmp_path, "[value]\nmonth_usd = { value = 2e6 }\n")).html
    missing = checks.criteria(scenario(tmp_path)).html
    assert "at the value of a month (2 million USD)." in stated
    assert "at the value of a month (any value, as none is stated)." in missing


def test_without_a_service_no_hour_is_short_and_without_a_run_no_month_counts(tmp_path):
    run_alone = checks.criteria(scenario(tmp_path)).html
    service_alone = checks.criteria(builders.shipped("serve-64")).html
    assert ("are short" in run_alone, "value of a month" in run_alone) == (False, True)
    assert ("are short" in service_alone, "value of a month" in service_alone) == (True, False)


def test_an_option_without_a_description_is_told_by_its_tranches(tmp_path):
    rows = cells(
        checks.criteria(scenario(tmp_path, 'baseline = "rented"\n')).html,
        ("Option", "What it is"),
    )
    assert rows == [["Rented", "Rental. (Baseline.)"], ["Built", "Machine."]]


def test_a_price_from_1_to_3_usd_moves_the_cost_by_1_752_000_usd(tmp_path):
    # 100 GPUs x 12 months x 730 hours x (3 - 1) USD = 1,752,000 USD; the price moves no date
    frame = checks.risk_tables.risks(scenario(tmp_path, PRICED + REGISTER)).set_index("assumption")
    assert frame.loc["price", "cost_usd"] == pytest.approx(1_752_000)
    assert frame.loc["price", "months"] == 0
    assert frame.loc["price", "weight"] == 1


def test_an_input_that_moves_nothing_is_told_so_and_one_without_a_risk_is_named(tmp_path):
    # the load changes energy that costs nothing; the target takes 200 GPUs half the time
    found = scenario(tmp_path, PRICED + REGISTER)
    html = checks.risks(found).html
    rows = cells(html, ("Risk", "Acts through"))
    assert [row[1] for row in rows] == ["Load", "Price of the rental"]
    assert rows[0] == [
        "The rental is &lt;dearer&gt;",
        "Load",
        "0.5 / 0.6 / 0.7",
        "nothing",
        "Ask two.",
    ]
    assert rows[1][3] == "1.75 million USD"
    assert checks.risk_tables.without_a_risk(found) == ["Target"]
    assert "stand in no risk: 1; Target." in html


def test_what_moves_the_cost_most_is_told_apart_from_what_moves_the_months_most(
    tmp_path, monkeypatch
):
    found = scenario(tmp_path, PRICED + REGISTER)
    html = checks.risks(found).html
    assert "moved most in cost by Price of the rental (1.75 million USD), in time by none." in html
    assert "<th>Alone, P10 to P90, moves the difference by</th>" in html
    frame = checks.risk_tables.risks(found).set_index("assumption")
    frame.loc["load", "months"] = 3.0
    monkeypatch.setattr(checks.risk_tables, "risks", lambda _: frame)
    words = "in cost by Price of the rental (1.75 million USD), in time by Load (3 months)."
    assert f"moved most {words}" in checks.risks(found).html
    frame.loc["price", "months"] = 4.0
    words = "in cost and in time, by Price of the rental: 1.75 million USD and 4 months."
    assert f"moved most, {words}" in checks.risks(found).html


def test_a_full_register_says_that_no_input_is_left_out(tmp_path):
    whole = REGISTER.replace('["load", "price"]', '["load", "price", "target"]')
    html = checks.risks(scenario(tmp_path, PRICED + whole)).html
    assert "Every input that moves the difference of the two options stands in a risk." in html


def test_without_a_register_one_line_says_so(tmp_path):
    html = checks.risks(scenario(tmp_path)).html
    assert html == "<p>The scenario states no register of risks.</p>"


def test_the_risk_that_moves_the_pair_most_comes_first():
    frame = checks.risk_tables.risks(builders.shipped())
    most = frame.groupby("risk", sort=False)["weight"].max()
    assert list(most) == sorted(most, reverse=True)
    assert set(most.index) == set(builders.shipped().risks)


def test_every_identity_of_the_scenario_by_hand_holds(tmp_path):
    frame = checks.tables.identities(scenario(tmp_path, PRICED), 50, 1)
    assert len(frame) == 6
    assert frame["deviation"].max() < 1e-12
    assert frame["compared"].to_list()[:5] == [100, 100, 100, 150, 2]


def test_a_part_of_cost_that_is_left_out_breaks_an_identity(tmp_path, monkeypatch):
    found, simulate = scenario(tmp_path, PRICED), simulation.simulate

    def without_servers(one, number, seed):
        result = simulate(one, number, seed)
        result.parts_usd["built"]["servers"] *= 0
        return result

    monkeypatch.setattr(simulation, "simulate", without_servers)
    frame = checks.tables.identities(found, 50, 1)
    assert frame["deviation"].iloc[0] == pytest.approx(1)  # the machine's servers are all its cost
    assert checks.titles.identities(frame).startswith("An identity fails: \u201cThe parts")


def test_an_option_that_is_favoured_by_its_name_breaks_an_identity(tmp_path, monkeypatch):
    found = scenario(tmp_path, PRICED)
    simulate = simulation.simulate

    def favoured(one, number, seed):
        result = simulate(one, number, seed)
        result.scalars["built"]["present_cost_usd"] *= 0.9
        return result

    monkeypatch.setattr(simulation, "simulate", favoured)
    frame = checks.tables.identities(found, 50, 1).set_index("identity")
    assert frame.loc["Two options that swap names swap numbers", "deviation"] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("deviation", "words"),
    [
        (0.0, "Every identity holds exactly: 7 numbers compared."),
        (1e-12, "Every identity holds but for rounding: 7 numbers compared, none apart by 1 in"),
        (0.02, "An identity fails: \u201cB\u201d is off by up to 2 %."),
    ],
)
def test_identities_hold_exactly_or_to_rounding_or_fail(deviation, words):
    frame = pd.DataFrame(
        {"identity": ["A", "B"], "compared": [3, 4], "deviation": [0.0, deviation]}
    )
    assert checks.titles.identities(frame).startswith(words)


@pytest.mark.parametrize(
    ("missed", "words"),
    [
        ([], "All 5 figures come as near to those of others as their tolerance asks"),
        ([0], "4 of 5 figures come near enough to those of others; not A"),
        ([0, 2], "3 of 5 figures come near enough to those of others; not A and C"),
        ([0, 1, 2, 3], "1 of 5 figures come near enough to those of others; not 4 figures"),
    ],
)
def test_the_figures_that_are_not_near_enough_are_named_or_counted(missed, words):
    frame = pd.DataFrame({"quantity": list("ABCDE"), "near": [i not in missed for i in range(5)]})
    assert checks.titles.published_figures(frame) == words


def test_a_figure_that_is_missed_is_marked_in_the_table():
    frame = checks.tables.published_figures()
    here = frame.index[frame["quantity"] == "Bill of a month"]
    frame.loc[here, ["ours", "near", "ratio"]] = [7.7e6, False, 1.1]
    html = checks.published_figures(frame, "published").html
    assert "+10.00 % (not near enough)" in html
    of = int((frame["standing"] == "published").sum())
    assert f"Of {of} figures {of - 1} are near enough" in html


def test_the_chapter_shows_every_published_figure_and_the_one_that_is_furthest_apart(ran):
    text = ran["words"]
    count = sum(len(published.case(name)["figures"]) for name in published.names())
    assert len(ran["printed"]) == count
    assert f"All {count} figures" in text
    for standing in ("published", "worked example"):
        mine = ran["printed"][ran["printed"]["standing"] == standing]
        apart = np.nanargmax(np.abs(mine["ours"] / mine["theirs"].replace(0, np.nan) - 1))
        assert f"furthest apart is \u201c{mine['quantity'].iloc[apart]}\u201d" in text


def test_the_chapter_sets_the_decisions_of_others_beside_ours_with_who_is_cheaper_by_either(ran):
    rows = cells(ran["words"], ("Decision", "Quantity"))
    figures = [
        f for name in published.decisions() for f in published.case(name)["figures"].values()
    ]
    assert len(rows) == len(figures)
    [row] = [row for row in rows if "153,408 cores" in row[0]]
    assert row[6] == row[7] == "Own the supercomputer"
    # the sums of OneUptime save 456,000 - 66,000 - 30,000 = 360,000 USD a year; it prints 230,000
    [row] = [row for row in rows if "230 thousand USD" in row[2]]
    assert (row[3], row[4]) == ("360 thousand USD", "+56.52 %")
    assert row[5] == next(f["outside"] for f in figures if f.get("printed") == 230000)
    near = sum("outside" not in figure for figure in figures)
    assert f"Of {len(figures)} figures {near} are near enough" in ran["words"]


def test_a_decision_on_which_we_differ_counts_as_no_agreement():
    frame = checks.tables.published_decisions()
    agreed = int((frame.drop_duplicates("case")["verdict"] != "").sum())
    frame.loc[frame["case"] == "DOE: Hopper", "ours_cheaper"] = "Rent cluster instances"
    assert f"In {agreed - 1} of {agreed} comparisons" in checks.titles.decisions(frame)


def test_the_chapter_compares_as_many_numbers_as_there_are_options_and_futures(ran):
    options = len(ran["result"].scenario.options)
    rows = cells(ran["words"], ("Identity", "Numbers compared"))
    counts = [int(row[1].replace(",", "")) for row in rows]
    assert counts[:5] == [300 * options, 300 * options, 300 * options, 900, options]
    assert {row[2] for row in rows} <= {"none", "rounding, under 1 in 10^9"}


def test_the_largest_move_in_the_chapters_register_is_that_of_two_futures(ran):
    found = ran["result"].scenario
    if not found.risks:
        assert "states no register of risks" in ran["words"]
        return
    a, b = comparison.pair(found)
    first = next(row for row in cells(ran["words"], ("Risk", "Acts through")) if "USD" in row[3])
    [name] = [n for n, one in found.assumptions.items() if one.label == first[1]]
    ends = draws.ends(found.assumptions[name])
    gaps = []
    for end in ends:
        result = simulation.at(found, draws.mid(found) | {name: np.array([end])})
        one, other = (comparison.compared_usd(result, o)[0] for o in (a, b))
        gaps.append(one - other)
    assert first[3].startswith(usd(abs(gaps[1] - gaps[0])))


def test_the_chapters_checklist_counts_its_own_scenario(ran):
    text = ran["words"]
    found = ran["result"].scenario
    assert f"Options: {len(found.options)}; at least 5 are asked." in text
    kind = "yes" if len(found.options) >= 5 else "no"
    assert f"<td>There are enough alternatives</td><td>{kind}</td>" in text
    used = len(references.used_assumptions(found))
    assert f"{used} of {used} assumptions do" in text


def test_one_option_alone_is_checked_too_and_nothing_is_said_of_a_pair(only_one):
    text = chapters.text(only_one)
    assert "There is only one option, so no risk moves a difference." in text
    assert {row[3] for row in cells(text, ("Risk", "Acts through"))} == {"-"}
    assert "There is only one option, so there is no other side." in text
    assert "swap names" not in text
    assert "Options: 1; at least 5 are asked." in text
