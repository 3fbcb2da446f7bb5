"""How a notebook shows a chart: its specification, a drawing without script, and a sentence."""

import hashlib
import html
import json
import re
from typing import Any

import altair as alt
import vl_convert

from analysis.decision.headline import rounded

VEGA_LITE = "6.4"
SPECIFICATION = "application/vnd.vegalite.v6+json"
DRAWING = "image/svg+xml"
SENTENCE = "text/plain"


def register() -> None:
    """Makes every chart of this process show itself through `shown`; may be called again."""
    alt.renderers.register("workbook", shown)
    alt.renderers.enable("workbook")


def shown(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A chart by media type: the Vega-Lite specification, its SVG, and what it shows in words.

    The same chart gives the same bytes, also where another machine computes a last digit otherwise:
    numbers carry 9 significant digits, and a data set is named after its rounded rows.
    """
    spec = _named_by_rows(_nine_digits(spec))
    words = _words(spec)
    # vl_convert would fetch any URL that a specification names: none is allowed.
    svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    label = f'<svg role="img" aria-label="{html.escape(words)}" '
    drawing = _named_by_chart(svg, spec).replace("<svg ", label, 1)
    return {SPECIFICATION: spec, DRAWING: drawing, SENTENCE: words}


def _nine_digits(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _nine_digits(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_nine_digits(value) for value in part]
    return rounded(part) if isinstance(part, float) else part


def _named_by_rows(spec: dict[str, Any]) -> dict[str, Any]:
    """Altair names a data set by a hash of its rows, in which the digits cut off would show."""
    text = json.dumps(spec)
    for name, rows in spec.get("datasets", {}).items():
        text = text.replace(json.dumps(name), json.dumps(f"data-{_digest(rows)}"))
    return dict(json.loads(text))


def _named_by_chart(svg: str, spec: dict[str, Any]) -> str:
    """Vega numbers clip paths and gradients by process, so that a drawing would depend on those
    before it; and on one page each must find its own."""
    for number, name in enumerate(re.findall(r'<\w+ id="([^"]+)"', svg)):
        used = rf'(\bid="|url\(#|href="#){re.escape(name)}(?=["\)])'
        svg = re.sub(used, rf"\g<1>d{_digest(spec)}-{number}", svg)
    return svg


def _digest(part: Any) -> str:
    return hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()[:32]


def _words(spec: dict[str, Any]) -> str:
    """The chart's description, else its title, else the word chart."""
    title = spec.get("title") or ""
    if isinstance(title, dict):
        title = title.get("text", "")
    found = spec.get("description") or (" ".join(title) if isinstance(title, list) else title)
    return str(found or "chart")
