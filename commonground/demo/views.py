"""The pages that only the invented practice has: who to be, what was "sent", what day it is."""

from datetime import timedelta

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import clock as house_clock
from commonground.core.access import demo_only
from commonground.core.models import Mail
from commonground.people.models import User

from .forms import MoveClock, SignInAs
from .people import PARTS
from .samples import SAMPLE


@demo_only
def front(request: HttpRequest) -> HttpResponse:
    """The way in to the demo: one button for each of them."""
    return render(request, "demo/front.html", {"parts": PARTS.items()})


@demo_only
@require_POST
def sign_in_as(request: HttpRequest) -> HttpResponse:
    """Become one of the invented people, without password or second factor: demo only."""
    form = SignInAs(request.POST)
    if not form.is_valid():
        return redirect("demo:front")
    user = get_object_or_404(User, email=PARTS[form.cleaned_data["role"]].email)
    login(request, user, backend="commonground.people.backends.SignIn")
    record_authentication(request, user, "mfa", type="demo")
    return redirect("/home/")


@demo_only
def mails(request: HttpRequest) -> HttpResponse:
    """Every mail that the demo "sent": nothing left this machine."""
    return render(request, "demo/mails.html", {"mails": Mail.objects.recent()[:50]})


@demo_only
def clock(request: HttpRequest) -> HttpResponse:
    """Walk forward in time, or put the clock right again."""
    if request.method == "POST" and "reset" in request.POST:
        house_clock.reset()
        messages.success(request, _("The clock is right again."))
        return redirect("demo:clock")
    form = MoveClock(request.POST or None)
    if form.is_valid():
        house_clock.shift_to(house_clock.now() + timedelta(days=form.cleaned_data["days"]))
        messages.success(request, _("The clock has moved."))
        return redirect("demo:clock")
    return render(request, "demo/clock.html", {"form": form, "now": house_clock.now()})


@demo_only
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component with sample words, for whoever builds with them."""
    context = {"sample": SAMPLE, "form": MoveClock(), "wrong": MoveClock({"days": "soon"})}
    return render(request, "styleguide.html", context)
