"""What client and therapist fill in together, at home or in the hour, and every earlier wording."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from commonground.core.fields import EncryptedJSONField
from commonground.core.models.base import House
from commonground.people.models import Client, User

from .. import filled, storages
from ..worksheet import SAFETY_PLAN, Kind, lost
from ..worksheet import Worksheet as Sheet
from .course import Course
from .event import LifeEvent
from .goal import Goal
from .person import Person


class Worksheets(models.QuerySet["Worksheet"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """For client and therapist together; for the client also after the course has ended."""
        return self.filter(course__client__in=Client.objects.working_together(user, now))

    def written_by(self, user: User, now: datetime) -> Self:
        """Those this person may fill in: the lead, and the client while the course goes on."""
        own = Q(course__client__in=Client.objects.own(user), course__ended_on__isnull=True)
        return self.filter(Q(course__client__in=Client.objects.led_by(user, now)) | own)

    def typed_by(self, user: User, now: datetime) -> Self:
        """Those on which this person may have words that never reached us: as `written_by`, and
        the client also after the course has ended."""
        own = Q(course__client__in=Client.objects.own(user))
        return self.filter(Q(course__client__in=Client.objects.led_by(user, now)) | own)

    def of(self, course: Course) -> Self:
        """Those of a course, the one written last on top; those not begun yet before them."""
        return self.filter(course=course).order_by(F("saved_at").desc(nulls_first=True))

    def plans_of(self, client: Client) -> Self:
        """The client's plans for hard hours over all their courses, the newest first."""
        rows = self.filter(course__client=client, kind=SAFETY_PLAN, version__gt=0)
        return rows.order_by("-saved_at")

    def with_keys(self) -> Self:
        return self.select_related("course__client__data_key", "course__therapist", "author")


class Worksheet(House):
    """One sheet of a course: handed out, begun, filled in by either or both.

    `kind` and `kind_version` name the file it was made from. `version` counts saves; 0 = nothing is
    written on it yet. `draft_since` is when its last writer began to write, while the wording is
    still on its way; None = it was kept as it stands. People, events and goals named on it are its
    links.
    """

    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="worksheets")
    kind = models.CharField(max_length=60)
    kind_version = models.PositiveSmallIntegerField()
    answers = EncryptedJSONField(label="courses.worksheet.answers", key="course.client.data_key")
    people = models.ManyToManyField("courses.Person", related_name="worksheets")
    events = models.ManyToManyField("courses.LifeEvent", related_name="worksheets")
    goals = models.ManyToManyField("courses.Goal", related_name="worksheets")
    begun_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    author = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(null=True)
    draft_since = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    objects = Worksheets.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["course", "kind"],
                condition=Q(version=0),
                name="one_blank_worksheet_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(version=0) | Q(saved_at__isnull=False, author__isnull=False),
                name="a_written_worksheet_has_an_author",
            ),
        ]

    @property
    def sheet(self) -> Sheet:
        """The released worksheet it was made from; one without fields where its file is missing."""
        try:
            return storages.worksheet(self.kind, self.kind_version)
        except KeyError:
            return lost(self.kind, self.kind_version)

    @property
    def is_blank(self) -> bool:
        return self.version == 0

    @property
    def about(self) -> str:
        """Its first words, for a list."""
        return filled.about(self.sheet, self.answers)

    @property
    def writer(self) -> str:
        """Who wrote on it last, as the other one calls them."""
        return self.called(self.author)

    def called(self, somebody: User | None) -> str:
        """What client or therapist is called; a client's account itself need not have a name."""
        client = self.course.client
        if somebody is None:
            return ""
        return client.called if somebody.pk == client.user_id else somebody.name

    def lend(self, to: User, now: datetime) -> tuple[str, str]:
        """A key for what somebody types here and has not reached us yet, and its parcel."""
        return self.course.client.data_key.lend(self._held_by(to), now)

    def lent(self, parcel: str, *, to: User, now: datetime) -> str:
        """The key in their parcel. Raises Undecipherable for anybody else's, or an old one."""
        return self.course.client.data_key.lent(parcel, self._held_by(to), now)

    def _held_by(self, user: User) -> bytes:
        return b"courses.worksheet.typed\x00" + self.pk.bytes + user.pk.bytes

    def write(self, answers: dict[str, Any], *, by: User, now: datetime, draft: bool) -> None:
        """Put these answers on it."""
        if not draft:
            self.draft_since = None
        elif self.draft_since is None or self.author_id != by.pk:
            self.draft_since = now
        self.answers, self.author, self.saved_at = answers, by, now
        self.version += 1
        self.save()


class WorksheetVersions(models.QuerySet["WorksheetVersion"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """For whoever sees the sheet."""
        return self.filter(worksheet__course__client__in=Client.objects.working_together(user, now))

    def of(self, worksheet: Worksheet) -> Self:
        """Earlier wordings, the newest first."""
        return self.filter(worksheet=worksheet).order_by("-number")

    def with_keys(self) -> Self:
        return self.select_related("worksheet__course__client__data_key", "author")


class WorksheetVersion(House):
    """What stood on a worksheet before somebody wrote over it; never changed."""

    worksheet = models.ForeignKey(Worksheet, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    answers = EncryptedJSONField(
        label="courses.worksheet.version", key="worksheet.course.client.data_key"
    )
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    objects = WorksheetVersions.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["worksheet", "number"], name="one_row_per_version"),
        ]


def choices(course: Course, kinds: Iterable[Kind]) -> dict[Kind, dict[str, str]]:
    """Whom and what a sheet of this course can name, by kind: id and name. One query a kind."""
    found: dict[Kind, dict[str, str]] = {}
    wanted = set(kinds)
    if Kind.PERSON in wanted:
        people = Person.objects.of(course).with_keys()
        found[Kind.PERSON] = {str(one.pk): one.name for one in people}
    if Kind.EVENT in wanted:
        events = LifeEvent.objects.filter(course=course).with_keys()
        found[Kind.EVENT] = {str(one.pk): one.words for one in events}
    if Kind.GOAL in wanted:
        goals = Goal.objects.of(course).with_keys()
        found[Kind.GOAL] = {str(one.pk): one.words for one in goals}
    return found
