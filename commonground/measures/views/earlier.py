"""Scores from before somebody came here, taken in from a list."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonground.core import audit, clock
from commonground.people.models import Client

from .. import actions, scorelist, storages
from ..forms import EarlierScores
from .staff import clinical

FAULTS_SHOWN = 20


@clinical
def earlier(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Take earlier scores in: all of them, or none with what is wrong where."""
    user, now = request.user, clock.now()
    client = get_object_or_404(Client.objects.treated_by(user, now).with_keys(), pk=pk)
    form = EarlierScores(request.POST or None)
    faults: list[scorelist.Fault] = []
    if form.is_valid():
        found = scorelist.read(
            form.cleaned_data["lines"], clock.today(user.zone), storages.newest()
        )
        faults = found.faults
        try:
            faults = faults or actions.import_scores(
                client=client, rows=found.rows, by=user, now=now
            )
        except actions.NobodyToTell as refusal:
            form.add_error(None, str(refusal))
        if not faults and not form.errors:
            many = len(found.rows)
            said = ngettext("%(n)s score is in.", "%(n)s scores are in.", many)
            messages.success(request, said % {"n": many})
            return redirect("client_measures", pk=pk)
    audit.read(by=user, obj=client, now=now)
    context = {
        "form": form,
        "client": client,
        "faults": [fault_words(fault) for fault in faults[:FAULTS_SHOWN]],
        "more_faults": max(0, len(faults) - FAULTS_SHOWN),
    }
    status = 422 if faults or form.errors else 200
    return render(request, "measures/earlier.html", context, status=status)


def fault_words(fault: scorelist.Fault) -> str:
    """What is wrong in a line, and how to mend it."""
    said = {
        "empty": _("The lines hold nothing."),
        "columns": _("The first line has no column “%(about)s”."),
        "unknown": _("The column “%(about)s” is not known here. Take it out, or rename it."),
        "many": _("There are more than %(about)s lines. Bring them in several parts."),
        "date": _("“%(about)s” is not a day since 1990 that has been. Write it like 2026-03-02."),
        "measure": _("There is no measure called “%(about)s” here."),
        "item": _("This measure has no question %(about)s."),
        "answer": _("To this question that answer is not offered (%(about)s)."),
        "total": _("The measure cannot have the total “%(about)s”."),
        "sum": _("The answers do not add up to %(about)s."),
        "nothing": _("There is neither a total nor an answer."),
        "twice": _("The same measure on the same day is in line %(about)s already."),
        "here": _("This measure is in for that day already. Put it right there instead."),
    }[fault.code]
    where = _("Line %(line)s") % {"line": fault.line}
    return f"{where}: {said % {'about': fault.about}}"
