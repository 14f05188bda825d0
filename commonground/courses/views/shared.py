"""A guardian's own page: what a young person shares with them, and nothing else."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.people.models import Guardian
from commonground.people.roles import Role
from commonground.scheduling.models import Appointment

from ..models import Company, Course, Goal, Piece, Told, tell
from .sharing_words import classes

AHEAD = 6
"""So many appointments are told of."""


@only(Role.GUARDIAN)
def shared(request: HttpRequest) -> HttpResponse:
    """For each whom they stand beside: what is shared, and that the rest is not, and why."""
    now, user = clock.now(), request.user
    own = Guardian.objects.filter(user=user.pk)
    rows = list(own.with_keys().order_by("ends_on", "pk"))
    for row in rows:
        if row.shown(now):
            audit.read(by=user, obj=row.client, now=now, verb="courses.shared.read")
    reader = _Reader(user, rows, now)
    context = {"rows": [reader.tell(row) for row in rows], "zone_name": user.zone}
    return render(request, "courses/shared.html", context)


class _Reader:
    """What is shared with one guardian, read for all whom they stand beside at once. Each class is
    read only for those who have opened it."""

    def __init__(self, user: Any, rows: Iterable[Guardian], now: datetime) -> None:
        self.now = now
        self.open = {row.pk: frozenset(row.shown(now)) for row in rows}
        self.rows = list(rows)
        self.courses = self._courses()
        self.told = {each.course.client_id: each for each in self._told()}
        self.goals: dict[UUID, list[Goal]] = defaultdict(list)
        working = [self.courses[pk].pk for pk in self._of("shared_work") if pk in self.courses]
        for goal in Goal.objects.filter(course__in=working).with_keys():
            self.goals[goal.course_id].append(goal)
        self.pieces: dict[UUID, list[Piece]] = defaultdict(list)
        mine = Piece.objects.visible_to(user, now).filter(guardian__in=self.rows)
        for piece in mine.with_keys():
            self.pieces[piece.guardian_id].append(piece)
        self.hours: dict[UUID, list[Appointment]] = defaultdict(list)
        hours = Appointment.objects.visible_to(user, now).ahead(now)
        for hour in hours.filter(client__in=self._of("appointments")).with_keys():
            if hour.client_id:
                self.hours[hour.client_id].append(hour)
        self.parts = Company.objects.all().by_hour([row.pk for row in self.rows])

    def _of(self, what: str) -> list[UUID]:
        return [row.client_id for row in self.rows if what in self.open[row.pk]]

    def _courses(self) -> dict[UUID, Course]:
        """The running or latest course of each who shares anything."""
        sharing = [row.client_id for row in self.rows if self.open[row.pk]]
        found = Course.objects.filter(client__in=sharing).with_keys().order_by("opened_on")
        return {course.client_id: course for course in found}

    def _told(self) -> list[Told]:
        wanted = {*self._of("measures"), *self._of("shared_work")}
        return tell([course for pk, course in self.courses.items() if pk in wanted])

    def _mine(self, hour: Appointment, row: Guardian) -> Company | None:
        """Where this guardian takes part themselves."""
        company = self.parts.get(hour.pk)
        return company if company and company.guardian_id == row.pk else None

    def tell(self, row: Guardian) -> dict[str, Any]:
        """One of them, as the page shows them."""
        seen, course = self.open[row.pk], self.courses.get(row.client_id)
        told = self.told.get(row.client_id)
        words = classes()
        context: dict[str, Any] = {
            "guardian": row,
            "word": f"shared-{row.pk}",
            "stands": row.stands(self.now),
            "seen": seen,
            "kept": [said for key, said in words.items() if key not in seen],
        }
        if "identity" in seen:
            context |= {"name": row.client.called, "therapist": course and course.therapist.name}
        if "appointments" in seen:
            hours = self.hours[row.client_id][:AHEAD]
            context["hours"] = [(hour, self._mine(hour, row)) for hour in hours]
        if "measures" in seen and told:
            chart = told.chart(told.course.measure)
            context["chart"] = chart if chart.points else None
        if "shared_work" in seen:
            context |= {
                "foci": told.foci if told else [],
                "goals": self.goals[course.pk] if course else [],
                "pieces": self.pieces[row.pk],
            }
        return context
