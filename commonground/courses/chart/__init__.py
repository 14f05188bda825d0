"""The score chart as geometry: where each point, band, line and tick lies, and the equal table.

Plain values for a template to draw as SVG; the words stay with the template. Every coordinate is a
text such as "376.9": it goes into the drawing as it is, and no locale can put a comma into it.
One slot per session keeps the chart legible on a phone; follow-ups come after a gap.
"""

from .parts import (
    BandArea,
    Chart,
    Cutoff,
    Gap,
    Level,
    Mark,
    Marker,
    Point,
    Reading,
    Row,
    Summary,
    Tick,
)
from .placing import chart
from .sentence import summary

__all__ = [
    "BandArea",
    "Chart",
    "Cutoff",
    "Gap",
    "Level",
    "Mark",
    "Marker",
    "Point",
    "Reading",
    "Row",
    "Summary",
    "Tick",
    "chart",
    "summary",
]
