"""Data keys: every client has one, the house has one; they lie here wrapped by the key ring."""

import secrets
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from .. import clock
from ..fields.errors import Shredded, Undecipherable
from ..fields.held import held
from ..outside import keyring
from .base import House

HOUSE_KEY = "house"
LENT_FOR = timedelta(days=7)
"""So long what was sealed with a key that was lent can be opened again."""


class DataKeys(models.QuerySet["DataKey"]):
    def living(self) -> "DataKeys":
        """Those that have not been destroyed."""
        return self.filter(shredded_at=None)

    def not_under(self, ring_key: str) -> "DataKeys":
        """Living keys that a rotation still has to wrap anew."""
        return self.living().exclude(ring_key=ring_key)

    def fresh(self, kind: str = "client") -> "DataKey":
        """Make and save a new data key."""
        row: DataKey = self.model(kind=kind, created_at=clock.now())
        plain = secrets.token_bytes(keyring.KEY_BYTES)
        row.wrap(plain)
        row.save(using=self.db, force_insert=True)
        # A rotation that ended between wrapping and saving has retired the ring key by now.
        while row.ring_key not in keyring.ring().keys:
            row.wrap(plain)
            row.save(using=self.db, update_fields=["wrapped", "ring_key"])
        held()[row.pk] = plain
        return row

    def house(self) -> "DataKey":
        """The practice's own data key, made when first asked for; one query per request."""
        kept = held().get(HOUSE_KEY)
        if kept is not None:
            return cast("DataKey", kept)
        row = self.filter(kind=DataKey.Kind.HOUSE).first() or self._first_house()
        if held().get(_unsure(row)) is None:
            held()[HOUSE_KEY] = row
        return row

    def _first_house(self) -> "DataKey":
        try:
            with transaction.atomic(using=self.db):
                row = self.fresh(DataKey.Kind.HOUSE)
        except IntegrityError:  # somebody else was first
            return self.get(kind=DataKey.Kind.HOUSE)
        # Were this transaction rolled back, a remembered key would be one that nobody has.
        held()[_unsure(row)] = True
        transaction.on_commit(lambda: held().pop(_unsure(row), None), using=self.db)
        return row

    def wrap_anew(self, count: int, after: UUID | None = None) -> tuple[int, UUID | None]:
        """Wrap the next `count` keys with the ring's current key, in one short transaction.

        Returns how many were wrapped, and the id to go on after (None: that was the last). A key
        that cannot be opened is left as it is; one that is destroyed meanwhile stays destroyed.
        """
        with transaction.atomic(using=self.db):
            due = self.not_under(keyring.ring().current).select_for_update().order_by("pk")
            rows = list((due.filter(pk__gt=after) if after else due)[:count])
            done = [row for row in rows if row.wrapped_anew()]
            self.model.objects.using(self.db).bulk_update(done, ["wrapped", "ring_key"])
        return len(done), rows[-1].pk if rows else None


class DataKey(House):
    """The key to what is written about one client, or to what the house keeps for itself.

    Destroying it ("shredding") makes everything written with it unreadable, backups included.
    """

    class Kind(models.TextChoices):
        CLIENT = "client"
        HOUSE = "house"

    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.CLIENT)
    wrapped = models.BinaryField()
    ring_key = models.CharField(max_length=16, db_index=True)
    created_at = models.DateTimeField()
    shredded_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = DataKeys.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="house"), name="core_one_house_key"
            ),
            models.CheckConstraint(
                condition=Q(shredded_at=None) | Q(wrapped=b""), name="core_shredded_is_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def wrap(self, plain: bytes) -> None:
        """Hold this key, wrapped by the ring's current key; not saved."""
        self.ring_key, self.wrapped = keyring.ring().wrap(plain, self.pk.bytes)

    def read(self) -> bytes:
        """The plain key, out of what this object holds. Raises Undecipherable, Shredded."""
        if self.shredded_at is not None:
            raise Shredded("What was written with this key has been erased.")
        try:
            return keyring.ring().unwrap(self.ring_key, bytes(self.wrapped), self.pk.bytes)
        except keyring.WrongKey as error:
            raise Undecipherable("The key ring does not open this data key.") from error

    def wrapped_anew(self) -> bool:
        """Hold the same key under the ring's current one; not saved. False if it will not open."""
        try:
            self.wrap(self.read())
        except Undecipherable:
            return False
        return True

    def unwrap(self) -> bytes:
        """The plain key; remembered until the request ends. Raises Undecipherable, Shredded."""
        plain = held().get(self.pk)
        if plain is None:
            if self.shredded_at is None and self.ring_key not in keyring.ring().keys:
                # Read before a rotation wrapped it anew.
                self.refresh_from_db(fields=["wrapped", "ring_key", "shredded_at"])
            plain = held()[self.pk] = self.read()
        return cast(bytes, plain)

    def lend(self, about: bytes, now: datetime) -> tuple[str, str]:
        """A new key for words that wait outside, and the parcel by which it is given back.

        Whoever holds the parcel alone can open nothing: the key is nowhere but in it.
        """
        plain = secrets.token_bytes(keyring.KEY_BYTES)
        told = int(now.timestamp()).to_bytes(8) + plain
        return _text(plain), _text(keyring.shut(self.unwrap(), told, about))

    def lent(self, parcel: str, about: bytes, now: datetime) -> str:
        """The key that was lent in this parcel. Raises Undecipherable for a strange or old one."""
        try:
            told = keyring.unshut(self.unwrap(), b64decode(parcel, validate=True), about)
        except (keyring.WrongKey, ValueError) as error:
            raise Undecipherable("This parcel is not ours, or not for this place.") from error
        if now.timestamp() - int.from_bytes(told[:8]) > LENT_FOR.total_seconds():
            raise Undecipherable("This parcel is too old.")
        return _text(told[8:])

    def rewrap(self) -> None:
        """Wrap this key with the ring's current key, unless it has been destroyed meanwhile."""
        type(self).objects.filter(pk=self.pk).wrap_anew(1)
        self.refresh_from_db(fields=["wrapped", "ring_key", "shredded_at"])

    def shred(self, now: datetime | None = None) -> None:
        """Destroy this key for ever, with everything that was written with it."""
        self.wrapped, self.shredded_at = b"", now or clock.now()
        self.save(update_fields=["wrapped", "shredded_at"])
        held().pop(self.pk, None)
        held().pop(HOUSE_KEY, None)


def _text(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


def _unsure(row: "DataKey") -> tuple[str, UUID]:
    return ("unsure", row.pk)
