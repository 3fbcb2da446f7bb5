"""What power allows and what energy costs, by hand: 1,000 GPUs of 1 kW at a PUE of 1.5 draw
1.5 MW at peak."""

import numpy as np
import pytest
from tools.hand import OWNED, Future, path_values, scenario, yields

from analysis.model import draws, inputs, power

THOUSAND = """
[sites.field]
pue = 1.5
[tranches.machine]
gpus = 1000
"""
STAGE = """
title = "Stage"
availability_share = 1
usd_per_mwh = 0
tco2_per_mwh = 0
"""
MONTH_MWH = 730


def stage(name: str, mw: float, start: float, more: str = "") -> str:
    words = {"mw": mw, "from_months": start}
    given = "\n".join(f"{key} = {value}" for key, value in words.items())
    return f"[sites.field.stages.{name}]{STAGE}{given}\n{more}\n"


def supply(folder, stages: str, **futures: float) -> list[float]:
    """MW at the field just after each month begins."""
    found = scenario(folder, stages)
    values = draws.mid(found) | {name: np.array([x]) for name, x in futures.items()}
    carried = power.stages(inputs.resolved(found, values).sites["field"], 8)
    return path_values(carried.total_mw, [0, 1, 2, 3, 4, 5, 6, 7])


def built(folder, changes: str) -> Future:
    return yields(folder, "built", THOUSAND + changes)


GRID = "[sites.field.stages.grid]\n"


def test_one_megawatt_for_a_year_at_six_cents_and_pue_1_5_costs_788_400_usd(tmp_path):
    # 1,000 GPUs x 1 kW x 1.5 x 8,760 h = 13,140 MWh at 60 USD.
    horizon = "[choices]\nhorizon_months = { value = 12 }\n"
    found = built(tmp_path, horizon + GRID + "usd_per_mwh = 60\ntco2_per_mwh = 0.4")
    assert found.number("energy_mwh") == pytest.approx(13_140)
    assert found.usd("energy") == pytest.approx(788_400)
    assert found.number("emissions_tco2") == pytest.approx(5_256)


def test_half_used_at_80_percent_load_the_same_megawatt_draws_two_fifths_and_peaks_as_before(
    tmp_path,
):
    # 13,140 MWh a year x 2 years x 0.5 x 0.8 = 10,512.
    found = built(tmp_path, "[need]\nuse_share = 0.5\n[chips.h100]\nload_share = 0.8")
    assert found.number("energy_mwh") == pytest.approx(10_512)
    assert found.number("peak_mw") == pytest.approx(1.5)


def test_the_cheaper_stage_is_drawn_from_first_though_the_file_lists_it_last(tmp_path):
    # A load of 1.5 MW: 1 MW at 30 USD, 0.5 MW at 100: 80 USD an hour, 0.5 x 0.4 t an hour.
    dear = GRID + "mw = 2\nusd_per_mwh = 100\ntco2_per_mwh = 0.4\n"
    cheap = stage("river", 1, 0).replace("usd_per_mwh = 0", "usd_per_mwh = 30")
    found = built(tmp_path, dear + cheap)
    assert found.usd("energy") == pytest.approx(24 * MONTH_MWH * 80)
    assert found.number("emissions_tco2") == pytest.approx(24 * MONTH_MWH * 0.2)


def test_at_equal_prices_the_stage_listed_first_is_drawn_from_first(tmp_path):
    # 1 MW at 0.1 t and 0.5 MW at 0.9 t: 0.55 t an hour.
    first = GRID + "mw = 1\ntco2_per_mwh = 0.1\n"
    second = stage("other", 2, 0).replace("tco2_per_mwh = 0", "tco2_per_mwh = 0.9")
    found = built(tmp_path, first + second)
    assert found.number("emissions_tco2") == pytest.approx(24 * MONTH_MWH * 0.55)


def test_a_dear_stage_serves_until_the_cheap_one_comes_in_mid_month(tmp_path):
    # 1.5 MW at 100 USD for 2.5 months, then at 30 for 21.5: 1.5 x 730 x (250 + 645).
    dear = GRID + "mw = 2\nusd_per_mwh = 100\n"
    cheap = stage("river", 2, 2.5).replace("usd_per_mwh = 0", "usd_per_mwh = 30")
    assert built(tmp_path, dear + cheap).usd("energy") == pytest.approx(1.5 * MONTH_MWH * 895)


