"""How nbval compares a stored output with a new one: numbers to nine digits, no drawings."""

import hashlib
import json


def nine_digits(value):
    """Return `value` with every float inside lists and dicts rounded to 9 significant digits."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {key: nine_digits(part) for key, part in value.items()}
    if isinstance(value, list):
        return [nine_digits(part) for part in value]
    return value


def comparable(output):
    """Return an output in nine digits, a chart's data sets named after their rounded rows.

    Altair names a data set by a hash of its rows, in which the last digit of one number shows.
    """
    output = nine_digits(output)
    if not isinstance(output, dict) or "datasets" not in output:
        return output
    text = json.dumps(output)
    for name, rows in output["datasets"].items():
        digest = hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
        text = text.replace(json.dumps(name), json.dumps(f"data-{digest}"))
    return json.loads(text)


def pytest_itemcollected(item):
    """Leave drawings out (the specification beside them is compared) and round the numbers."""
    if type(item).__name__ == "IPyNbCell":
        sanitized = item.sanitize
        item.sanitize = lambda output: comparable(sanitized(output))
        item.parent.skip_compare = (*item.parent.skip_compare, "image/svg+xml")
