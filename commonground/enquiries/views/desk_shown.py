"""What the coordinator's pages are handed: plain values, ready to be read."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonground.directory.models import Gender, Profile
from commonground.directory.suiting import NEARBY, Aspect, Need, Suit
from commonground.people.models import Client, Therapist, Trace, User
from commonground.scheduling.day_parts import PARTS
from commonground.scheduling.emails import spoken
from commonground.scheduling.models import NextFree, PracticeHoliday, WeeklyHours

from ..lifecycle import State, Who, possible
from ..models import Enquiry, EnquiryTrace, Offer, Reply
from ..models.calls import call_of, free_calls
from ..models.suited import day_of, need_of, rank_for
from ..promise import due
from ..waitlist import expected, weeks
from .known_shown import same_ways
from .shown import particulars, ways

MOST_ROWS = 100
MOST_SUITED = 6
"""How many therapists stand on an enquiry's page; more can be opened."""
MOST_RULED_OUT = 12
AHEAD = timedelta(days=60)
"""Longer than any practice is closed at a stretch."""


def desk(user: User, now: datetime) -> dict[str, Any]:
    """The queue: whose first answer is owed, what else needs a hand, and what is with others."""
    going_on = Enquiry.objects.visible_to(user, now).going_on()
    found = list(going_on.with_keys().with_last_word().oldest_first()[:MOST_ROWS])
    closed = days_off([each.received_at for each in found], now)
    rows = [row(each, now, closed) for each in found]
    return {
        "owed": [r for r in rows if r["owed"]],
        "yours": [r for r in rows if not r["owed"] and r["yours"]],
        "others": [r for r in rows if not r["owed"] and not r["yours"]],
        "total": going_on.count(),
        "shown": len(rows),
        "waiting": Enquiry.objects.visible_to(user, now).waiting().count(),
    }


def days_off(since: list[datetime], now: datetime) -> set[date]:
    """The practice's holidays that may lie before an answer to what came in then is owed."""
    first = min([now, *since]).date()
    return PracticeHoliday.objects.days(first, now.date() + AHEAD)


def row(enquiry: Any, now: datetime, closed: set[date]) -> dict[str, Any]:
    """One line of the queue."""
    owed = enquiry.answered_at is None
    owed_at = due(enquiry.received_at, settings.TIME_ZONE, closed)
    return {
        "name": enquiry.called,
        "about": enquiry.about if enquiry.for_somebody_else else "",
        "age": enquiry.age,
        "wished": enquiry.wished.name if enquiry.wished else "",
        "state": enquiry.get_state_display(),
        "received_at": enquiry.received_at,
        "owed": owed,
        "due_at": owed_at,
        "overdue": owed and owed_at < now,
        "yours": enquiry.needs_an_answer or not enquiry.last_from_practice,
        "wrote_last": enquiry.answered_at is not None and not enquiry.last_from_practice,
        "url": reverse("enquiry", args=[enquiry.pk]),
    }


def waiting(user: User, now: datetime) -> dict[str, Any]:
    """The waiting list in its order."""
    placed = Enquiry.objects.placed_off_the_list(now)
    rows = Enquiry.objects.visible_to(user, now).waiting().with_keys()[:MOST_ROWS]
    return {
        "rows": [
            {
                "position": position,
                "name": each.called,
                "age": each.age,
                "since": each.waiting_since,
                "wished": each.wished.name if each.wished else "",
                "wait": wait_words(position, placed),
                "url": reverse("enquiry", args=[each.pk]),
            }
            for position, each in enumerate(rows, 1)
        ],
        "placed": placed,
    }


def wait_words(position: int, placed: int) -> str:
    """How long it may take, in words; says so where nobody can tell."""
    wait = expected(position, placed)
    if wait is None:
        return _("too few have come off the list lately to say how long")
    n = weeks(wait)
    return ngettext("about %(n)s week", "about %(n)s weeks", n) % {"n": n}


# ——— one enquiry ———


