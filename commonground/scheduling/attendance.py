"""Attended or not, with the codes of the NHS Data Dictionary (domain.md §5)."""

from enum import IntEnum


class Attendance(IntEnum):
    """What became of an appointment."""

    CLIENT_CANCELLED = 2
    DID_NOT_ATTEND = 3
    PROVIDER_CANCELLED = 4
    ON_TIME = 5
    LATE_SEEN = 6
    LATE_NOT_SEEN = 7

    @property
    def seen(self) -> bool:
        """Whether it counts as a session that was held."""
        return self in (Attendance.ON_TIME, Attendance.LATE_SEEN)

    @property
    def cancelled(self) -> bool:
        """Whether it was called off before its hour."""
        return self in (Attendance.CLIENT_CANCELLED, Attendance.PROVIDER_CANCELLED)
