"""Whether chips, sites and tranches hang together: what each kind needs, and may not state."""

import math
from collections.abc import Callable, Iterator
from functools import partial

from analysis.evidence import ledger as ledgers
from analysis.evidence.files import BadInput, every, nearest
from analysis.scenario.bounds import reach
from analysis.scenario.known import check_known, check_names
from analysis.scenario.references import FROM_THE_TABLE_OF_CHIPS, PRICES, terms
from analysis.scenario.schema import (
    Chip,
    Cost,
    OwnedTranche,
    RentedTranche,
    Scenario,
    Site,
    Tranche,
)
from analysis.scenario.units import Input, plain


def check(scenario: Scenario) -> None:
    """Refuses chips, tranches and sites that cannot be run, a line for each."""
    chips = [partial(_check_chip, key, chip) for key, chip in scenario.chips.items()]
    every([*chips, *_checks_of_tranches(scenario), *_checks_of_sites(scenario)])


def _checks_of_tranches(scenario: Scenario) -> Iterator[Callable[[], None]]:
    for key, tranche in scenario.tranches.items():
        yield partial(_check_tranche, f"tranches.{key}", tranche, scenario)
    for key, cost in scenario.costs.items():
        yield partial(_check_cost, f"costs.{key}", cost, scenario)


def _checks_of_sites(scenario: Scenario) -> Iterator[Callable[[], None]]:
    for key, site in scenario.sites.items():
        yield partial(_check_stages, f"sites.{key}.stages", site)
        yield partial(_check_cap, f"sites.{key}", site, scenario)


def _check_cap(where: str, site: Site, scenario: Scenario) -> None:
    """GPUs that run at a share of their peak power lose no more speed than power; what both add up
    of the same is as large in both."""
    cap, speed = list(terms(site.cap_share or 1.0)), list(terms(site.capped_speed_share or 1.0))
    for name in [term for term in cap if isinstance(term, str) and term in speed]:
        cap.remove(name)
        speed.remove(name)
    least = reach(tuple(speed), scenario.assumptions)[0]
    most = reach(tuple(cap), scenario.assumptions)[1]
    if least < most:
        raise BadInput(
            f"{where}.capped_speed_share can be {plain(least)} and cap_share {plain(most)}; "
            "expected as much at least"
        )


def _check_chip(key: str, chip: Chip) -> None:
    table = ledgers.chips()
    for field in FROM_THE_TABLE_OF_CHIPS:
        if getattr(chip, field) is None and not table.get(key, {}).get(field):
            lacks = "none for it" if key in table else f"no such chip{nearest(key, table)}"
            raise BadInput(f"chips.{key}: {field} is missing and chips.csv has {lacks}")
    for price in PRICES:
        if chip.price_fall_per_year is None and getattr(chip, f"{price}_fall_per_year") is None:
            raise BadInput(
                f"chips.{key}.price_fall_per_year is missing; without it expected both "
                "rent_fall_per_year and node_fall_per_year"
            )


def _check_tranche(where: str, tranche: Tranche, scenario: Scenario) -> None:
    check_known(f"{where}.site", tranche.site, scenario.sites)
    check_known(f"{where}.chip", tranche.chip, scenario.chips)
    chip, site = scenario.chips[tranche.chip], scenario.sites[tranche.site]
    _check_sublet(where, tranche, chip)
    if isinstance(tranche, OwnedTranche):
        _check_owned(where, tranche, chip, site)
    else:
        _check_rented(where, tranche, chip, site)
        _check_contract(where, tranche, scenario)
        _check_end(where, tranche, scenario)
        _check_horizon(where, tranche, scenario)


def _check_sublet(where: str, tranche: Tranche, chip: Chip) -> None:
    """What is let to others has a share of the market price that it brings; so may a rental have,
    whose hours are let after the horizon."""
    if tranche.use != "sublet":
        if tranche.sublet_price_share is not None and isinstance(tranche, OwnedTranche):
            raise BadInput(
                f'{where}.sublet_price_share: use is "{tranche.use}"; expected it only where use '
                'is "sublet"'
            )
        return
    if tranche.sublet_price_share is None:
        raise BadInput(f"{where}.sublet_price_share is missing; what is sublet needs it")
    if chip.market_rent_usd_per_gpu_hour is None:
        raise BadInput(f"chips.{tranche.chip}: a sublet tranche needs market_rent_usd_per_gpu_hour")


def _check_owned(where: str, tranche: OwnedTranche, chip: Chip, site: Site) -> None:
    if not site.stages:
        raise BadInput(
            f'{where}.site: "{tranche.site}" has no power stages; an owned tranche needs them'
        )
    if chip.node_usd is None or chip.resale_share is None:
        raise BadInput(f"chips.{tranche.chip}: an owned tranche needs node_usd and resale_share")


def _check_rented(where: str, tranche: RentedTranche, chip: Chip, site: Site) -> None:
    if site.tco2_per_mwh is None:
        raise BadInput(f"sites.{tranche.site}.tco2_per_mwh is missing; a rented tranche needs it")
    if chip.market_rent_usd_per_gpu_hour is None:
        raise BadInput(f"chips.{tranche.chip}: a rented tranche needs market_rent_usd_per_gpu_hour")


