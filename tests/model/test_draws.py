"""How assumptions become futures, by hand. Within 0 and 1, a range of 0.1, 0.5 and 0.9 takes the
value of its rank, so that ranks can be read off its draws."""

import numpy as np
import pytest
from scipy.special import ndtri
from tools.hand import scenario

from analysis.model import draws
from analysis.scenario.schema import Assumption

RANK = """
label = "A rank"
unit = "share"
low = 0.1
mid = 0.5
high = 0.9
min = 0
max = 1
judgement = "By hand."
"""
LIST = Assumption(label="", unit="GPU", values=[30.0, 10.0, 20.0], probabilities=[0.2, 0.5, 0.3])
EVENT = Assumption(label="", unit="event", probability=0.7)
RANGE = Assumption(label="", unit="months", low=1.0, mid=2.0, high=4.0)
FIXED = Assumption(label="", unit="MW", value=8.0)


def ranks(folder, causes: str = "") -> dict[str, np.ndarray]:
    changes = f"[assumptions.a]{RANK}[assumptions.b]{RANK}{causes}"
    return draws.block(scenario(folder, changes), seed=1, number=0, draws=4096)


@pytest.mark.parametrize(
    ("one", "mid", "ends"),
    [
        (RANGE, 2, (1, 4)),
        (LIST, 10, (10, 30)),
        (EVENT, 1, (0, 1)),
        (FIXED, 8, (8, 8)),
    ],
)
def test_the_mid_is_p50_or_the_likeliest_value_and_the_ends_are_p10_and_p90_or_the_extremes(
    one, mid, ends
):
    assert draws.mid_value(one) == mid
    assert draws.ends(one) == ends


def test_of_two_equally_likely_values_the_first_is_the_mid():
    one = Assumption(label="", unit="GPU", values=[5.0, 3.0], probabilities=[0.5, 0.5])
    assert draws.mid_value(one) == 5


@pytest.mark.parametrize(("probability", "happens"), [(0.5, 1), (0.499, 0)])
def test_at_mid_an_event_happens_from_one_half_on(probability, happens):
    one = Assumption(label="", unit="event", probability=probability)
    assert draws.mid_value(one) == happens


def test_a_list_takes_the_value_whose_cumulated_probability_first_exceeds_the_rank():
    # 30 up to 0.2, 10 up to 0.7, 20 from there; the edge itself belongs to the next.
    rank = np.array([0.0001, 0.1999, 0.2, 0.6999, 0.7, 0.9999])
    assert draws.quantile(LIST, rank).tolist() == [30, 30, 10, 10, 20, 20]


def test_an_event_of_0_7_happens_below_rank_0_7():
    assert draws.quantile(EVENT, np.array([0.01, 0.6999, 0.7, 0.99])).tolist() == [1, 1, 0, 0]


def test_a_fixed_value_is_the_same_at_every_rank():
    assert draws.quantile(FIXED, np.array([0.01, 0.5, 0.99])).tolist() == [8, 8, 8]


THREE = f"""
[assumptions.a]{RANK}
[assumptions.still]
label = "Fixed"
unit = "share"
value = 0.3
judgement = "By hand."
[assumptions.comes]
label = "Event"
unit = "event"
probability = 0.9
judgement = "By hand."
"""


def test_one_at_a_time_moves_each_input_to_its_low_and_high_end_and_skips_the_fixed(tmp_path):
    names, rows = draws.one_at_a_time(scenario(tmp_path, THREE))
    assert names == ["a", "comes"]
    assert rows["a"].tolist() == [0.5, 0.1, 0.9, 0.5, 0.5]
    assert rows["comes"].tolist() == [1, 1, 1, 0, 1]
    assert rows["still"].tolist() == [0.3] * 5


def test_two_inputs_without_a_cause_are_independent(tmp_path):
    found = ranks(tmp_path)
    # Five standard errors of a correlation of 0 over 4,096 draws: 5 / 64 = 0.078.
    assert abs(np.corrcoef(found["a"], found["b"])[0, 1]) < 0.078


def test_a_loading_of_1_on_both_makes_two_inputs_one(tmp_path):
    found = ranks(tmp_path, '[causes.c]\ntitle = "C"\nloadings = { a = 1, b = 1 }')
    assert found["a"] == pytest.approx(found["b"], rel=1e-12)


def test_loadings_of_1_and_minus_1_make_two_ranks_add_up_to_1(tmp_path):
    found = ranks(tmp_path, '[causes.c]\ntitle = "C"\nloadings = { a = 1, b = -1 }')
    assert found["a"] + found["b"] == pytest.approx(np.ones(4096), rel=1e-12)


def test_loadings_of_0_6_and_0_8_make_a_latent_correlation_of_0_48(tmp_path):
    found = ranks(tmp_path, '[causes.c]\ntitle = "C"\nloadings = { a = 0.6, b = 0.8 }')
    latent = np.corrcoef(ndtri(found["a"]), ndtri(found["b"]))[0, 1]
    # Standard error (1 - 0.48^2) / 64 = 0.012; five of them.
    assert latent == pytest.approx(0.48, abs=0.06)


def test_a_loading_leaves_the_spread_of_an_input_as_it_was(tmp_path):
    found = ranks(tmp_path, '[causes.c]\ntitle = "C"\nloadings = { a = 0.6, b = 0.8 }')
    # sqrt(1 - 0.64) z + 0.8 z_c has a variance of 1; its standard error is sqrt(2 / 4096) = 0.022.
    assert ndtri(found["b"]).var() == pytest.approx(1, abs=0.11)


def test_the_first_ranks_of_a_name_are_these_numbers_on_every_machine(tmp_path):
    # A change of any digit here changes every published answer.
    assert ranks(tmp_path)["a"][:3].round(9).tolist() == [0.408092104, 0.031710885, 0.22341271]
