"""A room at a Jitsi Meet server of the practice, opened by a token that only we can sign."""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from uuid import UUID

from django.conf import settings


def ready() -> bool:
    """Whether the practice has named its server and shares a secret with it."""
    return bool(settings.GROUND_JITSI_URL and settings.GROUND_JITSI_SECRET)


def link(appointment: UUID, *, moderator: bool, now: datetime, until: datetime) -> str:
    """The way into the room of one appointment; the token works until `until`.

    The room's name says nothing and cannot be guessed: it is signed from the id.
    """
    secret = settings.GROUND_JITSI_SECRET.encode()
    room = hmac.new(secret, b"room:" + appointment.bytes, hashlib.sha256).hexdigest()[:32]
    claims = {
        "aud": "jitsi",
        "iss": settings.GROUND_JITSI_APP,
        "sub": "*",
        "room": room,
        "nbf": int(now.timestamp()) - 60,
        "exp": int(until.timestamp()),
        "context": {"user": {"affiliation": "owner" if moderator else "member"}},
    }
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    seal = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    token = f"{signed}.{base64.urlsafe_b64encode(seal).rstrip(b'=').decode()}"
    return f"{settings.GROUND_JITSI_URL.rstrip('/')}/{room}?jwt={token}"


def _part(content: dict[str, object]) -> str:
    packed = json.dumps(content, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