def test_availability_of_80_percent_takes_hours_and_no_gpu_and_no_date(tmp_path):
    # 1.5 MW / (1 kW x 1.5) carry all 1,000 GPUs, 0.8 of whose hours of 24 months are delivered;
    # they draw 1.5 MW x 0.8. At 0.8 x 1e15 x 0.5 x 2,628,000 FLOP a GPU-month, 1,000 of them reach
    # 1.0512e24 FLOP a month; the target of 1e25 takes 9.512938 months.
    target = "[need]\ntarget_flop = 1e25\nstart_gpus = { value = 1000 }\n"
    found = built(tmp_path, target + GRID + "mw = 1.5\navailability_share = 0.8")
    assert found.number("gpu_hours") == pytest.approx(1000 * 0.8 * 24 * 730)
    assert found.number("peak_mw") == pytest.approx(1.5)
    assert found.number("energy_mwh") == pytest.approx(1.5 * 0.8 * 24 * 730)
    assert found.number("full_capacity_months") == found.number("first_training_months") == 0
    assert found.number("target_months") == pytest.approx(9.512938)


def test_the_availability_of_a_site_is_the_mean_of_its_stages_by_mw(tmp_path):
    # 2 MW at 0.9 alone until month 6, then 1 MW at 0.6 more: (1.8 + 0.6) / 3 = 0.8 from then on.
    # 1,000 GPUs x (6 x 0.9 + 18 x 0.8) x 730 hours.
    first = GRID + "mw = 2\navailability_share = 0.9\n"
    second = stage("other", 1, 6).replace("availability_share = 1", "availability_share = 0.6")
    found = built(tmp_path, first + second)
    assert found.number("gpu_hours") == pytest.approx(1000 * (6 * 0.9 + 18 * 0.8) * 730)


CAP = "[sites.field]\ncap_share = 0.75\ncapped_speed_share = 0.9\n"


@pytest.mark.parametrize(
    ("mw", "on", "working", "peak_mw"),
    [
        # 1,000 GPUs need 1.5 MW at peak, 1.125 at 0.75 of it.
        (1.5, 1000, 1000, 1.5),
        # 1.2 MW: all are on. A share (1.2 - 1.125) / (0.25 x 1.5) = 0.2 at full speed, 0.8 at 0.9.
        (1.2, 1000, 920, 1.2),
        # 0.9 MW / (1.5 kW x 0.75) = 800 are on, all at 0.9; 200 are dark.
        (0.9, 800, 720, 0.9),
    ],
    ids=["ample", "between", "scarce"],
)
def test_where_power_is_short_gpus_run_slower_before_they_go_dark(
    tmp_path, mw, on, working, peak_mw
):
    start = "[need]\nstart_gpus = { value = 1 }\n"
    found = yields(tmp_path, "built", THOUSAND, CAP + start + GRID + f"mw = {mw}\n")
    assert found.number("gpu_hours") == pytest.approx(on * 24 * 730)
    assert found.months("training_gpus") == pytest.approx([working] * 24)
    assert found.number("pflop_days") == pytest.approx(working * 24 * 730 / 24 * 0.5)
    assert found.number("peak_mw") == found.number("energy_mwh") / (24 * 730)
    assert found.number("peak_mw") == pytest.approx(peak_mw)
    assert found.number("dark_gpu_months") == pytest.approx((1000 - on) * 24)


@pytest.mark.parametrize(
    ("cap", "mw", "working"), [("", 1.5, 1000), (CAP, 1.2, 920)], ids=["ample", "capped"]
)
def test_availability_takes_what_is_served_too(tmp_path, cap, mw, working):
    # Working GPUs of 1 PFLOP/s, an H100 being 0.9894, for 0.8 of the hours, of 1,000 H100 wanted.
    service = "[need.service]\nh100_gpus = 1000\nshort_hour_usd = { value = 1 }\n"
    grid = GRID + f"mw = {mw}\navailability_share = 0.8\n"
    found = yields(tmp_path, "built", THOUSAND, cap + service + grid)
    assert found.number("served_share") == pytest.approx(working / 1000 * 0.8 / 0.9894)


def test_capped_gpus_draw_what_they_do_on_average_and_no_more_than_is_there(tmp_path):
    # All on 1.2 MW: at a load of 0.7 they would draw 1.05 of 1.5 MW, at one of 0.9 1.35: 1.2.
    for load, mw in ((0.7, 1.05), (0.9, 1.2)):
        chip = f"[chips.h100]\nload_share = {load}\n"
        found = yields(tmp_path, "built", THOUSAND, CAP + chip + GRID + "mw = 1.2\n")
        assert found.number("energy_mwh") == pytest.approx(mw * 24 * 730)


