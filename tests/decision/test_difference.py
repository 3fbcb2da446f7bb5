"""What moved between two answers: the steps add up, name what changed, and say no more than the
draws tell."""

import io
import json
import re
from functools import cache

import numpy as np
import pytest
from rich.console import Console
from tools import builders
from tools.hand import OWNED, scenario

from analysis.__main__ import main
from analysis.chapters import checks
from analysis.command_line import difference as setting
from analysis.decision import attribution, diff_report, difference, headline, sides
from analysis.decision.attribution import Change, Step
from analysis.evidence import files
from analysis.model import comparison, simulation
from analysis.model.estimates import Estimate
from analysis.scenario import edits, load

PAIR = ("rented", "built")
NAMED = """
[assumptions.price]
label = "Price"
unit = "USD/GPU-hour"
judgement = "J."
value = {price}
[assumptions.number]
label = "Number"
unit = "GPU"
judgement = "J."
value = {number}
[tranches.rental]
usd_per_gpu_hour = "price"
gpus = "number"
"""
SLUGS = ("oracle-vs-memphis", "hindsight")
DRAWS = 200


@cache
def looked_back():
    """The flagship and what became known later, 200 draws, input by input."""
    one, other = (difference.answered(s, builders.shipped(s), DRAWS, 3) for s in SLUGS)
    return difference.difference(one, other)


def by_label(steps):
    return {one.changes[0].label: (one.cost_usd.value, one.months.value) for one in steps}


def walked(before, after, pair=PAIR):
    return attribution.waterfall(before, after, pair, 100, 1)


def test_two_inputs_that_multiply_share_what_they_move_together(tmp_path):
    """Rent = price x number x 730 x 12 = 8,760 x 2 x 100 before and 8,760 x 3 x 150 after.

    The price alone: 1 x 100 first and 1 x 150 last, so 125; the number: 50 x 2 and 50 x 3, so 125;
    together 250 x 8,760 = 2,190,000 USD.
    """
    before = scenario(tmp_path, NAMED.format(price=2, number=100))
    after = scenario(tmp_path, NAMED.format(price=3, number=150))
    steps, start, end = walked(before, after)
    found = by_label(steps)
    assert list(found) == ["Price", "Number"]
    assert [one[0] for one in found.values()] == pytest.approx([1_095_000, 1_095_000])
    assert end[0].value - start[0].value == pytest.approx(2_190_000)


def test_the_steps_add_up_to_what_the_answers_of_the_whole_scenarios_differ_by():
    found = looked_back()
    for k, measure in enumerate((comparison.cost_difference_usd, comparison.months_difference)):
        ends = [measure(builders.simulated(s, DRAWS, 3), *found.pair).mean() for s in SLUGS]
        moved = sum((one.cost_usd, one.months)[k].value for one in found.steps)
        assert moved == pytest.approx(ends[1] - ends[0], rel=1e-9)
        assert [found.start[k].value, found.end[k].value] == pytest.approx(ends, rel=1e-9)


def test_what_a_file_states_otherwise_is_what_is_named():
    text = (load.FOLDER / "hindsight.toml").read_text()
    stated = set(re.findall(r"\[(assumptions|sites)\.(\w+)", text))
    named = {c.place[:2] for one in looked_back().steps for c in one.changes}
    assert ("assumptions", "memphis_first_gpus_months") in named
    assert named <= stated


def test_the_way_back_moves_as_much_with_the_opposite_sign(tmp_path):
    before = scenario(tmp_path, NAMED.format(price=2, number=100))
    after = scenario(tmp_path, NAMED.format(price=3, number=150))
    there, back = by_label(walked(before, after)[0]), by_label(walked(after, before)[0])
    assert {k: -v[0] for k, v in there.items()} == pytest.approx({k: v[0] for k, v in back.items()})


def test_the_same_scenario_has_no_step(tmp_path):
    one = scenario(tmp_path)
    steps, start, end = walked(one, one)
    assert steps == [] and start == end


def test_what_only_says_something_of_an_input_is_no_change(tmp_path):
    one = scenario(tmp_path, NAMED.format(price=2, number=100))
    words = NAMED.format(price=2, number=100).replace("J.", "Another reason.")
    other = scenario(tmp_path, words + '[options.rented]\ntitle = "Another title"\n')
    assert attribution.changes(one, other) == []


