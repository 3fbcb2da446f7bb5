"""A reader's own case: the template, a chip of the defaults that others have no use for, what is
the reader's own, which input to ask about first.
"""

import re
import tomllib

import numpy as np
import pytest
from tools import builders, chapters
from tools.hand import scenario

from analysis.__main__ import main
from analysis.chapters import own_case
from analysis.decision.wording import figure, usd
from analysis.evidence import ledger
from analysis.evidence.files import BadInput
from analysis.model import comparison, draws, simulation
from analysis.scenario import load, references
from analysis.scenario.schema import RentedTranche

TEMPLATE = (load.FOLDER / "own-case.toml").read_text("utf-8")
DEFAULTS = tomllib.loads((load.FOLDER / "sourced-defaults.toml").read_text("utf-8"))
H200 = """
[tranches.cloud_2k]
chip = "h200"
[tranches.own_2k]
chip = "h200"
"""
QUOTED = """
[assumptions.cloud_rent_usd_per_gpu_hour]
value = 2.10
quote = "Example Neocloud, offer of 15 November 2026"
[assumptions.prepayment_share]
value = 0.2
quote = "Example Neocloud, offer of 15 November 2026"
[assumptions.h200_node_usd]
value = 300000
quote = "Example Servers, offer of 16 November 2026"
"""


def test_a_reader_with_h200_changes_the_chip_and_nothing_else_is_missing(tmp_path):
    found = builders.variant(tmp_path, H200, "own-case")
    assert list(found.chips) == ["h200"]
    assert {"h200_node_usd", "h200_market_rent_usd_per_gpu_hour"} <= set(found.assumptions)
    assert found.chips["h200"].it_kw_per_gpu == "h200_it_kw_per_gpu"
    assert not [name for name in found.assumptions if name.startswith("h100")]


def test_every_default_of_the_h100_has_its_like_for_the_h200():
    h100, h200 = DEFAULTS["chips"]["h100"], DEFAULTS["chips"]["h200"]
    assert {key: str(value).replace("h100", "h200") for key, value in h100.items()} == h200


def test_an_h200_hour_and_server_cost_more_than_those_of_the_h100_at_every_percentile():
    one = load.defaults()
    for what in ("node_usd", "market_rent_usd_per_gpu_hour"):
        old, new = one[f"h100_{what}"], one[f"h200_{what}"]
        assert old.low < new.low and old.mid < new.mid and old.high < new.high
        assert new.judgement and not new.basis


def test_2000_h200_at_2_usd_10_for_24_months_a_fifth_prepaid_cost_14_716_800_usd_at_signing(
    tmp_path,
):
    # 2,000 x 24 x 730 h x 2.10 USD = 73,584,000 USD, all of it paid, used or not; a fifth of that.
    # 250 servers at 300,000 USD are 75,000,000 USD, whatever comes on top of them.
    found = simulation.evaluate(builders.variant(tmp_path, H200 + QUOTED, "own-case"))
    paid = found.bands["cloud"]["spent_usd"][0]
    assert paid[0] == pytest.approx(14_716_800)
    servers = found.parts_usd["colocation"]["servers"][0]
    assert servers == pytest.approx(75e6, rel=0.06)  # discounted over the first months at 12 %
    assert servers < 75e6


@pytest.mark.parametrize("slug", load.shipped())
def test_a_chip_of_the_defaults_that_no_tranche_is_made_of_is_left_out(slug):
    found = load.read(load.find(slug))
    assert set(found.chips) == {tranche.chip for tranche in found.tranches.values()}
    uses = any(tranche.chip == "h200" for tranche in found.tranches.values())
    assert ("h200_node_usd" in found.assumptions) is uses


