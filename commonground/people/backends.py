"""Who a password lets in: people who work here, as the first of their two factors."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from .models import User


class SignIn(AuthenticationBackend):
    """Sign in by e-mail address and password; a closed account is refused, and so is a client.

    Clients come in by a mailed code or a passkey. A password left over from a time when they
    worked here would be a single factor, so it opens nothing.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        return user if user is not None and user.works_here else None