LINE = f"""
[costs.line]
title = "Line"
tranches = ["rental", "spare"]
once_usd = 5e4
[tranches.spare]
title = "Spare"
gpus = 1
use = "other"
milestones = {{ ready = 0 }}
{OWNED}
"""


def test_a_line_of_cost_that_only_the_later_scenario_has_is_a_step_of_its_own(tmp_path):
    # of its two tranches the pair has one; 50,000 USD once
    steps, *_ = walked(scenario(tmp_path), scenario(tmp_path, LINE))
    assert [one.place for step in steps for one in step.changes] == [("costs",)]
    assert steps[0].cost_usd.value == pytest.approx(50_000)


@pytest.mark.parametrize(
    ("kind", "place", "words"),
    [
        ("need", "need.target_flop", "[need]\ntarget_flop = 2e24"),
        ("need", "need.by_months", "[need]\nby_months = { value = 6 }"),
        ("choice", "choices.horizon_months", "[choices]\nhorizon_months = { value = 36 }"),
        ("run", "run.mfu_share", "[run]\nmfu_share = 0.4"),
        ("chip", "chips.h100", "[chips.h100]\nnode_usd = 90000"),
        ("site", "sites.supplier.pue", "[sites.supplier]\npue = 1.5"),
        ("stage", "sites.field.stages.grid", "[sites.field.stages.grid]\nmw = 500"),
        ("tranche", "tranches.machine", "[tranches.machine]\ngpus = 50"),
        ("further costs", "costs", LINE),
        ("option", "options.built", '[options.built]\ntranches = ["machine", "rental"]'),
    ],
)
def test_a_change_is_named_by_its_kind_and_place(kind, place, words, tmp_path):
    found = attribution.changes(scenario(tmp_path), scenario(tmp_path, words))
    assert [(one.kind, ".".join(one.place)) for one in found] == [(kind, place)]


MORE_STAGES = """
[sites.field.stages.turbines]
title = "Turbines"
mw = 5
from_months = 0
availability_share = 1
usd_per_mwh = 100
tco2_per_mwh = 0.5
"""


def test_a_site_with_another_stage_changes_as_one(tmp_path):
    found = attribution.changes(scenario(tmp_path), scenario(tmp_path, MORE_STAGES))
    assert [".".join(one.place) for one in found] == ["sites.field.stages"]


def test_an_assumption_that_only_the_later_scenario_has_acts_through_what_refers_to_it(tmp_path):
    after = scenario(tmp_path, NAMED.format(price=3, number=100))
    steps, *_ = walked(scenario(tmp_path), after)
    assert [one.place for step in steps for one in step.changes] == [("tranches", "rental")]
    assert steps[0].cost_usd.value == pytest.approx(100 * 8760)


def test_changes_without_which_the_model_does_not_run_are_one_step(tmp_path):
    """Network and storage may not come to the whole cluster: 0.6 + 0.5 on the way is refused."""
    shares = "[tranches.machine]\nnetwork_share = {}\nstorage_share = {}\n"
    named = (
        "[assumptions.n]\nlabel = 'N'\nunit = 'share'\njudgement = 'J.'\nvalue = {}\n"
        "[assumptions.s]\nlabel = 'S'\nunit = 'share'\njudgement = 'J.'\nvalue = {}\n"
    )
    words = shares.format('"n"', '"s"')
    before = scenario(tmp_path, named.format(0.1, 0.5) + words)
    after = scenario(tmp_path, named.format(0.6, 0.1) + words)
    steps, start, end = walked(before, after)
    assert [[c.label for c in one.changes] for one in steps] == [["N", "S"]]
    assert steps[0].cost_usd.value == pytest.approx(end[0].value - start[0].value)


WANTED = """
[need.service]
h100_gpus = {gpus}
from_months = {{ value = {months} }}
short_hour_usd = {{ value = 3 }}
"""