def test_a_stage_that_replaces_another_ends_it(tmp_path):
    later = stage("upgrade", 5, 3, 'replaces = "grid"')
    assert supply(tmp_path, GRID + "mw = 1\n" + later) == [1, 1, 1, 5, 5, 5, 5, 5]


def test_stages_that_replace_nothing_add_up_and_a_mobile_one_leaves(tmp_path):
    mobile = stage("mobile", 2, 1, "until_months = 4")
    assert supply(tmp_path, GRID + "mw = 1\n" + mobile) == [1, 3, 3, 3, 1, 1, 1, 1]


def test_in_a_chain_the_last_stage_ends_those_before_it_even_if_it_comes_before_them(tmp_path):
    # The upgrade was due at 5, but the substation that replaces it comes at 2: it never carries.
    upgrade = stage("upgrade", 5, 5, 'replaces = "grid"')
    substation = stage("substation", 9, 2, 'replaces = "upgrade"')
    found = supply(tmp_path, GRID + "mw = 1\n" + upgrade + substation)
    assert found == [1, 1, 9, 9, 9, 9, 9, 9]


def test_a_stage_that_would_end_before_it_comes_never_carries_anything(tmp_path):
    late = stage("late", 7, 5, "until_months = 3")
    assert supply(tmp_path, GRID + "mw = 1\n" + late) == [1] * 8


VOTE = """
[assumptions.passes]
label = "The vote passes"
unit = "event"
probability = 0.9
judgement = "By hand."
"""


def test_a_stage_that_comes_or_ends_at_the_horizon_changes_nothing_also_beside_other_futures():
    # In the first future 2 MW end and 1 MW comes at T = 12: at T there are 2 MW, as just before.
    # The second has knots at 3, 5 and 9; the first is filled up to as many, all at T.
    start, end = np.array([[0.0, 12], [3, 5]]), np.array([[12.0, np.inf], [9, np.inf]])
    mw, one = np.array([[2.0, 1], [2, 1]]), np.ones((2, 2))
    shares = dict.fromkeys(("availability_share", "usd_per_mwh", "tco2_per_mwh"), one)
    caps = {"cap_share": one[0], "capped_speed_share": one[0]}
    groups = [(0,), (1,)]
    carried = power.Stages(("a", "b"), groups, 12.0, start, end, mw=mw, **shares, **caps)
    assert carried.total_mw.right[-1].tolist() == [2.0, 1.0]


@pytest.mark.parametrize(
    ("passes", "expected"),
    [(1.0, [1, 1, 5, 5, 9, 9, 9, 9]), (0.0, [1, 1, 1, 1, 9, 9, 9, 9])],
    ids=["passes", "fails"],
)
def test_a_stage_whose_event_fails_ends_none_and_the_one_after_it_still_does(
    tmp_path, passes, expected
):
    upgrade = stage("upgrade", 5, 2, 'replaces = "grid"\nonly_if = "passes"')
    substation = stage("substation", 9, 4, 'replaces = "upgrade"')
    changes = VOTE + GRID + "mw = 1\n" + upgrade + substation
    assert supply(tmp_path, changes, passes=passes) == expected


TWO = f"""
[tranches.second]
title = "Second"
gpus = 600
use = "other"
milestones = {{ ready = 0 }}{OWNED}
[tranches.machine]
gpus = 800
ramp_months = 8
[sites.field]
pue = 1.5
[sites.field.stages.grid]
mw = 1.5
[choices]
horizon_months = {{ value = 12 }}
"""


@pytest.mark.parametrize(
    ("listed", "run_gpus", "gpu_months"),
    [
        # The machine grows by 100 a month to 800; the second keeps 600 until month 4, then gives
        # way to 200 at month 8: 12 months full at 1,000 but for 600 + 100 t before month 4.
        ('["machine", "second"]', [50, 150, 250, 350, 450, 550, 650, 750] + [800] * 4, 11_200),
        # The second keeps its 600; the machine grows to 400 and stays.
        ('["second", "machine"]', [50, 150, 250, 350] + [400] * 8, 11_200),
    ],
)
def test_tranches_at_one_site_are_served_in_the_order_of_the_option(
    tmp_path, listed, run_gpus, gpu_months
):
    start = "[need]\nstart_gpus = { value = 1 }\n"
    found = yields(tmp_path, "built", f"{TWO}{start}[options.built]\ntranches = {listed}")
    assert found.months("training_gpus")[1:] == run_gpus[1:]
    assert found.number("gpu_hours") == pytest.approx(730 * gpu_months)


