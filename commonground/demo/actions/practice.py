"""The making of the invented practice."""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from commonground.core import audit, clock
from commonground.courses import actions as courses
from commonground.courses import storages as courses_shelf
from commonground.courses.models import Course, Session
from commonground.directory import actions as directory
from commonground.directory.models import Approach, Credential, DayOrder, Profile
from commonground.enquiries import actions as enquiries
from commonground.enquiries.models import Reply
from commonground.measures import actions as measures
from commonground.people import actions as people
from commonground.people.models import Client, CrisisLine, Place, Practice, Therapist, User
from commonground.people.roles import Role
from commonground.scheduling import actions as scheduling
from commonground.scheduling.models import PracticeHoliday, Room, TimeOff, WeeklyHours
from commonground.website import actions as website

from .. import crowd, diaries, lives
from ..courses import WEEK, ZONE, Story, read
from ..enquiries import read as read_letters
from ..people import CARER, CAST, Somebody, named_for
from .beside import show_and_tell, stand_beside
from .checked import check_in
from .ended import end
from .letters import correspond
from .lived import since_then, work_on

CONTENT = Path(__file__).parent.parent / "content"
PLACE_FACTS = (
    "name",
    "address",
    "town",
    "postcode",
    "latitude",
    "longitude",
    "directions",
    "step_free",
)
LISTING_FACTS = (
    "headline",
    "pronouns",
    "adults",
    "online",
    "where_note",
    "fees",
    "introductory_call",
    "taking_clients",
    "capacity",
)


@audit.verb("demo.loaded")
def load(*, by: Any, now: datetime) -> Practice:
    """Open the invented practice with its people and its site; dates count from `now`."""
    practice = open_practice(_read("practice"))
    audit.about(practice)
    for person in CAST:
        _bring_in(person, by=by, now=now)
    diaries_told = _read("diaries")
    furnish(diaries_told, now.astimezone(ZONE).date())
    for file in sorted((CONTENT / "courses").glob("*.toml")):
        carry(story=read(file), life=lives.read(CONTENT / "lives", file.stem), by=by, now=now)
    website.found_site(home=_read("home"), by=by, now=now)
    for page in _folder("pages"):
        website.add_page(page=page, by=by, now=now)
    for approach in _folder("approaches"):
        website.add_approach(approach=approach, by=by, now=now)
    for approach in _folder("approaches"):
        if "self_check" in approach:
            website.set_self_check(approach=approach, by=by, now=now)
    for therapist in _folder("therapists"):
        enlist(therapist, by=by, now=now)
    for sketch in crowd.sketches():
        carry(story=Story(sketch.facts), life=sketch.life, by=by, now=now)
    keep_hours(diaries_told, by=by, now=now)
    on_duty = Therapist.objects.get(user__email=named_for(Role.SUPERVISOR).email)
    measures.begin_duty(therapist=on_duty, by=by, now=now)
    DayOrder.objects.draw(clock.today())
    letters, replies = read_letters(CONTENT / "enquiries.toml")
    for order, reply in enumerate(replies):
        enquiries.save_reply(reply=Reply(order=order, **reply), by=by, now=now)
    for letter in letters:
        correspond(letter=letter, by=by, now=now)
    return practice


def open_practice(facts: dict[str, Any]) -> Practice:
    """The practice, its places and the signposts of its country, as `practice.toml` tells them."""
    practice = Practice.objects.create(
        name=facts["name"],
        strapline=facts["strapline"],
        email=facts["email"],
        phone=facts["phone"],
        country=facts["country"],
        declared_invented=True,
        invented_note=facts["declared_invented"],
    )
    Place.objects.bulk_create(
        Place(
            order=order,
            access_note=place["access"],
            **{key: place[key] for key in PLACE_FACTS},
        )
        for order, place in enumerate(facts["places"])
    )
    CrisisLine.objects.bulk_create(
        CrisisLine(country=country, order=order, **line)
        for country, lines in facts["crisis"].items()
        for order, line in enumerate(lines)
    )
    return practice