def test_a_service_that_both_want_changes_field_by_field(tmp_path):
    # The rental is there for 12 of 24 months, the machine for all; nothing is short beside it. A
    # GPU short for 12 months of 730 hours at 3 USD costs 26,280: 50 of them, and 60 from month 6.
    words = (WANTED.format(gpus=50, months=0), WANTED.format(gpus=60, months=6))
    before, after = (scenario(tmp_path, one) for one in words)
    found = attribution.changes(before, after)
    assert [".".join(one.place) for one in found] == [
        "need.service.h100_gpus",
        "need.service.from_months",
    ]
    steps, *_ = walked(before, after)
    moved = by_label(steps)
    assert moved["h100 gpus"][0] == pytest.approx(10 * 26_280)
    assert moved["from months"][0] == 0


def test_a_service_that_only_one_wants_is_one_step(tmp_path):
    steps, start, end = walked(
        scenario(tmp_path), scenario(tmp_path, WANTED.format(gpus=50, months=0))
    )
    assert [(one.kind, one.place) for one in steps[0].changes] == [("need", ("need", "service"))]
    assert end[0].value - start[0].value == pytest.approx(50 * 26_280)


UNSURE = """
[tranches.rental]
only_if = "comes"
[assumptions.comes]
label = "The rental comes"
unit = "event"
probability = 0.8
judgement = "J."
"""
INSTEAD = """
[options.rented.instead]
event = "comes"
known_month = 3
option = "built"
"""


def test_a_fallback_that_only_one_has_is_a_change_of_its_option(tmp_path):
    # Without the rental 1,752,000 USD is the dearer of it and nothing; so it is of it and a machine
    # of 1,000,000. The run, not there within 24 months, is there 3 months after the machine's 7.61:
    # the rental's months are the later of 10.61 and 7.61, 13.39 earlier in the draws that fail.
    before, after = scenario(tmp_path, UNSURE), scenario(tmp_path, UNSURE + INSTEAD)
    steps, *_ = walked(before, after)
    assert [one.place for step in steps for one in step.changes] == [("options", "rented")]
    fails = 1 - comes_share(before)
    assert steps[0].cost_usd.value == 0
    assert steps[0].months.value == pytest.approx(-fails * (24 - 3 - 1e24 / 1.314e23), abs=1e-6)


def comes_share(found):
    """The share of the 100 futures of seed 1 in which the rental comes."""
    return simulation.simulate(found, 100, 1).first_futures["comes"].mean()


SWINGS = """
[chips.h100]
price_fall_per_year = false
rent_fall_per_year = 0.1
rent_fall_swing = {swing}
node_fall_per_year = 0.1
[causes.market]
title = "Market"
loadings = {{ "h100:rent" = 0.5 }}
[tranches.rental]
at_end = "renew"
"""


def test_prices_that_swing_are_a_change_of_their_chip_and_the_steps_add_up(tmp_path):
    before, after = (scenario(tmp_path, SWINGS.format(swing=x)) for x in (0.1, 0.3))
    steps, start, end = walked(before, after)
    assert [one.place for step in steps for one in step.changes] == [("chips", "h100")]
    moved = sum(step.cost_usd.value for step in steps)
    assert moved != 0
    assert moved == pytest.approx(end[0].value - start[0].value, abs=6e-8)


def test_a_cause_that_comes_with_a_swing_is_one_step_with_it(tmp_path):
    # The cause names a price that does not swing before: neither runs without the other.
    plain = "[tranches.rental]\nat_end = 'renew'\n"
    steps, start, end = walked(
        scenario(tmp_path, plain), scenario(tmp_path, SWINGS.format(swing=0.2))
    )
    assert [[one.place[0] for one in step.changes] for step in steps] == [["causes", "chips"]]
    assert steps[0].cost_usd.value == pytest.approx(end[0].value - start[0].value, abs=6e-8)


def test_the_flagship_walks_to_the_run_alone_and_to_a_price_by_the_hour(tmp_path):
    for slug in ("run-alone", "cost-plus-rental", "pay-at-delivery"):
        one, other = builders.shipped(), builders.shipped(slug)
        pair = ("oracle_rental", "memphis_build")
        steps, start, end = attribution.waterfall(one, other, pair, 60, 1)
        moved = sum(step.cost_usd.value for step in steps)
        assert steps
        assert moved == pytest.approx(end[0].value - start[0].value, abs=6e-6)


NO_RUN = """
[need]
target_flop = false
by_months = false
start_gpus = false
[tranches.rental]
use = "other"
[tranches.machine]
use = "other"
""" + WANTED.format(gpus=50, months=0)


