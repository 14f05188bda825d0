"""Three clients with a course each, everybody who might look, and marked words in every fact.

scene = lay(NOON)
scene.marks["priya", Data.RECORD]     # words that stand in Priya's note and nowhere else
scene.columns("cora", "priya")        # frozenset({"cover"})
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from commonground.core import audit
from commonground.courses import actions as courses
from commonground.courses import storages
from commonground.courses.filled import stamps
from commonground.courses.models import Course, Ending, FollowUp, Piece, Session, Summary
from commonground.directory.models import Credential, Profile
from commonground.enquiries import actions as enquiries
from commonground.enquiries.models import Enquiry, Offer, Reply
from commonground.measures import actions as measures
from commonground.measures.models import Alert, CheckIn, Escalation
from commonground.people import actions as people
from commonground.people.models import Client, CrisisLine, Guardian, Opening, Place, User
from commonground.people.roles import Role
from commonground.people.sharing import SHAREABLE
from commonground.people.tests.front_office import client_of, person
from commonground.scheduling.models import (
    HoursException,
    PracticeHoliday,
    ReminderWish,
    Room,
    TimeOff,
    WeeklyHours,
)
from tests.access import Data
from tests.cast import Cast, cast

ADULT = ("ipt-adult-16", 1)
ITEM_NINE = "better_off_dead"


@dataclass
class Scene:
    """Who is there, what lies there, and which words mark it."""

    cast: Cast
    actors: dict[str, User | None]
    objects: dict[tuple[str, str], UUID] = field(default_factory=dict)
    marks: dict[tuple[str, Data], str] = field(default_factory=dict)

    def columns(self, actor: str, whose: str) -> frozenset[str]:
        """What this actor is to this client, or to the house, in columns of the table."""
        return frozenset(RELATIONS.get((actor, whose), ())) | frozenset(OFFICE.get(actor, ()))

    def about(self, model: str, whose: str) -> UUID:
        return self.objects[model, whose]


CLIENTS = ("priya", "wren", "robin")
RELATIONS: dict[tuple[str, str], tuple[str, ...]] = {
    ("priya", "priya"): ("client",),
    ("wren", "wren"): ("client",),
    ("robin", "robin"): ("client",),
    ("gwen", "priya"): ("guardian",),
    ("miriam", "priya"): ("lead",),
    ("tomas", "wren"): ("lead",),
    ("tomas", "robin"): ("lead",),
    ("cora", "priya"): ("cover",),
    ("eleanor", "priya"): ("supervisor",),
}
RELATIONS["tomas", "house"] = ("self",)  # whose listing and credential the house has
OFFICE = {"cato": ("coordinator",), "oonagh": ("owner",)}


def lay(now: datetime) -> Scene:
    """Let everybody in, and carry each of the three courses a little way."""
    who = cast(now)
    actors: dict[str, User | None] = {
        "anonymous": None,
        "stranger": who.stranger,
        "priya": who.priyas_account,
        "wren": person("Wren Calder", Role.CLIENT),
        "gwen": person("Gwen Nair", Role.GUARDIAN),  # Priya's guardian: all that may be is shared
        "gil": person("Gil Nair", Role.GUARDIAN),  # her guardian too, and nothing is shared
        "robin": person("Robin Ashe", Role.THERAPIST, Role.CLIENT),  # works here, comes here
        "miriam": who.miriam,
        "tomas": who.tomas,
        "cora": person("Cora Lund", Role.THERAPIST),
        "eleanor": who.eleanor,
        "cato": who.cato,
        "oonagh": who.oonagh,
    }
    scene = Scene(who, actors)
    robin = client_of(who.tomas, "Robin Ashe")
    Client.objects.filter(pk=who.wren.pk).update(user=actors["wren"])
    Client.objects.filter(pk=robin.pk).update(user=actors["robin"])
    people.begin_care(
        by=audit.SYSTEM, now=now, client=who.priya, therapist=actors["cora"].therapist,
        part="cover", reason="leave", ends_at=now + timedelta(days=20),
    )  # fmt: skip
    seen = {"gwen": dict.fromkeys(SHAREABLE, True), "gil": {}}
    for name, may_see in seen.items():
        Guardian.objects.create(
            client=who.priya, user=actors[name], name=name, relation="parent",
            may_see=may_see, ends_on=date(2027, 1, 1),
        )  # fmt: skip
    hours = {"priya": 9, "wren": 10, "robin": 11}
    for name, client, lead in (
        ("priya", who.priya, who.miriam),
        ("wren", who.wren, who.tomas),
        ("robin", robin, who.tomas),
    ):
        _carry(scene, name, client, lead, now.replace(hour=hours[name]) + timedelta(days=2), now)
    _furnish(scene, now)
    return scene


def _carry(
    scene: Scene, name: str, client: Client, lead: User, first: datetime, now: datetime
) -> None:
    def mark(data: Data) -> str:
        return scene.marks.setdefault((name, data), f"{name}-{data.name}-{uuid4().hex[:8]}")

    client.name = client.preferred_name = mark(Data.IDENTITY)
    client.save(update_fields=["name", "preferred_name"])
    course = courses.open_course(
        client=client, therapist=lead.therapist, protocol=storages.protocol(*ADULT), sessions=16,
        by=lead, now=now,
    )  # fmt: skip
    told: dict[str, Any] = {"by": lead, "now": now}
    one, two = courses.date_series(course=course, starts_at=first, weeks=2, place=None, **told)
    courses.agree_goal(course=course, words=mark(Data.SHARED_WORK), baseline=1, target=7, **told)
    person = courses.keep_person(
        course=course, facts={"name": mark(Data.SHARED_WORK)}, concern=mark(Data.RECORD), **told
    )
    courses.place_person(person=person, as_of="now", ring=1, version=1, **told)
    event = courses.keep_event(
        course=course,
        facts={
            "words": mark(Data.SHARED_WORK),
            "kind": "loss",
            "on": now.date(),
            "people": [person],
        },
        **told,
    )
    courses.link_mood(event=event, session=one, mood="lower", **told)
    focus = courses.agree_focus(
        course=course, area="dispute", words=mark(Data.SHARED_WORK), stage="impasse", **told
    )
    words = {"client_words": mark(Data.SHARED_WORK), "people": [person], "events": [event]}
    agreed = courses.keep_formulation(course=course, facts=words, **told)
    courses.agree_formulation(formulation=agreed, version=1, **told)
    draft = {"client_words": mark(Data.UNSHARED)}
    courses.keep_formulation(course=course, facts=draft, **told)
    (goal,) = course.goals.all()
    courses.rate_goal(goal=goal, value=3, **told)
    _record(course, one, mark, told)
    first_asked = CheckIn.before(one.appointment)
    answer(first_asked, 1, **told)
    measures.send(check_in=first_asked, **told)
    answer(CheckIn.before(two.appointment), 2, **told)
    mark(Data.ALERTS)
    ReminderWish.objects.create(client=client)
    courses.write_note(session=one, text=mark(Data.RECORD), version=0, **told)
    second = CheckIn.before(two.appointment).assignment
    assert second is not None
    measures.open_now(assignment=second, **told)
    measures.send_link(assignment=second, **told)
    plan = measures.begin_plan(
        client=client, measures=["mood"], every_days=7, begins_on=now.date(), **told
    )
    courses.write_note(session=two, text=mark(Data.RECORD), version=0, **told)
    courses.sign_note(session=two, **told)
    courses.amend_note(session=two, text=mark(Data.RECORD), **told)
    shared = f"What we did: {mark(Data.SHARED_WORK)}"
    courses.share_summary(session=one, text=shared, **told)
    Summary.objects.create(session=two, text=mark(Data.UNSHARED), saved_at=now)
    _wrote_before(scene, client, mark(Data.ENQUIRY), now)
    an_hour_ago = now - timedelta(hours=1)
    Opening.objects.create(
        client=client, user=scene.cast.oonagh, reason=mark(Data.OPENED),
        opened_at=an_hour_ago - timedelta(hours=1), ends_at=an_hour_ago,
    )  # fmt: skip
    earlier, later = Alert.objects.filter(client=client).order_by("due_at", "pk")
    Escalation.objects.create(
        alert=later, step=1, why="unanswered", at=now, owner_before=lead.therapist
    )
    beside, _new = Guardian.objects.get_or_create(
        client=client, may_see=dict.fromkeys(SHAREABLE, True),
        defaults={"name": mark(Data.IDENTITY), "relation": "parent", "ends_on": date(2027, 1, 1)},
    )  # fmt: skip
    courses.agree_company(session=one, guardian=beside, part="some", **told)
    courses.note_school_contact(
        course=course, way="letter", on=now.date(), whom="A tutor", said=mark(Data.SHARED_WORK),
        **told,
    )  # fmt: skip
    words = {"title": "A summary", "lines": [["", mark(Data.SHARED_WORK)]]}
    piece = Piece.objects.create(guardian=beside, session=one, words=words, shown_at=now)
    (phq9, *_) = first_asked.responses
    scene.objects |= {
        ("check-in", name): second.pk,
        ("response", name): phq9.pk,
        ("plan", name): plan.pk,
        ("client", name): client.pk,
        ("guardian", name): beside.pk,
        ("piece", name): piece.pk,
        ("course", name): course.pk,
        ("session", name): one.pk,
        ("person", name): person.pk,
        ("event", name): event.pk,
        ("focus", name): focus.pk,
        ("goal", name): goal.pk,
        ("task", name): one.task.pk,
        ("worksheet", name): course.worksheets.get().pk,
        ("follow-up", name): course.follow_ups.get().pk,
        ("appointment", name): two.appointment_id,
        ("alert", name): earlier.pk,
    }


def _wrote_before(scene: Scene, client: Client, words: str, now: datetime) -> None:
    """They wrote to the practice, were answered, and the desk joined it to their record."""
    enquiry, _link, _token, _new = enquiries.receive(
        number=uuid4(), called=words, reach={"email": "", "phone": "01632 960 100"},
        needs={"age": 34, "wishes": words}, words=words, wished=None, source="site",
        by=audit.VISITOR, now=now,
    )  # fmt: skip
    told: dict[str, Any] = {"enquiry": enquiry, "by": scene.cast.cato, "now": now}
    enquiries.answer(text=words, version=1, **told)
    enquiries.join(client=client, version=2, **told)


def _record(course: Course, one: Session, mark: Any, told: dict[str, Any]) -> None:
    """What the lead keeps, and what both agreed."""
    sheet = storages.worksheet("safety-plan", 1)
    worksheet = courses.begin_worksheet(course=course, sheet=sheet, **told)
    for answers in ({"signs": "Quiet."}, {"signs": mark(Data.SHARED_WORK)}):
        seen = stamps(sheet, worksheet.answers)
        kept = courses.keep_worksheet(worksheet=worksheet, answers=answers, seen=seen, **told)
        worksheet = kept.worksheet
    # As if it had ended once and gone on: its words are there, and one follow-up.
    Ending.objects.create(
        course=course, way="completed", farewell=mark(Data.SHARED_WORK), attended=1,
        contracted=16, author=told["by"], ended_at=told["now"],
    )  # fmt: skip
    FollowUp.objects.create(course=course, months=1, due_on=told["now"].date())
    courses.keep_wish(session=one, text=mark(Data.SHARED_WORK), version=0, **told)
    words = {"words": mark(Data.SHARED_WORK)}
    courses.agree_task(session=one, facts=words, **told)
    courses.keep_process_note(session=one, text=mark(Data.PROCESS), version=0, **told)
    courses.keep_assessment(course=course, facts={"history": mark(Data.RECORD)}, **told)
    medicine = {"name": mark(Data.RECORD), "change": "taken", "on": told["now"].date()}
    courses.note_medicine(course=course, facts=medicine, **told)
    courses.change_sessions(course=course, sessions=17, reason=mark(Data.SHARED_WORK), **told)
    courses.dismiss_prompt(course=course, sign="x:", reason=mark(Data.RECORD), **told)


def answer(check_in: CheckIn, nine: int | None, **told: Any) -> None:
    """Answer all of a check-in; `nine` to the question about death and self-harm."""
    for response in check_in.responses:
        given = {item.concept: 1 for item in response.measure.items}
        if ITEM_NINE in given:
            given[ITEM_NINE] = nine
        measures.keep_answers(response=response, answers=given, **told)


def _furnish(scene: Scene, now: datetime) -> None:
    invited, _link = people.invite(
        by=scene.cast.oonagh, now=now, address="new@practice.example", roles=[Role.THERAPIST]
    )
    place = Place.objects.create(name="Harbour Street", address="2 Quay", town="Harbour")
    line = CrisisLine.objects.create(number="116 123", label="Somebody who listens")
    listing = Profile.objects.create(therapist=scene.cast.tomas.therapist, slug="tomas")
    enquiry, offer = _enquire(scene, now)
    credential = Credential.objects.create(profile=listing, title="IPT, level A")
    duty = measures.begin_duty(therapist=scene.cast.tomas.therapist, by=scene.cast.oonagh, now=now)
    told = {"therapist": listing.therapist, "opens": time(14), "closes": time(18)}
    hours = WeeklyHours.objects.create(weekday=4, **told)
    other = HoursException.objects.create(on=date(2026, 6, 2), **told)
    away = TimeOff.objects.create(
        therapist=listing.therapist, starts_at=now + timedelta(days=90),
        ends_at=now + timedelta(days=91),
    )  # fmt: skip
    holiday = PracticeHoliday.objects.create(
        name="Closed", first_on=date(2026, 8, 3), last_on=date(2026, 8, 7)
    )
    scene.objects |= {
        ("duty", "house"): duty.pk,
        ("hours", "house"): hours.pk,
        ("other day", "house"): other.pk,
        ("time off", "house"): away.pk,
        ("holiday", "house"): holiday.pk,
        ("room", "house"): Room.objects.create(place=place, name="Garden room").pk,
        ("listing", "house"): listing.therapist_id,
        ("credential", "house"): credential.pk,
        ("place", "house"): place.pk,
        ("enquiry", "house"): enquiry.pk,
        ("offer", "house"): offer.pk,
        ("known client", "house"): client_of(scene.cast.tomas, "Vera Quay").pk,
        ("prepared answer", "house"): Reply.objects.create(title="Hello", text="Hello").pk,
        ("crisis line", "house"): line.pk,
        ("invitation", "house"): invited.pk,
        ("colleague", "house"): scene.cast.tomas.pk,
    }


def _enquire(scene: Scene, now: datetime) -> tuple[Enquiry, Offer]:
    """Somebody wrote; Tomas is asked about them, and their words are not shared with him."""
    words = scene.marks["house", Data.ENQUIRY] = f"house-enquiry-{uuid4().hex[:8]}"
    enquiry, _link, _token, _new = enquiries.receive(
        number=uuid4(), called=words, reach={"email": "", "phone": words}, needs={"age": 34},
        words=words, wished=None, source="site", by=audit.VISITOR, now=now,
    )  # fmt: skip
    told: dict[str, Any] = {"enquiry": enquiry, "by": scene.cast.cato, "now": now}
    enquiries.answer(text=words, version=1, **told)
    offer = enquiries.offer(therapist=scene.cast.tomas.therapist, version=2, **told)
    return enquiry, offer


def undone_course(client: Client) -> None:
    """End a client's running course, so that another can be opened."""
    Course.objects.filter(client=client).update(ended_on=date(2026, 12, 1))


def sessions(course: Course) -> list[Session]:
    return list(course.sessions.select_related("appointment").order_by("number"))