def test_a_chip_and_an_assumption_that_the_file_itself_states_stay_though_nothing_uses_them(
    tmp_path,
):
    stated = "[chips.b200]\nload_share = 0.8\nprice_fall_per_year = 0.2\n"
    market = '[assumptions.h100_market_rent_usd_per_gpu_hour]\nvalue = 2\nquote = "mine"\n'
    found = builders.variant(tmp_path, H200 + stated + market, "own-case")
    assert set(found.chips) == {"h200", "b200"}
    assert "h100_market_rent_usd_per_gpu_hour" in found.assumptions
    assert "h100_node_usd" not in found.assumptions


def test_an_assumption_that_only_an_idle_chip_uses_goes_and_its_tie_with_it(tmp_path):
    tie = '[causes.servers]\ntitle = "Servers"\nloadings = { h100_node_usd = 0.5 }\n'
    found = builders.variant(tmp_path, H200 + tie, "own-case")
    assert "servers" not in found.causes


def test_check_tells_which_price_of_the_reader_is_not_used_after_a_change_of_chip(tmp_path, capsys):
    (tmp_path / "mine.toml").write_text(TEMPLATE.replace('"h100"', '"h200"'), "utf-8")
    assert main(["check", str(tmp_path / "mine.toml")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "mine.toml: not used: h100_node_usd, h100_market_rent_usd_per_gpu_hour" in said


def test_an_idle_chip_of_the_file_itself_is_still_checked(tmp_path):
    with pytest.raises(BadInput, match="h900"):
        builders.variant(tmp_path, "[chips.h900]\nload_share = 1\nprice_fall_per_year = 0\n")


def test_what_the_comments_of_the_template_promise_works_as_a_user_would_do_it(tmp_path):
    words = TEMPLATE.replace('chip = "h100"', 'chip = "h200"')
    for name in ("node_usd", "market_rent_usd_per_gpu_hour"):
        words = words.replace(f"[assumptions.h100_{name}]", f"[assumptions.h200_{name}]")
    (tmp_path / "my-case.toml").write_text(words, "utf-8")
    found = load.read(tmp_path / "my-case.toml")
    assert found.assumptions["h200_node_usd"].label == "Price of a server with 8 H200"
    assert found.assumptions["h200_node_usd"].mid == 225000
    assert not [name for name in found.assumptions if name.startswith("h100")]


PRICE_AND_DATE = """
[assumptions.price]
label = "Price"
unit = "USD/GPU-hour"
low = 1
mid = 2
high = 3
min = 0
max = 9
judgement = "A guess."
[assumptions.date]
label = "Date"
unit = "months"
low = 1
mid = 2
high = 5
min = 0
max = 12
quote = "Mine"
[assumptions.spare]
label = "Spare"
unit = "USD/node"
value = 80000
quote = "Mine"
[tranches.rental]
usd_per_gpu_hour = "price"
[tranches.machine.milestones]
ready = "date"
[chips.h100]
node_usd = "spare"
"""


def test_a_price_from_1_to_3_usd_moves_the_cost_by_1_752_000_usd_and_a_date_the_months_by_4(
    tmp_path,
):
    # 100 GPUs x 8,760 h x (3 - 1) USD; month 5 less month 1. A single value moves nothing.
    frame = own_case.phone_calls(scenario(tmp_path, PRICE_AND_DATE)).frame.set_index("label")
    assert list(frame.index) == ["Price", "Date"]
    assert frame.loc["Price", "cost_usd_swing"] == pytest.approx(1_752_000)
    assert frame.loc["Price", "months_swing"] == 0
    assert frame.loc["Date", "months_swing"] == pytest.approx(4)
    assert frame["basis"].to_list() == ["judgement alone", "a quote of the reader"]


def test_the_first_call_is_about_what_moves_most_and_is_no_quote_yet(tmp_path):
    shown = own_case.phone_calls(scenario(tmp_path, PRICE_AND_DATE)).html
    assert "Of these 2, 1 is a quote; the first that is not: Price (judgement alone)." in shown
    assert "In the order of the larger of two shares: of the largest move in cost, and" in shown


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ("", "No input that varies moves the difference of the two options."),
        (
            PRICE_AND_DATE.replace('judgement = "A guess."', 'quote = "Mine"'),
            "Every one of these is a quote already.",
        ),
    ],
)
def test_where_nothing_is_left_to_ask_about_that_is_said(tmp_path, changes, expected):
    assert expected in own_case.phone_calls(scenario(tmp_path, changes)).html


