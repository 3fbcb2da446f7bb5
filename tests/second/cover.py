"""What the random scenarios meet, in words: of power that is short and of terms that run on."""

import math

from second import compare, model, scenarios
from second.model import Case, Tranche


def facts(number: int) -> list[set[str]]:
    """What each option meets in each future of the random scenario of a number."""
    tables, dice = scenarios.scenario(number)
    futures = scenarios.futures(dice, compare.FUTURES)
    words = compare.read(tables).model_dump(mode="json")
    found = []
    for i in range(compare.FUTURES):
        case = model.case_of(words, {name: values[i] for name, values in futures.items()})
        for option in tables["options"]:
            tranches = model.tranches_of(case, option)
            model.deliver(case, tranches)
            found.append(set().union(*(of_tranche(case, t, tranches) for t in tranches)))
    return found


def of_tranche(case: Case, t: Tranche, tranches: list[Tranche]) -> set[str]:
    """What a tranche meets at a site with stages."""
    if t.limit is None or not t.comes:
        return set()
    found = {"dark" if above(t.there, t.energised) else "lit", t.data["use"]}
    others = [one for one in tranches if one.site == t.site and one is not t]
    if any(one.data["chip"] != t.data["chip"] for one in others):
        found.add("two chips at a site")
    if above(t.energised, t.working):
        found |= {"capped", f"capped {t.data['kind']}", f"capped {t.data['use']}"}
        if any(above(one.energised, one.working) for one in others):
            found.add("two capped at a site")
    if t.data["use"] == "run" and len({round(share, 9) for _, _, share, _ in t.limit.open}) > 1:
        found.add("availability that jumps under the run")
    return found | (of_rental(case, t, tranches) if t.rented else set())


def of_rental(case: Case, t: Tranche, tranches: list[Tranche]) -> set[str]:
    """What a rental meets at a site with stages."""
    terms = model.terms_of(case, t)
    found = {f"rented there: {t.data['at_end']}"}
    found |= {"left there"} if t.left < case.months else set()
    found |= {"reserved in part there"} if 0 < terms.reserved < 1 else set()
    found |= {"rented there by a fallback"} if t.begins > 0 else set()
    last = model.signed_again(t, terms, float(case.months))[-1][1]
    most, _ = model.power_left(case, t, tranches)
    if last > case.months and t.left == math.inf and 0 < most < t.gpus:
        found.add("a term beyond the horizon at limited power")
    return found


def above(p: model.Path, q: model.Path) -> bool:
    """Whether one path is above another at some time."""
    return any(u0 > w0 + 1e-6 or u1 > w1 + 1e-6 for _, _, u0, u1, w0, w1 in model.overlay(p, q))
