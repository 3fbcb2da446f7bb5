"""The pictures: titled with what their numbers say, labelled with units, one colour per option,
drawn from inline data alone."""

import json
import re
from collections.abc import Iterator
from typing import Any

import altair as alt
import pandas as pd
import pytest
from tools.chapters import line
from tools.hand import scenario
from tools.pictures import BY_HAND, CHAPTERS, FOUND, PICTURES, drawing_exhibits

from analysis.chapters import cost, evidence, sensitivity, training
from analysis.chapters import power as power_chapter
from analysis.chapters.shared import drawing, style
from analysis.chapters.shared import rows as shared_rows
from analysis.model import simulation
from analysis.scenario import load

MOST_ROWS = 2_000
UNITS = re.compile(
    r"\bGPUs?\b|\bMW\b|\bUSD\b|[Mm]onths?\b|[Ss]hare\b|\bDay\b|PFLOP-days|\bTWh\b|\btCO2\b"
)
FLAGSHIP = load.read(load.find("oracle-vs-memphis"))
Spec = dict[str, Any]

every_chart = pytest.mark.parametrize("name", PICTURES)


@pytest.fixture(scope="module")
def specs() -> dict[str, Spec]:
    """Every chart of the flagship on 200 draws, as a specification."""
    result = simulation.simulate(FLAGSHIP, 200, 1)
    return {name: draw(result).to_dict() for name, draw in PICTURES.items()}


@pytest.fixture(scope="module")
def drawings(specs) -> dict[str, dict[str, Any]]:
    """What a notebook shows of each chart, by media type."""
    return {name: drawing.shown(spec) for name, spec in specs.items()}


@pytest.fixture
def look(tmp_path) -> style.Look:
    """The look of a scenario with the options Rented and Built; neither is the baseline."""
    return style.look(scenario(tmp_path))


