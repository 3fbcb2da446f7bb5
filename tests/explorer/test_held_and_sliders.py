"""The explorer: which inputs are moved, what holding one means, and what then stands on the page.

By hand: a rental of 876,000 GPU-hours at 2 USD from month 3, or works of 1.9 million USD and a
machine at month 2; the target takes 7.61 months.
"""

import html
import re
import tomllib
from types import SimpleNamespace
from urllib.parse import unquote

import numpy as np
import pytest
from tools import hand
from tools.builders import GRID_COMES, PRICE_OR_WORKS, STILL
from tools.chapters import run

from analysis.decision import sobol
from analysis.decision.wording import percent
from analysis.evidence import ledger
from analysis.explorer import captions
from analysis.explorer import held as held_inputs
from analysis.explorer import page as explorer_page
from analysis.explorer import sliders as slider_rows
from analysis.explorer.sliders import AS_ASSUMED
from analysis.model import comparison, draws, simulation
from analysis.report import runs
from analysis.scenario import edits, load

THREE = ["oracle-vs-memphis", "own-case", "no-gas"]
CASE = PRICE_OR_WORKS + GRID_COMES + STILL
OWN_WORDS = """
[assumptions.price]
label = "Price <b>"
judgement = "By hand & eye."
[assumptions.ready_months]
quote = "Example, by word"
judgement = ""
"""


def shipped(slug: str):
    return load.read(load.find(slug))


@pytest.fixture
def decision(tmp_path):
    return hand.scenario(tmp_path, CASE, OWN_WORDS)


def opened(scenario, slug: str = "by-hand", most: int = 300, seed: int = 1):
    """The page with names for its parts."""
    page = explorer_page.page(scenario, slug, most, seed)
    chooser, about, both = page.children
    (answer, picture), box = both.children[0].children, both.children[1]
    return SimpleNamespace(
        page=page, chooser=chooser, about=about, answer=answer, picture=picture, box=box
    )


def sliders(on) -> dict[str, slider_rows.Slider]:
    return {one.label: one for one in on.box.children if isinstance(one, slider_rows.Slider)}


def ticks(on) -> dict:
    return {one.description: one for one in on.box.children[0].children}


def button(on):
    return next(one for one in on.box.children if getattr(one, "description", "") == "Reset")


def name_field(on):
    return next(one for one in on.box.children if getattr(one, "description", "") == "File name")


def offered(on) -> str:
    return on.box.children[-1].value


def saved(on) -> str:
    """The text of the file that the page offers."""
    return unquote(re.search(r'href="data:text/plain;charset=utf-8,([^"]*)"', offered(on))[1])


def drawn(on) -> dict[str, dict]:
    """The rows of the picture by option: the data set that holds labels."""
    rows = [row for rows in on.picture.spec["datasets"].values() for row in rows]
    return {row["option"]: row for row in rows if "label" in row}


def words(text: str) -> str:
    return html.unescape(re.sub("<[^>]*>", " ", text))


# --- the ten -----------------------------------------------------------------------------------


def test_by_hand_the_price_comes_first_then_the_event_and_the_fixed_input_never(decision):
    # Cost varies with the price alone. Months: without the grid (10 %) 24, else 9.61 or (40 %)
    # 12.61; the variance is 0.09 x 13.19^2 + 0.9 x 9 x 0.24 = 17.6, of which 0.81 x 9 x 0.24 = 1.75
    # is left to the date alone: the event explains 90 % in total, the date 1.94 / 17.6 = 11 %.
    frame = sobol.ranked(decision)
    assert list(frame["assumption"]) == ["price", "comes", "ready_months"]
    assert frame["share"].tolist() == pytest.approx([1, 0.9, 0.11], abs=0.08)


