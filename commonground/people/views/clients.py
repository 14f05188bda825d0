"""Clients come in, by hand or from a list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonground.core import clock
from commonground.core.access import only

from .. import actions, csvlist, emails
from ..forms import (
    ClientList,
    NewClient,
)
from ..models import Practice, Therapist, User
from ..roles import EDITORS, Role


@only(Role.THERAPIST, Role.COORDINATOR)
def client_new(request: HttpRequest) -> HttpResponseBase:
    """Take a client in by hand: into one's own care, or at the desk into somebody else's."""
    own = Therapist.objects.filter(user=request.user.pk).first()
    treats = own is not None and Role.THERAPIST in request.user.roles
    form = NewClient(request.POST or None, today=clock.today(request.user.zone), choose=not treats)
    if form.is_valid():
        admitted = actions.admit(
            therapist=own if treats else form.cleaned_data["therapist"],
            identity=form.identity(),
            contacts=form.contacts(),
            invited_at=form.cleaned_data["email"] if form.cleaned_data["invite"] else "",
            by=request.user,
            now=clock.now(),
        )
        if not treats:
            messages.success(request, _("They are in. Their therapist opens the course."))
            return redirect("client_new")
        messages.success(
            request, _("Your client is here. Open the course when you have agreed it.")
        )
        return redirect("open_course", pk=admitted.pk)
    return render(request, "people/client_new.html", {"form": form})


FAULTS_SHOWN = 20


@only(*sorted(EDITORS))
def clients_csv(request: HttpRequest) -> HttpResponseBase:
    """Take clients in from a list: all of them, or none with what is wrong where. Where they are
    to be invited, the list is looked over first."""
    form = ClientList(request.POST or None, request.FILES or None)
    faults: list[str] = []
    if form.is_valid():
        consents_from = Practice.line_of_consent()
        found = csvlist.read(form.words, clock.today(), consents_from)
        known = {t.user.email: t for t in Therapist.objects.working().select_related("user")}
        strangers = [
            csvlist.Fault(row.line, "therapist", row.therapist)
            for row in found.rows
            if row.therapist.casefold() not in known
        ]
        faults = [fault_words(fault) for fault in (*found.faults, *strangers)]
        why = _not_invited(found.rows, consents_from) if form.cleaned_data["invite"] else {}
        if not faults and why and not form.was_looked_over:
            return _look_over(request, form.words, found.rows, why)
        if not faults:
            invite = [line for line, reason in why.items() if not reason]
            count = actions.admit_all(
                rows=found.rows, therapists=known, invite=invite, by=request.user, now=clock.now()
            )
            said = ngettext("%(n)s client is in.", "%(n)s clients are in.", count)
            messages.success(request, said % {"n": count})
            return redirect("clients_csv")
    context = {
        "form": form,
        "faults": faults[:FAULTS_SHOWN],
        "more_faults": max(0, len(faults) - FAULTS_SHOWN),
    }
    status = 422 if form.errors or faults else 200
    return render(request, "people/clients_csv.html", context, status=status)


def _not_invited(rows: list[csvlist.Row], consents_from: int) -> dict[int, str]:
    """By line, why somebody is not invited; empty for whoever is."""
    boxes = [row.email.casefold() for row in rows]
    known = set(User.objects.filter(email__in=boxes).values_list("email", flat=True))
    return csvlist.to_invite(rows, clock.today(), consents_from, known)


def _look_over(
    request: HttpRequest, text: str, rows: list[csvlist.Row], why: dict[int, str]
) -> HttpResponse:
    """Who will be written to, who not and why, and the very letter; nobody is in yet."""
    reasons = {
        "no_mail": _("no email"),
        "young": _("too young: they give their own mailbox themselves"),
        "shared": _("somebody else of the list has the same email"),
        "known": _("somebody signs in with this email already"),
    }
    subject, body = emails.preview(request.user)
    context = {
        "text": text,
        "invited": [row for row in rows if not why[row.line]],
        "others": [{"row": row, "why": reasons[why[row.line]]} for row in rows if why[row.line]],
        "subject": subject,
        "body": body,
    }
    return render(request, "people/clients_look_over.html", context)


def fault_words(fault: csvlist.Fault) -> str:
    """What is wrong in a line of a list, and how to mend it."""
    said = {
        "empty": _("The file holds nothing."),
        "columns": _("The first line has no column “%(about)s”."),
        "unknown": _("The first line has a column “%(about)s”, which is not known here."),
        "many": _("A list has at most %(about)s people. Take them in by parts."),
        "missing": _("“%(about)s” is empty."),
        "long": _("“%(about)s” is too long, or holds what is no text."),
        "date": _("“%(about)s” is no date of birth. Write it like 1988-05-17."),
        "reach": _("There is neither an email nor a phone."),
        "email": _("“%(about)s” should look like name@example.org."),
        "consent_date": _("“%(about)s” is no day on which they can have consented."),
        "consent_day": _("“consent_on” is empty: on which day was the consent given?"),
        "consent_by": _("They were too young to consent alone: “consent_by” says who did."),
        "twice": _("This is the same person as in line %(about)s."),
        "therapist": _("Nobody who gives therapy here signs in with “%(about)s”."),
    }[fault.code]
    line = _("Line %(line)s: ") % {"line": fault.line}
    return line + said % {"about": fault.about}
