"""Calendars that leave the house and come into it, rooms online, and how one is reminded."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import only, public
from commonground.people.models import Client, Therapist, User
from commonground.people.roles import Role

from .. import actions, ical
from ..emails import entry_of
from ..forms import FollowCalendar, MeetOnline, RemindMe
from ..models import Appointment, ExternalCalendar, Feed, OnlineRoom, ReminderWish
from .parts import own

reading = only(Role.THERAPIST, Role.CLIENT)
dated = only(Role.THERAPIST, Role.CLIENT, Role.COORDINATOR, Role.GUARDIAN)
BACK = timedelta(days=60)


@public
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody's appointments for their own calendar program: neutral words, never a name."""
    found = Feed.objects.with_token(token)
    if found is None:
        raise Http404
    now = clock.now()
    audit.read(by=found, obj=found.user, now=now, verb="scheduling.feed.read")
    rows = _appointments(found.user).filter(starts_at__gt=now - BACK)
    entries = [entry_of(row) for row in rows.order_by("starts_at")[:2000]]
    text = ical.feed(entries, name=_("Appointments"), now=now)
    return _as_calendar(text)


@dated
def calendar_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One appointment as a file for a calendar: for its client, for whoever looks after it, and for
    a guardian to whom it is shown, which is while it lies ahead."""
    now, user = clock.now(), request.user
    every = Appointment.objects
    shown = every.shared_with(user, now).ahead(now)
    rows = every.of_client(user) | every.movable_by(user, now) | shown
    found: Appointment = get_object_or_404(rows.distinct(), pk=pk)
    audit.read(by=user, obj=found, now=now)
    answer = _as_calendar(ical.feed([entry_of(found)], name=_("Appointments"), now=now))
    answer["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return answer


def _as_calendar(text: bytes) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _appointments(user: User) -> Any:
    """Those of a client's own, and of a therapist's diary, for as long as they hold the role."""
    mine = Appointment.objects.of_client(user)
    if Role.THERAPIST in user.roles:
        mine = mine | Appointment.objects.filter(therapist__user=user)
    return mine


@own
def calendars(request: HttpRequest, **wrong: Any) -> HttpResponseBase:
    """A therapist's calendars and their room online."""
    therapist = get_object_or_404(Therapist.objects.select_related("user"), user=request.user)
    external = ExternalCalendar.objects.filter(therapist=therapist).first()
    room = OnlineRoom.objects.filter(therapist=therapist).first()
    now = clock.now()
    limit = timedelta(hours=ExternalCalendar.STALE_HOURS)
    context = {
        "therapist": therapist,
        "mine": True,
        "has_feed": Feed.objects.living().filter(user=request.user.pk).exists(),
        "external": external,
        "stale": bool(external and external.read_at and now - external.read_at > limit),
        "follow_form": FollowCalendar(),
        "online_form": MeetOnline(instance=room, prefix="online"),
        "room": room,
    }
    return render(request, "scheduling/calendars.html", context | wrong)


@own
@require_POST
def calendar_follow(request: HttpRequest) -> HttpResponseBase:
    """Read another calendar from now on, or no more."""
    therapist = get_object_or_404(Therapist.objects.select_related("user"), user=request.user)
    told: dict[str, Any] = {"by": request.user, "now": clock.now()}
    if "stop" in request.POST:
        actions.unfollow(therapist=therapist, **told)
        messages.success(request, _("It is read no more, and what it said is forgotten."))
        return redirect("calendars")
    form = FollowCalendar(request.POST)
    if not form.is_valid():
        return calendars(request, follow_form=form)
    actions.follow(therapist=therapist, url=form.cleaned_data["url"], **told)
    messages.success(request, _("It will be read within half an hour, and then again and again."))
    return redirect("calendars")


@own
@require_POST
def meet_online(request: HttpRequest) -> HttpResponseBase:
    """Say how one meets people online."""
    therapist = get_object_or_404(Therapist, user=request.user)
    room = OnlineRoom.objects.filter(therapist=therapist).first() or OnlineRoom(therapist=therapist)
    form = MeetOnline(request.POST, instance=room, prefix="online")
    if not form.is_valid():
        return calendars(request, online_form=form)
    actions.meet_online(row=form.save(commit=False), by=request.user, now=clock.now())
    messages.success(request, _("Kept. Both of you see the way in shortly before the time."))
    return redirect("calendars")


@reading
@require_POST
def feed_change(request: HttpRequest) -> HttpResponse:
    """Make a new private address, shown once; or let the one there is work no more."""
    now = clock.now()
    if "stop" in request.POST:
        actions.revoke_feed(by=request.user, now=now)
        messages.success(request, _("The address works no more."))
        return redirect("calendars" if Role.THERAPIST in request.user.roles else "my_reminders")
    token = actions.make_feed(by=request.user, now=now)
    link = settings.GROUND_URL + reverse("feed", args=[token])
    answer = render(request, "scheduling/feed.html", {"link": link})
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@only(Role.CLIENT)
def my_reminders(request: HttpRequest) -> HttpResponse:
    """How a client wishes to be reminded, and their private calendar address."""
    client = Client.objects.own(request.user).first()
    if client is None:
        return redirect("my")
    form = RemindMe(request.POST or None, instance=ReminderWish.of(client))
    if request.method == "POST" and form.is_valid():
        actions.wish(row=form.save(commit=False), by=request.user, now=clock.now())
        messages.success(request, _("Kept. You will be reminded like this from now on."))
        return redirect("my_reminders")
    context = {
        "form": form,
        "has_feed": Feed.objects.living().filter(user=request.user.pk).exists(),
    }
    return render(request, "scheduling/my_reminders.html", context)