def test_what_only_a_run_or_a_service_has_is_compared_where_both_have_one(tmp_path):
    run, both, service = (
        difference.answered(name, scenario(tmp_path, words), 20, 1)
        for name, words in (
            ("run", ""),
            ("both", WANTED.format(gpus=50, months=0)),
            ("service", NO_RUN),
        )
    )
    shown = {
        (a.name, b.name): {row.quantity for row in difference.difference(a, b).rows}
        for a, b in ((run, both), (both, service), (both, both))
    }
    every = shown["both", "both"]
    assert every - shown["run", "both"] == {"served_share_mean"}
    assert every - shown["both", "service"] == difference.OF_THE_RUN
    # from a run and a service to the service alone, step by step
    found = difference.difference(both, service)
    moved = sum(step.cost_usd.value for step in found.steps)
    assert moved == pytest.approx(found.end[0].value - found.start[0].value, abs=6e-8)


def test_what_moves_nothing_is_told_apart_from_what_does(tmp_path):
    after = scenario(tmp_path, "[need]\nby_months = { value = 6 }\n[chips.h100]\nnode_usd = 90000")
    steps, *_ = walked(scenario(tmp_path), after)
    assert [one.changes[0].place[0] for one in difference.moving(steps)] == ["chips"]
    assert [one.label for one in difference.still(steps)] == ["by months"]


def test_the_error_of_what_moved_is_that_of_the_differences_draw_by_draw():
    results = [builders.simulated(s, DRAWS, 3) for s in SLUGS]
    costs = [r.scalars["memphis_build"]["present_cost_usd"] for r in results]
    met = [comparison.meets(r, "memphis_build").astype(float) for r in results]
    rows = {(one.subject, one.quantity): one for one in looked_back().rows}
    for quantity, values in (("present_cost_mean", costs), ("meets_need", met)):
        moved = rows["memphis_build", quantity].moved
        assert moved.value == pytest.approx(np.mean(values[1] - values[0]), rel=1e-6)
        assert moved.se == pytest.approx(np.std(values[1] - values[0], ddof=1) / DRAWS**0.5)


def test_other_draws_are_compared_as_if_they_had_nothing_in_common(tmp_path):
    one = builders.shipped()
    found = difference.difference(
        *(difference.answered("x", one, 100, seed) for seed in (1, 2)),
    )
    row = next(
        r for r in found.rows if (r.subject, r.quantity) == ("memphis_later", "present_cost_mean")
    )
    ses = [
        a.headline["options"]["memphis_later"]["present_cost_usd"]["mean"]["se"]
        for a in (found.before, found.after)
    ]
    assert row.moved.se == pytest.approx(np.hypot(*ses))
    assert found.steps is None


def written(folder, found, name="headline.json"):
    path = folder / name
    path.write_text(found if isinstance(found, str) else json.dumps(found), "utf-8")
    return str(path)


@pytest.fixture
def by_hand(tmp_path):
    """The headline of the scenario by hand, as plain data."""
    return headline.headline(simulation.simulate(scenario(tmp_path), 100, 1), "by-hand")


def test_two_headlines_have_no_inputs_and_one_line_says_so(tmp_path, by_hand, capsys):
    path = written(tmp_path, by_hand)
    assert main(["diff", path, path]) == 0
    out = capsys.readouterr().out
    assert out.endswith(
        "A headline holds no inputs, so which of them moved the pair cannot be shown.\n"
    )


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ("no json", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "no headline; expected a headline.json of a report"),
        ({"schema": "rent-or-build/evaluation", "version": 1}, "no headline"),
        ({"schema": "rent-or-build/headline", "version": 3}, "scenario: field required"),
    ],
)
def test_what_is_no_headline_is_refused_in_one_line(spoilt, said, tmp_path, capsys):
    assert main(["diff", written(tmp_path, spoilt), "oracle-vs-memphis"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"workbook: headline\.json: [^\n]+\n", err) and said in err


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda h: h["options"]["built"]["meets_need"].update(value="1"),
            "options.built.meets_need",
        ),
        (lambda h: h["options"]["built"].pop("title"), "options.built.title: field required"),
        (
            lambda h: h["comparison"]["pairs"].clear(),
            "comparison.pairs: expected every two options",
        ),
        (
            lambda h: h["comparison"].update(pair=["built", "other"]),
            "comparison.pair: expected two",
        ),
        (lambda h: h["run"].update(draws=-1), "run.draws"),
    ],
)
def test_a_spoilt_headline_is_refused_by_the_key_that_is_wrong(spoil, said, tmp_path, by_hand):
    spoil(by_hand)
    with pytest.raises(files.BadInput, match=re.escape(said)):
        sides.opened(written(tmp_path, by_hand))