# --- a slider ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        # (10.3 - 0.2) / 50 = 0.202; the next round step is 0.25.
        (0.2, 10.3, [0.25 * k for k in range(1, 42)]),
        (0.0, 50.0, [float(k) for k in range(51)]),
        (224_000.0, 249_000.0, [224_000.0 + 500 * k for k in range(51)]),
        (-0.1, 0.1, [round(0.005 * k, 12) for k in range(-20, 21)]),
    ],
)
def test_a_range_has_round_values_inside_its_ends(first, last, expected):
    assert slider_rows.round_values(first, last) == expected


def test_a_slider_of_a_range_starts_as_assumed_just_below_its_mid(decision):
    slider = slider_rows.slider(decision, "price")
    below, at, above = (slider.values[slider.start + k] for k in (-1, 0, 1))
    assert (slider.label, slider.steps[slider.start]) == ("Price <b>, USD/GPU-hour", AS_ASSUMED)
    assert at is slider.value is None
    assert below < 2 <= above == 2
    quantiles = draws.quantile(decision.assumptions["price"], np.array([0.01, 0.99]))
    assert quantiles[0] <= slider.values[0] < 1.8 < 2.4 < slider.values[-1] <= quantiles[1]
    assert 20 <= len(slider.values) <= 52


def test_a_slider_of_a_list_has_its_values_and_one_of_an_event_both_answers(decision):
    # The mean of the list is 0.6 x 2 + 0.4 x 5 = 3.2, between the two.
    assert slider_rows.slider(decision, "ready_months").steps == ["2", AS_ASSUMED, "5"]
    event = slider_rows.slider(decision, "comes")
    assert event.steps == ["does not happen", "as assumed (90 %)", "happens"]
    assert (event.label, event.values) == ("Grid comes", [0.0, None, 1.0])


def test_a_position_beyond_an_end_is_the_end(decision):
    slider = slider_rows.slider(decision, "comes")
    slider.position = 7
    assert (slider.position, slider.value) == (2, 1.0)
    slider.position = -1
    assert (slider.position, slider.value) == (0, 0.0)


DELAY = """
[assumptions.delay]
label = "Delay"
unit = "months"
low = 1
mid = 4
high = 8
min = 0
judgement = "By hand."
"""


def test_a_value_that_no_file_may_hold_is_not_on_a_slider(tmp_path):
    # 590 months and the delay may add up to 600: to 10, while the delay's 99 % is over 11.
    let = 'ready = [590, "delay"] }\nsublet_price_share = 0'
    late = CASE.replace("ready = 3 }", let)
    decision = hand.scenario(tmp_path, late + DELAY)
    assert draws.quantile(decision.assumptions["delay"], np.array([0.99]))[0] > 11
    assert max(slider_rows.held_values(decision, "delay")) == 10


@pytest.mark.parametrize("slug", load.shipped())
@pytest.mark.parametrize("end", [0, -1])
def test_a_file_that_holds_every_input_at_an_end_of_its_slider_is_read(slug, end, tmp_path):
    decision = shipped(slug)
    ten = sobol.ranked(decision)["assumption"]
    moving = [name for name in ten if name != "price:paths"]  # its years are no assumption
    held = {name: slider_rows.held_values(decision, name)[end] for name in moving}
    assert len(ten) == 10
    path = tmp_path / "mine.toml"
    path.write_text(held_inputs.file(slug, "mine", decision, held, None), encoding="utf-8")
    read = load.read(path)
    found = {n: read.assumptions[n].value for n in moving if read.assumptions[n].unit != "event"}
    found |= {
        n: read.assumptions[n].probability for n in moving if read.assumptions[n].unit == "event"
    }
    assert found == held


# --- holding -----------------------------------------------------------------------------------


def some_held(decision) -> dict[str, float]:
    moving = sobol.ranked(decision)["assumption"]
    return {name: slider_rows.held_values(decision, name)[-1] for name in list(moving)[:4]}


