"""The only place in the house that reads the time.

Domain words are handed `now` or `on`; views, jobs and forms ask here. In the demo the clock
can be moved, for web and worker alike: the shift lies in the database and is read once per
request or job (`fresh`). In a practice there is no shift and no query.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)
_shift: ContextVar[timedelta | None] = ContextVar("shift", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC; moved by the demo's shift where there is one."""
    held = _frozen.get()
    return held if held is not None else real() + shift()


def real() -> datetime:
    """The machine's own time, whatever the demo says: for leases and time-outs of processes."""
    return datetime.now(UTC)


def today(zone: str | None = None) -> date:
    """The calendar day in `zone` (an IANA name; the practice's own zone when left out)."""
    return day_of(now(), zone)


def day_of(at: datetime, zone: str | None = None) -> date:
    """The calendar day of an instant in `zone`, as `today` counts it."""
    return at.astimezone(ZoneInfo(zone or settings.TIME_ZONE)).date()


def fresh() -> None:
    """Forget what was read of the shift: called as a request or a job begins."""
    _shift.set(None)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock still, for tests and for the making of demo data."""
    token = _frozen.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


def moved_by(seconds: float | None) -> None:
    """Take the demo's shift from whoever has just read it along with something else."""
    if settings.GROUND_DEMO:
        _shift.set(timedelta(seconds=seconds or 0))


def shift_to(at: datetime) -> None:
    """Move the demo's clock to an instant.

    Raises RuntimeError outside the demo: no practice may ever walk in time.
    """
    from .models import ClockShift

    _only_in_demo()
    ClockShift.objects.update_or_create(pk=1, defaults={"seconds": (at - real()).total_seconds()})
    fresh()


def reset() -> None:
    """Put the demo's clock right again."""
    from .models import ClockShift

    _only_in_demo()
    ClockShift.objects.all().delete()
    fresh()


def shift() -> timedelta:
    """How far the demo's clock stands from the machine's; nothing in a practice."""
    if not settings.GROUND_DEMO:
        return timedelta()
    held = _shift.get()
    if held is None:
        from .models import ClockShift

        row = ClockShift.objects.filter(pk=1).first()
        held = timedelta(seconds=row.seconds if row else 0)
        _shift.set(held)
    return held


def _only_in_demo() -> None:
    if not settings.GROUND_DEMO:
        raise RuntimeError("The clock of a real practice cannot be moved.")
