"""What the pages of the directory are handed: plain values, ready to be read."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse

from commonground.core.outside.pixels import Drawn
from commonground.people.models import Place, Practice
from commonground.scheduling.emails import spoken
from commonground.scheduling.models import NextFree

from .. import schema_org
from ..forms import DISTANCES, EditProfile, Looking, query
from ..matching import RECONFIRM, Wish
from ..models import Approach, Focus, Language, Profile, Search


def results(form: Looking, search: Search, now: datetime, *, plain: bool) -> dict[str, Any]:
    """All that the page of results shows."""
    address, wish = reverse("therapists"), search.wish
    number = min(form.page_number, search.pages)
    counted = search.options()
    return {
        "form": form,
        "wish": wish,
        "people": with_next_free(search.page(number), now),
        "total": search.total,
        "stale_before": search.on - RECONFIRM,
        "chosen": [_chip(form, wish, name) for name in wish.chosen],
        "ways_out": [] if search.total else ways_out(form, search),
        "filters": {
            name: form.choices_of(name, counted[name])
            for name in ("approach", "where", "language", "focus", "who")
        },
        "taking_many": counted["taking"][True],
        "distances": _distances(search),
        "address": address,
        "pages": _turn(wish, number, search.pages),
        "seo": {
            "title": "",
            "canonical": f"{settings.GROUND_URL}{address}" if plain else "",
            "robots": "" if plain else "noindex, follow",
        },
    }


def _chip(form: Looking, wish: Wish, name: str) -> dict[str, str]:
    """A chosen filter, and the way to the same search without it."""
    url = reverse("therapists") + query(wish.without(name))
    return {"label": form.label_of(wish, name), "url": url}


def ways_out(form: Looking, search: Search) -> list[dict[str, Any]]:
    """Which single filter to drop, and how many are found then."""
    return [_chip(form, search.wish, name) | {"many": many} for name, many in search.ways_out()]


def _distances(search: Search) -> list[dict[str, Any]]:
    if not search.atlas.has_neighbours:
        return []
    return [{"km": km, "on": km == search.wish.within} for km in DISTANCES]


def _turn(wish: Wish, number: int, pages: int) -> dict[str, Any]:
    address = reverse("therapists")
    return {
        "number": number,
        "of": pages,
        "previous": address + query(wish, number - 1) if number > 1 else "",
        "next": address + query(wish, number + 1) if number < pages else "",
    }


def with_next_free(people: Iterable[Profile], now: datetime) -> list[Profile]:
    """The same listings, each with `free`: when its therapist is free next (one query for all)."""
    shown = list(people)
    known = NextFree.objects.of([each.therapist_id for each in shown], now)
    for each in shown:
        row = known.get(each.therapist_id)
        each.free = _told(row, now) if row else None
    return shown


def _told(row: NextFree, now: datetime) -> dict[str, Any]:
    return {
        "at": row.starts_at,
        "said": spoken(row.starts_at, row.zone) if row.starts_at else "",
        "as_of": spoken(row.worked_at, row.zone) if row.is_old(now) else "",
    }


def page_of(profile: Profile, on: date) -> dict[str, Any]:
    """A therapist's own page, as it is kept."""
    return person(
        profile,
        on,
        approaches=list(profile.approaches.all()),
        places=list(profile.places.all()),
        languages=profile.languages,
        areas=profile.areas,
        portrait=profile.portrait.url if profile.portrait else "",
    )


def person(
    profile: Profile,
    on: date,
    *,
    approaches: list[Approach],
    places: list[Place],
    languages: list[str],
    areas: list[str],
    portrait: str,
) -> dict[str, Any]:
    """All that a therapist's own page shows, whether it is saved already or only looked at."""
    kept = [] if profile._state.adding else list(profile.credentials.all())
    return {
        "profile": profile,
        "on": on,
        "portrait": portrait,
        "approaches": [
            {"name": each.name, "url": reverse("therapists") + query(Wish(approach=each.slug))}
            for each in approaches
        ],
        "works_at": places,
        "languages": [str(Language(tag).label) for tag in languages],
        "areas": [str(Focus(area).label) for area in areas],
        "often": profile.often_lines or [str(Focus(area).label) for area in areas],
        "credentials": [
            {"row": each, "verified": each.verified(on)} for each in kept if each.stands(on)
        ],
        "stale": profile.is_stale(on),
        "ask_us": "" if profile._state.adding else f"?therapist={profile.slug}",
    }


def structured(told: dict[str, Any], practice: Practice) -> dict[str, Any]:
    """The same page in the words of schema.org; credentials only if somebody saw the proof."""
    profile: Profile = told["profile"]
    return schema_org.person(
        name=profile.name,
        url=settings.GROUND_URL + profile.get_absolute_url(),
        practice=practice.name,
        site=settings.GROUND_URL,
        title=profile.therapist.title,
        description=profile.headline,
        image=settings.GROUND_URL + told["portrait"] if told["portrait"] else "",
        languages=profile.languages,
        places=[place.name for place in told["works_at"]],
        knows=[each["name"] for each in told["approaches"]],
        credentials=[
            (each["row"].title, each["row"].body)
            for each in told["credentials"]
            if each["verified"]
        ],
    )


def seen(form: EditProfile, profile: Profile, on: date) -> dict[str, Any]:
    """The page as a form has it, not saved: what it would look like."""
    given = form.cleaned_data
    new = given["portrait"]
    return person(
        profile,
        on,
        approaches=list(given["approaches"]),
        places=list(given["places"]),
        languages=given["languages"],
        areas=given["focus"],
        portrait=_inline(new)
        if isinstance(new, Drawn)
        else default_storage.url(new)
        if new
        else "",
    )


def _inline(picture: Drawn) -> str:
    """A picture inside the page itself: one that is only looked at is stored nowhere."""
    return f"data:{picture.content_type};base64,{b64encode(picture.read()).decode()}"


def told_to_engines(profile: Profile) -> dict[str, str]:
    """Title and description for a list of search results."""
    return {
        "title": profile.name,
        "description": profile.headline,
        "canonical": settings.GROUND_URL + profile.get_absolute_url(),
        "type": "profile",
    }


def state(profile: Profile, on: date) -> dict[str, Any]:
    """How a listing stands, for whoever looks after it."""
    listed = not profile._state.adding and profile.is_listed(on)
    return {
        "listed": listed,
        "stale": listed and profile.is_stale(on),
        "withdrawn": not profile.shown,
        "lapsed": bool(profile.good_until and profile.good_until < on),
        "until": profile.good_until,
        "full": profile.taking_clients and not profile.taking,
    }
