"""The small pieces that both drawings are made of."""

from collections.abc import Iterator, Sequence

from ..circle import text_width
from .told import Happening, Meeting, Shape, Told


def totals(told: Told) -> list[tuple[Meeting, int]]:
    return [(m, m.total) for m in told.meetings if m.total is not None and m.number is not None]


def reliable(told: Told) -> int | None:
    """The total from which an improvement on the first one is reliable; None outside the scale."""
    found, instrument = totals(told), told.instrument
    if not found or instrument.reliable_change is None:
        return None
    step = instrument.reliable_change * (1 if instrument.higher_is_better else -1)
    level = found[0][1] + step
    return level if instrument.lowest <= level <= instrument.highest else None


def event_dot(event: Happening, x: float, y: float, r: float) -> Iterator[Shape]:
    if event.onset:
        d = r + 1.5
        step = f"l{f(d)} {f(d)}l-{f(d)} {f(d)}l-{f(d)} -{f(d)}z"
        yield path("event-dot is-onset", f"M{f(x)} {f(y - d)}{step}")
    else:
        yield circle("event-dot", x, y, r)


def fitting(room: float, font: float, words: str) -> str:
    """As much of the words as there is room for, ending in an ellipsis; "" for none at all."""
    if text_width(words, font) <= room:
        return words
    while words and text_width(f"{words}…", font) > room:
        words = words[:-1].rstrip()
    return f"{words}…" if len(words) > 2 else ""


def polyline(points: Sequence[tuple[float, float]]) -> Iterator[Shape]:
    if len(points) > 1:
        yield Shape("polyline", "run", path=" ".join(f"{f(x)},{f(y)}" for x, y in points))


def line(name: str, x: float, y: float, x2: float, y2: float) -> Shape:
    return Shape("line", name, f(x), f(y), f(x2), f(y2))


def circle(name: str, x: float, y: float, r: float) -> Shape:
    return Shape("circle", name, f(x), f(y), r=f(r))


def path(name: str, path: str) -> Shape:
    return Shape("path", name, path=path)


def text(name: str, x: float, y: float, words: str, anchor: str = "start") -> Shape:
    return Shape("text", name, f(x), f(y), words=words, anchor=anchor)


def f(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
