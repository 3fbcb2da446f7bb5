"""A study of a run that is made once, however many ask for it: the report, then its notebook."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from analysis.model.simulation import Result

More = ParamSpec("More")
Study = TypeVar("Study")


def once(study: Callable[Concatenate[Result, More], Study]) -> Callable[..., Study]:
    """A study that is kept with its run, by what else it was asked with; it is to be read only."""

    @wraps(study)
    def kept(result: Result, *more: More.args, **named: More.kwargs) -> Study:
        studies = vars(result).setdefault("studies", {})
        asked = study, more, tuple(named.items())
        if asked not in studies:
            studies[asked] = study(result, *more, **named)
        found: Study = studies[asked]
        return found

    return kept