def test_what_the_gpus_need_is_counted_in_full_though_power_is_short(tmp_path):
    found = yields(tmp_path, "built", TWO)
    # 800 GPUs x 1.5 kW once installed, 0.075 MW in the mean of month 0; the grid has 1.5 MW.
    needed = found.result.needed_mw["built"]["field"][0]
    assert needed[[0, -1]].tolist() == pytest.approx([0.075, 1.2])
    assert found.result.stage_mw["built"]["field", "grid"].tolist() == [1.5] * 12


def test_of_two_capped_tranches_each_has_what_it_adds_to_those_before_it(tmp_path):
    # 800 and 600 GPUs need 1.2 and 0.9 MW, capped at 0.75 0.9 and 0.675; there are 1.35.
    # On: 800, then (1.35 / 0.75 - 1.2) / 1.5 kW = 400. At full speed F(1.2) = 1.2 MW, so 800
    # working; F(2.1) = 0.9 x 1.35 / 0.75 = 1.62, so (1.62 - 1.2) / 1.5 kW = 280 in the second.
    whole = TWO.replace("ramp_months = 8", "ramp_months = 0").replace("mw = 1.5", "mw = 1.35")
    both = '[options.built]\ntranches = ["machine", "second"]\n'
    service = "[need.service]\nh100_gpus = 1400\nshort_hour_usd = { value = 1 }\n"
    found = yields(tmp_path, "built", whole + both, CAP + service)
    peak = 0.9894  # PFLOP/s of an H100 in the table of chips, where the scenario has 1
    assert found.months("training_gpus") == pytest.approx([800] * 12)
    assert found.number("gpu_hours") == pytest.approx(730 * 12 * 1200)
    served = 1 - found.number("short_h100_hours") / found.number("wanted_h100_hours")
    assert served == pytest.approx(1080 / peak / 1400)
    assert found.number("dark_gpu_months") == pytest.approx(12 * 200)


RENTED_THERE = """
[sites.field]
tco2_per_mwh = 0.5
[tranches.rental]
site = "field"
gpus = 1000
"""


def test_a_supplier_without_power_delivers_less_and_is_paid_less(tmp_path):
    # 0.9 MW / (1 kW x 1.5) = 600 of 1,000 GPUs, at an availability of 0.9: for the 12 months of
    # the term 600 x 0.9 x 730 hours at 2 USD; 400 are dark for 12 months. 0.5 t a MWh.
    grid = GRID + "mw = 0.9\navailability_share = 0.9\n"
    found = yields(tmp_path, "rented", "[sites.field]\npue = 1.5\n", RENTED_THERE + grid)
    hours = 600 * 0.9 * 730 * 12
    assert found.number("gpu_hours") == pytest.approx(hours)
    assert found.usd("rent") == pytest.approx(2 * hours)
    assert found.usd("energy") == 0
    assert found.number("energy_mwh") == pytest.approx(hours * 1.5 / 1000)
    assert found.number("emissions_tco2") == pytest.approx(0.5 * hours * 1.5 / 1000)
    assert found.number("dark_gpu_months") == pytest.approx(400 * 12)


def test_after_the_horizon_a_supplier_delivers_what_the_power_left_then_carries(tmp_path):
    # A term of 36 months, 24 of them within the horizon: afterwards 12 months of 600 GPUs x 0.9 at
    # 2 USD an hour are paid, and let at half the market price of 2 USD.
    term = "[tranches.rental]\nterm_months = 36\nsublet_price_share = 0.5\n"
    grid = GRID + "mw = 0.9\navailability_share = 0.9\n"
    found = yields(tmp_path, "rented", "[sites.field]\npue = 1.5\n", RENTED_THERE + grid, term)
    assert found.usd("end_value") == pytest.approx((2 - 0.5 * 2) * 600 * 0.9 * 730 * 12)


def test_a_ramp_that_runs_into_the_power_at_hand_is_all_there_sooner_after_the_horizon(tmp_path):
    # 1,000 GPUs ramp from month 20 within 10: 400 at the horizon of 24, 600 from month 26 on for
    # which there is power. The 10 months of the term after 24: 450 and 550, then 8 x 600.
    late = "[tranches.rental]\nterm_months = 14\nramp_months = 10\nmilestones = { ready = 20 }\n"
    late += "sublet_price_share = 0.5\n"
    grid = GRID + "mw = 0.9\n"
    found = yields(tmp_path, "rented", "[sites.field]\npue = 1.5\n", RENTED_THERE + grid, late)
    # paid at 2 USD, let at half the market price of 2
    assert found.usd("end_value") == pytest.approx((450 + 550 + 8 * 600) * 730 * (2 - 1))
