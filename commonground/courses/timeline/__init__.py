"""The timeline as geometry: mood, sessions and life on one axis, wide or running down for a phone.

Time has two linear pieces: what was before the course is compressed, the course runs week by week,
and the change of scale is shown. Plain shapes for a template to draw as SVG, in the order in which
they are painted; the words are handed in, because every sentence goes through gettext elsewhere.
"""

from .across import wide
from .axis import BEFORE, LONG_AGO, Axis
from .down import tall
from .told import Bar, Happening, Meeting, Shape, Span, Timeline, Told, Words

__all__ = [
    "BEFORE",
    "LONG_AGO",
    "Axis",
    "Bar",
    "Happening",
    "Meeting",
    "Shape",
    "Span",
    "Timeline",
    "Told",
    "Words",
    "tall",
    "wide",
]