def parts(spec: Any) -> Iterator[Spec]:
    """Every table within a specification, itself included."""
    if isinstance(spec, dict):
        yield spec
        for value in spec.values():
            yield from parts(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from parts(value)


def pictures(spec: Spec) -> list[list[Spec]]:
    """The encodings of each picture, layer by layer; layers share their axes."""
    layered = [one["layer"] for one in parts(spec) if "layer" in one]
    within = [id(layer) for layers in layered for layer in layers]
    single = [
        [one]
        for one in parts(spec)
        if "mark" in one and "encoding" in one and id(one) not in within
    ]
    return [[layer.get("encoding", {}) for layer in layers] for layers in [*layered, *single]]


def axes(spec: Spec) -> Iterator[list[Spec]]:
    """For each axis of measures or days: what the layers say of it."""
    for layers in pictures(spec):
        for channel in ("x", "y"):
            said = [one[channel] for one in layers if channel in one]
            if any(one.get("type") in ("quantitative", "temporal") for one in said):
                yield said


def title(chart: Any) -> str:
    return line(chart.to_dict()["title"]["text"])


def test_every_exhibit_that_draws_is_among_the_pictures():
    drawn = {name for chapter in CHAPTERS for name in drawing_exhibits(chapter)}
    assert len(drawn) > 30
    assert drawn - set(FOUND) - set(BY_HAND) == set()


@every_chart
def test_every_axis_of_measures_says_what_it_measures_and_in_which_unit(specs, name):
    spec = specs[name]
    for said in axes(spec):
        titles = [one["title"] for one in said if one.get("title")]
        percent = any((one.get("axis") or {}).get("format") == "%" for one in said)
        if percent and not titles:
            # Ticks in percent; the rows are too low for a title, so the subtitle names the share.
            titles = [line(spec["title"]["subtitle"])]
        assert [one for one in titles if UNITS.search(one)] != [], said


@every_chart
def test_no_chart_shows_the_name_of_a_column(drawings, specs, name):
    svg = drawings[name][drawing.DRAWING]
    words = {
        word.strip() for text in re.findall(r"<text[^>]*>([^<]*)<", svg) for word in text.split(",")
    }
    columns = {one["field"] for one in parts(specs[name]) if isinstance(one.get("field"), str)}
    assert columns
    assert columns & words == set()


def test_an_option_has_the_same_colour_in_every_chart_and_the_baseline_is_grey(specs):
    scales = [
        one["color"]["scale"]
        for name in PICTURES
        for one in parts(specs[name])
        if isinstance(one.get("color"), dict) and one["color"].get("field") == "option"
    ]
    found = {tuple(zip(one["domain"], one["range"], strict=True)) for one in scales}
    assert len(scales) >= 6
    assert len(found) == 1
    colours = dict(next(iter(found)))
    assert colours["Status quo"] == style.GREY
    assert len(set(colours.values())) == len(FLAGSHIP.options)


def test_an_option_keeps_its_colour_though_another_is_added_after_it(tmp_path):
    third = '[options.third]\ntitle = "Third"\ntranches = ["rental", "machine"]\n'
    two, three = (style.look(scenario(tmp_path, one)) for one in ("", third))
    assert three.colours.to_dict()["range"][:2] == two.colours.to_dict()["range"]


@every_chart
def test_every_chart_has_a_finding_for_a_title_and_both_for_its_description(specs, name):
    spec = specs[name]
    finding, note = (line(spec["title"][part]) for part in ("text", "subtitle"))
    assert len(finding) > 20
    assert finding in spec["description"]
    assert note in spec["description"]


@every_chart
def test_every_chart_carries_its_own_data_of_under_2_000_rows(specs, name):
    assert [one for one in parts(specs[name]) if "url" in one] == []
    sizes = [len(rows) for rows in specs[name]["datasets"].values()]
    assert 0 < max(sizes) < MOST_ROWS


@every_chart
def test_every_chart_renders_as_a_drawing_that_says_what_it_shows(drawings, name):
    shown = drawings[name]
    assert set(shown) == {drawing.SPECIFICATION, drawing.DRAWING, drawing.SENTENCE}
    svg = shown[drawing.DRAWING]
    assert svg.startswith('<svg role="img" aria-label="')
    assert len(re.findall(r"<(path|rect|line|circle)\b", svg)) > 5
    assert re.findall(r'(?:href|src)="(?!#)[^"]*"', svg) == []


def monthly(option: str, what: str, values: list[float]) -> pd.DataFrame:
    """A band without width, month by month."""
    days = pd.date_range("2025-01-16", periods=len(values), freq="MS").strftime("%Y-%m-%d")
    frame = pd.DataFrame({"option": option, "month": range(len(values)), "day": days})
    return frame.assign(**{f"{q}_{what}": values for q in ("p10", "p50", "p90")})


def bands(what: str, rented: list[float], built: list[float]) -> pd.DataFrame:
    frames = [monthly("Rented", what, rented), monthly("Built", what, built)]
    return pd.concat(frames, ignore_index=True)


@pytest.mark.parametrize(
    ("rented", "built", "expected"),
    [
        ([0, 50, 50], [0, 0, 0], "Rented trains first: at P50 from month 1; Built never"),
        ([0, 50, 50], [9, 9, 9], "Built trains first: at P50 from month 0"),
        (
            [0, 50, 50],
            [0, 9, 9],
            "At P50 every option trains from month 1, with 50 GPUs at most",
        ),
        ([0, 0, 0], [0, 0, 0], "At P50 no option ever has the GPUs to start the run"),
    ],
)
def test_the_picture_of_the_run_says_who_trains_first(look, rented, built, expected):
    assert title(training.charts.gpus_training(bands("gpus", rented, built), "", look)) == expected


def targets(rented: list[float], built: list[float]) -> pd.DataFrame:
    """Shares by quarter of 2025, the last one the share that never does; half of all reach it on
    the 20th of the first month of a quarter, if they do."""
    days = ["2025-01-01", "2025-04-02", "2025-07-02", "2025-10-01"]
    middles = ["2025-01-20", "2025-04-20", "2025-07-20"]
    rows = []
    for option, shares in (("Rented", rented), ("Built", built)):
        for start, end, share in zip(days, days[1:], shares, strict=False):
            rows.append({"option": option, "day": start, "until": end, "share": share})
        sums = [sum(shares[: i + 1]) for i in range(3)]
        half = next((day for day, x in zip(middles, sums, strict=True) if x >= 0.5), None)
        row = {"option": option, "day": shared_rows.NEVER, "share": shares[-1]}
        rows.append(row | {"p50_day": half})
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("rented", "built", "expected"),
    [
        # The month of the median, not the end of its bar.
        # 0.2 + 0.4 reach the half in the second quarter, 0.5 at once in the first.
        (
            [0.2, 0.4, 0.4, 0.0],
            [0.1, 0.1, 0.1, 0.7],
            "Rented reaches the target by April 2025 at P50",
        ),
        (
            [0.2, 0.4, 0.4, 0.0],
            [0.5, 0.1, 0.1, 0.3],
            "Built reaches the target by January 2025 at P50",
        ),
        (
            [0.2, 0.0, 0.0, 0.8],
            [0.1, 0.1, 0.1, 0.7],
            "No option reaches the target in half of the futures; Built misses it in 70 %",
        ),
    ],
)
def test_the_picture_of_the_target_says_by_when_half_of_the_futures_reach_it(
    look, rented, built, expected
):
    assert title(training.charts.target_dates(targets(rented, built), look)) == expected


