"""The coordinator's desk: what came in, who would suit, and what is answered."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.people.models import Therapist
from commonground.people.roles import Role

from .. import actions
from ..forms import Answer, Ask, Decide, EditReply
from ..lifecycle import Act
from ..models import Enquiry, Reply
from . import desk_shown as shown

at_the_desk = only(Role.COORDINATOR)


@at_the_desk
def enquiries(request: HttpRequest) -> HttpResponse:
    """What waits for the practice, oldest first, with the clock to the first answer."""
    return render(request, "enquiries/desk.html", shown.desk(request.user, clock.now()))


@at_the_desk
def waiting_list(request: HttpRequest) -> HttpResponse:
    """Who waits for a place, in order, and how long it may take."""
    return render(request, "enquiries/waiting.html", shown.waiting(request.user, clock.now()))


def found(request: HttpRequest, pk: UUID) -> Enquiry:
    rows = Enquiry.objects.visible_to(request.user, clock.now()).with_keys()
    found: Enquiry = get_object_or_404(rows, pk=pk)
    return found


@at_the_desk
def enquiry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One enquiry, to be answered and matched."""
    return page(request, found(request, pk))


def page(request: HttpRequest, seen: Enquiry, status: int = 200, **more: Any) -> HttpResponse:
    """The page of an enquiry as it is now; looking at it is written down first."""
    now = clock.now()
    audit.read(by=request.user, obj=seen, now=now)
    begun = {"version": seen.version}
    context = {
        "answer": Answer(initial=begun),
        "ask": Ask(initial=begun),
        "decide": Decide(initial=begun, auto_id=False),
        "theirs": None,
    }
    told = shown.one(seen, request.user, now)
    return render(request, "enquiries/enquiry.html", context | told | more, status=status)


Step = Callable[..., Any]


def _do(
    request: HttpRequest, seen: Enquiry, form: Any, verb: Step, done: str, **told: Any
) -> HttpResponseBase:
    """Call one verb; somebody who was quicker is shown with what they did, and nothing is lost."""
    name = "answer" if isinstance(form, Answer) else "ask" if isinstance(form, Ask) else "decide"
    if not form.is_valid():
        return page(request, seen, 422, **{name: form})
    try:
        verb(by=request.user, now=clock.now(), enquiry=seen, **told, **form.cleaned_data)
    except actions.Overtaken as overtaken:
        fresh = found(request, seen.pk)
        form.data = form.data | {"version": fresh.version}
        return page(request, fresh, 409, overtaken=True, theirs=overtaken.theirs, **{name: form})
    except actions.Refused as refused:
        form.add_error(None, str(refused))
        return page(request, found(request, seen.pk), 409, **{name: form})
    messages.success(request, done)
    return redirect("enquiry", pk=seen.pk)


@at_the_desk
@require_POST
def answer(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Answer. Two who answer at once both see both texts, and neither is lost."""
    form = Answer(request.POST.dict())
    done = _("Your answer is on its way.")
    return _do(request, found(request, pk), form, actions.answer, done)


@at_the_desk
@require_POST
def offer(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Ask one therapist."""
    form = Ask(request.POST.dict())
    therapist = (
        form.is_valid()
        and Therapist.objects.working().filter(pk=form.cleaned_data["therapist"]).first()
    )
    seen = found(request, pk)
    if not therapist:
        form.add_error(None, _("Choose somebody who works here."))
        return page(request, seen, 422, ask=form)
    form.cleaned_data["therapist"] = therapist
    done = _("%(name)s has been asked.") % {"name": therapist.name}
    return _do(request, seen, form, actions.offer, done)


@at_the_desk
@require_POST
def step(request: HttpRequest, pk: UUID, act: str) -> HttpResponseBase:
    """One step without words: to the waiting list, taken back, pointed elsewhere, closed."""
    form, seen = Decide(request.POST.dict()), found(request, pk)
    if act == Act.WAIT:
        done = _("On the waiting list.")
        return _do(request, seen, form, actions.wait, done)
    if act == Act.RECALL:
        return _do(request, seen, form, actions.recall, _("The offer is taken back."))
    ends = {Act.CLOSE: _("The enquiry is closed."), Act.SIGNPOST: _("Kept: pointed elsewhere.")}
    return _do(request, seen, form, actions.end, ends[Act(act)], act=Act(act))


@at_the_desk
@require_POST
def revoke(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Make every link to this enquiry useless, as when a mail went astray."""
    count = actions.revoke_links(enquiry=found(request, pk), by=request.user, now=clock.now())
    messages.success(
        request,
        _("Every link is dead now (%(n)s). The next answer brings a new one.") % {"n": count},
    )
    return redirect("enquiry", pk=pk)


# ——— prepared answers ———


@at_the_desk
def replies(request: HttpRequest) -> HttpResponse:
    """The answers that the practice often begins from."""
    return render(request, "enquiries/replies.html", {"rows": Reply.objects.all()})


@at_the_desk
def reply(request: HttpRequest, pk: UUID | None = None) -> HttpResponseBase:
    """Write a prepared answer, or change one."""
    row = get_object_or_404(Reply, pk=pk) if pk else Reply()
    form = EditReply(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        actions.save_reply(reply=form.instance, by=request.user, now=clock.now())
        return redirect("replies")
    context = {"form": form, "row": row if pk else None}
    return render(request, "enquiries/reply.html", context, status=422 if form.errors else 200)


@at_the_desk
@require_POST
def reply_remove(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Take a prepared answer away."""
    row = get_object_or_404(Reply, pk=pk)
    actions.remove_reply(reply=row, by=request.user, now=clock.now())
    return redirect("replies")