def one(enquiry: Enquiry, user: User, now: datetime) -> dict[str, Any]:
    """Everything the page of an enquiry shows."""
    can = possible(State(enquiry.state), Who.COORDINATOR)
    offers = list(enquiry.offers.with_keys())
    live = next((each for each in offers if each.state in ("asked", "agreed", "accepted")), None)
    closed = days_off([enquiry.received_at], now)
    owed_at = due(enquiry.received_at, settings.TIME_ZONE, closed)
    return {
        "enquiry": enquiry,
        "said": list(enquiry.messages.in_order()),
        "particulars": particulars(enquiry),
        "ways": ways(enquiry),
        "can": {str(act) for act in can},
        "live": live,
        "offers": [each for each in offers if each is not live],
        "owed": enquiry.answered_at is None and not enquiry.is_over,
        "due_at": owed_at,
        "overdue": owed_at < now,
        "replies": [
            {"title": r.title, "text": r.for_(enquiry.called)} for r in Reply.objects.all()
        ],
        "links": enquiry.links.usable(now).count(),
        "place": place_on_list(enquiry, now),
        "call": call_of(enquiry),
        "calls": free_calls(live.therapist, now) if live and live.state == "agreed" else [],
        "duplicates": duplicates(enquiry, user, now),
    } | (suited(enquiry, now, offers) if enquiry.is_free else {})


def duplicates(enquiry: Enquiry, user: User, now: datetime) -> list[dict[str, str]]:
    """Who is known by the same address or number: clients, and other enquiries."""
    tokens = same_ways(enquiry)
    others = Enquiry.objects.visible_to(user, now).exclude(pk=enquiry.pk)
    found = others.filter(pk__in=EnquiryTrace.objects.sharing(tokens)).with_keys()
    clients = Client.objects.visible_to(user, now).filter(pk__in=Trace.objects.sharing(tokens))
    if enquiry.client_id:
        clients = clients.exclude(pk=enquiry.client_id)
    rows = [
        {
            "name": c.name,
            "what": _("a client"),
            "url": reverse("join_enquiry", args=[enquiry.pk, c.pk]) if enquiry.is_free else "",
        }
        for c in clients.with_keys()[:MOST_SUITED]
    ]
    return rows + [
        {
            "name": each.called,
            "what": str(each.get_state_display()),
            "url": reverse("enquiry", args=[each.pk]),
        }
        for each in found[:MOST_SUITED]
    ]


def place_on_list(enquiry: Enquiry, now: datetime) -> dict[str, Any] | None:
    """Where somebody stands on the waiting list, and how long it may take."""
    if enquiry.state != State.WAITING:
        return None
    position = Enquiry.objects.waiting().before(enquiry).count() + 1
    return {
        "position": position,
        "wait": wait_words(position, Enquiry.objects.placed_off_the_list(now)),
        "since": enquiry.waiting_since,
    }


def suited(enquiry: Enquiry, now: datetime, offers: list[Offer]) -> dict[str, Any]:
    """Who would suit, best first, each with why; who said no before is marked."""
    ranking = rank_for(enquiry, now)
    best, out = ranking.can[: 2 * MOST_SUITED], ranking.cannot[:MOST_RULED_OUT]
    people = Therapist.objects.in_bulk([suit.who for suit in (*best, *out)])
    profiles = {each.therapist_id: each for each in Profile.objects.filter(therapist__in=people)}
    need = need_of(enquiry)
    said_no = {
        each.therapist_id: each.get_state_display()
        for each in offers
        if each.state in (Offer.State.PASSED, Offer.State.TURNED_DOWN, Offer.State.LAPSED)
    }

    hours = hours_then(enquiry, list(people), now)
    free = NextFree.objects.of(people, now)

    def told(suit: Suit[Any]) -> dict[str, Any]:
        return {
            "therapist": people[suit.who],
            "url": reverse("therapist", args=[profiles[suit.who].slug]),
            "fits": [fits(v.aspect, v.km, need) for v in suit.verdicts if v.fits],
            "hours": hours.get(suit.who, ()),
            "free": free_words(free.get(suit.who)),
            "misses": [misses(aspect, need, profiles[suit.who]) for aspect in suit.misses],
            "why_not": [rules_out(aspect) for aspect in suit.ruled_out],
            "said_no": said_no.get(suit.who, ""),
        }

    rows = [told(suit) for suit in best]
    return {
        "suited": rows[:MOST_SUITED],
        "more_suited": rows[MOST_SUITED:],
        "ruled_out": [told(suit) for suit in out],
        "ruled_out_count": len(ranking.cannot),
        "suited_count": len(ranking.can),
        "wishes": str(enquiry.needs.get("wishes") or ""),
    }