def test_with_one_option_no_input_moves_a_difference(tmp_path):
    found = scenario(tmp_path, PRICE_AND_DATE)
    alone = found.model_copy(update={"options": {"rented": found.options["rented"]}})
    assert "There is only one option" in own_case.phone_calls(alone).html


def test_an_input_is_own_changed_or_taken_over_and_a_default_repeated_is_taken_over(tmp_path):
    same = DEFAULTS["assumptions"]["pue"]
    other = same | {"high": 1.4}  # one end alone

    def origins(**stated):
        changes = builders.toml({"assumptions": stated})
        found = builders.variant(tmp_path, changes, "own-case")
        return own_case.tables.origins(found).set_index("assumption")

    origin = origins(pue=same, load_share={"value": 0.8, "quote": "Me"})["origin"]
    assert origin["pue"] == own_case.tables.TAKEN_OVER
    assert origin["load_share"] == own_case.tables.CHANGED
    assert origin["cloud_rent_usd_per_gpu_hour"] == own_case.tables.OWN
    row = origins(pue=other).loc["pue"]
    assert row["origin"] == own_case.tables.CHANGED
    assert row[["range", "default"]].to_list() == ["1.15 / 1.25 / 1.4", "1.15 / 1.25 / 1.35"]


def test_the_need_says_what_is_rented_and_owned_and_what_must_be_delivered(tmp_path):
    shown = own_case.need(scenario(tmp_path)).html
    cells = re.findall(r"<td>(.*?)</td>", shown)
    gpus = "100 NVIDIA H100 SXM"
    assert cells == ["Rented", "", gpus, "-", "Built", "", "-", gpus]
    # 1e24 FLOP over 8.64e19 FLOP per PFLOP-day
    assert "run of 1e+24 useful FLOP (11,600 PFLOP-days at mid). It is done by" in shown


SERVED = """
[need.service]
steps = [{ from_months = 0, h100_gpus = 8 }, { from_months = 6, h100_gpus = 16 }]
until_months = { value = 20 }
served_share = { value = 0.9 }
short_hour_usd = { value = 3 }
market_gpus = 4
market_site = "supplier"
"""


def test_the_need_tells_a_service_in_steps_its_share_and_what_is_bought(tmp_path):
    shown = own_case.need(scenario(tmp_path, SERVED)).html
    assert "From month 0 it wants 8 H100. From month 6 it wants 16 H100." in shown
    assert "At least 90 % of its hours must be served" in shown
    assert "is counted at 3 USD; up to 4 H100 that are short are bought by the hour" in shown


def test_the_blocks_that_the_template_offers_work_when_they_are_uncommented(tmp_path):
    head, offered = TEMPLATE.split("# --- if you like")
    words = re.sub(r"^# ?(?=[a-z0-9_]+ = |\[)", "", offered, flags=re.MULTILINE)
    kept = 'kind = "rent"\nonly_if = "cloud_delivers"\nknown_month = 6\nrefund_share = 0.9\n'
    head = head.replace('kind = "rent"\n', kept)
    head = head.replace('usd_per_gpu_hour = "cloud_rent_usd_per_gpu_hour"', "contract_usd = 82e6")
    (tmp_path / "my-case.toml").write_text(f"{head}#{words}", "utf-8")
    found = load.read(tmp_path / "my-case.toml")
    assert found.need.service.market_site == "cloud"
    assert found.tranches["cloud_2k"].contract_usd == 82e6
    assert found.options["cloud"].instead.option == "colocation"
    assert found.gate.switch_to == "cloud"


