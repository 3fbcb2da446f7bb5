"""The page with sliders: inputs are moved, options ticked, and the answer and picture follow."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import altair as alt
import ipywidgets as widgets

from analysis.arrays import Array
from analysis.chapters.comparison import charts as comparison_charts
from analysis.chapters.comparison import tables as comparison_tables
from analysis.chapters.cost import charts as cost_charts
from analysis.chapters.cost import tables as cost_tables
from analysis.chapters.shared import style
from analysis.decision import sobol, value_of_time
from analysis.evidence import ledger as ledgers
from analysis.explorer import captions
from analysis.explorer import held as held_inputs
from analysis.explorer import sliders as slider_rows
from analysis.explorer.sliders import Slider
from analysis.model import comparison, draws, simulation
from analysis.model.simulation import Result
from analysis.scenario import edits, load
from analysis.scenario.schema import Scenario

EMBED = {"actions": False, "renderer": "svg", "ast": True}


class Explorer(widgets.VBox):  # type: ignore[misc]
    """The page as a widget; says in words what it is where nothing can draw it."""

    def __repr__(self) -> str:
        return "sliders: run this notebook to move them"


@dataclass(frozen=True)
class View:
    """What is on the page whatever the scenario."""

    chooser: widgets.Dropdown
    about: widgets.HTML
    answer: widgets.HTML
    picture: alt.JupyterChart
    controls: widgets.VBox


@dataclass(frozen=True)
class Case:
    """One scenario on the page: its futures, drawn once, and what the reader moves."""

    scenario: Scenario
    given: str
    futures: dict[str, Array]
    look: style.Look
    ticks: dict[str, widgets.Checkbox]
    sliders: dict[str, Slider]
    month: Slider
    name: widgets.Text
    file: widgets.HTML

    @property
    def slug(self) -> str:
        """The slug of the scenario, which may have been given by the path of its file."""
        return Path(self.given).stem

    @property
    def held(self) -> dict[str, float]:
        """The assumptions that are held, each with its value."""
        values = {name: one.value for name, one in self.sliders.items()}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def chosen(self) -> Scenario:
        """The scenario with the options that are ticked."""
        ticked = [name for name, one in self.ticks.items() if one.value]
        return edits.with_options(self.scenario, ticked)


def page(scenario: Scenario, slug: str, most: int, seed: int) -> Explorer:
    """The page of a scenario, given by slug or path, from which each shipped one can be chosen; at
    most so many draws."""
    alt.JupyterChart.enable_offline(True)
    view = _view(slug)

    def opened(_: Any = None) -> None:
        chosen = view.chooser.value
        found = scenario if chosen == slug else load.read(load.find(chosen))
        _open(view, case(found, chosen, most, seed))

    view.chooser.observe(opened, "value")
    opened()
    shown = widgets.VBox([view.answer, view.picture], layout=_column("680px"))
    shown.add_class("explorer-shown")
    open_ended = widgets.Layout(flex_flow="row wrap", overflow="visible")
    both = widgets.Box([shown, view.controls], layout=open_ended)
    made = Explorer([view.chooser, view.about, both], layout={"overflow": "visible"})
    made.add_class("explorer")
    return made


def case(scenario: Scenario, slug: str, most: int, seed: int) -> Case:
    """A scenario as it is opened: everything as assumed, every option ticked."""
    number = min(most, held_inputs.futures_at_once(scenario))
    futures = draws.block(scenario, seed, 0, number)
    moving = [name for name in sobol.ranked(scenario)["assumption"] if name in scenario.assumptions]
    assumed = simulation.at(scenario, futures)
    return Case(
        scenario=scenario,
        given=slug,
        futures=futures,
        look=style.look(scenario),
        ticks={name: _tick(one.title) for name, one in scenario.options.items()},
        sliders={name: slider_rows.slider(scenario, name) for name in moving},
        month=slider_rows.month_slider(
            held_inputs.largest_month_usd(assumed), value_of_time.month_usd(assumed)
        ),
        name=widgets.Text(
            f"my-{Path(slug).stem}"[:60], description="File name", continuous_update=False
        ),
        file=widgets.HTML(),
    )


def redraw(view: View, case: Case, _: Any = None) -> None:
    """Brings the answer, the picture and the file up to what the reader has set."""
    scenario, month_usd = case.chosen, float(case.month.value)
    _offer(case)
    if not scenario.options:
        view.answer.value = "<p>Tick at least one option.</p>"
        view.picture.spec = None  # type: ignore[assignment]
        return
    result = held_inputs.at(scenario, case.futures, case.held)
    view.answer.value = captions.answers(result, case.slug, month_usd)
    view.picture.spec = _picture(result, case.look, month_usd)


def _picture(result: Result, look: style.Look, month_usd: float) -> Any:
    """Cost against date; without a run the steps from one cost to the other, or the parts of the
    only one, None if it pays nothing."""
    if result.scenario.run is not None:
        frame = comparison_tables.cost_and_date(result)
        chart = comparison_charts.cost_and_date(frame, look, month_usd=month_usd or None)
    elif comparison.pair(result.scenario) is not None:
        chart = cost_charts.cost_steps(cost_tables.cost_steps(result), look)
    elif len(frame := cost_tables.present_cost_parts(result)):
        chart = cost_charts.present_cost_parts(frame, replace(look, pair=None))
    else:
        return None
    return chart.to_dict(validate=False)  # the check takes as long as the drawing


def reset(case: Case, show: Callable[..., None], _: Any = None) -> None:
    """Everything as it was when the scenario was opened, drawn once."""
    _unwatch(case, show)
    for one, trait, start in _moving(case):
        setattr(one, trait, start)
    _watch(case, show)
    show()


def _open(view: View, case: Case) -> None:
    """Puts a scenario on the page in place of the one before, whose controls are closed."""
    before, show = view.controls.children, partial(redraw, view, case)
    view.about.value = captions.about(case.scenario, case.given, len(case.futures[draws.ALWAYS]))
    view.controls.children = _controls(case, show)
    show()
    _watch(case, show)
    case.name.observe(partial(_offer, case), "value")
    for one in before:
        for inner in (*getattr(one, "children", ()), one):
            inner.close()


def _view(slug: str) -> View:
    slugs = [(Path(one).stem, one) for one in dict.fromkeys([slug, *load.shipped()])]
    return View(
        widgets.Dropdown(options=slugs, value=slug, description="Scenario"),
        widgets.HTML(),
        widgets.HTML(),
        alt.JupyterChart(None, embed_options=EMBED),  # type: ignore[arg-type]
        widgets.VBox(layout=_column("340px")),
    )


def _controls(case: Case, show: Callable[..., None]) -> list[Any]:
    """What the reader moves, in reading order."""
    ledger, moved, month = ledgers.ledger(), [], []
    if case.scenario.run is not None:
        month = [case.month, _note(captions.delay(case.scenario))]
    for name, one in case.sliders.items():
        moved += [one, _note(captions.behind(case.scenario.assumptions[name], ledger))]
    button = widgets.Button(description="Reset")
    button.on_click(partial(reset, case, show))
    return [
        widgets.Box(list(case.ticks.values()), layout=widgets.Layout(flex_flow="row wrap")),
        *month,
        *moved,
        button,
        case.name,
        case.file,
    ]


def _moving(case: Case) -> list[tuple[Any, str, Any]]:
    """Everything that moves the answer: the control, its trait, where it starts."""
    ticks = [(one, "value", True) for one in case.ticks.values()]
    return [*ticks, *((one, "position", one.start) for one in (*case.sliders.values(), case.month))]


def _watch(case: Case, show: Callable[..., None]) -> None:
    for one, trait, _ in _moving(case):
        one.observe(show, trait)


def _unwatch(case: Case, show: Callable[..., None]) -> None:
    for one, trait, _ in _moving(case):
        one.unobserve(show, trait)


def _offer(case: Case, _: Any = None) -> None:
    """Brings the file up to what is held, under the name that the reader gives."""
    name, asked = str(case.name.value).strip(), comparison.pair(case.chosen)
    other = None if asked == comparison.pair(case.scenario) else asked
    case.file.value = captions.file(case.scenario, case.slug, name, case.held, other)


def _tick(title: str) -> widgets.Checkbox:
    return widgets.Checkbox(True, description=title, indent=False, layout={"width": "auto"})


def _note(words: str) -> widgets.HTML:
    return widgets.HTML(f'<div class="explorer-note">{words}</div>')


def _column(width: str) -> widgets.Layout:
    """As wide as given, or as the page is; what is wider scrolls."""
    return widgets.Layout(flex=f"1 1 {width}", min_width="0", overflow="auto")
