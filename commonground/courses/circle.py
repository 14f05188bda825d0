"""The closeness circles as geometry: where each ring, person, trail and name lies.

Plain values for a template to draw as SVG; the words stay with the template. A person's bearing is
the same in every drawing and the ring tells the date, so that two dates can be compared at a
glance. Coordinates are texts such as "376.9", so that no locale can put a comma into them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, degrees, hypot, radians, sin

RINGS = (1, 2, 3)
"""1 = close … 3 = further out; 0 = not in the circle at that date."""

_EDGES = (0.178, 0.318, 0.458)
_STANDS = (0.0, 0.118, 0.248, 0.388)
_SELF, _SELF_SMALL = 0.052, 0.064

_NARROW = {"i": 0.27, "l": 0.27, "t": 0.37, "f": 0.36, "r": 0.38, " ": 0.25, "’": 0.25, ",": 0.25}
_WIDE = {"m": 0.86, "w": 0.78, "M": 0.88, "W": 0.98}


@dataclass(frozen=True)
class Stand:
    """Somebody to be drawn. `bearing` in degrees clockwise from the top; `ring` 1 to 3.

    `before` is the ring where they stood at the date compared with: None = no comparison,
    0 = not there then. `near` None = not known.
    """

    key: str
    name: str
    bearing: int
    ring: int
    before: int | None = None
    near: bool | None = None
    strain: bool = False
    chosen: bool = False
    version: int = 1

    @property
    def moved(self) -> bool:
        return self.before is not None and self.before != self.ring


@dataclass(frozen=True)
class Dot:
    """Somebody in their place."""

    stand: Stand
    x: str
    y: str
    r: str
    ring_r: str


@dataclass(frozen=True)
class Trail:
    """From where they stood to where they stand."""

    x1: str
    y1: str
    x2: str
    y2: str
    r: str


@dataclass(frozen=True)
class Name:
    """A name beside its dot; `anchor` is start, middle or end."""

    key: str
    text: str
    x: str
    y: str
    anchor: str
    chosen: bool


@dataclass(frozen=True)
class Ring:
    """The edge of a ring, the outermost first; `name_y` is where its word is written."""

    number: int
    r: str
    name_y: str


@dataclass(frozen=True)
class Circle:
    """Everything a drawing of one date needs. `centre` is both its x and its y."""

    view_box: str
    centre: str
    self_r: str
    self_y: str
    rings: tuple[Ring, ...]
    trails: tuple[Trail, ...]
    dots: tuple[Dot, ...]
    names: tuple[Name, ...]
    small: bool


def circle(stands: Sequence[Stand], *, size: int = 600, small: bool = False) -> Circle:
    """The drawing of one date, `size` units across.

    A small one names only who stands elsewhere than at the date compared with.
    """
    centre = size / 2
    self_r = size * (_SELF_SMALL if small else _SELF)
    dot_r = 5.0 if small else 8.0
    dots, trails, spots = [], [], []
    for stand in stands:
        x, y = _at(centre, stand.bearing, size * _STANDS[stand.ring])
        dots.append(Dot(stand, _f(x), _f(y), _f(dot_r), _f(dot_r + (2 if small else 3.5))))
        spots.append((x - dot_r - 2, y - dot_r - 2, x + dot_r + 2, y + dot_r + 2))
        if stand.moved and stand.before:
            ox, oy = _at(centre, stand.bearing, size * _STANDS[stand.before])
            trails.append(Trail(_f(ox), _f(oy), _f(x), _f(y), "2" if small else "3"))
    named = [stand for stand in stands if stand.moved or not small]
    me = (centre - self_r, centre - self_r, centre + self_r, centre + self_r)
    pad, reach = (6.0 if small else 62.0), size * _EDGES[2] + 4
    corner, across = centre - reach, 2 * reach
    return Circle(
        view_box=f"{_f(corner - pad)} {_f(corner)} {_f(across + 2 * pad)} {_f(across)}",
        centre=_f(centre),
        self_r=_f(self_r),
        self_y=_f(centre + 4.5),
        rings=tuple(
            Ring(n, _f(size * _EDGES[n - 1]), _f(centre - size * _EDGES[n - 1] + 17))
            for n in reversed(RINGS)
        ),
        trails=tuple(trails),
        dots=tuple(dots),
        names=_names(named, centre, size, dot_r, [*spots, me], small=small),
        small=small,
    )


def free_bearing(taken: Iterable[int]) -> int:
    """The middle of the widest gap between the bearings that are taken, in degrees."""
    around = sorted({bearing % 360 for bearing in taken})
    if not around:
        return 45
    gaps = [(b - a, a) for a, b in pairwise([*around, around[0] + 360])]
    width, start = max(gaps, key=lambda gap: (gap[0], -gap[1]))
    return round(start + width / 2) % 360


def place(x: float, y: float, *, size: int = 600) -> tuple[int, int]:
    """Ring and bearing of a point of the drawing: what letting go there means.

    Outside the outermost ring is still the outermost: somebody is taken out by saying so.
    """
    dx, dy = x - size / 2, y - size / 2
    distance = hypot(dx, dy)
    ring = next((n for n in RINGS if distance <= size * _EDGES[n - 1]), RINGS[-1])
    return ring, round(degrees(atan2(dx, -dy))) % 360


# ——— names, so that none covers another ———

Box = tuple[float, float, float, float]


def _names(
    stands: Sequence[Stand], centre: float, size: int, dot_r: float, taken: list[Box], *,
    small: bool,
) -> tuple[Name, ...]:  # fmt: skip
    """Each name in the place around its dot that covers least; in the order of the bearings, so
    that the same people are always written the same way."""
    font, boxes, found = (14 if small else 15), list(taken), []
    for stand in sorted(stands, key=lambda one: (one.bearing, one.key)):
        x, y = _at(centre, stand.bearing, size * _STANDS[stand.ring])
        off = dot_r + (3 if small else 6) + (6 if stand.chosen else 0)
        width = text_width(stand.name, font)
        walk = _walk(stand, centre, size, x, y)
        around = _around(x, y, off, font)
        order = _order(stand)

        def cost(
            way: str, around: dict[str, tuple[float, float, str]] = around, width: float = width,
            walk: list[Box] = walk,
        ) -> float:  # fmt: skip
            box = _box(*around[way], width, font)
            return sum(_cover(box, b) for b in boxes) + 0.8 * sum(_cover(box, b) for b in walk)

        best = min(order, key=lambda way: (round(cost(way)), order.index(way)))
        tx, ty, anchor = around[best]
        boxes.append(_box(tx, ty, anchor, width, font))
        found.append(Name(stand.key, stand.name, _f(tx), _f(ty), anchor, stand.chosen))
    return tuple(found)


def _around(x: float, y: float, off: float, font: int) -> dict[str, tuple[float, float, str]]:
    up = font * 0.75
    return {
        "right": (x + off, y + font * 0.33, "start"),
        "left": (x - off, y + font * 0.33, "end"),
        "below": (x, y + off + up - 1, "middle"),
        "above": (x, y - off, "middle"),
        "right low": (x + off - 2, y + font * 0.88, "start"),
        "left low": (x - off + 2, y + font * 0.88, "end"),
        "right high": (x + off - 2, y - font * 0.2, "start"),
        "left high": (x - off + 2, y - font * 0.2, "end"),
    }


def _order(stand: Stand) -> list[str]:
    """The outer side first; above or below for whoever stands straight up or down."""
    across, up = sin(radians(stand.bearing)), cos(radians(stand.bearing))
    side, other = ("right", "left") if across >= 0 else ("left", "right")
    if abs(across) < 0.38:
        return ["below" if up < 0 else "above", side, other, "below" if up >= 0 else "above"]
    return [side, f"{side} low", f"{side} high", "below", "above", other]


def _walk(stand: Stand, centre: float, size: int, x: float, y: float) -> list[Box]:
    """The trail as a row of small boxes that a name had better not cover."""
    if not stand.moved or not stand.before:
        return []
    ox, oy = _at(centre, stand.bearing, size * _STANDS[stand.before])
    steps = ((x + (ox - x) * n / 8, y + (oy - y) * n / 8) for n in range(2, 9))
    return [(a - 1.5, b - 1.5, a + 1.5, b + 1.5) for a, b in steps]


def _box(x: float, y: float, anchor: str, width: float, font: int) -> Box:
    left = x if anchor == "start" else x - width if anchor == "end" else x - width / 2
    return left - 1, y - font * 0.75, left + width + 1, y + font * 0.22


def _cover(a: Box, b: Box) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def text_width(text: str, font: float) -> float:
    """About how wide a text is in the house's sans, in the unit of `font`; generous."""
    letters = _NARROW | _WIDE
    return font * sum(letters.get(c, 0.62 if c.isupper() else 0.555) for c in text)


def _at(centre: float, bearing: int, distance: float) -> tuple[float, float]:
    angle = radians(bearing)
    return centre + distance * sin(angle), centre - distance * cos(angle)


def _f(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
