"""What a therapist is qualified by, and whether somebody in the practice has seen the proof."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.people.models.practice import PublicRow, PublicRows


class Credentials(PublicRows):
    def standing(self, on: date) -> Any:
        """Those that have not run out."""
        return self.filter(models.Q(expires_on__isnull=True) | models.Q(expires_on__gte=on))

    def visible_to(self, user: Any) -> Any:
        """Those this person may change: editors every one, therapists their own."""
        from .profile import Profile

        return self.filter(profile__in=Profile.objects.visible_to(user))


class Credential(PublicRow):
    """A training, registration or accreditation, with the body that gave it."""

    profile = models.ForeignKey(
        "directory.Profile", on_delete=models.CASCADE, related_name="credentials"
    )
    title = models.CharField(_("what it is"), max_length=120)
    body = models.CharField(_("given by"), max_length=120, blank=True)
    number = models.CharField(_("number"), max_length=40, blank=True)
    expires_on = models.DateField(_("runs out on"), null=True, blank=True)
    verified_on = models.DateField(null=True, editable=False)
    verified_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects: ClassVar[Any] = Credentials.as_manager()

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        ordering: ClassVar[list[str]] = ["title", "id"]

    def __str__(self) -> str:
        return self.title

    def stands(self, on: date) -> bool:
        """Whether it has not run out on this day."""
        return self.expires_on is None or self.expires_on >= on

    def verified(self, on: date) -> bool:
        """Whether the mark is shown: the proof was seen, and has not run out since."""
        return self.verified_on is not None and self.verified_on <= on and self.stands(on)