def test_no_number_that_is_none_gets_into_a_headline(tmp_path, by_hand):
    text = json.dumps(by_hand).replace('"draws": 100', '"draws": NaN')
    with pytest.raises(files.BadInput, match=r"run\.draws"):
        sides.opened(written(tmp_path, text))


def test_a_missing_file_is_refused_in_one_line(capsys):
    assert main(["diff", "nowhere.json", "oracle-vs-memphis"]) == 2
    assert capsys.readouterr().err == "workbook: nowhere.json: no such file or directory\n"


def test_the_pair_is_turned_round_where_the_other_holds_it_so(by_hand, tmp_path):
    turned = headline.headline(
        simulation.simulate(scenario(tmp_path, 'compare = ["built", "rented"]'), 100, 1), "turned"
    )
    one, other = (difference.pair_of(h, PAIR) for h in (by_hand, turned))
    for name in ("a_earlier", "b_earlier", "a_cheaper", "b_cheaper", "break_even_month_usd"):
        assert one[name] == other[name]
    assert one["cost_difference_usd"]["mean"] == other["cost_difference_usd"]["mean"]
    assert one["months_difference"]["mean"]["value"] == other["months_difference"]["mean"]["value"]


def test_options_that_only_one_has_are_named_and_the_others_compared(tmp_path):
    one, other = scenario(tmp_path), edits.with_options(scenario(tmp_path), ["built"])
    found = difference.difference(
        difference.answered("one", one, 100, 1), difference.answered("other", other, 100, 1)
    )
    assert (found.only_before, found.only_after, found.pair) == (["rented"], [], None)
    assert {row.subject for row in found.rows} == {"built"}
    assert "Only one has: rented." in diff_report.notes(found)
    assert diff_report.notes(found)[-1].startswith("No pair of options is in both")


def set_lines(table, across=200):
    """A table as it is set in so many characters, without its head."""
    console = Console(width=across, file=io.StringIO(), force_terminal=False)
    console.print(table)
    return console.file.getvalue().rstrip("\n").split("\n")[1:]


def test_the_lines_that_are_printed_add_up_to_the_last_digit_but_rounding():
    lines = set_lines(setting.shown(looked_back())[-1])
    table = [re.findall(r" ([+-]?[\d,]+\.\d+|0)(?: ~)?", line)[-2:] for line in lines]
    start, *steps, end = [[float(x.replace(",", "")) for x in row] for row in table]
    assert len(steps) > 10
    for k, room in ((0, 0.05), (1, 0.005)):
        assert start[k] + sum(one[k] for one in steps) == pytest.approx(
            end[k], abs=room * (len(steps) + 2)
        )


def test_what_cannot_be_told_from_zero_is_marked_and_nothing_else_is():
    found = looked_back()
    rows = [row for row in diff_report.plain(found)["rows"] if row["moved"]["value"]]
    lines = [line for line in set_lines(setting.shown(found)[0]) if line.startswith("  ")]
    assert len(rows) == len(lines)
    for line, row in zip(lines, rows, strict=True):
        value, se = row["moved"]["value"], row["moved"]["se"] or 0.0
        assert line.rstrip().endswith("~") == (abs(value) <= 2 * se)
        assert row["told_from_zero"] == (abs(value) > 2 * se)


def test_what_did_not_move_is_left_out_and_named_in_one_line(tmp_path):
    # The machine costs less; the rental and the months of both are as they were.
    cheaper = scenario(tmp_path, "[chips.h100]\nnode_usd = 72000")
    ends = [
        difference.answered(x, s, 20, 1) for x, s in (("a", scenario(tmp_path)), ("b", cheaper))
    ]
    found = difference.difference(*ends)
    lines = set_lines(setting.shown(found)[0])
    assert [line.rstrip() for line in lines if not line.startswith(" ")] == [
        "Built",
        "Rented less Built",
    ]
    # 100 machines of 80,000 / 8 are 1,000,000 USD, of 72,000 / 8 are 900,000
    assert re.split(r" {2,}", lines[1].strip()) == [
        "compared cost, mean, thousand USD",
        "1,000",
        "900",
        "-100",
    ]
    assert setting.unmoved(found) == ["Nothing moved of: Rented."]