@pytest.mark.parametrize("slug", THREE)
@pytest.mark.parametrize("seed", [1, 5])
def test_what_is_held_is_held_in_all_futures_and_the_rest_stays_as_drawn(slug, seed):
    decision = shipped(slug)
    held = some_held(decision)
    result = held_inputs.at(decision, draws.block(decision, seed, 0, 200), held)
    # The scenario that states it as fixed draws the same futures: each input has its own stream.
    run = simulation.simulate(held_inputs.with_held(decision, held), 200, seed)
    for option in decision.options:
        for name in ("present_cost_usd", "target_months", "energy_mwh"):
            assert np.array_equal(result.scalars[option][name], run.scalars[option][name])


def test_nothing_held_is_the_first_futures_of_the_report(decision):
    result = held_inputs.at(decision, draws.block(decision, 3, 0, 50), {})
    run = simulation.simulate(decision, 120, 3)
    for option in decision.options:
        mine, whole = (r.scalars[option]["present_cost_usd"] for r in (result, run))
        assert mine == pytest.approx(whole[:50], rel=1e-12)


@pytest.mark.parametrize(
    ("options", "futures"), [(1, 1000), (2, 1000), (3, 600), (5, 400), (20, 100), (40, 100)]
)
def test_2_000_futures_of_one_option_are_shared_among_the_options(decision, options, futures):
    one = decision.options["rented"]
    many = decision.model_copy(update={"options": {f"o{i}": one for i in range(options)}})
    assert held_inputs.futures_at_once(many) == futures


@pytest.mark.parametrize(
    ("kept", "compare", "baseline", "pair"),
    [
        (["oracle_rental", "memphis_build"], True, None, ("oracle_rental", "memphis_build")),
        (
            ["status_quo", "memphis_build", "memphis_later"],
            False,
            "status_quo",
            ("memphis_build", "memphis_later"),
        ),
        (["status_quo", "memphis_later"], False, "status_quo", ("status_quo", "memphis_later")),
        (["memphis_later"], False, None, None),
    ],
)
def test_the_pair_falls_back_to_its_rule_where_one_of_it_is_not_ticked(
    kept, compare, baseline, pair
):
    found = edits.with_options(shipped("oracle-vs-memphis"), kept)
    assert (list(found.options), found.compare is not None) == (kept, compare)
    assert (found.baseline, comparison.pair(found)) == (baseline, pair)


# --- the best at the value of a month ------------------------------------------------------------

EARLY = {"present_cost_usd": [30e6, 32e6], "target_months": [4, 4]}
LATE = {"present_cost_usd": [20e6, 22e6], "target_months": [9, 9]}
NEVER = {"present_cost_usd": [10e6, 10e6], "target_months": [np.inf, np.inf]}


def best(decision, month_usd: float, **options) -> str:
    many = {name: decision.options["rented"].model_copy(update={"title": name}) for name in options}
    changed = decision.model_copy(update={"options": many})
    return held_inputs.best(hand.result(changed, **options), month_usd)


@pytest.mark.parametrize(
    ("month_usd", "expected"),
    [
        # Means 31 and 21 million: Late by 10; with 1 million a month 35 and 30: by 5.
        (0.0, "On cost alone Late is first, by 10 million USD over Early"),
        (1e6, "At 1 million USD for a month of delay Late is first, by 5 million USD over Early"),
        # At 2 million a month both come to 39 million; at 3 million it is 43 and 48.
        (2e6, "At 2 million USD for a month of delay Early and Late come out the same on the mean"),
        (3e6, "At 3 million USD for a month of delay Early is first, by 5 million USD over Late"),
    ],
)
def test_first_place_turns_at_2_million_a_month_where_10_million_buy_5_months(
    decision, month_usd, expected
):
    assert best(decision, month_usd, Early=EARLY, Late=LATE).startswith(expected)


def test_a_target_that_is_missed_in_half_of_the_futures_counts_as_the_horizon(decision):
    # Months 4 and 24, so 10 + 14 = 24 million at 1 million a month, against 21 + 9 = 30 of Late.
    half = {"present_cost_usd": [10e6, 10e6], "target_months": [4, np.inf]}
    found = best(decision, 1e6, Late=LATE, Half=half)
    assert "Half is lowest on the mean, but cannot be told from Late" in found


