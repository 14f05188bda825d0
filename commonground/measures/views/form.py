"""The form itself: the same questions, whichever way somebody came to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from commonground.core import audit, clock
from commonground.people.models import Client

from .. import actions
from ..forms import Answer
from ..models import CheckIn, Question
from ..scoring import BadAnswer

READ = "measures.check_in.read"


@dataclass(frozen=True)
class Way:
    """How a check-in was come to: who answers, where its pages are, what stands around them.

    `page(name, **more)` is the address of "question", "all", "review" or "sent"; `frame` the
    template around the form, and `home` where somebody goes who has sent it.
    """

    check_in: CheckIn
    by: Any
    source: str
    frame: str
    page: Callable[..., str]
    home: str = ""
    kiosk: bool = False

    def again(self) -> "Way":
        """The same, with the answers as they stand now."""
        assert self.check_in.assignment is not None
        now_kept = CheckIn.of(self.check_in.assignment)
        return Way(now_kept, self.by, self.source, self.frame, self.page, self.home, self.kiosk)

    def read(self) -> None:
        """Leave the line that somebody saw these answers."""
        seen = self.check_in.appointment or self.check_in.assignment
        audit.read(by=self.by, obj=seen, now=clock.now(), verb=READ)

    def context(self, **more: Any) -> dict[str, Any]:
        return {
            "frame": self.frame,
            "check_in": self.check_in,
            "total": len(self.check_in.questions),
            "therapist_name": reader(self.check_in, clock.now()),
            "all_url": self.page("all"),
            "one_url": self.page("question", number=1),
            "home_url": self.home,
            "kiosk": self.kiosk,
            **more,
        }


def reader(check_in: CheckIn, now: datetime) -> str:
    """The name of whoever reads these answers; empty where that is nobody."""
    if check_in.appointment is not None:
        return check_in.appointment.therapist.name
    assert check_in.assignment is not None
    client: Client = check_in.assignment.client
    try:
        return actions.owner_of_alerts(client, now).name
    except actions.NobodyToTell:
        return ""


# ——— one question ———


def question(request: HttpRequest, way: Way, number: int) -> HttpResponseBase:
    """One question of a check-in; each answer is kept as it is given."""
    if way.check_in.is_sent:
        return redirect(way.page("sent"))
    if not 1 <= number <= len(way.check_in.questions):
        return redirect(way.page("question", number=way.check_in.resume_at))
    if request.method == "POST":
        return _answered(request, way, number)
    return _asked(request, way, number)


def _answered(request: HttpRequest, way: Way, number: int) -> HttpResponseBase:
    """Keep the answer; stay where help must be shown, else go on."""
    asked = way.check_in.questions[number - 1]
    form = Answer(request.POST)
    try:
        value = form.cleaned_data["answer"] if form.is_valid() else _refuse(form)
        _keep(way, {asked: value})
    except BadAnswer:
        messages.error(request, _("Choose one of the answers, or leave the question out."))
        return redirect(way.page("question", number=number))
    except actions.AlreadySent:
        return redirect(way.page("sent"))
    except actions.NobodyToTell:
        return _nobody(request, way, lambda: _asked(request, way, number, help_now=True))
    way = way.again()
    kept = way.check_in.questions[number - 1]
    if request.accepts("text/html") is False:
        return JsonResponse({"help": kept.asks_for_help})
    if kept.asks_for_help and "seen_help" not in request.POST:
        return _asked(request, way, number)
    if number == len(way.check_in.questions):
        return redirect(way.page("review"))
    return redirect(way.page("question", number=number + 1))


def _asked(request: HttpRequest, way: Way, number: int, *, help_now: bool = False) -> HttpResponse:
    way.read()
    asked = way.check_in.questions[number - 1]
    context = way.context(
        question=asked,
        is_last=number == len(way.check_in.questions),
        show_help=help_now or asked.asks_for_help,
        post_url=way.page("question", number=number),
        back_url=way.page("question", number=number - 1) if number > 1 else "",
    )
    return render(request, "measures/question.html", context)


def _nobody(request: HttpRequest, way: Way, page: Callable[[], HttpResponse]) -> HttpResponse:
    """Nobody would read this answer: it is not kept, and help is shown instead."""
    said = _("This answer was not kept, as nobody here would read it. Please turn to these people.")
    if request.accepts("text/html") is False:
        return JsonResponse({"help": True, "message": said}, status=503)
    messages.error(request, said)
    shown = page()
    shown.status_code = 503
    return shown


# ——— all on one page ———


def all_questions(request: HttpRequest, way: Way) -> HttpResponseBase:
    """Every question below the other: for whoever likes to see all, or has no script."""
    if way.check_in.is_sent:
        return redirect(way.page("sent"))
    if request.method == "POST":
        return _all_answered(request, way)
    return _all_asked(request, way)


def name_of(question: Question) -> str:
    """What an answer is called in the form of all questions."""
    return f"{question.response.instrument}.{question.item.concept}"


def _all_answered(request: HttpRequest, way: Way) -> HttpResponseBase:
    given: dict[Question, int | None] = {}
    for asked in way.check_in.questions:
        if (name := name_of(asked)) in request.POST:
            form = Answer({"answer": request.POST[name]})
            if not form.is_valid():
                return _all_refused(request, way)
            given[asked] = form.cleaned_data["answer"]
    before = way.check_in.asks_for_help
    try:
        _keep(way, given)
    except BadAnswer:
        return _all_refused(request, way)
    except actions.AlreadySent:
        return redirect(way.page("sent"))
    except actions.NobodyToTell:
        return _nobody(request, way, lambda: _all_asked(request, way, help_now=True))
    way = way.again()
    if way.check_in.asks_for_help and not before and "seen_help" not in request.POST:
        return _all_asked(request, way)
    return redirect(way.page("review"))


def _all_refused(request: HttpRequest, way: Way) -> HttpResponseBase:
    messages.error(request, _("Choose one of the answers, or leave the question out."))
    return redirect(way.page("all"))


def _all_asked(request: HttpRequest, way: Way, *, help_now: bool = False) -> HttpResponse:
    way.read()
    rows = [
        {
            "question": asked,
            "name": name_of(asked),
            "post_url": way.page("question", number=asked.number),
            "opens_part": asked.number == 1
            or way.check_in.questions[asked.number - 2].instrument is not asked.instrument,
            "show_help": asked.asks_for_help or (help_now and asked.is_risk),
        }
        for asked in way.check_in.questions
    ]
    return render(request, "measures/all.html", way.context(rows=rows))


# ——— before and after it is sent ———


def review(request: HttpRequest, way: Way) -> HttpResponseBase:
    """What was answered and what was left out, before it is sent."""
    if way.check_in.is_sent:
        return redirect(way.page("sent"))
    if request.method == "POST":
        actions.send(check_in=way.check_in, by=way.by, now=clock.now())
        return redirect(way.page("sent"))
    way.read()
    left_out = [
        {"question": q, "url": way.page("question", number=q.number)}
        for q in way.check_in.questions
        if q.value is None and q.item.scored
    ]
    last = way.page("question", number=len(way.check_in.questions))
    context = way.context(left_out=left_out, last_url=last, send_url=way.page("review"))
    return render(request, "measures/review.html", context)


def sent(request: HttpRequest, way: Way) -> HttpResponse:
    """Thank you, and help where an answer asked for it."""
    way.read()
    return render(request, "measures/sent.html", way.context())


def _keep(way: Way, given: Mapping[Question, int | None]) -> None:
    """Keep what was answered, measure by measure."""
    by_response: dict[Any, dict[str, int | None]] = {}
    for asked, value in given.items():
        by_response.setdefault(asked.response, {})[asked.item.concept] = value
    for response, answers in by_response.items():
        actions.keep_answers(
            response=response, answers=answers, by=way.by, now=clock.now(), source=way.source
        )


def _refuse(form: Any) -> int:
    raise BadAnswer(form.errors.as_text())
