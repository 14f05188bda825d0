"""Verbs of the directory: writing a listing, confirming it, checking what it claims."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from commonground.core import audit, clock
from commonground.core.emails import post
from commonground.people.models import Place, Therapist

from .models import Approach, Credential, Focused, Profile, Spoken


@audit.verb("directory.listing.saved")
def save_listing(
    *,
    profile: Profile,
    approaches: Iterable[Approach],
    places: Iterable[Place],
    languages: list[str],
    focus: list[str],
    by: Any,
    now: datetime,
) -> Profile:
    """Keep a listing as it was written; visitors read it from this moment on.

    The therapist's own hand confirms it as well, and so does the first save by anybody.
    """
    audit.about(profile)
    _let_go_of_portrait(profile)
    if profile.reconfirmed_on is None or profile.therapist.user == by:
        profile.confirm(clock.today())
    profile.save()
    profile.approaches.set(approaches)
    profile.places.set(places)
    Spoken.objects.renew(profile, languages)
    Focused.objects.renew(profile, focus)
    profile.keep_up(now)
    return profile


def _let_go_of_portrait(profile: Profile) -> None:
    """Delete the picture that this save replaces, once it is certain that it is replaced."""
    had = Profile.objects.filter(pk=profile.pk).values_list("portrait", flat=True).first()
    if had and had != profile.portrait.name:
        transaction.on_commit(lambda: default_storage.delete(had))


@audit.verb("directory.listing.confirmed")
def confirm_listing(*, profile: Profile, by: Any, now: datetime) -> None:
    """Say that what stands there is still right."""
    audit.about(profile)
    profile.confirm(clock.today())
    profile.save()
    profile.keep_up(now)


@audit.verb("directory.listing.asked")
def ask(*, profile: Profile, link: str, by: Any, now: datetime) -> None:
    """Ask a therapist by mail whether their listing is still right."""
    audit.about(profile)
    user = profile.therapist.user
    post(
        to=user.email,
        template="directory_still_right",
        context={"link": link, "name": user.get_short_name()},
        dedupe=f"directory:{profile.pk}:{profile.reconfirmed_on}",
    )
    Profile.objects.filter(pk=profile.pk).update(asked_on=clock.today())


@audit.verb("directory.credential.saved")
def save_credential(*, credential: Credential, by: Any, now: datetime) -> None:
    """Keep a credential; what was seen before it changed has to be seen again."""
    audit.about(credential)
    credential.verified_on, credential.verified_by = None, None
    credential.save()


@audit.verb("directory.credential.verified")
def verify_credential(*, credential: Credential, by: Any, now: datetime) -> None:
    """Say that the proof was seen by somebody of the practice."""
    audit.about(credential)
    credential.verified_on, credential.verified_by = clock.today(), by
    credential.save()


@audit.verb("directory.credential.removed")
def remove_credential(*, credential: Credential, by: Any, now: datetime) -> None:
    """Take a credential off a listing."""
    audit.about(credential)
    credential.delete()


def recount(*, therapist: Therapist, now: datetime) -> None:
    """Count a therapist's room anew, in the transaction that changed their diary.

    For rooms above: the minute's own count finds what they do not tell.
    """
    Profile.objects.filter(therapist=therapist).keep_up(now)
