"""Mail leaves through the outbox: written with the facts it tells of, sent afterwards, seen.

A mail says that something awaits, never what: whoever reads over a shoulder learns nothing.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template import Context, engines
from django.utils import translation

from . import clock
from .backends import WORD
from .jobs import deliver
from .models import Mail


def post(
    *,
    to: str,
    template: str,
    context: dict[str, Any],
    dedupe: str,
    language: str | None = None,
    calendar: str | None = None,
) -> Mail:
    """Put a mail into the outbox, in the caller's transaction: no commit, no mail.

    `calendar` is the text of a calendar (iCalendar with a METHOD) that comes with it. `dedupe`
    names the occasion (ids only, "invitation:<uuid>"): a second call with the same name returns
    the first mail and sends nothing. Raises ValueError if it holds anything else.
    """
    if not dedupe or not WORD.fullmatch(dedupe):
        raise ValueError("The occasion of a mail is told in ids only.")
    if Mail.objects.filter(dedupe_key=dedupe).exists():
        return _told(dedupe)
    language = language or settings.LANGUAGE_CODE
    subject, body = render(template, context, language)
    written = {"to": to, "subject": subject, "body": body, "template": template}
    moment = {"language": language, "created_at": clock.now(), "moved_at": clock.real()}
    written |= {"calendar": calendar} if calendar else {}
    mail = Mail(dedupe_key=dedupe, **written, **moment)
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
            deliver.enqueue(str(mail.pk))
    except IntegrityError:  # somebody else was first
        return _told(dedupe)
    return mail


def _told(dedupe: str) -> Mail:
    found: Mail = Mail.objects.get(dedupe_key=dedupe)
    return found


def render(template: str, context: dict[str, Any], language: str) -> tuple[str, str]:
    """Subject and body of `emails/<template>.txt`, whose first line is `Subject: …`."""
    source = engines["django"].engine.get_template(f"emails/{template}.txt")  # type: ignore[attr-defined]
    values = {"practice_url": settings.GROUND_URL} | context
    with translation.override(language):
        text = source.render(Context(values, autoescape=False)).strip()
    first, _, body = text.partition("\n")
    if not first.startswith("Subject: "):
        raise ValueError(f"emails/{template}.txt does not begin with a subject.")
    return first.removeprefix("Subject: ").strip(), body.strip() + "\n"


def send(mail_id: str) -> None:
    """Hand one mail to the mail server, once: the claim is committed before anything leaves."""
    if not Mail.objects.claim(mail_id, clock.real()):
        return
    mail = Mail.objects.get(pk=mail_id)
    try:
        message = EmailMessage(mail.subject, mail.body, to=[mail.to])
        if mail.calendar:
            _enclose(message, mail.calendar)
        message.send()
    except Exception as error:
        mail.failed(error, clock.real())
    else:
        mail.went(clock.real())


def _enclose(message: EmailMessage, calendar: str) -> None:
    """With what the calendar asks of the program that reads it (RFC 6047)."""
    lines = calendar.splitlines()
    method = next(line.partition(":")[2] for line in lines if line.startswith("METHOD:"))
    message.attach("appointment.ics", calendar, f"text/calendar; method={method}")


def resend(now: datetime) -> None:
    """Queue again what was left behind; `now` is real time, as leases are about processes."""
    for mail_id in Mail.objects.left_behind(now).values_list("pk", flat=True)[:500]:
        with transaction.atomic():
            back = Mail.objects.left_behind(now).filter(pk=mail_id)
            if back.update(state=Mail.State.QUEUED, moved_at=now):
                deliver.enqueue(str(mail_id))
