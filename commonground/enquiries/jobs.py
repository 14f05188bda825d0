"""What enquiries do by the clock: offers run out, freed places are offered, and what is over is
let go."""

from datetime import datetime

from django.db import transaction

from commonground.core import audit
from commonground.core.jobs import every

from . import actions
from .models import Draft, Enquiry, Offer
from .models.places import freed

AT_ONCE = 500


@every(minutes=60)
def forget_drafts(now: datetime) -> None:
    """Delete what was typed, not sent, and not come back to within a day."""
    Draft.objects.stale(now).delete()


@every(minutes=15)
def let_offers_run_out(now: datetime) -> None:
    """End the offers on which nobody said yes or no in time."""
    for offer in Offer.objects.run_out(now).with_keys()[:AT_ONCE]:
        actions.lapse(offer=offer, by=audit.SYSTEM, now=now)


@every(minutes=15)
def offer_freed_places(now: datetime) -> None:
    """Offer places that have become free, to whoever has waited longest and fits.

    It pulls: what is free is read from care and diary, nobody tells this job. Somebody else may
    be quicker meanwhile; then the next round sees to it.
    """
    for enquiry, therapist in freed(now):
        try:
            actions.offer_freed(enquiry=enquiry, therapist=therapist, by=audit.SYSTEM, now=now)
        except (actions.Refused, actions.Overtaken):
            continue


@every(minutes=24 * 60)
def tidy(now: datetime) -> None:
    """Let go of enquiries that led to nothing, half a year after they ended, keys and all."""
    for enquiry in Enquiry.objects.to_let_go(now).with_keys()[:AT_ONCE]:
        with transaction.atomic():
            key, own = enquiry.data_key, enquiry.client_id is None
            enquiry.delete()
            if own:  # otherwise it is the client's, and stays with their record
                key.shred(now)