def test_the_json_holds_the_steps_and_they_add_up(capsys):
    assert main(["diff", *SLUGS, "--draws", "100", "--seed", "3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["waterfall"]
    for what in ("cost_usd", "months"):
        moved = sum(one[what]["value"] for one in found["steps"])
        ends = [found[end][what]["value"] for end in ("start", "end")]
        assert moved == pytest.approx(ends[1] - ends[0], rel=1e-6)


def test_nothing_changed_on_which_the_pair_rests_is_said_in_one_line(tmp_path):
    one = difference.answered("one", scenario(tmp_path), 100, 1)
    found = difference.difference(one, one)
    assert setting.shown(found) == []
    assert diff_report.notes(found) == ["No input on which the pair rests has changed."]


def test_of_two_scenarios_without_a_common_option_only_their_names_are_told(capsys):
    assert main(["diff", "own-case", "no-gas", "--draws", "100"]) == 0
    out = capsys.readouterr().out
    assert "Only own-case has: cloud, colocation." in out and "moved" not in out
    assert out.endswith("No pair of options is in both, so nothing is said of their difference.\n")


def step(label: str, cost: float, months: float) -> Step:
    change = Change("assumption", ("assumptions", label), label, "1", "2")
    return Step([change], Estimate(cost, 0.1), Estimate(months, 0.1))


def test_headlines_are_called_by_their_scenario_and_of_one_scenario_by_their_run_too(
    tmp_path, by_hand, capsys
):
    again = headline.headline(simulation.simulate(scenario(tmp_path), 50, 2), "by-hand")
    other = headline.headline(simulation.simulate(scenario(tmp_path), 100, 1), "another")
    paths = [written(tmp_path, x, f"{i}.json") for i, x in enumerate((by_hand, again, other))]
    answers = [sides.opened(path)(100, 1) for path in paths]
    names = [[x.name for x in sides.told_apart(answers[0], one)] for one in answers]
    assert names == [
        ["by-hand", "by-hand"],
        ["by-hand (100 futures, seed 1)", "by-hand (50 futures, seed 2)"],
        ["by-hand", "another"],
    ]


def test_a_wrong_word_is_told_all_that_is_expected(capsys):
    assert main(["diff", "oracle-vs-mars", "oracle-vs-memphis"]) == 2
    said = capsys.readouterr().err
    assert all(word in said for word in (".toml file", "own-case", "headline.json of a report"))


def test_without_a_common_pair_or_a_change_the_page_says_so(tmp_path):
    one = scenario(tmp_path)
    alone = edits.with_options(one, ["built"])
    assert "No pair of options is in both" in checks.waterfall(one, alone, 1).html
    assert "No changed input moves" in checks.waterfall(one, one, 1).html


def test_the_table_of_steps_begins_with_the_largest_and_leaves_out_what_moved_nothing():
    steps = [step("A", -2e6, 1), step("B", 3e6, 0), step("C", 0, 0)]
    frame = checks.tables.steps(steps)
    assert frame["label"].tolist() == ["B", "A"]
    assert frame["changed"].tolist() == ["1 to 2"] * 2
    assert checks.titles.moved_usd(3e6) == "+3 million USD"
    assert checks.titles.moved_usd(-2e6) == "-2 million USD"
    months = [checks.titles.moved_months(x) for x in (1.234, -0.001, 0.0)]
    assert months == ["+1.23", "under 0.01", "-"]


def test_the_walk_of_the_flagship_leads_from_one_day_of_knowledge_to_the_other(monkeypatch):
    monkeypatch.setattr(checks, "DRAWS", 50)
    shown = checks.waterfall(*(builders.shipped(s) for s in SLUGS), 1)
    assert "From what was known on 2024-07-09 to what was known on 2026-11-09: cost " in shown.html
    assert len(shown.frame) > 5