def test_first_place_goes_by_compared_cost_and_by_compared_months(decision):
    # Late pays least, but its hours that are short make 15 million more: 36 against 31 of Early;
    # Early does not deliver in one of two futures: months 4 and 14, mean 9, as many as Late's.
    short = LATE | {"compared_cost_usd": [35e6, 37e6]}
    slow = EARLY | {"compared_months": [4, 14]}
    assert best(decision, 3e6, Early=slow, Late=short).startswith(
        "At 3 million USD for a month of delay Early is lowest on the mean, but cannot be told from"
    )
    assert best(decision, 3e6, Early=EARLY, Late=short).startswith(
        "At 3 million USD for a month of delay Early is first, by 20 million USD over Late"
    )


def test_an_option_below_the_line_is_named_as_such_and_is_never_first(decision):
    below = " Below the line, since they meet the need in fewer than half of the futures: Never"
    found = best(decision, 0.0, Late=LATE, Early=EARLY, Never=NEVER)
    assert "Late is first, by 10 million USD over Early" in found
    assert found.endswith(f"of futures.{below} (0 %).")
    assert best(decision, 0.0, Late=LATE, Never=NEVER) == (
        f"Late is the only one that meets the need in at least half of the futures.{below} (0 %)."
    )
    assert best(decision, 0.0, Never=NEVER, Nor=NEVER) == (
        f"No option meets the need in half of the futures, so none is first.{below} (0 %) and Nor "
        "(0 %)."
    )


def test_an_option_whose_share_is_within_two_errors_of_half_is_said_to_be_too_near(decision):
    # In time in 3 of 5: 60 %, standard error 22; in 5 of 5 there is none.
    three = {"present_cost_usd": [10e6] * 5, "target_months": [4, 4, 4, 14, 14]}
    five = {"present_cost_usd": [20e6] * 5, "target_months": [9] * 5}
    found = best(decision, 0.0, Three=three, Five=five)
    assert found == (
        "On cost alone Three is first, by 10 million USD over Five on the mean; it meets the need "
        "in 60 % of futures. Too near to half to tell: Three (60 %)."
    )


def test_two_that_differ_by_less_than_two_standard_errors_are_not_told_apart(decision):
    # Other less Late: 9 and -7, mean 1, standard error 8. Early less Late: 10 and 10.
    other = {"present_cost_usd": [29e6, 15e6], "target_months": [9, 9]}
    assert best(decision, 0.0, Late=LATE, Other=other, Early=EARLY) == (
        "On cost alone Late is lowest on the mean, but cannot be told from Other."
    )


def test_one_option_is_called_the_only_one(decision):
    assert best(decision, 1e6, Late=LATE) == "Late is the only option chosen."


def test_the_slider_of_a_month_reaches_twice_the_last_value_at_which_something_turns(decision):
    # Early and Late turn at 10 million / 5 months = 2 million; twice the dearest, 31 million over
    # 24 months, would be 2.6.
    options = {"rented": EARLY, "built": LATE}
    assert held_inputs.largest_month_usd(hand.result(decision, **options)) == pytest.approx(4e6)
    # The pair is equal, so that nothing turns: 2 x 21 / 24 = 1.75.
    options = {"rented": LATE, "built": LATE}
    assert held_inputs.largest_month_usd(hand.result(decision, **options)) == pytest.approx(1.75e6)
    free = {"present_cost_usd": [0.0, 0.0], "target_months": [1, 1]}
    assert held_inputs.largest_month_usd(hand.result(decision, rented=free, built=free)) == 1e6


def test_the_slider_of_a_month_reaches_where_a_third_option_takes_first_place(decision):
    # Soon costs 12 million more than Early and is 1 month earlier: it is first from 12 million on.
    soon = {"present_cost_usd": [42e6, 44e6], "target_months": [3, 3]}
    options = {"rented": EARLY, "built": LATE, "soon": soon}
    more = decision.options | {"soon": decision.options["built"]}
    three = decision.model_copy(update={"options": more})
    assert held_inputs.largest_month_usd(hand.result(three, **options)) == pytest.approx(24e6)