def powered(supply: list[float], need: list[float]) -> pd.DataFrame:
    rows = []
    for month, (mw, wanted) in enumerate(zip(supply, need, strict=True)):
        day = f"2025-{month + 1:02d}-15"
        words = {"site": "Field", "option": "Built", "month": month, "day": day}
        rows.append(words | {"kind": "stage", "stage": "Grid", "mw": mw})
        bands_mw = {"p10": wanted, "p50": wanted, "p90": wanted}
        rows.append(words | {"kind": "need", "stage": "need", "mw": wanted} | bands_mw)
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("supply", "within", "expected"),
    [
        ([1, 1, 9], 1.0, "Field: short of the median need in 2 of 3 months"),
        ([9, 9, 9], 1.0, "Field: mean power covers the median need in every month"),
        (
            [9, 9, 9],
            0.7,
            "Field: mean power covers the median need in every month",
        ),
    ],
)
def test_the_picture_of_the_power_says_when_it_is_short(look, supply, within, expected):
    wanted = pd.DataFrame([{"site": "Field", "what": "all GPUs", "within": within}])
    drawn = power_chapter.charts.site_power(powered(supply, [5, 5, 5]), wanted, look)
    assert title(drawn).replace("\n", " ") == expected


@pytest.mark.parametrize(
    ("rented", "built", "expected"),
    [
        (
            [1e9, 2e9, 3e9],
            [1e9, 3e9, 4e9],
            "Built outspends the funds first: at P50 in month 1",
        ),
        ([1e9, 2e9, 2.5e9], [1e9, 2e9, 2.5e9], "At P50 no option spends more than the funds"),
    ],
)
def test_the_picture_of_the_cash_says_who_outspends_the_funds_first(look, rented, built, expected):
    frame = bands("usd", rented, built).assign(funding_usd=2.5e9)
    assert title(cost.charts.cumulative_cash(frame, look)).startswith(expected)


def test_two_options_that_outspend_the_funds_in_one_month_are_both_named(look):
    frame = bands("usd", [1e9, 3e9], [1e9, 3e9]).assign(funding_usd=2.5e9)
    found = title(cost.charts.cumulative_cash(frame, look))
    assert found == "Rented and Built outspend the funds first: at P50 in month 1"


def cost_parts(servers_usd: float) -> pd.DataFrame:
    rows = [
        ("Rented", "rent", 3e9, 3e9),
        ("Built", "servers", servers_usd, servers_usd),
        ("Built", "energy", 2e9, servers_usd),
        ("Built", "end value", -2e9, servers_usd),
    ]
    frame = pd.DataFrame(rows, columns=["option", "part", "usd", "total_usd"])
    return frame.assign(**{f"total_{q}": frame["total_usd"] for q in ("p10", "p50", "p90")})


@pytest.mark.parametrize(
    ("servers_usd", "built"),
    # 6 of 8 billion paid; a receipt is no part of what is paid. 2 of 3.
    [(6e9, "Built, servers (75 %"), (1e9, "Built, energy (67 %")],
)
def test_the_picture_of_the_parts_names_the_largest_of_each_option(look, servers_usd, built):
    found = title(cost.charts.present_cost_parts(cost_parts(servers_usd), look))
    assert found == f"Largest part: Rented, rent (100 % of what is paid); {built} of what is paid)"


def at_rates(*built: float) -> pd.DataFrame:
    """Rented costs 5 billion at 10, 15 and 25 %, Built what is given."""
    rows = [("Rented", rate, 5e9) for rate in (0.1, 0.15, 0.25)]
    rows += [("Built", rate, usd) for rate, usd in zip((0.1, 0.15, 0.25), built, strict=True)]
    frame = pd.DataFrame(rows, columns=["option", "discount_rate_per_year", "p50"])
    return frame.assign(p10=frame["p50"], p90=frame["p50"], mean=frame["p50"])


@pytest.mark.parametrize(
    ("built", "expected"),
    [
        (
            (4e9, 6e9, 7e9),
            "Lower mean compared cost: Rented at 15 % and 25 % and Built at 10 %",
        ),
        ((4e9, 4e9, 4e9), "Lower mean compared cost: Built at 10 %, 15 % and 25 %"),
        ((5e9, 5e9, 5e9), "On the mean the two have the same compared cost at every rate"),
    ],
)
def test_the_picture_of_the_rates_says_which_is_lower_at_which(look, built, expected):
    assert title(cost.charts.cost_by_rate(at_rates(*built), look)) == expected