def furnish(facts: dict[str, Any], today: date) -> None:
    """The rooms of each place, and the days on which the practice is closed."""
    places = {place.name: place for place in Place.objects.all()}
    Room.objects.bulk_create(
        Room(place=places[told["place"]], name=name)
        for told in facts["rooms"]
        for name in told["names"]
    )
    for told in facts["holidays"]:
        first, last = diaries.days(told, today)
        PracticeHoliday.objects.create(name=told["name"], first_on=first, last_on=last)


def keep_hours(facts: dict[str, Any], *, by: Any, now: datetime) -> None:
    """When everybody works, and when they are away."""
    therapists = {t.user.email: t for t in Therapist.objects.select_related("user")}
    places = {place.name: place for place in Place.objects.all()}
    for told in facts["hours"]:
        for window in told["windows"]:
            like = WeeklyHours(
                opens=window["opens"],
                closes=window["closes"],
                place=places.get(window.get("place", "")),
                online=window["online"],
            )
            therapist = therapists[told["email"]]
            scheduling.open_weekly(
                therapist=therapist, days=window["days"], like=like, by=by, now=now
            )
    for told in facts["away"]:
        starts_at, ends_at = diaries.instants(told, now.astimezone(ZONE).date(), ZONE)
        TimeOff.objects.create(
            therapist=therapists[told["email"]],
            starts_at=starts_at,
            ends_at=ends_at,
            reason=told["reason"],
            cover=therapists.get(told.get("cover", "")),
        )


def _bring_in(person: Somebody, *, by: Any, now: datetime) -> None:
    name = "" if Role.CLIENT in person.roles else person.name
    user = User.objects.create_user(person.email, name, joined_at=now)
    for role in person.roles:
        people.grant_role(user=user, role=Role(role), by=by, now=now)
    Therapist.objects.filter(user=user).update(title=person.title)


def enlist(facts: dict[str, Any], *, by: Any, now: datetime) -> Profile:
    """An invented therapist with a listing; whoever has no part in the demo gets an account too."""
    if not User.objects.filter(email=facts["email"]).exists():
        role = (str(Role.THERAPIST),)
        _bring_in(Somebody(facts["name"], facts["email"], role, facts["title"]), by=by, now=now)
    therapist = Therapist.objects.select_related("user").get(user__email=facts["email"])
    first, last = facts.get("young", (None, None))
    with clock.frozen(now - timedelta(days=facts["confirmed_days_ago"])):
        profile = directory.save_listing(
            profile=Profile(
                therapist=therapist,
                about="\n\n".join(facts["about"]),
                often="\n".join(facts["often"]),
                young_from=first,
                young_to=last,
                gender=facts.get("gender"),
                gender_shown=facts.get("gender_shown", False),
                **{key: facts[key] for key in LISTING_FACTS},
            ),
            approaches=Approach.objects.filter(slug__in=facts["approaches"]),
            places=Place.objects.filter(name__in=facts["places"]),
            languages=facts["languages"],
            focus=facts["focus"],
            by=by,
            now=now,
        )
    for told in facts["credentials"]:
        _credit(profile, told, by=by, now=now)
    if "supervised_by" in facts:
        supervisor = User.objects.get(email=facts["supervised_by"])
        people.begin_supervision(supervisor=supervisor, therapist=therapist, by=by, now=now)
    return profile


def _credit(profile: Profile, told: dict[str, Any], *, by: Any, now: datetime) -> None:
    """One training or registration, seen by the coordinator if the file says so."""
    credential = Credential(
        profile=profile, **{key: told[key] for key in ("title", "body", "number")}
    )
    if "runs_out_in_days" in told:
        credential.expires_on = clock.today() + timedelta(days=told["runs_out_in_days"])
    directory.save_credential(credential=credential, by=by, now=now)
    if told["seen"]:
        cato = User.objects.holding(Role.COORDINATOR).first()
        directory.verify_credential(credential=credential, by=cato, now=now)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / f"{name}.toml").read_text("utf-8"))


