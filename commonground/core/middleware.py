"""What every request passes, from outside in: Crisis, Moment, PublicPages, Headers."""

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import Error as DatabaseError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseForbidden,
    HttpResponseNotFound,
    HttpResponseNotModified,
)
from django.urls import resolve
from django.utils import translation
from django.utils.translation import gettext as _

from . import cache
from .backends import forget_the_last
from .views import crisis_without_house

Answer = Callable[[HttpRequest], HttpResponseBase]
log = logging.getLogger(__name__)

NO_SENSORS = ", ".join(
    f"{sensor}=()"
    for sensor in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "geolocation",
        "gyroscope",
        "microphone",
        "payment",
        "usb",
    )
)
PERSONAL_META = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_HX_REQUEST", "HTTP_X_REQUESTED_WITH")


class Crisis:
    """The crisis page is answered whatever else is broken: database, templates, host list."""

    path = "/crisis/"

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != self.path:
            return self.get_response(request)
        try:
            response = self.get_response(request)
            if response.status_code < 400:
                return response
        except Exception as error:
            log.error("The crisis page was served without the house: %s", type(error).__name__)
        return crisis_without_house()


class Moment:
    """A request begins and ends without anything read for the one before it (clock, keys)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        forget_the_last()
        try:
            return self.get_response(request)
        finally:
            forget_the_last()


class PublicPages:
    """Whole public pages from the store, to everybody alike, whatever cookies they bring.

    A page that is not in the store is rendered for nobody in particular: cookies are taken off
    the request first. An answer that still varies by visitor is sent but not kept, and logged.
    What was asked with a question mark is held in this process only, never stored.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        names = {h for h in settings.ALLOWED_HOSTS if not h.startswith((".", "*"))}
        self.hosts = names | {urlsplit(settings.GROUND_URL).netloc}
        self.language = settings.LANGUAGE_CODE if len(settings.LANGUAGES) == 1 else ""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        try:
            host = request.get_host()
        except DisallowedHost:
            return self.get_response(request)  # answered with a 400 by the house itself
        if host not in self.hosts or request.path_info.startswith(settings.STATIC_URL):
            return self.get_response(request)
        asks = bool(meta.get("QUERY_STRING"))
        if asks and not is_public_page(request.path_info):
            return self.get_response(request)
        language = self.language or translation.get_language_from_request(request, check_path=True)
        name = cache.key(request.scheme or "", host, request.get_full_path(), language)
        packs = "gzip" in meta.get("HTTP_ACCEPT_ENCODING", "")
        try:
            found = (cache.find_answer if asks else cache.find)(name, packs)
        except DatabaseError:
            found = None
        if found is not None and found.headers is not None:
            return answer(request, found.headers, found.body, packs)
        if not asks and not is_public_page(request.path_info):
            return self.get_response(request)
        make_anonymous(request)
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and self.may_be_kept(request, response):
            self.keep(name, packs, found, response, answer=asks)
            for header, value in cache.EVERYWHERE.items():
                response[header] = value
        return response

    @staticmethod
    def keep(
        name: str, packs: bool, found: cache.Found | None, response: HttpResponse, *, answer: bool
    ) -> None:
        """Keep a page, or hold an answer; where no generation has begun, begin it."""
        try:
            if found is None:
                cache.begin()
            elif answer:
                cache.hold_answer(name, packs, found, response)
            else:
                cache.keep(name, found, response)
        except DatabaseError as error:
            log.warning("A page is not kept: %s.", type(error).__name__)

    @staticmethod
    def may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
        """Whether this is a public page, and the same for everybody."""
        if response.status_code != 200:
            return False
        if getattr(getattr(response, "access", None), "kind", "") != "public_page":
            return False
        if reason := cache.personal(request, response):
            log.warning("The page %s is not kept: %s.", request.path, reason)
            return False
        return True


def make_anonymous(request: HttpRequest) -> None:
    """Take off the request everything that says who is asking, but for the language chosen."""
    spoken = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    for header in PERSONAL_META:
        request.META.pop(header, None)
    request.COOKIES = {settings.LANGUAGE_COOKIE_NAME: spoken} if spoken else {}


def is_public_page(path: str) -> bool:
    """Whether the route of this path says that its page is the same for everybody."""
    try:
        access = getattr(resolve(path).func, "access", None)
    except Http404:
        return False
    return access is not None and access.kind == "public_page"


def answer(
    request: HttpRequest, headers: dict[str, str], body: bytes, packed: bool
) -> HttpResponseBase:
    """A kept page as a response, or 304 if the visitor's browser already has it."""
    asked = request.META.get("HTTP_IF_NONE_MATCH")
    if asked and cache.unmoved(asked, headers["ETag"]):
        unmoved = {"ETag": headers["ETag"]} | cache.EVERYWHERE
        return HttpResponseNotModified(headers=unmoved)
    response = HttpResponse(body, headers=headers)
    response["Content-Length"] = str(len(body))
    if packed:
        response["Content-Encoding"] = "gzip"
    return response


class Headers(CSPMiddleware):
    """The policies of every answer, and the editors' own room at the editors' own address.

    The pages under /cms/ (Wagtail's admin) have their own, wider policy. Where the practice
    names a host for them, they answer there only, and nothing of the practice does but the way
    to sign in.
    """

    cms = "/cms/"
    of_cms_host = ("/cms/", "/account/", "/media/")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        self.process_request(request)
        if settings.GROUND_DEMO and "HTTP_X_FORWARDED_FOR" in request.META:
            response: HttpResponseBase = HttpResponseForbidden(_("The demo runs on one machine."))
        elif self.lives_elsewhere(request):
            response = HttpResponseNotFound()
        else:
            response = self.get_response(request)
        self.process_response(request, response)
        response.setdefault("Permissions-Policy", NO_SENSORS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Cache-Control", "no-store")
        return response

    def lives_elsewhere(self, request: HttpRequest) -> bool:
        """Whether this path is not served at the host that was asked."""
        if not settings.GROUND_CMS_HOST:
            return False
        here = request.META.get("HTTP_HOST", "").partition(":")[0].lower()
        if here == settings.GROUND_CMS_HOST:
            return not request.path_info.startswith(self.of_cms_host)
        return request.path_info.startswith(self.cms)

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(self.cms) and not report_only:
            parts.config = settings.CMS_CONTENT_SECURITY_POLICY
        return parts
