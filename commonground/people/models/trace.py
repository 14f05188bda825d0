"""The blind index: by which hashes somebody is found whose name lies encrypted."""

import hmac
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Count

from commonground.core.models import DataKey
from commonground.core.models.base import House

from .. import traces

PURPOSE = b"people.trace"


def blind(tokens: Iterable[str]) -> list[str]:
    """Keyed hashes of tokens. The key is the practice's own data key, which the ring wraps: it
    stays the same through rotations, and a thief of the database has not got it."""
    key = hmac.digest(DataKey.objects.house().unwrap(), PURPOSE, sha256)
    return sorted(hmac.new(key, token.encode(), sha256).hexdigest()[:32] for token in tokens)


class Traces(models.QuerySet[Any]):
    """`of` is the name of the foreign key to whom a trace leads: each model says it."""

    def renew(self, owner: Any, tokens: Iterable[str]) -> None:
        """Let somebody be found by exactly these tokens."""
        wanted = set(blind(tokens))
        own = self.filter(**{self.model.OF: owner})
        own.exclude(hash__in=wanted).delete()
        missing = wanted - set(own.values_list("hash", flat=True))
        self.bulk_create(self.model(**{self.model.OF: owner, "hash": each}) for each in missing)

    def leading_to(self, query: str) -> Self:
        """The ids of those who meet every token of what was asked; nobody where nothing was."""
        wanted = blind(traces.asked(query))
        if not wanted:
            return self.none().values(self.model.OF)  # type: ignore[return-value]
        met = self.filter(hash__in=wanted).values(self.model.OF).annotate(met=Count("hash"))
        return met.filter(met=len(wanted)).values(self.model.OF)  # type: ignore[return-value]

    def sharing(self, tokens: Iterable[str]) -> Self:
        """The ids of those who have one of these tokens."""
        return self.filter(hash__in=blind(tokens)).values(self.model.OF)  # type: ignore[return-value]


class TraceRow(House):
    """A keyed hash of one word or number by which somebody is found."""

    OF: ClassVar[str]
    hash = models.CharField(max_length=32, editable=False)

    objects: ClassVar[Any] = Traces.as_manager()

    class Meta:
        abstract = True


class Trace(TraceRow):
    """A hash of a word or number that leads to a client."""

    OF: ClassVar[str] = "client"
    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="traces")

    class Meta:
        verbose_name = "trace"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["hash", "client"], name="people_one_trace"),
        ]