def test_a_month_starts_at_what_the_scenario_states_and_at_nothing_without_it(tmp_path):
    free = opened(hand.scenario(tmp_path, CASE, OWN_WORDS))
    assert next(iter(sliders(free).values())).value == 0
    stated = hand.scenario(tmp_path, CASE + "[value]\nmonth_usd = { value = 125000 }\n")
    on = opened(stated)
    month = next(iter(sliders(on).values()))
    assert (month.value, month.steps[month.start]) == (125000, "0.125")
    assert "At 125 thousand USD for a month of delay" in words(on.answer.value)


# --- the page ----------------------------------------------------------------------------------


def held_by_hand(decision, seed: int, number: int, held: dict) -> simulation.Result:
    """The model alone, with some inputs held."""
    futures = draws.block(decision, seed, 0, number)
    return simulation.at(decision, futures | {n: np.full(number, v) for n, v in held.items()})


def cost_and_months(found: simulation.Result) -> dict[str, tuple]:
    """Compared cost and compared months, per draw, by title."""
    return {
        found.scenario.options[o].title: (
            found.scalars[o]["compared_cost_usd"],
            found.scalars[o]["compared_months"],
        )
        for o in found.options
    }


@pytest.fixture(scope="module", params=[(slug, seed) for slug in THREE for seed in (1, 4)], ids=str)
def moved(request):
    """A page on which three inputs and the value of a month were moved, and what the model says."""
    slug, seed = request.param
    decision = shipped(slug)
    names = list(sobol.ranked(decision)["assumption"])
    on = opened(decision, slug, 200, seed)
    month, *inputs = sliders(on).values()
    for one in inputs[:3]:
        one.position = len(one.steps) - 1
    month.position = 20
    held = {name: one.value for name, one in zip(names, inputs[:3], strict=False)}
    return on, month.value, held_by_hand(decision, seed, 200, held)


def test_the_picture_shows_the_means_of_the_model_with_the_moved_inputs_held(moved):
    on, _, found = moved
    size = 1e9 if "billion" in str(on.picture.spec) else 1e6
    means = {
        title: (cost.mean(), months.mean())
        for title, (cost, months) in cost_and_months(found).items()
    }
    rows = {title: (row["mean_cost"], row["mean_months"]) for title, row in drawn(on).items()}
    assert set(rows) == set(means)
    for title, (cost, months) in rows.items():
        assert (cost * size, months) == pytest.approx(means[title], rel=1e-9)


def test_the_verdict_is_that_of_the_moved_inputs(moved):
    on, _, found = moved
    a, b = comparison.pair(found.scenario)
    titles = {option: found.scenario.options[option].title for option in (a, b)}
    met = {option: meets_in(found, option) for option in (a, b)}
    said = words(on.answer.value)
    if min(met.values()) < 0.5:
        shares = " and ".join(f"{titles[o]} in {percent(met[o])}" for o in (a, b))
        assert shares in said or " and ".join(reversed(shares.split(" and "))) in said
    else:
        both = cost_and_months(found)
        gap = both[titles[a]][1] - both[titles[b]][1]
        sooner, later = np.mean(gap < -1e-9), np.mean(gap > 1e-9)
        shown = re.search(r"(?:sooner|later) in (over 99|under 1|\d+) % of futures", said)[1]
        assert f"{shown} %" in (percent(sooner), percent(later))


def meets_in(found: simulation.Result, option: str) -> float:
    """In how many futures an option reaches the target in time and serves what it has to."""
    need, scalars = found.scenario.need, found.scalars[option]
    met = scalars["target_months"] <= need.by_months.value
    if need.service is not None:
        met &= scalars["served_share"] >= need.service.served_share.value
    return float(met.mean())