def test_a_rate_of_12_and_a_half_percent_is_told_from_12(look):
    frame = at_rates(4e9, 4e9, 4e9).replace({0.1: 0.12, 0.15: 0.125})
    found = title(cost.charts.cost_by_rate(frame, look))
    assert found == "Lower mean compared cost: Built at 12 %, 12.5 % and 25 %"


def test_what_an_option_needs_and_pays_is_drawn_in_its_colour_wherever_it_is_listed():
    # the owned option first, so that no colour can be right by its place alone
    names = ["memphis_build", "oracle_rental"]
    options = {name: FLAGSHIP.options[name] for name in names}
    turned = FLAGSHIP.model_copy(update={"options": options, "baseline": None})
    seen, one = style.look(turned), simulation.evaluate(turned)
    power = json.dumps(
        power_chapter.charts.site_power(
            power_chapter.tables.site_power(one), power_chapter.tables.power_wanted(one), seen
        ).to_dict()
    )
    prices = json.dumps(evidence.rental_prices(turned).spec)
    built, rented = seen.colour("Memphis build"), seen.colour("Oracle rental")
    assert built in power and rented not in power
    assert rented in prices and built not in prices


def test_the_picture_of_prices_says_how_many_lie_within_the_range_assumed():
    # 2.0 and 3.0 of 1.5, 2.0, 3.0 and 9.0.
    frame = pd.DataFrame({"usd_per_gpu_hour": [1.5, 2.0, 3.0, 9.0]})
    frame = frame.assign(date="2024-05-01", chip="h100", vendor="V", contract="on-demand")
    none = pd.DataFrame(columns=["years", "usd_per_gpu_hour"])
    found = title(
        evidence.price_charts.rental_prices(frame, (2.0, 2.5, 3.0), none, "2024-07-09", "#000000")
    )
    assert found == "50 % of the 4 prices public by then lie within the range assumed"


def swings(cost_usd: tuple[float, float], months: tuple[float, float]) -> pd.DataFrame:
    """Two inputs, Price and Delay, that move cost and months by so much on either side of 0."""
    rows = []
    for label, usd, time in zip(("Price", "Delay"), cost_usd, months, strict=True):
        row = {"assumption": label, "label": label, "unit": "u", "low": 1.0, "high": 2.0}
        row |= {"cost_usd_mid": 0, "cost_usd_low": -usd, "cost_usd_high": usd}
        row |= {"months_mid": 0, "months_low": -time, "months_high": time}
        rows.append(row | {"cost_usd_swing": 2 * usd, "months_swing": 2 * time})
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("cost_usd", "months", "expected"),
    [
        ((2e9, 1e9), (0, 3), "Cost moves most with “Price”"),
        ((1e9, 2e9), (0, 3), "Cost and time move most with “Delay”"),
        ((1e9, 2e9), (0, 0), "Cost moves most with “Delay”"),
    ],
)
def test_the_picture_of_one_at_a_time_names_what_moves_cost_and_time_most(
    look, cost_usd, months, expected
):
    assert title(sensitivity.charts.one_at_a_time(swings(cost_usd, months), look.pair)) == expected


def test_with_one_option_the_picture_of_one_at_a_time_says_there_is_nothing_to_compare(tmp_path):
    found = scenario(tmp_path)
    alone = found.model_copy(update={"options": {"rented": found.options["rented"]}})
    assert "There is only one option" in sensitivity.one_at_a_time(alone).html


def test_money_is_shown_in_millions_where_there_is_less_than_a_billion(look):
    small, large = (
        cost.charts.cumulative_cash(bands("usd", [usd], [usd]), look).to_json()
        for usd in (5e6, 5e9)
    )
    assert "Cash spent, million USD" in small
    assert "Cash spent, billion USD" in large


def test_a_title_of_an_option_with_quotes_and_html_is_drawn_and_not_run(tmp_path):
    title_words = 'It\'s \\"<b>5</b>\\" & more'
    odd = style.look(scenario(tmp_path, f'[options.rented]\ntitle = "{title_words}"\n'))
    frame = bands("gpus", [1, 2], [0, 0]).replace("Rented", odd.options[0])
    svg = drawing.shown(training.charts.gpus_training(frame, "", odd).to_dict())[drawing.DRAWING]
    assert "<b>" not in svg
    assert "&lt;b&gt;5" in svg


def test_charts_are_made_by_one_version_of_vega_lite(specs):
    assert {spec["$schema"].rsplit("/", 1)[1] for spec in specs.values()} == {
        alt.SCHEMA_URL.rsplit("/", 1)[1]
    }
