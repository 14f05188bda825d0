"""Looking after listings: therapists their own, coordinators and owners every one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import clock
from commonground.core.access import only
from commonground.people.models import Therapist
from commonground.people.roles import EDITORS, Role

from .. import actions
from ..forms import EditCredential, EditProfile
from ..models import Credential, Profile
from . import shown

editing = only(Role.THERAPIST, *sorted(EDITORS))
editors = only(*sorted(EDITORS))


def _profile(request: HttpRequest, pk: UUID) -> Profile:
    """The listing of a therapist whom this person may write for; 404 for anybody else's."""
    therapists = Therapist.objects.select_related("user").filter(user__is_active=True)
    if not request.user.roles & EDITORS:
        therapists = therapists.filter(user=request.user.pk)
    return Profile.of(get_object_or_404(therapists, pk=pk))


@editing
def my_listing(request: HttpRequest) -> HttpResponse:
    """One's own listing; whoever gives no therapy sees everybody's."""
    own = Therapist.objects.filter(user=request.user.pk).first()
    if own is None or Role.THERAPIST not in request.user.roles:
        return redirect("listings")
    return redirect("listing", own.pk)


@editors
def listings(request: HttpRequest) -> HttpResponse:
    """Every therapist with the state of their listing, those without one as well."""
    today = clock.today()
    kept = {p.therapist_id: p for p in Profile.objects.select_related("therapist")}
    rows = [
        {"therapist": therapist, "profile": kept.get(therapist.pk)}
        | (shown.state(kept[therapist.pk], today) if therapist.pk in kept else {})
        for therapist in Therapist.objects.working()
    ]
    return render(request, "directory/listings.html", {"rows": rows})


@editing
def listing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write a listing."""
    profile = _profile(request, pk)
    form = EditProfile(request.POST or None, request.FILES or None, instance=profile)
    if request.method == "POST" and form.is_valid():
        _save(request, form)
        messages.success(request, _("Saved. Visitors read it from now on."))
        return redirect("listing", pk)
    return _form(request, profile, form)


def _form(request: HttpRequest, profile: Profile, form: EditProfile) -> HttpResponse:
    today = clock.today()
    page: dict[str, Any] = {"profile": profile, "form": form, "own": _is_own(request, profile)}
    if not profile._state.adding:
        kept = Profile.objects.with_everything().get(pk=profile.pk)
        page |= shown.state(kept, today) | {"kept": kept}
        page["credentials"] = [
            {"row": each, "stands": each.stands(today), "verified": each.verified(today)}
            for each in kept.credentials.all()
        ]
    return render(request, "directory/listing.html", page | {"new": profile._state.adding})


def _is_own(request: HttpRequest, profile: Profile) -> bool:
    return profile.therapist.user == request.user


def _save(request: HttpRequest, form: EditProfile) -> None:
    given = form.cleaned_data
    actions.save_listing(
        profile=form.instance,
        approaches=given["approaches"],
        places=given["places"],
        languages=given["languages"],
        focus=given["focus"],
        by=request.user,
        now=clock.now(),
    )


@editing
@require_POST
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page as it would be, shown to its writer only; nothing is kept."""
    profile = _profile(request, pk)
    form = EditProfile(request.POST, request.FILES, instance=profile)
    if not form.is_valid():
        return _form(request, profile, form)
    page = shown.seen(form, form.instance, clock.today()) | {"preview": True}
    return render(request, "directory/therapist.html", page)


@editing
@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is still right."""
    profile = get_object_or_404(Profile.objects.visible_to(request.user), therapist=pk)
    actions.confirm_listing(profile=profile, by=request.user, now=clock.now())
    messages.success(request, _("Thank you. We will ask again in three months."))
    return redirect("listing", pk)


def _credential(request: HttpRequest, pk: UUID, credential: UUID) -> Credential:
    rows = Credential.objects.visible_to(request.user).filter(profile__therapist=pk)
    found: Credential = get_object_or_404(rows, pk=credential)
    return found


@editing
def credential(request: HttpRequest, pk: UUID, credential: UUID | None = None) -> HttpResponse:
    """Add a credential, or change one."""
    profile = get_object_or_404(Profile.objects.visible_to(request.user), therapist=pk)
    row = _credential(request, pk, credential) if credential else Credential(profile=profile)
    form = EditCredential(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        actions.save_credential(credential=form.instance, by=request.user, now=clock.now())
        return redirect("listing", pk)
    page = {"form": form, "profile": profile, "credential": row if credential else None}
    return render(request, "directory/credential.html", page)


@editors
@require_POST
def verify(request: HttpRequest, pk: UUID, credential: UUID) -> HttpResponse:
    """Somebody of the practice has seen the proof."""
    row = _credential(request, pk, credential)
    actions.verify_credential(credential=row, by=request.user, now=clock.now())
    return redirect("listing", pk)


@editing
@require_POST
def remove(request: HttpRequest, pk: UUID, credential: UUID) -> HttpResponse:
    """Take a credential off the listing."""
    row = _credential(request, pk, credential)
    actions.remove_credential(credential=row, by=request.user, now=clock.now())
    return redirect("listing", pk)
