"""Small words for the templates of the public site."""

from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from commonground.core.templatetags.look import data_block

from .. import schema_org
from ..models import ApproachIndexPage, ApproachPage

register = template.Library()


@register.simple_tag(takes_context=True)
def structured_data(context: Context) -> SafeString:
    """The page in the words of schema.org, as a data block that is never run."""
    page, request = context["page"], context.get("request")
    practice, places = context.get("practice"), context.get("places") or ()
    url = page.public_url(request)
    told = schema_org.page(
        kind=_kind(page),
        title=page.seo_title or page.title,
        description=page.search_description,
        url=url,
        site=settings.GROUND_URL,
        language=get_language() or settings.LANGUAGE_CODE,
    )
    if isinstance(page, ApproachPage):
        told["about"] = schema_org.therapy(
            name=page.title, description=page.introduction, also=page.short_title
        )
    house = schema_org.practice(
        name=_of(practice, "name") or page.title,
        url=settings.GROUND_URL,
        email=_of(practice, "email"),
        phone=_of(practice, "phone"),
        addresses=[", ".join(str(place.address).splitlines()) for place in places],
    )
    return data_block(schema_org.graph(house, told, schema_org.trail(page.trail(request))))


def _kind(page: Any) -> str:
    if isinstance(page, ApproachPage):
        return "MedicalWebPage"
    return "CollectionPage" if isinstance(page, ApproachIndexPage) else "WebPage"


def _of(thing: Any, name: str) -> str:
    value = thing.get(name) if isinstance(thing, dict) else getattr(thing, name, "")
    return str(value or "")