def test_the_last_sentence_names_the_lowest_in_cost_and_months_at_their_value(moved):
    on, month_usd, found = moved
    ranked = [found.scenario.options[o].title for o in found.options if meets_in(found, o) >= 0.5]
    costs = cost_and_months(found)
    burden = {title: costs[title][0] + month_usd * costs[title][1] for title in ranked}
    below = [one.title for one in found.scenario.options.values() if one.title not in ranked]
    last = re.findall("<li>(.*?)</li>", on.answer.value)[-1]
    assert all(title in last.split("Below the line")[1] for title in below)
    if len(ranked) < 2:
        only = "is the only one that meets" if ranked else "so none is first."
        assert last.startswith(ranked[0] if ranked else "No option") and only in last
        return
    first = min(burden, key=lambda title: burden[title].mean())
    gaps = [burden[title] - burden[first] for title in burden if title != first]
    seen = all(gap.mean() > 2 * gap.std(ddof=1) / np.sqrt(len(gap)) for gap in gaps)
    assert (f"delay {first} is first, by " in last) is bool(seen)
    assert (f"delay {first} is lowest on the mean, but cannot be told" in last) is not bool(seen)


def test_a_held_event_never_varies_by_hand(decision):
    # The rental is there at 10.61 in every future. Without the grid the machine never is: month 24.
    on = opened(decision)
    sliders(on)["Grid comes"].position = 0
    rows = drawn(on)
    assert rows["Built"]["mean_months"] == 24
    assert rows["Rented"]["mean_months"] == pytest.approx(3 + 1e24 / (100 * 1.314e21), rel=1e-6)
    shown = words(on.answer.value)
    assert "Rented, rather than Built." in shown
    assert "Rented in 100 % and Built in 0 % of futures" in shown
    assert "months sooner on average, and sooner in 100 % of futures" in shown


def test_a_held_price_of_2_4_costs_2_102_400_in_every_future(decision):
    # 876,000 GPU-hours x 2.4 USD = 2,102,400 USD.
    on = opened(decision)
    price = sliders(on)["Price <b>, USD/GPU-hour"]
    price.position = price.values.index(2.4)
    row = drawn(on)["Rented"]
    assert [row[f"{q}_cost"] for q in ("p10", "mean", "p90")] == pytest.approx([2.1024] * 3)


def test_reset_brings_back_the_page_as_it_was_opened(decision):
    on = opened(decision)
    before = (on.answer.value, on.picture.spec, offered(on))
    for one in sliders(on).values():
        one.position = len(one.steps) - 1
    ticks(on)["Rented"].value = False
    assert (on.answer.value, on.picture.spec, offered(on)) != before
    drawings = []
    on.picture.observe(drawings.append, "spec")
    button(on).click()
    assert len(drawings) == 1
    assert (on.answer.value, on.picture.spec, offered(on)) == before
    assert all(one.value for one in ticks(on).values())
    # And it follows again.
    sliders(on)["Grid comes"].position = 0
    assert on.answer.value != before[0]


def test_an_option_that_is_not_ticked_is_not_drawn_and_the_others_keep_their_colours():
    decision = shipped("oracle-vs-memphis")
    on = opened(decision, "oracle-vs-memphis", 100)

    def colours() -> dict:
        layers = on.picture.spec["layer"]
        scale = next(
            x["encoding"]["color"]["scale"] for x in layers if "color" in x.get("encoding", {})
        )
        return dict(zip(scale["domain"], scale["range"], strict=True))

    before = colours()
    ticks(on)["Oracle rental"].value = False
    others = ("Memphis build", "Memphis later", "GB200 wait", "Oracle at Memphis")
    assert set(drawn(on)) == {"Status quo", *others}
    assert colours() == before
    found = words(on.answer.value)
    assert "Oracle rental" not in found
    assert (
        "Memphis build" in found.split(" months ")[0]
        and "Memphis later" in found.split(" months ")[0]
    )


