"""The run, by hand: goodput, the most useful number of GPUs, where it starts, moves and ends.

Without failures a GPU gives 1e15 FLOP/s x 0.5 x 2,628,000 s = 1.314e21 useful FLOP a month.
"""

import math

import numpy as np
import pytest
from tools.hand import OWNED, USEFUL_FLOP_PER_GPU_MONTH, Future, yields

from analysis.model import training

RENTAL_AND_MACHINE = '[options.built]\ntranches = ["rental", "machine"]\n'


def goodput(mean_time_s: float, write_s: float, restart_s: float) -> float:
    one = (np.array([x]) for x in (mean_time_s, write_s, restart_s))
    return float(training.goodput_share(*one)[0])


def need(target_flop: float, start_gpus: float = 100) -> str:
    return f"[need]\ntarget_flop = {target_flop}\nstart_gpus = {{ value = {start_gpus} }}\n"


def built(folder, changes: str) -> Future:
    return yields(folder, "built", changes)


def test_8_000_gpus_at_5_stops_per_1_000_node_days_stop_every_17_280_seconds():
    # 1,000 nodes x 5 / 1,000 = 5 stops a day.
    assert training.mean_time_to_stop_s(8000, 8, np.array([5.0]))[0] == pytest.approx(17_280)


def test_goodput_with_100_s_between_stops_2_s_to_write_and_10_s_to_restart_is_73_57_percent():
    # d / 2M = 0.01, its root 0.1: tau = 20 (1 + 0.1/3 + 0.01/9) - 2 = 18.688889 s;
    # 18.688889 / (100 x e^0.1 x (e^0.20688889 - 1)) = 18.688889 / (110.51709 x 0.22984581).
    assert goodput(100, 2, 10) == pytest.approx(18.688889 / (110.51709 * 0.22984581), rel=1e-6)
    assert goodput(100, 2, 10) == pytest.approx(0.735731, abs=1e-5)


def test_where_writing_takes_longer_than_two_mean_times_the_interval_is_the_mean_time():
    # d = 300 >= 2 x 100: tau = M; 1 / (e^0.1 (e^(1 + 3) - 1)).
    assert goodput(100, 300, 10) == pytest.approx(1 / (math.exp(0.1) * (math.exp(4) - 1)))


def test_a_run_that_never_stops_loses_nothing(tmp_path):
    # 100 GPUs for two years.
    found = built(tmp_path, "")
    expected = 24 * 100 * USEFUL_FLOP_PER_GPU_MONTH / 8.64e19
    assert found.number("pflop_days") == pytest.approx(expected, rel=1e-8)


def test_the_most_useful_number_of_gpus_is_the_best_of_all_numbers_tried_one_by_one():
    write, restart, rate = np.array([60.0]), np.array([600.0]), np.array([20.0])
    gpus = np.arange(1000.0, 200_000)
    stop_s = 86400 * 1000 / (gpus / 8 * 20)
    useful = gpus * training.goodput_share(stop_s, write, restart)
    best_s = training.best_mean_time_s(write, restart)
    found = training.most_useful_gpus(8, rate, best_s)[0]
    # The top is flat: one GPU more or less changes nothing that a double can hold.
    assert found == pytest.approx(gpus[useful.argmax()], abs=2)


def test_twice_the_failures_halve_the_most_useful_number_and_twice_the_node_doubles_it():
    # n* = g x 86,400,000 / (f M*): at M* = 864 s, 8 GPUs to a node and 10 stops, 80,000 GPUs.
    best_s, rates = np.array([864.0, 864.0]), np.array([10.0, 20.0])
    assert training.most_useful_gpus(8, rates, best_s) == pytest.approx([80_000, 40_000])
    assert training.most_useful_gpus(16, rates, best_s) == pytest.approx([160_000, 80_000])


def test_the_best_mean_time_scales_with_write_and_restart_time():
    once = training.best_mean_time_s(np.array([15.0]), np.array([330.0]))
    ten_times = training.best_mean_time_s(np.array([150.0]), np.array([3300.0]))
    assert ten_times == pytest.approx(10 * once, rel=1e-7)


