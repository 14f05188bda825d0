"""What one can ask of the listings, in the words in which people ask."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Case, Count, Exists, F, Max, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, Least, Mod

from commonground.people.models import Place, User
from commonground.people.models.practice import PublicRows
from commonground.people.roles import EDITORS, Role

from .. import matching
from ..matching import ADULT, MODULUS, RECONFIRM, Offer, Reach, Spot
from .room import kept_clients
from .vocabulary import weighed_gender

NEVER, ALWAYS = date(1, 1, 1), date(9999, 12, 31)
OPTIONS = {
    "approach": "approaches__slug",
    "language": "spoken__language",
    "focus": "focused__area",
    "where": "places",
}
"""Where the choices of a filter are found, for counting."""


class Listings(PublicRows):
    """Therapists' listings; each word narrows, and they combine."""

    # ——— who may see, who may change ———

    def listed(self, on: date) -> Self:
        """What visitors find: confirmed, registered, with an open account, and not withdrawn."""
        return self.filter(shown_until__gte=on)

    def visible_to(self, user: User) -> Self:
        """Those this person may change: editors every one, therapists their own."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.roles & EDITORS:
            return self
        own = self.filter(therapist__user=user)
        return own if Role.THERAPIST in user.roles else own.none()

    # ——— filters ———

    def offering(self, approach: str) -> Self:
        """Who works in this way; `approach` is its short name."""
        return self._having("approaches", approach__slug=approach)

    def for_adults(self) -> Self:
        return self.filter(adults=True)

    def for_young_people(self) -> Self:
        """Who sees people under 18."""
        return self.filter(young_from__isnull=False)

    def for_age(self, age: int) -> Self:
        """Who sees somebody of this age, in whole years."""
        young = Q(young_from__lte=age, young_to__gte=age)
        return self.filter(young | Q(adults=True) if age >= ADULT else young)

    def online(self) -> Self:
        return self.filter(online=True)

    def in_person(self) -> Self:
        return self._having("places", place__isnull=False)

    def at(self, places: Iterable[Any]) -> Self:
        """Who works at one of these places (their ids)."""
        return self._having("places", place__in=list(places))

    def near(self, latitude: float, longitude: float, km: float) -> Self:
        """Who works at a place at most so many kilometres from this point."""
        here = Spot(float(latitude), float(longitude))
        known = Place.objects.filter(latitude__isnull=False, longitude__isnull=False)
        spots = known.values_list("pk", "latitude", "longitude")
        return self.at(
            pk for pk, lat, lon in spots if matching.km(here, Spot(float(lat), float(lon))) <= km
        )

    def speaking(self, language: str) -> Self:
        return self.filter(pk__in=self._marks("spoken").filter(language=language).values("profile"))

    def focusing(self, area: str) -> Self:
        return self.filter(pk__in=self._marks("focused").filter(area=area).values("profile"))

    def taking(self) -> Self:
        """Who wants new clients and has room for them in the diary."""
        return self.filter(room__gt=0)

    def saying(self, words: str) -> Self:
        """Whose name, sentence or text holds every one of these words."""
        found = self
        for term in matching.terms(words):
            found = found.filter(words__contains=term)
        return found

    # ——— all of them at once, as plain values ———

    def offers(self, **weighed: Collection[str]) -> dict[Any, Offer]:
        """What each of these therapists offers, by the therapist's id, without their words.

        Six queries, however many there are; places by their ids. `approaches`, `languages`,
        `focus` and `gender` may name the values that will be weighed: then only those are read,
        and nobody's gender where none is.
        """
        told = (
            ("approaches", self.model.approaches.through, "approach__slug"),
            ("places", self.model.places.through, "place"),
            ("languages", self._marks("spoken").model, "language"),
            ("focus", self._marks("focused").model, "area"),
        )
        sets = {name: self._sets(model, field, weighed.get(name)) for name, model, field in told}
        genders = self._genders() if weighed.get("gender", True) else {}
        columns = ("pk", "therapist", "adults", "young_from", "young_to", "online", "room")
        none: set[str] = set()
        found: dict[Any, Offer] = {}
        rows = self.order_by().values_list(*columns)
        for pk, therapist, adults, first, last, online, room in rows:
            found[therapist] = Offer(
                approaches=frozenset(sets["approaches"].get(pk, none)),
                adults=adults,
                young=(first, last) if first is not None else None,
                places=frozenset(sets["places"].get(pk, none)),
                online=online,
                languages=frozenset(sets["languages"].get(pk, none)),
                focus=frozenset(sets["focus"].get(pk, none)),
                gender=genders.get(pk, ""),
                room=room,
            )
        return found

    def _sets(self, model: Any, field: str, weighed: Collection[str] | None) -> dict[Any, set[str]]:
        found: dict[Any, set[str]] = {}
        rows = model.objects.filter(profile__in=self.order_by().values("pk"))
        if weighed is not None:
            rows = rows.filter(**{f"{field}__in": list(weighed)})
        for profile, value in rows.values_list("profile", field):
            found.setdefault(profile, set()).add(str(value))
        return found

    def _genders(self) -> dict[Any, str]:
        """What those who have said it have said, as far as it can be weighed."""
        rows = self.order_by().filter(gender__isnull=False).only("gender")
        return {each.pk: weighed_gender(each.gender) for each in rows}

    # ——— order, counts, pages ———

    def in_turn(self, factor: int) -> Self:
        """In the order of the day, which is the same for every visitor."""
        product = F("turn") * Value(factor, output_field=models.PositiveBigIntegerField())
        return self.order_by(Mod(product, Value(MODULUS)), "pk")

    def nearest_first(self, away: Mapping[Any, float], factor: int) -> Self:
        """Whoever works nearest first (`away`: kilometres by place); then the order of the day."""
        through = self.model.places.through
        steps = [When(place=place, then=Value(km)) for place, km in away.items()]
        rows = through.objects.filter(profile=OuterRef("pk"), place__in=list(away))
        km = rows.annotate(km=Case(*steps, output_field=models.FloatField())).order_by("km")
        ordered = self.in_turn(factor)
        return ordered.annotate(km=Subquery(km.values("km")[:1])).order_by(
            "km", *ordered.query.order_by
        )

    def by_option(self, name: str) -> dict[Any, int]:
        """How many of these listings there are for each choice of a filter."""
        path = OPTIONS[name]
        counted = self.order_by().values_list(path).annotate(many=Count("pk"))
        return {option: many for option, many in counted if option is not None}

    def reach(self) -> Reach:
        """What these therapists offer together."""
        told = self.order_by().aggregate(
            therapists=Count("pk"),
            adults=Count("pk", filter=Q(adults=True)),
            young=Count("young_from"),
            youngest=Coalesce(Min("young_from"), Value(ADULT)),
            oldest_young=Coalesce(Max("young_to"), Value(0)),
            online=Count("pk", filter=Q(online=True)),
        )
        used = self.by_option("where")
        names = Place.objects.filter(pk__in=list(used)).values_list("name", flat=True)
        return Reach(**told, places=tuple(names))

    def with_cards(self) -> Self:
        """With all that a list shows of them, in a fixed number of queries."""
        shown = self.select_related("therapist").defer("about", "often", "fees", "words")
        return shown.prefetch_related("places", "spoken")

    def with_everything(self) -> Self:
        """With all that their own page shows."""
        more = self.select_related("therapist", "therapist__user")
        return more.prefetch_related("places", "spoken", "focused", "approaches", "credentials")

    # ——— keeping what they say true ———

    def to_be_asked(self, on: date) -> Self:
        """Whose listing was confirmed 90 days ago or longer, and who has not been asked since."""
        due = self.filter(shown=True, reconfirmed_on__lt=on - RECONFIRM, asked_on__isnull=True)
        return due.filter(therapist__user__is_active=True).select_related("therapist__user")

    def outdated(self, now: datetime) -> Self:
        """Those of which the account, the registration or the diary says something else by now.

        `true_until` and `true_room` are what should be written there.
        """
        user = self.model._meta.get_field("therapist").related_model
        works = user.objects.filter(
            pk=OuterRef("therapist"), user__is_active=True, user__groups__name=Role.THERAPIST
        )
        registered = Coalesce("therapist__registration_expires_on", Value(ALWAYS))
        until = Least(F("good_until"), registered, output_field=models.DateField())
        left = Greatest(F("capacity") - kept_clients(now), Value(0))
        told = self.annotate(
            true_until=Case(
                When(Q(shown=True, good_until__isnull=False) & Exists(works), then=until),
                default=None,
                output_field=models.DateField(),
            ),
            true_room=Case(
                When(taking_clients=True, then=left),
                default=Value(0),
                output_field=models.PositiveSmallIntegerField(),
            ),
        )
        kept = Coalesce("shown_until", Value(NEVER))
        now_until = Coalesce("true_until", Value(NEVER), output_field=models.DateField())
        told = told.annotate(kept_until=kept, now_until=now_until)
        return told.exclude(kept_until=F("now_until"), room=F("true_room"))

    def keep_up(self, now: datetime) -> int:
        """Write down what changed elsewhere; kept pages are void if anything did."""
        with transaction.atomic():
            changed = list(self.outdated(now).values_list("pk", "true_until", "true_room"))
            for pk, until, room in changed:
                self.model.objects.filter(pk=pk).update(shown_until=until, room=room)
        return len(changed)

    def _having(self, relation: str, **asked: Any) -> Self:
        """Narrowed through a many-to-many table, without a row twice."""
        through = getattr(self.model, relation).through
        return self.filter(pk__in=through.objects.filter(**asked).values("profile"))

    def _marks(self, relation: str) -> Any:
        return self.model._meta.get_field(relation).related_model.objects