def test_with_one_option_left_nothing_is_compared_and_with_none_nothing_is_shown(decision):
    on = opened(decision)
    ticks(on)["Rented"].value = False
    assert "Built is the only option chosen." in words(on.answer.value)
    assert set(drawn(on)) == {"Built"}
    ticks(on)["Built"].value = False
    assert words(on.answer.value).strip() == "Tick at least one option."
    assert on.picture.spec is None
    ticks(on)["Rented"].value = True
    assert set(drawn(on)) == {"Rented"}


def test_a_scenario_of_one_option_has_no_input_to_move(decision):
    only = decision.model_copy(update={"options": {"rented": decision.options["rented"]}})
    on = opened(only)
    assert list(sliders(on)) == ["Value of a month of delay, million USD"]
    assert "Rented is the only option chosen." in words(on.answer.value)


def test_another_scenario_brings_its_own_options_and_sliders_and_the_first_comes_back(decision):
    on = opened(decision)
    assert on.chooser.options == tuple((name, name) for name in ("by-hand", *load.shipped()))
    first, kept = on.answer.value, on.box.children
    on.chooser.value = "own-case"
    assert list(ticks(on)) == ["Cloud rental", "Colocation"]
    assert "Colocation: rent, USD/kW-month" in sliders(on)
    assert all(one.comm is None for one in kept)
    assert "300 futures" in on.about.value and "SCENARIO=own-case" in on.about.value
    on.chooser.value = "by-hand"
    assert on.answer.value == first


def test_a_scenario_given_by_its_path_goes_by_its_slug_and_its_report_by_the_path(decision):
    on = opened(decision, "/home/me/my-case.toml")
    assert on.chooser.options[0] == ("my-case", "/home/me/my-case.toml")
    assert "SCENARIO=/home/me/my-case.toml" in on.about.value
    assert name_field(on).value == "my-my-case"
    on.chooser.value = "no-gas"
    on.chooser.value = "/home/me/my-case.toml"
    assert list(ticks(on)) == [one.title for one in decision.options.values()]


def test_the_page_says_how_many_futures_it_uses_and_never_more_than_asked(decision):
    assert "1,000 futures" in opened(decision, most=20_000).about.value
    assert "120 futures" in opened(decision, most=120).about.value


def test_the_page_says_that_a_report_differs_by_an_error_of_sampling(decision):
    assert (
        words(opened(decision).about.value)
        .strip()
        .endswith("computes 20,000; its figures differ from those here by the error of sampling.")
    )


def test_without_a_run_no_month_has_a_value_and_the_picture_steps_from_cost_to_cost():
    decision = shipped("serve-64")
    on = opened(decision, "serve-64", 200)
    assert not any("month of delay" in label for label in sliders(on))
    said = words(on.answer.value)
    assert "training" not in said and "On cost alone " in said
    a, b = comparison.pair(decision)
    rows = [row for rows in on.picture.spec["datasets"].values() for row in rows]
    ends = [decision.options[o].title for o in (a, b)]
    assert [row["label"] for row in rows if row["label"] in ends] == ends
    found = simulation.at(decision, draws.block(decision, 1, 0, 200))
    means = [found.scalars[o]["compared_cost_usd"].mean() / 1e6 for o in (a, b)]
    assert [row["until"] for row in rows if row["label"] in ends] == pytest.approx(means)
    for name in list(ticks(on))[1:]:
        ticks(on)[name].value = False
    assert "is the only option chosen." in words(on.answer.value)
    assert "Largest part" in str(on.picture.spec["title"])


def test_the_page_stands_for_itself_in_one_short_line(decision):
    assert repr(opened(decision).page) == "sliders: run this notebook to move them"


def test_what_an_input_rests_on_is_escaped_and_a_fact_opens_beside_the_page(decision):
    on = opened(decision)
    notes = "".join(str(getattr(one, "value", "")) for one in on.box.children)
    assert "By hand &amp; eye." in notes and "Example, by word" in notes
    flagship = shipped("oracle-vs-memphis").assumptions["oracle_first_gpus_months"]
    shown = captions.behind(flagship, ledger.ledger())
    assert shown.startswith("<details><summary>P10 / P50 / P90: 9 / 13 / 24</summary>")
    assert shown.count("public on 20") >= len(flagship.basis)
    assert shown.count("<a ") == shown.count('<a target="_blank" href="http') > 0


