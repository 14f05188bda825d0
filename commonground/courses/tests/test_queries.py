"""What the pages cost does not grow with the practice: as many queries at 300 clients as at 3."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonground.core import clock, fields
from commonground.core.models import DataKey
from commonground.courses.models import Course, Goal, Note, Session, Summary
from commonground.measures import actions as measures
from commonground.measures.models import Alert, Assignment, CheckIn, Response
from commonground.people.models import Care, Client, Contact
from commonground.people.tests.front_office import NOON, signed_in
from commonground.scheduling.models import Appointment

from .carried import Carried, carried

pytestmark = pytest.mark.django_db


def with_a_bit_of_each() -> Carried:
    made = carried()
    made.check_in(nine=1)
    made.write("One.")
    made.goal()
    return made


@pytest.fixture(scope="module")
def laid(once: Callable[..., Any]) -> Callable[[], Carried]:
    return once(with_a_bit_of_each, at=NOON)


def more_like(priya: Carried, count: int) -> None:
    """So many more clients of Miriam, each with all that Priya has, made by copying rows."""
    lead = priya.miriam.therapist
    keys = [DataKey.objects.fresh("client") for _ in range(count)]
    clients = [Client(data_key=key, name=f"Client {n}", created_at=NOON)
               for n, key in enumerate(keys)]  # fmt: skip
    Client.objects.bulk_create(clients)
    Care.objects.bulk_create(
        Care(client=each, therapist=lead, part="lead", begins_at=NOON, reason="test")
        for each in clients
    )
    Contact.objects.bulk_create(Contact(client=c, kind="phone", value="01632") for c in clients)
    courses, sessions, hours, responses = ([] for _ in range(4))
    occasions, alerts, notes, goals, summaries = ([] for _ in range(5))
    for n, client in enumerate(clients):
        course = Course(
            client=client, therapist=lead, protocol_key="ipt-adult-16", protocol_version=1,
            sessions_agreed=16, opened_on=NOON.date(),
        )  # fmt: skip
        # Today, so that the home lists every one of them; a minute each, so that none overlap.
        at = NOON + timedelta(minutes=1 + n)
        hour = Appointment(
            client=client, therapist=lead, starts_at=at, ends_at=at + timedelta(minutes=1)
        )
        session = Session(course=course, number=1, appointment=hour)
        occasion = Assignment(client=client, appointment=hour, why="session", asked_at=NOON)
        response = Response(
            client=client, assignment=occasion, appointment=hour, instrument="phq9",
            version=1, asked_at=NOON, answers={"better_off_dead": 1}, changes=[], sent_at=NOON,
        )  # fmt: skip
        courses.append(course)
        hours.append(hour)
        sessions.append(session)
        occasions.append(occasion)
        responses.append(response)
        alerts.append(Alert(
            client=client, response=response, concept="better_off_dead", owner=lead,
            due="same_day", why="new", due_at=NOON, raised_at=NOON,
        ))  # fmt: skip
        notes.append(Note(session=session, author=priya.miriam, text="One.", saved_at=NOON))
        goals.append(Goal(course=course, words="x", baseline=1, target=2, now=1, agreed_at=NOON))
        summaries.append(Summary(session=session, text="We met.", saved_at=NOON, shared_at=NOON))
    for model, rows in (
        (Course, courses), (Appointment, hours), (Session, sessions),
        (Assignment, occasions), (Response, responses),
        (Alert, alerts), (Note, notes), (Goal, goals), (Summary, summaries),
    ):  # fmt: skip
        model.objects.bulk_create(rows)
    if connection.vendor == "postgresql":
        # Its planner must not go by what it saw in a test before: nobody else sees these rows, so
        # autovacuum cannot count them, and a plan for one row takes minutes at 300.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def cost(browser: Any, url: str) -> tuple[int, list[str]]:
    fields.forget()
    with CaptureQueriesContext(connection) as told:
        assert browser.get(url).status_code == 200
    return len(told), [query["sql"][:150] for query in told]


def test_the_pages_cost_as_many_queries_at_300_clients_as_at_3(priya: Carried) -> None:
    desk, phone = signed_in(priya.miriam), signed_in(priya.account)
    session = priya.session()
    opened = CheckIn.before(priya.session(2).appointment).assignment
    measures.open_now(assignment=opened, by=priya.miriam, now=NOON)
    pages = {
        "the session": (desk, reverse("session", args=[session.pk])),
        "the course": (desk, reverse("course", args=[priya.course.pk])),
        "the people": (desk, reverse("people", args=[priya.course.pk])),
        "the timeline": (desk, reverse("timeline", args=[priya.course.pk])),
        "the formulation": (desk, reverse("formulation", args=[priya.course.pk])),
        "the assessment": (desk, reverse("assessment", args=[priya.course.pk])),
        "the home": (desk, reverse("today")),
        "the clients": (desk, reverse("my_clients")),
        "the client's page": (phone, reverse("my")),
        "the check-in": (phone, reverse("check_in", args=[opened.pk, 1])),
        "the measures": (desk, reverse("client_measures", args=[priya.priya.pk])),
        "the alerts": (desk, reverse("alerts")),
    }
    more_like(priya, 2)
    for browser, url in pages.values():
        browser.get(url)
    few = {name: cost(*page) for name, page in pages.items()}
    more_like_at(priya, 297)
    many = {name: cost(*page) for name, page in pages.items()}
    for name, (queries, _) in few.items():
        assert many[name][0] == queries, (name, set(many[name][1]) - set(few[name][1]))
    told = {name: queries for name, (queries, _) in few.items()}
    assert all(queries < 45 for queries in told.values()), told


def more_like_at(priya: Carried, count: int) -> None:
    """The others are on another day's clock, so that no minute is taken twice."""
    with clock.frozen(NOON):
        Appointment.objects.filter(starts_at__date=NOON.date()).update(state="cancelled")
        more_like(priya, count)


