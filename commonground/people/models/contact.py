"""The ways in which a client may be reached, and how carefully."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House

from .client import Client


class Contacts(models.QuerySet["Contact"]):
    def with_keys(self) -> "Contacts":
        """With the client's key in the same query."""
        return self.select_related("client__data_key")

    def of(self, client: Client) -> "Contacts":
        """One client's, in the order of their kinds."""
        return self.filter(client=client)

    def own(self) -> "Contacts":
        """The client's own, not somebody to call in an emergency."""
        return self.exclude(kind=Contact.Kind.EMERGENCY)

    def emergency(self) -> "Contacts":
        return self.filter(kind=Contact.Kind.EMERGENCY)


class Contact(House):
    """One way to reach a client, and whether somebody else might listen or read along."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("telephone")
        EMAIL = "email", _("e-mail")
        LETTER = "letter", _("letter")
        EMERGENCY = "emergency", _("somebody to call in an emergency")

    client = models.ForeignKey(
        "people.Client", on_delete=models.CASCADE, related_name="contacts", verbose_name=_("client")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    value = EncryptedTextField(
        _("number or address"), label="people.contact.value", key="client.data_key"
    )
    name = EncryptedTextField(
        _("whose it is"), label="people.contact.name", key="client.data_key", blank=True
    )
    relation = EncryptedTextField(
        _("relation to the client"),
        label="people.contact.relation",
        key="client.data_key",
        blank=True,
    )
    note = EncryptedTextField(
        _("note"), label="people.contact.note", key="client.data_key", blank=True
    )
    safe_to_leave_message = models.BooleanField(_("safe to leave a message"), default=False)
    safe_to_write = models.BooleanField(_("safe to write to"), default=False)

    objects = Contacts.as_manager()

    class Meta:
        verbose_name = _("way to reach a client")
        verbose_name_plural = _("ways to reach a client")
        ordering: ClassVar[list[str]] = ["kind", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["phone", "email", "letter", "emergency"]),
                name="people_contact_kind",
            ),
        ]

    def __str__(self) -> str:
        return str(self.Kind(self.kind).label)