def _folder(name: str) -> list[dict[str, Any]]:
    return [
        tomllib.loads(file.read_text("utf-8")) for file in sorted((CONTENT / name).glob("*.toml"))
    ]


@audit.verb("demo.course.carried")
def carry(*, story: Story, life: dict[str, Any], by: Any, now: datetime) -> Course:
    """An invented client's course, lived through the house's own verbs, week after week."""
    facts, today = story.facts, now.astimezone(ZONE).date()
    begun = story.begins_at(today)
    therapist = Therapist.objects.select_related("user").get(name=facts.get("carer", CARER))
    client = people.admit(
        therapist=therapist,
        identity={
            "name": facts["name"],
            "preferred_name": facts["called"],
            "date_of_birth": story.born_on(today).isoformat(),
            "pronouns": facts["pronouns"],
        },
        contacts=[
            {"kind": "email", "value": facts["email"], "safe_to_write": True},
            {"kind": "phone", "value": facts["phone"], "safe_to_leave_message": True},
            {"kind": "emergency", **facts["emergency"]},
        ],
        by=therapist.user,
        now=begun - WEEK,
    )
    if facts["account"]:
        Client.objects.filter(pk=client.pk).update(user=User.objects.get(email=facts["email"]))
    course = courses.open_course(
        client=client,
        therapist=therapist,
        protocol=courses_shelf.library()[facts["protocol"].rsplit("-", 1)[0], 1],
        sessions=facts["sessions"],
        by=therapist.user,
        now=begun - WEEK,
    )
    courses.date_series(
        course=course,
        starts_at=begun,
        weeks=facts.get("dated", facts["sessions"]),
        place=Place.objects.filter(name=facts.get("place", "")).first(),
        by=therapist.user,
        now=begun - WEEK,
    )
    for goal in facts["goals"]:
        courses.agree_goal(course=course, by=therapist.user, now=begun + 3 * WEEK, **goal)
    sessions = list(course.sessions.select_related("appointment").order_by("number"))
    if "beside" in facts:
        client.refresh_from_db()
        stand_beside(course=course, sessions=sessions, told=facts["beside"])
    for session, told in zip(sessions, story.held, strict=False):
        _hold(session, told, life, begun, therapist.user)
    if "beside" in facts:
        show_and_tell(course=course, sessions=sessions, facts=facts)
    since_then(course=course, life=life, begun=begun, by=therapist.user, now=now)
    if waiting := facts.get("waiting"):
        hour = sessions[len(story.held)].appointment
        assert hour is not None
        check_in(hour, waiting, therapist.user, answered_at=now)
    if ended := facts.get("ended"):
        end(session=sessions[len(story.held) - 1], told=ended, by=therapist.user, now=now)
    audit.about(course)
    return course


def _hold(
    session: Session, told: dict[str, Any], life: dict[str, Any], begun: datetime, by: User
) -> None:
    """One session as it was: checked in the evening before, met, written up, closed."""
    appointment = session.appointment
    assert appointment is not None
    met_at = appointment.ends_at
    evening_before = appointment.starts_at - timedelta(hours=14)
    for alert in check_in(appointment, told, by, answered_at=evening_before):
        measures.acknowledge(
            alert=alert, action="assessed", words="", by=by, now=appointment.starts_at
        )
    work_on(session=session, life=life, begun=begun, by=by, now=met_at)
    courses.tick_agenda(session=session, done=told["done"], by=by, now=met_at)
    courses.write_note(session=session, text=told["note"], version=0, by=by, now=met_at)
    courses.sign_note(session=session, by=by, now=met_at)
    if told["summary"]:
        courses.share_summary(session=session, text=told["summary"], by=by, now=met_at)
    courses.close_session(session=session, by=by, now=met_at)