def answered(priya: Carried, upto: int) -> None:
    """Every session of Priya's course up to this number has its hour, and its PHQ-9 is in."""
    course = priya.course
    Course.objects.filter(pk=course.pk).update(sessions_agreed=60)
    new = [Session(course=course, number=n) for n in range(17, upto + 1)]
    Session.objects.bulk_create(new, ignore_conflicts=True)
    for session in course.sessions.filter(number__lte=upto, appointment=None):
        at = NOON + timedelta(days=7 * session.number, hours=3)
        hour = Appointment.objects.create(
            client=priya.priya, therapist=priya.miriam.therapist, starts_at=at,
            ends_at=at + timedelta(minutes=50),
        )  # fmt: skip
        Session.objects.filter(pk=session.pk).update(appointment=hour)
        occasion = Assignment.objects.create(
            client=priya.priya, appointment=hour, why="session", asked_at=NOON
        )
        Response.objects.create(
            client=priya.priya, assignment=occasion, appointment=hour, instrument="phq9",
            version=1, asked_at=NOON, sent_at=at, answers={"interest": 1}, changes=[],
        )  # fmt: skip


def test_a_chart_of_sixty_sessions_costs_as_many_queries_as_one_of_six(priya: Carried) -> None:
    desk, url = signed_in(priya.miriam), reverse("client_measures", args=[priya.priya.pk])
    answered(priya, 6)
    desk.get(url)
    few, _ = cost(desk, url)
    answered(priya, 60)
    many, told = cost(desk, url)
    assert many == few, told
    chart = next(c for c in desk.get(url).context["charts"] if c.instrument == "phq9-1")
    assert (len(chart.rows), len(chart.sessions)) == (59, 60)  # the second has not come in


def test_a_query_per_client_is_seen(priya: Carried, monkeypatch: Any) -> None:
    """The control: the same page without the keys fetched along."""
    desk = signed_in(priya.miriam)
    monkeypatch.setattr(type(Course.objects.all()), "with_client", lambda rows: rows)
    more_like(priya, 2)
    few, _ = cost(desk, reverse("today"))
    more_like_at(priya, 20)
    many, _ = cost(desk, reverse("today"))
    assert many > few