# --- the file ----------------------------------------------------------------------------------


def test_the_file_holds_what_was_moved_and_reads_back_to_the_same_numbers(tmp_path):
    decision = shipped("oracle-vs-memphis")
    on = opened(decision, "oracle-vs-memphis", 100, 3)
    moved = list(sliders(on).values())[1:4]
    for one in moved:
        one.position = 0
    name_field(on).value = "what-i-know"
    assert 'download="what-i-know.toml"' in offered(on)
    assert "make report SCENARIO=path/to/what-i-know.toml" in offered(on)
    (tmp_path / "what-i-know.toml").write_text(saved(on), encoding="utf-8")
    raw = tomllib.loads(saved(on))
    assert raw["extends"] == "oracle-vs-memphis" and "compare" not in raw
    assert len(raw["assumptions"]) == 3
    read = load.read(tmp_path / "what-i-know.toml")
    run = simulation.simulate(read, 100, 3)
    for option, one in read.options.items():
        cost = run.scalars[option]["compared_cost_usd"].mean() / 1e9
        assert drawn(on)[one.title]["mean_cost"] == pytest.approx(cost, rel=1e-9)


def test_the_file_compares_the_two_that_are_left_where_one_of_the_question_is_not_ticked(tmp_path):
    on = opened(shipped("oracle-vs-memphis"), "oracle-vs-memphis", 100)
    ticks(on)["Memphis build"].value = False
    list(sliders(on).values())[1].position = 0
    assert tomllib.loads(saved(on))["compare"] == ["oracle_rental", "memphis_later"]
    path = tmp_path / "mine.toml"
    path.write_text(saved(on), encoding="utf-8")
    assert comparison.pair(load.read(path)) == ("oracle_rental", "memphis_later")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("My Case", "Expected a file name of small letters, digits and hyphens."),
        ("../x", "Expected a file name"),
        ('"><script>', "Expected a file name"),
        ("", "Expected a file name"),
        ("no-gas", "There is a scenario no-gas already"),
        ("by-hand", "There is a scenario by-hand already"),
    ],
)
def test_a_name_that_no_file_may_have_is_refused_in_words(decision, name, reason):
    on = opened(decision)
    assert "Move an input" in offered(on)
    sliders(on)["Grid comes"].position = 0
    assert "download=" in offered(on)
    name_field(on).value = name
    assert reason in words(offered(on))
    assert "download=" not in offered(on) and "<script" not in offered(on)


# --- the notebook ------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", load.shipped())
def test_the_notebook_shows_the_page_and_its_pictures_of_every_shipped_scenario(slug):
    names = run("explore", slug, 300, 2)
    page, picture, bars = names["shown"]
    result = names["result"]
    assert repr(page).startswith("sliders") and bars.spec["title"]
    if result.scenario.run is None:
        assert "least on the mean" in str(picture.spec["title"]["text"])
        return
    rows = [r for rows in picture.spec["datasets"].values() for r in rows if "label" in r]
    costs = {
        result.scenario.options[o].title: result.scalars[o]["compared_cost_usd"].mean()
        for o in result.options
    }
    assert {row["option"] for row in rows} == set(costs)
    cheapest = min(costs, key=costs.get)
    assert min(rows, key=lambda row: row["mean_cost"])["option"] == cheapest


def test_the_notebook_runs_with_a_single_option(monkeypatch, decision):
    only = decision.model_copy(update={"options": {"built": decision.options["built"]}})
    monkeypatch.setattr(runs, "decision", lambda slug: only)
    shown = run("explore", "by-hand", 50, 1)["shown"]
    assert "only one option" in shown[2].html
