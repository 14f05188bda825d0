"""Whoever can sign in: the people who work in the practice, and its clients."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from commonground.core.models.base import House

from .. import roles as words
from ..roles import Role


class Users(BaseUserManager["User"]):
    """Accounts are made by invitation; there is no sign-up."""

    def create_user(self, email: str, name: str, **fields: Any) -> "User":
        """Save a new account without a password. Raises IntegrityError if the address is taken."""
        user = self.model(email=email.strip().lower(), name=name, **fields)
        user.set_unusable_password()
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())

    def holding(self, role: Role) -> "models.QuerySet[User]":
        """Everybody who holds this role."""
        return self.filter(groups__name=role)

    def staff(self) -> "models.QuerySet[User]":
        """Everybody who works here, or did; their roles in the same two queries."""
        names = [role for role in Role if role in words.STAFF]
        return (
            self.filter(groups__name__in=names)
            .distinct()
            .prefetch_related("groups")
            .order_by("-is_active", "name", "id")
        )


class User(House, AbstractBaseUser, PermissionsMixin):
    """A person with an account. Their roles are the Django groups of the same names."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(
        _("name"), max_length=120, blank=True, help_text=_("Empty for clients: see their record.")
    )
    zone = models.CharField(_("time zone"), max_length=64, default="Europe/London")
    locale = models.CharField(_("language"), max_length=12, default="en-gb")
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(editable=False, null=True)
    session_stamp = models.UUIDField(default=uuid.uuid4, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[Users] = Users()

    class Meta:
        verbose_name = _("person with an account")
        verbose_name_plural = _("people with an account")

    def __str__(self) -> str:
        return self.name or str(self.pk)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held now, read once per request."""
        names = {group.name for group in self.groups.all()}
        return frozenset(role for role in Role if role in names)

    def forget_roles(self) -> None:
        """Read the roles anew, after one was given or taken."""
        self.__dict__.pop("roles", None)
        getattr(self, "_prefetched_objects_cache", {}).pop("groups", None)

    @property
    def works_here(self) -> bool:
        return words.works_here(self.roles)

    def get_session_auth_hash(self) -> str:
        """Ends every session of this person as soon as the password or the stamp changes."""
        return salted_hmac(
            "commonground.people.session",
            f"{self.password}{self.session_stamp}",
            algorithm="sha256",
        ).hexdigest()

    def end_sessions(self) -> None:
        """Sign this person out everywhere, at once."""
        self.session_stamp = uuid.uuid4()
        self.save(update_fields=["session_stamp"])