def test_a_case_that_serves_and_trains_nothing_has_a_market_and_no_run():
    found = load.read(load.find("serve-64"))
    assert found.run is None and found.need.target_flop is None and found.why
    assert (found.need.service.h100_gpus, found.need.service.market_gpus) == (64, 64)
    assert {one.use for one in found.tranches.values()} == {"other"}


def test_a_title_with_markup_is_shown_and_not_run(tmp_path):
    odd = '[options.built]\ntitle = "<b>5</b>"\ndescription = "<script>"\n'
    shown = own_case.need(scenario(tmp_path, odd)).html
    assert "<b>" not in shown and "<script>" not in shown


TestLaws = chapters.laws("13-own-case")


@pytest.fixture(scope="module", params=chapters.RUNS, ids=str)
def chapter(request):
    """What the notebook leaves behind on a scenario and a seed."""
    return chapters.of("13-own-case", *request.param)


def test_the_chapter_counts_own_changed_and_taken_over_inputs_as_the_files_do(chapter):
    decision = chapter["result"].scenario
    names = list(references.used_assumptions(decision))
    names = [name for name in decision.assumptions if name in names]
    defaults = DEFAULTS["assumptions"]
    own = [name for name in names if name not in defaults]
    plain = {name: decision.assumptions[name].model_dump(exclude_unset=True) for name in names}
    taken = [name for name in names if plain[name] == defaults.get(name)]
    changed = [name for name in names if name not in own and name not in taken]
    quotes = [name for name in (*own, *changed) if decision.assumptions[name].quote]
    text = chapter["words"]
    told = (
        f"Of {len(names)} inputs that are used, this scenario states {len(own)} for which there is "
        f"no default and {len(changed)} in place of one, {len(quotes) or 'none'} of these as a "
        "quote"
    )
    assert told in text
    assert f"{len(taken)} are taken over" in text
    bare = [n for n in taken if not (plain[n].get("basis") or plain[n].get("quote"))]
    verb = "rests" if len(bare) == 1 else "rest"
    assert f"{len(taken)} of {len(names)} inputs are left at their default; {len(bare)}" in text
    assert f"of these {verb} on judgement alone" in text


def test_the_first_input_to_call_about_moves_cost_and_months_by_what_the_model_says(chapter):
    decision, text = chapter["result"].scenario, chapter["words"]
    heads = text.index("Moves cost by")
    first = re.findall(r"<td>(.*?)</td>", text[heads:])[:7]
    name = next(n for n, one in decision.assumptions.items() if one.label == first[0])
    futures = {key: np.repeat(values, 2) for key, values in draws.mid(decision).items()}
    futures[name] = np.array(draws.ends(decision.assumptions[name]))
    found, (a, b) = simulation.at(decision, futures), comparison.pair(decision)
    horizon = decision.choices.horizon_months.value
    cost = comparison.compared_usd(found, a) - comparison.compared_usd(found, b)
    months = [np.minimum(comparison.compared_months(found, o), horizon) for o in (a, b)]
    assert first[4] == usd(abs(cost[1] - cost[0]))
    gap = months[0] - months[1]
    assert first[5] == figure(abs(gap[1] - gap[0]))


def test_the_chapter_says_what_each_option_rents_and_owns(chapter):
    decision, text = chapter["result"].scenario, chapter["words"]
    mid = draws.mid(decision)
    for option in decision.options.values():
        for kind in (True, False):
            counts = {}
            for name in option.tranches:
                one = decision.tranches[name]
                if isinstance(one, RentedTranche) is kind:
                    gpus = mid[one.gpus][0] if isinstance(one.gpus, str) else one.gpus
                    counts[one.chip] = counts.get(one.chip, 0) + gpus
            for chip, gpus in counts.items():
                assert f"{gpus:,.0f} {ledger.chips()[chip]['name']}" in text


def test_scenarios_that_look_back_or_decide_in_steps_run_through_the_chapter():
    for slug in ("hindsight", "staged-options"):
        names = chapters.run("13-own-case", slug, 100, 1)
        assert "inputs that are used" in chapters.text(names), slug