def test_the_run_uses_no_more_than_the_most_useful_number_of_gpus(tmp_path):
    # With 1,000 stops per 1,000 node-days and an hour to restart, more than n* would be waste.
    stops = "[run]\nfailures_per_1000_node_days = 1000\nrestart_s = 3600\ncheckpoint_write_s = 60\n"
    found = built(tmp_path, stops + "[tranches.machine]\ngpus = 5000")
    best_s = training.best_mean_time_s(np.array([60.0]), np.array([3600.0]))[0]
    most = 8 * 86400 * 1000 / (1000 * best_s)
    assert most < 5000
    assert found.months("training_gpus") == pytest.approx([most] * 24)


def test_1e24_flop_take_100_gpus_7_61_months(tmp_path):
    # 1e24 / 1.314e23 = 7.610350 months.
    found = built(tmp_path, need(1e24))
    assert found.number("target_months") == pytest.approx(7.610350, abs=1e-6)


def test_on_a_ramp_the_target_date_solves_a_square(tmp_path):
    # 12.5 GPUs a month from 0, training from the first; by month 4 it used 12.5 x 4^2 / 2 = 100
    # GPU-months, less 12.5 x 0.08^2 / 2 = 0.04 before the first GPU was there.
    ramp = "[tranches.machine]\nramp_months = 8\n"
    found = built(tmp_path, ramp + need((100 - 0.04) * USEFUL_FLOP_PER_GPU_MONTH, start_gpus=1))
    assert found.number("first_training_months") == pytest.approx(0.08)
    assert found.number("target_months") == pytest.approx(4, rel=1e-7)


def test_a_run_that_needs_half_the_gpus_starts_in_the_middle_of_the_ramp(tmp_path):
    # First GPUs at 2.25, 25 a month: 50 at 4.25, so 0.75 of month 4 at a mean of 59.375.
    late = "[tranches.machine]\nmilestones = { ready = 2.25 }\nramp_months = 4\n"
    found = built(tmp_path, late + need(1e24, start_gpus=50))
    assert found.number("first_training_months") == pytest.approx(4.25)
    assert found.months("training_gpus")[3:6] == pytest.approx([0, 0.75 * 59.375, 81.25])


def test_a_target_beyond_the_horizon_has_no_date_and_what_was_done_still_counts(tmp_path):
    found = built(tmp_path, need(2401 * USEFUL_FLOP_PER_GPU_MONTH))
    assert found.number("target_months") == np.inf
    assert found.number("pflop_days") > 0


def test_a_target_just_within_the_horizon_is_reached_at_its_end(tmp_path):
    found = built(tmp_path, need(2400 * (1 - 1e-9) * USEFUL_FLOP_PER_GPU_MONTH))
    assert found.number("target_months") == pytest.approx(24, rel=1e-8)


def test_the_run_moves_to_a_larger_fabric_the_moment_it_is_larger(tmp_path):
    # The rental has 100; the machine grows by 100 a month from month 3 and passes it at 4.
    grows = "[tranches.machine]\ngpus = 1000\nmilestones = { ready = 3 }\nramp_months = 10\n"
    found = built(tmp_path, RENTAL_AND_MACHINE + grows)
    assert found.number("first_training_months") == 0
    assert found.months("training_gpus")[:6] == [100, 100, 100, 100, 150, 250]


FAST = """
[chips.b200]
peak_bf16_dense_tflops = 2000
gpus_per_node = 8
it_kw_per_gpu = 1
load_share = 1
node_usd = 80000
price_fall_per_year = 0
resale_share = 0
[tranches.machine]
chip = "b200"
gpus = 60
milestones = { ready = 2 }
"""


