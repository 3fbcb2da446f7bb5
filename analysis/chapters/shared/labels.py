"""Where a label can stand beside its dot without covering what is drawn. All in pixels from the
lower left corner; a box is left, bottom, right, top."""

import numpy as np

from analysis.arrays import Array


def short(number: float) -> str:
    """A number to three digits, or whole; as a power of ten from a billion on."""
    if 1000 <= abs(number) < 1e9:
        return f"{number:,.0f}"
    return f"{number:.3g}".replace("e+", "e")


CHARACTER = 6.9
LINE = 13.0
AWAY = (4.0, 18.0, 34.0, 50.0)
Box = tuple[float, float, float, float]
Point = tuple[float, float]


def places(
    dots: list[Point], labels: list[str], taken: list[Box], size: tuple[float, float]
) -> list[Box]:
    """A box for each label (lines end with a newline) in a picture of a size: the one near its dot
    that covers least of what is taken, other labels included; the nearest of equals.
    """
    covered, found = list(taken), []
    for dot, label in zip(dots, labels, strict=True):
        lines = label.split("\n")
        near = _near(dot, CHARACTER * max(map(len, lines)), LINE * len(lines), size)
        found.append(near[int(_covered(near, covered).argmin())])
        covered.append(found[-1])
    return found


def _near(dot: Point, wide: float, high: float, size: tuple[float, float]) -> list[Box]:
    """Boxes right and left of a dot, above and below it, nearest first, inside of the picture."""
    found = []
    for away in AWAY:
        for bottom in (dot[1] + away, dot[1] - away - high):
            for left in (dot[0] + 8, dot[0] - 8 - wide):
                x = min(max(left, 4.0), size[0] - wide)
                y = min(max(bottom, 0.0), size[1] - high)
                found.append((x, y, x + wide, y + high))
    return found


def _covered(boxes: list[Box], taken: list[Box]) -> Array:
    """The area that each box shares with all that is taken, in square pixels, (boxes,)."""
    one, other = np.array(boxes)[:, None], np.reshape(taken, (1, -1, 4))
    low = np.maximum(one[..., :2], other[..., :2])
    high = np.minimum(one[..., 2:], other[..., 2:])
    shared: Array = np.maximum(high - low, 0).prod(axis=2).sum(axis=1)
    return shared
