"""Draws the rooms of the house in their line, and an arc from each room to those that it uses.

`make rooms` writes the picture that CONTRIBUTING.md shows; a test compares it with the imports.
"""

from tools import house
from tools.places import ROOT

PICTURE = ROOT / "reports" / "rooms.svg"
WIDTH, STEP, TOP = 92, 104, 14
BASE = TOP + 36
HEIGHT = 345
INK, LINE = "#1f2937", "#6b7280"


def used_rooms() -> dict[str, set[str]]:
    """Room -> the other rooms that its modules import."""
    line = house.line_of_rooms()
    found: dict[str, set[str]] = {name: set() for name in line}
    for name, others in house.uses().items():
        if house.room(name) in found:
            found[house.room(name)] |= {house.room(other) for other in others} & set(line)
    return {name: others - {name} for name, others in found.items()}


def drawn() -> str:
    """The picture as SVG, the same bytes for the same imports."""
    line, used = house.line_of_rooms(), used_rooms()
    arcs = [
        _arc(line.index(here), line.index(other))
        for here in line
        for other in sorted(used[here], key=line.index)
    ]
    boxes = [_box(place, name) for place, name in enumerate(line)]
    words = "Nine rooms in a line; an arc leads from a room to one that it uses, always to its left"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {STEP * len(line)} {HEIGHT}" '
            f'role="img" aria-label="{words}" font-family="sans-serif" font-size="13">',
            f'<rect width="{STEP * len(line)}" height="{HEIGHT}" fill="white"/>',
            *arcs,
            *boxes,
            "</svg>\n",
        ]
    )


def _box(place: int, name: str) -> str:
    x = STEP * place + (STEP - WIDTH) // 2
    return (
        f'<rect x="{x}" y="{TOP}" width="{WIDTH}" height="36" rx="4" fill="white" '
        f'stroke="{INK}"/><text x="{x + WIDTH // 2}" y="{TOP + 23}" text-anchor="middle" '
        f'fill="{INK}">{name}</text>'
    )


def _arc(here: int, other: int) -> str:
    """From the middle of a room down and back up to the one that it uses, with a dot there."""
    start, end = STEP * here + STEP // 2 - 10, STEP * other + STEP // 2 + 10
    deep = BASE + 30 + 44 * (here - other)
    return (
        f'<path d="M{start} {BASE} C{start} {deep} {end} {deep} {end} {BASE + 3}" fill="none" '
        f'stroke="{LINE}"/><circle cx="{end}" cy="{BASE + 3}" r="3" fill="{LINE}"/>'
    )


if __name__ == "__main__":
    PICTURE.write_text(drawn(), "utf-8")