def test_the_run_moves_to_fewer_but_faster_gpus_even_under_the_number_to_start(tmp_path):
    # 60 GPUs of 2 PFLOP/s beat 100 of 1 from month 2 on; a run starts with 100.
    found = built(tmp_path, RENTAL_AND_MACHINE + FAST + need(1e24))
    assert found.months("training_gpus")[:4] == [100, 100, 60, 60]
    # 200 GPU-months on the first, then 120 a month: 1e24 / 1.314e21 = 761.035 at 2 + 561.035 / 120.
    assert found.number("target_months") == pytest.approx(2 + 561.0350 / 120, abs=1e-5)


def third(gpus: int, month: float) -> str:
    listed = '[options.built]\ntranches = ["rental", "machine", "third"]\n'
    words = f'title = "Third"\nuse = "run"\ngpus = {gpus}\nmilestones = {{ ready = {month} }}'
    return f"{listed}[tranches.third]\n{words}{OWNED}"


def test_the_run_moves_once(tmp_path):
    # To 200 at month 3; it stays there when 1,000 come at month 6.
    second = "[tranches.machine]\ngpus = 200\nmilestones = { ready = 3 }\n"
    found = built(tmp_path, second + third(1000, 6))
    assert found.months("training_gpus")[2:8] == [100, 200, 200, 200, 200, 200]


def test_of_two_fabrics_that_come_at_once_the_run_moves_to_the_one_listed_first(tmp_path):
    second = "[tranches.machine]\ngpus = 200\nmilestones = { ready = 3 }\n"
    found = built(tmp_path, second + third(300, 3))
    assert found.months("training_gpus")[2:5] == [100, 200, 200]


def test_the_run_starts_on_the_fabric_listed_first_and_moves_at_once_to_a_larger_one(tmp_path):
    larger = "[tranches.machine]\ngpus = 300\n"
    found = built(tmp_path, RENTAL_AND_MACHINE + larger)
    assert found.number("first_training_months") == 0
    assert found.months("training_gpus")[:2] == [300, 300]


def test_when_its_fabric_ends_the_run_moves_to_a_smaller_one_that_is_left(tmp_path):
    # The rental stops at month 12; 50 GPUs of the machine are then faster than none.
    small = "[tranches.machine]\ngpus = 50\n"
    found = built(tmp_path, RENTAL_AND_MACHINE + small)
    assert found.months("training_gpus")[10:14] == [100, 100, 50, 50]


def test_a_run_whose_only_fabric_shrinks_goes_on_with_what_is_there(tmp_path):
    # The machine's power falls from 1 MW to 60 kW when a mobile plant leaves at month 5.
    power = """
    [sites.field.stages.grid]
    mw = 0.06
    [sites.field.stages.mobile]
    title = "Mobile"
    mw = 0.04
    from_months = 0
    until_months = 5
    availability_share = 1
    usd_per_mwh = 0
    tco2_per_mwh = 0
    """
    found = built(tmp_path, power)
    assert found.months("training_gpus")[3:7] == [100, 100, 60, 60]


def test_a_fabric_of_two_tranches_starts_when_they_have_the_gpus_together(tmp_path):
    # 60 now and 60 at month 4, in one fabric, of which it can hold 110.
    shared = """
    [tranches.machine]
    gpus = 60
    fabric = "hall"
    fabric_gpus = 110
    """
    both = third(60, 4).replace('"rental", ', "") + 'fabric = "hall"\nfabric_gpus = 110\n'
    found = built(tmp_path, shared + both)
    assert found.number("first_training_months") == 4
    assert found.months("training_gpus")[2:6] == [0, 0, 110, 110]


def test_mfu_use_share_and_peak_each_scale_the_useful_flop(tmp_path):
    # Half the MFU, four fifths of the hours: 0.4 of 100 GPUs x 24 months.
    found = built(tmp_path, "[run]\nmfu_share = 0.25\n[need]\nuse_share = 0.8")
    expected = 0.4 * 2400 * USEFUL_FLOP_PER_GPU_MONTH / 8.64e19
    assert found.number("pflop_days") == pytest.approx(expected, rel=1e-8)
