"""Whether a name leads somewhere."""

from collections.abc import Collection

from analysis.evidence.files import BadInput, nearest


def check_names(key: str, names: list[str], known: Collection[str]) -> None:
    """Refuses names that are not known, or stand twice."""
    for name in names:
        check_known(key, name, known)
        if names.count(name) > 1:
            raise BadInput(f'{key}: "{name}" stands twice')


def check_known(key: str, name: str, known: Collection[str], what: str = "unknown") -> None:
    """Refuses a name that is not known, with the nearest that is."""
    if name not in known:
        raise BadInput(f'{key}: {what} "{name}"{nearest(name, known)}')