def free_words(row: NextFree | None) -> str:
    """When somebody is free next for a first call; empty where that is not known."""
    return spoken(row.starts_at, row.zone) if row and row.starts_at else ""


def hours_then(enquiry: Enquiry, therapists: list[Any], now: datetime) -> dict[Any, list[str]]:
    """The weekly hours of these therapists that lie at the times that suit, in words."""
    need = need_of(enquiry)
    if not need.times:
        return {}
    ways = need.ways or {"in-person", "online"}
    rows = WeeklyHours.objects.on_or_after(day_of(now)).filter(therapist__in=therapists)
    found: dict[Any, dict[str, list[str]]] = {}
    for each in rows.in_order():
        met = (each.place and "in-person" in ways) or (each.online and "online" in ways)
        suits = (PARTS[p].within(each.weekday, each.opens, each.closes) for p in need.times)
        if not met or not any(suits):
            continue
        said = f"{each.opens:%H:%M}–{each.closes:%H:%M}"
        if each.place is None:
            said = _("%(time)s online") % {"time": said}
        theirs = found.setdefault(each.therapist_id, {})
        theirs.setdefault(said, []).append(str(WEEKDAYS_ABBR[each.weekday]))
    return {
        who: [f"{', '.join(days)} {said}" for said, days in theirs.items()]
        for who, theirs in found.items()
    }


def fits(aspect: Aspect, km: float, need: Need) -> str:
    """A reason for somebody."""
    if aspect is Aspect.PLACE and 0 < km <= NEARBY:
        return _("works %(km)s km from there") % {"km": f"{km:.0f}" if km >= 1 else f"{km:.1f}"}
    if aspect is Aspect.GENDER:
        return {
            Gender.WOMAN: _("is a woman, as they asked"),
            Gender.MAN: _("is a man, as they asked"),
            Gender.NON_BINARY: _("is non-binary, as they asked"),
        }[Gender(need.gender)]
    return {
        Aspect.AGE: _("sees this age"),
        Aspect.MODE: _("meets that way"),
        Aspect.WISHED: _("asked for by name"),
        Aspect.LANGUAGE: _("speaks the language"),
        Aspect.ACCESS: _("can be reached without steps"),
        Aspect.ROOM: _("has room"),
        Aspect.TIMES: _("works at times that suit"),
        Aspect.APPROACH: _("offers the approach"),
        Aspect.PLACE: _("works there"),
        Aspect.FOCUS: _("works most with this"),
        Aspect.SOON: _("is free within two weeks"),
    }[aspect]


def misses(aspect: Aspect, need: Need, profile: Profile) -> str:
    """What does not fit."""
    if aspect is Aspect.GENDER:
        return {
            Gender.WOMAN: _("they asked for a woman"),
            Gender.MAN: _("they asked for a man"),
            Gender.NON_BINARY: _("they asked for somebody non-binary"),
        }[Gender(need.gender)]
    if aspect is Aspect.UNSAID and profile.gender:
        return _("says of themselves: %(words)s") % {"words": profile.gender}
    return {
        Aspect.WISHED: _("is not the one asked for"),
        Aspect.LANGUAGE: _("does not speak the language"),
        Aspect.ACCESS: _("works up steps only"),
        Aspect.UNSAID: _("has not said how they describe themselves"),
        Aspect.ROOM: _("has no room now"),
        Aspect.TIMES: _("does not work at times that suit"),
        Aspect.APPROACH: _("does not offer the approach"),
        Aspect.PLACE: _("does not work near there"),
        Aspect.FOCUS: _("works more with other things"),
        Aspect.SOON: _("has nothing free within two weeks"),
    }[aspect]


def rules_out(aspect: Aspect) -> str:
    """Why somebody cannot be asked at all."""
    return {
        Aspect.AGE: _("does not see this age"),
        Aspect.MODE: _("does not meet in any of these ways"),
    }[aspect]