def _check_contract(where: str, tranche: RentedTranche, scenario: Scenario) -> None:
    """A price, a value, or neither; with a prepayment its dates: due, and known to be lost."""
    if tranche.usd_per_gpu_hour is not None and tranche.contract_usd is not None:
        raise BadInput(
            f"{where}: usd_per_gpu_hour and contract_usd; expected one, or none: the market's price"
        )
    if tranche.contract_usd is not None:
        for field in ("take_or_pay_share", "gpus", "term_months", "reserved_share"):
            value = getattr(tranche, field)
            if value is not None and reach(value, scenario.assumptions)[0] <= 0:
                raise BadInput(
                    f"{where}.{field} can be 0; with contract_usd expected more in every future"
                )
    prepaid = reach(tranche.prepayment_share, scenario.assumptions)[1] > 0
    if prepaid and tranche.prepaid_months_before is None:
        raise BadInput(
            f"{where}.prepaid_months_before is missing; a prepayment needs it: months before the "
            "first delivery (0: on delivery)"
        )
    dated = {"known_month": tranche.known_month, "refund_share": tranche.refund_share}
    for field, value in dated.items():
        if prepaid and tranche.only_if is not None and value is None:
            raise BadInput(f"{where}.{field} is missing; a prepayment with an event needs it")
        if value is not None and tranche.only_if is None:
            raise BadInput(f"{where}.{field}: expected it only beside only_if")


def _check_end(where: str, tranche: RentedTranche, scenario: Scenario) -> None:
    """What is left when the run has moved is a tranche for the run; what is signed again for its
    term has one of a month or more."""
    if tranche.at_end == "reserve" and reach(tranche.term_months, scenario.assumptions)[0] < 1:
        raise BadInput(
            f'{where}.term_months can be under 1; with at_end = "reserve" expected 1 or more in '
            "every future"
        )
    if tranche.at_end == "until_moved" and tranche.use != "run":
        raise BadInput(
            f'{where}.at_end: "until_moved" but use is "{tranche.use}"; expected use "run"'
        )
    if tranche.exit_fee_months is not None and tranche.at_end != "until_moved":
        raise BadInput(f'{where}.exit_fee_months: expected it only with at_end = "until_moved"')


def _check_horizon(where: str, tranche: RentedTranche, scenario: Scenario) -> None:
    """What runs on after the horizon, or after one that is swept, is let at a share; the last of
    terms that are signed again can always run on."""
    horizon = scenario.choices.horizon_months
    last = _ends(where.removeprefix("tranches."), tranche, scenario)
    last = math.inf if tranche.at_end == "reserve" else last
    if tranche.sublet_price_share is None and last > min(horizon.value, *horizon.swept, math.inf):
        raise BadInput(
            f"{where}.sublet_price_share is missing; a term that can pass the horizon needs it"
        )


def _ends(name: str, tranche: RentedTranche, scenario: Scenario) -> float:
    """The latest month in which the term of a rental can end, begun as a fallback too."""
    begun = [0.0]
    for option in scenario.options.values():
        instead = option.instead
        if instead is not None and instead.option in scenario.options:
            brought = set(scenario.options[instead.option].tranches) - set(option.tranches)
            begun += [_most(instead.known_month, scenario)] * (name in brought)
    first = max(_most(month, scenario) for month in tranche.milestones.values())
    return first + max(begun) + _most(tranche.term_months, scenario)


def _most(value: Input, scenario: Scenario) -> float:
    """The most that an input can come to: infinite where a range has no max."""
    known = [scenario.assumptions[x] for x in terms(value) if isinstance(x, str)]
    if any(one.low is not None and one.max is None for one in known):
        return math.inf
    return reach(value, scenario.assumptions)[1]


def _check_cost(where: str, cost: Cost, scenario: Scenario) -> None:
    """A line of cost names tranches and an amount; what is paid once may have a life."""
    check_names(f"{where}.tranches", cost.tranches, scenario.tranches)
    amounts = [name for name in type(cost).model_fields if "usd" in name]
    if all(getattr(cost, name) is None for name in amounts):
        raise BadInput(f"{where}: costs nothing; expected at least one of {', '.join(amounts)}")
    if cost.life_months is None:
        return
    if cost.once_usd is None:
        raise BadInput(f"{where}.life_months: expected it only with once_usd")
    if reach(cost.life_months, scenario.assumptions)[0] < 1:
        raise BadInput(f"{where}.life_months can be under 1; expected 1 or more in every future")


def _check_stages(where: str, site: Site) -> None:
    """A stage has its MW of the facility or for IT; it replaces another of its site, and none
    replaces itself by way of others."""
    for key, stage in site.stages.items():
        if (stage.mw is None) == (stage.it_mw is None):
            raise BadInput(f"{where}.{key}: expected exactly one of mw (facility) and it_mw (IT)")
        if stage.replaces is not None:
            others = [one for one in site.stages if one != key]
            check_known(f"{where}.{key}.replaces", stage.replaces, others)
    for key, stage in site.stages.items():
        passed, last = {key}, stage.replaces
        while last is not None and last not in passed:
            passed.add(last)
            last = site.stages[last].replaces
        if last == key:
            raise BadInput(f'{where}.{key}.replaces: "{stage.replaces}" replaces it in turn')
